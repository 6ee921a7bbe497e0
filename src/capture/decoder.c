#include "capture/decoder.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "capture/direction.h"
#include "capture/flow-table.h"
#include "capture/local-set.h"
#include "capture/name-finder.h"
#include "decode/fragment-table.h"

/* From here on a conversation of which only one side is seen is one too. */
#define ONE_SIDED_PACKETS 4
/* Times of packets are anybody's; sums and differences of these do not run over. */
#define TIME_MAX SLUICE_REPORT_TIME_MAX
/* By how much a clock may lie behind the latest packet before it was set back, µs. */
#define BEHIND_MAX G_USEC_PER_SEC
/* How many packets wait until their flows have come from memory, and how long they may be to be kept meanwhile. */
#define QUEUE_LENGTH 8
#define QUEUED_BYTES 256

G_STATIC_ASSERT (SLUICE_DECODER_LINKS_MAX == SLUICE_REPORT_LINKS_MAX);

typedef struct
{
  SluiceDirectionLink direction;
  SluiceProtocol undecoded; /* what it speaks, where its type is unknown */
  guint64 malformed;
  guint64 truncated;
  guint64 kernel_drops;
} Link;

/* A packet on its way to its flow, see sluice_decoder_queue_packet(). */
typedef struct
{
  SluiceFrame frame;
  SluiceFlowPair pair; /* only of IP */
  guint64 hash;        /* of @pair */
  guint link;
  guint side; /* which of @pair sent it */
} Step;

typedef struct
{
  Step step;
  guint8 bytes[QUEUED_BYTES];
} QueuedPacket;

struct _SluiceDecoder
{
  SluiceFlowTable *table;
  SluiceFragmentTable *fragments;
  SluiceLocalSet *local;
  SluiceNameFinder *names;
  gboolean whole_networks;
  gboolean has_packets;
  gint64 first;
  gint64 last;
  gint64 now; /* of the latest packet or of the clock, whichever came later */
  QueuedPacket queue[QUEUE_LENGTH];
  guint queue_first;
  guint queue_length;
  guint n_links;
  Link links[SLUICE_DECODER_LINKS_MAX];
};

/**
 * sluice_decoder_new:
 * @memory: bytes that the flow table may take, such as %SLUICE_DECODER_MEMORY; what is never used costs nothing
 *
 * Returns: (transfer full): a decoder without links
 */
SluiceDecoder *
sluice_decoder_new (gsize memory)
{
  SluiceDecoder *decoder = g_new0 (SluiceDecoder, 1);

  decoder->table = sluice_flow_table_new (memory);
  decoder->fragments = sluice_fragment_table_new ();
  decoder->local = sluice_local_set_new (SLUICE_DECODER_NETWORKS_MAX);
  decoder->names = sluice_name_finder_new ();
  return decoder;
}

void
sluice_decoder_free (SluiceDecoder *decoder)
{
  sluice_flow_table_free (decoder->table);
  sluice_fragment_table_free (decoder->fragments);
  sluice_local_set_free (decoder->local);
  sluice_name_finder_free (decoder->names);
  g_free (decoder);
}

/**
 * sluice_decoder_add_link:
 * @decoder: a decoder with fewer than %SLUICE_DECODER_LINKS_MAX links
 * @type: what its packets begin with
 * @loopback: both ends of its flows are here: "local" is who began, and each packet is counted once, as sent by its
 *   source, although the device counts it both ways
 *
 * Returns: the index of the link
 */
guint
sluice_decoder_add_link (SluiceDecoder *decoder, SluiceLinkType type, gboolean loopback)
{
  g_return_val_if_fail (decoder->n_links < SLUICE_DECODER_LINKS_MAX, 0);

  decoder->links[decoder->n_links++].direction = (SluiceDirectionLink){ .type = type, .loopback = loopback };
  return sluice_flow_table_add_link (decoder->table);
}

/**
 * sluice_decoder_set_undecoded:
 * @decoder: a decoder
 * @link: index of a link of %SLUICE_LINK_UNKNOWN
 * @link_type: the number of its type (https://www.tcpdump.org/linktypes.html)
 *
 * Lets what comes over a link that cannot be decoded be counted by that number.
 */
void
sluice_decoder_set_undecoded (SluiceDecoder *decoder, guint link, guint16 link_type)
{
  g_return_if_fail (link < decoder->n_links);

  decoder->links[link].undecoded = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_LINK, link_type);
}

/**
 * sluice_decoder_set_hardware:
 * @decoder: a decoder
 * @link: index of a link
 * @hardware: (array fixed-size=6): this machine's address there, on an Ethernet
 *
 * Says who is this machine below IP. Where it is not said it is learnt, and a neighbour that claims this machine's
 * address may be taken for it.
 */
void
sluice_decoder_set_hardware (SluiceDecoder *decoder, guint link, const guint8 *hardware)
{
  SluiceDirectionLink *direction;

  g_return_if_fail (link < decoder->n_links);
  direction = &decoder->links[link].direction;
  memcpy (direction->hardware, hardware, sizeof direction->hardware);
  direction->hardware_told = direction->hardware_known = TRUE;
}

/**
 * sluice_decoder_set_local:
 * @decoder: a decoder
 * @networks: (array length=n_networks): this machine's addresses with their networks, of all links together; what is
 *   beyond %SLUICE_DECODER_NETWORKS_MAX is left out
 * @n_networks: how many; with 0 it is not known what is local
 * @whole_networks: all addresses of these networks are local
 *
 * Tells which side of a flow is this machine. May change at any time: a flow whose sides turn out to be others ends,
 * and another begins.
 */
void
sluice_decoder_set_local (SluiceDecoder *decoder,
                          const SluiceInterfaceAddress *networks,
                          guint n_networks,
                          gboolean whole_networks)
{
  sluice_local_set_fill (decoder->local, networks, n_networks, whole_networks);
  decoder->whole_networks = whole_networks;
  for (guint i = 0; i < decoder->n_links; i++)
    decoder->links[i].direction.hardware_known = decoder->links[i].direction.hardware_told;
  sluice_flow_table_mark_stale (decoder->table);
}

/* Whether a flow has other sides than was thought when it began, now that other addresses are local. Among those whose
 * sides are not known, who speaks now says nothing. */
static gboolean
has_changed_sides (const SluiceFlow *flow, guint16 sides)
{
  guint16 unknown = SLUICE_FLOW_FORWARDED | SLUICE_FLOW_UNDIRECTED;

  if ((flow->flags ^ sides) & unknown)
    return TRUE;
  return !(sides & unknown) && (flow->flags ^ sides) & SLUICE_FLOW_LOCAL_1;
}

static gboolean
is_connecting (const SluicePacket *packet)
{
  return packet->protocol == IPPROTO_TCP && (packet->tcp_flags & (TH_SYN | TH_ACK)) == TH_SYN;
}

/* A SYN of a flood is counted and forgotten. What this machine sends itself is no flood, nor is what both sides of are
 * here. */
static gboolean
turn_away (SluiceDecoder *decoder, const Step *step, guint16 sides)
{
  const SluiceFrame *frame = &step->frame;
  guint local = sides & SLUICE_FLOW_LOCAL_1 ? 1 : 0;

  if (!is_connecting (&frame->packet) || !sluice_flow_table_is_flooded (decoder->table)
      || (local == step->side && !(sides & (SLUICE_FLOW_FORWARDED | SLUICE_FLOW_UNDIRECTED))))
    return FALSE;
  sluice_flow_table_turn_away (decoder->table, &step->pair,
                               sluice_direction_of (&decoder->links[step->link].direction, frame, step->side, sides),
                               frame->length, MIN (frame->packet.payload_length, frame->length), frame->time);
  return TRUE;
}

/* The flow of an IP packet, which begins with it if need be; NULL where it was turned away. */
static SluiceFlow *
get_flow (SluiceDecoder *decoder, const Step *step)
{
  Link *link = &decoder->links[step->link];
  const SluiceFrame *frame = &step->frame;
  const SluicePacket *packet = &frame->packet;
  const SluiceFlowPair *pair = &step->pair;
  SluiceFlow *flow;
  gboolean reopened;
  guint16 sides;
  guint local;

  flow = sluice_flow_table_find (decoder->table, pair, step->hash);
  reopened = flow != NULL && flow->segment == SLUICE_FLOW_CLOSED && is_connecting (packet);
  if (G_LIKELY (flow != NULL && !(flow->flags & SLUICE_FLOW_STALE) && !reopened))
    return flow;

  sides = sluice_direction_decide (&link->direction, decoder->local, frame, step->side);
  if (flow != NULL)
    {
      flow->flags &= (guint16) ~SLUICE_FLOW_STALE;
      if (!reopened && !has_changed_sides (flow, sides))
        return flow;
      sluice_flow_table_move (decoder->table, flow, SLUICE_FLOW_OVER);
    }
  else if (turn_away (decoder, step, sides))
    {
      return NULL;
    }
  if (!decoder->whole_networks)
    sluice_direction_learn (&link->direction, decoder->local, frame);
  flow = sluice_flow_table_begin (decoder->table, pair, SLUICE_FLOW_SHORT, frame->time);
  local = sides & SLUICE_FLOW_LOCAL_1 ? 1 : 0;
  flow->flags |= sides;
  flow->protocol = packet->flags & SLUICE_PACKET_HAS_PORTS
                     ? sluice_protocol_from_ports (packet->protocol, pair->ports[local], pair->ports[1 - local])
                     : SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, packet->protocol);
  return flow;
}

/* The flow of what is no IP: one for each EtherType. */
static SluiceFlow *
get_other_flow (SluiceDecoder *decoder, guint index, const SluiceFrame *frame)
{
  Link *link = &decoder->links[index];
  SluiceProtocol protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, frame->packet.ethertype);
  SluiceFlowPair pair;
  SluiceFlow *flow;

  if (link->direction.type == SLUICE_LINK_UNKNOWN)
    protocol = link->undecoded;
  else if (frame->packet.ethertype == 0)
    protocol = 0;
  if (!decoder->whole_networks)
    sluice_direction_learn (&link->direction, decoder->local, frame);
  sluice_flow_pair_init_other (&pair, index, protocol);
  flow = sluice_flow_table_find (decoder->table, &pair, sluice_flow_table_hash (decoder->table, &pair));
  if (flow == NULL)
    {
      flow = sluice_flow_table_begin (decoder->table, &pair, SLUICE_FLOW_MEDIUM, frame->time);
      flow->protocol = protocol;
    }
  return flow;
}

/* RFC 9293: the connection is over when both sides said so or one broke it off; it stands when the answer to the SYN is
 * answered in its turn. */
static void
follow_tcp (SluiceDecoder *decoder, SluiceFlow *flow, const SluicePacket *packet, guint side)
{
  const guint16 both_fin = SLUICE_FLOW_FIN_0 | SLUICE_FLOW_FIN_1;
  const guint16 both_saw = SLUICE_FLOW_SAW_0 | SLUICE_FLOW_SAW_1;
  SluiceFlowSegment segment = flow->segment;

  if (packet->tcp_flags & TH_FIN)
    flow->flags |= (guint16) (SLUICE_FLOW_FIN_0 << side);
  if (packet->tcp_flags & TH_RST || (flow->flags & both_fin) == both_fin)
    segment = SLUICE_FLOW_CLOSED;
  else if (segment == SLUICE_FLOW_CLOSED && packet->payload_length > 0)
    segment = SLUICE_FLOW_LONG; /* the RST was a lie */
  else if (segment == SLUICE_FLOW_SHORT && !(packet->tcp_flags & TH_SYN)
           && ((flow->flags & both_saw) == both_saw || flow->seen >= ONE_SIDED_PACKETS))
    segment = SLUICE_FLOW_LONG;
  if (segment != flow->segment)
    sluice_flow_table_move (decoder->table, flow, segment);
}

static void
follow (SluiceDecoder *decoder, SluiceFlow *flow, const SluiceFrame *frame, guint side)
{
  const SluicePacket *packet = &frame->packet;
  guint local = flow->flags & SLUICE_FLOW_LOCAL_1 ? 1 : 0;

  if (!(flow->flags & (SLUICE_FLOW_SAW_0 | SLUICE_FLOW_SAW_1)) && packet->destination_port == SLUICE_NAME_FINDER_PORT)
    flow->flags |= SLUICE_FLOW_ASKED;
  flow->flags |= (guint16) (SLUICE_FLOW_SAW_0 << side);
  if (!(packet->flags & SLUICE_PACKET_HAS_PORTS) || packet->protocol != IPPROTO_TCP)
    {
      if (flow->segment == SLUICE_FLOW_SHORT && flow->seen > 1)
        sluice_flow_table_move (decoder->table, flow, SLUICE_FLOW_MEDIUM);
    }
  else if (flow->segment != SLUICE_FLOW_LONG || packet->tcp_flags & (TH_FIN | TH_RST))
    follow_tcp (decoder, flow, packet, side);

  if (packet->payload_captured > 0 && packet->flags & SLUICE_PACKET_HAS_PORTS
      && !(packet->flags & SLUICE_PACKET_LATER_FRAGMENT) && sluice_name_finder_is_curious (flow))
    sluice_name_finder_look (decoder->names, decoder->local, frame, flow,
                             sluice_flow_table_slot (decoder->table, flow), side,
                             !decoder->links[flow->pair.link].direction.loopback
                               && (side == local || flow->flags & (SLUICE_FLOW_FORWARDED | SLUICE_FLOW_UNDIRECTED)));
}

/* Finds out what a packet is. */
static inline void
read_packet (SluiceDecoder *decoder, Step *step)
{
  SluiceFrame *frame = &step->frame;
  SluicePacket *packet = &frame->packet;

  sluice_packet_decode (decoder->links[step->link].direction.type, frame->bytes, frame->captured, frame->length,
                        packet);
  frame->length -= packet->pseudo;
  if (G_UNLIKELY (packet->flags & SLUICE_PACKET_FRAGMENT))
    sluice_fragment_table_join (decoder->fragments, packet, frame->time);
  step->side = 0;
  if (packet->kind == SLUICE_PACKET_OTHER)
    return;
  step->side = sluice_flow_pair_init (&step->pair, step->link, packet->protocol, &packet->source, packet->source_port,
                                      &packet->destination, packet->destination_port);
  step->hash = sluice_flow_table_hash (decoder->table, &step->pair);
}

/* Adds it to its flow. */
static inline void
book_packet (SluiceDecoder *decoder, const Step *step)
{
  const SluiceFrame *frame = &step->frame;
  const SluicePacket *packet = &frame->packet;
  Link *link = &decoder->links[step->link];
  SluiceFlow *flow;
  SluiceDirection direction;

  if (G_UNLIKELY (!decoder->has_packets))
    decoder->first = frame->time;
  decoder->has_packets = TRUE;
  decoder->first = MIN (decoder->first, frame->time);
  decoder->last = MAX (decoder->last, frame->time);
  link->malformed += (packet->flags & SLUICE_PACKET_MALFORMED) != 0;
  link->truncated += (packet->flags & SLUICE_PACKET_TRUNCATED) != 0;

  decoder->now = frame->time;
  sluice_flow_table_advance (decoder->table, frame->time);
  flow = packet->kind != SLUICE_PACKET_OTHER ? get_flow (decoder, step) : get_other_flow (decoder, step->link, frame);
  if (flow == NULL)
    return;
  direction = sluice_direction_of (&link->direction, frame, step->side, flow->flags);
  sluice_flow_table_count (decoder->table, flow, direction, frame->length, MIN (packet->payload_length, frame->length),
                           frame->time);
  if (packet->kind != SLUICE_PACKET_OTHER)
    follow (decoder, flow, frame, step->side);
}

static void
book_first (SluiceDecoder *decoder)
{
  book_packet (decoder, &decoder->queue[decoder->queue_first].step);
  decoder->queue_first = (decoder->queue_first + 1) % QUEUE_LENGTH;
  decoder->queue_length--;
}

static void
book_queued (SluiceDecoder *decoder)
{
  while (decoder->queue_length > 0)
    book_first (decoder);
}

static inline void
set_frame (Step *step, guint link, gint64 time, const guint8 *bytes, guint32 captured, guint32 length)
{
  step->link = link;
  step->frame.bytes = bytes;
  step->frame.captured = captured;
  step->frame.length = length;
  step->frame.time = CLAMP (time, 0, TIME_MAX);
}

/**
 * sluice_decoder_add_packet:
 * @decoder: a decoder
 * @link: index of the link that it came over
 * @time: when, µs since 1970; may be anything
 * @bytes: (array length=captured): the packet
 * @captured: how much of it there is
 * @length: its bytes on the wire: what is counted, but for a pseudo header that never was there
 *
 * Counts a packet, whatever it is: there is always a flow for it. Allocates nothing.
 */
void
sluice_decoder_add_packet (SluiceDecoder *decoder,
                           guint link,
                           gint64 time,
                           const guint8 *bytes,
                           guint32 captured,
                           guint32 length)
{
  Step step;

  g_return_if_fail (link < decoder->n_links);

  book_queued (decoder);
  set_frame (&step, link, time, bytes, MIN (captured, length), length);
  read_packet (decoder, &step);
  book_packet (decoder, &step);
}

/* What a compiler makes of memcpy() for lengths that it knows to be small takes longer than the rest of a packet. */
static inline void
copy_bytes (guint8 *to, const guint8 *from, guint32 length)
{
  const guint32 step = 32;

  if (length < step)
    {
      for (guint32 i = 0; i < length; i++)
        to[i] = from[i];
      return;
    }
  for (guint32 i = 0; i < length - step; i += step)
    memcpy (to + i, from + i, step);
  memcpy (to + length - step, from + length - step, step);
}

/**
 * sluice_decoder_queue_packet:
 * @decoder: a decoder
 * @link: as for sluice_decoder_add_packet()
 * @time: likewise
 * @bytes: (array length=captured): likewise; kept by copying where that is cheap
 * @captured: likewise
 * @length: likewise
 *
 * Counts a packet like sluice_decoder_add_packet(), at the latest before the next report: until its flow has come from
 * memory, others are read. So packets cost less than if each waited for its own.
 */
void
sluice_decoder_queue_packet (SluiceDecoder *decoder,
                             guint link,
                             gint64 time,
                             const guint8 *bytes,
                             guint32 captured,
                             guint32 length)
{
  QueuedPacket *queued;

  captured = MIN (captured, length);
  if (captured > QUEUED_BYTES)
    {
      sluice_decoder_add_packet (decoder, link, time, bytes, captured, length);
      return;
    }
  g_return_if_fail (link < decoder->n_links);

  if (decoder->queue_length == QUEUE_LENGTH)
    book_first (decoder);
  queued = &decoder->queue[(decoder->queue_first + decoder->queue_length++) % QUEUE_LENGTH];
  copy_bytes (queued->bytes, bytes, captured);
  set_frame (&queued->step, link, time, queued->bytes, captured, length);
  read_packet (decoder, &queued->step);
  if (decoder->queue_length > QUEUE_LENGTH / 2)
    {
      const Step *half = &decoder->queue[(decoder->queue_first + decoder->queue_length - 1 - QUEUE_LENGTH / 2)
                                         % QUEUE_LENGTH].step;

      if (half->frame.packet.kind != SLUICE_PACKET_OTHER)
        sluice_flow_table_approach (decoder->table, half->hash);
    }
}

/**
 * sluice_decoder_count_drops:
 * @decoder: a decoder
 * @link: index of a link
 * @packets: that the kernel had no room for, since this was last told
 */
void
sluice_decoder_count_drops (SluiceDecoder *decoder, guint link, guint64 packets)
{
  g_return_if_fail (link < decoder->n_links);

  decoder->links[link].kernel_drops += packets;
}

/**
 * sluice_decoder_advance:
 * @decoder: a decoder
 * @time: µs since 1970, of the clock that stamps packets
 *
 * Lets flows end that were silent too long although no packet comes that would tell the time. Where packets come, the
 * time is theirs: @time is to be late enough that none earlier is to come.
 */
void
sluice_decoder_advance (SluiceDecoder *decoder, gint64 time)
{
  book_queued (decoder);
  time = CLAMP (time, 0, TIME_MAX);
  if (time < decoder->now && decoder->now - time < BEHIND_MAX)
    return;
  decoder->now = time;
  sluice_flow_table_advance (decoder->table, time);
}

/**
 * sluice_decoder_count_new:
 * @decoder: a decoder
 *
 * Returns: how many flows began since this was last asked; when they are many, ask for a report soon, for the owners of
 *   short ones are soon gone
 */
guint
sluice_decoder_count_new (SluiceDecoder *decoder)
{
  book_queued (decoder);
  return sluice_flow_table_count_new (decoder->table);
}

/**
 * sluice_decoder_is_full:
 * @decoder: a decoder
 *
 * Returns: whether it had better be asked for a report before some thousands of packets more come, which one could not
 *   hold with what there is; only where nobody asks for very long
 */
gboolean
sluice_decoder_is_full (SluiceDecoder *decoder)
{
  return sluice_flow_table_count_dirty (decoder->table) >= SLUICE_REPORT_FLOWS_MAX / 4 * 3
         || sluice_name_finder_count (decoder->names) >= SLUICE_REPORT_NAMES_MAX / 2;
}

/**
 * sluice_decoder_take:
 * @decoder: a decoder
 * @report_out: what it held is gone; that the capture ended, and why, is for the caller to add
 *
 * Reports what was seen since the last report. The flows of a link are always what it says that it moved. Where too
 * many moved for one report, the largest go first.
 *
 * Returns: whether some wait for the next report: who wants all must take until it is %FALSE
 */
gboolean
sluice_decoder_take (SluiceDecoder *decoder, SluiceReport *report_out)
{
  gboolean more;

  book_queued (decoder);
  sluice_report_clear (report_out);
  more = sluice_flow_table_take (decoder->table, report_out);
  for (guint i = 0; i < decoder->n_links; i++)
    {
      SluiceLinkReport *row = sluice_report_link (report_out, i);
      Link *link = &decoder->links[i];

      row->malformed = link->malformed;
      row->truncated = link->truncated;
      row->kernel_drops = link->kernel_drops;
      link->malformed = link->truncated = link->kernel_drops = 0;
    }
  sluice_name_finder_take (decoder->names, report_out->names);
  report_out->has_packets = decoder->has_packets;
  report_out->first = decoder->first;
  report_out->last = decoder->last;
  return more;
}
