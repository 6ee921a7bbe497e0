#include "decode/host-text.h"

#include "exact.h"

static void
test_names (void)
{
  static const struct
  {
    const char *written;
    const char *name;
  } cases[] = {
    { "Example.COM", "example.com" }, { "example.com.", "example.com" }, { "a_b-c.example", "a_b-c.example" },
    { "localhost", "localhost" },     { "1.example", "1.example" },      { "", NULL },
    { ".", NULL },                    { "..", NULL },                    { ".example", NULL },
    { "a b", NULL },                  { "a:1", NULL },                   { "192.0.2.1", NULL },
    { "192.0.2.1.", NULL },           { "::1", NULL },                   { "a\\032b", NULL },
    { "caf\xc3\xa9", NULL },          { "a\x7f", NULL },                 { "a%41", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].written);
      guint8 *copy = exact_copy (cases[i].written, length);
      char name[16] = "untouched";

      g_assert_cmpint (sluice_host_text_take (copy, length, name, sizeof name), ==, cases[i].name != NULL);
      g_assert_cmpstr (name, ==, cases[i].name != NULL ? cases[i].name : "untouched");
      free (copy);
    }
}

static void
test_room (void)
{
  g_autofree guint8 *bytes = exact_copy ("abcdefgh", 8);
  g_autofree char *long_name = g_strnfill (300, 'a');
  char name[8];
  char large[512];

  g_assert_true (sluice_host_text_take (bytes, 7, name, sizeof name));
  g_assert_cmpstr (name, ==, "abcdefg");
  g_assert_false (sluice_host_text_take (bytes, 8, name, sizeof name));
  g_assert_true (sluice_host_text_take ((const guint8 *) long_name, 255, large, sizeof large));
  g_assert_false (sluice_host_text_take ((const guint8 *) long_name, 256, large, sizeof large));
}

static void
test_nul (void)
{
  char name[16];

  g_assert_false (sluice_host_text_take ((const guint8 *) "a\0b", 3, name, sizeof name));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-text/a-name-has-one-form-and-nothing-strange", test_names);
  g_test_add_func ("/host-text/a-name-that-does-not-fit-is-none", test_room);
  g_test_add_func ("/host-text/a-nul-ends-nothing", test_nul);

  return g_test_run ();
}
