/*
 * Preloaded, tells the thread sanitizer of GLib's locks, of what it makes once and of its counts of references: GLib is
 * not instrumented and its locks are futexes of its own, so that everything they protect would look like a race. See
 * sanitizer/tsan_interface.h.
 */
#include <dlfcn.h>
#include <glib.h>

/* Weak, for programs without the sanitizer that inherit the preload, such as a shell between. */
void __tsan_acquire (void *address) __attribute__ ((weak));
void __tsan_release (void *address) __attribute__ ((weak));

#define REAL(function) ((__typeof__ (&function)) dlsym (RTLD_NEXT, #function))

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
