#pragma once

#include "decode/packet-maker.h"

/* Decodes from memory that ends where the packet does, so that a byte too far is found. */
static inline SluicePacket
decode_part (SluiceLinkType type, const GByteArray *bytes, guint32 captured, guint32 length, gsize *payload_offset)
{
  g_autofree guint8 *memory = g_memdup2 (bytes->data, captured);
  SluicePacket packet;

  memset (&packet, 0xff, sizeof packet);
  sluice_packet_decode (type, memory, captured, length, &packet);
  /* These hold for every packet, whatever it is. */
  if (packet.payload_captured > 0)
    g_assert_true (packet.payload >= memory && packet.payload + packet.payload_captured <= memory + captured);
  g_assert_cmpuint (packet.payload_captured, <=, packet.payload_length);
  g_assert_cmpuint (packet.payload_length, <=, length);
  g_assert_cmpint (packet.kind == SLUICE_PACKET_OTHER, ==, packet.source.family == SLUICE_FAMILY_NONE);
  g_assert_cmpint (packet.kind == SLUICE_PACKET_OTHER, ==, packet.destination.family == SLUICE_FAMILY_NONE);
  if (packet.kind == SLUICE_PACKET_OTHER)
    g_assert_cmpuint (packet.payload_length, ==, 0);
  if (!(packet.flags & SLUICE_PACKET_HAS_PORTS))
    g_assert_cmpuint (packet.source_port | packet.destination_port, ==, 0);
  if (packet.flags & SLUICE_PACKET_LATER_FRAGMENT)
    g_assert_true ((packet.flags & SLUICE_PACKET_FRAGMENT) && !(packet.flags & SLUICE_PACKET_HAS_PORTS));
  if (payload_offset != NULL)
    *payload_offset = (gsize) (packet.payload - memory);
  return packet;
}

static inline SluicePacket
decode (SluiceLinkType type, const GByteArray *bytes)
{
  return decode_part (type, bytes, bytes->len, bytes->len, NULL);
}

static inline void
assert_address (const SluiceAddress *address, const char *text)
{
  char is[SLUICE_ADDRESS_TEXT_MAX];

  g_assert_cmpstr (sluice_address_to_text (address, is), ==, text);
}

static inline void
assert_ports (const SluicePacket *packet)
{
  g_assert_true (packet->flags & SLUICE_PACKET_HAS_PORTS);
  g_assert_cmpuint (packet->source_port, ==, MAKER_SOURCE_PORT);
  g_assert_cmpuint (packet->destination_port, ==, MAKER_DESTINATION_PORT);
}

/* An IPv4 packet of UDP and nothing more, as every link carries it here. */
static inline void
add_small_ipv4 (GByteArray *packet)
{
  add_ipv4 (packet, 17, 8 + MAKER_PAYLOAD);
  add_udp (packet, 8 + MAKER_PAYLOAD);
  add_filler (packet, MAKER_PAYLOAD);
}

static inline void
add_small_ipv6 (GByteArray *packet)
{
  add_ipv6 (packet, 17, 8 + MAKER_PAYLOAD);
  add_udp (packet, 8 + MAKER_PAYLOAD);
  add_filler (packet, MAKER_PAYLOAD);
}

static inline void
assert_small (SluiceLinkType type, const GByteArray *bytes, SluicePacketKind kind)
{
  SluicePacket packet = decode (type, bytes);

  g_assert_cmpuint (packet.kind, ==, kind);
  g_assert_cmpuint (packet.ethertype, ==, kind == SLUICE_PACKET_IPV4 ? 0x0800 : 0x86dd);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_HAS_PORTS);
  assert_ports (&packet);
  g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);
  g_assert_cmpuint (packet.payload_captured, ==, MAKER_PAYLOAD);
}
