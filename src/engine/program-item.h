#pragma once

#include <gio/gio.h>

#include "model/program.h"
#include "model/sample.h"
#include "model/series.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_ITEM_GROUP,   /* an app, a user or a unit; its children are programs */
  SLUICE_ITEM_PROGRAM, /* one identity; its children are processes */
  SLUICE_ITEM_PROCESS, /* one process; no children */
} SluiceItemLevel;

/**
 * SluiceProgramStats:
 * @rate: bytes/s in the last sample, by direction
 * @total: bytes since Sluice began to look, by direction
 * @connections: connected sockets now
 * @listening: listening and unconnected sockets now
 * @rtt_us: median round-trip time, µs; 0 is unknown
 * @retransmits: segments sent again since Sluice began to look
 * @n_processes: processes alive now
 * @first_seen: wall clock, µs since 1970
 * @last_active: boot-time clock when it last moved a byte, µs; 0 is never
 * @alive: a process of it is still there
 */
typedef struct
{
  double rate[SLUICE_N_DIRECTIONS];
  guint64 total[SLUICE_N_DIRECTIONS];
  guint32 connections;
  guint32 listening;
  guint32 rtt_us;
  guint64 retransmits;
  guint32 n_processes;
  gint64 first_seen;
  gint64 last_active;
  gboolean alive;
} SluiceProgramStats;

#define SLUICE_TYPE_PROGRAM_ITEM (sluice_program_item_get_type ())
/**
 * SluiceProgramItem:
 *
 * A row of the process table: a group, a program or a process. Updated in place, lives as long as anything shows it.
 * The model says when its figures are new.
 */
G_DECLARE_FINAL_TYPE (SluiceProgramItem, sluice_program_item, SLUICE, PROGRAM_ITEM, GObject)

SluiceItemLevel           sluice_program_item_get_level     (SluiceProgramItem *self);
SluiceProgram            *sluice_program_item_get_program   (SluiceProgramItem *self);
const char               *sluice_program_item_get_identity  (SluiceProgramItem *self);
const char               *sluice_program_item_get_name      (SluiceProgramItem *self);
const char               *sluice_program_item_get_detail    (SluiceProgramItem *self);
const SluiceProgramStats *sluice_program_item_get_stats     (SluiceProgramItem *self);
SluiceSeries             *sluice_program_item_get_series    (SluiceProgramItem *self);
GListModel               *sluice_program_item_get_children  (SluiceProgramItem *self);
gboolean                  sluice_program_item_matches       (SluiceProgramItem *self,
                                                             const char        *folded_words);

G_END_DECLS
