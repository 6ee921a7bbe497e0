#include "sluice-config.h"

#include "cli/interfaces-command.h"

#include <locale.h>
#include <string.h>

#include "fixture.h"

static const char proc_net_dev[]
  = "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
    "compressed\n"
    "    lo:    3267      29    0    0    0     0          0         0     3267      29    0    0    0     0       0"
    "          0\n"
    "uplink: 1844674407370955161 18446744073709551615 1 2 3 4 5 6 7 8 0 0 0 0 0 0\n"
    " a:b:12 34 0 0 0 0 0 0 56 78 0 0 0 0 0 0\n"
    "broken: one\n";

static void
test_packets (void)
{
  g_autoptr (GHashTable) packets = sluice_interfaces_command_parse_packets (proc_net_dev);
  const guint64 *uplink = g_hash_table_lookup (packets, "uplink");
  const guint64 *colon = g_hash_table_lookup (packets, "a:b");

  g_assert_cmpuint (g_hash_table_size (packets), ==, 3);
  g_assert_cmpuint (uplink[SLUICE_RX], ==, G_MAXUINT64);
  g_assert_cmpuint (uplink[SLUICE_TX], ==, 8);
  g_assert_cmpuint (colon[SLUICE_TX], ==, 78);
}

/* An uplink in a bridge, the bridge, a device that carries a VLAN, the VLAN, one that is down, and the loopback. */
static SluiceSample *
make_sample (void)
{
  static const struct
  {
    const char *name;
    SluiceInterfaceKind kind;
    guint32 master;
    guint32 lower;
    gboolean up;
    gboolean listed;
  } cases[] = {
    { "uplink", SLUICE_INTERFACE_ETHERNET, 2, 0, TRUE, FALSE }, { "br0", SLUICE_INTERFACE_BRIDGE, 0, 0, TRUE, TRUE },
    { "eth1", SLUICE_INTERFACE_ETHERNET, 0, 0, TRUE, FALSE },   { "eth1.5", SLUICE_INTERFACE_VLAN, 0, 3, TRUE, TRUE },
    { "eth2", SLUICE_INTERFACE_ETHERNET, 0, 0, FALSE, FALSE },  { "lo", SLUICE_INTERFACE_LOOPBACK, 0, 0, TRUE, FALSE },
  };
  SluiceSample *sample = sluice_sample_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceInterfaceRow row = { .interface = sluice_interface_new (i + 1, i + 1, cases[i].name) };

      row.interface->kind = cases[i].kind;
      row.interface->master = cases[i].master;
      row.interface->lower = cases[i].lower;
      row.interface->up = row.interface->running = cases[i].up;
      row.listed = cases[i].listed;
      row.total_bytes[SLUICE_RX] = 1000 * (i + 1);
      g_array_append_val (sample->interfaces, row);
    }
  return sample;
}

static void
test_reasons (void)
{
  static const char *const expected[][3] = {
    { "uplink", "enslaved", "br0" }, { "br0", NULL, NULL },     { "eth1", "carries", "eth1.5" },
    { "eth1.5", NULL, NULL },        { "eth2", "down", NULL }, { "lo", "loopback", NULL },
  };
  g_autoptr (GHashTable) packets = sluice_interfaces_command_parse_packets (proc_net_dev);
  g_autoptr (SluiceSample) sample = make_sample ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *line = sluice_interfaces_command_json (sample, packets);
  JsonObject *object = fixture_parse (parser, line);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      JsonObject *interface = fixture_find (object, "interfaces", "name", expected[i][0]);

      g_assert_cmpint (json_object_get_boolean_member (interface, "listed"), ==, expected[i][1] == NULL);
      g_assert_cmpstr (json_object_get_string_member (interface, "reason"), ==, expected[i][1]);
      g_assert_cmpstr (json_object_get_string_member (interface, "because_of"), ==, expected[i][2]);
      g_assert_cmpint (json_object_get_int_member (interface, "rx_bytes"), ==, 1000 * (i + 1));
    }
  g_assert_cmpint (json_object_get_int_member (fixture_find (object, "interfaces", "name", "lo"), "rx_packets"), ==,
                   29);
  /* Not in the list: unknown, not 0. So is a speed that the device does not tell. */
  g_assert_true (json_object_get_null_member (fixture_find (object, "interfaces", "name", "br0"), "rx_packets"));
  g_assert_true (json_object_get_null_member (fixture_find (object, "interfaces", "name", "br0"), "speed"));
}

static void
test_text (void)
{
  g_autoptr (GHashTable) packets = sluice_interfaces_command_parse_packets ("");
  g_autoptr (SluiceSample) sample = make_sample ();
  SluiceInterface *lo = sluice_sample_interface (sample, 5)->interface;
  g_autofree char *text = NULL;

  lo->n_addresses = 2;
  lo->addresses = g_new0 (SluiceInterfaceAddress, 2);
  g_assert_true (sluice_address_parse ("127.0.0.1", &lo->addresses[0].address));
  g_assert_true (sluice_address_parse ("::1", &lo->addresses[1].address));
  lo->addresses[0].prefix_length = 8;
  lo->addresses[1].prefix_length = 128;
  text = sluice_interfaces_command_text (sample, packets, FALSE);
  g_assert_nonnull (strstr (text, " no: part of br0 "));
  g_assert_nonnull (strstr (text, " no: carries eth1.5 "));
  g_assert_nonnull (strstr (text, " no: loopback        127.0.0.1/8\n"));
  g_assert_true (g_str_has_suffix (text, " ::1/128\n"));
}

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interfaces-command/reads-the-kernels-packet-counts", test_packets);
  g_test_add_func ("/interfaces-command/says-why-an-interface-is-not-watched", test_reasons);
  g_test_add_func ("/interfaces-command/gives-each-address-a-line", test_text);
  return g_test_run ();
}
