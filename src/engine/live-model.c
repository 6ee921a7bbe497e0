#include "sluice-config.h"

#include "engine/live-model.h"

#include "engine/interface-item-private.h"
#include "engine/program-item-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TIMELINE_KEEP_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
/* A process without sockets leaves the table after this long: one that connects anew each second stays. */
#define PROCESS_LINGERS_US (G_GINT64_CONSTANT (10) * G_USEC_PER_SEC)
/* Programs that are over stay with their totals, the latest of them. */
#define MAX_OVER 2000

/* A process of a sample and where it stands in the table. */
typedef struct
{
  SluiceProgram *record; /* owned: keeps the key alive */
  SluiceProgramItem *process;
  SluiceProgramItem *program;
  gint64 last_seen;
  gboolean seen; /* in the sample that is being fed */
} Process;

struct _SluiceLiveModel
{
  GObject parent_instance;
  SluiceEngine *engine;
  gulong sample_handler;
  SluiceTimeline *timeline;
  SluiceSample *latest;

  GListStore *interfaces;           /* SluiceInterfaceItem; the first is the sum */
  GHashTable *interface_by_instance; /* instance → SluiceInterfaceItem, not owned */
  SluiceInterfaceItem *scope;

  GHashTable *processes; /* SluiceProgram, by pointer → Process */
  GHashTable *programs;  /* identity → SluiceProgramItem */
  GHashTable *groups;    /* key → SluiceProgramItem */
  SluiceGroupBy group_by;
  GListStore *top;
};

G_DEFINE_FINAL_TYPE (SluiceLiveModel, sluice_live_model, G_TYPE_OBJECT)

enum
{
  SIGNAL_UPDATED,
  SIGNAL_SCOPE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
process_free (gpointer data)
{
  Process *process = data;

  sluice_program_unref (process->record);
  g_object_unref (process->process);
  g_free (process);
}

static void
sluice_live_model_dispose (GObject *object)
{
  SluiceLiveModel *self = SLUICE_LIVE_MODEL (object);

  if (self->engine != NULL)
    g_clear_signal_handler (&self->sample_handler, self->engine);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (sluice_live_model_parent_class)->dispose (object);
}

static void
sluice_live_model_finalize (GObject *object)
{
  SluiceLiveModel *self = SLUICE_LIVE_MODEL (object);

  g_clear_pointer (&self->processes, g_hash_table_unref);
  g_clear_pointer (&self->groups, g_hash_table_unref);
  g_clear_pointer (&self->programs, g_hash_table_unref);
  g_clear_pointer (&self->interface_by_instance, g_hash_table_unref);
  g_clear_pointer (&self->timeline, sluice_timeline_free);
  g_clear_pointer (&self->latest, sluice_sample_unref);
  g_clear_object (&self->scope);
  g_clear_object (&self->interfaces);
  g_clear_object (&self->top);
  G_OBJECT_CLASS (sluice_live_model_parent_class)->finalize (object);
}

static void
sluice_live_model_class_init (SluiceLiveModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_live_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = sluice_live_model_finalize;
  signals[SIGNAL_UPDATED] = g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_SCOPE_CHANGED] = g_signal_new ("scope-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_live_model_init (SluiceLiveModel *self)
{
  g_autoptr (SluiceInterfaceItem) all = sluice_interface_item_new (NULL);

  self->timeline = sluice_timeline_new (TIMELINE_KEEP_US);
  self->interfaces = g_list_store_new (SLUICE_TYPE_INTERFACE_ITEM);
  g_list_store_append (self->interfaces, all);
  self->scope = g_object_ref (all);
  self->interface_by_instance = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->processes = g_hash_table_new_full (NULL, NULL, NULL, process_free);
  self->programs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->top = g_list_store_new (SLUICE_TYPE_PROGRAM_ITEM);
}

static void
sample_cb (SluiceEngine *engine, SluiceSample *sample, gpointer user_data)
{
  sluice_live_model_feed (user_data, sample);
}

/**
 * sluice_live_model_new:
 * @engine: (nullable): what feeds it; %NULL where the caller does
 *
 * Returns: (transfer full): an empty model
 */
SluiceLiveModel *
sluice_live_model_new (SluiceEngine *engine)
{
  SluiceLiveModel *self = g_object_new (SLUICE_TYPE_LIVE_MODEL, NULL);

  if (engine != NULL)
    {
      self->engine = g_object_ref (engine);
      self->sample_handler = g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), self);
    }
  return self;
}

/* A link that comes back under its old name goes on in its old item: the user sees one link with a gap. */
static SluiceInterfaceItem *
find_gone_item (SluiceLiveModel *self, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->interfaces));

  for (guint i = 1; i < n; i++)
    {
      g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (G_LIST_MODEL (self->interfaces), i);

      if (sluice_interface_item_get_gone (item)
          && g_str_equal (sluice_interface_item_get_interface (item)->name, name))
        return item;
    }
  return NULL;
}

static SluiceInterfaceItem *
interface_item (SluiceLiveModel *self, const SluiceInterfaceRow *row)
{
  SluiceInterfaceItem *item = g_hash_table_lookup (self->interface_by_instance, &row->interface->instance);

  if (item == NULL)
    {
      g_autoptr (SluiceInterfaceItem) fresh = NULL;

      item = find_gone_item (self, row->interface->name);
      if (item == NULL)
        {
          fresh = item = sluice_interface_item_new (row->interface);
          g_list_store_append (self->interfaces, fresh);
        }
      g_hash_table_insert (self->interface_by_instance,
                           g_memdup2 (&row->interface->instance, sizeof row->interface->instance), item);
    }
  sluice_interface_item_set_interface (item, row->interface, row->listed);
  return item;
}

static void
feed_interfaces (SluiceLiveModel *self, const SluiceSample *sample)
{
  guint64 all[SLUICE_N_DIRECTIONS] = { 0 };
  guint64 all_unattributed[SLUICE_N_DIRECTIONS] = { 0 };
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->interfaces));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (SluiceInterfaceItem) sum = g_list_model_get_item (G_LIST_MODEL (self->interfaces), 0);

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);
      SluiceInterfaceItem *item = interface_item (self, row);
      guint64 unattributed[SLUICE_N_DIRECTIONS];

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          unattributed[d] = sluice_interface_row_unattributed (row, d);
          all[d] += row->listed ? row->bytes[d] : 0;
          all_unattributed[d] += row->listed ? unattributed[d] : 0;
        }
      sluice_interface_item_take (item, sample->time, sample->duration, row->bytes, unattributed);
      if (!row->gone)
        g_hash_table_add (seen, item);
    }
  sluice_interface_item_take (sum, sample->time, sample->duration, all, all_unattributed);

  for (guint i = 1; i < n; i++)
    {
      g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (G_LIST_MODEL (self->interfaces), i);

      if (!g_hash_table_contains (seen, item))
        sluice_interface_item_set_gone (item);
    }
}

/* The key and the name of the group that a program belongs to. */
static const char *
group_of (SluiceGroupBy group_by, const SluiceProgram *program, const char **name_out)
{
  const char *key = NULL;
  const char *name = NULL;

  switch (group_by)
    {
    case SLUICE_GROUP_BY_APP:
      key = program->app_id;
      name = program->app_name != NULL ? program->app_name : program->app_id;
      if (key == NULL)
        name = _("No app");
      break;
    case SLUICE_GROUP_BY_USER:
      key = name = program->user;
      if (key == NULL)
        name = _("Other users");
      break;
    case SLUICE_GROUP_BY_UNIT:
      key = name = program->unit;
      if (key == NULL)
        name = _("No unit");
      break;
    case SLUICE_GROUP_BY_PROGRAM:
    default:
      g_return_val_if_reached (NULL);
    }
  *name_out = name;
  /* No key of the system's is empty. */
  return key != NULL ? key : "";
}

/* Puts a program where the grouping wants it. */
static void
place_program (SluiceLiveModel *self, SluiceProgramItem *program)
{
  SluiceProgramItem *group;
  const char *name;
  const char *key;

  if (self->group_by == SLUICE_GROUP_BY_PROGRAM)
    {
      g_list_store_append (self->top, program);
      return;
    }
  key = group_of (self->group_by, sluice_program_item_get_program (program), &name);
  group = g_hash_table_lookup (self->groups, key);
  if (group == NULL)
    {
      group = sluice_program_item_new (SLUICE_ITEM_GROUP, NULL, key, name);
      g_hash_table_insert (self->groups, (gpointer) sluice_program_item_get_identity (group), group);
      g_list_store_append (self->top, group);
    }
  g_list_store_append (sluice_program_item_get_store (group), program);
}

static Process *
find_process (SluiceLiveModel *self, SluiceProgram *record)
{
  Process *process = g_hash_table_lookup (self->processes, record);
  SluiceProgramItem *program;

  if (process != NULL)
    return process;

  program = g_hash_table_lookup (self->programs, record->identity);
  if (program == NULL)
    {
      program = sluice_program_item_new (SLUICE_ITEM_PROGRAM, record, record->identity, record->name);
      g_hash_table_insert (self->programs, (gpointer) sluice_program_item_get_identity (program), program);
      place_program (self, program);
    }
  process = g_new0 (Process, 1);
  process->record = sluice_program_ref (record);
  process->program = program;
  process->process
      = sluice_program_item_new (SLUICE_ITEM_PROCESS, record, record->identity, record->name);
  g_hash_table_insert (self->processes, record, process);
  g_list_store_append (sluice_program_item_get_store (program), process->process);
  return process;
}

/* Bytes of a row in the present scope. */
static void
scoped_bytes (SluiceLiveModel *self,
              const SluiceSample *sample,
              const SluiceProgramRow *row,
              guint64 bytes_out[SLUICE_N_DIRECTIONS])
{
  guint64 scope = sluice_interface_item_get_instance (self->scope);

  bytes_out[SLUICE_RX] = bytes_out[SLUICE_TX] = 0;
  for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, l);
      const SluiceInterfaceRow *interface = sluice_sample_interface (sample, link->interface);

      if (scope != 0 ? interface->interface->instance != scope : !interface->listed)
        continue;
      bytes_out[SLUICE_RX] += link->bytes[SLUICE_RX];
      bytes_out[SLUICE_TX] += link->bytes[SLUICE_TX];
    }
}

static void
remember_bytes (const SluiceSample *sample, const SluiceProgramRow *row, SluiceProgramItem *item)
{
  for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, l);
      const SluiceInterfaceRow *interface = sluice_sample_interface (sample, link->interface);

      sluice_program_item_add_bytes (item, interface->interface->instance, link->bytes);
      if (interface->listed)
        sluice_program_item_add_bytes (item, 0, link->bytes);
    }
}

static void
add_to_stats (SluiceProgramStats *stats, const SluiceProgramRow *row, const double rates[SLUICE_N_DIRECTIONS])
{
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    stats->rate[d] += rates[d];
  /* The median of a program is that of its busiest process: the one with most connections. */
  if (row->rtt_us != 0 && (stats->rtt_us == 0 || row->connections > stats->connections))
    stats->rtt_us = row->rtt_us;
  stats->connections += row->connections;
  stats->listening += row->listening;
  stats->n_processes++;
  stats->alive = TRUE;
}

static void
begin_items (GHashTable *items)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    sluice_program_item_begin (item);
}

static void
feed_processes (SluiceLiveModel *self, const SluiceSample *sample, gboolean again)
{
  double per_second = sample->duration > 0 ? (double) G_USEC_PER_SEC / sample->duration : 0;

  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);
      Process *process = find_process (self, row->program);
      guint64 bytes[SLUICE_N_DIRECTIONS];
      double rates[SLUICE_N_DIRECTIONS];

      scoped_bytes (self, sample, row, bytes);
      rates[SLUICE_RX] = bytes[SLUICE_RX] * per_second;
      rates[SLUICE_TX] = bytes[SLUICE_TX] * per_second;
      sluice_program_item_begin (process->process);
      add_to_stats (sluice_program_item_edit (process->process), row, rates);
      add_to_stats (sluice_program_item_edit (process->program), row, rates);
      if (!again)
        {
          sluice_program_item_edit (process->process)->retransmits += row->retransmits;
          sluice_program_item_edit (process->program)->retransmits += row->retransmits;
          remember_bytes (sample, row, process->process);
          remember_bytes (sample, row, process->program);
        }
      sluice_program_item_renew_program (process->program, row->program);
      process->last_seen = sample->time;
      process->seen = TRUE;
    }
}

static void
remove_from (GListStore *store, gpointer item)
{
  guint position;

  if (g_list_store_find (store, item, &position))
    g_list_store_remove (store, position);
}

static void
end_processes (SluiceLiveModel *self, const SluiceSample *sample, gboolean again)
{
  guint64 scope = sluice_interface_item_get_instance (self->scope);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Process *process = value;

      if (!process->seen)
        {
          if (sample->time - process->last_seen > PROCESS_LINGERS_US)
            {
              remove_from (sluice_program_item_get_store (process->program), process->process);
              g_hash_table_iter_remove (&iter);
              continue;
            }
          sluice_program_item_begin (process->process);
        }
      process->seen = FALSE;
      sluice_program_item_end (process->process, scope, sample->time, sample->duration, !again);
    }
}

static gboolean
is_over (SluiceProgramItem *item)
{
  return g_list_model_get_n_items (sluice_program_item_get_children (item)) == 0;
}

static void
remove_program (SluiceLiveModel *self, SluiceProgramItem *item)
{
  const char *name;
  SluiceProgramItem *group;

  if (self->group_by == SLUICE_GROUP_BY_PROGRAM)
    {
      remove_from (self->top, item);
      return;
    }
  group = g_hash_table_lookup (self->groups, group_of (self->group_by, sluice_program_item_get_program (item), &name));
  if (group == NULL)
    return;
  remove_from (sluice_program_item_get_store (group), item);
  if (is_over (group))
    {
      remove_from (self->top, group);
      g_hash_table_remove (self->groups, sluice_program_item_get_identity (group));
    }
}

static int
compare_last_active (gconstpointer a, gconstpointer b)
{
  gint64 x = sluice_program_item_get_stats (*(SluiceProgramItem *const *) a)->last_active;
  gint64 y = sluice_program_item_get_stats (*(SluiceProgramItem *const *) b)->last_active;

  return x < y ? -1 : x > y;
}

static void
end_programs (SluiceLiveModel *self, const SluiceSample *sample, gboolean again)
{
  guint64 scope = sluice_interface_item_get_instance (self->scope);
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer item;
  guint n_kept = 0;

  g_hash_table_iter_init (&iter, self->programs);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      sluice_program_item_end (item, scope, sample->time, sample->duration, !again);
      if (is_over (item))
        g_ptr_array_add (over, item);
    }

  /* Those that never moved a byte leave no trace; of the others the latest stay. */
  g_ptr_array_sort (over, compare_last_active);
  for (guint i = over->len; i-- > 0;)
    {
      SluiceProgramItem *program = over->pdata[i];

      if (sluice_program_item_get_stats (program)->last_active != 0 && ++n_kept <= MAX_OVER)
        continue;
      remove_program (self, program);
      g_hash_table_remove (self->programs, sluice_program_item_get_identity (program));
    }
}

static void
end_groups (SluiceLiveModel *self, const SluiceSample *sample, gboolean again)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceProgramStats *stats = sluice_program_item_edit (value);
      GListModel *children = sluice_program_item_get_children (value);
      guint64 total[SLUICE_N_DIRECTIONS] = { 0 };

      sluice_program_item_begin (value);
      stats->retransmits = 0;
      for (guint i = 0; i < g_list_model_get_n_items (children); i++)
        {
          g_autoptr (SluiceProgramItem) child = g_list_model_get_item (children, i);
          const SluiceProgramStats *part = sluice_program_item_get_stats (child);

          for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
            {
              stats->rate[d] += part->rate[d];
              total[d] += part->total[d];
            }
          if (part->rtt_us != 0 && (stats->rtt_us == 0 || part->connections > stats->connections))
            stats->rtt_us = part->rtt_us;
          stats->connections += part->connections;
          stats->listening += part->listening;
          stats->retransmits += part->retransmits;
          stats->n_processes += part->n_processes;
          stats->alive |= part->alive;
        }
      sluice_program_item_set_total (value, total);
      sluice_program_item_end (value, SLUICE_TOTAL_IS_SET, sample->time, sample->duration, !again);
    }
}

/* Feeds the programs; @again where the sample was fed before and only the scope is another. */
static void
feed_programs (SluiceLiveModel *self, const SluiceSample *sample, gboolean again)
{
  begin_items (self->programs);
  feed_processes (self, sample, again);
  end_processes (self, sample, again);
  end_programs (self, sample, again);
  end_groups (self, sample, again);
}

/**
 * sluice_live_model_feed:
 * @self: a model
 * @sample: the next sample
 *
 * Takes in what happened. An engine's samples come by themselves.
 */
void
sluice_live_model_feed (SluiceLiveModel *self, SluiceSample *sample)
{
  g_return_if_fail (SLUICE_IS_LIVE_MODEL (self));

  sluice_sample_ref (sample);
  g_clear_pointer (&self->latest, sluice_sample_unref);
  self->latest = sample;
  feed_interfaces (self, sample);
  if (sample->duration > 0)
    sluice_timeline_append (self->timeline, sample);
  feed_programs (self, sample, FALSE);
  g_signal_emit (self, signals[SIGNAL_UPDATED], 0, sample);
}

/**
 * sluice_live_model_get_engine:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): what feeds it
 */
SluiceEngine *
sluice_live_model_get_engine (SluiceLiveModel *self)
{
  return self->engine;
}

/**
 * sluice_live_model_get_interfaces:
 * @self: a model
 *
 * Returns: (transfer none): #SluiceInterfaceItem; the first is the sum of the listed ones
 */
GListModel *
sluice_live_model_get_interfaces (SluiceLiveModel *self)
{
  return G_LIST_MODEL (self->interfaces);
}

/**
 * sluice_live_model_get_scope:
 * @self: a model
 *
 * Returns: (transfer none): the link, or the sum, that charts and lists speak of
 */
SluiceInterfaceItem *
sluice_live_model_get_scope (SluiceLiveModel *self)
{
  return self->scope;
}

/**
 * sluice_live_model_set_scope:
 * @self: a model
 * @item: one of its interfaces
 *
 * Lets programs' rates and totals speak of @item from now on. Their rates of the last minute begin anew.
 */
void
sluice_live_model_set_scope (SluiceLiveModel *self, SluiceInterfaceItem *item)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (SLUICE_IS_INTERFACE_ITEM (item));
  if (!g_set_object (&self->scope, item))
    return;
  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_forget_series (((Process *) value)->process);
  g_hash_table_iter_init (&iter, self->programs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_forget_series (value);
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_forget_series (value);
  if (self->latest != NULL)
    feed_programs (self, self->latest, TRUE);
  g_signal_emit (self, signals[SIGNAL_SCOPE_CHANGED], 0);
}

/**
 * sluice_live_model_get_programs:
 * @self: a model
 *
 * Returns: (transfer none): the top rows of the process table, #SluiceProgramItem, in no order; the same list for the
 *   model's life
 */
GListModel *
sluice_live_model_get_programs (SluiceLiveModel *self)
{
  return G_LIST_MODEL (self->top);
}

/**
 * sluice_live_model_get_group_by:
 * @self: a model
 *
 * Returns: what the top rows are
 */
SluiceGroupBy
sluice_live_model_get_group_by (SluiceLiveModel *self)
{
  return self->group_by;
}

/**
 * sluice_live_model_set_group_by:
 * @self: a model
 * @group_by: what the top rows shall be
 *
 * Arranges the same programs anew.
 */
void
sluice_live_model_set_group_by (SluiceLiveModel *self, SluiceGroupBy group_by)
{
  GHashTableIter iter;
  gpointer item;

  if (self->group_by == group_by)
    return;
  self->group_by = group_by;
  g_list_store_remove_all (self->top);
  g_hash_table_remove_all (self->groups);
  g_hash_table_iter_init (&iter, self->programs);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    place_program (self, item);
  if (self->latest != NULL)
    end_groups (self, self->latest, TRUE);
}

/**
 * sluice_live_model_find_program:
 * @self: a model
 * @identity: a program's
 *
 * Returns: (transfer none) (nullable): its item, at whatever level it stands
 */
SluiceProgramItem *
sluice_live_model_find_program (SluiceLiveModel *self, const char *identity)
{
  return g_hash_table_lookup (self->programs, identity);
}

/**
 * sluice_live_model_get_timeline:
 * @self: a model
 *
 * Returns: (transfer none): who moved what in the last hour
 */
SluiceTimeline *
sluice_live_model_get_timeline (SluiceLiveModel *self)
{
  return self->timeline;
}

/**
 * sluice_live_model_get_latest:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): the sample that was fed last
 */
SluiceSample *
sluice_live_model_get_latest (SluiceLiveModel *self)
{
  return self->latest;
}
