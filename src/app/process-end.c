#include "sluice-config.h"

#include "app/process-end.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (sluice-process-end-error-quark, sluice_process_end_error)

/* When a process began, clock ticks since boot (proc(5), stat field 22); 0 where there is none. The name in field 2
 * may hold anything, brackets and blanks too: fields are counted from its last bracket. */
static guint64
read_start_time (gint32 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  const char *field;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  field = strrchr (text, ')');
  for (guint i = 2; field != NULL && i < 22; i++)
    field = strchr (field + 1, ' ');

  return field != NULL ? g_ascii_strtoull (field + 1, NULL, 10) : 0;
}

static gboolean
is_own (gint32 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d", pid);
  struct stat status;

  return stat (path, &status) == 0 && status.st_uid == getuid ();
}

/**
 * sluice_process_may_end:
 * @process: a process
 *
 * Returns: whether the user may be offered to end it: it is the user's own, and not this program
 */
gboolean
sluice_process_may_end (const SluiceProgram *process)
{
  return process->kind == SLUICE_PROGRAM_PROCESS && process->pid > 1 && process->pid != getpid () &&
         process->uid == getuid ();
}

/**
 * sluice_process_open:
 * @process: one for which sluice_process_may_end() holds
 * @error: a #SluiceProcessEndError
 *
 * Takes hold of a process by pidfd_open(2). What is held is looked at before it is handed out: a process that has
 * got the pid since is never taken for the one that is meant, and from here on the pid plays no part.
 *
 * Returns: a descriptor, to be closed, or -1
 */
int
sluice_process_open (const SluiceProgram *process,
                     GError             **error)
{
  int descriptor, opened;

  if (!sluice_process_may_end (process))
    {
      g_set_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_FOREIGN,
                   _("“%s” (process %d) cannot be ended from here: only your own programs can."), process->name,
                   process->pid);
      return -1;
    }
  descriptor = pidfd_open (process->pid, 0);
  opened = errno;
  if ((descriptor < 0 && opened == ESRCH) ||
      (descriptor >= 0 && read_start_time (process->pid) != process->start_time))
    {
      if (descriptor >= 0)
        close (descriptor);
      g_set_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_GONE,
                   _("“%s” (process %d) has already ended."), process->name, process->pid);
      return -1;
    }
  if (descriptor < 0)
    {
      g_set_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_FAILED,
                   _("“%s” (process %d) cannot be reached: %s."), process->name, process->pid, g_strerror (opened));
      return -1;
    }
  /* It may have changed its user since it was seen. */
  if (!is_own (process->pid))
    {
      close (descriptor);
      g_set_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_FOREIGN,
                   _("“%s” (process %d) runs as another user now and cannot be ended from here."), process->name,
                   process->pid);
      return -1;
    }

  return descriptor;
}

/**
 * sluice_process_signal:
 * @descriptor: from sluice_process_open()
 * @signal_number: SIGTERM to ask it to end, SIGKILL to make it
 * @error: a #SluiceProcessEndError
 *
 * Returns: whether the signal was sent
 */
gboolean
sluice_process_signal (int      descriptor,
                       int      signal_number,
                       GError **error)
{
  if (pidfd_send_signal (descriptor, signal_number, NULL, 0) == 0)
    return TRUE;
  if (errno == ESRCH)
    g_set_error_literal (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_GONE,
                         _("The process has already ended."));
  else
    g_set_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_FAILED,
                 _("The process could not be told to end: %s."), g_strerror (errno));

  return FALSE;
}

/**
 * sluice_process_has_ended:
 * @descriptor: from sluice_process_open()
 *
 * Returns: whether the process is no more; one that waits to be reaped counts as ended
 */
gboolean
sluice_process_has_ended (int descriptor)
{
  struct pollfd poll_for = { descriptor, POLLIN, 0 };

  return poll (&poll_for, 1, 0) == 1;
}
