/*
 * A window with nothing in it but a chart, for looking at it and for measuring what it costs.
 *
 *   chart [--data busy|idle|gap|burst|short] [--span SECONDS] [--size WxH] [--only download|upload] [--bytes]
 *         [--compact] [--hand] [--paused]
 *         [--png FILE]      writes a picture of the window and ends
 *         [--seconds N]     runs that long with a new point a second and prints the CPU time used, in percent of a core
 */
#include <adwaita.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "charts/share-bar.h"
#include "charts/sparkline.h"
#include "charts/traffic-chart-private.h"

static char *data = NULL;
static char *png = NULL;
static char *size = NULL;
static int span = 60;
static int seconds = 0;
static char *only = NULL;
static gboolean bytes = FALSE;
static gboolean compact = FALSE;
static gboolean hand = FALSE;
static gboolean paused = FALSE;
static gboolean hidden = FALSE;

static const GOptionEntry options[] = {
  { "data", 0, 0, G_OPTION_ARG_STRING, &data, "busy, idle, gap, burst or short", "KIND" },
  { "span", 0, 0, G_OPTION_ARG_INT, &span, "Length of the time axis", "SECONDS" },
  { "size", 0, 0, G_OPTION_ARG_STRING, &size, "Size of the window", "WxH" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "One direction", "download|upload" },
  { "bytes", 0, 0, G_OPTION_ARG_NONE, &bytes, "Rates in bytes", NULL },
  { "compact", 0, 0, G_OPTION_ARG_NONE, &compact, "As at the side", NULL },
  { "hand", 0, 0, G_OPTION_ARG_NONE, &hand, "With cursor, pin and selection", NULL },
  { "paused", 0, 0, G_OPTION_ARG_NONE, &paused, "Held still", NULL },
  { "hidden", 0, 0, G_OPTION_ARG_NONE, &hidden, "Window not shown", NULL },
  { "png", 0, 0, G_OPTION_ARG_FILENAME, &png, "Write a picture", "FILE" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Measure", "N" },
  { NULL },
};

typedef struct
{
  SluiceSeries *series;
  SluiceTrafficChart *chart;
  GtkWidget *sparkline;
  GtkWidget *window;
  GMainLoop *loop;
  guint tick;
  gboolean saved;
} Bench;

/* The same every time: no random numbers. */
static void
append (Bench *bench,
        gint64 time,
        int    i)
{
  const double wave = 1 + sin (i / 7.0) * 0.5 + sin (i / 2.3) * 0.3 + sin (i * 12.9898) * 0.2;
  SluicePoint point = { time, G_USEC_PER_SEC, 2.2e6 * wave, 1.3e5 * (1.3 + sin (i / 5.0) + sin (i * 4.1) * 0.2) };

  if (g_strcmp0 (data, "idle") == 0)
    {
      point.rx = i % 20 == 0 ? 60 : 0;
      point.tx = i % 25 == 0 ? 50 : 0;
    }
  else if (g_strcmp0 (data, "burst") == 0)
    {
      point.rx = i % 40 == 20 ? 5e6 : 3e4 * (1 + sin (i));
      point.tx = i % 40 == 10 ? 8e5 : 8e3;
    }
  else if (g_strcmp0 (data, "short") == 0 && i < span - 12)
    return;
  else if (g_strcmp0 (data, "gap") == 0 && ((i >= 20 && i < 27) || i == 40 || i == 42))
    return;
  sluice_series_append (bench->series, &point);
}

static gboolean
second_cb (gpointer user_data)
{
  Bench *bench = user_data;

  append (bench, sluice_traffic_chart_now (), (int) ++bench->tick);
  sluice_traffic_chart_update (bench->chart);
  sluice_sparkline_set_now (SLUICE_SPARKLINE (bench->sparkline), sluice_traffic_chart_now ());
  return G_SOURCE_CONTINUE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
save (Bench *bench)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (bench->window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable,
                          snapshot,
                          gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (bench->window)), node, NULL);
  bench->saved = gdk_texture_save_to_png (texture, png);
  if (!bench->saved)
    g_printerr ("The picture cannot be written to %s.\n", png);
}

static gboolean
picture_cb (gpointer user_data)
{
  Bench *bench = user_data;

  save (bench);
  g_main_loop_quit (bench->loop);
  return G_SOURCE_REMOVE;
}

static char **
readout_cb (GtkWidget *chart,
            gint64     from,
            gint64     to,
            gpointer   user_data)
{
  const char *lines[] = { "Firefox 16.2 Mbit/s", "curl 3.1 Mbit/s", "unattributed 120 kbit/s", NULL };

  return g_strdupv ((char **) (gpointer) lines);
}

static GtkWidget *
build (Bench *bench)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *bar = sluice_share_bar_new ();
  GtkWidget *foreign = sluice_share_bar_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  bench->chart = SLUICE_TRAFFIC_CHART (sluice_traffic_chart_new ());
  bench->sparkline = sluice_sparkline_new ();
  sluice_traffic_chart_set_series (bench->chart, bench->series);
  sluice_traffic_chart_set_span (bench->chart, (gint64) span * G_USEC_PER_SEC);
  sluice_traffic_chart_set_compact (bench->chart, compact);
  sluice_traffic_chart_set_units (bench->chart, bytes ? SLUICE_RATE_UNIT_BYTES : SLUICE_RATE_UNIT_BITS);
  if (only != NULL)
    sluice_traffic_chart_set_directions (bench->chart, g_strcmp0 (only, "upload") == 0 ? SLUICE_CHART_UPLOAD
                                                                                       : SLUICE_CHART_DOWNLOAD);
  sluice_traffic_chart_set_readout (bench->chart, readout_cb, NULL, NULL);
  sluice_sparkline_set_series (SLUICE_SPARKLINE (bench->sparkline), bench->series);
  sluice_sparkline_set_now (SLUICE_SPARKLINE (bench->sparkline), sluice_traffic_chart_now ());
  sluice_share_bar_set_shares (SLUICE_SHARE_BAR (bar), 0.6, 0.1);
  sluice_share_bar_set_shares (SLUICE_SHARE_BAR (foreign), 0.2, 0.02);
  sluice_share_bar_set_hatched (SLUICE_SHARE_BAR (foreign), TRUE);

  gtk_widget_set_vexpand (GTK_WIDGET (bench->chart), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (bench->chart), TRUE);
  gtk_widget_set_margin_top (GTK_WIDGET (bench->chart), 6);
  gtk_widget_set_margin_bottom (GTK_WIDGET (bench->chart), 6);
  gtk_widget_set_margin_start (GTK_WIDGET (bench->chart), 6);
  gtk_widget_set_margin_end (GTK_WIDGET (bench->chart), 6);
  gtk_widget_add_css_class (frame, "card");
  gtk_box_append (GTK_BOX (frame), GTK_WIDGET (bench->chart));
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), frame);
  gtk_box_append (GTK_BOX (row), bench->sparkline);
  gtk_box_append (GTK_BOX (row), bar);
  gtk_box_append (GTK_BOX (row), foreign);
  gtk_box_append (GTK_BOX (box), row);
  return box;
}

static void
put_hand (Bench *bench)
{
  const gint64 now = sluice_traffic_chart_now ();

  gtk_window_set_focus_visible (GTK_WINDOW (bench->window), FALSE);
  bench->chart->selected = TRUE;
  bench->chart->selection = (SluiceChartSpan){ now - span * 500000ll, now - span * 350000ll };
  sluice_traffic_chart_set_pin (bench->chart, sluice_traffic_chart_point_at (bench->chart, now - span * 800000ll));
  bench->chart->cursor = SLUICE_CURSOR_KEYS;
  bench->chart->cursor_time = now - span * 200000ll;
  gtk_widget_queue_draw (GTK_WIDGET (bench->chart));
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
measure (Bench *bench)
{
  double before;

  /* The first seconds are for starting. */
  g_timeout_add (2000, quit_cb, bench->loop);
  g_main_loop_run (bench->loop);
  before = cpu_seconds ();
  g_timeout_add ((guint) seconds * 1000, quit_cb, bench->loop);
  g_main_loop_run (bench->loop);
  g_print ("%.2f %% of a core over %d s\n", (cpu_seconds () - before) / seconds * 100, seconds);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Bench bench = { 0 };
  int width = 800;
  int height = 420;
  gint64 now;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (size != NULL && sscanf (size, "%dx%d", &width, &height) != 2)
    {
      g_printerr ("A size is written as 800x420.\n");
      return 2;
    }

  adw_init ();
  bench.series = sluice_series_new (86400);
  bench.loop = g_main_loop_new (NULL, FALSE);
  now = sluice_traffic_chart_now ();
  for (int i = -span - 3; i <= 0; i++)
    append (&bench, now + (gint64) i * G_USEC_PER_SEC, (int) ++bench.tick);
  bench.window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (bench.window), width, height);
  gtk_window_set_child (GTK_WINDOW (bench.window), build (&bench));
  if (!hidden)
    gtk_window_present (GTK_WINDOW (bench.window));
  g_timeout_add (1000, second_cb, &bench);

  if (png != NULL)
    {
      for (int i = 0; i < 50 || g_main_context_pending (NULL); i++)
        g_main_context_iteration (NULL, FALSE), g_usleep (4000);
      if (hand)
        put_hand (&bench);
      sluice_traffic_chart_set_paused (bench.chart, paused);
      g_timeout_add (500, picture_cb, &bench);
      g_main_loop_run (bench.loop);
    }
  else if (seconds > 0)
    measure (&bench);
  else
    g_main_loop_run (bench.loop);

  gtk_window_destroy (GTK_WINDOW (bench.window));
  sluice_series_unref (bench.series);
  g_main_loop_unref (bench.loop);
  return png != NULL && !bench.saved ? 1 : 0;
}
