#pragma once

#include "model/sample.h"
#include "model/series.h"

G_BEGIN_DECLS

/**
 * SluiceTimeline:
 *
 * Which program moved how much over which link at each moment of the last hour: what answers "who was that peak?". A
 * ring of slots; main loop only.
 */
typedef struct _SluiceTimeline SluiceTimeline;

/**
 * SluiceTimelineEntry:
 * @program: one process of the program (the identity is what was summed by); %NULL for unattributed bytes
 * @bytes: in the span asked for, by direction
 */
typedef struct
{
  SluiceProgram *program;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluiceTimelineEntry;

SluiceTimeline *sluice_timeline_new              (gint64               keep_us);
void            sluice_timeline_free             (SluiceTimeline      *timeline);
void            sluice_timeline_append           (SluiceTimeline      *timeline,
                                                  const SluiceSample  *sample);
void            sluice_timeline_rename_interface (SluiceTimeline      *timeline,
                                                  guint64              before,
                                                  guint64              now);
GArray         *sluice_timeline_sum              (SluiceTimeline      *timeline,
                                                  gint64               from,
                                                  gint64               to,
                                                  guint64              interface_instance);
void            sluice_timeline_entries_select   (SluiceTimelineEntry *entries,
                                                  guint                n_entries,
                                                  guint                n_first,
                                                  GCompareDataFunc     compare,
                                                  gpointer             data);
GArray         *sluice_timeline_top              (SluiceTimeline      *timeline,
                                                  gint64               from,
                                                  gint64               to,
                                                  guint64              interface_instance,
                                                  guint                n_most);
void            sluice_timeline_fill_series      (SluiceTimeline      *timeline,
                                                  const char          *identity,
                                                  guint64              interface_instance,
                                                  SluiceSeries        *series);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceTimeline, sluice_timeline_free)

G_END_DECLS
