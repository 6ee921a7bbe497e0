#include "app/interface-picker.h"

#include "app/interface-row.h"
#include "begin.h"
#include "programs-fixture.h"
#include "tests/hostile.h"

typedef struct
{
  Fixture fixture;
  GtkWidget *window;
  SluiceInterfacePicker *picker;
  GtkMenuButton *button;
  guint n_chosen;
  char *chosen;
} Case;

static void
interface_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  Case *test = data;

  test->n_chosen++;
  g_free (test->chosen);
  test->chosen = g_variant_dup_string (parameter, NULL);
}

static void
set_up (Case         *test,
        gconstpointer data)
{
  static const GActionEntry entries[]
    = { { .name = "interface", .activate = interface_cb, .parameter_type = "s" } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  fixture_init (&test->fixture);
  test->fixture.interface->kind = SLUICE_INTERFACE_ETHERNET;
  fixture_tick (&test->fixture);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), test);
  test->picker = g_object_new (SLUICE_TYPE_INTERFACE_PICKER, NULL);
  sluice_interface_picker_set_model (test->picker, test->fixture.model);
  test->button = GTK_MENU_BUTTON (find_type (GTK_WIDGET (test->picker), GTK_TYPE_MENU_BUTTON));
  test->window = gtk_window_new ();
  gtk_widget_insert_action_group (test->window, "app", G_ACTION_GROUP (actions));
  gtk_window_set_child (GTK_WINDOW (test->window), GTK_WIDGET (test->picker));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (50);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  /* A surface that goes away under an open list is asked where the pointer is. */
  gtk_menu_button_popdown (test->button);
  fixture_wait (200);
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_free (test->chosen);
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

static GtkListBoxRow *
row_at (Case *test,
        int   position)
{
  GtkWidget *list = find_type (GTK_WIDGET (gtk_menu_button_get_popover (test->button)), GTK_TYPE_LIST_BOX);

  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), position);
}

static void
popup (Case *test)
{
  sluice_interface_picker_popup (test->picker);
  fixture_wait (300);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (test->button))));
}

/* A second with just these interfaces. */
static void
feed (Case                   *test,
      SluiceInterface *const *interfaces,
      guint                   n)
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
  sluice_live_model_feed (test->fixture.model, sample);
}

static void
test_list (Case         *test,
           gconstpointer data)
{
  g_autoptr (SluiceInterface) wifi = sluice_interface_new (2, 3, "wlan0");
  SluiceInterface *both[] = { test->fixture.interface, wifi };

  wifi->kind = SLUICE_INTERFACE_WIFI;
  popup (test);
  g_assert_nonnull (find_text (GTK_WIDGET (row_at (test, 0)), "All interfaces"));
  g_assert_nonnull (find_text (GTK_WIDGET (row_at (test, 1)), "Ethernet (eth0)"));
  g_assert_null (row_at (test, 2));

  /* While the list is open one comes and the other goes. */
  feed (test, both, 2);
  fixture_wait (50);
  g_assert_nonnull (find_text (GTK_WIDGET (row_at (test, 2)), "Wi-Fi (wlan0)"));
  feed (test, &both[1], 1);
  fixture_wait (50);
  g_assert_nonnull (find_text (GTK_WIDGET (row_at (test, 0)), "All interfaces"));
  g_assert_nonnull (find_text (GTK_WIDGET (row_at (test, 1)), "Removed"));
  g_assert_null (find_text (GTK_WIDGET (row_at (test, 2)), "Removed"));
}

static void
test_choose (Case         *test,
             gconstpointer data)
{
  popup (test);
  gtk_widget_activate (GTK_WIDGET (row_at (test, 1)));
  fixture_wait (300);
  g_assert_cmpuint (test->n_chosen, ==, 1);
  g_assert_cmpstr (test->chosen, ==, "eth0");
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (test->button))));

  /* No name is the sum of all. */
  popup (test);
  gtk_widget_activate (GTK_WIDGET (row_at (test, 0)));
  fixture_wait (300);
  g_assert_cmpuint (test->n_chosen, ==, 2);
  g_assert_cmpstr (test->chosen, ==, "");
}

static void
test_scope (Case         *test,
            gconstpointer data)
{
  g_autoptr (SluiceInterfaceItem) item
    = g_list_model_get_item (sluice_live_model_get_interfaces (test->fixture.model), 1);
  SluiceInterface *renamed;

  g_assert_nonnull (find_text (GTK_WIDGET (test->button), "All interfaces"));
  sluice_live_model_set_scope (test->fixture.model, item);
  g_assert_nonnull (find_text (GTK_WIDGET (test->button), "Ethernet (eth0)"));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (test->button)), ==, "Ethernet (eth0)");

  renamed = sluice_interface_copy (test->fixture.interface);
  g_free (renamed->name);
  renamed->name = g_strdup ("lan");
  sluice_interface_unref (test->fixture.interface);
  test->fixture.interface = renamed;
  fixture_tick (&test->fixture);
  g_assert_nonnull (find_text (GTK_WIDGET (test->button), "Ethernet (lan)"));
}

static void
test_narrow (Case         *test,
             gconstpointer data)
{
  sluice_interface_picker_set_narrow (test->picker, TRUE);
  fixture_wait (50);
  g_assert_null (find_text (GTK_WIDGET (test->button), "All interfaces"));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (test->button)), ==, "All interfaces");
  sluice_interface_picker_set_narrow (test->picker, FALSE);
  fixture_wait (50);
  g_assert_nonnull (find_text (GTK_WIDGET (test->button), "All interfaces"));
}

static void
test_hostile (Case         *test,
              gconstpointer data)
{
  g_autoptr (SluiceInterfaceItem) item
    = g_list_model_get_item (sluice_live_model_get_interfaces (test->fixture.model), 1);

  sluice_live_model_set_scope (test->fixture.model, item);
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      SluiceInterface *renamed = sluice_interface_copy (test->fixture.interface);
      g_autofree char *title = NULL;
      GtkWidget *label;

      g_free (renamed->name);
      renamed->name = sluice_text_sanitise (hostile_texts[i], -1, SLUICE_NAME_MAX);
      sluice_interface_unref (test->fixture.interface);
      test->fixture.interface = renamed;
      fixture_tick (&test->fixture);
      fixture_wait (20);
      title = sluice_interface_title (item);
      label = find_text (GTK_WIDGET (test->button), title);
      if (label == NULL)
        g_error ("“%s” is not shown", title);
      g_assert_false (gtk_label_get_use_markup (GTK_LABEL (label)));
      g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (test->button)), ==, title);
    }
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/interface-picker/lists-the-sum-first-and-what-comes-and-goes", test_list);
  ADD ("/interface-picker/chooses-by-name", test_choose);
  ADD ("/interface-picker/says-what-is-shown-also-under-a-new-name", test_scope);
  ADD ("/interface-picker/keeps-the-name-in-the-tooltip-where-it-is-narrow", test_narrow);
  ADD ("/interface-picker/shows-hostile-names-as-text", test_hostile);

  return g_test_run ();
}
