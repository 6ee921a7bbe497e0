#include "model/flow-key.h"

#include <string.h>

#include "model/hash.h"

/**
 * sluice_flow_key_init:
 * @key: (out caller-allocates): the key to fill
 * @protocol: IP protocol number
 * @local: this machine's side
 * @local_port: its port in host byte order, or 0
 * @remote: (nullable): the other side, or %NULL for a listening or unconnected socket
 * @remote_port: its port in host byte order, or 0
 *
 * Fills a key, its padding too.
 */
void
sluice_flow_key_init (SluiceFlowKey *key,
                      guint8 protocol,
                      const SluiceAddress *local,
                      guint16 local_port,
                      const SluiceAddress *remote,
                      guint16 remote_port)
{
  memset (key, 0, sizeof *key);
  key->protocol = protocol;
  key->local = *local;
  key->local_port = local_port;
  if (remote != NULL)
    key->remote = *remote;
  key->remote_port = remote_port;
}

/**
 * sluice_flow_key_hash:
 * @key: a #SluiceFlowKey
 *
 * A #GHashFunc. The hash differs from process to process: see sluice_hash_memory().
 *
 * Returns: the hash
 */
guint
sluice_flow_key_hash (gconstpointer key)
{
  return sluice_hash_memory (key, sizeof (SluiceFlowKey));
}

/**
 * sluice_flow_key_equal:
 * @a: a #SluiceFlowKey
 * @b: another
 *
 * A #GEqualFunc.
 *
 * Returns: whether both are the same flow, seen from the same side
 */
gboolean
sluice_flow_key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (SluiceFlowKey)) == 0;
}

/**
 * sluice_protocol_name:
 * @protocol: IP protocol number (IANA, "Assigned Internet Protocol Numbers")
 *
 * Returns: its name, such as "TCP", the same in every language; the number in digits where it has no name that people
 *   would know. Never %NULL, lives for ever, from any thread.
 */
const char *
sluice_protocol_name (guint8 protocol)
{
  static const char *const names[256] = {
    [1] = "ICMP",  [2] = "IGMP",   [4] = "IPIP",   [6] = "TCP",    [17] = "UDP",       [33] = "DCCP",
    [41] = "6in4", [47] = "GRE",   [50] = "ESP",   [51] = "AH",    [58] = "ICMPv6",    [89] = "OSPF",
    [103] = "PIM", [112] = "VRRP", [115] = "L2TP", [132] = "SCTP", [136] = "UDP-Lite",
  };
  char digits[4];

  if (names[protocol] != NULL)
    return names[protocol];

  /* There are 256 at the most, so interning them is no leak that grows. */
  g_snprintf (digits, sizeof digits, "%u", (guint) protocol);
  return g_intern_string (digits);
}

/**
 * sluice_tcp_state_name:
 * @state: TCP state as in the kernel's include/net/tcp_states.h
 *
 * Returns: (nullable): its name in RFC 9293, 3.3.2, the same in every language; %NULL for 0 (a socket that has no
 *   state, such as UDP's) and for a number that is no TCP state
 */
const char *
sluice_tcp_state_name (guint8 state)
{
  static const char *const names[] = {
    [1] = "ESTABLISHED", [2] = "SYN-SENT",      [3] = "SYN-RECEIVED", [4] = "FIN-WAIT-1", [5] = "FIN-WAIT-2",
    [6] = "TIME-WAIT",   [7] = "CLOSED",        [8] = "CLOSE-WAIT",   [9] = "LAST-ACK",   [10] = "LISTEN",
    [11] = "CLOSING",    [12] = "SYN-RECEIVED", /* TCP_NEW_SYN_RECV: the same state, held in a smaller record */
    [13] = "CLOSED",                            /* TCP_BOUND_INACTIVE: bound, neither listening nor connected */
  };

  return state < G_N_ELEMENTS (names) ? names[state] : NULL;
}
