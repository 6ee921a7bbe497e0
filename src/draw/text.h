#pragma once

#include <pango/pangocairo.h>

#include "draw/palette.h"

G_BEGIN_DECLS

/* Where a text hangs by its reference point. */
typedef enum
{
  SLUICE_ANCHOR_START,
  SLUICE_ANCHOR_MIDDLE,
  SLUICE_ANCHOR_END,
} SluiceAnchor;

PangoLayout *sluice_text_layout     (PangoContext      *context,
                                     const char        *text,
                                     double             size,
                                     gboolean           bold);
void         sluice_text_measure    (PangoContext      *context,
                                     const char        *text,
                                     double             size,
                                     double            *width_out,
                                     double            *height_out);
void         sluice_text_draw       (cairo_t           *cr,
                                     PangoLayout       *layout,
                                     double             x,
                                     double             y,
                                     SluiceAnchor       anchor,
                                     const SluiceColor *color,
                                     const SluiceColor *halo);
void         sluice_draw_triangle   (cairo_t           *cr,
                                     double             x,
                                     double             y,
                                     double             size,
                                     gboolean           up,
                                     const SluiceColor *color);
void         sluice_draw_round_rect (cairo_t           *cr,
                                     double             x,
                                     double             y,
                                     double             width,
                                     double             height,
                                     double             radius);

G_END_DECLS
