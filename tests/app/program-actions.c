#include "app/program-actions.h"

#include <unistd.h>

#include "programs-page-case.h"

/* What the menu of the row selected offers, as far as it goes. */
static void
collect (GtkWidget *widget,
         GString   *labels)
{
  if (!gtk_widget_get_visible (widget))
    return;
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0')
    g_string_append_printf (labels, "%s%s", labels->len > 0 ? "|" : "", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, labels);
}

static void
assert_offers (Case       *test,
               const char *name,
               const char *expected)
{
  GtkWidget *menu = gtk_widget_get_last_child (GTK_WIDGET (test->page));
  GdkRectangle place = { 10, 10, 1, 1 };
  GString *labels = g_string_new (NULL);

  select_row (test, name);
  g_signal_emit_by_name (test->table, "menu", &place);
  fixture_wait (300);
  g_assert_true (gtk_widget_get_mapped (menu));
  collect (gtk_popover_get_child (GTK_POPOVER (menu)), labels);
  g_assert_cmpstr (labels->str, ==, expected);
  g_string_free (labels, TRUE);
  gtk_popover_popdown (GTK_POPOVER (menu));
  fixture_wait (300);
}

static void
test_programs (Case         *test,
               gconstpointer data)
{
  FixtureProcess *own = fixture_add (&test->fixture, 999999, "own", "anna");
  FixtureProcess others = { sluice_program_other_users (), { 7000, 7000 }, 3, 1, 0 };

  own->program->uid = getuid ();
  for (guint i = 0; i + 1 < test->fixture.processes->len; i++)
    g_array_index (test->fixture.processes, FixtureProcess, i).program->uid = getuid () + 1;
  g_array_append_val (test->fixture.processes, others);
  fixture_tick (&test->fixture);
  fixture_wait (1200);
  assert_offers (test, "own", "Show Details|Copy Name|Copy Path|Copy Connections|End Process…");
  assert_offers (test, "mail", "Show Details|Copy Name|Copy Path|Copy Connections");
  assert_offers (test, "browser", "Show Details|Show What Is Below|Copy Name|Copy Path|Copy Connections");
  assert_offers (test, "Other users", "Copy Name|Copy Connections");
}

static void
test_groups (Case         *test,
             gconstpointer data)
{
  g_settings_set_string (test->settings, "group-by", "user");
  fixture_wait (100);
  assert_offers (test, "anna", "Show What Is Below|Copy Name|Copy Connections");
}

static void
test_details (Case         *test,
              gconstpointer data)
{
  GtkWidget *pane = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_PROGRAM_PANE);

  select_row (test, "mail");
  g_assert_null (find_text (pane, "First seen"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->page), "program.show-details", NULL));
  fixture_wait (400);
  g_assert_nonnull (find_text (pane, "First seen"));
}

static void
add_cases (void)
{
  ADD_CASE ("/program-actions/offers-on-a-program-what-its-pane-does", test_programs);
  ADD_CASE ("/program-actions/offers-on-a-group-what-makes-sense-there", test_groups);
  ADD_CASE ("/program-actions/shows-the-details-of-the-row", test_details);
}

int
main (int    argc,
      char **argv)
{
  return run_cases (argc, argv, add_cases);
}
