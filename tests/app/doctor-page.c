#include "app/doctor-page.h"

#include "programs-fixture.h"

#define HOSTILE "No <b>netlink</b> & no luck: mend_it"

static GtkWidget *
present (const SluiceDoctorReport *report)
{
  g_autoptr (AdwPreferencesPage) page = sluice_doctor_page_new (report);
  GtkWidget *window = adw_preferences_window_new ();

  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  fixture_wait (100);

  return window;
}

static GtkWidget *
find_image (GtkWidget  *widget,
            const char *icon_name)
{
  GtkWidget *found = NULL;

  if (GTK_IS_IMAGE (widget) && g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), icon_name) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_image (child, icon_name);

  return found;
}

static void
test_made_up (void)
{
  SluiceTierReport tiers[] = {
    { .tier = "kernel", .available = TRUE, .gives = (char *) "Rates." },
    { .tier = "packets", .gives = (char *) "Names.", .obstacle = (char *) HOSTILE, .mend = (char *) "Do & see." },
  };
  SluiceDoctorCheck check = { .id = "links", .ok = FALSE, .text = (char *) HOSTILE };
  SluiceDoctorReport report = {
    .tiers = g_array_new (FALSE, FALSE, sizeof *tiers),
    .checks = g_array_new (FALSE, FALSE, sizeof check),
  };
  GtkWidget *window;
  GtkWidget *row;

  g_array_append_vals (report.tiers, tiers, G_N_ELEMENTS (tiers));
  g_array_append_val (report.checks, check);
  window = present (&report);
  row = gtk_widget_get_ancestor (find_text (window, "Rates."), ADW_TYPE_ACTION_ROW);
  g_assert_nonnull (find_image (row, "object-select-symbolic"));
  row = gtk_widget_get_ancestor (find_text (window, "Names.\n" HOSTILE "\nDo & see."), ADW_TYPE_ACTION_ROW);
  g_assert_null (find_image (row, "object-select-symbolic"));
  g_assert_nonnull (find_text (window, HOSTILE));
  gtk_window_destroy (GTK_WINDOW (window));
  g_array_unref (report.tiers);
  g_array_unref (report.checks);
}

static void
test_here (void)
{
  g_autoptr (SluiceDoctorReport) report = sluice_doctor_examine ();
  GtkWidget *window = present (report);

  for (guint i = 0; i < report->checks->len; i++)
    g_assert_nonnull (find_text (window, g_array_index (report->checks, SluiceDoctorCheck, i).text));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/doctor-page/says-what-can-be-seen-and-what-stands-in-the-way-as-text", test_made_up);
  g_test_add_func ("/doctor-page/says-all-that-was-found-here", test_here);

  return g_test_run ();
}
