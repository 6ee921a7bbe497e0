#include "sluice-config.h"

#include <locale.h>
#include <string.h>

#include "../hostile.h"
#include "model/text.h"
#include "screen-text.h"

static SluiceScreen *
busy_screen (SluiceTotals *totals,
             SluiceWatchBy by,
             guint top,
             gboolean unicode)
{
  SluiceScreen *screen = sluice_screen_new (by, top, unicode);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SluiceSample) sample = fixture_sample (i);

      sluice_totals_add (totals, sample);
      sluice_screen_update (screen, totals, NULL);
    }
  return screen;
}

static void
test_picture (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = busy_screen (totals, SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autofree char *text = screen_text (screen, 80, 16);

  g_assert_cmpstr (text, ==,
                   " Programs                             kernel, programs estimated  3 s  14:13:22 \n"
                   " uplink         ▼ 8.00 Mbit/s             ███  ▲ 45.5 kbit/s             ███  \n"
                   " side           ▼ 24.6 kbit/s             ███  ▲ 40.6 kbit/s             ███  \n"
                   " of no program  ▼ 8.34 kbit/s                  ▲ 16.7 kbit/s                  \n"
                   "\n"
                   " PROGRAM                   PID   ↓DOWNLOAD      UPLOAD    TOTAL   OPEN      RTT \n"
                   " curl                       ×2 8.02 Mbit/s 64.0 kbit/s  3.03 MB      4        -\n"
                   " ssh                        13 3.20 kbit/s 4.80 kbit/s  3.00 kB      2        -\n"
                   " other users                 -   560 bit/s   640 bit/s    450 B      2        -\n"
                   "\n\n\n\n\n\n"
                   " q Quit  ? Help  Tab List  < > Sort  / Filter  space Pause  \n");
}

static void
test_ascii (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROGRAMS, SLUICE_WATCH_CONNECTIONS, SLUICE_WATCH_INTERFACES };

  for (guint i = 0; i < G_N_ELEMENTS (bys); i++)
    {
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceScreen) screen = busy_screen (totals, bys[i], 0, FALSE);
      g_autofree char *text = screen_text (screen, 150, 30);

      g_assert_true (g_str_is_ascii (text));
      g_assert_nonnull (strstr (text, "###"));
      g_assert_nonnull (strstr (text, "=|"));
    }
}

/* Whatever the size, there is a picture that fits; screen_text() sees to that. */
static void
test_sizes (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROGRAMS, SLUICE_WATCH_CONNECTIONS, SLUICE_WATCH_INTERFACES };

  for (guint i = 0; i < G_N_ELEMENTS (bys); i++)
    {
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceScreen) screen = busy_screen (totals, bys[i], i, TRUE);

      for (guint width = 1; width <= 210; width += width < 90 ? 1 : 40)
        for (guint height = 1; height <= 60; height += height < 25 ? 1 : 12)
          {
            g_autofree char *text = screen_text (screen, width, height);

            g_assert_cmpuint (strlen (text), >, 0);
            sluice_screen_key (screen, '?');
            g_free (screen_text (screen, width, height));
            sluice_screen_key (screen, '?');
          }
    }
}

static void
test_top (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = busy_screen (totals, SLUICE_WATCH_PROGRAMS, 1, TRUE);
  g_autofree char *text = screen_text (screen, 80, 24);

  g_assert_nonnull (strstr (text, "\n curl "));
  g_assert_null (strstr (text, "\n ssh "));
  g_assert_nonnull (strstr (text, "\n and 2 others\n"));
}

/* A single row that would be left out is shown in the line that would say so. */
static void
test_single (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = busy_screen (totals, SLUICE_WATCH_PROGRAMS, 2, TRUE);
  g_autofree char *text = screen_text (screen, 80, 24);

  g_assert_nonnull (strstr (text, "\n curl "));
  g_assert_nonnull (strstr (text, "\n ssh "));
  g_assert_nonnull (strstr (text, "\n other users "));
  g_assert_null (strstr (text, "\n and "));
}

/* What the figures are differs from tier to tier. */
static void
test_help (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_HOSTS, 0, TRUE);
      g_autoptr (SluiceSample) sample = i == 0 ? fixture_sample (0) : fixture_packets (0);
      g_autofree char *list = NULL;
      g_autofree char *help = NULL;

      sample->estimated = TRUE;
      sluice_totals_add (totals, sample);
      sluice_screen_update (screen, totals, NULL);
      list = screen_text (screen, 80, 40);
      sluice_screen_key (screen, '?');
      help = screen_text (screen, 80, 40);
      g_assert_cmpint (strstr (list, "TCP only") != NULL, ==, i == 0);
      g_assert_cmpint (strstr (help, "TCP payload") != NULL, ==, i == 0);
      g_assert_cmpint (strstr (help, "their packets, of UDP as well") != NULL, ==, i == 1);
    }
}

static void
test_many_interfaces (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceSample) sample = fixture_empty (0);
  g_autofree char *text = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *name = g_strdup_printf ("veth%02u", i);

      fixture_add_interface (sample, i + 10, name);
      fixture_add_unattributed (sample, i + 2, SLUICE_CAUSE_KERNEL, i, 0);
    }
  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, NULL);
  text = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (text, "\n veth49 "));
  g_assert_null (strstr (text, "\n veth00 "));
  g_assert_nonnull (strstr (text, "\n PROGRAM "));
}

static void
test_fault (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_PROGRAMS, 0, TRUE);
  g_autoptr (SluiceSample) sample = fixture_sample (0);
  g_autofree char *text = NULL;
  g_autofree char *before = screen_text (screen, 80, 24);

  g_assert_nonnull (strstr (before, "Reading…"));
  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, "Something could not be read.");
  text = screen_text (screen, 80, 24);
  g_assert_nonnull (strstr (text, "Something could not be read."));
}

static void
test_hostile (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROGRAMS, SLUICE_WATCH_CONNECTIONS, SLUICE_WATCH_INTERFACES };

  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts) * G_N_ELEMENTS (bys); i++)
    {
      g_autofree char *name = sluice_text_sanitise (hostile_texts[i / G_N_ELEMENTS (bys)], -1, SLUICE_NAME_MAX);
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceScreen) screen = sluice_screen_new (bys[i % G_N_ELEMENTS (bys)], 0, TRUE);
      g_autoptr (SluiceSample) sample = fixture_empty (0);
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      fixture_add_interface (sample, 3, name);
      fixture_add_program (sample, fixture_program (name, name, 9), 2, 5, 6);
      fixture_add_connection (sample, 1, 6, 0, 5, 6);
      sluice_totals_add (totals, sample);
      sluice_screen_update (screen, totals, NULL);
      text = screen_text (screen, 150, 24);
      lines = g_strsplit (text, "\n", -1);
      g_assert_cmpuint (g_strv_length (lines), ==, 25);
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
  g_test_add_func ("/watch-screen-draw/draws-this-picture", test_picture);
  g_test_add_func ("/watch-screen-draw/does-without-unicode", test_ascii);
  g_test_add_func ("/watch-screen-draw/fits-every-size", test_sizes);
  g_test_add_func ("/watch-screen-draw/counts-what-it-left-out", test_top);
  g_test_add_func ("/watch-screen-draw/shows-a-single-row-rather-than-that-there-is-one", test_single);
  g_test_add_func ("/watch-screen-draw/explains-the-figures-of-the-tier", test_help);
  g_test_add_func ("/watch-screen-draw/leaves-room-for-programs-below-many-interfaces", test_many_interfaces);
  g_test_add_func ("/watch-screen-draw/says-what-is-wrong", test_fault);
  g_test_add_func ("/watch-screen-draw/carries-hostile-names-safely", test_hostile);
  return g_test_run ();
}
