#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceLinkCounters:
 *
 * Asks the kernel what one link has counted by now. One thread at a time.
 */
typedef struct _SluiceLinkCounters SluiceLinkCounters;

SluiceLinkCounters *sluice_link_counters_new  (GError            **error);
void                sluice_link_counters_free (SluiceLinkCounters *counters);
gboolean            sluice_link_counters_read (SluiceLinkCounters *counters,
                                               guint32             ifindex,
                                               guint64             bytes_out[SLUICE_N_DIRECTIONS]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceLinkCounters, sluice_link_counters_free)

G_END_DECLS
