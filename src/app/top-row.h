#pragma once

#include <gtk/gtk.h>

#include "app/host-names.h"
#include "engine/program-item.h"
#include "model/timeline.h"
#include "model/units.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_TOP_ROW (sluice_top_row_get_type ())
/**
 * SluiceTopRow:
 *
 * One program, host or protocol, or what belongs to none, in a list of those that moved most.
 */
G_DECLARE_FINAL_TYPE (SluiceTopRow, sluice_top_row, SLUICE, TOP_ROW, GtkListBoxRow)

/**
 * SluiceTopFigures:
 * @seconds: the time spoken of
 * @now: boot-time clock of the newest sample, µs
 * @whole: bytes that all moved in it, both directions that are shown
 * @shown: which directions are
 * @units: how numbers are written
 * @by: what is told apart
 * @packets: whether packets are seen
 * @stacked: whether rows have the key of a stacked chart
 * @names: (nullable): who asks for names of hosts
 * @wall_time: of the newest sample, µs since 1970
 */
typedef struct
{
  double seconds;
  gint64 now;
  guint64 whole;
  gboolean shown[SLUICE_N_DIRECTIONS];
  SluiceUnits units;
  SluiceBreakdown by;
  gboolean packets;
  gboolean stacked;
  SluiceHostNames *names;
  gint64 wall_time;
} SluiceTopFigures;

GtkWidget  *sluice_top_row_new          (void);
void        sluice_top_row_set_narrow   (SluiceTopRow              *self,
                                         gboolean                   narrow,
                                         gboolean                   tight);
void        sluice_top_row_set_entry    (SluiceTopRow              *self,
                                         const SluiceTimelineEntry *entry,
                                         SluiceProgramItem         *item,
                                         guint                      part,
                                         const SluiceTopFigures    *figures);
const char *sluice_top_row_get_identity (SluiceTopRow              *self);

G_END_DECLS
