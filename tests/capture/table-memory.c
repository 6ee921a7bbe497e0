#include "capture/table-memory.h"

#include <string.h>

static void
test_zeroed (void)
{
  static const gsize lengths[] = { 1, 4095, 4097, 5 << 20, (5 << 20) + 3 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree guint8 *memory = sluice_table_memory_new (lengths[i]);

      for (gsize j = 0; j < lengths[i]; j++)
        g_assert_cmpuint (memory[j], ==, 0);
      memset (memory, 1, lengths[i]);
      g_assert_cmpuint (memory[lengths[i] - 1], ==, 1);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table-memory/is-zero-and-all-of-it-can-be-used", test_zeroed);
  return g_test_run ();
}
