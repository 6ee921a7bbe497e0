#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_PROGRAMS_PAGE (sluice_programs_page_get_type ())
/**
 * SluiceProgramsPage:
 *
 * The process table with its search, filters and grouping, and the pane of the row that is selected: at the side, or
 * below where there is little room.
 *
 * Property "search-mode-enabled": whether the search entry is shown.
 */
G_DECLARE_FINAL_TYPE (SluiceProgramsPage, sluice_programs_page, SLUICE, PROGRAMS_PAGE, AdwBin)

GtkWidget *sluice_programs_page_new             (SluiceLiveModel    *model,
                                                 GSettings          *settings,
                                                 SluiceHostNames    *names);
void       sluice_programs_page_show_program    (SluiceProgramsPage *self,
                                                 const char         *identity);
void       sluice_programs_page_set_search_mode (SluiceProgramsPage *self,
                                                 gboolean            enabled);
void       sluice_programs_page_set_failure     (SluiceProgramsPage *self,
                                                 const char         *sentence);

G_END_DECLS
