#include "sluice-config.h"

#include <locale.h>

#include "cli/watch-screen-private.h"
#include "fixture.h"

static SluiceScreen *
new_screen (SluiceTotals *totals,
            SluiceWatchBy by)
{
  SluiceScreen *screen = sluice_screen_new (by, 0, TRUE);
  g_autoptr (SluiceSample) sample = fixture_sample (0);

  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, NULL);
  return screen;
}

/* The names of the rows in their order, joined by commas. */
static char *
order (SluiceScreen *screen)
{
  g_autoptr (GPtrArray) rows = sluice_screen_sorted (screen);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *name = sluice_screen_row_name (g_ptr_array_index (rows, i), screen->by);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", name);
    }
  return g_strdup (text->str);
}

static void
assert_order (SluiceScreen *screen,
              const char *expected)
{
  g_autofree char *text = order (screen);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_sort (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = new_screen (totals, SLUICE_WATCH_PROGRAMS);

  assert_order (screen, "curl,ssh,other users");
  sluice_screen_key (screen, 'd');
  assert_order (screen, "other users,ssh,curl");
  sluice_screen_key (screen, 'n');
  assert_order (screen, "curl,other users,ssh");
  sluice_screen_key (screen, 'n');
  assert_order (screen, "ssh,other users,curl");
  sluice_screen_key (screen, 't');
  assert_order (screen, "curl,ssh,other users");
}

/* Left and right pass by every column and come back, each sorting by something. */
static void
test_every_column (void)
{
  static const SluiceWatchBy bys[] = { SLUICE_WATCH_PROGRAMS, SLUICE_WATCH_CONNECTIONS, SLUICE_WATCH_HOSTS,
                                       SLUICE_WATCH_PROTOCOLS, SLUICE_WATCH_INTERFACES };

  for (guint i = 0; i < G_N_ELEMENTS (bys); i++)
    {
      g_autoptr (SluiceTotals) totals = sluice_totals_new ();
      g_autoptr (SluiceScreen) screen = new_screen (totals, bys[i]);
      guint n;
      guint seen = 0;

      sluice_screen_columns (bys[i], &n);
      for (guint j = 0; j < n - 1; j++)
        {
          g_autoptr (GPtrArray) rows = sluice_screen_sorted (screen);

          g_assert_cmpuint (rows->len, ==, screen->rows->len);
          g_assert_cmpint (screen->sort, !=, SLUICE_COLUMN_BAR);
          seen |= 1u << screen->sort;
          sluice_screen_key (screen, j % 2 != 0 ? '>' : SLUICE_KEY_RIGHT);
        }
      g_assert_cmpint (screen->sort, ==, SLUICE_COLUMN_DOWNLOAD);
      g_assert_cmpint (__builtin_popcount (seen), ==, n - 1);
      sluice_screen_key (screen, '<');
      sluice_screen_key (screen, '>');
      g_assert_cmpint (screen->sort, ==, SLUICE_COLUMN_DOWNLOAD);
    }
}

static void
test_search (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceScreen) screen = new_screen (totals, SLUICE_WATCH_CONNECTIONS);

  g_string_assign (screen->filter, "CURL");
  assert_order (screen, "198.51.100.7:443");
  g_string_assign (screen->filter, ":40002");
  assert_order (screen, "198.51.100.7:443");
  g_string_assign (screen->filter, "anna");
  assert_order (screen, "198.51.100.7:443,198.51.100.7:443");
  g_string_assign (screen->filter, "nobody");
  assert_order (screen, "");
}

static void
test_search_hosts (void)
{
  g_autoptr (SluiceScreen) screen = sluice_screen_new (SLUICE_WATCH_HOSTS, 0, TRUE);
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_packets (0);

  sluice_totals_add (totals, sample);
  sluice_screen_update (screen, totals, NULL);
  assert_order (screen, "example.org,2001:db8::53,other hosts");
  g_string_assign (screen->filter, "198.51");
  assert_order (screen, "example.org");
  g_string_assign (screen->filter, "db8");
  assert_order (screen, "2001:db8::53");
}

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-screen-rows/sort-and-turn-round", test_sort);
  g_test_add_func ("/watch-screen-rows/sort-by-every-column", test_every_column);
  g_test_add_func ("/watch-screen-rows/are-found-by-what-they-show", test_search);
  g_test_add_func ("/watch-screen-rows/find-hosts-by-name-and-address", test_search_hosts);
  return g_test_run ();
}
