#pragma once

#include "engine/interface-item.h"

G_BEGIN_DECLS

/**
 * SluiceInterfaceList:
 *
 * The links that samples spoke of, as items for the window; the first is the sum of the listed ones. A link that is
 * gone stays for an hour in case it comes back under its name: the user then sees one link with a gap. Main loop only.
 */
typedef struct _SluiceInterfaceList SluiceInterfaceList;

/* A link that was @before came back and is @now. */
typedef struct
{
  guint64 before;
  guint64 now;
} SluiceInterfaceReturn;

SluiceInterfaceList *sluice_interface_list_new       (void);
void                 sluice_interface_list_free      (SluiceInterfaceList *list);
GListModel          *sluice_interface_list_get_model (SluiceInterfaceList *list);
SluiceInterfaceItem *sluice_interface_list_get_sum   (SluiceInterfaceList *list);
SluiceInterfaceItem *sluice_interface_list_find      (SluiceInterfaceList *list,
                                                      guint64              instance);
GArray              *sluice_interface_list_feed      (SluiceInterfaceList *list,
                                                      const SluiceSample  *sample,
                                                      SluiceInterfaceItem *keep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceInterfaceList, sluice_interface_list_free)

G_END_DECLS
