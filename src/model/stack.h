#pragma once

#include "model/timeline.h"

G_BEGIN_DECLS

/* How many are told apart; all else is one, "other". */
#define SLUICE_STACK_PARTS 6

/**
 * SluiceStack:
 *
 * Those who moved most in a span of time, in layers one upon the other. Whoever has a layer keeps it for as long as he
 * is among the first, so that order and colour stay while figures change places. Main loop only.
 */
typedef struct _SluiceStack SluiceStack;

SluiceStack  *sluice_stack_new          (void);
void          sluice_stack_free         (SluiceStack        *stack);
gboolean      sluice_stack_update       (SluiceStack        *stack,
                                SluiceTimeline *timeline,
                                guint64 interface_instance,
                                const SluiceSeries *whole,
                                gint64 from,
                                gint64 to);
int           sluice_stack_find         (SluiceStack        *stack,
                                         const char         *identity);
const char   *sluice_stack_get_identity (SluiceStack        *stack,
                                         guint               part);
SluiceSeries *sluice_stack_get_series   (SluiceStack        *stack,
                                         guint               part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceStack, sluice_stack_free)

G_END_DECLS
