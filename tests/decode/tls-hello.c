#include "decode/tls-hello.h"

#include "exact.h"
#include "tls-maker.h"

#define WHOLE 16384

static const TestHello usual = { .version = 0x0303, .name = "www.Example.com", .alpn = "\2h2\10http/1.1" };

static SluiceTlsResult
read_bytes (const void *bytes, gsize length, SluiceTlsHello *hello)
{
  guint8 *copy = exact_copy (bytes, length);
  SluiceTlsResult result;

  memset (hello, 0x55, sizeof *hello);
  result = sluice_tls_hello_read (copy, length, hello);
  g_assert_nonnull (memchr (hello->server_name, '\0', sizeof hello->server_name));
  g_assert_nonnull (memchr (hello->alpn, '\0', sizeof hello->alpn));
  free (copy);
  return result;
}

static void
assert_tells (const TestHello *test, const char *name, const char *alpn)
{
  static const guint records[] = { WHOLE, 100, 7, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GByteArray) bytes = make_hello (test, records[i]);
      SluiceTlsHello hello;

      for (gsize length = 0; length < bytes->len; length++)
        {
          g_assert_cmpint (read_bytes (bytes->data, length, &hello), ==, SLUICE_TLS_NEED_MORE);
          g_assert_true (hello.server_name[0] == '\0' || g_str_equal (hello.server_name, name));
          g_assert_true (hello.alpn[0] == '\0' || g_str_equal (hello.alpn, alpn));
        }
      g_assert_cmpint (read_bytes (bytes->data, bytes->len, &hello), ==, SLUICE_TLS_HELLO);
      g_assert_cmpstr (hello.server_name, ==, name);
      g_assert_cmpstr (hello.alpn, ==, alpn);
      /* What follows is of no matter: early data, or anything. */
      g_byte_array_append (bytes, (const guint8 *) "\24\3\3\0\1\1\27\3\3", 9);
      g_assert_cmpint (read_bytes (bytes->data, bytes->len, &hello), ==, SLUICE_TLS_HELLO);
      g_assert_cmpstr (hello.server_name, ==, name);
    }
}

static void
test_versions (void)
{
  TestHello test = usual;

  for (test.version = 0x0301; test.version <= 0x0303; test.version++)
    assert_tells (&test, "www.example.com", "h2");
  test.no_extensions = TRUE;
  assert_tells (&test, "", "");
}

static void
test_names (void)
{
  static const char *const bad[] = {
    "", "two words", "a\nb", "\x1b[31m", "münchen.example", "a/b", "<b>", "192.0.2.1", "2001:db8::1", ".", ".a",
  };
  TestHello test = usual;
  g_autofree char *longest = g_strnfill (255, 'a');
  g_autofree char *longer = g_strnfill (256, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      test.name = bad[i];
      assert_tells (&test, "", "h2");
    }
  test.name = "example.com.";
  assert_tells (&test, "example.com", "h2");
  test.name = longest;
  assert_tells (&test, longest, "h2");
  test.name = longer;
  assert_tells (&test, "", "h2");
  test.name = NULL;
  assert_tells (&test, "", "h2");
}

static void
test_protocols (void)
{
  static const struct
  {
    const char *offered;
    const char *taken;
  } cases[] = {
    { "\10http/1.1", "http/1.1" },
    { "\2\x3a\x3a\2h2", "h2" },
    { "\2\xaa\xaa\4imap", "imap" },
    { "\4a\nbc\3dot", "dot" },
    { "\37aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
    { "\40aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\1b", "b" },
    { "\377h2", "" },
    { "", "" },
  };
  TestHello test = usual;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      test.alpn = cases[i].offered;
      assert_tells (&test, "www.example.com", cases[i].taken);
    }
  test.alpn = NULL;
  assert_tells (&test, "www.example.com", "");
}

/* An outer hello has an extension 0xfe0d and the provider's name: draft-ietf-tls-esni. */
static void
test_encrypted (void)
{
  g_autoptr (GByteArray) handshake = make_handshake (&usual);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SluiceTlsHello hello;
  guint extensions = 4 + 2 + 65 + 8;

  tls_extension (handshake, 0xfe0d, "\0\0\1\0\1\7\0\0\0\2xx", 12);
  handshake->data[extensions + 1] += 16;
  handshake->data[3] += 16;
  g_byte_array_append (bytes, (const guint8 *) "\26\3\1", 3);
  tls_16 (bytes, handshake->len);
  g_byte_array_append (bytes, handshake->data, handshake->len);
  g_assert_cmpint (read_bytes (bytes->data, bytes->len, &hello), ==, SLUICE_TLS_HELLO);
  g_assert_cmpstr (hello.server_name, ==, "www.example.com");
}

static void
test_others (void)
{
  static const struct
  {
    guint at;
    guint8 byte;
  } bent[] = {
    { 0, 23 },           /* not a handshake */
    { 0, 0x80 },         /* SSL 2 */
    { 1, 2 },            /* no TLS */
    { 2, 5 },            /* no version of it */
    { 3, 0x42 },         /* longer than a record may be */
    { 5, 2 },            /* the server's hello */
    { 9, 2 },            /* no TLS inside */
    { 5 + 4 + 34, 33 },  /* session */
    { 5 + 4 + 34 + 34, 3 },      /* an odd length of ciphers */
    { 5 + 4 + 34 + 34, 0 },      /* no cipher */
    { 5 + 4 + 34 + 33, 0xff },   /* ciphers beyond the hello */
    { 5 + 4 + 34 + 33 + 6, 0 },  /* no compression */
    { 5 + 4 + 34 + 33 + 8, 1 },  /* extensions beyond the hello */
    { 5 + 4 + 34 + 33 + 9, 5 },  /* or shorter than it */
  };

  for (guint i = 0; i < G_N_ELEMENTS (bent); i++)
    {
      g_autoptr (GByteArray) bytes = make_hello (&usual, WHOLE);
      SluiceTlsHello hello;

      bytes->data[bent[i].at] = bent[i].byte;
      g_assert_cmpint (read_bytes (bytes->data, bytes->len, &hello), ==, SLUICE_TLS_NOT);
      g_assert_cmpstr (hello.server_name, ==, "");
      g_assert_cmpstr (hello.alpn, ==, "");
    }
}

/* Each byte takes several values; the sanitizers watch. */
static void
test_bent (void)
{
  static const guint8 values[] = { 0x00, 0x01, 0x3f, 0x7f, 0x80, 0xff };

  for (guint record = 40; record <= WHOLE; record += WHOLE - 40)
    {
      g_autoptr (GByteArray) bytes = make_hello (&usual, record);
      SluiceTlsHello hello;
      guint n_hellos = 0;

      for (guint at = 0; at < bytes->len; at++)
        for (guint v = 0; v < G_N_ELEMENTS (values); v++)
          {
            guint8 before = bytes->data[at];

            bytes->data[at] = values[v];
            n_hellos += read_bytes (bytes->data, bytes->len, &hello) == SLUICE_TLS_HELLO;
            bytes->data[at] = before;
          }
      g_assert_cmpuint (n_hellos, >, 0);
      g_assert_cmpuint (n_hellos, <, bytes->len * G_N_ELEMENTS (values));
    }
}

/* A segment of @bytes, in memory of its own. */
static SluiceTlsResult
add (SluiceTlsAssembly *assembly, guint32 base, const GByteArray *bytes, guint from, guint to, SluiceTlsHello *hello)
{
  guint8 *copy = exact_copy (bytes->data + from, to - from);
  SluiceTlsResult result = sluice_tls_assembly_add (assembly, base + from, copy, to - from, hello);

  free (copy);
  return result;
}

static void
test_segments (void)
{
  static const guint sizes[] = { 1, 7, 100, 1460 };
  static const guint32 bases[] = { 0, 1000, G_MAXUINT32 - 50, 0x7fffff00 };
  TestHello test = usual;

  test.padding = 2000;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint b = 0; b < G_N_ELEMENTS (bases); b++)
      {
        g_autoptr (GByteArray) bytes = make_hello (&test, 600);
        g_autofree SluiceTlsAssembly *assembly = g_new0 (SluiceTlsAssembly, 1);
        SluiceTlsHello hello;

        g_assert_cmpint (add (assembly, bases[b], bytes, 0, 0, &hello), ==, SLUICE_TLS_NEED_MORE);
        for (guint at = 0; at < bytes->len; at += sizes[i])
          {
            guint end = MIN (at + sizes[i], bytes->len);
            SluiceTlsResult result = add (assembly, bases[b], bytes, at, end, &hello);

            g_assert_cmpint (result, ==, end == bytes->len ? SLUICE_TLS_HELLO : SLUICE_TLS_NEED_MORE);
          }
        g_assert_cmpstr (hello.server_name, ==, "www.example.com");
        g_assert_cmpstr (hello.alpn, ==, "h2");
      }
}

static void
test_twice_and_overlapping (void)
{
  g_autoptr (GByteArray) bytes = make_hello (&usual, WHOLE);
  g_autoptr (GByteArray) other = make_hello (&usual, WHOLE);
  g_autofree SluiceTlsAssembly *assembly = g_new0 (SluiceTlsAssembly, 1);
  SluiceTlsHello hello;

  memset (other->data, 'x', other->len);
  g_assert_cmpint (add (assembly, 9, bytes, 0, 50, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 9, bytes, 0, 50, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 9, other, 10, 50, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 9, bytes, 30, 90, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 9, other, 0, 90, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 9, bytes, 20, bytes->len, &hello), ==, SLUICE_TLS_HELLO);
  g_assert_cmpstr (hello.server_name, ==, "www.example.com");
}

static void
test_keepalive (void)
{
  g_autoptr (GByteArray) bytes = make_hello (&usual, WHOLE);
  g_autofree SluiceTlsAssembly *assembly = g_new0 (SluiceTlsAssembly, 1);
  SluiceTlsHello hello;

  /* After the SYN, an acknowledgement that carries nothing. */
  g_assert_cmpint (sluice_tls_assembly_add (assembly, 0, NULL, 0, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (sluice_tls_assembly_add (assembly, G_MAXUINT32, (const guint8 *) "\0", 1, &hello), ==,
                   SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (sluice_tls_assembly_add (assembly, 0x80000000, (const guint8 *) "\0", 1, &hello), ==,
                   SLUICE_TLS_NEED_MORE);
  g_byte_array_prepend (bytes, (const guint8 *) "zz", 2);
  g_assert_cmpint (add (assembly, G_MAXUINT32 - 1, bytes, 0, bytes->len, &hello), ==, SLUICE_TLS_HELLO);
  g_assert_cmpstr (hello.server_name, ==, "www.example.com");
}

/* Every order of four segments, after an acknowledgement that carries nothing. */
static void
test_wrong_order (void)
{
  g_autoptr (GByteArray) bytes = make_hello (&usual, WHOLE);
  guint n_found = 0;

  for (guint order = 0; order < 256; order++)
    {
      g_autofree SluiceTlsAssembly *assembly = g_new0 (SluiceTlsAssembly, 1);
      SluiceTlsResult result = SLUICE_TLS_NEED_MORE;
      SluiceTlsHello hello;
      guint seen = 0;

      for (guint i = 0; i < 4; i++)
        seen |= 1u << (order >> 2 * i & 3);
      if (seen != 15)
        continue;
      g_assert_cmpint (add (assembly, G_MAXUINT32 - 20, bytes, 0, 0, &hello), ==, SLUICE_TLS_NEED_MORE);
      for (guint i = 0; i < 4; i++)
        {
          guint part = order >> 2 * i & 3;

          g_assert_cmpint (result, ==, SLUICE_TLS_NEED_MORE);
          result = add (assembly, G_MAXUINT32 - 20, bytes, bytes->len * part / 4, bytes->len * (part + 1) / 4, &hello);
        }
      g_assert_cmpint (result, !=, SLUICE_TLS_NOT);
      n_found += result == SLUICE_TLS_HELLO && g_str_equal (hello.server_name, "www.example.com");
    }
  /* In the others two stretches are ahead at once, and one of them is let go. */
  g_assert_cmpuint (n_found, ==, 20);
}

static void
test_too_long (void)
{
  TestHello test = usual;
  g_autofree SluiceTlsAssembly *assembly = g_new0 (SluiceTlsAssembly, 1);
  g_autoptr (GByteArray) bytes = NULL;
  SluiceTlsHello hello;

  test.padding = SLUICE_TLS_HELLO_MAX + 2000;
  bytes = make_hello (&test, WHOLE);
  g_assert_cmpint (read_bytes (bytes->data, bytes->len, &hello), ==, SLUICE_TLS_HELLO);
  g_assert_cmpint (add (assembly, 0, bytes, 0, 8000, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 0, bytes, 9000, bytes->len, &hello), ==, SLUICE_TLS_NEED_MORE);
  g_assert_cmpint (add (assembly, 0, bytes, 8000, bytes->len, &hello), ==, SLUICE_TLS_NOT);
}

static void
test_not_from_the_beginning (void)
{
  g_autoptr (GByteArray) bytes = make_hello (&usual, WHOLE);
  g_autofree SluiceTlsAssembly *assembly = g_new0 (SluiceTlsAssembly, 1);
  SluiceTlsHello hello;

  g_assert_cmpint (add (assembly, 0, bytes, 60, 90, &hello), ==, SLUICE_TLS_NOT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tls-hello/each-version-in-any-records-tells-its-name", test_versions);
  g_test_add_func ("/tls-hello/only-what-may-be-a-name-is-one", test_names);
  g_test_add_func ("/tls-hello/the-first-protocol-that-is-one-is-taken", test_protocols);
  g_test_add_func ("/tls-hello/an-encrypted-hello-tells-the-outer-name", test_encrypted);
  g_test_add_func ("/tls-hello/something-else-is-told-apart", test_others);
  g_test_add_func ("/tls-hello/bent-at-any-byte-it-reads-nothing-beyond-its-end", test_bent);
  g_test_add_func ("/tls-hello/segments-of-any-size-are-put-together", test_segments);
  g_test_add_func ("/tls-hello/segments-may-come-twice-and-overlap", test_twice_and_overlapping);
  g_test_add_func ("/tls-hello/what-stands-before-the-beginning-is-left-out", test_keepalive);
  g_test_add_func ("/tls-hello/segments-may-come-in-the-wrong-order", test_wrong_order);
  g_test_add_func ("/tls-hello/an-endless-hello-is-given-up", test_too_long);
  g_test_add_func ("/tls-hello/the-middle-of-a-hello-is-none", test_not_from_the_beginning);

  return g_test_run ();
}
