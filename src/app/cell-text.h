#pragma once

#include <gtk/gtk.h>

#include "model/units.h"

G_BEGIN_DECLS

GtkWidget *sluice_cell_text_new            (float          xalign,
                                            guint          characters,
                                            const char    *style);
GtkWidget *sluice_cell_text_new_pair       (GtkWidget     *texts_out[2],
                                            float          xalign,
                                            guint          characters,
                                            const char    *title);
void       sluice_cell_text_set_characters (GtkWidget     *text,
                                            guint          characters);
guint      sluice_cell_text_count          (const char    *style,
                                            const char    *shown);
guint      sluice_cell_text_count_rate     (const char    *style,
                                            const char    *before,
                                            SluiceRateUnit unit);
guint      sluice_cell_text_count_size     (SluiceSizeUnit unit);
guint      sluice_cell_text_count_latency  (const char    *style);
int        sluice_cell_text_get_width      (const char    *style,
                                            guint          characters);
void       sluice_cell_text_set            (GtkWidget     *text,
                                            const char    *shown);
void       sluice_cell_text_name_row       (GtkWidget     *child,
                                            const char    *name);

G_END_DECLS
