#include "sluice-config.h"

#include <locale.h>
#include <string.h>

#include "screen-text.h"

static void
feed (SluiceScreen *screen,
      SluiceTotals *totals,
      guint second)
{
  g_autoptr (SluiceSample) sample = fixture_sample (second);

  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, NULL);
}

static void
press (SluiceScreen *screen,
       const char *keys)
{
  for (; *keys != '\0'; keys++)
    sluice_screen_key (screen, (guchar) *keys);
}

static void
test_quit (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);

  g_assert_cmpint (sluice_screen_key (screen, 'z'), ==, SLUICE_SCREEN_IGNORED);
  g_assert_cmpint (sluice_screen_key (screen, '?'), ==, SLUICE_SCREEN_CHANGED);
  g_assert_cmpint (sluice_screen_key (screen, 'q'), ==, SLUICE_SCREEN_QUIT);
  g_assert_cmpint (sluice_screen_key (screen, 'q'), ==, SLUICE_SCREEN_QUIT);
}

static void
test_filter (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autofree char *filtered = NULL;
  g_autofree char *none = NULL;
  g_autofree char *all = NULL;

  feed (screen, totals, 0);
  /* Within the filter a q is a letter. */
  g_assert_cmpint (sluice_screen_key (screen, '/'), ==, SLUICE_SCREEN_CHANGED);
  g_assert_cmpint (sluice_screen_key (screen, 'q'), ==, SLUICE_SCREEN_CHANGED);
  g_assert_cmpint (sluice_screen_key (screen, SLUICE_KEY_BACKSPACE), ==, SLUICE_SCREEN_CHANGED);
  press (screen, "SSH");
  sluice_screen_key (screen, SLUICE_KEY_ENTER);
  filtered = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (filtered, "\n ssh "));
  g_assert_null (strstr (filtered, "\n curl "));
  g_assert_nonnull (strstr (filtered, "“SSH”"));

  press (screen, "/x");
  sluice_screen_key (screen, SLUICE_KEY_ENTER);
  none = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (none, "Nothing matches"));

  sluice_screen_key (screen, SLUICE_KEY_ESCAPE);
  all = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (all, "\n curl "));
}

static void
test_pause (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *on = NULL;

  feed (screen, totals, 0);
  press (screen, " ");
  before = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (before, "paused"));
  feed (screen, totals, 1);
  after = screen_text (screen, 80, 24);
  g_assert_cmpstr (before, ==, after);

  press (screen, " ");
  feed (screen, totals, 2);
  on = screen_text (screen, 80, 24);
  g_assert_null (strstr (on, "paused"));
  g_assert_nonnull (strstr (on, "  3 s  14:13:22"));
  /* The charts went on meanwhile: three seconds, not two. */
  g_assert_nonnull (strstr (on, "███"));
}

static void
test_by (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autofree char *connections = NULL;
  g_autofree char *interfaces = NULL;

  feed (screen, totals, 0);
  g_assert_cmpint (sluice_screen_key (screen, 'p'), ==, SLUICE_SCREEN_IGNORED);
  /* A column that the next list does not have. */
  press (screen, "o");
  g_assert_cmpint (sluice_screen_key (screen, 'c'), ==, SLUICE_SCREEN_BY);
  g_assert_cmpint (sluice_screen_get_by (screen), ==, SLUICE_WATCH_CONNECTIONS);
  sluice_screen_show (screen, totals, NULL);
  connections = screen_text (screen, 100, 24);
  g_assert_nonnull (strstr (connections, "\n 198.51.100.7:443 "));
  g_assert_nonnull (strstr (connections, "↓DOWNLOAD"));

  g_assert_cmpint (sluice_screen_key (screen, 'i'), ==, SLUICE_SCREEN_BY);
  sluice_screen_show (screen, totals, NULL);
  interfaces = screen_text (screen, 100, 24);
  g_assert_nonnull (strstr (interfaces, "NO PROGRAM"));
}

static void
test_packets (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_packets (0);
  g_autofree char *hosts = NULL;
  g_autofree char *protocols = NULL;

  /* The one was held over, of the other only the name is known. */
  sluice_sample_host (sample, 0)->connections = 0;
  fixture_add_host (sample, "192.0.2.200", NULL, 0, 0);
  sluice_sample_host (sample, 3)->connections = 0;
  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, NULL);
  g_assert_cmpint (sluice_screen_key (screen, 'H'), ==, SLUICE_SCREEN_BY);
  sluice_screen_show (screen, totals, NULL);
  hosts = screen_text (screen, 120, 24);
  g_assert_nonnull (strstr (hosts, "\n example.org "));
  g_assert_nonnull (strstr (hosts, " 198.51.100.7 "));
  g_assert_nonnull (strstr (hosts, "\n other hosts "));
  g_assert_null (strstr (hosts, "of no program"));
  g_assert_null (strstr (hosts, "192.0.2.200"));
  g_assert_cmpint (sluice_screen_key (screen, 'P'), ==, SLUICE_SCREEN_BY);
  sluice_screen_show (screen, totals, NULL);
  protocols = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (protocols, "\n HTTPS "));
  g_assert_nonnull (strstr (protocols, "\n ARP "));

  for (guint i = 1; i <= SLUICE_WATCH_N_BY; i++)
    {
      g_assert_cmpint (sluice_screen_key (screen, '\t'), ==, SLUICE_SCREEN_BY);
      g_assert_cmpint (sluice_screen_get_by (screen), ==, (SLUICE_WATCH_PROTOCOLS + i) % SLUICE_WATCH_N_BY);
    }
}

static void
test_scroll (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_empty (0);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *last = NULL;
  g_autofree char *shrunk = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *path = g_strdup_printf ("/bin/row%02u", i);

      fixture_add_program (sample, fixture_program (path, "anna", (int) i + 1), FIXTURE_UPLINK, 100 - i, 1);
    }
  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, NULL);
  first = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (first, "\n row00 "));
  g_assert_nonnull (strstr (first, " 1 to 17 of 100"));

  g_assert_cmpint (sluice_screen_key (screen, SLUICE_KEY_UP), ==, SLUICE_SCREEN_IGNORED);
  g_assert_cmpint (sluice_screen_key (screen, SLUICE_KEY_DOWN), ==, SLUICE_SCREEN_CHANGED);
  second = screen_text (screen, 80, 24);
  g_assert_null (strstr (second, "\n row00 "));
  sluice_screen_key (screen, SLUICE_KEY_END);
  last = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (last, "\n row99 "));
  g_assert_nonnull (strstr (last, " 84 to 100 of 100"));
  g_assert_cmpint (sluice_screen_key (screen, SLUICE_KEY_PAGE_DOWN), ==, SLUICE_SCREEN_IGNORED);

  /* Fewer rows than were scrolled away. */
  press (screen, "/row0");
  sluice_screen_key (screen, SLUICE_KEY_ENTER);
  shrunk = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (shrunk, "\n row00 "));
}

int
main (int argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-screen/leaves-on-q", test_quit);
  g_test_add_func ("/watch-screen/filters-rows", test_filter);
  g_test_add_func ("/watch-screen/stands-still-in-a-pause-and-loses-nothing", test_pause);
  g_test_add_func ("/watch-screen/changes-what-it-lists", test_by);
  g_test_add_func ("/watch-screen/lists-hosts-and-protocols", test_packets);
  g_test_add_func ("/watch-screen/scrolls-within-its-rows", test_scroll);
  return g_test_run ();
}
