#include "charts/traffic-chart.h"

#include "fixture.h"

static gboolean
is_unmapped (Fixture *fixture)
{
  return !gtk_widget_get_mapped (GTK_WIDGET (fixture->chart));
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
  append (fixture, fixture->now + SECOND / 50);
  sluice_traffic_chart_update (fixture->chart);
  sluice_traffic_chart_get_view (fixture->chart, &from[1], &to[1]);
  g_assert_cmpint (to[1], ==, to[0]);
  g_assert_false (sluice_traffic_chart_is_ticking (fixture->chart));

  sluice_traffic_chart_set_paused (fixture->chart, FALSE);
  g_assert_true (sluice_traffic_chart_is_ticking (fixture->chart));
  g_usleep (30000);
  sluice_traffic_chart_get_view (fixture->chart, &from[2], &to[2]);
  g_assert_cmpint (to[2], >, to[0]);
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
  ADD ("/traffic-chart/tells-of-another-span-once", test_span);
  ADD ("/traffic-chart/outlives-its-series", test_series_change);
  ADD ("/traffic-chart/asks-what-there-is-to-say", test_readout);
  ADD ("/traffic-chart/fits-a-narrow-window", test_size);
  return g_test_run ();
}
