#include "app/part-table.h"

#include "begin.h"
#include "programs-fixture.h"

#define SCHEMA "io.github.sluice.Sluice"

typedef struct
{
  Fixture fixture;
  GSettings *settings;
  GtkWidget *window;
  SluicePartTable *table;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  FixtureProcess *process;

  fixture_init (&test->fixture);
  test->settings = g_settings_new (SCHEMA);
  g_settings_reset (test->settings, "rate-unit");
  g_settings_reset (test->settings, "size-unit");
  process = fixture_add (&test->fixture, 100, "browser", "anna");
  process->n_connections = 2;
  process->n_listening = 1;
  process->bytes[SLUICE_RX] = 2000;
  fixture_tick (&test->fixture);
  test->table = g_object_new (SLUICE_TYPE_PART_TABLE, NULL);
  sluice_part_table_attach (test->table, GPOINTER_TO_UINT (data), test->fixture.model, test->settings, NULL);
  test->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (test->window), 420, 400);
  gtk_window_set_child (GTK_WINDOW (test->window), GTK_WIDGET (test->table));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (200);
  sluice_part_table_set_item (test->table, sluice_live_model_find_program (test->fixture.model,
                                                                           process->program->identity));
  fixture_wait (200);
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
test_hosts (Case         *test,
            gconstpointer data)
{
  GtkWidget *table = GTK_WIDGET (test->table);
  g_autofree char *text = NULL;

  g_assert_cmpuint (sluice_part_table_get_n_parts (test->table), ==, 2);
  g_assert_nonnull (find_text (table, "198.51.100.1"));
  g_assert_nonnull (find_text (table, "198.51.100.2"));
  g_assert_nonnull (find_text (table, "▼ 8.00 kbit/s"));
  g_assert_nonnull (find_text (table, "▼ 1.00 kB"));
  fixture_tick (&test->fixture);
  fixture_wait (200);
  g_assert_nonnull (find_text (table, "▼ 2.00 kB"));
  text = sluice_part_table_make_text (test->table);
  g_assert_nonnull (strstr (text, "198.51.100.1\t198.51.100.1\t\t1\t8.00 kbit/s\t0 bit/s\t2.00 kB\t0 B\n"));
  g_settings_set_string (test->settings, "rate-unit", "bytes");
  fixture_wait (100);
  g_assert_nonnull (find_text (table, "▼ 1.00 kB/s"));
}

static void
test_protocols (Case         *test,
                gconstpointer data)
{
  GtkWidget *table = GTK_WIDGET (test->table);

  g_assert_cmpuint (sluice_part_table_get_n_parts (test->table), ==, 1);
  g_assert_nonnull (find_text (table, "HTTPS"));
  g_assert_nonnull (find_text (table, "2 connections"));
  g_assert_nonnull (find_text (table, "▼ 2.00 kB"));
}

static void
test_nothing (Case         *test,
              gconstpointer data)
{
  sluice_part_table_set_item (test->table, NULL);
  fixture_wait (100);
  g_assert_cmpuint (sluice_part_table_get_n_parts (test->table), ==, 0);
  g_assert_nonnull (find_text (GTK_WIDGET (test->table), "No host yet"));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, by, func) g_test_add (path, Case, GUINT_TO_POINTER (by), set_up, func, tear_down)
  ADD ("/part-table/lists-hosts-with-rate-and-amount", SLUICE_BY_HOST, test_hosts);
  ADD ("/part-table/lists-protocols-with-their-connections", SLUICE_BY_PROTOCOL, test_protocols);
  ADD ("/part-table/says-when-there-is-none", SLUICE_BY_HOST, test_nothing);

  return g_test_run ();
}
