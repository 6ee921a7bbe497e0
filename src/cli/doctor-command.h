#pragma once

#include "cli/command.h"
#include "engine/doctor.h"

G_BEGIN_DECLS

char *sluice_doctor_command_text (const SluiceDoctorReport *report,
                                  gboolean                  bold,
                                  gboolean                  unicode);
char *sluice_doctor_command_json (const SluiceDoctorReport *report);

G_END_DECLS
