#include "app/slot-list.h"

struct _SluiceSlotList
{
  GObject parent_instance;

  GListModel *rows;
  GPtrArray *slots; /* GObject: made once and used again */
  guint length;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SluiceSlotList, sluice_slot_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return SLUICE_SLOT_LIST (model)->length;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  SluiceSlotList *self = SLUICE_SLOT_LIST (model);

  if (position >= self->length)
    return NULL;
  while (self->slots->len <= position)
    g_ptr_array_add (self->slots, g_object_new (G_TYPE_OBJECT, NULL));

  return g_object_ref (g_ptr_array_index (self->slots, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* Places are added and taken away at the end, wherever rows come and go. */
static void
items_changed_cb (GListModel     *rows,
                  guint           position,
                  guint           removed,
                  guint           added,
                  SluiceSlotList *self)
{
  guint before = self->length, after = g_list_model_get_n_items (rows);

  self->length = after;
  if (after != before)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (before, after), before - MIN (before, after),
                                after - MIN (before, after));
}

static void
sluice_slot_list_finalize (GObject *object)
{
  SluiceSlotList *self = SLUICE_SLOT_LIST (object);

  g_clear_object (&self->rows);
  g_ptr_array_unref (self->slots);

  G_OBJECT_CLASS (sluice_slot_list_parent_class)->finalize (object);
}

static void
sluice_slot_list_class_init (SluiceSlotListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_slot_list_finalize;
}

static void
sluice_slot_list_init (SluiceSlotList *self)
{
  self->slots = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * sluice_slot_list_new:
 * @rows: what stands in the places
 *
 * Returns: (transfer full): a list as long as @rows at any time
 */
SluiceSlotList *
sluice_slot_list_new (GListModel *rows)
{
  SluiceSlotList *self = g_object_new (SLUICE_TYPE_SLOT_LIST, NULL);

  self->rows = g_object_ref (rows);
  self->length = g_list_model_get_n_items (rows);
  g_signal_connect_object (rows, "items-changed", G_CALLBACK (items_changed_cb), self, 0);

  return self;
}
