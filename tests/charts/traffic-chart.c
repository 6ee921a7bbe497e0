#include "charts/traffic-chart.h"

#include <math.h>

#include "draws.h"
#include "fixture.h"

/* How often the chart is drawn in so many milliseconds. */
static guint
draws_in (guint milliseconds)
{
  const gint64 end = g_get_monotonic_time () + milliseconds * 1000;
  guint before;

  /* What was asked for before is none of it. */
  for (int i = 0; i < 30; i++)
    {
      turn ();
      g_usleep (2000);
    }
  before = n_draws;
  while (g_get_monotonic_time () < end)
    {
      turn ();
      g_usleep (2000);
    }
  return n_draws - before;
}

static gboolean
is_unmapped (Fixture *fixture)
{
  return !gtk_widget_get_mapped (GTK_WIDGET (fixture->chart));
}

static gboolean
has_moved (Fixture *fixture)
{
  static gint64 first;
  gint64 from;
  gint64 to;

  sluice_traffic_chart_get_view (fixture->chart, &from, &to);
  if (first == 0)
    first = to;
  return to > first;
}

static void
test_paused (Fixture      *fixture,
             gconstpointer data)
{
  gint64 from[3];
  gint64 to[3];

  sluice_traffic_chart_get_view (fixture->chart, &from[0], &to[0]);
  g_assert_cmpint (to[0] - from[0], ==, 60 * SECOND);
  g_usleep (30000);
  /* After what was shown, however long the machine took to get here. */
  append (fixture, to[0] + SECOND / 50);
  sluice_traffic_chart_update (fixture->chart);
  sluice_traffic_chart_get_view (fixture->chart, &from[1], &to[1]);
  g_assert_cmpint (to[1], ==, to[0]);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));

  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  g_assert_true (sluice_traffic_chart_is_ticking (fixture->chart));
  sluice_traffic_chart_get_view (fixture->chart, &from[2], &to[2]);
  g_assert_cmpint (to[2], >=, to[0]);
  wait_for (has_moved, fixture);
}

static void
test_unseen (Fixture      *fixture,
             gconstpointer data)
{
  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  g_assert_true (sluice_traffic_chart_is_ticking (fixture->chart));
  gtk_widget_set_visible (GTK_WIDGET (fixture->chart), FALSE);
  wait_for (is_unmapped, fixture);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));

  /* A new point neither starts it nor draws. */
  g_clear_pointer (&fixture->chart->frame_node, gsk_render_node_unref);
  append (fixture, fixture->now + SECOND);
  sluice_traffic_chart_update (fixture->chart);
  for (int i = 0; i < 20; i++)
    {
      turn ();
      g_usleep (5000);
    }
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));
  g_assert_null (fixture->chart->frame_node);

  gtk_widget_set_visible (GTK_WIDGET (fixture->chart), TRUE);
  wait_for (is_drawn, fixture);
  g_assert_true (sluice_traffic_chart_is_ticking (fixture->chart));
}

static gboolean
is_minimised (Fixture *fixture)
{
  static gint64 asked;
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (fixture->window));

  /* Asked again after a while, for the window manager may not have been there yet. */
  if (g_get_monotonic_time () - asked > SECOND / 2)
    {
      asked = g_get_monotonic_time ();
      gtk_window_minimize (GTK_WINDOW (fixture->window));
    }
  return (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0;
}

static gboolean
is_ticking (Fixture *fixture)
{
  return sluice_traffic_chart_is_ticking (fixture->chart);
}

static void
test_minimised (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *manager = g_find_program_in_path ("openbox");
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (manager == NULL)
    {
      g_test_skip ("needs openbox");
      return;
    }
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, manager,
                              NULL);
  g_assert_no_error (error);
  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  wait_for (is_minimised, fixture);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));

  count_draws (GTK_WIDGET_GET_CLASS (fixture->chart));
  append (fixture, fixture->now + SECOND);
  sluice_traffic_chart_update (fixture->chart);
  g_assert_cmpuint (draws_in (700), ==, 0);
  count_no_more (GTK_WIDGET_GET_CLASS (fixture->chart));

  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_for (is_ticking, fixture);
  g_subprocess_force_exit (process);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
}

/* An hour across the window moves by a pixel every few seconds; a picture held still, never. */
static void
test_no_oftener (Fixture      *fixture,
                 gconstpointer data)
{
  count_draws (GTK_WIDGET_GET_CLASS (fixture->chart));
  g_assert_cmpuint (draws_in (300), ==, 0);
  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  g_assert_cmpuint (draws_in (1300), >, 0);
  sluice_traffic_chart_set_span (fixture->chart, 3600 * SECOND);
  g_assert_cmpuint (draws_in (1300), <=, 1);
  count_no_more (GTK_WIDGET_GET_CLASS (fixture->chart));
}

/* Whatever comes is drawn without a word on standard error, which would fail the test. */
static void
test_hostile (Fixture      *fixture,
              gconstpointer data)
{
  static const SluicePoint strange[] = {
    { -40 * SECOND, SECOND, NAN, INFINITY },
    { -39 * SECOND, 0, 1e308, -5 },
    { -38 * SECOND, 366 * 86400 * SECOND, INFINITY, NAN },
    { -5 * SECOND, 1, NAN, NAN },
  };

  count_draws (GTK_WIDGET_GET_CLASS (fixture->chart));
  for (guint n = 1; n <= G_N_ELEMENTS (strange); n++)
    {
      g_autoptr (SluiceSeries) series = sluice_series_new (2);
      gint64 from;
      gint64 to;

      for (guint i = 0; i < n; i++)
        {
          SluicePoint point = strange[i];

          point.time += fixture->now;
          sluice_series_append (series, &point);
        }
      sluice_traffic_chart_set_series (fixture->chart, series);
      press_key (fixture, GDK_KEY_End, 0);
      press_key (fixture, GDK_KEY_Home, GDK_SHIFT_MASK);
      g_assert_true (press_key (fixture, GDK_KEY_Return, 0));
      n_draws = 0;
      draws_in (50);
      g_assert_cmpuint (n_draws, >, 0);
      for (guint i = 0; i < 2; i++)
        g_assert_true (isfinite (fixture->chart->scales[i].maximum));
      sluice_traffic_chart_get_view (fixture->chart, &from, &to);
      g_assert_cmpint (to - from, ==, 60 * SECOND);
      sluice_traffic_chart_let_go (fixture->chart);
    }
  count_no_more (GTK_WIDGET_GET_CLASS (fixture->chart));
}

static void
test_compact (Fixture      *fixture,
              gconstpointer data)
{
  const int wide = fixture->chart->plot.width;
  int minimum;

  sluice_traffic_chart_set_compact (fixture->chart, TRUE);
  g_assert_cmpint (fixture->chart->plot.width, >, wide);
  gtk_widget_measure (GTK_WIDGET (fixture->chart), GTK_ORIENTATION_VERTICAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 56);
  sluice_traffic_chart_set_compact (fixture->chart, FALSE);
  g_assert_cmpint (fixture->chart->plot.width, ==, wide);
}

/* Rates stand at the right, but time runs on from left to right. */
static void
test_rtl (Fixture      *fixture,
          gconstpointer data)
{
  SluiceTrafficChart *chart = fixture->chart;
  const int left = chart->plot.x;

  gtk_widget_set_direction (GTK_WIDGET (chart), GTK_TEXT_DIR_RTL);
  wait_for (is_drawn, fixture);
  g_assert_cmpint (chart->plot.x, <, left);
  g_assert_cmpfloat (sluice_traffic_chart_x_of (chart, fixture->now - 20 * SECOND),
                     <,
                     sluice_traffic_chart_x_of (chart, fixture->now - 10 * SECOND));
  press_key (fixture, GDK_KEY_End, 0);
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_cmpint (chart->cursor_time, <, fixture->now - SECOND / 2);
}

static void
test_directions (Fixture      *fixture,
                 gconstpointer data)
{
  sluice_traffic_chart_set_directions (fixture->chart, SLUICE_CHART_DOWNLOAD);
  g_assert_cmpint (fixture->chart->plot.axis, ==, fixture->chart->plot.height);
  sluice_traffic_chart_set_directions (fixture->chart, SLUICE_CHART_UPLOAD);
  g_assert_cmpint (fixture->chart->plot.axis, ==, 0);
  wait_for (is_drawn, fixture);
  sluice_traffic_chart_set_directions (fixture->chart, SLUICE_CHART_BOTH);
  g_assert_cmpint (fixture->chart->plot.axis, >, 0);
  g_assert_cmpint (fixture->chart->plot.axis, <, fixture->chart->plot.height);
}

/* Each new second moves the view once for those who listen, not with every pixel. */
static void
test_view (Fixture      *fixture,
           gconstpointer data)
{
  guint before;

  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  before = fixture->views;
  draws_in (400);
  g_assert_cmpuint (fixture->views, ==, before);
  for (int i = 0; i < 3; i++)
    {
      fixture->chart->view_end += SECOND;
      sluice_traffic_chart_update (fixture->chart);
    }
  g_assert_cmpuint (fixture->views, ==, before + 3);
}

static void
test_no_animations (Fixture      *fixture,
                    gconstpointer data)
{
  gint64 from;
  gint64 to;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));
  append (fixture, fixture->now + SECOND);
  sluice_traffic_chart_update (fixture->chart);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));
  sluice_traffic_chart_get_view (fixture->chart, &from, &to);
  g_assert_cmpint (to, ==, fixture->now + SECOND);
}

static void
test_span (Fixture      *fixture,
           gconstpointer data)
{
  const guint before = fixture->views;
  gint64 from;
  gint64 to;

  sluice_traffic_chart_set_span (fixture->chart, 300 * SECOND);
  g_assert_cmpuint (fixture->views, ==, before + 1);
  sluice_traffic_chart_set_span (fixture->chart, 300 * SECOND);
  g_assert_cmpuint (fixture->views, ==, before + 1);
  sluice_traffic_chart_get_view (fixture->chart, &from, &to);
  g_assert_cmpint (to - from, ==, 300 * SECOND);
}

static void
test_series_change (Fixture      *fixture,
                    gconstpointer data)
{
  gint64 from;
  gint64 to;

  press_key (fixture, GDK_KEY_Left, 0);
  press_key (fixture, GDK_KEY_Return, 0);
  sluice_traffic_chart_set_series (fixture->chart, NULL);
  gtk_widget_queue_draw (GTK_WIDGET (fixture->chart));
  for (int i = 0; i < 20; i++)
    {
      turn ();
      g_usleep (2000);
    }
  g_assert_null (sluice_traffic_chart_cursor_point (fixture->chart));
  /* What was pinned is a moment, not a point. */
  g_assert_true (sluice_traffic_chart_get_pin (fixture->chart, &from, &to));
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));
}

static void
destroy_cb (gpointer data)
{
  (*(guint *) data)++;
}

static char **
readout_cb (GtkWidget *chart,
            gint64     from,
            gint64     to,
            gpointer   user_data)
{
  g_assert_cmpint (to - from, ==, SECOND);
  (*(guint *) user_data)++;
  return g_strsplit ("<b>hostile</b>|a name so long that no box could hold all of it at once, ever|c|d", "|", -1);
}

static void
test_readout (Fixture      *fixture,
              gconstpointer data)
{
  const gint64 deadline = g_get_monotonic_time () + 5 * SECOND;
  guint asked = 0;
  guint destroyed = 0;

  sluice_traffic_chart_set_readout (fixture->chart, readout_cb, &asked, NULL);
  press_key (fixture, GDK_KEY_Left, 0);
  while (asked == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      turn ();
      g_usleep (2000);
    }
  sluice_traffic_chart_set_readout (fixture->chart, NULL, &destroyed, destroy_cb);
  sluice_traffic_chart_set_readout (fixture->chart, NULL, NULL, NULL);
  g_assert_cmpuint (destroyed, ==, 1);
}

static void
test_size (Fixture      *fixture,
           gconstpointer data)
{
  int minimum;

  gtk_widget_measure (GTK_WIDGET (fixture->chart), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 300);
  gtk_widget_measure (GTK_WIDGET (fixture->chart), GTK_ORIENTATION_VERTICAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 120);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/traffic-chart/holds-the-view-when-paused", test_paused);
  ADD ("/traffic-chart/neither-moves-nor-draws-unseen", test_unseen);
  ADD ("/traffic-chart/steps-from-point-to-point-without-animations", test_no_animations);
  ADD ("/traffic-chart/rests-while-minimised", test_minimised);
  ADD ("/traffic-chart/draws-no-oftener-than-a-pixel-moves", test_no_oftener);
  ADD ("/traffic-chart/draws-whatever-comes", test_hostile);
  ADD ("/traffic-chart/needs-less-room-when-compact", test_compact);
  ADD ("/traffic-chart/runs-from-left-to-right-in-every-language", test_rtl);
  ADD ("/traffic-chart/gives-one-direction-all-the-height", test_directions);
  ADD ("/traffic-chart/tells-of-each-second-once", test_view);
  ADD ("/traffic-chart/tells-of-another-span-once", test_span);
  ADD ("/traffic-chart/outlives-its-series", test_series_change);
  ADD ("/traffic-chart/asks-what-there-is-to-say", test_readout);
  ADD ("/traffic-chart/fits-a-narrow-window", test_size);
  return g_test_run ();
}
