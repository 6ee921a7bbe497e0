#pragma once

#include <pango/pangocairo.h>

#include "draw/palette.h"

G_BEGIN_DECLS

/**
 * SluiceReadout:
 * @text: the font of the surroundings
 * @palette: the colours
 * @title: when it was
 * @rates: by direction, download first; %NULL leaves one out
 * @lines: (nullable): what more there is to say, plain text
 * @room: how wide it may be, logical pixels; 0 for as wide as it likes
 * @pinned: whether it stays
 * @rtl: whether the language runs right to left
 *
 * The box that says what was at the moment under the cursor.
 */
typedef struct
{
  PangoContext *text;
  const SluicePalette *palette;
  const char *title;
  const char *rates[2];
  char **lines;
  double room;
  gboolean pinned;
  gboolean rtl;
} SluiceReadout;

void sluice_readout_measure (const SluiceReadout *self,
                             double              *width_out,
                             double              *height_out);
void sluice_readout_draw    (const SluiceReadout *self,
                             cairo_t             *cr,
                             double               x,
                             double               y);
void sluice_draw_badge      (cairo_t             *cr,
                             PangoContext        *context,
                             const SluicePalette *palette,
                             const char          *text,
                             double               right,
                             double               top);

G_END_DECLS
