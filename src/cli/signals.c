#include "sluice-config.h"

#include "cli/signals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

/* GLib's own signal sources wake only the main loop; a write that blocks must be woken, too: hence our own pipe. */
static int signal_pipe[2] = { -1, -1 };
static guint signal_source;
static gboolean stopping;
static SluiceSignalFunc signal_func;
static gpointer signal_data;

static void
handle (int signal_number)
{
  int saved = errno;
  guint8 byte = (guint8) signal_number;

  /* A full pipe already holds a reason to wake. */
  (void) !write (signal_pipe[1], &byte, 1);
  errno = saved;
}

static gboolean
pipe_cb (int fd,
         GIOCondition condition,
         gpointer user_data)
{
  guint8 byte;

  while (signal_func != NULL && read (fd, &byte, 1) == 1)
    signal_func (byte, signal_data);
  return G_SOURCE_CONTINUE;
}

/**
 * sluice_signals_open:
 * @func: told of each signal
 * @user_data: for @func
 *
 * From now on SIGINT, SIGTERM and SIGHUP do not end the process but come to @func. A SIGHUP that the caller ignores
 * (nohup) stays ignored.
 */
void
sluice_signals_open (SluiceSignalFunc func,
                     gpointer user_data)
{
  struct sigaction hangup;
  g_autoptr (GError) error = NULL;

  signal_func = func;
  signal_data = user_data;
  stopping = FALSE;
  if (!g_unix_open_pipe (signal_pipe, FD_CLOEXEC, &error)
      || !g_unix_set_fd_nonblocking (signal_pipe[0], TRUE, &error)
      || !g_unix_set_fd_nonblocking (signal_pipe[1], TRUE, &error))
    g_error ("No pipe for signals: %s", error->message);
  signal_source = g_unix_fd_add (signal_pipe[0], G_IO_IN, pipe_cb, NULL);

  sluice_signals_add (SIGINT);
  sluice_signals_add (SIGTERM);
  if (sigaction (SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
    sluice_signals_add (SIGHUP);
}

/**
 * sluice_signals_add:
 *
 * One more signal that is to come to the function.
 */
void
sluice_signals_add (int signal_number)
{
  struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };

  sigemptyset (&action.sa_mask);
  sigaction (signal_number, &action, NULL);
}

/**
 * sluice_signals_close:
 *
 * Stops telling; signals are then swallowed, for the process is about to end by itself.
 */
void
sluice_signals_close (void)
{
  signal_func = NULL;
  g_clear_handle_id (&signal_source, g_source_remove);
}

/**
 * sluice_signals_get_fd:
 *
 * Readable while a signal waits; -1 before sluice_signals_open().
 */
int
sluice_signals_get_fd (void)
{
  return signal_pipe[0];
}

/**
 * sluice_signals_is_stopping:
 *
 * Whether the process has been asked to end.
 */
gboolean
sluice_signals_is_stopping (void)
{
  return stopping;
}

/**
 * sluice_signals_set_stopping:
 */
void
sluice_signals_set_stopping (void)
{
  stopping = TRUE;
}
