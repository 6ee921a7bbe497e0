#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_PROGRAM_PANE (sluice_program_pane_get_type ())
/**
 * SluiceProgramPane:
 *
 * All about one row of the process table: its chart, its connections, where it comes from. Its buttons are the
 * actions of the group "program", which the page around it has.
 *
 * Signal "closed" (SluiceProgramPane *pane): the user has seen enough.
 */
G_DECLARE_FINAL_TYPE (SluiceProgramPane, sluice_program_pane, SLUICE, PROGRAM_PANE, AdwBin)

void  sluice_program_pane_attach                (SluiceProgramPane *self,
                                                 SluiceLiveModel   *model,
                                                 GSettings         *settings,
                                                 SluiceHostNames   *names);
void  sluice_program_pane_set_item              (SluiceProgramPane *self,
                                                 SluiceProgramItem *item);
void  sluice_program_pane_set_narrow            (SluiceProgramPane *self,
                                                 gboolean           narrow);
int   sluice_program_pane_get_good_width        (SluiceProgramPane *self);
void  sluice_program_pane_show_details          (SluiceProgramPane *self);
char *sluice_program_pane_make_connections_text (SluiceProgramPane *self);

G_END_DECLS
