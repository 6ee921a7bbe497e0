#pragma once

#include <gio/gio.h>

#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_CONNECTION_ITEM (sluice_connection_item_get_type ())
/**
 * SluiceConnectionItem:
 *
 * One socket as the window shows it. Updated in place.
 *
 * Signal "changed": its figures are new.
 */
G_DECLARE_FINAL_TYPE (SluiceConnectionItem, sluice_connection_item, SLUICE, CONNECTION_ITEM, GObject)

const SluiceConnectionRow *sluice_connection_item_get_row            (SluiceConnectionItem *self);
const double              *sluice_connection_item_get_rates          (SluiceConnectionItem *self);
const guint64             *sluice_connection_item_get_total          (SluiceConnectionItem *self);
SluiceHost                *sluice_connection_item_get_host           (SluiceConnectionItem *self);
SluiceHost                *sluice_connection_item_get_called         (SluiceConnectionItem *self);
const char                *sluice_connection_item_get_interface_name (SluiceConnectionItem *self);
gboolean                   sluice_connection_item_get_closed         (SluiceConnectionItem *self);

#define SLUICE_TYPE_CONNECTION_LIST (sluice_connection_list_get_type ())
/**
 * SluiceConnectionList:
 *
 * The sockets of one program (or group, or process), as a #GListModel of #SluiceConnectionItem that follows the live
 * model. Asks the engine for connection rows as long as it lives and has an item. Ended connections stay for 10 s,
 * marked.
 */
G_DECLARE_FINAL_TYPE (SluiceConnectionList, sluice_connection_list, SLUICE, CONNECTION_LIST, GObject)

SluiceConnectionList *sluice_connection_list_new      (SluiceLiveModel      *model);
void                  sluice_connection_list_set_item (SluiceConnectionList *self,
                                                       SluiceProgramItem    *item);

G_END_DECLS
