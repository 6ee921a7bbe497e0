#pragma once

#include <pango/pangocairo.h>

#include "draw/palette.h"
#include "model/units.h"

G_BEGIN_DECLS

/**
 * SluiceTrafficFrame:
 * @text: the font of the surroundings
 * @palette: the colours
 * @width: of the whole, logical pixels
 * @height: of the whole
 * @maximum: the end of each direction's axis, download first, bytes/s
 * @shown: which directions are drawn
 * @unit: how rates are written
 * @span: the length of the time axis, µs
 * @end: the right end of a recording, µs since 1970: the time axis has clock times; 0 is now, and times before it
 * @compact: less around it, for a pane at the side
 * @rtl: whether the language runs right to left
 *
 * What stands still in a traffic chart: grid, labels, key. Time runs from left to right in every language, as a clock's
 * hands turn the same way in all; in right-to-left languages the rates stand at the right, where reading begins.
 */
typedef struct
{
  PangoContext *text;
  const SluicePalette *palette;
  double width;
  double height;
  double maximum[2];
  gboolean shown[2];
  SluiceRateUnit unit;
  gint64 span;
  gint64 end;
  gboolean compact;
  gboolean rtl;
} SluiceTrafficFrame;

/**
 * SluiceTrafficPlot:
 * @x: left end of the plot, whole logical pixels
 * @y: its top
 * @width: its width
 * @height: its height
 * @axis: where zero is, below @y
 *
 * Where the moving part lies in a frame.
 */
typedef struct
{
  int x;
  int y;
  int width;
  int height;
  int axis;
} SluiceTrafficPlot;

/* Lines of a grid at the most: what has room on a very large screen. */
#define SLUICE_TRAFFIC_LINES_MAX 256

/**
 * SluiceTrafficLine:
 * @x: logical pixels
 * @y: logical pixels
 * @width: 1 where it stands upright
 * @height: 1 where it lies
 * @axis: whether it is where zero is
 *
 * A line of the grid, as the rectangle that it fills.
 */
typedef struct
{
  int x;
  int y;
  int width;
  int height;
  gboolean axis;
} SluiceTrafficLine;

void  sluice_traffic_frame_place       (const SluiceTrafficFrame *self,
                                        SluiceTrafficPlot        *plot_out);
guint sluice_traffic_frame_get_lines   (const SluiceTrafficFrame *self,
                                        const SluiceTrafficPlot  *plot,
                                        SluiceTrafficLine         lines_out[SLUICE_TRAFFIC_LINES_MAX]);
void  sluice_traffic_frame_draw_labels (const SluiceTrafficFrame *self,
                                        const SluiceTrafficPlot  *plot,
                                        cairo_t                  *cr);
void  sluice_traffic_frame_get_key_box (const SluiceTrafficFrame *self,
                                        const SluiceTrafficPlot  *plot,
                                        guint                     direction,
                                        cairo_rectangle_t        *box_out);
void  sluice_traffic_frame_draw_key    (const SluiceTrafficFrame *self,
                                        const SluiceTrafficPlot  *plot,
                                        guint                     direction,
                                        cairo_t                  *cr);
void  sluice_traffic_frame_draw        (const SluiceTrafficFrame *self,
                                        const SluiceTrafficPlot  *plot,
                                        cairo_t                  *cr);

G_END_DECLS
