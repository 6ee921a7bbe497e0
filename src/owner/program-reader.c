#include "sluice-config.h"

#include "owner/program-reader.h"

#include "model/text.h"
#include "owner/app-identity.h"
#include "owner/desktop-index.h"
#include "owner/interpreter.h"
#include "owner/proc.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* A process may execute another program between two reads; then it is read once more, but not for ever. */
#define ATTEMPTS 3
/* Users come and go on a server; their names are asked for anew beyond this. */
#define USERS_MAX 1024

struct _SluiceProgramReader
{
  char *root;
  SluiceDesktopIndex *desktop_index;
  GHashTable *users; /* uid → name */
};

/**
 * sluice_program_reader_new:
 * @root: where the file system begins, "/" but in tests
 *
 * Returns: (transfer full): a reader
 */
SluiceProgramReader *
sluice_program_reader_new (const char *root)
{
  SluiceProgramReader *reader = g_new0 (SluiceProgramReader, 1);

  reader->root = g_strdup (root);
  reader->desktop_index = sluice_desktop_index_new (root);
  reader->users = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return reader;
}

void
sluice_program_reader_free (SluiceProgramReader *reader)
{
  if (reader == NULL)
    return;
  g_hash_table_unref (reader->users);
  sluice_desktop_index_free (reader->desktop_index);
  g_free (reader->root);
  g_free (reader);
}

/* A user's name from a file of the form of /etc/passwd. */
static char *
user_in_file (const char *path, guint32 uid)
{
  FILE *file = fopen (path, "re");
  char *name = NULL;
  struct passwd *entry;

  if (file == NULL)
    return NULL;
  while (name == NULL && (entry = fgetpwent (file)) != NULL)
    if (entry->pw_uid == uid)
      name = sluice_text_sanitise (entry->pw_name, -1, SLUICE_NAME_MAX);
  fclose (file);
  return name;
}

static char *
user_in_system (guint32 uid)
{
  struct passwd entry, *found = NULL;
  gsize size = 1024;
  g_autofree char *buffer = g_malloc (size);

  while (getpwuid_r (uid, &entry, buffer, size, &found) == ERANGE && size < 1024 * 1024)
    {
      size *= 2;
      buffer = g_realloc (buffer, size);
    }
  return found != NULL ? sluice_text_sanitise (found->pw_name, -1, SLUICE_NAME_MAX) : NULL;
}

static const char *
user_name (SluiceProgramReader *reader, guint32 uid)
{
  gpointer key = GUINT_TO_POINTER (uid);
  char *name = g_hash_table_lookup (reader->users, key);

  if (name != NULL)
    return name;
  if (g_str_equal (reader->root, "/"))
    {
      name = user_in_system (uid);
    }
  else
    {
      g_autofree char *path = g_build_filename (reader->root, "etc", "passwd", NULL);

      name = user_in_file (path, uid);
    }
  if (name == NULL || *name == '\0')
    {
      g_free (name);
      name = g_strdup_printf ("%u", uid);
    }
  if (g_hash_table_size (reader->users) >= USERS_MAX)
    g_hash_table_remove_all (reader->users);
  g_hash_table_insert (reader->users, key, name);
  return name;
}

static char *
clean (const char *text, guint max)
{
  return text != NULL && *text != '\0' ? sluice_text_sanitise (text, -1, max) : NULL;
}

static void
set_app (SluiceProgram *program, SluiceDesktopIndex *index, const char *cgroup, const char *path)
{
  g_auto (SluiceAppIdentity) identity = { 0 };

  sluice_app_identity_find (&identity, index, cgroup, path);
  program->app_kind = identity.kind;
  program->app_id = clean (identity.id, SLUICE_NAME_MAX);
  program->app_name = clean (identity.name, SLUICE_NAME_MAX);
  program->icon_name = clean (identity.icon_name, SLUICE_NAME_MAX);
  program->unit = clean (identity.unit, SLUICE_NAME_MAX);
}

/* All but what does not change when a process executes another program. */
static void
read_executed (SluiceProgramReader *reader, SluiceProgram *program, int process, const char *executable)
{
  g_autofree char *cgroup = sluice_proc_read_cgroup (process);
  g_auto (GStrv) arguments = sluice_proc_read_arguments (process);
  g_autofree char *script = NULL;
  g_autofree char *command_line = arguments != NULL ? g_strjoinv (" ", arguments) : NULL;

  if (executable != NULL && arguments != NULL && sluice_interpreter_is (executable) && arguments[0] != NULL
      && arguments[1] != NULL && arguments[1][0] != '\0' && arguments[1][0] != '-')
    script = sluice_proc_find_file (process, arguments[1]);
  program->executable = clean (executable, SLUICE_PATH_MAX);
  program->path = clean (script != NULL ? script : executable, SLUICE_PATH_MAX);
  program->command_line = clean (command_line, SLUICE_PATH_MAX);
  set_app (program, reader->desktop_index, cgroup, script != NULL ? script : executable);
}

/**
 * sluice_program_reader_read:
 * @reader: a reader
 * @proc: from sluice_proc_open()
 * @process: a descriptor of /proc/PID; because of it all that is read is of one process
 * @pid: its number
 * @now: monotonic time in µs
 *
 * Where the executable may not be read, as for a kernel thread, the kernel's name for the process names the program.
 *
 * Returns: (transfer full) (nullable): the program, sealed; %NULL where the process has gone
 */
SluiceProgram *
sluice_program_reader_read (SluiceProgramReader *reader, int proc, int process, gint32 pid, gint64 now)
{
  SluiceProcStat stat;
  guint32 uid;

  sluice_desktop_index_refresh (reader->desktop_index, now);
  for (guint attempt = 1;; attempt++)
    {
      g_autoptr (SluiceProgram) program = sluice_program_new ();
      g_autofree char *executable = sluice_proc_read_executable (process);
      g_autofree char *executable_after = NULL;
      g_autofree char *parent_name = NULL;

      read_executed (reader, program, process, executable);
      if (!sluice_proc_read_stat (process, &stat) || !sluice_proc_read_uid (process, &uid))
        return NULL;
      executable_after = sluice_proc_read_executable (process);
      if (g_strcmp0 (executable, executable_after) != 0 && attempt < ATTEMPTS)
        continue;

      program->kind = SLUICE_PROGRAM_PROCESS;
      program->pid = pid;
      program->start_time = stat.start_time;
      program->uid = uid;
      program->user = g_strdup (user_name (reader, uid));
      program->parent_pid = stat.parent_pid;
      parent_name = stat.parent_pid > 0 ? sluice_proc_read_name (proc, stat.parent_pid) : NULL;
      program->parent_name = clean (parent_name, SLUICE_NAME_MAX);
      if (executable == NULL)
        program->name = clean (stat.name, SLUICE_NAME_MAX);
      sluice_program_seal (program);
      return g_steal_pointer (&program);
    }
}
