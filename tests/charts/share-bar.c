#include "charts/share-bar.h"

#include "draws.h"

static void
test_draws (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *bar = sluice_share_bar_new ();
  GtkWidgetClass *klass = g_type_class_ref (SLUICE_TYPE_SHARE_BAR);

  count_draws (klass);
  gtk_window_set_child (GTK_WINDOW (window), bar);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpuint (draws_after (), >, 0);
  sluice_share_bar_set_shares (SLUICE_SHARE_BAR (bar), 0.5, 0.25);
  g_assert_cmpuint (draws_after (), ==, 1);
  sluice_share_bar_set_shares (SLUICE_SHARE_BAR (bar), 0.5, 0.25);
  sluice_share_bar_set_hatched (SLUICE_SHARE_BAR (bar), FALSE);
  g_assert_cmpuint (draws_after (), ==, 0);
  sluice_share_bar_set_hatched (SLUICE_SHARE_BAR (bar), TRUE);
  g_assert_cmpuint (draws_after (), ==, 1);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_ROLE_PRESENTATION);

  count_no_more (klass);
  g_type_class_unref (klass);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/share-bar/draws-only-another-share", test_draws);
  return g_test_run ();
}
