#include "fixture.h"

static double
x_of_point (Fixture *fixture,
            int      ago)
{
  return sluice_traffic_chart_x_of (fixture->chart, fixture->now - ago * SECOND);
}

static gint64
cursor_ago (Fixture *fixture)
{
  g_assert_cmpint (fixture->chart->cursor, ==, SLUICE_CURSOR_KEYS);
  return (fixture->now - fixture->chart->cursor_time) / SECOND;
}

static void
test_keys (Fixture      *fixture,
           gconstpointer data)
{
  gint64 newest;
  gint64 from;
  gint64 to;

  g_assert_true (press_key (fixture, GDK_KEY_Left, 0));
  newest = cursor_ago (fixture);
  g_assert_cmpint (newest, <=, 2);
  press_key (fixture, GDK_KEY_Left, 0);
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_cmpint (cursor_ago (fixture), ==, newest + 2);
  press_key (fixture, GDK_KEY_Right, 0);
  g_assert_cmpint (cursor_ago (fixture), ==, newest + 1);
  press_key (fixture, GDK_KEY_Home, 0);
  sluice_traffic_chart_get_view (fixture->chart, &from, &to);
  g_assert_cmpint (fixture->chart->cursor_time, >=, from);
  g_assert_cmpint (fixture->chart->cursor_time, <, from + 2 * SECOND);
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_cmpint (fixture->chart->cursor_time, >=, from);
  press_key (fixture, GDK_KEY_End, 0);
  g_assert_cmpint (cursor_ago (fixture), ==, newest);
  press_key (fixture, GDK_KEY_Right, 0);
  g_assert_cmpint (cursor_ago (fixture), ==, newest);
  g_assert_false (press_key (fixture, GDK_KEY_a, 0));
  g_assert_false (press_key (fixture, GDK_KEY_Left, GDK_CONTROL_MASK));
}

static void
test_key_pin (Fixture      *fixture,
              gconstpointer data)
{
  gint64 from = -1;
  gint64 to = -1;

  g_assert_false (press_key (fixture, GDK_KEY_Return, 0));
  g_assert_false (press_key (fixture, GDK_KEY_Escape, 0));
  press_key (fixture, GDK_KEY_Left, 0);
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_true (press_key (fixture, GDK_KEY_Return, 0));
  g_assert_cmpuint (fixture->pins, ==, 1);
  g_assert_true (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  g_assert_cmpint (to, ==, fixture->chart->cursor_time);
  g_assert_cmpint (from, ==, to - SECOND);

  g_assert_true (press_key (fixture, GDK_KEY_Escape, 0));
  g_assert_cmpuint (fixture->pins, ==, 2);
  from = -1;
  g_assert_false (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  g_assert_cmpint (from, ==, -1);
  g_assert_false (press_key (fixture, GDK_KEY_Escape, 0));
}

static void
test_key_selection (Fixture      *fixture,
                    gconstpointer data)
{
  gint64 newest;
  gint64 from;
  gint64 to;

  press_key (fixture, GDK_KEY_End, 0);
  newest = cursor_ago (fixture);
  for (int i = 0; i < 3; i++)
    press_key (fixture, GDK_KEY_Left, GDK_SHIFT_MASK);
  g_assert_true (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
  g_assert_cmpint (to, ==, fixture->now - newest * SECOND);
  g_assert_cmpint (from, ==, to - 4 * SECOND);
  g_assert_cmpuint (fixture->selections, ==, 3);
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_false (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
}

static void
test_click (Fixture      *fixture,
            gconstpointer data)
{
  const double x = x_of_point (fixture, 20);
  gint64 from;
  gint64 to;

  sluice_traffic_chart_press (fixture->chart, x + 1);
  sluice_traffic_chart_drag (fixture->chart, x + 1, x + 3);
  sluice_traffic_chart_release (fixture->chart, x + 3);
  g_assert_true (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  g_assert_cmpint (to, ==, fixture->now - 20 * SECOND);
  g_assert_false (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));

  /* A second click on it lets it go. */
  sluice_traffic_chart_press (fixture->chart, x);
  sluice_traffic_chart_release (fixture->chart, x);
  g_assert_false (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  g_assert_cmpuint (fixture->pins, ==, 2);
}

static void
test_drag (Fixture      *fixture,
           gconstpointer data)
{
  gint64 from;
  gint64 to;

  /* Backwards, and out of the plot. */
  sluice_traffic_chart_press (fixture->chart, x_of_point (fixture, 10));
  sluice_traffic_chart_drag (fixture->chart, x_of_point (fixture, 10), x_of_point (fixture, 30));
  g_assert_true (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
  g_assert_cmpint (from, ==, fixture->now - 31 * SECOND);
  g_assert_cmpint (to, ==, fixture->now - 10 * SECOND);
  sluice_traffic_chart_drag (fixture->chart, x_of_point (fixture, 10), -500);
  sluice_traffic_chart_release (fixture->chart, -500);
  g_assert_true (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
  g_assert_cmpint (from, >=, fixture->chart->view_end - 62 * SECOND);
  g_assert_false (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));

  sluice_traffic_chart_let_go (fixture->chart);
  g_assert_false (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
}

static void
test_one_time (Fixture      *fixture,
               gconstpointer data)
{
  gint64 from;
  gint64 to;

  press_key (fixture, GDK_KEY_End, 0);
  press_key (fixture, GDK_KEY_Left, GDK_SHIFT_MASK);
  g_assert_true (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
  g_assert_true (press_key (fixture, GDK_KEY_Return, 0));
  g_assert_true (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  g_assert_false (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));

  sluice_traffic_chart_press (fixture->chart, x_of_point (fixture, 10));
  sluice_traffic_chart_drag (fixture->chart, x_of_point (fixture, 10), x_of_point (fixture, 30));
  sluice_traffic_chart_release (fixture->chart, x_of_point (fixture, 30));
  g_assert_true (sluice_traffic_chart_get_selection (fixture->chart, &from, &to));
  g_assert_false (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
}

static void
test_leaves (Fixture      *fixture,
             gconstpointer data)
{
  gint64 from;
  gint64 to;

  sluice_traffic_chart_press (fixture->chart, x_of_point (fixture, 50));
  sluice_traffic_chart_release (fixture->chart, x_of_point (fixture, 50));
  g_assert_true (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  /* As if time had gone on. */
  fixture->chart->view_end += 5 * SECOND;
  sluice_traffic_chart_update (fixture->chart);
  g_assert_true (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  fixture->chart->view_end += 10 * SECOND;
  sluice_traffic_chart_update (fixture->chart);
  g_assert_false (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  g_assert_cmpuint (fixture->pins, ==, 2);
}

static void
test_burst_under_cursor (Fixture      *fixture,
                         gconstpointer data)
{
  SluiceSeries *series = sluice_series_new (3700);
  const SluicePoint *point;

  for (int i = -3600; i <= 0; i++)
    {
      SluicePoint each = { fixture->now + i * SECOND, SECOND, i == -1800 ? 1e7 : 10, 0 };

      sluice_series_append (series, &each);
    }
  sluice_traffic_chart_set_series (fixture->chart, series);
  sluice_traffic_chart_set_span (fixture->chart, 3600 * SECOND);
  point = sluice_traffic_chart_point_at (fixture->chart, fixture->now - 1802 * SECOND);
  g_assert_nonnull (point);
  g_assert_cmpint (point->time, ==, fixture->now - 1800 * SECOND);
  g_assert_null (sluice_traffic_chart_point_at (fixture->chart, fixture->now - 3700 * SECOND));
  sluice_series_unref (series);
}

static void
test_gap_under_cursor (Fixture      *fixture,
                       gconstpointer data)
{
  SluicePoint late = { fixture->now + 20 * SECOND, SECOND, 5, 5 };

  sluice_series_append (fixture->series, &late);
  g_assert_null (sluice_traffic_chart_point_at (fixture->chart, fixture->now + 10 * SECOND));
  g_assert_nonnull (sluice_traffic_chart_point_at (fixture->chart, fixture->now + 20 * SECOND - SECOND / 2));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/traffic-chart/moves-a-cursor-by-keys", test_keys);
  ADD ("/traffic-chart/pins-by-enter-and-lets-go-by-escape", test_key_pin);
  ADD ("/traffic-chart/selects-with-shift-and-arrows", test_key_selection);
  ADD ("/traffic-chart/pins-by-a-click", test_click);
  ADD ("/traffic-chart/selects-by-dragging-either-way", test_drag);
  ADD ("/traffic-chart/has-a-pin-or-a-selection", test_one_time);
  ADD ("/traffic-chart/lets-go-what-leaves-the-view", test_leaves);
  ADD ("/traffic-chart/speaks-of-the-burst-in-a-crowded-column", test_burst_under_cursor);
  ADD ("/traffic-chart/speaks-of-nothing-in-a-gap", test_gap_under_cursor);
  return g_test_run ();
}
