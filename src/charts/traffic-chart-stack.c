#include "charts/traffic-chart-private.h"

void
sluice_traffic_chart_clear_stack (SluiceTrafficChart *self)
{
  for (guint i = 0; i < self->stack.n_layers; i++)
    sluice_series_unref (self->stack.layers[i].series);
  self->stack = (SluiceTrafficStack){ 0 };
}

/**
 * sluice_traffic_chart_set_stack:
 * @self: a chart
 * @stack: (nullable): what its series is made up of, or %NULL to show the series alone; the chart holds references of
 *   its own
 *
 * To be called before sluice_traffic_chart_update() where the series has a new point, as its layers have.
 */
void
sluice_traffic_chart_set_stack (SluiceTrafficChart       *self,
                                const SluiceTrafficStack *stack)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  for (guint i = 0; stack != NULL && i < stack->n_layers; i++)
    sluice_series_ref (stack->layers[i].series);
  sluice_traffic_chart_clear_stack (self);
  if (stack != NULL)
    self->stack = *stack;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
