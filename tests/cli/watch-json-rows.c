#include "sluice-config.h"

#include <string.h>

#include "cli/watch.h"
#include "fixture.h"

static void
test_unknown (void)
{
  const SluiceWatchOptions by_program = { .by = SLUICE_WATCH_PROGRAMS };
  const SluiceWatchOptions by_connection = { .by = SLUICE_WATCH_CONNECTIONS };
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonParser) connection_parser = json_parser_new ();
  g_autofree char *programs = sluice_watch_json_sample (&by_program, sample);
  g_autofree char *connections = sluice_watch_json_sample (&by_connection, sample);
  JsonObject *others = fixture_find (fixture_parse (parser, programs), "programs", "name", "other users");
  JsonObject *object = fixture_parse (connection_parser, connections);
  JsonObject *udp = fixture_find (object, "connections", "protocol", "UDP");
  JsonObject *orphan = fixture_find (object, "connections", "name", NULL);

  g_assert_true (json_object_get_null_member (others, "program"));
  g_assert_true (json_object_get_null_member (others, "pid"));
  g_assert_true (json_object_get_null_member (others, "user"));
  g_assert_true (json_object_get_null_member (others, "rtt_us"));

  g_assert_nonnull (udp);
  g_assert_true (json_object_get_null_member (udp, "rx_bytes"));
  g_assert_true (json_object_get_null_member (udp, "payload_tx_bytes"));
  g_assert_true (json_object_get_null_member (udp, "state"));
  g_assert_true (json_object_get_null_member (udp, "retransmits"));
  g_assert_nonnull (orphan);
  g_assert_true (json_object_get_null_member (orphan, "program"));
  g_assert_cmpint (json_object_get_int_member (orphan, "rx_bytes"), ==, 400);
}

static void
test_connections (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_CONNECTIONS };
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_watch_json_sample (&options, sample);
  JsonObject *object = fixture_parse (parser, line);
  JsonObject *first = json_array_get_object_element (json_object_get_array_member (object, "connections"), 0);

  g_assert_false (json_object_has_member (object, "programs"));
  g_assert_cmpstr (json_object_get_string_member (first, "local_address"), ==, "192.0.2.1");
  g_assert_cmpint (json_object_get_int_member (first, "local_port"), ==, 40001);
  g_assert_cmpstr (json_object_get_string_member (first, "remote_address"), ==, "198.51.100.7");
  g_assert_cmpint (json_object_get_int_member (first, "remote_port"), ==, 443);
  g_assert_cmpstr (json_object_get_string_member (first, "program"), ==, "/usr/bin/curl");
  g_assert_cmpstr (json_object_get_string_member (first, "interface"), ==, "uplink");
  g_assert_cmpint (json_object_get_int_member (first, "payload_rx_bytes"), ==, 500000);
}

static void
test_hosts (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS };
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_watch_json_sample (&options, sample);
  JsonObject *object = fixture_parse (parser, line);
  JsonObject *named = fixture_find (object, "hosts", "host", "198.51.100.7");
  JsonObject *unnamed = fixture_find (object, "hosts", "host", "2001:db8::53");
  JsonObject *others = fixture_find (object, "hosts", "host", NULL);

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "hosts")), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (object, "source"), ==, "pcap");
  g_assert_cmpstr (json_object_get_string_member (named, "name"), ==, "example.org");
  g_assert_cmpstr (json_object_get_string_member (named, "name_source"), ==, "tls");
  g_assert_cmpfloat (json_object_get_double_member (named, "name_age_seconds"), ==, 90);
  g_assert_true (json_object_get_null_member (named, "country"));
  g_assert_true (json_object_get_null_member (named, "as"));
  g_assert_cmpint (json_object_get_int_member (named, "rx_bytes"), ==, 1000);
  g_assert_cmpint (json_object_get_int_member (named, "tx_packets"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (named, "connections"), ==, 1);
  g_assert_true (json_object_get_null_member (unnamed, "name"));
  g_assert_true (json_object_get_null_member (unnamed, "name_source"));
  g_assert_true (json_object_get_null_member (unnamed, "name_age_seconds"));
  g_assert_cmpstr (json_object_get_string_member (others, "name"), ==, "other hosts");
  g_assert_true (json_object_get_null_member (others, "name_source"));
}

/* What the kernel's tier does not see is null, not 0. */
static void
test_derived_hosts (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS };
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_watch_json_sample (&options, sample);
  JsonObject *object = fixture_parse (parser, line);
  JsonObject *host = fixture_find (object, "hosts", "host", "198.51.100.7");

  g_assert_cmpstr (json_object_get_string_member (object, "source"), ==, "kernel");
  g_assert_true (json_object_get_boolean_member (object, "estimated"));
  g_assert_cmpint (json_object_get_int_member (host, "rx_bytes"), ==, 1000400);
  g_assert_cmpint (json_object_get_int_member (host, "connections"), ==, 2);
  g_assert_true (json_object_get_null_member (host, "rx_packets"));
}

static void
test_named_connections (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_CONNECTIONS };
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_watch_json_sample (&options, sample);
  JsonObject *object = fixture_parse (parser, line);
  JsonObject *first = json_array_get_object_element (json_object_get_array_member (object, "connections"), 0);

  g_assert_cmpstr (json_object_get_string_member (first, "host"), ==, "example.org");
  g_assert_cmpstr (json_object_get_string_member (first, "protocol"), ==, "TCP");
  g_assert_cmpstr (json_object_get_string_member (first, "application"), ==, "HTTPS");
}

int
main (int argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-json-rows/says-null-for-what-is-unknown", test_unknown);
  g_test_add_func ("/watch-json-rows/lists-connections", test_connections);
  g_test_add_func ("/watch-json-rows/lists-hosts-and-how-their-names-are-known", test_hosts);
  g_test_add_func ("/watch-json-rows/lists-hosts-without-packets", test_derived_hosts);
  g_test_add_func ("/watch-json-rows/names-the-other-side-of-a-connection", test_named_connections);
  return g_test_run ();
}
