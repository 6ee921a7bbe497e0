#pragma once

#include "draw/part.h"
#include "model/series.h"

G_BEGIN_DECLS

/**
 * SluiceTrafficShape:
 * @palette: the colours
 * @width: of the view, logical pixels
 * @height: of the view
 * @axis: where zero is, from the top
 * @scale: device pixels in a logical one
 * @span: the time that @width shows, µs
 * @maximum: the ends of the axes, download first, bytes/s
 * @shown: which directions are drawn
 * @stepped: whether each point is drawn as long and as high as it is; else even ones are joined by slopes
 *
 * What a tile's pixels depend on besides the data.
 */
typedef struct
{
  const SluicePalette *palette;
  int width;
  int height;
  int axis;
  int scale;
  gint64 span;
  double maximum[2];
  gboolean shown[2];
  gboolean stepped;
} SluiceTrafficShape;

/**
 * SluiceTrafficLayer:
 * @series: rates of the part and of all those below it
 * @part: how it looks
 */
typedef struct
{
  SluiceSeries *series;
  guint part;
} SluiceTrafficLayer;

/* The parts of a stack. */
#define SLUICE_TRAFFIC_LAYERS_MAX SLUICE_N_SERIES_COLORS

/**
 * SluiceTrafficStack:
 * @layers: the lowest first
 * @n_layers: how many
 * @stacked: whether the series is drawn as a stack at all: what is above the highest layer is all the others together
 *
 * What a series is made up of.
 */
typedef struct
{
  SluiceTrafficLayer layers[SLUICE_TRAFFIC_LAYERS_MAX];
  guint n_layers;
  gboolean stacked;
} SluiceTrafficStack;

/**
 * SluiceTrafficTile:
 *
 * The moving part of a traffic chart: lines and areas of a series, rendered once into a surface wider than the view,
 * which is then shown at another place as time goes on. A new point adds a strip at its end; only when that is full, or
 * the shape has changed, is all drawn anew. Columns of the surface stand for fixed stretches of time, so that nothing
 * shimmers when it moves.
 */
typedef struct _SluiceTrafficTile SluiceTrafficTile;

SluiceTrafficTile *sluice_traffic_tile_new         (void);
void               sluice_traffic_tile_free        (SluiceTrafficTile        *self);
gboolean           sluice_traffic_tile_update      (SluiceTrafficTile        *self,
                                                    const SluiceTrafficShape *shape,
                                                    const SluiceSeries       *series,
                                                    const SluiceTrafficStack *stack,
                                                    gint64                    view_end);
cairo_surface_t   *sluice_traffic_tile_get_surface (SluiceTrafficTile        *self);
int                sluice_traffic_tile_get_offset  (const SluiceTrafficTile  *self,
                                                    gint64                    view_end);
double             sluice_traffic_shape_column     (const SluiceTrafficShape *shape);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceTrafficTile, sluice_traffic_tile_free)

G_END_DECLS
