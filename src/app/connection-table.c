#include "sluice-config.h"

#include "app/connection-table.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/cell-text.h"
#include "app/compat.h"
#include "app/connection-words.h"
#include "app/host-words.h"
#include "app/live-columns.h"
#include "app/settings.h"
#include "app/settling-list.h"
#include "app/width-layout.h"
#include "model/part-sums.h"

typedef enum
{
  COLUMN_HOST,
  COLUMN_PROTOCOL,
  COLUMN_STATE,
  COLUMN_RATE,
  COLUMN_RTT,
  N_COLUMNS,
} ConnectionColumn;

/* What a cell has on both sides, and the last one at its end besides, in pixels. */
#define PADDING 12
#define PADDING_END 6
/* What a host has at least, and what it should have where there is room, in characters. */
#define HOST_LEAST 10
#define HOST_GOOD 15
/* What a protocol has, in characters: most have a shorter name. */
#define PROTOCOL_GOOD 9

struct _SluiceConnectionTable
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  SluiceHostNames *names;
  SluiceUnits units;
  guint characters[N_COLUMNS];
  SluiceProgramItem *item;
  SluiceConnectionList *connections; /* NULL while the table is not on the screen */
  SluiceSettlingList *list;
  SluiceLiveColumns *columns;
  GtkColumnView *view;
  GtkColumnViewColumn *view_columns[N_COLUMNS];
  GtkWidget *stack;
};

G_DEFINE_FINAL_TYPE (SluiceConnectionTable, sluice_connection_table, ADW_TYPE_BIN)

enum
{
  SIGNAL_LISTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The name that a row was last shown with. Only what is on the screen is asked for: a lookup is not free. */
static GQuark
host_quark (void)
{
  return g_quark_from_static_string ("sluice-connection-host");
}

static gboolean
has_peer (const SluiceConnectionRow *row)
{
  return !sluice_connection_words_waits (row) && !sluice_address_is_any (&row->key.remote);
}

static double
get_number (gpointer item,
            guint    column,
            gpointer user_data)
{
  const SluiceConnectionRow *row = sluice_connection_item_get_row (item);
  const double *rates = sluice_connection_item_get_rates (item);

  switch (column)
    {
    case COLUMN_PROTOCOL:
      return sluice_connection_row_protocol (row);
    case COLUMN_STATE:
      return row->key.protocol * 256 + row->state;
    case COLUMN_RATE:
      return (row->flags & SLUICE_CONNECTION_BYTES_KNOWN) != 0 ? rates[SLUICE_RX] + rates[SLUICE_TX] : NAN;
    case COLUMN_RTT:
      return row->rtt_us != 0 ? row->rtt_us : NAN;
    default:
      return NAN;
    }
}

/* Peers first and by name, numbers in them by value; then what has no peer, by port. */
static char *
make_text (gpointer item,
           gpointer user_data)
{
  const SluiceConnectionRow *row = sluice_connection_item_get_row (item);
  const char *host = g_object_get_qdata (item, host_quark ());
  char address[SLUICE_ADDRESS_TEXT_MAX];
  g_autofree char *text = NULL;

  if (has_peer (row))
    text = g_strdup_printf ("0 %s %u %u", host != NULL ? host : sluice_address_to_text (&row->key.remote, address),
                            row->key.remote_port, row->key.local_port);
  else
    text = g_strdup_printf ("1 %u", row->key.local_port);

  return g_utf8_collate_key_for_filename (text, -1);
}

static void
set_texts (SluiceLiveCell *cell,
           const char     *first,
           const char     *second)
{
  const char *texts[] = { first, second };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    sluice_cell_text_set (cell->parts[i], texts[i]);
}

static GtkWidget *
make_host (SluiceLiveCell *cell,
           gpointer        user_data)
{
  return sluice_cell_text_new_pair (cell->parts, 0, HOST_LEAST, _("Host"));
}

/* What the other side is called, on the wire first; NULL where nobody says. */
static const char *
find_name (SluiceConnectionTable *self,
           SluiceConnectionItem  *item)
{
  SluiceHost *host = sluice_connection_item_get_called (item);

  if (host != NULL)
    return sluice_host_words_find_name (host, self->names);
  return self->names != NULL
           ? sluice_host_names_get (self->names, &sluice_connection_item_get_row (item)->key.remote)
           : NULL;
}

static void
set_host_tooltip (SluiceConnectionTable     *self,
                  SluiceLiveCell            *cell,
                  const SluiceConnectionRow *row,
                  const char                *name)
{
  SluiceHost *host = sluice_connection_item_get_called (cell->item);
  SluiceSample *latest = sluice_live_model_get_latest (self->model);
  const char *interface = sluice_connection_item_get_interface_name (cell->item);
  char local[SLUICE_ADDRESS_TEXT_MAX], remote[SLUICE_ADDRESS_TEXT_MAX];
  GString *text = g_string_new (name);

  if (host != NULL)
    {
      g_autofree char *known
        = sluice_host_words_describe (host, self->names, latest != NULL ? latest->wall_time : 0);

      g_string_assign (text, known);
    }
  sluice_address_to_endpoint (&row->key.local, row->key.local_port, local);
  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (has_peer (row))
    {
      sluice_address_to_endpoint (&row->key.remote, row->key.remote_port, remote);
      /* Translators: the two ends of a connection, each an address and a port */
      g_string_append_printf (text, _("from %s to %s"), local, remote);
    }
  else
    {
      g_string_append (text, local);
    }
  if (interface != NULL)
    {
      g_string_append_c (text, '\n');
      /* Translators: over a network interface */
      g_string_append_printf (text, _("over %s"), interface);
    }
  gtk_widget_set_tooltip_text (gtk_list_item_get_child (cell->list_item), text->str);
  sluice_cell_text_name_row (gtk_list_item_get_child (cell->list_item), text->str);
  g_string_free (text, TRUE);
}

static void
fill_host (SluiceLiveCell *cell,
           gboolean        anew,
           gpointer        user_data)
{
  SluiceConnectionTable *self = user_data;
  const SluiceConnectionRow *row = sluice_connection_item_get_row (cell->item);
  gboolean peer = has_peer (row);
  const SluiceAddress *address = peer ? &row->key.remote : &row->key.local;
  const char *host = peer ? find_name (self, cell->item) : NULL;
  char first[SLUICE_ADDRESS_TEXT_MAX], second[SLUICE_ADDRESS_TEXT_MAX];
  gboolean closed = sluice_connection_item_get_closed (cell->item);

  if (g_strcmp0 (host, g_object_get_qdata (cell->item, host_quark ())) != 0)
    {
      g_object_set_qdata_full (cell->item, host_quark (), g_strdup (host), g_free);
      anew = TRUE;
    }
  if (anew || cell->shown[1] != (guint64) closed)
    gtk_widget_set_opacity (gtk_list_item_get_child (cell->list_item), closed ? 0.5 : 1);
  cell->shown[1] = closed;
  if (!anew)
    return;

  set_host_tooltip (self, cell, row, host);
  if (!peer)
    {
      g_autofree char *port = g_strdup_printf (_("port %u"), row->key.local_port);

      set_texts (cell, port,
                 sluice_address_is_any (address) ? _("on every address") : sluice_address_to_text (address, first));
    }
  else if (host != NULL)
    {
      set_texts (cell, host, sluice_address_to_endpoint (address, row->key.remote_port, second));
    }
  else
    {
      g_autofree char *port = g_strdup_printf (_("port %u"), row->key.remote_port);

      set_texts (cell, sluice_address_to_text (address, first), port);
    }
}

static GtkWidget *
make_protocol (SluiceLiveCell *cell,
               gpointer        user_data)
{
  SluiceConnectionTable *self = user_data;

  return sluice_cell_text_new_pair (cell->parts, 0, self->characters[COLUMN_PROTOCOL], _("Protocol"));
}

static void
fill_protocol (SluiceLiveCell *cell,
               gboolean        anew,
               gpointer        user_data)
{
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  set_texts (cell, sluice_connection_words_protocol (sluice_connection_item_get_row (cell->item), text), "");
}

static GtkWidget *
make_state (SluiceLiveCell *cell,
            gpointer        user_data)
{
  SluiceConnectionTable *self = user_data;

  return sluice_cell_text_new_pair (cell->parts, 0, self->characters[COLUMN_STATE], _("State"));
}

/* How wide the columns are so that all their texts are whole, in any language. */
static void
measure (SluiceConnectionTable *self)
{
  g_autofree char *resent = g_strdup_printf (ngettext ("%u resent", "%u resent", 888u), 888u);

  self->characters[COLUMN_HOST] = HOST_GOOD;
  self->characters[COLUMN_PROTOCOL] = PROTOCOL_GOOD;
  self->characters[COLUMN_STATE] = sluice_connection_words_count_state ("caption");
  self->characters[COLUMN_RATE] = sluice_cell_text_count_rate ("caption", "▼ ", self->units.rate);
  self->characters[COLUMN_RTT] = MAX (sluice_cell_text_count_latency ("caption"),
                                      sluice_cell_text_count ("caption", resent));
}

static void
fill_state (SluiceLiveCell *cell,
            gboolean        anew,
            gpointer        user_data)
{
  const SluiceConnectionRow *row = sluice_connection_item_get_row (cell->item);
  const char *name = sluice_tcp_state_name (row->state);

  set_texts (cell, sluice_protocol_name (row->key.protocol), sluice_connection_words_state (cell->item));
  if (anew || cell->shown[0] != row->state)
    gtk_widget_set_tooltip_text (gtk_list_item_get_child (cell->list_item), name);
  cell->shown[0] = row->state;
}

static GtkWidget *
make_rate (SluiceLiveCell *cell,
           gpointer        user_data)
{
  SluiceConnectionTable *self = user_data;

  return sluice_cell_text_new_pair (cell->parts, 1, self->characters[COLUMN_RATE], _("Rate"));
}

static void
fill_rate (SluiceLiveCell *cell,
           gboolean        anew,
           gpointer        user_data)
{
  SluiceConnectionTable *self = user_data;
  const SluiceConnectionRow *row = sluice_connection_item_get_row (cell->item);
  const double *rates = sluice_connection_item_get_rates (cell->item);
  char number[SLUICE_UNITS_TEXT_MAX], download[SLUICE_UNITS_TEXT_MAX + 8], upload[SLUICE_UNITS_TEXT_MAX + 8];

  if (anew)
    for (guint i = 0; i < 2; i++)
      sluice_cell_text_set_characters (cell->parts[i], self->characters[COLUMN_RATE]);
  if ((row->flags & SLUICE_CONNECTION_BYTES_KNOWN) == 0)
    {
      set_texts (cell, "–", "");
      return;
    }
  g_snprintf (download, sizeof download, "▼ %s", sluice_units_format_rate (rates[SLUICE_RX], self->units.rate, number));
  g_snprintf (upload, sizeof upload, "▲ %s", sluice_units_format_rate (rates[SLUICE_TX], self->units.rate, number));
  set_texts (cell, download, upload);
}

static GtkWidget *
make_rtt (SluiceLiveCell *cell,
          gpointer        user_data)
{
  SluiceConnectionTable *self = user_data;

  return sluice_cell_text_new_pair (cell->parts, 1, self->characters[COLUMN_RTT], _("Round trip"));
}

static void
fill_rtt (SluiceLiveCell *cell,
          gboolean        anew,
          gpointer        user_data)
{
  const SluiceConnectionRow *row = sluice_connection_item_get_row (cell->item);
  char rtt[SLUICE_UNITS_TEXT_MAX];
  g_autofree char *resent = NULL;

  if (row->total_retransmits > 0)
    /* Translators: how many segments were sent again; little room */
    resent = g_strdup_printf (ngettext ("%u resent", "%u resent", row->total_retransmits), row->total_retransmits);
  set_texts (cell, row->rtt_us != 0 ? sluice_units_format_latency (row->rtt_us, rtt) : "–",
             resent != NULL ? resent : "");
}

static void
add_columns (SluiceConnectionTable *self)
{
  const SluiceLiveColumn columns[N_COLUMNS] = {
    { "host", _("Host"), TRUE, FALSE, TRUE, FALSE, make_host, fill_host },
    { "protocol", _("Protocol"), TRUE, FALSE, FALSE, FALSE, make_protocol, fill_protocol },
    { "state", _("State"), TRUE, FALSE, FALSE, FALSE, make_state, fill_state },
    { "rate", _("Rate"), TRUE, TRUE, FALSE, TRUE, make_rate, fill_rate },
    { "rtt", _("RTT"), TRUE, TRUE, FALSE, TRUE, make_rtt, fill_rtt },
  };

  self->columns = sluice_live_columns_new (self->view, self->list, self);
  for (guint i = 0; i < N_COLUMNS; i++)
    self->view_columns[i] = sluice_live_columns_add (self->columns, &columns[i]);
}

/* Where not even half a host has room, the figures are worth more than the state. The protocol has room of its own. */
static void
width_cb (SluiceConnectionTable *self,
          int                    width)
{
  int spare = sluice_cell_text_get_width ("caption", HOST_GOOD - HOST_LEAST);
  int good = sluice_connection_table_get_good_width (self);
  gboolean state = width >= good - spare;
  gboolean protocol = width >= good + sluice_cell_text_get_width ("caption", PROTOCOL_GOOD) + PADDING;

  gtk_column_view_column_set_visible (self->view_columns[COLUMN_PROTOCOL], protocol);
  gtk_column_view_column_set_visible (self->view_columns[COLUMN_STATE], state);
}

static void
listed_cb (SluiceConnectionTable *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->list)) > 0;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), any ? "table" : "none");
  g_signal_emit (self, signals[SIGNAL_LISTED], 0);
}

static void
resolved_cb (SluiceConnectionTable *self)
{
  if (self->connections == NULL)
    return;
  sluice_live_columns_refresh (self->columns);
  sluice_settling_list_forget_texts (self->list);
}

static void
units_cb (SluiceConnectionTable *self)
{
  self->units = sluice_settings_get_units (self->settings);
  measure (self);
  sluice_live_columns_refill (self->columns);
}

/* Holds a list of connections, and with it the engine to the trouble of making them, only while they can be seen. */
static void
follow (SluiceConnectionTable *self)
{
  gboolean wanted = self->item != NULL && self->model != NULL && sluice_compat_is_seen (GTK_WIDGET (self));

  if (wanted == (self->connections != NULL))
    return;
  if (wanted)
    {
      self->connections = sluice_connection_list_new (self->model);
      sluice_connection_list_set_item (self->connections, self->item);
      sluice_settling_list_set_source (self->list, G_LIST_MODEL (self->connections));
    }
  else
    {
      sluice_settling_list_set_source (self->list, NULL);
      sluice_connection_list_set_item (self->connections, NULL);
      g_clear_object (&self->connections);
    }
}

static void
updated_cb (SluiceConnectionTable *self)
{
  follow (self);
  if (self->connections == NULL)
    return;
  sluice_live_columns_refresh (self->columns);
  sluice_settling_list_touch (self->list);
}

static void
sluice_connection_table_map (GtkWidget *widget)
{
  SluiceConnectionTable *self = SLUICE_CONNECTION_TABLE (widget);

  GTK_WIDGET_CLASS (sluice_connection_table_parent_class)->map (widget);
  sluice_settling_list_set_seen (self->list, TRUE);
  follow (self);
}

static void
sluice_connection_table_unmap (GtkWidget *widget)
{
  SluiceConnectionTable *self = SLUICE_CONNECTION_TABLE (widget);

  GTK_WIDGET_CLASS (sluice_connection_table_parent_class)->unmap (widget);
  follow (self);
  sluice_settling_list_finish (self->list);
  sluice_settling_list_set_seen (self->list, FALSE);
}

static void
sluice_connection_table_dispose (GObject *object)
{
  SluiceConnectionTable *self = SLUICE_CONNECTION_TABLE (object);

  g_clear_object (&self->item);
  if (self->list != NULL)
    {
      sluice_settling_list_set_seen (self->list, FALSE);
      sluice_settling_list_set_source (self->list, NULL);
    }
  g_clear_object (&self->connections);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->list);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_object (&self->names);

  G_OBJECT_CLASS (sluice_connection_table_parent_class)->dispose (object);
}

static void
sluice_connection_table_class_init (SluiceConnectionTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_connection_table_dispose;
  widget_class->map = sluice_connection_table_map;
  widget_class->unmap = sluice_connection_table_unmap;

  signals[SIGNAL_LISTED] = g_signal_new ("listed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
sluice_connection_table_init (SluiceConnectionTable *self)
{
  static const SluiceSettlingFuncs funcs = { NULL, NULL, get_number, make_text };
  GtkWidget *scrolled = gtk_scrolled_window_new (), *none = gtk_label_new (_("No open connection"));
  g_autoptr (GtkNoSelection) selection = NULL;

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "connections");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Connections"), -1);
  self->list = sluice_settling_list_new (&funcs, self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  add_columns (self);
  selection = gtk_no_selection_new (g_object_ref (sluice_live_columns_get_places (self->columns)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  sluice_live_columns_set_sort (self->columns, COLUMN_RATE, TRUE);

  self->stack = gtk_stack_new ();
  gtk_widget_add_css_class (none, "dim-label");
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), scrolled, "table");
  gtk_widget_set_vexpand (self->stack, TRUE);
  g_signal_connect_object (sluice_width_layout_install (GTK_WIDGET (self)), "width-changed", G_CALLBACK (width_cb),
                           self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), self->stack);
  g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (listed_cb), self);
}

/**
 * sluice_connection_table_attach:
 * @self: a table
 * @model: where connections come from
 * @settings: the app's: how numbers are written
 * @names: (nullable): what addresses are called
 */
void
sluice_connection_table_attach (SluiceConnectionTable *self,
                                SluiceLiveModel       *model,
                                GSettings             *settings,
                                SluiceHostNames       *names)
{
  g_return_if_fail (SLUICE_IS_CONNECTION_TABLE (self));
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  g_set_object (&self->names, names);
  g_signal_connect_object (settings, "changed::rate-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  units_cb (self);
  /* After the list of connections, so that what it has learnt is shown. */
  g_signal_connect_object (model, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (names != NULL)
    g_signal_connect_object (names, "resolved", G_CALLBACK (resolved_cb), self, G_CONNECT_SWAPPED);
}

/**
 * sluice_connection_table_set_item:
 * @self: a table
 * @item: (nullable): whose connections to show
 */
void
sluice_connection_table_set_item (SluiceConnectionTable *self,
                                  SluiceProgramItem     *item)
{
  g_return_if_fail (SLUICE_IS_CONNECTION_TABLE (self));

  if (!g_set_object (&self->item, item))
    return;
  if (self->connections != NULL && item != NULL)
    {
      sluice_connection_list_set_item (self->connections, item);
      sluice_settling_list_refilter (self->list);
    }
  follow (self);
}

/**
 * sluice_connection_table_get_good_width:
 * @self: a table that is attached
 *
 * Returns: the width in which all figures and the usual host are whole, in pixels
 */
int
sluice_connection_table_get_good_width (SluiceConnectionTable *self)
{
  int width = PADDING_END;

  g_return_val_if_fail (SLUICE_IS_CONNECTION_TABLE (self), 0);

  for (guint i = 0; i < N_COLUMNS; i++)
    if (i != COLUMN_PROTOCOL)
      width += sluice_cell_text_get_width ("caption", self->characters[i]) + PADDING;

  return width;
}

/**
 * sluice_connection_table_get_n_connections:
 * @self: a table
 *
 * Returns: how many connections it shows, those that ended a moment ago too
 */
guint
sluice_connection_table_get_n_connections (SluiceConnectionTable *self)
{
  g_return_val_if_fail (SLUICE_IS_CONNECTION_TABLE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

/**
 * sluice_connection_table_make_text:
 * @self: a table
 *
 * Returns: (transfer full): what is shown, for the clipboard: a line a connection, columns apart by tabs, headed
 */
char *
sluice_connection_table_make_text (SluiceConnectionTable *self)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (SLUICE_IS_CONNECTION_TABLE (self), NULL);

  /* Translators: heads of columns in copied text, apart by tabs */
  g_string_append (text, _("Protocol\tState\tLocal\tRemote\tHost\tDownload\tUpload\tRound trip\tResent"));
  g_string_append_c (text, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (SluiceConnectionItem) item = g_list_model_get_item (G_LIST_MODEL (self->list), i);
      const SluiceConnectionRow *row = sluice_connection_item_get_row (item);
      const double *rates = sluice_connection_item_get_rates (item);
      const char *host = g_object_get_qdata (G_OBJECT (item), host_quark ());
      gboolean known = (row->flags & SLUICE_CONNECTION_BYTES_KNOWN) != 0;
      char local[SLUICE_ADDRESS_TEXT_MAX], remote[SLUICE_ADDRESS_TEXT_MAX] = "";
      char download[SLUICE_UNITS_TEXT_MAX] = "", upload[SLUICE_UNITS_TEXT_MAX] = "", rtt[SLUICE_UNITS_TEXT_MAX] = "";

      sluice_address_to_endpoint (&row->key.local, row->key.local_port, local);
      if (has_peer (row))
        sluice_address_to_endpoint (&row->key.remote, row->key.remote_port, remote);
      if (known)
        {
          sluice_units_format_rate (rates[SLUICE_RX], self->units.rate, download);
          sluice_units_format_rate (rates[SLUICE_TX], self->units.rate, upload);
        }
      if (row->rtt_us != 0)
        sluice_units_format_latency (row->rtt_us, rtt);
      g_string_append_printf (text, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%u\n", sluice_protocol_name (row->key.protocol),
                              sluice_connection_words_state (item), local, remote,
                              host != NULL ? host : "", download, upload, rtt,
                              row->total_retransmits);
    }

  return g_string_free (text, FALSE);
}
