#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceSampleQueue:
 *
 * Hands samples from the capture thread to a reader's main context. It has a bound: where the reader lags, samples
 * are merged, so that none is dropped and the capture thread never waits. One writer, one reader; reference-counted.
 */
typedef struct _SluiceSampleQueue SluiceSampleQueue;

SluiceSampleQueue *sluice_sample_queue_new       (guint              bound);
SluiceSampleQueue *sluice_sample_queue_ref       (SluiceSampleQueue *queue);
void               sluice_sample_queue_unref     (SluiceSampleQueue *queue);
void               sluice_sample_queue_push      (SluiceSampleQueue *queue,
                                                  SluiceSample      *sample);
SluiceSample      *sluice_sample_queue_pop       (SluiceSampleQueue *queue);
gboolean           sluice_sample_queue_is_full   (SluiceSampleQueue *queue);
void               sluice_sample_queue_tell_room (SluiceSampleQueue *queue,
                                                  int                event_fd);
GSource           *sluice_sample_queue_attach    (SluiceSampleQueue *queue,
                                                  GMainContext      *context,
                                                  GSourceFunc        callback,
                                                  gpointer           user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceSampleQueue, sluice_sample_queue_unref)

G_END_DECLS
