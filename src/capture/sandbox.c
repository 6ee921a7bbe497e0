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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's overflow user and group: nobody. */
#define NOBODY 65534
/* What the process may take beyond what it was forked with. */
#define MEMORY_MAX (G_GUINT64_CONSTANT (256) << 20)

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
  SCMP_SYS (statx), SCMP_SYS (sysinfo), SCMP_SYS (uname), SCMP_SYS (write), SCMP_SYS (writev),
};

/* A folder that is there for nobody but who has it open. */
static int
open_removed (const char *template)
{
  g_autofree char *path = g_strdup (template);
  struct stat about;
  int fd;

  if (mkdtemp (path) == NULL)
    return -1;
  fd = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  g_rmdir (path);
  if (fd >= 0 && fstat (fd, &about) == 0 && about.st_uid == 0 && about.st_nlink == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* One that is there anyway, in which only root can make anything. */
static int
open_empty (const char *path)
{
  int fd = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat about;

  if (fd >= 0 && fstat (fd, &about) == 0 && about.st_uid == 0 && (about.st_mode & 022) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/**
 * sluice_sandbox_open_nowhere:
 *
 * Makes a folder and removes it: who lives there sees no file and can make none. Where none can be made, since all is
 * full or read-only, it is one that holds nothing of use. The environment has no say in where.
 *
 * Returns: a descriptor of it, or -1 where the caller is not root, who alone may move there, or where it cannot be had
 */
int
sluice_sandbox_open_nowhere (void)
{
  int fd;

  if (geteuid () != 0)
    return -1;
  fd = open_removed ("/run/sluice-XXXXXX");
  if (fd < 0)
    fd = open_removed ("/tmp/sluice-XXXXXX");
  if (fd < 0)
    fd = open_empty ("/var/empty");
  if (fd < 0)
    fd = open_empty ("/proc/self/fdinfo");
  return fd;
}

/* What others can write to as well, but for the rings of packet sockets, whose lines name a socket. */
static gboolean
forget_shared (const char *line)
{
  unsigned long begin, end;
  char permissions[5];
  const char *path = strchr (line, '/');

  if (sscanf (line, "%lx-%lx %4s", &begin, &end, permissions) != 3 || permissions[1] != 'w' || permissions[3] != 's'
      || (path == NULL && strstr (line, "socket:[") != NULL))
    return TRUE;
  return munmap ((void *) begin, end - begin) == 0; /* NOLINT */
}

/* Goes through the list of mappings, which goes on behind what was unmapped meanwhile. */
static gboolean
leave_shared_memory (void)
{
  char text[8192];
  gsize length = 0;
  gboolean ok = TRUE;
  int fd = open ("/proc/self/maps", O_RDONLY | O_CLOEXEC);

  while (fd >= 0 && ok)
    {
      ssize_t n = read (fd, text + length, sizeof text - 1 - length);
      char *line = text, *stop;

      if (n <= 0)
        {
          ok = n == 0 && length == 0;
          break;
        }
      length += n;
      text[length] = '\0';
      for (; ok && (stop = strchr (line, '\n')) != NULL; line = stop + 1)
        {
          *stop = '\0';
          ok = forget_shared (line);
        }
      length = strlen (line);
      memmove (text, line, length);
    }
  if (fd >= 0)
    close (fd);
  return fd >= 0 && ok;
}

static gboolean
set_limit (int resource, guint64 value)
{
  const struct rlimit limit = { value, value };

  /* A raw call, since the library's has a type of its own for what is limited. */
  return syscall (SYS_prlimit64, 0, resource, &limit, NULL) == 0;
}

/* Sanitizers map terabytes in advance. GCC tells of them by macros, clang (before 22) only by features. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#endif

static gboolean
limit_memory (void)
{
#ifdef IS_SANITIZED
  return TRUE;
#else
  unsigned long pages = 0;
  struct rlimit old;
  guint64 limit;
  FILE *file = fopen ("/proc/self/statm", "re");

  if (file == NULL)
    return FALSE;
  if (fscanf (file, "%lu", &pages) != 1)
    pages = 0;
  fclose (file);
  if (pages == 0 || getrlimit (RLIMIT_AS, &old) != 0)
    return FALSE;
  limit = (guint64) pages * (guint64) sysconf (_SC_PAGESIZE) + MEMORY_MAX;
  return set_limit (RLIMIT_AS, MIN (limit, old.rlim_max));
#endif
}

/* While there are files: what is mapped stands in one. */
static gboolean
leave_memory (void)
{
  return leave_shared_memory () && limit_memory ();
}

/* No file grows, no core is left, and no more descriptors than those that are kept. */
static gboolean
limit_files (const int *keep, guint n_keep)
{
  int last = -1;

  for (guint i = 0; i < n_keep; i++)
    last = MAX (last, keep[i]);
  return set_limit (RLIMIT_FSIZE, 0) && set_limit (RLIMIT_CORE, 0) && set_limit (RLIMIT_NOFILE, last + 1);
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
  if (nowhere < 0)
    errno = ENOTDIR;
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
  if (getresuid (&real, &effective, &saved) != 0)
    return FALSE;
  errno = EPERM;
  return real == NOBODY && effective == NOBODY && saved == NOBODY;
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
  if (syscall (SYS_capget, &header, data) != 0)
    return FALSE;
  errno = EPERM;
  if (data[0].effective != 0 || data[0].permitted != 0
      || data[1].effective != 0 || data[1].permitted != 0)
    return FALSE;
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* After the change of user, which would undo it. */
static gboolean
follow_parent (pid_t parent)
{
  if (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    return FALSE;
  errno = ESRCH;
  return getppid () == parent;
}

static int
add_rules (scmp_filter_ctx filter, int socket)
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
  /* Who has a packet socket may send by it without any right. All 64 bits are compared, and no descriptor gets another
   * number in here. */
  if (code == 0)
    code = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (sendto), 1, SCMP_A0 (SCMP_CMP_EQ, (guint) socket));
  if (code == 0)
    code = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (sendto), 1,
                             SCMP_A0 (SCMP_CMP_NE, (guint) socket));
  if (code == 0)
    code = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, SCMP_A0 (SCMP_CMP_EQ, (guint) getpid ()));
  return code;
}

static gboolean
load_filter (int socket)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  int code;

  if (filter == NULL)
    {
      errno = ENOMEM;
      return FALSE;
    }
  code = add_rules (filter, socket);
  if (code == 0)
    code = seccomp_load (filter);
  seccomp_release (filter);
  errno = -code;
  return code == 0;
}

/* Whatever those that built the kernel and the filter thought: it is tried. */
static gboolean
prove (const int *keep, guint n_keep, int socket_fd)
{
  int fd = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean closed = fd < 0 && errno == EPERM;

  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  closed = closed && fd < 0 && errno == EPERM;
  for (guint i = 0; closed && i < n_keep; i++)
    if (keep[i] >= 0 && keep[i] != socket_fd)
      closed = send (keep[i], "", 0, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EPERM
               && write (keep[i], "", 1) < 0 && errno == EPERM;
  errno = ENOTSUP;
  return closed;
}

/**
 * sluice_sandbox_enter:
 * @nowhere: from sluice_sandbox_open_nowhere()
 * @keep: descriptors that stay open; all but @socket only to be read
 * @n_keep: how many
 * @socket: that of @keep which may be sent to
 * @parent: who must be alive for this process to be
 * @errno_out: (out): the system's word, where it does not end closed
 *
 * Takes everything from this process but computing, some memory of its own and @keep: files, the root user,
 * capabilities, and by seccomp(2) all system calls that parsing does not need. Then it tries what must fail. For a
 * process that has just been forked; it takes no lock, and there is no way back, from failure neither.
 *
 * Returns: %SLUICE_SANDBOX_CLOSED, or where it stuck
 */
SluiceSandboxStage
sluice_sandbox_enter (int nowhere, const int *keep, guint n_keep, int socket, pid_t parent, int *errno_out)
{
  SluiceSandboxStage stage = SLUICE_SANDBOX_CLOSED;

  if (!leave_memory ())
    stage = SLUICE_SANDBOX_MEMORY;
  else if (!leave_files (nowhere))
    stage = SLUICE_SANDBOX_FILES;
  else if (!close_others (keep, n_keep) || !limit_files (keep, n_keep))
    stage = SLUICE_SANDBOX_DESCRIPTORS;
  else if (!drop_bounding_set ())
    stage = SLUICE_SANDBOX_CAPABILITIES;
  else if (!leave_user ())
    stage = SLUICE_SANDBOX_USER;
  else if (!drop_capabilities ())
    stage = SLUICE_SANDBOX_CAPABILITIES;
  else if (!follow_parent (parent))
    stage = SLUICE_SANDBOX_PARENT;
  else if (!load_filter (socket))
    stage = SLUICE_SANDBOX_FILTER;
  else if (!prove (keep, n_keep, socket))
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
    [SLUICE_SANDBOX_MEMORY] = N_("memory that is shared or has no limit"),
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
