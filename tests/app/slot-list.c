#include "app/slot-list.h"

typedef struct
{
  guint n_changes;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
changed_cb (GListModel *list,
            guint position,
            guint removed,
            guint added,
            Changes *changes)
{
  *changes = (Changes){ changes->n_changes + 1, position, removed, added };
}

static void
append (GListStore *rows,
        guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) row = g_object_new (G_TYPE_OBJECT, NULL);

      g_list_store_append (rows, row);
    }
}

static int
backwards_cb (gconstpointer a,
              gconstpointer b,
              gpointer data)
{
  return a < b ? 1 : -1;
}

static void
test_order (void)
{
  g_autoptr (GListStore) rows = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (SluiceSlotList) slots = NULL;
  Changes changes = { 0 };

  append (rows, 5);
  slots = sluice_slot_list_new (G_LIST_MODEL (rows));
  g_signal_connect (slots, "items-changed", G_CALLBACK (changed_cb), &changes);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (slots)), ==, 5);
  g_list_store_sort (rows, backwards_cb, NULL);
  g_assert_cmpuint (changes.n_changes, ==, 0);
}

static void
test_length (void)
{
  g_autoptr (GListStore) rows = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (SluiceSlotList) slots = sluice_slot_list_new (G_LIST_MODEL (rows));
  g_autoptr (GObject) first = NULL;
  g_autoptr (GObject) still_first = NULL;
  g_autoptr (GObject) other = NULL;
  Changes changes = { 0 };

  g_assert_null (g_list_model_get_item (G_LIST_MODEL (slots), 0));
  g_signal_connect (slots, "items-changed", G_CALLBACK (changed_cb), &changes);
  append (rows, 3);
  first = g_list_model_get_item (G_LIST_MODEL (slots), 0);
  g_list_store_remove (rows, 0);
  g_assert_cmpuint (changes.n_changes, ==, 4);
  g_assert_cmpuint (changes.position, ==, 2);
  g_assert_cmpuint (changes.removed, ==, 1);
  g_assert_cmpuint (changes.added, ==, 0);
  /* The row went, the place stays. */
  still_first = g_list_model_get_item (G_LIST_MODEL (slots), 0);
  g_assert_true (first == still_first);
  other = g_list_model_get_item (G_LIST_MODEL (slots), 1);
  g_assert_true (first != other);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (slots), 2));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slot-list/does-not-stir-when-rows-change-their-order", test_order);
  g_test_add_func ("/slot-list/grows-and-shrinks-at-the-end-only", test_length);

  return g_test_run ();
}
