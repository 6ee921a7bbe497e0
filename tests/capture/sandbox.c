#include "capture/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef void (*InsideFunc) (void);

/* Runs @inside in a process that is locked up; its exit status, or minus the signal that ended it. */
static int
run (InsideFunc inside, pid_t claimed_parent)
{
  int nowhere = sluice_sandbox_open_nowhere ();
  pid_t parent = claimed_parent != 0 ? claimed_parent : getpid ();
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    {
      const int keep[] = { 200, STDIN_FILENO };
      int code;
      SluiceSandboxStage stage = sluice_sandbox_enter (nowhere, keep, G_N_ELEMENTS (keep), parent, &code);

      if (stage == SLUICE_SANDBOX_CLOSED)
        inside ();
      _exit (100 + (int) stage);
    }
  if (nowhere >= 0)
    close (nowhere);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return WIFSIGNALED (status) ? -WTERMSIG (status) : WEXITSTATUS (status);
}

static void
open_things (void)
{
  if (open ("/", O_RDONLY) >= 0 || errno != EPERM || open ("/proc/self/mem", O_RDWR) >= 0
      || socket (AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM)
    _exit (1);
  _exit (0);
}

static void
compute (void)
{
  char *memory = malloc (64 << 20);

  memset (memory, 1, 64 << 20);
  memory = realloc (memory, 96 << 20);
  free (memory);
  _exit (memory != NULL ? 0 : 1);
}

static void
use_descriptors (void)
{
  char byte;

  /* Only what was kept is there. */
  _exit (read (STDERR_FILENO, &byte, 1) < 0 && errno == EBADF && read (200, &byte, 1) < 0 && errno == EBADF ? 0 : 1);
}

static void
execute (void)
{
  execl ("/bin/true", "true", NULL);
}

static void
fork_again (void)
{
  fork ();
}

static void
trace_parent (void)
{
  syscall (SYS_ptrace, 16, getpid (), 0, 0);
}

static void
kill_parent (void)
{
  kill (1, 0);
}

static void
make_code (void)
{
  if (mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
    _exit (1);
}

static void
test_computes (void)
{
  g_assert_cmpint (run (compute, 0), ==, 0);
  g_assert_cmpint (run (use_descriptors, 0), ==, 0);
}

static void
test_no_files (void)
{
  g_assert_cmpint (run (open_things, 0), ==, 0);
}

static void
test_kills (void)
{
  const InsideFunc forbidden[] = { execute, fork_again, trace_parent, kill_parent, make_code };

  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++)
    g_assert_cmpint (run (forbidden[i], 0), ==, -SIGSYS);
}

static void
test_orphan (void)
{
  /* Whose parent has gone in between does not begin. */
  g_assert_cmpint (run (compute, 1), ==, 100 + SLUICE_SANDBOX_PARENT);
}

/* What /proc says of a locked-up process from outside. */
static void
test_status (void)
{
  int pipe_fds[2], nowhere = sluice_sandbox_open_nowhere ();
  g_autofree char *path = NULL;
  g_autofree char *root = NULL;
  g_autofree char *status = NULL;
  pid_t parent = getpid (), pid;
  char byte;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipe_fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      int code;

      if (sluice_sandbox_enter (nowhere, &pipe_fds[1], 1, parent, &code) != SLUICE_SANDBOX_CLOSED)
        _exit (1);
      if (write (pipe_fds[1], "x", 1) == 1 && read (pipe_fds[1], &byte, 1) <= 0)
        _exit (0);
    }
  close (pipe_fds[1]);
  g_assert_cmpint (read (pipe_fds[0], &byte, 1), ==, 1);
  path = g_strdup_printf ("/proc/%d/status", (int) pid);
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  for (const char *const *line = (const char *const[]){ "\nCapEff:\t0000000000000000", "\nCapPrm:\t0000000000000000",
                                                        "\nCapInh:\t0000000000000000", "\nCapAmb:\t0000000000000000",
                                                        "\nNoNewPrivs:\t1", "\nSeccomp:\t2", NULL };
       *line != NULL; line++)
    g_assert_nonnull (strstr (status, *line));
  if (geteuid () == 0)
    {
      g_assert_nonnull (strstr (status, "\nUid:\t65534\t65534\t65534\t65534"));
      g_assert_nonnull (strstr (status, "\nGid:\t65534\t65534\t65534\t65534"));
      g_assert_nonnull (strstr (status, "\nGroups:\t \n"));
      g_assert_nonnull (strstr (status, "\nCapBnd:\t0000000000000000"));
      g_free (path);
      path = g_strdup_printf ("/proc/%d/root", (int) pid);
      root = g_file_read_link (path, NULL);
      g_assert_true (g_str_has_suffix (root, " (deleted)"));
    }
  else
    g_test_skip ("the rest needs root");
  close (pipe_fds[0]);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  if (nowhere >= 0)
    close (nowhere);
}

static void
test_explains (void)
{
  for (guint i = SLUICE_SANDBOX_CLOSED + 1; i < SLUICE_SANDBOX_N_STAGES; i++)
    {
      g_autofree char *sentence = sluice_sandbox_explain (i, EPERM);

      g_assert_nonnull (strstr (sentence, g_strerror (EPERM)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/lets-compute-and-use-what-is-kept", test_computes);
  g_test_add_func ("/sandbox/has-no-files-and-no-sockets", test_no_files);
  g_test_add_func ("/sandbox/ends-whoever-tries-what-it-may-not", test_kills);
  g_test_add_func ("/sandbox/does-not-begin-without-its-parent", test_orphan);
  g_test_add_func ("/sandbox/leaves-no-right", test_status);
  g_test_add_func ("/sandbox/explains-where-it-stuck", test_explains);
  return g_test_run ();
}
