#include "app/top-row.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/breakdown-view.h"
#include "app/cell-text.h"
#include "app/host-words.h"
#include "app/program-cells.h"
#include "charts/share-bar.h"
#include "charts/sparkline.h"
#include "charts/swatch.h"

struct _SluiceTopRow
{
  GtkListBoxRow parent_instance;

  char *identity; /* NULL: belongs to nobody */
  SluiceBreakdown by;
  gboolean bound;
  gboolean narrow;
  SluiceRateUnit measured; /* the unit that rates have room for */
  guint characters;

  SluiceSwatch *swatch;
  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *address;
  GtkMenuButton *explain;
  GtkLabel *explanation;
  SluiceSparkline *sparkline;
  GtkBox *rates;
  GtkWidget *download;
  GtkWidget *upload;
  SluiceShareBar *bar;
  GtkWidget *percent;
};

G_DEFINE_FINAL_TYPE (SluiceTopRow, sluice_top_row, GTK_TYPE_LIST_BOX_ROW)

static GIcon *
choose_icon (const SluiceTimelineEntry *entry)
{
  if (entry->program != NULL)
    return sluice_program_make_icon (entry->program);
  return g_themed_icon_new (entry->host != NULL       ? "network-server-symbolic"
                            : entry->identity != NULL ? "network-transmit-receive-symbolic"
                                                      : "dialog-question-symbolic");
}

/* What is of nobody has a word of explanation, which depends on what is told apart, and whether packets are seen. */
static void
set_explanation (SluiceTopRow              *self,
                 const SluiceTimelineEntry *entry,
                 const SluiceTopFigures    *figures)
{
  static const char *const texts[][SLUICE_N_BREAKDOWNS] = {
    { N_("The kernel counted these bytes on the interface, but they cannot be charged to a program from here.\n\n"
          "They are traffic over UDP (calls, games, most of what a browser does over HTTP/3), what the kernel itself "
          "sends (ARP, ICMP), what is passed on for other machines or containers, and connections that began and "
          "ended between two looks.\n\n"
          "They are shown rather than guessed at: programs and this row together are what the interface counted and, "
          "at times, a little more. That little is what programs sent and a full queue dropped on the way, or "
          "headers, which are estimated for programs and sometimes too high."),
      N_("What the interface moved besides: protocols that moved less than those above, and what is not known from "
          "here.\n\n"
          "Without packets only TCP connections that are open for a moment are known, from when this view was "
          "chosen."),
      N_("What the interface moved besides: hosts that moved less than those above, and what is not known from "
          "here.\n\n"
          "Without packets only TCP connections that are open for a moment are known, from when this view was "
          "chosen.") },
    { N_("The kernel counted these bytes on the interface, but they cannot be charged to a program from here.\n\n"
          "They are what the kernel itself sends (ARP, ICMP), what is passed on for other machines or containers, "
          "programs that had ended before anyone could look, and packets that there was no room to keep.\n\n"
          "They are shown rather than guessed at."),
      N_("What moved besides: protocols that moved less than those above, and packets that there was no room to keep."),
      N_("What moved besides: hosts that moved less than those above, what has no address (ARP), and packets that "
          "there was no room to keep.") },
  };
  const char *text = _(texts[figures->packets != FALSE][figures->by]);

  gtk_widget_set_visible (GTK_WIDGET (self->explain), entry->identity == NULL);
  if (entry->identity == NULL && !g_str_equal (gtk_label_get_text (self->explanation), text))
    gtk_label_set_text (self->explanation, text);
}

/* Who the row is about. Only what differs is touched, so that a popover that is open stays open. */
static void
set_subject (SluiceTopRow              *self,
             const SluiceTimelineEntry *entry,
             SluiceBreakdown            by)
{
  g_autoptr (GIcon) icon = NULL;

  if (self->bound && self->by == by && g_strcmp0 (self->identity, entry->identity) == 0)
    return;
  self->bound = TRUE;
  self->by = by;
  g_free (self->identity);
  self->identity = g_strdup (entry->identity);

  icon = choose_icon (entry);
  gtk_image_set_from_gicon (self->icon, icon);
  sluice_share_bar_set_hatched (self->bar, entry->identity == NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), entry->program != NULL);
}

/* A host that is called by a name has its address behind that, where there is room. */
static void
set_address (SluiceTopRow              *self,
             const SluiceTimelineEntry *entry,
             const char                *name)
{
  char address[SLUICE_ADDRESS_TEXT_MAX] = "";

  if (entry->host != NULL && entry->host->address.family != SLUICE_FAMILY_NONE)
    sluice_address_to_text (&entry->host->address, address);
  if (g_str_equal (address, name))
    *address = '\0';
  if (!g_str_equal (gtk_label_get_text (self->address), address))
    gtk_label_set_text (self->address, address);
  gtk_widget_set_visible (GTK_WIDGET (self->address), !self->narrow && *address != '\0');
}

/* What it is called: of a host that may be learnt while it is shown. */
static void
set_name (SluiceTopRow              *self,
          const SluiceTimelineEntry *entry,
          const SluiceTopFigures    *figures)
{
  g_autofree char *name = entry->identity == NULL && figures->by != SLUICE_BY_PROGRAM
                            ? g_strdup (_("Other"))
                            : sluice_breakdown_name (entry, figures->names);
  g_autofree char *tooltip = entry->program != NULL ? g_strdup (entry->program->path)
                             : entry->host != NULL
                               ? sluice_host_words_describe (entry->host, figures->names, figures->wall_time)
                               : NULL;

  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->name)), tooltip) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), tooltip);
  /* Hosts may share a name. */
  set_address (self, entry, name);
  if (g_str_equal (gtk_label_get_text (self->name), name))
    return;
  gtk_label_set_text (self->name, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
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
  char percent[SLUICE_UNITS_TEXT_MAX];

  if (self->characters != 0 && self->measured == unit)
    return;
  self->measured = unit;
  self->characters = sluice_cell_text_count_rate (NULL, "▼ ", unit);
  sluice_cell_text_set_characters (self->download, self->characters);
  sluice_cell_text_set_characters (self->upload, self->characters);
  /* The longest in some languages: less than the least that is written. */
  sluice_units_format_percent (0.0005, percent);
  sluice_cell_text_set_characters (self->percent, MAX (6, sluice_cell_text_count (NULL, percent)));
}

/**
 * sluice_top_row_set_entry:
 * @self: a row
 * @entry: who moved how much
 * @item: (nullable): that program as the model knows it, for its last minute
 * @part: how a stacked chart shows it
 * @figures: what the row's figures refer to
 */
void
sluice_top_row_set_entry (SluiceTopRow              *self,
                          const SluiceTimelineEntry *entry,
                          SluiceProgramItem         *item,
                          guint                      part,
                          const SluiceTopFigures    *figures)
{
  char text[SLUICE_UNITS_TEXT_MAX];
  double share[SLUICE_N_DIRECTIONS] = { 0 };

  g_return_if_fail (SLUICE_IS_TOP_ROW (self));

  set_subject (self, entry, figures->by);
  set_explanation (self, entry, figures);
  set_name (self, entry, figures);
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), figures->stacked);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !figures->stacked || figures->by == SLUICE_BY_PROGRAM);
  sluice_swatch_set_part (self->swatch, part);
  measure (self, figures->units.rate);
  set_rate (self->download, "▼", entry->bytes[SLUICE_RX], figures->shown[SLUICE_RX], figures);
  set_rate (self->upload, "▲", entry->bytes[SLUICE_TX], figures->shown[SLUICE_TX], figures);

  for (guint i = 0; i < SLUICE_N_DIRECTIONS; i++)
    if (figures->shown[i] && figures->whole > 0)
      share[i] = (double) entry->bytes[i] / figures->whole;
  sluice_share_bar_set_shares (self->bar, share[SLUICE_RX], share[SLUICE_TX]);
  sluice_cell_text_set (self->percent,
                        sluice_units_format_percent (MIN (share[SLUICE_RX] + share[SLUICE_TX], 1.0), text));

  gtk_widget_set_visible (GTK_WIDGET (self->sparkline), !self->narrow && figures->by == SLUICE_BY_PROGRAM);
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
  gtk_widget_set_visible (GTK_WIDGET (self->sparkline), !narrow && self->by == SLUICE_BY_PROGRAM);
  gtk_widget_set_visible (GTK_WIDGET (self->address), !narrow && *gtk_label_get_text (self->address) != '\0');
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
 * Returns: (nullable): the identity of whom the row is about, %NULL for what belongs to nobody
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
  g_type_ensure (SLUICE_TYPE_SWATCH);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/top-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, swatch);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, name);
  gtk_widget_class_bind_template_child (widget_class, SluiceTopRow, address);
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
