#include "sluice-config.h"

#include "owner/sock-diag.h"

#include "owner/netlink.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* States of the kernel's tcp_states.h that are not looked at: they have no figures of their own. */
#define STATE_SYN_RECV 3
#define STATE_TIME_WAIT 6
#define STATE_NEW_SYN_RECV 12
#define STATE_BOUND_INACTIVE 13
/* States in which the peer's last word has come. */
#define STATE_CLOSE_WAIT 8
#define STATE_LAST_ACK 9
#define STATE_CLOSING 11
#define LISTED_STATES \
  (~((1u << STATE_SYN_RECV) | (1u << STATE_TIME_WAIT) | (1u << STATE_NEW_SYN_RECV) | (1u << STATE_BOUND_INACTIVE)))

/* A burst of ends between two looks waits here; 10,000 of them are about 4 MiB. */
#define ENDS_BUFFER (8 * 1024 * 1024)
#define MESSAGE_BUFFER (64 * 1024)
/* No look takes more of them: an answer of a million sockets has fewer. */
#define MESSAGES_MAX 32768
/* The kernel answers at once. */
#define ANSWER_TIMEOUT_S 2

struct _SluiceSockDiag
{
  struct mnl_socket *requests;
  struct mnl_socket *ends; /* NULL where the kernel does not let us listen */
  guint32 sequence;
  char buffer[MESSAGE_BUFFER];
};

static struct mnl_socket *
open_ends (void)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_SOCK_DIAG, SOCK_CLOEXEC | SOCK_NONBLOCK);
  int groups[] = { SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY };
  int size = ENDS_BUFFER;

  if (socket == NULL)
    return NULL;
  /* The forced size needs CAP_NET_ADMIN; without it the system's limit holds. */
  if (setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) < 0)
    {
      mnl_socket_close (socket);
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (mnl_socket_setsockopt (socket, NETLINK_ADD_MEMBERSHIP, &groups[i], sizeof groups[i]) < 0)
      {
        mnl_socket_close (socket);
        return NULL;
      }
  return socket;
}

/* Takes the next message of the kernel into the buffer. What others said is no message, and is not waited out. */
static ssize_t
receive (SluiceSockDiag *diag, struct mnl_socket *socket)
{
  for (guint i = 0; i < MESSAGES_MAX; i++)
    {
      struct sockaddr_nl sender = { 0 };
      struct iovec part = { diag->buffer, sizeof diag->buffer };
      struct msghdr message
          = { .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &part, .msg_iovlen = 1 };
      ssize_t length = recvmsg (mnl_socket_get_fd (socket), &message, 0);

      if (length < 0 && errno != EINTR)
        return -1;
      if (length < 0 || message.msg_namelen != sizeof sender || sender.nl_pid != 0)
        continue;
      if ((message.msg_flags & MSG_TRUNC) == 0)
        return length;
      errno = ENOSPC;
      return -1;
    }
  errno = EPROTO;
  return -1;
}

/**
 * sluice_sock_diag_new:
 * @error: says why sockets cannot be listed
 *
 * Returns: (transfer full) (nullable): a lister, or %NULL with @error set
 */
SluiceSockDiag *
sluice_sock_diag_new (GError **error)
{
  g_autoptr (SluiceSockDiag) diag = g_new0 (SluiceSockDiag, 1);

  diag->requests = sluice_netlink_open (NETLINK_SOCK_DIAG, ANSWER_TIMEOUT_S);
  if (diag->requests == NULL)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("The kernel does not let connections be listed (%s); load the modules tcp_diag and udp_diag."),
                   g_strerror (code));
      return NULL;
    }
  diag->ends = open_ends ();
  return g_steal_pointer (&diag);
}

void
sluice_sock_diag_free (SluiceSockDiag *diag)
{
  g_clear_pointer (&diag->requests, mnl_socket_close);
  g_clear_pointer (&diag->ends, mnl_socket_close);
  g_free (diag);
}

/**
 * sluice_sock_diag_hears_ends:
 * @diag: a lister
 *
 * Returns: whether the kernel tells the last figures of sockets that end between two looks
 */
gboolean
sluice_sock_diag_hears_ends (SluiceSockDiag *diag)
{
  return diag->ends != NULL;
}

static SluiceAddress
diag_address (guint8 family, const void *bytes)
{
  return family == AF_INET ? sluice_address_from_ipv4 (bytes) : sluice_address_from_ipv6 (bytes);
}

static void
read_tcp_info (const void *payload, gsize length, SluiceSocket *socket)
{
  struct tcp_info info = { 0 };

  /* An older kernel gives fewer fields, a newer one more. */
  memcpy (&info, payload, MIN (length, sizeof info));
  if (length < G_STRUCT_OFFSET (struct tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans)
    return;

  socket->has_info = TRUE;
  socket->bytes_sent = info.tcpi_bytes_sent;
  socket->bytes_retransmitted = info.tcpi_bytes_retrans;
  /* The kernel counts the FIN as a byte, for it takes a number in the sequence. */
  socket->fin_received
      = socket->state == STATE_CLOSE_WAIT || socket->state == STATE_LAST_ACK || socket->state == STATE_CLOSING;
  socket->bytes_received = info.tcpi_bytes_received - (socket->fin_received && info.tcpi_bytes_received > 0);
  socket->segments[0] = info.tcpi_segs_in;
  socket->segments[1] = info.tcpi_segs_out;
  socket->retransmits = info.tcpi_total_retrans;
  socket->rtt_us = info.tcpi_rtt;
  socket->rtt_variation_us = info.tcpi_rttvar;
  socket->header_bytes = (socket->key.local.family == SLUICE_FAMILY_IPV4 ? 20 : 40) + 20
                         + (info.tcpi_options & TCPI_OPT_TIMESTAMPS ? 12 : 0);
}

/**
 * sluice_sock_diag_parse:
 * @message: a netlink message about a socket, from its header on
 * @length: how many bytes of it there are
 * @protocol: the protocol asked for; a message that names its own prevails
 * @socket_out: (out): what it says
 *
 * Reads one message of the kernel (struct inet_diag_msg, linux/inet_diag.h) and nothing beyond its end.
 *
 * Returns: whether it is a whole message about an IPv4 or IPv6 socket; @socket_out is untouched where not
 */
gboolean
sluice_sock_diag_parse (const void *message, gsize length, guint8 protocol, SluiceSocket *socket_out)
{
  const struct nlmsghdr *header = message;
  const struct inet_diag_msg *diag;
  const struct nlattr *attribute;
  const struct nlattr *info = NULL;
  SluiceSocket socket = { 0 };
  SluiceAddress local, remote;

  if (!sluice_netlink_message_ok (header, MIN (length, G_MAXINT), sizeof *diag))
    return FALSE;
  diag = mnl_nlmsg_get_payload (header);
  if (diag->idiag_family != AF_INET && diag->idiag_family != AF_INET6)
    return FALSE;

  sluice_netlink_for_each_attribute (attribute, header, sizeof *diag)
    {
      if (mnl_attr_get_type (attribute) == INET_DIAG_INFO)
        info = attribute;
      else if (mnl_attr_get_type (attribute) == INET_DIAG_PROTOCOL && mnl_attr_get_payload_len (attribute) >= 1)
        protocol = mnl_attr_get_u8 (attribute);
      else if (mnl_attr_get_type (attribute) == INET_DIAG_SKV6ONLY && mnl_attr_get_payload_len (attribute) >= 1)
        socket.ipv6_only = mnl_attr_get_u8 (attribute) != 0;
    }

  local = diag_address (diag->idiag_family, diag->id.idiag_src);
  remote = diag_address (diag->idiag_family, diag->id.idiag_dst);
  if (diag->id.idiag_dport == 0 && sluice_address_is_any (&remote))
    remote = (SluiceAddress){ 0 };
  sluice_flow_key_init (&socket.key, protocol, &local, ntohs (diag->id.idiag_sport), &remote,
                        ntohs (diag->id.idiag_dport));
  socket.cookie = (guint64) diag->id.idiag_cookie[1] << 32 | diag->id.idiag_cookie[0];
  socket.inode = diag->idiag_inode;
  socket.uid = diag->idiag_uid;
  socket.bound_ifindex = diag->id.idiag_if;
  socket.state = protocol == IPPROTO_TCP ? diag->idiag_state : 0;
  if (info != NULL && protocol == IPPROTO_TCP)
    read_tcp_info (mnl_attr_get_payload (info), mnl_attr_get_payload_len (info), &socket);
  *socket_out = socket;
  return TRUE;
}

/* Of both families at once: the kernel goes through all of its connections for each question, whatever their family,
 * and that is most of what an answer costs. Only the older form of the question has it. */
static void
put_tcp_request (struct nlmsghdr *header)
{
  struct inet_diag_req *request = mnl_nlmsg_put_extra_header (header, sizeof *request);

  header->nlmsg_type = TCPDIAG_GETSOCK;
  request->idiag_family = AF_UNSPEC;
  request->idiag_states = LISTED_STATES;
  request->idiag_ext = 1 << (INET_DIAG_INFO - 1);
}

static void
put_request (struct nlmsghdr *header, guint8 family, guint8 protocol)
{
  struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header (header, sizeof *request);

  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request->sdiag_family = family;
  request->sdiag_protocol = protocol;
  request->idiag_states = LISTED_STATES;
}

static gboolean
send_request (SluiceSockDiag *diag, guint8 family, guint8 protocol, GError **error)
{
  struct nlmsghdr *header = mnl_nlmsg_put_header (diag->buffer);

  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = ++diag->sequence;
  if (protocol == IPPROTO_TCP)
    put_tcp_request (header);
  else
    put_request (header, family, protocol);
  if (mnl_socket_sendto (diag->requests, header, header->nlmsg_len) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("The list of connections could not be asked "
                                                                       "for: %s."),
                   g_strerror (code));
      return FALSE;
    }
  return TRUE;
}

/* Reads one answer to its end. A kernel without IPv6 answers ENOENT or EINVAL, which is no fault. */
static gboolean
read_answer (SluiceSockDiag *diag, guint8 protocol, SluiceSocketFunc func, gpointer user_data, int *code_out)
{
  for (guint i = 0; i < MESSAGES_MAX; i++)
    {
      ssize_t length = receive (diag, diag->requests);
      const struct nlmsghdr *header = (const struct nlmsghdr *) diag->buffer;
      int left = length;

      if (length <= 0)
        {
          *code_out = length < 0 ? errno : EIO;
          return FALSE;
        }
      for (; sluice_netlink_message_ok (header, left, 0); header = mnl_nlmsg_next (header, &left))
        {
          SluiceSocket socket;

          /* What is left of an answer that was given up. */
          if (header->nlmsg_seq != diag->sequence)
            continue;
          if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
            {
              *code_out = sluice_netlink_error (header);
              return *code_out == 0;
            }
          if ((header->nlmsg_type == SOCK_DIAG_BY_FAMILY || header->nlmsg_type == TCPDIAG_GETSOCK)
              && sluice_sock_diag_parse (header, header->nlmsg_len, protocol, &socket))
            func (&socket, user_data);
        }
    }
  *code_out = EOVERFLOW;
  return FALSE;
}

/**
 * sluice_sock_diag_list:
 * @diag: a lister
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 * @func: called for each socket, IPv4 and IPv6
 * @user_data: for @func
 * @error: says what failed
 *
 * Lists the sockets that are open now. Those in TIME-WAIT or waiting for a handshake to end belong to nobody and are
 * left out.
 *
 * Returns: whether the whole list was read
 */
gboolean
sluice_sock_diag_list (SluiceSockDiag *diag,
                       guint8 protocol,
                       SluiceSocketFunc func,
                       gpointer user_data,
                       GError **error)
{
  static const guint8 families[] = { AF_INET, AF_INET6 };

  for (guint i = 0; i < (protocol == IPPROTO_TCP ? 1 : G_N_ELEMENTS (families)); i++)
    {
      int code = 0;

      if (!send_request (diag, families[i], protocol, error))
        return FALSE;
      if (read_answer (diag, protocol, func, user_data, &code))
        continue;
      if (families[i] == AF_INET6 && (code == ENOENT || code == EINVAL || code == EAFNOSUPPORT))
        continue;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("The kernel did not list its %s sockets (%s); load the module %s."),
                   sluice_protocol_name (protocol), g_strerror (code),
                   protocol == IPPROTO_TCP ? "tcp_diag" : "udp_diag");
      return FALSE;
    }
  return TRUE;
}

static void
put_address (const SluiceAddress *address, guint32 words_out[4])
{
  memcpy (words_out, address->bytes, sizeof address->bytes);
}

/* Asks for the one socket that a packet of this flow would be given to. */
static gboolean
ask_for_one (SluiceSockDiag *diag, const SluiceFlowKey *key, guint32 ifindex)
{
  struct nlmsghdr *header = mnl_nlmsg_put_header (diag->buffer);
  struct inet_diag_req_v2 *request;
  /* The kernel takes a UDP socket's two sides the other way round, as a packet has them (net/ipv4/udp_diag.c). */
  gboolean swapped = key->protocol == IPPROTO_UDP;

  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST;
  header->nlmsg_seq = ++diag->sequence;
  request = mnl_nlmsg_put_extra_header (header, sizeof *request);
  request->sdiag_family = key->local.family == SLUICE_FAMILY_IPV4 ? AF_INET : AF_INET6;
  request->sdiag_protocol = key->protocol;
  request->idiag_states = LISTED_STATES;
  if (key->protocol == IPPROTO_TCP)
    request->idiag_ext = 1 << (INET_DIAG_INFO - 1);
  put_address (swapped ? &key->remote : &key->local, request->id.idiag_src);
  put_address (swapped ? &key->local : &key->remote, request->id.idiag_dst);
  request->id.idiag_sport = htons (swapped ? key->remote_port : key->local_port);
  request->id.idiag_dport = htons (swapped ? key->local_port : key->remote_port);
  request->id.idiag_if = ifindex;
  request->id.idiag_cookie[0] = request->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return mnl_socket_sendto (diag->requests, header, header->nlmsg_len) >= 0;
}

/**
 * sluice_sock_diag_find:
 * @diag: a lister
 * @key: a TCP or UDP flow with both addresses
 * @ifindex: the interface that its packets come over
 * @socket_out: (out): its socket; untouched where there is none
 *
 * Asks the kernel which socket a packet of the flow is given to: its own, else one that waits at its local port. One
 * question and one answer, whatever the number of sockets.
 *
 * Returns: whether there is one
 */
gboolean
sluice_sock_diag_find (SluiceSockDiag *diag, const SluiceFlowKey *key, guint32 ifindex, SluiceSocket *socket_out)
{
  if ((key->protocol != IPPROTO_TCP && key->protocol != IPPROTO_UDP) || key->local.family == SLUICE_FAMILY_NONE
      || key->local.family != key->remote.family || !ask_for_one (diag, key, ifindex))
    return FALSE;
  for (;;)
    {
      ssize_t length = receive (diag, diag->requests);
      const struct nlmsghdr *header = (const struct nlmsghdr *) diag->buffer;
      int left = length;

      if (length <= 0)
        return FALSE;
      for (; sluice_netlink_message_ok (header, left, 0); header = mnl_nlmsg_next (header, &left))
        {
          SluiceSocket socket;

          if (header->nlmsg_seq != diag->sequence)
            continue;
          if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY
              || !sluice_sock_diag_parse (header, header->nlmsg_len, key->protocol, &socket))
            return FALSE;
          if (key->protocol == IPPROTO_TCP && (LISTED_STATES & (1u << MIN (socket.state, 31))) == 0)
            return FALSE;
          *socket_out = socket;
          return TRUE;
        }
    }
}

/**
 * sluice_sock_diag_take_ended:
 * @diag: a lister
 * @func: called for each TCP socket that ended since the last call, with its last figures
 * @user_data: for @func
 *
 * Takes what the kernel told of ended sockets; what is beyond tens of thousands waits for the next call. Their
 * inode is 0 and their user unknown: they are known by cookie.
 *
 * Returns: how often the kernel had to drop such news because they came faster than they were taken
 */
guint
sluice_sock_diag_take_ended (SluiceSockDiag *diag, SluiceSocketFunc func, gpointer user_data)
{
  guint lost = 0;

  for (guint i = 0; diag->ends != NULL && i < MESSAGES_MAX; i++)
    {
      ssize_t length = receive (diag, diag->ends);
      const struct nlmsghdr *header = (const struct nlmsghdr *) diag->buffer;
      int left = length;

      if (length < 0 && errno == ENOBUFS)
        {
          lost++;
          continue;
        }
      if (length <= 0)
        break;
      for (; sluice_netlink_message_ok (header, left, 0); header = mnl_nlmsg_next (header, &left))
        {
          SluiceSocket socket;

          if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY
              || !sluice_sock_diag_parse (header, header->nlmsg_len, IPPROTO_TCP, &socket))
            continue;
          socket.ended = TRUE;
          func (&socket, user_data);
        }
    }
  return lost;
}
