#include "engine/interface-list.h"

#include "sample-maker.h"

/* Feeds a sample and lets go of it; returns how many links came back. */
static guint
feed (SluiceInterfaceList *list, SluiceSample *sample, SluiceInterfaceItem *keep)
{
  g_autoptr (GArray) returns = sluice_interface_list_feed (list, sample, keep);

  sluice_sample_unref (sample);
  return returns->len;
}

static guint
length (SluiceInterfaceList *list)
{
  return g_list_model_get_n_items (sluice_interface_list_get_model (list));
}

static guint64
total (SluiceInterfaceItem *item)
{
  guint64 bytes[SLUICE_N_DIRECTIONS];

  sluice_interface_item_get_total (item, bytes);
  return bytes[SLUICE_RX];
}

static void
test_sum (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
  SluiceSample *sample = make_sample (1);

  g_assert_cmpuint (length (list), ==, 1);
  put_interface (sample, 1, "eth0", 100, 0);
  put_interface (sample, 2, "wlan0", 20, 0);
  put_interface (sample, 3, "lo", 5000, 0)->listed = FALSE;
  feed (list, sample, NULL);
  g_assert_cmpuint (length (list), ==, 4);
  g_assert_cmpuint (total (sluice_interface_list_get_sum (list)), ==, 120);
  g_assert_cmpuint (total (sluice_interface_list_find (list, 3)), ==, 5000);
  g_assert_null (sluice_interface_list_find (list, 4));
}

/* With no link at all there is nothing to be a sum of: no data, not zero. */
static void
test_none (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
  SluiceInterfaceItem *sum = sluice_interface_list_get_sum (list);
  SluiceSeries *series = sluice_interface_item_get_series (sum);
  SluiceSample *sample;
  double rates[SLUICE_N_DIRECTIONS];

  feed (list, make_sample (1), NULL);
  sample = make_sample (2);
  put_interface (sample, 3, "lo", 5000, 0)->listed = FALSE;
  feed (list, sample, NULL);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 0);

  for (gint64 second = 3; second <= 6; second++)
    {
      sample = make_sample (second);
      if (second != 5)
        put_interface (sample, 1, "eth0", 100, 0);
      feed (list, sample, NULL);
      sluice_interface_item_get_unattributed (sum, rates);
      g_assert_cmpfloat (rates[SLUICE_RX], ==, second != 5 ? 100 : 0);
    }
  g_assert_cmpuint (sluice_series_get_length (series), ==, 3);
  g_assert_cmpint (sluice_series_get_point (series, 0)->time, ==, 3 * SECOND);
  g_assert_cmpint (sluice_series_get_point (series, 2)->time, ==, 6 * SECOND);
  g_assert_cmpuint (total (sum), ==, 300);
}

static void
test_in_place (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
  SluiceInterfaceItem *item;
  SluiceSample *sample = make_sample (1);
  guint n_changed = 0;

  put_interface (sample, 1, "eth0", 100, 0);
  feed (list, sample, NULL);
  item = sluice_interface_list_find (list, 1);
  g_signal_connect (sluice_interface_list_get_model (list), "items-changed", G_CALLBACK (count_items_cb), &n_changed);
  sample = make_sample (2);
  put_interface (sample, 1, "lan0", 10, 0);
  feed (list, sample, NULL);
  g_assert_true (sluice_interface_list_find (list, 1) == item);
  g_assert_cmpstr (sluice_interface_item_get_interface (item)->name, ==, "lan0");
  g_assert_cmpuint (total (item), ==, 110);
  g_assert_cmpuint (n_changed, ==, 0);
}

static void
test_back (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
  g_autoptr (GArray) returns = NULL;
  g_autoptr (SluiceSample) last = make_sample (3);
  SluiceInterfaceItem *item;
  SluiceSample *sample = make_sample (1);

  put_interface (sample, 1, "eth0", 100, 0);
  feed (list, sample, NULL);
  item = sluice_interface_list_find (list, 1);
  g_assert_cmpuint (feed (list, make_sample (2), NULL), ==, 0);
  g_assert_true (sluice_interface_item_get_gone (item));
  put_interface (last, 9, "eth0", 7, 0);
  put_interface (last, 10, "eth1", 7, 0);
  returns = sluice_interface_list_feed (list, last, NULL);
  g_assert_cmpuint (returns->len, ==, 1);
  g_assert_cmpuint (g_array_index (returns, SluiceInterfaceReturn, 0).before, ==, 1);
  g_assert_cmpuint (g_array_index (returns, SluiceInterfaceReturn, 0).now, ==, 9);
  g_assert_true (sluice_interface_list_find (list, 9) == item);
  g_assert_false (sluice_interface_item_get_gone (item));
  g_assert_cmpuint (total (item), ==, 107);
  /* A gap: no point for the second without it. */
  g_assert_cmpuint (sluice_series_get_length (sluice_interface_item_get_series (item)), ==, 2);
  g_assert_cmpuint (length (list), ==, 3);
}

static void
test_back_at_once (void)
{
  /* In whatever order the rows stand. */
  for (guint order = 0; order < 2; order++)
    {
      g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
      SluiceInterfaceItem *item;
      SluiceSample *sample = make_sample (1);

      put_interface (sample, 1, "eth0", 100, 0);
      feed (list, sample, NULL);
      item = sluice_interface_list_find (list, 1);
      sample = make_sample (2);
      if (order == 0)
        put_interface (sample, 1, "eth0", 30, 0)->gone = TRUE;
      put_interface (sample, 2, "eth0", 4, 0);
      if (order == 1)
        put_interface (sample, 1, "eth0", 30, 0)->gone = TRUE;
      g_assert_cmpuint (feed (list, sample, NULL), ==, 1);
      g_assert_cmpuint (length (list), ==, 2);
      g_assert_cmpuint (total (item), ==, 134);
      g_assert_cmpuint (total (sluice_interface_list_get_sum (list)), ==, 134);
      g_assert_false (sluice_interface_item_get_gone (item));
      g_assert_cmpuint (sluice_interface_item_get_instance (item), ==, 2);
      g_assert_cmpfloat (sluice_series_get_last (sluice_interface_item_get_series (item))->rx, ==, 34);
    }
}

static void
test_two_of_a_name (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
  SluiceSample *sample = make_sample (1);

  /* Two that are there at once are two, whatever their sanitised names. */
  put_interface (sample, 1, "eth?", 1, 0);
  put_interface (sample, 2, "eth?", 2, 0);
  feed (list, sample, NULL);
  g_assert_cmpuint (length (list), ==, 3);
  g_assert_cmpuint (total (sluice_interface_list_find (list, 2)), ==, 2);
}

static void
test_forgetting (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();
  SluiceInterfaceItem *keep;
  SluiceSample *sample = make_sample (1);

  put_interface (sample, 1, "eth0", 1, 0);
  put_interface (sample, 2, "eth1", 1, 0);
  feed (list, sample, NULL);
  keep = sluice_interface_list_find (list, 1);
  feed (list, make_sample (2), keep);
  feed (list, make_sample (3602), keep);
  g_assert_cmpuint (length (list), ==, 3);
  feed (list, make_sample (3603), keep);
  g_assert_cmpuint (length (list), ==, 2);
  g_assert_null (sluice_interface_list_find (list, 2));
  g_assert_true (sluice_interface_list_find (list, 1) == keep);
  feed (list, make_sample (3604), NULL);
  g_assert_cmpuint (length (list), ==, 1);
}

static void
test_many (void)
{
  g_autoptr (SluiceInterfaceList) list = sluice_interface_list_new ();

  /* A container a second, for a while. */
  for (guint i = 1; i <= 500; i++)
    {
      g_autofree char *name = g_strdup_printf ("veth%u", i);
      SluiceSample *sample = make_sample (i);

      put_interface (sample, i, name, 1, 0);
      feed (list, sample, NULL);
    }
  g_assert_cmpuint (length (list), ==, 2 + 64);
  g_assert_nonnull (sluice_interface_list_find (list, 436));
  g_assert_null (sluice_interface_list_find (list, 435));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/interface-list/the-first-is-the-sum-of-the-listed", test_sum);
  g_test_add_func ("/interface-list/without-a-link-the-sum-has-a-gap", test_none);
  g_test_add_func ("/interface-list/items-are-updated-in-place", test_in_place);
  g_test_add_func ("/interface-list/a-link-that-comes-back-joins-its-item", test_back);
  g_test_add_func ("/interface-list/a-link-created-again-within-a-sample-is-one-item", test_back_at_once);
  g_test_add_func ("/interface-list/two-links-of-one-name-are-two", test_two_of_a_name);
  g_test_add_func ("/interface-list/what-is-gone-for-an-hour-is-forgotten-but-what-is-shown", test_forgetting);
  g_test_add_func ("/interface-list/links-that-come-and-go-do-not-pile-up", test_many);

  return g_test_run ();
}
