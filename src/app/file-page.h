#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/recording.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_FILE_PAGE (sluice_file_page_get_type ())
/**
 * SluiceFilePage:
 *
 * What a capture file holds: first how far it was read, then its traffic, or why there is none to be shown. The action
 * "win.close-file" of the window goes back to what happens now.
 *
 * Signal "read" (SluiceFilePage *page): the file was read, or cannot be (get_fault).
 */
G_DECLARE_FINAL_TYPE (SluiceFilePage, sluice_file_page, SLUICE, FILE_PAGE, AdwBin)

GtkWidget  *sluice_file_page_new       (GSettings       *settings,
                                        SluiceHostNames *names);
void        sluice_file_page_open      (SluiceFilePage  *self,
                                        GFile           *file,
                                        GListModel      *interfaces);
void        sluice_file_page_follow    (SluiceFilePage  *self,
                                        SluiceRecording *recording);
const char *sluice_file_page_get_fault (SluiceFilePage  *self);

G_END_DECLS
