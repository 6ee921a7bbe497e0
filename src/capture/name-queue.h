#pragma once

#include "capture/report.h"

G_BEGIN_DECLS

/**
 * SluiceNameQueue:
 *
 * Names that were learnt and wait for the next report. Fixed in size; what was said in the last minutes is not said
 * again.
 */
typedef struct _SluiceNameQueue SluiceNameQueue;

SluiceNameQueue *sluice_name_queue_new        (void);
void             sluice_name_queue_free       (SluiceNameQueue       *queue);
void             sluice_name_queue_add        (SluiceNameQueue       *queue,
                                               const SluiceAddress   *address,
                                               SluiceNameSource       source,
                                               const char            *name,
                                               gint64                 time,
                                               guint32                slot,
                                               guint32                generation);
guint            sluice_name_queue_get_length (const SluiceNameQueue *queue);
void             sluice_name_queue_take       (SluiceNameQueue       *queue,
                                               GArray                *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceNameQueue, sluice_name_queue_free)

G_END_DECLS
