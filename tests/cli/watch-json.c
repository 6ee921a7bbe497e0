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
assert_remainder (const SluiceWatchOptions *options,
                  JsonObject *object)
{
  static const gint64 expected[SLUICE_WATCH_N_BY][2] = {
    [SLUICE_WATCH_CONNECTIONS] = { 42 + 405, 306 + 8 },
    [SLUICE_WATCH_HOSTS] = { 42, 8 },
    [SLUICE_WATCH_PROTOCOLS] = { 0, 8 },
  };
  JsonObject *remainder;

  g_assert_cmpint (json_object_has_member (object, "remainder"), ==, expected[options->by][1] != 0);
  if (expected[options->by][1] == 0)
    return;
  remainder = json_object_get_object_member (object, "remainder");
  g_assert_cmpint (json_object_get_int_member (remainder, "rx_bytes"), ==, expected[options->by][0]);
  g_assert_cmpint (json_object_get_int_member (remainder, "tx_bytes"), ==, expected[options->by][1]);
}

/* However a list is cut: rows, others and this are what the links counted and what they did not count. */
static void
test_remainder (void)
{
  for (guint i = 0; i < SLUICE_WATCH_N_BY * 2; i++)
    {
      const SluiceWatchOptions options = { .by = i / 2, .top = i % 2 };
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceSample) sample = fixture_packets (0);
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autofree char *line = NULL;
      g_autofree char *summary = NULL;

      /* A connection of which nobody knows where it runs is not in the links' figures. */
      fixture_add_connection (sample, 8, 6, SLUICE_INDEX_NONE, 5000, 50);
      sluice_sample_connection (sample, 1)->interface = SLUICE_INDEX_NONE;
      sluice_sample_interface (sample, FIXTURE_SIDE)->excess[SLUICE_TX] = 8;
      line = sluice_watch_json_sample (&options, sample);
      sluice_totals_add (totals, sample);
      summary = sluice_watch_json_summary (&options, totals);
      assert_remainder (&options, fixture_parse (parser, line));
      assert_remainder (&options, fixture_parse (parser, summary));
    }
}

/* What was held over for a host is of no connection that moved since; of what did not move only the name is known. */
static void
test_held_hosts (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS };
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = NULL;
  JsonArray *hosts;

  fixture_add_host (sample, "192.0.2.200", NULL, 0, 0);
  sluice_sample_host (sample, 0)->connections = 0;
  sluice_sample_host (sample, 3)->connections = 0;
  line = sluice_watch_json_sample (&options, sample);
  hosts = json_object_get_array_member (fixture_parse (parser, line), "hosts");
  g_assert_cmpuint (json_array_get_length (hosts), ==, 3);
  g_assert_nonnull (strstr (line, "\"198.51.100.7\""));
  g_assert_null (strstr (line, "\"192.0.2.200\""));
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
  g_test_add_func ("/watch-json/lists-interfaces-alone", test_interfaces);
  g_test_add_func ("/watch-json/lists-protocols", test_protocols);
  g_test_add_func ("/watch-json/says-how-much-has-no-row", test_remainder);
  g_test_add_func ("/watch-json/lists-hosts-of-which-something-was-held-over", test_held_hosts);
  g_test_add_func ("/watch-json/hides-nothing-of-a-cut-list", test_top);
  g_test_add_func ("/watch-json/sums-up-by-program-path", test_summary);
  g_test_add_func ("/watch-json/keeps-the-books-when-rows-were-folded-away", test_summary_bounded);
  g_test_add_func ("/watch-json/carries-hostile-names-safely", test_hostile);
  return g_test_run ();
}
