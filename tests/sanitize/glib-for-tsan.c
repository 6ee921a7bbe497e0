/*
 * Preloaded, tells the thread sanitizer of GLib's locks, of what it makes once, of its counts of references and of what
 * a task hands to its thread and back: GLib is not instrumented and its locks are futexes of its own, so that all that
 * they protect would look like a race. See sanitizer/tsan_interface.h.
 */
#include <dlfcn.h>
#include <gio/gio.h>

/* Weak, for programs without the sanitizer that inherit the preload, such as a shell between. */
void __tsan_acquire (void *address) __attribute__ ((weak));
void __tsan_release (void *address) __attribute__ ((weak));

/* Looked for once: it takes time and a lock, which a process that was forked meanwhile would wait for in vain. */
#define REAL(function) \
  ({ \
    static __typeof__ (&function) real; \
    if (real == NULL) \
      real = (__typeof__ (&function)) dlsym (RTLD_NEXT, #function); \
    real; \
  })

static void
acquired (void *lock)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire (lock);
}

static void
releasing (void *lock)
{
  if (__tsan_release != NULL)
    __tsan_release (lock);
}

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  acquired (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean taken = REAL (g_mutex_trylock) (mutex);

  if (taken)
    acquired (mutex);
  return taken;
}

void
g_mutex_unlock (GMutex *mutex)
{
  releasing (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  releasing (mutex);
  REAL (g_cond_wait) (cond, mutex);
  acquired (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean woken;

  releasing (mutex);
  woken = REAL (g_cond_wait_until) (cond, mutex, end_time);
  acquired (mutex);
  return woken;
}

void
g_async_queue_lock (GAsyncQueue *queue)
{
  REAL (g_async_queue_lock) (queue);
  acquired (queue);
}

void
g_async_queue_unlock (GAsyncQueue *queue)
{
  releasing (queue);
  REAL (g_async_queue_unlock) (queue);
}

/* In brackets: macros of these names look first whether it has been made, in code that is instrumented. */
gboolean (g_once_init_enter) (volatile void *location)
{
  gboolean first = REAL (g_once_init_enter) (location);

  if (!first)
    acquired ((void *) location);
  return first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
  releasing ((void *) location);
  REAL (g_once_init_leave) (location, result);
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  gboolean last;

  /* Whoever was not the last has let go; the last frees what all of them have read. */
  releasing (count);
  last = REAL (g_atomic_ref_count_dec) (count);
  if (last)
    acquired (count);
  return last;
}

static void
run_task (GTask *task, gpointer source_object, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc function = (GTaskThreadFunc) g_object_get_data (G_OBJECT (task), "thread-function");

  acquired (task);
  function (task, source_object, data, cancellable);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc function)
{
  g_object_set_data (G_OBJECT (task), "thread-function", (gpointer) function);
  releasing (task);
  REAL (g_task_run_in_thread) (task, run_task);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
  releasing (task);
  REAL (g_task_return_boolean) (task, result);
}

void
g_task_return_error (GTask *task, GError *error)
{
  releasing (task);
  REAL (g_task_return_error) (task, error);
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  acquired (task);
  return REAL (g_task_propagate_boolean) (task, error);
}

/* Which frees what belongs to the object, on whichever thread is last. */
void (g_object_unref) (gpointer object)
{
  releasing (object);
  acquired (object);
  REAL (g_object_unref) (object);
}
