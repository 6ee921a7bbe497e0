#include "app/compat.h"

#include "sluice-config.h"

/* What would be bold, or an error, if it were markup. */
#define HOSTILE "End <b>\"x\" & co</b>?"

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static GtkWindow *
make_window (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_present (GTK_WINDOW (window));
  run_for (150);

  return GTK_WINDOW (window);
}

/* The window of that type that stands before @parent. */
static gpointer
window_before (GtkWindow *parent,
               GType      type)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  gpointer found = NULL;

  for (GList *item = windows; item != NULL; item = item->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (item->data, type) && gtk_window_get_transient_for (item->data) == parent)
      {
        g_assert_null (found);
        found = item->data;
      }
  return found;
}

static gboolean
has_label (GtkWidget  *widget,
           const char *text)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;

  return FALSE;
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);

  return found;
}

static void
test_seen (void)
{
  GtkWidget *stack = gtk_stack_new (), *front = gtk_label_new ("front"), *back = gtk_label_new ("back");
  GtkWidget *orphan = g_object_ref_sink (gtk_label_new ("orphan"));
  GtkWindow *window;

  gtk_stack_add_named (GTK_STACK (stack), front, "front");
  gtk_stack_add_named (GTK_STACK (stack), back, "back");
  g_assert_false (sluice_compat_is_seen (front));
  window = make_window (stack);

  g_assert_true (sluice_compat_is_seen (front));
  g_assert_true (sluice_compat_is_seen (GTK_WIDGET (window)));
  g_assert_false (sluice_compat_is_seen (back));
  g_assert_false (sluice_compat_is_seen (orphan));

  gtk_stack_set_visible_child (GTK_STACK (stack), back);
  run_for (50);
  g_assert_true (sluice_compat_is_seen (back));
  g_assert_false (sluice_compat_is_seen (front));

  gtk_widget_hide (GTK_WIDGET (window));
  run_for (50);
  g_assert_false (sluice_compat_is_seen (back));

  gtk_window_destroy (window);
  g_object_unref (orphan);
}

static void
test_switcher (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *stack = adw_view_stack_new ();
  GtkWidget *bar = adw_view_switcher_bar_new (), *switcher;
  GtkWindow *window;

  adw_view_stack_add_titled (ADW_VIEW_STACK (stack), gtk_label_new ("1"), "one", "The first of the pages");
  adw_view_stack_add_titled (ADW_VIEW_STACK (stack), gtk_label_new ("2"), "two", "The second of the pages");
  switcher = sluice_compat_view_switcher_new (ADW_VIEW_STACK (stack), bar);
  gtk_widget_set_size_request (switcher, 100, -1);
  gtk_box_append (GTK_BOX (box), switcher);
  gtk_box_append (GTK_BOX (box), stack);
  gtk_box_append (GTK_BOX (box), bar);
  window = make_window (box);
  gtk_window_set_default_size (window, 900, 300);
  run_for (300);
  g_assert_false (adw_view_switcher_bar_get_reveal (ADW_VIEW_SWITCHER_BAR (bar)));
  g_assert_true (adw_view_switcher_bar_get_stack (ADW_VIEW_SWITCHER_BAR (bar)) == ADW_VIEW_STACK (stack));

  /* No room for the switcher on top: the bar at the bottom stands in for it. */
  gtk_window_set_default_size (window, 120, 300);
  run_for (300);
  g_assert_true (adw_view_switcher_bar_get_reveal (ADW_VIEW_SWITCHER_BAR (bar)));

  gtk_window_destroy (window);
}

static void
test_about (void)
{
  GtkWindow *window = make_window (gtk_label_new ("x"));
  AdwAboutWindow *about;

  sluice_compat_present_about (window);
  about = window_before (window, ADW_TYPE_ABOUT_WINDOW);
  g_assert_nonnull (about);
  g_assert_cmpstr (adw_about_window_get_version (about), ==, SLUICE_VERSION);
  g_assert_cmpint (adw_about_window_get_license_type (about), ==, GTK_LICENSE_GPL_3_0);
  gtk_window_destroy (GTK_WINDOW (about));
  gtk_window_destroy (window);
}

static void
test_preferences (void)
{
  GtkWindow *window = make_window (gtk_label_new ("x"));
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (g_object_ref_sink (adw_preferences_page_new ()));
  GtkWindow *preferences;

  sluice_compat_present_page (window, "Preferences", page);
  preferences = window_before (window, ADW_TYPE_PREFERENCES_WINDOW);
  g_assert_nonnull (preferences);
  g_assert_true (gtk_window_get_modal (preferences));
  g_assert_cmpstr (gtk_window_get_title (preferences), ==, "Preferences");
  g_assert_true (gtk_widget_is_ancestor (GTK_WIDGET (page), GTK_WIDGET (preferences)));
  gtk_window_destroy (preferences);
  gtk_window_destroy (window);
  g_object_unref (page);
}

/* What was answered, and how often. */
typedef struct
{
  guint n;
  gboolean agreed;
} Answers;

static void
answer_cb (gboolean agreed,
           gpointer data)
{
  Answers *answers = data;

  answers->n++;
  answers->agreed = agreed;
}

static AdwMessageDialog *
ask (GtkWidget *child,
     GtkWindow *window,
     Answers   *answers)
{
  AdwMessageDialog *dialog;

  *answers = (Answers){ 0, FALSE };
  sluice_compat_ask (child, HOSTILE, HOSTILE, "_End", "_Cancel", answer_cb, answers);
  dialog = window_before (window, ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_cmpuint (answers->n, ==, 0);

  return dialog;
}

static void
press (AdwMessageDialog *dialog,
       const char       *label)
{
  GtkWidget *button = find_button (GTK_WIDGET (dialog), label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  run_for (50);
}

static void
test_ask (void)
{
  GtkWidget *child = gtk_label_new ("x");
  GtkWindow *window = make_window (child);
  AdwMessageDialog *dialog;
  Answers answers;

  dialog = ask (child, window, &answers);
  g_assert_true (has_label (GTK_WIDGET (dialog), HOSTILE));
  g_assert_cmpint (adw_message_dialog_get_response_appearance (dialog, "agree"), ==, ADW_RESPONSE_DESTRUCTIVE);
  g_assert_cmpstr (adw_message_dialog_get_default_response (dialog), ==, "refuse");
  press (dialog, "_End");
  g_assert_cmpuint (answers.n, ==, 1);
  g_assert_true (answers.agreed);
  g_assert_null (window_before (window, ADW_TYPE_MESSAGE_DIALOG));

  press (ask (child, window, &answers), "_Cancel");
  g_assert_cmpuint (answers.n, ==, 1);
  g_assert_false (answers.agreed);

  gtk_window_close (GTK_WINDOW (ask (child, window, &answers)));
  run_for (50);
  g_assert_cmpuint (answers.n, ==, 1);
  g_assert_false (answers.agreed);

  gtk_window_destroy (window);
}

static void
test_tell (void)
{
  GtkWidget *child = gtk_label_new ("x");
  GtkWindow *window = make_window (child);
  AdwMessageDialog *dialog;

  sluice_compat_tell (child, HOSTILE, "It has ended by itself.");
  dialog = window_before (window, ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_true (has_label (GTK_WIDGET (dialog), HOSTILE));
  g_assert_true (has_label (GTK_WIDGET (dialog), "It has ended by itself."));
  gtk_window_close (GTK_WINDOW (dialog));
  run_for (50);
  g_assert_null (window_before (window, ADW_TYPE_MESSAGE_DIALOG));
  gtk_window_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  adw_init ();

  g_test_add_func ("/compat/knows-what-can-be-seen", test_seen);
  g_test_add_func ("/compat/switches-at-the-bottom-where-the-top-has-no-room", test_switcher);
  g_test_add_func ("/compat/says-who-made-which-version", test_about);
  g_test_add_func ("/compat/shows-preferences-before-their-window", test_preferences);
  g_test_add_func ("/compat/asks-and-hears-one-answer", test_ask);
  g_test_add_func ("/compat/tells-text-and-no-markup", test_tell);

  return g_test_run ();
}
