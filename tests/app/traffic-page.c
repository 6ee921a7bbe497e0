#include "app/traffic-page.h"

#include "app/compat.h"
#include "app/figure.h"
#include "app/top-row.h"
#include "begin.h"
#include "charts/swatch.h"
#include "charts/traffic-chart-private.h"
#include "programs-fixture.h"
#include "tests/hostile.h"

#define SCHEMA "io.github.sluice.Sluice"

typedef struct
{
  Fixture fixture;
  GSettings *settings;
  GtkWidget *window;
  SluiceTrafficPage *page;
  SluiceTrafficChart *chart;
  char *opened; /* the identity that "app.show-program" was asked for */
} Case;

static void
show_program_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  Case *test = data;

  g_free (test->opened);
  test->opened = g_variant_dup_string (parameter, NULL);
}

static void
add (Case       *test,
     gint32      pid,
     const char *name,
     guint64     rx,
     guint64     tx)
{
  FixtureProcess *process = fixture_add (&test->fixture, pid, name, "anna");

  process->bytes[SLUICE_RX] = rx;
  process->bytes[SLUICE_TX] = tx;
  process->n_connections = 1;
}

static void
set_up (Case         *test,
        gconstpointer data)
{
  static const GActionEntry entries[]
    = { { .name = "show-program", .activate = show_program_cb, .parameter_type = "s" } };
  const char *const keys[] = { "chart-span", "rate-unit", "size-unit", "breakdown" };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  fixture_init (&test->fixture);
  /* What is fed lies in the past, as samples do. */
  test->fixture.time -= 20 * G_USEC_PER_SEC;
  test->settings = g_settings_new (SCHEMA);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (test->settings, keys[i]);
  test->page = SLUICE_TRAFFIC_PAGE (sluice_traffic_page_new (test->fixture.model, test->settings, NULL));
  test->chart = SLUICE_TRAFFIC_CHART (find_type (GTK_WIDGET (test->page), SLUICE_TYPE_TRAFFIC_CHART));
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), test);
  test->window = adw_window_new ();
  gtk_widget_insert_action_group (test->window, "app", G_ACTION_GROUP (actions));
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1000, 800);
  adw_window_set_content (ADW_WINDOW (test->window), GTK_WIDGET (test->page));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (150);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_object_unref (test->settings);
  g_free (test->opened);
  fixture_clear (&test->fixture);
  fixture_wait (20);
}

static void
tick (Case *test,
      guint n)
{
  for (guint i = 0; i < n; i++)
    fixture_tick (&test->fixture);
  fixture_wait (100);
}

/* The mapped rows, most first. */
static GPtrArray *
rows_of (GtkWidget *widget,
         GPtrArray *rows)
{
  if (SLUICE_IS_TOP_ROW (widget) && gtk_widget_get_mapped (widget))
    g_ptr_array_add (rows, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    rows_of (child, rows);
  return rows;
}

static guint
count_active (GtkWidget *widget)
{
  guint n = GTK_IS_TOGGLE_BUTTON (widget) && !SLUICE_IS_FIGURE (widget)
            && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_active (child);
  return n;
}

static void
test_waiting (Case         *test,
              gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);

  g_assert_nonnull (find_text (page, "Looking at the Network"));
  test->fixture.interface->up = FALSE;
  tick (test, 1);
  g_assert_null (find_text (page, "Looking at the Network"));
  g_assert_nonnull (find_text (page, "In the last minute"));
}

static void
test_failure (Case         *test,
              gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);

  sluice_traffic_page_set_failure (test->page, "No <b>netlink</b> & no luck.");
  fixture_wait (300);
  g_assert_nonnull (find_text (page, "Traffic Cannot Be Measured"));
  g_assert_nonnull (find_text (page, "No <b>netlink</b> & no luck."));
  sluice_traffic_page_set_failure (test->page, NULL);
  fixture_wait (300);
  g_assert_null (find_text (page, "Traffic Cannot Be Measured"));
}

static void
test_figures (Case         *test,
              gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);

  add (test, 100, "browser", 1000000, 25000);
  tick (test, 3);
  g_assert_nonnull (find_text (page, "8.00 Mbit/s"));
  g_assert_nonnull (find_text (page, "200 kbit/s"));
  g_assert_nonnull (find_text (page, "3.00 MB"));
  g_settings_set_string (test->settings, "rate-unit", "bytes");
  g_settings_set_string (test->settings, "size-unit", "iec");
  fixture_wait (100);
  g_assert_nonnull (find_text (page, "1.00 MB/s"));
  g_assert_nonnull (find_text (page, "2.86 MiB"));
}

static void
test_newest (Case         *test,
             gconstpointer data)
{
  /* Points later than the chart's right edge, which lags a little so that they can slide in. */
  test->fixture.time += 40 * (gint64) G_USEC_PER_SEC;
  add (test, 100, "browser", 1000000, 25000);
  tick (test, 1);
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "1.00 MB"));
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "browser"));
}

static void
test_span (Case         *test,
           gconstpointer data)
{
  gint64 from, to;

  tick (test, 2);
  g_assert_cmpuint (count_active (GTK_WIDGET (test->page)), ==, 2);
  for (guint i = 0; i < 3; i++)
    {
      static const int spans[] = { 300, 900, 3600 };
      static const char *const sentences[] = { "In the last 5 minutes", "In the last 15 minutes", "In the last hour" };

      gtk_widget_activate_action (GTK_WIDGET (test->chart), "traffic.chart-span", "i", spans[i]);
      fixture_wait (100);
      g_assert_cmpint (g_settings_get_int (test->settings, "chart-span"), ==, spans[i]);
      g_assert_cmpuint (count_active (GTK_WIDGET (test->page)), ==, 2);
      g_assert_nonnull (find_text (GTK_WIDGET (test->page), sentences[i]));
      sluice_traffic_chart_get_view (test->chart, &from, &to);
      g_assert_cmpint (to - from, ==, spans[i] * (gint64) G_USEC_PER_SEC);
    }
}

static void
test_directions (Case         *test,
                 gconstpointer data)
{
  GtkWidget *download = find_type (GTK_WIDGET (test->page), SLUICE_TYPE_FIGURE);
  GtkWidget *upload = gtk_widget_get_next_sibling (download);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  add (test, 100, "down", 1000000, 0);
  add (test, 200, "up", 0, 2000000);
  tick (test, 2);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (download), TRUE);
  fixture_wait (100);
  rows_of (GTK_WIDGET (test->page), rows);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_nonnull (find_text (rows->pdata[0], "down"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (upload), TRUE);
  fixture_wait (100);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (download)));
  g_ptr_array_set_size (rows, 0);
  rows_of (GTK_WIDGET (test->page), rows);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_nonnull (find_text (rows->pdata[0], "up"));
}

static void
test_top (Case         *test,
          gconstpointer data)
{
  g_autoptr (GPtrArray) before = g_ptr_array_new ();
  g_autoptr (GPtrArray) after = g_ptr_array_new ();

  add (test, 100, "small", 1000, 1000);
  add (test, 200, "large", 900000, 98000);
  tick (test, 2);
  rows_of (GTK_WIDGET (test->page), before);
  g_assert_cmpuint (before->len, ==, 2);
  g_assert_nonnull (find_text (before->pdata[0], "large"));
  g_assert_nonnull (find_text (before->pdata[1], "small"));

  /* Another second fills the same rows; they say whom they speak of when they are opened. */
  tick (test, 1);
  rows_of (GTK_WIDGET (test->page), after);
  g_assert_true (after->pdata[0] == before->pdata[0]);
  gtk_widget_activate (after->pdata[0]);
  fixture_wait (100);
  g_assert_cmpstr (test->opened, ==, g_array_index (test->fixture.processes, FixtureProcess, 1).program->identity);
}

static GtkWidget *
find_swatch (GtkWidget *row)
{
  return find_type (row, SLUICE_TYPE_SWATCH);
}

static void
test_breakdown (Case         *test,
                gconstpointer data)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autofree char *remembered = NULL;
  GtkWidget *page = GTK_WIDGET (test->page);

  add (test, 100, "browser", 1000000, 25000);
  tick (test, 2);
  rows_of (page, rows);
  g_assert_false (gtk_widget_get_mapped (find_swatch (rows->pdata[0])));

  gtk_widget_activate_action (GTK_WIDGET (test->chart), "traffic.breakdown", "s", "host");
  tick (test, 1);
  remembered = g_settings_get_string (test->settings, "breakdown");
  g_assert_cmpstr (remembered, ==, "host");
  g_assert_nonnull (find_text (page, "Top hosts in view"));
  g_ptr_array_set_size (rows, 0);
  rows_of (page, rows);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_nonnull (find_text (rows->pdata[0], "198.51.100.1"));
  g_assert_nonnull (find_text (rows->pdata[0], "▼ 8.00 Mbit/s"));
  g_assert_true (gtk_widget_get_mapped (find_swatch (rows->pdata[0])));
  g_assert_cmpuint (sluice_swatch_get_part (SLUICE_SWATCH (find_swatch (rows->pdata[0]))), ==, 0);
  /* A host has no page of its own. */
  gtk_widget_activate (rows->pdata[0]);
  g_assert_null (test->opened);
  g_assert_cmpuint (count_active (page), ==, 2);

  gtk_widget_activate_action (GTK_WIDGET (test->chart), "traffic.breakdown", "s", "protocol");
  fixture_wait (100);
  g_assert_nonnull (find_text (page, "Top protocols in view"));
  g_assert_nonnull (find_text (rows->pdata[0], "HTTPS"));
  gtk_widget_activate_action (GTK_WIDGET (test->chart), "traffic.breakdown", "s", "program");
  fixture_wait (100);
  g_assert_nonnull (find_text (rows->pdata[0], "browser"));
  g_assert_true (gtk_widget_get_mapped (find_swatch (rows->pdata[0])));
}

static void
test_others (Case         *test,
             gconstpointer data)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  /* Twelve hosts, and as much again that no connection explains. */
  add (test, 100, "browser", 1200000, 0);
  g_array_index (test->fixture.processes, FixtureProcess, 0).n_connections = 12;
  add (test, 200, "caller", 1200000, 0);
  g_array_index (test->fixture.processes, FixtureProcess, 1).n_connections = 0;
  g_settings_set_string (test->settings, "breakdown", "host");
  tick (test, 2);
  rows_of (GTK_WIDGET (test->page), rows);
  g_assert_cmpuint (rows->len, ==, 9);
  g_assert_nonnull (find_text (rows->pdata[8], "Other"));
  /* Four hosts that have no row, and what is not known: 16 of 24 parts. */
  g_assert_nonnull (find_text (rows->pdata[8], "67 %"));
  g_assert_cmpuint (sluice_swatch_get_part (SLUICE_SWATCH (find_swatch (rows->pdata[8]))), ==, SLUICE_PART_OTHER);
}

static void
test_unattributed (Case         *test,
                   gconstpointer data)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  SluiceInterfaceRow row = { .interface = sluice_interface_ref (test->fixture.interface), .listed = TRUE };
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  tick (test, 1);
  row.bytes[SLUICE_RX] = 500000;
  row.unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 500000;
  sample->time = test->fixture.time += G_USEC_PER_SEC;
  sample->wall_time = g_get_real_time ();
  sample->duration = G_USEC_PER_SEC;
  g_array_append_val (sample->interfaces, row);
  sluice_live_model_feed (test->fixture.model, sample);
  fixture_wait (100);
  rows_of (GTK_WIDGET (test->page), rows);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_nonnull (find_text (rows->pdata[0], "Unattributed"));
  g_assert_nonnull (find_text (rows->pdata[0], "What is this?"));
  g_assert_nonnull (find_text (rows->pdata[0], "100 %"));
  g_assert_null (sluice_top_row_get_identity (rows->pdata[0]));
}

static void
test_pause (Case         *test,
            gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);

  add (test, 100, "browser", 1000000, 0);
  tick (test, 2);
  sluice_traffic_page_set_paused (test->page, TRUE);
  fixture_wait (100);
  g_array_index (test->fixture.processes, FixtureProcess, 0).bytes[SLUICE_RX] = 5000000;
  tick (test, 2);
  g_assert_null (find_text (page, "40.0 Mbit/s"));
  g_assert_null (find_text (page, "In the last minute"));
  sluice_traffic_page_set_paused (test->page, FALSE);
  fixture_wait (100);
  g_assert_nonnull (find_text (page, "40.0 Mbit/s"));
  g_assert_nonnull (find_text (page, "In the last minute"));
}

/* The wall's clock at a moment of the model's, as the sentence has it. */
static char *
clock_at (Case  *test,
          gint64 time)
{
  SluiceSample *latest = sluice_live_model_get_latest (test->fixture.model);
  g_autoptr (GDateTime) date
    = g_date_time_new_from_unix_local ((time + latest->wall_time - latest->time) / G_USEC_PER_SEC);

  return g_date_time_format (date, "%X");
}

static void
assert_live (Case *test)
{
  GtkWidget *page = GTK_WIDGET (test->page);

  g_assert_nonnull (find_text (page, "In the last minute"));
  g_assert_nonnull (find_text (page, "now"));
  g_assert_nonnull (find_text (page, "Top programs in view"));
}

static void
assert_pinned (Case  *test,
               gint64 time)
{
  GtkWidget *page = GTK_WIDGET (test->page);
  g_autofree char *clock = clock_at (test, time);
  g_autofree char *sentence = g_strdup_printf ("At %s", clock);

  g_assert_nonnull (find_text (page, sentence));
  g_assert_nonnull (find_text (page, "then"));
  g_assert_nonnull (find_text (page, "Top programs at that time"));
}

static void
test_pin (Case         *test,
          gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);
  FixtureProcess *process;
  gint64 from, to;

  add (test, 100, "browser", 1000000, 0);
  process = &g_array_index (test->fixture.processes, FixtureProcess, 0);
  tick (test, 3);
  assert_live (test);
  g_assert_true (sluice_traffic_chart_key (test->chart, GDK_KEY_Left, 0));
  g_assert_true (sluice_traffic_chart_key (test->chart, GDK_KEY_Return, 0));
  g_assert_true (sluice_traffic_chart_get_pin (test->chart, &from, &to));
  assert_pinned (test, to);

  /* Another second does not change what was then. */
  process->bytes[SLUICE_RX] = 5000000;
  tick (test, 1);
  assert_pinned (test, to);
  g_assert_nonnull (find_text (page, "8.00 Mbit/s"));
  g_assert_null (find_text (page, "40.0 Mbit/s"));
  gtk_widget_activate_action (GTK_WIDGET (test->chart), "traffic.let-go", NULL);
  fixture_wait (100);
  assert_live (test);
  g_assert_nonnull (find_text (page, "40.0 Mbit/s"));
}

static void
test_selection (Case         *test,
                gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);
  g_autofree char *begin = NULL, *end = NULL, *sentence = NULL;
  gint64 from, to;

  add (test, 100, "browser", 1000000, 0);
  tick (test, 1);
  g_array_index (test->fixture.processes, FixtureProcess, 0).bytes[SLUICE_RX] = 3000000;
  tick (test, 1);
  sluice_traffic_chart_key (test->chart, GDK_KEY_End, 0);
  sluice_traffic_chart_key (test->chart, GDK_KEY_Left, GDK_SHIFT_MASK);
  g_assert_true (sluice_traffic_chart_get_selection (test->chart, &from, &to));
  g_assert_cmpint (to - from, ==, 2 * G_USEC_PER_SEC);
  begin = clock_at (test, from);
  end = clock_at (test, to);
  sentence = g_strdup_printf ("%s – %s", begin, end);
  g_assert_nonnull (find_text (page, sentence));
  g_assert_nonnull (find_text (page, "average"));
  g_assert_nonnull (find_text (page, "16.0 Mbit/s"));
  g_assert_nonnull (find_text (page, "4.00 MB"));
  g_assert_nonnull (find_text (page, "▼ 16.0 Mbit/s"));
  gtk_widget_activate_action (GTK_WIDGET (test->chart), "traffic.let-go", NULL);
  fixture_wait (100);
  g_assert_false (sluice_traffic_chart_get_selection (test->chart, &from, &to));
  assert_live (test);
}

static void
test_scope (Case         *test,
            gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (test->page);
  g_autoptr (SluiceInterface) other = sluice_interface_new (2, 3, "lo");
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  SluiceInterfaceRow row = { .interface = sluice_interface_ref (other) };
  g_autoptr (SluiceInterfaceItem) item = NULL;
  gint64 from, to;

  /* Nothing is up but the loopback: there is something to offer, until that is asked for. */
  row.bytes[SLUICE_RX] = row.unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 125000;
  sample->time = test->fixture.time += G_USEC_PER_SEC;
  sample->wall_time = g_get_real_time ();
  sample->duration = G_USEC_PER_SEC;
  g_array_append_val (sample->interfaces, row);
  sluice_live_model_feed (test->fixture.model, sample);
  fixture_wait (300);
  g_assert_nonnull (find_text (page, "No Network Is Up"));
  g_assert_nonnull (find_text (page, "Show Traffic within This Machine"));

  for (guint i = 0; item == NULL; i++)
    {
      g_autoptr (SluiceInterfaceItem) one
        = g_list_model_get_item (sluice_live_model_get_interfaces (test->fixture.model), i);

      g_assert_nonnull (one);
      if (sluice_interface_item_get_instance (one) == 2)
        item = g_object_ref (one);
    }
  sluice_live_model_set_scope (test->fixture.model, item);
  fixture_wait (300);
  g_assert_null (find_text (page, "No Network Is Up"));
  g_assert_nonnull (find_text (page, "1.00 Mbit/s"));

  /* What was pinned was on another link. */
  sluice_traffic_chart_key (test->chart, GDK_KEY_Left, 0);
  sluice_traffic_chart_key (test->chart, GDK_KEY_Return, 0);
  g_assert_true (sluice_traffic_chart_get_pin (test->chart, &from, &to));
  g_clear_object (&item);
  item = g_list_model_get_item (sluice_live_model_get_interfaces (test->fixture.model), 0);
  sluice_live_model_set_scope (test->fixture.model, item);
  g_assert_false (sluice_traffic_chart_get_pin (test->chart, &from, &to));
}

static void
test_hostile (Case         *test,
              gconstpointer data)
{
  test->fixture.time -= 600 * (gint64) G_USEC_PER_SEC;
  g_settings_set_int (test->settings, "chart-span", 3600);
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autoptr (GPtrArray) rows = g_ptr_array_new ();
      FixtureProcess *process;

      if (*hostile_texts[i] == '\0')
        continue;
      for (guint p = 0; p < test->fixture.processes->len; p++)
        memset (g_array_index (test->fixture.processes, FixtureProcess, p).bytes, 0, sizeof process->bytes);
      add (test, 1000 + i, hostile_texts[i], G_GUINT64_CONSTANT (1000000) << (i / 4), 1000);
      fixture_tick (&test->fixture);
      fixture_wait (20);
      process = &g_array_index (test->fixture.processes, FixtureProcess, test->fixture.processes->len - 1);
      rows_of (GTK_WIDGET (test->page), rows);
      /* As text: what a label would take for markup comes out as it is. */
      if (find_text (GTK_WIDGET (test->page), process->program->name) == NULL)
        g_error ("“%s” is not shown", process->program->name);
    }
}

static void
test_unseen (Case         *test,
             gconstpointer data)
{
  add (test, 100, "browser", 1000000, 0);
  tick (test, 2);
  gtk_widget_set_visible (test->window, FALSE);
  fixture_wait (100);
  g_assert_false (sluice_compat_is_seen (GTK_WIDGET (test->page)));
  g_array_index (test->fixture.processes, FixtureProcess, 0).bytes[SLUICE_RX] = 5000000;
  tick (test, 3);
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (200);
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "40.0 Mbit/s"));
}

static void
test_narrow (Case         *test,
             gconstpointer data)
{
  int minimum;

  add (test, 100, "a-program-with-a-name-that-is-longer-than-any-column-will-ever-be", 123456789, 98765432);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 700);
  fixture_wait (300);
  tick (test, 2);
  gtk_widget_measure (GTK_WIDGET (test->page), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (test->page)), <=, 360);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (test->chart)), <=,
                   gtk_widget_get_width (GTK_WIDGET (test->page)) - 24);
}

/* Whatever the width, the time that is spoken of is there to be read. */
static void
test_sentence (Case         *test,
               gconstpointer data)
{
  static const int widths[] = { 360, 640, 700, 780, 860, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      GtkWidget *sentence;

      tick (test, 2 + i);
      gtk_window_set_default_size (GTK_WINDOW (test->window), widths[i], 700);
      fixture_wait (300);
      sentence = find_text (GTK_WIDGET (test->page), "In the last minute");
      g_assert_true (GTK_IS_LABEL (sentence));
      g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (sentence))));
    }
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *icon_name)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), icon_name) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, icon_name);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
assert_chart (Case *test,
              guint n_rows,
              int   height)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  g_assert_cmpuint (rows_of (GTK_WIDGET (test->page), rows)->len, ==, n_rows);
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (test->chart)), ==, height);
}

/* The chart's height follows that of the window, and nothing else. */
static void
test_steady (Case         *test,
             gconstpointer data)
{
  const int *size = data;
  int height;

  gtk_window_set_default_size (GTK_WINDOW (test->window), size[0], size[1]);
  add (test, 100, "first", 0, 0);
  tick (test, 1);
  fixture_wait (300);
  height = gtk_widget_get_height (GTK_WIDGET (test->chart));
  g_assert_cmpint (height, >=, 240);
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "No bytes moved in this time."));

  add (test, 101, "one", 1000000, 1000000);
  tick (test, 1);
  assert_chart (test, 1, height);
  for (gint32 i = 0; i < 11; i++)
    add (test, 200 + i, hostile_texts[i], 1000, 1000);
  tick (test, 1);
  assert_chart (test, 8, height);

  g_assert_true (sluice_traffic_chart_key (test->chart, GDK_KEY_Left, 0));
  g_assert_true (sluice_traffic_chart_key (test->chart, GDK_KEY_Return, 0));
  fixture_wait (100);
  g_assert_true (gtk_widget_get_mapped (find_button (GTK_WIDGET (test->page), "window-close-symbolic")));
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (test->chart)), ==, height);
}

int
main (int    argc,
      char **argv)
{
  static const int sizes[][2] = { { 1000, 900 }, { 1000, 600 }, { 1000, 400 }, { 360, 700 }, { 360, 400 } };

  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/traffic-page/waits-until-the-first-figures-come", test_waiting);
  ADD ("/traffic-page/says-why-nothing-can-be-measured-as-text", test_failure);
  ADD ("/traffic-page/says-rates-and-totals-in-the-chosen-units", test_figures);
  ADD ("/traffic-page/speaks-of-the-newest-point-at-once", test_newest);
  ADD ("/traffic-page/remembers-the-span-and-says-it", test_span);
  ADD ("/traffic-page/shows-one-direction-when-its-figure-is-pressed", test_directions);
  ADD ("/traffic-page/lists-who-moved-most-in-rows-that-stay", test_top);
  ADD ("/traffic-page/breaks-down-by-program-protocol-and-host", test_breakdown);
  ADD ("/traffic-page/says-how-much-is-of-others-than-those-listed", test_others);
  ADD ("/traffic-page/shows-what-belongs-to-no-program", test_unattributed);
  ADD ("/traffic-page/stands-still-while-paused", test_pause);
  ADD ("/traffic-page/speaks-of-the-moment-that-is-pinned-until-it-is-let-go", test_pin);
  ADD ("/traffic-page/averages-the-span-that-is-selected", test_selection);
  ADD ("/traffic-page/says-when-no-network-is-up-and-follows-the-scope", test_scope);
  ADD ("/traffic-page/shows-hostile-names-as-text", test_hostile);
  ADD ("/traffic-page/catches-up-when-it-is-seen-again", test_unseen);
  ADD ("/traffic-page/fits-the-narrowest-window", test_narrow);
  ADD ("/traffic-page/says-what-time-it-speaks-of-at-any-width", test_sentence);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path
        = g_strdup_printf ("/traffic-page/keeps-the-chart-as-high-as-it-is/%d-%d", sizes[i][0], sizes[i][1]);

      g_test_add (path, Case, sizes[i], set_up, test_steady, tear_down);
    }

  return g_test_run ();
}
