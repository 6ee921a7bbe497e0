#pragma once

#include "app/host-names.h"
#include "charts/traffic-chart.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

/**
 * SluiceBreakdownView:
 *
 * What a traffic chart is broken down by: nothing, or programs, protocols or hosts, which it then stacks. As long as
 * hosts or protocols are shown, the engine is asked for connections. Main loop only.
 */
typedef struct _SluiceBreakdownView SluiceBreakdownView;

SluiceBreakdownView *sluice_breakdown_view_new        (SluiceLiveModel     *model,
                                                       SluiceTrafficChart  *chart,
                                                       SluiceHostNames     *names);
void                 sluice_breakdown_view_free       (SluiceBreakdownView *self);
void                 sluice_breakdown_view_set_kind   (SluiceBreakdownView *self,
                                                       const char          *kind);
void                 sluice_breakdown_view_set_recorded (SluiceBreakdownView *self);
SluiceBreakdown      sluice_breakdown_view_get_by     (SluiceBreakdownView *self);
gboolean             sluice_breakdown_view_is_stacked (SluiceBreakdownView *self);
void                 sluice_breakdown_view_update     (SluiceBreakdownView *self,
                                                       gint64               from,
                                                       gint64               to);
guint                sluice_breakdown_view_find_part  (SluiceBreakdownView *self,
                                                       const char          *identity);
char               **sluice_breakdown_view_read_out   (SluiceBreakdownView *self,
                                                       gint64               from,
                                                       gint64               to,
                                                       SluiceRateUnit       unit);
const char          *sluice_breakdown_view_get_note   (SluiceBreakdownView *self);
const char          *sluice_breakdown_view_get_heading (SluiceBreakdownView *self,
                                                       gboolean             held);
const char          *sluice_breakdown_describe_estimate (SluiceBreakdown   by,
                                                         gboolean          mendable);
char                *sluice_breakdown_name            (const SluiceTimelineEntry *entry,
                                                       SluiceHostNames     *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceBreakdownView, sluice_breakdown_view_free)

G_END_DECLS
