#include "sluice-config.h"

#include "app/program-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/live-columns.h"
#include "app/row-menu.h"
#include "app/settings.h"
#include "app/settling-list.h"
#include "app/width-layout.h"

/* A program counts as active for this long after its last byte, µs. */
#define ACTIVE_US (5 * G_USEC_PER_SEC)

struct _SluiceProgramTable
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  SluiceProgramCells cells;
  SluiceSettlingList *list;
  SluiceLiveColumns *columns;
  GtkColumnViewColumn *view_columns[SLUICE_N_PROGRAM_COLUMNS];
  GtkColumnView *view;
  GtkSingleSelection *selection;
  SluiceProgramItem *selected; /* what the user chose: no filter takes it away */
  gboolean moving;             /* rows change their places: what the selection says does not count */
  char *words;                 /* folded; NULL where nothing is searched for */
  SluiceProgramFilter filter;
  gboolean seen;
  int width; /* 0 before it is known */
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
          (stats->last_active == 0 || self->cells.now - stats->last_active > ACTIVE_US))
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
  return sluice_program_item_get_number (item, (SluiceProgramColumn) column);
}

static char *
make_text (gpointer item,
           gpointer user_data)
{
  g_autofree char *folded = g_utf8_casefold (sluice_program_item_get_name (item), -1);

  return g_utf8_collate_key (folded, -1);
}

/* What happens to the table. */

static void
updated_cb (SluiceProgramTable *self,
            SluiceSample       *sample)
{
  self->cells.now = sample->time;
  if (self->seen)
    sluice_live_columns_refresh (self->columns);
  sluice_settling_list_touch (self->list);
}

static void
units_cb (SluiceProgramTable *self)
{
  sluice_program_cells_set_units (&self->cells, sluice_settings_get_units (self->settings));
  sluice_live_columns_refill (self->columns);
  if (self->width > 0)
    sluice_program_cells_share (&self->cells, self->view_columns, self->width);
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

static gboolean
is_hidden (SluiceProgramTable *self)
{
  return self->selected != NULL &&
         gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION;
}

/* The row that was chosen may stand in another place now, or nowhere. */
static void
settled_cb (SluiceProgramTable *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  /* What a search had hidden may be gone when it comes to an end. */
  if (!self->moving && !is_hidden (self))
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
      /* A search only looks for something else: what is chosen stays chosen, out of sight. */
      if (self->words == NULL)
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

/* The menu is the selected row's. */
static void
menu_cb (gpointer            item,
         const GdkRectangle *place,
         gpointer            user_data)
{
  SluiceProgramTable *self = user_data;
  guint position;

  if (item != NULL && sluice_settling_list_find (self->list, item, &position))
    gtk_single_selection_set_selected (self->selection, position);
  if (self->selected != NULL)
    g_signal_emit (self, signals[SIGNAL_MENU], 0, place);
}

/* Opens and closes by the arrow keys as trees do. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        modifiers,
        SluiceProgramTable    *self)
{
  gboolean backwards = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  if (self->selected == NULL)
    return GDK_EVENT_PROPAGATE;
  if (keyval == (backwards ? GDK_KEY_Left : GDK_KEY_Right) || keyval == GDK_KEY_plus || keyval == GDK_KEY_KP_Add)
    sluice_program_table_set_expanded (self, self->selected, TRUE);
  else if (keyval == (backwards ? GDK_KEY_Right : GDK_KEY_Left) || keyval == GDK_KEY_minus
           || keyval == GDK_KEY_KP_Subtract)
    sluice_program_table_set_expanded (self, self->selected, FALSE);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

/* The arrow is the first thing in its row. */
static void
pressed_cb (GtkGestureClick    *gesture,
            int                 n_press,
            double              x,
            double              y,
            SluiceProgramTable *self)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  SluiceProgramItem *item = sluice_row_menu_row_at (self->view, self->columns, x, y);

  if (item == NULL || !GTK_IS_IMAGE (picked) || gtk_widget_get_prev_sibling (picked) != NULL ||
      !sluice_program_item_can_expand (item))
    return;
  sluice_program_table_set_expanded (self, item, !sluice_program_table_get_expanded (self, item));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
width_cb (SluiceProgramTable *self,
          int                 width)
{
  self->width = width;
  if (self->settings != NULL)
    sluice_program_cells_share (&self->cells, self->view_columns, width);
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
  signals[SIGNAL_SORT_CHANGED]
    = g_signal_new ("sort-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_controllers (SluiceProgramTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
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
  self->cells.list = self->list;
  self->columns = sluice_live_columns_new (self->view, self->list, &self->cells);
  sluice_program_cells_add_columns (self->columns, self->view_columns);

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
  sluice_row_menu_install (self->view, self->columns, menu_cb, self);
  add_controllers (self);
  g_signal_connect_object (sluice_width_layout_install (GTK_WIDGET (self)), "width-changed", G_CALLBACK (width_cb),
                           self, G_CONNECT_SWAPPED);
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

/**
 * sluice_program_table_set_filter:
 * @self: a table
 * @filter: what to leave out; 0 for nothing
 */
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
  /* What was out of sight was not selected there. */
  if (item == NULL)
    choose (self, NULL);
  /* The list itself is the view's last child, below the headings. */
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)), "list.scroll-to-item", "u",
                                position);
}

/**
 * sluice_program_table_focus:
 * @self: a table
 *
 * Gives the keyboard's focus to the row that is selected, where it can be seen.
 */
void
sluice_program_table_focus (SluiceProgramTable *self)
{
  guint position;

  g_return_if_fail (SLUICE_IS_PROGRAM_TABLE (self));

  if (self->selected != NULL && sluice_settling_list_find (self->list, self->selected, &position))
    sluice_live_columns_focus (self->columns, position);
}

/**
 * sluice_program_table_get_n_rows:
 * @self: a table
 *
 * Returns: how many rows are shown, those below open ones too
 */
guint
sluice_program_table_get_n_rows (SluiceProgramTable *self)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

/**
 * sluice_program_table_get_n_top_rows:
 * @self: a table
 *
 * Returns: how many programs, or groups of them, are shown
 */
guint
sluice_program_table_get_n_top_rows (SluiceProgramTable *self)
{
  guint n = 0;

  g_return_val_if_fail (SLUICE_IS_PROGRAM_TABLE (self), 0);

  for (guint i = 0; i < sluice_program_table_get_n_rows (self); i++)
    if (sluice_settling_list_get_depth (self->list, sluice_settling_list_peek (self->list, i)) == 0)
      n++;

  return n;
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
 * sluice_program_table_get_sort:
 * @self: a table
 * @column_out: (out): what it is sorted by
 * @descending_out: (out): largest, or last, first
 */
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
}

/**
 * sluice_program_table_get_expanded:
 * @self: a table
 * @item: a row
 *
 * Returns: whether the rows below it are shown
 */
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
