#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwPreferencesPage *sluice_preferences_page_new (GSettings *settings);

G_END_DECLS
