#include "sluice-config.h"

#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/signals.h"

/* How long a reader that reads nothing is waited for once we have been asked to end. */
#define STUCK_MS 500

/**
 * sluice_output_init:
 *
 * Sees to it that no socket opened later becomes standard output, and that a pipe which closes is an error, not the
 * end. To be called first of all.
 */
void
sluice_output_init (void)
{
  /* A descriptor that the caller closed is opened the wrong way round: using it fails, as it should. */
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
      abort ();

  signal (SIGPIPE, SIG_IGN);
}

/**
 * sluice_output_is_terminal:
 */
gboolean
sluice_output_is_terminal (void)
{
  return isatty (STDOUT_FILENO);
}

/**
 * sluice_output_has_colour:
 *
 * Returns: whether text may be coloured: a terminal that can, and a user who did not set NO_COLOR (no-color.org)
 */
gboolean
sluice_output_has_colour (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *term = g_getenv ("TERM");

  if (!sluice_output_is_terminal () || (no_color != NULL && *no_color != '\0'))
    return FALSE;
  return term != NULL && *term != '\0' && !g_str_equal (term, "dumb");
}

/**
 * sluice_output_is_unicode:
 */
gboolean
sluice_output_is_unicode (void)
{
  return g_get_charset (NULL);
}

/**
 * sluice_output_get_width:
 *
 * Returns: columns of the terminal, or 0 where output goes elsewhere and may be as wide as it likes
 */
guint
sluice_output_get_width (void)
{
  struct winsize size;

  if (!sluice_output_is_terminal () || ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
    return 0;
  return size.ws_col;
}

/* Waits until a piece can be written without blocking, so that a signal ends us even when nobody reads. */
static gboolean
wait_for_reader (GError **error)
{
  for (;;)
    {
      struct pollfd fds[] = {
        { .fd = STDOUT_FILENO, .events = POLLOUT },
        { .fd = sluice_signals_get_fd (), .events = POLLIN },
      };
      gboolean stopping = sluice_signals_is_stopping ();
      int n = poll (fds, stopping ? 1 : 2, stopping ? STUCK_MS : -1);

      if (n < 0 && errno != EINTR)
        {
          g_set_error (error, SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_FAILED,
                       _("Standard output cannot be waited for: %s; try again."), g_strerror (errno));
          return FALSE;
        }
      if (n > 0 && fds[0].revents != 0)
        return TRUE;
      if (n == 0 && stopping)
        {
          g_set_error_literal (error, SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_STUCK,
                               _("Nobody reads the output, so its end is missing; let the reader go on."));
          return FALSE;
        }
      if (n > 0 && fds[1].revents != 0)
        sluice_signals_set_stopping ();
    }
}

/**
 * sluice_output_write:
 * @bytes: what to write
 * @length: how many
 * @error: a #SluiceOutputError
 *
 * Writes to standard output, at once and whole.
 *
 * Returns: %TRUE when all of it went out
 */
gboolean
sluice_output_write (const char *bytes,
                     gsize length,
                     GError **error)
{
  while (length > 0)
    {
      ssize_t n;

      if (!wait_for_reader (error))
        return FALSE;

      /* A pipe that poll calls writable takes PIPE_BUF without blocking (pipe(7)). */
      n = write (STDOUT_FILENO, bytes, MIN (length, PIPE_BUF));
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n < 0)
        {
          int saved = errno;

          g_set_error (error, SLUICE_OUTPUT_ERROR,
                       saved == EPIPE ? SLUICE_OUTPUT_ERROR_CLOSED : SLUICE_OUTPUT_ERROR_FAILED,
                       _("The output cannot be written: %s; make room or write it elsewhere."), g_strerror (saved));
          return FALSE;
        }
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/**
 * sluice_output_to_locale:
 * @text: UTF-8
 *
 * Returns: (transfer full): the same in the character set of the locale; for what it lacks stands what comes near, or a
 *   question mark
 */
char *
sluice_output_to_locale (const char *text)
{
  const char *charset = NULL;
  g_autofree char *nearest = NULL;
  char *converted;

  if (g_get_charset (&charset))
    return g_strdup (text);
  nearest = g_strconcat (charset, "//TRANSLIT", NULL);
  converted = g_convert_with_fallback (text, -1, nearest, "UTF-8", "?", NULL, NULL, NULL);
  return converted != NULL ? converted : g_str_to_ascii (text, "C");
}

/**
 * sluice_output_write_text:
 * @text: UTF-8 for people
 * @error: a #SluiceOutputError
 *
 * As sluice_output_write(), in the character set of the locale.
 */
gboolean
sluice_output_write_text (const char *text,
                          GError **error)
{
  g_autofree char *converted = sluice_output_to_locale (text);

  return sluice_output_write (converted, strlen (converted), error);
}

/**
 * sluice_output_complain:
 * @sentence: UTF-8, without a line end
 *
 * Prints it to standard error behind the program's name.
 */
void
sluice_output_complain (const char *sentence)
{
  g_autofree char *line = g_strconcat ("sluicectl: ", sentence, "\n", NULL);
  g_autofree char *converted = sluice_output_to_locale (line);

  /* If that fails there is nobody left to tell; the exit code still does. */
  fputs (converted, stderr);
}

G_DEFINE_QUARK (sluice-output-error-quark, sluice_output_error)
