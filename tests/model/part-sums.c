#include "model/part-sums.h"

#include "tests/engine/sample-maker.h"

static SluiceAddress
address (guint8 last)
{
  return sluice_address_from_ipv4 ((const guint8[]){ 198, 51, 100, last });
}

/* A connection with the host @last and its port. */
static void
talk (SluiceSample *sample, guint64 id, guint32 interface, guint8 last, guint16 port, guint64 rx)
{
  SluiceConnectionRow *row = put_connection (sample, id, SLUICE_INDEX_NONE, interface, rx);
  SluiceAddress local = address (1);
  SluiceAddress remote = address (last);

  sluice_flow_key_init (&row->key, 6, &local, 40000, &remote, port);
  row->host = SLUICE_INDEX_NONE;
}

static void
put_host (SluiceSample *sample, const char *text, guint64 rx)
{
  SluiceHostRow row = { .bytes = { rx, 0 } };
  SluiceAddress parsed;

  g_assert_true (sluice_address_parse (text, &parsed));
  row.host = sluice_host_new (&parsed);
  g_array_append_val (sample->hosts, row);
  sample->has_hosts = TRUE;
}

static const SluicePartSum *
find (GArray *sums, guint8 last, guint32 interface)
{
  SluiceAddress wanted = address (last);

  for (guint i = 0; i < sums->len; i++)
    {
      const SluicePartSum *sum = &g_array_index (sums, SluicePartSum, i);

      if (sum->interface == interface && sluice_address_equal (&sum->host->address, &wanted))
        return sum;
    }
  return NULL;
}

static void
test_connections (void)
{
  g_autoptr (SluiceSample) sample = make_sample (1);
  g_autoptr (GArray) hosts = NULL;
  g_autoptr (GArray) protocols = NULL;

  put_interface (sample, 1, "eth0", 100, 0);
  put_interface (sample, 2, "eth1", 100, 0);
  talk (sample, 1, 0, 7, 443, 10);
  talk (sample, 2, 0, 7, 22, 5);
  talk (sample, 3, 1, 7, 443, 3);
  talk (sample, 4, 0, 8, 443, 1);
  talk (sample, 5, 0, 9, 443, 0);
  talk (sample, 6, SLUICE_INDEX_NONE, 7, 443, 1000);
  hosts = sluice_part_sums_new (SLUICE_BY_HOST, sample, 64);
  g_assert_cmpuint (hosts->len, ==, 3);
  g_assert_cmpuint (find (hosts, 7, 0)->bytes[SLUICE_RX], ==, 15);
  g_assert_cmpuint (find (hosts, 7, 1)->bytes[SLUICE_RX], ==, 3);
  g_assert_cmpuint (find (hosts, 8, 0)->bytes[SLUICE_RX], ==, 1);

  protocols = sluice_part_sums_new (SLUICE_BY_PROTOCOL, sample, 64);
  g_assert_cmpuint (protocols->len, ==, 3);
  for (guint i = 0; i < protocols->len; i++)
    {
      const SluicePartSum *sum = &g_array_index (protocols, SluicePartSum, i);
      gboolean ssh = sum->protocol == SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_SSH);

      g_assert_null (sum->host);
      g_assert_cmpuint (sum->bytes[SLUICE_RX], ==, ssh ? 5 : sum->interface == 0 ? 11 : 3);
    }
}

static void
test_recognised (void)
{
  g_autoptr (SluiceSample) sample = make_sample (1);
  SluiceConnectionRow row = { .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_SSH) };

  row.key.protocol = 6;
  row.key.remote_port = 443;
  g_assert_cmpuint (sluice_connection_row_protocol (&row), ==, row.protocol);
  row.protocol = 0;
  g_assert_cmpuint (sluice_connection_row_protocol (&row), ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS));
}

static void
test_rows (void)
{
  g_autoptr (SluiceSample) one = make_sample (1);
  g_autoptr (SluiceSample) two = make_sample (1);
  g_autoptr (GArray) of_one = NULL;
  g_autoptr (GArray) of_two = NULL;

  put_interface (one, 1, "lo", 100, 0);
  put_host (one, "127.0.0.1", 40);
  of_one = sluice_part_sums_new (SLUICE_BY_HOST, one, 64);
  g_assert_cmpuint (of_one->len, ==, 1);
  g_assert_cmpuint (g_array_index (of_one, SluicePartSum, 0).interface, ==, 0);

  put_interface (two, 1, "lo", 100, 0);
  put_interface (two, 2, "eth0", 100, 0);
  put_host (two, "127.0.0.1", 40);
  put_host (two, "198.51.100.7", 2);
  of_two = sluice_part_sums_new (SLUICE_BY_HOST, two, 64);
  g_assert_cmpuint (of_two->len, ==, 1);
  g_assert_cmpuint (find (of_two, 7, SLUICE_INDEX_NONE)->bytes[SLUICE_RX], ==, 2);
}

static void
put_part_link (GArray *links, guint32 part, guint32 interface, guint64 rx)
{
  SluicePartLink link = { part, interface, { rx, 0 } };

  g_array_append_val (links, link);
}

static void
test_links (void)
{
  g_autoptr (SluiceSample) sample = make_sample (1);
  g_autoptr (GArray) hosts = NULL;
  g_autoptr (GArray) protocols = NULL;
  SluiceHostRow others = { .host = sluice_host_ref (sluice_host_others ()) };
  SluiceProtocolRow https = { .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION,
                                                           SLUICE_APPLICATION_HTTPS) };

  put_interface (sample, 1, "lo", 100, 0);
  put_interface (sample, 2, "eth0", 100, 0);
  put_host (sample, "127.0.0.1", 40);
  put_host (sample, "198.51.100.7", 5);
  g_array_append_val (sample->hosts, others);
  g_array_append_val (sample->protocols, https);
  sample->has_part_links = TRUE;
  put_part_link (sample->host_links, 0, 0, 40);
  put_part_link (sample->host_links, 1, 0, 3);
  put_part_link (sample->host_links, 1, 1, 2);
  put_part_link (sample->host_links, 2, 1, 9);
  put_part_link (sample->protocol_links, 0, 1, 7);
  /* They are held over where a connection is not. */
  talk (sample, 1, 1, 7, 22, 100);
  hosts = sluice_part_sums_new (SLUICE_BY_HOST, sample, 64);
  g_assert_cmpuint (hosts->len, ==, 3);
  g_assert_cmpuint (find (hosts, 7, 0)->bytes[SLUICE_RX], ==, 3);
  g_assert_cmpuint (find (hosts, 7, 1)->bytes[SLUICE_RX], ==, 2);
  protocols = sluice_part_sums_new (SLUICE_BY_PROTOCOL, sample, 64);
  g_assert_cmpuint (protocols->len, ==, 1);
  g_assert_cmpuint (g_array_index (protocols, SluicePartSum, 0).protocol, ==, https.protocol);
  g_assert_cmpuint (g_array_index (protocols, SluicePartSum, 0).interface, ==, 1);
}

static void
test_bound (void)
{
  g_autoptr (SluiceSample) sample = make_sample (1);
  g_autoptr (SluiceSample) nothing = make_sample (1);
  g_autoptr (GArray) sums = NULL;
  g_autoptr (GArray) none = sluice_part_sums_new (SLUICE_BY_HOST, nothing, 64);

  g_assert_cmpuint (none->len, ==, 0);
  put_interface (sample, 1, "eth0", 100, 0);
  for (guint i = 1; i <= 200; i++)
    talk (sample, i, 0, (guint8) i, 443, i);
  sums = sluice_part_sums_new (SLUICE_BY_HOST, sample, 10);
  g_assert_cmpuint (sums->len, ==, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (g_array_index (sums, SluicePartSum, i).bytes[SLUICE_RX], ==, 200 - i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part-sums/sums-connections-by-host-and-protocol-on-each-link", test_connections);
  g_test_add_func ("/part-sums/goes-by-the-port-only-where-nothing-was-recognised", test_recognised);
  g_test_add_func ("/part-sums/takes-the-rows-of-a-sample-without-connections", test_rows);
  g_test_add_func ("/part-sums/takes-what-hosts-and-protocols-moved-over-each-link", test_links);
  g_test_add_func ("/part-sums/keeps-the-largest-of-very-many", test_bound);
  return g_test_run ();
}
