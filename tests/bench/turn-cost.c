/*
 * What a second of ten thousand programs, and of ten thousand connections, costs in the main loop: all of it, and the
 * longest turn, with and without drawing. It says figures and judges nothing.
 */
#include "app/programs-page.h"
#include "app/traffic-page.h"
#include "tests/app/programs-fixture.h"

#define MANY 10000
#define SECONDS 10

void sluice_register_resource (void);

typedef struct
{
  Fixture fixture;
  GSettings *settings;
  GtkWidget *window;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  test->settings = g_settings_new ("io.github.sluice.Sluice");
  fixture_init (&test->fixture);
  test->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1280, 800);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  fixture_wait (50);
  g_object_unref (test->settings);
  fixture_clear (&test->fixture);
}

static void
add_programs (Case *test,
              guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("worker %05u", i);

      fixture_add (&test->fixture, (gint32) (1000 + i), name, i % 2 == 0 ? "anna" : "root")->n_connections = 0;
    }
}

/* Seconds in which everything moves. */
static void
measure (Case       *test,
         const char *what)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 fed = 0, begun;
  Cost first = { 0 }, cost = { 0 };

  for (guint second = 0; second <= SECONDS; second++)
    {
      for (guint i = 0; i < test->fixture.processes->len; i++)
        g_array_index (test->fixture.processes, FixtureProcess, i).bytes[SLUICE_RX] = g_rand_int (random) % 1000000;
      begun = thread_time ();
      fixture_tick (&test->fixture);
      if (second > 0)
        fed = MAX (fed, thread_time () - begun);
      watch_second (second == 0 ? &first : &cost);
    }
  g_test_message ("%s: %.1f ms a second; a sample is made and handed over in %.1f ms at the most; longest turn "
                  "%.1f ms, %.1f ms without drawing; in the first second %.1f ms and %.1f ms",
                  what, cost.total / 1000.0 / SECONDS, fed / 1000.0, cost.longest / 1000.0,
                  cost.longest_thinking / 1000.0, first.longest / 1000.0, first.longest_thinking / 1000.0);
}

static void
bench_programs (Case         *test,
                gconstpointer group_by)
{
  GtkWidget *page;

  add_programs (test, MANY);
  g_settings_set_string (test->settings, "group-by", group_by);
  page = sluice_programs_page_new (test->fixture.model, test->settings, NULL);
  adw_window_set_content (ADW_WINDOW (test->window), page);
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (500);
  measure (test, "page of programs");
  g_settings_reset (test->settings, "group-by");
}

static void
bench_connections (Case         *test,
                   gconstpointer data)
{
  FixtureProcess *process = fixture_add (&test->fixture, 100, "mail", "anna");
  GtkWidget *page = sluice_programs_page_new (test->fixture.model, test->settings, NULL);

  process->n_connections = MANY;
  adw_window_set_content (ADW_WINDOW (test->window), page);
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (500);
  fixture_tick (&test->fixture);
  sluice_programs_page_show_program (SLUICE_PROGRAMS_PAGE (page), process->program->identity);
  fixture_wait (500);
  measure (test, "pane of connections");
}

static void
bench_traffic (Case         *test,
               gconstpointer data)
{
  add_programs (test, MANY);
  adw_window_set_content (ADW_WINDOW (test->window),
                          sluice_traffic_page_new (test->fixture.model, test->settings, NULL));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (500);
  measure (test, "page of traffic");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  sluice_register_resource ();
  g_test_add ("/turn-cost/ten-thousand-programs", Case, "program", set_up, bench_programs, tear_down);
  g_test_add ("/turn-cost/ten-thousand-programs-in-groups", Case, "user", set_up, bench_programs, tear_down);
  g_test_add ("/turn-cost/ten-thousand-connections", Case, NULL, set_up, bench_connections, tear_down);
  g_test_add ("/turn-cost/the-leaders-of-ten-thousand", Case, NULL, set_up, bench_traffic, tear_down);

  return g_test_run ();
}
