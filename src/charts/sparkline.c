#include "charts/sparkline.h"

#include "charts/theme.h"
#include "draw/sparkline.h"

struct _SluiceSparkline
{
  GtkWidget parent;

  SluiceSeries *series;
  gint64 now;
  gboolean empty; /* nothing but the hairline was drawn last */
};

G_DEFINE_FINAL_TYPE (SluiceSparkline, sluice_sparkline, GTK_TYPE_WIDGET)

/* How long a sparkline is, µs. */
#define SPAN (60 * G_USEC_PER_SEC)

static gboolean
is_empty (SluiceSparkline *self)
{
  if (self->series == NULL)
    return TRUE;
  for (guint i = sluice_series_find (self->series, self->now - SPAN); i < sluice_series_get_length (self->series); i++)
    {
      const SluicePoint *point = sluice_series_get_point (self->series, i);

      if (point->rx > 0 || point->tx > 0)
        return FALSE;
    }
  return TRUE;
}

static void
sluice_sparkline_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 40 : 16;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 72 : 22;
}

static void
sluice_sparkline_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  SluiceSparkline *self = SLUICE_SPARKLINE (widget);
  const int width = gtk_widget_get_width (widget);
  const int height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  cairo_t *cr;

  if (self->series == NULL || width < 8 || height < 8)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  sluice_draw_sparkline (cr, sluice_theme_get_palette (widget), self->series, self->now, width, height);
  cairo_destroy (cr);
}

static void
sluice_sparkline_dispose (GObject *object)
{
  SluiceSparkline *self = SLUICE_SPARKLINE (object);

  g_clear_pointer (&self->series, sluice_series_unref);
  G_OBJECT_CLASS (sluice_sparkline_parent_class)->dispose (object);
}

static void
sluice_sparkline_class_init (SluiceSparklineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sluice_sparkline_dispose;
  widget_class->measure = sluice_sparkline_measure;
  widget_class->snapshot = sluice_sparkline_snapshot;

  gtk_widget_class_set_css_name (widget_class, "sluice-sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sluice_sparkline_init (SluiceSparkline *self)
{
  self->empty = TRUE;
}

/**
 * sluice_sparkline_new:
 *
 * Returns: (transfer floating): a sparkline of nothing yet
 */
GtkWidget *
sluice_sparkline_new (void)
{
  return g_object_new (SLUICE_TYPE_SPARKLINE, NULL);
}

/**
 * sluice_sparkline_set_series:
 * @self: a sparkline
 * @series: (nullable): what it shows, or %NULL for nothing; the widget holds a reference of its own
 */
void
sluice_sparkline_set_series (SluiceSparkline *self,
                             SluiceSeries    *series)
{
  g_return_if_fail (SLUICE_IS_SPARKLINE (self));

  if (self->series == series)
    return;
  g_clear_pointer (&self->series, sluice_series_unref);
  self->series = series != NULL ? sluice_series_ref (series) : NULL;
  self->empty = is_empty (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sluice_sparkline_set_now:
 * @self: a sparkline
 * @boot_time: boot-time clock at its right end, µs: the end of the last tick, the same for all sparklines
 *
 * Moves it on. Draws anew only when something can look different: a line that was idle and is idle still does not.
 */
void
sluice_sparkline_set_now (SluiceSparkline *self,
                          gint64           boot_time)
{
  gboolean empty;

  g_return_if_fail (SLUICE_IS_SPARKLINE (self));

  if (self->now == boot_time)
    return;
  self->now = boot_time;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  empty = is_empty (self);
  if (!(empty && self->empty))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->empty = empty;
}
