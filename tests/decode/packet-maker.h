#pragma once

#include <string.h>

#include "decode/packet.h"

/*
 * Packets made by hand, from the outermost header inwards: each add_…() appends one. Lengths are what a test
 * says that they are.
 */

/* 192.0.2.1 and 198.51.100.2, 2001:db8::1 and 2001:db8::2. */
static const guint8 maker_ipv4[2][4] = { { 192, 0, 2, 1 }, { 198, 51, 100, 2 } };
static const guint8 maker_ipv6[2][16] = {
  { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
  { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
};

enum
{
  MAKER_SOURCE_PORT = 49152,
  MAKER_DESTINATION_PORT = 443,
  MAKER_SEQUENCE = 0x01020304,
  MAKER_PAYLOAD = 100,
};

static inline void
put_16 (GByteArray *packet, guint offset, guint value)
{
  packet->data[offset] = (guint8) (value >> 8);
  packet->data[offset + 1] = (guint8) value;
}

static inline void
add_8 (GByteArray *packet, guint value)
{
  guint8 byte = (guint8) value;

  g_byte_array_append (packet, &byte, 1);
}

static inline void
add_16 (GByteArray *packet, guint value)
{
  add_8 (packet, value >> 8);
  add_8 (packet, value);
}

static inline void
add_32 (GByteArray *packet, guint32 value)
{
  add_16 (packet, value >> 16);
  add_16 (packet, value & 0xffff);
}

/* Bytes that nothing depends on, but that are not zero. */
static inline void
add_filler (GByteArray *packet, guint n)
{
  for (guint i = 0; i < n; i++)
    add_8 (packet, 'a' + i % 26);
}

static inline void
add_ethernet (GByteArray *packet, guint ethertype)
{
  add_filler (packet, 12);
  add_16 (packet, ethertype);
}

static inline void
add_vlan (GByteArray *packet, guint vlan, guint ethertype)
{
  add_16 (packet, 0x6000 | vlan); /* with a priority, which is no part of the number */
  add_16 (packet, ethertype);
}

static inline void
add_cooked (GByteArray *packet, guint type, guint device, guint ethertype)
{
  add_16 (packet, type);
  add_16 (packet, device);
  add_16 (packet, 6);
  add_filler (packet, 8);
  add_16 (packet, ethertype);
}

static inline void
add_cooked2 (GByteArray *packet, guint type, guint device, guint32 ifindex, guint ethertype)
{
  add_16 (packet, ethertype);
  add_16 (packet, 0);
  add_32 (packet, ifindex);
  add_16 (packet, device);
  add_8 (packet, type);
  add_8 (packet, 6);
  add_filler (packet, 8);
}

/* A header for @length bytes behind it; @place is the field of fragments, @options the bytes of its options. */
static inline void
add_ipv4_header (GByteArray *packet, guint protocol, guint length, guint id, guint place, guint options)
{
  add_8 (packet, 0x40 | (5 + options / 4));
  add_8 (packet, 0);
  add_16 (packet, 20 + options + length);
  add_16 (packet, id);
  add_16 (packet, place);
  add_8 (packet, 64);
  add_8 (packet, protocol);
  add_16 (packet, 0);
  g_byte_array_append (packet, maker_ipv4[0], 4);
  g_byte_array_append (packet, maker_ipv4[1], 4);
  add_filler (packet, options);
}

static inline void
add_ipv4 (GByteArray *packet, guint protocol, guint length)
{
  add_ipv4_header (packet, protocol, length, 7, 0x4000, 0);
}

static inline void
add_ipv6 (GByteArray *packet, guint next, guint length)
{
  add_32 (packet, 0x60000000);
  add_16 (packet, length);
  add_8 (packet, next);
  add_8 (packet, 64);
  g_byte_array_append (packet, maker_ipv6[0], 16);
  g_byte_array_append (packet, maker_ipv6[1], 16);
}

/* An extension header of 8 × (@units + 1) bytes. */
static inline void
add_extension (GByteArray *packet, guint next, guint units)
{
  add_8 (packet, next);
  add_8 (packet, units);
  /* Nothing but padding: RFC 8200, 4.2. */
  for (guint i = 0; i < 8 * units + 6; i++)
    add_8 (packet, 0);
}

/* @place: the offset in bytes, and 1 where more follow. */
static inline void
add_fragment (GByteArray *packet, guint next, guint place, guint32 id)
{
  add_8 (packet, next);
  add_8 (packet, 0);
  add_16 (packet, place);
  add_32 (packet, id);
}

static inline void
add_tcp (GByteArray *packet, guint flags, guint options)
{
  add_16 (packet, MAKER_SOURCE_PORT);
  add_16 (packet, MAKER_DESTINATION_PORT);
  add_32 (packet, MAKER_SEQUENCE);
  add_32 (packet, 0);
  add_8 (packet, (5 + options / 4) << 4);
  add_8 (packet, flags);
  add_16 (packet, 1000);
  add_32 (packet, 0);
  add_filler (packet, options);
}

static inline void
add_udp (GByteArray *packet, guint length)
{
  add_16 (packet, MAKER_SOURCE_PORT);
  add_16 (packet, MAKER_DESTINATION_PORT);
  add_16 (packet, length);
  add_16 (packet, 0);
}

static inline GByteArray *
make_ethernet_ipv4_tcp (void)
{
  GByteArray *packet = g_byte_array_new ();

  add_ethernet (packet, 0x0800);
  add_ipv4 (packet, 6, 32 + MAKER_PAYLOAD);
  add_tcp (packet, 0x18, 12);
  add_filler (packet, MAKER_PAYLOAD);
  return packet;
}

static inline GByteArray *
make_vlan_ipv4_udp (void)
{
  GByteArray *packet = g_byte_array_new ();

  add_ethernet (packet, 0x8100);
  add_vlan (packet, 42, 0x0800);
  add_ipv4 (packet, 17, 8 + MAKER_PAYLOAD);
  add_udp (packet, 8 + MAKER_PAYLOAD);
  add_filler (packet, MAKER_PAYLOAD);
  return packet;
}

static inline GByteArray *
make_ethernet_ipv6_tcp (void)
{
  GByteArray *packet = g_byte_array_new ();

  add_ethernet (packet, 0x86dd);
  add_ipv6 (packet, 6, 20 + MAKER_PAYLOAD);
  add_tcp (packet, 0x10, 0);
  add_filler (packet, MAKER_PAYLOAD);
  return packet;
}

static inline GByteArray *
make_ipv6_extensions_udp (void)
{
  GByteArray *packet = g_byte_array_new ();

  add_ethernet (packet, 0x86dd);
  add_ipv6 (packet, 0, 8 + 24 + 16 + 16 + 8 + MAKER_PAYLOAD);
  add_extension (packet, 43, 0);
  add_extension (packet, 51, 2);
  add_8 (packet, 60); /* AH counts by four bytes, and two of them not */
  add_8 (packet, 2);
  add_filler (packet, 14);
  add_extension (packet, 17, 1);
  add_udp (packet, 8 + MAKER_PAYLOAD);
  add_filler (packet, MAKER_PAYLOAD);
  return packet;
}

static inline GByteArray *
make_cooked2_ipv4_tcp (void)
{
  GByteArray *packet = g_byte_array_new ();

  add_cooked2 (packet, 4, 1, 3, 0x0800);
  add_ipv4 (packet, 6, 20 + MAKER_PAYLOAD);
  add_tcp (packet, 0x10, 0);
  add_filler (packet, MAKER_PAYLOAD);
  return packet;
}

static inline GByteArray *
make_arp (void)
{
  GByteArray *packet = g_byte_array_new ();

  add_ethernet (packet, 0x0806);
  add_16 (packet, 1);
  add_16 (packet, 0x0800);
  add_8 (packet, 6);
  add_8 (packet, 4);
  add_16 (packet, 1);
  add_filler (packet, 20);
  return packet;
}
