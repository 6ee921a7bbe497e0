#pragma once

#include "app/settling-list.h"

G_BEGIN_DECLS

/* The tree under a SluiceSettlingList: what its source has, row by row, as far as rows are open. Only the list uses
 * it. */

typedef struct _SluiceSiblings SluiceSiblings;

/**
 * SluiceNode:
 * @item: the row's object
 * @text: collation key; %NULL until it is needed
 * @home: the rows it is one of
 * @children: the rows below it; %NULL unless it is open
 * @expanded: the user has opened it; otherwise a search has
 * @matches: it was judged to match
 * @gone: not in the source any more; freed by sluice_siblings_compact()
 */
typedef struct
{
  GObject *item;
  char *text;
  SluiceSiblings *home;
  SluiceSiblings *children;
  gboolean expanded;
  gboolean matches;
  gboolean gone;
} SluiceNode;

/**
 * SluiceSettlingTree:
 * @funcs: what a row is
 * @user_data: handed to @funcs
 * @nodes: GObject → #SluiceNode, without those gone
 * @fresh: #SluiceNode: top rows that came since this was emptied
 * @changed: called when rows have come or gone
 * @changed_data: handed to @changed
 */
typedef struct
{
  SluiceSettlingFuncs funcs;
  gpointer user_data;
  GHashTable *nodes;
  GPtrArray *fresh;
  void (*changed) (gpointer data);
  gpointer changed_data;
} SluiceSettlingTree;

/**
 * SluiceSiblings:
 * @tree: what they are part of
 * @parent: the row that they are below; %NULL for the top ones
 * @source: where they come from
 * @nodes: #SluiceNode, as in the source
 * @order: all of them and those gone, in the order that they were put in last; owns them
 * @shown: #SluiceSortEntry: what is shown of them, in order
 */
struct _SluiceSiblings
{
  SluiceSettlingTree *tree;
  SluiceNode *parent;
  GListModel *source;
  gulong handler;
  GPtrArray *nodes;
  GPtrArray *order;
  GArray *shown;
};

void sluice_settling_tree_init  (SluiceSettlingTree        *tree,
                                 const SluiceSettlingFuncs *funcs,
                                 gpointer                   user_data);
void sluice_settling_tree_clear (SluiceSettlingTree        *tree);

SluiceSiblings *sluice_siblings_new     (SluiceSettlingTree *tree,
                                         SluiceNode         *parent,
                                         GListModel         *source);
void            sluice_siblings_free    (SluiceSiblings     *siblings);
void            sluice_siblings_compact (SluiceSiblings     *siblings);
void            sluice_siblings_flatten (SluiceSiblings     *siblings,
                                         GPtrArray          *flat);

GListModel *sluice_node_get_below (SluiceNode *node);
gboolean    sluice_node_judge     (SluiceNode *node);

G_END_DECLS
