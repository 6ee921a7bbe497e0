#include "capture/direction.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define ETHERTYPE_ARP 0x0806
#define ETHERNET_HEADER 14
#define VLAN_TAG 4
#define ARP_SENDER_IPV4 14 /* RFC 826, for Ethernet and IPv4 */

static gboolean
has_hardware (const SluiceDirectionLink *link, const SluiceFrame *frame)
{
  return link->type == SLUICE_LINK_ETHERNET && frame->captured >= ETHERNET_HEADER;
}

/* Whether it is said below IP that this machine sent it. */
static gboolean
is_sent (const SluiceDirectionLink *link, const SluiceFrame *frame)
{
  if (frame->packet.type != SLUICE_PACKET_TYPE_UNKNOWN)
    return frame->packet.type == SLUICE_PACKET_TYPE_FROM_US;
  return link->hardware_known && has_hardware (link, frame)
         && memcmp (frame->bytes + SLUICE_HARDWARE_ADDRESS_SIZE, link->hardware, sizeof link->hardware) == 0;
}

/* Whether the source began the conversation: a SYN says so, else whoever speaks first. */
static gboolean
is_beginning (const SluicePacket *packet)
{
  return packet->protocol != IPPROTO_TCP || (packet->tcp_flags & (TH_SYN | TH_ACK)) != (TH_SYN | TH_ACK);
}

/* Neither address is known to be this machine's. */
static guint16
decide_among_strangers (const SluiceDirectionLink *link,
                        const SluiceLocalSet *local,
                        const SluiceFrame *frame,
                        gboolean *source_is_local_out)
{
  const SluicePacket *packet = &frame->packet;
  gboolean sent = is_sent (link, frame);

  *source_is_local_out = is_beginning (packet);
  if (link->loopback)
    return 0;
  if (sluice_local_set_is_group (local, &packet->destination) || sluice_address_is_any (&packet->source))
    {
      /* To a group, or from who has no address yet: whoever hears it is its other side. */
      if (!sent && packet->type == SLUICE_PACKET_TYPE_UNKNOWN && sluice_local_set_is_empty (local))
        return SLUICE_FLOW_UNDIRECTED;
      *source_is_local_out = sent;
      return 0;
    }
  if (!sluice_local_set_is_empty (local) || packet->type == SLUICE_PACKET_TYPE_TO_OTHERS)
    return SLUICE_FLOW_FORWARDED;
  if (packet->type == SLUICE_PACKET_TYPE_UNKNOWN)
    return SLUICE_FLOW_UNDIRECTED;
  *source_is_local_out = sent;
  return 0;
}

/**
 * sluice_direction_decide:
 * @link: the link that it came over
 * @local: this machine's addresses
 * @frame: the first packet of a flow; IP
 * @source_side: which side of the flow sent it
 *
 * Decides which side of a flow is this machine: the one whose address it has. Where that is not known, what a cooked
 * header says of the sender; else the side that began.
 *
 * Returns: %SLUICE_FLOW_LOCAL_1 if that is side 1, and %SLUICE_FLOW_FORWARDED, %SLUICE_FLOW_UNDIRECTED and
 *   %SLUICE_FLOW_GROUP as it is
 */
guint16
sluice_direction_decide (const SluiceDirectionLink *link,
                         const SluiceLocalSet *local,
                         const SluiceFrame *frame,
                         guint source_side)
{
  const SluicePacket *packet = &frame->packet;
  gboolean source_is_local = sluice_local_set_has (local, &packet->source);
  guint16 flags = 0;

  if (source_is_local == sluice_local_set_has (local, &packet->destination))
    {
      if (!source_is_local)
        flags = decide_among_strangers (link, local, frame, &source_is_local);
      else
        {
          source_is_local = is_beginning (packet);
          flags = link->loopback ? 0 : SLUICE_FLOW_UNDIRECTED;
        }
    }
  if (source_is_local && sluice_local_set_is_group (local, &packet->destination))
    flags |= SLUICE_FLOW_GROUP;
  if (source_is_local == (source_side == 1))
    flags |= SLUICE_FLOW_LOCAL_1;
  return flags;
}

/**
 * sluice_direction_of:
 * @link: the link that it came over
 * @frame: a packet
 * @source_side: which side of its flow sent it
 * @flow_flags: what sluice_direction_decide() said of the flow; 0 where it is no IP
 *
 * Returns: the way that the link counted it
 */
SluiceDirection
sluice_direction_of (const SluiceDirectionLink *link, const SluiceFrame *frame, guint source_side, guint16 flow_flags)
{
  const SluicePacket *packet = &frame->packet;
  guint local_side = flow_flags & SLUICE_FLOW_LOCAL_1 ? 1 : 0;

  /* Two machines that have no address yet have the same one. */
  if (!link->loopback
      && (packet->type != SLUICE_PACKET_TYPE_UNKNOWN || packet->kind == SLUICE_PACKET_OTHER
          || (link->hardware_known
              && (flow_flags & SLUICE_FLOW_FORWARDED || sluice_address_is_any (&packet->source)))))
    return is_sent (link, frame) ? SLUICE_TX : SLUICE_RX;
  return source_side == local_side ? SLUICE_TX : SLUICE_RX;
}

/**
 * sluice_direction_learn:
 * @link: the link that it came over
 * @local: this machine's addresses, each of them and not networks
 * @frame: the first packet of a flow
 *
 * Learns this machine's hardware address from what comes from its IP address, so that ARP and forwarded packets have a
 * direction too.
 */
void
sluice_direction_learn (SluiceDirectionLink *link, const SluiceLocalSet *local, const SluiceFrame *frame)
{
  const SluicePacket *packet = &frame->packet;
  guint32 arp = ETHERNET_HEADER + VLAN_TAG * packet->n_vlans;
  SluiceAddress sender;

  if (link->hardware_known || !has_hardware (link, frame))
    return;
  if (packet->kind == SLUICE_PACKET_OTHER)
    {
      if (packet->ethertype != ETHERTYPE_ARP || frame->captured < arp + ARP_SENDER_IPV4 + 4)
        return;
      sender = sluice_address_from_ipv4 (frame->bytes + arp + ARP_SENDER_IPV4);
    }
  else if (sluice_local_set_has (local, &packet->destination))
    return;
  else
    sender = packet->source;
  if (!sluice_local_set_has (local, &sender))
    return;
  memcpy (link->hardware, frame->bytes + SLUICE_HARDWARE_ADDRESS_SIZE, sizeof link->hardware);
  link->hardware_known = TRUE;
}
