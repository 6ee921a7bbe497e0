#include "app/preferences.h"

#include "begin.h"
#include "programs-fixture.h"

#define SCHEMA "io.github.sluice.Sluice"

typedef struct
{
  GSettings *settings;
  GtkWidget *window;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  static const char *const keys[] = { "rate-unit", "size-unit", "interval", "reverse-lookup" };
  g_autoptr (AdwPreferencesPage) page = NULL;

  test->settings = g_settings_new (SCHEMA);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (test->settings, keys[i]);
  page = sluice_preferences_page_new (test->settings);
  test->window = adw_preferences_window_new ();
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (test->window), page);
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (100);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_object_unref (test->settings);
  fixture_wait (20);
}

static AdwComboRow *
row_titled (Case       *test,
            const char *title)
{
  GtkWidget *label = find_text (test->window, title);

  g_assert_nonnull (label);
  return ADW_COMBO_ROW (gtk_widget_get_ancestor (label, ADW_TYPE_COMBO_ROW));
}

static void
test_choose (Case         *test,
             gconstpointer data)
{
  static const struct
  {
    const char *title, *key, *first, *last;
    guint n;
  } rows[] = {
    { "Rates", "rate-unit", "'bits'", "'bytes'", 2 },
    { "Amounts", "size-unit", "'si'", "'iec'", 2 },
    { "Look at the network every", "interval", "500", "5000", 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AdwComboRow *row = row_titled (test, rows[i].title);

      g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, rows[i].n);
      for (guint end = 0; end < 2; end++)
        {
          g_autoptr (GVariant) value = NULL;
          g_autofree char *text = NULL;

          adw_combo_row_set_selected (row, end == 0 ? rows[i].n - 1 : 0);
          value = g_settings_get_value (test->settings, rows[i].key);
          text = g_variant_print (value, FALSE);
          g_assert_cmpstr (text, ==, end == 0 ? rows[i].last : rows[i].first);
        }
    }
}

static void
test_follow (Case         *test,
             gconstpointer data)
{
  AdwComboRow *rates = row_titled (test, "Rates");

  g_assert_cmpuint (adw_combo_row_get_selected (rates), ==, 0);
  g_settings_set_string (test->settings, "rate-unit", "bytes");
  g_assert_cmpuint (adw_combo_row_get_selected (rates), ==, 1);
  g_assert_cmpuint (adw_combo_row_get_selected (row_titled (test, "Look at the network every")), ==, 1);
}

static void
test_by_hand (Case         *test,
              gconstpointer data)
{
  AdwComboRow *interval = row_titled (test, "Look at the network every");

  g_settings_set_int (test->settings, "interval", 1234);
  g_assert_cmpuint (adw_combo_row_get_selected (interval), ==, GTK_INVALID_LIST_POSITION);
  g_assert_cmpint (g_settings_get_int (test->settings, "interval"), ==, 1234);
  adw_combo_row_set_selected (interval, 2);
  g_assert_cmpint (g_settings_get_int (test->settings, "interval"), ==, 2000);
}

static void
test_lookup (Case         *test,
             gconstpointer data)
{
  GtkWidget *label = find_text (test->window, "Look up host names");
  GtkSwitch *lookup;

  /* Off, and it says what it would give away. */
  g_assert_nonnull (label);
  lookup = GTK_SWITCH (find_type (gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW), GTK_TYPE_SWITCH));
  g_assert_false (gtk_switch_get_active (lookup));
  g_assert_nonnull (find_text (test->window, "Asks the name server whom an address belongs to. It then learns which "
                                             "addresses your programs talk to."));
  gtk_switch_set_active (lookup, TRUE);
  g_assert_true (g_settings_get_boolean (test->settings, "reverse-lookup"));
  g_settings_set_boolean (test->settings, "reverse-lookup", FALSE);
  g_assert_false (gtk_switch_get_active (lookup));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/preferences/a-choice-acts-at-once", test_choose);
  ADD ("/preferences/follow-what-changes-elsewhere", test_follow);
  ADD ("/preferences/leave-a-number-that-was-set-by-hand", test_by_hand);
  ADD ("/preferences/ask-before-names-are-looked-up", test_lookup);

  return g_test_run ();
}
