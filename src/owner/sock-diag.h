#pragma once

#include "model/flow-key.h"

G_BEGIN_DECLS

/**
 * SluiceSocket:
 * @cookie: the kernel's number for this socket, never used twice
 * @inode: as in /proc/PID/fd; 0 once no process holds the socket any more
 * @key: who with whom; the remote side is empty for listening and unconnected sockets
 * @uid: user that made the socket
 * @bound_ifindex: the interface that it is bound to, or 0
 * @state: TCP state as in the kernel's tcp_states.h
 * @ended: comes from the destroy multicast: these are its last figures
 * @has_info: the figures below were given (TCP only)
 * @header_bytes: IP and TCP headers of one of its segments, options included
 * @bytes_sent: payload handed to the device, retransmissions included
 * @bytes_retransmitted: of that, what was sent again
 * @fin_received: the peer's last word has come
 * @bytes_received: payload received in order. In the last figures of a socket that ended without @fin_received it
 *   may hold the peer's FIN as one byte more: the kernel does not tell
 * @segments: with or without payload, by direction: received, sent
 * @retransmits: segments sent again since it began
 * @rtt_us: smoothed round-trip time, µs, 0 is unknown
 * @rtt_variation_us: mean deviation, µs
 * @ipv6_only: unconnected or listening at an IPv6 address, and takes no IPv4
 *
 * One socket as sock_diag(7) shows it; figures of struct tcp_info, linux/tcp.h.
 */
typedef struct
{
  guint64 cookie;
  guint64 inode;
  SluiceFlowKey key;
  guint32 uid;
  guint32 bound_ifindex;
  guint8 state;
  gboolean ended;
  gboolean has_info;
  guint8 header_bytes;
  guint64 bytes_sent;
  guint64 bytes_retransmitted;
  guint64 bytes_received;
  gboolean fin_received;
  guint32 segments[2];
  guint32 retransmits;
  guint32 rtt_us;
  guint32 rtt_variation_us;
  gboolean ipv6_only;
} SluiceSocket;

typedef void (*SluiceSocketFunc) (const SluiceSocket *socket, gpointer user_data);

/**
 * SluiceSockDiag:
 *
 * Lists the sockets of this network namespace and hears of their end. One thread at a time.
 */
typedef struct _SluiceSockDiag SluiceSockDiag;

SluiceSockDiag *sluice_sock_diag_new        (GError             **error);
void            sluice_sock_diag_free       (SluiceSockDiag      *diag);
gboolean        sluice_sock_diag_hears_ends (SluiceSockDiag      *diag);
gboolean        sluice_sock_diag_list       (SluiceSockDiag      *diag,
                                             guint8               protocol,
                                             SluiceSocketFunc     func,
                                             gpointer             user_data,
                                             GError             **error);
gboolean        sluice_sock_diag_find       (SluiceSockDiag      *diag,
                                             const SluiceFlowKey *key,
                                             guint32              ifindex,
                                             SluiceSocket        *socket_out);
guint           sluice_sock_diag_take_ended (SluiceSockDiag      *diag,
                                             SluiceSocketFunc     func,
                                             gpointer             user_data);
gboolean        sluice_sock_diag_parse      (const void          *message,
                                             gsize                length,
                                             guint8               protocol,
                                             SluiceSocket        *socket_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceSockDiag, sluice_sock_diag_free)

G_END_DECLS
