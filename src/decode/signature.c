#include "decode/signature.h"

#include <string.h>

#include "decode/bytes.h"
#include "decode/dns.h"
#include "decode/http.h"
#include "decode/tls-hello.h"

enum
{
  PROTOCOL_TCP = 6,
  PROTOCOL_UDP = 17,
};

enum
{
  PORT_DNS = 53,
  PORT_NTP = 123,
  PORT_HTTPS = 443,
  PORT_MDNS = 5353,
  PORT_LLMNR = 5355,
};

static gboolean
has_port (const SluicePacket *packet, guint16 port)
{
  return packet->source_port == port || packet->destination_port == port;
}

/* RFC 4253, 4.2: either side says "SSH-" and a version. */
static gboolean
is_ssh (const guint8 *bytes, guint32 length)
{
  return length >= 6 && memcmp (bytes, "SSH-", 4) == 0 && (bytes[4] == '1' || bytes[4] == '2') && bytes[5] == '.';
}

/* A record of the handshake with a hello of a client or a server, RFC 8446, 4 and 5.1. */
static gboolean
is_tls (const guint8 *bytes, guint32 length)
{
  return length >= 6 && bytes[0] == 22 && bytes[1] == 3 && bytes[2] <= 4 && (bytes[5] == 1 || bytes[5] == 2);
}

/* What the client offers tells what is inside, or the port does. */
static SluiceApplicationProtocol
guess_tls (const SluicePacket *packet, guint16 by_port)
{
  SluiceTlsHello hello;

  if (by_port == SLUICE_APPLICATION_HTTPS)
    return SLUICE_APPLICATION_HTTPS;
  sluice_tls_hello_read (packet->payload, packet->payload_captured, &hello);
  if (g_str_equal (hello.alpn, "h2") || g_str_has_prefix (hello.alpn, "http/1."))
    return SLUICE_APPLICATION_HTTPS;
  return by_port >= SLUICE_APPLICATION_FIRST_BY_PORT ? by_port : SLUICE_APPLICATION_TLS;
}

static SluiceApplicationProtocol
guess_tcp (const SluicePacket *packet, guint16 by_port)
{
  const guint8 *bytes = packet->payload;
  guint32 length = packet->payload_captured;

  if (is_tls (bytes, length))
    return guess_tls (packet, by_port);
  if (is_ssh (bytes, length))
    return SLUICE_APPLICATION_SSH;
  if (sluice_http_begins (bytes, length))
    return SLUICE_APPLICATION_HTTP;
  if (has_port (packet, PORT_DNS) && length > 2 && sluice_dns_is_message (bytes + 2, length - 2))
    return SLUICE_APPLICATION_DNS;
  return SLUICE_APPLICATION_NONE;
}

/* RFC 5905, 7.3: versions 1 to 4, and the modes of clients, servers and peers; 48 bytes or more, in words. */
static gboolean
is_ntp (const SluicePacket *packet)
{
  guint8 first = packet->payload[0];
  guint version = first >> 3 & 7;
  guint mode = first & 7;

  return version >= 1 && version <= 4 && mode >= 1
         && (mode >= 6 || (packet->payload_length >= 48 && packet->payload_length % 4 == 0));
}

/* A long header, RFC 8999, 5.1, of a version that is spoken: 1 (RFC 9000), 2 (RFC 9369), the drafts before. Those that
 * are only for negotiating are believed on the port of HTTPS. */
static gboolean
is_quic (const SluicePacket *packet)
{
  const guint8 *bytes = packet->payload;
  guint32 length = packet->payload_captured;
  guint32 version;

  if (length < 7 || (bytes[0] & 0x80) == 0)
    return FALSE;
  version = sluice_get_32 (bytes + 1);
  if (bytes[5] > 20 || (length > 6u + bytes[5] && bytes[6 + bytes[5]] > 20))
    return FALSE;
  if (has_port (packet, PORT_HTTPS) && (version == 0 || (version & 0x0f0f0f0f) == 0x0a0a0a0a))
    return TRUE;
  return (bytes[0] & 0x40) != 0
         && (version == 1 || version == 0x6b3343cf || (version >= 0xff000011 && version <= 0xff000022));
}

static SluiceApplicationProtocol
guess_udp (const SluicePacket *packet)
{
  const guint8 *bytes = packet->payload;
  guint32 length = packet->payload_captured;

  if (has_port (packet, PORT_DNS) && sluice_dns_is_message (bytes, length))
    return SLUICE_APPLICATION_DNS;
  if (has_port (packet, PORT_MDNS) && sluice_dns_is_message (bytes, length))
    return SLUICE_APPLICATION_MDNS;
  if (has_port (packet, PORT_NTP) && is_ntp (packet))
    return SLUICE_APPLICATION_NTP;
  return is_quic (packet) ? SLUICE_APPLICATION_QUIC : SLUICE_APPLICATION_NONE;
}

/**
 * sluice_signature_guess:
 * @packet: one of the first packets of a flow that carries something
 *
 * Looks at what is said, and where that tells nothing, at the ports. TLS is HTTPS on its
 * port or when the client offers that; else a port that is known for something names what is inside ("IMAPS").
 *
 * Returns: what is spoken; the IP protocol or the EtherType where nothing more is known
 */
SluiceProtocol
sluice_signature_guess (const SluicePacket *packet)
{
  SluiceApplicationProtocol application = SLUICE_APPLICATION_NONE;
  SluiceProtocol by_port;

  if (packet->kind == SLUICE_PACKET_OTHER)
    return SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, packet->ethertype);
  if ((packet->flags & SLUICE_PACKET_HAS_PORTS) == 0)
    return SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, packet->protocol);
  by_port = sluice_protocol_from_ports (packet->protocol, packet->source_port, packet->destination_port);
  if (packet->payload_captured == 0 || (packet->flags & SLUICE_PACKET_LATER_FRAGMENT) != 0)
    return by_port;
  if (packet->protocol == PROTOCOL_TCP)
    {
      gboolean is_application = sluice_protocol_kind (by_port) == SLUICE_PROTOCOL_KIND_APPLICATION;

      application = guess_tcp (packet, is_application ? sluice_protocol_number (by_port) : SLUICE_APPLICATION_NONE);
    }
  else if (packet->protocol == PROTOCOL_UDP)
    application = guess_udp (packet);
  return application != SLUICE_APPLICATION_NONE ? SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, application)
                                                : by_port;
}
