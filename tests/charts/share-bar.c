#include "charts/share-bar.h"

static guint n_draws;
static void (*real_snapshot) (GtkWidget *, GtkSnapshot *);

static void
counting_snapshot (GtkWidget   *widget,
                   GtkSnapshot *snapshot)
{
  n_draws++;
  real_snapshot (widget, snapshot);
}

static guint
draws_after (void)
{
  guint before = n_draws;

  for (int i = 0; i < 40; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
  return n_draws - before;
}

static void
test_draws (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *bar = sluice_share_bar_new ();
  GtkWidgetClass *klass = g_type_class_ref (SLUICE_TYPE_SHARE_BAR);

  real_snapshot = klass->snapshot;
  klass->snapshot = counting_snapshot;
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

  klass->snapshot = real_snapshot;
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
