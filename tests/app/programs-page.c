#include "programs-page-case.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/hostile.h"

static void
test_sort (Case         *test,
           gconstpointer data)
{
  g_autofree char *column = NULL;

  assert_rows (test, "browser backup mail");
  g_settings_set_string (test->settings, "programs-sort-column", "upload");
  fixture_wait (100);
  assert_rows (test, "mail browser backup");
  g_settings_set_boolean (test->settings, "programs-sort-descending", FALSE);
  fixture_wait (100);
  assert_rows (test, "backup browser mail");

  /* As a click on a heading would: what was chosen is remembered. */
  gtk_widget_activate_action (GTK_WIDGET (test->page), "programs.programs-sort-column", "s", "name");
  fixture_wait (100);
  assert_rows (test, "backup browser mail");
  column = g_settings_get_string (test->settings, "programs-sort-column");
  g_assert_cmpstr (column, ==, "name");
}

static void
test_search (Case         *test,
             gconstpointer data)
{
  GtkEditable *entry = GTK_EDITABLE (find_type (GTK_WIDGET (test->page), GTK_TYPE_SEARCH_ENTRY));

  g_object_set (test->page, "search-mode-enabled", TRUE, NULL);
  gtk_editable_set_text (entry, "MAIL");
  fixture_wait (400);
  assert_rows (test, "mail");
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "1 of 3 programs"));
  add_process (test, 400, "late", "anna", 0, 0);
  fixture_tick (&test->fixture);
  fixture_wait (100);
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "1 of 4 programs"));
  gtk_editable_set_text (entry, "nobody has this");
  fixture_wait (400);
  assert_rows (test, "");
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "Nothing Found"));
  g_signal_emit_by_name (gtk_widget_get_ancestor (find_text (GTK_WIDGET (test->page), "Clear Search"), GTK_TYPE_BUTTON),
                         "clicked");
  fixture_wait (400);
  assert_rows (test, "browser backup mail late");
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "4 programs"));
}

static void
test_active (Case         *test,
             gconstpointer data)
{
  GtkToggleButton *active = GTK_TOGGLE_BUTTON (find_type (GTK_WIDGET (test->page), GTK_TYPE_TOGGLE_BUTTON));
  FixtureProcess *mail = process_named (test, "mail");

  mail->bytes[SLUICE_RX] = mail->bytes[SLUICE_TX] = 0;
  for (guint i = 0; i < 7; i++)
    fixture_tick (&test->fixture);
  gtk_toggle_button_set_active (active, TRUE);
  fixture_wait (100);
  assert_rows (test, "browser backup");

  /* What is selected stays, though it has gone quiet. */
  gtk_toggle_button_set_active (active, FALSE);
  fixture_wait (100);
  select_row (test, "mail");
  gtk_toggle_button_set_active (active, TRUE);
  fixture_wait (100);
  assert_rows (test, "browser backup mail");
}

static void
test_group (Case         *test,
            gconstpointer data)
{
  SluiceProgramItem *anna;

  g_settings_set_string (test->settings, "group-by", "user");
  fixture_wait (100);
  assert_rows (test, "anna root");
  anna = row_named (test, "anna");
  sluice_program_table_set_expanded (test->table, anna, TRUE);
  fixture_wait (100);
  assert_rows (test, "anna browser mail root");

  /* A program is found in its group, closed as that may be. */
  sluice_program_table_set_expanded (test->table, anna, FALSE);
  fixture_wait (100);
  sluice_programs_page_show_program (test->page, process_named (test, "mail")->program->identity);
  fixture_wait (100);
  g_assert_cmpstr (sluice_program_item_get_name (sluice_program_table_get_selected (test->table)), ==, "mail");

  g_settings_set_string (test->settings, "group-by", "program");
  fixture_wait (100);
  sluice_program_table_set_expanded (test->table, row_named (test, "browser"), TRUE);
  fixture_wait (100);
  assert_rows (test, "browser browser browser backup mail");
}

static void
test_group_search (Case         *test,
                   gconstpointer data)
{
  g_settings_set_string (test->settings, "group-by", "user");
  sluice_program_table_set_search (test->table, "mail");
  fixture_wait (100);
  assert_rows (test, "anna mail");
  sluice_program_table_set_search (test->table, "");
  fixture_wait (100);
  assert_rows (test, "anna root");
}

static void
test_selection (Case         *test,
                gconstpointer data)
{
  SluiceProgramItem *mail = row_named (test, "mail");
  GtkColumnView *view;

  select_row (test, "mail");
  process_named (test, "mail")->bytes[SLUICE_RX] = 90000;
  for (guint i = 0; i < 3; i++)
    {
      fixture_tick (&test->fixture);
      fixture_wait (500);
    }
  assert_rows (test, "mail browser backup");
  g_assert_true (sluice_program_table_get_selected (test->table) == mail);
  view = GTK_COLUMN_VIEW (find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW));
  g_assert_true (gtk_selection_model_is_selected (gtk_column_view_get_model (view), 0));
}

static void
test_hostile (Case         *test,
              gconstpointer data)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      FixtureProcess *process = fixture_add (&test->fixture, (gint32) (1000 + i), hostile_texts[i], "anna");

      process->bytes[SLUICE_RX] = 1000000 - i;
      process->n_connections = 1;
      g_ptr_array_add (names, g_strdup (process->program->name));
    }
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  for (guint i = 0; i < names->len; i++)
    {
      SluiceProgramItem *item = row_named (test, names->pdata[i]);
      GtkWidget *label;

      g_assert_nonnull (item);
      sluice_program_table_select (test->table, item);
      /* Rows out of sight are filled when there is time. */
      for (guint turn = 0; turn < 100 && find_text (GTK_WIDGET (test->table), names->pdata[i]) == NULL; turn++)
        fixture_wait (10);
      /* Text it is, to the letter, in the row as in the pane. */
      label = find_text (find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE), names->pdata[i]);
      g_assert_nonnull (label);
      g_assert_false (gtk_label_get_use_markup (GTK_LABEL (label)));
      g_assert_nonnull (find_text (GTK_WIDGET (test->table), names->pdata[i]));
    }
}

static void
read_cb (GObject      *clipboard,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, &error);
  g_assert_no_error (error);
}

static char *
copied (Case       *test,
        const char *action)
{
  char *text = NULL;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->page), action, NULL));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (test->page)), NULL, read_cb, &text);
  for (guint i = 0; i < 100 && text == NULL; i++)
    fixture_wait (10);

  return text;
}

static void
test_copy (Case         *test,
           gconstpointer data)
{
  g_autofree char *name = NULL, *path = NULL, *connections = NULL;
  g_auto (GStrv) lines = NULL;

  select_row (test, "mail");
  fixture_tick (&test->fixture);
  fixture_wait (200);
  name = copied (test, "program.copy-name");
  path = copied (test, "program.copy-path");
  connections = copied (test, "program.copy-connections");
  g_assert_cmpstr (name, ==, "mail");
  g_assert_cmpstr (path, ==, "/usr/bin/mail");
  lines = g_strsplit (connections, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_true (g_str_has_prefix (lines[0], "Protocol\tState\t"));
  g_assert_nonnull (strstr (lines[1], "TCP\testablished\t192.0.2.10:40000\t198.51.100.1:443\t"));
  g_assert_nonnull (strstr (lines[1], "\t4.00 kbit/s\t20.0 kbit/s\t10.0 ms\t0"));
}

static void
test_end (Case         *test,
          gconstpointer data)
{
  FixtureProcess *own = fixture_add (&test->fixture, 999999, "own", "anna");
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);

  own->program->uid = getuid ();
  process_named (test, "mail")->program->uid = getuid () + 1;
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  select_row (test, "own");
  g_assert_nonnull (find_text (pane, "End Process…"));
  select_row (test, "mail");
  g_assert_null (find_text (pane, "End Process…"));
}

/* The question or the message that is on the screen. */
static GtkWidget *
dialog_of (Case *test)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != test->window && gtk_widget_get_mapped (window))
        return window;
    }

  return NULL;
}

/* As a click on one of its buttons, which closes it too. */
static void
respond (GtkWidget  *dialog,
         const char *response)
{
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
  fixture_wait (300);
}

static void
answer (Case       *test,
        const char *response)
{
  GtkWidget *dialog;

  gtk_widget_activate_action (GTK_WIDGET (test->page), "program.end", NULL);
  fixture_wait (200);
  dialog = dialog_of (test);
  g_assert_nonnull (dialog);
  respond (dialog, response);
}

static void
test_end_asks (Case         *test,
               gconstpointer data)
{
  pid_t pid = fork ();
  FixtureProcess *child;
  int status = 0;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      /* Not to be left over where the test fails. */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause ();
    }
  child = fixture_add (&test->fixture, pid, "child", "anna");
  child->n_connections = 1;
  child->program->uid = getuid ();
  child->program->start_time = start_time_of (pid);
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  select_row (test, "child");

  answer (test, "refuse");
  g_assert_null (dialog_of (test));
  g_assert_cmpint (waitpid (pid, &status, WNOHANG), ==, 0);

  /* Another process has the pid by now: it is told of, and left alone. */
  child->program->start_time -= 1;
  answer (test, "agree");
  g_assert_nonnull (dialog_of (test));
  g_assert_cmpint (waitpid (pid, &status, WNOHANG), ==, 0);
  respond (dialog_of (test), "refuse");
  child->program->start_time += 1;

  answer (test, "agree");
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGTERM);
  g_assert_null (dialog_of (test));
}

static void
test_others (Case         *test,
             gconstpointer data)
{
  FixtureProcess others = { sluice_program_other_users (), { 7000, 7000 }, 3, 1, 0 };
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);

  g_array_append_val (test->fixture.processes, others);
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  sluice_programs_page_show_program (test->page, others.program->identity);
  fixture_wait (100);
  if (geteuid () != 0)
    g_assert_nonnull (find_text (pane, "The kernel names a connection’s program only to its owner and to the "
                                       "administrator, so all that other users and the system move is one row; “sudo "
                                       "sluicectl watch” tells them apart."));
  else
    g_assert_nonnull (find_text_with (pane, "Root is confined here and may not see whose connections these are"));
  g_assert_null (find_text (pane, "End Process…"));
  select_row (test, "mail");
  g_assert_null (find_text (pane, "The kernel names"));
}

static void
test_narrow (Case         *test,
             gconstpointer data)
{
  GtkWidget *paned = find_type (GTK_WIDGET (test->page), GTK_TYPE_PANED);

  select_row (test, "mail");
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (paned)), ==, GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_size_request (test->window, 360, 600);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 600);
  for (guint i = 0; i < 50 && gtk_widget_get_width (GTK_WIDGET (test->page)) > 400; i++)
    fixture_wait (50);
  fixture_wait (100);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (test->page)), <=, 360);
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (paned)), ==, GTK_ORIENTATION_VERTICAL);
  g_assert_null (find_text (GTK_WIDGET (test->table), "Last minute"));
  g_assert_null (find_text (GTK_WIDGET (test->table), "RTT"));
  g_assert_nonnull (find_text (GTK_WIDGET (test->table), "Download"));

  /* In the pane the figures of connections stay, and their states go. */
  fixture_tick (&test->fixture);
  fixture_wait (200);
  g_assert_nonnull (find_text (find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE), "▲ 20.0 kbit/s"));
  g_assert_null (find_text (find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE), "established"));
}

static void
test_close (Case         *test,
            gconstpointer data)
{
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);

  g_assert_false (gtk_widget_get_visible (pane));
  select_row (test, "mail");
  g_assert_true (gtk_widget_get_visible (pane));
  g_signal_emit_by_name (pane, "closed");
  g_assert_false (gtk_widget_get_visible (pane));
  g_assert_null (sluice_program_table_get_selected (test->table));
}

static void
test_hidden_selection (Case         *test,
                       gconstpointer data)
{
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);
  SluiceProgramItem *mail = row_named (test, "mail");
  GtkColumnView *view = GTK_COLUMN_VIEW (find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW));

  select_row (test, "mail");
  sluice_program_table_set_search (test->table, "backup");
  fixture_wait (100);
  assert_rows (test, "backup");
  g_assert_true (sluice_program_table_get_selected (test->table) == mail);
  g_assert_true (gtk_widget_get_visible (pane));
  g_assert_false (gtk_selection_model_is_selected (gtk_column_view_get_model (view), 0));
  sluice_program_table_set_search (test->table, "");
  fixture_wait (100);
  assert_rows (test, "browser backup mail");
  g_assert_true (sluice_program_table_get_selected (test->table) == mail);
  g_assert_true (gtk_selection_model_is_selected (gtk_column_view_get_model (view), 2));

  /* Closed it can be, and another row chosen, while it is out of sight. */
  sluice_program_table_set_search (test->table, "backup");
  fixture_wait (100);
  g_signal_emit_by_name (pane, "closed");
  g_assert_false (gtk_widget_get_visible (pane));
  g_assert_null (sluice_program_table_get_selected (test->table));
  sluice_program_table_set_search (test->table, "");
  fixture_wait (100);
  select_row (test, "mail");
  sluice_program_table_set_search (test->table, "backup");
  fixture_wait (100);
  select_row (test, "backup");
  sluice_program_table_set_search (test->table, "");
  fixture_wait (100);
  g_assert_cmpstr (sluice_program_item_get_name (sluice_program_table_get_selected (test->table)), ==, "backup");
}

static void
test_empty (Case         *test,
            gconstpointer data)
{
  Fixture empty;
  GtkWidget *page;

  fixture_init (&empty);
  page = sluice_programs_page_new (empty.model, test->settings, NULL);
  adw_window_set_content (ADW_WINDOW (test->window), page);
  fixture_wait (100);
  g_assert_nonnull (find_text (page, "No Programs Yet"));

  /* Nothing is seen where the kernel lists nothing, and it says so. */
  empty.fault = "The kernel does not let <connections> be listed; load the modules tcp_diag and udp_diag.";
  fixture_tick (&empty);
  fixture_wait (100);
  g_assert_null (find_text (page, "No Programs Yet"));
  g_assert_nonnull (find_text (page, "Programs Cannot Be Shown"));
  g_assert_nonnull (find_text_with (page, empty.fault));
  empty.fault = NULL;
  fixture_tick (&empty);
  fixture_wait (100);
  g_assert_nonnull (find_text (page, "No Programs Yet"));
  fixture_add (&empty, 1, "first", "anna")->n_connections = 1;
  fixture_tick (&empty);
  fixture_wait (1200);
  g_assert_null (find_text (page, "No Programs Yet"));
  g_assert_nonnull (find_text (page, "first"));
  adw_window_set_content (ADW_WINDOW (test->window), NULL);
  fixture_clear (&empty);
}

static void
add_cases (void)
{
  ADD_CASE ("/programs-page/sorts-and-remembers-it", test_sort);
  ADD_CASE ("/programs-page/searches-and-says-when-nothing-is-found", test_search);
  ADD_CASE ("/programs-page/shows-only-what-is-active-and-what-is-selected", test_active);
  ADD_CASE ("/programs-page/groups-by-user-and-finds-a-program-in-its-group", test_group);
  ADD_CASE ("/programs-page/opens-the-group-that-a-search-finds-something-in", test_group_search);
  ADD_CASE ("/programs-page/keeps-the-selection-when-the-order-changes", test_selection);
  ADD_CASE ("/programs-page/shows-hostile-names-as-text", test_hostile);
  ADD_CASE ("/programs-page/copies-to-the-clipboard", test_copy);
  ADD_CASE ("/programs-page/offers-to-end-only-own-programs", test_end);
  ADD_CASE ("/programs-page/asks-before-it-ends-a-process-and-never-hits-another", test_end_asks);
  ADD_CASE ("/programs-page/explains-the-row-of-other-users", test_others);
  ADD_CASE ("/programs-page/makes-do-with-360-pixels", test_narrow);
  ADD_CASE ("/programs-page/shows-the-pane-of-what-is-selected-until-it-is-closed", test_close);
  ADD_CASE ("/programs-page/keeps-the-pane-of-what-a-search-hides", test_hidden_selection);
  ADD_CASE ("/programs-page/says-when-there-is-nothing-yet", test_empty);
}

int
main (int    argc,
      char **argv)
{
  return run_cases (argc, argv, add_cases);
}
