/* What sluice_packet_decode() finds behind the link's headers: IP and its transports. */
#include "decode/packet-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* How many extension headers there may be before it is taken for an attack: nobody needs as many. */
#define EXTENSIONS_MAX 16

/* IPv6 extension headers that netinet/in.h does not name. */
enum
{
  PROTOCOL_MOBILITY = 135,
  PROTOCOL_HIP = 139,
  PROTOCOL_SHIM6 = 140,
};

/* What is left is what the transport carries. */
static inline void
settle (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  guint32 start = MIN (reader->offset, reader->captured);

  packet->payload = reader->bytes + start;
  packet->payload_captured = reader->captured - start;
  packet->payload_length = sluice_reader_left (reader);
}

/* The transport's header is not there as a whole. Its ports may be; what it carries begins after @header bytes, if at
 * all. */
static void
settle_without_header (SluicePacketReader *reader, guint32 header)
{
  reader->offset += MIN (header, sluice_reader_left (reader));
  settle (reader);
}

/* RFC 9293, 3.1. */
static inline void
decode_tcp (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  const guint8 *tcp = sluice_reader_peek (reader, 20);
  guint32 header;

  if (G_UNLIKELY (tcp == NULL))
    {
      settle_without_header (reader, 20);
      return;
    }

  packet->tcp_flags = tcp[13];
  packet->tcp_sequence = sluice_get_32 (tcp + 4) + ((packet->tcp_flags & TH_SYN) != 0);
  header = (guint32) (tcp[12] >> 4) * 4;
  if (G_UNLIKELY (header < 20 || header > sluice_reader_left (reader)))
    {
      packet->flags |= SLUICE_PACKET_MALFORMED;
      header = 20;
    }
  reader->offset += header;
  if (G_UNLIKELY (reader->offset > reader->captured))
    packet->flags |= SLUICE_PACKET_TRUNCATED;
  settle (reader);
}

/* RFC 768. A length of 0 is what does not fit into it (RFC 2675, 4), and that of a first fragment is the whole's. */
static inline void
decode_udp (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  const guint8 *udp = sluice_reader_peek (reader, 8);
  guint16 length;

  if (G_UNLIKELY (udp == NULL))
    {
      settle_without_header (reader, 8);
      return;
    }

  length = sluice_get_16 (udp + 4);
  if (length >= 8 && !(packet->flags & SLUICE_PACKET_FRAGMENT))
    sluice_reader_trim (reader, length);
  else if (length != 0 && length < 8)
    packet->flags |= SLUICE_PACKET_MALFORMED;
  reader->offset += 8;
  settle (reader);
}

/* Both begin with the ports, which is why these are read although the rest may be missing. */
static inline void
decode_transport (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  const guint8 *ports;

  if (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP)
    {
      settle (reader);
      return;
    }

  ports = sluice_reader_peek (reader, 4);
  if (G_LIKELY (ports != NULL))
    {
      packet->source_port = sluice_get_16 (ports);
      packet->destination_port = sluice_get_16 (ports + 2);
      packet->flags |= SLUICE_PACKET_HAS_PORTS;
    }
  if (packet->protocol == IPPROTO_TCP)
    decode_tcp (reader);
  else
    decode_udp (reader);
}

/* RFC 8200, 4.5. Returns whether what follows is a header that can be read. */
static gboolean
decode_ipv6_fragment (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  const guint8 *header = sluice_reader_peek (reader, 8);
  guint16 place;

  if (header == NULL)
    return FALSE;
  if (packet->flags & SLUICE_PACKET_FRAGMENT)
    {
      packet->flags |= SLUICE_PACKET_MALFORMED;
      return FALSE;
    }

  reader->offset += 8;
  packet->protocol = header[0];
  place = sluice_get_16 (header + 2);
  /* One that is neither cut nor part of anything is a packet like others: RFC 6946. */
  if ((place & 0xfff9) == 0)
    return TRUE;
  packet->flags |= SLUICE_PACKET_FRAGMENT;
  packet->fragment_id = sluice_get_32 (header + 4);
  if ((place & 0xfff8) == 0)
    return TRUE;
  packet->flags |= SLUICE_PACKET_LATER_FRAGMENT;
  return FALSE;
}

/* Passes one header whose second byte says how long it is, in units of @unit bytes and without the first @fixed. */
static gboolean
pass_extension (SluicePacketReader *reader, guint32 unit, guint32 fixed)
{
  const guint8 *header = sluice_reader_peek (reader, 8);
  guint32 length;

  if (header == NULL)
    return FALSE;
  length = header[1] * unit + fixed;
  if (length > sluice_reader_left (reader))
    {
      reader->packet->flags |= SLUICE_PACKET_MALFORMED;
      return FALSE;
    }
  reader->packet->protocol = header[0];
  reader->offset += length;
  return TRUE;
}

/* Walks along extension headers (RFC 8200, 4; RFC 4302 for AH, which IPv4 has too) to the transport. What cannot be
 * read stays the packet's protocol. */
static void
decode_extensions (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  gboolean go_on = TRUE;

  for (guint n = 0; go_on; n++)
    {
      guint8 protocol = packet->protocol;

      if (G_UNLIKELY (n == EXTENSIONS_MAX))
        {
          packet->flags |= SLUICE_PACKET_MALFORMED;
          break;
        }
      switch (protocol)
        {
        case IPPROTO_HOPOPTS:
        case IPPROTO_ROUTING:
        case IPPROTO_DSTOPTS:
          go_on = pass_extension (reader, 8, 8);
          break;
        case PROTOCOL_MOBILITY:
        case PROTOCOL_HIP:
        case PROTOCOL_SHIM6:
          go_on = pass_extension (reader, 8, 8);
          /* These are headers by name only: as a rule they are what the packet is about. */
          if (go_on && packet->protocol == IPPROTO_NONE)
            {
              packet->protocol = protocol;
              go_on = FALSE;
            }
          break;
        case IPPROTO_AH:
          go_on = pass_extension (reader, 4, 8);
          break;
        case IPPROTO_FRAGMENT:
          go_on = decode_ipv6_fragment (reader);
          break;
        default:
          decode_transport (reader);
          return;
        }
    }
  settle (reader);
}

/* RFC 791, 3.1. */
void
sluice_packet_read_ipv4 (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  const guint8 *ip = sluice_reader_peek (reader, 20);
  guint32 header, total, place;

  if (G_UNLIKELY (ip == NULL))
    return;
  header = (ip[0] & 0x0fu) * 4;
  if (G_UNLIKELY (ip[0] >> 4 != 4 || header < 20 || header > sluice_reader_left (reader)))
    {
      packet->flags |= SLUICE_PACKET_MALFORMED;
      return;
    }

  packet->kind = SLUICE_PACKET_IPV4;
  packet->ethertype = ETHERTYPE_IPV4;
  packet->source.family = SLUICE_FAMILY_IPV4;
  memcpy (packet->source.bytes, ip + 12, 4);
  packet->destination.family = SLUICE_FAMILY_IPV4;
  memcpy (packet->destination.bytes, ip + 16, 4);
  packet->protocol = ip[9];

  /* The kernel leaves 0 in a packet that only the device cuts up, and that is too large to say. */
  total = sluice_get_16 (ip + 2);
  if (G_UNLIKELY (total < header))
    packet->flags |= total != 0 ? SLUICE_PACKET_MALFORMED : 0;
  else
    sluice_reader_trim (reader, total);
  reader->offset += header;

  place = sluice_get_16 (ip + 6) & 0x3fffu;
  if (G_UNLIKELY (place != 0))
    {
      packet->flags |= SLUICE_PACKET_FRAGMENT;
      packet->fragment_id = (guint32) ip[9] << 16 | sluice_get_16 (ip + 4);
      if ((place & 0x1fff) != 0)
        {
          packet->flags |= SLUICE_PACKET_LATER_FRAGMENT;
          settle (reader);
          return;
        }
    }
  if (G_UNLIKELY (packet->protocol == IPPROTO_AH))
    decode_extensions (reader);
  else
    decode_transport (reader);
}

/* Hardly any address begins with 0, and none but those may be IPv4 mapped into IPv6. */
static inline void
set_ipv6 (SluiceAddress *address, const guint8 *bytes)
{
  if (G_UNLIKELY (bytes[0] == 0))
    {
      *address = sluice_address_from_ipv6 (bytes);
      return;
    }
  address->family = SLUICE_FAMILY_IPV6;
  memcpy (address->bytes, bytes, sizeof address->bytes);
}

/* RFC 8200, 3. */
void
sluice_packet_read_ipv6 (SluicePacketReader *reader)
{
  SluicePacket *packet = reader->packet;
  const guint8 *ip = sluice_reader_peek (reader, 40);
  guint16 length;

  if (ip == NULL)
    return;
  if (ip[0] >> 4 != 6)
    {
      packet->flags |= SLUICE_PACKET_MALFORMED;
      return;
    }

  packet->kind = SLUICE_PACKET_IPV6;
  packet->ethertype = ETHERTYPE_IPV6;
  set_ipv6 (&packet->source, ip + 8);
  set_ipv6 (&packet->destination, ip + 24);
  packet->protocol = ip[6];
  reader->offset += 40;

  /* 0 is more than fits (RFC 2675, or a packet that the device cuts up), where there is a header to come at all. */
  length = sluice_get_16 (ip + 4);
  if (length != 0 || packet->protocol == IPPROTO_NONE)
    sluice_reader_trim (reader, length);
  if (packet->protocol == IPPROTO_TCP || packet->protocol == IPPROTO_UDP)
    decode_transport (reader);
  else
    decode_extensions (reader);
}
