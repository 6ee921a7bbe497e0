#include "sluice-config.h"

#include "owner/owner-table-private.h"

#include "owner/interpreter.h"
#include "owner/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All times in µs. */
#define FULL_LOOK_INTERVAL (30 * G_USEC_PER_SEC)
#define FIRST_RETRY (1 * G_USEC_PER_SEC)
#define LAST_RETRY (30 * G_USEC_PER_SEC)
/* A socket that nobody holds and nobody asks for any more is forgotten after this. */
#define MISS_LIFETIME (60 * G_USEC_PER_SEC)
/* Looking through every process takes at most one part in so many of the time. */
#define LOOK_SHARE 50

static SluiceOwnedSocket *
find_socket (SluiceOwnerTable *table, guint64 inode)
{
  return g_hash_table_lookup (table->sockets, &inode);
}

/* Forgets what a process was seen to hold, but for what the look @keep saw; 0 keeps nothing. Most of it was closed;
 * what was not will be asked for again. */
static void
release_held (SluiceOwnerTable *table, SluiceProcess *process, GArray *held, guint keep)
{
  for (guint i = 0; i < held->len; i++)
    {
      SluiceOwnedSocket *socket = find_socket (table, g_array_index (held, SluiceHeld, i).inode);

      if (socket == NULL || socket->owner != process || socket->look == keep)
        continue;
      socket->owner = NULL;
      table->serial++;
      socket->n_misses = 0;
      socket->due = SLUICE_NOT_DUE;
      socket->asked = TRUE;
      table->n_missing++;
    }
}

static void
forget_program (SluiceOwnerTable *table, SluiceProcess *process)
{
  table->serial += process->program != NULL;
  g_clear_pointer (&process->program, sluice_program_unref);
  g_clear_pointer (&process->executable, g_free);
}

static void
process_free (gpointer data)
{
  SluiceProcess *process = data;

  g_clear_pointer (&process->program, sluice_program_unref);
  g_free (process->executable);
  g_array_unref (process->held);
  g_free (process);
}

/**
 * sluice_owner_table_open:
 * @table: a table
 * @error: return location for an error
 *
 * Opens /proc unless it is open.
 *
 * Returns: whether it is open
 */
gboolean
sluice_owner_table_open (SluiceOwnerTable *table, GError **error)
{
  if (table->proc >= 0)
    return TRUE;
  table->proc = sluice_proc_open (table->root, error);
  if (table->proc < 0)
    return FALSE;
  table->sees_everyone = sluice_proc_sees_everyone (table->proc);
  table->serial++;
  return TRUE;
}

/**
 * sluice_owner_table_new:
 * @root: the folder that holds `proc`, "/" but in tests
 *
 * Returns: (transfer full): an empty table. That /proc cannot be read is told by sluice_owner_table_refresh()
 */
SluiceOwnerTable *
sluice_owner_table_new (const char *root)
{
  SluiceOwnerTable *table;

  g_return_val_if_fail (root != NULL, NULL);
  table = g_new0 (SluiceOwnerTable, 1);
  table->root = g_strdup (root);
  table->uid = geteuid ();
  table->reader = sluice_program_reader_new (root);
  table->processes = g_hash_table_new_full (NULL, NULL, NULL, process_free);
  table->sockets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  table->proc = -1;
  sluice_owner_table_open (table, NULL);
  return table;
}

void
sluice_owner_table_free (SluiceOwnerTable *table)
{
  if (table == NULL)
    return;
  if (table->proc >= 0)
    close (table->proc);
  g_hash_table_unref (table->sockets);
  g_hash_table_unref (table->processes);
  sluice_program_reader_free (table->reader);
  g_free (table->root);
  g_free (table);
}

/**
 * sluice_owner_table_can_read:
 * @table: a table
 *
 * Returns: whether there are processes to be seen at all; without, nobody is known
 */
gboolean
sluice_owner_table_can_read (SluiceOwnerTable *table)
{
  return table->proc >= 0;
}

/**
 * sluice_owner_table_may_see:
 * @table: a table
 * @uid: the user that a socket belongs to
 *
 * Others' owners are seen with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH. What may not be seen is looked up in vain.
 *
 * Returns: whether lookups may find the owner
 */
gboolean
sluice_owner_table_may_see (SluiceOwnerTable *table, guint32 uid)
{
  return table->sees_everyone || uid == table->uid;
}

/**
 * sluice_owner_table_lookup:
 * @table: a table
 * @inode: a socket's inode; 0, which the kernel gives sockets that no process holds, finds nothing
 *
 * What is not known is remembered, for the next sluice_owner_table_refresh() to find out.
 *
 * Of several processes that share a socket the one that started first owns it, but for process 1, which opens sockets
 * for the services that it starts and owns what nobody else holds.
 *
 * Returns: (transfer none) (nullable): the program that holds the socket, valid until the next call of refresh or
 * forget; take a reference to keep it
 */
SluiceProgram *
sluice_owner_table_lookup (SluiceOwnerTable *table, guint64 inode)
{
  SluiceOwnedSocket *socket;

  if (inode == 0)
    return NULL;
  socket = find_socket (table, inode);
  if (socket == NULL)
    {
      socket = g_new0 (SluiceOwnedSocket, 1);
      socket->inode = inode;
      g_hash_table_add (table->sockets, socket);
      socket->due = SLUICE_NOT_DUE;
      table->n_missing++;
    }
  if (socket->owner == NULL && socket->due == SLUICE_NOT_DUE)
    socket->due = table->next_due = SLUICE_DUE_NOW;
  socket->asked = TRUE;
  return socket->owner != NULL ? socket->owner->program : NULL;
}

/**
 * sluice_owner_table_forget:
 * @table: a table
 * @inode: the inode of a socket that was closed
 *
 * Telling what was closed is not necessary but makes the next refresh cheaper.
 */
void
sluice_owner_table_forget (SluiceOwnerTable *table, guint64 inode)
{
  SluiceOwnedSocket *socket = find_socket (table, inode);

  if (socket == NULL)
    return;
  table->n_missing -= socket->owner == NULL;
  g_hash_table_remove (table->sockets, &inode);
}

/**
 * sluice_owner_table_get_serial:
 * @table: a table
 *
 * Returns: a number that is another one when sluice_owner_table_refresh() has made an answer to a lookup another one;
 *   while it is the same, nobody needs to ask again
 */
guint64
sluice_owner_table_get_serial (SluiceOwnerTable *table)
{
  return table->serial;
}

static gboolean
precedes (const SluiceProcess *a, const SluiceProcess *b)
{
  if ((a->pid == 1) != (b->pid == 1))
    return b->pid == 1;
  if (a->start_time != b->start_time)
    return a->start_time < b->start_time;
  return a->pid < b->pid;
}

static guint
hash_arguments (int directory)
{
  g_auto (GStrv) arguments = sluice_proc_read_arguments (directory);
  guint hash = 5381;

  for (char **at = arguments; at != NULL && *at != NULL; at++)
    hash = hash * 33 + g_str_hash (*at);
  return hash;
}

/* Makes the program of a process unless it has one. FALSE where the process has gone. */
static gboolean
read_program (SluiceOwnerTable *table, SluiceProcess *process, int directory, gint64 now)
{
  SluiceProgram *program;

  if (process->program != NULL)
    return TRUE;
  program = sluice_program_reader_read (table->reader, table->proc, directory, process->pid, now);
  if (program == NULL || program->start_time != process->start_time)
    {
      g_clear_pointer (&program, sluice_program_unref);
      return FALSE;
    }
  process->program = program;
  g_free (process->executable);
  process->executable = sluice_proc_read_executable (directory);
  process->arguments_hash
      = process->executable != NULL && sluice_interpreter_is (process->executable) ? hash_arguments (directory) : 0;
  return TRUE;
}

/* What of a program may change while its process lives on without executing another: its user, its control group, and
 * what desktop files say. Keeps the record when nothing did, so that it stays the same for those who hold it. */
static void
reread_program (SluiceOwnerTable *table, SluiceProcess *process, int directory, gint64 now)
{
  SluiceProgram *old = g_steal_pointer (&process->program);

  if (old == NULL)
    return;
  if (read_program (table, process, directory, now) && sluice_program_same_process (old, process->program)
      && old->uid == process->program->uid && g_strcmp0 (old->unit, process->program->unit) == 0
      && g_strcmp0 (old->app_name, process->program->app_name) == 0)
    {
      sluice_program_unref (process->program);
      process->program = g_steal_pointer (&old);
    }
  else
    table->serial++;
  g_clear_pointer (&old, sluice_program_unref);
}

static gboolean
has_executed (SluiceProcess *process, int directory, const char *executable)
{
  return g_strcmp0 (executable, process->executable) != 0
         || (sluice_interpreter_is (executable) && hash_arguments (directory) != process->arguments_hash);
}

/* Makes sure that the record is of the process that now has this number, and of what that now executes. */
static gboolean
check_process (SluiceOwnerTable *table, SluiceProcess *process, int directory, gboolean is_full, gint64 now)
{
  g_autofree char *executable = NULL;
  SluiceProcStat stat;

  if (!sluice_proc_read_stat (directory, &stat))
    return FALSE;
  process->parent_pid = stat.parent_pid;
  if (stat.start_time != process->start_time)
    {
      release_held (table, process, process->held, 0);
      g_array_set_size (process->held, 0);
      forget_program (table, process);
      process->start_time = stat.start_time;
    }
  if (process->program == NULL)
    return TRUE;
  executable = sluice_proc_read_executable (directory);
  /* A process that is about to end has no executable any more but may still have its descriptors. */
  if (executable == NULL)
    return TRUE;
  if (has_executed (process, directory, executable))
    {
      forget_program (table, process);
      return read_program (table, process, directory, now);
    }
  if (is_full)
    reread_program (table, process, directory, now);
  return process->program != NULL;
}

/* Notes that the process holds a socket that was asked for. */
static void
claim (SluiceOwnerTable *table,
       SluiceProcess *process,
       int directory,
       SluiceOwnedSocket *socket,
       SluiceLookKind kind,
       gint64 now)
{
  if (socket->owner != process)
    {
      gboolean is_open = socket->owner == NULL || (kind == SLUICE_LOOK_FULL && socket->round != table->round);

      if ((!is_open && !precedes (process, socket->owner)) || !read_program (table, process, directory, now))
        return;
      table->n_missing -= socket->owner == NULL;
      socket->owner = process;
      table->serial++;
      socket->n_misses = 0;
      process->claimed = table->round;
    }
  socket->look = table->look;
  socket->round = table->round;
}

/* Reads a process's descriptors. @before is what they were the last time, in the same order. */
static void
read_descriptors (SluiceOwnerTable *table,
                  SluiceProcess *process,
                  int directory,
                  SluiceProcEntries *entries,
                  GArray *before,
                  SluiceLookKind kind,
                  gint64 now)
{
  guint32 descriptor;
  guint at = 0;

  process->has_skipped = FALSE;
  while (sluice_proc_entries_next (entries, &descriptor))
    {
      SluiceOwnedSocket *socket = NULL;
      SluiceHeld held = { 0, descriptor };

      while (at < before->len && g_array_index (before, SluiceHeld, at).descriptor < descriptor)
        at++;
      if (kind == SLUICE_LOOK_QUICK && at < before->len
          && g_array_index (before, SluiceHeld, at).descriptor == descriptor)
        {
          socket = find_socket (table, g_array_index (before, SluiceHeld, at).inode);
          if (socket != NULL && socket->owner != process)
            socket = NULL;
          process->has_skipped |= socket != NULL;
        }
      if (socket == NULL)
        {
          held.inode = sluice_proc_socket (entries->fd, entries->name);
          socket = held.inode != 0 ? find_socket (table, held.inode) : NULL;
        }
      if (socket == NULL)
        continue;
      claim (table, process, directory, socket, kind, now);
      held.inode = socket->inode;
      if (socket->owner == process)
        g_array_append_val (process->held, held);
    }
}

/* Whether an error is about the process, not this program's own means. */
static gboolean
is_about_process (int code)
{
  return code == ENOENT || code == ESRCH || code == EACCES || code == EPERM || code == ENOTDIR;
}

/**
 * sluice_owner_table_look_at:
 * @table: a table that has listed its processes
 * @process: one of them
 * @kind: how hard to look
 * @now: monotonic time in µs
 * @error: return location for an error
 *
 * Looks at what a process holds.
 *
 * Returns: %FALSE when not even that could be done
 */
gboolean
sluice_owner_table_look_at (SluiceOwnerTable *table,
                            SluiceProcess *process,
                            SluiceLookKind kind,
                            gint64 now,
                            GError **error)
{
  g_autoptr (GArray) before = NULL;
  SluiceProcEntries entries;
  int directory = sluice_proc_open_process (table->proc, process->pid);
  int code = directory < 0 ? errno : 0;

  table->look++;
  process->looked_at = table->round;
  if (directory >= 0 && check_process (table, process, directory, kind == SLUICE_LOOK_FULL, now))
    {
      if (sluice_proc_entries_open (&entries, directory, "fd"))
        {
          before = g_steal_pointer (&process->held);
          process->held = g_array_sized_new (FALSE, FALSE, sizeof (SluiceHeld), before->len);
          read_descriptors (table, process, directory, &entries, before, kind, now);
          sluice_proc_entries_close (&entries);
          release_held (table, process, before, table->look);
        }
      else
        code = errno;
    }
  else if (code == 0)
    code = ESRCH;
  if (directory >= 0)
    close (directory);
  if (code == 0)
    return TRUE;
  if (!is_about_process (code))
    return sluice_proc_fail (table->root, code, error);
  release_held (table, process, process->held, 0);
  g_array_set_size (process->held, 0);
  forget_program (table, process);
  return TRUE;
}

static gboolean
is_visible (SluiceOwnerTable *table, const char *name)
{
  struct stat state;

  return table->sees_everyone || (fstatat (table->proc, name, &state, 0) == 0 && state.st_uid == table->uid);
}

static SluiceProcess *
add_process (SluiceOwnerTable *table, gint32 pid)
{
  SluiceProcess *process = g_new0 (SluiceProcess, 1);

  process->pid = pid;
  process->held = g_array_new (FALSE, FALSE, sizeof (SluiceHeld));
  g_hash_table_insert (table->processes, GINT_TO_POINTER (pid), process);
  return process;
}

static gboolean
process_is_gone (gpointer key, gpointer value, gpointer data)
{
  SluiceOwnerTable *table = data;
  SluiceProcess *process = value;

  if (process->listed == table->round)
    return FALSE;
  release_held (table, process, process->held, 0);
  return TRUE;
}

/**
 * sluice_owner_table_list_processes:
 * @table: a table
 * @error: return location for an error
 *
 * Begins a round: brings the list of processes up to date.
 *
 * Returns: whether there is one
 */
gboolean
sluice_owner_table_list_processes (SluiceOwnerTable *table, GError **error)
{
  SluiceProcEntries entries;
  guint32 pid;
  guint n = 0;

  if (!sluice_proc_entries_open (&entries, table->proc, "."))
    return sluice_proc_fail (table->root, errno, error);
  table->round++;
  while (sluice_proc_entries_next (&entries, &pid))
    {
      SluiceProcess *process = g_hash_table_lookup (table->processes, GINT_TO_POINTER (pid));

      n++;
      if (process == NULL)
        {
          if (!is_visible (table, entries.name))
            continue;
          process = add_process (table, (gint32) pid);
        }
      process->listed = table->round;
    }
  sluice_proc_entries_close (&entries);
  /* Not even this process: another file system is mounted there now, or none. */
  if (n == 0)
    {
      close (table->proc);
      table->proc = -1;
      return sluice_proc_fail (table->root, ENOENT, error);
    }
  g_hash_table_foreach_remove (table->processes, process_is_gone, table);
  return TRUE;
}

static gboolean
look_at_all (SluiceOwnerTable *table, SluiceLookKind kind, gint64 now, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceProcess *process = value;

      if (process->looked_at == table->round && !process->has_skipped)
        continue; /* the quick look has just read everything */
      if (!sluice_owner_table_look_at (table, process, kind, now, error))
        return FALSE;
    }
  table->next_thorough_look = now + LOOK_SHARE * (g_get_monotonic_time () - begin);
  return TRUE;
}

/* Looks where a socket most likely is: in new processes, in those that hold others, and in their parents. Process 1
 * has its turn last. */
static gboolean
look_at_likely (SluiceOwnerTable *table, gint64 now, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table->processes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceProcess *process = value;

      if (process->pid == 1 || process->looked_at == table->round
          || (process->looked_at != 0 && process->held->len == 0))
        continue;
      if (!sluice_owner_table_look_at (table, process, SLUICE_LOOK_QUICK, now, error)
          || !sluice_owner_table_look_at_parents (table, process, now, error))
        return FALSE;
    }
  return TRUE;
}

/* Goes through the sockets without an owner. Those that nobody asks for are dropped. When every process was just
 * looked through, the others are not searched for again before a while. Returns how many are due. */
static guint
review_missing (SluiceOwnerTable *table, gboolean was_searched, gint64 now)
{
  GHashTableIter iter;
  gpointer key;
  guint n_due = 0;

  table->next_due = SLUICE_NOT_DUE;
  if (table->n_missing == 0)
    return 0;
  g_hash_table_iter_init (&iter, table->sockets);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      SluiceOwnedSocket *socket = key;

      if (socket->owner != NULL)
        continue;
      if (socket->asked)
        socket->asked_time = now;
      socket->asked = FALSE;
      if (now - socket->asked_time > MISS_LIFETIME)
        {
          table->n_missing--;
          g_hash_table_iter_remove (&iter);
          continue;
        }
      if (was_searched && socket->due != SLUICE_NOT_DUE)
        {
          socket->due = now + MIN (FIRST_RETRY << MIN (socket->n_misses, 5), LAST_RETRY);
          socket->n_misses++;
        }
      n_due += socket->due <= now;
      table->next_due = MIN (table->next_due, socket->due);
    }
  return n_due;
}

/**
 * sluice_owner_table_refresh:
 * @table: a table
 * @now: monotonic time in µs
 * @error: return location for an error
 *
 * Finds the owners of the sockets that were looked up in vain. With none of those it costs nothing. Else it looks at
 * new processes, those that hold sockets and their parents, then, if something is still missing, through all; that
 * takes no more than a fiftieth of the time, so on a machine with very many descriptors an answer may come a few
 * seconds late. What nobody holds is searched for again after 1 s, 2 s, 4 s and so on to 30 s. Every 30 s all answers
 * are made anew, so a socket that was handed on, or is shared with a process that started earlier, is known by then.
 *
 * A number that now belongs to another process, and a process that has executed another program, are noticed whenever
 * a process is looked at: no socket is given to what was there before.
 *
 * Returns: %FALSE with a #GIOErrorEnum when the processes cannot be read at all; what was known stays
 */
gboolean
sluice_owner_table_refresh (SluiceOwnerTable *table, gint64 now, GError **error)
{
  gboolean is_full;

  if (!sluice_owner_table_open (table, error))
    return FALSE;
  is_full = now >= table->next_full_look && g_hash_table_size (table->sockets) > 0;
  if (!is_full && (table->n_missing == 0 || now < table->next_due))
    return TRUE;
  if (review_missing (table, FALSE, now) == 0 && !is_full)
    return TRUE;

  if (!sluice_owner_table_list_processes (table, error))
    return FALSE;
  if (is_full)
    {
      if (!look_at_all (table, SLUICE_LOOK_FULL, now, error))
        return FALSE;
      table->next_full_look = now + FULL_LOOK_INTERVAL;
      review_missing (table, TRUE, now);
      return TRUE;
    }
  if (!look_at_likely (table, now, error))
    return FALSE;
  if (review_missing (table, FALSE, now) == 0 || now < table->next_thorough_look)
    return TRUE;
  if (!look_at_all (table, SLUICE_LOOK_THOROUGH, now, error))
    return FALSE;
  review_missing (table, TRUE, now);
  return TRUE;
}

/**
 * sluice_owner_table_read:
 * @table: a table
 * @pid: a process
 * @now: monotonic time in µs
 *
 * For where a process is known but not by its sockets.
 *
 * Returns: (transfer none) (nullable): the program that it executes, valid until the next call of any function; %NULL
 * where it has gone
 */
SluiceProgram *
sluice_owner_table_read (SluiceOwnerTable *table, gint32 pid, gint64 now)
{
  SluiceProcess *process = g_hash_table_lookup (table->processes, GINT_TO_POINTER (pid));
  int directory = sluice_owner_table_open (table, NULL) ? sluice_proc_open_process (table->proc, pid) : -1;
  gboolean found;

  if (directory < 0)
    return NULL;
  if (process == NULL)
    process = add_process (table, pid);
  process->listed = table->round;
  found = check_process (table, process, directory, FALSE, now) && read_program (table, process, directory, now);
  close (directory);
  return found ? process->program : NULL;
}
