#pragma once

#include "decode/bytes.h"
#include "decode/packet.h"

G_BEGIN_DECLS

/* linux/if_ether.h; Linux's own numbers for what has no EtherType stand below 0x0600. */
enum
{
  ETHERTYPE_802_3 = 0x0001,
  ETHERTYPE_LLC = 0x0004,
  ETHERTYPE_SNAP = 0x0005,
  ETHERTYPE_LENGTH_MAX = 1500, /* up to here it is a length: IEEE 802.3, 3.2.6 */
  ETHERTYPE_IPV4 = 0x0800,
  ETHERTYPE_ARP = 0x0806,
  ETHERTYPE_VLAN = 0x8100,
  ETHERTYPE_IPV6 = 0x86dd,
  ETHERTYPE_PPP = 0x880b,
  ETHERTYPE_PPPOE_SESSION = 0x8864,
  ETHERTYPE_QINQ = 0x88a8,
  ETHERTYPE_QINQ_OLD = 0x9100,
};

/* How far a packet was read. @offset never passes @length; it passes @captured where what was skipped is not there. */
typedef struct
{
  const guint8 *bytes;
  guint32 offset;
  guint32 captured;
  guint32 length;
  SluicePacket *packet;
} SluicePacketReader;

/* How much there is on the wire after what was read. */
static inline guint32
sluice_reader_left (const SluicePacketReader *reader)
{
  return reader->length - reader->offset;
}

/* The next bytes without passing them; NULL, with the reason in the packet's flags, where there are not as many. */
static inline const guint8 *
sluice_reader_peek (SluicePacketReader *reader, guint32 n)
{
  if (G_LIKELY (n <= sluice_reader_left (reader) && reader->offset + n <= reader->captured))
    return reader->bytes + reader->offset;
  reader->packet->flags |= n <= sluice_reader_left (reader) ? SLUICE_PACKET_TRUNCATED : SLUICE_PACKET_MALFORMED;
  return NULL;
}

static inline const guint8 *
sluice_reader_take (SluicePacketReader *reader, guint32 n)
{
  const guint8 *bytes = sluice_reader_peek (reader, n);

  if (G_LIKELY (bytes != NULL))
    reader->offset += n;
  return bytes;
}

/* Leaves out what the link or the layer below put behind the next @n bytes. */
static inline void
sluice_reader_trim (SluicePacketReader *reader, guint32 n)
{
  if (G_UNLIKELY (n > sluice_reader_left (reader)))
    reader->packet->flags |= SLUICE_PACKET_MALFORMED;
  else
    {
      reader->length = reader->offset + n;
      reader->captured = MIN (reader->captured, reader->length);
    }
}

void sluice_packet_read_ipv4 (SluicePacketReader *reader);
void sluice_packet_read_ipv6 (SluicePacketReader *reader);

G_END_DECLS
