#pragma once

#include "engine/engine.h"
#include "engine/interface-item.h"
#include "engine/program-tree.h"
#include "model/timeline.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_LIVE_MODEL (sluice_live_model_get_type ())
/**
 * SluiceLiveModel:
 *
 * The last hour as list models, rings and a timeline, fed by an engine's samples (or, in tests, by hand). What the
 * pages show. Main loop only.
 *
 * Its scope is one interface or, at first, the sum of the listed ones: programs' rates and totals speak of the scope.
 *
 * Signal "updated" (SluiceLiveModel *model, SluiceSample *sample): everything below holds a new sample.
 * Signal "scope-changed": another interface is shown; charts and lists speak of it from now on.
 */
G_DECLARE_FINAL_TYPE (SluiceLiveModel, sluice_live_model, SLUICE, LIVE_MODEL, GObject)

SluiceLiveModel     *sluice_live_model_new            (SluiceEngine        *engine);
SluiceLiveModel     *sluice_live_model_new_for_recording (void);
void                 sluice_live_model_feed           (SluiceLiveModel     *self,
                                                       SluiceSample        *sample);
void                 sluice_live_model_finish         (SluiceLiveModel     *self);
SluiceEngine        *sluice_live_model_get_engine     (SluiceLiveModel     *self);
GListModel          *sluice_live_model_get_interfaces (SluiceLiveModel     *self);
SluiceInterfaceItem *sluice_live_model_get_scope      (SluiceLiveModel     *self);
void                 sluice_live_model_set_scope      (SluiceLiveModel     *self,
                                                       SluiceInterfaceItem *item);
GListModel          *sluice_live_model_get_programs   (SluiceLiveModel     *self);
SluiceGroupBy        sluice_live_model_get_group_by   (SluiceLiveModel     *self);
void                 sluice_live_model_set_group_by   (SluiceLiveModel     *self,
                                                       SluiceGroupBy        group_by);
SluiceProgramItem   *sluice_live_model_find_program   (SluiceLiveModel     *self,
                                                       const char          *identity);
SluiceTimeline      *sluice_live_model_get_timeline   (SluiceLiveModel     *self,
                                                       SluiceBreakdown      by);
SluiceSample        *sluice_live_model_get_latest     (SluiceLiveModel     *self);

G_END_DECLS
