#pragma once

#include "model/sample.h"
#include "model/series.h"

G_BEGIN_DECLS

/* What traffic is told apart by. */
typedef enum
{
  SLUICE_BY_PROGRAM,
  SLUICE_BY_PROTOCOL,
  SLUICE_BY_HOST,
  SLUICE_N_BREAKDOWNS,
} SluiceBreakdown;

/* So many hosts or protocols of one sample are remembered, the largest; the others are in the link's bytes alone. */
#define SLUICE_TIMELINE_PARTS_MAX 64

/**
 * SluiceTimeline:
 *
 * Which program, host or protocol moved how much over which link at each moment of the last hour: what answers "who was
 * that peak?". A ring of slots; main loop only.
 */
typedef struct _SluiceTimeline SluiceTimeline;

/**
 * SluiceTimelineEntry:
 * @identity: (nullable): what was summed by, a #GRefString; %NULL for unattributed bytes, which only programs have
 * @program: (nullable): one process of the program
 * @host: (nullable): the host as it was last known
 * @protocol: the protocol
 * @bytes: in the span asked for, by direction
 */
typedef struct
{
  char *identity;
  SluiceProgram *program;
  SluiceHost *host;
  SluiceProtocol protocol;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluiceTimelineEntry;

SluiceTimeline *sluice_timeline_new              (SluiceBreakdown      by,
                                                  gint64               keep_us);
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
void            sluice_timeline_fill_stack       (SluiceTimeline      *timeline,
                                                  const char *const   *identities,
                                                  guint                n_identities,
                                                  guint64              interface_instance,
                                                  const SluiceSeries  *whole,
                                                  gint64               after,
                                                  SluiceSeries *const *series);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceTimeline, sluice_timeline_free)

G_END_DECLS
