#include "app/settling-tree.h"

#include <string.h>

#include "app/sliced-sort.h"

static void
node_free (SluiceNode *node)
{
  GHashTable *nodes = node->home->tree->nodes;

  if (g_hash_table_lookup (nodes, node->item) == node)
    g_hash_table_remove (nodes, node->item);
  g_clear_pointer (&node->children, sluice_siblings_free);
  g_object_unref (node->item);
  g_free (node->text);
  g_free (node);
}

static SluiceNode *
node_new (SluiceSiblings *home,
          GObject        *item)
{
  SluiceNode *node = g_new0 (SluiceNode, 1);

  node->item = item;
  node->home = home;
  g_hash_table_insert (home->tree->nodes, item, node);

  return node;
}

static void
items_changed_cb (GListModel     *source,
                  guint           position,
                  guint           removed,
                  guint           added,
                  SluiceSiblings *siblings)
{
  GPtrArray *nodes = siblings->nodes;
  guint behind = nodes->len - position - removed;

  for (guint i = position; i < position + removed; i++)
    {
      SluiceNode *node = g_ptr_array_index (nodes, i);

      node->gone = TRUE;
      g_hash_table_remove (siblings->tree->nodes, node->item);
    }
  g_ptr_array_set_size (nodes, (int) (MAX (nodes->len, position + added + behind)));
  /* An empty array has no memory yet. */
  if (behind > 0)
    memmove (nodes->pdata + position + added, nodes->pdata + position + removed, behind * sizeof (gpointer));
  g_ptr_array_set_size (nodes, (int) (position + added + behind));
  for (guint i = position; i < position + added; i++)
    {
      SluiceNode *node = node_new (siblings, g_list_model_get_item (source, i));

      nodes->pdata[i] = node;
      g_ptr_array_add (siblings->order, node);
      if (siblings->parent == NULL)
        g_ptr_array_add (siblings->tree->fresh, node);
    }
  siblings->tree->changed (siblings->tree->changed_data);
}

/**
 * sluice_settling_tree_init:
 * @tree: the tree
 * @funcs: what a row is; copied
 * @user_data: handed to @funcs
 *
 * The caller sets what is called when rows have come or gone.
 */
void
sluice_settling_tree_init (SluiceSettlingTree        *tree,
                           const SluiceSettlingFuncs *funcs,
                           gpointer                   user_data)
{
  tree->funcs = *funcs;
  tree->user_data = user_data;
  tree->nodes = g_hash_table_new (NULL, NULL);
  tree->fresh = g_ptr_array_new ();
}

/**
 * sluice_settling_tree_clear:
 * @tree: a tree whose siblings were freed
 */
void
sluice_settling_tree_clear (SluiceSettlingTree *tree)
{
  g_clear_pointer (&tree->nodes, g_hash_table_unref);
  g_clear_pointer (&tree->fresh, g_ptr_array_unref);
}

/**
 * sluice_siblings_new:
 * @tree: what they are part of
 * @parent: (nullable): the row that they are below
 * @source: the rows; followed from here on
 */
SluiceSiblings *
sluice_siblings_new (SluiceSettlingTree *tree,
                     SluiceNode         *parent,
                     GListModel         *source)
{
  SluiceSiblings *siblings = g_new0 (SluiceSiblings, 1);

  siblings->tree = tree;
  siblings->parent = parent;
  siblings->source = g_object_ref (source);
  siblings->nodes = g_ptr_array_new ();
  siblings->order = g_ptr_array_new_with_free_func ((GDestroyNotify) node_free);
  siblings->shown = g_array_new (FALSE, FALSE, sizeof (SluiceSortEntry));
  siblings->handler = g_signal_connect (source, "items-changed", G_CALLBACK (items_changed_cb), siblings);
  items_changed_cb (source, 0, 0, g_list_model_get_n_items (source), siblings);

  return siblings;
}

void
sluice_siblings_free (SluiceSiblings *siblings)
{
  g_clear_signal_handler (&siblings->handler, siblings->source);
  g_ptr_array_unref (siblings->order);
  g_ptr_array_unref (siblings->nodes);
  g_array_unref (siblings->shown);
  g_object_unref (siblings->source);
  g_free (siblings);
}

/**
 * sluice_siblings_compact:
 * @siblings: rows
 *
 * Frees what is gone. Nothing is shown of them until they are put in order again.
 */
void
sluice_siblings_compact (SluiceSiblings *siblings)
{
  GPtrArray *order = siblings->order;
  guint kept = 0;

  g_array_set_size (siblings->shown, 0);
  for (guint i = 0; i < order->len; i++)
    {
      SluiceNode *node = g_ptr_array_index (order, i);

      if (node->gone)
        node_free (node);
      else
        order->pdata[kept++] = node;
    }
  /* Not set_size: it would free those that moved down. */
  order->len = kept;
}

/**
 * sluice_siblings_flatten:
 * @siblings: rows
 * @flat: array of GObject that takes a reference to each row that is shown of them and below them
 */
void
sluice_siblings_flatten (SluiceSiblings *siblings,
                         GPtrArray      *flat)
{
  for (guint i = 0; i < siblings->shown->len; i++)
    {
      SluiceNode *node = g_array_index (siblings->shown, SluiceSortEntry, i).data;

      if (node->gone)
        continue;
      g_ptr_array_add (flat, g_object_ref (node->item));
      if (node->children != NULL)
        sluice_siblings_flatten (node->children, flat);
    }
}

/**
 * sluice_node_get_below:
 * @node: a row, open or not
 *
 * Returns: (transfer none) (nullable): the source's rows below it
 */
GListModel *
sluice_node_get_below (SluiceNode *node)
{
  SluiceSettlingTree *tree = node->home->tree;

  return tree->funcs.get_children != NULL ? tree->funcs.get_children (node->item, tree->user_data) : NULL;
}

static SluiceVerdict
judge (SluiceSettlingTree *tree,
       gpointer            item)
{
  return tree->funcs.judge != NULL ? tree->funcs.judge (item, tree->user_data) : SLUICE_VERDICT_MATCHES;
}

static gboolean
any_matches (SluiceSettlingTree *tree,
             GListModel         *rows)
{
  guint n = rows != NULL ? g_list_model_get_n_items (rows) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (rows, i);
      SluiceVerdict verdict = judge (tree, item);

      if (verdict == SLUICE_VERDICT_MATCHES)
        return TRUE;
      if (verdict == SLUICE_VERDICT_FITS && tree->funcs.get_children != NULL
          && any_matches (tree, tree->funcs.get_children (item, tree->user_data)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
parents_match (SluiceNode *node)
{
  for (SluiceNode *above = node->home->parent; above != NULL; above = above->home->parent)
    if (above->matches)
      return TRUE;

  return FALSE;
}

/**
 * sluice_node_judge:
 * @node: a row
 *
 * Opens a row that is shown for what is below it, and closes it when that is over.
 *
 * Returns: whether it is shown
 */
gboolean
sluice_node_judge (SluiceNode *node)
{
  SluiceSettlingTree *tree = node->home->tree;
  SluiceVerdict verdict = judge (tree, node->item);
  GListModel *below;

  node->matches = verdict == SLUICE_VERDICT_MATCHES;
  if (verdict != SLUICE_VERDICT_FITS)
    {
      /* A search opened it and is over. */
      if (!node->expanded)
        g_clear_pointer (&node->children, sluice_siblings_free);
      return node->matches;
    }
  if (parents_match (node))
    return TRUE;
  below = sluice_node_get_below (node);
  if (!any_matches (tree, below))
    return FALSE;
  if (node->children == NULL)
    node->children = sluice_siblings_new (tree, node, below);

  return TRUE;
}
