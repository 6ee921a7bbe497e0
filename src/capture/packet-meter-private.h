#pragma once

#include "capture/name-table.h"
#include "capture/packet-meter.h"
#include "capture/program-rows.h"

G_BEGIN_DECLS

/* What the meter itself notes of a flow, above #SluiceFlowFlags. */
enum
{
  SLUICE_PACKET_FLOW_TOUCHED = 1 << 16,   /* it is in the list of those that were reported */
  SLUICE_PACKET_FLOW_EXACT = 1 << 17,     /* its socket has both sides */
  SLUICE_PACKET_FLOW_ELSEWHERE = 1 << 18, /* its owner lives in another namespace */
  SLUICE_PACKET_FLOW_SAID = 1 << 19,      /* it carried something */
  SLUICE_PACKET_FLOW_SENT = 1 << 20,      /* this machine sent something over it */
  SLUICE_PACKET_FLOW_SHOWN = 1 << 21,     /* it was in a sample before */
  SLUICE_PACKET_FLOW_FLAGS = 0xffff,      /* those that are #SluiceFlowFlags */
};

/* A flow, for as long as it is in the decoder's table. 100,000 of them are 16 MB. */
typedef struct
{
  SluiceFlowKey key;
  guint8 tries;       /* how often it was looked for in other namespaces */
  guint32 generation; /* 0: nothing is here */
  guint32 slot;
  guint32 link;
  guint32 flags;
  SluiceProtocol protocol;
  guint64 cookie;         /* its socket, or 0 */
  guint64 id;             /* under which its row was shown; 0 before that */
  SluiceProgram *program; /* (owned) (nullable) */
  SluiceHost *named;      /* (owned) (nullable): the other side as it was called when the flow began, or over it */
  guint64 total_payload[SLUICE_N_DIRECTIONS];

  /* Since the last sample. */
  guint32 packets[SLUICE_N_DIRECTIONS];
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 payload[SLUICE_N_DIRECTIONS];
} SluicePacketFlow;

/* A link that is captured. */
typedef struct
{
  guint64 instance;
  guint64 kernel_drops;
  SluiceInterfaceKind kind;
  guint32 row;       /* in the sample in the making */
  GArray *ifindexes; /* see #SluiceSocketScope */
  GPtrArray *uppers; /* SluiceInterface (owned): the bridges and VLANs that take over what comes in over it */
  guint header[SLUICE_N_DIRECTIONS]; /* bytes that are captured of each packet and not counted */
  guint64 serial;    /* the table's serial when those were found out */

  /* Packets of the last seconds, older ones weighing less. */
  double counted[SLUICE_N_DIRECTIONS];
  double captured[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS]; /* captured since the last sample */
} SluicePacketLink;

/* What captured bytes are told apart by. Each way, all charges of a link come to the same. */
typedef enum
{
  SLUICE_CHARGE_PARTY,    /* the causes, then the sample's programs */
  SLUICE_CHARGE_HOST,     /* the sample's hosts */
  SLUICE_CHARGE_PROTOCOL, /* the sample's protocols */
  SLUICE_N_CHARGES,
} SluiceChargeKind;

#define SLUICE_PARTY_PROGRAM(index) (SLUICE_N_CAUSES + (index))
/* What has no host or protocol, or counts elsewhere. */
#define SLUICE_PARTY_NONE G_MAXUINT32

/**
 * SluicePacketCharge:
 * @kind: what it is a part by
 * @party: of parties a #SluiceCause or SLUICE_PARTY_PROGRAM(); else a row of the sample's, or %SLUICE_PARTY_NONE
 * @row: the sample's interface
 * @forwarded: of hosts and protocols: it only passes through this machine
 * @fresh: bytes captured since the last sample
 * @held: bytes captured before it that its link had not counted by then
 * @headers: bytes of headers that a device may have counted beyond that: one for each segment that a large packet
 *   stands for
 *
 * What one party moved over one link.
 */
typedef struct
{
  SluiceChargeKind kind;
  guint32 party;
  guint32 row;
  gboolean forwarded;
  guint64 fresh[SLUICE_N_DIRECTIONS];
  guint64 held[SLUICE_N_DIRECTIONS];
  guint64 headers[SLUICE_N_DIRECTIONS];
} SluicePacketCharge;

/* What is held over to the next sample. */
typedef struct
{
  SluiceChargeKind kind;
  gboolean forwarded;
  guint32 party;          /* a cause or a protocol, where there is neither program nor host; or SLUICE_PARTY_NONE */
  SluiceProgram *program; /* (owned) (nullable) */
  SluiceHost *host;       /* (owned) (nullable) */
  guint64 instance;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluicePacketHeld;

/* What was done with a link's headers, by the sample's interface row: part of those that were possible. */
typedef struct
{
  double share[SLUICE_N_DIRECTIONS];
} SluicePacketShare;

/* What was moved with one host over one link; those of a host are a list. */
typedef struct
{
  const SluiceAddress *address; /* borrowed from a flow, or from what was held over */
  gboolean is_first;
  guint32 next; /* of the same host, index + 1; 0 is none */
  guint32 row;
  gboolean forwarded;
  guint32 connections;
  guint64 fresh[SLUICE_N_DIRECTIONS];
  guint64 held[SLUICE_N_DIRECTIONS];
  guint64 headers[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint64 all; /* bytes of all of the list, in the first */
} SluicePacketHostSum;

#define SLUICE_PACKET_FLOWS_PER_CHUNK 4096

struct _SluicePacketMeter
{
  SluiceLinkTable *links;   /* not owned */
  SluiceFlowOwners *owners; /* not owned */
  SluiceInterfaceRows *interfaces;
  SluiceProgramRows *programs;
  SluiceNameTable *names;
  GPtrArray *chunks;   /* SluicePacketFlow[SLUICE_PACKET_FLOWS_PER_CHUNK], by slot; NULL where none was needed */
  GArray *touched;     /* slots that were reported since the last sample */
  GArray *departed;    /* SluicePacketFlow: whose slot has gone to another since */
  GArray *captured;    /* SluicePacketLink, by the report's index */
  GArray *held;        /* SluicePacketHeld */
  guint64 look;
  gboolean primed;
  gint64 last_time;
  guint64 moved;    /* bytes and packets that were reported since the last sample */
  gint64 reported; /* when the last report came, monotonic: what is looked up goes by that, not by @now */

  /* The sample in the making. */
  SluiceSample *sample;
  gint64 now;
  gboolean with_connections;
  GArray *host_sums;         /* SluicePacketHostSum: until all flows are booked */
  GHashTable *host_rows;     /* address → index + 1; of @host_sums while these are filled */
  GHashTable *protocol_rows; /* protocol → index + 1 */
  GHashTable *charge_rows;   /* see sluice_packet_meter_find_charge() */
  GArray *charges;           /* SluicePacketCharge */
  GArray *shares;            /* SluicePacketShare */
  SluicePacketCounterFunc count_now; /* nullable */
  gpointer count_data;
  GHashTable *shown;         /* cookies of sockets that a flow's row stands for */
};

typedef void (*SluicePacketFlowFunc) (SluicePacketMeter *meter, SluicePacketFlow *flow);

/* packet-meter.c */
SluicePacketFlow *sluice_packet_meter_find_slot       (SluicePacketMeter      *meter,
                                                       guint32                 slot);
void              sluice_packet_meter_foreach_touched (SluicePacketMeter      *meter,
                                                       SluicePacketFlowFunc    func);
guint32           sluice_packet_meter_program_row     (SluicePacketMeter      *meter,
                                                       SluiceProgram          *program);
gboolean          sluice_packet_flow_has_ports        (const SluicePacketFlow *flow);

/* packet-names.c: what its other side is called */
void sluice_packet_meter_learn_names (SluicePacketMeter  *meter,
                                      const SluiceReport *report);

/* packet-owners.c: whose flow it is */
void        sluice_packet_meter_know_link  (SluicePacketMeter       *meter,
                                            SluicePacketLink        *link);
void        sluice_packet_meter_expect     (SluicePacketMeter       *meter,
                                            SluicePacketFlow        *flow,
                                            gint64                   now);
void        sluice_packet_meter_find_owner (SluicePacketMeter       *meter,
                                            SluicePacketFlow        *flow);
void        sluice_packet_meter_find_peer  (SluicePacketMeter       *meter,
                                            const SluicePacketFlow  *flow,
                                            SluiceFlowOwner         *peer_out);
gboolean    sluice_packet_meter_is_covered (SluicePacketMeter       *meter,
                                            const SluicePacketFlow  *flow);
SluiceCause sluice_packet_meter_find_cause (SluicePacketMeter       *meter,
                                            const SluicePacketFlow  *flow,
                                            const SluiceSocketEntry *entry);

/* packet-books.c: what is charged to whom */
void                sluice_packet_meter_book_held   (SluicePacketMeter      *meter);
void                sluice_packet_meter_book_flow   (SluicePacketMeter      *meter,
                                                     SluicePacketFlow       *flow);
void                sluice_packet_meter_close_books (SluicePacketMeter      *meter);
SluicePacketCharge *sluice_packet_meter_find_charge (SluicePacketMeter      *meter,
                                                     SluiceChargeKind        kind,
                                                     guint32                 party,
                                                     guint32                 row,
                                                     gboolean                forwarded);
guint64             sluice_packet_flow_headers      (const SluicePacketFlow *flow,
                                                     SluiceDirection         direction);

/* packet-parts.c: hosts and protocols */
gboolean sluice_packet_meter_is_in_scope   (SluicePacketMeter        *meter,
                                            const SluicePacketFlow   *flow);
void     sluice_packet_meter_book_parts    (SluicePacketMeter        *meter,
                                            SluicePacketFlow         *flow);
void     sluice_packet_meter_book_part_held (SluicePacketMeter       *meter,
                                            const SluicePacketHeld   *held,
                                            guint32                   row);
void     sluice_packet_meter_add_parts     (SluicePacketMeter        *meter);
void     sluice_packet_meter_settle_part   (SluicePacketMeter        *meter,
                                            const SluicePacketCharge *charge,
                                            const guint64             bytes[SLUICE_N_DIRECTIONS]);
guint32  sluice_packet_meter_host_row      (SluicePacketMeter        *meter,
                                            const SluiceAddress      *address);

/* packet-rows.c: connections, and what sockets know */
void sluice_packet_meter_book_sockets    (SluicePacketMeter *meter);
void sluice_packet_meter_add_connections (SluicePacketMeter *meter);

G_END_DECLS
