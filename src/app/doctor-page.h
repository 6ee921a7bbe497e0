#pragma once

#include <adwaita.h>

#include "engine/doctor.h"

G_BEGIN_DECLS

AdwPreferencesPage *sluice_doctor_page_new (const SluiceDoctorReport *report);

G_END_DECLS
