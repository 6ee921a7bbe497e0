#pragma once

#include <gtk/gtk.h>

#include "draw/traffic-tile.h"
#include "model/units.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_CHART_BOTH,
  SLUICE_CHART_DOWNLOAD,
  SLUICE_CHART_UPLOAD,
} SluiceChartDirections;

/**
 * SluiceChartReadout:
 * @chart: the chart that asks
 * @from: boot-time clock at the begin of the point under the cursor, µs
 * @to: at its end
 *
 * Returns: (transfer full) (nullable): up to three short plain lines to show below time and rates: the top programs
 */
typedef char **(*SluiceChartReadout) (GtkWidget *chart,
                                      gint64     from,
                                      gint64     to,
                                      gpointer   user_data);

#define SLUICE_TYPE_TRAFFIC_CHART (sluice_traffic_chart_get_type ())
/**
 * SluiceTrafficChart:
 *
 * Download above the axis and upload below it over the last minutes, drawn by Cairo from a #SluiceSeries.
 *
 * Signal "pin-changed": a moment was pinned by click or Enter, or let go (get_pin).
 * Signal "selection-changed": a span was selected by dragging or with Shift and the arrows, or let go (get_selection).
 * Signal "view-changed": the visible span moved by more than a point, or has another length (get_view).
 */
G_DECLARE_FINAL_TYPE (SluiceTrafficChart, sluice_traffic_chart, SLUICE, TRAFFIC_CHART, GtkWidget)

GtkWidget *sluice_traffic_chart_new            (void);
void       sluice_traffic_chart_set_series     (SluiceTrafficChart   *self,
                                                SluiceSeries         *series);
void       sluice_traffic_chart_set_recorded   (SluiceTrafficChart   *self,
                                                gint64                from,
                                                gint64                to);
void       sluice_traffic_chart_set_stack      (SluiceTrafficChart   *self,
                                                const SluiceTrafficStack *stack);
void       sluice_traffic_chart_update         (SluiceTrafficChart   *self);
void       sluice_traffic_chart_set_span       (SluiceTrafficChart   *self,
                                                gint64                microseconds);
void       sluice_traffic_chart_set_units      (SluiceTrafficChart   *self,
                                                SluiceRateUnit        unit);
void       sluice_traffic_chart_set_directions (SluiceTrafficChart   *self,
                                                SluiceChartDirections directions);
void       sluice_traffic_chart_set_paused     (SluiceTrafficChart   *self,
                                                gboolean              paused);
void       sluice_traffic_chart_set_compact    (SluiceTrafficChart   *self,
                                                gboolean              compact);
void       sluice_traffic_chart_set_readout    (SluiceTrafficChart   *self,
                                                SluiceChartReadout    readout,
                                                gpointer              user_data,
                                                GDestroyNotify        destroy);
void       sluice_traffic_chart_get_view       (SluiceTrafficChart   *self,
                                                gint64               *from_out,
                                                gint64               *to_out);
gboolean   sluice_traffic_chart_get_pin        (SluiceTrafficChart   *self,
                                                gint64               *from_out,
                                                gint64               *to_out);
gboolean   sluice_traffic_chart_get_selection  (SluiceTrafficChart   *self,
                                                gint64               *from_out,
                                                gint64               *to_out);
void       sluice_traffic_chart_let_go         (SluiceTrafficChart   *self);

G_END_DECLS
