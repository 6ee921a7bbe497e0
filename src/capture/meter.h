#pragma once

#include "capture/interface-rows.h"
#include "model/sample.h"
#include "owner/owner-table.h"
#include "owner/sock-diag.h"

G_BEGIN_DECLS

/**
 * SluiceMeter:
 *
 * Holds flows and their owners between looks and makes one sample of each: a source tells it the sockets that there
 * are, and it works out what is new since the last look, whose it is and over which link it went. One thread at a
 * time.
 */
typedef struct _SluiceMeter SluiceMeter;

SluiceMeter  *sluice_meter_new        (SluiceLinkTable        *links,
                                       SluiceOwnerTable       *owners,
                                       const SluiceMeterScope *scope);
void          sluice_meter_free       (SluiceMeter            *meter);
void          sluice_meter_begin      (SluiceMeter            *meter);
void          sluice_meter_add_socket (SluiceMeter            *meter,
                                       const SluiceSocket     *socket);
SluiceSample *sluice_meter_end        (SluiceMeter            *meter,
                                       gboolean                sockets_complete,
                                       gboolean                with_connections,
                                       gint64                  time,
                                       gint64                  wall_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceMeter, sluice_meter_free)

G_END_DECLS
