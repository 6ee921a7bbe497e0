#include "decode/tls-hello.h"

#include <string.h>

#include "decode/bytes.h"
#include "decode/host-text.h"

#define RECORD_HEADER 5
#define RECORD_MAX ((1 << 14) + 256)
/* More may come: a stream has no length. */
#define ENDLESS G_MAXUINT32

enum
{
  CONTENT_HANDSHAKE = 22,
  HANDSHAKE_CLIENT_HELLO = 1,
  EXTENSION_SERVER_NAME = 0,
  EXTENSION_ALPN = 16,
  NAME_TYPE_HOST = 0,
};

/* What is left of something with a length: it may be cut where the capture or the segment ends. */
typedef struct
{
  const guint8 *bytes;
  gsize there; /* bytes that may be read */
  gsize left;  /* bytes that it has */
} Span;

/* Takes @n bytes; SLUICE_TLS_HELLO where they are there. */
static SluiceTlsResult
take (Span *span, gsize n, const guint8 **bytes_out)
{
  if (n > span->left)
    return SLUICE_TLS_NOT;
  if (n > span->there)
    return SLUICE_TLS_NEED_MORE;
  *bytes_out = span->bytes;
  span->bytes += n;
  span->there -= n;
  span->left -= n;
  return SLUICE_TLS_HELLO;
}

/* Takes a length of @size bytes and what is so long, which may be cut: then nothing is behind it in @span. */
static SluiceTlsResult
take_vector (Span *span, guint size, Span *vector_out)
{
  const guint8 *bytes;
  gsize length = 0;
  gsize there;
  SluiceTlsResult result = take (span, size, &bytes);

  if (result != SLUICE_TLS_HELLO)
    return result;
  for (guint i = 0; i < size; i++)
    length = length << 8 | bytes[i];
  if (length > span->left)
    return SLUICE_TLS_NOT;
  there = MIN (length, span->there);
  *vector_out = (Span){ span->bytes, there, length };
  span->bytes += there;
  span->there -= there;
  span->left -= length;
  return SLUICE_TLS_HELLO;
}

static gboolean
is_whole (const Span *span)
{
  return span->there == span->left;
}

/* RFC 6066, 3: a list of typed names, of which there is only one type. */
static void
read_server_name (Span extension, SluiceTlsHello *hello)
{
  Span list;
  Span name;
  const guint8 *type;

  if (take_vector (&extension, 2, &list) == SLUICE_TLS_HELLO && take (&list, 1, &type) == SLUICE_TLS_HELLO
      && *type == NAME_TYPE_HOST && take_vector (&list, 2, &name) == SLUICE_TLS_HELLO && is_whole (&name))
    sluice_host_text_take (name.bytes, name.left, hello->server_name, sizeof hello->server_name);
}

static gboolean
is_grease (const guint8 *bytes, gsize length)
{
  return length == 2 && bytes[0] == bytes[1] && (bytes[0] & 0x0f) == 0x0a;
}

static gboolean
is_printable (const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (bytes[i]))
      return FALSE;
  return length > 0;
}

/* RFC 7301, 3.1. */
static void
read_alpn (Span extension, SluiceTlsHello *hello)
{
  Span list;
  Span protocol;

  if (take_vector (&extension, 2, &list) != SLUICE_TLS_HELLO)
    return;
  while (take_vector (&list, 1, &protocol) == SLUICE_TLS_HELLO && is_whole (&protocol))
    {
      if (is_grease (protocol.bytes, protocol.left) || protocol.left >= sizeof hello->alpn
          || !is_printable (protocol.bytes, protocol.left))
        continue;
      memcpy (hello->alpn, protocol.bytes, protocol.left);
      hello->alpn[protocol.left] = '\0';
      return;
    }
}

static SluiceTlsResult
read_extensions (Span extensions, SluiceTlsHello *hello)
{
  while (extensions.left > 0)
    {
      Span extension;
      const guint8 *type;
      SluiceTlsResult result = take (&extensions, 2, &type);

      if (result == SLUICE_TLS_HELLO)
        result = take_vector (&extensions, 2, &extension);
      if (result != SLUICE_TLS_HELLO)
        return result;
      if (sluice_get_16 (type) == EXTENSION_SERVER_NAME)
        read_server_name (extension, hello);
      else if (sluice_get_16 (type) == EXTENSION_ALPN)
        read_alpn (extension, hello);
      if (!is_whole (&extension))
        return SLUICE_TLS_NEED_MORE;
    }
  return SLUICE_TLS_HELLO;
}

/* RFC 8446, 4.1.2; RFC 5246, 7.4.1.2; it was the same in TLS 1.0, where extensions may be missing. */
static SluiceTlsResult
read_hello (Span hello, SluiceTlsHello *found)
{
  const guint8 *version_and_random;
  Span session;
  Span ciphers = { 0 };
  Span compressions = { 0 };
  Span extensions = { 0 };
  SluiceTlsResult result = take (&hello, 2 + 32, &version_and_random);

  if (result == SLUICE_TLS_HELLO && version_and_random[0] != 3)
    return SLUICE_TLS_NOT;
  if (result == SLUICE_TLS_HELLO)
    result = take_vector (&hello, 1, &session);
  if (result == SLUICE_TLS_HELLO)
    result = session.left <= 32 ? take_vector (&hello, 2, &ciphers) : SLUICE_TLS_NOT;
  if (result == SLUICE_TLS_HELLO)
    result = ciphers.left >= 2 && ciphers.left % 2 == 0 ? take_vector (&hello, 1, &compressions) : SLUICE_TLS_NOT;
  if (result == SLUICE_TLS_HELLO && compressions.left == 0)
    return SLUICE_TLS_NOT;
  if (result == SLUICE_TLS_HELLO && !is_whole (&compressions))
    return SLUICE_TLS_NEED_MORE;
  if (result == SLUICE_TLS_HELLO && hello.left > 0)
    result = take_vector (&hello, 2, &extensions);
  if (result == SLUICE_TLS_HELLO && hello.left > 0)
    return SLUICE_TLS_NOT;
  return result == SLUICE_TLS_HELLO ? read_extensions (extensions, found) : result;
}

static SluiceTlsResult
read_handshake (Span handshake, SluiceTlsHello *found)
{
  const guint8 *type;
  Span hello;
  SluiceTlsResult result = take (&handshake, 1, &type);

  if (result == SLUICE_TLS_HELLO && *type != HANDSHAKE_CLIENT_HELLO)
    return SLUICE_TLS_NOT;
  if (result == SLUICE_TLS_HELLO)
    result = take_vector (&handshake, 3, &hello);
  return result == SLUICE_TLS_HELLO ? read_hello (hello, found) : result;
}

/* Takes the next record of the handshake, RFC 8446, 5.1. */
static SluiceTlsResult
take_record (Span *stream, Span *record_out)
{
  const guint8 *bytes = stream->bytes;

  if ((stream->there > 0 && bytes[0] != CONTENT_HANDSHAKE) || (stream->there > 1 && bytes[1] != 3)
      || (stream->there > 2 && bytes[2] > 4))
    return SLUICE_TLS_NOT;
  if (stream->there < RECORD_HEADER)
    return SLUICE_TLS_NEED_MORE;
  stream->bytes += 3;
  stream->there -= 3;
  if (take_vector (stream, 2, record_out) != SLUICE_TLS_HELLO || record_out->left == 0
      || record_out->left > RECORD_MAX)
    return SLUICE_TLS_NOT;
  return SLUICE_TLS_HELLO;
}

/* A hello in several records, which few clients send: their contents are put together. */
static SluiceTlsResult
read_records (Span stream, Span record, SluiceTlsHello *found)
{
  guint8 bytes[SLUICE_TLS_HELLO_MAX];
  gsize there = 0;
  SluiceTlsResult result = SLUICE_TLS_HELLO;

  while (result == SLUICE_TLS_HELLO && there + record.there <= sizeof bytes)
    {
      memcpy (bytes + there, record.bytes, record.there);
      there += record.there;
      if (!is_whole (&record))
        break;
      result = take_record (&stream, &record);
    }
  /* What follows a whole hello may be anything. */
  return read_handshake ((Span){ bytes, there, result == SLUICE_TLS_NOT ? there : ENDLESS }, found);
}

/**
 * sluice_tls_hello_read:
 * @bytes: what a client sends first
 * @length: bytes of it that are there
 * @hello_out: (out): what it tells; when more is needed, what it tells so far; empty when it is something else
 *
 * Reads the client hello of TLS 1.0 to 1.3, in one record or several.
 *
 * Returns: whether it is one, and whole
 */
SluiceTlsResult
sluice_tls_hello_read (const guint8 *bytes, gsize length, SluiceTlsHello *hello_out)
{
  Span stream = { bytes, length, ENDLESS };
  Span record;
  SluiceTlsResult result = take_record (&stream, &record);

  hello_out->server_name[0] = '\0';
  hello_out->alpn[0] = '\0';
  if (result != SLUICE_TLS_HELLO)
    return result;
  result = read_handshake ((Span){ record.bytes, record.there, ENDLESS }, hello_out);
  if (result == SLUICE_TLS_NEED_MORE && is_whole (&record) && stream.there > 0)
    result = read_records (stream, record, hello_out);
  if (result == SLUICE_TLS_NOT)
    {
      hello_out->server_name[0] = '\0';
      hello_out->alpn[0] = '\0';
    }
  return result;
}

/* Keeps bytes that do not join what is there. Of two stretches that leave a gap between them the nearer one stays. */
static void
keep_ahead (SluiceTlsAssembly *assembly, guint begin, const guint8 *bytes, guint length)
{
  guint end = begin + length;
  gboolean none = assembly->ahead_end == 0;

  if (!none && (end < assembly->ahead_begin || begin > assembly->ahead_end) && begin > assembly->ahead_begin)
    return;
  memcpy (assembly->bytes + begin, bytes, length);
  if (none || end < assembly->ahead_begin)
    {
      assembly->ahead_begin = (guint16) begin;
      assembly->ahead_end = (guint16) end;
      return;
    }
  assembly->ahead_begin = (guint16) MIN (assembly->ahead_begin, begin);
  assembly->ahead_end = (guint16) MAX (assembly->ahead_end, end);
}

static void
put (SluiceTlsAssembly *assembly, guint32 at, const guint8 *bytes, gsize length)
{
  /* What stands before the beginning is no part of it. */
  if ((gint32) at < 0)
    {
      guint32 before = 0u - at;

      if (length <= before)
        return;
      bytes += before;
      length -= before;
      at = 0;
    }
  if (at >= SLUICE_TLS_HELLO_MAX)
    return;
  length = MIN (length, SLUICE_TLS_HELLO_MAX - at);
  if (at > assembly->length)
    {
      keep_ahead (assembly, at, bytes, (guint) length);
      return;
    }
  if (at + length <= assembly->length)
    return;
  memcpy (assembly->bytes + assembly->length, bytes + (assembly->length - at), at + length - assembly->length);
  assembly->length = (guint16) (at + length);
  if (assembly->ahead_end != 0 && assembly->length >= assembly->ahead_begin)
    {
      assembly->length = MAX (assembly->length, assembly->ahead_end);
      assembly->ahead_begin = assembly->ahead_end = 0;
    }
}

/**
 * sluice_tls_assembly_add:
 * @assembly: what there is of a connection's client side
 * @sequence: TCP sequence number of @bytes
 * @bytes: what a segment carries
 * @length: bytes of it that were captured; 0 is well
 * @hello_out: (out): as in sluice_tls_hello_read()
 *
 * Of bytes that come twice those stay that joined the beginning first.
 *
 * Returns: whether it is a client hello, and whole; not one, where it does not fit into %SLUICE_TLS_HELLO_MAX
 */
SluiceTlsResult
sluice_tls_assembly_add (SluiceTlsAssembly *assembly,
                         guint32 sequence,
                         const guint8 *bytes,
                         gsize length,
                         SluiceTlsHello *hello_out)
{
  SluiceTlsResult result;

  if (!assembly->begun)
    assembly->first_sequence = sequence;
  assembly->begun = TRUE;
  if (length > 0)
    put (assembly, sequence - assembly->first_sequence, bytes, length);
  result = sluice_tls_hello_read (assembly->bytes, assembly->length, hello_out);
  return result == SLUICE_TLS_NEED_MORE && assembly->length == SLUICE_TLS_HELLO_MAX ? SLUICE_TLS_NOT : result;
}
