/*
 * What a second of ten thousand programs, and of ten thousand connections, costs in the main loop: all of it, and the
 * longest turn, with and without drawing. It says figures and judges nothing.
 */
#include "app/programs-page.h"
#include "app/traffic-page.h"
#include "tests/app/programs-fixture.h"

#define MANY 10000
#define SECONDS 10
#define HOUR 3600
/* In an hour of packets: as many hosts in all, and those with which something moves in a second. */
#define N_HOSTS 5000
#define N_HOSTS_A_SECOND 300
#define N_PROTOCOLS 40

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

/* A second of packets, with other hosts than the one before. */
static void
tick_packets (Case        *test,
              SluiceHost **hosts,
              GRand       *random)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  SluiceInterfaceRow interface = { .interface = sluice_interface_ref (test->fixture.interface), .listed = TRUE };
  guint host = g_rand_int_range (random, 0, N_HOSTS);

  test->fixture.time += G_USEC_PER_SEC;
  sample->source = SLUICE_SOURCE_PCAP;
  sample->time = sample->wall_time = test->fixture.time;
  sample->duration = G_USEC_PER_SEC;
  sample->n_merged = 1;
  sample->has_hosts = TRUE;
  for (guint i = 0; i < N_HOSTS_A_SECOND; i++)
    {
      SluiceHostRow row = { .host = sluice_host_ref (hosts[(host + i) % N_HOSTS]), .connections = 1 };

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        interface.bytes[d] += row.bytes[d] = g_rand_int_range (random, 1, 1000000);
      g_array_append_val (sample->hosts, row);
    }
  for (guint i = 0; i < N_PROTOCOLS; i++)
    {
      const SluiceProtocolRow row = { .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, i + 1),
                                      .bytes = { interface.bytes[0] / N_PROTOCOLS, interface.bytes[1] / N_PROTOCOLS } };

      g_array_append_val (sample->protocols, row);
    }
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    interface.total_bytes[d] = test->fixture.total[d] += interface.bytes[d];
  g_array_append_val (sample->interfaces, interface);
  sluice_live_model_feed (test->fixture.model, sample);
}

static SluiceHost **
make_hosts (void)
{
  SluiceHost **hosts = g_new0 (SluiceHost *, N_HOSTS);

  for (guint i = 0; i < N_HOSTS; i++)
    {
      const SluiceAddress address = sluice_address_from_ipv4 ((const guint8[]){ 198, 18, i >> 8, i & 0xff });

      hosts[i] = sluice_host_new (&address);
      hosts[i]->name = g_strdup_printf ("host-%u.example.org", i);
    }
  return hosts;
}

static void
choose_cb (gpointer breakdown)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.sluice.Sluice");

  g_settings_set_string (settings, "breakdown", breakdown);
}

static void
bench_hour (Case         *test,
            gconstpointer breakdown)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  SluiceHost **hosts = make_hosts ();
  gint64 fed = 0, begun;
  Cost chosen = { 0 }, cost = { 0 };

  g_settings_set_string (test->settings, "breakdown", "total");
  g_settings_set_int (test->settings, "chart-span", HOUR);
  for (guint second = 0; second < HOUR; second++)
    tick_packets (test, hosts, random);
  adw_window_set_content (ADW_WINDOW (test->window),
                          sluice_traffic_page_new (test->fixture.model, test->settings, NULL));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (1000);
  g_idle_add_once (choose_cb, (gpointer) breakdown);
  watch_second (&chosen);
  fixture_wait (1000);
  for (guint second = 0; second < SECONDS; second++)
    {
      begun = thread_time ();
      tick_packets (test, hosts, random);
      fed = MAX (fed, thread_time () - begun);
      watch_second (&cost);
    }
  g_test_message ("an hour by %s: %.1f ms a second; a sample is made and handed over in %.1f ms at the most; longest "
                  "turn %.1f ms, %.1f ms without drawing; %.1f ms where it is chosen",
                  (const char *) breakdown, cost.total / 1000.0 / SECONDS, fed / 1000.0, cost.longest / 1000.0,
                  cost.longest_thinking / 1000.0, chosen.longest_thinking / 1000.0);
  g_settings_reset (test->settings, "breakdown");
  g_settings_reset (test->settings, "chart-span");
  for (guint i = 0; i < N_HOSTS; i++)
    sluice_host_unref (hosts[i]);
  g_free (hosts);
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
  g_test_add ("/turn-cost/an-hour-by-host", Case, "host", set_up, bench_hour, tear_down);
  g_test_add ("/turn-cost/an-hour-by-protocol", Case, "protocol", set_up, bench_hour, tear_down);

  return g_test_run ();
}
