#include "charts/sparkline.h"

#include "draws.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static void
append (SluiceSeries *series,
        gint64        time,
        double        rx)
{
  SluicePoint point = { time, SECOND, rx, 0 };

  sluice_series_append (series, &point);
}

static void
test_draws (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *sparkline = sluice_sparkline_new ();
  SluiceSeries *series = sluice_series_new (60);
  GtkWidgetClass *klass = g_type_class_ref (SLUICE_TYPE_SPARKLINE);
  guint before;

  count_draws (klass);
  append (series, 100 * SECOND, 0);
  sluice_sparkline_set_series (SLUICE_SPARKLINE (sparkline), series);
  sluice_sparkline_set_now (SLUICE_SPARKLINE (sparkline), 100 * SECOND);
  gtk_window_set_child (GTK_WINDOW (window), sparkline);
  gtk_window_present (GTK_WINDOW (window));
  run ();
  g_assert_cmpuint (n_draws, >, 0);

  /* Idle, and still idle. */
  before = n_draws;
  append (series, 101 * SECOND, 0);
  sluice_sparkline_set_now (SLUICE_SPARKLINE (sparkline), 101 * SECOND);
  run ();
  g_assert_cmpuint (n_draws, ==, before);

  /* Something moved. */
  append (series, 102 * SECOND, 1e5);
  sluice_sparkline_set_now (SLUICE_SPARKLINE (sparkline), 102 * SECOND);
  run ();
  g_assert_cmpuint (n_draws, ==, before + 1);

  /* The same moment again is nothing new. */
  sluice_sparkline_set_now (SLUICE_SPARKLINE (sparkline), 102 * SECOND);
  run ();
  g_assert_cmpuint (n_draws, ==, before + 1);

  /* Gone from the view: once more, to wipe it. */
  sluice_sparkline_set_now (SLUICE_SPARKLINE (sparkline), 200 * SECOND);
  sluice_sparkline_set_now (SLUICE_SPARKLINE (sparkline), 201 * SECOND);
  run ();
  g_assert_cmpuint (n_draws, ==, before + 2);

  count_no_more (klass);
  g_type_class_unref (klass);
  gtk_window_destroy (GTK_WINDOW (window));
  sluice_series_unref (series);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sparkline/draws-only-what-looks-different", test_draws);
  return g_test_run ();
}
