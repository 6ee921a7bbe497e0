#pragma once

#include "draw/palette.h"
#include "model/series.h"

G_BEGIN_DECLS

void sluice_draw_sparkline (cairo_t             *cr,
                            const SluicePalette *palette,
                            const SluiceSeries  *series,
                            gint64               now,
                            double               width,
                            double               height);

G_END_DECLS
