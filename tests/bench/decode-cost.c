/*
 * What decoding costs, in ns a packet: of the packets that there are most of, spread over memory as a reader of a file
 * has them.
 */
#include <string.h>

#include "decode/packet-maker.h"

#define N_PACKETS 4096
#define N_ROUNDS 500

typedef struct
{
  const char *name;
  SluiceLinkType type;
  GByteArray *packet;
} Subject;

/* The cost of one packet, ns at its best over some tries: what others do on the machine only adds. */
static double
measure (const Subject *subject)
{
  guint stride = (subject->packet->len + 63u) & ~63u;
  g_autofree guint8 *memory = g_malloc ((gsize) N_PACKETS * stride);
  double best = G_MAXDOUBLE;
  guint64 sum = 0;

  for (guint i = 0; i < N_PACKETS; i++)
    memcpy (memory + (gsize) i * stride, subject->packet->data, subject->packet->len);
  for (guint try = 0; try < 5; try++)
    {
      gint64 begin = g_get_monotonic_time ();

      for (guint round = 0; round < N_ROUNDS; round++)
        for (guint i = 0; i < N_PACKETS; i++)
          {
            SluicePacket packet;

            sluice_packet_decode (subject->type, memory + (gsize) i * stride, subject->packet->len,
                                  subject->packet->len, &packet);
            sum += packet.payload_length + packet.ethertype;
          }
      best = MIN (best, (double) (g_get_monotonic_time () - begin) * 1000 / ((double) N_ROUNDS * N_PACKETS));
    }
  g_assert_cmpuint (sum, >, 0);
  return best;
}

int
main (void)
{
  Subject subjects[] = {
    { "Ethernet, IPv4, TCP", SLUICE_LINK_ETHERNET, make_ethernet_ipv4_tcp () },
    { "Ethernet, VLAN, IPv4, UDP", SLUICE_LINK_ETHERNET, make_vlan_ipv4_udp () },
    { "Ethernet, IPv6, TCP", SLUICE_LINK_ETHERNET, make_ethernet_ipv6_tcp () },
    { "Ethernet, IPv6, four extensions, UDP", SLUICE_LINK_ETHERNET, make_ipv6_extensions_udp () },
    { "cooked v2, IPv4, TCP", SLUICE_LINK_COOKED2, make_cooked2_ipv4_tcp () },
    { "ARP", SLUICE_LINK_ETHERNET, make_arp () },
  };

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      g_print ("%-40s%6.1f ns a packet\n", subjects[i].name, measure (&subjects[i]));
      g_byte_array_unref (subjects[i].packet);
    }
  return 0;
}
