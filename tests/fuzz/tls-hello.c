/*
 * A TLS client hello in TCP segments.
 *
 * Input: for each segment two bytes (little endian) for its length and one that moves where it begins, seen from the
 * end of the one before (0 not at all), then its bytes. The first one's moves the beginning of the connection.
 */
#include "fuzz.h"

#include <string.h>

#include "decode/exact.h"
#include "decode/tls-hello.h"

static void
check_hello (const SluiceTlsHello *hello, SluiceTlsResult result)
{
  g_assert_nonnull (memchr (hello->server_name, '\0', sizeof hello->server_name));
  g_assert_nonnull (memchr (hello->alpn, '\0', sizeof hello->alpn));
  for (const char *at = hello->server_name; *at != '\0'; at++)
    g_assert_nonnull (strchr ("abcdefghijklmnopqrstuvwxyz0123456789-_.", *at));
  for (const char *at = hello->alpn; *at != '\0'; at++)
    g_assert_true (g_ascii_isgraph (*at));
  if (result == SLUICE_TLS_NOT)
    g_assert_true (hello->server_name[0] == '\0' && hello->alpn[0] == '\0');
}

static void
check_assembly (const SluiceTlsAssembly *assembly)
{
  g_assert_cmpuint (assembly->length, <=, SLUICE_TLS_HELLO_MAX);
  if (assembly->ahead_end == 0)
    return;
  g_assert_cmpuint (assembly->length, <, assembly->ahead_begin);
  g_assert_cmpuint (assembly->ahead_begin, <, assembly->ahead_end);
  g_assert_cmpuint (assembly->ahead_end, <=, SLUICE_TLS_HELLO_MAX);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static SluiceTlsAssembly assembly;
  SluiceTlsResult result = SLUICE_TLS_NEED_MORE;
  guint32 sequence = G_MAXUINT32 - 100;
  gsize offset = 0;

  memset (&assembly, 0, G_STRUCT_OFFSET (SluiceTlsAssembly, bytes));
  while (size - offset >= 3 && result == SLUICE_TLS_NEED_MORE)
    {
      gsize length = MIN (data[offset] | (gsize) data[offset + 1] << 8, size - offset - 3);
      gint move = (gint8) data[offset + 2];
      guint8 *segment = exact_copy (data + offset + 3, length);
      SluiceTlsHello hello;

      if (offset == 0 && move != 0)
        sluice_tls_assembly_add (&assembly, sequence, segment, 0, &hello);
      sequence += (guint32) (ABS (move) < 64 ? move : move * 100);
      result = sluice_tls_assembly_add (&assembly, sequence, segment, length, &hello);
      check_hello (&hello, result);
      check_assembly (&assembly);
      if (offset == 0)
        check_hello (&hello, sluice_tls_hello_read (segment, length, &hello));
      free (segment);
      sequence += (guint32) length;
      offset += 3 + length;
    }
  return 0;
}
