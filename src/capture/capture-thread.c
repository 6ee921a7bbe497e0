#include "sluice-config.h"

#include "capture/capture-thread.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct _SluiceCaptureThread
{
  GThread *thread;
  SluiceSource *source;     /* the capture thread's */
  SluiceSampleQueue *queue; /* has its own locking */
  int wake_fd;              /* written by others, read by the capture thread */
  int interval_ms;          /* atomic */
  guint first_ms;           /* the capture thread's: how long the first tick is awaited; 0 is the interval */
  int with_connections;     /* atomic */
  int stop;                 /* atomic */
};

static void
wake (SluiceCaptureThread *thread)
{
  guint64 one = 1;

  /* It can fail only when the counter is full, and then the thread is woken already. */
  if (write (thread->wake_fd, &one, sizeof one) < 0)
    g_debug ("capture thread is woken already");
}

/* Sleeps until @deadline (µs; -1 is none), until somebody wakes the thread or, where @with_source, until its source has
 * something to do: whether it has. */
static gboolean
sleep_until (SluiceCaptureThread *thread, gint64 deadline, gboolean with_source)
{
  struct pollfd fds[] = { { .fd = thread->wake_fd, .events = POLLIN },
                          { .fd = with_source ? thread->source->descriptor : -1, .events = POLLIN } };
  gint64 left = MAX (deadline - g_get_monotonic_time (), 0);
  struct timespec timeout = { left / G_USEC_PER_SEC, left % G_USEC_PER_SEC * 1000 };
  guint64 count;

  if (ppoll (fds, G_N_ELEMENTS (fds), deadline >= 0 ? &timeout : NULL, NULL) <= 0)
    return FALSE;
  if (fds[0].revents != 0 && read (thread->wake_fd, &count, sizeof count) < 0)
    g_debug ("nothing had woken the capture thread");
  return fds[1].revents != 0;
}

static void
take_sample (SluiceCaptureThread *thread, gboolean is_first_look)
{
  SluiceSample *sample = sluice_source_read (thread->source, g_atomic_int_get (&thread->with_connections));

  sample->is_first_look = is_first_look;
  sluice_sample_queue_push (thread->queue, sample);
}

/* Whether what the source made of it was its last word. */
static gboolean
dispatch (SluiceCaptureThread *thread)
{
  SluiceSample *sample
      = sluice_source_dispatch (thread->source, g_atomic_int_get (&thread->with_connections));
  gboolean ended = sample != NULL && sample->ended;

  if (sample != NULL)
    sluice_sample_queue_push (thread->queue, sample);
  return ended;
}

/* The kernel's time: a sample a tick. */
static void
keep_beat (SluiceCaptureThread *thread)
{
  gint64 last = g_get_monotonic_time ();

  take_sample (thread, FALSE);
  while (!g_atomic_int_get (&thread->stop))
    {
      guint ms = thread->first_ms != 0 ? thread->first_ms : (guint) g_atomic_int_get (&thread->interval_ms);
      gint64 interval = (gint64) ms * 1000;
      gint64 now = g_get_monotonic_time ();

      if (now < last + interval)
        {
          if (sleep_until (thread, last + interval, thread->source->dispatch != NULL))
            dispatch (thread);
          continue;
        }
      /* Ticks keep their beat; only after a long stall does it begin anew. */
      last = now - last < 2 * interval ? last + interval : now;
      take_sample (thread, ms < (guint) g_atomic_int_get (&thread->interval_ms));
      thread->first_ms = 0;
    }
  /* What moved since the last tick is in the books, too. */
  take_sample (thread, FALSE);
}

/* The source's own time: as fast as it comes and is taken. */
static void
follow_source (SluiceCaptureThread *thread)
{
  gboolean ended;

  sluice_sample_queue_tell_room (thread->queue, thread->wake_fd);
  ended = dispatch (thread);
  while (!g_atomic_int_get (&thread->stop))
    if (sleep_until (thread, -1, !ended && !sluice_sample_queue_is_full (thread->queue)))
      ended = dispatch (thread);
  sluice_sample_queue_tell_room (thread->queue, -1);
  if (!ended)
    take_sample (thread, FALSE);
}

static gpointer
capture_thread (gpointer data)
{
  SluiceCaptureThread *thread = data;

  if (thread->source->own_time)
    follow_source (thread);
  else
    keep_beat (thread);
  sluice_source_free (thread->source);
  return NULL;
}

static void
free_thread (SluiceCaptureThread *thread)
{
  close (thread->wake_fd);
  sluice_sample_queue_unref (thread->queue);
  g_free (thread);
}

/**
 * sluice_capture_thread_start:
 * @source: (transfer full): what to read; belongs to the thread from now on
 * @queue: where samples go
 * @interval_ms: from tick to tick, ms
 * @first_ms: to the first tick after the start, ms; 0 is @interval_ms
 * @with_connections: whether samples hold connection rows
 * @error: says what the thread lacks
 *
 * Starts the thread. Its first sample comes at once.
 *
 * Returns: (transfer full) (nullable): to be ended by sluice_capture_thread_stop(); %NULL where there is no
 *   descriptor left, and the source is freed then
 */
SluiceCaptureThread *
sluice_capture_thread_start (SluiceSource *source,
                             SluiceSampleQueue *queue,
                             guint interval_ms,
                             guint first_ms,
                             gboolean with_connections,
                             GError **error)
{
  SluiceCaptureThread *thread;
  g_autoptr (GError) cause = NULL;
  int wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

  if (wake_fd < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _("The capture thread could not be started: %s."), g_strerror (errno));
      sluice_source_free (source);
      return NULL;
    }
  thread = g_new0 (SluiceCaptureThread, 1);
  thread->source = source;
  thread->queue = sluice_sample_queue_ref (queue);
  thread->interval_ms = CLAMP (interval_ms, SLUICE_INTERVAL_MIN_MS, SLUICE_INTERVAL_MAX_MS);
  thread->first_ms = first_ms;
  thread->with_connections = with_connections;
  thread->wake_fd = wake_fd;
  thread->thread = g_thread_try_new ("sluice-capture", capture_thread, thread, &cause);
  if (thread->thread == NULL)
    {
      g_set_error (error, cause->domain, cause->code, _("The capture thread could not be started: %s."),
                   cause->message);
      sluice_source_free (source);
      free_thread (thread);
      return NULL;
    }
  return thread;
}

/**
 * sluice_capture_thread_stop:
 * @thread: (transfer full): a thread
 *
 * Stops the thread at once, wherever it sleeps, and joins it. Its last sample, up to now, is in the queue when this
 * returns.
 */
void
sluice_capture_thread_stop (SluiceCaptureThread *thread)
{
  g_atomic_int_set (&thread->stop, TRUE);
  wake (thread);
  g_thread_join (thread->thread);
  free_thread (thread);
}

/**
 * sluice_capture_thread_set_interval:
 * @thread: a thread
 * @interval_ms: from tick to tick, ms; holds from the tick that is awaited
 */
void
sluice_capture_thread_set_interval (SluiceCaptureThread *thread, guint interval_ms)
{
  g_atomic_int_set (&thread->interval_ms, (int) CLAMP (interval_ms, SLUICE_INTERVAL_MIN_MS, SLUICE_INTERVAL_MAX_MS));
  wake (thread);
}

/**
 * sluice_capture_thread_set_connections:
 * @thread: a thread
 * @with_connections: whether samples hold connection rows from the next on
 */
void
sluice_capture_thread_set_connections (SluiceCaptureThread *thread, gboolean with_connections)
{
  g_atomic_int_set (&thread->with_connections, with_connections);
}
