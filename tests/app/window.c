#include "app/window.h"

#include "app/interface-picker.h"
#include "app/interface-row.h"
#include "begin.h"
#include "programs-fixture.h"
#include "tests/hostile.h"

#define SCHEMA "io.github.sluice.Sluice"

typedef struct
{
  Fixture fixture;
  GSettings *settings;
  SluiceHostNames *names;
  SluiceWindow *window;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  fixture_init (&test->fixture);
  test->settings = g_settings_new (SCHEMA);
  test->names = sluice_host_names_new (NULL);
  test->window = SLUICE_WINDOW (sluice_window_new (NULL, test->fixture.model, test->settings, test->names));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (150);
  fixture_tick (&test->fixture);
  fixture_wait (100);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_object_unref (test->names);
  g_object_unref (test->settings);
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

/* A second in which the interfaces are just these; @fault may be %NULL. */
static void
feed (Case                   *test,
      SluiceInterface *const *interfaces,
      guint                   n,
      const char             *fault)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();

  for (guint i = 0; i < n; i++)
    {
      SluiceInterfaceRow row = { .interface = sluice_interface_ref (interfaces[i]), .listed = TRUE };

      g_array_append_val (sample->interfaces, row);
    }
  sample->time = test->fixture.time += G_USEC_PER_SEC;
  sample->wall_time = g_get_real_time ();
  sample->duration = G_USEC_PER_SEC;
  sample->fault = g_strdup (fault);
  sluice_live_model_feed (test->fixture.model, sample);
  fixture_wait (400);
}

static void
test_pages (Case         *test,
            gconstpointer data)
{
  g_autofree char *page = NULL;

  sluice_window_show_page (test->window, "programs");
  fixture_wait (300);
  sluice_window_store_state (test->window);
  page = g_settings_get_string (test->settings, "page");
  g_assert_cmpstr (page, ==, "programs");
  sluice_window_show_page (test->window, "traffic");
  sluice_window_store_state (test->window);
  g_free (page);
  page = g_settings_get_string (test->settings, "page");
  g_assert_cmpstr (page, ==, "traffic");
}

static void
test_size (Case         *test,
           gconstpointer data)
{
  gtk_window_set_default_size (GTK_WINDOW (test->window), 777, 555);
  fixture_wait (200);
  sluice_window_store_state (test->window);
  g_assert_cmpint (g_settings_get_int (test->settings, "window-width"), ==, 777);
  g_assert_cmpint (g_settings_get_int (test->settings, "window-height"), ==, 555);
}

static void
test_fault (Case         *test,
            gconstpointer data)
{
  const char *fault = "The kernel does not list <b>connections</b>; load the module tcp_diag.";

  feed (test, &test->fixture.interface, 1, fault);
  g_assert_nonnull (find_text (GTK_WIDGET (test->window), fault));
  feed (test, &test->fixture.interface, 1, NULL);
  g_assert_null (find_text (GTK_WIDGET (test->window), fault));
}

static void
test_picker (Case         *test,
             gconstpointer data)
{
  SluiceInterfacePicker *picker
    = SLUICE_INTERFACE_PICKER (find_type (GTK_WIDGET (test->window), SLUICE_TYPE_INTERFACE_PICKER));
  g_autoptr (SluiceInterface) wifi = sluice_interface_new (2, 3, "wlan0 & <i>co</i>");
  SluiceInterface *both[] = { test->fixture.interface, wifi };
  GListModel *interfaces = sluice_live_model_get_interfaces (test->fixture.model);
  g_autoptr (SluiceInterfaceItem) item = NULL;

  wifi->kind = SLUICE_INTERFACE_WIFI;
  wifi->up = TRUE;
  g_assert_nonnull (find_text (GTK_WIDGET (picker), "All interfaces"));
  feed (test, both, 2, NULL);
  sluice_interface_picker_popup (picker);
  fixture_wait (300);
  g_assert_nonnull (find_text (GTK_WIDGET (picker), "Wi-Fi (wlan0 & <i>co</i>)"));

  /* What is shown is said on the button, also once it is gone. */
  item = g_list_model_get_item (interfaces, 2);
  sluice_live_model_set_scope (test->fixture.model, item);
  fixture_wait (100);
  g_assert_nonnull (find_text (GTK_WIDGET (picker), "Wi-Fi (wlan0 & <i>co</i>)"));
  feed (test, both, 1, NULL);
  g_assert_nonnull (find_text (GTK_WIDGET (test->window),
                               "The interface “wlan0 & <i>co</i>” was removed; this is what it moved last."));
}

static void
test_narrow (Case         *test,
             gconstpointer data)
{
  SluiceInterfacePicker *picker
    = SLUICE_INTERFACE_PICKER (find_type (GTK_WIDGET (test->window), SLUICE_TYPE_INTERFACE_PICKER));

  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 640);
  fixture_wait (500);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (test->window)), <=, 360);
  g_assert_null (find_text (GTK_WIDGET (picker), "All interfaces"));
}

/* Whatever a stranger writes into names and faults, and however long, the window can be as narrow as it says. */
static void
test_hostile_width (Case         *test,
                    gconstpointer data)
{
  static const char *const pages[] = { "traffic", "programs" };
  g_autofree char *wide = g_strnfill (SLUICE_NAME_MAX, 'W');
  GListModel *interfaces = sluice_live_model_get_interfaces (test->fixture.model);
  g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (interfaces, 1);

  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 640);
  sluice_live_model_set_scope (test->fixture.model, item);
  fixture_wait (300);
  for (guint i = 0; i <= G_N_ELEMENTS (hostile_texts); i++)
    {
      const char *text = i < G_N_ELEMENTS (hostile_texts) ? hostile_texts[i] : wide;
      FixtureProcess *process = fixture_add (&test->fixture, (gint32) (100 + i), text, "anna");
      g_autoptr (SluiceInterface) renamed = sluice_interface_copy (test->fixture.interface);
      int minimum;

      process->bytes[SLUICE_RX] = 124999999999;
      process->bytes[SLUICE_TX] = 124999999999;
      process->n_connections = 1;
      g_free (renamed->name);
      renamed->name = g_strdup (process->program->name);
      sluice_interface_unref (test->fixture.interface);
      test->fixture.interface = g_steal_pointer (&renamed);
      fixture_tick (&test->fixture);
      sluice_window_show_page (test->window, pages[i % 2]);
      fixture_wait (40);
      gtk_widget_measure (GTK_WIDGET (test->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      if (minimum > 360)
        g_error ("“%s” makes the window %d pixels wide", process->program->name, minimum);
      process->bytes[SLUICE_RX] = process->bytes[SLUICE_TX] = 0;
    }
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (test->window)), <=, 360);
}

/* As on a small screen for weak eyes. */
static void
test_large_text (Case         *test,
                 gconstpointer data)
{
  static const char *const pages[] = { "traffic", "programs" };
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (test->window));
  g_autofree char *font = NULL;
  FixtureProcess *process = fixture_add (&test->fixture, 100, "browser", "anna");
  int minimum;

  process->bytes[SLUICE_RX] = process->bytes[SLUICE_TX] = 111111111;
  process->n_connections = 1;
  g_object_get (settings, "gtk-font-name", &font, NULL);
  g_object_set (settings, "gtk-font-name", "Sans 16", NULL);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 640);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      sluice_window_show_page (test->window, pages[i]);
      fixture_tick (&test->fixture);
      fixture_wait (500);
      gtk_widget_measure (GTK_WIDGET (test->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      g_assert_cmpint (minimum, <=, 360);
      g_assert_nonnull (find_text_with (GTK_WIDGET (test->window), i == 0 ? "▼ " : "889 Mbit/s"));
    }
  g_object_set (settings, "gtk-font-name", font, NULL);
}

static void
test_long_fault (Case         *test,
                 gconstpointer data)
{
  g_autofree char *word = g_strnfill (200, 'W');
  int minimum;

  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 640);
  feed (test, &test->fixture.interface, 1, word);
  /* A line that slides in is there only from its first frame on; to break such a word takes a slow build a while. */
  for (guint i = 0; i < 100 && find_text (GTK_WIDGET (test->window), word) == NULL; i++)
    fixture_wait (50);
  g_assert_nonnull (find_text (GTK_WIDGET (test->window), word));
  gtk_widget_measure (GTK_WIDGET (test->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  sluice_window_set_failure (test->window, word);
  fixture_wait (300);
  gtk_widget_measure (GTK_WIDGET (test->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  sluice_window_set_failure (test->window, NULL);
}

static void
test_failure (Case         *test,
              gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (test->window);

  /* The page says what has failed; a fault beside it is no news. */
  feed (test, &test->fixture.interface, 1, "A part was not read.");
  g_assert_nonnull (find_text (window, "A part was not read."));
  sluice_window_set_failure (test->window, "Nothing <i>at all</i> was read.");
  fixture_wait (500);
  g_assert_nonnull (find_text (window, "Nothing <i>at all</i> was read."));
  g_assert_null (find_text (window, "A part was not read."));
  sluice_window_show_page (test->window, "programs");
  fixture_wait (500);
  g_assert_nonnull (find_text (window, "Programs Cannot Be Shown"));
  g_assert_nonnull (find_text (window, "Nothing <i>at all</i> was read."));
  g_assert_nonnull (find_text (window, "Try Again"));
  sluice_window_show_page (test->window, "traffic");
  fixture_wait (500);
  sluice_window_set_failure (test->window, NULL);
  fixture_wait (500);
  g_assert_null (find_text (window, "Nothing <i>at all</i> was read."));
  g_assert_nonnull (find_text (window, "A part was not read."));
}

static void
test_actions (Case         *test,
              gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (test->window);
  GtkWidget *bar = find_type (window, GTK_TYPE_SEARCH_BAR);

  /* There is nothing to search in the traffic. */
  sluice_window_show_page (test->window, "traffic");
  gtk_widget_activate_action (window, "win.search", NULL);
  g_assert_false (gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (bar)));
  sluice_window_show_page (test->window, "programs");
  gtk_widget_activate_action (window, "win.search", NULL);
  g_assert_true (gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (bar)));
}

static void
test_program (Case         *test,
              gconstpointer data)
{
  FixtureProcess *process = fixture_add (&test->fixture, 100, "browser", "anna");
  GtkWidget *paned;
  GtkWidget *pane;

  process->bytes[SLUICE_RX] = 1000;
  process->n_connections = 1;
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1000, 700);
  fixture_wait (200);
  fixture_tick (&test->fixture);

  /* The page was never laid out before. */
  sluice_window_show_page (test->window, "traffic");
  sluice_window_show_program (test->window, process->program->identity);
  fixture_wait (500);
  paned = find_type (GTK_WIDGET (test->window), GTK_TYPE_PANED);
  pane = gtk_paned_get_end_child (GTK_PANED (paned));
  g_assert_true (gtk_widget_get_mapped (pane));
  g_assert_cmpint (gtk_widget_get_width (pane), <, gtk_widget_get_width (paned) / 2);
}

static void
test_say (Case         *test,
          gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (test->window);
  g_autofree char *word = g_strnfill (200, 'W');
  int minimum;

  /* What cannot be shown is said, and what is shown stays. */
  sluice_window_show_page (test->window, "traffic");
  sluice_window_show_program (test->window, "desktop:none\n/nowhere");
  fixture_wait (500);
  g_assert_nonnull (find_text_with (window, "That program is not in the list: "));
  g_assert_nonnull (find_text (window, "Top programs in view"));

  gtk_window_set_default_size (GTK_WINDOW (window), 360, 640);
  sluice_window_say (test->window, word);
  sluice_window_say (test->window, "One </b>& another.");
  fixture_wait (500);
  gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static void
test_rtl (Case         *test,
          gconstpointer data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  gtk_widget_set_direction (GTK_WIDGET (test->window), GTK_TEXT_DIR_RTL);
  feed (test, &test->fixture.interface, 1, NULL);
  sluice_window_show_page (test->window, "programs");
  fixture_wait (200);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (test->window)));
}

static void
test_file (Case         *test,
           gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (test->window);
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/<i>office.pcap");

  /* Nothing is open: that is no reason to complain. */
  sluice_window_close_file (test->window);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 900, 700);
  sluice_window_show_page (test->window, "programs");
  sluice_window_open_file (test->window, file);
  fixture_wait (400);
  g_assert_nonnull (find_text (window, "File: <i>office.pcap"));
  g_assert_nonnull (find_text (window, "The File Cannot Be Shown"));
  g_assert_false (gtk_widget_get_mapped (find_type (window, SLUICE_TYPE_INTERFACE_PICKER)));
  fixture_tick (&test->fixture);
  sluice_window_show_page (test->window, "programs");
  fixture_wait (400);
  g_assert_nonnull (find_text (window, "A File Holds No Programs"));

  /* Another takes its place, and closing goes back to what happens now. */
  sluice_window_open_file (test->window, file);
  fixture_wait (400);
  g_assert_nonnull (find_text (window, "The File Cannot Be Shown"));
  gtk_widget_activate_action (window, "win.close-file", NULL);
  fixture_wait (400);
  g_assert_null (find_text (window, "File: <i>office.pcap"));
  g_assert_nonnull (find_text (window, "Top programs in view"));
  g_assert_true (gtk_widget_get_mapped (find_type (window, SLUICE_TYPE_INTERFACE_PICKER)));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/window/turns-to-a-page-and-remembers-it", test_pages);
  ADD ("/window/remembers-its-size", test_size);
  ADD ("/window/says-a-fault-as-text-while-it-lasts", test_fault);
  ADD ("/window/names-the-interfaces-also-one-that-is-gone", test_picker);
  ADD ("/window/is-as-narrow-as-360-pixels", test_narrow);
  ADD ("/window/stays-narrow-whatever-names-are", test_hostile_width);
  ADD ("/window/stays-narrow-with-large-text", test_large_text);
  ADD ("/window/stays-narrow-whatever-fails", test_long_fault);
  ADD ("/window/lets-the-page-speak-of-a-failure", test_failure);
  ADD ("/window/searches-only-where-there-is-a-list", test_actions);
  ADD ("/window/shares-its-width-with-a-program-that-is-shown", test_program);
  ADD ("/window/says-what-it-cannot-show-and-stays-as-it-is", test_say);
  ADD ("/window/runs-from-right-to-left", test_rtl);
  ADD ("/window/shows-a-file-until-it-is-closed", test_file);

  return g_test_run ();
}
