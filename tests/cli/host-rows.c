#include "sluice-config.h"

#include "cli/host-rows.h"

#include "fixture.h"

static void
test_own (void)
{
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_auto (SluiceHostRows) rows = { NULL };

  sluice_host_rows_init (&rows, sample);
  g_assert_false (rows.derived);
  g_assert_true (rows.hosts == sample->hosts);
  g_assert_true (rows.protocols == sample->protocols);
}

static void
test_derived (void)
{
  g_autoptr (SluiceSample) sample = fixture_empty (0);
  g_auto (SluiceHostRows) rows = { NULL };
  const SluiceHostRow *host;
  const SluiceProtocolRow *protocol;

  fixture_add_connection (sample, 1, 6, SLUICE_INDEX_NONE, 100, 10);
  fixture_add_connection (sample, 2, 6, SLUICE_INDEX_NONE, 200, 20);
  /* Not known, not watched, not connected, not moved: none of these is in the sums. */
  fixture_add_connection (sample, 3, 17, SLUICE_INDEX_NONE, 0, 0);
  fixture_add_connection (sample, 4, 6, SLUICE_INDEX_NONE, 400, 40);
  sluice_sample_connection (sample, 3)->interface = SLUICE_INDEX_NONE;
  fixture_add_connection (sample, 5, 6, SLUICE_INDEX_NONE, 0, 0);
  sluice_host_rows_init (&rows, sample);
  g_assert_true (rows.derived);
  g_assert_cmpuint (rows.hosts->len, ==, 1);
  host = &g_array_index (rows.hosts, SluiceHostRow, 0);
  g_assert_cmpuint (host->bytes[SLUICE_RX], ==, 300);
  g_assert_cmpuint (host->bytes[SLUICE_TX], ==, 30);
  g_assert_cmpuint (host->connections, ==, 2);
  g_assert_cmpuint (rows.protocols->len, ==, 1);
  protocol = &g_array_index (rows.protocols, SluiceProtocolRow, 0);
  g_assert_cmpuint (protocol->protocol, ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS));
  g_assert_cmpuint (protocol->bytes[SLUICE_RX], ==, 300);
}

static void
test_names (void)
{
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  const SluiceHost *named = sluice_sample_host (sample, 0)->host;
  const SluiceHost *unnamed = sluice_sample_host (sample, 1)->host;
  const SluiceConnectionRow *row = sluice_sample_connection (sample, 0);
  g_autofree char *name = sluice_host_rows_name (named);
  g_autofree char *address = sluice_host_rows_name (unnamed);
  g_autofree char *others = sluice_host_rows_name (sluice_host_others ());
  g_autofree char *endpoint = sluice_host_rows_endpoint (&row->key, named);
  g_autofree char *bare = sluice_host_rows_endpoint (&row->key, NULL);

  g_assert_cmpstr (name, ==, "example.org");
  g_assert_cmpstr (address, ==, "2001:db8::53");
  g_assert_cmpstr (others, ==, "other hosts");
  g_assert_cmpstr (endpoint, ==, "example.org:443");
  g_assert_cmpstr (bare, ==, "198.51.100.7:443");
}

/* Neither side of a protocol without ports has one, nor a sign for it; a fragment of one with ports has the sign. */
static void
test_ports (void)
{
  static const char *const expected[][2] = { { "192.0.2.1", "198.51.100.7" }, { "192.0.2.1:*", "198.51.100.7:*" } };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (SluiceSample) sample = fixture_packets (0);
      SluiceFlowKey key = sluice_sample_connection (sample, 0)->key;
      g_autofree char *local = NULL;
      g_autofree char *remote = NULL;

      key.protocol = i == 0 ? 1 : 17;
      key.local_port = key.remote_port = 0;
      local = sluice_host_rows_local (&key);
      remote = sluice_host_rows_endpoint (&key, NULL);
      g_assert_cmpstr (local, ==, expected[i][0]);
      g_assert_cmpstr (remote, ==, expected[i][1]);
    }
}

static void
test_places (void)
{
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  SluiceHost *named = sluice_sample_host (sample, 0)->host;
  g_autofree char *address = sluice_host_rows_address (named);
  g_autofree char *unnamed = sluice_host_rows_address (sluice_sample_host (sample, 1)->host);
  g_autofree char *others = sluice_host_rows_address (sluice_host_others ());

  g_assert_cmpstr (address, ==, "198.51.100.7");
  g_assert_cmpstr (unnamed, ==, "");
  g_assert_cmpstr (others, ==, "");
  g_assert_null (sluice_host_rows_network (named));
  g_strlcpy (named->country, "NL", sizeof named->country);
  g_assert_cmpstr (sluice_host_rows_network (named), ==, "NL");
  named->as_name = g_strdup ("Example Net");
  g_assert_cmpstr (sluice_host_rows_network (named), ==, "Example Net");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-rows/are-the-sample-s-own-where-packets-are-seen", test_own);
  g_test_add_func ("/host-rows/are-those-of-connections-elsewhere", test_derived);
  g_test_add_func ("/host-rows/are-called-by-name-or-address", test_names);
  g_test_add_func ("/host-rows/show-ports-of-both-sides-or-of-neither", test_ports);
  g_test_add_func ("/host-rows/say-each-thing-once-and-the-network-before-the-country", test_places);
  return g_test_run ();
}
