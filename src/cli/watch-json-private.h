#pragma once

#include "cli/json-writer.h"
#include "cli/watch.h"

G_BEGIN_DECLS

/**
 * SluiceJsonRow:
 * @bytes: by direction
 * @total: (nullable): of totals, its own
 * @index: where it stands among its like, which settles ties
 * @figures: its row, of the kind that is listed
 * @links: (array length=n_links) (nullable): its bytes by interface
 * @program: (nullable): whose it is
 * @interface: (nullable): where it runs
 * @host: (nullable): the host, or the other side of a connection
 *
 * One row of the list, be it of a sample or of the totals.
 */
typedef struct
{
  const guint64 *bytes;
  const SluiceTotal *total;
  guint index;
  gconstpointer figures;
  const SluiceProgramLink *links;
  guint n_links;
  const SluiceProgram *program;
  const SluiceInterface *interface;
  const SluiceHost *host;
} SluiceJsonRow;

/**
 * SluiceJsonReport:
 * @interfaces: array of #SluiceInterfaceRow, which links index
 * @rows: array of #SluiceJsonRow
 * @packets_known: hosts and protocols have packets
 * @file: (nullable): what is known of the capture file
 * @packets: of a file, all
 * @bytes: likewise
 * @file_total: likewise (nullable)
 * @undirected: which side is local is not known: what was received and sent is null
 * @forgotten: (nullable): what no row stands for any more
 *
 * What one line tells. All that it points to belongs to the sample or the totals that it is made of.
 */
typedef struct
{
  const char *type;
  gint64 wall_time;
  gint64 duration;
  SluiceSourceKind source;
  gboolean estimated;
  const char *fault;
  GPtrArray *interfaces;
  GArray *rows;
  gboolean packets_known;
  const SluiceFileFacts *file;
  guint64 packets;
  guint64 bytes;
  const SluiceTotal *file_total;
  gboolean undirected;
  const SluiceRest *forgotten;
} SluiceJsonReport;

/* watch-json-rows.c: how rows are written */
void sluice_watch_json_add_directed (SluiceJsonWriter        *json,
                                     const SluiceJsonReport  *report,
                                     const char              *member,
                                     guint64                  value);
void sluice_watch_json_add_pair     (SluiceJsonWriter        *json,
                                     const SluiceJsonReport  *report,
                                     const guint64            bytes[SLUICE_N_DIRECTIONS],
                                     const guint64           *forwarded);
void sluice_watch_json_add_packets  (SluiceJsonWriter        *json,
                                     const SluiceJsonReport  *report,
                                     const guint64            packets[SLUICE_N_DIRECTIONS],
                                     const guint64           *forwarded);
void sluice_watch_json_add_links    (SluiceJsonWriter        *json,
                                     const SluiceJsonReport  *report,
                                     const SluiceProgramLink *links,
                                     guint                    n_links);
void sluice_watch_json_add_row      (SluiceJsonWriter        *json,
                                     const SluiceJsonReport  *report,
                                     SluiceWatchBy            by,
                                     const SluiceJsonRow     *row);

G_END_DECLS
