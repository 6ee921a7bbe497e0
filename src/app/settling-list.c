#include "app/settling-list.h"

#include <math.h>
#include <string.h>

#include "app/sliced-sort.h"

/* What one turn of the main loop may cost, µs; half of what a frame can spare. */
#define SLICE_US 2000
/* Figures put rows in order again no more often than this, ms. */
#define SETTLE_MS 1000
/* A source's priority just below that of GTK's redraw. */
#define AFTER_REDRAW (G_PRIORITY_HIGH_IDLE + 30)
/* How many rows are done between two looks at the clock. */
#define STRIDE 32

typedef struct _Siblings Siblings;

/* A row of the tree, shown or not. */
typedef struct
{
  GObject *item;
  char *text; /* collation key; NULL until it is needed */
  Siblings *home;
  Siblings *children; /* NULL unless open */
  gboolean expanded;
  gboolean matches;
  gboolean gone; /* not in the source any more; freed when the next pass begins */
} Node;

/* The rows below one row, or the top ones. */
struct _Siblings
{
  SluiceSettlingList *list;
  Node *parent;
  GListModel *source;
  gulong handler;
  GPtrArray *nodes; /* as in the source */
  GPtrArray *order; /* all of them and those gone, in the order of the last pass; owns them */
  GArray *shown;    /* SluiceSortEntry: what the last pass shows of them, in order */
};

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

  SluiceSettlingFuncs funcs;
  gpointer user_data;
  guint column;
  gboolean descending;

  Siblings *top;
  GHashTable *nodes;  /* GObject → Node, without those gone */
  GPtrArray *flat;    /* GObject: what is shown */
  GPtrArray *fresh;   /* Node: top rows that no pass has seen yet */

  PassState state;
  GPtrArray *todo; /* Siblings whose turn has not come yet */
  Siblings *current;
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

static void siblings_free (Siblings *siblings);

static void
node_free (Node *node)
{
  SluiceSettlingList *list = node->home->list;

  if (g_hash_table_lookup (list->nodes, node->item) == node)
    g_hash_table_remove (list->nodes, node->item);
  g_clear_pointer (&node->children, siblings_free);
  g_object_unref (node->item);
  g_free (node->text);
  g_free (node);
}

static Node *
node_new (Siblings *home,
          GObject  *item)
{
  Node *node = g_new0 (Node, 1);

  node->item = item;
  node->home = home;
  g_hash_table_insert (home->list->nodes, item, node);

  return node;
}

static void
items_changed_cb (GListModel *source,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Siblings   *siblings)
{
  SluiceSettlingList *self = siblings->list;
  guint old_length = siblings->nodes->len;

  for (guint i = position; i < position + removed; i++)
    {
      Node *node = g_ptr_array_index (siblings->nodes, i);

      node->gone = TRUE;
      g_hash_table_remove (self->nodes, node->item);
    }
  if (added > removed)
    g_ptr_array_set_size (siblings->nodes, (int) (old_length + added - removed));
  memmove (siblings->nodes->pdata + position + added, siblings->nodes->pdata + position + removed,
           (old_length - position - removed) * sizeof (gpointer));
  if (added < removed)
    g_ptr_array_set_size (siblings->nodes, (int) (old_length + added - removed));
  for (guint i = position; i < position + added; i++)
    {
      Node *node = node_new (siblings, g_list_model_get_item (source, i));

      siblings->nodes->pdata[i] = node;
      g_ptr_array_add (siblings->order, node);
      if (siblings->parent == NULL)
        g_ptr_array_add (self->fresh, node);
    }
  self->stale = TRUE;
  schedule (self);
}

static Siblings *
siblings_new (SluiceSettlingList *self,
              Node               *parent,
              GListModel         *source)
{
  Siblings *siblings = g_new0 (Siblings, 1);

  siblings->list = self;
  siblings->parent = parent;
  siblings->source = g_object_ref (source);
  siblings->nodes = g_ptr_array_new ();
  siblings->order = g_ptr_array_new_with_free_func ((GDestroyNotify) node_free);
  siblings->shown = g_array_new (FALSE, FALSE, sizeof (SluiceSortEntry));
  siblings->handler = g_signal_connect (source, "items-changed", G_CALLBACK (items_changed_cb), siblings);
  items_changed_cb (source, 0, 0, g_list_model_get_n_items (source), siblings);

  return siblings;
}

static void
siblings_free (Siblings *siblings)
{
  g_clear_signal_handler (&siblings->handler, siblings->source);
  g_ptr_array_unref (siblings->order);
  g_ptr_array_unref (siblings->nodes);
  g_array_unref (siblings->shown);
  g_object_unref (siblings->source);
  g_free (siblings);
}

static GListModel *
children_of (SluiceSettlingList *self,
             Node               *node)
{
  return self->funcs.get_children != NULL ? self->funcs.get_children (node->item, self->user_data) : NULL;
}

static gboolean
any_matches (SluiceSettlingList *self,
             GListModel         *rows)
{
  guint n = rows != NULL ? g_list_model_get_n_items (rows) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (rows, i);
      SluiceVerdict verdict = self->funcs.judge (item, self->user_data);

      if (verdict == SLUICE_VERDICT_MATCHES)
        return TRUE;
      if (verdict == SLUICE_VERDICT_FITS && self->funcs.get_children != NULL &&
          any_matches (self, self->funcs.get_children (item, self->user_data)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
parents_match (Node *node)
{
  for (Node *above = node->home->parent; above != NULL; above = above->home->parent)
    if (above->matches)
      return TRUE;

  return FALSE;
}

/* Whether a row is shown; a row that is shown for what is below it is opened. */
static gboolean
judge (SluiceSettlingList *self,
       Node               *node)
{
  SluiceVerdict verdict = self->funcs.judge (node->item, self->user_data);
  GListModel *children;

  node->matches = verdict == SLUICE_VERDICT_MATCHES;
  if (verdict != SLUICE_VERDICT_FITS)
    {
      /* A search opened it and is over. */
      if (!node->expanded)
        g_clear_pointer (&node->children, siblings_free);
      return node->matches;
    }
  if (parents_match (node))
    return TRUE;
  children = children_of (self, node);
  if (!any_matches (self, children))
    return FALSE;
  if (node->children == NULL)
    node->children = siblings_new (self, node, children);

  return TRUE;
}

static void
add_entry (SluiceSettlingList *self,
           Node               *node)
{
  SluiceSortEntry entry = { 0, NULL, node };

  if (node->text == NULL)
    node->text = self->funcs.make_text (node->item, self->user_data);
  entry.text = node->text;
  if (self->column != SLUICE_SETTLING_TEXT)
    {
      double number = self->funcs.get_number (node->item, self->column, self->user_data);

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
  guint kept = 0;
  GPtrArray *order;

  if (self->todo->len == 0)
    return FALSE;
  self->current = g_ptr_array_steal_index (self->todo, self->todo->len - 1);
  order = self->current->order;
  for (guint i = 0; i < order->len; i++)
    {
      Node *node = g_ptr_array_index (order, i);

      if (node->gone)
        node_free (node);
      else
        order->pdata[kept++] = node;
    }
  /* Not set_size: it would free those that moved down. */
  order->len = kept;
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
      Node *node = g_ptr_array_index (order, self->index);

      if (!node->gone && judge (self, node))
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
      Node *node = g_array_index (shown, SluiceSortEntry, i).data;

      order->pdata[i] = node;
      if (node->children != NULL)
        g_ptr_array_add (self->todo, node->children);
    }
  /* Rows that came while this went on stay at the end. */
  g_assert (collected <= order->len);
  if (self->next_order->len > 0)
    memcpy (order->pdata + shown->len, self->next_order->pdata, self->next_order->len * sizeof (gpointer));
}

static void
flatten (Siblings  *siblings,
         GPtrArray *flat)
{
  for (guint i = 0; i < siblings->shown->len; i++)
    {
      Node *node = g_array_index (siblings->shown, SluiceSortEntry, i).data;

      if (node->gone)
        continue;
      g_ptr_array_add (flat, g_object_ref (node->item));
      if (node->children != NULL)
        flatten (node->children, flat);
    }
}

/* Puts the new order in force: one change over the part that differs. */
static void
emit_order (SluiceSettlingList *self)
{
  GPtrArray *old = self->flat, *flat = g_ptr_array_new_full (old->len + 16, g_object_unref);
  guint begin = 0, end = 0, shorter;

  if (self->top != NULL)
    flatten (self->top, flat);
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
  g_ptr_array_set_size (self->fresh, 0);
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

  for (guint i = 0; i < self->fresh->len; i++)
    {
      Node *node = g_ptr_array_index (self->fresh, i);

      if (!node->gone && judge (self, node))
        g_ptr_array_add (self->flat, g_object_ref (node->item));
    }
  g_ptr_array_set_size (self->fresh, 0);
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
  g_clear_pointer (&self->top, siblings_free);
  self->state = PASS_IDLE;

  G_OBJECT_CLASS (sluice_settling_list_parent_class)->dispose (object);
}

static void
sluice_settling_list_finalize (GObject *object)
{
  SluiceSettlingList *self = SLUICE_SETTLING_LIST (object);

  g_hash_table_unref (self->nodes);
  g_ptr_array_unref (self->flat);
  g_ptr_array_unref (self->fresh);
  g_ptr_array_unref (self->todo);
  g_ptr_array_unref (self->next_order);
  sluice_sliced_sort_free (self->sort);

  G_OBJECT_CLASS (sluice_settling_list_parent_class)->finalize (object);
}

static void
sluice_settling_list_class_init (SluiceSettlingListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sluice_settling_list_dispose;
  object_class->finalize = sluice_settling_list_finalize;

  signals[SIGNAL_SETTLING] = g_signal_new ("settling", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
  signals[SIGNAL_SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
sluice_settling_list_init (SluiceSettlingList *self)
{
  self->nodes = g_hash_table_new (NULL, NULL);
  self->flat = g_ptr_array_new_with_free_func (g_object_unref);
  self->fresh = g_ptr_array_new ();
  self->todo = g_ptr_array_new ();
  self->next_order = g_ptr_array_new ();
  self->sort = sluice_sliced_sort_new ();
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

  self->funcs = *funcs;
  self->user_data = user_data;

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
 * @source: (nullable): the top rows
 *
 * Shows other rows. All rows are closed.
 */
void
sluice_settling_list_set_source (SluiceSettlingList *self,
                                 GListModel         *source)
{
  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));
  g_return_if_fail (source == NULL || G_IS_LIST_MODEL (source));

  self->state = PASS_IDLE;
  g_ptr_array_set_size (self->fresh, 0);
  g_clear_pointer (&self->top, siblings_free);
  if (source != NULL)
    self->top = siblings_new (self, NULL, source);
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
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_clear_pointer (&((Node *) value)->text, g_free);
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
  if (self->slice_id == 0 && (self->held || self->held_until > g_get_monotonic_time ()) && self->fresh->len > 0)
    append_fresh (self);
  schedule (self);
}

/**
 * sluice_settling_list_set_seen:
 * @self: a list
 * @seen: whether the list is on the screen
 *
 * Nothing is sorted that nobody sees.
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

gboolean
sluice_settling_list_get_held (SluiceSettlingList *self)
{
  g_return_val_if_fail (SLUICE_IS_SETTLING_LIST (self), FALSE);

  return self->held;
}

/**
 * sluice_settling_list_hold_for:
 * @self: a list
 * @milliseconds: how long figures must not move rows, from now
 *
 * For moves by keyboard, which have no end as a pointer's visit has.
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
  Node *node;
  guint depth = 0;

  g_return_val_if_fail (SLUICE_IS_SETTLING_LIST (self), 0);

  node = g_hash_table_lookup (self->nodes, item);
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
  Node *node;

  g_return_val_if_fail (SLUICE_IS_SETTLING_LIST (self), FALSE);

  node = g_hash_table_lookup (self->nodes, item);

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
  Node *node;
  GListModel *children;

  g_return_if_fail (SLUICE_IS_SETTLING_LIST (self));

  node = g_hash_table_lookup (self->nodes, item);
  if (node == NULL || (node->children != NULL) == expanded)
    return;
  children = children_of (self, node);
  if (expanded && (children == NULL || g_list_model_get_n_items (children) == 0))
    return;

  node->expanded = expanded;
  /* What is under way may hold the rows below. */
  self->state = PASS_IDLE;
  if (expanded)
    node->children = siblings_new (self, node, children);
  else
    g_clear_pointer (&node->children, siblings_free);
  want_pass (self);
}
