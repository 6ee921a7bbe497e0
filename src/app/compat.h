#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

gboolean   sluice_compat_is_seen             (GtkWidget          *widget);
GtkWidget *sluice_compat_view_switcher_new   (AdwViewStack       *stack,
                                              GtkWidget          *bar);
void       sluice_compat_present_about       (GtkWindow          *parent);
void       sluice_compat_present_preferences (GtkWindow          *parent,
                                              AdwPreferencesPage *page);

G_END_DECLS
