#pragma once

#include <gio/gio.h>

#include "model/units.h"

G_BEGIN_DECLS

SluiceUnits sluice_settings_get_units (GSettings *settings);

G_END_DECLS
