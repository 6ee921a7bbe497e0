#pragma once

#include "capture/report.h"

G_BEGIN_DECLS

/**
 * SluiceFlowPair:
 * @addresses: both sides; the rest of an IPv4 address is zero
 * @ports: of both sides, host byte order
 * @link: index of the link
 * @families: #SluiceFamily of side 0 in the upper half, of side 1 in the lower; 0 where it is no IP
 * @protocol: IP protocol number
 *
 * Who with whom, in an order that does not depend on who speaks, so that both directions are one flow. Where it is no
 * IP, @ports hold a number and a #SluiceProtocolKind. It has no padding: its memory is hashed and compared as words.
 */
typedef struct
{
  guint8 addresses[2][16];
  guint16 ports[2];
  guint16 link;
  guint8 families;
  guint8 protocol;
} SluiceFlowPair;

/* How long a flow may be silent, and who gives way when the table is full: earlier ones first. */
typedef enum
{
  SLUICE_FLOW_FREE,
  SLUICE_FLOW_OVER,   /* unreachable; waits for its last report */
  SLUICE_FLOW_CLOSED, /* said farewell; lingers for the last acknowledgements: 1 s */
  SLUICE_FLOW_SHORT,  /* one packet, or half-open TCP: 10 s */
  SLUICE_FLOW_MEDIUM, /* 60 s */
  SLUICE_FLOW_LONG,   /* established TCP: 5 min */
  SLUICE_FLOW_N_SEGMENTS,
} SluiceFlowSegment;

/* The upper part of #SluiceFlow.flags; the lower is #SluiceFlowFlags. */
typedef enum
{
  SLUICE_FLOW_SAW_0 = 1 << 6, /* side 0 spoke; side 1 is the next bit */
  SLUICE_FLOW_SAW_1 = 1 << 7,
  SLUICE_FLOW_FIN_0 = 1 << 8, /* side 0 said FIN; side 1 is the next bit */
  SLUICE_FLOW_FIN_1 = 1 << 9,
  SLUICE_FLOW_LOCAL_1 = 1 << 10,    /* side 1 is local; without it, side 0 */
  SLUICE_FLOW_STALE = 1 << 11,      /* it was decided by addresses that have changed since */
  SLUICE_FLOW_ASSEMBLING = 1 << 12, /* its TLS hello comes in several segments */
  SLUICE_FLOW_DIRTY = 1 << 13,      /* the table's own: the slot is in the list for the next report */
  SLUICE_FLOW_ASKED = 1 << 14, /* it began with something sent to where the DNS answers */
} SluiceFlowState;

/**
 * SluiceFlow:
 * @pair: who with whom
 * @chain: the table's own
 * @generation: see #SluiceFlowReport
 * @last: latest time of a packet, µs since 1970
 * @touched: when the last packet came, by the table's clock: seconds, which wrap
 * @queued: when it was put into its segment, likewise
 * @flags: #SluiceFlowFlags and #SluiceFlowState
 * @seen: packets so far, 255 is many; the table halves it when it spares the flow
 * @looks: payloads that were looked into; the owner of the table decides
 * @bytes: since the last report
 * @payload: likewise
 * @packets: likewise
 * @first: earliest time of a packet, µs since 1970
 * @previous: the table's own
 * @next: the table's own
 * @protocol: #SluiceProtocol
 * @segment: #SluiceFlowSegment; change it by sluice_flow_table_move()
 * @next_dirty: the table's own
 *
 * One flow in two cache lines.
 */
typedef struct
{
  SluiceFlowPair pair;
  guint32 chain;
  guint32 generation;
  gint64 last;
  guint16 touched;
  guint16 queued;
  guint16 flags;
  guint8 seen;
  guint8 looks;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 payload[SLUICE_N_DIRECTIONS];
  guint32 packets[SLUICE_N_DIRECTIONS];
  gint64 first;
  guint32 previous;
  guint32 next;
  guint32 protocol : 24;
  guint32 segment : 8;
  guint32 next_dirty;
} SluiceFlow;

/**
 * SluiceFlowTable:
 *
 * The flows that are alive, and what they moved since the last report, in a fixed piece of memory of which only what
 * was ever used costs anything. When it is full, small and young flows give way; what they moved is kept in one folded
 * flow for each link and IP protocol.
 */
typedef struct _SluiceFlowTable SluiceFlowTable;

guint sluice_flow_pair_init       (SluiceFlowPair      *pair,
                                   guint                link,
                                   guint8               protocol,
                                   const SluiceAddress *source,
                                   guint16              source_port,
                                   const SluiceAddress *destination,
                                   guint16              destination_port);
void  sluice_flow_pair_init_other (SluiceFlowPair      *pair,
                                   guint                link,
                                   SluiceProtocol       protocol);

SluiceFlowTable *sluice_flow_table_new               (gsize                  memory);
void             sluice_flow_table_free              (SluiceFlowTable       *table);
guint            sluice_flow_table_add_link          (SluiceFlowTable       *table);
void             sluice_flow_table_advance           (SluiceFlowTable       *table,
                                                      gint64                 time);
guint64          sluice_flow_table_hash              (const SluiceFlowTable *table,
                                                      const SluiceFlowPair  *pair);
void             sluice_flow_table_approach          (const SluiceFlowTable *table,
                                                      guint64                hash);
SluiceFlow      *sluice_flow_table_find              (SluiceFlowTable       *table,
                                                      const SluiceFlowPair  *pair,
                                                      guint64                hash);
SluiceFlow      *sluice_flow_table_begin             (SluiceFlowTable       *table,
                                                      const SluiceFlowPair  *pair,
                                                      SluiceFlowSegment      segment,
                                                      gint64                 time);
void             sluice_flow_table_count             (SluiceFlowTable       *table,
                                                      SluiceFlow            *flow,
                                                      SluiceDirection        direction,
                                                      guint32                bytes,
                                                      guint32                payload,
                                                      gint64                 time);
gboolean         sluice_flow_table_is_flooded        (const SluiceFlowTable *table);
void             sluice_flow_table_turn_away         (SluiceFlowTable       *table,
                                                      const SluiceFlowPair  *pair,
                                                      SluiceDirection        direction,
                                                      guint32                bytes,
                                                      guint32                payload,
                                                      gint64                 time);
void             sluice_flow_table_move              (SluiceFlowTable       *table,
                                                      SluiceFlow            *flow,
                                                      SluiceFlowSegment      segment);
guint32          sluice_flow_table_slot              (const SluiceFlowTable *table,
                                                      const SluiceFlow      *flow);
void             sluice_flow_table_mark_stale        (SluiceFlowTable       *table);
guint            sluice_flow_table_count_dirty       (const SluiceFlowTable *table);
gboolean         sluice_flow_table_take              (SluiceFlowTable       *table,
                                                      SluiceReport          *report);
guint            sluice_flow_table_count_new         (SluiceFlowTable       *table);
guint            sluice_flow_table_get_size          (const SluiceFlowTable *table);
guint            sluice_flow_table_get_capacity      (const SluiceFlowTable *table);
guint            sluice_flow_table_get_longest_chain (const SluiceFlowTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceFlowTable, sluice_flow_table_free)

G_END_DECLS
