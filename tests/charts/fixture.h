#pragma once

#include "charts/traffic-chart-private.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct
{
  GtkWidget *window;
  SluiceTrafficChart *chart;
  SluiceSeries *series;
  gint64 now; /* when the newest point ended */
  guint pins;
  guint selections;
  guint views;
} Fixture;

static inline void
count_cb (guint *counter)
{
  (*counter)++;
}

static inline void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Lets the main loop run until @done says so; fails after 5 s. */
static inline void
wait_for (gboolean (*done) (Fixture *),
          Fixture *fixture)
{
  const gint64 deadline = g_get_monotonic_time () + 5 * SECOND;

  while (!done (fixture))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (2000);
    }
}

static inline gboolean
is_drawn (Fixture *fixture)
{
  return fixture->chart->frame_node != NULL && fixture->chart->plot.width > 100;
}

static inline void
append (Fixture *fixture,
        gint64   time)
{
  SluicePoint point = { time, SECOND, 1e6 + (double) (time / SECOND % 7) * 1e4, 1e5 };

  sluice_series_append (fixture->series, &point);
}

static inline void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  fixture->now = sluice_traffic_chart_now ();
  fixture->series = sluice_series_new (600);
  for (int i = -70; i <= 0; i++)
    append (fixture, fixture->now + i * SECOND);
  fixture->chart = SLUICE_TRAFFIC_CHART (sluice_traffic_chart_new ());
  g_signal_connect_swapped (fixture->chart, "pin-changed", G_CALLBACK (count_cb), &fixture->pins);
  g_signal_connect_swapped (fixture->chart, "selection-changed", G_CALLBACK (count_cb), &fixture->selections);
  g_signal_connect_swapped (fixture->chart, "view-changed", G_CALLBACK (count_cb), &fixture->views);
  sluice_traffic_chart_set_series (fixture->chart, fixture->series);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 660, 300);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->chart));
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_for (is_drawn, fixture);
  /* Tests stand still unless they ask for movement. */
  sluice_traffic_chart_set_paused (fixture->chart, TRUE);
}

static inline void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  turn ();
  sluice_series_unref (fixture->series);
}

static inline gboolean
press_key (Fixture        *fixture,
           guint           keyval,
           GdkModifierType state)
{
  return sluice_traffic_chart_key (fixture->chart, keyval, state);
}
