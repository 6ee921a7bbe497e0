#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluiceTierReport:
 * @tier: "kernel", "packets" or "exact"
 * @available: whether it can be used now, by this user, with this build
 * @gives: one sentence on what it shows, translated
 * @obstacle: one sentence on what stands in the way, translated; %NULL where it is available
 * @mend: the command or the step that mends it, or %NULL where nothing does
 */
typedef struct
{
  const char *tier;
  gboolean available;
  char *gives;
  char *obstacle;
  char *mend;
} SluiceTierReport;

/**
 * SluiceDoctorCheck:
 * @id: a stable name for machines, such as "sock-diag"
 * @ok: what was tried worked
 * @text: one sentence on what was found, translated
 */
typedef struct
{
  const char *id;
  gboolean ok;
  char *text;
} SluiceDoctorCheck;

/**
 * SluiceDoctorReport:
 * @tiers: array of #SluiceTierReport, lowest first
 * @checks: array of #SluiceDoctorCheck, in the order they were tried
 * @best: the highest tier that is available, or %NULL
 */
typedef struct
{
  GArray *tiers;
  GArray *checks;
  const char *best;
} SluiceDoctorReport;

SluiceDoctorReport *sluice_doctor_examine     (void);
void                sluice_doctor_report_free (SluiceDoctorReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceDoctorReport, sluice_doctor_report_free)

G_END_DECLS
