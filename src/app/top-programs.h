#pragma once

#include <adwaita.h>

#include "app/breakdown-view.h"
#include "model/units.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_TOP_PROGRAMS (sluice_top_programs_get_type ())
/**
 * SluiceTopPrograms:
 *
 * The programs, hosts or protocols that moved most in a span of time, and what belongs to none of them, updated in
 * place. While the pointer is over it no row changes its place. A row opens its program by the action
 * "app.show-program".
 */
G_DECLARE_FINAL_TYPE (SluiceTopPrograms, sluice_top_programs, SLUICE, TOP_PROGRAMS, AdwBin)

void sluice_top_programs_set_model      (SluiceTopPrograms *self,
                                         SluiceLiveModel   *model);
void sluice_top_programs_set_view       (SluiceTopPrograms   *self,
                                         SluiceBreakdownView *view,
                                         SluiceHostNames     *names);
void sluice_top_programs_set_narrow     (SluiceTopPrograms *self,
                                         gboolean           narrow,
                                         gboolean           tight);
void sluice_top_programs_set_directions (SluiceTopPrograms *self,
                                         gboolean           download,
                                         gboolean           upload);
void sluice_top_programs_show           (SluiceTopPrograms *self,
                                         gint64             from,
                                         gint64             to,
                                         SluiceUnits        units);

G_END_DECLS
