#pragma once

#include <string.h>

#include "model/address.h"

/* Packets as they are on an Ethernet, written straight into memory. */
typedef struct
{
  const char *source;
  const char *destination;
  guint16 source_port;
  guint16 destination_port;
  guint8 protocol;   /* 6 TCP, 17 UDP, or any */
  guint8 tcp_flags;  /* 0x01 FIN, 0x02 SYN, 0x04 RST, 0x10 ACK */
  guint8 sender;     /* last byte of the hardware address that it comes from */
  guint32 sequence;
  guint16 fragment;  /* the field of an IPv4 header: flags and offset */
  guint16 id;
  const void *payload;
  guint length; /* of @payload */
} Wire;

enum
{
  WIRE_FIN = 0x01,
  WIRE_SYN = 0x02,
  WIRE_RST = 0x04,
  WIRE_ACK = 0x10,
  WIRE_MAX = 2048,
};

static inline guint8 *
wire_put (guint8 *at, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++)
    at[i] = (guint8) (value >> 8 * (size - 1 - i));
  return at + size;
}

static inline guint8 *
wire_put_address (guint8 *at, const char *text)
{
  SluiceAddress address;
  guint size;

  g_assert_true (sluice_address_parse (text, &address));
  size = address.family == SLUICE_FAMILY_IPV4 ? 4 : 16;
  memcpy (at, address.bytes, size);
  return at + size;
}

static inline guint8 *
wire_put_ethernet (guint8 *at, guint8 sender, guint16 ethertype)
{
  at = wire_put (at, G_GUINT64_CONSTANT (0x02fc00000099), 6);
  at = wire_put (at, G_GUINT64_CONSTANT (0x02fc00000000) | sender, 6);
  return wire_put (at, ethertype, 2);
}

static inline guint8 *
wire_put_ip (guint8 *at, const Wire *wire, guint length)
{
  if (strchr (wire->source, ':') != NULL)
    {
      at = wire_put (at, 0x60000000, 4);
      at = wire_put (at, length, 2);
      at = wire_put (at, wire->protocol, 1);
      at = wire_put (at, 64, 1);
    }
  else
    {
      at = wire_put (at, 0x4500, 2);
      at = wire_put (at, 20 + length, 2);
      at = wire_put (at, wire->id, 2);
      at = wire_put (at, wire->fragment, 2);
      at = wire_put (at, 64, 1);
      at = wire_put (at, wire->protocol, 1);
      at = wire_put (at, 0, 2);
    }
  at = wire_put_address (at, wire->source);
  return wire_put_address (at, wire->destination);
}

/* Writes a packet without its link's header. Returns its length. */
static inline guint
wire_write_ip (const Wire *wire, guint8 *packet)
{
  guint header = wire->fragment & 0x1fff ? 0 : wire->protocol == 6 ? 20 : wire->protocol == 17 ? 8 : 0;
  guint8 *at = wire_put_ip (packet, wire, header + wire->length);

  g_assert_cmpuint (wire->length, <, WIRE_MAX - 100);
  if (header > 0)
    {
      at = wire_put (at, wire->source_port, 2);
      at = wire_put (at, wire->destination_port, 2);
    }
  if (header == 8)
    {
      at = wire_put (at, 8 + wire->length, 2);
      at = wire_put (at, 0, 2);
    }
  else if (header == 20)
    {
      at = wire_put (at, wire->sequence, 4);
      at = wire_put (at, 0, 4);
      at = wire_put (at, 0x5000 | wire->tcp_flags, 2);
      at = wire_put (at, 1000, 2);
      at = wire_put (at, 0, 4);
    }
  if (wire->payload != NULL)
    memcpy (at, wire->payload, wire->length);
  else
    memset (at, 0xee, wire->length);
  return (guint) (at + wire->length - packet);
}

/* Writes a packet with the header of an Ethernet. Returns its length. */
static inline guint
wire_write (const Wire *wire, guint8 packet[WIRE_MAX])
{
  guint8 *at = wire_put_ethernet (packet, wire->sender, strchr (wire->source, ':') != NULL ? 0x86dd : 0x0800);

  return 14 + wire_write_ip (wire, at);
}
