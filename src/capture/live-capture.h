#pragma once

#include "capture/link-table.h"
#include "capture/meter.h"
#include "capture/report.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_LIVE_REPORT = 1 << 0, /* a report was taken */
  SLUICE_LIVE_LINKS = 1 << 1,  /* interfaces have changed: refresh the table and look whether it is current */
  SLUICE_LIVE_WAKE = 1 << 2,   /* the time of sluice_live_capture_wake_at() has come */
} SluiceLiveEvents;

/**
 * SluiceLiveCapture:
 *
 * Keeps a decoder process at work on the interfaces that are in scope, while they come, go and change, and while it
 * fails. One thread at a time, but for making it.
 */
typedef struct _SluiceLiveCapture SluiceLiveCapture;

SluiceLiveCapture *sluice_live_capture_new            (SluiceLinkTable        *links,
                                                       const SluiceMeterScope *scope,
                                                       GError                **error);
void               sluice_live_capture_free           (SluiceLiveCapture      *capture);
int                sluice_live_capture_get_descriptor (SluiceLiveCapture      *capture);
gboolean           sluice_live_capture_is_current     (SluiceLiveCapture      *capture);
gboolean           sluice_live_capture_prepare        (SluiceLiveCapture      *capture);
void               sluice_live_capture_update         (SluiceLiveCapture      *capture);
guint64            sluice_live_capture_get_run        (SluiceLiveCapture      *capture);
const guint64     *sluice_live_capture_get_instances  (SluiceLiveCapture      *capture,
                                                       guint                  *n_out);
gboolean           sluice_live_capture_read           (SluiceLiveCapture      *capture,
                                                       SluiceReport           *report);
SluiceLiveEvents   sluice_live_capture_dispatch       (SluiceLiveCapture      *capture,
                                                       SluiceReport           *report);
void               sluice_live_capture_wake_at        (SluiceLiveCapture      *capture,
                                                       gint64                  time);
char              *sluice_live_capture_take_fault     (SluiceLiveCapture      *capture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceLiveCapture, sluice_live_capture_free)

G_END_DECLS
