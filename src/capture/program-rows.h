#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceProgramRows:
 *
 * Makes a sample's program rows: finds the row of each program, and the median of its sockets' round trips. One thread
 * at a time.
 */
typedef struct _SluiceProgramRows SluiceProgramRows;

SluiceProgramRows *sluice_program_rows_new            (void);
void               sluice_program_rows_free           (SluiceProgramRows *rows);
guint32            sluice_program_rows_get            (SluiceProgramRows *rows,
                                                       SluiceSample      *sample,
                                                       SluiceProgram     *program);
void               sluice_program_rows_add_round_trip (SluiceProgramRows *rows,
                                                       guint32            program,
                                                       guint32            rtt_us);
void               sluice_program_rows_finish         (SluiceProgramRows *rows,
                                                       SluiceSample      *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceProgramRows, sluice_program_rows_free)

G_END_DECLS
