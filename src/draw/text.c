#include "draw/text.h"

/**
 * sluice_text_layout:
 * @context: with the font of the surroundings
 * @text: plain text, never markup
 * @size: relative to the font of @context
 * @bold: for the figures that matter
 *
 * Returns: (transfer full): a layout whose figures all have the same width
 */
PangoLayout *
sluice_text_layout (PangoContext *context,
                    const char   *text,
                    double        size,
                    gboolean      bold)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_attr_list_insert (attributes, pango_attr_scale_new (size));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_text (layout, text, -1);

  return layout;
}

/**
 * sluice_text_measure:
 * @context: with the font of the surroundings
 * @text: plain text
 * @size: relative to the font of @context
 * @width_out: (out) (optional): logical pixels
 * @height_out: (out) (optional): logical pixels
 */
void
sluice_text_measure (PangoContext *context,
                     const char   *text,
                     double        size,
                     double       *width_out,
                     double       *height_out)
{
  g_autoptr (PangoLayout) layout = sluice_text_layout (context, text, size, FALSE);
  PangoRectangle logical;

  pango_layout_get_pixel_extents (layout, NULL, &logical);
  if (width_out != NULL)
    *width_out = logical.width;
  if (height_out != NULL)
    *height_out = logical.height;
}

/**
 * sluice_text_draw:
 * @cr: where to
 * @layout: what
 * @x: the reference point
 * @y: the top of the text
 * @anchor: which part of the text stands on @x; start is left, whatever the language
 * @color: its colour
 * @halo: (nullable): the ground, for a text that lies over data
 */
void
sluice_text_draw (cairo_t           *cr,
                  PangoLayout       *layout,
                  double             x,
                  double             y,
                  SluiceAnchor       anchor,
                  const SluiceColor *color,
                  const SluiceColor *halo)
{
  PangoRectangle logical;

  pango_layout_get_pixel_extents (layout, NULL, &logical);
  x -= logical.x + (anchor == SLUICE_ANCHOR_END      ? logical.width
                    : anchor == SLUICE_ANCHOR_MIDDLE ? logical.width / 2
                                                     : 0);
  if (halo != NULL)
    {
      sluice_draw_round_rect (cr, (int) x - 3, (int) y, logical.width + 6, logical.height, 4);
      sluice_color_set_alpha (halo, 0.7, cr);
      cairo_fill (cr);
    }
  cairo_move_to (cr, (int) x, (int) y);
  sluice_color_set (color, cr);
  pango_cairo_show_layout (cr, layout);
}

/**
 * sluice_draw_triangle:
 * @cr: where to
 * @x: its middle
 * @y: its middle
 * @size: its width
 * @up: whether it points up, as upload does
 * @color: its colour
 *
 * Draws the mark of a direction.
 */
void
sluice_draw_triangle (cairo_t           *cr,
                      double             x,
                      double             y,
                      double             size,
                      gboolean           up,
                      const SluiceColor *color)
{
  const double half = size / 2;
  const double tip = up ? -half * 0.8 : half * 0.8;

  cairo_new_path (cr);
  cairo_move_to (cr, x - half, y - tip);
  cairo_line_to (cr, x + half, y - tip);
  cairo_line_to (cr, x, y + tip);
  cairo_close_path (cr);
  sluice_color_set (color, cr);
  cairo_fill (cr);
}

/**
 * sluice_draw_round_rect:
 * @cr: where to
 * @x: left end
 * @y: top
 * @width: logical pixels
 * @height: logical pixels
 * @radius: of the corners; no more than fits
 *
 * Begins a new path with a rectangle of round corners.
 */
void
sluice_draw_round_rect (cairo_t *cr,
                        double   x,
                        double   y,
                        double   width,
                        double   height,
                        double   radius)
{
  radius = MIN (radius, MIN (width, height) / 2);
  cairo_new_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}
