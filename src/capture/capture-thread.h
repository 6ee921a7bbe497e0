#pragma once

#include "capture/sample-queue.h"
#include "capture/source.h"

G_BEGIN_DECLS

#define SLUICE_INTERVAL_MIN_MS 100
#define SLUICE_INTERVAL_MAX_MS 60000

/**
 * SluiceCaptureThread:
 *
 * The GThread that owns a source and posts one sample a tick. All that others may do is to set how often and how
 * much, and to stop it.
 */
typedef struct _SluiceCaptureThread SluiceCaptureThread;

SluiceCaptureThread *sluice_capture_thread_start           (SluiceSource        *source,
                                                            SluiceSampleQueue   *queue,
                                                            guint                interval_ms,
                                                            guint                first_ms,
                                                            gboolean             with_connections,
                                                            GError             **error);
void                 sluice_capture_thread_stop            (SluiceCaptureThread *thread);
void                 sluice_capture_thread_set_interval    (SluiceCaptureThread *thread,
                                                            guint                interval_ms);
void                 sluice_capture_thread_set_connections (SluiceCaptureThread *thread,
                                                            gboolean             with_connections);

G_END_DECLS
