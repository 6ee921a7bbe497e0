#include "app/breakdown-view.h"

#include "begin.h"
#include "charts/traffic-chart-private.h"
#include "programs-fixture.h"

typedef struct
{
  Fixture fixture;
  SluiceTrafficChart *chart;
  SluiceBreakdownView *view;
} Case;

static void
set_up (Case         *test,
        gconstpointer data)
{
  fixture_init (&test->fixture);
  test->chart = SLUICE_TRAFFIC_CHART (g_object_ref_sink (sluice_traffic_chart_new ()));
  test->view = sluice_breakdown_view_new (test->fixture.model, test->chart, NULL);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  sluice_breakdown_view_free (test->view);
  g_object_unref (test->chart);
  fixture_clear (&test->fixture);
}

/* A program with @n connections that together receive @rx in a second. */
static void
add (Case       *test,
     const char *name,
     guint       n,
     guint64     rx)
{
  FixtureProcess *process = fixture_add (&test->fixture, 100 + (gint32) test->fixture.processes->len, name, "anna");

  process->n_connections = n;
  process->bytes[SLUICE_RX] = rx;
}

static void
update (Case *test)
{
  sluice_breakdown_view_update (test->view, test->fixture.time - 60 * (gint64) G_USEC_PER_SEC, test->fixture.time);
}

static void
test_kinds (Case         *test,
            gconstpointer data)
{
  static const struct
  {
    const char *kind;
    gboolean stacked;
    SluiceBreakdown by;
    guint n_layers;
  } cases[] = {
    { "host", TRUE, SLUICE_BY_HOST, 3 },       { "total", FALSE, SLUICE_BY_PROGRAM, 0 },
    { "program", TRUE, SLUICE_BY_PROGRAM, 2 }, { "protocol", TRUE, SLUICE_BY_PROTOCOL, 1 },
    { "total", FALSE, SLUICE_BY_PROGRAM, 0 },
  };

  add (test, "browser", 3, 3000);
  add (test, "player", 1, 500);
  fixture_tick (&test->fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sluice_breakdown_view_set_kind (test->view, cases[i].kind);
      update (test);
      g_assert_cmpint (sluice_breakdown_view_is_stacked (test->view), ==, cases[i].stacked);
      g_assert_cmpint (sluice_breakdown_view_get_by (test->view), ==, cases[i].by);
      g_assert_cmpint (test->chart->stack.stacked, ==, cases[i].stacked);
      g_assert_cmpuint (test->chart->stack.n_layers, ==, cases[i].n_layers);
    }
}

static void
test_parts (Case         *test,
            gconstpointer data)
{
  const char *identity;

  add (test, "browser", 1, 3000);
  fixture_tick (&test->fixture);
  identity = g_array_index (test->fixture.processes, FixtureProcess, 0).program->identity;
  g_assert_cmpuint (sluice_breakdown_view_find_part (test->view, identity), ==, SLUICE_PART_OTHER);
  sluice_breakdown_view_set_kind (test->view, "program");
  update (test);
  g_assert_cmpuint (sluice_breakdown_view_find_part (test->view, identity), ==, 0);
  g_assert_cmpuint (sluice_breakdown_view_find_part (test->view, "nobody"), ==, SLUICE_PART_OTHER);
  g_assert_cmpuint (sluice_breakdown_view_find_part (test->view, NULL), ==, SLUICE_PART_OTHER);
}

static void
test_read_out (Case         *test,
               gconstpointer data)
{
  static const char *const kinds[] = { "program", "protocol", "host" };
  static const char *const lines[]
    = { "browser  ▼ 32.0 kbit/s", "HTTPS  ▼ 32.0 kbit/s", "198.51.100.1  ▼ 32.0 kbit/s" };

  add (test, "browser", 1, 4000);
  fixture_tick (&test->fixture);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_auto (GStrv) read = NULL;

      sluice_breakdown_view_set_kind (test->view, kinds[i]);
      read = sluice_breakdown_view_read_out (test->view, test->fixture.time - G_USEC_PER_SEC, test->fixture.time,
                                             SLUICE_RATE_UNIT_BITS);
      g_assert_cmpuint (g_strv_length (read), ==, 1);
      g_assert_cmpstr (read[0], ==, lines[i]);
    }
}

static void
test_note (Case         *test,
           gconstpointer data)
{
  g_autoptr (SluiceSample) packets = sluice_sample_new ();

  sluice_breakdown_view_set_kind (test->view, "host");
  g_assert_null (sluice_breakdown_view_get_note (test->view));
  fixture_tick (&test->fixture);
  g_assert_nonnull (strstr (sluice_breakdown_view_get_note (test->view), "Estimated from TCP connections"));
  sluice_breakdown_view_set_kind (test->view, "protocol");
  g_assert_nonnull (strstr (sluice_breakdown_view_get_note (test->view), "ports"));
  sluice_breakdown_view_set_kind (test->view, "program");
  g_assert_null (sluice_breakdown_view_get_note (test->view));

  /* Packets tell. */
  packets->time = test->fixture.time + G_USEC_PER_SEC;
  packets->duration = G_USEC_PER_SEC;
  packets->has_hosts = TRUE;
  sluice_live_model_feed (test->fixture.model, packets);
  sluice_breakdown_view_set_kind (test->view, "host");
  g_assert_null (sluice_breakdown_view_get_note (test->view));
}

/* Who is the administrator already, or could not be one, is not sent to one. */
static void
test_administrator (void)
{
  static const SluiceBreakdown kinds[] = { SLUICE_BY_HOST, SLUICE_BY_PROTOCOL };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_nonnull (strstr (sluice_breakdown_describe_estimate (kinds[i], TRUE), "administrator"));
      g_assert_null (strstr (sluice_breakdown_describe_estimate (kinds[i], FALSE), "administrator"));
      g_assert_nonnull (strstr (sluice_breakdown_describe_estimate (kinds[i], FALSE), "packets cannot be captured"));
    }
}

static void
test_sides (Case         *test,
            gconstpointer data)
{
  sluice_breakdown_view_set_recorded (test->view);
  sluice_breakdown_view_set_kind (test->view, "total");
  g_assert_nonnull (strstr (sluice_breakdown_view_get_note (test->view), "spoke first"));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/breakdown-view/stacks-the-chart-by-what-was-chosen", test_kinds);
  ADD ("/breakdown-view/knows-as-which-part-the-chart-shows-somebody", test_parts);
  ADD ("/breakdown-view/reads-out-who-led-of-the-chosen-kind", test_read_out);
  ADD ("/breakdown-view/says-what-packets-would-add-only-where-there-are-none", test_note);
  ADD ("/breakdown-view/says-of-a-recording-which-way-is-which", test_sides);
  g_test_add_func ("/breakdown-view/sends-to-an-administrator-only-whom-one-can-help", test_administrator);

  return g_test_run ();
}
