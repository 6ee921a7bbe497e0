#include "engine/part-list.h"

#include "model/part-sums.h"

/* Those without a connection are let go, the oldest first, where there are more than this. */
#define MAX_KEPT 1000

struct _SluicePartItem
{
  GObject parent_instance;
  SluiceHost *host; /* NULL where protocols are summed */
  SluiceProtocol protocol;
  SluicePartFigures figures;
};

G_DEFINE_FINAL_TYPE (SluicePartItem, sluice_part_item, G_TYPE_OBJECT)

static void
sluice_part_item_finalize (GObject *object)
{
  g_clear_pointer (&SLUICE_PART_ITEM (object)->host, sluice_host_unref);
  G_OBJECT_CLASS (sluice_part_item_parent_class)->finalize (object);
}

static void
sluice_part_item_class_init (SluicePartItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_part_item_finalize;
}

static void
sluice_part_item_init (SluicePartItem *self)
{
}

/**
 * sluice_part_item_get_host:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the host, where hosts are summed
 */
SluiceHost *
sluice_part_item_get_host (SluicePartItem *self)
{
  return self->host;
}

/**
 * sluice_part_item_get_protocol:
 * @self: an item
 *
 * Returns: the protocol, where protocols are summed
 */
SluiceProtocol
sluice_part_item_get_protocol (SluicePartItem *self)
{
  return self->protocol;
}

/**
 * sluice_part_item_get_figures:
 * @self: an item
 *
 * Returns: (transfer none): what it moves and moved
 */
const SluicePartFigures *
sluice_part_item_get_figures (SluicePartItem *self)
{
  return &self->figures;
}

/* How much of a connection is in the sums. */
typedef struct
{
  guint64 id; /* first: the key */
  guint64 total[SLUICE_N_DIRECTIONS];
  guint64 update; /* that saw it last, by number */
} Counted;

struct _SluicePartList
{
  GObject parent_instance;
  SluiceBreakdown by;
  GListModel *connections;
  GPtrArray *parts;    /* SluicePartItem */
  GHashTable *by_key;  /* SluiceAddress or protocol → SluicePartItem, not owned */
  GHashTable *counted; /* Counted */
  guint64 update;
};

static void part_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SluicePartList,
                               sluice_part_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, part_list_model_init))

static GType
part_list_get_item_type (GListModel *model)
{
  return SLUICE_TYPE_PART_ITEM;
}

static guint
part_list_get_n_items (GListModel *model)
{
  return SLUICE_PART_LIST (model)->parts->len;
}

static gpointer
part_list_get_item (GListModel *model, guint position)
{
  SluicePartList *self = SLUICE_PART_LIST (model);

  return position < self->parts->len ? g_object_ref (self->parts->pdata[position]) : NULL;
}

static void
part_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = part_list_get_item_type;
  iface->get_n_items = part_list_get_n_items;
  iface->get_item = part_list_get_item;
}

static void
sluice_part_list_finalize (GObject *object)
{
  SluicePartList *self = SLUICE_PART_LIST (object);

  g_hash_table_unref (self->counted);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->parts);
  g_object_unref (self->connections);
  G_OBJECT_CLASS (sluice_part_list_parent_class)->finalize (object);
}

static void
sluice_part_list_class_init (SluicePartListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_part_list_finalize;
}

static void
sluice_part_list_init (SluicePartList *self)
{
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  self->counted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * sluice_part_list_new:
 * @connections: #SluiceConnectionItem
 * @by: hosts or protocols
 *
 * Returns: (transfer full): the sums of what is there now
 */
SluicePartList *
sluice_part_list_new (GListModel *connections, SluiceBreakdown by)
{
  SluicePartList *self = g_object_new (SLUICE_TYPE_PART_LIST, NULL);

  self->by = by;
  self->connections = g_object_ref (connections);
  self->by_key = by == SLUICE_BY_HOST
                   ? g_hash_table_new ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal)
                   : g_hash_table_new (NULL, NULL);
  sluice_part_list_update (self);
  return self;
}

static gconstpointer
key_of (SluicePartList *self, const SluicePartItem *part)
{
  return self->by == SLUICE_BY_HOST ? (gconstpointer) &part->host->address : GUINT_TO_POINTER (part->protocol);
}

/* The host as it is known best; its record is what the table's key stands in. */
static void
renew_host (SluicePartList *self, SluicePartItem *part, SluiceHost *host)
{
  if (host == NULL || host == part->host)
    return;
  g_hash_table_remove (self->by_key, &part->host->address);
  sluice_host_unref (part->host);
  part->host = sluice_host_ref (host);
  g_hash_table_insert (self->by_key, &part->host->address, part);
}

static SluicePartItem *
find_part (SluicePartList *self, SluiceConnectionItem *connection)
{
  const SluiceConnectionRow *row = sluice_connection_item_get_row (connection);
  SluiceProtocol protocol = sluice_connection_row_protocol (row);
  SluiceHost *host = sluice_connection_item_get_host (connection);
  SluicePartItem *part;

  if ((row->flags & SLUICE_CONNECTION_LISTENING) != 0 || sluice_address_is_any (&row->key.remote)
      || row->key.remote.family == SLUICE_FAMILY_NONE)
    return NULL;
  part = g_hash_table_lookup (self->by_key, self->by == SLUICE_BY_HOST ? (gconstpointer) &row->key.remote
                                                                       : GUINT_TO_POINTER (protocol));
  if (part != NULL && self->by == SLUICE_BY_HOST)
    renew_host (self, part, host);
  if (part != NULL)
    return part;
  part = g_object_new (SLUICE_TYPE_PART_ITEM, NULL);
  if (self->by == SLUICE_BY_HOST)
    part->host = host != NULL ? sluice_host_ref (host) : sluice_host_new (&row->key.remote);
  else
    part->protocol = protocol;
  g_ptr_array_add (self->parts, part);
  g_hash_table_insert (self->by_key, (gpointer) key_of (self, part), part);
  return part;
}

/* Adds what the connection moved since it was counted last. */
static void
add_total (SluicePartList *self, SluicePartItem *part, SluiceConnectionItem *connection)
{
  const guint64 *total = sluice_connection_item_get_total (connection);
  Counted *counted = g_hash_table_lookup (self->counted, &sluice_connection_item_get_row (connection)->id);

  if (counted == NULL)
    {
      counted = g_new0 (Counted, 1);
      counted->id = sluice_connection_item_get_row (connection)->id;
      g_hash_table_add (self->counted, counted);
    }
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      part->figures.total[d] += total[d] - MIN (counted->total[d], total[d]);
      counted->total[d] = total[d];
    }
  counted->update = self->update;
}

static gboolean
is_past (gpointer key, gpointer value, gpointer user_data)
{
  return ((const Counted *) key)->update != ((const SluicePartList *) user_data)->update;
}

static void
drop_old (SluicePartList *self)
{
  for (guint i = 0; i < self->parts->len && self->parts->len > MAX_KEPT;)
    {
      const SluicePartItem *part = self->parts->pdata[i];

      if (part->figures.n_connections > 0)
        {
          i++;
          continue;
        }
      g_hash_table_remove (self->by_key, key_of (self, part));
      g_ptr_array_remove_index (self->parts, i);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
    }
}

/**
 * sluice_part_list_update:
 * @self: a list
 *
 * To be called when the connections have new figures.
 */
void
sluice_part_list_update (SluicePartList *self)
{
  guint n_before = self->parts->len;

  self->update++;
  for (guint i = 0; i < n_before; i++)
    {
      SluicePartFigures *figures = &((SluicePartItem *) self->parts->pdata[i])->figures;

      figures->rate[SLUICE_RX] = figures->rate[SLUICE_TX] = 0;
      figures->n_connections = 0;
    }
  for (guint i = 0; i < g_list_model_get_n_items (self->connections); i++)
    {
      g_autoptr (SluiceConnectionItem) connection = g_list_model_get_item (self->connections, i);
      SluicePartItem *part = find_part (self, connection);
      const double *rates = sluice_connection_item_get_rates (connection);

      if (part == NULL)
        continue;
      part->figures.rate[SLUICE_RX] += rates[SLUICE_RX];
      part->figures.rate[SLUICE_TX] += rates[SLUICE_TX];
      part->figures.n_connections += !sluice_connection_item_get_closed (connection);
      add_total (self, part, connection);
    }
  g_hash_table_foreach_remove (self->counted, is_past, self);
  if (self->parts->len > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->parts->len - n_before);
  drop_old (self);
}
