#include "app/programs-page.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/program-pane.h"
#include "app/program-table.h"
#include "programs-fixture.h"
#include "tests/deadline.h"
#include "tests/hostile.h"

#define SCHEMA "io.github.sluice.Sluice"

void sluice_register_resource (void);

typedef struct
{
  Fixture fixture;
  GSettings *settings;
  GtkWidget *window;
  SluiceProgramsPage *page;
  SluiceProgramTable *table;
} Case;

/* The rows, by name, as far as they go. */
static void
assert_rows (Case       *test,
             const char *expected)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < sluice_program_table_get_n_rows (test->table); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                            sluice_program_item_get_name (sluice_program_table_get_row (test->table, i)));
  g_assert_cmpstr (names->str, ==, expected);
  g_string_free (names, TRUE);
}

static SluiceProgramItem *
row_named (Case       *test,
           const char *name)
{
  for (guint i = 0; i < sluice_program_table_get_n_rows (test->table); i++)
    {
      SluiceProgramItem *item = sluice_program_table_get_row (test->table, i);

      if (g_str_equal (sluice_program_item_get_name (item), name))
        return item;
    }

  return NULL;
}

static FixtureProcess *
process_named (Case       *test,
               const char *name)
{
  for (guint i = 0; i < test->fixture.processes->len; i++)
    {
      FixtureProcess *process = &g_array_index (test->fixture.processes, FixtureProcess, i);

      if (g_str_equal (process->program->name, name))
        return process;
    }
  g_assert_not_reached ();
}

static void
add (Case       *test,
     gint32      pid,
     const char *name,
     const char *user,
     guint64     rx,
     guint64     tx)
{
  FixtureProcess *process = fixture_add (&test->fixture, pid, name, user);

  process->bytes[SLUICE_RX] = rx;
  process->bytes[SLUICE_TX] = tx;
  process->n_connections = 2;
  process->rtt_us = 10000;
}

static void
set_up (Case         *test,
        gconstpointer data)
{
  const char *const keys[] = { "group-by", "programs-sort-column", "programs-sort-descending", "rate-unit" };

  fixture_init (&test->fixture);
  test->settings = g_settings_new (SCHEMA);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (test->settings, keys[i]);
  add (test, 100, "browser", "anna", 3000, 100);
  add (test, 101, "browser", "anna", 1000, 100);
  add (test, 200, "mail", "anna", 1000, 5000);
  add (test, 300, "backup", "root", 2000, 0);
  test->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1000, 600);
  test->page = SLUICE_PROGRAMS_PAGE (sluice_programs_page_new (test->fixture.model, test->settings, NULL));
  test->table = SLUICE_PROGRAM_TABLE (find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_TABLE));
  adw_window_set_content (ADW_WINDOW (test->window), GTK_WIDGET (test->page));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (150);
  fixture_tick (&test->fixture);
  fixture_wait (150);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_object_unref (test->settings);
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

static void
select_row (Case       *test,
            const char *name)
{
  SluiceProgramItem *item = row_named (test, name);

  g_assert_nonnull (item);
  sluice_program_table_select (test->table, item);
  g_assert_true (sluice_program_table_get_selected (test->table) == item);
  fixture_wait (100);
}

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
test_headings (Case         *test,
               gconstpointer data)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW));
  GListModel *columns = gtk_column_view_get_columns (view);
  g_autoptr (GtkColumnViewColumn) upload = g_list_model_get_item (columns, SLUICE_PROGRAM_COLUMN_UPLOAD);
  g_autoptr (GtkColumnViewColumn) name = g_list_model_get_item (columns, SLUICE_PROGRAM_COLUMN_NAME);
  g_autofree char *column = NULL;

  /* A first click asks for ascending order; figures have the largest first. */
  gtk_column_view_sort_by_column (view, upload, GTK_SORT_ASCENDING);
  fixture_wait (100);
  assert_rows (test, "mail browser backup");
  column = g_settings_get_string (test->settings, "programs-sort-column");
  g_assert_cmpstr (column, ==, "upload");
  g_assert_true (g_settings_get_boolean (test->settings, "programs-sort-descending"));
  gtk_column_view_sort_by_column (view, name, GTK_SORT_ASCENDING);
  fixture_wait (100);
  assert_rows (test, "backup browser mail");
  g_assert_false (g_settings_get_boolean (test->settings, "programs-sort-descending"));
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
  gtk_editable_set_text (entry, "nobody has this");
  fixture_wait (400);
  assert_rows (test, "");
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "Nothing Found"));
  g_signal_emit_by_name (gtk_widget_get_ancestor (find_text (GTK_WIDGET (test->page), "Clear Search"), GTK_TYPE_BUTTON),
                         "clicked");
  fixture_wait (400);
  assert_rows (test, "browser backup mail");
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
test_in_place (Case         *test,
               gconstpointer data)
{
  GtkWidget *name = find_text (GTK_WIDGET (test->table), "backup");
  GtkWidget *rate = find_text (GTK_WIDGET (test->table), "16.0 kbit/s");
  gpointer gone = name;

  g_assert_nonnull (name);
  g_assert_nonnull (rate);
  g_object_add_weak_pointer (G_OBJECT (name), &gone);
  process_named (test, "backup")->bytes[SLUICE_RX] = 2500;
  fixture_tick (&test->fixture);
  g_assert_cmpstr (gtk_inscription_get_text (GTK_INSCRIPTION (rate)), ==, "20.0 kbit/s");

  /* Another order makes no widget either: the same places show other rows. */
  process_named (test, "backup")->bytes[SLUICE_RX] = 90000;
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  assert_rows (test, "backup browser mail");
  g_assert_nonnull (gone);
  g_assert_cmpstr (gtk_inscription_get_text (GTK_INSCRIPTION (name)), ==, "browser");
  g_assert_nonnull (find_text (GTK_WIDGET (test->table), "720 kbit/s"));
  g_object_remove_weak_pointer (G_OBJECT (name), &gone);

  g_settings_set_string (test->settings, "rate-unit", "bytes");
  g_assert_nonnull (find_text (GTK_WIDGET (test->table), "90.0 kB/s"));
}

static void
test_hidden (Case         *test,
             gconstpointer data)
{
  GtkWidget *rate = find_text (GTK_WIDGET (test->table), "16.0 kbit/s");

  gtk_widget_set_visible (GTK_WIDGET (test->page), FALSE);
  process_named (test, "backup")->bytes[SLUICE_RX] = 90000;
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  g_assert_cmpstr (gtk_inscription_get_text (GTK_INSCRIPTION (rate)), ==, "16.0 kbit/s");
  gtk_widget_set_visible (GTK_WIDGET (test->page), TRUE);
  fixture_wait (100);
  assert_rows (test, "backup browser mail");
  g_assert_nonnull (find_text (GTK_WIDGET (test->table), "720 kbit/s"));
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
  g_assert_nonnull (find_text (pane, "The kernel names a connection’s program only to its owner and to the "
                                     "administrator, so all that other users and the system move is one row; “sudo "
                                     "sluicectl watch” tells them apart."));
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
  fixture_add (&empty, 1, "first", "anna")->n_connections = 1;
  fixture_tick (&empty);
  fixture_wait (1200);
  g_assert_null (find_text (page, "No Programs Yet"));
  g_assert_nonnull (find_text (page, "first"));
  adw_window_set_content (ADW_WINDOW (test->window), NULL);
  fixture_clear (&empty);
}

/* What one second costs with 10,000 rows, all of them moving. */
static void
test_many (Case         *test,
           gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  GtkAdjustment *adjustment;
  GtkWidget *scrolled;
  double scroll;
  gint64 fed = 0, longest = 0, total = 0, begun;
  const guint n_ticks = 6;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("worker %05u", i);

      add (test, (gint32) (10000 + i), name, "anna", 0, 0);
      g_array_index (test->fixture.processes, FixtureProcess, test->fixture.processes->len - 1).n_connections = 0;
    }
  fixture_tick (&test->fixture);
  fixture_wait (1500);
  g_assert_cmpuint (sluice_program_table_get_n_rows (test->table), ==, 10003);

  scrolled = find_type (GTK_WIDGET (test->table), GTK_TYPE_SCROLLED_WINDOW);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  gtk_adjustment_set_value (adjustment, 4000);
  fixture_wait (200);
  scroll = gtk_adjustment_get_value (adjustment);
  for (guint tick = 0; tick < n_ticks; tick++)
    {
      for (guint i = 0; i < test->fixture.processes->len; i++)
        g_array_index (test->fixture.processes, FixtureProcess, i).bytes[SLUICE_RX] = g_rand_int (random) % 1000000;
      begun = g_get_monotonic_time ();
      fixture_tick (&test->fixture);
      fed += g_get_monotonic_time () - begun;
      watch_second (&total, &longest);
    }
  g_test_message ("10,000 rows, all with new figures each second: %.1f ms to feed the model and the cells, %.1f ms in "
                  "the main loop a second (frames, sorting), longest turn %.1f ms (house rule: 4 ms without drawing)",
                  fed / 1000.0 / n_ticks, total / 1000.0 / n_ticks, longest / 1000.0);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, scroll);
  /* A bound against what would be felt, on a machine that is busy with others as well. */
  assert_within (longest, 250000);
}

static void
test_many_connections (Case         *test,
                       gconstpointer data)
{
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);
  gint64 fed = 0, total = 0, longest = 0;
  const guint n_ticks = 4;

  process_named (test, "mail")->n_connections = 10000;
  fixture_tick (&test->fixture);
  select_row (test, "mail");
  for (guint tick = 0; tick < n_ticks; tick++)
    {
      gint64 begun = g_get_monotonic_time ();

      process_named (test, "mail")->bytes[SLUICE_RX] += 5000000;
      fixture_tick (&test->fixture);
      fed += g_get_monotonic_time () - begun;
      watch_second (&total, &longest);
    }
  g_assert_nonnull (find_text (pane, "Connections (10000)"));
  g_test_message ("10,000 connections in the pane: %.1f ms to feed the model and the cells, %.1f ms in the main loop a "
                  "second (frames, sorting), longest turn %.1f ms",
                  fed / 1000.0 / n_ticks, total / 1000.0 / n_ticks, longest / 1000.0);
  assert_within (longest, 250000);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GtkCssProvider) css = NULL;

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  sluice_register_resource ();
  css = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (css, "/io/github/sluice/Sluice/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
#define ADD(name, func) g_test_add (name, Case, NULL, set_up, func, tear_down)
  ADD ("/programs-page/sorts-and-remembers-it", test_sort);
  ADD ("/programs-page/sorts-figures-with-the-largest-first-at-the-first-click", test_headings);
  ADD ("/programs-page/searches-and-says-when-nothing-is-found", test_search);
  ADD ("/programs-page/shows-only-what-is-active-and-what-is-selected", test_active);
  ADD ("/programs-page/groups-by-user-and-finds-a-program-in-its-group", test_group);
  ADD ("/programs-page/opens-the-group-that-a-search-finds-something-in", test_group_search);
  ADD ("/programs-page/keeps-the-selection-when-the-order-changes", test_selection);
  ADD ("/programs-page/updates-rows-in-place", test_in_place);
  ADD ("/programs-page/does-nothing-while-it-is-hidden", test_hidden);
  ADD ("/programs-page/shows-hostile-names-as-text", test_hostile);
  ADD ("/programs-page/copies-to-the-clipboard", test_copy);
  ADD ("/programs-page/offers-to-end-only-own-programs", test_end);
  ADD ("/programs-page/asks-before-it-ends-a-process-and-never-hits-another", test_end_asks);
  ADD ("/programs-page/explains-the-row-of-other-users", test_others);
  ADD ("/programs-page/makes-do-with-360-pixels", test_narrow);
  ADD ("/programs-page/shows-the-pane-of-what-is-selected-until-it-is-closed", test_close);
  ADD ("/programs-page/says-when-there-is-nothing-yet", test_empty);
  ADD ("/programs-page/keeps-up-with-10000-rows", test_many);
  ADD ("/programs-page/keeps-up-with-10000-connections", test_many_connections);
#undef ADD

  return g_test_run ();
}
