#pragma once

#include "owner/connect-trace.h"
#include "owner/owner-table.h"

G_BEGIN_DECLS

/**
 * SluiceConnectors:
 *
 * Who opened which connection, for programs that are gone before anybody could look at what they hold. Of this network
 * namespace. One thread at a time.
 */
typedef struct _SluiceConnectors SluiceConnectors;

SluiceConnectors *sluice_connectors_new    (SluiceOwnerTable         *table);
void              sluice_connectors_free   (SluiceConnectors         *connectors);
void              sluice_connectors_begin  (SluiceConnectors         *connectors);
void              sluice_connectors_forget (SluiceConnectors         *connectors);
void              sluice_connectors_hear   (SluiceConnectors         *connectors,
                                            const SluiceConnectEvent *event,
                                            gboolean                  may_read,
                                            gint64                    now);
SluiceProgram    *sluice_connectors_find   (SluiceConnectors         *connectors,
                                            const SluiceFlowKey      *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceConnectors, sluice_connectors_free)

G_END_DECLS
