/*
 * Guessing what is spoken.
 *
 * Input: the IP protocol, two ports of two bytes, then what the transport carries.
 */
#include "fuzz.h"

#include "decode/bytes.h"
#include "decode/exact.h"
#include "decode/signature.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SluicePacket packet = { .kind = SLUICE_PACKET_IPV6, .flags = SLUICE_PACKET_HAS_PORTS };
  guint8 *payload;

  if (size < 5)
    return 0;
  payload = exact_copy (data + 5, size - 5);
  packet.protocol = data[0];
  packet.source_port = sluice_get_16 (data + 1);
  packet.destination_port = sluice_get_16 (data + 3);
  packet.payload = payload;
  packet.payload_captured = (guint32) size - 5;
  packet.payload_length = packet.payload_captured;
  g_assert_true (sluice_protocol_is_valid (sluice_signature_guess (&packet)));
  free (payload);
  return 0;
}
