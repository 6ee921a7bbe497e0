#include "engine/interface-item-private.h"

#include "sample-maker.h"

static void
test_figures (void)
{
  g_autoptr (SluiceInterface) interface = sluice_interface_new (7, 2, "eth0");
  g_autoptr (SluiceInterfaceItem) item = sluice_interface_item_new (interface);
  const guint64 bytes[] = { 3000, 1000 };
  const guint64 unattributed[] = { 600, 200 };
  guint64 total[SLUICE_N_DIRECTIONS];
  double rates[SLUICE_N_DIRECTIONS];
  guint n_changed = 0;

  g_signal_connect (item, "changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_cmpuint (sluice_interface_item_get_instance (item), ==, 7);
  g_assert_true (sluice_interface_item_get_interface (item) == interface);
  /* The first sample has no span and moves nothing. */
  sluice_interface_item_take (item, &(SluicePoint){ 1 * SECOND, 0 }, bytes, unattributed);
  g_assert_cmpuint (sluice_series_get_length (sluice_interface_item_get_series (item)), ==, 0);
  sluice_interface_item_take (item, &(SluicePoint){ 3 * SECOND, 2 * SECOND }, bytes, unattributed);
  g_assert_cmpuint (n_changed, ==, 2);
  sluice_interface_item_get_total (item, total);
  sluice_interface_item_get_unattributed (item, rates);
  g_assert_cmpuint (total[SLUICE_RX], ==, 3000);
  g_assert_cmpfloat (rates[SLUICE_RX], ==, 300);
  g_assert_cmpfloat (rates[SLUICE_TX], ==, 100);
  g_assert_cmpfloat (sluice_series_get_last (sluice_interface_item_get_series (item))->rx, ==, 1500);
}

static void
test_record (void)
{
  g_autoptr (SluiceInterface) interface = sluice_interface_new (7, 2, "eth0");
  g_autoptr (SluiceInterface) renamed = sluice_interface_new (7, 2, "lan0");
  g_autoptr (SluiceInterfaceItem) item = sluice_interface_item_new (interface);

  g_assert_false (sluice_interface_item_get_listed (item));
  sluice_interface_item_set_interface (item, renamed, TRUE);
  g_assert_true (sluice_interface_item_get_interface (item) == renamed);
  g_assert_true (sluice_interface_item_get_listed (item));
  g_assert_true (g_atomic_ref_count_compare (&interface->reference_count, 1));
}

static void
test_gone (void)
{
  g_autoptr (SluiceInterface) interface = sluice_interface_new (7, 2, "eth0");
  g_autoptr (SluiceInterfaceItem) item = sluice_interface_item_new (interface);
  const guint64 bytes[] = { 3000, 1000 };
  double rates[SLUICE_N_DIRECTIONS];
  guint n_changed = 0;

  sluice_interface_item_take (item, &(SluicePoint){ SECOND, SECOND }, bytes, bytes);
  g_signal_connect (item, "changed", G_CALLBACK (count_cb), &n_changed);
  sluice_interface_item_set_gone (item, 5);
  sluice_interface_item_set_gone (item, 6);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_true (sluice_interface_item_get_gone (item));
  g_assert_cmpint (sluice_interface_item_get_gone_since (item), ==, 5);
  sluice_interface_item_get_unattributed (item, rates);
  g_assert_cmpfloat (rates[SLUICE_RX], ==, 0);
  sluice_interface_item_set_interface (item, interface, TRUE);
  g_assert_false (sluice_interface_item_get_gone (item));
}

static void
test_sum (void)
{
  g_autoptr (SluiceInterfaceItem) item = sluice_interface_item_new (NULL);

  g_assert_null (sluice_interface_item_get_interface (item));
  g_assert_cmpuint (sluice_interface_item_get_instance (item), ==, 0);
  g_assert_true (sluice_interface_item_get_listed (item));
  g_assert_false (sluice_interface_item_get_gone (item));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/interface-item/rates-are-bytes-over-the-span", test_figures);
  g_test_add_func ("/interface-item/goes-on-with-a-new-record", test_record);
  g_test_add_func ("/interface-item/is-gone-once-and-may-come-back", test_gone);
  g_test_add_func ("/interface-item/the-sum-has-no-link", test_sum);

  return g_test_run ();
}
