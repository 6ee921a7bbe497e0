#include "engine/connection-list.h"

#include <string.h>

/* An ended connection stays so long, so that one sees that it ended. */
#define CLOSED_LINGERS_US (10 * G_USEC_PER_SEC)

struct _SluiceConnectionItem
{
  GObject parent_instance;
  SluiceConnectionRow row;
  double rates[SLUICE_N_DIRECTIONS];
  guint64 total[SLUICE_N_DIRECTIONS];
  char *interface_name;
  SluiceHost *host;   /* NULL: the sample did not know it */
  SluiceHost *called; /* NULL likewise: the same under the name by which this connection calls it */
  gboolean closed;
  gint64 last_seen;
  guint64 feed; /* the sample that showed it last, by number */
};

G_DEFINE_FINAL_TYPE (SluiceConnectionItem, sluice_connection_item, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
sluice_connection_item_finalize (GObject *object)
{
  SluiceConnectionItem *self = SLUICE_CONNECTION_ITEM (object);

  g_free (self->interface_name);
  g_clear_pointer (&self->host, sluice_host_unref);
  g_clear_pointer (&self->called, sluice_host_unref);
  G_OBJECT_CLASS (sluice_connection_item_parent_class)->finalize (object);
}

static void
sluice_connection_item_class_init (SluiceConnectionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_connection_item_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_connection_item_init (SluiceConnectionItem *self)
{
}

static gboolean
take_record (SluiceHost **place, SluiceHost *host)
{
  if (host == NULL || host == *place)
    return FALSE;
  g_clear_pointer (place, sluice_host_unref);
  *place = sluice_host_ref (host);
  return TRUE;
}

/* Who is on the other end, as the sample knows it; whether its name is new. */
static gboolean
connection_item_take_host (SluiceConnectionItem *self, const SluiceSample *sample, const SluiceConnectionRow *row)
{
  take_record (&self->host, row->host < sample->hosts->len ? sluice_sample_host (sample, row->host)->host : NULL);
  return take_record (&self->called, sluice_sample_connection_host (sample, row));
}

/* Takes what a sample says of it; tells the world only where that is new. */
static void
connection_item_take (SluiceConnectionItem *self, const SluiceSample *sample, const SluiceConnectionRow *row)
{
  double per_second = sample->duration > 0 ? (double) G_USEC_PER_SEC / sample->duration : 0;
  double rates[SLUICE_N_DIRECTIONS] = { row->bytes[SLUICE_RX] * per_second, row->bytes[SLUICE_TX] * per_second };
  const char *name = row->interface != SLUICE_INDEX_NONE
                       ? sluice_sample_interface (sample, row->interface)->interface->name
                       : NULL;
  gboolean same = memcmp (rates, self->rates, sizeof rates) == 0 && sluice_flow_key_equal (&row->key, &self->row.key)
                  && row->state == self->row.state
                  && row->flags == self->row.flags && row->rtt_us == self->row.rtt_us
                  && row->total_retransmits == self->row.total_retransmits
                  && row->protocol == self->row.protocol
                  && g_strcmp0 (name, self->interface_name) == 0;

  same &= !connection_item_take_host (self, sample, row);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    self->total[d] = self->last_seen == 0 ? MAX (row->total_payload[d], row->bytes[d]) : self->total[d] + row->bytes[d];
  self->row = *row;
  self->last_seen = sample->time;
  self->closed = (row->flags & SLUICE_CONNECTION_CLOSED) != 0;
  memcpy (self->rates, rates, sizeof rates);
  if (g_strcmp0 (name, self->interface_name) != 0)
    {
      g_free (self->interface_name);
      self->interface_name = g_strdup (name);
    }
  if (!same)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* It is over, or was not shown: nothing moves any more. */
static void
connection_item_close (SluiceConnectionItem *self)
{
  if (self->closed && self->rates[SLUICE_RX] == 0 && self->rates[SLUICE_TX] == 0)
    return;
  self->closed = TRUE;
  sluice_connection_row_close (&self->row);
  memset (self->rates, 0, sizeof self->rates);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * sluice_connection_item_get_row:
 * @self: an item
 *
 * Returns: (transfer none): what the last sample said of it; its indices speak of that sample only
 */
const SluiceConnectionRow *
sluice_connection_item_get_row (SluiceConnectionItem *self)
{
  return &self->row;
}

/**
 * sluice_connection_item_get_rates:
 * @self: an item
 *
 * Returns: (transfer none) (array fixed-size=2): bytes/s by direction; meaningless without
 *   %SLUICE_CONNECTION_BYTES_KNOWN
 */
const double *
sluice_connection_item_get_rates (SluiceConnectionItem *self)
{
  return self->rates;
}

/**
 * sluice_connection_item_get_total:
 * @self: an item
 *
 * Returns: (transfer none) (array fixed-size=2): bytes by direction since the connection began, as far as that is
 *   known, else since it was first looked at
 */
const guint64 *
sluice_connection_item_get_total (SluiceConnectionItem *self)
{
  return self->total;
}

/**
 * sluice_connection_item_get_host:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the other side, where samples know hosts
 */
SluiceHost *
sluice_connection_item_get_host (SluiceConnectionItem *self)
{
  return self->host;
}

/**
 * sluice_connection_item_get_called:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the other side under the name by which this connection calls it
 */
SluiceHost *
sluice_connection_item_get_called (SluiceConnectionItem *self)
{
  return self->called;
}

/**
 * sluice_connection_item_get_interface_name:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the link that it goes over
 */
const char *
sluice_connection_item_get_interface_name (SluiceConnectionItem *self)
{
  return self->interface_name;
}

/**
 * sluice_connection_item_get_closed:
 * @self: an item
 *
 * Returns: whether it has ended
 */
gboolean
sluice_connection_item_get_closed (SluiceConnectionItem *self)
{
  return self->closed;
}

struct _SluiceConnectionList
{
  GObject parent_instance;
  SluiceLiveModel *model;
  gulong updated_handler;
  SluiceProgramItem *item;
  GPtrArray *connections; /* SluiceConnectionItem */
  GHashTable *by_id;      /* id → SluiceConnectionItem, not owned */
  guint64 feed;
  gboolean holds;
};

static void connection_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SluiceConnectionList,
                               sluice_connection_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, connection_list_model_init))

static GType
connection_list_get_item_type (GListModel *model)
{
  return SLUICE_TYPE_CONNECTION_ITEM;
}

static guint
connection_list_get_n_items (GListModel *model)
{
  return SLUICE_CONNECTION_LIST (model)->connections->len;
}

static gpointer
connection_list_get_item (GListModel *model, guint position)
{
  SluiceConnectionList *self = SLUICE_CONNECTION_LIST (model);

  return position < self->connections->len ? g_object_ref (self->connections->pdata[position]) : NULL;
}

static void
connection_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = connection_list_get_item_type;
  iface->get_n_items = connection_list_get_n_items;
  iface->get_item = connection_list_get_item;
}

/* Holds the engine's connection rows while there is something to show. */
static void
set_holds (SluiceConnectionList *self, gboolean holds)
{
  SluiceEngine *engine = sluice_live_model_get_engine (self->model);

  if (self->holds == holds)
    return;
  self->holds = holds;
  if (engine == NULL)
    return;
  if (holds)
    sluice_engine_hold_connections (engine);
  else
    sluice_engine_release_connections (engine);
}

static void
sluice_connection_list_dispose (GObject *object)
{
  SluiceConnectionList *self = SLUICE_CONNECTION_LIST (object);

  if (self->model != NULL)
    {
      set_holds (self, FALSE);
      g_clear_signal_handler (&self->updated_handler, self->model);
    }
  g_clear_object (&self->model);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (sluice_connection_list_parent_class)->dispose (object);
}

static void
sluice_connection_list_finalize (GObject *object)
{
  SluiceConnectionList *self = SLUICE_CONNECTION_LIST (object);

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->connections);
  G_OBJECT_CLASS (sluice_connection_list_parent_class)->finalize (object);
}

static void
sluice_connection_list_class_init (SluiceConnectionListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_connection_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = sluice_connection_list_finalize;
}

static void
sluice_connection_list_init (SluiceConnectionList *self)
{
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
}

/* A group's programs by identity, so that ten thousand of them are not compared with each of the sample's. */
static GHashTable *
find_identities (SluiceProgramItem *group)
{
  GListModel *children = sluice_program_item_get_children (group);
  GHashTable *identities = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (SluiceProgramItem) child = g_list_model_get_item (children, i);

      g_hash_table_add (identities, (gpointer) sluice_program_item_get_identity (child));
    }
  return identities;
}

static gboolean
belongs (SluiceProgramItem *item, const SluiceProgram *program, GHashTable *identities)
{
  switch (sluice_program_item_get_level (item))
    {
    case SLUICE_ITEM_PROCESS:
      return sluice_program_same_process (sluice_program_item_get_program (item), program);
    case SLUICE_ITEM_PROGRAM:
      return g_str_equal (sluice_program_item_get_identity (item), program->identity);
    case SLUICE_ITEM_GROUP:
    default:
      return g_hash_table_contains (identities, program->identity);
    }
}

/* Which of the sample's programs are shown. */
static gboolean *
find_programs (SluiceConnectionList *self, const SluiceSample *sample)
{
  gboolean *shown = g_new0 (gboolean, sample->programs->len + 1);
  g_autoptr (GHashTable) identities = NULL;

  if (sluice_program_item_get_level (self->item) == SLUICE_ITEM_GROUP)
    identities = find_identities (self->item);
  for (guint i = 0; i < sample->programs->len; i++)
    shown[i] = belongs (self->item, sluice_sample_program (sample, i)->program, identities);
  return shown;
}

static void
take_rows (SluiceConnectionList *self, const SluiceSample *sample)
{
  g_autofree gboolean *shown = find_programs (self, sample);
  guint n_before = self->connections->len;

  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *row = sluice_sample_connection (sample, i);
      SluiceConnectionItem *item;

      if (row->program == SLUICE_INDEX_NONE || !shown[row->program])
        continue;
      item = g_hash_table_lookup (self->by_id, &row->id);
      if (item == NULL)
        {
          item = g_object_new (SLUICE_TYPE_CONNECTION_ITEM, NULL);
          item->row.id = row->id;
          g_ptr_array_add (self->connections, item);
          g_hash_table_insert (self->by_id, &item->row.id, item);
        }
      item->feed = self->feed;
      connection_item_take (item, sample, row);
    }
  if (self->connections->len > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->connections->len - n_before);
}

static gboolean
is_past (SluiceConnectionList *self, guint index, gint64 now)
{
  const SluiceConnectionItem *item = self->connections->pdata[index];

  return item->feed != self->feed && now - item->last_seen > CLOSED_LINGERS_US;
}

/* Lets go of what has been closed for long, in as few steps as may be: ten thousand may have closed at once. */
static void
drop_closed (SluiceConnectionList *self, gint64 now)
{
  for (guint i = self->connections->len; i-- > 0;)
    {
      SluiceConnectionItem *item = self->connections->pdata[i];
      guint end = i + 1;

      if (!is_past (self, i, now))
        {
          if (item->feed != self->feed)
            connection_item_close (item);
          continue;
        }
      while (i > 0 && is_past (self, i - 1, now))
        i--;
      for (guint n = i; n < end; n++)
        g_hash_table_remove (self->by_id, &((SluiceConnectionItem *) self->connections->pdata[n])->row.id);
      g_ptr_array_remove_range (self->connections, i, end - i);
      g_list_model_items_changed (G_LIST_MODEL (self), i, end - i, 0);
    }
}

static void
updated_cb (SluiceLiveModel *model, SluiceSample *sample, gpointer user_data)
{
  SluiceConnectionList *self = user_data;

  if (self->item == NULL || !sample->has_connections)
    return;
  self->feed++;
  take_rows (self, sample);
  drop_closed (self, sample->time);
}

/**
 * sluice_connection_list_new:
 * @model: the live model
 *
 * Returns: (transfer full): an empty list
 */
SluiceConnectionList *
sluice_connection_list_new (SluiceLiveModel *model)
{
  SluiceConnectionList *self = g_object_new (SLUICE_TYPE_CONNECTION_LIST, NULL);

  self->model = g_object_ref (model);
  self->updated_handler = g_signal_connect (model, "updated", G_CALLBACK (updated_cb), self);
  return self;
}

/**
 * sluice_connection_list_set_item:
 * @self: a list
 * @item: (nullable): whose sockets it shall hold; %NULL for none
 *
 * Shows another item's sockets: at once where the last sample holds them, else with the next.
 */
void
sluice_connection_list_set_item (SluiceConnectionList *self, SluiceProgramItem *item)
{
  guint n_before = self->connections->len;
  SluiceSample *latest = sluice_live_model_get_latest (self->model);

  if (!g_set_object (&self->item, item))
    return;
  g_hash_table_remove_all (self->by_id);
  g_ptr_array_set_size (self->connections, 0);
  if (n_before > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, 0);
  set_holds (self, item != NULL);
  if (latest != NULL)
    updated_cb (self->model, latest, self);
}
