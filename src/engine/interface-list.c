#include "engine/interface-list.h"

#include "engine/interface-item-private.h"

/* Containers come and go with a link each: those that are gone do not stay for ever. */
#define GONE_STAYS_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define MAX_GONE 64

struct _SluiceInterfaceList
{
  GListStore *store;       /* SluiceInterfaceItem; the first is the sum */
  GHashTable *by_instance; /* instance → SluiceInterfaceItem, not owned */
};

/* What one sample says of one item: more than one row where it was removed and created again. */
typedef struct
{
  SluiceInterfaceItem *item;
  gboolean gone;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 unattributed[SLUICE_N_DIRECTIONS];
} Taken;

/**
 * sluice_interface_list_new:
 *
 * Returns: (transfer full): a list that has only the sum
 */
SluiceInterfaceList *
sluice_interface_list_new (void)
{
  SluiceInterfaceList *list = g_new0 (SluiceInterfaceList, 1);
  g_autoptr (SluiceInterfaceItem) sum = sluice_interface_item_new (NULL);

  list->store = g_list_store_new (SLUICE_TYPE_INTERFACE_ITEM);
  g_list_store_append (list->store, sum);
  list->by_instance = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return list;
}

void
sluice_interface_list_free (SluiceInterfaceList *list)
{
  g_hash_table_unref (list->by_instance);
  g_object_unref (list->store);
  g_free (list);
}

/**
 * sluice_interface_list_get_model:
 * @list: a list
 *
 * Returns: (transfer none): its #SluiceInterfaceItem
 */
GListModel *
sluice_interface_list_get_model (SluiceInterfaceList *list)
{
  return G_LIST_MODEL (list->store);
}

static SluiceInterfaceItem *
get_item (SluiceInterfaceList *list, guint position)
{
  g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (G_LIST_MODEL (list->store), position);

  /* The store keeps it. */
  return item;
}

static guint
n_items (SluiceInterfaceList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list->store));
}

/**
 * sluice_interface_list_get_sum:
 * @list: a list
 *
 * Returns: (transfer none): the sum of the listed links
 */
SluiceInterfaceItem *
sluice_interface_list_get_sum (SluiceInterfaceList *list)
{
  return get_item (list, 0);
}

/**
 * sluice_interface_list_find:
 * @list: a list
 * @instance: of a link that a sample spoke of, whatever became of it
 *
 * Returns: (transfer none) (nullable): its item
 */
SluiceInterfaceItem *
sluice_interface_list_find (SluiceInterfaceList *list, guint64 instance)
{
  return g_hash_table_lookup (list->by_instance, &instance);
}

static SluiceInterfaceItem *
find_gone (SluiceInterfaceList *list, const char *name)
{
  for (guint i = 1; i < n_items (list); i++)
    {
      SluiceInterfaceItem *item = get_item (list, i);

      if (sluice_interface_item_get_gone (item) && g_str_equal (sluice_interface_item_get_interface (item)->name, name))
        return item;
    }
  return NULL;
}

static SluiceInterfaceItem *
find_or_add (SluiceInterfaceList *list, const SluiceInterfaceRow *row, GArray *returns)
{
  SluiceInterfaceItem *item = sluice_interface_list_find (list, row->interface->instance);

  if (item != NULL)
    return item;
  item = find_gone (list, row->interface->name);
  if (item != NULL)
    {
      SluiceInterfaceReturn back = { sluice_interface_item_get_instance (item), row->interface->instance };

      g_array_append_val (returns, back);
    }
  else
    {
      g_autoptr (SluiceInterfaceItem) fresh = sluice_interface_item_new (row->interface);

      g_list_store_append (list->store, fresh);
      item = fresh;
    }
  g_hash_table_insert (list->by_instance, g_memdup2 (&row->interface->instance, sizeof row->interface->instance), item);
  return item;
}

static void
take_row (SluiceInterfaceList *list, const SluiceInterfaceRow *row, gint64 time, GArray *taken, GArray *returns)
{
  SluiceInterfaceItem *item = find_or_add (list, row, returns);
  Taken *one = NULL;

  for (guint i = 0; i < taken->len; i++)
    if (g_array_index (taken, Taken, i).item == item)
      one = &g_array_index (taken, Taken, i);
  if (one == NULL)
    {
      g_array_set_size (taken, taken->len + 1);
      one = &g_array_index (taken, Taken, taken->len - 1);
      one->item = item;
    }
  one->gone = row->gone;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      one->bytes[d] += row->bytes[d];
      one->unattributed[d] += sluice_interface_row_unattributed (row, d);
    }
  sluice_interface_item_set_interface (item, row->interface, row->listed);
  if (row->gone)
    sluice_interface_item_set_gone (item, time);
}

static void
take_sum (SluiceInterfaceList *list, const SluiceSample *sample)
{
  guint64 bytes[SLUICE_N_DIRECTIONS] = { 0 };
  guint64 unattributed[SLUICE_N_DIRECTIONS] = { 0 };
  SluicePoint span = { .time = sample->time, .is_first_look = sample->is_first_look };
  gboolean any = FALSE;

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      any |= row->listed;
      for (guint d = 0; row->listed && d < SLUICE_N_DIRECTIONS; d++)
        {
          bytes[d] += row->bytes[d];
          unattributed[d] += sluice_interface_row_unattributed (row, d);
        }
    }
  /* While there is none, there is nothing to be a sum of: a gap, not zero. */
  span.duration = any ? sample->duration : 0;
  sluice_interface_item_take (sluice_interface_list_get_sum (list), &span, bytes, unattributed);
}

static gboolean
is_of_item_cb (gpointer instance, gpointer item, gpointer wanted)
{
  return item == wanted;
}

static void
forget_item (SluiceInterfaceList *list, guint position)
{
  g_hash_table_foreach_remove (list->by_instance, is_of_item_cb, get_item (list, position));
  g_list_store_remove (list->store, position);
}

/* Lets go of what has been gone for long, and of the first that went where there are too many. */
static void
forget_gone (SluiceInterfaceList *list, gint64 now, SluiceInterfaceItem *keep)
{
  for (;;)
    {
      guint oldest = 0;
      guint n_gone = 0;

      for (guint i = 1; i < n_items (list); i++)
        {
          SluiceInterfaceItem *item = get_item (list, i);

          if (item == keep || !sluice_interface_item_get_gone (item))
            continue;
          n_gone++;
          if (oldest == 0
              || sluice_interface_item_get_gone_since (item)
                   < sluice_interface_item_get_gone_since (get_item (list, oldest)))
            oldest = i;
        }
      if (oldest == 0
          || (n_gone <= MAX_GONE
              && now - sluice_interface_item_get_gone_since (get_item (list, oldest)) <= GONE_STAYS_US))
        return;
      forget_item (list, oldest);
    }
}

/**
 * sluice_interface_list_feed:
 * @list: a list
 * @sample: the next sample
 * @keep: (nullable): an item that stays however long it is gone
 *
 * Takes in what the sample says of its links. Those that it lacks are gone.
 *
 * Returns: (transfer full) (element-type SluiceInterfaceReturn): the links that came back as others
 */
GArray *
sluice_interface_list_feed (SluiceInterfaceList *list, const SluiceSample *sample, SluiceInterfaceItem *keep)
{
  GArray *returns = g_array_new (FALSE, FALSE, sizeof (SluiceInterfaceReturn));
  g_autoptr (GArray) taken = g_array_new (FALSE, TRUE, sizeof (Taken));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  /* Those that are gone first: one of the same sample may be what comes back. */
  for (guint gone = 2; gone-- > 0;)
    for (guint i = 0; i < sample->interfaces->len; i++)
      {
        const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

        if (!row->gone == !gone)
          take_row (list, row, sample->time, taken, returns);
      }
  for (guint i = 0; i < taken->len; i++)
    {
      const Taken *one = &g_array_index (taken, Taken, i);
      SluicePoint span
        = { .time = sample->time, .duration = sample->duration, .is_first_look = sample->is_first_look };

      sluice_interface_item_take (one->item, &span, one->bytes, one->unattributed);
      if (!one->gone)
        g_hash_table_add (seen, one->item);
    }
  take_sum (list, sample);

  for (guint i = 1; i < n_items (list); i++)
    if (!g_hash_table_contains (seen, get_item (list, i)))
      sluice_interface_item_set_gone (get_item (list, i), sample->time);
  forget_gone (list, sample->time, keep);
  return returns;
}
