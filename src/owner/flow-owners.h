#pragma once

#include "owner/namespaces.h"
#include "owner/owner-table.h"
#include "owner/socket-index.h"

G_BEGIN_DECLS

/* Where the sockets come from. */
typedef enum
{
  SLUICE_SOCKETS_BEST,      /* the kernel's list, else lsof */
  SLUICE_SOCKETS_LSOF,      /* lsof, whatever the kernel can */
  SLUICE_SOCKETS_BY_CALLER, /* sluice_flow_owners_add() alone */
} SluiceSocketsWay;

/**
 * SluiceFlowOwner:
 * @program: (nullable): whose flow it is
 * @entry: (nullable): its socket; of several that share its addresses and ports, the owner's; %NULL where none fits, or
 *   is over and only who opened it is known
 * @match: how well that fits
 * @elsewhere: the socket is in another network namespace
 */
typedef struct
{
  SluiceProgram *program;
  SluiceSocketEntry *entry;
  SluiceSocketMatch match;
  gboolean elsewhere;
} SluiceFlowOwner;

/**
 * SluiceFlowOwners:
 *
 * Says whose flow it is that was seen on a link: by the sockets of this network namespace and, for what only passes
 * through it, of the others. One thread at a time.
 */
typedef struct _SluiceFlowOwners SluiceFlowOwners;

SluiceFlowOwners  *sluice_flow_owners_new            (const char              *root,
                                                      SluiceSocketsWay         way);
void               sluice_flow_owners_free           (SluiceFlowOwners        *owners);
void               sluice_flow_owners_read           (SluiceFlowOwners        *owners,
                                                      gint64                   now,
                                                      char                   **fault_out);
void               sluice_flow_owners_begin          (SluiceFlowOwners        *owners);
void               sluice_flow_owners_add            (SluiceFlowOwners        *owners,
                                                      const SluiceSocket      *socket);
void               sluice_flow_owners_end            (SluiceFlowOwners        *owners,
                                                      gboolean                 complete,
                                                      gint64                   now,
                                                      char                   **fault_out);
void               sluice_flow_owners_find           (SluiceFlowOwners        *owners,
                                                      const SluiceFlowKey     *key,
                                                      const SluiceSocketScope *scope,
                                                      SluiceFlowOwner         *owner_out);
void               sluice_flow_owners_find_elsewhere (SluiceFlowOwners        *owners,
                                                      const SluiceFlowKey     *key,
                                                      const SluiceSocketScope *scope,
                                                      gint64                   now,
                                                      SluiceFlowOwner         *owner_out);
void               sluice_flow_owners_expect         (SluiceFlowOwners        *owners,
                                                      const SluiceFlowKey     *key,
                                                      const SluiceSocketScope *scope,
                                                      gint64                   now);
gint64             sluice_flow_owners_hurry          (SluiceFlowOwners        *owners,
                                                      gint64                   now);
gboolean           sluice_flow_owners_are_awaited    (SluiceFlowOwners        *owners,
                                                      gint64                   time);
void               sluice_flow_owners_listen         (SluiceFlowOwners        *owners);
int                sluice_flow_owners_get_descriptor (SluiceFlowOwners        *owners);
gboolean           sluice_flow_owners_see_all        (SluiceFlowOwners        *owners);
SluiceSocketIndex *sluice_flow_owners_get_index      (SluiceFlowOwners        *owners);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceFlowOwners, sluice_flow_owners_free)

G_END_DECLS
