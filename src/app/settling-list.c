#include "app/settling-list.h"

#include <math.h>
#include <string.h>

#include "app/settling-tree.h"
#include "app/sliced-sort.h"

/* What one turn of the main loop may cost, µs; half of what a frame can spare. */
#define SLICE_US 2000
/* Figures put rows in order again no more often than this, ms. */
#define SETTLE_MS 1000
/* A source's priority just below that of GTK's redraw. */
#define AFTER_REDRAW (G_PRIORITY_HIGH_IDLE + 30)
/* How many rows are done between two looks at the clock. */
#define STRIDE 32

typedef enum
{
  PASS_IDLE,
  PASS_COLLECT,
  PASS_SORT,
  PASS_EMIT,
} PassState;

struct _SluiceSettlingList
{
  GObject parent_instance;

  SluiceSettlingTree tree;
  guint column;
  gboolean descending;

  SluiceSiblings *top;
  GPtrArray *flat;    /* GObject: what is shown */

  PassState state;
  GPtrArray *todo; /* SluiceSiblings whose turn has not come yet */
  SluiceSiblings *current;
  GPtrArray *next_order;
  guint index;
  SluiceSlicedSort *sort;
  guint slice_id;

  gboolean urgent; /* the user asked */
  gboolean wished; /* what the user asked for is under way */
  gboolean stale;  /* the figures moved on */
  gboolean seen;
  gboolean held;
  gint64 held_until;
  gint64 settled_at;
  guint wait_id;
};

static void list_model_init (GListModelInterface *iface);
static void schedule (SluiceSettlingList *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (SluiceSettlingList, sluice_settling_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  SIGNAL_SETTLING,
  SIGNAL_SETTLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
add_entry (SluiceSettlingList *self,
           SluiceNode               *node)
{
  SluiceSortEntry entry = { 0, NULL, node };

  if (node->text == NULL)
    node->text = self->tree.funcs.make_text (node->item, self->tree.user_data);
  entry.text = node->text;
  if (self->column != SLUICE_SETTLING_TEXT)
    {
      double number = self->tree.funcs.get_number (node->item, self->column, self->tree.user_data);

      if (isnan (number))
        entry.number = INFINITY;
      else
        entry.number = self->descending ? -number : number;
    }
  g_array_append_val (self->current->shown, entry);
}

/* Takes the next siblings to do; frees what is gone from them. */
static gboolean
begin_siblings (SluiceSettlingList *self)
{
  if (self->todo->len == 0)
    return FALSE;
  self->current = g_ptr_array_steal_index (self->todo, self->todo->len - 1);
  sluice_siblings_compact (self->current);
  g_array_set_size (self->current->shown, 0);
  g_ptr_array_set_size (self->next_order, 0);
  self->index = 0;
  self->state = PASS_COLLECT;

  return TRUE;
}

/* Collects what is shown of the siblings at hand; the rest keeps its place behind it. */
static gboolean
collect (SluiceSettlingList *self,
         gint64              deadline)
{
  GPtrArray *order = self->current->order;

  for (; self->index < order->len; self->index++)
    {
      SluiceNode *node = g_ptr_array_index (order, self->index);

      if (!node->gone && sluice_node_judge (node))
        add_entry (self, node);
      else
        g_ptr_array_add (self->next_order, node);
      if (self->index % STRIDE == STRIDE - 1 && g_get_monotonic_time () >= deadline)
        {
          self->index++;
          return FALSE;
        }
    }

  return TRUE;
}

/* The siblings at hand are sorted: remembers their order for the next time and goes on to those below. */
static void
end_siblings (SluiceSettlingList *self)
{
  GPtrArray *order = self->current->order;
  GArray *shown = self->current->shown;
  guint collected = shown->len + self->next_order->len;

  for (guint i = 0; i < shown->len; i++)
    {
      SluiceNode *node = g_array_index (shown, SluiceSortEntry, i).data;

      order->pdata[i] = node;
      if (node->children != NULL)
        g_ptr_array_add (self->todo, node->children);
    }
  /* Rows that came while this went on stay at the end. */
  g_assert (collected <= order->len);
  if (self->next_order->len > 0)
    memcpy (order->pdata + shown->len, self->next_order->pdata, self->next_order->len * sizeof (gpointer));
}

/* Puts the new order in force: one change over the part that differs. */
static void
emit_order (SluiceSettlingList *self)
{
  GPtrArray *old = self->flat, *flat = g_ptr_array_new_full (old->len + 16, g_object_unref);
  guint begin = 0, end = 0, shorter;

  if (self->top != NULL)
    sluice_siblings_flatten (self->top, flat);
  shorter = MIN (old->len, flat->len);
  while (begin < shorter && old->pdata[begin] == flat->pdata[begin])
    begin++;
  while (end < shorter - begin && old->pdata[old->len - 1 - end] == flat->pdata[flat->len - 1 - end])
    end++;

  self->state = PASS_IDLE;
  self->wished = FALSE;
  self->settled_at = g_get_monotonic_time ();
  if (begin + end < MAX (old->len, flat->len))
    {
      g_signal_emit (self, signals[SIGNAL_SETTLING], 0);
      self->flat = flat;
      g_list_model_items_changed (G_LIST_MODEL (self), begin, old->len - begin - end, flat->len - begin - end);
      g_ptr_array_unref (old);
    }
  else
    {
      g_ptr_array_unref (flat);
    }
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

static void
begin_pass (SluiceSettlingList *self)
{
  self->wished |= self->urgent;
  self->urgent = self->stale = FALSE;
  g_ptr_array_set_size (self->tree.fresh, 0);
  g_ptr_array_set_size (self->todo, 0);
  self->state = PASS_EMIT;
  if (self->top != NULL)
    {
      g_ptr_array_add (self->todo, self->top);
      begin_siblings (self);
    }
}

/* Does what can be done until the deadline; FALSE when a whole pass is done. */
static gboolean
step (SluiceSettlingList *self,
      gint64              deadline)
{
  /* A later wish of the user makes what is under way worthless. */
  if (self->urgent || self->state == PASS_IDLE)
    begin_pass (self);

  while (self->state != PASS_EMIT)
    {
      if (self->state == PASS_COLLECT)
        {
          if (!collect (self, deadline))
            return TRUE;
          sluice_sliced_sort_begin (self->sort, self->current->shown,
                                    self->column == SLUICE_SETTLING_TEXT && self->descending);
          self->state = PASS_SORT;
        }
      if (!sluice_sliced_sort_step (self->sort, deadline))
        return TRUE;
      end_siblings (self);
      if (!begin_siblings (self))
        {
          self->state = PASS_EMIT;
          /* The view has its own work to do on what comes: that is a slice of its own. */
          return TRUE;
        }
    }
  emit_order (self);

  return FALSE;
}

static gboolean
slice_cb (gpointer user_data)
{
  SluiceSettlingList *self = user_data;

  if (step (self, g_get_monotonic_time () + SLICE_US))
    return G_SOURCE_CONTINUE;

  self->slice_id = 0;
  schedule (self);

  return G_SOURCE_REMOVE;
}

static gboolean
wait_cb (gpointer user_data)
{
  SluiceSettlingList *self = user_data;

  self->wait_id = 0;
  schedule (self);

  return G_SOURCE_REMOVE;
}

/* Starts a pass where one is due, or comes back when one may be. */
static void
schedule (SluiceSettlingList *self)
{
  gint64 now, due;

  if (self->slice_id != 0 || !self->seen)
    return;
  if (self->urgent)
    {
      self->slice_id = g_idle_add_full (AFTER_REDRAW, slice_cb, self, NULL);
      return;
    }
  if (!self->stale || self->held || self->wait_id != 0)
    return;
  now = g_get_monotonic_time ();
  /* The first rows have nothing to disturb. */
  due = self->flat->len == 0 ? now : MAX (self->settled_at + SETTLE_MS * 1000, self->held_until);
  if (now >= due)
    self->slice_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, slice_cb, self, NULL);
  else
    self->wait_id = g_timeout_add ((guint) ((due - now) / 1000) + 1, wait_cb, self);
}

/* While nothing may move, new rows are put at the end rather than not shown. */
static void
append_fresh (SluiceSettlingList *self)
{
  guint before = self->flat->len;

  for (guint i = 0; i < self->tree.fresh->len; i++)
    {
      SluiceNode *node = g_ptr_array_index (self->tree.fresh, i);

      if (!node->gone && sluice_node_judge (node))
        g_ptr_array_add (self->flat, g_object_ref (node->item));
    }
  g_ptr_array_set_size (self->tree.fresh, 0);
  if (self->flat->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->flat->len - before);
}

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return SLUICE_SETTLING_LIST (model)->flat->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  SluiceSettlingList *self = SLUICE_SETTLING_LIST (model);

  return position < self->flat->len ? g_object_ref (g_ptr_array_index (self->flat, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
sluice_settling_list_dispose (GObject *object)
{
  SluiceSettlingList *self = SLUICE_SETTLING_LIST (object);

  g_clear_handle_id (&self->slice_id, g_source_remove);
  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_clear_pointer (&self->top, sluice_siblings_free);
  self->state = PASS_IDLE;

  G_OBJECT_CLASS (sluice_settling_list_parent_class)->dispose (object);
}

static void
sluice_settling_list_finalize (GObject *object)
{
  SluiceSettlingList *self = SLUICE_SETTLING_LIST (object);

  sluice_settling_tree_clear (&self->tree);
  g_ptr_array_unref (self->flat);
  g_ptr_array_unref (self->todo);
  g_ptr_array_unref (self->next_order);
  sluice_sliced_sort_free (self->sort);

  G_OBJECT_CLASS (sluice_settling_list_parent_class)->finalize (object);
}

static void
sluice_settling_list_class_init (SluiceSettlingListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = sluice_settling_list_dispose;
  object_class->finalize = sluice_settling_list_finalize;

  signals[SIGNAL_SETTLING] = g_signal_new ("settling", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SETTLED] = g_signal_new ("settled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_settling_list_init (SluiceSettlingList *self)
{
  self->flat = g_ptr_array_new_with_free_func (g_object_unref);
  self->todo = g_ptr_array_new ();
  self->next_order = g_ptr_array_new ();
  self->sort = sluice_sliced_sort_new ();
}

/* Rows have come or gone. */
static void
changed_cb (gpointer data)
{
  SluiceSettlingList *self = data;

  self->stale = TRUE;
  schedule (self);
}

/**
 * sluice_settling_list_new:
 * @funcs: what a row is; copied
 * @user_data: handed to @funcs
 *
 * Returns: (transfer full): an empty list that does nothing until it is seen
 */
SluiceSettlingList *
sluice_settling_list_new (const SluiceSettlingFuncs *funcs,
                          gpointer                   user_data)
{
  SluiceSettlingList *self = g_object_new (SLUICE_TYPE_SETTLING_LIST, NULL);

  sluice_settling_tree_init (&self->tree, funcs, user_data);
  self->tree.changed = changed_cb;
  self->tree.changed_data = self;

  return self;
}

static void
want_pass (SluiceSettlingList *self)
{
  self->urgent = TRUE;
  /* A pass that runs at the pace of figures is brought forward. */
  g_clear_handle_id (&self->slice_id, g_source_remove);
  schedule (self);
}

/**
 * sluice_settling_list_set_source:
 * @self: a list
 * @source: (nullable): the top rows, all closed
 */
void
sluice_settling_list_set_source (SluiceSettlingList *self,
                                 GListModel         *source)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));
  g_return_if_fail (source == NULL || G_IS_LIST_MODEL (source));

  self->state = PASS_IDLE;
  g_ptr_array_set_size (self->tree.fresh, 0);
  g_clear_pointer (&self->top, sluice_siblings_free);
  if (source != NULL)
    self->top = sluice_siblings_new (&self->tree, NULL, source);
  want_pass (self);
}

/**
 * sluice_settling_list_set_sort:
 * @self: a list
 * @column: %SLUICE_SETTLING_TEXT, or a column that get_number() knows
 * @descending: largest, or last, first
 */
void
sluice_settling_list_set_sort (SluiceSettlingList *self,
                               guint               column,
                               gboolean            descending)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  if (self->column == column && self->descending == descending)
    return;
  self->column = column;
  self->descending = descending;
  want_pass (self);
}

/**
 * sluice_settling_list_refilter:
 * @self: a list
 *
 * The user asked for other rows: judges them all again, at once.
 */
void
sluice_settling_list_refilter (SluiceSettlingList *self)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  want_pass (self);
}

/**
 * sluice_settling_list_forget_texts:
 * @self: a list
 *
 * What rows are called has changed. They are put in order again as if their figures had changed.
 */
void
sluice_settling_list_forget_texts (SluiceSettlingList *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  /* A sort under way reads the texts. */
  self->state = PASS_IDLE;
  g_hash_table_iter_init (&iter, self->tree.nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_clear_pointer (&((SluiceNode *) value)->text, g_free);
  sluice_settling_list_touch (self);
}

/**
 * sluice_settling_list_touch:
 * @self: a list
 *
 * The figures have changed: rows are put in order again when nothing holds them.
 */
void
sluice_settling_list_touch (SluiceSettlingList *self)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  self->stale = TRUE;
  if (!self->seen)
    return;
  if (self->slice_id == 0 && (self->held || self->held_until > g_get_monotonic_time ()) && self->tree.fresh->len > 0)
    append_fresh (self);
  schedule (self);
}

/**
 * sluice_settling_list_set_seen:
 * @self: a list
 * @seen: whether the list is on the screen: nothing is sorted that nobody sees
 */
void
sluice_settling_list_set_seen (SluiceSettlingList *self,
                               gboolean            seen)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  if (self->seen == seen)
    return;
  self->seen = seen;
  if (seen && self->stale)
    self->urgent = TRUE;
  if (!seen)
    {
      g_clear_handle_id (&self->slice_id, g_source_remove);
      g_clear_handle_id (&self->wait_id, g_source_remove);
      self->stale |= self->state != PASS_IDLE;
      self->state = PASS_IDLE;
    }
  schedule (self);
}

/**
 * sluice_settling_list_set_held:
 * @self: a list
 * @held: the pointer is over the rows
 */
void
sluice_settling_list_set_held (SluiceSettlingList *self,
                               gboolean            held)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  self->held = held;
  /* An order that is only half made must not fall under a pointer that has just come. */
  if (held && self->state != PASS_IDLE && !self->urgent && !self->wished)
    {
      g_clear_handle_id (&self->slice_id, g_source_remove);
      self->state = PASS_IDLE;
      self->stale = TRUE;
    }
  schedule (self);
}

/**
 * sluice_settling_list_hold_for:
 * @self: a list
 * @milliseconds: how long figures must not move rows, from now; for keys, which have no end as a pointer's visit has
 */
void
sluice_settling_list_hold_for (SluiceSettlingList *self,
                               guint               milliseconds)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  self->held_until = g_get_monotonic_time () + (gint64) milliseconds * 1000;
}

/**
 * sluice_settling_list_finish:
 * @self: a list
 *
 * Does now what is due, however long it takes: for short lists that are about to be shown, and for tests.
 */
void
sluice_settling_list_finish (SluiceSettlingList *self)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  if (!self->urgent && !self->stale && self->state == PASS_IDLE)
    return;
  while (step (self, G_MAXINT64))
    ;
  g_clear_handle_id (&self->slice_id, g_source_remove);
}

/**
 * sluice_settling_list_peek:
 * @self: a list
 * @position: a row's position
 *
 * Returns: (transfer none) (nullable): the row there
 */
gpointer
sluice_settling_list_peek (SluiceSettlingList *self,
                           guint               position)
{
  return position < self->flat->len ? g_ptr_array_index (self->flat, position) : NULL;
}

/**
 * sluice_settling_list_find:
 * @self: a list
 * @item: a row
 * @position_out: (out) (optional): where it is
 *
 * Returns: whether it is shown
 */
gboolean
sluice_settling_list_find (SluiceSettlingList *self,
                           gpointer            item,
                           guint              *position_out)
{
  g_return_val_if_fail (SLUICE_IS_SETTLING_LIST (self), FALSE);

  return g_ptr_array_find (self->flat, item, position_out);
}

/**
 * sluice_settling_list_get_depth:
 * @self: a list
 * @item: a row
 *
 * Returns: how many rows it is below; 0 for top rows
 */
guint
sluice_settling_list_get_depth (SluiceSettlingList *self,
                                gpointer            item)
{
  SluiceNode *node;
  guint depth = 0;

  g_return_val_if_fail (SLUICE_IS_SETTLING_LIST (self), 0);

  node = g_hash_table_lookup (self->tree.nodes, item);
  for (; node != NULL && node->home->parent != NULL; node = node->home->parent)
    depth++;

  return depth;
}

/**
 * sluice_settling_list_get_expanded:
 * @self: a list
 * @item: a row
 *
 * Returns: whether the rows below it are shown, by the user's wish or because a search found one of them
 */
gboolean
sluice_settling_list_get_expanded (SluiceSettlingList *self,
                                   gpointer            item)
{
  SluiceNode *node;

  g_return_val_if_fail (SLUICE_IS_SETTLING_LIST (self), FALSE);

  node = g_hash_table_lookup (self->tree.nodes, item);

  return node != NULL && node->children != NULL;
}

/**
 * sluice_settling_list_set_expanded:
 * @self: a list
 * @item: a row; one that has nothing below it stays as it is
 * @expanded: whether to show what is below it
 */
void
sluice_settling_list_set_expanded (SluiceSettlingList *self,
                                   gpointer            item,
                                   gboolean            expanded)
{
  SluiceNode *node;
  GListModel *children;

  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  node = g_hash_table_lookup (self->tree.nodes, item);
  if (node == NULL || (node->children != NULL) == expanded)
    return;
  children = sluice_node_get_below (node);
  if (expanded && (children == NULL || g_list_model_get_n_items (children) == 0))
    return;

  node->expanded = expanded;
  /* What is under way may hold the rows below. */
  self->state = PASS_IDLE;
  if (expanded)
    node->children = sluice_siblings_new (&self->tree, node, children);
  else
    g_clear_pointer (&node->children, sluice_siblings_free);
  want_pass (self);
}
