#include "model/interface.h"

#include <string.h>

static void
test_new (void)
{
  g_autoptr (SluiceInterface) interface = sluice_interface_new (7, 3, "wlan0");

  g_assert_cmpuint (interface->instance, ==, 7);
  g_assert_cmpuint (interface->ifindex, ==, 3);
  g_assert_cmpstr (interface->name, ==, "wlan0");
  g_assert_cmpint (interface->kind, ==, SLUICE_INTERFACE_OTHER);
  g_assert_false (interface->up);
  g_assert_cmpuint (interface->n_addresses, ==, 0);
  g_assert_null (interface->hardware_address);
}

static void
test_copy (void)
{
  SluiceInterface *original = sluice_interface_new (7, 3, "wlan0");
  g_autoptr (SluiceInterface) copy = NULL;
  g_autoptr (SluiceInterface) bare = NULL;
  SluiceAddress address;

  bare = sluice_interface_copy (original);
  g_assert_null (bare->addresses);
  g_assert_null (bare->hardware_address);

  original->kind = SLUICE_INTERFACE_WIFI;
  original->up = TRUE;
  original->speed = 1000000000;
  original->hardware_address = g_strdup ("02:00:00:00:00:01");
  original->n_addresses = 2;
  original->addresses = g_new0 (SluiceInterfaceAddress, 2);
  g_assert_true (sluice_address_parse ("192.0.2.1", &original->addresses[0].address));
  original->addresses[0].prefix_length = 24;
  g_assert_true (sluice_address_parse ("fe80::1", &original->addresses[1].address));
  original->addresses[1].prefix_length = 64;
  sluice_interface_ref (original);
  copy = sluice_interface_copy (original);

  /* The copy counts for itself and stands alone once the original is gone. */
  g_assert_true (g_atomic_ref_count_compare (&copy->reference_count, 1));
  sluice_interface_unref (original);
  sluice_interface_unref (original);
  g_assert_cmpuint (copy->instance, ==, 7);
  g_assert_cmpstr (copy->name, ==, "wlan0");
  g_assert_cmpint (copy->kind, ==, SLUICE_INTERFACE_WIFI);
  g_assert_true (copy->up);
  g_assert_cmpuint (copy->speed, ==, 1000000000);
  g_assert_cmpstr (copy->hardware_address, ==, "02:00:00:00:00:01");
  g_assert_cmpuint (copy->n_addresses, ==, 2);
  g_assert_true (sluice_address_parse ("fe80::1", &address));
  g_assert_true (sluice_address_equal (&copy->addresses[1].address, &address));
  g_assert_cmpuint (copy->addresses[1].prefix_length, ==, 64);
}

static void
test_words (void)
{
  g_autoptr (SluiceInterface) interface = sluice_interface_new (1, 1, "wlan0");
  g_autofree char *wifi = NULL;
  g_autofree char *hostile = NULL;

  interface->kind = SLUICE_INTERFACE_WIFI;
  wifi = sluice_interface_describe (interface);
  g_assert_cmpstr (wifi, ==, "Wi-Fi (wlan0)");

  g_free (interface->name);
  interface->name = g_strdup ("%s%n");
  hostile = sluice_interface_describe (interface);
  g_assert_cmpstr (hostile, ==, "Wi-Fi (%s%n)");
}

static void
test_kinds (void)
{
  for (SluiceInterfaceKind kind = SLUICE_INTERFACE_ETHERNET; kind <= SLUICE_INTERFACE_OTHER; kind++)
    {
      g_assert_cmpuint (strlen (sluice_interface_kind_name (kind)), >, 0);
      g_assert_cmpuint (strlen (sluice_interface_kind_label (kind)), >, 0);
      for (SluiceInterfaceKind other = SLUICE_INTERFACE_ETHERNET; other < kind; other++)
        {
          g_assert_cmpstr (sluice_interface_kind_name (kind), !=, sluice_interface_kind_name (other));
          g_assert_cmpstr (sluice_interface_kind_label (kind), !=, sluice_interface_kind_label (other));
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/interface/begins-with-nothing-claimed", test_new);
  g_test_add_func ("/interface/copy-is-whole-and-stands-alone", test_copy);
  g_test_add_func ("/interface/describes-itself-in-words", test_words);
  g_test_add_func ("/interface/every-kind-has-its-own-name-and-label", test_kinds);

  return g_test_run ();
}
