#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SLUICE_TYPE_SWATCH (sluice_swatch_get_type ())
/**
 * SluiceSwatch:
 *
 * The key of a part of a stacked chart: a small square in its colour and pattern. An ornament: who it stands for is
 * written beside it.
 */
G_DECLARE_FINAL_TYPE (SluiceSwatch, sluice_swatch, SLUICE, SWATCH, GtkWidget)

GtkWidget *sluice_swatch_new      (void);
void       sluice_swatch_set_part (SluiceSwatch *self,
                                   guint         part);
guint      sluice_swatch_get_part (SluiceSwatch *self);

G_END_DECLS
