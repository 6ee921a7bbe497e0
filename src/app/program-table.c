#include "sluice-config.h"

#include "app/program-table.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/live-columns.h"
#include "app/settings.h"
#include "app/settling-list.h"
#include "app/width-layout.h"
#include "charts/sparkline.h"

/* A program counts as active for this long after its last byte, µs. */
#define ACTIVE_US (5 * G_USEC_PER_SEC)
/* How far a row below another one is moved in, pixels. */
#define INDENT 18

/* Widgets of the first cell of a row. */
enum
{
  PART_ARROW,
  PART_ICON,
  PART_NAME,
  PART_DETAIL,
};

struct _SluiceProgramTable
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  SluiceUnits units;
  SluiceSettlingList *list;
  SluiceLiveColumns *columns;
  GtkColumnViewColumn *view_columns[SLUICE_N_PROGRAM_COLUMNS];
  GtkColumnView *view;
  GtkSingleSelection *selection;
  SluiceProgramItem *selected; /* what the user chose: no filter takes it away */
  gboolean moving;             /* rows change their places: what the selection says does not count */
  char *words;                 /* folded; NULL where nothing is searched for */
  SluiceProgramFilter filter;
  gint64 now; /* boot-time clock of the last sample, µs */
  gboolean seen;
};

G_DEFINE_FINAL_TYPE (SluiceProgramTable, sluice_program_table, ADW_TYPE_BIN)

enum
{
  SIGNAL_SELECTED,
  SIGNAL_MENU,
  SIGNAL_LISTED,
  SIGNAL_SORT_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* A column goes when the table is narrower than this. */
static const int least_widths[SLUICE_N_PROGRAM_COLUMNS] = {
  [SLUICE_PROGRAM_COLUMN_SPARKLINE] = 620,
  [SLUICE_PROGRAM_COLUMN_TOTAL] = 480,
  [SLUICE_PROGRAM_COLUMN_CONNECTIONS] = 700,
  [SLUICE_PROGRAM_COLUMN_RTT] = 560,
};

/* What the list asks about a row. */

static GListModel *
get_children (gpointer item,
              gpointer user_data)
{
  return sluice_program_item_get_children (item);
}

/* A group is meant by its own name only: where what is searched for is in it, it is opened and shows just that. */
static gboolean
is_meant (SluiceProgramItem *item,
          const char        *words)
{
  g_autofree char *name = NULL;

  if (sluice_program_item_get_level (item) != SLUICE_ITEM_GROUP)
    return sluice_program_item_matches (item, words);
  name = g_utf8_casefold (sluice_program_item_get_name (item), -1);

  return strstr (name, words) != NULL;
}

static SluiceVerdict
judge (gpointer item,
       gpointer user_data)
{
  SluiceProgramTable *self = user_data;
  const SluiceProgramStats *stats = sluice_program_item_get_stats (item);

  if (item != self->selected)
    {
      if ((self->filter & SLUICE_PROGRAM_FILTER_ACTIVE) != 0 &&
          (stats->last_active == 0 || self->now - stats->last_active > ACTIVE_US))
        return SLUICE_VERDICT_HIDDEN;
      if ((self->filter & SLUICE_PROGRAM_FILTER_LISTENING) != 0 && stats->listening == 0)
        return SLUICE_VERDICT_HIDDEN;
    }

  return self->words == NULL || is_meant (item, self->words) ? SLUICE_VERDICT_MATCHES : SLUICE_VERDICT_FITS;
}

static double
get_number (gpointer item,
            guint    column,
            gpointer user_data)
{
  const SluiceProgramStats *stats = sluice_program_item_get_stats (item);

  switch ((SluiceProgramColumn) column)
    {
    case SLUICE_PROGRAM_COLUMN_DOWNLOAD:
      return stats->rate[SLUICE_RX];
    case SLUICE_PROGRAM_COLUMN_UPLOAD:
      return stats->rate[SLUICE_TX];
    case SLUICE_PROGRAM_COLUMN_TOTAL:
      return (double) (stats->total[SLUICE_RX] + stats->total[SLUICE_TX]);
    case SLUICE_PROGRAM_COLUMN_CONNECTIONS:
      return stats->connections;
    case SLUICE_PROGRAM_COLUMN_RTT:
      return stats->rtt_us != 0 ? stats->rtt_us : NAN;
    case SLUICE_PROGRAM_COLUMN_NAME:
    case SLUICE_PROGRAM_COLUMN_SPARKLINE:
    case SLUICE_N_PROGRAM_COLUMNS:
    default:
      return NAN;
    }
}

static char *
make_text (gpointer item,
           gpointer user_data)
{
  g_autofree char *folded = g_utf8_casefold (sluice_program_item_get_name (item), -1);

  return g_utf8_collate_key (folded, -1);
}

/* The cells. */

static GtkWidget *
make_name (SluiceLiveCell *cell,
           gpointer        user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  cell->parts[PART_ARROW] = gtk_image_new ();
  gtk_widget_set_size_request (cell->parts[PART_ARROW], 16, 16);
  cell->parts[PART_ICON] = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (cell->parts[PART_ICON]), 24);
  cell->parts[PART_NAME] = sluice_live_cell_text_new (0, 12, NULL);
  cell->parts[PART_DETAIL] = sluice_live_cell_text_new (0, 12, "dim-label");
  gtk_widget_add_css_class (cell->parts[PART_DETAIL], "caption");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), cell->parts[PART_NAME]);
  gtk_box_append (GTK_BOX (texts), cell->parts[PART_DETAIL]);
  gtk_box_append (GTK_BOX (box), cell->parts[PART_ARROW]);
  gtk_box_append (GTK_BOX (box), cell->parts[PART_ICON]);
  gtk_box_append (GTK_BOX (box), texts);

  return box;
}

/* The whole path, and what else the row has no room for. */
static void
set_tooltip (GtkWidget         *widget,
             SluiceProgramItem *item)
{
  SluiceProgram *program = sluice_program_item_get_program (item);

  gtk_widget_set_tooltip_text (widget, program != NULL && program->path != NULL ? program->path
                                                                                 : sluice_program_item_get_name (item));
}

static void
fill_name (SluiceLiveCell *cell,
           gboolean        anew,
           gpointer        user_data)
{
  SluiceProgramTable *self = user_data;
  SluiceProgramItem *item = cell->item;
  GtkWidget *box = gtk_list_item_get_child (cell->list_item);
  guint depth = sluice_settling_list_get_depth (self->list, item);
  gboolean expanded = sluice_settling_list_get_expanded (self->list, item);
  gboolean alive = sluice_program_item_get_stats (item)->alive, can_expand = sluice_program_item_can_expand (item);
  guint64 state = depth << 3 | (alive ? 4u : 0) | (can_expand ? 2u : 0) | (expanded ? 1u : 0) | 1u << 31;

  if (anew)
    {
      g_autoptr (GIcon) icon = sluice_program_item_make_icon (item);

      gtk_image_set_from_gicon (GTK_IMAGE (cell->parts[PART_ICON]), icon);
      sluice_live_cell_set_text (cell->parts[PART_NAME], sluice_program_item_get_name (item));
      set_tooltip (box, item);
    }
  sluice_live_cell_set_text (cell->parts[PART_DETAIL], sluice_program_item_get_detail (item));
  if (cell->shown[0] == state)
    return;
  cell->shown[0] = state;
  gtk_widget_set_margin_start (box, (int) depth * INDENT);
  gtk_image_set_from_icon_name (GTK_IMAGE (cell->parts[PART_ARROW]),
                                !can_expand ? NULL : expanded ? "pan-down-symbolic" : "pan-end-symbolic");
  if (can_expand)
    gtk_accessible_update_state (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_STATE_EXPANDED, expanded, -1);
  else
    gtk_accessible_reset_state (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_STATE_EXPANDED);
  /* One that has ended stays for a while, faded. */
  gtk_widget_set_opacity (box, alive ? 1 : 0.5);
}

static GtkWidget *
make_sparkline (SluiceLiveCell *cell,
                gpointer        user_data)
{
  cell->parts[0] = sluice_sparkline_new ();
  gtk_widget_set_size_request (cell->parts[0], 90, 24);
  gtk_widget_set_valign (cell->parts[0], GTK_ALIGN_CENTER);

  return cell->parts[0];
}

static void
fill_sparkline (SluiceLiveCell *cell,
                gboolean        anew,
                gpointer        user_data)
{
  SluiceProgramTable *self = user_data;

  /* A program has another series after the scope has changed. */
  sluice_sparkline_set_series (SLUICE_SPARKLINE (cell->parts[0]), sluice_program_item_get_series (cell->item));
  sluice_sparkline_set_now (SLUICE_SPARKLINE (cell->parts[0]), self->now);
}

static GtkWidget *
make_figure (SluiceLiveCell *cell,
             guint           characters,
             const char     *title)
{
  cell->parts[0] = sluice_live_cell_text_new (1, characters, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (cell->parts[0]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);

  return cell->parts[0];
}

static GtkWidget *
make_download (SluiceLiveCell *cell,
               gpointer        user_data)
{
  return make_figure (cell, 10, _("Download"));
}

static GtkWidget *
make_upload (SluiceLiveCell *cell,
             gpointer        user_data)
{
  return make_figure (cell, 10, _("Upload"));
}

static GtkWidget *
make_total (SluiceLiveCell *cell,
            gpointer        user_data)
{
  return make_figure (cell, 8, _("Total"));
}

static GtkWidget *
make_connections (SluiceLiveCell *cell,
                  gpointer        user_data)
{
  return make_figure (cell, 6, _("Connections"));
}

static GtkWidget *
make_rtt (SluiceLiveCell *cell,
          gpointer        user_data)
{
  return make_figure (cell, 7, _("Round trip"));
}

/* Whether the cell shows something else than @value; nothing is faded. */
static gboolean
differs (SluiceLiveCell *cell,
         gboolean        anew,
         guint64         value)
{
  if (!anew && cell->shown[0] == value)
    return FALSE;
  if (value == 0)
    gtk_widget_add_css_class (cell->parts[0], "dim-label");
  else if (anew || cell->shown[0] == 0)
    gtk_widget_remove_css_class (cell->parts[0], "dim-label");
  cell->shown[0] = value;

  return TRUE;
}

static void
fill_rate (SluiceProgramTable *self,
           SluiceLiveCell     *cell,
           gboolean            anew,
           SluiceDirection     direction)
{
  double rate = sluice_program_item_get_stats (cell->item)->rate[direction];
  char text[SLUICE_UNITS_TEXT_MAX];
  guint64 bits;

  memcpy (&bits, &rate, sizeof bits);
  if (differs (cell, anew, bits))
    sluice_live_cell_set_text (cell->parts[0], sluice_units_format_rate (rate, self->units.rate, text));
}

static void
fill_download (SluiceLiveCell *cell,
               gboolean        anew,
               gpointer        user_data)
{
  fill_rate (user_data, cell, anew, SLUICE_RX);
}

static void
fill_upload (SluiceLiveCell *cell,
             gboolean        anew,
             gpointer        user_data)
{
  fill_rate (user_data, cell, anew, SLUICE_TX);
}

static void
fill_total (SluiceLiveCell *cell,
            gboolean        anew,
            gpointer        user_data)
{
  SluiceProgramTable *self = user_data;
  const SluiceProgramStats *stats = sluice_program_item_get_stats (cell->item);
  guint64 total = stats->total[SLUICE_RX] + stats->total[SLUICE_TX];
  char text[SLUICE_UNITS_TEXT_MAX];

  if (differs (cell, anew, total))
    sluice_live_cell_set_text (cell->parts[0], sluice_units_format_size (total, self->units.size, text));
}

static void
fill_connections (SluiceLiveCell *cell,
                  gboolean        anew,
                  gpointer        user_data)
{
  guint32 connections = sluice_program_item_get_stats (cell->item)->connections;
  char text[16];

  if (!differs (cell, anew, connections))
    return;
  g_snprintf (text, sizeof text, "%u", connections);
  sluice_live_cell_set_text (cell->parts[0], text);
}

static void
fill_rtt (SluiceLiveCell *cell,
          gboolean        anew,
          gpointer        user_data)
{
  guint32 rtt = sluice_program_item_get_stats (cell->item)->rtt_us;
  char text[SLUICE_UNITS_TEXT_MAX];

  if (differs (cell, anew, rtt))
    sluice_live_cell_set_text (cell->parts[0], rtt != 0 ? sluice_units_format_latency (rtt, text) : "–");
}

static void
add_columns (SluiceProgramTable *self)
{
  const SluiceLiveColumn columns[SLUICE_N_PROGRAM_COLUMNS] = {
    { "name", _("Program"), TRUE, FALSE, TRUE, FALSE, make_name, fill_name },
    { "sparkline", _("Last minute"), FALSE, FALSE, FALSE, FALSE, make_sparkline, fill_sparkline },
    { "download", _("Download"), TRUE, TRUE, FALSE, TRUE, make_download, fill_download },
    { "upload", _("Upload"), TRUE, TRUE, FALSE, TRUE, make_upload, fill_upload },
    { "total", _("Total"), TRUE, TRUE, FALSE, TRUE, make_total, fill_total },
    /* Translators: heads a narrow column: number of connections */
    { "connections", _("Conn."), TRUE, TRUE, FALSE, TRUE, make_connections, fill_connections },
    /* Translators: heads a narrow column: round-trip time */
    { "rtt", _("RTT"), TRUE, TRUE, FALSE, TRUE, make_rtt, fill_rtt },
  };

  self->columns = sluice_live_columns_new (self->view, self->list, self);
  for (guint i = 0; i < SLUICE_N_PROGRAM_COLUMNS; i++)
    self->view_columns[i] = sluice_live_columns_add (self->columns, &columns[i]);
}

/* What happens to the table. */

static void
updated_cb (SluiceProgramTable *self,
            SluiceSample       *sample)
{
  self->now = sample->time;
  if (self->seen)
    sluice_live_columns_refresh (self->columns);
  sluice_settling_list_touch (self->list);
}

static void
units_cb (SluiceProgramTable *self)
{
  self->units = sluice_settings_get_units (self->settings);
  sluice_live_columns_refill (self->columns);
}

static void
choose (SluiceProgramTable *self,
        SluiceProgramItem  *item)
{
  if (g_set_object (&self->selected, item))
    g_signal_emit (self, signals[SIGNAL_SELECTED], 0);
}

/* The user selects a place; what is chosen is the row that stands there now. */
static void
selected_cb (SluiceProgramTable *self)
{
  if (!self->moving)
    choose (self, sluice_settling_list_peek (self->list, gtk_single_selection_get_selected (self->selection)));
}

static void
settling_cb (SluiceProgramTable *self)
{
  self->moving = TRUE;
}

/* The row that was chosen may stand in another place now, or nowhere. */
static void
settled_cb (SluiceProgramTable *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  if (!self->moving)
    return;
  if (self->selected != NULL && sluice_settling_list_find (self->list, self->selected, &position))
    {
      if (position != gtk_single_selection_get_selected (self->selection))
        {
          gtk_single_selection_set_selected (self->selection, position);
          sluice_live_columns_move_focus (self->columns, position);
        }
    }
  else
    {
      gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
      choose (self, NULL);
    }
  self->moving = FALSE;
}

static void
listed_cb (SluiceProgramTable *self)
{
  g_signal_emit (self, signals[SIGNAL_LISTED], 0);
}

static void
sort_changed_cb (SluiceProgramTable *self)
{
  guint column;
  gboolean descending;

  if (!sluice_live_columns_get_sort (self->columns, &column, &descending))
    return;
  sluice_settling_list_set_sort (self->list, column, descending);
  g_signal_emit (self, signals[SIGNAL_SORT_CHANGED], 0);
}

static void
activate_cb (GtkColumnView      *view,
             guint               position,
             SluiceProgramTable *self)
{
  SluiceProgramItem *item = sluice_settling_list_peek (self->list, position);

  if (item != NULL)
    sluice_program_table_set_expanded (self, item, !sluice_program_table_get_expanded (self, item));
}

/* Opens and closes by the arrow keys as trees do, and asks for the menu. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        modifiers,
        SluiceProgramTable    *self)
{
  gboolean backwards = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GdkRectangle place;

  if (self->selected == NULL)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Menu || (keyval == GDK_KEY_F10 && (modifiers & GDK_SHIFT_MASK) != 0))
    {
      if (!sluice_live_columns_get_bounds (self->columns, self->selected, &place))
        place = (GdkRectangle){ 0, 0, 1, 1 };
      place.width = MIN (place.width, 240);
      g_signal_emit (self, signals[SIGNAL_MENU], 0, &place);
      return GDK_EVENT_STOP;
    }
  if (keyval == (backwards ? GDK_KEY_Left : GDK_KEY_Right) || keyval == GDK_KEY_plus || keyval == GDK_KEY_KP_Add)
    sluice_program_table_set_expanded (self, self->selected, TRUE);
  else if (keyval == (backwards ? GDK_KEY_Right : GDK_KEY_Left) || keyval == GDK_KEY_minus || keyval == GDK_KEY_KP_Subtract)
    sluice_program_table_set_expanded (self, self->selected, FALSE);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick    *gesture,
            int                 n_press,
            double              x,
            double              y,
            SluiceProgramTable *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  SluiceProgramItem *item = sluice_live_columns_get_row_at (self->columns, y);
  guint position;

  if (item == NULL)
    return;
  if (gdk_event_triggers_context_menu (event))
    {
      GdkRectangle place = { (int) x, (int) y, 1, 1 };

      if (sluice_settling_list_find (self->list, item, &position))
        gtk_single_selection_set_selected (self->selection, position);
      g_signal_emit (self, signals[SIGNAL_MENU], 0, &place);
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }
  else if (GTK_IS_IMAGE (picked) && gtk_widget_get_first_child (gtk_widget_get_parent (picked)) == picked &&
           sluice_program_item_can_expand (item))
    {
      sluice_program_table_set_expanded (self, item, !sluice_program_table_get_expanded (self, item));
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }
}

static void
width_cb (SluiceProgramTable *self,
          int                 width)
{
  for (guint i = 0; i < SLUICE_N_PROGRAM_COLUMNS; i++)
    gtk_column_view_column_set_visible (self->view_columns[i], width >= least_widths[i]);
}

static void
sluice_program_table_dispose (GObject *object)
{
  SluiceProgramTable *self = SLUICE_PROGRAM_TABLE (object);

  if (self->list != NULL)
    sluice_settling_list_set_seen (self->list, FALSE);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  g_clear_object (&self->selected);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (sluice_program_table_parent_class)->dispose (object);
}

static void
sluice_program_table_finalize (GObject *object)
{
  g_free (SLUICE_PROGRAM_TABLE (object)->words);

  G_OBJECT_CLASS (sluice_program_table_parent_class)->finalize (object);
}

static void
sluice_program_table_class_init (SluiceProgramTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = sluice_program_table_dispose;
  object_class->finalize = sluice_program_table_finalize;

  signals[SIGNAL_SELECTED] = g_signal_new ("selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MENU] = g_signal_new ("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_LISTED] = g_signal_new ("listed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SORT_CHANGED] = g_signal_new ("sort-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_controllers (SluiceProgramTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), key);
}

static void
sluice_program_table_init (SluiceProgramTable *self)
{
  static const SluiceSettlingFuncs funcs = { get_children, judge, get_number, make_text };
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "programs");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Programs"), -1);
  self->list = sluice_settling_list_new (&funcs, self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_vexpand (scrolled, TRUE);
  add_columns (self);

  self->selection = gtk_single_selection_new (g_object_ref (sluice_live_columns_get_places (self->columns)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (self->selection, "notify::selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (self->list, "settling", G_CALLBACK (settling_cb), self);
  g_signal_connect_swapped (self->list, "settled", G_CALLBACK (settled_cb), self);
  g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (listed_cb), self);
  g_signal_connect_swapped (self->columns, "sort-changed", G_CALLBACK (sort_changed_cb), self);
  g_signal_connect (self->view, "activate", G_CALLBACK (activate_cb), self);
  add_controllers (self);
  g_signal_connect_object (sluice_width_layout_install (GTK_WIDGET (self)), "width-changed", G_CALLBACK (width_cb), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

/**
 * sluice_program_table_attach:
 * @self: a table
 * @model: what it shows
 * @settings: the app's: how numbers are written
 */
void
sluice_program_table_attach (SluiceProgramTable *self,
                             SluiceLiveModel    *model,
                             GSettings          *settings)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::rate-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::size-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  units_cb (self);
  g_signal_connect_object (model, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED);
  sluice_settling_list_set_source (self->list, sluice_live_model_get_programs (model));
}

/**
 * sluice_program_table_set_seen:
 * @self: a table
 * @seen: whether its page is on the screen, be it with something else in the table's place
 *
 * Rows are sorted and counted only while somebody looks.
 */
void
sluice_program_table_set_seen (SluiceProgramTable *self,
                               gboolean            seen)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  if (self->seen == seen)
    return;
  self->seen = seen;
  sluice_settling_list_set_seen (self->list, seen);
  if (seen)
    sluice_live_columns_refresh (self->columns);
}

/**
 * sluice_program_table_set_search:
 * @self: a table
 * @text: words that a row must have; empty for no search
 */
void
sluice_program_table_set_search (SluiceProgramTable *self,
                                 const char         *text)
{
  g_autofree char *words = NULL;

  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  words = g_strstrip (g_utf8_casefold (text, -1));
  if (*words == '\0')
    g_clear_pointer (&words, g_free);
  if (g_strcmp0 (words, self->words) == 0)
    return;
  g_free (self->words);
  self->words = g_steal_pointer (&words);
  sluice_settling_list_refilter (self->list);
}

void
sluice_program_table_set_filter (SluiceProgramTable  *self,
                                 SluiceProgramFilter  filter)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  if (self->filter == filter)
    return;
  self->filter = filter;
  sluice_settling_list_refilter (self->list);
}

/**
 * sluice_program_table_set_group_by:
 * @self: a table
 * @group_by: what the top rows are
 */
void
sluice_program_table_set_group_by (SluiceProgramTable *self,
                                   SluiceGroupBy       group_by)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  if (sluice_live_model_get_group_by (self->model) == group_by)
    return;
  sluice_live_model_set_group_by (self->model, group_by);
  sluice_settling_list_set_source (self->list, sluice_live_model_get_programs (self->model));
}

/**
 * sluice_program_table_get_selected:
 * @self: a table
 *
 * Returns: (transfer none) (nullable): the row that the user chose
 */
SluiceProgramItem *
sluice_program_table_get_selected (SluiceProgramTable *self)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), NULL);

  return self->selected;
}

/* A program that is in a group has a row only where the group is open. */
static void
open_group_of (SluiceProgramTable *self,
               SluiceProgramItem  *item)
{
  GListModel *top = sluice_live_model_get_programs (self->model);

  for (guint i = 0; i < g_list_model_get_n_items (top); i++)
    {
      g_autoptr (SluiceProgramItem) group = g_list_model_get_item (top, i);
      GListModel *programs = sluice_program_item_get_children (group);

      if (sluice_program_item_get_level (group) != SLUICE_ITEM_GROUP)
        return;
      for (guint j = 0; j < g_list_model_get_n_items (programs); j++)
        {
          g_autoptr (SluiceProgramItem) program = g_list_model_get_item (programs, j);

          if (program == item)
            sluice_settling_list_set_expanded (self->list, group, TRUE);
        }
    }
}

/**
 * sluice_program_table_select:
 * @self: a table
 * @item: (nullable): a row; %NULL for none
 *
 * Selects a row and scrolls to it. One that a filter hides is shown all the same.
 */
void
sluice_program_table_select (SluiceProgramTable *self,
                             SluiceProgramItem  *item)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  if (item != NULL)
    {
      /* Chosen it is from now on, so that no filter hides it. */
      g_autoptr (SluiceProgramItem) before = g_steal_pointer (&self->selected);

      self->selected = g_object_ref (item);
      open_group_of (self, item);
      sluice_settling_list_refilter (self->list);
      sluice_settling_list_finish (self->list);
      if (!sluice_settling_list_find (self->list, item, &position))
        {
          g_set_object (&self->selected, before);
          return;
        }
      if (self->selected != before)
        g_signal_emit (self, signals[SIGNAL_SELECTED], 0);
    }
  gtk_single_selection_set_selected (self->selection, position);
  /* The list itself is the view's last child, below the headings. */
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)), "list.scroll-to-item", "u", position);
}

guint
sluice_program_table_get_n_rows (SluiceProgramTable *self)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

/**
 * sluice_program_table_get_row:
 * @self: a table
 * @position: a place in it
 *
 * Returns: (transfer none) (nullable): the row that stands there now
 */
SluiceProgramItem *
sluice_program_table_get_row (SluiceProgramTable *self,
                              guint               position)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), NULL);

  return sluice_settling_list_peek (self->list, position);
}

/**
 * sluice_program_table_get_held:
 * @self: a table
 *
 * Returns: whether the order stands still because the pointer is over the rows
 */
gboolean
sluice_program_table_get_held (SluiceProgramTable *self)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), FALSE);

  return sluice_settling_list_get_held (self->list);
}

void
sluice_program_table_get_sort (SluiceProgramTable  *self,
                               SluiceProgramColumn *column_out,
                               gboolean            *descending_out)
{
  guint column = SLUICE_PROGRAM_COLUMN_NAME;

  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  *descending_out = FALSE;
  sluice_live_columns_get_sort (self->columns, &column, descending_out);
  *column_out = (SluiceProgramColumn) column;
}

/**
 * sluice_program_table_set_sort:
 * @self: a table
 * @column: any but the sparkline
 * @descending: largest, or last, first
 */
void
sluice_program_table_set_sort (SluiceProgramTable  *self,
                               SluiceProgramColumn  column,
                               gboolean             descending)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));
  g_return_if_fail (column < SLUICE_N_PROGRAM_COLUMNS && column != SLUICE_PROGRAM_COLUMN_SPARKLINE);

  sluice_live_columns_set_sort (self->columns, column, descending);
  sluice_settling_list_set_sort (self->list, column, descending);
}

gboolean
sluice_program_table_get_expanded (SluiceProgramTable *self,
                                   SluiceProgramItem  *item)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), FALSE);

  return sluice_settling_list_get_expanded (self->list, item);
}

/**
 * sluice_program_table_set_expanded:
 * @self: a table
 * @item: a row
 * @expanded: whether the rows below it are shown
 */
void
sluice_program_table_set_expanded (SluiceProgramTable *self,
                                   SluiceProgramItem  *item,
                                   gboolean            expanded)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  if (!expanded || sluice_program_item_can_expand (item))
    sluice_settling_list_set_expanded (self->list, item, expanded);
}

/**
 * sluice_program_item_can_expand:
 * @item: a row
 *
 * Returns: whether there is more below it than it says itself: a program's only process says nothing new
 */
gboolean
sluice_program_item_can_expand (SluiceProgramItem *item)
{
  GListModel *children = sluice_program_item_get_children (item);
  guint n = children != NULL ? g_list_model_get_n_items (children) : 0;

  return n > (sluice_program_item_get_level (item) == SLUICE_ITEM_PROGRAM ? 1u : 0u);
}

/**
 * sluice_program_item_make_icon:
 * @item: a row
 *
 * Returns: (transfer full): its icon, with one for any program where the theme has none
 */
GIcon *
sluice_program_item_make_icon (SluiceProgramItem *item)
{
  SluiceProgram *program = sluice_program_item_get_program (item);
  const char *name = sluice_program_item_get_icon_name (item);
  const char *names[] = { name != NULL ? name : "application-x-executable", "application-x-executable",
                          "application-x-executable-symbolic" };

  if (program != NULL && program->kind == SLUICE_PROGRAM_OTHER_USERS)
    return g_themed_icon_new ("system-users-symbolic");
  if (program == NULL)
    return g_themed_icon_new ("folder-symbolic");

  return g_themed_icon_new_from_names ((char **) names, G_N_ELEMENTS (names));
}
