#pragma once

#include "capture/probe.h"
#include "engine/doctor.h"

G_BEGIN_DECLS

/* Only for doctor.c and its tests, which make up what was found. */

SluiceDoctorReport *sluice_doctor_report_new (const SluiceProbe *probe);

G_END_DECLS
