#pragma once

#include "app/live-columns.h"

G_BEGIN_DECLS

/**
 * SluiceRowMenuFunc:
 * @item: (nullable): the object of the row whose menu is asked for; %NULL for that which is selected
 * @place: where, in the view's pixels
 * @user_data: as it was given
 */
typedef void (*SluiceRowMenuFunc) (gpointer            item,
                                   const GdkRectangle *place,
                                   gpointer            user_data);

void     sluice_row_menu_install (GtkColumnView     *view,
                                  SluiceLiveColumns *columns,
                                  SluiceRowMenuFunc  ask,
                                  gpointer           user_data);
gpointer sluice_row_menu_row_at  (GtkColumnView     *view,
                                  SluiceLiveColumns *columns,
                                  double             x,
                                  double             y);

G_END_DECLS
