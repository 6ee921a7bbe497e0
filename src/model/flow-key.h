#pragma once

#include "model/address.h"

G_BEGIN_DECLS

/**
 * SluiceFlowKey:
 * @local: this machine's side
 * @remote: the other side; all zero for a listening or unconnected socket
 * @local_port: host byte order
 * @remote_port: host byte order
 * @protocol: the IP protocol number (6 TCP, 17 UDP, …)
 *
 * What makes two packets, or a packet and a socket, the same flow. Made by sluice_flow_key_init() so that padding
 * is zero and the whole memory may be hashed.
 */
typedef struct
{
  SluiceAddress local;
  SluiceAddress remote;
  guint16 local_port;
  guint16 remote_port;
  guint8 protocol;
} SluiceFlowKey;

void        sluice_flow_key_init  (SluiceFlowKey       *key,
                                   guint8               protocol,
                                   const SluiceAddress *local,
                                   guint16              local_port,
                                   const SluiceAddress *remote,
                                   guint16              remote_port);
guint       sluice_flow_key_hash  (gconstpointer        key);
gboolean    sluice_flow_key_equal (gconstpointer        a,
                                   gconstpointer        b);
const char *sluice_protocol_name  (guint8               protocol);
const char *sluice_tcp_state_name (guint8               state);

G_END_DECLS
