#include "sluice-config.h"

#include "engine/program-tree.h"

#include "engine/program-item-private.h"

#include <glib/gi18n-lib.h>

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

struct _SluiceProgramTree
{
  SluiceInterfaceList *interfaces; /* not owned */
  SluiceInterfaceItem *scope;      /* not owned: of the sample that is being fed */
  GHashTable *processes;           /* SluiceProgram → Process */
  GHashTable *programs;            /* identity → SluiceProgramItem */
  GHashTable *groups;              /* key → SluiceProgramItem */
  SluiceGroupBy group_by;
  GListStore *top;
};

static void
process_free (gpointer data)
{
  Process *process = data;

  sluice_program_unref (process->record);
  g_object_unref (process->process);
  g_free (process);
}

/**
 * sluice_program_tree_new:
 * @interfaces: the links that samples speak of; must outlive the tree
 *
 * Returns: (transfer full): an empty tree
 */
SluiceProgramTree *
sluice_program_tree_new (SluiceInterfaceList *interfaces)
{
  SluiceProgramTree *self = g_new0 (SluiceProgramTree, 1);

  self->interfaces = interfaces;
  self->processes = g_hash_table_new_full (sluice_program_hash, sluice_program_equal, NULL, process_free);
  self->programs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->top = g_list_store_new (SLUICE_TYPE_PROGRAM_ITEM);
  return self;
}

void
sluice_program_tree_free (SluiceProgramTree *self)
{
  g_hash_table_unref (self->processes);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->programs);
  g_object_unref (self->top);
  g_free (self);
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

static gboolean
is_over (SluiceProgramItem *item)
{
  return g_list_model_get_n_items (sluice_program_item_get_children (item)) == 0;
}

/* Puts a program where the grouping wants it. */
static void
place_program (SluiceProgramTree *self, SluiceProgramItem *program)
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

static void
remove_from (GListStore *store, gpointer item)
{
  guint position;

  if (g_list_store_find (store, item, &position))
    g_list_store_remove (store, position);
}

/* Takes a program from where the grouping has it, and a group that is empty then. */
static void
displace_program (SluiceProgramTree *self, SluiceProgramItem *program)
{
  const char *name;
  const char *key;
  SluiceProgramItem *group;

  if (self->group_by == SLUICE_GROUP_BY_PROGRAM)
    {
      remove_from (self->top, program);
      return;
    }
  key = group_of (self->group_by, sluice_program_item_get_program (program), &name);
  group = g_hash_table_lookup (self->groups, key);
  g_return_if_fail (group != NULL);
  remove_from (sluice_program_item_get_store (group), program);
  if (!is_over (group))
    return;
  remove_from (self->top, group);
  g_hash_table_remove (self->groups, key);
}

/* A program goes on in another process, or in one that has moved to another unit: its group may be another, too. */
static void
renew_program (SluiceProgramTree *self, SluiceProgramItem *program, SluiceProgram *record)
{
  SluiceProgram *before = sluice_program_item_get_program (program);
  gboolean moves = FALSE;
  const char *name;

  if (before == record)
    return;
  if (self->group_by != SLUICE_GROUP_BY_PROGRAM)
    moves = !g_str_equal (group_of (self->group_by, before, &name), group_of (self->group_by, record, &name));
  if (moves)
    displace_program (self, program);
  sluice_program_item_renew_program (program, record);
  if (moves)
    place_program (self, program);
}

static Process *
add_process (SluiceProgramTree *self, SluiceProgram *record)
{
  SluiceProgramItem *program = g_hash_table_lookup (self->programs, record->identity);
  Process *process = g_new0 (Process, 1);

  if (program == NULL)
    {
      program = sluice_program_item_new (SLUICE_ITEM_PROGRAM, record, record->identity, record->name);
      g_hash_table_insert (self->programs, (gpointer) sluice_program_item_get_identity (program), program);
      place_program (self, program);
    }
  process->record = sluice_program_ref (record);
  process->program = program;
  process->process = sluice_program_item_new (SLUICE_ITEM_PROCESS, record, record->identity, record->name);
  g_hash_table_insert (self->processes, record, process);
  g_list_store_append (sluice_program_item_get_store (program), process->process);
  return process;
}

static Process *
find_process (SluiceProgramTree *self, SluiceProgram *record)
{
  Process *process = g_hash_table_lookup (self->processes, record);

  if (process == NULL)
    return add_process (self, record);
  if (process->record == record)
    return process;
  /* The same process, of which something else is known now. */
  g_hash_table_steal (self->processes, record);
  if (sluice_program_item_get_program (process->program) == process->record)
    renew_program (self, process->program, record);
  sluice_program_item_renew_program (process->process, record);
  sluice_program_unref (process->record);
  process->record = sluice_program_ref (record);
  g_hash_table_insert (self->processes, record, process);
  return process;
}

/* Bytes of a row in the present scope. */
static void
scoped_bytes (SluiceProgramTree *self,
              const SluiceSample *sample,
              const SluiceProgramRow *row,
              guint64 bytes_out[SLUICE_N_DIRECTIONS])
{
  gboolean all = self->scope == sluice_interface_list_get_sum (self->interfaces);

  bytes_out[SLUICE_RX] = bytes_out[SLUICE_TX] = 0;
  for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, l);
      const SluiceInterfaceRow *interface = sluice_sample_interface (sample, link->interface);

      if (all ? !interface->listed
              : sluice_interface_list_find (self->interfaces, interface->interface->instance) != self->scope)
        continue;
      bytes_out[SLUICE_RX] += link->bytes[SLUICE_RX];
      bytes_out[SLUICE_TX] += link->bytes[SLUICE_TX];
    }
}

static void
remember_bytes (SluiceProgramTree *self,
                const SluiceSample *sample,
                const SluiceProgramRow *row,
                SluiceProgramItem *item)
{
  for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, l);
      const SluiceInterfaceRow *interface = sluice_sample_interface (sample, link->interface);
      SluiceInterfaceItem *known = sluice_interface_list_find (self->interfaces, interface->interface->instance);

      /* By what the link is now: it may have come back as another in this very sample. */
      sluice_program_item_add_bytes (item, sluice_interface_item_get_instance (known), link->bytes);
      if (interface->listed)
        sluice_program_item_add_bytes (item, 0, link->bytes);
    }
}

/* What is of all links, whatever the scope is. */
static void
remember_row (SluiceProgramTree *self,
              const SluiceSample *sample,
              const SluiceProgramRow *row,
              SluiceProgramItem *item)
{
  SluiceProgramStats *stats = sluice_program_item_edit (item);

  stats->retransmits += row->retransmits;
  if (row->bytes[SLUICE_RX] > 0 || row->bytes[SLUICE_TX] > 0)
    stats->last_active = sample->time;
  remember_bytes (self, sample, row, item);
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
feed_processes (SluiceProgramTree *self, const SluiceSample *sample, gboolean again)
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
          remember_row (self, sample, row, process->process);
          remember_row (self, sample, row, process->program);
        }
      process->last_seen = sample->time;
      process->seen = TRUE;
    }
}

/* A program speaks of a process that is there, and of the same one as long as that is so. */
static void
renew_programs (SluiceProgramTree *self, const SluiceSample *sample)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      Process *process = g_hash_table_lookup (self->processes, sluice_sample_program (sample, i)->program);
      SluiceProgram *record = sluice_program_item_get_program (process->program);
      Process *shown = process->record == record ? process : g_hash_table_lookup (self->processes, record);

      if (shown == NULL || !shown->seen)
        renew_program (self, process->program, process->record);
    }
}

/* Takes all that is in @leaving out of a store in one walk: of ten thousand that end at once none is searched for. */
static void
sweep (GListStore *store, GHashTable *leaving)
{
  guint position = g_list_model_get_n_items (G_LIST_MODEL (store));

  while (position > 0)
    {
      guint end = position;

      while (position > 0)
        {
          g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), position - 1);

          if (!g_hash_table_contains (leaving, item))
            break;
          position--;
        }
      if (position < end)
        g_list_store_splice (store, position, end - position, NULL, 0);
      else
        position--;
    }
}

static void
end_processes (SluiceProgramTree *self, const SluiceSample *sample, gboolean again)
{
  guint64 scope = sluice_interface_item_get_instance (self->scope);
  g_autoptr (GHashTable) leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_autoptr (GHashTable) left = g_hash_table_new (NULL, NULL);
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
              g_hash_table_add (leaving, g_object_ref (process->process));
              g_hash_table_add (left, process->program);
              g_hash_table_iter_remove (&iter);
              continue;
            }
          sluice_program_item_begin (process->process);
        }
      process->seen = FALSE;
      sluice_program_item_end (process->process, scope, sample->time, sample->duration, !again);
    }
  g_hash_table_iter_init (&iter, left);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    sweep (sluice_program_item_get_store (value), leaving);
}

/* Lets go of programs, and of groups that are empty then. */
static void
forget_programs (SluiceProgramTree *self, GHashTable *leaving)
{
  g_autoptr (GHashTable) empty = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      sweep (sluice_program_item_get_store (item), leaving);
      if (!is_over (item))
        continue;
      g_hash_table_add (empty, g_object_ref (item));
      g_hash_table_iter_remove (&iter);
    }
  sweep (self->top, self->group_by == SLUICE_GROUP_BY_PROGRAM ? leaving : empty);
  g_hash_table_iter_init (&iter, leaving);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    g_hash_table_remove (self->programs, sluice_program_item_get_identity (item));
}

static int
compare_last_active (gconstpointer a, gconstpointer b)
{
  gint64 x = sluice_program_item_get_stats (*(SluiceProgramItem *const *) a)->last_active;
  gint64 y = sluice_program_item_get_stats (*(SluiceProgramItem *const *) b)->last_active;

  return x < y ? -1 : x > y;
}

static void
end_programs (SluiceProgramTree *self, const SluiceSample *sample, gboolean again)
{
  guint64 scope = sluice_interface_item_get_instance (self->scope);
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  g_autoptr (GHashTable) leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
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
      g_hash_table_add (leaving, g_object_ref (program));
    }
  if (g_hash_table_size (leaving) > 0)
    forget_programs (self, leaving);
}

static void
end_groups (SluiceProgramTree *self, const SluiceSample *sample, gboolean again)
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
      stats->last_active = 0;
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
          stats->last_active = MAX (stats->last_active, part->last_active);
          stats->n_processes += part->n_processes;
          stats->alive |= part->alive;
        }
      sluice_program_item_set_total (value, total);
      sluice_program_item_end (value, SLUICE_TOTAL_IS_SET, sample->time, sample->duration, !again);
    }
}

/**
 * sluice_program_tree_feed:
 * @self: a tree
 * @sample: the next sample, which the list of links was fed with
 * @scope: (transfer none): the link, or the sum, that figures speak of
 * @again: the sample was fed before and only the scope is another
 *
 * Takes in what programs did.
 */
void
sluice_program_tree_feed (SluiceProgramTree *self,
                          const SluiceSample *sample,
                          SluiceInterfaceItem *scope,
                          gboolean again)
{
  self->scope = scope;
  begin_items (self->programs);
  feed_processes (self, sample, again);
  renew_programs (self, sample);
  end_processes (self, sample, again);
  end_programs (self, sample, again);
  end_groups (self, sample, again);
}

/**
 * sluice_program_tree_rename_interface:
 * @self: a tree
 * @before: the instance that a link had
 * @now: the one that it came back with
 *
 * What went over the one went over the other.
 */
void
sluice_program_tree_rename_interface (SluiceProgramTree *self, guint64 before, guint64 now)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->programs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_rename_interface (value, before, now);
  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_rename_interface (((Process *) value)->process, before, now);
}

/**
 * sluice_program_tree_forget_series:
 * @self: a tree
 *
 * Lets go of rates that spoke of another scope.
 */
void
sluice_program_tree_forget_series (SluiceProgramTree *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_forget_series (((Process *) value)->process);
  g_hash_table_iter_init (&iter, self->programs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_forget_series (value);
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sluice_program_item_forget_series (value);
}

/**
 * sluice_program_tree_set_group_by:
 * @self: a tree
 * @group_by: what the top rows shall be
 * @latest: (nullable): the sample that was fed last
 *
 * Arranges the same programs anew.
 */
void
sluice_program_tree_set_group_by (SluiceProgramTree *self, SluiceGroupBy group_by, const SluiceSample *latest)
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
  if (latest != NULL)
    end_groups (self, latest, TRUE);
}

/**
 * sluice_program_tree_get_group_by:
 * @self: a tree
 *
 * Returns: what the top rows are
 */
SluiceGroupBy
sluice_program_tree_get_group_by (SluiceProgramTree *self)
{
  return self->group_by;
}

/**
 * sluice_program_tree_get_model:
 * @self: a tree
 *
 * Returns: (transfer none): the top rows, #SluiceProgramItem, in no order; the same list for the tree’s life
 */
GListModel *
sluice_program_tree_get_model (SluiceProgramTree *self)
{
  return G_LIST_MODEL (self->top);
}

/**
 * sluice_program_tree_find:
 * @self: a tree
 * @identity: a program's
 *
 * Returns: (transfer none) (nullable): its item, at whatever level it stands
 */
SluiceProgramItem *
sluice_program_tree_find (SluiceProgramTree *self, const char *identity)
{
  return g_hash_table_lookup (self->programs, identity);
}
