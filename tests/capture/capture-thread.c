#include "capture/capture-thread.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

/* A source that counts how often it is read and by whom. */
typedef struct
{
  SluiceSource source;
  GThread *reader;
  int n_reads;          /* atomic */
  int n_freed;          /* atomic */
  int with_connections; /* atomic: as of the last read */
  guint pause_us;
} FakeSource;

static SluiceSample *
fake_source_read (SluiceSource *source, gboolean with_connections)
{
  FakeSource *self = (FakeSource *) source;
  SluiceSample *sample = sluice_sample_new ();

  g_assert_true (self->reader == NULL || self->reader == g_thread_self ());
  self->reader = g_thread_self ();
  if (self->pause_us > 0)
    g_usleep (self->pause_us);
  g_atomic_int_set (&self->with_connections, with_connections);
  g_atomic_int_inc (&self->n_reads);
  sample->time = g_get_monotonic_time ();
  return sample;
}

static void
fake_source_free (SluiceSource *source)
{
  g_atomic_int_inc (&((FakeSource *) source)->n_freed);
}

static FakeSource
make_source (void)
{
  return (FakeSource){ .source = { .read = fake_source_read, .free = fake_source_free } };
}

static SluiceCaptureThread *
start_with_first (FakeSource *source, SluiceSampleQueue *queue, guint interval_ms, guint first_ms)
{
  g_autoptr (GError) error = NULL;
  SluiceCaptureThread *thread
      = sluice_capture_thread_start (&source->source, queue, interval_ms, first_ms, FALSE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (thread);
  return thread;
}

static SluiceCaptureThread *
start (FakeSource *source, SluiceSampleQueue *queue, guint interval_ms)
{
  return start_with_first (source, queue, interval_ms, 0);
}

/* Waits until the source was read so often; says how long that took, ms. */
static double
wait_for (FakeSource *source, int n_reads)
{
  gint64 begin = g_get_monotonic_time ();

  while (g_atomic_int_get (&source->n_reads) < n_reads)
    {
      g_assert_cmpint (g_get_monotonic_time () - begin, <, 20 * G_USEC_PER_SEC);
      g_usleep (200);
    }
  return (g_get_monotonic_time () - begin) / 1000.0;
}

static void
test_first_sample (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < 5; i++)
    {
      FakeSource source = make_source ();
      SluiceCaptureThread *thread = start (&source, queue, SLUICE_INTERVAL_MAX_MS);

      best = MIN (best, wait_for (&source, 1));
      sluice_capture_thread_stop (thread);
    }
  g_assert_cmpfloat (best, <, 100);
}

static void
test_first_tick (void)
{
  FakeSource source = make_source ();
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  SluiceCaptureThread *thread = start_with_first (&source, queue, 60000, 100);
  g_autoptr (SluiceSample) at_once = NULL;
  g_autoptr (SluiceSample) soon = NULL;
  g_autoptr (SluiceSample) last = NULL;

  g_assert_cmpfloat (wait_for (&source, 2), <, 1000);
  /* From then on the interval holds. */
  g_usleep (400 * 1000);
  g_assert_cmpint (g_atomic_int_get (&source.n_reads), ==, 2);
  sluice_capture_thread_stop (thread);
  at_once = sluice_sample_queue_pop (queue);
  soon = sluice_sample_queue_pop (queue);
  last = sluice_sample_queue_pop (queue);
  g_assert_false (at_once->is_first_look);
  g_assert_true (soon->is_first_look);
  g_assert_false (last->is_first_look);
}

static void
test_stop (void)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
      FakeSource source = make_source ();
      SluiceCaptureThread *thread = start (&source, queue, SLUICE_INTERVAL_MAX_MS);
      gint64 begin;

      wait_for (&source, 1);
      g_usleep (5000);
      begin = g_get_monotonic_time ();
      sluice_capture_thread_stop (thread);
      best = MIN (best, (g_get_monotonic_time () - begin) / 1000.0);
      /* Up to now, and no more. */
      g_assert_cmpint (source.n_reads, ==, 2);
      g_assert_cmpint (source.n_freed, ==, 1);
      for (guint n = 0; n < 2; n++)
        {
          g_autoptr (SluiceSample) sample = sluice_sample_queue_pop (queue);

          g_assert_nonnull (sample);
        }
      g_assert_null (sluice_sample_queue_pop (queue));
    }
  g_test_message ("stopped within %.2f ms", best);
  g_assert_cmpfloat (best, <, 100);
}

static void
test_stop_at_once (void)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (2);
      FakeSource source = make_source ();

      sluice_capture_thread_stop (start (&source, queue, 100));
      g_assert_cmpint (source.n_reads, >=, 2);
      g_assert_cmpint (source.n_freed, ==, 1);
    }
}

static void
test_beat (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (100);
  FakeSource source = make_source ();
  SluiceCaptureThread *thread;

  /* Reading takes a good part of the interval, and the beat is kept all the same. */
  source.pause_us = 30 * 1000;
  thread = start (&source, queue, 100);
  g_usleep (1550 * 1000);
  sluice_capture_thread_stop (thread);
  g_test_message ("%d samples in 1.55 s", source.n_reads);
  g_assert_cmpint (source.n_reads, <=, 18);
  g_assert_cmpint (source.n_reads, >=, 10);
}

static void
test_interval (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  FakeSource source = make_source ();
  SluiceCaptureThread *thread = start (&source, queue, SLUICE_INTERVAL_MAX_MS);

  wait_for (&source, 1);
  sluice_capture_thread_set_interval (thread, 100);
  wait_for (&source, 3);
  sluice_capture_thread_set_interval (thread, SLUICE_INTERVAL_MAX_MS);
  g_usleep (300 * 1000);
  g_assert_cmpint (g_atomic_int_get (&source.n_reads), <=, 4);
  sluice_capture_thread_stop (thread);
}

static void
test_interval_bounds (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  FakeSource source = make_source ();
  int n_reads;
  gint64 begin = g_get_monotonic_time ();
  SluiceCaptureThread *thread = start (&source, queue, 0);

  g_usleep (450 * 1000);
  /* One at once, then one each shortest interval, however long the sleep has taken. */
  g_assert_cmpint (g_atomic_int_get (&source.n_reads), <=,
                   2 + (g_get_monotonic_time () - begin) / (SLUICE_INTERVAL_MIN_MS * 1000));
  sluice_capture_thread_set_interval (thread, G_MAXUINT);
  g_usleep (50 * 1000);
  n_reads = g_atomic_int_get (&source.n_reads);
  g_usleep (250 * 1000);
  g_assert_cmpint (g_atomic_int_get (&source.n_reads), <=, n_reads + 1);
  sluice_capture_thread_stop (thread);
}

static void
test_connections (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  FakeSource source = make_source ();
  SluiceCaptureThread *thread = start (&source, queue, 100);

  wait_for (&source, 1);
  g_assert_false (g_atomic_int_get (&source.with_connections));
  sluice_capture_thread_set_connections (thread, TRUE);
  wait_for (&source, 3);
  g_assert_true (g_atomic_int_get (&source.with_connections));
  sluice_capture_thread_set_connections (thread, FALSE);
  wait_for (&source, 5);
  g_assert_false (g_atomic_int_get (&source.with_connections));
  sluice_capture_thread_stop (thread);
}

static void
test_no_reader (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (2);
  FakeSource source = make_source ();
  SluiceCaptureThread *thread = start (&source, queue, 100);
  guint n_merged = 0;
  guint n_samples = 0;
  SluiceSample *sample;

  wait_for (&source, 6);
  sluice_capture_thread_stop (thread);
  while ((sample = sluice_sample_queue_pop (queue)) != NULL)
    {
      n_samples++;
      n_merged += sample->n_merged;
      sluice_sample_unref (sample);
    }
  g_assert_cmpuint (n_samples, ==, 2);
  g_assert_cmpuint (n_merged, ==, source.n_reads);
}

static void
test_no_descriptor (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (2);
  g_autoptr (GError) error = NULL;
  FakeSource source = make_source ();
  struct rlimit before, none;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = 0;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  g_assert_null (sluice_capture_thread_start (&source.source, queue, 100, 0, FALSE, &error));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_MFILE);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_cmpint (source.n_freed, ==, 1);
}

/* A source with a descriptor: each byte that it is given is a sample, and the last one ends it. */
typedef struct
{
  FakeSource fake; /* first */
  int n_dispatched; /* atomic */
  int n_last;
} WokenSource;

static SluiceSample *
woken_source_dispatch (SluiceSource *source, gboolean with_connections)
{
  WokenSource *self = (WokenSource *) source;
  guint64 count;
  SluiceSample *sample;

  if (read (source->descriptor, &count, sizeof count) < 0)
    return NULL;
  sample = sluice_sample_new ();
  sample->n_merged = 1;
  sample->ended = g_atomic_int_add (&self->n_dispatched, 1) + 1 == self->n_last;
  return sample;
}

static WokenSource
make_woken_source (gboolean own_time, guint64 n)
{
  WokenSource source = { .fake = make_source (), .n_last = own_time ? (int) n : 0 };

  source.fake.source.own_time = own_time;
  source.fake.source.dispatch = woken_source_dispatch;
  source.fake.source.descriptor = eventfd ((unsigned int) n, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
  return source;
}

static void
test_woken (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  WokenSource source = make_woken_source (FALSE, 0);
  SluiceCaptureThread *thread = start (&source.fake, queue, SLUICE_INTERVAL_MAX_MS);
  const guint64 two = 2;

  wait_for (&source.fake, 1);
  g_assert_cmpint (write (source.fake.source.descriptor, &two, sizeof two), ==, sizeof two);
  g_usleep (100 * 1000);
  g_assert_cmpint (g_atomic_int_get (&source.n_dispatched), ==, 2);
  /* It was no tick. */
  g_assert_cmpint (g_atomic_int_get (&source.fake.n_reads), ==, 1);
  sluice_capture_thread_stop (thread);
  close (source.fake.source.descriptor);
}

static void
test_own_time (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (3);
  WokenSource source = make_woken_source (TRUE, 20);
  SluiceCaptureThread *thread = start (&source.fake, queue, 100);

  /* Nobody reads, and nothing is merged. */
  g_usleep (300 * 1000);
  g_assert_cmpint (g_atomic_int_get (&source.n_dispatched), ==, 3);
  for (guint n = 0; n < 20;)
    {
      g_autoptr (SluiceSample) sample = sluice_sample_queue_pop (queue);

      if (sample == NULL)
        continue;
      g_assert_cmpuint (sample->n_merged, ==, 1);
      g_assert_cmpint (sample->ended, ==, ++n == 20);
    }
  sluice_capture_thread_stop (thread);
  g_assert_null (sluice_sample_queue_pop (queue));
  g_assert_cmpint (source.fake.n_reads, ==, 0);
  g_assert_cmpint (source.fake.n_freed, ==, 1);
  close (source.fake.source.descriptor);
}

static void
test_own_time_stopped (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (3);
  WokenSource source = make_woken_source (TRUE, 2);
  SluiceCaptureThread *thread;

  source.n_last = 0;
  thread = start (&source.fake, queue, 100);
  g_usleep (50 * 1000);
  sluice_capture_thread_stop (thread);
  g_assert_cmpint (source.n_dispatched, ==, 2);
  g_assert_cmpint (source.fake.n_reads, ==, 1);
  close (source.fake.source.descriptor);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/capture-thread/the-first-sample-comes-at-once", test_first_sample);
  g_test_add_func ("/capture-thread/the-first-figures-may-come-sooner-than-the-interval", test_first_tick);
  g_test_add_func ("/capture-thread/stops-at-once-with-a-last-sample", test_stop);
  g_test_add_func ("/capture-thread/may-be-stopped-before-it-has-begun", test_stop_at_once);
  g_test_add_func ("/capture-thread/keeps-its-beat", test_beat);
  g_test_add_func ("/capture-thread/a-shorter-interval-holds-at-once", test_interval);
  g_test_add_func ("/capture-thread/an-interval-is-held-within-its-bounds", test_interval_bounds);
  g_test_add_func ("/capture-thread/connection-rows-are-asked-for-and-not-any-more", test_connections);
  g_test_add_func ("/capture-thread/waits-for-no-reader", test_no_reader);
  g_test_add_func ("/capture-thread/without-a-descriptor-it-does-not-start", test_no_descriptor);
  g_test_add_func ("/capture-thread/a-source-may-wake-it-between-ticks", test_woken);
  g_test_add_func ("/capture-thread/a-source-with-its-own-time-waits-for-its-reader", test_own_time);
  g_test_add_func ("/capture-thread/a-source-with-its-own-time-is-stopped-before-its-end", test_own_time_stopped);

  return g_test_run ();
}
