#include "app/cell-text.h"

/**
 * sluice_cell_text_new:
 * @xalign: 0 begins at the start, 1 ends at the end
 * @characters: the width that is asked for, in figures; it never changes with the text
 * @style: (nullable): a style class besides "numeric"
 *
 * Returns: (transfer floating): a text that can change without any other widget being measured again
 */
GtkWidget *
sluice_cell_text_new (float       xalign,
                      guint characters,
                      const char *style)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), xalign);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), characters);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), characters);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_wrap_mode (GTK_INSCRIPTION (text), PANGO_WRAP_CHAR);
  gtk_widget_add_css_class (text, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (text, style);

  return text;
}

/**
 * sluice_cell_text_set:
 * @text: from sluice_cell_text_new()
 * @shown: what it says
 *
 * Does nothing where it says so already.
 */
void
sluice_cell_text_set (GtkWidget  *text,
                      const char *shown)
{
  g_autofree char *isolated = NULL;

  /* Pango aligns a text by its own direction; this gives it that of the window, and leaves what it says as it is. */
  if (gtk_widget_get_direction (text) == GTK_TEXT_DIR_RTL)
    shown = isolated = g_strconcat ("\u200f\u2068", shown, "\u2069", NULL);
  if (g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (text)), shown) != 0)
    gtk_inscription_set_text (GTK_INSCRIPTION (text), shown);
}

/**
 * sluice_cell_text_name_row:
 * @child: what stands in the first cell of a row
 * @name: what the row is about
 *
 * Says to screen readers what the row is called; GTK calls each of them by what it is made of.
 */
void
sluice_cell_text_name_row (GtkWidget  *child,
                           const char *name)
{
  GtkWidget *cell = gtk_widget_get_parent (child);
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
