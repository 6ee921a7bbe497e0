/*
 * What one side of a HTTP connection sends first.
 */
#include "fuzz.h"

#include <string.h>

#include "decode/http.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  char host[SLUICE_HTTP_HOST_MAX] = "untouched";
  SluiceHttpResult result = sluice_http_read (data, size, host);

  g_assert_cmpint (sluice_http_begins (data, size), ==, result != SLUICE_HTTP_NOT);
  g_assert_nonnull (memchr (host, '\0', sizeof host));
  if (result != SLUICE_HTTP_HOST)
    g_assert_cmpstr (host, ==, "untouched");
  g_assert_cmpuint (strlen (host), >, 0);
  g_assert_cmpuint (strspn (host, "abcdefghijklmnopqrstuvwxyz0123456789-_."), ==, strlen (host));
  return 0;
}
