#pragma once

#include "model/interface.h"

G_BEGIN_DECLS

/**
 * SluiceLocalSet:
 *
 * Which addresses are this machine's, and which are groups. Fixed in size.
 */
typedef struct _SluiceLocalSet SluiceLocalSet;

SluiceLocalSet *sluice_local_set_new      (guint                         max_networks);
void            sluice_local_set_free     (SluiceLocalSet               *set);
void            sluice_local_set_fill     (SluiceLocalSet               *set,
                                           const SluiceInterfaceAddress *networks,
                                           guint                         n_networks,
                                           gboolean                      whole_networks);
gboolean        sluice_local_set_is_empty (const SluiceLocalSet         *set);
gboolean        sluice_local_set_has      (const SluiceLocalSet         *set,
                                           const SluiceAddress          *address);
gboolean        sluice_local_set_is_group (const SluiceLocalSet         *set,
                                           const SluiceAddress          *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceLocalSet, sluice_local_set_free)

G_END_DECLS
