#pragma once

#include "model/flow-key.h"
#include "model/host.h"
#include "model/interface.h"
#include "model/program.h"
#include "model/protocol.h"

G_BEGIN_DECLS

/* Index of every pair of figures: what came in and what went out. */
typedef enum
{
  SLUICE_RX, /* received, download */
  SLUICE_TX, /* sent, upload */
  SLUICE_N_DIRECTIONS,
} SluiceDirection;

typedef enum
{
  SLUICE_SOURCE_KERNEL,
  SLUICE_SOURCE_PCAP,
  SLUICE_SOURCE_BPF,
} SluiceSourceKind;

/* Why bytes of a link belong to no program. */
typedef enum
{
  SLUICE_CAUSE_KERNEL,          /* ARP, ICMP, fragments: the kernel's own */
  SLUICE_CAUSE_FORWARDED,       /* routed or bridged through this machine */
  SLUICE_CAUSE_OTHER_NAMESPACE, /* a program in a network namespace that cannot be seen */
  SLUICE_CAUSE_OLDER,           /* a socket older than the metering */
  SLUICE_CAUSE_LOST,            /* events were lost */
  SLUICE_CAUSE_NOT_SEEN,        /* this tier does not see it (UDP in the kernel tier) */
  SLUICE_N_CAUSES,
} SluiceCause;

/**
 * SluiceInterfaceRow:
 * @interface: the link
 * @bytes: since the last sample, by #SluiceDirection: the kernel's own link counters
 * @packets: likewise
 * @dropped: received and sent packets that the link dropped
 * @unattributed: bytes of no program, by cause and direction
 * @excess: bytes of programs that the link did not count, by direction
 * @total_bytes: the kernel's counter itself at the end of the sample
 * @listed: part of the default set: up, not loopback, and nothing that is up stands on top of it
 * @gone: the interface vanished during the sample
 *
 * The books of one link: for each direction, programs + unattributed − excess = bytes.
 */
typedef struct
{
  SluiceInterface *interface;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint64 dropped;
  guint64 unattributed[SLUICE_N_CAUSES][SLUICE_N_DIRECTIONS];
  guint64 excess[SLUICE_N_DIRECTIONS];
  guint64 total_bytes[SLUICE_N_DIRECTIONS];
  gboolean listed;
  gboolean gone;
} SluiceInterfaceRow;

/**
 * SluiceProgramRow:
 * @program: one process, or "other users"
 * @bytes: since the last sample, by direction, as its links count them: always the sum of its #SluiceProgramLink rows
 * @payload: of that, what TCP delivered to or took from the program
 * @connections: connected sockets open at the end of the sample
 * @listening: listening and unconnected sockets at the end of the sample
 * @rtt_us: median round-trip time of its connections that moved or were open, µs; 0 is unknown
 * @retransmits: segments sent again during the sample
 * @first_link: its first row in #SluiceSample.links
 * @n_links: how many it has there
 */
typedef struct
{
  SluiceProgram *program;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 payload[SLUICE_N_DIRECTIONS];
  guint32 connections;
  guint32 listening;
  guint32 rtt_us;
  guint32 retransmits;
  guint32 first_link;
  guint32 n_links;
} SluiceProgramRow;

/**
 * SluicePartLink:
 * @part: index into #SluiceSample.hosts or #SluiceSample.protocols
 * @interface: index into #SluiceSample.interfaces
 * @bytes: since the last sample, by direction, as the link counts them
 *
 * What was moved with one host, or in one protocol, over one link.
 */
typedef struct
{
  guint32 part;
  guint32 interface;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluicePartLink;

/* What one program moved over one link; @interface is an index into #SluiceSample.interfaces. */
typedef struct
{
  guint32 interface;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluiceProgramLink;

typedef enum
{
  SLUICE_CONNECTION_LISTENING = 1 << 0,   /* waits for peers; @key.remote is empty */
  SLUICE_CONNECTION_CLOSED = 1 << 1,      /* ended during the sample: its last row */
  SLUICE_CONNECTION_BYTES_KNOWN = 1 << 2, /* the figures mean something (not for UDP in the kernel tier) */
  SLUICE_CONNECTION_NEW = 1 << 3,         /* first seen in this sample */
  SLUICE_CONNECTION_FORWARDED = 1 << 4,   /* neither side is this machine */
} SluiceConnectionFlags;

/* No interface, program or host. */
#define SLUICE_INDEX_NONE G_MAXUINT32

/**
 * SluiceConnectionRow:
 * @id: names this socket for the life of the machine (the kernel's socket cookie)
 * @key: who with whom
 * @program: index into #SluiceSample.programs, or %SLUICE_INDEX_NONE where the owner is not known
 * @interface: index into #SluiceSample.interfaces, or %SLUICE_INDEX_NONE
 * @flags: #SluiceConnectionFlags
 * @state: TCP state as in the kernel's tcp_states.h, that of a closed connection is CLOSED; 0 for UDP
 * @bytes: since the last sample, by direction, with estimated headers in the kernel tier
 * @payload: of that, TCP payload
 * @total_payload: TCP payload since the connection began
 * @rtt_us: smoothed round-trip time, µs; 0 is unknown
 * @rtt_variation_us: its mean deviation, µs
 * @retransmits: segments sent again during the sample
 * @total_retransmits: since the connection began
 * @host: index into #SluiceSample.hosts of the other side, or %SLUICE_INDEX_NONE (always, in the kernel tier)
 * @named: one more than the index into #SluiceSample.named, where this connection calls the other side by another name
 *   than the one it is known by best; else 0
 * @protocol: what it speaks
 */
typedef struct
{
  guint64 id;
  SluiceFlowKey key;
  guint32 program;
  guint32 interface;
  guint32 flags;
  guint8 state;
  guint32 uid;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 payload[SLUICE_N_DIRECTIONS];
  guint64 total_payload[SLUICE_N_DIRECTIONS];
  guint32 rtt_us;
  guint32 rtt_variation_us;
  guint32 retransmits;
  guint32 total_retransmits;
  guint32 host;
  guint32 named;
  SluiceProtocol protocol;
} SluiceConnectionRow;

/**
 * SluiceHostRow:
 * @host: the other side, or sluice_host_others() for what a bound folded
 * @bytes: since the last sample, by direction, over all interfaces of the sample
 * @packets: likewise
 * @connections: flows with it that moved
 * @forwarded: of @bytes, by the way that the link counted it: what went through this machine
 * @forwarded_packets: likewise
 *
 * The packets tier and above.
 */
typedef struct
{
  SluiceHost *host;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint32 connections;
  guint64 forwarded[SLUICE_N_DIRECTIONS];
  guint64 forwarded_packets[SLUICE_N_DIRECTIONS];
} SluiceHostRow;

/**
 * SluiceProtocolRow:
 * @protocol: what was spoken
 * @bytes: since the last sample, by direction, over all interfaces of the sample
 * @packets: likewise
 * @connections: flows of it that moved
 * @forwarded: of @bytes, as of #SluiceHostRow
 * @forwarded_packets: likewise
 *
 * The packets tier and above. All rows together are all bytes that were captured, as far as the links counted them.
 */
typedef struct
{
  SluiceProtocol protocol;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint32 connections;
  guint64 forwarded[SLUICE_N_DIRECTIONS];
  guint64 forwarded_packets[SLUICE_N_DIRECTIONS];
} SluiceProtocolRow;

#define SLUICE_LINK_TYPE_MAX 64

/**
 * SluiceFileFacts:
 * @format: "pcap" or "pcapng"; empty before that is known
 * @link_type: of what kind the interface was, in words, sanitised; empty before that is known
 * @has_packets: there was a packet; else there is no @first and no @last yet
 * @first: when the first packet was, µs since 1970
 * @last: the latest time of a packet
 * @malformed: packets with a header that contradicts itself, since the file's begin
 * @truncated: packets of which less was captured than their headers need, likewise
 * @progress: how much of the file was read, 0 to 1; negative where its size is not known
 *
 * What is known of a capture file by now.
 */
typedef struct
{
  char format[8];
  char link_type[SLUICE_LINK_TYPE_MAX];
  gboolean has_packets;
  gint64 first;
  gint64 last;
  guint64 malformed;
  guint64 truncated;
  double progress;
} SluiceFileFacts;

/**
 * SluiceSample:
 * @source: which tier made it
 * @estimated: programs' bytes hold estimated headers
 * @wall_time: µs since 1970 at its end; for labels only
 * @time: boot-time clock (runs on in suspend) at its end, µs
 * @duration: µs that it covers; contiguous with the sample before it
 * @is_first_look: it came early, for there to be figures, and is shorter than the one that follows: it is to be shown
 *   as part of that
 * @n_merged: how many readings it holds: 1, or more where the reader lagged
 * @has_connections: @connections was asked for and holds every socket
 * @interfaces: array of #SluiceInterfaceRow
 * @programs: array of #SluiceProgramRow
 * @links: array of #SluiceProgramLink
 * @connections: array of #SluiceConnectionRow
 * @has_hosts: @hosts and @protocols are known: the packets tier and above
 * @hosts: array of #SluiceHostRow
 * @named: array of #SluiceHost: hosts under the names by which connections call them
 * @protocols: array of #SluiceProtocolRow
 * @has_part_links: @host_links and @protocol_links are known
 * @host_links: array of #SluicePartLink: which host moved what over which link
 * @protocol_links: likewise, which protocol
 * @is_file: it is made from a capture file, of which @file tells; there are no programs then
 * @file: what is known of the file by now
 * @ended: its source has come to its end, such as that of a file: no sample follows
 * @fault: one sentence on what could not be read, or %NULL
 *
 * All that happened in one tick. The maker fills it and hands it on; from then on it is immutable, reference-counted
 * and may be read from any thread.
 */
typedef struct
{
  gatomicrefcount reference_count;
  SluiceSourceKind source;
  gboolean estimated;
  gint64 wall_time;
  gint64 time;
  gint64 duration;
  gboolean is_first_look;
  guint n_merged;
  gboolean has_connections;
  GArray *interfaces;
  GArray *programs;
  GArray *links;
  GArray *connections;
  gboolean has_hosts;
  GArray *hosts;
  GPtrArray *named;
  GArray *protocols;
  gboolean has_part_links;
  GArray *host_links;
  GArray *protocol_links;
  gboolean is_file;
  SluiceFileFacts file;
  gboolean ended;
  char *fault;
} SluiceSample;

#define SLUICE_SAMPLE_ERROR (sluice_sample_error_quark ())
GQuark sluice_sample_error_quark (void);

typedef enum
{
  SLUICE_SAMPLE_ERROR_UNBALANCED,
} SluiceSampleError;

SluiceSample *sluice_sample_new                 (void);
SluiceSample *sluice_sample_ref                 (SluiceSample             *sample);
void          sluice_sample_unref               (SluiceSample             *sample);
SluiceSample *sluice_sample_merge               (const SluiceSample       *earlier,
                                                 const SluiceSample       *later);
gboolean      sluice_sample_check_books         (const SluiceSample       *sample,
                                                 GError                  **error);
guint64       sluice_interface_row_unattributed (const SluiceInterfaceRow *row,
                                                 SluiceDirection           direction);
void          sluice_connection_row_close       (SluiceConnectionRow      *row);
SluiceHost   *sluice_sample_connection_host     (const SluiceSample *sample,
const SluiceConnectionRow *row);
const char *sluice_source_kind_name (SluiceSourceKind kind);
const char *sluice_cause_name       (SluiceCause      cause);

#define sluice_sample_interface(sample, i) (&g_array_index ((sample)->interfaces, SluiceInterfaceRow, (i)))
#define sluice_sample_program(sample, i) (&g_array_index ((sample)->programs, SluiceProgramRow, (i)))
#define sluice_sample_link(sample, i) (&g_array_index ((sample)->links, SluiceProgramLink, (i)))
#define sluice_sample_connection(sample, i) (&g_array_index ((sample)->connections, SluiceConnectionRow, (i)))
#define sluice_sample_host(sample, i) (&g_array_index ((sample)->hosts, SluiceHostRow, (i)))
#define sluice_sample_protocol(sample, i) (&g_array_index ((sample)->protocols, SluiceProtocolRow, (i)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceSample, sluice_sample_unref)

G_END_DECLS
