#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SLUICE_TYPE_SLOT_LIST (sluice_slot_list_get_type ())
/**
 * SluiceSlotList:
 *
 * As many empty objects as another list has items: places for rows rather than rows. A table over places has nothing
 * to do when rows change their order but to fill the places that are seen anew: it neither makes nor binds cells, nor
 * does it follow a row that has moved away. What stands in a place is what the other list has at its position.
 */
G_DECLARE_FINAL_TYPE (SluiceSlotList, sluice_slot_list, SLUICE, SLOT_LIST, GObject)

SluiceSlotList *sluice_slot_list_new (GListModel *rows);

G_END_DECLS
