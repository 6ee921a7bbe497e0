#include "app/file-page.h"

#include "app/traffic-page.h"
#include "begin.h"
#include "charts/traffic-chart-private.h"
#include "programs-fixture.h"

#define SCHEMA "io.github.sluice.Sluice"
#define SECOND ((gint64) G_USEC_PER_SEC)
#define BEGIN (1700000000 * SECOND)

typedef struct
{
  GSettings *settings;
  SluiceRecording *recording;
  GtkWidget *window;
  SluiceFilePage *page;
  guint n_read;
} Case;

static void
read_cb (Case *test)
{
  test->n_read++;
}

static void
set_up (Case         *test,
        gconstpointer data)
{
  test->settings = g_settings_new (SCHEMA);
  g_settings_set_string (test->settings, "breakdown", "program");
  test->recording = sluice_recording_new ();
  test->page = SLUICE_FILE_PAGE (sluice_file_page_new (test->settings, NULL));
  g_signal_connect_swapped (test->page, "read", G_CALLBACK (read_cb), test);
  test->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (test->window), 900, 800);
  adw_window_set_content (ADW_WINDOW (test->window), GTK_WIDGET (test->page));
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (100);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  g_settings_reset (test->settings, "breakdown");
  g_object_unref (test->settings);
  g_object_unref (test->recording);
  fixture_wait (20);
}

static void
feed (Case    *test,
      gint64   second,
      gboolean ended)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  SluiceInterfaceRow row = { .interface = sluice_interface_new (1, 1, "file"), .bytes = { 1000, 0 }, .listed = TRUE };
  SluiceHostRow host = { .bytes = { 1000, 0 } };
  SluiceAddress address = sluice_address_from_ipv4 ((const guint8[]){ 198, 51, 100, 7 });

  host.host = sluice_host_new (&address);
  host.host->name = g_strdup ("example.org");
  g_array_append_val (sample->interfaces, row);
  g_array_append_val (sample->hosts, host);
  sample->has_hosts = sample->is_file = TRUE;
  sample->file.progress = 0.25;
  sample->time = sample->wall_time = BEGIN + second * SECOND;
  sample->duration = SECOND;
  sample->ended = ended;
  sluice_recording_feed (test->recording, sample);
}

static void
test_read (Case         *test,
           gconstpointer data)
{
  g_autofree char *remembered = NULL;
  GtkWidget *page = GTK_WIDGET (test->page);
  GtkProgressBar *bar = GTK_PROGRESS_BAR (find_type (page, GTK_TYPE_PROGRESS_BAR));
  SluiceTrafficChart *chart;
  gint64 from, to;

  sluice_file_page_follow (test->page, test->recording);
  feed (test, 1, FALSE);
  fixture_wait (300);
  g_assert_nonnull (find_text (page, "Reading the File"));
  g_assert_nonnull (find_text_with (page, "Read up to "));
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (bar), ==, 0.25);
  for (gint64 i = 2; i < 100; i++)
    feed (test, i, FALSE);
  feed (test, 100, TRUE);
  fixture_wait (400);
  g_assert_cmpuint (test->n_read, ==, 1);
  g_assert_null (sluice_file_page_get_fault (test->page));
  g_assert_nonnull (find_text (page, "Top hosts in view"));
  g_assert_nonnull (find_text (page, "example.org"));
  g_assert_nonnull (find_text_with (page, "Upload is what this computer and private networks sent. "));
  g_assert_nonnull (find_text (page, "All"));
  g_assert_null (find_text (page, "1 min"));
  /* There are no programs, and what is chosen here is not remembered for the traffic of now. */
  g_assert_null (find_text (page, "Programs"));
  gtk_widget_activate_action (find_type (page, SLUICE_TYPE_TRAFFIC_CHART), "traffic.breakdown", "s", "protocol");
  fixture_wait (50);
  g_assert_nonnull (find_text (page, "Top protocols in view"));
  gtk_widget_activate_action (find_type (page, SLUICE_TYPE_TRAFFIC_CHART), "traffic.breakdown", "s", "total");
  fixture_wait (50);
  g_assert_nonnull (find_text (page, "Top hosts in view"));
  remembered = g_settings_get_string (test->settings, "breakdown");
  g_assert_cmpstr (remembered, ==, "program");
  chart = SLUICE_TRAFFIC_CHART (find_type (page, SLUICE_TYPE_TRAFFIC_CHART));
  sluice_traffic_chart_get_view (chart, &from, &to);
  g_assert_cmpint (to - from, ==, 100 * SECOND);

  /* What is selected can be shown alone, and all again. */
  sluice_traffic_chart_key (chart, GDK_KEY_End, 0);
  for (guint i = 0; i < 3; i++)
    sluice_traffic_chart_key (chart, GDK_KEY_Page_Up, GDK_SHIFT_MASK);
  gtk_widget_activate_action (GTK_WIDGET (chart), "traffic.zoom-in", NULL);
  sluice_traffic_chart_get_view (chart, &from, &to);
  g_assert_cmpint (to - from, ==, 31 * SECOND);
  g_assert_false (sluice_traffic_chart_get_selection (chart, &from, &to));
  fixture_wait (50);
  gtk_widget_activate_action (GTK_WIDGET (chart), "traffic.zoom-out", NULL);
  sluice_traffic_chart_get_view (chart, &from, &to);
  g_assert_cmpint (to - from, ==, 100 * SECOND);
}

static void
test_missing (Case         *test,
              gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/<b>at</b> all.pcap");

  sluice_file_page_open (test->page, file, NULL);
  fixture_wait (300);
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "The File Cannot Be Shown"));
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "There is no file “/nowhere/<b>at</b> all.pcap”."));
}

static void
test_remote (Case         *test,
             gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_uri ("http://example.org/some.pcap");

  sluice_file_page_open (test->page, file, NULL);
  fixture_wait (300);
  g_assert_nonnull (find_text_with (GTK_WIDGET (test->page), "Only files of this computer"));
}

static void
test_nothing (Case         *test,
              gconstpointer data)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();

  sluice_file_page_follow (test->page, test->recording);
  sample->ended = TRUE;
  sluice_recording_feed (test->recording, sample);
  fixture_wait (300);
  g_assert_nonnull (find_text (GTK_WIDGET (test->page), "There is no packet in this file."));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/file-page/shows-a-recording-and-zooms-into-it", test_read);
  ADD ("/file-page/says-as-text-why-a-file-cannot-be-shown", test_missing);
  ADD ("/file-page/says-that-a-remote-file-has-to-be-copied", test_remote);
  ADD ("/file-page/says-that-there-is-no-packet", test_nothing);

  return g_test_run ();
}
