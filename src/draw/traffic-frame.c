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
/* Between the mark of a key and its words. */
#define KEY_GAP 5
/* What the ground of a text over data has on each side of it. */
#define HALO 3
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
      sluice_text_measure (self->text, "17.5", LABEL_SIZE, &gutter, NULL);
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

/* Where the lines of one direction's axis are, counted from zero. */
typedef struct
{
  double height;
  double step; /* bytes/s */
  int n_steps;
} RateSteps;

static RateSteps
rate_steps (const SluiceTrafficFrame *self,
            const SluiceTrafficPlot  *plot,
            guint                     direction)
{
  const double distance = MAX (LINE_DISTANCE, label_height (self) * 1.25);
  RateSteps steps = { .height = direction == 0 ? plot->axis : plot->height - plot->axis };

  steps.step = sluice_scale_step (self->maximum[direction], self->unit, (guint) (steps.height / distance));
  steps.n_steps = (int) lround (self->maximum[direction] / steps.step);
  return steps;
}

static int
rate_y (const SluiceTrafficPlot *plot,
        const RateSteps         *steps,
        guint                    direction,
        int                      step)
{
  const int part = (int) round (steps->height * step / steps->n_steps);

  return plot->y + plot->axis + (direction == 0 ? -part : part);
}

static void
draw_rates (const SluiceTrafficFrame *self,
            const SluiceTrafficPlot  *plot,
            cairo_t                  *cr,
            guint                     direction)
{
  const RateSteps steps = rate_steps (self, plot, direction);
  SluiceAxisUnit unit;

  sluice_scale_axis_unit (self->maximum[direction], self->unit, &unit);
  for (int i = 1; i <= steps.n_steps; i++)
    draw_rate_label (self, plot, cr, rate_y (plot, &steps, direction, i) + 0.5,
                     round (steps.step * i / unit.per * 1000) / 1000);
}

/* A moment of a recording: its clock, and its day where there is more than one. */
static char *
clock_label (const SluiceTrafficFrame *self,
             gint64                    time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  const gint64 day = G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC;
  char *text = date != NULL ? g_date_time_format (date, self->span > day ? "%x %H:%M" : "%T") : NULL;

  return text != NULL ? text : g_strdup ("");
}

static char *
time_label (const SluiceTrafficFrame *self,
            gint64                    ago)
{
  const gint64 seconds = ago / G_USEC_PER_SEC;

  if (self->end != 0)
    return clock_label (self, self->end - ago);
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

static gint64
time_step (const SluiceTrafficFrame *self,
           const SluiceTrafficPlot  *plot,
           double                   *label_width_out)
{
  g_autofree char *longest = time_label (self, self->span);

  sluice_text_measure (self->text, longest, LABEL_SIZE, label_width_out, NULL);
  return sluice_scale_time_step (self->span, (guint) (plot->width / (*label_width_out * 2.4)));
}

/* How far before the right end the first line stands: in a recording at a round time of the clock. */
static gint64
first_time (const SluiceTrafficFrame *self,
            gint64                    step)
{
  return self->end != 0 ? self->end % step : 0;
}

static int
time_x (const SluiceTrafficFrame *self,
        const SluiceTrafficPlot  *plot,
        gint64                    ago)
{
  return plot->x + plot->width - (int) round (plot->width * (double) ago / self->span);
}

static void
draw_times (const SluiceTrafficFrame *self,
            const SluiceTrafficPlot  *plot,
            cairo_t                  *cr)
{
  double room = plot->width;
  double wide;
  const gint64 step = time_step (self, plot, &wide);

  if (plot->y + plot->height + LABEL_GAP >= self->height)
    return;
  for (gint64 ago = first_time (self, step); ago <= self->span; ago += step)
    {
      g_autofree char *text = time_label (self, ago);
      g_autoptr (PangoLayout) layout = sluice_text_layout (self->text, text, LABEL_SIZE, FALSE);
      const int x = time_x (self, plot, ago);
      const gboolean now = ago == 0 && self->end == 0;
      const gboolean last = self->end == 0 && ago > 0 && ago + step > self->span && x - plot->x < wide / 2;
      PangoRectangle logical;

      pango_layout_get_pixel_extents (layout, NULL, &logical);
      /* In a small chart the last one gives way to those before it. */
      if (last && logical.width + LABEL_GAP > room)
        break;
      /* At the ends of a recording a label that has not room on both sides is none. */
      if (self->end != 0 && (x - plot->x < wide / 2 || plot->x + plot->width - x < wide / 2))
        continue;
      room = x - plot->x - (now ? logical.width : logical.width / 2.0);
      sluice_text_draw (cr,
                        layout,
                        now ? plot->x + plot->width : last ? plot->x : x,
                        plot->y + plot->height + LABEL_GAP - 1,
                        now ? SLUICE_ANCHOR_END : last ? SLUICE_ANCHOR_START : SLUICE_ANCHOR_MIDDLE,
                        &self->palette->dim,
                        NULL);
    }
}

/**
 * sluice_traffic_frame_get_lines:
 * @self: a frame
 * @plot: where its plot lies
 * @lines_out: (out caller-allocates): the grid, which lies under the data; the axis comes last
 *
 * Returns: how many lines there are
 */
guint
sluice_traffic_frame_get_lines (const SluiceTrafficFrame *self,
                                const SluiceTrafficPlot  *plot,
                                SluiceTrafficLine         lines_out[SLUICE_TRAFFIC_LINES_MAX])
{
  double wide;
  const gint64 step = time_step (self, plot, &wide);
  guint n = 0;

  for (gint64 ago = self->end != 0 ? first_time (self, step) : step;
       ago <= self->span && n < SLUICE_TRAFFIC_LINES_MAX / 2;
       ago += step)
    if (time_x (self, plot, ago) > plot->x)
      lines_out[n++] = (SluiceTrafficLine){ time_x (self, plot, ago), plot->y, 1, plot->height, FALSE };

  for (guint direction = 0; direction < 2; direction++)
    {
      const RateSteps steps = rate_steps (self, plot, direction);

      for (int i = 1; self->shown[direction] && i <= steps.n_steps && n < SLUICE_TRAFFIC_LINES_MAX - 1; i++)
        lines_out[n++] = (SluiceTrafficLine){ plot->x, rate_y (plot, &steps, direction, i), plot->width, 1, FALSE };
    }
  lines_out[n++] = (SluiceTrafficLine){ plot->x, plot->y + plot->axis, plot->width, 1, TRUE };

  return n;
}

/**
 * sluice_traffic_frame_draw_labels:
 * @self: a frame
 * @plot: where its plot lies
 * @cr: where to
 *
 * Draws the labels of both axes, which lie outside the plot.
 */
void
sluice_traffic_frame_draw_labels (const SluiceTrafficFrame *self,
                                  const SluiceTrafficPlot  *plot,
                                  cairo_t                  *cr)
{
  draw_times (self, plot, cr);
  if (self->compact)
    return;
  for (guint direction = 0; direction < 2; direction++)
    if (self->shown[direction])
      draw_rates (self, plot, cr, direction);
  draw_rate_label (self, plot, cr, plot->y + plot->axis + 0.5, 0);
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
  SluiceTrafficLine lines[SLUICE_TRAFFIC_LINES_MAX];
  const guint n = sluice_traffic_frame_get_lines (self, plot, lines);

  cairo_save (cr);
  for (guint i = 0; i < n; i++)
    {
      cairo_rectangle (cr, lines[i].x, lines[i].y, lines[i].width, lines[i].height);
      sluice_color_set (lines[i].axis ? &self->palette->axis : &self->palette->grid, cr);
      cairo_fill (cr);
    }
  sluice_traffic_frame_draw_labels (self, plot, cr);
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

/* The key of one half: a triangle that points the way, and words. */
typedef struct
{
  PangoLayout *layout; /* (owned) */
  PangoRectangle logical;
  double mark;
  double x; /* the triangle's middle */
  double y;
} Key;

static Key
place_key (const SluiceTrafficFrame *self,
           const SluiceTrafficPlot  *plot,
           guint                     direction)
{
  const double inset = self->compact ? 3 : 8;
  g_autofree char *text = key_text (self, direction);
  Key key = { .layout = sluice_text_layout (self->text, text, LABEL_SIZE, FALSE) };
  double room;

  pango_layout_get_pixel_extents (key.layout, NULL, &key.logical);
  key.mark = round (key.logical.height * 0.55);
  room = plot->width - 2 * inset - key.mark - KEY_GAP - HALO;
  if (key.logical.width > room)
    {
      pango_layout_set_ellipsize (key.layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (key.layout, (int) MAX (room, 1) * PANGO_SCALE);
      pango_layout_get_pixel_extents (key.layout, NULL, &key.logical);
    }
  key.y = direction == 0 ? plot->y + inset - 2 : plot->y + plot->height - inset + 2 - key.logical.height;
  key.x = self->rtl ? plot->x + plot->width - inset - key.mark / 2 : plot->x + inset + key.mark / 2;
  return key;
}

/**
 * sluice_traffic_frame_get_key_box:
 * @self: a frame
 * @plot: where its plot lies
 * @direction: 0 for download, 1 for upload
 * @box_out: (out caller-allocates): what sluice_traffic_frame_draw_key() draws within
 */
void
sluice_traffic_frame_get_key_box (const SluiceTrafficFrame *self,
                                  const SluiceTrafficPlot  *plot,
                                  guint                     direction,
                                  cairo_rectangle_t        *box_out)
{
  const Key key = place_key (self, plot, direction);
  const double width = key.mark + KEY_GAP + key.logical.width + 8;

  *box_out = (cairo_rectangle_t){
    .x = floor (self->rtl ? key.x + key.mark / 2 + 4 - width : key.x - key.mark / 2 - 4),
    .y = floor (key.y - 4),
    .width = ceil (width) + 1,
    .height = key.logical.height + 8,
  };
  g_object_unref (key.layout);
}

/**
 * sluice_traffic_frame_draw_key:
 * @self: a frame
 * @plot: where its plot lies
 * @direction: 0 for download, 1 for upload
 * @cr: where to
 *
 * Draws what lies over the data: which half is which, and in what unit. Draws nothing for a direction that is not
 * shown.
 */
void
sluice_traffic_frame_draw_key (const SluiceTrafficFrame *self,
                               const SluiceTrafficPlot  *plot,
                               guint                     direction,
                               cairo_t                  *cr)
{
  Key key;

  if (!self->shown[direction])
    return;
  key = place_key (self, plot, direction);
  sluice_draw_triangle (cr,
                        key.x,
                        key.y + key.logical.height / 2.0 + 0.5,
                        key.mark,
                        direction == 1,
                        &self->palette->line[direction]);
  sluice_text_draw (cr,
                    key.layout,
                    self->rtl ? key.x - key.mark / 2 - KEY_GAP : key.x + key.mark / 2 + KEY_GAP,
                    key.y,
                    self->rtl ? SLUICE_ANCHOR_END : SLUICE_ANCHOR_START,
                    &self->palette->text,
                    &self->palette->background);
  g_object_unref (key.layout);
}
