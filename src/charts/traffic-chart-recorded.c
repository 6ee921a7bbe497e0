#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "charts/traffic-chart-private.h"

static char *
clock_of (gint64      time,
          const char *format)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  char *text = date != NULL ? g_date_time_format (date, format) : NULL;

  return text != NULL ? text : g_strdup ("");
}

/* The clock of a point of a recording, with its day: when it began, and where it is more than a second, its end. */
char *
sluice_traffic_chart_recorded_when (const SluicePoint *point)
{
  g_autofree char *begin = clock_of (point->time - point->duration, "%x %T");
  g_autofree char *first_day = clock_of (point->time - point->duration, "%x");
  g_autofree char *last_day = clock_of (point->time, "%x");
  g_autofree char *end = clock_of (point->time, g_str_equal (first_day, last_day) ? "%T" : "%x %T");

  if (point->duration <= G_USEC_PER_SEC)
    return g_steal_pointer (&begin);
  /* Translators: two times of day */
  return g_strdup_printf (_("%s – %s"), begin, end);
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
