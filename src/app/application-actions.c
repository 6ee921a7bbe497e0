#include "app/application-private.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/compat.h"
#include "app/doctor-page.h"
#include "app/preferences.h"
#include "model/text.h"

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  sluice_application_end (data, EXIT_SUCCESS);
}

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  SluiceApplication *self = data;
  g_autoptr (AdwPreferencesPage) page = sluice_preferences_page_new (self->settings);

  sluice_compat_present_page (GTK_WINDOW (sluice_application_present (self)), _("Preferences"), page);
}

static void
computer_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  g_autoptr (SluiceDoctorReport) report = sluice_doctor_examine ();
  g_autoptr (AdwPreferencesPage) page = sluice_doctor_page_new (report);

  sluice_compat_present_page (GTK_WINDOW (sluice_application_present (data)), _("About This Computer"), page);
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  sluice_compat_present_about (GTK_WINDOW (sluice_application_present (data)));
}

/* Built when asked for: it is large, and few look at it. */
static void
shortcuts_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/sluice/Sluice/shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (shortcuts, GTK_WINDOW (sluice_application_present (data)));
  gtk_window_present (shortcuts);
}

static void
show_page_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  SluiceWindow *window = sluice_application_present (data);
  const char *name = g_variant_get_string (parameter, NULL);
  g_autofree char *shown = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX), *sentence = NULL;

  if (sluice_command_line_is_page (name))
    {
      sluice_window_show_page (window, name);
      return;
    }
  /* Anybody on the bus may say anything; who sits before the window hears of it. */
  sentence = g_strdup_printf (_("There is no page “%s”; the pages are traffic and programs."), shown);
  sluice_window_say (window, sentence);
}

static void
show_traffic_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  sluice_window_show_page (sluice_application_present (data), "traffic");
}

static void
show_programs_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  sluice_window_show_page (sluice_application_present (data), "programs");
}

static void
show_program_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  sluice_window_show_program (sluice_application_present (data), g_variant_get_string (parameter, NULL));
}

static void
pause_cb (GSimpleAction *action,
          GVariant      *state,
          gpointer       data)
{
  SluiceWindow *window = sluice_application_get_window (data);

  g_simple_action_set_state (action, state);
  if (window != NULL)
    sluice_window_set_paused (window, g_variant_get_boolean (state));
}

static void
interface_cb (GSimpleAction *action,
              GVariant      *state,
              gpointer       data)
{
  const char *name = g_variant_get_string (state, NULL);
  g_autofree char *shown = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX), *sentence = NULL;

  if (sluice_application_want_interface (data, name))
    return;
  sentence = g_strdup_printf (
    _("There is no network interface “%s”; choose one from the list at the top of the window."), shown);
  sluice_window_say (sluice_application_present (data), sentence);
}

static void
retry_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  sluice_application_run_engine (data);
}

static void
chosen_cb (GFile   *file,
           gpointer data)
{
  sluice_window_open_file (sluice_application_present (data), file);
}

static void
open_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  sluice_compat_choose_capture (GTK_WINDOW (sluice_application_present (data)), chosen_cb, data);
}

/**
 * sluice_application_add_actions:
 * @self: the app
 *
 * Adds what menus, keys, the desktop file and D-Bus (org.gtk.Actions) call.
 */
void
sluice_application_add_actions (SluiceApplication *self)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit_cb },
    { .name = "preferences", .activate = preferences_cb },
    { .name = "about", .activate = about_cb },
    { .name = "computer", .activate = computer_cb },
    { .name = "shortcuts", .activate = shortcuts_cb },
    { .name = "show-page", .activate = show_page_cb, .parameter_type = "s" },
    { .name = "show-traffic", .activate = show_traffic_cb },
    { .name = "show-programs", .activate = show_programs_cb },
    { .name = "show-program", .activate = show_program_cb, .parameter_type = "s" },
    { .name = "pause", .state = "false", .change_state = pause_cb },
    { .name = "interface", .parameter_type = "s", .state = "''", .change_state = interface_cb },
    { .name = "retry", .activate = retry_cb },
    { .name = "open", .activate = open_cb },
  };
  static const struct
  {
    const char *action;
    const char *keys[2];
  } accelerators[] = {
    { "app.quit", { "<Control>q" } },
    { "app.open", { "<Control>o" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.shortcuts", { "<Control>question" } },
    { "app.show-page('traffic')", { "<Alt>1" } },
    { "app.show-page('programs')", { "<Alt>2" } },
    { "win.search", { "<Control>f" } },
    { "win.pick-interface", { "<Control>i" } },
    { "window.close", { "<Control>w" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action, accelerators[i].keys);
}
