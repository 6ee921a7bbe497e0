#pragma once

#include "cli/totals.h"

G_BEGIN_DECLS

void sluice_totals_add_bytes (SluiceTotal  *total,
                              guint         serial,
                              const guint64 bytes[SLUICE_N_DIRECTIONS]);

void sluice_totals_init_hosts  (SluiceTotals       *totals);
void sluice_totals_clear_hosts (SluiceTotals       *totals);
void sluice_totals_add_hosts   (SluiceTotals       *totals,
                                const SluiceSample *sample);

G_END_DECLS
