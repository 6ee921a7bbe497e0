#include "engine/program-tree-private.h"

#include <string.h>

/* A process without sockets leaves the table after this long: one that connects anew each second stays. */
#define PROCESS_LINGERS_US (G_GINT64_CONSTANT (10) * G_USEC_PER_SEC)
/* Programs that are over stay with their totals, the latest of them. */
#define MAX_OVER 2000
/* So many processes, and so many programs, leave with one sample; where more are to go they go with the next ones. */
#define MAX_LEAVING 1000
/* How many rows are done between two looks at the clock. */
#define STRIDE 32

/* Bytes of a row in the present scope. */
static void
scoped_bytes (SluiceProgramTree *self,
              const SluiceSample *sample,
              const SluiceProgramRow *row,
              guint64 bytes_out[SLUICE_N_DIRECTIONS])
{
  gboolean all = self->feed.scope == sluice_interface_list_get_sum (self->interfaces);

  bytes_out[SLUICE_RX] = bytes_out[SLUICE_TX] = 0;
  for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, l);
      const SluiceInterfaceRow *interface = sluice_sample_interface (sample, link->interface);

      if (all ? !interface->listed
              : sluice_interface_list_find (self->interfaces, interface->interface->instance) != self->feed.scope)
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

/* One row; FALSE where there is none any more. So it is with each stage. */
static gboolean
feed_row (SluiceProgramTree *self)
{
  const SluiceSample *sample = self->feed.sample;
  double per_second = sample->duration > 0 ? (double) G_USEC_PER_SEC / sample->duration : 0;
  const SluiceProgramRow *row;
  SluiceTreeProcess *process;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  double rates[SLUICE_N_DIRECTIONS];

  if (self->feed.index >= sample->programs->len)
    return FALSE;
  row = sluice_sample_program (sample, self->feed.index++);
  process = sluice_program_tree_take_process (self, row->program);
  scoped_bytes (self, sample, row, bytes);
  rates[SLUICE_RX] = bytes[SLUICE_RX] * per_second;
  rates[SLUICE_TX] = bytes[SLUICE_TX] * per_second;
  sluice_program_item_begin (process->process);
  sluice_program_item_begin (process->program);
  add_to_stats (sluice_program_item_edit (process->process), row, rates);
  add_to_stats (sluice_program_item_edit (process->program), row, rates);
  if (!self->feed.again)
    {
      remember_row (self, sample, row, process->process);
      remember_row (self, sample, row, process->program);
    }
  process->last_seen = sample->time;
  process->seen = TRUE;
  return TRUE;
}

/* A program speaks of a process that is there, and of the same one as long as that is so. */
static gboolean
feed_record (SluiceProgramTree *self)
{
  const SluiceSample *sample = self->feed.sample;
  SluiceTreeProcess *process, *shown;
  SluiceProgram *record;

  if (self->feed.index >= sample->programs->len)
    return FALSE;
  process = g_hash_table_lookup (self->processes, sluice_sample_program (sample, self->feed.index++)->program);
  record = sluice_program_item_get_program (process->program);
  shown = process->record == record ? process : g_hash_table_lookup (self->processes, record);
  if (shown == NULL || !shown->seen)
    sluice_program_tree_renew (self, process->program, process->record);
  return TRUE;
}

/* When it was, without rates. */
static SluicePoint
get_span (const SluiceSample *sample)
{
  return (SluicePoint){
    .time = sample->time, .duration = sample->duration, .is_first_look = sample->is_first_look
  };
}

static void
end_item (SluiceProgramTree *self, SluiceProgramItem *item)
{
  const SluicePoint span = get_span (self->feed.sample);

  sluice_program_item_begin (item);
  sluice_program_item_end (item, sluice_interface_item_get_instance (self->feed.scope), &span, !self->feed.again);
}

static gboolean
end_process (SluiceProgramTree *self)
{
  SluiceProgramFeed *feed = &self->feed;
  SluiceTreeProcess *process;
  gpointer value;

  if (!g_hash_table_iter_next (&feed->iter, NULL, &value))
    return FALSE;
  process = value;
  if (!process->seen && feed->sample->time - process->last_seen > PROCESS_LINGERS_US
      && g_hash_table_size (feed->leaving) < MAX_LEAVING)
    {
      g_hash_table_add (feed->leaving, g_object_ref (process->process));
      g_hash_table_add (feed->left, process->program);
      g_hash_table_iter_remove (&feed->iter);
      return TRUE;
    }
  process->seen = FALSE;
  end_item (self, process->process);
  return TRUE;
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

static gboolean
sweep_program (SluiceProgramTree *self)
{
  gpointer program;

  if (!g_hash_table_iter_next (&self->feed.iter, &program, NULL))
    return FALSE;
  sweep (sluice_program_item_get_store (program), self->feed.leaving);
  return TRUE;
}

static gboolean
end_program (SluiceProgramTree *self)
{
  gpointer item;

  if (!g_hash_table_iter_next (&self->feed.iter, NULL, &item))
    return FALSE;
  end_item (self, item);
  if (sluice_program_item_is_over (item))
    g_ptr_array_add (self->feed.over, item);
  return TRUE;
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
      if (!sluice_program_item_is_over (item))
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
  gint64 x = sluice_program_item_edit (*(SluiceProgramItem *const *) a)->last_active;
  gint64 y = sluice_program_item_edit (*(SluiceProgramItem *const *) b)->last_active;

  return x < y ? -1 : x > y;
}

/* Those that never moved a byte leave no trace; of the others the latest stay. */
static gboolean
part (SluiceProgramTree *self)
{
  g_autoptr (GHashTable) leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  GPtrArray *over = self->feed.over;
  guint n_kept = 0;

  g_ptr_array_sort (over, compare_last_active);
  for (guint i = over->len; i-- > 0 && g_hash_table_size (leaving) < MAX_LEAVING;)
    {
      SluiceProgramItem *program = over->pdata[i];

      if (sluice_program_item_edit (program)->last_active != 0 && ++n_kept <= MAX_OVER)
        continue;
      g_hash_table_add (leaving, g_object_ref (program));
    }
  if (g_hash_table_size (leaving) > 0)
    forget_programs (self, leaving);
  return FALSE;
}

static void
add_child (SluiceProgramFeed *feed, SluiceProgramItem *child)
{
  SluiceProgramStats *stats = sluice_program_item_edit (feed->group);
  const SluiceProgramStats *part = sluice_program_item_edit (child);

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      stats->rate[d] += part->rate[d];
      feed->total[d] += part->total[d];
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

/* One program of a group, or the group's beginning or end. */
static gboolean
feed_group (SluiceProgramTree *self)
{
  SluiceProgramFeed *feed = &self->feed;
  const SluicePoint span = get_span (feed->sample);
  g_autoptr (SluiceProgramItem) child = NULL;
  gpointer group;

  if (feed->group == NULL)
    {
      if (!g_hash_table_iter_next (&feed->iter, NULL, &group))
        return FALSE;
      feed->group = group;
      feed->index = 0;
      memset (feed->total, 0, sizeof feed->total);
      sluice_program_item_begin (group);
      sluice_program_item_edit (group)->retransmits = 0;
      sluice_program_item_edit (group)->last_active = 0;
      return TRUE;
    }
  child = g_list_model_get_item (sluice_program_item_get_children (feed->group), feed->index++);
  if (child != NULL)
    {
      add_child (feed, child);
      return TRUE;
    }
  sluice_program_item_set_total (feed->group, feed->total);
  sluice_program_item_end (feed->group, SLUICE_TOTAL_IS_SET, &span, !feed->again);
  feed->group = NULL;
  return TRUE;
}

static void
begin_stage (SluiceProgramTree *self, SluiceFeedStage stage)
{
  GHashTable *const tables[SLUICE_FEED_DONE] = {
    [SLUICE_FEED_PROCESSES] = self->processes,
    [SLUICE_FEED_SWEEPS] = self->feed.left,
    [SLUICE_FEED_PROGRAMS] = self->programs,
    [SLUICE_FEED_GROUPS] = self->groups,
  };

  self->feed.stage = stage;
  self->feed.index = 0;
  if (stage < SLUICE_FEED_DONE && tables[stage] != NULL)
    g_hash_table_iter_init (&self->feed.iter, tables[stage]);
}

/* Sums up groups that were just made of the programs of a sample that is done. */
void
sluice_program_tree_feed_groups (SluiceProgramTree *self, const SluiceSample *sample)
{
  self->feed = (SluiceProgramFeed){ .sample = sample, .again = TRUE };
  begin_stage (self, SLUICE_FEED_GROUPS);
  while (feed_group (self))
    ;
  sluice_program_feed_clear (&self->feed);
}

void
sluice_program_feed_clear (SluiceProgramFeed *feed)
{
  g_clear_pointer (&feed->leaving, g_hash_table_unref);
  g_clear_pointer (&feed->left, g_hash_table_unref);
  g_clear_pointer (&feed->over, g_ptr_array_unref);
  feed->sample = NULL;
}

/**
 * sluice_program_tree_begin:
 * @self: a tree that feeds on nothing
 * @sample: the next sample, which the list of links was fed with; must stay until sluice_program_tree_end()
 * @scope: (transfer none): the link, or the sum, that figures speak of; must stay as long
 * @again: the sample was fed before and only the scope is another
 *
 * Begins to take in what programs did. Rows come and go from now on, but figures stay as they are until
 * sluice_program_tree_end().
 */
void
sluice_program_tree_begin (SluiceProgramTree *self,
                           const SluiceSample *sample,
                           SluiceInterfaceItem *scope,
                           gboolean again)
{
  g_return_if_fail (self->feed.sample == NULL);

  self->feed = (SluiceProgramFeed){
    .sample = sample,
    .scope = scope,
    .again = again,
    .leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL),
    .left = g_hash_table_new (NULL, NULL),
    .over = g_ptr_array_new (),
  };
  self->clock->begun++;
  begin_stage (self, SLUICE_FEED_ROWS);
}

/**
 * sluice_program_tree_step:
 * @self: a tree that was begun with
 * @deadline: monotonic clock, µs, when to stop; it is looked at now and then
 *
 * Returns: whether there is more to do before sluice_program_tree_end()
 */
gboolean
sluice_program_tree_step (SluiceProgramTree *self, gint64 deadline)
{
  static gboolean (*const do_one[SLUICE_FEED_DONE]) (SluiceProgramTree *) = {
    [SLUICE_FEED_ROWS] = feed_row,          [SLUICE_FEED_RECORDS] = feed_record,
    [SLUICE_FEED_PROCESSES] = end_process,  [SLUICE_FEED_SWEEPS] = sweep_program,
    [SLUICE_FEED_PROGRAMS] = end_program,   [SLUICE_FEED_PARTING] = part,
    [SLUICE_FEED_GROUPS] = feed_group,
  };
  SluiceProgramFeed *feed = &self->feed;

  for (guint n = 1; feed->stage < SLUICE_FEED_DONE; n++)
    {
      gboolean turns = !do_one[feed->stage](self);

      if (turns)
        begin_stage (self, feed->stage + 1);
      if ((turns || n % STRIDE == 0) && g_get_monotonic_time () >= deadline)
        break;
    }
  return feed->stage < SLUICE_FEED_DONE;
}

/**
 * sluice_program_tree_end:
 * @self: a tree for which there is nothing more to do
 *
 * Lets all figures speak of the sample that was fed.
 */
void
sluice_program_tree_end (SluiceProgramTree *self)
{
  g_return_if_fail (self->feed.sample != NULL && self->feed.stage == SLUICE_FEED_DONE);

  sluice_program_feed_clear (&self->feed);
  self->clock->done = self->clock->begun;
}

/**
 * sluice_program_tree_feed:
 * @self: a tree that feeds on nothing
 * @sample: as for sluice_program_tree_begin()
 * @scope: likewise
 * @again: likewise
 *
 * Takes in what programs did, all at once.
 */
void
sluice_program_tree_feed (SluiceProgramTree *self,
                          const SluiceSample *sample,
                          SluiceInterfaceItem *scope,
                          gboolean again)
{
  sluice_program_tree_begin (self, sample, scope, again);
  while (sluice_program_tree_step (self, G_MAXINT64))
    ;
  sluice_program_tree_end (self);
}
