#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *sluice_cell_text_new      (float       xalign,
                                      guint       characters,
                                      const char *style);
void       sluice_cell_text_set      (GtkWidget  *text,
                                      const char *shown);
void       sluice_cell_text_name_row (GtkWidget  *child,
                                      const char *name);

G_END_DECLS
