#include "capture/sandbox.h"

#include "../deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptor that stays open: of nothing, but a file. */
#define KEPT STDIN_FILENO

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
      const int keep[] = { 200, KEPT };
      int code;
      SluiceSandboxStage stage = sluice_sandbox_enter (nowhere, keep, G_N_ELEMENTS (keep), 200, parent, &code);

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

/* What other versions of the libraries do, as they would do it. */
static void
do_as_libraries_do (void)
{
  struct timespec time = { 0, 1 };
  struct iovec part = { &time, 0 };
  struct rlimit limit;
  struct stat about;
  cpu_set_t processors;

  if (syscall (SYS_clock_gettime, CLOCK_MONOTONIC, &time) != 0 || syscall (SYS_clock_getres, CLOCK_REALTIME, &time) != 0
      || sched_yield () != 0 || syscall (SYS_getrandom, &time, 1, 0) != 1 || getpid () <= 1 || geteuid () != getuid ()
      || syscall (SYS_gettid) <= 1 || sched_getaffinity (0, sizeof processors, &processors) != 0
      || syscall (SYS_prlimit64, 0, RLIMIT_STACK, NULL, &limit) != 0 || syscall (SYS_fstat, KEPT, &about) != 0
      || readv (KEPT, &part, 1) != 0 || fcntl (KEPT, F_GETFL) < 0 || sigaction (SIGUSR1, NULL, NULL) != 0)
    _exit (1);
  time = (struct timespec){ 0, 1 };
  if (syscall (SYS_nanosleep, &time, NULL) != 0 || syscall (SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL) != 0)
    _exit (2);
  /* These fail, as the kernel or the filter has it, and the process lives. */
  syscall (SYS_rseq, NULL, 0, 0, 0);
  syscall (SYS_set_robust_list, NULL, 0);
  syscall (SYS_futex, NULL, 0, 0, NULL, NULL, 0);
  syscall (SYS_membarrier, 0, 0, 0);
  prctl (PR_SET_NAME, "other", 0, 0, 0);
  _exit (stat ("/", &about) < 0 && errno == EPERM && uname (&(struct utsname){ 0 }) < 0 && errno == EPERM ? 0 : 3);
}

static void
abort_here (void)
{
  abort ();
}

/* Calls that nothing here has any use for, each with arguments that would do no harm outside. */
static const struct
{
  long call;
  long arguments[4];
} forbidden[] = {
  { SYS_execve, { 0, 0, 0 } },
  { SYS_execveat, { -1, 0, 0, 0 } },
  { SYS_clone, { SIGCHLD } },
  { SYS_clone3, { 0, 0 } },
  { SYS_ptrace, { 16, 1 } },
  { SYS_process_vm_readv, { 1 } },
  { SYS_process_vm_writev, { 1 } },
  { SYS_kill, { 1, 0 } },
  { SYS_tgkill, { 1, 1, 0 } },
  { SYS_tkill, { 1, 0 } },
  { SYS_pidfd_open, { 1, 0 } },
  { SYS_mmap, { 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS } },
  { SYS_mprotect, { 0, 0, PROT_EXEC } },
  { SYS_memfd_create, { 0, 0 } },
  { SYS_prlimit64, { 0, RLIMIT_CORE, 1, 0 } },
  { SYS_setrlimit, { RLIMIT_CORE, 1 } },
  { SYS_fcntl, { 0, F_SETFL, 0 } },
  { SYS_ioctl, { 0, 0x5412 } }, /* TIOCSTI */
  { SYS_connect, { 0, 0, 0 } },
  { SYS_bind, { 0, 0, 0 } },
  { SYS_accept, { 0, 0, 0 } },
  { SYS_socketpair, { AF_UNIX, SOCK_STREAM, 0, 0 } },
  { SYS_sendmsg, { 0, 0, 0 } },
  { SYS_unlinkat, { -1, 0, 0 } },
  { SYS_mkdirat, { -1, 0, 0 } },
  { SYS_renameat2, { -1, 0, -1, 0 } },
  { SYS_chroot, { 0 } },
  { SYS_fchdir, { -1 } },
  { SYS_mount, { 0, 0, 0, 0 } },
  { SYS_unshare, { 0 } },
  { SYS_setns, { -1, 0 } },
  { SYS_setresuid, { 0, 0, 0 } },
  { SYS_capset, { 0, 0 } },
  { SYS_seccomp, { 2, 0, 0 } },
  { SYS_bpf, { 0, 0, 0 } },
  { SYS_perf_event_open, { 0, 0, 0, -1 } },
  { SYS_io_uring_setup, { 0, 0 } },
  { SYS_userfaultfd, { 0 } },
  { SYS_keyctl, { 0 } },
  { SYS_init_module, { 0, 0, 0 } },
  { SYS_reboot, { 0, 0, 0, 0 } },
};
static guint chosen;

static void
call_chosen (void)
{
  const long *arguments = forbidden[chosen].arguments;

  syscall (forbidden[chosen].call, arguments[0], arguments[1], arguments[2], arguments[3], 0, 0);
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
test_libraries (void)
{
  g_assert_cmpint (run (do_as_libraries_do, 0), ==, 0);
  g_assert_cmpint (run (abort_here, 0), ==, -SIGABRT);
}

static void
test_kills (void)
{
  for (chosen = 0; chosen < G_N_ELEMENTS (forbidden); chosen++)
    {
      g_test_message ("call %ld", forbidden[chosen].call);
      g_assert_cmpint (run (call_chosen, 0), ==, -SIGSYS);
    }
}

static guint8 *shared;

static void
read_shared (void)
{
  _exit (*(volatile guint8 *) shared);
}

static void
test_shared (void)
{
  shared = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (shared != MAP_FAILED);
  /* A sanitizer's own handler of the fault does what ends it otherwise. */
  g_assert_cmpint (run (read_shared, 0), ==, IS_SANITIZED ? -SIGSYS : -SIGSEGV);
  munmap (shared, 4096);
}

static void
hit_limits (void)
{
  struct rlimit files, size;

  if (syscall (SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &files) != 0
      || syscall (SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &size) != 0 || files.rlim_max != 201 || size.rlim_max != 0)
    _exit (1);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (mmap (NULL, (gsize) 1 << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
    _exit (2);
#endif
  _exit (0);
}

static void
test_limits (void)
{
  g_assert_cmpint (run (hit_limits, 0), ==, 0);
}

static void
send_elsewhere (void)
{
  struct stat about;

  /* By the socket that is the parent's alone, whatever its number is said to be; and no look at a path. */
  if (send (KEPT, "x", 1, MSG_DONTWAIT) >= 0 || errno != EPERM || write (KEPT, "x", 1) >= 0 || errno != EPERM
      || syscall (SYS_sendto, (1L << 32) | KEPT, "x", 1, MSG_DONTWAIT, NULL, 0) >= 0 || errno != EPERM
      || syscall (SYS_newfstatat, AT_FDCWD, "/etc/shadow", &about, AT_EMPTY_PATH) >= 0 || errno != EPERM)
    _exit (1);
  _exit (0);
}

static void
test_sends_nowhere (void)
{
  int pair[2], old = dup (KEPT);
  char byte;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpint (dup2 (pair[0], KEPT), ==, KEPT);
  g_assert_cmpint (run (send_elsewhere, 0), ==, 0);
  g_assert_cmpint (recv (pair[1], &byte, 1, MSG_DONTWAIT), ==, -1);
  dup2 (old, KEPT);
  close (old);
  close (pair[0]);
  close (pair[1]);
}

static void
test_read_only (void)
{
  pid_t pid;
  int status;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root");
      return;
    }
  pid = fork ();
  if (pid == 0)
    {
      if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
          || mount ("none", "/tmp", "tmpfs", MS_RDONLY, NULL) != 0
          || mount ("none", "/run", "tmpfs", MS_RDONLY, NULL) != 0)
        _exit (77);
      _exit (run (open_things, 0));
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("needs the right to mount");
  else
    g_assert_cmpint (status, ==, 0);
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

      if (sluice_sandbox_enter (nowhere, &pipe_fds[1], 1, pipe_fds[1], parent, &code) != SLUICE_SANDBOX_CLOSED)
        _exit (1);
      if (send (pipe_fds[1], "x", 1, 0) == 1 && read (pipe_fds[1], &byte, 1) <= 0)
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
  g_test_add_func ("/sandbox/lets-libraries-do-what-harms-nobody", test_libraries);
  g_test_add_func ("/sandbox/ends-whoever-tries-what-it-may-not", test_kills);
  g_test_add_func ("/sandbox/shares-no-memory", test_shared);
  g_test_add_func ("/sandbox/has-limits", test_limits);
  g_test_add_func ("/sandbox/sends-to-its-parent-alone", test_sends_nowhere);
  g_test_add_func ("/sandbox/needs-no-room-on-a-disk", test_read_only);
  g_test_add_func ("/sandbox/does-not-begin-without-its-parent", test_orphan);
  g_test_add_func ("/sandbox/leaves-no-right", test_status);
  g_test_add_func ("/sandbox/explains-where-it-stuck", test_explains);
  return g_test_run ();
}
