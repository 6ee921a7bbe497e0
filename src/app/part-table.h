#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/part-list.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_PART_TABLE (sluice_part_table_get_type ())
/**
 * SluicePartTable:
 *
 * The hosts that one program, process or group talks to, or the protocols that it speaks: how fast, how much. Asks for
 * connections only while it is on the screen.
 *
 * Signal "listed" (SluicePartTable *table): rows came or went (get_n_parts).
 */
G_DECLARE_FINAL_TYPE (SluicePartTable, sluice_part_table, SLUICE, PART_TABLE, AdwBin)

void  sluice_part_table_attach      (SluicePartTable   *self,
                                     SluiceBreakdown    by,
                                     SluiceLiveModel   *model,
                                     GSettings         *settings,
                                     SluiceHostNames   *names);
void  sluice_part_table_set_item    (SluicePartTable   *self,
                                     SluiceProgramItem *item);
guint sluice_part_table_get_n_parts (SluicePartTable   *self);
char *sluice_part_table_make_text   (SluicePartTable   *self);

G_END_DECLS
