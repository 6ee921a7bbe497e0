#include "sluice-config.h"

#include <locale.h>
#include <string.h>

#include "../hostile.h"
#include "cli/watch.h"
#include "fixture.h"
#include "model/text.h"

static void
test_sample (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autofree char *text = NULL;

  sluice_totals_add (totals, sample);
  text = sluice_watch_text_sample (&options, totals, FALSE);
  g_assert_cmpstr (text, ==,
                   "14:13:20                        PID  USER         DOWNLOAD       UPLOAD   CONN      RTT\n"
                   "uplink                                         8.00 Mbit/s  45.5 kbit/s\n"
                   "side                                           24.6 kbit/s  40.6 kbit/s\n"
                   "  curl                           ×2  anna      8.02 Mbit/s  64.0 kbit/s      4        -\n"
                   "  ssh                            13  anna      3.20 kbit/s  4.80 kbit/s      2        -\n"
                   "  other users                     -  -           560 bit/s    640 bit/s      2        -\n"
                   "  of no program                                8.34 kbit/s  16.7 kbit/s\n");
}

static void
test_summary (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS, .top = 1 };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SluiceSample) sample = fixture_sample (i);

      sluice_totals_add (totals, sample);
    }
  text = sluice_watch_text_summary (&options, totals, FALSE);
  g_assert_true (g_str_has_prefix (text, "in 2.0 s "));
  g_assert_nonnull (strstr (text, "\n  curl "));
  g_assert_nonnull (strstr (text, " 2.00 MB "));
  g_assert_nonnull (strstr (text, "\n  and 2 others "));
  g_assert_nonnull (strstr (text, "\n  of no program "));
  g_assert_null (strstr (text, "ssh"));
  g_assert_nonnull (strstr (text, "estimated headers"));
}

static void
test_idle (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROGRAMS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) busy = fixture_sample (0);
  g_autoptr (SluiceSample) idle = fixture_empty (1);
  g_autofree char *text = NULL;

  fixture_add_program (idle, fixture_program ("/usr/bin/ssh", "anna", 13), FIXTURE_UPLINK, 0, 0);
  sluice_totals_add (totals, busy);
  sluice_totals_add (totals, idle);
  text = sluice_watch_text_sample (&options, totals, FALSE);
  g_assert_null (strstr (text, "ssh"));
  g_assert_null (strstr (text, "curl"));
  g_assert_null (strstr (text, "of no program"));
  g_assert_nonnull (strstr (text, "\nuplink "));
}

static void
test_connections (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_CONNECTIONS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autofree char *text = NULL;

  sluice_totals_add (totals, sample);
  text = sluice_watch_text_sample (&options, totals, TRUE);
  g_assert_true (g_str_has_prefix (text, "\033[1m"));
  g_assert_nonnull (strstr (text,
                            "\n  198.51.100.7:443          192.0.2.1:40001         HTTPS     ESTABLISHED  curl "));
  g_assert_nonnull (strstr (text,
                            "\n  198.51.100.7:443          192.0.2.1:40003         HTTPS     ESTABLISHED  - "));
}

/* What stands in no row of the list is said, once: what is of no program may have a connection that is listed. */
static void
test_sum_of_connections (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_CONNECTIONS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autofree char *text = NULL;
  gboolean told;

  fixture_add_unattributed (sample, FIXTURE_SIDE, SLUICE_CAUSE_NOT_SEEN, 700, 70);
  fixture_add_connection (sample, 8, 6, SLUICE_INDEX_NONE, 700, 70);
  sluice_sample_connection (sample, 1)->interface = FIXTURE_SIDE;
  sluice_sample_interface (sample, FIXTURE_SIDE)->excess[SLUICE_TX] = 5;
  sluice_totals_add (totals, sample);
  text = sluice_watch_text_summary (&options, totals, FALSE);
  g_assert_nonnull (strstr (text, "\n  example.org:443 "));
  g_assert_nonnull (strstr (text, "\n  198.51.100.7:443 "));
  told = g_regex_match_simple ("\\n  not told apart +447 B +311 B *\\n  not counted by the link +0 B +5 B *\\n$", text,
                               0, 0);
  g_assert_true (told);
  g_assert_null (strstr (text, "of no program"));
}

static void
test_hosts (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS, .top = 1 };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autofree char *text = NULL;

  sluice_sample_host (sample, 0)->host->as_name = g_strdup ("Example Net");
  sluice_totals_add (totals, sample);
  text = sluice_watch_text_sample (&options, totals, FALSE);
  g_assert_cmpstr (text, ==,
                   "14:13:20                    ADDRESS          NETWORK         DOWNLOAD       UPLOAD   CONN\n"
                   "uplink                                                    11.6 kbit/s  3.25 kbit/s\n"
                   "side                                                          0 bit/s      0 bit/s\n"
                   "  example.org               198.51.100.7     Example Net  8.00 kbit/s    800 bit/s      1\n"
                   "  and 2 others                                            3.24 kbit/s  2.45 kbit/s\n"
                   "  not told apart                                            336 bit/s      0 bit/s\n");
}

static void
test_protocols (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_PROTOCOLS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autofree char *text = NULL;

  sluice_totals_add (totals, sample);
  text = sluice_watch_text_summary (&options, totals, FALSE);
  g_assert_cmpstr (text, ==,
                   "in 1.0 s                       DOWNLOAD       UPLOAD   CONN\n"
                   "uplink                          1.45 kB        406 B\n"
                   "side                                0 B          0 B\n"
                   "  HTTPS                         1.00 kB        100 B      3\n"
                   "  DNS                             405 B        306 B      3\n"
                   "  ARP                              42 B          0 B      3\n");
}

/* Where hosts are those of TCP connections the summary says so. */
static void
test_derived (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autofree char *text = NULL;

  sluice_totals_add (totals, sample);
  text = sluice_watch_text_summary (&options, totals, FALSE);
  g_assert_nonnull (strstr (text, "\n  198.51.100.7 "));
  g_assert_nonnull (strstr (text, "\n  not told apart "));
  g_assert_nonnull (strstr (text, "TCP connections alone"));
}

/* In the packets tier only the headers of what a device cut up are estimated, which is said of no other. */
static void
test_estimated (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROGRAMS, SLUICE_WATCH_CONNECTIONS, SLUICE_WATCH_HOSTS };

  for (guint i = 0; i < G_N_ELEMENTS (bys) * 2; i++)
    {
      const SluiceWatchOptions options = { .by = bys[i / 2] };
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceSample) sample = fixture_packets (0);
      g_autofree char *text = NULL;

      sample->estimated = i % 2 == 1;
      sluice_totals_add (totals, sample);
      text = sluice_watch_text_summary (&options, totals, FALSE);
      g_assert_null (strstr (text, "TCP"));
      g_assert_cmpint (strstr (text, "a device cut up") != NULL, ==, sample->estimated);
    }
}

static void
test_excess (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_INTERFACES };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autofree char *text = NULL;

  sluice_sample_interface (sample, FIXTURE_UPLINK)->excess[SLUICE_TX] = 1000;
  sluice_totals_add (totals, sample);
  text = sluice_watch_text_sample (&options, totals, FALSE);
  g_assert_nonnull (strstr (text, "\n  not counted by the link       0 bit/s  8.00 kbit/s\n"));
}

static void
test_hostile (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROGRAMS, SLUICE_WATCH_CONNECTIONS, SLUICE_WATCH_HOSTS,
                                       SLUICE_WATCH_INTERFACES };

  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts) * G_N_ELEMENTS (bys); i++)
    {
      const SluiceWatchOptions options = { .by = bys[i % G_N_ELEMENTS (bys)] };
      g_autofree char *name = sluice_text_sanitise (hostile_texts[i / G_N_ELEMENTS (bys)], -1, SLUICE_NAME_MAX);
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceSample) sample = fixture_empty (0);
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      fixture_add_interface (sample, 3, name);
      fixture_add_program (sample, fixture_program (name, name, 9), 2, 5, 6);
      fixture_add_connection (sample, 1, 6, 0, 5, 6);
      fixture_add_host (sample, "198.51.100.7", name, 5, 6);
      sluice_sample_connection (sample, 0)->host = 0;
      sample->has_hosts = TRUE;
      sluice_totals_add (totals, sample);
      text = sluice_watch_text_sample (&options, totals, FALSE);
      lines = g_strsplit (text, "\n", -1);
      /* A heading, three interfaces, at most one row, and what follows the last line end. */
      g_assert_cmpuint (g_strv_length (lines), ==, bys[i % G_N_ELEMENTS (bys)] == SLUICE_WATCH_INTERFACES ? 5 : 6);
      for (guint j = 0; lines[j] != NULL; j++)
        assert_harmless (lines[j]);
    }
}

int
main (int argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-text/prints-a-block-a-sample", test_sample);
  g_test_add_func ("/watch-text/sums-up-and-says-what-it-cut", test_summary);
  g_test_add_func ("/watch-text/leaves-idle-programs-out", test_idle);
  g_test_add_func ("/watch-text/lists-connections", test_connections);
  g_test_add_func ("/watch-text/lists-connections-that-add-up-to-the-links", test_sum_of_connections);
  g_test_add_func ("/watch-text/lists-hosts-by-name-and-address", test_hosts);
  g_test_add_func ("/watch-text/lists-protocols", test_protocols);
  g_test_add_func ("/watch-text/says-what-hosts-are-made-of", test_derived);
  g_test_add_func ("/watch-text/says-what-is-estimated-of-packets", test_estimated);
  g_test_add_func ("/watch-text/shows-what-the-link-did-not-count", test_excess);
  g_test_add_func ("/watch-text/carries-hostile-names-safely", test_hostile);
  return g_test_run ();
}
