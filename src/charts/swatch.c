#include "charts/swatch.h"

#include "charts/theme.h"
#include "draw/part.h"

#define SIZE 14

struct _SluiceSwatch
{
  GtkWidget parent;

  guint part;
};

G_DEFINE_FINAL_TYPE (SluiceSwatch, sluice_swatch, GTK_TYPE_WIDGET)

static void
sluice_swatch_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
sluice_swatch_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  SluiceSwatch *self = SLUICE_SWATCH (widget);
  const int width = gtk_widget_get_width (widget);
  const int height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  cairo_translate (cr, (width - SIZE) / 2, (height - SIZE) / 2);
  sluice_draw_swatch (cr, sluice_theme_get_palette (widget), self->part, gtk_widget_get_scale_factor (widget), SIZE);
  cairo_destroy (cr);
}

static void
sluice_swatch_class_init (SluiceSwatchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = sluice_swatch_measure;
  widget_class->snapshot = sluice_swatch_snapshot;
  gtk_widget_class_set_css_name (widget_class, "sluice-swatch");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sluice_swatch_init (SluiceSwatch *self)
{
}

/**
 * sluice_swatch_new:
 *
 * Returns: (transfer floating): the key of the first part
 */
GtkWidget *
sluice_swatch_new (void)
{
  return g_object_new (SLUICE_TYPE_SWATCH, NULL);
}

/**
 * sluice_swatch_set_part:
 * @self: a key
 * @part: of a stack, or %SLUICE_PART_OTHER
 */
void
sluice_swatch_set_part (SluiceSwatch *self,
                        guint         part)
{
  g_return_if_fail (SLUICE_IS_SWATCH (self));

  if (self->part == part)
    return;
  self->part = part;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sluice_swatch_get_part:
 * @self: a key
 *
 * Returns: whose it is
 */
guint
sluice_swatch_get_part (SluiceSwatch *self)
{
  g_return_val_if_fail (SLUICE_IS_SWATCH (self), SLUICE_PART_OTHER);

  return self->part;
}
