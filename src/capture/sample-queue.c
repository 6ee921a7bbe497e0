#include "capture/sample-queue.h"

#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TSAN 1
#endif
#endif

/* GLib is not built with ThreadSanitizer, which then cannot see that its locks order writer and reader:
 * say so. */
#ifdef TSAN
void __tsan_acquire (void *address);
void __tsan_release (void *address);
#define HANDED_OVER(object) __tsan_release (object)
#define TAKEN_OVER(object) __tsan_acquire (object)
#else
#define HANDED_OVER(object) ((void) (object))
#define TAKEN_OVER(object) ((void) (object))
#endif

struct _SluiceSampleQueue
{
  gatomicrefcount reference_count;
  guint bound;
  GAsyncQueue *queue;
  int room_fd; /* atomic: the writer's, which awaits room; -1 is none */
  GMutex context_lock;
  GMainContext *context; /* of the reader's source, woken at each push; NULL while there is none */
};

typedef struct
{
  GSource source;
  SluiceSampleQueue *queue;
} QueueSource;

static void
lock_context (SluiceSampleQueue *queue)
{
  g_mutex_lock (&queue->context_lock);
  TAKEN_OVER (&queue->context_lock);
}

static void
unlock_context (SluiceSampleQueue *queue)
{
  HANDED_OVER (&queue->context_lock);
  g_mutex_unlock (&queue->context_lock);
}

/**
 * sluice_sample_queue_new:
 * @bound: how many samples wait at the most, at least 2
 *
 * Returns: (transfer full): an empty queue
 */
SluiceSampleQueue *
sluice_sample_queue_new (guint bound)
{
  SluiceSampleQueue *queue = g_new0 (SluiceSampleQueue, 1);

  g_atomic_ref_count_init (&queue->reference_count);
  queue->bound = MAX (bound, 2);
  queue->room_fd = -1;
  queue->queue = g_async_queue_new_full ((GDestroyNotify) sluice_sample_unref);
  g_mutex_init (&queue->context_lock);
  return queue;
}

SluiceSampleQueue *
sluice_sample_queue_ref (SluiceSampleQueue *queue)
{
  g_atomic_ref_count_inc (&queue->reference_count);
  return queue;
}

void
sluice_sample_queue_unref (SluiceSampleQueue *queue)
{
  if (!g_atomic_ref_count_dec (&queue->reference_count))
    return;
  g_async_queue_unref (queue->queue);
  g_mutex_clear (&queue->context_lock);
  g_free (queue);
}

/**
 * sluice_sample_queue_push:
 * @queue: a queue
 * @sample: (transfer full): the next sample; immutable from now on
 *
 * Hands a sample over and wakes the reader. Where the queue is full the two oldest become one: the newest keep their
 * detail.
 */
void
sluice_sample_queue_push (SluiceSampleQueue *queue, SluiceSample *sample)
{
  HANDED_OVER (sample);
  g_async_queue_lock (queue->queue);
  if (g_async_queue_length_unlocked (queue->queue) >= (gint) queue->bound)
    {
      g_autoptr (SluiceSample) oldest = g_async_queue_try_pop_unlocked (queue->queue);
      g_autoptr (SluiceSample) next = g_async_queue_try_pop_unlocked (queue->queue);
      SluiceSample *sum = sluice_sample_merge (oldest, next);

      HANDED_OVER (sum);
      g_async_queue_push_front_unlocked (queue->queue, sum);
    }
  g_async_queue_push_unlocked (queue->queue, sample);
  g_async_queue_unlock (queue->queue);

  lock_context (queue);
  if (queue->context != NULL)
    g_main_context_wakeup (queue->context);
  unlock_context (queue);
}

/**
 * sluice_sample_queue_pop:
 * @queue: a queue
 *
 * Never waits.
 *
 * Returns: (transfer full) (nullable): the oldest sample, or %NULL where none waits
 */
SluiceSample *
sluice_sample_queue_pop (SluiceSampleQueue *queue)
{
  SluiceSample *sample = g_async_queue_try_pop (queue->queue);
  int room_fd = g_atomic_int_get (&queue->room_fd);
  guint64 one = 1;

  if (sample == NULL)
    return NULL;
  TAKEN_OVER (sample);
  /* It can fail only when the counter is full, and then the writer is woken already. */
  if (room_fd >= 0 && write (room_fd, &one, sizeof one) < 0)
    g_debug ("writer is woken already");
  return sample;
}

/**
 * sluice_sample_queue_is_full:
 * @queue: a queue
 *
 * Returns: whether one more sample would have others merged
 */
gboolean
sluice_sample_queue_is_full (SluiceSampleQueue *queue)
{
  return g_async_queue_length (queue->queue) >= (gint) queue->bound;
}

/**
 * sluice_sample_queue_tell_room:
 * @queue: a queue
 * @event_fd: the writer's eventfd(2), written at each pop; or -1 for none
 *
 * For a writer that can wait, such as one that reads a file: it lets the reader take each sample as it is. The reader
 * does not pop at the moment when the descriptor is closed.
 */
void
sluice_sample_queue_tell_room (SluiceSampleQueue *queue, int event_fd)
{
  g_atomic_int_set (&queue->room_fd, event_fd);
}

static gboolean
queue_source_check (GSource *source)
{
  return g_async_queue_length (((QueueSource *) source)->queue->queue) > 0;
}

static gboolean
queue_source_prepare (GSource *source, gint *timeout)
{
  *timeout = -1;
  return queue_source_check (source);
}

static gboolean
queue_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback != NULL ? callback (user_data) : G_SOURCE_REMOVE;
}

static void
queue_source_finalize (GSource *source)
{
  SluiceSampleQueue *queue = ((QueueSource *) source)->queue;

  lock_context (queue);
  g_clear_pointer (&queue->context, g_main_context_unref);
  unlock_context (queue);
  sluice_sample_queue_unref (queue);
}

/**
 * sluice_sample_queue_attach:
 * @queue: a queue
 * @context: the reader's main context
 * @callback: called once a wake-up, and again as long as samples wait
 * @user_data: for @callback
 *
 * Wakes @context whenever samples wait. One source a queue at a time.
 *
 * Returns: (transfer full): the source, to be destroyed by the reader
 */
GSource *
sluice_sample_queue_attach (SluiceSampleQueue *queue, GMainContext *context, GSourceFunc callback, gpointer user_data)
{
  static GSourceFuncs functions = {
    .prepare = queue_source_prepare,
    .check = queue_source_check,
    .dispatch = queue_source_dispatch,
    .finalize = queue_source_finalize,
  };
  GSource *source = g_source_new (&functions, sizeof (QueueSource));

  g_source_set_static_name (source, "sluice-sample-queue");
  ((QueueSource *) source)->queue = sluice_sample_queue_ref (queue);
  g_source_set_callback (source, callback, user_data, NULL);
  lock_context (queue);
  queue->context = g_main_context_ref (context);
  unlock_context (queue);
  g_source_attach (source, context);
  return source;
}
