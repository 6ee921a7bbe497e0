#include "model/flow-key.h"

#include <string.h>

static SluiceAddress
address (const char *text)
{
  SluiceAddress result;

  g_assert_true (sluice_address_parse (text, &result));
  return result;
}

static void
test_padding (void)
{
  SluiceAddress local = address ("192.0.2.1");
  SluiceAddress remote = address ("2001:db8::1");
  SluiceFlowKey a, b;

  memset (&a, 0x00, sizeof a);
  memset (&b, 0xff, sizeof b);
  sluice_flow_key_init (&a, 6, &local, 1234, &remote, 443);
  sluice_flow_key_init (&b, 6, &local, 1234, &remote, 443);
  g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
  g_assert_true (sluice_flow_key_equal (&a, &b));
  g_assert_cmpuint (sluice_flow_key_hash (&a), ==, sluice_flow_key_hash (&b));
  g_assert_cmpuint (b.local_port, ==, 1234);
  g_assert_cmpuint (b.remote_port, ==, 443);
}

static void
test_every_field_counts (void)
{
  SluiceAddress one = address ("192.0.2.1");
  SluiceAddress two = address ("192.0.2.2");
  SluiceFlowKey keys[7];

  sluice_flow_key_init (&keys[0], 6, &one, 1, &two, 2);
  sluice_flow_key_init (&keys[1], 17, &one, 1, &two, 2);
  sluice_flow_key_init (&keys[2], 6, &two, 1, &two, 2);
  sluice_flow_key_init (&keys[3], 6, &one, 2, &two, 2);
  sluice_flow_key_init (&keys[4], 6, &one, 1, &one, 2);
  sluice_flow_key_init (&keys[5], 6, &one, 1, &two, 1);
  sluice_flow_key_init (&keys[6], 6, &two, 2, &one, 1); /* the same flow, seen from the other side */
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (guint j = 0; j < G_N_ELEMENTS (keys); j++)
      {
        g_assert_cmpint (sluice_flow_key_equal (&keys[i], &keys[j]), ==, i == j);
        g_assert_cmpint (sluice_flow_key_hash (&keys[i]) == sluice_flow_key_hash (&keys[j]), ==, i == j);
      }
}

static void
test_no_remote (void)
{
  SluiceAddress local = address ("0.0.0.0");
  SluiceFlowKey key;

  memset (&key, 0xff, sizeof key);
  sluice_flow_key_init (&key, 17, &local, 53, NULL, 0);
  g_assert_cmpint (key.remote.family, ==, SLUICE_FAMILY_NONE);
  g_assert_true (sluice_address_is_any (&key.remote));
}

/* A flood that varies only what its sender can: nothing may pile up. */
static void
test_flood (void)
{
  SluiceAddress local = address ("192.0.2.1");
  guint buckets[1024] = { 0 };

  for (guint i = 0; i < 65536; i++)
    {
      SluiceAddress remote = sluice_address_from_ipv4 ((guint8[4]){ 198, 51, 100, i & 0xff });
      SluiceFlowKey key;

      sluice_flow_key_init (&key, 6, &local, 80, &remote, (guint16) (i >> 8 << 4));
      buckets[sluice_flow_key_hash (&key) % G_N_ELEMENTS (buckets)]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (buckets); i++)
    g_assert_cmpuint (buckets[i], <, 128); /* 64 on average: eight standard deviations */
}

static void
test_protocols (void)
{
  g_assert_cmpstr (sluice_protocol_name (6), ==, "TCP");
  g_assert_cmpstr (sluice_protocol_name (17), ==, "UDP");
  g_assert_cmpstr (sluice_protocol_name (1), ==, "ICMP");
  g_assert_cmpstr (sluice_protocol_name (58), ==, "ICMPv6");
  g_assert_cmpstr (sluice_protocol_name (0), ==, "0");
  g_assert_cmpstr (sluice_protocol_name (253), ==, "253");
  for (guint i = 0; i < 256; i++)
    {
      g_assert_cmpstr (sluice_protocol_name (i), !=, NULL);
      g_assert_true (sluice_protocol_name (i) == sluice_protocol_name (i));
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (sluice_protocol_name (i), !=, sluice_protocol_name (j));
    }
}

static void
test_states (void)
{
  g_assert_cmpstr (sluice_tcp_state_name (1), ==, "ESTABLISHED");
  g_assert_cmpstr (sluice_tcp_state_name (2), ==, "SYN-SENT");
  g_assert_cmpstr (sluice_tcp_state_name (6), ==, "TIME-WAIT");
  g_assert_cmpstr (sluice_tcp_state_name (8), ==, "CLOSE-WAIT");
  g_assert_cmpstr (sluice_tcp_state_name (10), ==, "LISTEN");
  g_assert_cmpstr (sluice_tcp_state_name (11), ==, "CLOSING");
  for (guint i = 1; i <= 12; i++)
    g_assert_nonnull (sluice_tcp_state_name (i));
  g_assert_null (sluice_tcp_state_name (0));
  g_assert_null (sluice_tcp_state_name (14));
  g_assert_null (sluice_tcp_state_name (255));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/flow-key/is-equal-in-memory-whatever-was-there-before", test_padding);
  g_test_add_func ("/flow-key/differs-when-any-field-differs", test_every_field_counts);
  g_test_add_func ("/flow-key/has-an-empty-remote-for-a-listening-socket", test_no_remote);
  g_test_add_func ("/flow-key/hash-spreads-a-flood", test_flood);
  g_test_add_func ("/flow-key/names-protocols-or-gives-the-number", test_protocols);
  g_test_add_func ("/flow-key/names-tcp-states-as-the-rfc-does", test_states);

  return g_test_run ();
}
