#include "draw/part.h"

#include "draw/text.h"

/* A part's colour beside the others of a stack: solid enough to be told by, light enough for the grid's labels. */
#define OPACITY 0.88
#define OTHER_OPACITY 0.34
/* The motif of lines that rise. */
#define DIAGONALS 1

/**
 * sluice_part_get_color:
 * @palette: the colours
 * @part: of a stack, or %SLUICE_PART_OTHER
 *
 * Returns: (transfer none): its colour; those that mean download and upload elsewhere come last
 */
const SluiceColor *
sluice_part_get_color (const SluicePalette *palette,
                       guint                part)
{
  if (part >= SLUICE_N_SERIES_COLORS)
    return &palette->dim;
  return &palette->series[(part + 2) % SLUICE_N_SERIES_COLORS];
}

static void
draw_diagonals (cairo_t *cr,
                gboolean falling)
{
  const double period = SLUICE_PART_PERIOD;

  if (falling)
    {
      cairo_translate (cr, period, 0);
      cairo_scale (cr, -1, 1);
    }
  /* Three, so that the corners are whole where the tiles meet. */
  for (int i = -1; i <= 1; i++)
    {
      cairo_move_to (cr, i * period - 1, period + 1);
      cairo_line_to (cr, (i + 1) * period + 1, -1);
    }
  cairo_stroke (cr);
}

static void
draw_motif (cairo_t *cr,
            guint    motif)
{
  const double period = SLUICE_PART_PERIOD;

  switch (motif)
    {
    case DIAGONALS:
    case 2:
      draw_diagonals (cr, motif != DIAGONALS);
      break;
    case 3:
      cairo_arc (cr, period / 2, period / 2, 1.25, 0, 2 * G_PI);
      cairo_fill (cr);
      break;
    case 4:
      cairo_rectangle (cr, 0, 2, period, 1.5);
      cairo_fill (cr);
      break;
    case 5:
      cairo_rectangle (cr, 2, 0, 1.5, period);
      cairo_fill (cr);
      break;
    default:
      break;
    }
}

static cairo_pattern_t *
make_pattern (const SluiceColor *color,
              double             alpha,
              double             line_width,
              guint              motif,
              int                scale)
{
  const int pixels = SLUICE_PART_PERIOD * scale;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, pixels, pixels);
  cairo_pattern_t *pattern;
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  sluice_color_set_alpha (color, alpha, cr);
  cairo_set_line_width (cr, line_width);
  draw_motif (cr, motif);
  cairo_destroy (cr);

  pattern = cairo_pattern_create_for_surface (surface);
  cairo_pattern_set_extend (pattern, CAIRO_EXTEND_REPEAT);
  cairo_pattern_set_filter (pattern, CAIRO_FILTER_NEAREST);
  cairo_surface_destroy (surface);
  return pattern;
}

/**
 * sluice_part_make_pattern:
 * @palette: the colours
 * @part: of a stack, or %SLUICE_PART_OTHER
 * @scale: device pixels in a logical one
 *
 * What tells parts apart for those who cannot tell their colours.
 *
 * Returns: (transfer full) (nullable): what is drawn over its colour; %NULL for plain ones
 */
cairo_pattern_t *
sluice_part_make_pattern (const SluicePalette *palette,
                          guint                part,
                          int                  scale)
{
  if (part == 0 || part >= SLUICE_PART_OTHER)
    return NULL;
  return make_pattern (&palette->background, 0.5, 1.25, part, scale);
}

/**
 * sluice_part_make_hatch:
 * @palette: the colours
 * @scale: device pixels in a logical one
 *
 * What tells upload from download where the chart is no stack.
 *
 * Returns: (transfer full): what fills the area of upload
 */
cairo_pattern_t *
sluice_part_make_hatch (const SluicePalette *palette,
                        int                  scale)
{
  return make_pattern (&palette->line[1], 0.30, 1.0, DIAGONALS, scale);
}

/**
 * sluice_part_fill:
 * @palette: the colours
 * @part: of a stack, or %SLUICE_PART_OTHER
 * @pattern: (nullable): as sluice_part_make_pattern() made it
 * @cr: has a path, which is used up
 *
 * Fills the path; nothing of what was there before shows through.
 */
void
sluice_part_fill (const SluicePalette *palette,
                  guint                part,
                  cairo_pattern_t     *pattern,
                  cairo_t             *cr)
{
  cairo_save (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  sluice_color_set_alpha (sluice_part_get_color (palette, part),
                          part >= SLUICE_PART_OTHER ? OTHER_OPACITY : OPACITY, cr);
  cairo_fill_preserve (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  if (pattern != NULL)
    {
      cairo_set_source (cr, pattern);
      cairo_fill_preserve (cr);
    }
  cairo_new_path (cr);
  cairo_restore (cr);
}

/**
 * sluice_draw_swatch:
 * @cr: where to, its origin at the corner
 * @palette: the colours
 * @part: of a stack, or %SLUICE_PART_OTHER
 * @scale: device pixels in a logical one
 * @size: logical pixels
 *
 * Draws the key of a part: a small square that looks as the part does.
 */
void
sluice_draw_swatch (cairo_t             *cr,
                    const SluicePalette *palette,
                    guint                part,
                    int                  scale,
                    double               size)
{
  cairo_pattern_t *pattern = sluice_part_make_pattern (palette, part, scale);

  sluice_draw_round_rect (cr, 0, 0, size, size, 3);
  sluice_part_fill (palette, part, pattern, cr);
  g_clear_pointer (&pattern, cairo_pattern_destroy);
}
