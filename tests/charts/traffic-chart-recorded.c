#include "charts/traffic-chart-private.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define BEGIN (1700000000 * SECOND)

static void
test_view (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (1000);
  GtkWidget *widget = g_object_ref_sink (sluice_traffic_chart_new ());
  SluiceTrafficChart *chart = SLUICE_TRAFFIC_CHART (widget);
  g_autofree char *when = NULL;
  gint64 from, to;

  for (guint i = 1; i <= 600; i++)
    {
      SluicePoint point = { BEGIN + i * SECOND, SECOND, i <= 300 ? 1000 : 1000000, 0 };

      sluice_series_append (series, &point);
    }
  sluice_traffic_chart_set_series (chart, series);
  sluice_traffic_chart_set_recorded (chart, BEGIN, BEGIN + 600 * SECOND);
  sluice_traffic_chart_get_view (chart, &from, &to);
  g_assert_cmpint (from, ==, BEGIN);
  g_assert_cmpint (to, ==, BEGIN + 600 * SECOND);
  g_assert_cmpfloat (chart->scales[0].maximum, >=, 1000000);
  g_assert_false (sluice_traffic_chart_is_ticking (chart));
  /* Whatever comes, it stays; the axis fits what is seen of it. */
  sluice_traffic_chart_update (chart);
  sluice_traffic_chart_set_recorded (chart, BEGIN, BEGIN + 100 * SECOND);
  sluice_traffic_chart_update (chart);
  sluice_traffic_chart_get_view (chart, &from, &to);
  g_assert_cmpint (to, ==, BEGIN + 100 * SECOND);
  g_assert_cmpfloat (chart->scales[0].maximum, <, 100000);
  when = sluice_traffic_chart_when (chart, sluice_series_get_last (series));
  g_assert_null (strstr (when, "ago"));
  g_assert_cmpuint (strlen (when), >, 8);
  g_object_unref (widget);
}

static gint64
end_at (SluiceTrafficChart *chart,
        double              second)
{
  const SluicePoint *point = sluice_traffic_chart_point_at (chart, BEGIN + (gint64) (second * SECOND));

  return point != NULL ? (point->time - BEGIN) / SECOND : -1;
}

/* Bursts of a second each minute: 0 to 1, 60 to 61 and so on, up to 541. */
static GtkWidget *
make_sparse (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (1000);
  GtkWidget *widget = g_object_ref_sink (sluice_traffic_chart_new ());

  for (guint i = 0; i < 10; i++)
    {
      const SluicePoint pause = { BEGIN + i * 60 * SECOND, 59 * SECOND, 0, 0 };
      const SluicePoint burst = { pause.time + SECOND, SECOND, 1000, 10 };

      if (i > 0)
        sluice_series_append (series, &pause);
      sluice_series_append (series, &burst);
    }
  sluice_traffic_chart_set_series (SLUICE_TRAFFIC_CHART (widget), series);
  return widget;
}

static void
test_hover (void)
{
  GtkWidget *widget = make_sparse ();
  SluiceTrafficChart *chart = SLUICE_TRAFFIC_CHART (widget);
  g_autofree char *short_when = NULL;
  g_autofree char *long_when = NULL;

  /* Ten columns a second: what is under the pointer is meant. */
  sluice_traffic_chart_set_recorded (chart, BEGIN, BEGIN + 120 * SECOND);
  chart->plot.width = 1200;
  g_assert_cmpint (end_at (chart, 0.5), ==, 1);
  g_assert_cmpint (end_at (chart, 1.5), ==, 60);
  g_assert_cmpint (end_at (chart, 30), ==, 60);
  g_assert_cmpint (end_at (chart, 59.8), ==, 60);
  g_assert_cmpint (end_at (chart, 60.2), ==, 61);
  g_assert_cmpint (end_at (chart, 60.8), ==, 61);
  g_assert_cmpint (end_at (chart, 61.2), ==, 120);
  /* Two seconds a column: a burst is all of its column. */
  sluice_traffic_chart_set_recorded (chart, BEGIN, BEGIN + 600 * SECOND);
  chart->plot.width = 300;
  g_assert_cmpint (end_at (chart, 60.1), ==, 61);
  g_assert_cmpint (end_at (chart, 61.4), ==, 61);
  g_assert_cmpint (end_at (chart, 90), ==, 120);
  g_assert_cmpint (end_at (chart, 595), ==, -1);

  short_when = sluice_traffic_chart_when (chart, sluice_series_get_point (chart->series, 0));
  long_when = sluice_traffic_chart_when (chart, sluice_series_get_point (chart->series, 1));
  g_assert_null (strstr (short_when, "–"));
  g_assert_nonnull (strstr (long_when, "–"));
  g_object_unref (widget);
}

/* No burst is passed over, and no step leads nowhere, however many points share a column. */
static void
test_keys (void)
{
  static const int widths[] = { 1200, 300, 100, 10 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (guint direction = 0; direction < 2; direction++)
      {
        GtkWidget *widget = make_sparse ();
        SluiceTrafficChart *chart = SLUICE_TRAFFIC_CHART (widget);
        guint n_bursts = 0, n_steps = 0;
        gint64 at = -1, seen = -1;

        sluice_traffic_chart_set_recorded (chart, BEGIN, BEGIN + 541 * SECOND);
        chart->plot.width = widths[i];
        sluice_traffic_chart_key (chart, direction == 0 ? GDK_KEY_End : GDK_KEY_Home, 0);
        for (; at != chart->cursor_time; n_steps++)
          {
            const SluicePoint *point = sluice_traffic_chart_cursor_point (chart);

            g_assert_nonnull (point);
            n_bursts += point->rx > 0 && point->time != seen;
            seen = point->time;
            at = chart->cursor_time;
            sluice_traffic_chart_key (chart, direction == 0 ? GDK_KEY_Left : GDK_KEY_Right, 0);
          }
        g_assert_cmpuint (n_bursts, ==, 10);
        g_assert_cmpuint (n_steps, >=, 10);
        g_object_unref (widget);
      }
}

/* A part of a pause can be looked at: a selection does not reach for all of it. */
static void
test_selection (void)
{
  GtkWidget *widget = make_sparse ();
  SluiceTrafficChart *chart = SLUICE_TRAFFIC_CHART (widget);
  gint64 from, to;

  sluice_traffic_chart_set_recorded (chart, BEGIN, BEGIN + 120 * SECOND);
  chart->plot.width = 1200;
  sluice_traffic_chart_press (chart, chart->plot.x + 500);
  sluice_traffic_chart_drag (chart, chart->plot.x + 500, chart->plot.x + 605);
  g_assert_true (sluice_traffic_chart_get_selection (chart, &from, &to));
  g_assert_cmpint (from, ==, BEGIN + 50 * SECOND);
  g_assert_cmpint (to, ==, BEGIN + 61 * SECOND);
  g_object_unref (widget);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traffic-chart-recorded/stands-still-in-the-packets-own-time", test_view);
  g_test_add_func ("/traffic-chart-recorded/speaks-of-what-is-under-the-pointer", test_hover);
  g_test_add_func ("/traffic-chart-recorded/steps-from-burst-to-burst", test_keys);
  g_test_add_func ("/traffic-chart-recorded/selects-a-part-of-a-pause", test_selection);
  return g_test_run ();
}
