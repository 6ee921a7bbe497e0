#pragma once

#include "app/program-pane.h"
#include "app/program-table.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_PROGRAM_ACTIONS (sluice_program_actions_get_type ())
/**
 * SluiceProgramActions:
 *
 * What can be done with the row that is selected, as the actions "program.*", and the menu that offers it on the row.
 */
G_DECLARE_FINAL_TYPE (SluiceProgramActions, sluice_program_actions, SLUICE, PROGRAM_ACTIONS, GObject)

SluiceProgramActions *sluice_program_actions_new    (GtkWidget            *page,
                                                     SluiceProgramTable   *table,
                                                     SluiceProgramPane    *pane,
                                                     GMenuModel           *menu);
void                  sluice_program_actions_enable (SluiceProgramActions *self);
void                  sluice_program_actions_popup  (SluiceProgramActions *self,
                                                     const GdkRectangle   *place);

G_END_DECLS
