#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SLUICE_TYPE_WIDTH_LAYOUT (sluice_width_layout_get_type ())
/**
 * SluiceWidthLayout:
 *
 * Gives its widget's children all the room there is, and tells when the width has changed, once the layout is over and
 * widgets may be shown and hidden again.
 *
 * Signal "width-changed" (SluiceWidthLayout *layout, int width): the width in pixels is new.
 */
G_DECLARE_FINAL_TYPE (SluiceWidthLayout, sluice_width_layout, SLUICE, WIDTH_LAYOUT, GtkLayoutManager)

SluiceWidthLayout *sluice_width_layout_install           (GtkWidget *widget);
int                sluice_width_layout_measure_character (GtkWidget *widget);

G_END_DECLS
