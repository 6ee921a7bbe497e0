#include "sluice-config.h"

#include "draw/traffic-frame.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "draw/scale.h"
#include "draw/text.h"

/* Labels against the text around the chart. */
#define LABEL_SIZE 0.82
/* Between plot and labels. */
#define LABEL_GAP 6
/* A second line of the grid closer than this helps nobody. */
#define LINE_DISTANCE 26
/* The share of the height that download gets beside upload: people mostly receive. */
#define DOWNLOAD_SHARE 0.6

static double
label_height (const SluiceTrafficFrame *self)
{
  double height;

  sluice_text_measure (self->text, "0", LABEL_SIZE, NULL, &height);
  return height;
}

/**
 * sluice_traffic_frame_place:
 * @self: a frame
 * @plot_out: (out caller-allocates): where the plot lies in it, never of no size
 */
void
sluice_traffic_frame_place (const SluiceTrafficFrame *self,
                            SluiceTrafficPlot        *plot_out)
{
  const double line = label_height (self);
  const gboolean times = !self->compact || self->height >= 6 * line;
  double gutter = 0;
  double end = 0;
  int share;

  if (!self->compact)
    {
      /* As wide as the widest label ever, so that the plot does not move when the axis changes. */
      sluice_text_measure (self->text, "500", LABEL_SIZE, &gutter, NULL);
      gutter = ceil (gutter) + LABEL_GAP;
      end = 4;
    }

  plot_out->x = (int) (self->rtl ? end : gutter);
  plot_out->y = self->compact ? 2 : (int) ceil (line / 2) + 1;
  plot_out->width = MAX ((int) (self->width - gutter - end), 1);
  plot_out->height = (int) self->height - plot_out->y - (times ? (int) ceil (line) + LABEL_GAP : 2);
  plot_out->height = MAX (plot_out->height, 2);
  share = !self->shown[1] ? plot_out->height : !self->shown[0] ? 0 : (int) round (plot_out->height * DOWNLOAD_SHARE);
  plot_out->axis = share;
}

static void
draw_rate_label (const SluiceTrafficFrame *self,
                 const SluiceTrafficPlot  *plot,
                 cairo_t                  *cr,
                 double                    y,
                 double                    value)
{
  char text[32];
  g_autoptr (PangoLayout) layout = NULL;
  PangoRectangle logical;

  g_snprintf (text, sizeof text, "%.*f", value == floor (value) ? 0 : value * 10 == floor (value * 10) ? 1 : 2, value);
  layout = sluice_text_layout (self->text, text, LABEL_SIZE, FALSE);
  pango_layout_get_pixel_extents (layout, NULL, &logical);
  sluice_text_draw (cr,
                    layout,
                    self->rtl ? plot->x + plot->width + LABEL_GAP : plot->x - LABEL_GAP,
                    round (y - logical.height / 2.0),
                    self->rtl ? SLUICE_ANCHOR_START : SLUICE_ANCHOR_END,
                    &self->palette->dim,
                    NULL);
}

static void
draw_rates (const SluiceTrafficFrame *self,
            const SluiceTrafficPlot  *plot,
            cairo_t                  *cr,
            guint                     direction)
{
  const double height = direction == 0 ? plot->axis : plot->height - plot->axis;
  const double distance = MAX (LINE_DISTANCE, label_height (self) * 1.25);
  const double maximum = self->maximum[direction];
  const double step = sluice_scale_step (maximum, self->unit, (guint) (height / distance));
  const int n_steps = (int) lround (maximum / step);
  SluiceAxisUnit unit;

  sluice_scale_axis_unit (maximum, self->unit, &unit);
  for (int i = 1; i <= n_steps; i++)
    {
      double part = round (height * i / n_steps);
      double y = plot->y + plot->axis + (direction == 0 ? -part : part);

      cairo_move_to (cr, plot->x, y + 0.5);
      cairo_line_to (cr, plot->x + plot->width, y + 0.5);
      sluice_color_set (&self->palette->grid, cr);
      cairo_stroke (cr);
      if (!self->compact)
        draw_rate_label (self, plot, cr, y + 0.5, round (step * i / unit.per * 1000) / 1000);
    }
}

static char *
time_label (gint64 ago)
{
  const gint64 seconds = ago / G_USEC_PER_SEC;

  if (seconds == 0)
    /* Translators: the right end of a live chart's time axis */
    return g_strdup (C_("time axis", "now"));
  if (seconds % 3600 == 0 && seconds > 3600)
    /* Translators: hours before now, on a chart's time axis; the sign is a minus */
    return g_strdup_printf (C_("time axis", "−%d h"), (int) (seconds / 3600));
  if (seconds % 60 == 0 && seconds > 60)
    /* Translators: minutes before now, on a chart's time axis; the sign is a minus */
    return g_strdup_printf (C_("time axis", "−%d min"), (int) (seconds / 60));
  /* Translators: seconds before now, on a chart's time axis; the sign is a minus */
  return g_strdup_printf (C_("time axis", "−%d s"), (int) seconds);
}

static void
draw_times (const SluiceTrafficFrame *self,
            const SluiceTrafficPlot  *plot,
            cairo_t                  *cr)
{
  g_autofree char *longest = time_label (self->span);
  double wide;
  gint64 step;

  sluice_text_measure (self->text, longest, LABEL_SIZE, &wide, NULL);
  step = sluice_scale_time_step (self->span, (guint) (plot->width / (wide * 2.4)));
  for (gint64 ago = 0; ago <= self->span; ago += step)
    {
      g_autofree char *text = time_label (ago);
      g_autoptr (PangoLayout) layout = sluice_text_layout (self->text, text, LABEL_SIZE, FALSE);
      double x = plot->x + plot->width - round (plot->width * (double) ago / self->span);
      gboolean last = ago + step > self->span && x - plot->x < wide / 2;

      if (ago > 0 && x > plot->x)
        {
          cairo_move_to (cr, x + 0.5, plot->y);
          cairo_line_to (cr, x + 0.5, plot->y + plot->height);
          sluice_color_set (&self->palette->grid, cr);
          cairo_stroke (cr);
        }
      if (plot->y + plot->height + LABEL_GAP >= self->height)
        continue;
      sluice_text_draw (cr,
                        layout,
                        ago == 0 ? plot->x + plot->width : last ? plot->x : x,
                        plot->y + plot->height + LABEL_GAP - 1,
                        ago == 0 ? SLUICE_ANCHOR_END : last ? SLUICE_ANCHOR_START : SLUICE_ANCHOR_MIDDLE,
                        &self->palette->dim,
                        NULL);
    }
}

/**
 * sluice_traffic_frame_draw:
 * @self: a frame
 * @plot: where its plot lies
 * @cr: where to
 *
 * Draws grid and labels, which lie under the data.
 */
void
sluice_traffic_frame_draw (const SluiceTrafficFrame *self,
                           const SluiceTrafficPlot  *plot,
                           cairo_t                  *cr)
{
  cairo_save (cr);
  cairo_set_line_width (cr, 1.0);
  draw_times (self, plot, cr);
  for (guint direction = 0; direction < 2; direction++)
    if (self->shown[direction])
      draw_rates (self, plot, cr, direction);
  if (!self->compact)
    draw_rate_label (self, plot, cr, plot->y + plot->axis + 0.5, 0);

  cairo_move_to (cr, plot->x, plot->y + plot->axis + 0.5);
  cairo_line_to (cr, plot->x + plot->width, plot->y + plot->axis + 0.5);
  sluice_color_set (&self->palette->axis, cr);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static char *
key_text (const SluiceTrafficFrame *self,
          guint                     direction)
{
  SluiceAxisUnit unit;

  sluice_scale_axis_unit (self->maximum[direction], self->unit, &unit);
  if (self->compact)
    return g_strdup_printf ("%.0f %s", self->maximum[direction] / unit.per, unit.name);
  if (direction == 0)
    /* Translators: key of the chart's upper half; %s is the unit of its axis, such as Mbit/s */
    return g_strdup_printf (_("Download, %s"), unit.name);
  /* Translators: key of the chart's lower half; %s is the unit of its axis, such as Mbit/s */
  return g_strdup_printf (_("Upload, %s"), unit.name);
}

/**
 * sluice_traffic_frame_draw_key:
 * @self: a frame
 * @plot: where its plot lies
 * @cr: where to
 *
 * Draws what lies over the data: which half is which, and in what unit.
 */
void
sluice_traffic_frame_draw_key (const SluiceTrafficFrame *self,
                               const SluiceTrafficPlot  *plot,
                               cairo_t                  *cr)
{
  const double inset = self->compact ? 3 : 8;

  for (guint direction = 0; direction < 2; direction++)
    {
      g_autofree char *text = NULL;
      g_autoptr (PangoLayout) layout = NULL;
      PangoRectangle logical;
      double mark;
      double x;
      double y;

      if (!self->shown[direction])
        continue;
      text = key_text (self, direction);
      layout = sluice_text_layout (self->text, text, LABEL_SIZE, FALSE);
      pango_layout_get_pixel_extents (layout, NULL, &logical);
      mark = round (logical.height * 0.55);
      y = direction == 0 ? plot->y + inset - 2 : plot->y + plot->height - inset + 2 - logical.height;
      x = self->rtl ? plot->x + plot->width - inset - mark / 2 : plot->x + inset + mark / 2;
      sluice_draw_triangle (cr,
                            x,
                            y + logical.height / 2.0 + 0.5,
                            mark,
                            direction == 1,
                            &self->palette->line[direction]);
      sluice_text_draw (cr,
                        layout,
                        self->rtl ? x - mark / 2 - 5 : x + mark / 2 + 5,
                        y,
                        self->rtl ? SLUICE_ANCHOR_END : SLUICE_ANCHOR_START,
                        &self->palette->text,
                        &self->palette->background);
    }
}
