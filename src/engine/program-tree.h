#pragma once

#include "engine/interface-list.h"
#include "engine/program-item.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_GROUP_BY_PROGRAM, /* top rows are programs, below them their processes */
  SLUICE_GROUP_BY_APP,     /* top rows are groups, below them their programs */
  SLUICE_GROUP_BY_USER,
  SLUICE_GROUP_BY_UNIT,
} SluiceGroupBy;

/**
 * SluiceProgramTree:
 *
 * Programs, their processes and groups as items that are updated in place with each sample. A process without sockets
 * stays for 10 s; a program that is over stays with its totals if it ever moved a byte. Main loop only.
 */
typedef struct _SluiceProgramTree SluiceProgramTree;

SluiceProgramTree *sluice_program_tree_new              (SluiceInterfaceList *interfaces);
void               sluice_program_tree_free             (SluiceProgramTree   *self);
void               sluice_program_tree_begin            (SluiceProgramTree   *self,
                                                         const SluiceSample  *sample,
                                                         SluiceInterfaceItem *scope,
                                                         gboolean             again);
gboolean           sluice_program_tree_step             (SluiceProgramTree   *self,
                                                         gint64               deadline);
void               sluice_program_tree_end              (SluiceProgramTree   *self);
void               sluice_program_tree_feed             (SluiceProgramTree   *self,
                                                         const SluiceSample  *sample,
                                                         SluiceInterfaceItem *scope,
                                                         gboolean             again);
void               sluice_program_tree_rename_interface (SluiceProgramTree   *self,
                                                         guint64              before,
                                                         guint64              now);
void               sluice_program_tree_forget_series    (SluiceProgramTree   *self);
void               sluice_program_tree_set_group_by     (SluiceProgramTree   *self,
                                                         SluiceGroupBy        group_by,
                                                         const SluiceSample  *latest);
SluiceGroupBy      sluice_program_tree_get_group_by     (SluiceProgramTree   *self);
guint              sluice_program_tree_get_size         (SluiceProgramTree   *self);
GListModel        *sluice_program_tree_get_model        (SluiceProgramTree   *self);
SluiceProgramItem *sluice_program_tree_find             (SluiceProgramTree   *self,
                                                         const char          *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceProgramTree, sluice_program_tree_free)

G_END_DECLS
