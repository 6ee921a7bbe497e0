#pragma once

#include "model/program.h"

G_BEGIN_DECLS

/**
 * SluiceProgramReader:
 *
 * Makes the record of a program from its process. One thread at a time.
 */
typedef struct _SluiceProgramReader SluiceProgramReader;

SluiceProgramReader *sluice_program_reader_new  (const char          *root);
void                 sluice_program_reader_free (SluiceProgramReader *reader);
SluiceProgram       *sluice_program_reader_read (SluiceProgramReader *reader,
                                                 int                  proc,
                                                 int                  process,
                                                 gint32               pid,
                                                 gint64               now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceProgramReader, sluice_program_reader_free)

G_END_DECLS
