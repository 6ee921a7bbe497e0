#pragma once

#include "capture/link-table.h"
#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceMeterScope:
 * @every: all there are
 * @names: (nullable): those that are named; without them those that have the table's mark
 * @listed: beside @names, also those that have the table's mark
 *
 * Which interfaces a sample holds.
 */
typedef struct
{
  gboolean every;
  char **names;
  gboolean listed;
} SluiceMeterScope;

/**
 * SluiceInterfaceRows:
 *
 * Makes a sample's interface rows of a table of links: what each link in scope counted since the sample before. One
 * thread at a time.
 */
typedef struct _SluiceInterfaceRows SluiceInterfaceRows;

SluiceInterfaceRows *sluice_interface_rows_new    (SluiceLinkTable        *links,
                                                   const SluiceMeterScope *scope);
void                 sluice_interface_rows_free   (SluiceInterfaceRows    *rows);
void                 sluice_interface_rows_fill   (SluiceInterfaceRows    *rows,
                                                   SluiceSample           *sample);
guint32              sluice_interface_rows_find   (SluiceInterfaceRows    *rows,
                                                   guint64                 instance);
void                 sluice_interface_rows_finish (SluiceInterfaceRows    *rows);

gboolean sluice_meter_scope_check (const SluiceMeterScope *scope,
                                   SluiceLinkTable        *links,
                                   GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceInterfaceRows, sluice_interface_rows_free)

G_END_DECLS
