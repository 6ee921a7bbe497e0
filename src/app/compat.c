#include "app/compat.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

/* What GTK 4.8 and libadwaita 1.2 offer and later versions replace stands here and nowhere else. */

/* GDK_TOPLEVEL_STATE_SUSPENDED: told by GTK 4.12 and later when the compositor shows nothing of the window. */
#define TOPLEVEL_STATE_SUSPENDED (1u << 16)

/**
 * sluice_compat_is_seen:
 * @widget: any widget
 *
 * Whether somebody could see @widget now: it is mapped and its window is neither minimised nor known to be out of
 * sight. Pages draw and update nothing otherwise.
 */
gboolean
sluice_compat_is_seen (GtkWidget *widget)
{
  GtkNative *native;
  GdkSurface *surface;
  guint state;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), FALSE);

  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  native = GTK_NATIVE (gtk_widget_get_root (widget));
  surface = native != NULL ? gtk_native_get_surface (native) : NULL;
  if (!GDK_IS_TOPLEVEL (surface))
    return FALSE;
  state = gdk_toplevel_get_state (GDK_TOPLEVEL (surface));

  return (state & (GDK_TOPLEVEL_STATE_MINIMIZED | TOPLEVEL_STATE_SUSPENDED)) == 0;
}

/**
 * sluice_compat_view_switcher_new:
 * @stack: the pages
 * @bar: an #AdwViewSwitcherBar at the window's bottom; it is shown while there is no room in the header bar
 *
 * Returns: (transfer floating): a switcher for the middle of a header bar
 */
GtkWidget *
sluice_compat_view_switcher_new (AdwViewStack *stack,
                                 GtkWidget    *bar)
{
  GtkWidget *title = adw_view_switcher_title_new ();

  adw_view_switcher_title_set_stack (ADW_VIEW_SWITCHER_TITLE (title), stack);
  adw_view_switcher_title_set_title (ADW_VIEW_SWITCHER_TITLE (title), _("Sluice"));
  adw_view_switcher_bar_set_stack (ADW_VIEW_SWITCHER_BAR (bar), stack);
  g_object_bind_property (title, "title-visible", bar, "reveal", G_BINDING_SYNC_CREATE);

  return title;
}

void
sluice_compat_present_about (GtkWindow *parent)
{
  static const char *const developers[] = { "The Sluice authors", NULL };

  adw_show_about_window (parent,
                         "application-name", _("Sluice"),
                         "application-icon", SLUICE_APP_ID,
                         "version", SLUICE_VERSION,
                         "comments", _("Shows who on this machine talks to whom, how fast and how much."),
                         "developer-name", _("The Sluice authors"),
                         "developers", developers,
                         "copyright", _("© The Sluice authors"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

void
sluice_compat_present_preferences (GtkWindow          *parent,
                                   AdwPreferencesPage *page)
{
  GtkWidget *window = adw_preferences_window_new ();

  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  /* Its own title is in English where libadwaita has no catalogue. */
  gtk_window_set_title (GTK_WINDOW (window), _("Preferences"));
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 520, 460);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}
