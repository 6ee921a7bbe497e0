#pragma once

#include <glib.h>

/* A deadline in µs. Under a sanitizer, which makes everything many times slower, it is only printed. */
#ifdef __SANITIZE_ADDRESS__
#define assert_within(took, deadline) g_test_message ("%s: %.1f ms", #took, (took) / 1000.0)
#else
#define assert_within(took, deadline) g_assert_cmpint (took, <, deadline)
#endif
