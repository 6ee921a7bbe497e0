#include "owner/sock-diag.h"

#include "../netlink-messages.h"
#include "../network-namespace.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <sys/stat.h>

#define PAYLOAD 100000
#define MANY 10000

/* What record.py recorded, message by message. */
static GArray *
parse_recorded (const char *name, guint8 protocol)
{
  GArray *sockets = g_array_new (FALSE, FALSE, sizeof (SluiceSocket));
  gsize length;
  g_autofree char *data = read_recorded (name, &length);

  for (gsize at = 0; at < length;)
    {
      const struct nlmsghdr *header = (const struct nlmsghdr *) (data + at);
      SluiceSocket socket;

      if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY)
        {
          g_assert_true (sluice_sock_diag_parse (header, length - at, protocol, &socket));
          g_array_append_val (sockets, socket);
        }
      at += NLMSG_ALIGN (header->nlmsg_len);
    }
  return sockets;
}

static const SluiceSocket *
find_port (GArray *sockets, guint16 local, guint16 remote)
{
  for (guint i = 0; i < sockets->len; i++)
    {
      const SluiceSocket *socket = &g_array_index (sockets, SluiceSocket, i);

      if (socket->key.local_port == local && socket->key.remote_port == remote)
        return socket;
    }
  g_assert_not_reached ();
}

static void
assert_endpoint (const SluiceAddress *address, const char *text)
{
  char shown[SLUICE_ADDRESS_TEXT_MAX];

  g_assert_cmpstr (sluice_address_to_text (address, shown), ==, text);
}

static void
test_connection (void)
{
  g_autoptr (GArray) sockets = parse_recorded ("sockets-tcp.bin", IPPROTO_TCP);
  const SluiceSocket *client = find_port (sockets, 6001, 5001);
  const SluiceSocket *server = find_port (sockets, 5001, 6001);

  assert_endpoint (&client->key.local, "127.0.0.1");
  assert_endpoint (&client->key.remote, "127.0.0.1");
  g_assert_cmpuint (client->key.protocol, ==, IPPROTO_TCP);
  g_assert_cmpuint (client->state, ==, 1);
  g_assert_cmpuint (client->cookie, !=, 0);
  g_assert_cmpuint (client->cookie, !=, server->cookie);
  g_assert_cmpuint (client->inode, !=, 0);
  g_assert_cmpuint (client->uid, ==, 0);
  g_assert_true (client->has_info);
  g_assert_cmpuint (client->bytes_sent, ==, PAYLOAD);
  g_assert_cmpuint (client->bytes_received, ==, PAYLOAD / 100);
  g_assert_cmpuint (server->bytes_sent, ==, PAYLOAD / 100);
  g_assert_cmpuint (server->bytes_received, ==, PAYLOAD);
  g_assert_cmpuint (client->segments[1], >, 2);
  g_assert_cmpuint (client->rtt_us, >, 0);
  /* IP 20, TCP 20, time stamps 12. */
  g_assert_cmpuint (client->header_bytes, ==, 52);
  g_assert_false (client->ended);
  g_assert_cmpuint (client->bound_ifindex, ==, 0);
}

static void
test_families (void)
{
  g_autoptr (GArray) sockets = parse_recorded ("sockets-tcp.bin", IPPROTO_TCP);
  const SluiceSocket *six = find_port (sockets, 6002, 5002);
  const SluiceSocket *mapped = find_port (sockets, 6004, 5001);

  assert_endpoint (&six->key.local, "::1");
  g_assert_cmpuint (six->header_bytes, ==, 72);
  g_assert_cmpuint (six->bytes_sent, ==, PAYLOAD);
  assert_endpoint (&mapped->key.remote, "127.0.0.1");
  g_assert_cmpuint (mapped->key.local.family, ==, SLUICE_FAMILY_IPV4);
  g_assert_cmpuint (mapped->header_bytes, ==, 52);
}

static void
test_listening (void)
{
  g_autoptr (GArray) sockets = parse_recorded ("sockets-tcp.bin", IPPROTO_TCP);
  const SluiceSocket *listening = find_port (sockets, 5001, 0);

  g_assert_cmpuint (listening->state, ==, 10);
  g_assert_cmpuint (listening->key.remote.family, ==, SLUICE_FAMILY_NONE);
  g_assert_cmpuint (listening->bytes_sent, ==, 0);
  g_assert_cmpuint (find_port (sockets, 6003, 5003)->bound_ifindex, ==, 1);
}

static void
test_fin (void)
{
  g_autoptr (GArray) sockets = parse_recorded ("sockets-tcp.bin", IPPROTO_TCP);
  const SluiceSocket *half = find_port (sockets, 5005, 6005);

  g_assert_cmpuint (half->state, ==, 8);
  g_assert_true (half->fin_received);
  g_assert_cmpuint (half->bytes_received, ==, PAYLOAD);
  g_assert_false (find_port (sockets, 5001, 6001)->fin_received);
}

static void
test_udp (void)
{
  g_autoptr (GArray) sockets = parse_recorded ("sockets-udp.bin", IPPROTO_UDP);
  const SluiceSocket *connected = find_port (sockets, 6102, 5102);

  g_assert_cmpuint (sockets->len, ==, 2);
  g_assert_cmpuint (find_port (sockets, 5101, 0)->key.remote.family, ==, SLUICE_FAMILY_NONE);
  g_assert_cmpuint (connected->key.protocol, ==, IPPROTO_UDP);
  g_assert_cmpuint (connected->state, ==, 0);
  g_assert_false (connected->has_info);
  assert_endpoint (&connected->key.remote, "::1");
}

static void
test_ended (void)
{
  g_autoptr (GArray) before = parse_recorded ("sockets-tcp.bin", IPPROTO_TCP);
  g_autoptr (GArray) ended = parse_recorded ("sockets-ended.bin", IPPROTO_TCP);
  const SluiceSocket *client = find_port (ended, 6001, 5001);
  guint n_known = 0;

  g_assert_cmpuint (client->cookie, ==, find_port (before, 6001, 5001)->cookie);
  g_assert_cmpuint (client->inode, ==, 0);
  g_assert_cmpuint (client->bytes_sent, ==, PAYLOAD);
  for (guint i = 0; i < ended->len; i++)
    n_known += g_array_index (ended, SluiceSocket, i).has_info;
  g_assert_cmpuint (n_known, ==, ended->len);
}

static void
test_not_about_sockets (void)
{
  const struct inet_diag_msg unix_socket = { .idiag_family = AF_UNIX };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SluiceSocket untouched, socket;

  memset (&untouched, 0xa5, sizeof untouched);
  socket = untouched;
  begin_message (bytes, SOCK_DIAG_BY_FAMILY, 0, &unix_socket, sizeof unix_socket);
  g_assert_false (sluice_sock_diag_parse (bytes->data, bytes->len, IPPROTO_TCP, &socket));
  g_assert_false (sluice_sock_diag_parse (bytes->data, 3, IPPROTO_TCP, &socket));
  g_assert_false (sluice_sock_diag_parse (bytes->data, 0, IPPROTO_TCP, &socket));
  g_assert_cmpmem (&socket, sizeof socket, &untouched, sizeof untouched);
}

static void
test_old_kernel (void)
{
  const struct inet_diag_msg message = { .idiag_family = AF_INET, .idiag_state = 1, .id = { .idiag_dport = 1 } };
  struct tcp_info info = { .tcpi_bytes_sent = 5, .tcpi_rtt = 6 };

  for (gsize length = 0; length <= sizeof info; length++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize start = begin_message (bytes, SOCK_DIAG_BY_FAMILY, 0, &message, sizeof message);
      SluiceSocket socket;

      add_attribute (bytes, start, INET_DIAG_INFO, &info, length);
      g_assert_true (sluice_sock_diag_parse (bytes->data, bytes->len, IPPROTO_TCP, &socket));
      g_assert_true (socket.has_info == (length >= G_STRUCT_OFFSET (struct tcp_info, tcpi_bytes_retrans) + 8));
      g_assert_cmpuint (socket.bytes_sent, ==, socket.has_info ? 5 : 0);
    }
}

/* Each message alone in memory of its own, so that a sanitizer sees a byte that is read beyond its end. */
static void
test_cut_and_bent (void)
{
  gsize length;
  g_autofree char *data = read_recorded ("sockets-tcp.bin", &length);
  guint size = ((struct nlmsghdr *) data)->nlmsg_len;

  for (guint cut = 0; cut <= size; cut++)
    {
      g_autofree char *alone = g_malloc (MAX (cut, 1));
      SluiceSocket socket;

      memcpy (alone, data, cut);
      g_assert_true (sluice_sock_diag_parse (alone, cut, IPPROTO_TCP, &socket) == (cut == size));
      if (cut < sizeof (struct nlmsghdr))
        continue;
      ((struct nlmsghdr *) alone)->nlmsg_len = cut;
      sluice_sock_diag_parse (alone, cut, IPPROTO_TCP, &socket);
    }
  for (guint byte = 0; byte < size; byte++)
    for (guint value = 0; value < 256; value++)
      {
        g_autofree char *alone = g_memdup2 (data, size);
        SluiceSocket socket;

        alone[byte] = value;
        sluice_sock_diag_parse (alone, size, IPPROTO_TCP, &socket);
      }
}

static void
count_cb (const SluiceSocket *socket, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
collect_cb (const SluiceSocket *socket, gpointer user_data)
{
  g_array_append_vals (user_data, socket, 1);
}

static void
test_unknown_protocol (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSockDiag) diag = sluice_sock_diag_new (&error);
  guint n = 0;

  g_assert_no_error (error);
  /* No kernel lists this one: its answer is an end of the list that holds an error. */
  g_assert_false (sluice_sock_diag_list (diag, IPPROTO_EGP, count_cb, &n, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_cmpuint (n, ==, 0);
  g_clear_error (&error);
  /* And the next question is answered. */
  g_assert_true (sluice_sock_diag_list (diag, IPPROTO_TCP, count_cb, &n, &error));
  g_assert_no_error (error);
}

/* Connects once over the loopback. */
static void
connect_pair (int listener, int *client_out, int *server_out)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;

  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &size), ==, 0);
  *client_out = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (*client_out, (struct sockaddr *) &address, size), ==, 0);
  *server_out = accept (listener, NULL, NULL);
  g_assert_cmpint (*server_out, >=, 0);
}

static int
make_listener (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 16), ==, 0);
  return listener;
}

static void
test_hears_ends (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSockDiag) diag = NULL;
  g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (SluiceSocket));
  g_autoptr (GArray) ended = g_array_new (FALSE, FALSE, sizeof (SluiceSocket));
  g_autofree char *data = g_malloc0 (PAYLOAD);
  int listener, client, server;
  gsize left = PAYLOAD;

  if (!enter_namespace ())
    return;
  diag = sluice_sock_diag_new (&error);
  g_assert_no_error (error);
  g_assert_true (sluice_sock_diag_hears_ends (diag));
  listener = make_listener ();
  connect_pair (listener, &client, &server);
  g_assert_cmpint (write (client, data, PAYLOAD), ==, PAYLOAD);
  while (left > 0)
    left -= read (server, data, PAYLOAD);

  g_assert_true (sluice_sock_diag_list (diag, IPPROTO_TCP, collect_cb, listed, &error));
  g_assert_cmpuint (listed->len, ==, 3);
  for (guint i = 0; i < listed->len; i++)
    {
      const SluiceSocket *socket = &g_array_index (listed, SluiceSocket, i);

      g_assert_cmpuint (socket->bytes_sent + socket->bytes_received, ==, socket->key.remote_port == 0 ? 0 : PAYLOAD);
    }
  /* Aborted, so that they end at once. */
  setsockopt (client, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof (struct linger));
  close (client);
  close (server);
  close (listener);
  g_usleep (50 * 1000);
  g_assert_cmpuint (sluice_sock_diag_take_ended (diag, collect_cb, ended), ==, 0);
  g_assert_cmpuint (ended->len, >=, 2);
  for (guint i = 0; i < ended->len; i++)
    {
      const SluiceSocket *socket = &g_array_index (ended, SluiceSocket, i);

      g_assert_true (socket->ended);
      g_assert_cmpuint (socket->inode, ==, 0);
    }
  g_array_set_size (ended, 0);
  g_assert_cmpuint (sluice_sock_diag_take_ended (diag, collect_cb, ended), ==, 0);
  g_assert_cmpuint (ended->len, ==, 0);
}

static void
test_many_sockets (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSockDiag) diag = NULL;
  g_autofree int *sockets = g_new (int, MANY);
  guint n_tcp = 0;
  guint n_udp = 0;
  int listener;
  gint64 begin;

  if (!enter_namespace ())
    return;
  if (!allow_open_files (MANY + 100))
    {
      g_test_skip ("needs 10,100 descriptors");
      return;
    }
  diag = sluice_sock_diag_new (&error);
  g_assert_no_error (error);
  listener = make_listener ();
  for (guint i = 0; i < MANY; i += 2)
    connect_pair (listener, &sockets[i], &sockets[i + 1]);
  begin = g_get_monotonic_time ();
  g_assert_true (sluice_sock_diag_list (diag, IPPROTO_TCP, count_cb, &n_tcp, &error));
  g_test_message ("%d sockets were listed in %.1f ms", MANY, (g_get_monotonic_time () - begin) / 1000.0);
  g_assert_true (sluice_sock_diag_list (diag, IPPROTO_UDP, count_cb, &n_udp, &error));
  g_assert_cmpuint (n_tcp, ==, MANY + 1);
  g_assert_cmpuint (n_udp, ==, 0);
  for (guint i = 0; i < MANY; i++)
    close (sockets[i]);
  close (listener);
}

/* Says to every socket of this kind here that there is a connection, or that it ended, in the kernel's words. */
static guint
forge (guint16 port)
{
  struct
  {
    struct nlmsghdr header;
    struct inet_diag_msg diag;
  } lie = { { sizeof lie, SOCK_DIAG_BY_FAMILY, 0, 1, 0 },
            { .idiag_family = AF_INET, .idiag_state = 1, .id = { .idiag_sport = htons (port), .idiag_dport = 1 } } };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents ("/proc/thread-self/net/netlink", &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      struct sockaddr_nl to = { .nl_family = AF_NETLINK };
      int kind;

      if (sscanf (lines[i], "%*s %d %u", &kind, &to.nl_pid) != 2 || kind != NETLINK_SOCK_DIAG || to.nl_pid == 0)
        continue;
      n++;
      if (sendto (fd, &lie, sizeof lie, 0, (struct sockaddr *) &to, sizeof to) < 0)
        g_assert_cmpint (errno, ==, ECONNREFUSED);
    }
  close (fd);
  return n;
}

static void
test_strangers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSockDiag) diag = NULL;
  SluiceFlowKey key = { .protocol = IPPROTO_UDP };
  SluiceSocket socket;
  guint n = 0;

  if (!enter_namespace ())
    return;
  diag = sluice_sock_diag_new (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (forge (4444), >=, 2);
  g_assert_cmpuint (sluice_sock_diag_take_ended (diag, count_cb, &n), ==, 0);
  g_assert_true (sluice_sock_diag_list (diag, IPPROTO_TCP, count_cb, &n, &error));
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (sluice_address_parse ("127.0.0.1", &key.local));
  g_assert_true (sluice_address_parse ("127.0.0.1", &key.remote));
  g_assert_false (sluice_sock_diag_find (diag, &key, 0, &socket));
}

static guint16
bind_any (int fd, int family)
{
  struct sockaddr_in6 any = { .sin6_family = (sa_family_t) family };
  socklen_t size = sizeof any;

  g_assert_no_errno (
    bind (fd, (struct sockaddr *) &any, family == AF_INET ? sizeof (struct sockaddr_in) : sizeof any));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &any, &size));
  return ntohs (any.sin6_port);
}

static guint64
find_inode (SluiceSockDiag *diag, guint8 protocol, guint16 local_port, guint16 remote_port)
{
  SluiceSocket socket = { 0 };
  SluiceAddress loopback;
  SluiceFlowKey key;

  g_assert_true (sluice_address_parse ("127.0.0.1", &loopback));
  sluice_flow_key_init (&key, protocol, &loopback, local_port, &loopback, remote_port);
  return sluice_sock_diag_find (diag, &key, 0, &socket) ? socket.inode : 0;
}

static guint64
inode_of (int fd)
{
  struct stat state;

  g_assert_no_errno (fstat (fd, &state));
  return state.st_ino;
}

static guint16
port_of (int fd)
{
  struct sockaddr_in here;
  socklen_t size = sizeof here;

  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &here, &size));
  return ntohs (here.sin_port);
}

static void
test_find (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSockDiag) diag = sluice_sock_diag_new (&error);
  int plain = socket (AF_INET, SOCK_DGRAM, 0);
  int dual = socket (AF_INET6, SOCK_DGRAM, 0);
  int only6 = socket (AF_INET6, SOCK_DGRAM, 0);
  int connected = socket (AF_INET, SOCK_DGRAM, 0);
  int listener = make_listener ();
  int client, server, yes = 1;
  guint16 plain_port, dual_port, only6_port;
  SluiceSocket untouched = { .cookie = 7 };
  SluiceFlowKey key = { .protocol = IPPROTO_TCP };

  g_assert_no_error (error);
  g_assert_no_errno (setsockopt (only6, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes));
  plain_port = bind_any (plain, AF_INET);
  dual_port = bind_any (dual, AF_INET6);
  only6_port = bind_any (only6, AF_INET6);
  g_assert_no_errno (connect (connected,
                              (struct sockaddr *) &(struct sockaddr_in){ .sin_family = AF_INET,
                                                                         .sin_port = htons (plain_port),
                                                                         .sin_addr.s_addr = htonl (INADDR_LOOPBACK) },
                              sizeof (struct sockaddr_in)));
  connect_pair (listener, &client, &server);

  g_assert_cmpuint (find_inode (diag, IPPROTO_UDP, plain_port, 9), ==, inode_of (plain));
  g_assert_cmpuint (find_inode (diag, IPPROTO_UDP, dual_port, 9), ==, inode_of (dual));
  g_assert_cmpuint (find_inode (diag, IPPROTO_UDP, only6_port, 9), ==, 0);
  g_assert_cmpuint (find_inode (diag, IPPROTO_UDP, port_of (connected), plain_port), ==, inode_of (connected));
  g_assert_cmpuint (find_inode (diag, IPPROTO_UDP, port_of (connected), 9), ==, 0);
  g_assert_cmpuint (find_inode (diag, IPPROTO_TCP, port_of (client), port_of (server)), ==, inode_of (client));
  g_assert_cmpuint (find_inode (diag, IPPROTO_TCP, port_of (server), port_of (client)), ==, inode_of (server));
  g_assert_cmpuint (find_inode (diag, IPPROTO_TCP, port_of (listener), 9), ==, inode_of (listener));
  g_assert_cmpuint (find_inode (diag, IPPROTO_ICMP, 1, 2), ==, 0);
  g_assert_false (sluice_sock_diag_find (diag, &key, 0, &untouched));
  g_assert_cmpuint (untouched.cookie, ==, 7);
  close (plain);
  close (dual);
  close (only6);
  close (connected);
  close (listener);
  close (client);
  close (server);
}

static void
note_only6_cb (const SluiceSocket *socket, gpointer user_data)
{
  GHashTable *only6 = user_data;

  if (socket->ipv6_only)
    g_hash_table_add (only6, GSIZE_TO_POINTER (socket->inode));
}

static void
test_ipv6_only (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSockDiag) diag = sluice_sock_diag_new (&error);
  g_autoptr (GHashTable) only6 = g_hash_table_new (NULL, NULL);
  int sockets[] = { socket (AF_INET6, SOCK_DGRAM, 0), socket (AF_INET6, SOCK_DGRAM, 0) };
  int yes = 1;

  g_assert_no_errno (setsockopt (sockets[0], IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes));
  for (guint i = 0; i < G_N_ELEMENTS (sockets); i++)
    bind_any (sockets[i], AF_INET6);
  g_assert_true (sluice_sock_diag_list (diag, IPPROTO_UDP, note_only6_cb, only6, &error));
  g_assert_true (g_hash_table_contains (only6, GSIZE_TO_POINTER (inode_of (sockets[0]))));
  g_assert_false (g_hash_table_contains (only6, GSIZE_TO_POINTER (inode_of (sockets[1]))));
  close (sockets[0]);
  close (sockets[1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sock-diag/a-connection-has-its-ends-and-its-figures", test_connection);
  g_test_add_func ("/sock-diag/an-ipv6-socket-that-speaks-ipv4-is-ipv4", test_families);
  g_test_add_func ("/sock-diag/a-listening-socket-has-no-peer", test_listening);
  g_test_add_func ("/sock-diag/the-last-word-of-the-peer-is-no-byte", test_fin);
  g_test_add_func ("/sock-diag/udp-sockets-have-no-figures", test_udp);
  g_test_add_func ("/sock-diag/an-ended-socket-is-known-by-its-cookie", test_ended);
  g_test_add_func ("/sock-diag/what-is-no-inet-socket-leaves-all-untouched", test_not_about_sockets);
  g_test_add_func ("/sock-diag/figures-that-an-older-kernel-does-not-give-are-unknown", test_old_kernel);
  g_test_add_func ("/sock-diag/cut-or-bent-at-any-byte-it-reads-nothing-beyond-its-end", test_cut_and_bent);
  g_test_add_func ("/sock-diag/a-list-that-cannot-be-made-is-an-error-and-not-an-empty-list", test_unknown_protocol);
  g_test_add_func ("/sock-diag/finds-the-one-socket-that-a-packet-is-given-to", test_find);
  g_test_add_func ("/sock-diag/knows-a-socket-that-takes-only-ipv6", test_ipv6_only);
  g_test_add_func ("/sock-diag/root/believes-the-kernel-alone", test_strangers);
  g_test_add_func ("/sock-diag/root/the-kernel-tells-the-last-figures-of-a-socket", test_hears_ends);
  g_test_add_func ("/sock-diag/root/ten-thousand-sockets-are-all-listed", test_many_sockets);

  return g_test_run ();
}
