#include "sluice-config.h"

#include "engine/program-tree.h"

#include "engine/program-tree-private.h"

#include <glib/gi18n-lib.h>

static void
process_free (gpointer data)
{
  SluiceTreeProcess *process = data;

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
  self->clock = g_rc_box_new0 (SluiceProgramClock);
  return self;
}

void
sluice_program_tree_free (SluiceProgramTree *self)
{
  sluice_program_feed_clear (&self->feed);
  g_hash_table_unref (self->processes);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->programs);
  g_object_unref (self->top);
  g_rc_box_release (self->clock);
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

static SluiceProgramItem *
add_item (SluiceProgramTree *self, SluiceItemLevel level, SluiceProgram *record, const char *identity, const char *name)
{
  SluiceProgramItem *item = sluice_program_item_new (level, record, identity, name);

  sluice_program_item_follow (item, self->clock);
  return item;
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
      group = add_item (self, SLUICE_ITEM_GROUP, NULL, key, name);
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
  if (!sluice_program_item_is_over (group))
    return;
  remove_from (self->top, group);
  g_hash_table_remove (self->groups, key);
}

/* A program goes on in another process, or in one that has moved to another unit: its group may be another, too. */
void
sluice_program_tree_renew (SluiceProgramTree *self, SluiceProgramItem *program, SluiceProgram *record)
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

static SluiceTreeProcess *
add_process (SluiceProgramTree *self, SluiceProgram *record)
{
  SluiceProgramItem *program = g_hash_table_lookup (self->programs, record->identity);
  SluiceTreeProcess *process = g_new0 (SluiceTreeProcess, 1);

  if (program == NULL)
    {
      program = add_item (self, SLUICE_ITEM_PROGRAM, record, record->identity, sluice_program_get_label (record));
      g_hash_table_insert (self->programs, (gpointer) sluice_program_item_get_identity (program), program);
      place_program (self, program);
    }
  process->record = sluice_program_ref (record);
  process->program = program;
  process->process = add_item (self, SLUICE_ITEM_PROCESS, record, record->identity, sluice_program_get_label (record));
  g_hash_table_insert (self->processes, record, process);
  g_list_store_append (sluice_program_item_get_store (program), process->process);
  return process;
}

/* The process that a sample speaks of, made where it is new. */
SluiceTreeProcess *
sluice_program_tree_take_process (SluiceProgramTree *self, SluiceProgram *record)
{
  SluiceTreeProcess *process = g_hash_table_lookup (self->processes, record);

  if (process == NULL)
    return add_process (self, record);
  if (process->record == record)
    return process;
  /* The same process, of which something else is known now. */
  g_hash_table_steal (self->processes, record);
  if (sluice_program_item_get_program (process->program) == process->record)
    sluice_program_tree_renew (self, process->program, record);
  sluice_program_item_renew_program (process->process, record);
  sluice_program_unref (process->record);
  process->record = sluice_program_ref (record);
  g_hash_table_insert (self->processes, record, process);
  return process;
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
    sluice_program_item_rename_interface (((SluiceTreeProcess *) value)->process, before, now);
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
    sluice_program_item_forget_series (((SluiceTreeProcess *) value)->process);
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
    sluice_program_tree_feed_groups (self, latest);
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
 * sluice_program_tree_get_size:
 * @self: a tree
 *
 * Returns: how many programs and processes it holds, at whatever level they stand
 */
guint
sluice_program_tree_get_size (SluiceProgramTree *self)
{
  return g_hash_table_size (self->programs) + g_hash_table_size (self->processes);
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
