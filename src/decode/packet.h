#pragma once

#include "model/address.h"

G_BEGIN_DECLS

/* What a captured packet begins with. */
typedef enum
{
  SLUICE_LINK_UNKNOWN,  /* counted, not decoded */
  SLUICE_LINK_ETHERNET, /* DLT_EN10MB */
  SLUICE_LINK_COOKED,   /* DLT_LINUX_SLL */
  SLUICE_LINK_COOKED2,  /* DLT_LINUX_SLL2 */
  SLUICE_LINK_IP,       /* DLT_RAW, DLT_IPV4, DLT_IPV6: the version tells */
  SLUICE_LINK_NULL,     /* DLT_NULL: the family in the byte order of the machine that captured */
  SLUICE_LINK_LOOP,     /* DLT_LOOP: the family in network byte order */
  SLUICE_LINK_PPP,      /* DLT_PPP, DLT_PPP_SERIAL: with or without HDLC framing */
  SLUICE_LINK_PPPOE,    /* DLT_PPP_ETHER */
  SLUICE_LINK_PPP_DIR,  /* DLT_PPP_WITH_DIR: PPP behind a byte that says who sent it */
} SluiceLinkType;

typedef enum
{
  SLUICE_PACKET_OTHER, /* not IP, or no addresses could be read: by @ethertype; 0 where even that is not known */
  SLUICE_PACKET_IPV4,
  SLUICE_PACKET_IPV6,
} SluicePacketKind;

/* What a pseudo header says of who sent it; the numbers are those of linux/if_packet.h plus one. */
typedef enum
{
  SLUICE_PACKET_TYPE_UNKNOWN,
  SLUICE_PACKET_TYPE_TO_US,
  SLUICE_PACKET_TYPE_BROADCAST,
  SLUICE_PACKET_TYPE_MULTICAST,
  SLUICE_PACKET_TYPE_TO_OTHERS,
  SLUICE_PACKET_TYPE_FROM_US,
} SluicePacketType;

typedef enum
{
  SLUICE_PACKET_TRUNCATED = 1 << 0,      /* fewer bytes were captured than the headers need */
  SLUICE_PACKET_MALFORMED = 1 << 1,      /* a header contradicts itself or its packet */
  SLUICE_PACKET_FRAGMENT = 1 << 2,       /* part of a fragmented packet */
  SLUICE_PACKET_LATER_FRAGMENT = 1 << 3, /* and not its first: no ports, until a fragment table finds them */
  SLUICE_PACKET_HAS_PORTS = 1 << 4,
} SluicePacketFlags;

/**
 * SluicePacket:
 * @payload: what the transport carries (after the IP header where the transport is not TCP or UDP); within the
 *   captured bytes, valid as long as they are; nothing where @kind is other
 * @payload_captured: bytes of @payload that may be read
 * @payload_length: bytes of it that were on the wire, padding of the link left out
 * @source: IP addresses; empty where @kind is other
 * @source_port: host byte order; 0 without %SLUICE_PACKET_HAS_PORTS
 * @protocol: IP protocol number of the last header that was understood
 * @kind: #SluicePacketKind
 * @type: #SluicePacketType
 * @flags: #SluicePacketFlags
 * @tcp_flags: the flag byte of the TCP header
 * @n_vlans: VLAN tags in front
 * @pseudo: bytes in front that were never on the wire, and which its length has none the less
 * @vlan: the innermost VLAN's number, or 0
 * @ethertype: host byte order, the innermost one; below 0x0600 Linux's numbers: 1 is 802.3, 4 LLC, 5 SNAP
 * @ifindex: of the interface it came over, in a cooked v2 header; else 0
 * @fragment_id: names the packet that a fragment is part of, between its addresses
 * @tcp_sequence: of the first byte of @payload
 *
 * The facts of one packet. Everything is in host byte order but addresses and @payload.
 */
typedef struct
{
  const guint8 *payload;
  guint32 payload_captured;
  guint32 payload_length;
  SluiceAddress source;
  SluiceAddress destination;
  guint16 source_port;
  guint16 destination_port;
  guint8 protocol;
  guint8 kind;
  guint8 type;
  guint8 flags;
  guint8 tcp_flags;
  guint8 n_vlans;
  guint8 pseudo;
  guint16 vlan;
  guint16 ethertype;
  guint32 ifindex;
  guint32 fragment_id;
  guint32 tcp_sequence;
} SluicePacket;

void sluice_packet_decode (SluiceLinkType type,
                           const guint8  *bytes,
                           guint32        captured,
                           guint32        length,
                           SluicePacket  *packet_out);

G_END_DECLS
