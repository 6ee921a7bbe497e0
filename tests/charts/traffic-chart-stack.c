#include "charts/traffic-chart-private.h"

static void
test_references (void)
{
  GtkWidget *widget = g_object_ref_sink (sluice_traffic_chart_new ());
  SluiceTrafficChart *chart = SLUICE_TRAFFIC_CHART (widget);
  SluiceSeries *series = sluice_series_new (10);
  SluiceTrafficStack stack = { .layers = { { series, 2 } }, .n_layers = 1, .stacked = TRUE };

  sluice_traffic_chart_set_stack (chart, &stack);
  sluice_series_unref (series);
  /* The same again: the only reference is the chart's own. */
  sluice_traffic_chart_set_stack (chart, &stack);
  g_assert_true (chart->stack.stacked);
  g_assert_cmpuint (chart->stack.n_layers, ==, 1);
  g_assert_cmpuint (sluice_series_get_length (chart->stack.layers[0].series), ==, 0);
  sluice_traffic_chart_set_stack (chart, NULL);
  g_assert_false (chart->stack.stacked);
  g_assert_cmpuint (chart->stack.n_layers, ==, 0);
  g_object_unref (widget);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traffic-chart-stack/holds-its-layers", test_references);
  return g_test_run ();
}
