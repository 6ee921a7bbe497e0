#include "decode/packet-private.h"

#include <string.h>

/* How deep tags may be stacked before it is taken for an attack: nobody needs as many. */
#define VLANS_MAX 8

enum
{
  PPP_IPV4 = 0x0021,
  PPP_IPV6 = 0x0057,
};

/* RFC 826: nothing of it is kept; it is only seen whether it is whole. */
static void
decode_arp (SluicePacketReader *reader)
{
  const guint8 *arp = sluice_reader_peek (reader, 8);

  if (arp != NULL)
    sluice_reader_take (reader, 8 + 2u * arp[4] + 2u * arp[5]);
}

/* By its version: what has no other name on a link that carries only IP. */
static void
decode_ip (SluicePacketReader *reader)
{
  const guint8 *version = sluice_reader_peek (reader, 1);

  if (version == NULL)
    return;
  switch (version[0] >> 4)
    {
    case 4:
      reader->packet->ethertype = ETHERTYPE_IPV4;
      sluice_packet_read_ipv4 (reader);
      break;
    case 6:
      reader->packet->ethertype = ETHERTYPE_IPV6;
      sluice_packet_read_ipv6 (reader);
      break;
    default:
      reader->packet->flags |= SLUICE_PACKET_MALFORMED;
      break;
    }
}

/* RFC 1661, 2; the protocol may be shortened to one byte (6.5), which then is odd. */
static void
decode_ppp (SluicePacketReader *reader, guint16 ethertype)
{
  const guint8 *bytes = sluice_reader_take (reader, 1);
  guint16 protocol;

  reader->packet->ethertype = ethertype;
  if (bytes == NULL)
    return;
  protocol = bytes[0];
  if ((protocol & 1) == 0)
    {
      bytes = sluice_reader_take (reader, 1);
      if (bytes == NULL)
        return;
      protocol = (guint16) (protocol << 8 | bytes[0]);
    }
  if (protocol == PPP_IPV4)
    sluice_packet_read_ipv4 (reader);
  else if (protocol == PPP_IPV6)
    sluice_packet_read_ipv6 (reader);
}

/* RFC 2516, 4: version and type, code, session, length. */
static void
decode_pppoe (SluicePacketReader *reader)
{
  const guint8 *header = sluice_reader_take (reader, 6);

  if (header == NULL)
    return;
  if (header[0] != 0x11)
    {
      reader->packet->flags |= SLUICE_PACKET_MALFORMED;
      return;
    }
  sluice_reader_trim (reader, sluice_get_16 (header + 4));
  /* A code other than 0 is discovery, which has an EtherType of its own. */
  if (header[1] == 0)
    decode_ppp (reader, ETHERTYPE_PPPOE_SESSION);
}

/* What follows an 802.3 length: IEEE 802.2, with the EtherType in SNAP (RFC 1042) where there is one. Returns that, or
 * Linux's number for what it is. */
static guint16
decode_llc (SluicePacketReader *reader)
{
  const guint8 *llc = sluice_reader_peek (reader, 3);

  if (llc == NULL)
    return ETHERTYPE_LLC;
  if (llc[0] == 0xff && llc[1] == 0xff)
    return ETHERTYPE_802_3;
  if (llc[0] != 0xaa || llc[1] != 0xaa || llc[2] != 0x03)
    return ETHERTYPE_LLC;

  llc = sluice_reader_peek (reader, 8);
  if (llc == NULL || llc[3] != 0 || llc[4] != 0 || (llc[5] != 0 && llc[5] != 0xf8)
      || sluice_get_16 (llc + 6) <= ETHERTYPE_LENGTH_MAX)
    return ETHERTYPE_SNAP;
  reader->offset += 8;
  return sluice_get_16 (llc + 6);
}

/* Passes a tag of 802.1Q. Returns whether what follows can be read. */
static gboolean
decode_vlan (SluicePacketReader *reader, guint16 *ethertype)
{
  SluicePacket *packet = reader->packet;
  const guint8 *tag = sluice_reader_peek (reader, 4);

  if (tag == NULL)
    return FALSE;
  if (packet->n_vlans == VLANS_MAX)
    {
      packet->flags |= SLUICE_PACKET_MALFORMED;
      return FALSE;
    }
  reader->offset += 4;
  packet->n_vlans++;
  packet->vlan = sluice_get_16 (tag) & 0x0fff;
  *ethertype = sluice_get_16 (tag + 2);
  if (*ethertype <= ETHERTYPE_LENGTH_MAX)
    {
      sluice_reader_trim (reader, *ethertype);
      *ethertype = decode_llc (reader);
    }
  return TRUE;
}

/* What an EtherType names; @packet keeps the innermost. */
static inline void
decode_network (SluicePacketReader *reader, guint16 ethertype)
{
  SluicePacket *packet = reader->packet;
  gboolean go_on = TRUE;

  while (go_on)
    {
      packet->ethertype = ethertype;
      switch (ethertype)
        {
        case ETHERTYPE_IPV4:
          sluice_packet_read_ipv4 (reader);
          return;
        case ETHERTYPE_IPV6:
          sluice_packet_read_ipv6 (reader);
          return;
        case ETHERTYPE_ARP:
          decode_arp (reader);
          return;
        case ETHERTYPE_PPPOE_SESSION:
          decode_pppoe (reader);
          return;
        case ETHERTYPE_VLAN:
        case ETHERTYPE_QINQ:
        case ETHERTYPE_QINQ_OLD:
          go_on = decode_vlan (reader, &ethertype);
          break;
        default:
          return;
        }
    }
}

static inline void
decode_ethernet (SluicePacketReader *reader)
{
  const guint8 *header = sluice_reader_take (reader, 14);
  guint16 ethertype;

  if (G_UNLIKELY (header == NULL))
    return;
  ethertype = sluice_get_16 (header + 12);
  if (G_UNLIKELY (ethertype <= ETHERTYPE_LENGTH_MAX))
    {
      sluice_reader_trim (reader, ethertype);
      ethertype = decode_llc (reader);
    }
  decode_network (reader, ethertype);
}

/* What a cooked header has in place of an EtherType: that, or Linux's number, or by the device something else. */
static void
decode_cooked_protocol (SluicePacketReader *reader, guint16 type, guint16 device, guint16 protocol)
{
  /* linux/if_arp.h: netlink messages, whose number is one of theirs. */
  const guint16 netlink = 824;

  reader->packet->type = type <= 4 ? (guint8) (type + 1) : SLUICE_PACKET_TYPE_UNKNOWN;
  if (device == netlink)
    return;
  decode_network (reader, protocol == ETHERTYPE_LLC ? decode_llc (reader) : protocol);
}

/* https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html */
static void
decode_cooked (SluicePacketReader *reader)
{
  const guint8 *header = sluice_reader_take (reader, 16);

  if (header != NULL)
    decode_cooked_protocol (reader, sluice_get_16 (header), sluice_get_16 (header + 2), sluice_get_16 (header + 14));
}

/* https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
static void
decode_cooked2 (SluicePacketReader *reader)
{
  const guint8 *header = sluice_reader_take (reader, 20);

  if (header == NULL)
    return;
  reader->packet->ifindex = sluice_get_32 (header + 4);
  decode_cooked_protocol (reader, header[10], sluice_get_16 (header + 8), sluice_get_16 (header));
}

/* https://www.tcpdump.org/linktypes.html, LINKTYPE_NULL and LINKTYPE_LOOP. AF_INET is 2 everywhere, AF_INET6 is not. */
static void
decode_family (SluicePacketReader *reader, gboolean network_order)
{
  const guint8 *header = sluice_reader_take (reader, 4);
  guint32 family;

  if (header == NULL)
    return;
  family = sluice_get_32 (header);
  /* No family is so high: it was written by a machine of the other order. */
  if (!network_order && family > G_MAXUINT16)
    family = GUINT32_SWAP_LE_BE (family);
  switch (family)
    {
    case 2:
      reader->packet->ethertype = ETHERTYPE_IPV4;
      sluice_packet_read_ipv4 (reader);
      break;
    case 10: /* Linux */
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* macOS */
      reader->packet->ethertype = ETHERTYPE_IPV6;
      sluice_packet_read_ipv6 (reader);
      break;
    default:
      break;
    }
}

/* RFC 1662, 3.1; Cisco's HDLC, which may stand in its place, has an EtherType (RFC 1547, 4.3.1). */
static void
decode_ppp_link (SluicePacketReader *reader)
{
  const guint8 *header = sluice_reader_peek (reader, 2);

  reader->packet->ethertype = ETHERTYPE_PPP;
  if (header == NULL)
    return;
  if (header[0] == 0x0f || header[0] == 0x8f)
    {
      header = sluice_reader_take (reader, 4);
      if (header != NULL)
        decode_network (reader, sluice_get_16 (header + 2));
      return;
    }
  if (header[0] == 0xff && header[1] == 0x03)
    reader->offset += 2;
  decode_ppp (reader, ETHERTYPE_PPP);
}

/* https://www.tcpdump.org/linktypes.html, LINKTYPE_PPP_WITH_DIR: 0 was received, anything else sent. */
static void
decode_ppp_dir (SluicePacketReader *reader)
{
  const guint8 *sent = sluice_reader_take (reader, 1);

  reader->packet->ethertype = ETHERTYPE_PPP;
  reader->packet->pseudo = MIN (reader->length, 1);
  if (sent == NULL)
    return;
  reader->packet->type = sent[0] == 0 ? SLUICE_PACKET_TYPE_TO_US : SLUICE_PACKET_TYPE_FROM_US;
  decode_ppp_link (reader);
}

/**
 * sluice_packet_decode:
 * @type: what the packet begins with
 * @bytes: (array length=captured): what was captured of it
 * @captured: how much that is; what is beyond @length is left out
 * @length: bytes that it had on the wire
 * @packet_out: (out caller-allocates): its facts, all of them set
 *
 * Reads a packet down to what its transport carries. It never fails: @packet_out holds what could be read, and its
 * flags say why the rest could not. Tunnels (IP in IP, GRE, VXLAN, MPLS) are not gone into. It reads nothing beyond
 * @captured, and allocates nothing.
 */
void
sluice_packet_decode (
  SluiceLinkType type, const guint8 *bytes, guint32 captured, guint32 length, SluicePacket *packet_out)
{
  SluicePacketReader reader
      = { .bytes = bytes, .captured = MIN (captured, length), .length = length, .packet = packet_out };

  memset (packet_out, 0, sizeof *packet_out);
  packet_out->payload = bytes;
  if (G_LIKELY (type == SLUICE_LINK_ETHERNET))
    {
      decode_ethernet (&reader);
      return;
    }
  switch (type)
    {
    case SLUICE_LINK_COOKED:
      decode_cooked (&reader);
      break;
    case SLUICE_LINK_COOKED2:
      decode_cooked2 (&reader);
      break;
    case SLUICE_LINK_IP:
      decode_ip (&reader);
      break;
    case SLUICE_LINK_NULL:
      decode_family (&reader, FALSE);
      break;
    case SLUICE_LINK_LOOP:
      decode_family (&reader, TRUE);
      break;
    case SLUICE_LINK_PPP:
      decode_ppp_link (&reader);
      break;
    case SLUICE_LINK_PPPOE:
      packet_out->ethertype = ETHERTYPE_PPPOE_SESSION;
      decode_pppoe (&reader);
      break;
    case SLUICE_LINK_PPP_DIR:
      decode_ppp_dir (&reader);
      break;
    case SLUICE_LINK_UNKNOWN:
    case SLUICE_LINK_ETHERNET:
    default:
      break;
    }
}
