/*
 * What it costs to find out where a host is, in ns: once for each host that is met. Other databases than those of the
 * tests are taken from SLUICE_GEOIP.
 */
#include "capture/geo.h"

#define N_HOSTS 20000
#define TRIES 9
#define LIMIT 2000

/* The cost of one host, ns at its best over some tries: what others do on the machine only adds. */
static double
measure (SluiceGeo *geo, SluiceFamily family, guint *n_found)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) sluice_host_unref);
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < N_HOSTS; i++)
    {
      guint8 bytes[16] = { 0x2a, (guint8) g_rand_int_range (rand, 0, 16) };

      for (guint at = 2; at < sizeof bytes; at++)
        bytes[at] = (guint8) g_rand_int (rand);
      if (family == SLUICE_FAMILY_IPV4)
        {
          bytes[0] = (guint8) (i % 4 == 0 ? g_rand_int_range (rand, 1, 224) : 10);
          bytes[1] = (guint8) g_rand_int_range (rand, 0, 16);
        }
      g_ptr_array_add (hosts, sluice_host_new (&(SluiceAddress){ .family = SLUICE_FAMILY_NONE }));
      ((SluiceHost *) hosts->pdata[i])->address
          = family == SLUICE_FAMILY_IPV4 ? sluice_address_from_ipv4 (bytes) : sluice_address_from_ipv6 (bytes);
    }
  sluice_geo_refresh (geo, 1);
  for (guint try = 0; try < TRIES; try++)
    {
      gint64 begin = g_get_monotonic_time ();

      for (guint i = 0; i < hosts->len; i++)
        sluice_geo_fill (geo, hosts->pdata[i], 1);
      best = MIN (best, (double) (g_get_monotonic_time () - begin) * 1000 / N_HOSTS);
    }
  *n_found = 0;
  for (guint i = 0; i < hosts->len; i++)
    {
      const SluiceHost *host = hosts->pdata[i];

      *n_found += *host->country != '\0' || host->as_number != 0;
    }
  return best;
}

int
main (void)
{
  static const SluiceFamily families[] = { SLUICE_FAMILY_IPV4, SLUICE_FAMILY_IPV6 };
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autoptr (SluiceGeo) geo = sluice_geo_new (g_getenv (SLUICE_GEO_VARIABLE));
      guint n_found;
      double cost = measure (geo, families[i], &n_found);

      g_print ("IPv%d: %.0f ns a host, %u of %d known; at most %d ns\n", (int) families[i], cost, n_found, N_HOSTS,
               LIMIT);
      good = good && cost <= LIMIT && (n_found > 0 || families[i] == SLUICE_FAMILY_IPV6);
    }
  return good ? 0 : 1;
}
