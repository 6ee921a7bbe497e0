#include "sluice-config.h"

#include <string.h>

#include "../hostile.h"
#include "cli/watch.h"
#include "fixture.h"
#include "model/text.h"

static void
test_contract (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS };
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_watch_json_sample (&options, sample);
  JsonObject *object = fixture_parse (parser, line);
  JsonObject *uplink;
  JsonObject *curl;
  JsonObject *causes;

  g_assert_cmpint (json_object_get_int_member (object, "schema"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (object, "type"), ==, "sample");
  g_assert_cmpstr (json_object_get_string_member (object, "source"), ==, "kernel");
  g_assert_true (json_object_get_boolean_member (object, "estimated"));
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (object, "time"), 1790000000.123, 0.0005);
  g_assert_cmpstr (json_object_get_string_member (object, "date"), ==, "2026-09-21T14:13:20.123+00:00");
  g_assert_nonnull (strstr (line, "\"time\":1790000000.123,"));

  uplink = fixture_find (object, "interfaces", "name", "uplink");
  g_assert_cmpint (json_object_get_int_member (uplink, "rx_bytes"), ==, 1000000 + 400 + 42);
  g_assert_cmpint (json_object_get_int_member (uplink, "rx_packets"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (uplink, "tx_packets"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (uplink, "dropped"), ==, 0);
  causes = json_object_get_object_member (uplink, "unattributed");
  g_assert_cmpuint (json_object_get_size (causes), ==, SLUICE_N_CAUSES);
  g_assert_cmpint (json_object_get_int_member (causes, "kernel"), ==, 42 + 84);
  g_assert_cmpint (json_object_get_int_member (causes, "other_namespace"), ==, 0);
  g_assert_true (json_object_has_member (causes, "forwarded"));
  g_assert_true (json_object_has_member (causes, "older"));
  g_assert_true (json_object_has_member (causes, "lost"));
  g_assert_true (json_object_has_member (causes, "not_seen"));

  /* A sample has a row a process, the summary a row a program. */
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "programs")), ==, 4);
  curl = fixture_find (object, "programs", "program", "/usr/bin/curl");
  g_assert_cmpint (json_object_get_int_member (curl, "pid"), ==, 11);
  g_assert_cmpstr (json_object_get_string_member (curl, "name"), ==, "curl");
  g_assert_cmpstr (json_object_get_string_member (curl, "user"), ==, "anna");
  g_assert_cmpint (json_object_get_int_member (curl, "connections"), ==, 2);
  g_assert_false (json_object_has_member (object, "connections"));
  fixture_assert_books (object);
}

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
test_interfaces (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_INTERFACES };
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_watch_json_sample (&options, sample);
  JsonObject *object = fixture_parse (parser, line);

  g_assert_false (json_object_has_member (object, "programs"));
  g_assert_false (json_object_has_member (object, "connections"));
  g_assert_nonnull (fixture_find (object, "interfaces", "name", "side"));
}

static void
test_top (void)
{
  for (guint top = 1; top <= 4; top++)
    {
      const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS, .top = top };
      g_autoptr (SluiceSample) sample = fixture_sample (0);
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autofree char *line = sluice_watch_json_sample (&options, sample);
      JsonObject *object = fixture_parse (parser, line);

      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "programs")), ==, top);
      g_assert_cmpint (json_object_has_member (object, "others"), ==, top < 4);
      if (top < 4)
        g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (object, "others"), "count"), ==,
                         4 - top);
      fixture_assert_books (object);
    }
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

static void
test_protocols (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROTOCOLS, .top = 2 };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = NULL;
  JsonObject *object;
  JsonObject *https;

  sluice_totals_add (totals, sample);
  line = sluice_watch_json_summary (&options, totals);
  object = fixture_parse (parser, line);
  https = fixture_find (object, "protocols", "protocol", "HTTPS");
  g_assert_cmpint (json_object_get_int_member (https, "rx_bytes"), ==, 1000);
  g_assert_cmpint (json_object_get_int_member (https, "rx_packets"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (https, "connections"), ==, 3);
  g_assert_null (fixture_find (object, "protocols", "protocol", "ARP"));
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (object, "others"), "rx_bytes"), ==, 42);
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

static void
test_summary (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = NULL;
  JsonObject *object;
  JsonObject *curl;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SluiceSample) sample = fixture_sample (i);

      sluice_totals_add (totals, sample);
    }
  line = sluice_watch_json_summary (&options, totals);
  object = fixture_parse (parser, line);
  g_assert_cmpstr (json_object_get_string_member (object, "type"), ==, "summary");
  g_assert_cmpfloat (json_object_get_double_member (object, "seconds"), ==, 3.0);
  fixture_assert_books (object);

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "programs")), ==, 3);
  curl = fixture_find (object, "programs", "program", "/usr/bin/curl");
  g_assert_true (json_object_get_null_member (curl, "pid"));
  g_assert_cmpint (json_object_get_int_member (curl, "rx_bytes"), ==, 3 * 1002000);
  g_assert_cmpint (fixture_links_sum (curl, "side", "tx_bytes"), ==, 3 * 3000);
  g_assert_cmpint (json_object_get_int_member (fixture_find (object, "programs", "program", "/usr/bin/ssh"), "pid"), ==,
                   13);
}

static void
test_summary_bounded (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS, .top = 5 };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = NULL;
  JsonObject *object;

  for (guint second = 0; second < 3; second++)
    {
      g_autoptr (SluiceSample) sample = fixture_empty (second);

      for (guint i = 0; i < 10000; i++)
        {
          g_autofree char *path = g_strdup_printf ("/bin/%u-%u", second, i);

          fixture_add_program (sample, fixture_program (path, "anna", (int) i + 1), i % 2, i, 1);
        }
      sluice_totals_add (totals, sample);
    }
  line = sluice_watch_json_summary (&options, totals);
  object = fixture_parse (parser, line);
  fixture_assert_books (object);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (object, "others"), "count"), ==, 29995);
}

static void
test_hostile (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS };

  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autoptr (SluiceSample) sample = fixture_empty (0);
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (JsonParser) summary_parser = json_parser_new ();
      g_autofree char *name = sluice_text_sanitise (hostile_texts[i], -1, SLUICE_NAME_MAX);
      g_autofree char *line = NULL;
      g_autofree char *summary = NULL;

      fixture_add_interface (sample, 3, name);
      fixture_add_program (sample, fixture_program (name, name, 9), 2, 5, 6);
      sluice_totals_add (totals, sample);
      line = sluice_watch_json_sample (&options, sample);
      summary = sluice_watch_json_summary (&options, totals);
      g_assert_nonnull (fixture_find (fixture_parse (parser, line), "programs", "program", name));
      g_assert_nonnull (fixture_find (fixture_parse (summary_parser, summary), "interfaces", "name", name));
      line[strlen (line) - 1] = '\0';
      assert_harmless (line);
    }
}

int
main (int argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-json/keeps-to-the-contract", test_contract);
  g_test_add_func ("/watch-json/says-null-for-what-is-unknown", test_unknown);
  g_test_add_func ("/watch-json/lists-connections", test_connections);
  g_test_add_func ("/watch-json/lists-interfaces-alone", test_interfaces);
  g_test_add_func ("/watch-json/lists-hosts-and-how-their-names-are-known", test_hosts);
  g_test_add_func ("/watch-json/lists-protocols", test_protocols);
  g_test_add_func ("/watch-json/lists-hosts-without-packets", test_derived_hosts);
  g_test_add_func ("/watch-json/names-the-other-side-of-a-connection", test_named_connections);
  g_test_add_func ("/watch-json/hides-nothing-of-a-cut-list", test_top);
  g_test_add_func ("/watch-json/sums-up-by-program-path", test_summary);
  g_test_add_func ("/watch-json/keeps-the-books-when-rows-were-folded-away", test_summary_bounded);
  g_test_add_func ("/watch-json/carries-hostile-names-safely", test_hostile);
  return g_test_run ();
}
