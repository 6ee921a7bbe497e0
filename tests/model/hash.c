#include "model/hash.h"

#include <string.h>

static void
test_every_bit (void)
{
  guint8 data[40] = { 0 };
  guint flipped = 0;
  guint before;

  /* Every length, with and without a remainder; a byte more changes the hash even when it is zero. */
  for (gsize length = 0; length < sizeof data; length++)
    g_assert_cmpuint (sluice_hash_memory (data, length), !=, sluice_hash_memory (data, length + 1));

  /* One bit of the input turns half of the output's, wherever it stands. */
  before = sluice_hash_memory (data, sizeof data);
  for (guint bit = 0; bit < sizeof data * 8; bit++)
    {
      guint after;

      data[bit / 8] ^= 1 << bit % 8;
      after = sluice_hash_memory (data, sizeof data);
      data[bit / 8] ^= 1 << bit % 8;
      g_assert_cmpuint (after, !=, before);
      flipped += __builtin_popcount (after ^ before);
    }
  g_assert_cmpuint (flipped, >, sizeof data * 8 * 15);
  g_assert_cmpuint (flipped, <, sizeof data * 8 * 17);
}

static void
test_alignment (void)
{
  char data[2][64] = { "?what it is, not where it stands", "what it is, not where it stands" };
  gsize length = strlen (data[1]);

  g_assert_cmpuint (sluice_hash_memory (data[0] + 1, length), ==, sluice_hash_memory (data[1], length));
}

/* Run again as a child, it prints a hash: two processes must not agree. */
static void
test_seed (void)
{
  g_autofree char *hash = NULL;

  if (g_test_subprocess ())
    {
      g_print ("hash %08x\n", sluice_hash_memory ("seed", 4));
      return;
    }
  hash = g_strdup_printf ("*hash %08x*", sluice_hash_memory ("seed", 4));
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*hash *");
  g_test_trap_assert_stdout_unmatched (hash);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hash/every-bit-and-the-length-count", test_every_bit);
  g_test_add_func ("/hash/does-not-depend-on-alignment", test_alignment);
  g_test_add_func ("/hash/cannot-be-foretold-from-another-process", test_seed);

  return g_test_run ();
}
