#include "sluice-config.h"

#include "capture/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's overflow user and group: nobody. */
#define NOBODY 65534

typedef struct
{
  int call;
  guint argument;
  enum scmp_compare compare; /* 0: whatever its arguments */
  guint64 value;
  guint64 masked;
} Rule;

/* All that parsing needs, and what other versions of the C library and of libpcap do in its place: calls that reach
 * nothing but this process, its memory and what it has open. Everything else ends the process. */
static const Rule allowed[] = {
  /* Memory, but none that can be run. The C library gives back, moves and advises as it likes. */
  { SCMP_SYS (brk) },
  { SCMP_SYS (madvise) },
  { SCMP_SYS (mmap), 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 },
  { SCMP_SYS (mmap2), 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 },
  { SCMP_SYS (mprotect), 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 },
  { SCMP_SYS (mremap) },
  { SCMP_SYS (munmap) },
  /* What is open: a capture file, packet sockets, the socket to the parent; each in several forms. */
  { SCMP_SYS (_llseek) },
  { SCMP_SYS (close) },
  { SCMP_SYS (fcntl), 1, SCMP_CMP_EQ, F_GETFD },
  { SCMP_SYS (fcntl), 1, SCMP_CMP_EQ, F_GETFL },
  { SCMP_SYS (lseek) },
  { SCMP_SYS (poll) },
  { SCMP_SYS (ppoll) },
  { SCMP_SYS (ppoll_time64) },
  { SCMP_SYS (pread64) },
  { SCMP_SYS (read) },
  { SCMP_SYS (readv) },
  { SCMP_SYS (recv) },
  { SCMP_SYS (recvfrom) },
  { SCMP_SYS (recvmsg) },
  { SCMP_SYS (send) },
  { SCMP_SYS (sendto) },
  { SCMP_SYS (write) },
  { SCMP_SYS (writev) },
  /* What became of it: its length, libpcap's counters, and whether the link is up. */
  { SCMP_SYS (fstat) },
  { SCMP_SYS (fstat64) },
  { SCMP_SYS (getsockname) },
  { SCMP_SYS (getsockopt) },
  { SCMP_SYS (ioctl), 1, SCMP_CMP_EQ, SIOCGIFFLAGS },
  /* The time, which not every kernel tells without a call, and sleeping. */
  { SCMP_SYS (clock_getres) },
  { SCMP_SYS (clock_gettime) },
  { SCMP_SYS (clock_gettime64) },
  { SCMP_SYS (clock_nanosleep) },
  { SCMP_SYS (gettimeofday) },
  { SCMP_SYS (nanosleep) },
  { SCMP_SYS (time) },
  /* Locks of the C library, and what it registers for a thread: its own memory. */
  { SCMP_SYS (futex) },
  { SCMP_SYS (futex_time64) },
  { SCMP_SYS (membarrier) },
  { SCMP_SYS (rseq) },
  { SCMP_SYS (sched_yield) },
  { SCMP_SYS (set_robust_list) },
  { SCMP_SYS (set_tid_address) },
  /* Who and where it is: malloc() has an arena for each processor and asks how many there are. */
  { SCMP_SYS (getcpu) },
  { SCMP_SYS (getegid) },
  { SCMP_SYS (geteuid) },
  { SCMP_SYS (getgid) },
  { SCMP_SYS (getpid) },
  { SCMP_SYS (getppid) },
  { SCMP_SYS (getrandom) },
  { SCMP_SYS (gettid) },
  { SCMP_SYS (getuid) },
  { SCMP_SYS (sched_getaffinity) },
  /* Limits are looked at, not changed: the pointer to new ones is NULL. */
  { SCMP_SYS (prlimit64), 2, SCMP_CMP_EQ, 0 },
  { SCMP_SYS (getrlimit) },
  { SCMP_SYS (ugetrlimit) },
  /* Signals to itself: abort() is to be seen for what it is. Others are added with its own id. */
  { SCMP_SYS (restart_syscall) },
  { SCMP_SYS (rt_sigaction) },
  { SCMP_SYS (rt_sigprocmask) },
  { SCMP_SYS (rt_sigreturn) },
  { SCMP_SYS (sigaltstack) },
  { SCMP_SYS (sigreturn) },
  { SCMP_SYS (exit) },
  { SCMP_SYS (exit_group) },
};

/* What libraries may try, and do without: it fails, and nothing more. Whatever takes a path is among them, for a filter
 * cannot read it. */
static const int denied[] = {
  SCMP_SYS (access), SCMP_SYS (faccessat), SCMP_SYS (faccessat2), SCMP_SYS (fstatat64), SCMP_SYS (newfstatat),
  SCMP_SYS (open), SCMP_SYS (openat), SCMP_SYS (openat2), SCMP_SYS (prctl), SCMP_SYS (readlink),
  SCMP_SYS (readlinkat), SCMP_SYS (setsockopt), SCMP_SYS (socket), SCMP_SYS (stat), SCMP_SYS (stat64),
  SCMP_SYS (statx), SCMP_SYS (sysinfo), SCMP_SYS (uname),
};

/**
 * sluice_sandbox_open_nowhere:
 *
 * Makes a folder and removes it: who lives there sees no file and can make none.
 *
 * Returns: a descriptor of it, or -1 where the caller is not root, who alone may move there, or where it cannot be had
 */
int
sluice_sandbox_open_nowhere (void)
{
  g_autofree char *path = NULL;
  int fd;

  if (geteuid () != 0)
    return -1;
  path = g_dir_make_tmp ("sluice-XXXXXX", NULL);
  if (path == NULL)
    return -1;
  fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_rmdir (path);
  return fd;
}

static gboolean
close_others (const int *keep, guint n_keep)
{
  unsigned int from = 0;

  /* @keep need not be in order: the next one is looked for each time. */
  for (;;)
    {
      unsigned int next = G_MAXUINT;

      for (guint i = 0; i < n_keep; i++)
        if (keep[i] >= 0 && (unsigned int) keep[i] >= from)
          next = MIN (next, (unsigned int) keep[i]);
      if (next > from && syscall (SYS_close_range, from, next == G_MAXUINT ? next : next - 1, 0) != 0)
        return FALSE;
      if (next == G_MAXUINT)
        return TRUE;
      from = next + 1;
    }
}

static gboolean
leave_files (int nowhere)
{
  if (geteuid () != 0)
    return TRUE;
  if (nowhere < 0 || fchdir (nowhere) != 0)
    return FALSE;
  /* In a user namespace of somebody who is no root outside it may be refused; the filter holds all the same. */
  return chroot (".") == 0 || errno == EPERM;
}

/* Raw calls: the library's would speak to threads that this process, just forked, does not have. */
static gboolean
leave_user (void)
{
  uid_t real, effective, saved;

  if (geteuid () != 0)
    return TRUE;
  if (syscall (SYS_setgroups, 0, NULL) != 0 && errno != EPERM)
    return FALSE;
  if (syscall (SYS_setresgid, NOBODY, NOBODY, NOBODY) != 0 || syscall (SYS_setresuid, NOBODY, NOBODY, NOBODY) != 0)
    /* A user namespace without that user: there root is nobody else outside, and capabilities go next. */
    return errno == EINVAL;
  return getresuid (&real, &effective, &saved) == 0 && real == NOBODY && effective == NOBODY && saved == NOBODY;
}

static gboolean
drop_bounding_set (void)
{
  for (int i = 0; prctl (PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
    /* Who may not is nobody special, and has no capability that the empty sets below would leave. */
    if (prctl (PR_CAPBSET_DROP, i, 0, 0, 0) != 0 && errno != EPERM)
      return FALSE;
  return TRUE;
}

static gboolean
drop_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2] = { { 0 } };

  if (syscall (SYS_capset, &header, data) != 0)
    return FALSE;
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  memset (data, 0xff, sizeof data);
  if (syscall (SYS_capget, &header, data) != 0 || data[0].effective != 0 || data[0].permitted != 0
      || data[1].effective != 0 || data[1].permitted != 0)
    return FALSE;
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* After the change of user, which would undo it. */
static gboolean
follow_parent (pid_t parent)
{
  return prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid () == parent;
}

static int
add_rules (scmp_filter_ctx filter)
{
  int code = seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

  /* Calls that this machine does not have are left out by the library. */
  for (guint i = 0; code == 0 && i < G_N_ELEMENTS (allowed); i++)
    {
      const Rule *rule = &allowed[i];
      const struct scmp_arg_cmp condition = { rule->argument, rule->compare, rule->value, rule->masked };

      code = seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, rule->call, rule->compare != 0, &condition);
    }
  for (guint i = 0; code == 0 && i < G_N_ELEMENTS (denied); i++)
    code = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), denied[i], 0);
  if (code == 0)
    code = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, SCMP_A0 (SCMP_CMP_EQ, (guint) getpid ()));
  return code;
}

static gboolean
load_filter (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  int code;

  if (filter == NULL)
    {
      errno = ENOMEM;
      return FALSE;
    }
  code = add_rules (filter);
  if (code == 0)
    code = seccomp_load (filter);
  seccomp_release (filter);
  errno = -code;
  return code == 0;
}

/* Whatever those that built the kernel and the filter thought: it is tried. */
static gboolean
prove (void)
{
  int fd = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 || errno != EPERM)
    return FALSE;
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return fd < 0 && errno == EPERM;
}

/**
 * sluice_sandbox_enter:
 * @nowhere: from sluice_sandbox_open_nowhere()
 * @keep: descriptors that stay open
 * @n_keep: how many
 * @parent: who must be alive for this process to be
 * @errno_out: (out): the system's word, where it does not end closed
 *
 * Takes everything from this process but computing, memory and @keep: files, the root user, capabilities, and by
 * seccomp(2) all system calls that parsing does not need. Then it tries what must fail. For a process that has
 * just been forked; it takes no lock, and there is no way back, from failure neither.
 *
 * Returns: %SLUICE_SANDBOX_CLOSED, or where it stuck
 */
SluiceSandboxStage
sluice_sandbox_enter (int nowhere, const int *keep, guint n_keep, pid_t parent, int *errno_out)
{
  SluiceSandboxStage stage = SLUICE_SANDBOX_CLOSED;

  if (!leave_files (nowhere))
    stage = SLUICE_SANDBOX_FILES;
  else if (!close_others (keep, n_keep))
    stage = SLUICE_SANDBOX_DESCRIPTORS;
  else if (!drop_bounding_set ())
    stage = SLUICE_SANDBOX_CAPABILITIES;
  else if (!leave_user ())
    stage = SLUICE_SANDBOX_USER;
  else if (!drop_capabilities ())
    stage = SLUICE_SANDBOX_CAPABILITIES;
  else if (!follow_parent (parent))
    stage = SLUICE_SANDBOX_PARENT;
  else if (!load_filter ())
    stage = SLUICE_SANDBOX_FILTER;
  else if (!prove ())
    stage = SLUICE_SANDBOX_PROOF;
  *errno_out = errno;
  return stage;
}

/**
 * sluice_sandbox_explain:
 * @stage: where it stuck
 * @code: the system's word
 *
 * Returns: (transfer full): a sentence for people
 */
char *
sluice_sandbox_explain (SluiceSandboxStage stage, int code)
{
  static const char *const things[SLUICE_SANDBOX_N_STAGES] = {
    [SLUICE_SANDBOX_DESCRIPTORS] = N_("its open files"),
    [SLUICE_SANDBOX_FILES] = N_("the file system"),
    [SLUICE_SANDBOX_USER] = N_("the rights of root"),
    [SLUICE_SANDBOX_CAPABILITIES] = N_("its capabilities"),
    [SLUICE_SANDBOX_PARENT] = N_("a life of its own"),
    [SLUICE_SANDBOX_FILTER] = N_("system calls"),
    [SLUICE_SANDBOX_PROOF] = N_("system calls, as a trial showed"),
  };

  g_return_val_if_fail (stage > SLUICE_SANDBOX_CLOSED && stage < SLUICE_SANDBOX_N_STAGES, NULL);
  return g_strdup_printf (_("No packet was read: the process that parses packets could not give up %s (%s)."),
                          _(things[stage]), g_strerror (code));
}
