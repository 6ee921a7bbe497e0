#include "owner/owner-table-private.h"

#include "owner/proc.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/*
 * Owners that cannot wait for the next tick: by then a program that lives for a moment is gone.
 */

/**
 * sluice_owner_thread_time:
 *
 * Returns: what this thread has had of the processor, µs: others that are busy do not count
 */
gint64
sluice_owner_thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* The most recently started first: whoever just began a flow is among them. Those that were never looked at are the
 * newest of all. */
static int
compare_age (gconstpointer a, gconstpointer b)
{
  const SluiceProcess *x = *(SluiceProcess *const *) a;
  const SluiceProcess *y = *(SluiceProcess *const *) b;

  if ((x->looked_at == 0) != (y->looked_at == 0))
    return x->looked_at == 0 ? -1 : 1;
  if (x->start_time != y->start_time)
    return x->start_time > y->start_time ? -1 : 1;
  return x->pid > y->pid ? -1 : x->pid < y->pid;
}

static gboolean
is_wanting (SluiceOwnerTable *table, gint64 now)
{
  GHashTableIter iter;
  gpointer key;

  if (table->n_missing == 0)
    return FALSE;
  g_hash_table_iter_init (&iter, table->sockets);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const SluiceOwnedSocket *socket = key;

      if (socket->owner == NULL && socket->due <= now)
        return TRUE;
    }
  return FALSE;
}

/**
 * sluice_owner_table_look_at_parents:
 * @table: a table that has listed its processes
 * @process: one that was just looked at
 * @now: monotonic time in µs
 * @error: return location for an error
 *
 * Looks at the parents of a process that was just found to own a socket: it may have inherited it, and of those that
 * hold it the one that began first owns it.
 *
 * Returns: %FALSE when not even that could be done
 */
gboolean
sluice_owner_table_look_at_parents (SluiceOwnerTable *table, SluiceProcess *process, gint64 now, GError **error)
{
  while (process->claimed == table->round && process->parent_pid > 1)
    {
      process = g_hash_table_lookup (table->processes, GINT_TO_POINTER (process->parent_pid));
      if (process == NULL || process->looked_at == table->round)
        return TRUE;
      if (!sluice_owner_table_look_at (table, process, SLUICE_LOOK_QUICK, now, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * sluice_owner_table_hurry:
 * @table: a table
 * @budget: how long it may take, µs of this thread's time
 * @now: monotonic time in µs
 *
 * Finds the owners of sockets that were just looked up for the first time, in vain: goes through the processes, the
 * most recently started first, until nothing is missing or the time is over. What it does not find waits for
 * sluice_owner_table_refresh().
 *
 * Returns: whether it looked at all
 */
gboolean
sluice_owner_table_hurry (SluiceOwnerTable *table, gint64 budget, gint64 now)
{
  g_autoptr (GPtrArray) processes = NULL;
  gint64 end = sluice_owner_thread_time () + budget;
  GHashTableIter iter;
  gpointer value;

  if (!is_wanting (table, now) || !sluice_owner_table_open (table, NULL)
      || !sluice_owner_table_list_processes (table, NULL))
    return FALSE;
  processes = g_ptr_array_sized_new (g_hash_table_size (table->processes));
  g_hash_table_iter_init (&iter, table->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (processes, value);
  g_ptr_array_sort (processes, compare_age);

  for (guint i = 0; i < processes->len && sluice_owner_thread_time () < end; i++)
    {
      SluiceProcess *process = g_ptr_array_index (processes, i);

      if (process->looked_at == table->round)
        continue;
      if (!sluice_owner_table_look_at (table, process, SLUICE_LOOK_QUICK, now, NULL))
        break;
      if (process->claimed != table->round)
        continue;
      sluice_owner_table_look_at_parents (table, process, now, NULL);
      if (!is_wanting (table, now))
        break;
    }
  return TRUE;
}

/**
 * sluice_owner_table_identify:
 * @table: a table
 * @pid: a process
 * @now: monotonic time, µs
 *
 * For one that may be gone in a moment: unlike sluice_owner_table_read() this remembers nothing of it.
 *
 * Returns: (transfer full) (nullable): the program that it executes; %NULL where it has gone
 */
SluiceProgram *
sluice_owner_table_identify (SluiceOwnerTable *table, gint32 pid, gint64 now)
{
  SluiceProcess *known = g_hash_table_lookup (table->processes, GINT_TO_POINTER (pid));
  SluiceProgram *program = NULL;
  int directory;

  if (known != NULL && known->program != NULL)
    {
      program = sluice_owner_table_read (table, pid, now);
      return program != NULL ? sluice_program_ref (program) : NULL;
    }
  directory = table->proc >= 0 ? sluice_proc_open_process (table->proc, pid) : -1;
  if (directory < 0)
    return NULL;
  program = sluice_program_reader_read (table->reader, table->proc, directory, pid, now);
  close (directory);
  return program;
}

/**
 * sluice_owner_table_read_network:
 * @table: a table
 * @name: the number of a thread, or "thread-self"
 *
 * Returns: the inode of the network namespace that it is in; 0 where that cannot be read
 */
guint64
sluice_owner_table_read_network (SluiceOwnerTable *table, const char *name)
{
  int directory = table->proc >= 0 ? openat (table->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  guint64 network;

  if (directory < 0)
    return 0;
  network = sluice_proc_read_network (directory);
  close (directory);
  return network;
}
