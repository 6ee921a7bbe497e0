#include "sluice-config.h"

#include "charts/traffic-chart-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <time.h>

#include "charts/theme.h"

/* What a tick may be late besides, µs. */
#define SLACK (40 * 1000)
/* More often than this a move is not worth its price, µs; a picture that the processor draws costs more. */
#define LEAST_TICK (80 * 1000)
#define LEAST_TICK_CAIRO (510 * 1000)

enum
{
  PIN_CHANGED,
  SELECTION_CHANGED,
  VIEW_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SluiceTrafficChart, sluice_traffic_chart, GTK_TYPE_WIDGET)

/* The clock of every series: it runs on while the machine sleeps. µs. */
gint64
sluice_traffic_chart_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Time */

static const SluicePoint *
last_point (SluiceTrafficChart *self)
{
  return self->series != NULL ? sluice_series_get_last (self->series) : NULL;
}

static gboolean
animations_enabled (SluiceTrafficChart *self)
{
  gboolean enabled = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &enabled, NULL);
  return enabled;
}

static gboolean
is_seen (SluiceTrafficChart *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self))
         && (!GDK_IS_TOPLEVEL (self->surface)
             || (gdk_toplevel_get_state (GDK_TOPLEVEL (self->surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) == 0);
}

/* Moves the right end of the view to where it belongs now; without smoothness, to the newest point. */
static void
advance (SluiceTrafficChart *self,
         gint64              now)
{
  const SluicePoint *last = last_point (self);

  if (self->recorded || (self->paused && self->view_end != 0))
    return;
  if (last == NULL || now - last->time > self->delay + last->duration)
    self->view_end = MAX (self->view_end, now - self->delay);
  else if (self->tick == 0)
    self->view_end = MAX (self->view_end, last->time);
  else
    self->view_end = MAX (self->view_end, now - self->delay);
}

/* How late points come, so that the right end is never ahead of them. Grows at once, shrinks when much too long. */
static void
measure_delay (SluiceTrafficChart *self,
               gint64              now)
{
  const SluicePoint *last = last_point (self);
  gint64 wanted;

  if (last == NULL)
    return;
  wanted = CLAMP (last->duration + MAX (now - last->time, 0) + SLACK, 0, 3 * last->duration);
  if (wanted > self->delay || self->delay > wanted + last->duration / 4)
    self->delay = wanted;
}

/* The tick that moves the picture */

static gint64
tick_interval (SluiceTrafficChart *self)
{
  const double pixels = (double) MAX (self->plot.width, 1) * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (self)));

  return MAX ((gint64) (self->span / pixels), GSK_IS_CAIRO_RENDERER (renderer) ? LEAST_TICK_CAIRO : LEAST_TICK);
}

/* Goes on to now; whether that is far enough to be seen. */
static gboolean
move_on (SluiceTrafficChart *self)
{
  const double pixels = (double) self->plot.width * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  const double column = (double) self->span / pixels;
  const gint64 before = self->view_end;

  advance (self, sluice_traffic_chart_now ());
  if (floor (before / column) >= floor (self->view_end / column))
    return FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static gboolean
tick_cb (gpointer user_data)
{
  move_on (user_data);
  return G_SOURCE_CONTINUE;
}

static void
start_tick (SluiceTrafficChart *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  self->tick = g_timeout_add (MAX ((guint) (tick_interval (self) / 1000), 1), tick_cb, self);
  g_source_set_name_by_id (self->tick, "[sluice] chart moves by a pixel");
}

/* Whether anything in view can move. */
static gboolean
has_data_in_view (SluiceTrafficChart *self)
{
  const SluicePoint *last = last_point (self);

  return last != NULL && sluice_traffic_chart_now () - last->time < self->span + self->delay;
}

static void
update_tick (SluiceTrafficChart *self)
{
  const gboolean wanted = is_seen (self) && !self->paused && !self->recorded && self->plot.width > 1
                          && animations_enabled (self) && has_data_in_view (self);
  const gboolean starts = wanted && self->tick == 0;

  g_clear_handle_id (&self->tick, g_source_remove);
  if (wanted)
    start_tick (self);
  /* What stood at the newest point makes room for the next one to slide in. */
  if (starts)
    self->view_end = sluice_traffic_chart_now () - self->delay;
}

gboolean
sluice_traffic_chart_is_ticking (SluiceTrafficChart *self)
{
  return self->tick != 0;
}

/* Picture */

static void
forget_frame (SluiceTrafficChart *self)
{
  g_clear_pointer (&self->frame_node, gsk_render_node_unref);
  g_clear_pointer (&self->key_node, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
update_scales (SluiceTrafficChart *self,
               gint64              now)
{
  gboolean changed = FALSE;

  self->peaks[0] = self->peaks[1] = 0;
  if (self->series != NULL)
    {
      SluiceSeriesSummary summary;

      sluice_series_summarise (self->series, self->view_end - self->span,
                               self->recorded ? self->view_end : G_MAXINT64 / 2, &summary);
      for (guint i = 0; i < 2; i++)
        self->peaks[i] = isfinite (summary.peak[i]) ? summary.peak[i] : 0;
    }
  for (guint i = 0; i < 2; i++)
    changed |= sluice_scale_update (&self->scales[i], self->peaks[i], self->unit, now);
  if (changed)
    forget_frame (self);
}

static void
reset_scales (SluiceTrafficChart *self)
{
  self->scales[0] = self->scales[1] = (SluiceScale){ 0 };
  update_scales (self, sluice_traffic_chart_now ());
  forget_frame (self);
}

/* Another stretch of time is shown. */
void
sluice_traffic_chart_reset_view (SluiceTrafficChart *self)
{
  sluice_traffic_chart_drop_old (self);
  reset_scales (self);
  update_tick (self);
}

static void
tell_view (SluiceTrafficChart *self)
{
  const SluicePoint *last = last_point (self);
  const gint64 step = last != NULL ? last->duration : G_USEC_PER_SEC;

  if (self->told_span == self->span && ABS (self->view_end - self->told_end) < step / 2)
    return;
  self->told_span = self->span;
  self->told_end = self->view_end;
  g_signal_emit (self, signals[VIEW_CHANGED], 0);
}

/* Widget */

static void
surface_state_cb (SluiceTrafficChart *self)
{
  update_tick (self);
  if (self->tick != 0)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
sluice_traffic_chart_realize (GtkWidget *widget)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (widget);

  GTK_WIDGET_CLASS (sluice_traffic_chart_parent_class)->realize (widget);
  self->surface = g_object_ref (gtk_native_get_surface (gtk_widget_get_native (widget)));
  if (GDK_IS_TOPLEVEL (self->surface))
    g_signal_connect_swapped (self->surface, "notify::state", G_CALLBACK (surface_state_cb), self);
}

static void
sluice_traffic_chart_unrealize (GtkWidget *widget)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (widget);

  g_signal_handlers_disconnect_by_data (self->surface, self);
  g_clear_object (&self->surface);
  GTK_WIDGET_CLASS (sluice_traffic_chart_parent_class)->unrealize (widget);
}

static void
sluice_traffic_chart_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sluice_traffic_chart_parent_class)->map (widget);
  update_tick (SLUICE_TRAFFIC_CHART (widget));
}

static void
sluice_traffic_chart_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sluice_traffic_chart_parent_class)->unmap (widget);
  update_tick (SLUICE_TRAFFIC_CHART (widget));
}

static void
sluice_traffic_chart_measure (GtkWidget      *widget,
                              GtkOrientation  orientation,
                              int             for_size,
                              int            *minimum,
                              int            *natural,
                              int            *minimum_baseline,
                              int            *natural_baseline)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = self->compact ? 80 : 160;
      *natural = self->compact ? 240 : 480;
    }
  else
    {
      *minimum = self->compact ? 56 : 120;
      *natural = self->compact ? 110 : 240;
    }
}

static void
sluice_traffic_chart_size_allocate (GtkWidget *widget,
                                    int        width,
                                    int        height,
                                    int        baseline)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (widget);

  sluice_traffic_chart_place (self);
  forget_frame (self);
  update_tick (self);
}

static void
sluice_traffic_chart_css_changed (GtkWidget         *widget,
                                  GtkCssStyleChange *change)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (widget);

  GTK_WIDGET_CLASS (sluice_traffic_chart_parent_class)->css_changed (widget, change);
  self->palette = NULL;
  forget_frame (self);
  gtk_widget_queue_resize (widget);
}

static void
sluice_traffic_chart_system_setting_changed (GtkWidget       *widget,
                                             GtkSystemSetting settings)
{
  GTK_WIDGET_CLASS (sluice_traffic_chart_parent_class)->system_setting_changed (widget, settings);
  forget_frame (SLUICE_TRAFFIC_CHART (widget));
  gtk_widget_queue_resize (widget);
}

static void
sluice_traffic_chart_direction_changed (GtkWidget       *widget,
                                        GtkTextDirection previous)
{
  forget_frame (SLUICE_TRAFFIC_CHART (widget));
  gtk_widget_queue_resize (widget);
}

static void
scale_factor_cb (SluiceTrafficChart *self)
{
  forget_frame (self);
  update_tick (self);
}

static void
sluice_traffic_chart_dispose (GObject *object)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_pointer (&self->series, sluice_series_unref);
  sluice_traffic_chart_clear_stack (self);
  if (self->readout_destroy != NULL)
    self->readout_destroy (g_steal_pointer (&self->readout_data));
  self->readout = NULL;
  self->readout_destroy = NULL;
  G_OBJECT_CLASS (sluice_traffic_chart_parent_class)->dispose (object);
}

static void
sluice_traffic_chart_finalize (GObject *object)
{
  SluiceTrafficChart *self = SLUICE_TRAFFIC_CHART (object);

  g_clear_pointer (&self->frame_node, gsk_render_node_unref);
  g_clear_pointer (&self->key_node, gsk_render_node_unref);
  g_clear_pointer (&self->tile, sluice_traffic_tile_free);
  G_OBJECT_CLASS (sluice_traffic_chart_parent_class)->finalize (object);
}

static void
sluice_traffic_chart_class_init (SluiceTrafficChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const names[N_SIGNALS] = { "pin-changed", "selection-changed", "view-changed" };

  object_class->dispose = sluice_traffic_chart_dispose;
  object_class->finalize = sluice_traffic_chart_finalize;
  widget_class->realize = sluice_traffic_chart_realize;
  widget_class->unrealize = sluice_traffic_chart_unrealize;
  widget_class->map = sluice_traffic_chart_map;
  widget_class->unmap = sluice_traffic_chart_unmap;
  widget_class->measure = sluice_traffic_chart_measure;
  widget_class->size_allocate = sluice_traffic_chart_size_allocate;
  widget_class->snapshot = sluice_traffic_chart_snapshot;
  widget_class->css_changed = sluice_traffic_chart_css_changed;
  widget_class->system_setting_changed = sluice_traffic_chart_system_setting_changed;
  widget_class->direction_changed = sluice_traffic_chart_direction_changed;

  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i]
        = g_signal_new (names[i], SLUICE_TYPE_TRAFFIC_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "sluice-chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sluice_traffic_chart_init (SluiceTrafficChart *self)
{
  self->span = 60 * G_USEC_PER_SEC;
  self->delay = G_USEC_PER_SEC + SLACK;
  self->tile = sluice_traffic_tile_new ();
  self->plot.width = 1;
  update_scales (self, sluice_traffic_chart_now ());

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Chart of network traffic"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("No data yet"),
                                  -1);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (scale_factor_cb), NULL);
  sluice_traffic_chart_add_input (self);
}

/**
 * sluice_traffic_chart_new:
 *
 * Returns: (transfer floating): a chart of the last minute, of nothing yet
 */
GtkWidget *
sluice_traffic_chart_new (void)
{
  return g_object_new (SLUICE_TYPE_TRAFFIC_CHART, NULL);
}

/**
 * sluice_traffic_chart_set_series:
 * @self: a chart
 * @series: (nullable): what it shows; the chart holds a reference of its own
 *
 * Shows another series. What was pinned or selected stays where it is in time; the axes begin anew.
 */
void
sluice_traffic_chart_set_series (SluiceTrafficChart *self,
                                 SluiceSeries       *series)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->series == series)
    return;
  g_clear_pointer (&self->series, sluice_series_unref);
  self->series = series != NULL ? sluice_series_ref (series) : NULL;
  /* Another series may live where the old one did. */
  g_clear_pointer (&self->tile, sluice_traffic_tile_free);
  self->tile = sluice_traffic_tile_new ();
  if (!self->paused)
    self->view_end = 0;
  self->described_at = 0;
  advance (self, sluice_traffic_chart_now ());
  reset_scales (self);
  sluice_traffic_chart_update (self);
  update_tick (self);
}

/**
 * sluice_traffic_chart_update:
 * @self: a chart
 *
 * To be called when the series has a new point. Cheap while the chart is not seen.
 */
void
sluice_traffic_chart_update (SluiceTrafficChart *self)
{
  const gint64 now = sluice_traffic_chart_now ();

  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  measure_delay (self, now);
  if (self->tick == 0)
    update_tick (self);
  /* The figures around the chart are new, too: it moves in the frame that shows them, and counts from there. */
  if (self->tick == 0)
    advance (self, now);
  else if (move_on (self))
    start_tick (self);
  if (!self->paused)
    update_scales (self, now);
  sluice_traffic_chart_drop_old (self);
  tell_view (self);
  if (!is_seen (self))
    return;
  sluice_traffic_chart_describe (self, FALSE);
  if (self->tick == 0 && !self->paused)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  else if (self->tick != 0 && !has_data_in_view (self))
    update_tick (self);
}

/**
 * sluice_traffic_chart_set_span:
 * @self: a chart
 * @microseconds: how long a time it shows
 */
void
sluice_traffic_chart_set_span (SluiceTrafficChart *self,
                               gint64              microseconds)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));
  g_return_if_fail (microseconds >= G_USEC_PER_SEC);

  if (self->span == microseconds)
    return;
  self->span = microseconds;
  sluice_traffic_chart_reset_view (self);
  tell_view (self);
}

/**
 * sluice_traffic_chart_set_units:
 * @self: a chart
 * @unit: in what its rates are written
 */
void
sluice_traffic_chart_set_units (SluiceTrafficChart *self,
                                SluiceRateUnit      unit)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->unit == unit)
    return;
  self->unit = unit;
  self->described_at = 0;
  reset_scales (self);
}

/**
 * sluice_traffic_chart_set_directions:
 * @self: a chart
 * @directions: which are drawn; one alone gets all the height
 */
void
sluice_traffic_chart_set_directions (SluiceTrafficChart   *self,
                                     SluiceChartDirections directions)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->directions == directions)
    return;
  self->directions = directions;
  sluice_traffic_chart_place (self);
  forget_frame (self);
}

/**
 * sluice_traffic_chart_set_paused:
 * @self: a chart
 * @paused: whether to hold the view
 *
 * Holds the view where it is, or lets it go on from now.
 */
void
sluice_traffic_chart_set_paused (SluiceTrafficChart *self,
                                 gboolean            paused)
{
  gint64 held;

  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->paused == !!paused)
    return;
  if (paused)
    advance (self, sluice_traffic_chart_now ());
  held = self->view_end;
  self->paused = !!paused;
  update_tick (self);
  /* Points may have come later than before while it was held: it waits for them rather than go back. */
  self->view_end = MAX (self->view_end, held);
  sluice_traffic_chart_update (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sluice_traffic_chart_set_compact:
 * @self: a chart
 * @compact: whether to do with less room: no column of labels, less height
 */
void
sluice_traffic_chart_set_compact (SluiceTrafficChart *self,
                                  gboolean            compact)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->compact == !!compact)
    return;
  self->compact = !!compact;
  sluice_traffic_chart_place (self);
  forget_frame (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * sluice_traffic_chart_set_readout:
 * @self: a chart
 * @readout: (nullable): asked, each time it is drawn, for what more to say of a point
 * @user_data: for @readout
 * @destroy: (nullable): frees @user_data
 */
void
sluice_traffic_chart_set_readout (SluiceTrafficChart *self,
                                  SluiceChartReadout  readout,
                                  gpointer            user_data,
                                  GDestroyNotify      destroy)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->readout_destroy != NULL)
    self->readout_destroy (self->readout_data);
  self->readout = readout;
  self->readout_data = user_data;
  self->readout_destroy = destroy;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sluice_traffic_chart_get_view:
 * @self: a chart
 * @from_out: (out): boot-time clock at the left end, µs
 * @to_out: (out): boot-time clock at the right end, µs
 */
void
sluice_traffic_chart_get_view (SluiceTrafficChart *self,
                               gint64             *from_out,
                               gint64             *to_out)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  advance (self, sluice_traffic_chart_now ());
  *from_out = self->view_end - self->span;
  *to_out = self->view_end;
}

/**
 * sluice_traffic_chart_get_pin:
 * @self: a chart
 * @from_out: (out): begin of the pinned point, boot-time clock, µs
 * @to_out: (out): its end
 *
 * Returns: whether a moment is pinned; if not, the out-parameters are untouched
 */
gboolean
sluice_traffic_chart_get_pin (SluiceTrafficChart *self,
                              gint64             *from_out,
                              gint64             *to_out)
{
  g_return_val_if_fail (SLUICE_IS_TRAFFIC_CHART (self), FALSE);

  if (!self->pinned)
    return FALSE;
  *from_out = self->pin.from;
  *to_out = self->pin.to;
  return TRUE;
}

/**
 * sluice_traffic_chart_get_selection:
 * @self: a chart
 * @from_out: (out): boot-time clock, µs
 * @to_out: (out): boot-time clock, µs
 *
 * Returns: whether a span is selected; if not, the out-parameters are untouched
 */
gboolean
sluice_traffic_chart_get_selection (SluiceTrafficChart *self,
                                    gint64             *from_out,
                                    gint64             *to_out)
{
  g_return_val_if_fail (SLUICE_IS_TRAFFIC_CHART (self), FALSE);

  if (!self->selected)
    return FALSE;
  *from_out = self->selection.from;
  *to_out = self->selection.to;
  return TRUE;
}
