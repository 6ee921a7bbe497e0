#include "app/program-table.h"

#include "programs-page-case.h"
#include "tests/deadline.h"

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

/* Where @widget's text ends that is aligned to the end, in the table's pixels. */
static double
end_of (Case      *test,
        GtkWidget *widget)
{
  double x, y;

  g_assert_true (gtk_widget_translate_coordinates (widget, GTK_WIDGET (test->table), gtk_widget_get_width (widget), 0,
                                                   &x, &y));
  return x;
}

static void
test_alignment (Case         *test,
                gconstpointer data)
{
  static const char *const pairs[][2] = {
    { "Download", "8.00 kbit/s" }, { "Upload", "40.0 kbit/s" }, { "Total", "6.00 kB" }, { "Conn.", "4" },
    { "RTT", "10.0 ms" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      GtkWidget *heading = find_text (GTK_WIDGET (test->table), pairs[i][0]);
      GtkWidget *figure = find_text (GTK_WIDGET (test->table), pairs[i][1]);

      g_assert_nonnull (heading);
      g_assert_nonnull (figure);
      g_assert_cmpfloat_with_epsilon (end_of (test, heading), end_of (test, figure), 1.5);
    }
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

/* Every text below @widget has room for all that it says; texts that say who somebody is may be cut. */
static void
assert_figures_whole (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child))
      assert_figures_whole (child);
  if (GTK_IS_INSCRIPTION (widget) && gtk_inscription_get_text (GTK_INSCRIPTION (widget)) != NULL &&
      strstr (gtk_inscription_get_text (GTK_INSCRIPTION (widget)), "bit/s") != NULL)
    {
      const char *text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      if (width > gtk_widget_get_width (widget))
        g_error ("“%s” needs %d pixels and has %d", text, width, gtk_widget_get_width (widget));
    }
}

static void
test_whole_figures (Case         *test,
                    gconstpointer data)
{
  FixtureProcess *mail = process_named (test, "mail");
  GtkWidget *paned = find_type (GTK_WIDGET (test->page), GTK_TYPE_PANED);
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);

  mail->bytes[SLUICE_RX] = 222222222; /* of two connections */
  mail->bytes[SLUICE_TX] = 11111111;
  fixture_tick (&test->fixture);
  select_row (test, "mail");
  fixture_tick (&test->fixture);
  fixture_wait (300);
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (paned)), ==, GTK_ORIENTATION_HORIZONTAL);
  g_assert_nonnull (find_text (pane, "▼ 889 Mbit/s"));
  assert_figures_whole (GTK_WIDGET (test->page));
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
  gint64 fed = 0, begun;
  Cost cost = { 0 };
  const guint n_ticks = 6;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("worker %05u", i);

      add_process (test, (gint32) (10000 + i), name, "anna", 0, 0);
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
      begun = thread_time ();
      fixture_tick (&test->fixture);
      fed += thread_time () - begun;
      watch_second (&cost);
    }
  g_test_message ("10,000 rows, all with new figures each second: %.1f ms to feed the model and the cells, %.1f ms in "
                  "the main loop a second (frames, sorting), longest turn %.1f ms, without drawing %.1f ms",
                  fed / 1000.0 / n_ticks, cost.total / 1000.0 / n_ticks, cost.longest / 1000.0,
                  cost.thinking / 1000.0);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, scroll);
  /* A bound against what would be felt, on a machine that is busy with others as well. */
  assert_within (cost.longest, 250000);
  assert_within (cost.thinking, 4000);
}

static void
test_many_connections (Case         *test,
                       gconstpointer data)
{
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);
  gint64 fed = 0;
  Cost cost = { 0 };
  const guint n_ticks = 4;

  process_named (test, "mail")->n_connections = 10000;
  fixture_tick (&test->fixture);
  select_row (test, "mail");
  for (guint tick = 0; tick < n_ticks; tick++)
    {
      gint64 begun = thread_time ();

      process_named (test, "mail")->bytes[SLUICE_RX] += 5000000;
      fixture_tick (&test->fixture);
      fed += thread_time () - begun;
      watch_second (&cost);
    }
  g_assert_nonnull (find_text (pane, "Connections (10000)"));
  g_test_message ("10,000 connections in the pane: %.1f ms to feed the model and the cells, %.1f ms in the main loop a "
                  "second (frames, sorting), longest turn %.1f ms, without drawing %.1f ms",
                  fed / 1000.0 / n_ticks, cost.total / 1000.0 / n_ticks, cost.longest / 1000.0,
                  cost.thinking / 1000.0);
  assert_within (cost.longest, 250000);
  assert_within (cost.thinking, 4000);
}

static void
add_cases (void)
{
  ADD_CASE ("/program-table/sorts-figures-with-the-largest-first-at-the-first-click", test_headings);
  ADD_CASE ("/program-table/ends-headings-where-their-figures-end", test_alignment);
  ADD_CASE ("/program-table/updates-rows-in-place", test_in_place);
  ADD_CASE ("/program-table/does-nothing-while-it-is-hidden", test_hidden);
  ADD_CASE ("/program-table/cuts-no-figure", test_whole_figures);
  ADD_CASE ("/program-table/keeps-up-with-10000-rows", test_many);
  ADD_CASE ("/program-table/keeps-up-with-10000-connections", test_many_connections);
}

int
main (int    argc,
      char **argv)
{
  return run_cases (argc, argv, add_cases);
}
