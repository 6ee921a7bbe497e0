#include "charts/theme.h"

#include <string.h>

/* libadwaita draws borders at 15 %, and at 50 % in high contrast; GTK's own theme goes by its name. */
static gboolean
is_high_contrast (GtkWidget       *widget,
                  GtkStyleContext *context)
{
  g_autofree char *theme = NULL;
  GdkRGBA borders;

  g_object_get (gtk_widget_get_settings (widget), "gtk-theme-name", &theme, NULL);
  if (theme != NULL && strstr (theme, "HighContrast") != NULL)
    return TRUE;
  return gtk_style_context_lookup_color (context, "borders", &borders) && borders.alpha > 0.3 && borders.alpha < 1.0;
}

/**
 * sluice_theme_get_palette:
 * @widget: a widget that has its style
 *
 * The one place that looks into the style: which scheme it is shows in the colour of the text, so that an app that
 * forces one on a part of its window gets what it asked for. Ask again after GtkWidgetClass.css_changed.
 *
 * Returns: (transfer none): the colours that go with the style of @widget
 */
const SluicePalette *
sluice_theme_get_palette (GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  SluiceScheme scheme = SLUICE_SCHEME_LIGHT;
  GdkRGBA text;

  gtk_style_context_get_color (context, &text);
  if (0.2126f * text.red + 0.7152f * text.green + 0.0722f * text.blue > 0.5f)
    scheme |= SLUICE_SCHEME_DARK;
  if (is_high_contrast (widget, context))
    scheme |= SLUICE_SCHEME_HIGH_CONTRAST;
  return sluice_palette_get (scheme);
}

/**
 * sluice_theme_is_rtl:
 * @widget: a widget
 *
 * Returns: whether it is read from right to left
 */
gboolean
sluice_theme_is_rtl (GtkWidget *widget)
{
  return gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
}
