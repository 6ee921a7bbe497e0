#include "sluice-config.h"

#include <locale.h>
#include <string.h>

#include "../hostile.h"
#include "cli/analyze.h"
#include "fixture.h"
#include "model/text.h"

static SluiceTotals *
sum_up (SluiceSample *sample)
{
  SluiceTotals *totals = sluice_totals_new ();

  sample->is_file = TRUE;
  sample->file = (SluiceFileFacts){
    .format = "pcapng",
    .link_type = "Ethernet",
    .has_packets = TRUE,
    .first = 1790000000000000,
    .last = 1790000002000000,
    .truncated = 3,
  };
  sluice_totals_add (totals, sample);
  return totals;
}

static void
test_undirected (void)
{
  const SluiceWatchOptions options
    = { .by = SLUICE_WATCH_HOSTS, .file = (char *) "x.pcapng", .undirected = TRUE, .top = 1 };
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (SluiceTotals) totals = sum_up (sample);
  g_autofree char *text = sluice_analyze_text (&options, totals, FALSE);

  g_assert_cmpstr (text, ==,
                   "File         x.pcapng\n"
                   "Type         pcapng, Ethernet\n"
                   "Packets      10\n"
                   "Bytes        1853 (1.85 kB)\n"
                   "First        2026-09-21 14:13:20.000000 +00:00\n"
                   "Last         2026-09-21 14:13:22.000000 +00:00\n"
                   "Duration     2.000000 s\n"
                   "Average      7.41 kbit/s\n"
                   "Cut short    3\n"
                   "\n"
                   "HOST                        ADDRESS          NETWORK      BYTES    PACKETS\n"
                   "example.org                 198.51.100.7     -          1.10 kB          3\n"
                   "and 2 others                                              711 B\n"
                   "not told apart                                             42 B\n");
}

static void
test_directed (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_CONNECTIONS, .file = (char *) "x.pcapng" };
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (SluiceTotals) totals = sum_up (sample);
  g_autofree char *text = sluice_analyze_text (&options, totals, TRUE);

  g_assert_nonnull (strstr (text, "\n\033[1mLOCAL                  REMOTE                 PROTOCOL   DOWNLOAD     "
                                  "UPLOAD      BYTES\033[0m\n"));
  g_assert_nonnull (strstr (text, "\n192.0.2.1:40007        example.org:443        HTTPS       1.00 kB      100 B    "
                                  "1.10 kB\n"));
  g_assert_nonnull (strstr (text, "\nnot told apart                                              447 B      306 B      "
                                  "753 B\n"));
}

/* What single row there is beyond the last is no longer than the line that would stand for it. */
static void
test_single (void)
{
  const SluiceWatchOptions options
    = { .by = SLUICE_WATCH_HOSTS, .file = (char *) "x.pcapng", .undirected = TRUE, .top = 2 };
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autoptr (SluiceTotals) totals = sum_up (sample);
  g_autofree char *text = sluice_analyze_text (&options, totals, FALSE);

  g_assert_nonnull (strstr (text, "\nother hosts                                  -             11 B          0\n"));
  g_assert_null (strstr (text, "\nand "));
}

static void
test_lists (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROTOCOLS, SLUICE_WATCH_INTERFACES };
  static const char *const lines[] = { "\nARP                              42 B          3\n",
                                       "\nuplink                        1.85 kB          5\n" };

  for (guint i = 0; i < G_N_ELEMENTS (bys); i++)
    {
      const SluiceWatchOptions options = { .by = bys[i], .file = (char *) "-", .undirected = TRUE };
      g_autoptr (SluiceSample) sample = fixture_packets (0);
      g_autoptr (SluiceTotals) totals = sum_up (sample);
      g_autofree char *text = sluice_analyze_text (&options, totals, FALSE);

      g_assert_nonnull (strstr (text, lines[i]));
    }
}

/* A capture without a packet has no times. */
static void
test_empty (void)
{
  const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS, .file = (char *) "x.pcap", .undirected = TRUE };
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autofree char *text = sluice_analyze_text (&options, totals, FALSE);

  g_assert_true (g_str_has_prefix (text, "File         x.pcap\nPackets      0\nBytes        0 (0 B)\n\nHOST "));
}

static void
test_hostile (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autofree char *name = sluice_text_sanitise (hostile_texts[i], -1, SLUICE_NAME_MAX);
      const SluiceWatchOptions options = { .by = SLUICE_WATCH_HOSTS, .file = name, .undirected = TRUE };
      g_autoptr (SluiceSample) sample = fixture_empty (0);
      g_autoptr (SluiceTotals) totals = NULL;
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      sample->has_hosts = TRUE;
      fixture_add_host (sample, "198.51.100.7", name, 5, 6);
      totals = sum_up (sample);
      text = sluice_analyze_text (&options, totals, FALSE);
      lines = g_strsplit (text, "\n", -1);
      g_assert_cmpuint (g_strv_length (lines), ==, 13);
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
  g_test_add_func ("/analyze-text/has-one-figure-where-no-side-is-local", test_undirected);
  g_test_add_func ("/analyze-text/has-both-directions-where-one-side-is-local", test_directed);
  g_test_add_func ("/analyze-text/shows-a-single-row-rather-than-that-there-is-one", test_single);
  g_test_add_func ("/analyze-text/lists-protocols-and-interfaces", test_lists);
  g_test_add_func ("/analyze-text/says-that-there-is-nothing", test_empty);
  g_test_add_func ("/analyze-text/carries-hostile-names-safely", test_hostile);
  return g_test_run ();
}
