#include "capture/probe.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_agrees (void)
{
  g_autoptr (SluiceProbe) probe = sluice_probe_new ();

  /* What cannot be had has a reason, and only that. */
  g_assert_true (probe->links == (probe->links_error == NULL));
  g_assert_true (probe->sockets == (probe->sockets_error == NULL));
  g_assert_true (probe->connects == (probe->connects_error == NULL));
  g_assert_true (probe->links);
  g_assert_true (probe->sees_own);
  g_assert_nonnull (probe->kernel);
  g_assert_true (!probe->sees_everyone || geteuid () == 0);
  g_assert_true (probe->sandboxed == g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS));
  if (probe->cgroup2 != NULL)
    {
      g_autofree char *controllers = g_build_filename (probe->cgroup2, "cgroup.controllers", NULL);

      g_assert_true (g_file_test (controllers, G_FILE_TEST_IS_REGULAR));
    }
  g_assert_true (probe->btf == g_file_test ("/sys/kernel/btf/vmlinux", G_FILE_TEST_EXISTS));
}

static void
test_root (void)
{
  static const guint8 capabilities[]
      = { CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_PTRACE, CAP_PERFMON, CAP_BPF };
  g_autofree char *status = NULL;
  g_autoptr (SluiceProbe) probe = NULL;
  guint64 wanted = 0;

  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    wanted |= G_GUINT64_CONSTANT (1) << capabilities[i];
  if (geteuid () != 0)
    {
      g_test_skip ("needs root");
      return;
    }
  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  if ((g_ascii_strtoull (strstr (status, "CapEff:") + 8, NULL, 16) & wanted) != wanted)
    {
      g_test_skip ("needs the capabilities that root has outside a container");
      return;
    }
  probe = sluice_probe_new ();
  g_assert_true (probe->sees_everyone);
  g_assert_true (probe->net_raw);
  g_assert_true (probe->bpf);
  g_assert_true (probe->hears_ends);
}

/* What a child ends with where the kernel does not let it become what it should. */
#define SKIP 77

/* What somebody without any privilege finds, from a process of theirs. */
static int
probe_as_nobody (void)
{
  g_autoptr (SluiceProbe) probe = NULL;

  if (setgid (65534) != 0 || setuid (65534) != 0)
    return 1;
  probe = sluice_probe_new ();
  if (probe->sees_everyone || probe->net_raw || probe->bpf)
    return 2;
  return probe->links && probe->sockets ? 0 : 3;
}

/* What the root of a user namespace finds, who is nobody outside. */
static int
probe_as_mapped_root (void)
{
  g_autoptr (SluiceProbe) probe = NULL;
  int map;

  if (setgid (65534) != 0 || setuid (65534) != 0)
    return 1;
  /* Who changed user may not write its own map but so. */
  if (prctl (PR_SET_DUMPABLE, 1) != 0 || unshare (CLONE_NEWUSER) != 0)
    return SKIP;
  map = open ("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
  if (map < 0 || write (map, "0 65534 1", 9) != 9 || close (map) != 0)
    return SKIP;
  probe = sluice_probe_new ();
  return probe->root && !probe->sees_everyone && !probe->net_raw && !probe->bpf ? 0 : 2;
}

/* Lets a process of its own look, which gives up what root may do. */
static void
probe_in_child (int (*func) (void))
{
  pid_t child;
  int status;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root");
      return;
    }
  child = fork ();
  if (child == 0)
    _exit (func ());
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == SKIP)
    g_test_skip ("needs user namespaces");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
test_nobody (void)
{
  probe_in_child (probe_as_nobody);
}

static void
test_mapped_root (void)
{
  probe_in_child (probe_as_mapped_root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/probe/what-is-missing-has-its-reason", test_agrees);
  g_test_add_func ("/probe/root/root-may-do-all", test_root);
  g_test_add_func ("/probe/root/nobody-has-the-kernel-tier-and-no-more", test_nobody);
  g_test_add_func ("/probe/root/the-root-of-a-user-namespace-is-nobody-outside", test_mapped_root);

  return g_test_run ();
}
