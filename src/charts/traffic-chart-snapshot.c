#include "sluice-config.h"

#include "charts/traffic-chart-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "charts/theme.h"
#include "draw/readout.h"

/* Still: grid, labels, key */

/* Works out where things lie for the present size. */
void
sluice_traffic_chart_place (SluiceTrafficChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->frame = (SluiceTrafficFrame){
    .text = gtk_widget_get_pango_context (widget),
    .palette = self->palette,
    .width = gtk_widget_get_width (widget),
    .height = gtk_widget_get_height (widget),
    .maximum = { self->scales[0].maximum, self->scales[1].maximum },
    .shown = { self->directions != SLUICE_CHART_UPLOAD, self->directions != SLUICE_CHART_DOWNLOAD },
    .unit = self->unit,
    .span = self->span,
    .end = self->recorded ? self->view_end : 0,
    .compact = self->compact,
    .rtl = sluice_theme_is_rtl (widget),
  };
  sluice_traffic_frame_place (&self->frame, &self->plot);
}

static void
append_line (GtkSnapshot             *snapshot,
             const SluiceTrafficLine *line,
             const SluicePalette     *palette)
{
  const SluiceColor *color = line->axis ? &palette->axis : &palette->grid;
  const GdkRGBA rgba = { (float) color->red, (float) color->green, (float) color->blue, (float) color->alpha };

  gtk_snapshot_append_color (snapshot, &rgba,
                             &GRAPHENE_RECT_INIT ((float) line->x, (float) line->y, (float) line->width,
                                                  (float) line->height));
}

/*
 * Wherever the data moves, the renderer draws again what lies under and over it, and a Cairo node costs a picture of
 * its own there: so the grid is plain colour, the labels keep outside the plot, and each key has a node no larger
 * than itself.
 */
static GskRenderNode *
draw_frame_node (SluiceTrafficChart *self)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  const SluiceTrafficPlot *plot = &self->plot;
  const int right = plot->x + plot->width;
  const int bottom = plot->y + plot->height;
  const graphene_rect_t margins[] = {
    GRAPHENE_RECT_INIT (0, 0, (float) plot->x, (float) bottom),
    GRAPHENE_RECT_INIT ((float) right, 0, (float) (self->frame.width - right), (float) bottom),
    GRAPHENE_RECT_INIT (0, (float) bottom, (float) self->frame.width, (float) (self->frame.height - bottom)),
  };
  SluiceTrafficLine lines[SLUICE_TRAFFIC_LINES_MAX];
  const guint n = sluice_traffic_frame_get_lines (&self->frame, plot, lines);

  for (guint i = 0; i < n; i++)
    append_line (snapshot, &lines[i], self->palette);
  for (guint i = 0; i < G_N_ELEMENTS (margins); i++)
    {
      cairo_t *cr;

      if (margins[i].size.width < 1 || margins[i].size.height < 1)
        continue;
      cr = gtk_snapshot_append_cairo (snapshot, &margins[i]);
      sluice_traffic_frame_draw_labels (&self->frame, plot, cr);
      cairo_destroy (cr);
    }
  return gtk_snapshot_free_to_node (snapshot);
}

static GskRenderNode *
draw_key_node (SluiceTrafficChart *self)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  for (guint direction = 0; direction < 2; direction++)
    {
      cairo_rectangle_t box;
      cairo_t *cr;

      if (!self->frame.shown[direction])
        continue;
      sluice_traffic_frame_get_key_box (&self->frame, &self->plot, direction, &box);
      cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) box.x, (float) box.y, (float) box.width,
                                                                     (float) box.height));
      sluice_traffic_frame_draw_key (&self->frame, &self->plot, direction, cr);
      cairo_destroy (cr);
    }
  return gtk_snapshot_free_to_node (snapshot);
}

static void
ensure_frame (SluiceTrafficChart *self)
{
  if (self->palette == NULL)
    self->palette = sluice_theme_get_palette (GTK_WIDGET (self));
  if (self->frame_node != NULL && self->key_node != NULL)
    return;

  sluice_traffic_chart_place (self);
  g_clear_pointer (&self->frame_node, gsk_render_node_unref);
  g_clear_pointer (&self->key_node, gsk_render_node_unref);
  self->frame_node = draw_frame_node (self);
  self->key_node = draw_key_node (self);
}

/* Moving: the data */

static void
snapshot_data (SluiceTrafficChart *self,
               GtkSnapshot        *snapshot)
{
  const SluiceTrafficPlot *plot = &self->plot;
  const int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  const SluiceTrafficShape shape = {
    .palette = self->palette,
    .width = plot->width,
    .height = plot->height,
    .axis = plot->axis,
    .scale = scale,
    .span = self->span,
    .maximum = { self->frame.maximum[0], self->frame.maximum[1] },
    .shown = { self->frame.shown[0], self->frame.shown[1] },
    .stepped = self->recorded,
  };
  graphene_rect_t bounds;
  double top;
  double bottom;
  cairo_t *cr;

  if (self->series == NULL || sluice_series_get_length (self->series) == 0)
    return;

  sluice_traffic_tile_update (self->tile, &shape, self->series, &self->stack, self->view_end);
  /* No higher than what there is: an idle line costs next to nothing. */
  top = shape.shown[0] ? ceil (self->peaks[0] / shape.maximum[0] * plot->axis) + 3 : 0;
  bottom = shape.shown[1] ? ceil (self->peaks[1] / shape.maximum[1] * (plot->height - plot->axis)) + 4 : 0;
  top = MAX (plot->axis - top, 0);
  bottom = MIN (plot->axis + bottom, plot->height);
  bounds = GRAPHENE_RECT_INIT (plot->x, (float) (plot->y + top), plot->width, (float) MAX (bottom - top, 1));

  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_set_source_surface (cr,
                            sluice_traffic_tile_get_surface (self->tile),
                            plot->x - (double) sluice_traffic_tile_get_offset (self->tile, self->view_end) / scale,
                            plot->y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
}

/* Over it: selection, pin, cursor, read-out */

static double
y_of (SluiceTrafficChart *self,
      guint               direction,
      double              rate)
{
  const double part = rate > 0 ? MIN (rate / self->frame.maximum[direction], 1.0) : 0;
  const double half = self->palette->line_width / 2;

  if (direction == 0)
    return self->plot.y + self->plot.axis - half - part * (self->plot.axis - 2 * half);
  return self->plot.y + self->plot.axis + 1 + half + part * (self->plot.height - self->plot.axis - 1 - 2 * half);
}

/* Where to speak of a point. In a recording, that is anywhere in it: where the pointer is, else in its middle. */
static double
x_of_point (SluiceTrafficChart *self,
            const SluicePoint  *point)
{
  const double begin = MAX (sluice_traffic_chart_x_of (self, point->time - point->duration), self->plot.x);
  const double end = MIN (sluice_traffic_chart_x_of (self, point->time), self->plot.x + self->plot.width);

  if (!self->recorded)
    return sluice_traffic_chart_x_of (self, point->time);
  if (self->cursor == SLUICE_CURSOR_POINTER && self->cursor_x > begin && self->cursor_x <= end)
    return self->cursor_x;
  return (begin + end) / 2;
}

static void
draw_moment (SluiceTrafficChart *self,
             cairo_t            *cr,
             const SluicePoint  *point,
             gboolean            pinned)
{
  const double x = CLAMP (round (x_of_point (self, point)) - 0.5,
                          self->plot.x + 0.5,
                          self->plot.x + self->plot.width - 0.5);
  const double dash[] = { 3, 3 };

  cairo_save (cr);
  cairo_move_to (cr, x, self->plot.y);
  cairo_line_to (cr, x, self->plot.y + self->plot.height);
  cairo_set_line_width (cr, 1.0);
  if (!pinned)
    cairo_set_dash (cr, dash, 2, 0);
  sluice_color_set (pinned ? &self->palette->text : &self->palette->dim, cr);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);

  for (guint direction = 0; direction < 2; direction++)
    {
      if (!self->frame.shown[direction])
        continue;
      cairo_new_path (cr);
      cairo_arc (cr, x, y_of (self, direction, direction == 0 ? point->rx : point->tx), 3.75, 0, 2 * G_PI);
      sluice_color_set (&self->palette->line[direction], cr);
      cairo_fill_preserve (cr);
      sluice_color_set (&self->palette->background, cr);
      cairo_set_line_width (cr, 1.5);
      cairo_stroke (cr);
    }
  if (pinned)
    {
      /* The head of the pin. */
      cairo_new_path (cr);
      cairo_arc (cr, x, self->plot.y + 1, 3.5, 0, 2 * G_PI);
      sluice_color_set (&self->palette->text, cr);
      cairo_fill (cr);
    }
  cairo_restore (cr);
}

static void
draw_readout (SluiceTrafficChart *self,
              cairo_t            *cr,
              const SluicePoint  *point,
              gboolean            pinned)
{
  g_autofree char *title = sluice_traffic_chart_when (self, point);
  g_auto (GStrv) lines = NULL;
  char rates[2][SLUICE_UNITS_TEXT_MAX];
  SluiceReadout readout = {
    .text = self->frame.text,
    .palette = self->palette,
    .title = title,
    .pinned = pinned,
    .rtl = self->frame.rtl,
  };
  double x = x_of_point (self, point);
  double y;
  double width;
  double height;

  if (self->readout != NULL)
    lines = self->readout (GTK_WIDGET (self), point->time - point->duration, point->time, self->readout_data);
  readout.lines = lines;
  readout.room = self->frame.width - 4;
  sluice_units_format_rate (point->rx, self->unit, rates[0]);
  sluice_units_format_rate (point->tx, self->unit, rates[1]);
  for (guint i = 0; i < 2; i++)
    readout.rates[i] = self->frame.shown[i] ? rates[i] : NULL;

  /* Beside the cursor, where there is room; towards the past first, which is the longer side at the newest points. */
  sluice_readout_measure (&readout, &width, &height);
  /* In a low chart the figures go before the programs. */
  for (guint n = lines != NULL ? g_strv_length (lines) : 0; n > 0 && height > self->frame.height - 2; n--)
    {
      g_clear_pointer (&lines[n - 1], g_free);
      sluice_readout_measure (&readout, &width, &height);
    }
  x = x - 12 - width >= 2 ? x - 12 - width : x + 12;
  x = CLAMP (x, 2, MAX (self->frame.width - width - 2, 2));
  y = MAX (MIN (self->plot.y + 8, round (self->frame.height - height - 3)), 1);
  sluice_readout_draw (&readout, cr, round (x), y);
}

static void
draw_selection (SluiceTrafficChart *self,
                cairo_t            *cr)
{
  const double left = self->plot.x;
  const double right = self->plot.x + self->plot.width;
  const double x0 = CLAMP (round (sluice_traffic_chart_x_of (self, self->selection.from)), left, right);
  const double x1 = CLAMP (round (sluice_traffic_chart_x_of (self, self->selection.to)), left, right);

  if (x1 <= x0)
    return;
  cairo_rectangle (cr, x0, self->plot.y, x1 - x0, self->plot.height);
  sluice_color_set_alpha (&self->palette->text, 0.10, cr);
  cairo_fill (cr);
  cairo_rectangle (cr, x0, self->plot.y, 1, self->plot.height);
  cairo_rectangle (cr, x1 - 1, self->plot.y, 1, self->plot.height);
  sluice_color_set_alpha (&self->palette->text, 0.6, cr);
  cairo_fill (cr);
}

static void
draw_focus (SluiceTrafficChart *self,
            cairo_t            *cr)
{
  cairo_rectangle (cr, self->plot.x + 1, self->plot.y + 1, self->plot.width - 2, self->plot.height - 2);
  sluice_color_set_alpha (&self->palette->line[0], 0.7, cr);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

static void
snapshot_hand (SluiceTrafficChart *self,
               GtkSnapshot        *snapshot)
{
  const SluicePoint *cursor = sluice_traffic_chart_cursor_point (self);
  const SluicePoint *pin = self->pinned ? sluice_traffic_chart_point_ending (self, self->pin.to) : NULL;
  const gboolean focus = gtk_widget_has_visible_focus (GTK_WIDGET (self));
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) self->frame.width, (float) self->frame.height);
  cairo_t *cr;

  if (cursor == NULL && pin == NULL && !self->selected && !focus && !self->paused)
    return;

  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  if (focus)
    draw_focus (self, cr);
  if (self->selected)
    draw_selection (self, cr);
  if (self->paused)
    sluice_draw_badge (cr,
                       self->frame.text,
                       self->palette,
                       /* Translators: a mark on a chart that is held still */
                       _("Paused"),
                       self->plot.x + self->plot.width - 8,
                       self->plot.y + 8);
  if (pin != NULL && pin->time >= self->view_end - self->span)
    draw_moment (self, cr, pin, TRUE);
  if (cursor != NULL && cursor != pin)
    draw_moment (self, cr, cursor, FALSE);
  if (cursor != NULL && !self->dragging)
    draw_readout (self, cr, cursor, cursor == pin);
  else if (pin != NULL && !self->dragging)
    draw_readout (self, cr, pin, TRUE);
  cairo_destroy (cr);
}

void
sluice_traffic_chart_snapshot (GtkWidget   *widget,
                               GtkSnapshot *snapshot)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (widget);

  if (gtk_widget_get_width (widget) < 16 || gtk_widget_get_height (widget) < 16)
    return;

  ensure_frame (self);
  gtk_snapshot_append_node (snapshot, self->frame_node);
  snapshot_data (self, snapshot);
  gtk_snapshot_append_node (snapshot, self->key_node);
  snapshot_hand (self, snapshot);
}
