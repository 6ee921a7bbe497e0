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
  when = sluice_traffic_chart_when (chart, BEGIN);
  g_assert_null (strstr (when, "ago"));
  g_assert_cmpuint (strlen (when), >, 8);
  g_object_unref (widget);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traffic-chart-recorded/stands-still-in-the-packets-own-time", test_view);
  return g_test_run ();
}
