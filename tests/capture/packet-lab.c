/* Real programs, a real kernel and real packets: whose they are. A raw socket takes the packets from the links. */

#include "capture/packet-meter.h"
#include "decode/packet.h"

#include "../deadline.h"
#include "../network-namespace.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#define PORT 5000
#define DATAGRAM 1000
#define TICK (250 * 1000)
/* How soon after a flow began its owner is looked for. */
#define NOTE (10 * 1000)

/* What the test's program does when it is another: copies of this executable are run under names of their own. */

static void
fill_address (const char *text, struct sockaddr_in *address)
{
  *address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons (PORT) };
  if (inet_pton (AF_INET, text, &address->sin_addr) != 1)
    _exit (2);
}

static int
send_datagrams (const char *to, gboolean connected)
{
  struct sockaddr_in there;
  int fd = socket (AF_INET, SOCK_DGRAM, 0);
  char bytes[DATAGRAM] = { 0 };

  fill_address (to, &there);
  if (connected && connect (fd, (struct sockaddr *) &there, sizeof there) != 0)
    return 1;
  for (guint i = 0; i < 400; i++)
    {
      if (connected)
        send (fd, bytes, sizeof bytes, 0);
      else
        sendto (fd, bytes, sizeof bytes, 0, (struct sockaddr *) &there, sizeof there);
      g_usleep (2000);
    }
  return 0;
}

static int
take_datagrams (int family)
{
  int fd = socket (family, SOCK_DGRAM, 0);
  struct sockaddr_in6 any = { .sin6_family = (sa_family_t) family, .sin6_port = htons (PORT) };
  char bytes[DATAGRAM];
  int yes = 1;

  setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  if (bind (fd, (struct sockaddr *) &any, family == AF_INET ? sizeof (struct sockaddr_in) : sizeof any) != 0)
    return 1;
  while (recv (fd, bytes, sizeof bytes, 0) >= 0)
    ;
  return 0;
}

static int
serve_by_children (void)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in here;
  char bytes[65536];
  int yes = 1;

  fill_address ("0.0.0.0", &here);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  signal (SIGCHLD, SIG_IGN);
  if (bind (fd, (struct sockaddr *) &here, sizeof here) != 0 || listen (fd, 64) != 0)
    return 1;
  for (;;)
    {
      int client = accept (fd, NULL, NULL);

      if (fork () == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          while (read (client, bytes, sizeof bytes) > 0)
            ;
          _exit (0);
        }
      close (client);
    }
}

static int
send_stream (const char *to, guint n_chunks, gulong pause)
{
  struct sockaddr_in there;
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  char bytes[20000] = { 0 };

  fill_address (to, &there);
  if (connect (fd, (struct sockaddr *) &there, sizeof there) != 0)
    return 1;
  for (guint i = 0; i < n_chunks; i++)
    {
      if (write (fd, bytes, sizeof bytes) < 0)
        return 1;
      g_usleep (pause);
    }
  return 0;
}

static int
play (const char *role, const char *to)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (g_str_equal (role, "connected"))
    return send_datagrams (to, TRUE);
  if (g_str_equal (role, "unconnected"))
    return send_datagrams (to, FALSE);
  if (g_str_equal (role, "wildcard"))
    return take_datagrams (AF_INET);
  if (g_str_equal (role, "dual"))
    return take_datagrams (AF_INET6);
  if (g_str_equal (role, "forks"))
    return serve_by_children ();
  if (g_str_equal (role, "stream"))
    return send_stream (to, 30, 20000);
  if (g_str_equal (role, "short"))
    return send_stream (to, 1, 50000);
  pause ();
  return 0;
}

/* This namespace has va, 10.88.0.1, to one where vb is 10.88.0.2; and a bridge whose ports lead to 10.89.0.2 and .3. */
enum
{
  BEYOND,
  LEFT,
  RIGHT,
  N_HOSTS,
};

typedef struct
{
  char *folder;
  GPid hosts[N_HOSTS];
  SluiceLinkTable *links;
  SluiceFlowOwners *owners;
  SluicePacketMeter *meter;
  int packets[2]; /* from va and from the bridge's left port */
  GHashTable *slots;
  SluiceReport *report;
  GArray *pending; /* SluiceFlowReport, by slot */
  gint64 noted;    /* when a flow began that was not reported yet */
  GHashTable *bytes; /* program's name → bytes charged */
  guint64 causes[SLUICE_N_CAUSES];
  guint64 all;
} Lab;

static GPid
start (Lab *lab, gint host, const char *name, const char *role, const char *to)
{
  g_autofree char *program = g_build_filename (lab->folder, name, NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *target = g_strdup_printf ("%d", host >= 0 ? (int) lab->hosts[host] : 0);
  const char *plain[] = { program, "--play", role, to, NULL };
  const char *entered[] = { "nsenter", "-n", "-t", target, program, "--play", role, to, NULL };
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  GPid pid;

  if (access (program, X_OK) != 0)
    {
      g_file_get_contents (self, &bytes, &length, &error);
      g_assert_no_error (error);
      g_file_set_contents_full (program, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0755, &error);
      g_assert_no_error (error);
    }
  g_spawn_async (NULL, (char **) (host >= 0 ? entered : plain), NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                 NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

static void
stop (GPid pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

/* A process that keeps a namespace. */
static GPid
make_host (void)
{
  int ready[2];
  char byte;
  GPid child;

  g_assert_no_errno (pipe (ready));
  child = fork ();
  if (child == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (unshare (CLONE_NEWNET) != 0 || write (ready[1], "r", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return child;
}

static void
lay_cable (GPid host, const char *here, const char *there, const char *address)
{
  g_autofree char *add = g_strdup_printf ("link add %s type veth peer name %s netns %d", here, there, (int) host);
  g_autofree char *up = g_strdup_printf ("link set %s up", here);
  g_autofree char *inside = g_strdup_printf ("nsenter -n -t %d sh -c 'ip addr add %s dev %s; ip link set %s up'",
                                             (int) host, address, there, there);
  g_auto (GStrv) command = NULL;
  int status;

  ip (add);
  ip (up);
  g_assert_true (g_shell_parse_argv (inside, NULL, &command, NULL));
  g_assert_true (g_spawn_sync (NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static int
capture (const char *name)
{
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons (ETH_P_ALL));
  struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_protocol = htons (ETH_P_ALL) };
  int size = 16 << 20;

  link.sll_ifindex = (int) if_nametoindex (name);
  g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size));
  g_assert_no_errno (bind (fd, (struct sockaddr *) &link, sizeof link));
  return fd;
}

static Lab *
lab_new (void)
{
  char *names[] = { (char *) "va", (char *) "vl", NULL };
  const SluiceMeterScope scope = { FALSE, names };
  g_autoptr (GError) error = NULL;
  Lab *lab;

  if (!enter_namespace ())
    return NULL;
  lab = g_new0 (Lab, 1);
  lab->folder = g_dir_make_tmp ("sluice-lab-XXXXXX", NULL);
  for (guint i = 0; i < N_HOSTS; i++)
    lab->hosts[i] = make_host ();
  lay_cable (lab->hosts[BEYOND], "va", "vb", "10.88.0.2/24");
  ip ("addr add 10.88.0.1/24 dev va");
  lay_cable (lab->hosts[LEFT], "vl", "eth0", "10.89.0.2/24");
  lay_cable (lab->hosts[RIGHT], "vr", "eth0", "10.89.0.3/24");
  ip ("link add br0 type bridge");
  ip ("link set vl master br0");
  ip ("link set vr master br0");
  ip ("link set br0 up");
  g_usleep (500000);
  lab->links = sluice_link_table_new ("/sys", &error);
  g_assert_no_error (error);
  g_assert_true (sluice_link_table_refresh (lab->links, &error));
  lab->owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  lab->meter = sluice_packet_meter_new (lab->links, lab->owners, &scope);
  for (guint i = 0; i < 2; i++)
    {
      lab->packets[i] = capture (names[i]);
      sluice_packet_meter_set_link (lab->meter, i,
                                    sluice_link_table_find_name (lab->links, names[i])->record->instance);
    }
  lab->slots = g_hash_table_new_full (sluice_flow_key_hash, sluice_flow_key_equal, g_free, NULL);
  lab->pending = g_array_new (FALSE, TRUE, sizeof (SluiceFlowReport));
  lab->report = sluice_report_new ();
  lab->bytes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return lab;
}

static void
remove_programs (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_no_errno (unlink (path));
    }
  g_assert_no_errno (rmdir (folder));
}

static void
lab_free (Lab *lab)
{
  sluice_packet_meter_free (lab->meter);
  sluice_flow_owners_free (lab->owners);
  sluice_link_table_free (lab->links);
  for (guint i = 0; i < N_HOSTS; i++)
    stop (lab->hosts[i]);
  close (lab->packets[0]);
  close (lab->packets[1]);
  remove_programs (lab->folder);
  g_free (lab->folder);
  g_hash_table_unref (lab->slots);
  g_hash_table_unref (lab->bytes);
  g_array_unref (lab->pending);
  sluice_report_free (lab->report);
  g_free (lab);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lab, lab_free)

static SluiceFlowReport *
find_flow (Lab *lab, guint link, const SluicePacket *packet, gboolean outgoing)
{
  SluiceFlowReport flow = { .generation = 1, .link = link, .flags = SLUICE_FLOW_NEW };
  gpointer slot;
  SluiceFlowKey swapped;

  /* Of what passes through, who spoke first stands for the local side. */
  if (link == 1)
    {
      sluice_flow_key_init (&swapped, packet->protocol, &packet->destination, packet->destination_port,
                            &packet->source, packet->source_port);
      outgoing = !g_hash_table_contains (lab->slots, &swapped);
    }
  sluice_flow_key_init (&flow.key, packet->protocol, outgoing ? &packet->source : &packet->destination,
                        outgoing ? packet->source_port : packet->destination_port,
                        outgoing ? &packet->destination : &packet->source,
                        outgoing ? packet->destination_port : packet->source_port);
  if (!g_hash_table_lookup_extended (lab->slots, &flow.key, NULL, &slot))
    {
      slot = GUINT_TO_POINTER (lab->pending->len);
      flow.slot = lab->pending->len;
      /* The bridge's ports have no address of this machine. */
      if (link == 1 && flow.key.local.family != SLUICE_FAMILY_NONE)
        flow.flags |= SLUICE_FLOW_FORWARDED;
      g_array_append_val (lab->pending, flow);
      g_hash_table_insert (lab->slots, g_memdup2 (&flow.key, sizeof flow.key), slot);
      if (lab->noted == 0)
        lab->noted = g_get_monotonic_time ();
    }
  return &g_array_index (lab->pending, SluiceFlowReport, GPOINTER_TO_UINT (slot));
}

static void
drain (Lab *lab)
{
  for (guint link = 0; link < 2; link++)
    for (;;)
      {
        guint8 bytes[256];
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        gssize length
            = recvfrom (lab->packets[link], bytes, sizeof bytes, MSG_TRUNC, (struct sockaddr *) &from, &size);
        gboolean outgoing = from.sll_pkttype == PACKET_OUTGOING;
        SluicePacket packet;
        SluiceFlowReport *flow;

        if (length < 0)
          break;
        sluice_packet_decode (SLUICE_LINK_ETHERNET, bytes, MIN ((guint32) length, sizeof bytes), (guint32) length,
                              &packet);
        flow = find_flow (lab, link, &packet, outgoing);
        flow->bytes[outgoing ? SLUICE_TX : SLUICE_RX] += (guint64) length;
        flow->packets[outgoing ? SLUICE_TX : SLUICE_RX]++;
        flow->payload[outgoing ? SLUICE_TX : SLUICE_RX] += packet.payload_length;
      }
}

static void
report (Lab *lab)
{
  for (guint i = 0; i < lab->pending->len; i++)
    {
      SluiceFlowReport *flow = &g_array_index (lab->pending, SluiceFlowReport, i);

      if (flow->packets[SLUICE_RX] + flow->packets[SLUICE_TX] == 0)
        continue;
      g_array_append_val (lab->report->flows, *flow);
      flow->flags &= ~(guint32) SLUICE_FLOW_NEW;
      memset (flow->bytes, 0, sizeof flow->bytes);
      memset (flow->packets, 0, sizeof flow->packets);
      memset (flow->payload, 0, sizeof flow->payload);
    }
  lab->noted = 0;
  sluice_packet_meter_add_report (lab->meter, lab->report, g_get_monotonic_time ());
  sluice_report_clear (lab->report);
}

static void
add_up (Lab *lab, const SluiceSample *sample)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);
      guint64 *sum = g_hash_table_lookup (lab->bytes, row->program->name);

      if (sum == NULL)
        {
          sum = g_new0 (guint64, 1);
          g_hash_table_insert (lab->bytes, g_strdup (row->program->name), sum);
        }
      *sum += row->bytes[SLUICE_RX] + row->bytes[SLUICE_TX];
    }
  for (guint i = 0; i < sample->interfaces->len; i++)
    for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
      {
        const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

        lab->all += row->bytes[d];
        for (guint cause = 0; cause < SLUICE_N_CAUSES; cause++)
          lab->causes[cause] += row->unattributed[cause][d];
      }
}

static void
tick (Lab *lab)
{
  g_autoptr (SluiceSample) sample = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  gint64 now = g_get_monotonic_time ();

  g_assert_true (sluice_link_table_refresh (lab->links, &error));
  sluice_flow_owners_read (lab->owners, now, &fault);
  g_assert_null (fault);
  drain (lab);
  report (lab);
  sample = sluice_packet_meter_end (lab->meter, TRUE, now, now);
  g_assert_true (sluice_sample_check_books (sample, &error));
  g_assert_no_error (error);
  add_up (lab, sample);
}

/* Watches for so long, as a source does: a note soon after a flow began, a sample every tick. */
static void
watch (Lab *lab, guint ticks)
{
  for (guint i = 0; i < ticks; i++)
    {
      gint64 end = g_get_monotonic_time () + TICK;

      while (g_get_monotonic_time () < end)
        {
          struct pollfd waiting[] = { { lab->packets[0], POLLIN, 0 }, { lab->packets[1], POLLIN, 0 } };

          poll (waiting, 2, 5);
          drain (lab);
          if (lab->noted != 0 && g_get_monotonic_time () - lab->noted >= NOTE)
            report (lab);
        }
      tick (lab);
    }
}

/* At least so many hundredths of what the links carried, the kernel's own apart, are this program's: half as many where
 * a sanitizer makes looking slower than those that are looked at live. */
static void
assert_share (Lab *lab, const char *name, guint percent)
{
  const guint64 *bytes = g_hash_table_lookup (lab->bytes, name);
  guint64 all = lab->all - lab->causes[SLUICE_CAUSE_KERNEL];

  g_test_message ("%s has %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes, %.2f %%; kernel %" G_GUINT64_FORMAT
                  ", forwarded %" G_GUINT64_FORMAT ", not seen %" G_GUINT64_FORMAT,
                  name, bytes != NULL ? *bytes : 0, all, bytes != NULL ? 100.0 * *bytes / all : 0.0,
                  lab->causes[SLUICE_CAUSE_KERNEL], lab->causes[SLUICE_CAUSE_FORWARDED],
                  lab->causes[SLUICE_CAUSE_NOT_SEEN]);
  g_assert_cmpuint (all, >, 100000);
  g_assert_nonnull (bytes);
  if (IS_SANITIZED)
    percent /= 2;
  g_assert_cmpuint (*bytes * 100, >=, all * percent);
}

static void
test_sender (gconstpointer role)
{
  g_autoptr (Lab) lab = lab_new ();
  GPid sink, sender;

  if (lab == NULL)
    return;
  sink = start (lab, BEYOND, "sink", "wildcard", "");
  watch (lab, 2);
  sender = start (lab, -1, "alpha", role, "10.88.0.2");
  watch (lab, 6);
  stop (sender);
  stop (sink);
  watch (lab, 1);
  assert_share (lab, "alpha", 90);
}

static void
test_receiver (gconstpointer role)
{
  g_autoptr (Lab) lab = lab_new ();
  GPid sinks[2], sender;

  if (lab == NULL)
    return;
  /* Two processes that share the port. */
  for (guint i = 0; i < 2; i++)
    sinks[i] = start (lab, -1, "alpha", role, "");
  watch (lab, 2);
  sender = start (lab, BEYOND, "beta", "unconnected", "10.88.0.1");
  watch (lab, 6);
  stop (sender);
  for (guint i = 0; i < 2; i++)
    stop (sinks[i]);
  assert_share (lab, "alpha", 90);
}

static void
test_forks (void)
{
  g_autoptr (Lab) lab = lab_new ();
  GPid server, clients[5];

  if (lab == NULL)
    return;
  server = start (lab, -1, "alpha", "forks", "");
  watch (lab, 2);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = start (lab, BEYOND, "beta", "stream", "10.88.0.1");
  watch (lab, 5);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    stop (clients[i]);
  stop (server);
  assert_share (lab, "alpha", 90);
}

static void
test_short (void)
{
  g_autoptr (Lab) lab = lab_new ();
  GPid server;

  if (lab == NULL)
    return;
  server = start (lab, BEYOND, "beta", "forks", "");
  watch (lab, 2);
  for (guint i = 0; i < 10; i++)
    {
      GPid clients[5];

      for (guint c = 0; c < G_N_ELEMENTS (clients); c++)
        clients[c] = start (lab, -1, "alpha", "short", "10.88.0.2");
      watch (lab, 1);
      for (guint c = 0; c < G_N_ELEMENTS (clients); c++)
        waitpid (clients[c], NULL, 0);
    }
  stop (server);
  assert_share (lab, "alpha", 80);
}

static void
test_elsewhere (void)
{
  g_autoptr (Lab) lab = lab_new ();
  GPid server, client;

  if (lab == NULL)
    return;
  /* A bridge of this namespace carries what passes between two others. */
  server = start (lab, RIGHT, "beta", "forks", "");
  watch (lab, 2);
  client = start (lab, LEFT, "alpha", "stream", "10.89.0.3");
  watch (lab, 5);
  stop (client);
  stop (server);
  assert_share (lab, "alpha", 90);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--play"))
    return play (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/packet-lab/root/connected-udp", "connected", test_sender);
  g_test_add_data_func ("/packet-lab/root/unconnected-udp", "unconnected", test_sender);
  g_test_add_data_func ("/packet-lab/root/two-processes-at-one-port", "wildcard", test_receiver);
  g_test_add_data_func ("/packet-lab/root/two-processes-at-one-port-of-ipv6-that-speak-ipv4", "dual", test_receiver);
  g_test_add_func ("/packet-lab/root/a-server-with-children", test_forks);
  g_test_add_func ("/packet-lab/root/programs-that-live-for-a-moment", test_short);
  g_test_add_func ("/packet-lab/root/a-program-behind-a-bridge", test_elsewhere);
  return g_test_run ();
}
