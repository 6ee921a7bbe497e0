#include "app/process-end.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that does nothing, and with @stubborn also nothing when it is asked to end. */
static pid_t
start_child (gboolean stubborn)
{
  int ready[2];
  char byte = 0;
  pid_t pid;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      signal (SIGTERM, stubborn ? SIG_IGN : SIG_DFL);
      if (write (ready[1], "x", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  close (ready[1]);

  return pid;
}

static guint64
start_time_of (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);

  return g_ascii_strtoull (fields[19], NULL, 10);
}

static SluiceProgram *
record_of (pid_t pid)
{
  SluiceProgram *program = sluice_program_new ();

  program->kind = SLUICE_PROGRAM_PROCESS;
  program->pid = pid;
  program->start_time = start_time_of (pid);
  program->uid = getuid ();
  program->path = g_strdup ("/usr/bin/child");
  sluice_program_seal (program);

  return program;
}

static void
wait_until_ended (int descriptor)
{
  for (guint i = 0; i < 500 && !sluice_process_has_ended (descriptor); i++)
    g_usleep (10000);
  g_assert_true (sluice_process_has_ended (descriptor));
}

static void
test_end (void)
{
  pid_t pid = start_child (FALSE);
  g_autoptr (SluiceProgram) program = record_of (pid);
  g_autoptr (GError) error = NULL;
  int status = 0, descriptor;

  g_assert_true (sluice_process_may_end (program));
  descriptor = sluice_process_open (program, &error);
  g_assert_no_error (error);
  g_assert_cmpint (descriptor, >=, 0);
  g_assert_false (sluice_process_has_ended (descriptor));
  g_assert_true (sluice_process_signal (descriptor, SIGTERM, &error));
  wait_until_ended (descriptor);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGTERM);

  g_assert_false (sluice_process_signal (descriptor, SIGTERM, &error));
  g_assert_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_GONE);
  close (descriptor);
}

static void
test_force (void)
{
  pid_t pid = start_child (TRUE);
  g_autoptr (SluiceProgram) program = record_of (pid);
  g_autoptr (GError) error = NULL;
  int status = 0, descriptor = sluice_process_open (program, &error);

  g_assert_no_error (error);
  g_assert_true (sluice_process_signal (descriptor, SIGTERM, &error));
  g_usleep (50000);
  g_assert_false (sluice_process_has_ended (descriptor));
  g_assert_true (sluice_process_signal (descriptor, SIGKILL, &error));
  wait_until_ended (descriptor);
  waitpid (pid, &status, 0);
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  close (descriptor);
}

static void
test_reused_pid (void)
{
  pid_t pid = start_child (FALSE);
  g_autoptr (SluiceProgram) program = record_of (pid);
  g_autoptr (GError) error = NULL;
  int status = 0;

  /* The record is of a process that had this pid before. */
  program->start_time -= 1;
  g_assert_cmpint (sluice_process_open (program, &error), ==, -1);
  g_assert_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_GONE);
  g_assert_nonnull (strstr (error->message, "child"));
  g_assert_cmpint (waitpid (pid, &status, WNOHANG), ==, 0);
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
}

static void
test_gone (void)
{
  pid_t pid = start_child (FALSE);
  g_autoptr (SluiceProgram) program = record_of (pid);
  g_autoptr (GError) error = NULL;
  int status = 0;

  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  g_assert_cmpint (sluice_process_open (program, &error), ==, -1);
  g_assert_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_GONE);
}

static void
test_foreign (void)
{
  pid_t pid = start_child (FALSE);
  g_autoptr (SluiceProgram) program = record_of (pid);
  g_autoptr (SluiceProgram) self = record_of (getpid ());
  g_autoptr (SluiceProgram) others = sluice_program_other_users ();
  g_autoptr (GError) error = NULL;
  int status = 0;

  program->uid = getuid () + 1;
  g_assert_false (sluice_process_may_end (program));
  g_assert_cmpint (sluice_process_open (program, &error), ==, -1);
  g_assert_error (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_FOREIGN);
  g_assert_cmpint (waitpid (pid, &status, WNOHANG), ==, 0);
  g_assert_false (sluice_process_may_end (self));
  g_assert_false (sluice_process_may_end (others));
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process-end/asks-a-process-to-end-and-sees-that-it-has", test_end);
  g_test_add_func ("/process-end/forces-one-that-does-not-listen", test_force);
  g_test_add_func ("/process-end/never-hits-another-that-got-the-pid", test_reused_pid);
  g_test_add_func ("/process-end/says-that-a-process-is-gone", test_gone);
  g_test_add_func ("/process-end/leaves-others-and-itself-alone", test_foreign);

  return g_test_run ();
}
