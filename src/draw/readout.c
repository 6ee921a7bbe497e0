#include "draw/readout.h"

#include <math.h>

#include "draw/text.h"

#define PADDING 9.0
#define TITLE_SIZE 0.82
#define LINE_SIZE 0.86
#define MARK 8.0
#define MARK_GAP 6.0
#define MAX_LINES 3
/* Wider lines than this end in an ellipsis, logical pixels. */
#define WIDEST 240

typedef struct
{
  PangoLayout *layout;
  int direction; /* -1: no mark before it */
  const SluiceColor *color;
  double gap;    /* above it */
  double indent; /* for the mark */
} Row;

#define MAX_ROWS (3 + MAX_LINES)

static void
add_row (const SluiceReadout *self,
         Row                 *rows,
         guint               *n_rows,
         const char          *text,
         double               size,
         int                  direction,
         gboolean             strong,
         double               gap)
{
  Row *row = &rows[(*n_rows)++];

  row->layout = sluice_text_layout (self->text, text, size, strong);
  pango_layout_set_ellipsize (row->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (row->layout, TRUE);
  row->direction = direction;
  row->color = strong ? &self->palette->text : &self->palette->dim;
  row->gap = gap;
  row->indent = direction >= 0 ? MARK + MARK_GAP : 0;
}

static guint
make_rows (const SluiceReadout *self,
           Row                  rows[MAX_ROWS])
{
  guint n_rows = 0;

  add_row (self, rows, &n_rows, self->title, TITLE_SIZE, -1, FALSE, 0);
  for (int direction = 0; direction < 2; direction++)
    if (self->rates[direction] != NULL)
      add_row (self, rows, &n_rows, self->rates[direction], 1.0, direction, TRUE, direction == 0 ? 2 : 0);
  for (guint i = 0; self->lines != NULL && self->lines[i] != NULL && i < MAX_LINES; i++)
    add_row (self, rows, &n_rows, self->lines[i], LINE_SIZE, -1, FALSE, i == 0 ? 5 : 1);
  return n_rows;
}

/* How wide the text of a row may be. */
static double
widest (const SluiceReadout *self,
        const Row           *row)
{
  return self->room > 0 ? CLAMP (self->room - 2 * PADDING - row->indent, 1, WIDEST) : WIDEST;
}

static void
measure_rows (const SluiceReadout *self,
              const Row           *rows,
              guint                n_rows,
              double              *width_out,
              double              *height_out)
{
  double width = 0;
  double height = 0;

  for (guint i = 0; i < n_rows; i++)
    {
      PangoRectangle logical;

      pango_layout_get_pixel_extents (rows[i].layout, NULL, &logical);
      width = MAX (width, MIN (logical.width, floor (widest (self, &rows[i]))) + rows[i].indent);
      height += logical.height + rows[i].gap;
    }
  *width_out = ceil (width) + 2 * PADDING;
  *height_out = ceil (height) + 2 * PADDING - 4;
}

static void
clear_rows (Row  *rows,
            guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    g_object_unref (rows[i].layout);
}

/**
 * sluice_readout_measure:
 * @self: a read-out
 * @width_out: (out): logical pixels
 * @height_out: (out): logical pixels
 */
void
sluice_readout_measure (const SluiceReadout *self,
                        double              *width_out,
                        double              *height_out)
{
  Row rows[MAX_ROWS];
  guint n_rows = make_rows (self, rows);

  measure_rows (self, rows, n_rows, width_out, height_out);
  clear_rows (rows, n_rows);
}

static void
draw_box (const SluicePalette *palette,
          cairo_t             *cr,
          double               x,
          double               y,
          double               width,
          double               height,
          double               radius,
          double               outline)
{
  /* A soft shadow, without the price of a blur. */
  for (int i = 3; i >= 1; i--)
    {
      sluice_draw_round_rect (cr, x - i, y - i + 1, width + 2 * i, height + 2 * i, radius + i);
      cairo_set_source_rgba (cr, 0, 0, 0, 0.035);
      cairo_fill (cr);
    }
  sluice_draw_round_rect (cr, x, y, width, height, radius);
  sluice_color_set (&palette->box, cr);
  cairo_fill (cr);
  sluice_draw_round_rect (cr, x + 0.5, y + 0.5, width - 1, height - 1, radius - 0.5);
  sluice_color_set_alpha (&palette->axis, outline, cr);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

/**
 * sluice_readout_draw:
 * @self: a read-out
 * @cr: where to
 * @x: its left end
 * @y: its top
 */
void
sluice_readout_draw (const SluiceReadout *self,
                     cairo_t             *cr,
                     double               x,
                     double               y)
{
  Row rows[MAX_ROWS];
  guint n_rows = make_rows (self, rows);
  double width;
  double height;
  double at = y + PADDING - 2;

  measure_rows (self, rows, n_rows, &width, &height);
  draw_box (self->palette, cr, x, y, width, height, 8, self->pinned ? 1.6 : 0.6);
  for (guint i = 0; i < n_rows; i++)
    {
      PangoRectangle logical;
      double edge = self->rtl ? x + width - PADDING : x + PADDING;

      pango_layout_set_width (rows[i].layout, (int) (floor (widest (self, &rows[i])) * PANGO_SCALE));
      pango_layout_get_pixel_extents (rows[i].layout, NULL, &logical);
      at += rows[i].gap;
      if (rows[i].direction >= 0)
        sluice_draw_triangle (cr,
                              self->rtl ? edge - MARK / 2 : edge + MARK / 2,
                              at + logical.height / 2.0 + 0.5,
                              MARK,
                              rows[i].direction == 1,
                              &self->palette->line[rows[i].direction]);
      sluice_text_draw (cr,
                        rows[i].layout,
                        self->rtl ? edge - rows[i].indent : edge + rows[i].indent,
                        at,
                        self->rtl ? SLUICE_ANCHOR_END : SLUICE_ANCHOR_START,
                        rows[i].color,
                        NULL);
      at += logical.height;
    }
  clear_rows (rows, n_rows);
}

/**
 * sluice_draw_badge:
 * @cr: where to
 * @context: the font of the surroundings
 * @palette: the colours
 * @text: a word
 * @right: where it ends
 * @top: where it begins
 */
void
sluice_draw_badge (cairo_t             *cr,
                   PangoContext        *context,
                   const SluicePalette *palette,
                   const char          *text,
                   double               right,
                   double               top)
{
  g_autoptr (PangoLayout) layout = sluice_text_layout (context, text, TITLE_SIZE, TRUE);
  PangoRectangle logical;
  double width;
  double height;
  double bars;

  pango_layout_get_pixel_extents (layout, NULL, &logical);
  height = logical.height + 6;
  width = logical.width + 30;
  bars = round (logical.height * 0.55);
  draw_box (palette, cr, right - width, top, width, height, height / 2, 0.6);

  sluice_color_set (&palette->text, cr);
  cairo_rectangle (cr, right - width + 10, round (top + (height - bars) / 2), 2, bars);
  cairo_rectangle (cr, right - width + 14, round (top + (height - bars) / 2), 2, bars);
  cairo_fill (cr);
  sluice_text_draw (cr, layout, right - 10, top + 3, SLUICE_ANCHOR_END, &palette->text, NULL);
}
