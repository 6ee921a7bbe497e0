#include "charts/traffic-chart-private.h"

/* The clock of a moment of a recording, with its day. */
char *
sluice_traffic_chart_recorded_when (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  char *text = date != NULL ? g_date_time_format (date, "%x %T") : NULL;

  return text != NULL ? text : g_strdup ("");
}

/**
 * sluice_traffic_chart_set_recorded:
 * @self: a chart
 * @from: begin of what it shows, µs since 1970
 * @to: its end, at least a second later
 *
 * Shows a stretch of a recording, whose series has the packets' own times, instead of the last minutes: nothing moves,
 * and the time axis has the clock's labels.
 */
void
sluice_traffic_chart_set_recorded (SluiceTrafficChart *self,
                                   gint64              from,
                                   gint64              to)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));
  g_return_if_fail (to - from >= G_USEC_PER_SEC);

  self->recorded = TRUE;
  self->span = to - from;
  self->view_end = to;
  sluice_traffic_chart_reset_view (self);
}
