#include "app/window.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "app/compat.h"
#include "app/file-page.h"
#include "app/interface-picker.h"
#include "app/programs-page.h"
#include "app/traffic-page.h"
#include "app/width-layout.h"
#include "model/text.h"

/* Below this the header bar and the line under it have room for icons only, in pixels. */
#define NARROW_WIDTH 560

struct _SluiceWindow
{
  AdwApplicationWindow parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  SluiceHostNames *names;
  gboolean failed;
  gboolean tier_dismissed;

  GtkWidget *frame;
  AdwHeaderBar *header;
  SluiceInterfacePicker *picker;
  GtkWidget *search;
  GtkWidget *pause;
  GtkRevealer *info_revealer;
  GtkWidget *info;
  GtkImage *info_icon;
  GtkLabel *info_label;
  GtkWidget *info_more;
  GtkWidget *info_more_label;
  GtkWidget *info_more_icon;
  GtkWidget *info_close;
  AdwToastOverlay *toasts;
  AdwViewStack *stack;
  GtkWidget *bar;
  GtkWidget *switcher;
  GtkWidget *file_bar;
  GtkLabel *file_name;
  GtkStack *traffic_stack;
  GtkStack *programs_stack;
  SluiceTrafficPage *traffic;
  SluiceProgramsPage *programs;
  SluiceFilePage *file; /* NULL: what happens now is shown */
};

G_DEFINE_FINAL_TYPE (SluiceWindow, sluice_window, ADW_TYPE_APPLICATION_WINDOW)

/* What this tier leaves out, and why there is none above it where the user's own rights are not the cause; %NULL where
 * it leaves out nothing. */
static char *
describe_tier (SluiceEngine *engine)
{
  const gboolean everyone = sluice_engine_sees_everyone (engine);
  const char *note = sluice_engine_get_note (engine);

  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    return g_strdup (_("Inside Flatpak, programs cannot be seen; what the interfaces move is complete."));
  if (note != NULL && (everyone || geteuid () == 0))
    /* Translators: then a sentence on why packets are not read */
    return g_strdup_printf (_("Showing what the kernel counts by itself. %s"), note);
  return everyone ? NULL : g_strdup (_("Showing programs of your own user; other users’ traffic is one row."));
}

/* The line under the header: a fault first, else what this tier leaves out, else nothing. */
static void
update_info (SluiceWindow *self)
{
  SluiceEngine *engine = sluice_live_model_get_engine (self->model);
  SluiceSample *latest = sluice_live_model_get_latest (self->model);
  SluiceInterfaceItem *scope = sluice_live_model_get_scope (self->model);
  g_autofree char *gone = NULL;
  g_autofree char *tier = NULL;
  const char *sentence = NULL;
  gboolean fault = TRUE;

  if (self->file != NULL)
    sentence = sluice_file_page_get_fault (self->file);
  else if (self->failed || latest == NULL)
    ;
  else if (latest->fault != NULL)
    sentence = latest->fault;
  else if (sluice_interface_item_get_gone (scope))
    sentence = gone = g_strdup_printf (_("The interface “%s” was removed; this is what it moved last."),
                                       sluice_interface_item_get_interface (scope)->name);
  else if (!self->tier_dismissed && engine != NULL)
    {
      sentence = tier = describe_tier (engine);
      fault = FALSE;
    }

  if (sentence != NULL && !g_str_equal (gtk_label_get_text (self->info_label), sentence))
    {
      gtk_label_set_text (self->info_label, sentence);
      gtk_image_set_from_icon_name (self->info_icon, fault ? "dialog-warning-symbolic" : "dialog-information-symbolic");
      gtk_widget_set_visible (self->info_more, !fault);
      gtk_widget_set_visible (self->info_close, !fault);
    }
  gtk_revealer_set_reveal_child (self->info_revealer, sentence != NULL);
}

static void
info_close_cb (SluiceWindow *self)
{
  self->tier_dismissed = TRUE;
  update_info (self);
}

static void
model_updated_cb (SluiceWindow *self)
{
  if (sluice_compat_is_seen (GTK_WIDGET (self)))
    update_info (self);
}

static gboolean
shows_programs (SluiceWindow *self)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->stack), "programs") == 0;
}

/* Search where the page lists something, pause where the picture moves. */
static void
page_changed_cb (SluiceWindow *self)
{
  gboolean programs = shows_programs (self) && self->file == NULL;

  gtk_widget_set_visible (self->search, programs);
  gtk_widget_set_visible (self->pause, !programs && self->file == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", programs);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  SluiceWindow *self = SLUICE_WINDOW (widget);

  sluice_programs_page_set_search_mode (self->programs, TRUE);
}

static void
pick_interface_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  sluice_interface_picker_popup (SLUICE_WINDOW (widget)->picker);
}

/* What belongs to the file and what to the network of now. */
static void
show_file (SluiceWindow *self,
           gboolean      shown)
{
  const char *title = shown ? gtk_label_get_text (self->file_name) : _("Sluice");

  gtk_stack_set_visible_child_name (self->traffic_stack, shown ? "file" : "live");
  gtk_stack_set_visible_child_name (self->programs_stack, shown ? "none" : "live");
  gtk_widget_set_visible (self->file_bar, shown);
  gtk_window_set_title (GTK_WINDOW (self), title);
  sluice_compat_view_switcher_set_title (self->switcher, title);
  gtk_widget_set_visible (GTK_WIDGET (self->picker), !shown);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.close-file", shown);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.pick-interface", !shown);
  page_changed_cb (self);
  update_info (self);
}

/**
 * sluice_window_close_file:
 * @self: the window
 *
 * Goes back to what happens now; reading is given up. Does nothing where no file is open.
 */
void
sluice_window_close_file (SluiceWindow *self)
{
  g_autoptr (GtkWidget) page = NULL;

  g_return_if_fail (SLUICE_IS_WINDOW (self));

  if (self->file == NULL)
    return;
  page = g_object_ref (GTK_WIDGET (g_steal_pointer (&self->file)));
  g_signal_handlers_disconnect_by_data (page, self);
  show_file (self, FALSE);
  gtk_stack_remove (self->traffic_stack, page);
  /* Nothing goes on behind it, whoever still holds it. */
  g_object_run_dispose (G_OBJECT (page));
}

/**
 * sluice_window_open_file:
 * @self: the window
 * @file: a capture file
 *
 * Shows what it holds instead of what happens now, or says why it cannot.
 */
void
sluice_window_open_file (SluiceWindow *self,
                         GFile        *file)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = sluice_text_sanitise (base != NULL ? base : "", -1, SLUICE_NAME_MAX);
  g_autofree char *title = NULL;
  GtkWidget *page;

  g_return_if_fail (SLUICE_IS_WINDOW (self));

  sluice_window_close_file (self);
  /* Translators: the name of a capture file that is shown */
  title = g_strdup_printf (_("File: %s"), name);
  gtk_label_set_text (self->file_name, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->file_name), title);
  page = sluice_file_page_new (self->settings, self->names);
  self->file = SLUICE_FILE_PAGE (page);
  gtk_stack_add_named (self->traffic_stack, page, "file");
  g_signal_connect_swapped (page, "read", G_CALLBACK (update_info), self);
  sluice_file_page_open (self->file, file, sluice_live_model_get_interfaces (self->model));
  sluice_window_show_page (self, "traffic");
  show_file (self, TRUE);
}

static void
close_file_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  sluice_window_close_file (SLUICE_WINDOW (widget));
}

static gboolean
drop_cb (SluiceWindow *self,
         const GValue *value)
{
  const GSList *files = g_value_get_boxed (value);

  if (files == NULL)
    return FALSE;
  sluice_window_open_file (self, files->data);
  if (files->next != NULL)
    sluice_window_say (self, _("One capture file is shown at a time; this is the first of those that were dropped."));

  return TRUE;
}

/**
 * sluice_window_show_page:
 * @self: the window
 * @name: "traffic" or "programs"
 */
void
sluice_window_show_page (SluiceWindow *self,
                         const char   *name)
{
  g_return_if_fail (SLUICE_IS_WINDOW (self));

  adw_view_stack_set_visible_child_name (self->stack, name);
}

/**
 * sluice_window_say:
 * @self: the window
 * @sentence: what happened and what to do
 *
 * Says it for a while, above the page, which stays as it is.
 */
void
sluice_window_say (SluiceWindow *self,
                   const char   *sentence)
{
  GtkWidget *label = gtk_label_new (sentence);
  AdwToast *toast = adw_toast_new ("");

  g_return_if_fail (SLUICE_IS_WINDOW (self));

  /* A title of the toast's own would be one line of markup. */
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  adw_toast_set_custom_title (toast, label);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * sluice_window_show_program:
 * @self: the window
 * @identity: a program's
 *
 * Turns to the program's row on its page, or says that there is none.
 */
void
sluice_window_show_program (SluiceWindow *self,
                            const char   *identity)
{
  g_return_if_fail (SLUICE_IS_WINDOW (self));

  if (sluice_live_model_find_program (self->model, identity) == NULL)
    {
      sluice_window_say (self, _("That program is not in the list: it has ended, or was not seen yet; search for it by "
                                  "name under Programs."));
      return;
    }
  sluice_window_show_page (self, "programs");
  sluice_programs_page_show_program (self->programs, identity);
}

/**
 * sluice_window_set_failure:
 * @self: the window
 * @sentence: (nullable): why nothing can be measured, or %NULL
 */
void
sluice_window_set_failure (SluiceWindow *self,
                           const char   *sentence)
{
  g_return_if_fail (SLUICE_IS_WINDOW (self));

  self->failed = sentence != NULL;
  sluice_traffic_page_set_failure (self->traffic, sentence);
  sluice_programs_page_set_failure (self->programs, sentence);
  update_info (self);
}

/**
 * sluice_window_set_paused:
 * @self: the window
 * @paused: whether what is shown stands still; measuring goes on behind it
 */
void
sluice_window_set_paused (SluiceWindow *self,
                          gboolean      paused)
{
  g_return_if_fail (SLUICE_IS_WINDOW (self));

  sluice_traffic_page_set_paused (self->traffic, paused);
}

/**
 * sluice_window_store_state:
 * @self: the window
 *
 * Remembers size and page for the next start.
 */
void
sluice_window_store_state (SluiceWindow *self)
{
  int width;
  int height;

  g_return_if_fail (SLUICE_IS_WINDOW (self));

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && height > 0)
    {
      g_settings_set_int (self->settings, "window-width", MAX (width, 360));
      g_settings_set_int (self->settings, "window-height", MAX (height, 294));
    }
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_string (self->settings, "page", adw_view_stack_get_visible_child_name (self->stack));
}

static void
sluice_window_dispose (GObject *object)
{
  SluiceWindow *self = SLUICE_WINDOW (object);

  if (self->model != NULL)
    sluice_window_close_file (self);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_object (&self->names);

  G_OBJECT_CLASS (sluice_window_parent_class)->dispose (object);
}

static void
sluice_window_class_init (SluiceWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_window_dispose;

  g_type_ensure (SLUICE_TYPE_INTERFACE_PICKER);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/window.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, frame);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, header);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, picker);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, file_bar);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, file_name);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, search);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, pause);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_revealer);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_label);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_more);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_more_label);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_more_icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, info_close);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, SluiceWindow, bar);
  gtk_widget_class_bind_template_callback (widget_class, info_close_cb);
  gtk_widget_class_bind_template_callback (widget_class, page_changed_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.pick-interface", NULL, pick_interface_action);
  gtk_widget_class_install_action (widget_class, "win.close-file", NULL, close_file_action);
}

static void
width_cb (SluiceWindow *self,
          int           width)
{
  gboolean narrow = width < NARROW_WIDTH;

  sluice_interface_picker_set_narrow (self->picker, narrow);
  /* It stands in the middle then. */
  gtk_widget_set_visible (GTK_WIDGET (self->file_name), !narrow);
  gtk_widget_set_visible (self->info_more_label, !narrow);
  gtk_widget_set_visible (self->info_more_icon, narrow);
}

static void
sluice_window_init (SluiceWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  g_signal_connect_object (sluice_width_layout_install (self->frame), "width-changed", G_CALLBACK (width_cb), self,
                           G_CONNECT_SWAPPED);
  self->switcher = sluice_compat_view_switcher_new (self->stack, self->bar);
  adw_header_bar_set_title_widget (self->header, self->switcher);
}

/* What the page of programs says while a file is shown. */
static GtkWidget *
make_no_programs (void)
{
  GtkWidget *page = adw_status_page_new (), *button = gtk_button_new_with_mnemonic (_("_Back to Live Traffic"));

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "view-list-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("A File Holds No Programs"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _("Packets do not say whose they are. Under Traffic are the hosts and protocols of "
                                      "the file."));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.close-file");
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), button);

  return page;
}

static GtkStack *
make_stack (GtkWidget *live)
{
  GtkStack *stack = GTK_STACK (gtk_stack_new ());

  gtk_stack_set_hhomogeneous (stack, FALSE);
  gtk_stack_set_vhomogeneous (stack, FALSE);
  gtk_stack_add_named (stack, live, "live");

  return stack;
}

static void
add_pages (SluiceWindow    *self,
           SluiceHostNames *names)
{
  GtkWidget *traffic = sluice_traffic_page_new (self->model, self->settings, names);
  GtkWidget *programs = sluice_programs_page_new (self->model, self->settings, names);

  self->traffic = SLUICE_TRAFFIC_PAGE (traffic);
  self->programs = SLUICE_PROGRAMS_PAGE (programs);
  self->traffic_stack = make_stack (traffic);
  self->programs_stack = make_stack (programs);
  gtk_stack_add_named (self->programs_stack, make_no_programs (), "none");
  adw_view_stack_add_titled (self->stack, GTK_WIDGET (self->traffic_stack), "traffic", _("Traffic"));
  adw_view_stack_page_set_icon_name (adw_view_stack_get_page (self->stack, GTK_WIDGET (self->traffic_stack)),
                                     "network-transmit-receive-symbolic");
  adw_view_stack_add_titled (self->stack, GTK_WIDGET (self->programs_stack), "programs", _("Programs"));
  adw_view_stack_page_set_icon_name (adw_view_stack_get_page (self->stack, GTK_WIDGET (self->programs_stack)),
                                     "view-list-symbolic");
  g_object_bind_property (programs, "search-mode-enabled", self->search, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

/**
 * sluice_window_new:
 * @application: the app, which has the actions that the window needs
 * @model: what is shown
 * @settings: the app's
 * @names: names of addresses
 */
GtkWidget *
sluice_window_new (GtkApplication  *application,
                   SluiceLiveModel *model,
                   GSettings       *settings,
                   SluiceHostNames *names)
{
  SluiceWindow *self = g_object_new (SLUICE_TYPE_WINDOW, "application", application, NULL);

  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  g_set_object (&self->names, names);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  sluice_interface_picker_set_model (self->picker, model);
  add_pages (self, names);
  show_file (self, FALSE);

  g_signal_connect_object (model, "updated", G_CALLBACK (model_updated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "scope-changed", G_CALLBACK (model_updated_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
