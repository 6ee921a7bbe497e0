#pragma once

#include "capture/direction.h"

G_BEGIN_DECLS

/**
 * SluiceNameFinder:
 *
 * Looks into the first payloads of flows: what they speak, and what hosts are called there. Fixed in size.
 */
typedef struct _SluiceNameFinder SluiceNameFinder;

SluiceNameFinder *sluice_name_finder_new  (void);
void              sluice_name_finder_free (SluiceNameFinder     *finder);
void              sluice_name_finder_look (SluiceNameFinder     *finder,
                                           const SluiceLocalSet *local,
                                           const SluiceFrame    *frame,
                                           SluiceFlow           *flow,
                                           guint32               slot,
                                           guint                 side,
                                           gboolean              to_stranger);
guint             sluice_name_finder_count (const SluiceNameFinder *finder);
void              sluice_name_finder_take (SluiceNameFinder     *finder,
                                           GArray               *names);

/* Where the DNS answers. */
#define SLUICE_NAME_FINDER_PORT 53
/* How many payloads of a flow are looked into, and how many while a TLS hello is not whole. */
#define SLUICE_NAME_FINDER_LOOKS 6
#define SLUICE_NAME_FINDER_ASSEMBLY_LOOKS 32

/**
 * sluice_name_finder_is_curious:
 * @flow: a flow
 *
 * Returns: whether a payload of it is worth sluice_name_finder_look(): DNS always, others at their beginning
 */
static inline gboolean
sluice_name_finder_is_curious (const SluiceFlow *flow)
{
  return flow->looks < SLUICE_NAME_FINDER_LOOKS || flow->flags & SLUICE_FLOW_ASSEMBLING
         || flow->protocol == SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_DNS)
         || flow->protocol == SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_MDNS);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceNameFinder, sluice_name_finder_free)

G_END_DECLS
