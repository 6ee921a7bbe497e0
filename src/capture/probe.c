#include "capture/probe.h"

#include "capture/decoder-process.h"
#include "capture/link-table.h"
#include "capture/source.h"
#include "owner/connect-trace.h"
#include "owner/owner-table.h"
#include "owner/sock-diag.h"

#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The inode of the first user namespace's file, PROC_USER_INIT_INO of the kernel's proc_ns.h. */
#define FIRST_USER_NAMESPACE 0xEFFFFFFDU

/* The effective set, by capget(2): /proc may be what is missing. */
static guint64
effective_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

  if (syscall (SYS_capget, &header, data) != 0)
    return 0;
  return (guint64) data[1].effective << 32 | data[0].effective;
}

/* The root of a user namespace has every capability, but only over what belongs to that. */
static gboolean
in_first_user_namespace (void)
{
  struct stat file;

  return stat ("/proc/self/ns/user", &file) != 0 || file.st_ino == FIRST_USER_NAMESPACE;
}

/* Protocol 0 receives nothing. */
static gboolean
may_read_packets (void)
{
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

static gboolean
has_all (guint64 set, guint64 wanted)
{
  return (set & wanted) == wanted;
}

static void
ignore_socket_cb (const SluiceSocket *socket, gpointer user_data)
{
}

static void
probe_kernel_tier (SluiceProbe *probe)
{
  g_autoptr (GError) links_error = NULL;
  g_autoptr (GError) sockets_error = NULL;
  g_autoptr (SluiceLinkTable) links = sluice_link_table_new ("/sys", &links_error);
  g_autoptr (SluiceSockDiag) sockets = sluice_sock_diag_new (&sockets_error);
  g_autoptr (SluiceOwnerTable) owners = sluice_owner_table_new ("/");
  g_autofree char *own_fds = g_strdup_printf ("/proc/%d/fd", (int) getpid ());

  probe->links = links != NULL && sluice_link_table_refresh (links, &links_error);
  probe->sockets
      = sockets != NULL && sluice_sock_diag_list (sockets, IPPROTO_TCP, ignore_socket_cb, NULL, &sockets_error);
  probe->hears_ends = sockets != NULL && sluice_sock_diag_hears_ends (sockets);
  probe->sees_own = access (own_fds, R_OK | X_OK) == 0;
  probe->sees_everyone = sluice_source_sees_everyone (owners);
  if (links_error != NULL)
    probe->links_error = g_strdup (links_error->message);
  if (sockets_error != NULL)
    probe->sockets_error = g_strdup (sockets_error->message);
}

static void
probe_packets_tier (SluiceProbe *probe)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *lsof = g_find_program_in_path ("lsof");
  g_autoptr (GError) connects_error = NULL;
  g_autoptr (SluiceConnectTrace) connects = sluice_connect_trace_new (&connects_error);

  probe->net_raw = may_read_packets ();
  probe->lsof = lsof != NULL;
  probe->parser = sluice_decoder_process_try (&error);
  probe->connects = connects != NULL;
  if (error != NULL)
    probe->parser_error = g_strdup (error->message);
  if (connects_error != NULL)
    probe->connects_error = g_strdup (connects_error->message);
}

/**
 * sluice_probe_new:
 *
 * Tries what each tier needs. Takes a few milliseconds and changes nothing.
 *
 * Returns: (transfer full): what was found
 */
SluiceProbe *
sluice_probe_new (void)
{
  static const char *const cgroup2_places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
  SluiceProbe *probe = g_new0 (SluiceProbe, 1);
  guint64 capabilities = effective_capabilities ();
  struct utsname name;

  probe_kernel_tier (probe);
  probe_packets_tier (probe);
  probe->sandboxed = access ("/.flatpak-info", F_OK) == 0;
  probe->root = geteuid () == 0;
  probe->bpf = has_all (capabilities, G_GUINT64_CONSTANT (1) << CAP_BPF | G_GUINT64_CONSTANT (1) << CAP_PERFMON
                                        | G_GUINT64_CONSTANT (1) << CAP_NET_ADMIN)
               && in_first_user_namespace ();
  probe->btf = access ("/sys/kernel/btf/vmlinux", R_OK) == 0;
  for (guint i = 0; probe->cgroup2 == NULL && i < G_N_ELEMENTS (cgroup2_places); i++)
    {
      g_autofree char *controllers = g_build_filename (cgroup2_places[i], "cgroup.controllers", NULL);

      if (access (controllers, R_OK) == 0)
        probe->cgroup2 = g_strdup (cgroup2_places[i]);
    }
  if (uname (&name) == 0)
    probe->kernel = g_strdup (name.release);
  probe->geo = sluice_geo_new (g_getenv (SLUICE_GEO_VARIABLE));
  sluice_geo_refresh (probe->geo, g_get_monotonic_time ());
  return probe;
}

void
sluice_probe_free (SluiceProbe *probe)
{
  g_free (probe->cgroup2);
  g_free (probe->kernel);
  g_clear_pointer (&probe->geo, sluice_geo_free);
  g_free (probe->links_error);
  g_free (probe->sockets_error);
  g_free (probe->parser_error);
  g_free (probe->connects_error);
  g_free (probe);
}
