#include "app/part-table.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/cell-text.h"
#include "app/compat.h"
#include "app/host-words.h"
#include "app/live-columns.h"
#include "app/settings.h"
#include "app/settling-list.h"

typedef enum
{
  COLUMN_NAME,
  COLUMN_RATE,
  COLUMN_TOTAL,
  N_COLUMNS,
} PartColumn;

/* What a name has at least, in characters. */
#define NAME_LEAST 10

struct _SluicePartTable
{
  AdwBin parent_instance;

  SluiceBreakdown by;
  SluiceLiveModel *model;
  GSettings *settings;
  SluiceHostNames *names;
  SluiceUnits units;
  guint characters[N_COLUMNS];
  SluiceProgramItem *item;
  SluiceConnectionList *connections; /* NULL while the table is not on the screen */
  SluicePartList *parts;
  SluiceSettlingList *list;
  SluiceLiveColumns *columns;
  GtkColumnView *view;
  GtkWidget *stack;
  GtkLabel *none;
};

G_DEFINE_FINAL_TYPE (SluicePartTable, sluice_part_table, ADW_TYPE_BIN)

enum
{
  SIGNAL_LISTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
name_part (SluicePartTable *self,
           SluicePartItem  *item)
{
  return sluice_host_words_name_part (sluice_part_item_get_host (item), sluice_part_item_get_protocol (item),
                                      self->names);
}

/* What stands below a name: of a host that has one its address, and where it is; how many connections there are. */
static char *
describe_part (SluicePartTable *self,
               SluicePartItem  *item)
{
  SluiceHost *host = sluice_part_item_get_host (item);
  const guint n = sluice_part_item_get_figures (item)->n_connections;
  g_autofree char *count = g_strdup_printf (ngettext ("%u connection", "%u connections", n), n);
  g_autofree char *place = host != NULL ? sluice_host_words_place (host) : NULL;
  char address[SLUICE_ADDRESS_TEXT_MAX];

  if (host == NULL)
    return g_steal_pointer (&count);
  if (sluice_host_words_find_name (host, self->names) != NULL)
    {
      sluice_address_to_text (&host->address, address);
      return place != NULL ? g_strdup_printf ("%s · %s", address, place) : g_strdup (address);
    }
  return place != NULL ? g_steal_pointer (&place) : g_steal_pointer (&count);
}

static double
get_number (gpointer item,
            guint    column,
            gpointer user_data)
{
  const SluicePartFigures *figures = sluice_part_item_get_figures (item);

  switch (column)
    {
    case COLUMN_RATE:
      return figures->rate[SLUICE_RX] + figures->rate[SLUICE_TX];
    case COLUMN_TOTAL:
      return (double) figures->total[SLUICE_RX] + (double) figures->total[SLUICE_TX];
    default:
      return NAN;
    }
}

static char *
make_key (gpointer item,
          gpointer user_data)
{
  g_autofree char *name = name_part (user_data, item);

  return g_utf8_collate_key_for_filename (name, -1);
}

static GtkWidget *
make_name (SluiceLiveCell *cell,
           gpointer        user_data)
{
  return sluice_cell_text_new_pair (cell->parts, 0, NAME_LEAST, _("Name"));
}

static void
fill_name (SluiceLiveCell *cell,
           gboolean        anew,
           gpointer        user_data)
{
  SluicePartTable *self = user_data;
  SluiceHost *host = sluice_part_item_get_host (cell->item);
  SluiceSample *latest = sluice_live_model_get_latest (self->model);
  GtkWidget *child = gtk_list_item_get_child (cell->list_item);
  g_autofree char *name = name_part (self, cell->item);
  g_autofree char *detail = describe_part (self, cell->item);
  g_autofree char *tooltip
    = host != NULL ? sluice_host_words_describe (host, self->names, latest != NULL ? latest->wall_time : 0)
                   : g_strdup (name);

  sluice_cell_text_set (cell->parts[0], name);
  sluice_cell_text_set (cell->parts[1], detail);
  gtk_widget_set_opacity (child, sluice_part_item_get_figures (cell->item)->n_connections == 0 ? 0.5 : 1);
  if (g_strcmp0 (gtk_widget_get_tooltip_text (child), tooltip) == 0)
    return;
  gtk_widget_set_tooltip_text (child, tooltip);
  sluice_cell_text_name_row (child, tooltip);
}

static GtkWidget *
make_rate (SluiceLiveCell *cell,
           gpointer        user_data)
{
  SluicePartTable *self = user_data;

  return sluice_cell_text_new_pair (cell->parts, 1, self->characters[COLUMN_RATE], _("Rate"));
}

static GtkWidget *
make_total (SluiceLiveCell *cell,
            gpointer        user_data)
{
  SluicePartTable *self = user_data;

  return sluice_cell_text_new_pair (cell->parts, 1, self->characters[COLUMN_TOTAL], _("Total"));
}

static void
set_pair (SluiceLiveCell *cell,
          gboolean        anew,
          guint           characters,
          const char     *download,
          const char     *upload)
{
  const char *const numbers[] = { download, upload };
  const char *const arrows[] = { "▼", "▲" };

  for (guint i = 0; i < SLUICE_N_DIRECTIONS; i++)
    {
      char text[SLUICE_UNITS_TEXT_MAX + 8];

      if (anew)
        sluice_cell_text_set_characters (cell->parts[i], characters);
      g_snprintf (text, sizeof text, "%s %s", arrows[i], numbers[i]);
      sluice_cell_text_set (cell->parts[i], text);
    }
}

static void
fill_rate (SluiceLiveCell *cell,
           gboolean        anew,
           gpointer        user_data)
{
  SluicePartTable *self = user_data;
  const double *rate = sluice_part_item_get_figures (cell->item)->rate;
  char numbers[SLUICE_N_DIRECTIONS][SLUICE_UNITS_TEXT_MAX];

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    sluice_units_format_rate (rate[d], self->units.rate, numbers[d]);
  set_pair (cell, anew, self->characters[COLUMN_RATE], numbers[SLUICE_RX], numbers[SLUICE_TX]);
}

static void
fill_total (SluiceLiveCell *cell,
            gboolean        anew,
            gpointer        user_data)
{
  SluicePartTable *self = user_data;
  const guint64 *total = sluice_part_item_get_figures (cell->item)->total;
  char numbers[SLUICE_N_DIRECTIONS][SLUICE_UNITS_TEXT_MAX];

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    sluice_units_format_size (total[d], self->units.size, numbers[d]);
  set_pair (cell, anew, self->characters[COLUMN_TOTAL], numbers[SLUICE_RX], numbers[SLUICE_TX]);
}

static void
add_columns (SluicePartTable *self)
{
  const SluiceLiveColumn columns[N_COLUMNS] = {
    { "name", self->by == SLUICE_BY_HOST ? _("Host") : _("Protocol"), TRUE, FALSE, TRUE, FALSE, make_name, fill_name },
    { "rate", _("Rate"), TRUE, TRUE, FALSE, TRUE, make_rate, fill_rate },
    { "total", _("Total"), TRUE, TRUE, FALSE, TRUE, make_total, fill_total },
  };

  self->columns = sluice_live_columns_new (self->view, self->list, self);
  for (guint i = 0; i < N_COLUMNS; i++)
    sluice_live_columns_add (self->columns, &columns[i]);
}

static void
listed_cb (SluicePartTable *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    sluice_part_table_get_n_parts (self) > 0 ? "table" : "none");
  g_signal_emit (self, signals[SIGNAL_LISTED], 0);
}

static void
resolved_cb (SluicePartTable *self)
{
  if (self->parts == NULL)
    return;
  sluice_live_columns_refresh (self->columns);
  sluice_settling_list_forget_texts (self->list);
}

static void
units_cb (SluicePartTable *self)
{
  self->units = sluice_settings_get_units (self->settings);
  self->characters[COLUMN_RATE] = sluice_cell_text_count_rate ("caption", "▼ ", self->units.rate);
  self->characters[COLUMN_TOTAL] = 2 + sluice_cell_text_count_size (self->units.size);
  sluice_live_columns_refill (self->columns);
}

static void
stop (SluicePartTable *self)
{
  if (self->list != NULL)
    sluice_settling_list_set_source (self->list, NULL);
  if (self->connections != NULL)
    sluice_connection_list_set_item (self->connections, NULL);
  g_clear_object (&self->parts);
  g_clear_object (&self->connections);
}

/* Holds connections, and with them the engine to the trouble of making them, only while their sums can be seen. */
static void
follow (SluicePartTable *self)
{
  gboolean wanted = self->item != NULL && self->model != NULL && sluice_compat_is_seen (GTK_WIDGET (self));

  if (wanted == (self->parts != NULL))
    return;
  if (!wanted)
    {
      stop (self);
      return;
    }
  self->connections = sluice_connection_list_new (self->model);
  sluice_connection_list_set_item (self->connections, self->item);
  self->parts = sluice_part_list_new (G_LIST_MODEL (self->connections), self->by);
  sluice_settling_list_set_source (self->list, G_LIST_MODEL (self->parts));
}

static void
updated_cb (SluicePartTable *self)
{
  follow (self);
  if (self->parts == NULL)
    return;
  sluice_part_list_update (self->parts);
  sluice_live_columns_refresh (self->columns);
  sluice_settling_list_touch (self->list);
}

static void
sluice_part_table_map (GtkWidget *widget)
{
  SluicePartTable *self = SLUICE_PART_TABLE (widget);

  GTK_WIDGET_CLASS (sluice_part_table_parent_class)->map (widget);
  sluice_settling_list_set_seen (self->list, TRUE);
  follow (self);
}

static void
sluice_part_table_unmap (GtkWidget *widget)
{
  SluicePartTable *self = SLUICE_PART_TABLE (widget);

  GTK_WIDGET_CLASS (sluice_part_table_parent_class)->unmap (widget);
  follow (self);
  sluice_settling_list_finish (self->list);
  sluice_settling_list_set_seen (self->list, FALSE);
}

static void
sluice_part_table_dispose (GObject *object)
{
  SluicePartTable *self = SLUICE_PART_TABLE (object);

  g_clear_object (&self->item);
  if (self->list != NULL)
    sluice_settling_list_set_seen (self->list, FALSE);
  stop (self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->list);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_object (&self->names);

  G_OBJECT_CLASS (sluice_part_table_parent_class)->dispose (object);
}

static void
sluice_part_table_class_init (SluicePartTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_part_table_dispose;
  widget_class->map = sluice_part_table_map;
  widget_class->unmap = sluice_part_table_unmap;

  signals[SIGNAL_LISTED] = g_signal_new ("listed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
sluice_part_table_init (SluicePartTable *self)
{
  static const SluiceSettlingFuncs funcs = { NULL, NULL, get_number, make_key };
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "connections");
  self->list = sluice_settling_list_new (&funcs, self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  self->none = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->none), "dim-label");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->none), "none");
  gtk_stack_add_named (GTK_STACK (self->stack), scrolled, "table");
  gtk_widget_set_vexpand (self->stack, TRUE);
  adw_bin_set_child (ADW_BIN (self), self->stack);
  g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (listed_cb), self);
}

/**
 * sluice_part_table_attach:
 * @self: a table
 * @by: hosts or protocols
 * @model: where connections come from
 * @settings: the app's: how numbers are written
 * @names: (nullable): who asks for names of hosts
 */
void
sluice_part_table_attach (SluicePartTable *self,
                          SluiceBreakdown  by,
                          SluiceLiveModel *model,
                          GSettings       *settings,
                          SluiceHostNames *names)
{
  g_autoptr (GtkNoSelection) selection = NULL;
  const gboolean hosts = by == SLUICE_BY_HOST;

  g_return_if_fail (SLUICE_IS_PART_TABLE (self));
  g_return_if_fail (self->model == NULL);

  self->by = by;
  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  g_set_object (&self->names, names);
  gtk_label_set_text (self->none, hosts ? _("No host yet") : _("No protocol yet"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  hosts ? _("Hosts") : _("Protocols"), -1);
  add_columns (self);
  selection = gtk_no_selection_new (g_object_ref (sluice_live_columns_get_places (self->columns)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  sluice_live_columns_set_sort (self->columns, COLUMN_TOTAL, TRUE);
  g_signal_connect_object (settings, "changed::rate-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::size-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  units_cb (self);
  /* After the list of connections, so that what it has learnt is summed. */
  g_signal_connect_object (model, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (names != NULL)
    g_signal_connect_object (names, "resolved", G_CALLBACK (resolved_cb), self, G_CONNECT_SWAPPED);
}

/**
 * sluice_part_table_set_item:
 * @self: a table
 * @item: (nullable): whose hosts or protocols to show
 */
void
sluice_part_table_set_item (SluicePartTable   *self,
                            SluiceProgramItem *item)
{
  g_return_if_fail (SLUICE_IS_PART_TABLE (self));

  if (!g_set_object (&self->item, item))
    return;
  stop (self);
  follow (self);
}

/**
 * sluice_part_table_get_n_parts:
 * @self: a table
 *
 * Returns: how many rows it has
 */
guint
sluice_part_table_get_n_parts (SluicePartTable *self)
{
  g_return_val_if_fail (SLUICE_IS_PART_TABLE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

static void
append_row (SluicePartTable *self,
            SluicePartItem  *item,
            GString         *text)
{
  const SluicePartFigures *figures = sluice_part_item_get_figures (item);
  SluiceHost *host = sluice_part_item_get_host (item);
  g_autofree char *name = name_part (self, item);
  g_autofree char *place = host != NULL ? sluice_host_words_place (host) : NULL;
  char address[SLUICE_ADDRESS_TEXT_MAX] = "";
  char numbers[4][SLUICE_UNITS_TEXT_MAX];

  if (host != NULL)
    sluice_address_to_text (&host->address, address);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sluice_units_format_rate (figures->rate[d], self->units.rate, numbers[d]);
      sluice_units_format_size (figures->total[d], self->units.size, numbers[2 + d]);
    }
  g_string_append (text, name);
  if (host != NULL)
    g_string_append_printf (text, "\t%s\t%s", address, place != NULL ? place : "");
  g_string_append_printf (text, "\t%u\t%s\t%s\t%s\t%s\n", figures->n_connections, numbers[0], numbers[1], numbers[2],
                          numbers[3]);
}

/**
 * sluice_part_table_make_text:
 * @self: a table
 *
 * Returns: (transfer full): what is shown, for the clipboard: a line a row, columns apart by tabs, headed
 */
char *
sluice_part_table_make_text (SluicePartTable *self)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (SLUICE_IS_PART_TABLE (self), NULL);

  /* Translators: heads of columns in copied text, apart by tabs */
  g_string_append (text, self->by == SLUICE_BY_HOST
                           ? _("Host\tAddress\tNetwork\tConnections\tDownload\tUpload\tReceived\tSent")
                           : _("Protocol\tConnections\tDownload\tUpload\tReceived\tSent"));
  g_string_append_c (text, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (SluicePartItem) item = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      append_row (self, item, text);
    }
  return g_string_free (text, FALSE);
}
