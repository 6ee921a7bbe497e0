#pragma once

#include "draw/palette.h"

G_BEGIN_DECLS

/* What is in no part of a stack: all the others together. */
#define SLUICE_PART_OTHER SLUICE_N_SERIES_COLORS
/* A pattern repeats after so many logical pixels. */
#define SLUICE_PART_PERIOD 6

const SluiceColor *sluice_part_get_color    (const SluicePalette *palette,
                                             guint                part);
cairo_pattern_t   *sluice_part_make_pattern (const SluicePalette *palette,
                                             guint                part,
                                             int                  scale);
cairo_pattern_t   *sluice_part_make_hatch   (const SluicePalette *palette,
                                             int                  scale);
void               sluice_part_fill         (const SluicePalette *palette,
                                             guint                part,
                                             cairo_pattern_t     *pattern,
                                             cairo_t             *cr);
void               sluice_draw_swatch       (cairo_t             *cr,
                                             const SluicePalette *palette,
                                             guint                part,
                                             int                  scale,
                                             double               size);

G_END_DECLS
