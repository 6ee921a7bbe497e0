#pragma once

#include <gtk/gtk.h>

#include "engine/program-item.h"

G_BEGIN_DECLS

gboolean sluice_end_dialog_may_end (SluiceProgramItem *item);
void     sluice_end_dialog_present (GtkWidget         *widget,
                                    SluiceProgramItem *item);

G_END_DECLS
