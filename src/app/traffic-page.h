#pragma once

#include <adwaita.h>

#include "app/host-names.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_TRAFFIC_PAGE (sluice_traffic_page_get_type ())
/**
 * SluiceTrafficPage:
 *
 * How fast, in which direction, and whose it is, over the last minutes. Its figures and its list speak of what the
 * chart shows, of the moment that is pinned or of the span that is selected, and a sentence says which.
 */
G_DECLARE_FINAL_TYPE (SluiceTrafficPage, sluice_traffic_page, SLUICE, TRAFFIC_PAGE, AdwBin)

GtkWidget *sluice_traffic_page_new         (SluiceLiveModel   *model,
                                            GSettings         *settings,
                                            SluiceHostNames   *names);
void       sluice_traffic_page_set_paused  (SluiceTrafficPage *self,
                                            gboolean           paused);
void       sluice_traffic_page_set_failure (SluiceTrafficPage *self,
                                            const char        *sentence);
void       sluice_traffic_page_set_recorded (SluiceTrafficPage *self,
                                            gint64             from,
                                            gint64             to);

G_END_DECLS
