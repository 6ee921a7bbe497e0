#include "decode/http.h"

#include <string.h>

#include "decode/host-text.h"

#define METHOD_MAX 9

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Text;

static gboolean
begins_with (const Text *text, const char *prefix)
{
  gsize length = strlen (prefix);

  return (gsize) (text->end - text->at) >= length
         && g_ascii_strncasecmp ((const char *) text->at, prefix, length) == 0;
}

static gboolean
is_blank (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

static gboolean
is_line_end (guint8 byte)
{
  return byte == '\r' || byte == '\n';
}

/* Takes the method and the blank behind it: the common ones of IANA's "HTTP Method Registry". They are in capitals:
 * RFC 9110, 9.1. */
static gboolean
take_method (Text *text)
{
  static const char *const methods[] = {
    "GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "DELETE ", "CONNECT ", "PATCH ", "TRACE ", "PROPFIND ",
    "PROPPATCH ", "MKCOL ", "COPY ", "MOVE ", "LOCK ", "UNLOCK ", "REPORT ", "SEARCH ", "QUERY ", "PRI ",
  };
  gsize length = 0;

  /* Nearly all that is not HTTP ends here. */
  while (length <= METHOD_MAX && text->at + length < text->end && text->at[length] >= 'A' && text->at[length] <= 'Z')
    length++;
  if (length < 3 || text->at + length == text->end || text->at[length] != ' ')
    return FALSE;
  length++;
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (methods[i][0] == text->at[0] && strlen (methods[i]) == length && memcmp (text->at, methods[i], length) == 0)
      {
        text->at += length;
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_response (const Text *text)
{
  const guint8 *bytes = text->at;

  return text->end - bytes >= 12 && memcmp (bytes, "HTTP/1.", 7) == 0 && g_ascii_isdigit (bytes[7]) && bytes[8] == ' '
         && g_ascii_isdigit (bytes[9]) && g_ascii_isdigit (bytes[10]) && g_ascii_isdigit (bytes[11]);
}

/* Reads a request line, RFC 9112, 3, and passes it. Where its end was not seen, what it begins with must do: RTSP and
 * SIP have methods of the same names. @to_origin is whether it speaks to the host that it names. */
static gboolean
take_request_line (Text *text, gboolean *to_origin)
{
  Text target = *text;
  gboolean is_connect;
  const guint8 *version = NULL;
  const guint8 *at;

  if (!take_method (&target) || target.at == target.end)
    return FALSE;
  is_connect = begins_with (text, "CONNECT ");
  *to_origin = *target.at == '/' || *target.at == '*';
  if (!*to_origin && !is_connect && !begins_with (&target, "http://") && !begins_with (&target, "https://"))
    return FALSE;
  for (at = target.at; at < target.end && !is_line_end (*at); at++)
    {
      if (g_ascii_iscntrl (*at))
        return FALSE;
      if (*at == ' ')
        version = at + 1;
    }
  text->at = at;
  if (at == target.end)
    return *target.at != '*' && !is_connect;
  return version != NULL && at - version == 8 && memcmp (version, "HTTP/", 5) == 0 && g_ascii_isdigit (version[5])
         && version[6] == '.' && g_ascii_isdigit (version[7]);
}

/* To the beginning of the next line, where there is one. */
static gboolean
take_line_end (Text *text)
{
  while (text->at < text->end && *text->at != '\n')
    text->at++;
  if (text->at == text->end)
    return FALSE;
  text->at++;
  return text->at < text->end;
}

/* Passes blanks, and line ends that a blank follows: RFC 9112, 5.2. */
static void
skip_blanks (Text *text)
{
  for (;;)
    {
      const guint8 *at = text->at;

      while (at < text->end && is_line_end (*at))
        at++;
      if (at == text->end || !is_blank (*at))
        return;
      text->at = at + 1;
    }
}

/* The host in the value of a "Host" field, RFC 9110, 7.2, without its port. One that may be cut is none. */
static gboolean
read_host (Text value, char host_out[SLUICE_HTTP_HOST_MAX])
{
  const guint8 *begin;
  const guint8 *end;

  skip_blanks (&value);
  for (begin = end = value.at; end < value.end && !is_line_end (*end) && !is_blank (*end) && *end != ':'; end++)
    ;
  for (value.at = end; value.at < value.end && (*value.at == ':' || g_ascii_isdigit (*value.at)); value.at++)
    ;
  skip_blanks (&value);
  /* The next line is seen to be no part of it. */
  return value.at < value.end && is_line_end (*value.at) && take_line_end (&value)
         && sluice_host_text_take (begin, (gsize) (end - begin), host_out, SLUICE_HTTP_HOST_MAX);
}

/**
 * sluice_http_read:
 * @bytes: what one side of a connection sends first
 * @length: bytes of it that were captured
 * @host_out: (out): the host that a request is for, in lower case, without a port; written only where there is one
 *
 * Reads HTTP/1.x, RFC 9112; the preface of HTTP/2 without TLS (RFC 9113, 3.4) is HTTP too. A host that is an address is
 * no name. A request to a proxy, which has a whole URI or the method CONNECT, names another host than the one that it
 * goes to, so nothing is taken from it.
 *
 * Returns: whether it is HTTP, and whether it has a host
 */
SluiceHttpResult
sluice_http_read (const guint8 *bytes, gsize length, char host_out[SLUICE_HTTP_HOST_MAX])
{
  Text text = { bytes, bytes + length };
  gboolean to_origin;

  if (is_response (&text))
    return SLUICE_HTTP_REQUEST;
  if (!take_request_line (&text, &to_origin))
    return SLUICE_HTTP_NOT;
  while (to_origin && take_line_end (&text) && !is_line_end (*text.at))
    if (begins_with (&text, "host:"))
      {
        text.at += strlen ("host:");
        return read_host (text, host_out) ? SLUICE_HTTP_HOST : SLUICE_HTTP_REQUEST;
      }
  return SLUICE_HTTP_REQUEST;
}

/**
 * sluice_http_begins:
 * @bytes: what one side of a connection sends first
 * @length: bytes of it that were captured
 *
 * Returns: whether it begins like a HTTP request or response: what sluice_http_read() needs to know at least
 */
gboolean
sluice_http_begins (const guint8 *bytes, gsize length)
{
  Text text = { bytes, bytes + length };
  gboolean to_origin;

  if (length < 4 || bytes[0] < 'A' || bytes[0] > 'Z')
    return FALSE;
  return is_response (&text) || take_request_line (&text, &to_origin);
}
