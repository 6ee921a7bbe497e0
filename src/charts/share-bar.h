#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SLUICE_TYPE_SHARE_BAR (sluice_share_bar_get_type ())
/**
 * SluiceShareBar:
 *
 * A thin bar whose filled part is a share of the whole, in the colours of the directions. Hatched for what belongs to
 * no program.
 */
G_DECLARE_FINAL_TYPE (SluiceShareBar, sluice_share_bar, SLUICE, SHARE_BAR, GtkWidget)

GtkWidget *sluice_share_bar_new         (void);
void       sluice_share_bar_set_shares  (SluiceShareBar *self,
                                         double          download,
                                         double          upload);
void       sluice_share_bar_set_hatched (SluiceShareBar *self,
                                         gboolean        hatched);

G_END_DECLS
