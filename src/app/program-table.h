#pragma once

#include <adwaita.h>

#include "app/program-cells.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

/* What the table leaves out; combined. */
typedef enum
{
  SLUICE_PROGRAM_FILTER_ACTIVE = 1 << 0,    /* moved a byte in the last seconds */
  SLUICE_PROGRAM_FILTER_LISTENING = 1 << 1, /* waits for peers */
} SluiceProgramFilter;

#define SLUICE_TYPE_PROGRAM_TABLE (sluice_program_table_get_type ())
/**
 * SluiceProgramTable:
 *
 * The process table: the live model's programs, groups and processes as rows that are updated in place.
 *
 * Signal "selected" (SluiceProgramTable *table): another row is selected, or none (get_selected).
 * Signal "menu" (SluiceProgramTable *table, GdkRectangle *place): the selected row's menu is asked for, there.
 * Signal "listed" (SluiceProgramTable *table): rows came or went (get_n_rows).
 * Signal "sort-changed" (SluiceProgramTable *table): the user chose another order (get_sort).
 */
G_DECLARE_FINAL_TYPE (SluiceProgramTable, sluice_program_table, SLUICE, PROGRAM_TABLE, AdwBin)

void               sluice_program_table_attach         (SluiceProgramTable  *self,
                                                        SluiceLiveModel     *model,
                                                        GSettings           *settings);
void               sluice_program_table_set_seen       (SluiceProgramTable  *self,
                                                        gboolean             seen);
void               sluice_program_table_set_search     (SluiceProgramTable  *self,
                                                        const char          *text);
void               sluice_program_table_set_filter     (SluiceProgramTable  *self,
                                                        SluiceProgramFilter  filter);
void               sluice_program_table_set_group_by   (SluiceProgramTable  *self,
                                                        SluiceGroupBy        group_by);
SluiceProgramItem *sluice_program_table_get_selected   (SluiceProgramTable  *self);
void               sluice_program_table_select         (SluiceProgramTable  *self,
                                                        SluiceProgramItem   *item);
void               sluice_program_table_focus          (SluiceProgramTable  *self);
guint              sluice_program_table_get_n_rows     (SluiceProgramTable  *self);
guint              sluice_program_table_get_n_top_rows (SluiceProgramTable  *self);
SluiceProgramItem *sluice_program_table_get_row        (SluiceProgramTable  *self,
                                                        guint                position);
void               sluice_program_table_get_sort       (SluiceProgramTable  *self,
                                                        SluiceProgramColumn *column_out,
                                                        gboolean            *descending_out);
void               sluice_program_table_set_sort       (SluiceProgramTable  *self,
                                                        SluiceProgramColumn  column,
                                                        gboolean             descending);
gboolean           sluice_program_table_get_expanded   (SluiceProgramTable  *self,
                                                        SluiceProgramItem   *item);
void               sluice_program_table_set_expanded   (SluiceProgramTable  *self,
                                                        SluiceProgramItem   *item,
                                                        gboolean             expanded);

G_END_DECLS
