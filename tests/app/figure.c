#include "app/figure.h"

#include <adwaita.h>

#include "begin.h"
#include "programs-fixture.h"

typedef struct
{
  GtkWidget *window;
  SluiceFigure *figure;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  test->figure = g_object_new (SLUICE_TYPE_FIGURE, NULL);
  sluice_figure_set_direction (test->figure, SLUICE_RX);
  test->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (test->window), GTK_WIDGET (test->figure));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (50);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  fixture_wait (20);
}

static const SluiceFigureValues values
  = { .shown = 1250000, .caption = "now", .average = 1000, .peak = 2500000, .total = 1572864 };

static void
assert_texts (Case              *test,
              const char *const *texts)
{
  for (; *texts != NULL; texts++)
    if (find_text (GTK_WIDGET (test->figure), *texts) == NULL)
      g_error ("“%s” is not shown", *texts);
}

static void
test_units (Case         *test,
            gconstpointer data)
{
  static const char *const bits[]
    = { "▼", "Download", "now", "10.0 Mbit/s", "8.00 kbit/s", "20.0 Mbit/s", "1.57 MB", NULL };
  static const char *const bytes[] = { "now", "1.25 MB/s", "1.00 kB/s", "2.50 MB/s", "1.50 MiB", NULL };

  sluice_figure_set_values (test->figure, &values, (SluiceUnits){ SLUICE_RATE_UNIT_BITS, SLUICE_SIZE_UNIT_SI });
  assert_texts (test, bits);
  sluice_figure_set_values (test->figure, &values, (SluiceUnits){ SLUICE_RATE_UNIT_BYTES, SLUICE_SIZE_UNIT_IEC });
  assert_texts (test, bytes);
}

static void
test_direction (Case         *test,
                gconstpointer data)
{
  static const char *const texts[] = { "▲", "Upload", NULL };

  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (test->figure), "download"));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (test->figure)), ==, "Show only the download");
  gtk_test_accessible_assert_property (test->figure, GTK_ACCESSIBLE_PROPERTY_LABEL, "Download");
  sluice_figure_set_direction (test->figure, SLUICE_TX);
  assert_texts (test, texts);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (test->figure)), ==, "Show only the upload");
  gtk_test_accessible_assert_property (test->figure, GTK_ACCESSIBLE_PROPERTY_LABEL, "Upload");
}

static void
test_spoken (Case         *test,
             gconstpointer data)
{
  SluiceFigureValues next = values;

  sluice_figure_set_values (test->figure, &values, (SluiceUnits){ 0 });
  gtk_test_accessible_assert_property (test->figure, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "10.0 Mbit/s now, average 8.00 kbit/s, peak 20.0 Mbit/s, total 1.57 MB");

  /* The eye has the next figure at once, the ear is not talked to without a break. */
  next.shown = 125;
  sluice_figure_set_values (test->figure, &next, (SluiceUnits){ 0 });
  g_assert_nonnull (find_text (GTK_WIDGET (test->figure), "1.00 kbit/s"));
  gtk_test_accessible_assert_property (test->figure, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "10.0 Mbit/s now, average 8.00 kbit/s, peak 20.0 Mbit/s, total 1.57 MB");
}

static void
count_cb (guint *n)
{
  ++*n;
}

static void
test_still (Case         *test,
            gconstpointer data)
{
  GtkWidget *shown;
  guint n = 0;

  sluice_figure_set_values (test->figure, &values, (SluiceUnits){ 0 });
  shown = find_text (GTK_WIDGET (test->figure), "10.0 Mbit/s");
  g_signal_connect_swapped (shown, "notify::text", G_CALLBACK (count_cb), &n);
  sluice_figure_set_values (test->figure, &values, (SluiceUnits){ 0 });
  g_assert_cmpuint (n, ==, 0);
  sluice_figure_set_values (test->figure, &values, (SluiceUnits){ SLUICE_RATE_UNIT_BYTES, 0 });
  g_assert_cmpuint (n, ==, 1);
}

static void
test_width (Case         *test,
            gconstpointer data)
{
  SluiceFigureValues widest = { .caption = "average", .total = G_MAXUINT64 };
  int before, after;

  /* From 0 to as much as can be written, the figures beside it stay where they are. */
  sluice_figure_set_values (test->figure, &(SluiceFigureValues){ .caption = "now" }, (SluiceUnits){ 0 });
  gtk_widget_measure (GTK_WIDGET (test->figure), GTK_ORIENTATION_HORIZONTAL, -1, &before, NULL, NULL, NULL);
  widest.shown = widest.average = widest.peak = 999.9e9 / 8;
  sluice_figure_set_values (test->figure, &widest, (SluiceUnits){ 0 });
  gtk_widget_measure (GTK_WIDGET (test->figure), GTK_ORIENTATION_HORIZONTAL, -1, &after, NULL, NULL, NULL);
  g_assert_cmpint (after, ==, before);
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/figure/writes-in-the-chosen-units", test_units);
  ADD ("/figure/says-which-direction-it-is", test_direction);
  ADD ("/figure/is-read-out-as-a-sentence-now-and-then", test_spoken);
  ADD ("/figure/leaves-labels-alone-that-say-the-same", test_still);
  ADD ("/figure/keeps-its-width-whatever-it-says", test_width);

  return g_test_run ();
}
