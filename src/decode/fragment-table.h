#pragma once

#include "decode/packet.h"

G_BEGIN_DECLS

/**
 * SluiceFragmentTable:
 *
 * Remembers the ports of first fragments, so that later ones join their flow. Fixed in size: all its memory is had when
 * it is made, and the oldest entry gives way.
 */
typedef struct _SluiceFragmentTable SluiceFragmentTable;

SluiceFragmentTable *sluice_fragment_table_new  (void);
void                 sluice_fragment_table_free (SluiceFragmentTable *table);
gboolean             sluice_fragment_table_join (SluiceFragmentTable *table,
                                                 SluicePacket        *packet,
                                                 gint64               time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceFragmentTable, sluice_fragment_table_free)

G_END_DECLS
