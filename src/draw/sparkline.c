#include "draw/sparkline.h"

#include <math.h>

#include "draw/scale.h"

#define SPAN (60 * G_USEC_PER_SEC)

static double
largest (const SluiceSeries *series,
         guint               index)
{
  double maximum = SLUICE_SCALE_FLOOR_BITS / 8;

  for (; index < sluice_series_get_length (series); index++)
    {
      const SluicePoint *point = sluice_series_get_point (series, index);

      if (isfinite (point->rx))
        maximum = MAX (maximum, point->rx);
      if (isfinite (point->tx))
        maximum = MAX (maximum, point->tx);
    }
  return maximum;
}

/* One bar a point, from begin to end, whole device pixels high: at this size a line is only blur. */
static void
trace (cairo_t            *cr,
       const SluiceSeries *series,
       guint               index,
       guint               direction,
       double              maximum,
       gint64              now,
       double              width,
       double              height)
{
  const double axis = round (height * 0.6);
  const double room = direction == 0 ? axis : height - axis - 1;

  for (; index < sluice_series_get_length (series); index++)
    {
      const SluicePoint *point = sluice_series_get_point (series, index);
      const double rate = direction == 0 ? point->rx : point->tx;
      const double x0 = MAX (width - width * (double) (now - point->time + point->duration) / SPAN, 0);
      const double x1 = MIN (width - width * (double) (now - point->time) / SPAN, width);
      const double part = ceil (MIN (rate / maximum, 1.0) * room * 2) / 2;

      if (!(rate > 0) || x1 <= x0)
        continue;
      cairo_rectangle (cr, x0, direction == 0 ? axis - part : axis + 1, x1 - x0, part);
    }
}

/**
 * sluice_draw_sparkline:
 * @cr: where to, its origin at the corner
 * @palette: the colours
 * @series: the rates of one thing
 * @now: boot-time clock at the right end, µs
 * @width: logical pixels
 * @height: logical pixels
 *
 * Draws the last minute, download above a hairline and upload below it, both to the larger one's scale: a shape, not a
 * measure.
 */
void
sluice_draw_sparkline (cairo_t             *cr,
                       const SluicePalette *palette,
                       const SluiceSeries  *series,
                       gint64               now,
                       double               width,
                       double               height)
{
  const guint index = sluice_series_find (series, now - SPAN);
  const double maximum = largest (series, index);

  cairo_save (cr);
  cairo_rectangle (cr, 0, round (height * 0.6), width, 1);
  sluice_color_set (&palette->grid, cr);
  cairo_fill (cr);
  for (guint direction = 0; direction < 2; direction++)
    {
      cairo_new_path (cr);
      trace (cr, series, index, direction, maximum, now, width, height);
      sluice_color_set (&palette->line[direction], cr);
      cairo_fill (cr);
    }
  cairo_restore (cr);
}
