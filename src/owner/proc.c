#include "sluice-config.h"

#include "owner/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/capability.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is read of a command line; a process may make its own as long as it likes. */
#define ARGUMENTS_MAX 16384
/* /proc/PID/status and /proc/PID/cgroup are a few hundred bytes to a few kilobytes. */
#define TEXT_MAX 16384

/* Reads a small file whole, or as much as fits; always ends it with a NUL. Returns the length, or -1. */
static gssize
read_text (int folder, const char *name, char *buffer, gsize size)
{
  int fd = openat (folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  gsize length = 0;
  gssize n = 0;

  if (fd < 0)
    return -1;
  while (length < size - 1 && (n = read (fd, buffer + length, size - 1 - length)) != 0)
    {
      if (n > 0)
        length += (gsize) n;
      else if (errno != EINTR)
        break;
    }
  close (fd);
  buffer[length] = '\0';
  return n < 0 ? -1 : (gssize) length;
}

/**
 * sluice_proc_fail:
 * @root: the folder that holds `proc`
 * @code: why it cannot be read, an errno
 * @error: return location for an error
 *
 * Says in one sentence what comes of that and what to do.
 *
 * Returns: %FALSE
 */
gboolean
sluice_proc_fail (const char *root, int code, GError **error)
{
  g_autofree char *path = g_build_filename (root, "proc", NULL);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               _("Traffic cannot be told apart by program because %s cannot be read (%s); mount the proc file system "
                  "there."),
               path, g_strerror (code));
  return FALSE;
}

/* 0 where there is a process, else an errno; ENOENT: it is another file system, or none. */
static int
check_processes (int proc)
{
  SluiceProcEntries entries;
  guint32 pid;
  gboolean found;

  if (!sluice_proc_entries_open (&entries, proc, "."))
    return errno;
  found = sluice_proc_entries_next (&entries, &pid);
  sluice_proc_entries_close (&entries);
  return found ? 0 : ENOENT;
}

/**
 * sluice_proc_open:
 * @root: the folder that holds `proc`, "/" but in tests
 * @error: return location for an error
 *
 * Returns: a descriptor of the process file system, or -1 with a #GIOErrorEnum set, also where no process is seen in it
 */
int
sluice_proc_open (const char *root, GError **error)
{
  g_autofree char *path = g_build_filename (root, "proc", NULL);
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int code = fd < 0 ? errno : check_processes (fd);

  if (code == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  sluice_proc_fail (root, code, error);
  return -1;
}

/**
 * sluice_proc_open_process:
 * @proc: from sluice_proc_open()
 * @pid: a process
 *
 * The descriptor stays with this one process: when it ends, reads through it fail, even if its number is given to
 * another.
 *
 * Returns: a descriptor of /proc/PID, or -1 with errno set
 */
int
sluice_proc_open_process (int proc, gint32 pid)
{
  char name[16];

  g_snprintf (name, sizeof name, "%d", pid);
  return openat (proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/**
 * sluice_proc_entries_open:
 * @entries: (out caller-allocates): the walk to begin
 * @folder: a descriptor
 * @name: a folder in it, "." for itself
 *
 * Returns: whether the folder could be opened; else errno says why not, and there is nothing to close
 */
gboolean
sluice_proc_entries_open (SluiceProcEntries *entries, int folder, const char *name)
{
  entries->length = entries->at = 0;
  entries->fd = openat (folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return entries->fd >= 0;
}

static gboolean
parse_number (const char *text, guint32 *number)
{
  guint64 value = 0;

  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      value = value * 10 + (guint64) (*text - '0');
      if (value > G_MAXINT32)
        return FALSE;
    }
  *number = (guint32) value;
  return TRUE;
}

/**
 * sluice_proc_entries_next:
 * @entries: a walk
 * @number: (out): the next entry whose name is a number
 *
 * Returns: %FALSE at the end, and when the process has gone meanwhile
 */
gboolean
sluice_proc_entries_next (SluiceProcEntries *entries, guint32 *number)
{
  for (;;)
    {
      while (entries->at < entries->length)
        {
          const struct dirent64 *entry = (const void *) (entries->buffer + entries->at);

          entries->at += entry->d_reclen;
          entries->name = entry->d_name;
          if (parse_number (entry->d_name, number))
            return TRUE;
        }
      entries->at = 0;
      entries->length = getdents64 (entries->fd, entries->buffer, sizeof entries->buffer);
      if (entries->length <= 0)
        {
          entries->length = 0;
          return FALSE;
        }
    }
}

/**
 * sluice_proc_entries_close:
 * @entries: a walk that was opened
 */
void
sluice_proc_entries_close (SluiceProcEntries *entries)
{
  close (entries->fd);
  entries->fd = -1;
}

/**
 * sluice_proc_socket:
 * @folder: a descriptor of a folder of descriptors
 * @name: one of them
 *
 * Returns: the inode of the socket that it is, or 0
 */
guint64
sluice_proc_socket (int folder, const char *name)
{
  static const char prefix[] = "socket:[";
  char target[48];
  gssize length = readlinkat (folder, name, target, sizeof target);
  guint64 inode = 0;

  if (length <= (gssize) strlen (prefix) || memcmp (target, prefix, strlen (prefix)) != 0)
    return 0;
  for (gssize i = (gssize) strlen (prefix); i < length && g_ascii_isdigit (target[i]); i++)
    inode = inode * 10 + (guint64) (target[i] - '0');
  return inode;
}

/**
 * sluice_proc_parse_stat:
 * @text: the content of /proc/PID/stat
 * @stat: (out): what it says; untouched on failure
 *
 * The second field, in parentheses, is chosen by the process and may hold parentheses, spaces and line ends; the last
 * ")" ends it (proc(5)).
 *
 * Returns: whether it made sense
 */
gboolean
sluice_proc_parse_stat (const char *text, SluiceProcStat *stat)
{
  const char *open = strchr (text, '(');
  const char *close = strrchr (text, ')');
  const char *at;
  char *end;
  gint64 parent;
  guint64 start;

  if (open == NULL || close == NULL || close < open)
    return FALSE;
  /* ") S 1 …": the state is field 3, the parent 4 and the start time 22. */
  at = close + 1;
  if (at[0] != ' ' || at[1] == '\0' || at[2] != ' ')
    return FALSE;
  parent = g_ascii_strtoll (at + 3, &end, 10);
  if (end == at + 3 || parent < 0 || parent > G_MAXINT32)
    return FALSE;
  for (guint field = 5; field <= 22; field++)
    {
      if (*end != ' ')
        return FALSE;
      at = end + 1;
      end = (char *) at + strcspn (at, " \n");
    }
  if (!g_ascii_isdigit (*at))
    return FALSE;
  start = g_ascii_strtoull (at, NULL, 10);

  stat->parent_pid = (gint32) parent;
  stat->start_time = start;
  g_strlcpy (stat->name, open + 1, MIN (sizeof stat->name, (gsize) (close - open)));
  return TRUE;
}

/**
 * sluice_proc_read_stat:
 * @process: a descriptor of /proc/PID
 * @stat: (out): parent, start time and name
 *
 * Returns: %FALSE where the process has gone
 */
gboolean
sluice_proc_read_stat (int process, SluiceProcStat *stat)
{
  char text[2048];

  return read_text (process, "stat", text, sizeof text) > 0 && sluice_proc_parse_stat (text, stat);
}

/* The value of a "Key:\t…" line of /proc/PID/status. The process's name in its first line has its line ends escaped.
 */
static const char *
status_line (const char *text, const char *key)
{
  for (const char *line = text; line != NULL && *line != '\0'; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (g_str_has_prefix (line, key))
        return line + strlen (key);
    }
  return NULL;
}

/**
 * sluice_proc_read_uid:
 * @process: a descriptor of /proc/PID
 * @uid: (out): the effective user id
 *
 * Returns: %FALSE where the process has gone
 */
gboolean
sluice_proc_read_uid (int process, guint32 *uid)
{
  char text[TEXT_MAX];
  const char *value;
  char *end;
  guint64 effective;

  if (read_text (process, "status", text, sizeof text) <= 0)
    return FALSE;
  value = status_line (text, "Uid:");
  if (value == NULL)
    return FALSE;
  g_ascii_strtoull (value, &end, 10);
  value = end;
  effective = g_ascii_strtoull (value, &end, 10);
  if (end == value || effective > G_MAXUINT32)
    return FALSE;
  *uid = (guint32) effective;
  return TRUE;
}

/**
 * sluice_proc_read_name:
 * @proc: from sluice_proc_open()
 * @pid: a process
 *
 * Returns: (transfer full) (nullable): the kernel's name for it; raw
 */
char *
sluice_proc_read_name (int proc, gint32 pid)
{
  char path[32], text[SLUICE_PROC_NAME_SIZE + 1];
  gssize length;

  g_snprintf (path, sizeof path, "%d/comm", pid);
  length = read_text (proc, path, text, sizeof text);
  if (length > 0 && text[length - 1] == '\n')
    text[--length] = '\0';
  return length > 0 ? g_strndup (text, (gsize) length) : NULL;
}

static char *
read_link (int folder, const char *name)
{
  char target[PATH_MAX];
  gssize length = readlinkat (folder, name, target, sizeof target);

  return length > 0 && length < (gssize) sizeof target ? g_strndup (target, (gsize) length) : NULL;
}

/**
 * sluice_proc_read_executable:
 * @process: a descriptor of /proc/PID
 *
 * An executable that was replaced by an update while it runs is still called by its path.
 *
 * Returns: (transfer full) (nullable): the path; raw; %NULL for a kernel thread and where it may not be read
 */
char *
sluice_proc_read_executable (int process)
{
  static const char deleted[] = " (deleted)";
  char *path = read_link (process, "exe");

  if (path != NULL && g_str_has_suffix (path, deleted))
    path[strlen (path) - strlen (deleted)] = '\0';
  return path;
}

/**
 * sluice_proc_read_arguments:
 * @process: a descriptor of /proc/PID
 *
 * Returns: (transfer full) (nullable): the arguments, the program's own name first, the end cut from very long ones;
 * raw; %NULL where there are none
 */
char **
sluice_proc_read_arguments (int process)
{
  char text[ARGUMENTS_MAX];
  gssize length = read_text (process, "cmdline", text, sizeof text);
  GPtrArray *arguments;

  if (length <= 0)
    return NULL;
  arguments = g_ptr_array_new ();
  for (const char *at = text; at < text + length; at += strlen (at) + 1)
    g_ptr_array_add (arguments, g_strdup (at));
  g_ptr_array_add (arguments, NULL);
  return (char **) g_ptr_array_free (arguments, FALSE);
}

/* How much a line of /proc/PID/cgroup tells about what a process belongs to: "0::/…" is version 2,
 * "1:name=systemd:/…" is systemd's own in version 1 and hybrid set-ups, other hierarchies serve where a container is
 * known to no other. */
static int
cgroup_line_rank (const char *line, const char *controllers, const char *path)
{
  if (path[0] != '/' || path[1] == '\n' || path[1] == '\0')
    return 0;
  if (g_str_has_prefix (line, "0::"))
    return 4;
  if (g_str_has_prefix (controllers, "name=systemd:"))
    return 3;
  return g_str_has_prefix (controllers, "pids:") || g_str_has_prefix (controllers, "devices:") ? 2 : 1;
}

/**
 * sluice_proc_parse_cgroup:
 * @text: the content of /proc/PID/cgroup (cgroups(7))
 *
 * Returns: (transfer full) (nullable): the path of the control group that tells most, %NULL when all are the root
 */
char *
sluice_proc_parse_cgroup (const char *text)
{
  static const char deleted[] = " (deleted)";
  const char *best = NULL;
  int best_rank = 0;
  char *path;

  for (const char *line = text; line != NULL && *line != '\0'; line = strchr (line, '\n'))
    {
      const char *controllers, *at;
      int rank;

      line += *line == '\n';
      controllers = strchr (line, ':');
      at = controllers != NULL ? strchr (controllers + 1, ':') : NULL;
      if (at == NULL)
        break;
      rank = cgroup_line_rank (line, controllers + 1, at + 1);
      if (rank > best_rank)
        {
          best_rank = rank;
          best = at + 1;
        }
    }
  if (best == NULL)
    return NULL;
  path = g_strndup (best, strcspn (best, "\n"));
  if (g_str_has_suffix (path, deleted))
    path[strlen (path) - strlen (deleted)] = '\0';
  return path;
}

/**
 * sluice_proc_read_cgroup:
 * @process: a descriptor of /proc/PID
 *
 * Returns: (transfer full) (nullable): see sluice_proc_parse_cgroup(); raw
 */
char *
sluice_proc_read_cgroup (int process)
{
  char text[TEXT_MAX];

  return read_text (process, "cgroup", text, sizeof text) > 0 ? sluice_proc_parse_cgroup (text) : NULL;
}

/**
 * sluice_proc_find_file:
 * @process: a descriptor of /proc/PID
 * @argument: a file name as that process was given it
 *
 * Looks it up as the process would have: in its root, from its working folder (which may have changed since).
 *
 * Returns: (transfer full) (nullable): the absolute path, where it is a regular file
 */
char *
sluice_proc_find_file (int process, const char *argument)
{
  gboolean absolute = argument[0] == '/';
  g_autofree char *within = g_strconcat (absolute ? "root" : "cwd/", argument, NULL);
  g_autofree char *folder = NULL;
  struct stat file;

  if (fstatat (process, within, &file, 0) != 0 || !S_ISREG (file.st_mode))
    return NULL;
  folder = absolute ? g_strdup ("/") : read_link (process, "cwd");
  return folder != NULL ? g_canonicalize_filename (argument, folder) : NULL;
}

/**
 * sluice_proc_read_network:
 * @process: a descriptor of /proc/PID
 *
 * Returns: the inode that names its network namespace; 0 with errno set where it may not be read
 */
guint64
sluice_proc_read_network (int process)
{
  static const char prefix[] = "net:[";
  char target[48];
  gssize length = readlinkat (process, "ns/net", target, sizeof target - 1);

  target[MAX (length, 0)] = '\0';
  return g_str_has_prefix (target, prefix) ? g_ascii_strtoull (target + strlen (prefix), NULL, 10) : 0;
}

/**
 * sluice_proc_sees_everyone:
 * @proc: from sluice_proc_open()
 *
 * Returns: whether this process may read the descriptors of all others: it takes CAP_SYS_PTRACE and
 * CAP_DAC_READ_SEARCH (or CAP_DAC_OVERRIDE) together, which root in a container may lack, and over process 1, too,
 * which they do not reach from another user namespace
 */
gboolean
sluice_proc_sees_everyone (int proc)
{
  const guint64 ptrace = G_GUINT64_CONSTANT (1) << CAP_SYS_PTRACE;
  const guint64 read_any
      = (G_GUINT64_CONSTANT (1) << CAP_DAC_READ_SEARCH) | (G_GUINT64_CONSTANT (1) << CAP_DAC_OVERRIDE);
  char text[TEXT_MAX];
  const char *value;
  guint64 effective;

  if (read_text (proc, "self/status", text, sizeof text) <= 0)
    return FALSE;
  value = status_line (text, "CapEff:");
  effective = value != NULL ? g_ascii_strtoull (value, NULL, 16) : 0;
  if ((effective & ptrace) == 0 || (effective & read_any) == 0)
    return FALSE;
  return faccessat (proc, "1/fd", R_OK | X_OK, AT_EACCESS) == 0;
}
