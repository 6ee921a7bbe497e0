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

/**
 * sluice_compat_view_switcher_set_title:
 * @switcher: as sluice_compat_view_switcher_new() made it
 * @title: what stands in the header bar while there is no room for the switcher
 */
void
sluice_compat_view_switcher_set_title (GtkWidget  *switcher,
                                       const char *title)
{
  adw_view_switcher_title_set_title (ADW_VIEW_SWITCHER_TITLE (switcher), title);
}

/**
 * sluice_compat_present_about:
 * @parent: the window that asks
 *
 * Shows who made what under which licence.
 */
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

/**
 * sluice_compat_present_page:
 * @parent: the window that asks
 * @title: the window's
 * @page: (transfer floating): what it shows
 *
 * Shows a page of rows, such as the preferences, in a window of its own.
 */
void
sluice_compat_present_page (GtkWindow          *parent,
                            const char         *title,
                            AdwPreferencesPage *page)
{
  GtkWidget *window = adw_preferences_window_new ();

  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_set_title (GTK_WINDOW (window), title);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 520, 460);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}

/* A question on the screen. */
typedef struct
{
  SluiceCompatAnswer answer;
  gpointer user_data;
} Question;

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             Question         *question)
{
  question->answer (g_str_equal (response, "agree"), question->user_data);
  g_free (question);
}

static GtkWidget *
make_dialog (GtkWidget  *widget,
             const char *heading,
             const char *body,
             const char *refusal)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "refuse", refusal);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "refuse");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "refuse");

  return dialog;
}

/**
 * sluice_compat_ask:
 * @widget: what the question comes from
 * @heading: the question; text, no markup
 * @body: what hangs on it; text, no markup
 * @action: label of the button that destroys, with mnemonic
 * @refusal: label of the other one; closing the dialog is the same
 * @answer: called once
 * @user_data: handed to @answer
 *
 * Asks before something is done that cannot be undone.
 */
void
sluice_compat_ask (GtkWidget         *widget,
                   const char        *heading,
                   const char        *body,
                   const char        *action,
                   const char        *refusal,
                   SluiceCompatAnswer answer,
                   gpointer           user_data)
{
  GtkWidget *dialog = make_dialog (widget, heading, body, refusal);
  Question *question = g_new (Question, 1);

  *question = (Question){ answer, user_data };
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "agree", action);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "agree", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), question);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * sluice_compat_tell:
 * @widget: what it is about
 * @heading: what happened; text, no markup
 * @body: more of it; text, no markup
 *
 * Says something that the user has to know.
 */
void
sluice_compat_tell (GtkWidget  *widget,
                    const char *heading,
                    const char *body)
{
  gtk_window_present (GTK_WINDOW (make_dialog (widget, heading, body, _("_Close"))));
}

/* A choice on the screen. */
typedef struct
{
  SluiceCompatFile chosen;
  gpointer user_data;
} Choice;

static void
choice_cb (GtkNativeDialog *dialog,
           int              response,
           Choice          *choice)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    choice->chosen (file, choice->user_data);
  g_free (choice);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/**
 * sluice_compat_choose_capture:
 * @parent: the window that asks
 * @chosen: called with what was chosen, if anything
 * @user_data: handed to @chosen
 *
 * Asks for a capture file.
 */
void
sluice_compat_choose_capture (GtkWindow       *parent,
                              SluiceCompatFile chosen,
                              gpointer         user_data)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Open Capture File"), parent,
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  g_autoptr (GtkFileFilter) captures = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  Choice *choice = g_new (Choice, 1);

  *choice = (Choice){ chosen, user_data };
  gtk_file_filter_set_name (captures, _("Capture files"));
  gtk_file_filter_add_mime_type (captures, "application/vnd.tcpdump.pcap");
  gtk_file_filter_add_mime_type (captures, "application/x-pcapng");
  gtk_file_filter_add_suffix (captures, "pcap");
  gtk_file_filter_add_suffix (captures, "pcapng");
  gtk_file_filter_add_suffix (captures, "cap");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), captures);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (choice_cb), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
