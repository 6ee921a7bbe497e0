#include "charts/share-bar.h"

#include "charts/theme.h"
#include "draw/share-bar.h"

#define THICKNESS 6

struct _SluiceShareBar
{
  GtkWidget parent;

  double shares[2];
  gboolean hatched;
};

G_DEFINE_FINAL_TYPE (SluiceShareBar, sluice_share_bar, GTK_TYPE_WIDGET)

static void
sluice_share_bar_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 24 : THICKNESS;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : THICKNESS;
}

static void
sluice_share_bar_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  SluiceShareBar *self = SLUICE_SHARE_BAR (widget);
  const int width = gtk_widget_get_width (widget);
  const int top = (gtk_widget_get_height (widget) - THICKNESS) / 2;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, top, width, THICKNESS);
  cairo_t *cr;

  if (width < THICKNESS || top < 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_translate (cr, 0, top);
  sluice_draw_share_bar (cr,
                         sluice_theme_get_palette (widget),
                         self->shares[0],
                         self->shares[1],
                         self->hatched,
                         sluice_theme_is_rtl (widget),
                         width,
                         THICKNESS);
  cairo_destroy (cr);
}

static void
sluice_share_bar_class_init (SluiceShareBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = sluice_share_bar_measure;
  widget_class->snapshot = sluice_share_bar_snapshot;

  gtk_widget_class_set_css_name (widget_class, "sluice-share-bar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sluice_share_bar_init (SluiceShareBar *self)
{
}

/**
 * sluice_share_bar_new:
 *
 * Returns: (transfer floating): an empty bar
 */
GtkWidget *
sluice_share_bar_new (void)
{
  return g_object_new (SLUICE_TYPE_SHARE_BAR, NULL);
}

/**
 * sluice_share_bar_set_shares:
 * @self: a share bar
 * @download: the share of the whole that was received, 0 to 1
 * @upload: the share that was sent; both together at most 1
 */
void
sluice_share_bar_set_shares (SluiceShareBar *self,
                             double          download,
                             double          upload)
{
  g_return_if_fail (SLUICE_IS_SHARE_BAR (self));

  if (self->shares[0] == download && self->shares[1] == upload)
    return;
  self->shares[0] = download;
  self->shares[1] = upload;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sluice_share_bar_set_hatched:
 * @self: a share bar
 * @hatched: whether its share belongs to no program
 */
void
sluice_share_bar_set_hatched (SluiceShareBar *self,
                              gboolean        hatched)
{
  g_return_if_fail (SLUICE_IS_SHARE_BAR (self));

  if (self->hatched == !!hatched)
    return;
  self->hatched = !!hatched;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
