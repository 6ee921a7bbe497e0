#pragma once

#include "engine/interface-item.h"

G_BEGIN_DECLS

/* What only the live model may do to an item: see interface-item.c. */

SluiceInterfaceItem *sluice_interface_item_new            (SluiceInterface     *interface);
void                 sluice_interface_item_set_interface  (SluiceInterfaceItem *self,
                                                           SluiceInterface     *interface,
                                                           gboolean             listed);
void                 sluice_interface_item_set_gone       (SluiceInterfaceItem *self,
                                                           gint64               time);
gint64               sluice_interface_item_get_gone_since (SluiceInterfaceItem *self);
void                 sluice_interface_item_take           (SluiceInterfaceItem *self,
                                                           const SluicePoint   *span,
                                                           const guint64        bytes[SLUICE_N_DIRECTIONS],
                                                           const guint64        unattributed[SLUICE_N_DIRECTIONS]);

G_END_DECLS
