#pragma once

#include <gtk/gtk.h>

#include "model/series.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_SPARKLINE (sluice_sparkline_get_type ())
/**
 * SluiceSparkline:
 *
 * The last minute of a #SluiceSeries in a table cell: download above, upload below, no labels. Redraws only when told
 * and mapped. Decorative for assistive technology; the cells beside it say the figures.
 */
G_DECLARE_FINAL_TYPE (SluiceSparkline, sluice_sparkline, SLUICE, SPARKLINE, GtkWidget)

GtkWidget *sluice_sparkline_new        (void);
void       sluice_sparkline_set_series (SluiceSparkline *self,
                                        SluiceSeries    *series);
void       sluice_sparkline_set_now    (SluiceSparkline *self,
                                        gint64           boot_time);

G_END_DECLS
