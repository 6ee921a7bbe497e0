#pragma once

#include <gtk/gtk.h>

/* How often widgets of a class were drawn since count_draws(). */
static guint n_draws;
static void (*real_snapshot) (GtkWidget *, GtkSnapshot *);

static inline void
counting_snapshot (GtkWidget   *widget,
                   GtkSnapshot *snapshot)
{
  n_draws++;
  real_snapshot (widget, snapshot);
}

/* Counts how often widgets of @klass are drawn from now on, until count_no_more(). */
static inline void
count_draws (GtkWidgetClass *klass)
{
  real_snapshot = klass->snapshot;
  klass->snapshot = counting_snapshot;
}

static inline void
count_no_more (GtkWidgetClass *klass)
{
  klass->snapshot = real_snapshot;
}

/* Lets the main loop do what was asked for. */
static inline void
run (void)
{
  for (int i = 0; i < 40; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (3000);
    }
}

static inline guint
draws_after (void)
{
  const guint before = n_draws;

  run ();
  return n_draws - before;
}
