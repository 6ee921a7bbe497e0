#include "app/top-row.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/cell-text.h"
#include "app/program-cells.h"
#include "charts/share-bar.h"
#include "charts/sparkline.h"

struct _SluiceTopRow
{
  GtkListBoxRow parent_instance;

  char *identity; /* NULL: belongs to no program */
  gboolean bound;
  gboolean narrow;
  SluiceRateUnit measured; /* the unit that rates have room for */
  guint characters;

  GtkImage *icon;
  GtkLabel *name;
  GtkMenuButton *explain;
  GtkPopover *explanation;
  SluiceSparkline *sparkline;
  GtkBox *rates;
  GtkWidget *download;
  GtkWidget *upload;
  SluiceShareBar *bar;
  GtkWidget *percent;
};

G_DEFINE_FINAL_TYPE (SluiceTopRow, sluice_top_row, GTK_TYPE_LIST_BOX_ROW)

/* Who the row is about. Only what differs is touched, so that a popover that is open stays open. */
static void
set_subject (SluiceTopRow        *self,
             const SluiceProgram *program)
{
  const char *identity = program != NULL ? program->identity : NULL;
  g_autoptr (GIcon) icon = NULL;

  if (self->bound && g_strcmp0 (self->identity, identity) == 0)
    return;
  self->bound = TRUE;
  g_free (self->identity);
  self->identity = g_strdup (identity);

  icon = program != NULL ? sluice_program_make_icon (program) : g_themed_icon_new ("dialog-question-symbolic");
  gtk_image_set_from_gicon (self->icon, icon);
  gtk_label_set_text (self->name, program == NULL ? _("Unattributed") : sluice_program_get_label (program));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (self->name), -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), program != NULL ? program->path : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->explain), program == NULL);
  sluice_share_bar_set_hatched (self->bar, program == NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), program != NULL);
}

static void
set_rate (GtkWidget              *widget,
          const char             *arrow,
          double                  bytes,
          gboolean                shown,
          const SluiceTopFigures *figures)
{
  char rate[SLUICE_UNITS_TEXT_MAX];
  g_autofree char *text = NULL;

  gtk_widget_set_visible (widget, shown);
  if (!shown)
    return;
  sluice_units_format_rate (figures->seconds > 0 ? bytes / figures->seconds : 0, figures->units.rate, rate);
  text = g_strdup_printf ("%s %s", arrow, rate);
  sluice_cell_text_set (widget, text);
}

/* Rates are as wide as any is in the language of the user. */
static void
measure (SluiceTopRow  *self,
         SluiceRateUnit unit)
{
  if (self->characters != 0 && self->measured == unit)
    return;
  self->measured = unit;
  self->characters = sluice_cell_text_count_rate (NULL, "▼ ", unit);
  sluice_cell_text_set_characters (self->download, self->characters);
  sluice_cell_text_set_characters (self->upload, self->characters);
}

/**
 * sluice_top_row_set_entry:
 * @self: a row
 * @entry: who moved how much
 * @item: (nullable): that program as the model knows it, for its last minute
 * @figures: what the row's figures refer to
 */
void
sluice_top_row_set_entry (SluiceTopRow              *self,
                          const SluiceTimelineEntry *entry,
                          SluiceProgramItem         *item,
                          const SluiceTopFigures    *figures)
{
  char text[SLUICE_UNITS_TEXT_MAX];
  double share[SLUICE_N_DIRECTIONS] = { 0 };

  g_return_if_fail (SLUICE_IS_TOP_ROW (self));

  set_subject (self, entry->program);
  measure (self, figures->units.rate);
  set_rate (self->download, "▼", entry->bytes[SLUICE_RX], figures->shown[SLUICE_RX], figures);
  set_rate (self->upload, "▲", entry->bytes[SLUICE_TX], figures->shown[SLUICE_TX], figures);

  for (guint i = 0; i < SLUICE_N_DIRECTIONS; i++)
    if (figures->shown[i] && figures->whole > 0)
      share[i] = (double) entry->bytes[i] / figures->whole;
  sluice_share_bar_set_shares (self->bar, share[SLUICE_RX], share[SLUICE_TX]);
  sluice_cell_text_set (self->percent,
                        sluice_units_format_percent (MIN (share[SLUICE_RX] + share[SLUICE_TX], 1.0), text));

  gtk_widget_set_opacity (GTK_WIDGET (self->sparkline), item != NULL ? 1.0 : 0.0);
  sluice_sparkline_set_series (self->sparkline, item != NULL ? sluice_program_item_get_series (item) : NULL);
  sluice_sparkline_set_now (self->sparkline, figures->now);
}

/**
 * sluice_top_row_set_narrow:
 * @self: a row
 * @narrow: whether there is room for the figures only
 * @tight: whether even those have to stand one above the other
 */
void
sluice_top_row_set_narrow (SluiceTopRow *self,
                           gboolean      narrow,
                           gboolean      tight)
{
  g_return_if_fail (SLUICE_IS_TOP_ROW (self));

  self->narrow = narrow;
  gtk_widget_set_visible (GTK_WIDGET (self->sparkline), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->percent), !narrow);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->rates),
                                  tight ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->rates, tight ? 0 : narrow ? 6 : 12);
  gtk_box_set_spacing (GTK_BOX (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (self))), narrow ? 6 : 12);
  if (narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  if (narrow)
    gtk_menu_button_set_icon_name (self->explain, "help-about-symbolic");
  else
    gtk_menu_button_set_label (self->explain, _("What is this?"));
}

/**
 * sluice_top_row_get_identity:
 * @self: a row
 *
 * Returns: (nullable): the identity of the row's program, %NULL for what belongs to none
 */
const char *
sluice_top_row_get_identity (SluiceTopRow *self)
{
  g_return_val_if_fail (SLUICE_IS_TOP_ROW (self), NULL);

  return self->identity;
}

static void
sluice_top_row_finalize (GObject *object)
{
  SluiceTopRow *self = SLUICE_TOP_ROW (object);

  g_clear_pointer (&self->identity, g_free);

  G_OBJECT_CLASS (sluice_top_row_parent_class)->finalize (object);
}

static void
sluice_top_row_class_init (SluiceTopRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sluice_top_row_finalize;

  g_type_ensure (SLUICE_TYPE_SPARKLINE);
  g_type_ensure (SLUICE_TYPE_SHARE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/top-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, name);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, explain);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, explanation);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, sparkline);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, rates);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, download);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, upload);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, bar);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, percent);
}

static void
sluice_top_row_init (SluiceTopRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * sluice_top_row_new:
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
sluice_top_row_new (void)
{
  return g_object_new (SLUICE_TYPE_TOP_ROW, NULL);
}
