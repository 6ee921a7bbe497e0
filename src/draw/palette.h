#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double red;
  double green;
  double blue;
  double alpha;
} SluiceColor;

/* Dark and high contrast are bits of their own, as on the desktop. */
typedef enum
{
  SLUICE_SCHEME_LIGHT = 0,
  SLUICE_SCHEME_DARK = 1 << 0,
  SLUICE_SCHEME_HIGH_CONTRAST = 1 << 1,
} SluiceScheme;

#define SLUICE_N_SCHEMES 4
#define SLUICE_N_SERIES_COLORS 6

/**
 * SluicePalette:
 * @background: near enough to whatever the chart stands on, window or card; only halos are painted in it
 * @text: figures and words
 * @dim: words of lesser weight
 * @grid: lines of the grid
 * @axis: the zero line
 * @box: the ground of read-out and badge
 * @line: the line of a direction, download first; at least 3:1 against @background
 * @fill: the area under it
 * @series: several things beside each other: the directions' colours, then others in a fixed order
 * @fill_near: opacity of an area at the axis
 * @fill_far: opacity of an area at its full height
 * @line_width: in logical pixels
 *
 * Colours after Okabe and Ito, "Color Universal Design" (2008), darkened or lightened until they hold their contrast.
 */
typedef struct
{
  SluiceColor background;
  SluiceColor text;
  SluiceColor dim;
  SluiceColor grid;
  SluiceColor axis;
  SluiceColor box;
  SluiceColor line[2];
  SluiceColor fill[2];
  SluiceColor series[SLUICE_N_SERIES_COLORS];
  double fill_near;
  double fill_far;
  double line_width;
} SluicePalette;

const SluicePalette *sluice_palette_get     (SluiceScheme       scheme);
double               sluice_color_contrast  (const SluiceColor *one,
                                             const SluiceColor *other);
void                 sluice_color_set       (const SluiceColor *color,
                                             cairo_t           *cr);
void                 sluice_color_set_alpha (const SluiceColor *color,
                                             double             alpha,
                                             cairo_t           *cr);

G_END_DECLS
