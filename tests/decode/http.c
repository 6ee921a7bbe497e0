#include "decode/http.h"

#include "exact.h"

/* The host, "" for HTTP without one, NULL for something else. */
static const char *
read_bytes (const char *bytes, gsize length, char host[SLUICE_HTTP_HOST_MAX])
{
  guint8 *copy = exact_copy (bytes, length);
  SluiceHttpResult result;

  g_strlcpy (host, "untouched", SLUICE_HTTP_HOST_MAX);
  result = sluice_http_read (copy, length, host);
  g_assert_cmpint (sluice_http_begins (copy, length), ==, result != SLUICE_HTTP_NOT);
  free (copy);
  g_assert_true (result == SLUICE_HTTP_HOST || g_str_equal (host, "untouched"));
  return result == SLUICE_HTTP_HOST ? host : result == SLUICE_HTTP_REQUEST ? "" : NULL;
}

static void
assert_host (const char *text, const char *expected)
{
  char host[SLUICE_HTTP_HOST_MAX];

  g_assert_cmpstr (read_bytes (text, strlen (text), host), ==, expected);
  /* A name that is cut must not pass for another one. */
  for (gsize length = 0; length < strlen (text); length++)
    {
      const char *part = read_bytes (text, length, host);

      g_assert_true (part == NULL || *part == '\0' || g_strcmp0 (part, expected) == 0);
    }
}

static void
test_methods (void)
{
  static const char *const methods[] = { "GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "PROPFIND" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autofree char *text = g_strdup_printf ("%s / HTTP/1.1\r\nHost: a.example\r\n\r\n", methods[i]);

      assert_host (text, "a.example");
    }
  assert_host ("OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example");
}

static void
test_hosts (void)
{
  static const struct
  {
    const char *value;
    const char *host;
  } cases[] = {
    { "A.Example", "a.example" },     { "a.example:8080", "a.example" }, { "   a.example\t ", "a.example" },
    { "a.example.", "a.example" },    { "a.example:", "a.example" },     { "", "" },
    { "192.0.2.1", "" },              { "192.0.2.1:80", "" },            { "[2001:db8::1]", "" },
    { "[2001:db8::1]:8080", "" },     { "a.example b.example", "" },     { "a.example:80x", "" },
    { "a.example,b.example", "" },    { "user@a.example", "" },          { "\xc3\xa9.example", "" },
    { "\x1b[31m", "" },               { ":80", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("GET /x HTTP/1.1\r\nAccept: */*\r\nhOsT:%s\r\n\r\n", cases[i].value);

      assert_host (text, cases[i].host);
    }
}

static void
test_lines (void)
{
  assert_host ("GET / HTTP/1.1\nHost: a.example\n\n", "a.example");
  assert_host ("GET / HTTP/1.1\r\nHost:\r\n a.example\r\n\r\n", "a.example");
  assert_host ("GET / HTTP/1.1\r\nHost: a.example\r\n \r\n\r\n", "a.example");
  assert_host ("GET / HTTP/1.1\r\nHost: a.example\r\n b.example\r\n\r\n", "");
  assert_host ("GET / HTTP/1.1\r\nX: 1\r\n Host: b.example\r\nHost: a.example\r\n\r\n", "a.example");
  assert_host ("GET / HTTP/1.1\r\nX-Host: b.example\r\nHost: a.example\r\n\r\n", "a.example");
  assert_host ("GET / HTTP/1.1\r\nHost : a.example\r\n\r\n", "");
  assert_host ("POST / HTTP/1.1\r\nA: b\r\n\r\nHost: a.example\r\n", "");
  assert_host ("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", "a.example");
}

static void
test_without_host (void)
{
  assert_host ("GET / HTTP/1.0\r\n\r\n", "");
  assert_host ("HEAD /x HTTP/1.0\r\nAccept: */*\r\n\r\n", "");
  assert_host ("HTTP/1.1 200 OK\r\nHost: a.example\r\n\r\n", "");
  assert_host ("HTTP/1.0 404 Not Found\r\n\r\n", "");
  assert_host ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "");
}

static void
test_proxies (void)
{
  assert_host ("GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n", "");
  assert_host ("GET HTTPS://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n", "");
  assert_host ("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", "");
}

static void
test_others (void)
{
  static const char *const others[] = {
    "",
    "GET",
    "GET ",
    "GET /\r\n",
    "get / HTTP/1.1\r\n",
    "GETS / HTTP/1.1\r\n",
    "GET  / HTTP/1.1\r\n",
    "GET /a b\r\n",
    "GET / HTTP/1.x\r\n",
    "GET / HTTP/1.1 \r\n",
    "GET /\x01 HTTP/1.1\r\n",
    "GET key\r\n",
    "OPTIONS * RTSP/1.0\r\n",
    "OPTIONS sip:a@a.example SIP/2.0\r\n",
    "DESCRIBE rtsp://a.example RTSP/1.0\r\n",
    "CONNECT a.example:443",
    "HTTP/1.1 OK",
    "HTTP/2 200 OK\r\n",
    "RTSP/1.0 200 OK\r\n",
    "SSH-2.0-x\r\n",
    "POSTGRES",
  };
  char host[SLUICE_HTTP_HOST_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (read_bytes (others[i], strlen (others[i]), host));
}

static void
test_long (void)
{
  g_autofree char *path = g_strnfill (2000, 'p');
  g_autofree char *name = g_strnfill (255, 'a');
  g_autofree char *request = g_strdup_printf ("GET /%s", path);
  g_autofree char *fits = g_strdup_printf ("GET / HTTP/1.1\r\nHost: %s\r\n\r\n", name);
  g_autofree char *longer = g_strdup_printf ("GET / HTTP/1.1\r\nHost: a%s\r\n\r\n", name);

  assert_host (request, "");
  assert_host (fits, name);
  assert_host (longer, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/each-method-tells-its-host", test_methods);
  g_test_add_func ("/http/a-host-is-a-name-without-a-port", test_hosts);
  g_test_add_func ("/http/lines-may-be-folded-and-end-in-any-way", test_lines);
  g_test_add_func ("/http/requests-and-responses-need-no-host", test_without_host);
  g_test_add_func ("/http/what-goes-to-a-proxy-does-not-name-it", test_proxies);
  g_test_add_func ("/http/something-else-is-told-apart", test_others);
  g_test_add_func ("/http/long-lines-do-no-harm", test_long);

  return g_test_run ();
}
