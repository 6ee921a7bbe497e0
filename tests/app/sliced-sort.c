#include "app/sliced-sort.h"

#define MANY 10000

static GArray *
make_entries (guint n,
              guint n_different)
{
  GArray *entries = g_array_new (FALSE, TRUE, sizeof (SluiceSortEntry));
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < n; i++)
    {
      SluiceSortEntry entry = { g_rand_int_range (random, 0, (gint32) n_different), NULL, GUINT_TO_POINTER (i) };

      g_array_append_val (entries, entry);
    }

  return entries;
}

/* In order, and those that are equal as they were. */
static void
check_order (GArray *entries)
{
  for (guint i = 1; i < entries->len; i++)
    {
      const SluiceSortEntry *a = &g_array_index (entries, SluiceSortEntry, i - 1);
      const SluiceSortEntry *b = &g_array_index (entries, SluiceSortEntry, i);

      g_assert_cmpfloat (a->number, <=, b->number);
      if (a->number == b->number)
        g_assert_cmpuint (GPOINTER_TO_UINT (a->data), <, GPOINTER_TO_UINT (b->data));
    }
}

static void
test_slices (void)
{
  g_autoptr (SluiceSlicedSort) sort = sluice_sliced_sort_new ();

  for (guint n_different = 1; n_different <= MANY; n_different *= 100)
    {
      g_autoptr (GArray) entries = make_entries (MANY, n_different);
      guint n_slices = 1;

      sluice_sliced_sort_begin (sort, entries, FALSE);
      /* A deadline that is always over: the least that can be done each time. */
      while (!sluice_sliced_sort_step (sort, 0))
        n_slices++;
      check_order (entries);
      if (n_different > 1)
        g_assert_cmpuint (n_slices, >, 2);
    }
}

static void
test_again (void)
{
  g_autoptr (SluiceSlicedSort) sort = sluice_sliced_sort_new ();
  g_autoptr (GArray) given_up = make_entries (MANY, MANY);
  g_autoptr (GArray) entries = make_entries (100, 100);

  sluice_sliced_sort_begin (sort, given_up, FALSE);
  g_assert_false (sluice_sliced_sort_step (sort, 0));
  sluice_sliced_sort_begin (sort, entries, FALSE);
  g_assert_true (sluice_sliced_sort_step (sort, G_MAXINT64));
  check_order (entries);
}

static void
test_sorted (void)
{
  g_autoptr (SluiceSlicedSort) sort = sluice_sliced_sort_new ();
  g_autoptr (GArray) entries = make_entries (MANY, MANY);

  sluice_sliced_sort_begin (sort, entries, FALSE);
  g_assert_true (sluice_sliced_sort_step (sort, G_MAXINT64));
  sluice_sliced_sort_begin (sort, entries, FALSE);
  g_assert_true (sluice_sliced_sort_step (sort, 0));
  check_order (entries);
}

static void
test_texts (void)
{
  g_autoptr (SluiceSlicedSort) sort = sluice_sliced_sort_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (SluiceSortEntry));
  const char *const texts[] = { "b", "c", "a" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      SluiceSortEntry entry = { 1, texts[i], NULL };

      g_array_append_val (entries, entry);
    }
  sluice_sliced_sort_begin (sort, entries, FALSE);
  g_assert_true (sluice_sliced_sort_step (sort, G_MAXINT64));
  g_assert_cmpstr (g_array_index (entries, SluiceSortEntry, 0).text, ==, "a");
  sluice_sliced_sort_begin (sort, entries, TRUE);
  g_assert_true (sluice_sliced_sort_step (sort, G_MAXINT64));
  g_assert_cmpstr (g_array_index (entries, SluiceSortEntry, 0).text, ==, "c");
  g_assert_cmpstr (g_array_index (entries, SluiceSortEntry, 2).text, ==, "a");
}

static void
test_none (void)
{
  g_autoptr (SluiceSlicedSort) sort = sluice_sliced_sort_new ();
  g_autoptr (GArray) entries = make_entries (0, 1);

  sluice_sliced_sort_begin (sort, entries, FALSE);
  g_assert_true (sluice_sliced_sort_step (sort, 0));
  g_assert_cmpuint (entries->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sliced-sort/sorts-in-slices-and-keeps-equal-entries-in-their-order", test_slices);
  g_test_add_func ("/sliced-sort/can-be-given-up-for-another", test_again);
  g_test_add_func ("/sliced-sort/is-done-at-once-with-what-is-in-order", test_sorted);
  g_test_add_func ("/sliced-sort/lets-texts-decide-either-way", test_texts);
  g_test_add_func ("/sliced-sort/has-nothing-to-do-with-nothing", test_none);

  return g_test_run ();
}
