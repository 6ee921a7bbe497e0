#include "sluice-config.h"

#include "cli/output.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/signals.h"

/* Runs with standard output turned to @fd, and turns it back. */
static gboolean
write_to (int fd,
          const char *bytes,
          gsize length,
          GError **error)
{
  int saved = dup (STDOUT_FILENO);
  gboolean written;

  g_assert_cmpint (dup2 (fd, STDOUT_FILENO), ==, STDOUT_FILENO);
  written = sluice_output_write (bytes, length, error);
  g_assert_cmpint (dup2 (saved, STDOUT_FILENO), ==, STDOUT_FILENO);
  close (saved);
  return written;
}

static void
test_full (void)
{
  g_autoptr (GError) error = NULL;
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_false (write_to (fd, "x", 1, &error));
  g_assert_error (error, SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, g_strerror (ENOSPC)));
  close (fd);
}

static void
test_closed (void)
{
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  close (ends[0]);
  g_assert_false (write_to (ends[1], "x", 1, &error));
  g_assert_error (error, SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_CLOSED);
  close (ends[1]);
}

static gpointer
slow_reader_thread (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  static char buffer[10000];
  gsize sum = 0;
  gssize n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    {
      sum += (gsize) n;
      g_usleep (1000);
    }
  return GSIZE_TO_POINTER (sum);
}

static void
test_slow (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *much = g_strnfill (500000, 'x');
  GThread *reader;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  reader = g_thread_new ("reader", slow_reader_thread, GINT_TO_POINTER (ends[0]));
  g_assert_true (write_to (ends[1], much, 500000, &error));
  close (ends[1]);
  g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (reader)), ==, 500000);
  close (ends[0]);
}

static void
ignore_cb (int signal_number,
           gpointer user_data)
{
}

/* With a reader that reads nothing, a signal still gets us out. */
static void
test_stuck (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *much = g_strnfill (500000, 'x');
  gint64 begin = g_get_monotonic_time ();
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  sluice_signals_open (ignore_cb, NULL);
  kill (getpid (), SIGTERM);
  g_assert_false (write_to (ends[1], much, 500000, &error));
  g_assert_error (error, SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_STUCK);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
  sluice_signals_close ();
  close (ends[0]);
  close (ends[1]);
}

static void
test_charset (void)
{
  if (g_test_subprocess ())
    {
      g_autofree char *text = sluice_output_to_locale ("“Übung” 网");

      g_assert_false (sluice_output_is_unicode ());
      g_assert_true (g_str_is_ascii (text));
      g_assert_true (g_str_has_prefix (text, "\""));
      g_assert_true (g_str_has_suffix (text, "\" ?"));
      return;
    }
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc,
      char **argv)
{
  sluice_output_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output/says-that-the-disk-is-full", test_full);
  g_test_add_func ("/output/tells-a-reader-that-left-from-a-failure", test_closed);
  g_test_add_func ("/output/waits-for-a-slow-reader", test_slow);
  g_test_add_func ("/output/gives-a-stuck-reader-up-when-asked-to-end", test_stuck);
  g_test_add_func ("/output/makes-do-with-the-character-set-of-the-locale", test_charset);
  return g_test_run ();
}
