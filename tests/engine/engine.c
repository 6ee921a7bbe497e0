#include "engine/engine.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What an engine handed out, and what the test does then. */
typedef struct
{
  GMainLoop *loop;
  GThread *thread;
  guint n_samples;
  guint n_wanted;
  gboolean stops;
  gboolean starts_anew;
  gint64 last_time;
  guint n_with_connections;
} Listener;

static const SluiceEngineOptions loopback = {
  .source = "kernel",
  .scope = SLUICE_SCOPE_NAMED,
  .interfaces = (const char *const[]){ "lo", NULL },
  .interval_ms = 100,
};

static void
start (SluiceEngine *engine, const SluiceEngineOptions *options)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = sluice_engine_start (engine, options, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
sample_cb (SluiceEngine *engine, SluiceSample *sample, gpointer user_data)
{
  Listener *listener = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_thread_self () == listener->thread);
  g_assert_true (sample == sluice_engine_get_latest (engine));
  g_assert_true (sluice_sample_check_books (sample, &error));
  g_assert_no_error (error);
  g_assert_true (listener->n_samples > 0 || sample->duration == 0);
  if (listener->n_samples > 0 && !listener->starts_anew)
    g_assert_cmpint (sample->time - sample->duration, ==, listener->last_time);
  listener->last_time = sample->time;
  listener->n_with_connections += sample->has_connections;
  if (++listener->n_samples != listener->n_wanted)
    return;
  if (listener->stops)
    sluice_engine_stop (engine);
  if (listener->starts_anew)
    {
      listener->n_wanted = 2 * listener->n_wanted + 10;
      listener->stops = FALSE;
      start (engine, &loopback);
      listener->starts_anew = FALSE;
      listener->n_samples = 0;
      return;
    }
  g_main_loop_quit (listener->loop);
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_assert_not_reached ();
}

static void
run (SluiceEngine *engine, Listener *listener)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint timeout = g_timeout_add_seconds (30, give_up_cb, NULL);

  listener->loop = loop;
  listener->thread = g_thread_self ();
  g_main_loop_run (loop);
  g_source_remove (timeout);
}

static void
assert_fails (const SluiceEngineOptions *options, SluiceEngineError code, const char *names)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sluice_engine_start (engine, options, &error));
  g_assert_error (error, SLUICE_ENGINE_ERROR, (int) code);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_nonnull (strstr (error->message, names));
  g_assert_null (strchr (error->message, '\x1b'));
  g_assert_false (sluice_engine_is_running (engine));
}

static void
test_errors (void)
{
  assert_fails (&(SluiceEngineOptions){ .source = "magic" }, SLUICE_ENGINE_ERROR_USAGE, "magic");
  assert_fails (&(SluiceEngineOptions){ .source = "" }, SLUICE_ENGINE_ERROR_USAGE, "auto");
  assert_fails (&(SluiceEngineOptions){ .source = "\x1b[31m" }, SLUICE_ENGINE_ERROR_USAGE, "kernel");
  assert_fails (&(SluiceEngineOptions){ .source = "bpf" }, SLUICE_ENGINE_ERROR_FAILED, "bpf");
  assert_fails (&(SluiceEngineOptions){ .scope = SLUICE_SCOPE_NAMED,
                                        .interfaces = (const char *const[]){ "lo", "no\x1bsuch0", NULL } },
                SLUICE_ENGINE_ERROR_INTERFACE, "such0");
}

static void
test_file_errors (void)
{
  g_autofree char *folder = g_dir_make_tmp ("engine-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "locked.pcap", NULL);

  assert_fails (&(SluiceEngineOptions){ .file = "/nowhere/x.pcap" }, SLUICE_ENGINE_ERROR_FAILED, "/nowhere/x.pcap");
  assert_fails (&(SluiceEngineOptions){ .file = folder }, SLUICE_ENGINE_ERROR_FAILED, "folder");
  g_assert_true (g_file_set_contents_full (path, "x", 1, G_FILE_SET_CONTENTS_NONE, 0, NULL));
  if (access (path, R_OK) != 0)
    assert_fails (&(SluiceEngineOptions){ .file = path }, SLUICE_ENGINE_ERROR_PERMISSION, "locked.pcap");
  g_remove (path);
  g_rmdir (folder);
}

/* A file of one packet of Ethernet that says nothing but that it is ARP. */
static char *
save_capture (void)
{
  static const guint32 head[] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1 };
  static const guint32 record[] = { 1700000000, 500000, 42, 42 };
  const guint8 frame[42] = { [12] = 0x08, [13] = 0x06 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  char *path = NULL;
  int fd = g_file_open_tmp ("engine-XXXXXX.pcap", &path, NULL);

  g_byte_array_append (bytes, (const guint8 *) head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) record, sizeof record);
  g_byte_array_append (bytes, frame, sizeof frame);
  g_assert_cmpint (write (fd, bytes->data, bytes->len), ==, (gssize) bytes->len);
  close (fd);
  return path;
}

static void
file_sample_cb (SluiceEngine *engine, SluiceSample *sample, gpointer user_data)
{
  Listener *listener = user_data;

  listener->n_samples++;
  if (sample->ended)
    g_main_loop_quit (listener->loop);
}

static void
test_file (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  g_autofree char *path = save_capture ();
  Listener listener = { .n_samples = 0 };
  const SluiceSample *last;

  g_signal_connect (engine, "sample", G_CALLBACK (file_sample_cb), &listener);
  start (engine, &(SluiceEngineOptions){ .file = path, .sums_only = TRUE });
  run (engine, &listener);
  last = sluice_engine_get_latest (engine);
  g_assert_true (last->is_file);
  g_assert_null (last->fault);
  g_assert_cmpstr (last->file.format, ==, "pcap");
  g_assert_cmpstr (last->file.link_type, ==, "Ethernet");
  g_assert_cmpint (last->file.first, ==, G_GINT64_CONSTANT (1700000000500000));
  g_assert_cmpint (last->file.last, ==, last->file.first);
  g_assert_cmpfloat (last->file.progress, ==, 1);
  g_assert_cmpuint (sluice_sample_interface (last, 0)->bytes[SLUICE_RX]
                      + sluice_sample_interface (last, 0)->bytes[SLUICE_TX],
                    ==, 42);
  sluice_engine_stop (engine);
  g_remove (path);
}

/* The highest tier that may be used, without a word; else the kernel's, and why. */
static void
test_auto (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  g_autoptr (SluiceEngine) packets = sluice_engine_new ();
  SluiceEngineOptions options = loopback;
  g_autoptr (GError) error = NULL;

  options.source = "pcap";
  if (sluice_engine_start (packets, &options, &error))
    g_assert_cmpint (sluice_engine_get_source (packets), ==, SLUICE_SOURCE_PCAP);
  else
    g_assert_nonnull (strstr (error->message, geteuid () == 0 ? "CAP_NET_RAW" : "setcap"));
  options.source = "auto";
  start (engine, &options);
  if (error == NULL)
    {
      g_assert_cmpint (sluice_engine_get_source (engine), ==, SLUICE_SOURCE_PCAP);
      g_assert_null (sluice_engine_get_note (engine));
      return;
    }
  g_assert_error (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_PERMISSION);
  g_assert_cmpint (sluice_engine_get_source (engine), ==, SLUICE_SOURCE_KERNEL);
  g_assert_cmpstr (sluice_engine_get_note (engine), ==, error->message);
}

static void
test_runs (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  Listener listener = { .n_wanted = 3 };
  gint64 begin = g_get_monotonic_time ();

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  g_assert_null (sluice_engine_get_latest (engine));
  start (engine, &loopback);
  g_assert_true (sluice_engine_is_running (engine));
  g_assert_cmpint (sluice_engine_get_source (engine), ==, SLUICE_SOURCE_KERNEL);
  run (engine, &listener);
  g_test_message ("three samples in %.0f ms", (g_get_monotonic_time () - begin) / 1000.0);
  g_assert_cmpuint (listener.n_with_connections, ==, 0);
  sluice_engine_stop (engine);
  g_assert_false (sluice_engine_is_running (engine));
  /* The last moments came with the stop, on this thread. */
  g_assert_cmpuint (listener.n_samples, >=, 4);
  sluice_engine_stop (engine);
}

typedef struct
{
  GMainLoop *loop;
  gboolean ok;
  GError *error;
} Start;

static void
started_cb (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  Start *start = user_data;

  start->ok = sluice_engine_start_finish (SLUICE_ENGINE (engine), result, &start->error);
  g_main_loop_quit (start->loop);
}

/* Its caller draws pictures, which are to come every 16 ms. */
static void
test_starts_meanwhile (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  SluiceEngineOptions options = { .interval_ms = 100 };
  Listener listener = { .n_wanted = 2 };
  Start start = { .loop = loop };
  gint64 took = G_MAXINT64;

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  /* Others may want the processor: the best of some. */
  for (guint i = 0; i < 3; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      sluice_engine_start_async (engine, &options, started_cb, &start);
      took = MIN (took, g_get_monotonic_time () - begin);
      g_assert_true (sluice_engine_is_running (engine));
      sluice_engine_stop (engine);
      g_assert_false (sluice_engine_is_running (engine));
      g_main_loop_run (loop);
      g_assert_false (start.ok);
      g_assert_error (start.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&start.error);
    }
  g_test_message ("its caller waits %.2f ms", (double) took / 1000);
  g_assert_cmpint (took, <, 4000);

  sluice_engine_start_async (engine, &options, started_cb, &start);
  g_main_loop_run (loop);
  g_assert_no_error (start.error);
  g_assert_true (start.ok);
  run (engine, &listener);
  sluice_engine_stop (engine);

  options.source = "magic";
  sluice_engine_start_async (engine, &options, started_cb, &start);
  g_main_loop_run (loop);
  g_assert_error (start.error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_USAGE);
  g_assert_false (sluice_engine_is_running (engine));
  g_clear_error (&start.error);
}

static void
test_restarts (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();

  for (guint i = 0; i < 20; i++)
    {
      Listener listener = { .thread = g_thread_self () };
      gulong handler = g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);

      start (engine, &loopback);
      sluice_engine_stop (engine);
      g_assert_cmpuint (listener.n_samples, ==, 2);
      g_signal_handler_disconnect (engine, handler);
    }
}

static void
test_stop_in_handler (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  Listener listener = { .n_wanted = 2, .stops = TRUE };

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  start (engine, &loopback);
  run (engine, &listener);
  g_assert_false (sluice_engine_is_running (engine));
}

static void
test_start_in_handler (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  Listener listener = { .n_wanted = 2, .stops = TRUE, .starts_anew = TRUE };

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  start (engine, &loopback);
  run (engine, &listener);
  g_assert_true (sluice_engine_is_running (engine));
  sluice_engine_stop (engine);
}

static void
test_disposed (void)
{
  SluiceEngine *engine = sluice_engine_new ();

  start (engine, &loopback);
  g_object_unref (engine);
}

static void
test_connections (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  SluiceEngineOptions options = loopback;
  Listener listener = { .n_wanted = 3 };

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  options.connections = TRUE;
  start (engine, &options);
  /* What the options ask for is not let go of by another. */
  sluice_engine_hold_connections (engine);
  sluice_engine_release_connections (engine);
  run (engine, &listener);
  g_assert_cmpuint (listener.n_with_connections, ==, 3);
  sluice_engine_stop (engine);

  /* And it ends with its run. */
  listener = (Listener){ .n_wanted = 3 };
  start (engine, &loopback);
  run (engine, &listener);
  g_assert_cmpuint (listener.n_with_connections, ==, 0);
  sluice_engine_hold_connections (engine);
  listener.n_wanted = listener.n_samples + 3;
  run (engine, &listener);
  g_assert_cmpuint (listener.n_with_connections, >=, 2);
  sluice_engine_release_connections (engine);
  sluice_engine_stop (engine);
}

static void
test_busy_reader (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  Listener listener = { .n_wanted = 2 };
  guint n_merged = 0;

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  start (engine, &loopback);
  run (engine, &listener);
  /* The main loop stands still for longer than the queue holds: what waits is merged, and nothing is missing. */
  g_usleep (1500 * 1000);
  listener.n_wanted = listener.n_samples + 1;
  run (engine, &listener);
  n_merged = sluice_engine_get_latest (engine)->n_merged;
  g_assert_cmpuint (listener.n_samples, <=, 2 + 8 + 1);
  g_assert_cmpuint (n_merged, >=, 1);
  sluice_engine_stop (engine);
}

static void
test_interval (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  SluiceEngineOptions options = loopback;
  Listener listener = { .n_wanted = 1 };

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &listener);
  sluice_engine_set_interval (engine, 100);
  options.interval_ms = 60000;
  start (engine, &options);
  run (engine, &listener);
  sluice_engine_set_interval (engine, 100);
  listener.n_wanted = 3;
  run (engine, &listener);
  sluice_engine_stop (engine);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/what-cannot-be-had-is-one-sentence", test_errors);
  g_test_add_func ("/engine/says-in-a-sentence-why-a-file-cannot-be-read", test_file_errors);
  g_test_add_func ("/engine/reads-a-capture-file-to-its-end", test_file);
  g_test_add_func ("/engine/takes-the-highest-tier-that-it-may-use", test_auto);
  g_test_add_func ("/engine/hands-samples-out-on-the-main-loop-without-a-gap", test_runs);
  g_test_add_func ("/engine/opens-its-source-while-others-draw", test_starts_meanwhile);
  g_test_add_func ("/engine/may-be-started-again", test_restarts);
  g_test_add_func ("/engine/a-handler-may-stop-it", test_stop_in_handler);
  g_test_add_func ("/engine/a-handler-may-start-it-anew", test_start_in_handler);
  g_test_add_func ("/engine/its-end-ends-the-thread", test_disposed);
  g_test_add_func ("/engine/rows-are-asked-for-by-the-options-or-while-held", test_connections);
  g_test_add_func ("/engine/a-main-loop-that-stands-still-misses-nothing", test_busy_reader);
  g_test_add_func ("/engine/a-shorter-interval-holds-at-once", test_interval);

  return g_test_run ();
}
