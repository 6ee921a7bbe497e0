#include "app/top-programs.h"

#include "app/top-row.h"
#include "begin.h"
#include "programs-fixture.h"
#include "tests/hostile.h"

typedef struct
{
  Fixture fixture;
  GtkWidget *window;
  SluiceTopPrograms *top;
  guint n_opened;
  char *opened;
} Case;

static void
show_program_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  Case *test = data;

  test->n_opened++;
  g_free (test->opened);
  test->opened = g_variant_dup_string (parameter, NULL);
}

static void
set_up (Case         *test,
        gconstpointer data)
{
  static const GActionEntry entries[]
    = { { .name = "show-program", .activate = show_program_cb, .parameter_type = "s" } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  fixture_init (&test->fixture);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), test);
  test->top = g_object_new (SLUICE_TYPE_TOP_PROGRAMS, NULL);
  sluice_top_programs_set_model (test->top, test->fixture.model);
  test->window = gtk_window_new ();
  gtk_widget_insert_action_group (test->window, "app", G_ACTION_GROUP (actions));
  gtk_window_set_child (GTK_WINDOW (test->window), GTK_WIDGET (test->top));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (50);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_free (test->opened);
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

static FixtureProcess *
add (Case       *test,
     const char *name,
     guint64     rx,
     guint64     tx)
{
  FixtureProcess *process = fixture_add (&test->fixture, 100 + (gint32) test->fixture.processes->len, name, "anna");

  process->bytes[SLUICE_RX] = rx;
  process->bytes[SLUICE_TX] = tx;

  return process;
}

/* Shows the last @seconds. */
static void
show (Case *test,
      guint seconds)
{
  gint64 to = test->fixture.time;

  sluice_top_programs_show (test->top, to - seconds * G_USEC_PER_SEC, to, (SluiceUnits){ 0 });
  fixture_wait (50);
}

/* The row at @position of those that are visible, or NULL. */
static GtkWidget *
row_at (Case *test,
        guint position)
{
  GtkWidget *list = find_type (GTK_WIDGET (test->top), GTK_TYPE_LIST_BOX);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (SLUICE_IS_TOP_ROW (row) && gtk_widget_get_visible (row) && position-- == 0)
      return row;

  return NULL;
}

static void
assert_names (Case              *test,
              const char *const *names)
{
  guint n = g_strv_length ((char **) names);

  for (guint i = 0; i < n; i++)
    {
      g_assert_nonnull (row_at (test, i));
      g_assert_nonnull (find_text (row_at (test, i), names[i]));
    }
  g_assert_null (row_at (test, n));
}

static void
test_order (Case         *test,
            gconstpointer data)
{
  GtkWidget *first;

  add (test, "small", 100, 0);
  add (test, "large", 5000, 10);
  add (test, "sends", 20, 3000);
  add (test, "idle", 0, 0);
  fixture_tick (&test->fixture);
  show (test, 1);
  assert_names (test, (const char *[]){ "large", "sends", "small", NULL });
  first = row_at (test, 0);

  sluice_top_programs_set_directions (test->top, FALSE, TRUE);
  show (test, 1);
  assert_names (test, (const char *[]){ "sends", "large", NULL });
  g_assert_null (find_text (row_at (test, 0), "▼ 160 bit/s"));
  g_assert_nonnull (find_text (row_at (test, 0), "▲ 24.0 kbit/s"));
  /* The place stays, who is in it changes. */
  g_assert_true (row_at (test, 0) == first);
}

static void
test_most (Case         *test,
           gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("program %u", i);

      add (test, name, 1000 + i, 0);
    }
  fixture_tick (&test->fixture);
  show (test, 1);
  assert_names (test, (const char *[]){ "program 19", "program 18", "program 17", "program 16", "program 15",
                                        "program 14", "program 13", "program 12", NULL });
}

static void
test_span (Case         *test,
           gconstpointer data)
{
  FixtureProcess *early = add (test, "early", 8000, 0);
  FixtureProcess *late;

  fixture_tick (&test->fixture);
  early->bytes[SLUICE_RX] = 0;
  late = add (test, "late", 1000, 0);
  fixture_tick (&test->fixture);
  show (test, 1);
  assert_names (test, (const char *[]){ "late", NULL });
  show (test, 2);
  assert_names (test, (const char *[]){ "early", "late", NULL });
  /* Averages over the two seconds. */
  g_assert_nonnull (find_text (row_at (test, 0), "▼ 32.0 kbit/s"));
  g_assert_nonnull (find_text (row_at (test, 1), "▼ 4.00 kbit/s"));
  g_assert_cmpstr (sluice_top_row_get_identity (SLUICE_TOP_ROW (row_at (test, 1))), ==, late->program->identity);
}

static void
test_nothing (Case         *test,
              gconstpointer data)
{
  show (test, 1);
  g_assert_nonnull (find_text (GTK_WIDGET (test->top), "No bytes moved in this time."));
  add (test, "first", 1, 0);
  fixture_tick (&test->fixture);
  show (test, 1);
  g_assert_null (find_text (GTK_WIDGET (test->top), "No bytes moved in this time."));
  assert_names (test, (const char *[]){ "first", NULL });
}

static void
test_open (Case         *test,
           gconstpointer data)
{
  FixtureProcess *process = add (test, "<b>app.quit</b>", 1000, 0);

  fixture_tick (&test->fixture);
  show (test, 1);
  g_assert_true (gtk_widget_activate (row_at (test, 0)));
  g_assert_cmpuint (test->n_opened, ==, 1);
  g_assert_cmpstr (test->opened, ==, process->program->identity);
}

static void
test_unattributed (Case         *test,
                   gconstpointer data)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  SluiceInterfaceRow row = { .interface = sluice_interface_ref (test->fixture.interface), .listed = TRUE };
  GtkWidget *explain;

  add (test, "browser", 1000, 0);
  fixture_tick (&test->fixture);
  row.bytes[SLUICE_RX] = row.unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 3000;
  sample->time = test->fixture.time += G_USEC_PER_SEC;
  sample->wall_time = g_get_real_time ();
  sample->duration = G_USEC_PER_SEC;
  g_array_append_val (sample->interfaces, row);
  sluice_live_model_feed (test->fixture.model, sample);
  show (test, 2);

  /* Last, however much it is; it can be explained, but not opened. */
  assert_names (test, (const char *[]){ "browser", "Unattributed", NULL });
  g_assert_nonnull (find_text (row_at (test, 0), "25 %"));
  g_assert_nonnull (find_text (row_at (test, 1), "75 %"));
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row_at (test, 1))));
  gtk_widget_activate (row_at (test, 1));
  g_assert_cmpuint (test->n_opened, ==, 0);
  explain = find_type (row_at (test, 1), GTK_TYPE_MENU_BUTTON);
  gtk_menu_button_popup (GTK_MENU_BUTTON (explain));
  fixture_wait (200);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (explain)))));

  /* It stays open while figures come. */
  fixture_tick (&test->fixture);
  show (test, 3);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (explain)))));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (explain));
  fixture_wait (300);
}

static void
test_hostile (Case         *test,
              gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      FixtureProcess *process = add (test, hostile_texts[i], 1000, 1000);
      const char *name = process->program->name;
      GtkWidget *label;

      fixture_tick (&test->fixture);
      show (test, 1);
      label = find_text (row_at (test, 0), name);
      if (label == NULL)
        g_error ("“%s” is not shown", name);
      g_assert_false (gtk_label_get_use_markup (GTK_LABEL (label)));
      g_assert_cmpstr (gtk_widget_get_tooltip_text (label), ==, process->program->path);
      process->bytes[SLUICE_RX] = process->bytes[SLUICE_TX] = 0;
    }
}

static void
test_narrow (Case         *test,
             gconstpointer data)
{
  int minimum;

  add (test, "a-program-with-a-name-that-is-longer-than-any-column-will-ever-be", 124999999999, 124999999999);
  fixture_tick (&test->fixture);
  sluice_top_programs_set_narrow (test->top, TRUE, FALSE);
  show (test, 1);
  gtk_widget_measure (GTK_WIDGET (test->top), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  /* A page has a margin on both sides. */
  g_assert_cmpint (minimum, <=, 360 - 2 * 12);
  g_assert_null (find_text (row_at (test, 0), "100 %"));
  sluice_top_programs_set_narrow (test->top, FALSE, FALSE);
  fixture_wait (50);
  g_assert_nonnull (find_text (row_at (test, 0), "100 %"));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/top-programs/has-the-largest-first-in-places-that-stay", test_order);
  ADD ("/top-programs/lists-eight-at-most", test_most);
  ADD ("/top-programs/speaks-of-the-time-it-is-asked-for", test_span);
  ADD ("/top-programs/says-when-nothing-moved", test_nothing);
  ADD ("/top-programs/opens-a-program-by-its-identity", test_open);
  ADD ("/top-programs/explains-what-belongs-to-no-program", test_unattributed);
  ADD ("/top-programs/shows-hostile-names-as-text", test_hostile);
  ADD ("/top-programs/fits-the-narrowest-page", test_narrow);

  return g_test_run ();
}
