#include "app/width-layout.h"

struct _SluiceWidthLayout
{
  GtkLayoutManager parent_instance;

  int width;
  guint told_id;
};

G_DEFINE_FINAL_TYPE (SluiceWidthLayout, sluice_width_layout, GTK_TYPE_LAYOUT_MANAGER)

enum
{
  SIGNAL_WIDTH_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GtkSizeRequestMode
sluice_width_layout_get_request_mode (GtkLayoutManager *layout,
                                      GtkWidget        *widget)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  return child != NULL ? gtk_widget_get_request_mode (child) : GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
sluice_width_layout_measure (GtkLayoutManager *layout,
                             GtkWidget        *widget,
                             GtkOrientation    orientation,
                             int               for_size,
                             int              *minimum,
                             int              *natural,
                             int              *minimum_baseline,
                             int              *natural_baseline)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      {
        int child_minimum, child_natural;

        gtk_widget_measure (child, orientation, for_size, &child_minimum, &child_natural, NULL, NULL);
        *minimum = MAX (*minimum, child_minimum);
        *natural = MAX (*natural, child_natural);
      }
}

static gboolean
tell_cb (gpointer user_data)
{
  SluiceWidthLayout *self = user_data;

  self->told_id = 0;
  g_signal_emit (self, signals[SIGNAL_WIDTH_CHANGED], 0, self->width);

  return G_SOURCE_REMOVE;
}

static void
sluice_width_layout_allocate (GtkLayoutManager *layout,
                              GtkWidget        *widget,
                              int               width,
                              int               height,
                              int               baseline)
{
  SluiceWidthLayout *self = SLUICE_WIDTH_LAYOUT (layout);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child))
      gtk_popover_present (GTK_POPOVER (child));
    else if (gtk_widget_should_layout (child))
      gtk_widget_allocate (child, width, height, baseline, NULL);

  if (self->width == width)
    return;
  self->width = width;
  if (self->told_id == 0)
    self->told_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell_cb, self, NULL);
}

static void
sluice_width_layout_dispose (GObject *object)
{
  g_clear_handle_id (&SLUICE_WIDTH_LAYOUT (object)->told_id, g_source_remove);

  G_OBJECT_CLASS (sluice_width_layout_parent_class)->dispose (object);
}

static void
sluice_width_layout_class_init (SluiceWidthLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_width_layout_dispose;
  layout_class->get_request_mode = sluice_width_layout_get_request_mode;
  layout_class->measure = sluice_width_layout_measure;
  layout_class->allocate = sluice_width_layout_allocate;

  signals[SIGNAL_WIDTH_CHANGED] = g_signal_new ("width-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
sluice_width_layout_init (SluiceWidthLayout *self)
{
}

/**
 * sluice_width_layout_install:
 * @widget: a widget that holds one child, and popovers
 *
 * Returns: (transfer none): @widget's new layout
 */
SluiceWidthLayout *
sluice_width_layout_install (GtkWidget *widget)
{
  SluiceWidthLayout *self = g_object_new (SLUICE_TYPE_WIDTH_LAYOUT, NULL);

  gtk_widget_set_layout_manager (widget, GTK_LAYOUT_MANAGER (self));

  return self;
}

/**
 * sluice_width_layout_measure_character:
 * @widget: any
 *
 * Returns: how wide a character of its font is, roughly, in pixels: the measure of what has room
 */
int
sluice_width_layout_measure_character (GtkWidget *widget)
{
  PangoFontMetrics *metrics = pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  int width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics));

  pango_font_metrics_unref (metrics);

  return width;
}
