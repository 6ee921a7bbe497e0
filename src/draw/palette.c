#include "draw/palette.h"

#include <math.h>

#define RGBA(hex, opacity) \
  {                                                                                      \
    ((hex) >> 16) / 255.0, ((hex) >> 8 & 0xff) / 255.0, ((hex) &0xff) / 255.0, (opacity) \
  }
#define RGB(hex) RGBA (hex, 1.0)

static const SluicePalette palettes[SLUICE_N_SCHEMES] = {
  [SLUICE_SCHEME_LIGHT] = {
    .background = RGB (0xffffff),
    .text = RGBA (0x000000, 0.8),
    .dim = RGBA (0x000000, 0.58),
    .grid = RGBA (0x000000, 0.08),
    .axis = RGBA (0x000000, 0.32),
    .box = RGBA (0xffffff, 0.96),
    .line = { RGB (0x0072b2), RGB (0xbd7f00) },
    .fill = { RGB (0x0072b2), RGB (0xe69f00) },
    .series = { RGB (0x0072b2), RGB (0xbd7f00), RGB (0x009e73), RGB (0xc4659a), RGB (0x2f8fc9), RGB (0xd55e00) },
    .fill_near = 0.10,
    .fill_far = 0.46,
    .line_width = 1.5,
  },
  [SLUICE_SCHEME_DARK] = {
    .background = RGB (0x2d2d2d),
    .text = RGBA (0xffffff, 0.94),
    .dim = RGBA (0xffffff, 0.66),
    .grid = RGBA (0xffffff, 0.08),
    .axis = RGBA (0xffffff, 0.34),
    .box = RGBA (0x1f1f1f, 0.96),
    .line = { RGB (0x45a5e6), RGB (0xe69f00) },
    .fill = { RGB (0x2e93d6), RGB (0xe69f00) },
    .series = { RGB (0x45a5e6), RGB (0xe69f00), RGB (0x12b587), RGB (0xd888b4), RGB (0x8fd0f5), RGB (0xf0722f) },
    .fill_near = 0.12,
    .fill_far = 0.52,
    .line_width = 1.5,
  },
  [SLUICE_SCHEME_HIGH_CONTRAST] = {
    .background = RGB (0xffffff),
    .text = RGB (0x000000),
    .dim = RGB (0x202020),
    .grid = RGBA (0x000000, 0.24),
    .axis = RGB (0x000000),
    .box = RGB (0xffffff),
    .line = { RGB (0x004b7a), RGB (0x7a4d00) },
    .fill = { RGB (0x0072b2), RGB (0xe69f00) },
    .series = { RGB (0x004b7a), RGB (0x7a4d00), RGB (0x005c43), RGB (0x8a2f62), RGB (0x1b5e8c), RGB (0x8f3f00) },
    .fill_near = 0.28,
    .fill_far = 0.60,
    .line_width = 2.0,
  },
  [SLUICE_SCHEME_DARK | SLUICE_SCHEME_HIGH_CONTRAST] = {
    .background = RGB (0x2d2d2d),
    .text = RGB (0xffffff),
    .dim = RGB (0xe6e6e6),
    .grid = RGBA (0xffffff, 0.26),
    .axis = RGB (0xffffff),
    .box = RGB (0x000000),
    .line = { RGB (0x7fcaff), RGB (0xffc24a) },
    .fill = { RGB (0x45a5e6), RGB (0xe69f00) },
    .series = { RGB (0x7fcaff), RGB (0xffc24a), RGB (0x4fe0b5), RGB (0xf5b5d8), RGB (0xb9e2fa), RGB (0xffa070) },
    .fill_near = 0.30,
    .fill_far = 0.64,
    .line_width = 2.0,
  },
};

/**
 * sluice_palette_get:
 * @scheme: bits of #SluiceScheme
 *
 * Returns: (transfer none): the colours of a scheme, for ever valid
 */
const SluicePalette *
sluice_palette_get (SluiceScheme scheme)
{
  g_return_val_if_fail ((guint) scheme < SLUICE_N_SCHEMES, &palettes[0]);

  return &palettes[scheme];
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const SluiceColor *color)
{
  return 0.2126 * linear (color->red) + 0.7152 * linear (color->green) + 0.0722 * linear (color->blue);
}

/**
 * sluice_color_contrast:
 * @one: an opaque colour
 * @other: another
 *
 * Returns: the contrast ratio of WCAG 2.1, 1 to 21
 */
double
sluice_color_contrast (const SluiceColor *one,
                       const SluiceColor *other)
{
  double a = luminance (one);
  double b = luminance (other);

  return (MAX (a, b) + 0.05) / (MIN (a, b) + 0.05);
}

/**
 * sluice_color_set:
 * @color: a colour
 * @cr: what to paint with it next
 */
void
sluice_color_set (const SluiceColor *color,
                  cairo_t           *cr)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha);
}

/**
 * sluice_color_set_alpha:
 * @color: a colour
 * @alpha: what its own opacity is multiplied by
 * @cr: what to paint with it next
 */
void
sluice_color_set_alpha (const SluiceColor *color,
                        double             alpha,
                        cairo_t           *cr)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}
