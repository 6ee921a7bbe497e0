#include "app/figure.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/cell-text.h"

/* A screen reader is told no more often than this. */
#define TELL_US (5 * G_USEC_PER_SEC)

struct _SluiceFigure
{
  GtkToggleButton parent_instance;

  SluiceDirection direction;
  gint64 told;

  GtkLabel *arrow;
  GtkLabel *title;
  GtkLabel *caption;
  GtkWidget *shown;
  GtkWidget *average;
  GtkWidget *peak;
  GtkWidget *total;
};

G_DEFINE_FINAL_TYPE (SluiceFigure, sluice_figure, GTK_TYPE_TOGGLE_BUTTON)

static const char *
direction_name (SluiceDirection direction)
{
  return direction == SLUICE_RX ? _("Download") : _("Upload");
}

/**
 * sluice_figure_set_direction:
 * @self: a figure
 * @direction: which of the two it shows
 */
void
sluice_figure_set_direction (SluiceFigure   *self,
                             SluiceDirection direction)
{
  g_return_if_fail (SLUICE_IS_FIGURE (self));

  self->direction = direction;
  gtk_label_set_text (self->arrow, direction == SLUICE_RX ? "▼" : "▲");
  gtk_label_set_text (self->title, direction_name (direction));
  gtk_widget_add_css_class (GTK_WIDGET (self), direction == SLUICE_RX ? "download" : "upload");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               direction == SLUICE_RX ? _("Show only the download") : _("Show only the upload"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, direction_name (direction), -1);
}

static void
tell (SluiceFigure *self,
      const char   *shown,
      const char   *average,
      const char   *peak,
      const char   *total)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *description = NULL;

  if (self->told != 0 && now - self->told < TELL_US)
    return;
  self->told = now;
  /* Translators: read out by a screen reader: a rate and what it is ("now"), then average, peak and total */
  description = g_strdup_printf (_("%s %s, average %s, peak %s, total %s"), shown, gtk_label_get_text (self->caption),
                                 average, peak, total);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

/**
 * sluice_figure_set_values:
 * @self: a figure
 * @values: what to show
 * @units: how it is written
 */
void
sluice_figure_set_values (SluiceFigure             *self,
                          const SluiceFigureValues *values,
                          SluiceUnits               units)
{
  char shown[SLUICE_UNITS_TEXT_MAX];
  char average[SLUICE_UNITS_TEXT_MAX];
  char peak[SLUICE_UNITS_TEXT_MAX];
  char total[SLUICE_UNITS_TEXT_MAX];

  g_return_if_fail (SLUICE_IS_FIGURE (self));

  /* A label that is set measures the whole window anew, even to what it says already; the other texts never do. */
  if (!g_str_equal (gtk_label_get_text (self->caption), values->caption))
    gtk_label_set_text (self->caption, values->caption);
  sluice_cell_text_set (self->shown, sluice_units_format_rate (values->shown, units.rate, shown));
  sluice_cell_text_set (self->average, sluice_units_format_rate (values->average, units.rate, average));
  sluice_cell_text_set (self->peak, sluice_units_format_rate (values->peak, units.rate, peak));
  sluice_cell_text_set (self->total, sluice_units_format_size (values->total, units.size, total));
  tell (self, shown, average, peak, total);
}

static void
sluice_figure_class_init (SluiceFigureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/figure.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, arrow);
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, title);
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, caption);
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, shown);
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, average);
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, peak);
  gtk_widget_class_bind_template_child (widget_class, SluiceFigure, total);
}

static void
sluice_figure_init (SluiceFigure *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
