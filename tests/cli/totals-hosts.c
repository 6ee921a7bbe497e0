#include "sluice-config.h"

#include "cli/totals.h"

#include "fixture.h"

static void
test_sums (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  const SluiceHostTotal *host;
  const SluiceProtocolTotal *protocol;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SluiceSample) sample = fixture_packets (i);

      sluice_totals_add (totals, sample);
    }
  g_assert_true (totals->has_hosts);
  g_assert_false (totals->hosts_derived);
  g_assert_cmpuint (totals->hosts->len, ==, 3);
  host = g_ptr_array_index (totals->hosts, 0);
  g_assert_cmpstr (host->row.host->name, ==, "example.org");
  g_assert_cmpuint (host->total.sum[SLUICE_RX], ==, 3000);
  g_assert_cmpuint (host->total.now[SLUICE_RX], ==, 1000);
  g_assert_cmpuint (host->row.packets[SLUICE_RX], ==, 6);
  g_assert_cmpuint (host->row.connections, ==, 1);
  g_assert_cmpuint (totals->protocols->len, ==, 3);
  protocol = g_ptr_array_index (totals->protocols, 1);
  g_assert_cmpuint (protocol->total.sum[SLUICE_TX], ==, 3 * 306);
  g_assert_cmpuint (protocol->row.connections, ==, 3);
  g_assert_cmpstr (((const SluiceConnectionTotal *) g_ptr_array_index (totals->connections, 0))->host->name, ==,
                   "example.org");
}

static void
test_name_learnt (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) before = fixture_empty (0);
  g_autoptr (SluiceSample) after = fixture_empty (1);
  const SluiceHostTotal *total;

  before->has_hosts = after->has_hosts = TRUE;
  fixture_add_host (before, "198.51.100.7", NULL, 10, 20);
  fixture_add_host (after, "198.51.100.7", "example.org", 1, 2);
  sluice_totals_add (totals, before);
  sluice_totals_add (totals, after);
  g_assert_cmpuint (totals->hosts->len, ==, 1);
  total = g_ptr_array_index (totals->hosts, 0);
  g_assert_cmpstr (total->row.host->name, ==, "example.org");
  g_assert_cmpuint (total->total.sum[SLUICE_TX], ==, 22);
}

static void
test_bounded (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  guint64 found = 0;

  for (guint second = 0; second < 5; second++)
    {
      g_autoptr (SluiceSample) sample = fixture_empty (second);

      sample->has_hosts = TRUE;
      for (guint i = 0; i < 10000; i++)
        {
          g_autofree char *address = g_strdup_printf ("10.%u.%u.%u", second, i / 256, i % 256);

          fixture_add_host (sample, address, NULL, i, 0);
        }
      sluice_totals_add (totals, sample);
    }
  g_assert_cmpuint (totals->hosts->len, <=, SLUICE_TOTALS_MAX + 10000);
  g_assert_cmpuint (totals->hosts->len + totals->forgotten_hosts.count, ==, 50000);
  for (guint i = 0; i < totals->hosts->len; i++)
    found += ((const SluiceTotal *) g_ptr_array_index (totals->hosts, i))->sum[SLUICE_RX];
  g_assert_cmpuint (found + totals->forgotten_hosts.bytes[SLUICE_RX], ==, G_GUINT64_CONSTANT (5) * 9999 * 5000);
}

/* What passes a capture file's local side is told apart; a live link has counted it one way or the other. */
static void
test_forwarded (void)
{
  for (guint is_file = 0; is_file < 2; is_file++)
    {
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceSample) sample = fixture_packets (0);
      const SluiceTotal *link;
      const SluiceTotal *host;
      g_auto (SluiceRest) rest = { 0 };

      sample->is_file = is_file == 1;
      sluice_sample_host (sample, 0)->forwarded[SLUICE_RX] = 900;
      sluice_sample_protocol (sample, 0)->forwarded[SLUICE_RX] = 900;
      sluice_sample_protocol (sample, 0)->forwarded_packets[SLUICE_RX] = 1;
      sluice_totals_add (totals, sample);
      link = g_ptr_array_index (totals->interfaces, 0);
      host = g_ptr_array_index (totals->hosts, 0);
      g_assert_cmpuint (host->forwarded[SLUICE_RX], ==, is_file * 900);
      g_assert_cmpuint (link->forwarded[SLUICE_RX], ==, is_file * 900);
      g_assert_cmpuint (link->forwarded_packets[SLUICE_RX], ==, is_file);
      sluice_rest_add_total (&rest, host);
      g_assert_cmpuint (rest.forwarded[SLUICE_RX], ==, is_file * 900);
      g_assert_cmpuint (rest.bytes[SLUICE_RX], ==, 1000);
    }
}

static void
test_tiers (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) kernel = fixture_sample (0);
  g_autoptr (SluiceSample) none = fixture_empty (1);

  /* Without connections and without packets nothing is known of hosts. */
  sluice_totals_add (totals, none);
  g_assert_cmpuint (totals->hosts->len, ==, 0);
  g_assert_false (totals->hosts_derived);
  sluice_totals_add (totals, kernel);
  g_assert_true (totals->hosts_derived);
  g_assert_false (totals->has_hosts);
  g_assert_cmpuint (totals->hosts->len, ==, 1);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/totals-hosts/sum-hosts-and-protocols-up", test_sums);
  g_test_add_func ("/totals-hosts/take-a-name-that-is-learnt-later", test_name_learnt);
  g_test_add_func ("/totals-hosts/fold-small-hosts-away-and-lose-no-byte", test_bounded);
  g_test_add_func ("/totals-hosts/tell-apart-what-passes-the-local-side-of-a-file", test_forwarded);
  g_test_add_func ("/totals-hosts/know-whether-packets-were-seen", test_tiers);
  return g_test_run ();
}
