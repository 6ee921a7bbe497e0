#include "decode/dns-name.h"

#include "exact.h"

#define TEXT_MAX 1024

/* A name at the end of @bytes as text; NULL where it is none. */
static char *
read_name (const void *bytes, gsize length, gsize offset)
{
  guint8 *copy = exact_copy (bytes, length);
  SluiceDnsName name = sluice_dns_name_at (copy, length, offset);
  char *text = g_malloc0 (TEXT_MAX);

  if (!sluice_dns_name_to_text (&name, text, TEXT_MAX))
    g_clear_pointer (&text, g_free);
  free (copy);
  return text;
}

#define assert_name(bytes, offset, expected) \
  G_STMT_START \
  { \
    g_autofree char *read = read_name (bytes, sizeof (bytes) - 1, offset); \
    g_assert_cmpstr (read, ==, expected); \
  } \
  G_STMT_END

static void
test_pointers (void)
{
  assert_name ("\3WwW\7example\3com\0", 0, "www.example.com");
  assert_name ("\7example\0\3www\300\0", 9, "www.example");
  assert_name ("\7example\0\3www\300\0\300\11", 15, "www.example");
  assert_name ("\0\0", 0, NULL);
}

static void
test_loops (void)
{
  assert_name ("\300\0", 0, NULL);
  assert_name ("\1a\300\0", 0, NULL);
  assert_name ("\1a\300\2", 0, NULL);
  assert_name ("\300\2\300\0", 0, NULL);
  /* Forward, on itself, behind the end, half a pointer. */
  assert_name ("\300\2\1a\0", 0, NULL);
  assert_name ("\1a\300\4\1b\0", 0, NULL);
  assert_name ("\1a\377\377", 0, NULL);
  assert_name ("\1a\300", 0, NULL);
  assert_name ("\1a\0", 17, NULL);
  /* Label types that nobody may use: RFC 6891, 5. */
  assert_name ("\100a\0", 0, NULL);
  assert_name ("\200a\0", 0, NULL);
}

static void
test_staircase (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) "\1a", 3);
  for (guint i = 0; i < 4000; i++)
    {
      guint to = i == 0 ? 0 : bytes->len - 2;
      const guint8 pointer[] = { (guint8) (0xc0 | to >> 8), (guint8) to };

      g_byte_array_append (bytes, pointer, sizeof pointer);
    }
  for (guint steps = 1; steps <= 4000; steps++)
    {
      g_autofree char *text = read_name (bytes->data, bytes->len, 3 + 2 * (gsize) (steps - 1));

      g_assert_cmpstr (text, ==, steps <= 127 ? "a" : NULL);
    }
}

static void
test_binary (void)
{
  assert_name ("\5a.b\0\377\4M\303\274l\0", 0, "a\\046b\\000\\255.m\\195\\188l");
  assert_name ("\6a-b_c9\0", 0, "a-b_c9");
  assert_name ("\5\x1b[31m\0", 0, "\\027\\09131m");
}

static void
test_longest (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  static const guint8 lengths[] = { 63, 63, 63, 61 };
  g_autofree char *text = NULL;
  g_autofree char *longer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_byte_array_append (bytes, &lengths[i], 1);
      for (guint j = 0; j < lengths[i]; j++)
        g_byte_array_append (bytes, (const guint8 *) "\377", 1);
    }
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  g_assert_cmpuint (bytes->len, ==, 255);
  text = read_name (bytes->data, bytes->len, 0);
  g_assert_nonnull (text);
  g_assert_cmpuint (strlen (text), ==, 250 * 4 + 3);
  /* By a pointer it is as good. */
  g_byte_array_append (bytes, (const guint8 *) "\300\0", 2);
  longer = read_name (bytes->data, bytes->len, 255);
  g_assert_cmpstr (longer, ==, text);
  /* With one label more it is none. */
  g_clear_pointer (&longer, g_free);
  g_byte_array_append (bytes, (const guint8 *) "\1a\300\0", 4);
  longer = read_name (bytes->data, bytes->len, 257);
  g_assert_null (longer);
}

static void
test_equal (void)
{
  static const guint8 bytes[] = "\1a\1B\0\1A\300\2\2ab\0\1a\1b\1c\0\1a\0\1x\300\77\3a\0b\0\3a\0c";
  static const struct
  {
    gsize a;
    gsize b;
    gboolean equal;
  } cases[] = {
    { 0, 0, TRUE },    { 0, 5, TRUE },   { 0, 9, FALSE },   { 0, 13, FALSE },
    { 0, 20, FALSE },  { 13, 20, FALSE }, { 23, 23, FALSE }, { 27, 32, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceDnsName a = sluice_dns_name_at (bytes, sizeof bytes, cases[i].a);
      SluiceDnsName b = sluice_dns_name_at (bytes, sizeof bytes, cases[i].b);
      guint labels = 100, none = 0;

      g_assert_cmpint (sluice_dns_name_equal (&a, &b, &labels), ==, cases[i].equal);
      g_assert_cmpint (sluice_dns_name_equal (&b, &a, &labels), ==, cases[i].equal);
      g_assert_cmpuint (labels, <, 100);
      g_assert_false (sluice_dns_name_equal (&a, &b, &none));
    }
}

static void
test_skip (void)
{
  static const guint8 bytes[] = "\3www\7example\0\1a\300\0";

  for (gsize length = 0; length < sizeof bytes; length++)
    {
      guint8 *copy = exact_copy (bytes, length);
      gsize first = 0;
      gsize second = 13;

      g_assert_cmpint (sluice_dns_name_skip (copy, length, &first), ==, length >= 13);
      g_assert_cmpuint (first, ==, length >= 13 ? 13 : 0);
      g_assert_cmpint (sluice_dns_name_skip (copy, length, &second), ==, length >= 17);
      g_assert_cmpuint (second, ==, length >= 17 ? 17 : 13);
      free (copy);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dns-name/pointers-lead-back", test_pointers);
  g_test_add_func ("/dns-name/loops-and-forward-pointers-are-no-names", test_loops);
  g_test_add_func ("/dns-name/a-staircase-of-pointers-is-no-name", test_staircase);
  g_test_add_func ("/dns-name/bytes-that-are-no-letters-are-escaped", test_binary);
  g_test_add_func ("/dns-name/a-name-has-255-bytes-at-the-most", test_longest);
  g_test_add_func ("/dns-name/names-are-equal-but-for-the-case-of-letters", test_equal);
  g_test_add_func ("/dns-name/skipping-ends-within-the-message", test_skip);

  return g_test_run ();
}
