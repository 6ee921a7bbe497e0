#include "app/interface-row.h"

#include <adwaita.h>

#include "begin.h"
#include "programs-fixture.h"
#include "tests/hostile.h"

typedef struct
{
  Fixture fixture;
  GtkWidget *window;
  GtkWidget *list;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  fixture_init (&test->fixture);
  test->fixture.interface->kind = SLUICE_INTERFACE_ETHERNET;
  fixture_tick (&test->fixture);
  test->list = gtk_list_box_new ();
  test->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (test->window), test->list);
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (50);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

static GtkWidget *
add_row (Case *test,
         guint position)
{
  g_autoptr (SluiceInterfaceItem) item
    = g_list_model_get_item (sluice_live_model_get_interfaces (test->fixture.model), position);
  GtkWidget *row;

  g_assert_nonnull (item);
  row = sluice_interface_row_widget_new (item, test->fixture.model);
  g_assert_true (sluice_interface_row_widget_get_item (SLUICE_INTERFACE_ROW_WIDGET (row)) == item);
  gtk_list_box_append (GTK_LIST_BOX (test->list), row);
  fixture_wait (30);

  return row;
}

/* The interface has changed: a new record of the same incarnation. */
static SluiceInterface *
change (Case *test)
{
  SluiceInterface *changed = sluice_interface_copy (test->fixture.interface);

  sluice_interface_unref (test->fixture.interface);
  test->fixture.interface = changed;

  return changed;
}

static void
test_state (Case         *test,
            gconstpointer data)
{
  GtkWidget *row = add_row (test, 1);
  SluiceInterface *interface;

  g_assert_nonnull (find_text (row, "Ethernet (eth0)"));
  g_assert_nonnull (find_text (row, "No address"));

  /* A link-local address is on every interface and says nothing. */
  interface = change (test);
  g_free (interface->addresses);
  interface->addresses = g_new0 (SluiceInterfaceAddress, 2);
  interface->n_addresses = 2;
  interface->addresses[0].address = sluice_address_from_ipv4 ((const guint8[]){ 169, 254, 3, 4 });
  interface->addresses[1].address = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 10 });
  fixture_tick (&test->fixture);
  g_assert_nonnull (find_text (row, "192.0.2.10"));

  change (test)->running = FALSE;
  fixture_tick (&test->fixture);
  g_assert_nonnull (find_text (row, "Not connected"));
  change (test)->up = FALSE;
  fixture_tick (&test->fixture);
  g_assert_nonnull (find_text (row, "Switched off"));
}

static void
test_gone (Case         *test,
           gconstpointer data)
{
  GtkWidget *row = add_row (test, 1);
  g_autoptr (SluiceSample) sample = sluice_sample_new ();

  g_assert_cmpfloat (gtk_widget_get_opacity (row), ==, 1);
  sample->time = test->fixture.time += G_USEC_PER_SEC;
  sample->wall_time = g_get_real_time ();
  sample->duration = G_USEC_PER_SEC;
  sluice_live_model_feed (test->fixture.model, sample);
  g_assert_nonnull (find_text (row, "Ethernet (eth0)"));
  g_assert_nonnull (find_text (row, "Removed"));
  g_assert_cmpfloat (gtk_widget_get_opacity (row), <, 1);

  fixture_tick (&test->fixture);
  g_assert_null (find_text (row, "Removed"));
  g_assert_cmpfloat (gtk_widget_get_opacity (row), ==, 1);
}

static void
test_sum (Case         *test,
          gconstpointer data)
{
  GtkWidget *row = add_row (test, 0);

  g_assert_nonnull (find_text (row, "All interfaces"));
  g_assert_nonnull (find_text (row, "The sum of those in use"));
  fixture_tick (&test->fixture);
  g_assert_nonnull (find_text (row, "All interfaces"));
}

static double
mark_of (GtkWidget *row)
{
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));

  return gtk_widget_get_opacity (gtk_widget_get_last_child (box));
}

static void
test_chosen (Case         *test,
             gconstpointer data)
{
  GtkWidget *sum = add_row (test, 0);
  GtkWidget *one = add_row (test, 1);

  g_assert_cmpfloat (mark_of (sum), ==, 1);
  g_assert_cmpfloat (mark_of (one), ==, 0);
  sluice_live_model_set_scope (test->fixture.model,
                               sluice_interface_row_widget_get_item (SLUICE_INTERFACE_ROW_WIDGET (one)));
  g_assert_cmpfloat (mark_of (sum), ==, 0);
  g_assert_cmpfloat (mark_of (one), ==, 1);
}

static void
test_unseen (Case         *test,
             gconstpointer data)
{
  GtkWidget *row = add_row (test, 1);
  GtkWidget *address = find_text (row, "No address");

  gtk_widget_set_visible (test->window, FALSE);
  change (test)->running = FALSE;
  fixture_tick (&test->fixture);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (address)), ==, "No address");
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (50);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (address)), ==, "Not connected");
}

static void
test_icons (Case         *test,
            gconstpointer data)
{
  static const struct
  {
    SluiceInterfaceKind kind;
    const char *icon_name;
  } kinds[] = {
    { SLUICE_INTERFACE_ETHERNET, "network-wired-symbolic" },   { SLUICE_INTERFACE_WIFI, "network-wireless-symbolic" },
    { SLUICE_INTERFACE_MOBILE, "network-cellular-symbolic" },  { SLUICE_INTERFACE_TUNNEL, "network-vpn-symbolic" },
    { SLUICE_INTERFACE_LOOPBACK, "computer-symbolic" },        { SLUICE_INTERFACE_BRIDGE, "network-server-symbolic" },
    { SLUICE_INTERFACE_VIRTUAL, "network-server-symbolic" },   { SLUICE_INTERFACE_OTHER, "network-wired-symbolic" },
  };
  GtkWidget *row = add_row (test, 1);
  GtkImage *image = GTK_IMAGE (find_type (row, GTK_TYPE_IMAGE));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      change (test)->kind = kinds[i].kind;
      fixture_tick (&test->fixture);
      g_assert_cmpstr (gtk_image_get_icon_name (image), ==, kinds[i].icon_name);
      g_assert_true (gtk_icon_theme_has_icon (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                              kinds[i].icon_name));
    }
}

static void
test_hostile (Case         *test,
              gconstpointer data)
{
  GtkWidget *row = add_row (test, 1);

  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      SluiceInterface *interface = change (test);
      g_autofree char *title = NULL;
      GtkWidget *label;
      int minimum;

      g_free (interface->name);
      interface->name = sluice_text_sanitise (hostile_texts[i], -1, SLUICE_NAME_MAX);
      title = g_strdup_printf ("Ethernet (%s)", interface->name);
      fixture_tick (&test->fixture);
      fixture_wait (20);
      label = find_text (row, title);
      if (label == NULL)
        g_error ("“%s” is not shown", title);
      g_assert_false (gtk_label_get_use_markup (GTK_LABEL (label)));
      gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      g_assert_cmpint (minimum, <=, 300);
    }
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/interface-row/says-where-it-can-be-reached-or-why-not", test_state);
  ADD ("/interface-row/marks-what-was-removed-until-it-is-back", test_gone);
  ADD ("/interface-row/says-what-the-sum-is", test_sum);
  ADD ("/interface-row/marks-the-one-that-is-shown", test_chosen);
  ADD ("/interface-row/does-nothing-while-it-is-not-seen", test_unseen);
  ADD ("/interface-row/has-an-icon-for-every-kind", test_icons);
  ADD ("/interface-row/shows-hostile-names-as-text", test_hostile);

  return g_test_run ();
}
