#pragma once

#include <gio/gio.h>

#include "model/sample.h"
#include "model/series.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_INTERFACE_ITEM (sluice_interface_item_get_type ())
/**
 * SluiceInterfaceItem:
 *
 * One link, or the sum of the listed ones ("all interfaces"), as the window shows it. Updated in place.
 *
 * Signal "changed": its figures or its interface record are new.
 */
G_DECLARE_FINAL_TYPE (SluiceInterfaceItem, sluice_interface_item, SLUICE, INTERFACE_ITEM, GObject)

SluiceInterface *sluice_interface_item_get_interface    (SluiceInterfaceItem *self);
guint64          sluice_interface_item_get_instance     (SluiceInterfaceItem *self);
gboolean         sluice_interface_item_get_listed       (SluiceInterfaceItem *self);
gboolean         sluice_interface_item_get_gone         (SluiceInterfaceItem *self);
SluiceSeries    *sluice_interface_item_get_series       (SluiceInterfaceItem *self);
void             sluice_interface_item_get_total        (SluiceInterfaceItem *self,
                                                         guint64              bytes_out[SLUICE_N_DIRECTIONS]);
void             sluice_interface_item_get_unattributed (SluiceInterfaceItem *self,
                                                         double               rates_out[SLUICE_N_DIRECTIONS]);

G_END_DECLS
