#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceTotal:
 * @serial: the #SluiceTotals.serial of the last sample that had it; when that is not the latest, @now means nothing
 * @now: bytes of that sample, by direction
 * @sum: bytes since the start
 * @forwarded: of a capture file with a local side: of @sum, what neither side of is local, and so was neither received
 *   nor sent
 * @forwarded_packets: likewise, where packets are known
 *
 * What every kind of total begins with, so that all can be sorted and cut alike.
 */
typedef struct
{
  guint serial;
  guint64 now[SLUICE_N_DIRECTIONS];
  guint64 sum[SLUICE_N_DIRECTIONS];
  guint64 forwarded[SLUICE_N_DIRECTIONS];
  guint64 forwarded_packets[SLUICE_N_DIRECTIONS];
} SluiceTotal;

/**
 * SluiceInterfaceTotal:
 * @total: see #SluiceTotal
 * @row: sums of everything else; its interface is the latest record
 * @unattributed_now: bytes of no program in the last sample, by direction
 * @excess_now: bytes of the last sample that the link did not count, by direction
 */
typedef struct
{
  SluiceTotal total;
  SluiceInterfaceRow row;
  guint64 unattributed_now[SLUICE_N_DIRECTIONS];
  guint64 excess_now[SLUICE_N_DIRECTIONS];
} SluiceInterfaceTotal;

/**
 * SluiceProgramTotal:
 * @total: see #SluiceTotal
 * @row: payload and segments sent again summed; of connections the most at once; round-trip time as last known. Its
 *   program has no pid where there were several processes, and no user where there were several users.
 * @links: array of #SluiceProgramLink, sums, with @interface an index into #SluiceTotals.interfaces
 * @n_processes: in the last sample
 * @pid: of the one process that the last sample had, or 0
 * @connections: in the last sample
 * @listening: likewise
 * @several: more than one process has been seen
 * @key: what the totals know it by
 *
 * One program: all processes of one path.
 */
typedef struct
{
  SluiceTotal total;
  SluiceProgramRow row;
  GArray *links;
  guint n_processes;
  gint32 pid;
  guint connections;
  guint listening;
  gboolean several;
  char *key;
} SluiceProgramTotal;

/**
 * SluiceConnectionTotal:
 * @total: see #SluiceTotal
 * @row: payload and segments sent again summed, the rest as last known; its indexes mean nothing
 * @program: (nullable): whose it is
 * @interface: (nullable): where it runs
 * @host: (nullable): the other side, where the tier knows it
 */
typedef struct
{
  SluiceTotal total;
  SluiceConnectionRow row;
  SluiceProgram *program;
  SluiceInterface *interface;
  SluiceHost *host;
} SluiceConnectionTotal;

/**
 * SluiceHostTotal:
 * @total: see #SluiceTotal
 * @row: packets and what was forwarded summed; of connections the most at once; its host is the latest record
 * @connections: in the last sample
 * @address: what the totals know it by
 */
typedef struct
{
  SluiceTotal total;
  SluiceHostRow row;
  guint connections;
  SluiceAddress address;
} SluiceHostTotal;

/**
 * SluiceProtocolTotal:
 * @total: see #SluiceTotal
 * @row: packets summed; of connections the most at once
 * @connections: in the last sample
 */
typedef struct
{
  SluiceTotal total;
  SluiceProtocolRow row;
  guint connections;
} SluiceProtocolTotal;

/**
 * SluiceRest:
 * @count: how many rows it stands for
 * @bytes: theirs together, by direction
 * @forwarded: likewise, as in #SluiceTotal
 * @links: (nullable): array of #SluiceProgramLink, as in #SluiceProgramTotal
 *
 * What a cut list leaves out.
 */
typedef struct
{
  guint64 count;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 forwarded[SLUICE_N_DIRECTIONS];
  GArray *links;
} SluiceRest;

/**
 * SluiceTotals:
 * @serial: counts the samples
 * @duration: µs since the start
 * @last_duration: µs that the last sample covers
 * @time: boot-time clock at the end of the last sample, µs
 * @wall_time: the same moment in µs since 1970
 * @source: which tier made the last sample
 * @estimated: some figures hold estimated headers
 * @has_connections: the last sample held every connection
 * @has_hosts: the tier of the last sample knows hosts and protocols of its own
 * @hosts_derived: some hosts and protocols are those of connections, without packets
 * @file: of a capture file, what is known of it
 * @interfaces: of #SluiceInterfaceTotal
 * @programs: of #SluiceProgramTotal
 * @connections: of #SluiceConnectionTotal
 * @hosts: of #SluiceHostTotal
 * @protocols: of #SluiceProtocolTotal
 * @forgotten_programs: small ones from long ago that were folded together to bound memory
 * @forgotten_connections: likewise
 * @forgotten_hosts: likewise
 *
 * Adds samples up for the summary and holds the latest figures of each row for the views.
 */
typedef struct
{
  guint serial;
  gint64 duration;
  gint64 last_duration;
  gint64 time;
  gint64 wall_time;
  SluiceSourceKind source;
  gboolean estimated;
  gboolean has_connections;
  gboolean has_hosts;
  gboolean hosts_derived;
  SluiceFileFacts file;
  GPtrArray *interfaces;
  GPtrArray *programs;
  GPtrArray *connections;
  GPtrArray *hosts;
  GPtrArray *protocols;
  SluiceRest forgotten_programs;
  SluiceRest forgotten_connections;
  SluiceRest forgotten_hosts;

  GHashTable *interfaces_by_instance;
  GHashTable *programs_by_key;
  GHashTable *connections_by_id;
  GHashTable *hosts_by_address;
  GHashTable *protocols_by_number;
} SluiceTotals;

/* Programs, connections and hosts that are remembered besides those of the last sample. */
#define SLUICE_TOTALS_MAX 20000

SluiceTotals *sluice_totals_new  (void);
void          sluice_totals_free (SluiceTotals       *totals);
void          sluice_totals_add  (SluiceTotals       *totals,
                                  const SluiceSample *sample);

SluiceInterface *sluice_totals_get_interface (const SluiceTotals *totals,
                                              SluiceInterface    *interface);
guint64          sluice_totals_count_packets (const SluiceTotals *totals);
guint64          sluice_totals_count_bytes   (const SluiceTotals *totals);

/* totals-rank.c: what a list shows of them */
GPtrArray *sluice_totals_rank          (const SluiceTotals *totals,
                                        const GPtrArray    *array,
                                        gboolean            now);
GPtrArray *sluice_totals_choose        (const SluiceTotals *totals,
                                        const GPtrArray    *array,
                                        const SluiceRest   *forgotten,
                                        gboolean            now,
                                        guint               n_rows,
                                        SluiceRest         *rest);
void       sluice_totals_get_remainder (const SluiceTotals *totals,
                                        const GPtrArray    *array,
                                        const SluiceRest   *forgotten,
                                        gboolean            now,
                                        SluiceRest         *remainder_out);

void sluice_rest_add      (SluiceRest              *rest,
                           const guint64            bytes[SLUICE_N_DIRECTIONS],
                           const SluiceProgramLink *links,
                           guint                    n_links);
void sluice_rest_add_total (SluiceRest             *rest,
                            const SluiceTotal      *total);
void sluice_rest_add_rest (SluiceRest              *rest,
                           const SluiceRest        *other);
void sluice_rest_clear    (SluiceRest              *rest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceTotals, sluice_totals_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceRest, sluice_rest_clear)

G_END_DECLS
