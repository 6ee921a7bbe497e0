#pragma once

#include <glib.h>
#include <string.h>

/* Makes client hellos by hand. */

typedef struct
{
  guint version;        /* 0x0301 … 0x0303; TLS 1.3 says 0x0303 */
  const char *name;     /* (nullable): no such extension */
  const char *alpn;     /* (nullable): with length bytes, as on the wire */
  guint padding;        /* bytes of an extension before these */
  gboolean no_extensions;
} TestHello;

static inline void
tls_16 (GByteArray *bytes, guint value)
{
  const guint8 big[] = { (guint8) (value >> 8), (guint8) value };

  g_byte_array_append (bytes, big, sizeof big);
}

static inline void
tls_extension (GByteArray *bytes, guint type, const void *data, guint length)
{
  tls_16 (bytes, type);
  tls_16 (bytes, length);
  g_byte_array_append (bytes, data, length);
}

static inline GByteArray *
make_extensions (const TestHello *hello)
{
  GByteArray *bytes = g_byte_array_new ();

  /* GREASE, RFC 8701, as browsers send it. */
  tls_extension (bytes, 0x2a2a, "", 0);
  if (hello->padding > 0)
    {
      g_autofree char *padding = g_malloc0 (hello->padding);

      tls_extension (bytes, 21, padding, hello->padding);
    }
  if (hello->name != NULL)
    {
      guint length = (guint) strlen (hello->name);

      tls_16 (bytes, 0);
      tls_16 (bytes, length + 5);
      tls_16 (bytes, length + 3);
      g_byte_array_append (bytes, (const guint8 *) "", 1);
      tls_16 (bytes, length);
      g_byte_array_append (bytes, (const guint8 *) hello->name, length);
    }
  if (hello->alpn != NULL)
    {
      guint length = (guint) strlen (hello->alpn);

      tls_16 (bytes, 16);
      tls_16 (bytes, length + 2);
      tls_16 (bytes, length);
      g_byte_array_append (bytes, (const guint8 *) hello->alpn, length);
    }
  return bytes;
}

/* The handshake message alone. */
static inline GByteArray *
make_handshake (const TestHello *hello)
{
  static const guint8 random_and_session[32 + 1 + 32] = { [32] = 32 };
  static const guint8 ciphers[] = { 0, 4, 0x3a, 0x3a, 0x13, 0x01, 1, 0 };
  g_autoptr (GByteArray) extensions = make_extensions (hello);
  GByteArray *bytes = g_byte_array_new ();
  guint length;

  g_byte_array_append (bytes, (const guint8 *) "\1\0\0\0", 4);
  tls_16 (bytes, hello->version);
  g_byte_array_append (bytes, random_and_session, sizeof random_and_session);
  g_byte_array_append (bytes, ciphers, sizeof ciphers);
  if (!hello->no_extensions)
    {
      tls_16 (bytes, extensions->len);
      g_byte_array_append (bytes, extensions->data, extensions->len);
    }
  length = bytes->len - 4;
  bytes->data[1] = (guint8) (length >> 16);
  bytes->data[2] = (guint8) (length >> 8);
  bytes->data[3] = (guint8) length;
  return bytes;
}

/* In records of at most @record bytes. */
static inline GByteArray *
make_hello (const TestHello *hello, guint record)
{
  g_autoptr (GByteArray) handshake = make_handshake (hello);
  GByteArray *bytes = g_byte_array_new ();

  for (guint at = 0; at < handshake->len; at += record)
    {
      guint length = MIN (record, handshake->len - at);

      g_byte_array_append (bytes, (const guint8 *) "\26\3\1", 3);
      tls_16 (bytes, length);
      g_byte_array_append (bytes, handshake->data + at, length);
    }
  return bytes;
}
