#pragma once

#include "app/live-columns.h"
#include "engine/program-item.h"
#include "model/units.h"

G_BEGIN_DECLS

/* The table's columns, by place. */
typedef enum
{
  SLUICE_PROGRAM_COLUMN_NAME,
  SLUICE_PROGRAM_COLUMN_SPARKLINE,
  SLUICE_PROGRAM_COLUMN_DOWNLOAD,
  SLUICE_PROGRAM_COLUMN_UPLOAD,
  SLUICE_PROGRAM_COLUMN_TOTAL,
  SLUICE_PROGRAM_COLUMN_CONNECTIONS,
  SLUICE_PROGRAM_COLUMN_RTT,
  SLUICE_N_PROGRAM_COLUMNS,
} SluiceProgramColumn;

/**
 * SluiceProgramCells:
 * @list: the rows
 * @units: how numbers are written
 * @now: boot-time clock of the last sample, µs
 * @characters: how wide figures are, by column
 *
 * What the cells of the process table have to know besides their row: the data of its #SluiceLiveColumns.
 */
typedef struct
{
  SluiceSettlingList *list;
  SluiceUnits units;
  gint64 now;
  guint characters[SLUICE_N_PROGRAM_COLUMNS];
} SluiceProgramCells;

void sluice_program_cells_add_columns (SluiceLiveColumns   *columns,
                                       GtkColumnViewColumn *added_out[SLUICE_N_PROGRAM_COLUMNS]);

void     sluice_program_cells_set_units (SluiceProgramCells        *self,
                                         SluiceUnits                units);
void     sluice_program_cells_share     (SluiceProgramCells        *self,
                                         GtkColumnViewColumn *const columns[SLUICE_N_PROGRAM_COLUMNS],
                                         int                        width);
gboolean sluice_program_item_can_expand (SluiceProgramItem         *item);
double   sluice_program_item_get_number (SluiceProgramItem         *item,
                                         SluiceProgramColumn        column);
GIcon   *sluice_program_make_icon       (const SluiceProgram       *program);
GIcon   *sluice_program_item_make_icon  (SluiceProgramItem         *item);

G_END_DECLS
