#include "capture/local-set.h"

static SluiceInterfaceAddress
parse (const char *text, guint8 prefix_length)
{
  SluiceInterfaceAddress network = { .prefix_length = prefix_length };

  g_assert_true (sluice_address_parse (text, &network.address));
  return network;
}

static gboolean
has (const SluiceLocalSet *set, const char *text)
{
  SluiceInterfaceAddress network = parse (text, 0);

  return sluice_local_set_has (set, &network.address);
}

static gboolean
is_group (const SluiceLocalSet *set, const char *text)
{
  SluiceInterfaceAddress network = parse (text, 0);

  return sluice_local_set_is_group (set, &network.address);
}

static void
test_addresses (void)
{
  g_autoptr (SluiceLocalSet) set = sluice_local_set_new (8);
  SluiceAddress nobody = { 0 };
  SluiceInterfaceAddress networks[] = {
    parse ("192.0.2.10", 24),
    parse ("2001:db8::10", 64),
    { .prefix_length = 24 }, /* no address */
    parse ("10.1.2.3", 200), /* a prefix that cannot be */
  };

  g_assert_true (sluice_local_set_is_empty (set));
  sluice_local_set_fill (set, networks, G_N_ELEMENTS (networks), FALSE);
  g_assert_false (sluice_local_set_is_empty (set));
  g_assert_true (has (set, "192.0.2.10"));
  g_assert_false (has (set, "192.0.2.11"));
  g_assert_false (has (set, "192.0.2.255"));
  g_assert_true (has (set, "2001:db8::10"));
  g_assert_false (has (set, "2001:db8::11"));
  g_assert_true (has (set, "10.1.2.3"));
  g_assert_false (sluice_local_set_has (set, &nobody));

  sluice_local_set_fill (set, NULL, 0, FALSE);
  g_assert_true (sluice_local_set_is_empty (set));
  g_assert_false (has (set, "192.0.2.10"));
}

static void
test_networks (void)
{
  g_autoptr (SluiceLocalSet) set = sluice_local_set_new (8);
  SluiceInterfaceAddress networks[] = {
    parse ("192.0.2.77", 25),
    parse ("10.0.0.0", 8),
    parse ("2001:db8::", 33),
    parse ("198.51.100.7", 32),
  };

  sluice_local_set_fill (set, networks, G_N_ELEMENTS (networks), TRUE);
  g_assert_true (has (set, "192.0.2.127"));
  g_assert_false (has (set, "192.0.2.128"));
  g_assert_true (has (set, "10.255.255.255"));
  g_assert_false (has (set, "11.0.0.0"));
  g_assert_true (has (set, "2001:db8:7fff::1"));
  g_assert_false (has (set, "2001:db8:8000::1"));
  g_assert_true (has (set, "198.51.100.7"));
  g_assert_false (has (set, "198.51.100.6"));

  networks[0] = parse ("0.0.0.0", 0);
  sluice_local_set_fill (set, networks, 1, TRUE);
  g_assert_true (has (set, "203.0.113.1"));
  g_assert_false (has (set, "2001:db8::1"));
}

static void
test_groups (void)
{
  g_autoptr (SluiceLocalSet) set = sluice_local_set_new (4);
  SluiceInterfaceAddress networks[] = {
    parse ("192.0.2.77", 25),
    parse ("198.51.100.1", 31),
    parse ("2001:db8::1", 24),
  };
  SluiceAddress nobody = { 0 };

  g_assert_true (is_group (set, "224.0.0.1"));
  g_assert_true (is_group (set, "239.255.255.250"));
  g_assert_false (is_group (set, "240.0.0.1"));
  g_assert_true (is_group (set, "255.255.255.255"));
  g_assert_true (is_group (set, "ff02::fb"));
  g_assert_false (is_group (set, "fe80::1"));
  g_assert_false (sluice_local_set_is_group (set, &nobody));

  g_assert_false (is_group (set, "192.0.2.127"));
  sluice_local_set_fill (set, networks, G_N_ELEMENTS (networks), FALSE);
  g_assert_true (is_group (set, "192.0.2.127"));
  g_assert_false (is_group (set, "192.0.2.255"));
  g_assert_false (is_group (set, "198.51.100.1"));
}

static void
test_full (void)
{
  g_autoptr (SluiceLocalSet) set = sluice_local_set_new (100);
  SluiceInterfaceAddress networks[200];

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    networks[i] = (SluiceInterfaceAddress){
      sluice_address_from_ipv4 ((const guint8[]){ 10, 0, (guint8) i, 1 }),
      24,
    };
  sluice_local_set_fill (set, networks, G_N_ELEMENTS (networks), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    g_assert_cmpint (sluice_local_set_has (set, &networks[i].address), ==, i < 100);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-set/knows-addresses-but-not-their-neighbours", test_addresses);
  g_test_add_func ("/local-set/knows-whole-networks", test_networks);
  g_test_add_func ("/local-set/knows-groups", test_groups);
  g_test_add_func ("/local-set/takes-no-more-than-it-has-room-for", test_full);
  return g_test_run ();
}
