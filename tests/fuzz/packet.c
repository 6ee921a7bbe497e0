/*
 * Packets, one after the other, through decoding and the table of fragments.
 *
 * Input: a byte for the link type, then for each packet two bytes (little endian) for how much of it was captured, one
 * for how much more there was on the wire, which also moves its time, and what was captured.
 */
#include "fuzz.h"

#include "decode/fragment-table.h"
#include "decode/packet-checks.h"
#include "model/protocol.h"

static void
check_joined (const SluicePacket *packet)
{
  char text[SLUICE_PROTOCOL_TEXT_MAX];
  SluiceProtocol protocol
    = sluice_protocol_from_ports (packet->protocol, packet->source_port, packet->destination_port);

  g_assert_true (sluice_protocol_is_valid (protocol));
  g_assert_nonnull (sluice_protocol_to_text (protocol, text));
  g_assert_nonnull (
    sluice_protocol_to_text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, packet->ethertype), text));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  /* One for all inputs, an hour apart: to make one anew would take most of the time. */
  static SluiceFragmentTable *table;
  static gint64 hours;
  gint64 time = ++hours * G_TIME_SPAN_HOUR;
  gsize offset = 1;

  while (size >= 4 && offset <= size - 3)
    {
      gsize said = data[offset] | (gsize) data[offset + 1] << 8;
      guint32 captured = (guint32) MIN (said, size - offset - 3);
      guint8 more = data[offset + 2];
      GByteArray bytes = { .data = (guint8 *) data + offset + 3, .len = captured };
      SluicePacket packet = decode_part (data[0] % 10, &bytes, captured, fuzz_wire_length (captured, more), NULL);

      offset += 3 + captured;
      time += ((gint64) more - 5) * G_USEC_PER_SEC;
      if (packet.flags & SLUICE_PACKET_FRAGMENT)
        {
          if (table == NULL)
            table = sluice_fragment_table_new ();
          sluice_fragment_table_join (table, &packet, time);
        }
      check_joined (&packet);
    }
  return 0;
}
