#include "sluice-config.h"

#include "app/live-columns.h"

#include <math.h>

#include "app/slot-list.h"

/* What one turn of the main loop may cost, µs. */
#define SLICE_US 2000

/* A cell's place in its column. */
typedef struct
{
  SluiceLiveColumn funcs;
  SluiceLiveColumns *owner; /* not referenced: the owner outlives its columns */
  GtkColumnViewColumn *column;
  guint index;
} Column;

struct _SluiceLiveColumns
{
  GObject parent_instance;

  GtkColumnView *view; /* not referenced */
  SluiceSettlingList *list;
  SluiceSlotList *places;
  gpointer user_data;
  GPtrArray *columns;
  GQueue cells; /* SluiceLiveCell: those bound */
  guint now;    /* counts refreshes */
  GtkAdjustment *adjustment;
  double row_height;
  guint fill_id;
  guint rest_id;

  guint probed; /* the column that the view's sorter asks first */
  guint sort_column;
  gboolean sort_descending;
  gboolean sorting; /* the order is being set from here */
};

G_DEFINE_FINAL_TYPE (SluiceLiveColumns, sluice_live_columns, G_TYPE_OBJECT)

enum
{
  SIGNAL_SORT_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* GTK sorts by comparing items; here a header only says what the user wants. The sorter that the view asks first is
 * that of the column chosen, and whether its answer is turned round is the direction. */
#define SLUICE_TYPE_HEADER_SORTER (sluice_header_sorter_get_type ())
G_DECLARE_FINAL_TYPE (SluiceHeaderSorter, sluice_header_sorter, SLUICE, HEADER_SORTER, GtkSorter)

struct _SluiceHeaderSorter
{
  GtkSorter parent_instance;
  Column *column;
};

G_DEFINE_FINAL_TYPE (SluiceHeaderSorter, sluice_header_sorter, GTK_TYPE_SORTER)

static GtkOrdering
sluice_header_sorter_compare (GtkSorter *sorter,
                              gpointer   a,
                              gpointer   b)
{
  Column *column = SLUICE_HEADER_SORTER (sorter)->column;

  column->owner->probed = column->index;

  return GTK_ORDERING_SMALLER;
}

static void
sluice_header_sorter_class_init (SluiceHeaderSorterClass *klass)
{
  GTK_SORTER_CLASS (klass)->compare = sluice_header_sorter_compare;
}

static void
sluice_header_sorter_init (SluiceHeaderSorter *self)
{
}

/* Positions of the rows on the screen, with one more at either end. All, where they fit or nothing is known yet. */
static void
visible_rows (SluiceLiveColumns *self,
              guint             *first_out,
              guint             *last_out)
{
  double value, page;

  *first_out = 0;
  *last_out = G_MAXUINT;
  if (self->adjustment == NULL || self->row_height < 1)
    return;
  value = gtk_adjustment_get_value (self->adjustment);
  page = gtk_adjustment_get_page_size (self->adjustment);
  if (gtk_adjustment_get_upper (self->adjustment) <= page)
    return;
  *first_out = (guint) MAX (floor (value / self->row_height) - 1, 0);
  *last_out = (guint) (ceil ((value + page) / self->row_height) + 1);
}

static void
fill_cell (SluiceLiveColumns *self,
           SluiceLiveCell    *cell)
{
  gpointer item = sluice_settling_list_peek (self->list, gtk_list_item_get_position (cell->list_item));
  Column *column = cell->column;
  gboolean anew = cell->filled == 0;

  if (item == NULL)
    return;
  if (g_set_object ((GObject **) &cell->item, item))
    anew = TRUE;
  cell->filled = self->now;
  column->funcs.fill (cell, anew, self->user_data);
}

/* Fills the cells in view that have not been since the last refresh. */
static void
fill_visible (SluiceLiveColumns *self)
{
  guint first, last;

  visible_rows (self, &first, &last);
  for (GList *l = self->cells.head; l != NULL; l = l->next)
    {
      SluiceLiveCell *cell = l->data;
      guint position;

      if (cell->filled == self->now)
        continue;
      position = gtk_list_item_get_position (cell->list_item);
      if (position >= first && position <= last)
        fill_cell (self, cell);
    }
}

/* Fills in slices what has another row out of sight, so that it is ready to be scrolled to. */
static gboolean
fill_rest_cb (gpointer user_data)
{
  SluiceLiveColumns *self = user_data;
  gint64 deadline = g_get_monotonic_time () + SLICE_US;

  for (GList *l = self->cells.head; l != NULL; l = l->next)
    {
      SluiceLiveCell *cell = l->data;

      if (cell->item == sluice_settling_list_peek (self->list, gtk_list_item_get_position (cell->list_item)))
        continue;
      fill_cell (self, cell);
      if (g_get_monotonic_time () >= deadline)
        return G_SOURCE_CONTINUE;
    }
  self->rest_id = 0;

  return G_SOURCE_REMOVE;
}

static gboolean
fill_cb (gpointer user_data)
{
  SluiceLiveColumns *self = user_data;

  self->fill_id = 0;
  fill_visible (self);

  return G_SOURCE_REMOVE;
}

/* Adjustments change in the middle of a layout too, when no widget may be touched. */
static void
queue_fill (SluiceLiveColumns *self)
{
  if (self->fill_id == 0)
    self->fill_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fill_cb, self, NULL);
}

static void
adjustment_value_cb (GtkAdjustment     *adjustment,
                     SluiceLiveColumns *self)
{
  queue_fill (self);
}

/* All rows are of one height: the view's length tells it. */
static void
adjustment_changed_cb (GtkAdjustment     *adjustment,
                       SluiceLiveColumns *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));

  self->row_height = n > 0 ? gtk_adjustment_get_upper (adjustment) / n : 0;
  queue_fill (self);
}

static void
settled_cb (SluiceSettlingList *list,
            SluiceLiveColumns  *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    return;
  sluice_live_columns_refresh (self);
  if (self->rest_id == 0)
    self->rest_id = g_idle_add (fill_rest_cb, self);
}

static void
cell_free (SluiceLiveCell *cell)
{
  g_clear_object ((GObject **) &cell->item);
  g_free (cell);
}

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *list_item,
          Column             *column)
{
  SluiceLiveCell *cell = g_new0 (SluiceLiveCell, 1);

  cell->list_item = list_item;
  cell->column = column;
  cell->link.data = cell;
  gtk_list_item_set_child (list_item, column->funcs.make (cell, column->owner->user_data));
  g_object_set_data_full (G_OBJECT (list_item), "sluice-cell", cell, (GDestroyNotify) cell_free);
}

static void
bind_cb (GtkListItemFactory *factory,
         GtkListItem        *list_item,
         Column             *column)
{
  SluiceLiveCell *cell = g_object_get_data (G_OBJECT (list_item), "sluice-cell");
  SluiceLiveColumns *self = column->owner;

  cell->filled = 0;
  g_queue_push_tail_link (&self->cells, &cell->link);
  fill_cell (self, cell);
}

static void
unbind_cb (GtkListItemFactory *factory,
           GtkListItem        *list_item,
           Column             *column)
{
  SluiceLiveCell *cell = g_object_get_data (G_OBJECT (list_item), "sluice-cell");

  g_clear_object ((GObject **) &cell->item);
  g_queue_unlink (&column->owner->cells, &cell->link);
}

static gboolean
read_sort (SluiceLiveColumns *self,
           guint             *column_out,
           gboolean          *descending_out)
{
  /* Any two different objects will do: they only have to get past the sorter's check for equal ones. */
  GtkOrdering order = gtk_sorter_compare (gtk_column_view_get_sorter (self->view), self, self->list);

  if (order == GTK_ORDERING_EQUAL)
    return FALSE;
  *column_out = self->probed;
  *descending_out = order == GTK_ORDERING_LARGER;

  return TRUE;
}

static void
apply_sort (SluiceLiveColumns *self,
            guint              index,
            gboolean           descending)
{
  Column *column = g_ptr_array_index (self->columns, index);

  self->sorting = TRUE;
  gtk_column_view_sort_by_column (self->view, column->column, descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  self->sorting = FALSE;
  self->sort_column = index;
  self->sort_descending = descending;
}

static void
sorter_changed_cb (GtkSorter         *sorter,
                   GtkSorterChange    change,
                   SluiceLiveColumns *self)
{
  guint index, old_index = self->sort_column;
  gboolean descending, old_descending = self->sort_descending;
  Column *column;

  if (self->sorting || !read_sort (self, &index, &descending))
    return;
  column = g_ptr_array_index (self->columns, index);
  self->sort_column = index;
  self->sort_descending = descending;
  if (index != old_index && column->funcs.largest_first && !descending)
    apply_sort (self, index, TRUE);
  if (self->sort_column == old_index && self->sort_descending == old_descending)
    return;
  sluice_settling_list_set_sort (self->list, self->sort_column, self->sort_descending);
  g_signal_emit (self, signals[SIGNAL_SORT_CHANGED], 0);
}

static void
pointer_cb (GtkEventControllerMotion *motion,
            GParamSpec               *pspec,
            SluiceLiveColumns        *self)
{
  sluice_settling_list_set_held (self->list, gtk_event_controller_motion_contains_pointer (motion));
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        modifiers,
        SluiceLiveColumns     *self)
{
  sluice_settling_list_hold_for (self->list, 3000);

  return GDK_EVENT_PROPAGATE;
}

static void
mapped_cb (GtkWidget         *widget,
           SluiceLiveColumns *self)
{
  sluice_live_columns_refresh (self);
}

static void
vadjustment_cb (SluiceLiveColumns *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  if (self->adjustment == adjustment)
    return;
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_set_object (&self->adjustment, adjustment);
  if (adjustment == NULL)
    return;
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (adjustment_value_cb), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (adjustment_changed_cb), self, 0);
}

static void
sluice_live_columns_finalize (GObject *object)
{
  SluiceLiveColumns *self = SLUICE_LIVE_COLUMNS (object);

  g_clear_handle_id (&self->fill_id, g_source_remove);
  g_clear_handle_id (&self->rest_id, g_source_remove);
  g_clear_object (&self->adjustment);
  g_clear_object (&self->places);
  g_clear_object (&self->list);
  g_ptr_array_unref (self->columns);

  G_OBJECT_CLASS (sluice_live_columns_parent_class)->finalize (object);
}

static void
sluice_live_columns_class_init (SluiceLiveColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_live_columns_finalize;

  signals[SIGNAL_SORT_CHANGED] = g_signal_new ("sort-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_live_columns_init (SluiceLiveColumns *self)
{
  self->columns = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->cells);
  self->now = 1;
  self->sort_column = G_MAXUINT;
}

/**
 * sluice_live_columns_new:
 * @view: the table, still without columns and model; it keeps the columns alive
 * @list: its rows
 * @user_data: handed to the columns
 *
 * Returns: (transfer none): the table's columns
 */
SluiceLiveColumns *
sluice_live_columns_new (GtkColumnView      *view,
                         SluiceSettlingList *list,
                         gpointer            user_data)
{
  SluiceLiveColumns *self = g_object_new (SLUICE_TYPE_LIVE_COLUMNS, NULL);
  GtkEventController *motion = gtk_event_controller_motion_new (), *key = gtk_event_controller_key_new ();

  self->view = view;
  self->list = g_object_ref (list);
  self->places = sluice_slot_list_new (G_LIST_MODEL (list));
  self->user_data = user_data;
  g_object_set_data_full (G_OBJECT (view), "sluice-live-columns", self, g_object_unref);

  g_signal_connect_object (list, "settled", G_CALLBACK (settled_cb), self, 0);
  g_signal_connect_object (gtk_column_view_get_sorter (view), "changed", G_CALLBACK (sorter_changed_cb), self, 0);
  g_signal_connect_object (view, "map", G_CALLBACK (mapped_cb), self, G_CONNECT_AFTER);
  g_signal_connect_object (view, "notify::vadjustment", G_CALLBACK (vadjustment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (motion, "notify::contains-pointer", G_CALLBACK (pointer_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), motion);
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect_object (key, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), key);
  vadjustment_cb (self);

  return self;
}

/* The view has no way to say where a heading stands; what is inside the title is looked for, and left alone if it is
 * not there. */
static void
align_heading (SluiceLiveColumns *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *title = header != NULL ? gtk_widget_get_last_child (header) : NULL;
  GtkWidget *inside = title != NULL ? gtk_widget_get_first_child (title) : NULL;

  if (!GTK_IS_BOX (inside))
    return;
  gtk_widget_set_halign (inside, GTK_ALIGN_END);
  /* The arrow that tells the order keeps its room, shown or not: before the title, which so ends where figures do. */
  gtk_box_reorder_child_after (GTK_BOX (inside), gtk_widget_get_last_child (inside), NULL);
}

/**
 * sluice_live_columns_add:
 * @self: columns
 * @column: what it shows; copied, its texts are not
 *
 * Adds a column at the end. Its number is its place, from 0.
 *
 * Returns: (transfer none): the column
 */
GtkColumnViewColumn *
sluice_live_columns_add (SluiceLiveColumns      *self,
                         const SluiceLiveColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Column *added = g_new0 (Column, 1);

  g_return_val_if_fail (SLUICE_IS_LIVE_COLUMNS (self), NULL);

  added->funcs = *column;
  added->owner = self;
  added->index = self->columns->len;
  added->column = gtk_column_view_column_new (column->title, factory);
  g_ptr_array_add (self->columns, added);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), added);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), added);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), added);
  gtk_column_view_column_set_expand (added->column, column->expands);
  if (column->sorts)
    {
      g_autoptr (SluiceHeaderSorter) sorter = g_object_new (SLUICE_TYPE_HEADER_SORTER, NULL);

      sorter->column = added;
      gtk_column_view_column_set_sorter (added->column, GTK_SORTER (sorter));
    }
  gtk_column_view_append_column (self->view, added->column);
  if (column->figures)
    align_heading (self);
  /* The view holds it from here on. */
  g_object_unref (added->column);

  return added->column;
}

/**
 * sluice_live_columns_get_places:
 * @self: columns
 *
 * Returns: (transfer none): what to select from and to give to the view; the position is all that means something in it
 */
GListModel *
sluice_live_columns_get_places (SluiceLiveColumns *self)
{
  g_return_val_if_fail (SLUICE_IS_LIVE_COLUMNS (self), NULL);

  return G_LIST_MODEL (self->places);
}

/**
 * sluice_live_columns_refresh:
 * @self: columns
 *
 * The figures are new: fills the cells on the screen; the others when they come into view.
 */
void
sluice_live_columns_refresh (SluiceLiveColumns *self)
{
  g_return_if_fail (SLUICE_IS_LIVE_COLUMNS (self));

  /* 0 marks a cell that was never filled for its item. */
  if (++self->now == 0)
    self->now = 1;
  if (gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    fill_visible (self);
}

/**
 * sluice_live_columns_refill:
 * @self: columns
 *
 * How figures are written has changed: fills the cells as if all they show were new.
 */
void
sluice_live_columns_refill (SluiceLiveColumns *self)
{
  g_return_if_fail (SLUICE_IS_LIVE_COLUMNS (self));

  for (GList *l = self->cells.head; l != NULL; l = l->next)
    ((SluiceLiveCell *) l->data)->filled = 0;
  sluice_live_columns_refresh (self);
}

/**
 * sluice_live_columns_get_sort:
 * @self: columns
 * @column_out: (out): the column's number
 * @descending_out: (out): largest first
 *
 * Returns: whether there is an order
 */
gboolean
sluice_live_columns_get_sort (SluiceLiveColumns *self,
                              guint             *column_out,
                              gboolean          *descending_out)
{
  g_return_val_if_fail (SLUICE_IS_LIVE_COLUMNS (self), FALSE);

  return read_sort (self, column_out, descending_out);
}

/**
 * sluice_live_columns_set_sort:
 * @self: columns
 * @column: a column's number
 * @descending: largest first
 *
 * Puts the rows in an order and shows it in the headers, without the signal.
 */
void
sluice_live_columns_set_sort (SluiceLiveColumns *self,
                              guint              column,
                              gboolean           descending)
{
  g_return_if_fail (SLUICE_IS_LIVE_COLUMNS (self));
  g_return_if_fail (column < self->columns->len);

  if (self->sort_column != column || self->sort_descending != descending)
    apply_sort (self, column, descending);
  sluice_settling_list_set_sort (self->list, column, descending);
}

/* The cell's child stands in the cell, and that in the row. */
static GtkWidget *
row_of (SluiceLiveCell *cell)
{
  return gtk_widget_get_parent (gtk_widget_get_parent (gtk_list_item_get_child (cell->list_item)));
}

static gboolean
row_bounds (SluiceLiveColumns *self,
            SluiceLiveCell    *cell,
            graphene_rect_t   *bounds_out)
{
  return gtk_widget_compute_bounds (row_of (cell), GTK_WIDGET (self->view), bounds_out);
}

/**
 * sluice_live_columns_focus:
 * @self: columns
 * @position: where a row is
 *
 * Gives the keyboard's focus to a row that is wholly on the screen. Nothing is scrolled for it.
 */
void
sluice_live_columns_focus (SluiceLiveColumns *self,
                           guint              position)
{
  guint first, last;

  g_return_if_fail (SLUICE_IS_LIVE_COLUMNS (self));

  visible_rows (self, &first, &last);
  if (position < first || (first > 0 && position < first + 2) || position + 3 > last)
    return;
  for (GList *l = self->cells.head; l != NULL; l = l->next)
    {
      SluiceLiveCell *cell = l->data;

      if (gtk_list_item_get_position (cell->list_item) != position)
        continue;
      gtk_widget_grab_focus (row_of (cell));
      return;
    }
}

/**
 * sluice_live_columns_move_focus:
 * @self: columns
 * @position: where the row has gone that had the focus
 *
 * Moves the keyboard's focus after a row, where the rows have it.
 */
void
sluice_live_columns_move_focus (SluiceLiveColumns *self,
                                guint              position)
{
  GtkRoot *root;
  GtkWidget *focus;

  g_return_if_fail (SLUICE_IS_LIVE_COLUMNS (self));

  root = gtk_widget_get_root (GTK_WIDGET (self->view));
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->view)))
    sluice_live_columns_focus (self, position);
}

/**
 * sluice_live_columns_get_row_at:
 * @self: columns
 * @y: in the view's pixels
 *
 * Returns: (transfer none) (nullable): the object of the row that is there
 */
gpointer
sluice_live_columns_get_row_at (SluiceLiveColumns *self,
                                double             y)
{
  guint first, last;

  g_return_val_if_fail (SLUICE_IS_LIVE_COLUMNS (self), NULL);

  visible_rows (self, &first, &last);
  for (GList *l = self->cells.head; l != NULL; l = l->next)
    {
      SluiceLiveCell *cell = l->data;
      guint position = gtk_list_item_get_position (cell->list_item);
      graphene_rect_t bounds;

      if (((Column *) cell->column)->index != 0 || position < first || position > last)
        continue;
      if (row_bounds (self, cell, &bounds) && y >= bounds.origin.y && y < bounds.origin.y + bounds.size.height)
        return cell->item;
    }

  return NULL;
}
