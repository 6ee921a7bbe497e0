#pragma once

#include <gtk/gtk.h>

#include "draw/palette.h"

G_BEGIN_DECLS

const SluicePalette *sluice_theme_get_palette (GtkWidget *widget);
gboolean             sluice_theme_is_rtl      (GtkWidget *widget);

G_END_DECLS
