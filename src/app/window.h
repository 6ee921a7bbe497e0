#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_WINDOW (sluice_window_get_type ())
/**
 * SluiceWindow:
 *
 * The one window: header bar, a line that says what cannot be seen or what fails, and the pages.
 */
G_DECLARE_FINAL_TYPE (SluiceWindow, sluice_window, SLUICE, WINDOW, AdwApplicationWindow)

GtkWidget *sluice_window_new          (GtkApplication  *application,
                                       SluiceLiveModel *model,
                                       GSettings       *settings,
                                       SluiceHostNames *names);
void       sluice_window_show_page    (SluiceWindow    *self,
                                       const char      *name);
void       sluice_window_say          (SluiceWindow    *self,
                                       const char      *sentence);
void       sluice_window_show_program (SluiceWindow    *self,
                                       const char      *identity);
void       sluice_window_set_failure  (SluiceWindow    *self,
                                       const char      *sentence);
void       sluice_window_set_paused   (SluiceWindow    *self,
                                       gboolean         paused);
void       sluice_window_open_file    (SluiceWindow    *self,
                                       GFile           *file);
void       sluice_window_close_file   (SluiceWindow    *self);
void       sluice_window_store_state  (SluiceWindow    *self);

G_END_DECLS
