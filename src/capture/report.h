#pragma once

#include "model/flow-key.h"
#include "model/host.h"
#include "model/protocol.h"
#include "model/sample.h"

G_BEGIN_DECLS

/* What a report holds at the most; flows and names beyond it wait for the next one. */
#define SLUICE_REPORT_LINKS_MAX 256
#define SLUICE_REPORT_FLOWS_MAX 65536
#define SLUICE_REPORT_SLOTS_MAX (1u << 20)
#define SLUICE_REPORT_NAMES_MAX 4096
#define SLUICE_REPORT_FAULT_MAX 1024

/* The last time that can be told: the end of the year 9999, µs since 1970. */
#define SLUICE_REPORT_TIME_MAX (G_GINT64_CONSTANT (253402300800) * G_USEC_PER_SEC - 1)
/* Nothing moves more bytes or packets in one flow between two reports. */
#define SLUICE_REPORT_MOVED_MAX (G_GUINT64_CONSTANT (1) << 48)
/* The wire form's header, bytes. */
#define SLUICE_REPORT_HEADER_SIZE 48

typedef enum
{
  SLUICE_FLOW_NEW = 1 << 0,        /* not in a report before */
  SLUICE_FLOW_ENDED = 1 << 1,      /* said farewell (FIN both ways, RST), or was idle too long: its last report */
  SLUICE_FLOW_FORWARDED = 1 << 2,  /* neither side is this machine */
  SLUICE_FLOW_UNDIRECTED = 1 << 3, /* which side is local is not known: "local" is who spoke first */
  SLUICE_FLOW_FOLDED = 1 << 4,     /* many small flows that the table had no room for: no addresses, no ports */
  SLUICE_FLOW_GROUP = 1 << 5,      /* the remote side is a broadcast or multicast address */
  SLUICE_FLOW_FLAGS_ALL = (1 << 6) - 1,
} SluiceFlowFlags;

/* A flow that gave way to others has no SLUICE_FLOW_ENDED: its slot comes with another generation, or no more. */

/**
 * SluiceFlowReport:
 * @slot: names the flow together with @generation, for as long as it is in the table; below %SLUICE_REPORT_SLOTS_MAX
 * @generation: how often the slot was used; never 0
 * @link: index into #SluiceReport.links
 * @flags: #SluiceFlowFlags
 * @key: who with whom; empty addresses where it is no IP, with @protocol saying what it is; no ports but for TCP and
 *   UDP
 * @protocol: what it speaks
 * @bytes: on the wire since the last report, link headers as the device counts them, by direction; never from caplen
 * @packets: likewise
 * @payload: of @bytes, what the transport carried
 * @first: time of its first packet, µs since 1970
 * @last: time of its last packet
 *
 * What one flow moved. Everything that was captured is in a flow: ARP has one, and each EtherType that is not decoded.
 */
typedef struct
{
  guint32 slot;
  guint32 generation;
  guint32 link;
  guint32 flags;
  SluiceFlowKey key;
  SluiceProtocol protocol;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint64 payload[SLUICE_N_DIRECTIONS];
  gint64 first;
  gint64 last;
} SluiceFlowReport;

/* A name that was learnt, as it came over the wire: not sanitised yet, always NUL-terminated. */
typedef struct
{
  SluiceAddress address;
  guint32 source; /* #SluiceNameSource */
  gint64 time;    /* µs since 1970 */
  /* The flow over which @address was called so; generation 0: it was said of the address. */
  guint32 slot;
  guint32 generation;
  char name[256];
} SluiceNameReport;

/**
 * SluiceLinkReport:
 * @bytes: captured since the last report, by direction: what its flows add up to
 * @packets: likewise
 * @malformed: packets with a header that contradicts itself; they are in @packets
 * @truncated: packets of which less was captured than their headers need; likewise
 * @kernel_drops: packets that the kernel had no room for since the last report
 */
typedef struct
{
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint64 malformed;
  guint64 truncated;
  guint64 kernel_drops;
} SluiceLinkReport;

/**
 * SluiceReport:
 * @links: array of #SluiceLinkReport, one a captured link, in the order in which they were added
 * @flows: array of #SluiceFlowReport: those that moved, began or ended
 * @names: array of #SluiceNameReport: learnt since the last report
 * @has_packets: there was a packet, ever; else there is no @first and no @last
 * @first: time of the first packet ever, µs since 1970
 * @last: the latest time of a packet
 * @ended: the capture has come to its end: the file is over, or every interface is gone
 * @fault: (nullable): why, where that is not the end of the file
 *
 * What a decoder saw since it was last asked. Its wire form (sluice_report_write()) goes from the process that parses
 * to the one that finds owners.
 */
typedef struct
{
  GArray *links;
  GArray *flows;
  GArray *names;
  gboolean has_packets;
  gint64 first;
  gint64 last;
  gboolean ended;
  char *fault;
} SluiceReport;

#define SLUICE_REPORT_ERROR (sluice_report_error_quark ())
GQuark sluice_report_error_quark (void);

typedef enum
{
  SLUICE_REPORT_ERROR_INVALID, /* the other process wrote what it may not */
} SluiceReportError;

SluiceReport *sluice_report_new   (void);
void          sluice_report_clear (SluiceReport       *report);
void          sluice_report_free  (SluiceReport       *report);
void          sluice_report_write (const SluiceReport *report,
                                   GByteArray         *bytes);
gboolean      sluice_report_read  (SluiceReport       *report,
                                   const guint8       *bytes,
                                   gsize               length,
                                   GError            **error);

#define sluice_report_flow(report, i) (&g_array_index ((report)->flows, SluiceFlowReport, (i)))
#define sluice_report_link(report, i) (&g_array_index ((report)->links, SluiceLinkReport, (i)))
#define sluice_report_name(report, i) (&g_array_index ((report)->names, SluiceNameReport, (i)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceReport, sluice_report_free)

G_END_DECLS
