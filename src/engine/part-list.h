#pragma once

#include "engine/connection-list.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_PART_ITEM (sluice_part_item_get_type ())
/**
 * SluicePartItem:
 *
 * One host that a program talks to, or one protocol that it speaks, as the window shows it. Updated in place.
 */
G_DECLARE_FINAL_TYPE (SluicePartItem, sluice_part_item, SLUICE, PART_ITEM, GObject)

/**
 * SluicePartFigures:
 * @rate: bytes/s in the last sample, by direction
 * @total: bytes since its connections began, those that have ended included, by direction
 * @n_connections: how many are open
 */
typedef struct
{
  double rate[SLUICE_N_DIRECTIONS];
  guint64 total[SLUICE_N_DIRECTIONS];
  guint n_connections;
} SluicePartFigures;

SluiceHost              *sluice_part_item_get_host     (SluicePartItem *self);
SluiceProtocol           sluice_part_item_get_protocol (SluicePartItem *self);
const SluicePartFigures *sluice_part_item_get_figures  (SluicePartItem *self);

#define SLUICE_TYPE_PART_LIST (sluice_part_list_get_type ())
/**
 * SluicePartList:
 *
 * A list of connections summed by host or by protocol, as a #GListModel of #SluicePartItem. What has no connection any
 * more stays with what it moved, as long as there are not too many.
 */
G_DECLARE_FINAL_TYPE (SluicePartList, sluice_part_list, SLUICE, PART_LIST, GObject)

SluicePartList *sluice_part_list_new    (GListModel      *connections,
                                         SluiceBreakdown  by);
void            sluice_part_list_update (SluicePartList  *self);

G_END_DECLS
