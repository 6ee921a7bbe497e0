#pragma once

#include "capture/geo.h"
#include "capture/report.h"
#include "model/host.h"

G_BEGIN_DECLS

/* How many hosts are remembered; the one that was not met for longest gives way. */
#define SLUICE_NAME_TABLE_CAPACITY 32768

/**
 * SluiceNameTable:
 *
 * The hosts that were met, with what they are called and where they are. Bounded. One thread at a time.
 */
typedef struct _SluiceNameTable SluiceNameTable;

SluiceNameTable *sluice_name_table_new      (guint                   capacity);
void             sluice_name_table_free     (SluiceNameTable        *table);
void             sluice_name_table_set_geo  (SluiceNameTable        *table,
                                             SluiceGeo              *geo);
void             sluice_name_table_learn    (SluiceNameTable        *table,
                                             const SluiceNameReport *report);
SluiceHost      *sluice_name_table_call     (SluiceNameTable        *table,
                                             const SluiceNameReport *report);
SluiceHost      *sluice_name_table_find     (SluiceNameTable        *table,
                                             const SluiceAddress    *address);
SluiceHost      *sluice_name_table_get      (SluiceNameTable        *table,
                                             const SluiceAddress    *address);
guint            sluice_name_table_get_size (SluiceNameTable        *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceNameTable, sluice_name_table_free)

G_END_DECLS
