#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/connection-list.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_CONNECTION_TABLE (sluice_connection_table_get_type ())
/**
 * SluiceConnectionTable:
 *
 * The connections of one program, process or group: with whom, in what state, how fast. Asks for connections only
 * while it is on the screen.
 *
 * Signal "listed" (SluiceConnectionTable *table): connections came or went (get_n_connections).
 */
G_DECLARE_FINAL_TYPE (SluiceConnectionTable, sluice_connection_table, SLUICE, CONNECTION_TABLE, AdwBin)

void  sluice_connection_table_attach            (SluiceConnectionTable *self,
                                                 SluiceLiveModel       *model,
                                                 GSettings             *settings,
                                                 SluiceHostNames       *names);
void  sluice_connection_table_set_item          (SluiceConnectionTable *self,
                                                 SluiceProgramItem     *item);
int   sluice_connection_table_get_good_width    (SluiceConnectionTable *self);
guint sluice_connection_table_get_n_connections (SluiceConnectionTable *self);
char *sluice_connection_table_make_text         (SluiceConnectionTable *self);

G_END_DECLS
