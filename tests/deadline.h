#pragma once

#include <glib.h>
#include <time.h>

/* Under a sanitizer everything takes many times as long, and more memory. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

/* A deadline in µs. Under a sanitizer it is only printed. */
#if IS_SANITIZED
#define assert_within(took, deadline) g_test_message ("%s: %.1f ms", #took, (took) / 1000.0)
#else
#define assert_within(took, deadline) g_assert_cmpint (took, <, deadline)
#endif

/* What this thread has taken of the processor, µs: others that are busy do not count. */
static inline gint64
thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}
