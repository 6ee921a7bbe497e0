#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SLUICE_TYPE_APPLICATION (sluice_application_get_type ())
/**
 * SluiceApplication:
 *
 * The app: its command line, its actions (which D-Bus and the desktop file use too), the engine for as long as it
 * runs, and the window. One a session; a second start speaks to the first.
 */
G_DECLARE_FINAL_TYPE (SluiceApplication, sluice_application, SLUICE, APPLICATION, AdwApplication)

SluiceApplication *sluice_application_new             (void);
int                sluice_application_get_exit_status (SluiceApplication *self);

G_END_DECLS
