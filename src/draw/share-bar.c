#include "draw/share-bar.h"

#include <math.h>

#include "draw/text.h"

static void
draw_hatch (cairo_t             *cr,
            const SluicePalette *palette,
            double               x,
            double               width,
            double               height)
{
  cairo_save (cr);
  cairo_rectangle (cr, x, 0, width, height);
  cairo_clip (cr);
  sluice_color_set (&palette->background, cr);
  cairo_set_line_width (cr, 1.5);
  for (double at = x - height; at < x + width; at += 5)
    {
      cairo_move_to (cr, at, height + 1);
      cairo_line_to (cr, at + height + 1, -1);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * sluice_draw_share_bar:
 * @cr: where to, its origin at the bar's corner
 * @palette: the colours
 * @download: the share of the whole that was received, 0 to 1
 * @upload: the share that was sent; both together at most 1
 * @hatched: for what belongs to no program
 * @rtl: whether it fills from the right
 * @width: logical pixels
 * @height: logical pixels
 *
 * A share above nothing is always seen, be it ever so small.
 */
void
sluice_draw_share_bar (cairo_t             *cr,
                       const SluicePalette *palette,
                       double               download,
                       double               upload,
                       gboolean             hatched,
                       gboolean             rtl,
                       double               width,
                       double               height)
{
  const double shares[2] = { CLAMP (download, 0.0, 1.0), CLAMP (upload, 0.0, 1.0 - CLAMP (download, 0.0, 1.0)) };
  double x = 0;

  cairo_save (cr);
  if (rtl)
    {
      cairo_translate (cr, width, 0);
      cairo_scale (cr, -1, 1);
    }
  sluice_draw_round_rect (cr, 0, 0, width, height, height / 2);
  sluice_color_set (&palette->grid, cr);
  cairo_fill_preserve (cr);
  cairo_clip (cr);
  for (guint i = 0; i < 2; i++)
    {
      double part = shares[i] > 0 ? MAX (round (shares[i] * width), 2) : 0;

      if (part == 0)
        continue;
      cairo_rectangle (cr, x, 0, part, height);
      sluice_color_set (hatched ? &palette->dim : &palette->line[i], cr);
      cairo_fill (cr);
      if (hatched || i == 1)
        draw_hatch (cr, palette, x, part, height);
      x += part;
    }
  cairo_restore (cr);
}
