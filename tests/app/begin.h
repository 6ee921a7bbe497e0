#pragma once

#include <adwaita.h>

/* Of the app's bundle; generated. */
void sluice_register_resource (void);

/* Begins a test program as the app does: with a display, its resources and its looks. */
static inline void
begin_app_test (int    *argc,
                char ***argv)
{
  g_autoptr (GtkCssProvider) css = NULL;

  gtk_test_init (argc, argv, NULL);
  adw_init ();
  sluice_register_resource ();
  css = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (css, "/io/github/sluice/Sluice/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}
