#include "app/application-private.h"

#include "sluice-config.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>

#include "app/sluice-resources.h"
#include "model/text.h"

/* What DESIGN 4 says of the command line holds here too. */
#define EXIT_USAGE 2
/* So soon after the start there is something to see. */
#define FIRST_FIGURES_MS 300

G_DEFINE_FINAL_TYPE (SluiceApplication, sluice_application, ADW_TYPE_APPLICATION)

/**
 * sluice_application_get_exit_status:
 * @self: the app, which has ended
 *
 * Returns: what the process ends with
 */
int
sluice_application_get_exit_status (SluiceApplication *self)
{
  return self->exit_status;
}

/* The main window, whatever dialogs stand before it; %NULL in the background. */
SluiceWindow *
sluice_application_get_window (SluiceApplication *self)
{
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item != NULL; item = item->next)
    if (SLUICE_IS_WINDOW (item->data))
      return item->data;

  return NULL;
}

static SluiceInterfaceItem *
find_interface (SluiceApplication *self,
                const char        *name)
{
  GListModel *interfaces = sluice_live_model_get_interfaces (self->model);
  SluiceInterfaceItem *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (interfaces); i++)
    {
      g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (interfaces, i);
      SluiceInterface *interface = sluice_interface_item_get_interface (item);

      if (interface == NULL ? *name != '\0' : !g_str_equal (interface->name, name))
        continue;
      /* One that went and came again is listed twice: the one that is there counts. */
      if (found == NULL || !sluice_interface_item_get_gone (item))
        found = item;
    }
  return found;
}

static void
show_wanted_interface (SluiceApplication *self)
{
  SluiceInterfaceItem *item = self->wanted_interface != NULL ? find_interface (self, self->wanted_interface) : NULL;

  if (item != NULL && item != sluice_live_model_get_scope (self->model))
    sluice_live_model_set_scope (self->model, item);
}

/**
 * sluice_application_want_interface:
 * @self: the app
 * @name: an interface's name, or "" for the sum of those in use
 *
 * Shows that interface, now or as soon as it appears (again), and remembers it for the next start. One that was never
 * there changes nothing.
 *
 * Returns: whether there is such an interface
 */
gboolean
sluice_application_want_interface (SluiceApplication *self,
                                   const char        *name)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "interface");

  /* The list begins with the first figures; the kernel knows at once. */
  if (find_interface (self, name) == NULL && *name != '\0' && if_nametoindex (name) == 0)
    return FALSE;
  g_free (self->wanted_interface);
  self->wanted_interface = g_strdup (name);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (name));
  if (self->line.screenshot == NULL)
    g_settings_set_string (self->settings, "interface", name);
  show_wanted_interface (self);

  return TRUE;
}

static void
engine_started_cb (GObject      *engine,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (SluiceApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  SluiceWindow *window;

  if (sluice_engine_start_finish (SLUICE_ENGINE (engine), result, &error)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_free (self->failure);
  self->failure = g_strdup (error->message);
  window = sluice_application_get_window (self);
  if (window != NULL)
    sluice_window_set_failure (window, self->failure);
  if (self->picture_id != 0)
    sluice_application_picture (self);
}

/**
 * sluice_application_run_engine:
 * @self: the app
 *
 * Begins to measure, or says in the window why that is not possible.
 */
void
sluice_application_run_engine (SluiceApplication *self)
{
  SluiceEngineOptions options = {
    .scope = SLUICE_SCOPE_EVERY,
    .interval_ms = g_settings_get_int (self->settings, "interval"),
    .first_ms = FIRST_FIGURES_MS,
  };
  SluiceWindow *window = sluice_application_get_window (self);

  if (sluice_engine_is_running (self->engine))
    return;
  g_clear_pointer (&self->failure, g_free);
  sluice_engine_start_async (self->engine, &options, engine_started_cb, g_object_ref (self));
  if (window != NULL)
    sluice_window_set_failure (window, self->failure);
}

static void
interval_changed_cb (SluiceApplication *self)
{
  if (sluice_engine_is_running (self->engine))
    sluice_engine_set_interval (self->engine, g_settings_get_int (self->settings, "interval"));
}

static gboolean
close_request_cb (SluiceApplication *self,
                  SluiceWindow      *window)
{
  if (self->line.screenshot == NULL)
    sluice_window_store_state (window);

  return GDK_EVENT_PROPAGATE;
}

static SluiceWindow *
make_window (SluiceApplication *self)
{
  g_autofree char *page = g_settings_get_string (self->settings, "page");
  g_autoptr (GVariant) paused = g_action_group_get_action_state (G_ACTION_GROUP (self), "pause");
  SluiceWindow *window = SLUICE_WINDOW (
    sluice_window_new (GTK_APPLICATION (self), self->model, self->settings, self->names));

  if (self->line.width > 0)
    {
      gtk_window_unmaximize (GTK_WINDOW (window));
      gtk_window_set_default_size (GTK_WINDOW (window), self->line.width, self->line.height);
    }
  sluice_window_show_page (window, page);
  sluice_window_set_failure (window, self->failure);
  sluice_window_set_paused (window, g_variant_get_boolean (paused));
  g_signal_connect_object (window, "close-request", G_CALLBACK (close_request_cb), self, G_CONNECT_SWAPPED);

  return window;
}

/**
 * sluice_application_present:
 * @self: the app
 *
 * Returns: (transfer none): the window, which is made when there is none, and brought forward
 */
SluiceWindow *
sluice_application_present (SluiceApplication *self)
{
  SluiceWindow *window;

  sluice_application_run_engine (self);
  window = sluice_application_get_window (self);
  if (window == NULL)
    window = make_window (self);
  gtk_window_present (GTK_WINDOW (window));

  return window;
}

/**
 * sluice_application_end:
 * @self: the app
 * @exit_status: what the process ends with
 *
 * Ends the app as Quit does: the window's state is stored, measuring stops, the main loop ends.
 */
void
sluice_application_end (SluiceApplication *self,
                        int                exit_status)
{
  self->exit_status = exit_status;
  g_application_quit (G_APPLICATION (self));
}

static gboolean
ended_by_signal_cb (gpointer data)
{
  sluice_application_end (data, EXIT_SUCCESS);

  return G_SOURCE_CONTINUE;
}

static void
sluice_application_activate (GApplication *application)
{
  sluice_application_present (SLUICE_APPLICATION (application));
}

/* By the command line, by a file manager, over D-Bus. */
static void
sluice_application_open (GApplication *application,
                         GFile       **files,
                         int           n_files,
                         const char   *hint)
{
  SluiceWindow *window = sluice_application_present (SLUICE_APPLICATION (application));

  if (n_files > 0)
    sluice_window_open_file (window, files[0]);
  if (n_files > 1)
    sluice_window_say (window, _("One capture file is shown at a time; this is the first of those that were given."));
}

/* GTK would end the process with a log message; there is nothing to be undone yet. */
static void
require_display (void)
{
  if (gtk_init_check ())
    return;
  g_printerr ("sluice: %s\n",
              _("There is no display to show a window on; “sluicectl watch” shows the traffic on a terminal."));
  exit (EXIT_FAILURE);
}

static void
require_settings (void)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  if (g_settings_schema_source_get_default () != NULL)
    schema = g_settings_schema_source_lookup (g_settings_schema_source_get_default (), SLUICE_APP_ID, TRUE);
  if (schema != NULL)
    return;
  g_printerr ("sluice: %s\n", _("The description of the settings is missing; install Sluice with “meson install”, "
                                 "or set GSETTINGS_SCHEMA_DIR to the data folder of the build."));
  exit (EXIT_FAILURE);
}

/* A session manager says when the session ends, and GTK then quits as it should. Where there is none, GTK would ask a
 * portal instead, and complain where that does not do it either. */
static gboolean
has_session_manager (GApplication *application)
{
  static const char *const managers[] = { "org.gnome.SessionManager", "org.xfce.SessionManager" };
  GDBusConnection *bus = g_application_get_dbus_connection (application);

  for (guint i = 0; bus != NULL && i < G_N_ELEMENTS (managers); i++)
    {
      g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
        g_variant_new ("(s)", managers[i]), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, 1000, NULL, NULL);
      gboolean owned = FALSE;

      if (answer != NULL)
        g_variant_get (answer, "(b)", &owned);
      if (owned)
        return TRUE;
    }
  return FALSE;
}

static void
sluice_application_startup (GApplication *application)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  SluiceApplication *self = SLUICE_APPLICATION (application);
  g_autofree char *interface = NULL;

  require_display ();
  require_settings ();
  sluice_register_resource ();
  g_object_set (application, "register-session", has_session_manager (application), NULL);
  G_APPLICATION_CLASS (sluice_application_parent_class)->startup (application);

  self->settings = g_settings_new (SLUICE_APP_ID);
  self->engine = sluice_engine_new ();
  self->model = sluice_live_model_new (self->engine);
  self->names = sluice_host_names_new (NULL);
  g_settings_bind (self->settings, "reverse-lookup", self->names, "enabled", G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->settings, "changed::interval", G_CALLBACK (interval_changed_cb), self,
                           G_CONNECT_SWAPPED);

  sluice_application_add_actions (self);
  interface = g_settings_get_string (self->settings, "interface");
  self->wanted_interface = g_strdup (interface);
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "interface")),
                             g_variant_new_string (interface));
  g_signal_connect_object (sluice_live_model_get_interfaces (self->model), "items-changed",
                           G_CALLBACK (show_wanted_interface), self, G_CONNECT_SWAPPED);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    self->signal_ids[i] = g_unix_signal_add (signals[i], ended_by_signal_cb, self);
}

static void
sluice_application_shutdown (GApplication *application)
{
  SluiceApplication *self = SLUICE_APPLICATION (application);
  SluiceWindow *window = sluice_application_get_window (self);

  /* However it ends: by Quit, by a signal, or by the session manager, who asks nobody here. */
  if (window != NULL)
    close_request_cb (self, window);
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_handle_id (&self->picture_id, g_source_remove);
  if (self->engine != NULL)
    sluice_engine_stop (self->engine);
  g_settings_sync ();

  G_APPLICATION_CLASS (sluice_application_parent_class)->shutdown (application);
}

/* What the command line asks for, done as the actions do it, here or in the instance that runs already. */
static void
do_as_asked (SluiceApplication *self)
{
  GApplication *application = G_APPLICATION (self);
  GActionGroup *actions = G_ACTION_GROUP (self);

  if (self->line.service)
    return;
  if (self->line.interface != NULL)
    g_action_group_change_action_state (actions, "interface", g_variant_new_string (self->line.interface));
  if (self->line.background)
    {
      if (g_application_get_is_remote (application))
        return;
      self->background = TRUE;
      g_application_hold (application);
      sluice_application_run_engine (self);
      return;
    }
  if (self->line.file != NULL)
    g_application_open (application, &self->line.file, 1, "");
  else if (self->line.page != NULL)
    g_action_group_activate_action (actions, "show-page", g_variant_new_string (self->line.page));
  else
    g_application_activate (application);
  if (self->line.screenshot != NULL)
    sluice_application_picture (self);
}

static gboolean
sluice_application_local_command_line (GApplication *application,
                                       char       ***arguments,
                                       int          *exit_status)
{
  SluiceApplication *self = SLUICE_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  *exit_status = self->exit_status = EXIT_SUCCESS;
  if (!sluice_command_line_parse (&self->line, arguments, &error))
    {
      /* It repeats what was given. */
      g_autofree char *message = sluice_text_sanitise (error->message, -1, SLUICE_NAME_MAX);

      g_printerr ("sluice: %s\n", message);
      *exit_status = self->exit_status = error->domain == G_OPTION_ERROR ? EXIT_USAGE : EXIT_FAILURE;
      return TRUE;
    }
  if (self->line.version)
    {
      g_print ("sluice %s\n", SLUICE_VERSION);
      return TRUE;
    }

  /* A picture is of a window of its own, whatever else runs. */
  if (self->line.screenshot != NULL)
    g_application_set_flags (application, G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  else if (self->line.service)
    g_application_set_flags (application, G_APPLICATION_HANDLES_OPEN | G_APPLICATION_IS_SERVICE);
  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("sluice: %s\n", error->message);
      *exit_status = self->exit_status = EXIT_FAILURE;
      return TRUE;
    }
  if (g_application_get_dbus_connection (application) == NULL && self->line.screenshot == NULL)
    g_printerr ("sluice: %s\n", _("There is no D-Bus session: each start opens a window of its own, and nothing else "
                                   "can call this one."));
  do_as_asked (self);

  return TRUE;
}

static void
sluice_application_dispose (GObject *object)
{
  SluiceApplication *self = SLUICE_APPLICATION (object);

  g_clear_object (&self->names);
  g_clear_object (&self->model);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (sluice_application_parent_class)->dispose (object);
}

static void
sluice_application_finalize (GObject *object)
{
  SluiceApplication *self = SLUICE_APPLICATION (object);

  sluice_command_line_clear (&self->line);
  g_clear_pointer (&self->failure, g_free);
  g_clear_pointer (&self->wanted_interface, g_free);

  G_OBJECT_CLASS (sluice_application_parent_class)->finalize (object);
}

static void
sluice_application_class_init (SluiceApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = sluice_application_dispose;
  object_class->finalize = sluice_application_finalize;
  application_class->activate = sluice_application_activate;
  application_class->open = sluice_application_open;
  application_class->startup = sluice_application_startup;
  application_class->shutdown = sluice_application_shutdown;
  application_class->local_command_line = sluice_application_local_command_line;
}

static void
sluice_application_init (SluiceApplication *self)
{
}

/**
 * sluice_application_new:
 *
 * Returns: (transfer full): the app, which g_application_run() starts
 */
SluiceApplication *
sluice_application_new (void)
{
  return g_object_new (SLUICE_TYPE_APPLICATION, "application-id", SLUICE_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, NULL);
}
