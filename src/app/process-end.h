#pragma once

#include "model/program.h"

G_BEGIN_DECLS

#define SLUICE_PROCESS_END_ERROR (sluice_process_end_error_quark ())
GQuark sluice_process_end_error_quark (void);

typedef enum
{
  SLUICE_PROCESS_END_ERROR_GONE,    /* the process has ended; its pid may be another's by now */
  SLUICE_PROCESS_END_ERROR_FOREIGN, /* another user's, or this program itself */
  SLUICE_PROCESS_END_ERROR_FAILED,
} SluiceProcessEndError;

gboolean sluice_process_may_end   (const SluiceProgram *process);
int      sluice_process_open      (const SluiceProgram *process,
                                   GError             **error);
gboolean sluice_process_signal    (int                  descriptor,
                                   int                  signal_number,
                                   GError             **error);
gboolean sluice_process_has_ended (int                  descriptor);

G_END_DECLS
