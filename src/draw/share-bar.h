#pragma once

#include "draw/palette.h"

G_BEGIN_DECLS

void sluice_draw_share_bar (cairo_t             *cr,
                            const SluicePalette *palette,
                            double               download,
                            double               upload,
                            gboolean             hatched,
                            gboolean             rtl,
                            double               width,
                            double               height);

G_END_DECLS
