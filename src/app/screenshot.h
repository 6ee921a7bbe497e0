#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean sluice_screenshot_take (GtkWidget  *window,
                                 const char *file,
                                 GError    **error);

G_END_DECLS
