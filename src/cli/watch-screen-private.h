#pragma once

#include "cli/watch-screen.h"
#include "model/series.h"

G_BEGIN_DECLS

/* The columns there are; which of them a list has is in watch-screen-rows.c. */
typedef enum
{
  SLUICE_COLUMN_NAME,
  SLUICE_COLUMN_LOCAL,
  SLUICE_COLUMN_ADDRESS,
  SLUICE_COLUMN_NETWORK,
  SLUICE_COLUMN_PROTOCOL,
  SLUICE_COLUMN_STATE,
  SLUICE_COLUMN_PROGRAM,
  SLUICE_COLUMN_KIND,
  SLUICE_COLUMN_PID,
  SLUICE_COLUMN_USER,
  SLUICE_COLUMN_BAR,
  SLUICE_COLUMN_DOWNLOAD,
  SLUICE_COLUMN_UPLOAD,
  SLUICE_COLUMN_TOTAL,
  SLUICE_COLUMN_CONNECTIONS,
  SLUICE_COLUMN_RTT,
  SLUICE_COLUMN_UNATTRIBUTED,
  SLUICE_COLUMN_DROPPED,
} SluiceScreenColumnId;

/**
 * SluiceScreenColumn:
 * @id: what it shows
 * @title: not yet translated
 * @width: columns; 0 takes what is left
 * @right: flush right
 * @rank: where there is no room the highest goes first; 0 always stays
 */
typedef struct
{
  SluiceScreenColumnId id;
  const char *title;
  guint width;
  gboolean right;
  guint rank;
} SluiceScreenColumn;

/**
 * SluiceScreenRow:
 * @rate: bytes/s, by direction
 * @total: bytes since the start, both directions
 * @known: whether the figures mean something
 *
 * One row as it was when the screen was last updated; a pause keeps it so.
 */
typedef struct
{
  SluiceProgram *program;
  SluiceInterface *interface;
  SluiceHost *host;
  SluiceConnectionRow connection;
  SluiceProtocol protocol;
  double rate[SLUICE_N_DIRECTIONS];
  double unattributed;
  guint64 total;
  guint64 dropped;
  guint n_processes;
  gint32 pid; /* of the one process, or 0 */
  guint n_connections;
  guint32 rtt_us;
  gboolean known;
} SluiceScreenRow;

/* The history of one interface, for its little charts. */
typedef struct
{
  char *name;
  gboolean present;
  double rate[SLUICE_N_DIRECTIONS];
  SluiceSeries *series;
} SluiceScreenLink;

struct _SluiceScreen
{
  SluiceWatchBy by;
  guint top;
  gboolean unicode;
  gboolean started; /* there has been a sample that covers some time */
  gboolean paused;
  gboolean help;
  gboolean editing_filter;
  gboolean ascending;
  SluiceScreenColumnId sort;
  GString *filter;
  guint offset; /* rows scrolled away */
  guint page; /* rows that fitted when it was last drawn */
  guint n_matched; /* rows that the filter let through then */

  gint64 time; /* boot-time clock of what is shown, µs */
  gint64 wall_time;
  gint64 duration;
  SluiceSourceKind source;
  gboolean estimated;
  gboolean has_connections;
  gboolean has_hosts;
  char *fault;
  double unattributed[SLUICE_N_DIRECTIONS];
  double excess[SLUICE_N_DIRECTIONS];
  GPtrArray *links; /* of SluiceScreenLink, beside the interfaces of the totals */
  GArray *rows; /* of SluiceScreenRow */
};

const SluiceScreenColumn *sluice_screen_columns   (SluiceWatchBy          by,
                                                   guint                 *n_out);
GPtrArray                *sluice_screen_sorted    (SluiceScreen          *screen);
char                     *sluice_screen_cell_text (const SluiceScreen    *screen,
                                                   const SluiceScreenRow *row,
                                                   SluiceScreenColumnId   id);
char                     *sluice_screen_row_name  (const SluiceScreenRow *row,
                                                   SluiceWatchBy          by);

G_END_DECLS
