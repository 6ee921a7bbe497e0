#include "charts/swatch.h"

#include "draw/part.h"

#include "draws.h"

static void
test_draws (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *swatch = sluice_swatch_new ();
  GtkWidgetClass *klass = g_type_class_ref (SLUICE_TYPE_SWATCH);

  count_draws (klass);
  gtk_window_set_child (GTK_WINDOW (window), swatch);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpuint (draws_after (), >, 0);
  sluice_swatch_set_part (SLUICE_SWATCH (swatch), 3);
  g_assert_cmpuint (draws_after (), ==, 1);
  sluice_swatch_set_part (SLUICE_SWATCH (swatch), 3);
  g_assert_cmpuint (draws_after (), ==, 0);
  sluice_swatch_set_part (SLUICE_SWATCH (swatch), SLUICE_PART_OTHER);
  g_assert_cmpuint (sluice_swatch_get_part (SLUICE_SWATCH (swatch)), ==, SLUICE_PART_OTHER);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (swatch), GTK_ACCESSIBLE_ROLE_PRESENTATION);

  count_no_more (klass);
  g_type_class_unref (klass);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swatch/draws-only-another-part", test_draws);
  return g_test_run ();
}
