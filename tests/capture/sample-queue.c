#include "capture/sample-queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define N_PUSHED 1000

/* The sample number @i: one link that moved @i bytes. */
static SluiceSample *
make (guint i)
{
  SluiceSample *sample = sluice_sample_new ();
  SluiceInterfaceRow row = {
    .interface = sluice_interface_new (1, 1, "eth0"),
    .bytes = { i, 2 * i },
    .unattributed = { [SLUICE_CAUSE_NOT_SEEN] = { i, 2 * i } },
    .total_bytes = { i * 10, i * 20 },
  };

  sample->time = i;
  sample->duration = 1;
  g_array_append_val (sample->interfaces, row);
  return sample;
}

/* What came out of a queue, all in all. */
typedef struct
{
  guint n_samples;
  guint n_merged;
  gint64 duration;
  gint64 last_time;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} Sum;

static void
take (Sum *sum, SluiceSample *sample)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sluice_sample_check_books (sample, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sample->time, >, sum->last_time);
  sum->last_time = sample->time;
  sum->n_samples++;
  sum->n_merged += sample->n_merged;
  sum->duration += sample->duration;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    sum->bytes[d] += sluice_sample_interface (sample, 0)->bytes[d];
  sluice_sample_unref (sample);
}

static void
drain (SluiceSampleQueue *queue, Sum *sum)
{
  SluiceSample *sample;

  while ((sample = sluice_sample_queue_pop (queue)) != NULL)
    take (sum, sample);
}

static void
assert_whole (const Sum *sum)
{
  g_assert_cmpuint (sum->n_merged, ==, N_PUSHED);
  g_assert_cmpint (sum->duration, ==, N_PUSHED);
  g_assert_cmpint (sum->last_time, ==, N_PUSHED);
  g_assert_cmpuint (sum->bytes[SLUICE_RX], ==, N_PUSHED * (N_PUSHED + 1) / 2);
  g_assert_cmpuint (sum->bytes[SLUICE_TX], ==, N_PUSHED * (N_PUSHED + 1));
}

static void
test_order (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  Sum sum = { 0 };

  g_assert_null (sluice_sample_queue_pop (queue));
  for (guint i = 1; i <= 8; i++)
    sluice_sample_queue_push (queue, make (i));
  drain (queue, &sum);
  g_assert_cmpuint (sum.n_samples, ==, 8);
  g_assert_cmpuint (sum.n_merged, ==, 8);
}

static void
test_bound (void)
{
  for (guint bound = 0; bound <= 5; bound++)
    {
      g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (bound);
      Sum sum = { 0 };

      for (guint i = 1; i <= N_PUSHED; i++)
        sluice_sample_queue_push (queue, make (i));
      drain (queue, &sum);
      assert_whole (&sum);
      g_assert_cmpuint (sum.n_samples, ==, MAX (bound, 2));
    }
}

static void
test_newest (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (3);

  for (guint i = 1; i <= 10; i++)
    sluice_sample_queue_push (queue, make (i));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SluiceSample) sample = sluice_sample_queue_pop (queue);

      g_assert_cmpuint (sample->n_merged, ==, i == 0 ? 8 : 1);
      g_assert_cmpint (sample->time, ==, 8 + i);
    }
}

static void
test_freed (void)
{
  SluiceSampleQueue *queue = sluice_sample_queue_new (3);
  SluiceSample *sample = make (1);

  sluice_sample_queue_push (queue, sluice_sample_ref (sample));
  sluice_sample_queue_ref (queue);
  sluice_sample_queue_unref (queue);
  sluice_sample_queue_unref (queue);
  g_assert_true (g_atomic_ref_count_compare (&sample->reference_count, 1));
  sluice_sample_unref (sample);
}

/* A reader on a main loop of its own. */
typedef struct
{
  SluiceSampleQueue *queue;
  GMainLoop *loop;
  Sum sum;
  guint n_wakeups;
  guint pause_us;
} Reader;

static gboolean
samples_wait_cb (gpointer user_data)
{
  Reader *reader = user_data;

  reader->n_wakeups++;
  if (reader->pause_us > 0)
    g_usleep (reader->pause_us);
  drain (reader->queue, &reader->sum);
  if (reader->sum.n_merged == N_PUSHED)
    g_main_loop_quit (reader->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_assert_not_reached ();
}

static gpointer
writer_thread (gpointer data)
{
  for (guint i = 1; i <= N_PUSHED; i++)
    {
      sluice_sample_queue_push (data, make (i));
      if (i % 100 == 0)
        g_usleep (1000);
    }
  return NULL;
}

static void
read_all (guint pause_us)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  Reader reader = { .queue = queue, .loop = loop, .pause_us = pause_us };
  g_autoptr (GSource) source = sluice_sample_queue_attach (queue, context, samples_wait_cb, &reader);
  g_autoptr (GSource) timeout = g_timeout_source_new_seconds (30);
  GThread *writer = g_thread_new ("writer", writer_thread, queue);

  g_source_set_callback (timeout, give_up_cb, NULL, NULL);
  g_source_attach (timeout, context);
  g_main_loop_run (loop);
  g_thread_join (writer);
  assert_whole (&reader.sum);
  g_assert_cmpuint (reader.n_wakeups, <=, N_PUSHED);
  g_source_destroy (timeout);
  g_source_destroy (source);
}

static void
test_reader (void)
{
  read_all (0);
}

static void
test_slow_reader (void)
{
  read_all (3000);
}

static void
test_detached (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  Reader reader = { .queue = queue };

  for (guint round = 1; round <= 2; round++)
    {
      GSource *source = sluice_sample_queue_attach (queue, context, samples_wait_cb, &reader);

      sluice_sample_queue_push (queue, make (2 * round));
      g_assert_true (g_main_context_iteration (context, FALSE));
      g_assert_false (g_main_context_iteration (context, FALSE));
      g_assert_cmpuint (reader.n_wakeups, ==, round);
      g_source_destroy (source);
      g_source_unref (source);
      /* Nobody listens; it waits for the next who does. */
      sluice_sample_queue_push (queue, make (2 * round + 1));
      g_assert_false (g_main_context_iteration (context, FALSE));
    }
}

static void
test_tells_room (void)
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (2);
  int fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  guint64 count;

  sluice_sample_queue_tell_room (queue, fd);
  sluice_sample_queue_push (queue, make (1));
  g_assert_false (sluice_sample_queue_is_full (queue));
  sluice_sample_queue_push (queue, make (2));
  g_assert_true (sluice_sample_queue_is_full (queue));
  g_assert_cmpint (read (fd, &count, sizeof count), ==, -1);
  sluice_sample_unref (sluice_sample_queue_pop (queue));
  g_assert_false (sluice_sample_queue_is_full (queue));
  g_assert_cmpint (read (fd, &count, sizeof count), ==, sizeof count);
  sluice_sample_queue_tell_room (queue, -1);
  sluice_sample_unref (sluice_sample_queue_pop (queue));
  g_assert_cmpint (read (fd, &count, sizeof count), ==, -1);
  /* Nor is anything told where there was nothing. */
  sluice_sample_queue_tell_room (queue, fd);
  g_assert_null (sluice_sample_queue_pop (queue));
  g_assert_cmpint (read (fd, &count, sizeof count), ==, -1);
  close (fd);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sample-queue/samples-come-in-their-order", test_order);
  g_test_add_func ("/sample-queue/a-reader-that-stops-reading-loses-no-byte", test_bound);
  g_test_add_func ("/sample-queue/the-newest-keep-their-detail", test_newest);
  g_test_add_func ("/sample-queue/what-waits-is-freed-with-the-queue", test_freed);
  g_test_add_func ("/sample-queue/a-reader-on-a-main-loop-is-woken", test_reader);
  g_test_add_func ("/sample-queue/a-slow-reader-gets-every-byte", test_slow_reader);
  g_test_add_func ("/sample-queue/a-reader-may-go-and-another-come", test_detached);
  g_test_add_func ("/sample-queue/a-writer-that-waits-is-told-of-room", test_tells_room);

  return g_test_run ();
}
