#pragma once

#include "model/program.h"

G_BEGIN_DECLS

/**
 * SluiceOwnerTable:
 *
 * From a socket's inode to the program that holds it, by what /proc lets the caller see. One thread at a time.
 */
typedef struct _SluiceOwnerTable SluiceOwnerTable;

SluiceOwnerTable *sluice_owner_table_new        (const char       *root);
void              sluice_owner_table_free       (SluiceOwnerTable *table);
gboolean          sluice_owner_table_can_read   (SluiceOwnerTable *table);
gboolean          sluice_owner_table_may_see    (SluiceOwnerTable *table,
                                                 guint32           uid);
SluiceProgram    *sluice_owner_table_lookup     (SluiceOwnerTable *table,
                                                 guint64           inode);
void              sluice_owner_table_forget     (SluiceOwnerTable *table,
                                                 guint64           inode);
guint64           sluice_owner_table_get_serial (SluiceOwnerTable *table);
gboolean          sluice_owner_table_refresh    (SluiceOwnerTable *table,
                                                 gint64            now,
                                                 GError          **error);
gboolean          sluice_owner_table_hurry      (SluiceOwnerTable *table,
                                                 gint64            budget,
                                                 gint64            now);
SluiceProgram    *sluice_owner_table_read       (SluiceOwnerTable *table,
                                                 gint32            pid,
                                                 gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceOwnerTable, sluice_owner_table_free)

G_END_DECLS
