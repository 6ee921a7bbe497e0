#include "charts/theme.h"

#include "fixture.h"

static void
test_theme (Fixture      *fixture,
            gconstpointer data)
{
  GtkCssProvider *provider = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();

  g_assert_true (fixture->chart->palette == sluice_palette_get (SLUICE_SCHEME_LIGHT));
  gtk_css_provider_load_from_data (provider, "sluice-chart { color: white; }", -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), 900);
  for (int i = 0; i < 60; i++)
    {
      turn ();
      g_usleep (2000);
    }
  g_assert_true (fixture->chart->palette == sluice_palette_get (SLUICE_SCHEME_DARK));
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
}

static void
test_rtl (Fixture      *fixture,
          gconstpointer data)
{
  GtkWidget *widget = GTK_WIDGET (fixture->chart);

  gtk_widget_set_direction (widget, GTK_TEXT_DIR_LTR);
  g_assert_false (sluice_theme_is_rtl (widget));
  gtk_widget_set_direction (widget, GTK_TEXT_DIR_RTL);
  g_assert_true (sluice_theme_is_rtl (widget));
  g_assert_null (fixture->chart->frame_node);
}

static void
test_high_contrast (Fixture      *fixture,
                    gconstpointer data)
{
  GtkCssProvider *provider = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();

  gtk_css_provider_load_from_data (provider, "@define-color borders alpha(black, 0.5);", -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), 900);
  g_assert_true (sluice_theme_get_palette (GTK_WIDGET (fixture->chart))
                 == sluice_palette_get (SLUICE_SCHEME_HIGH_CONTRAST));
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/theme/follows-the-colour-of-the-text", test_theme);
  ADD ("/theme/follows-the-direction-of-reading", test_rtl);
  ADD ("/theme/knows-high-contrast-by-its-borders", test_high_contrast);
  return g_test_run ();
}
