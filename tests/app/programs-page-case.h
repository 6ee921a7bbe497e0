#pragma once

#include "app/program-pane.h"
#include "app/program-table.h"
#include "app/programs-page.h"
#include "begin.h"
#include "programs-fixture.h"

/*
 * The programs page in a window, with three programs of two users that move something each second.
 */
#define SCHEMA "io.github.sluice.Sluice"

typedef struct
{
  Fixture fixture;
  GSettings *settings;
  GtkWidget *window;
  SluiceProgramsPage *page;
  SluiceProgramTable *table;
} Case;

/* The rows, by name, as far as they go. */
static inline void
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

static inline SluiceProgramItem *
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

static inline FixtureProcess *
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

static inline void
add_process (Case       *test,
             gint32      pid,
             const char *name,
             const char *user,
             guint64 rx,
             guint64 tx)
{
  FixtureProcess *process = fixture_add (&test->fixture, pid, name, user);

  process->bytes[SLUICE_RX] = rx;
  process->bytes[SLUICE_TX] = tx;
  process->n_connections = 2;
  process->rtt_us = 10000;
}

static inline void
set_up (Case         *test,
        gconstpointer data)
{
  const char *const keys[] = { "group-by", "programs-sort-column", "programs-sort-descending", "rate-unit" };

  fixture_init (&test->fixture);
  test->settings = g_settings_new (SCHEMA);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (test->settings, keys[i]);
  add_process (test, 100, "browser", "anna", 3000, 100);
  add_process (test, 101, "browser", "anna", 1000, 100);
  add_process (test, 200, "mail", "anna", 1000, 5000);
  add_process (test, 300, "backup", "root", 2000, 0);
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

static inline void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_object_unref (test->settings);
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

static inline void
select_row (Case       *test,
            const char *name)
{
  SluiceProgramItem *item = row_named (test, name);

  g_assert_nonnull (item);
  sluice_program_table_select (test->table, item);
  g_assert_true (sluice_program_table_get_selected (test->table) == item);
  fixture_wait (100);
}

/* Runs the tests that @add adds, with a display and the looks of the app. */
static inline int
run_cases (int    argc,
           char **argv,
           void (*add) (void))
{
  begin_app_test (&argc, &argv);
  add ();

  return g_test_run ();
}

#define ADD_CASE(name, func) g_test_add (name, Case, NULL, set_up, func, tear_down)
