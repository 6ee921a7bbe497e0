#include "fixture.h"

static void
test_accessible (Fixture      *fixture,
                 gconstpointer data)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (fixture->chart);
  SluiceSeries *series = sluice_series_new (10);
  SluicePoint points[] = {
    { fixture->now - 5 * SECOND, SECOND, 1e6, 25e3 },
    { fixture->now - 4 * SECOND, SECOND, 5e5, 12500 },
  };
  g_autoptr (GtkWidget) empty = g_object_ref_sink (sluice_traffic_chart_new ());
  g_autofree char *cursor = NULL;

  gtk_test_accessible_assert_role (accessible, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "Chart of network traffic");
  gtk_test_accessible_assert_property (
    GTK_ACCESSIBLE (empty), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "No data yet");

  sluice_series_append (series, &points[0]);
  sluice_series_append (series, &points[1]);
  sluice_traffic_chart_set_series (fixture->chart, series);
  gtk_test_accessible_assert_property (
    accessible,
    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "Download 4.00 Mbit/s, upload 100 kbit/s; highest in view: download 8.00 Mbit/s, upload 200 kbit/s");

  press_key (fixture, GDK_KEY_Home, 0);
  cursor = sluice_traffic_chart_describe_point (fixture->chart, &points[0]);
  g_assert_true (g_str_has_suffix (cursor, " s ago: download 8.00 Mbit/s, upload 200 kbit/s"));
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, cursor);
  sluice_series_unref (series);
}

/* An hour in µs is more than an int holds. */
static void
test_long_ago (Fixture      *fixture,
               gconstpointer data)
{
  static const struct
  {
    gint64 seconds;
    const char *words;
  } cases[] = {
    { -10, " · 0 s ago" },
    { 0, " · 0 s ago" },
    { 99, " · 99 s ago" },
    { 100, " · 1 min 40 s ago" },
    { 3000, " · 50 min 00 s ago" },
    { 3599, " · 59 min 59 s ago" },
    { 3600, " · 1 h 00 min ago" },
    { 86280, " · 23 h 58 min ago" },
    { 360000, " · 100 h 00 min ago" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SluicePoint then = { .time = sluice_traffic_chart_now () - cases[i].seconds * SECOND };
      g_autofree char *when = sluice_traffic_chart_when (fixture->chart, &then);

      g_assert_true (g_str_has_suffix (when, cases[i].words));
    }
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/traffic-chart-words/says-in-words-what-is-to-be-seen", test_accessible);
  ADD ("/traffic-chart-words/counts-an-hour-back", test_long_ago);
  return g_test_run ();
}
