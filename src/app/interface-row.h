#pragma once

#include <gtk/gtk.h>

#include "engine/interface-item.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_INTERFACE_ROW_WIDGET (sluice_interface_row_widget_get_type ())
/**
 * SluiceInterfaceRowWidget:
 *
 * One interface in the picker's list. Its preview moves only while it is mapped.
 */
G_DECLARE_FINAL_TYPE (SluiceInterfaceRowWidget,
                      sluice_interface_row_widget,
                      SLUICE,
                      INTERFACE_ROW_WIDGET,
                      GtkListBoxRow)

GtkWidget           *sluice_interface_row_widget_new      (SluiceInterfaceItem      *item,
                                                           SluiceLiveModel          *model);
SluiceInterfaceItem *sluice_interface_row_widget_get_item (SluiceInterfaceRowWidget *self);

char       *sluice_interface_title     (SluiceInterfaceItem *item);
const char *sluice_interface_icon_name (SluiceInterfaceItem *item);

G_END_DECLS
