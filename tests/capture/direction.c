#include "capture/decoder-world.h"

static void
test_sides (void)
{
  static const char *const pairs[][2] = { { LOCAL, REMOTE }, { LOCAL6, REMOTE6 } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (World) world = world_new_ethernet ();
      const char *local = pairs[i][0], *remote = pairs[i][1];
      guint received, sent;
      const SluiceFlowReport *flow;

      received = SEND (world, remote, local, 50000, 22, 6, WIRE_SYN, THEIRS);
      sent = SEND (world, local, remote, 22, 50000, 6, WIRE_SYN | WIRE_ACK, OURS);
      sent += SEND (world, local, remote, 22, 50000, 6, WIRE_ACK, OURS, .length = 100);
      flow = take_one (world);
      assert_key (flow, local, 22, remote, 50000);
      assert_bytes (flow, received, sent);
      g_assert_cmpuint (flow->payload[SLUICE_TX], ==, 100);
      g_assert_cmpuint (flow->payload[SLUICE_RX], ==, 0);
      g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW);
      g_assert_cmpuint (flow->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_SSH));
      g_assert_cmpint (flow->last - flow->first, ==, 2000);
    }
}

static void
test_groups (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  SEND (world, LOCAL, "224.0.0.251", 5353, 5353, 17, .sender = OURS, .length = 20);
  SEND (world, "192.0.2.77", "224.0.0.251", 5353, 5353, 17, .sender = THEIRS, .length = 20);
  SEND (world, "192.0.2.77", "192.0.2.255", 137, 137, 17, .sender = THEIRS, .length = 20);
  SEND (world, "0.0.0.0", "255.255.255.255", 68, 67, 17, .sender = OURS, .length = 20);
  SEND (world, "0.0.0.0", "255.255.255.255", 68, 67, 17, .sender = THEIRS, .length = 20);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 4);
  assert_key (FLOW (world, 0), LOCAL, 5353, "224.0.0.251", 5353);
  g_assert_cmpuint (FLOW (world, 0)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_GROUP);
  g_assert_cmpuint (FLOW (world, 0)->packets[SLUICE_TX], ==, 1);
  assert_key (FLOW (world, 1), "224.0.0.251", 5353, "192.0.2.77", 5353);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_NEW);
  g_assert_cmpuint (FLOW (world, 1)->packets[SLUICE_RX], ==, 1);
  assert_key (FLOW (world, 2), "192.0.2.255", 137, "192.0.2.77", 137);
  g_assert_cmpuint (FLOW (world, 2)->packets[SLUICE_RX], ==, 1);
  /* Whoever has no address yet: it is ours if it comes from our hardware. */
  assert_key (FLOW (world, 3), "0.0.0.0", 68, "255.255.255.255", 67);
  g_assert_cmpuint (FLOW (world, 3)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_GROUP);
  /* All who have none share a flow; each packet goes as the device counted it. */
  g_assert_cmpuint (FLOW (world, 3)->packets[SLUICE_TX], ==, 1);
  g_assert_cmpuint (FLOW (world, 3)->packets[SLUICE_RX], ==, 1);
}

static void
test_forwarded (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const SluiceFlowReport *flow;
  guint in, out;

  /* What comes from our address tells our hardware. */
  SEND (world, LOCAL, REMOTE, 1, 2, 17, .sender = OURS);
  take (world);
  in = SEND (world, "198.51.100.1", REMOTE, 50000, 80, 6, WIRE_SYN, THEIRS);
  out = SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_SYN | WIRE_ACK, OURS, .length = 7);
  flow = take_one (world);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);
  assert_key (flow, "198.51.100.1", 50000, REMOTE, 80);
  assert_bytes (flow, in, out);
}

static void
test_undirected (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *flow;

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  /* Seen from the answer on, the SYN being lost. */
  SEND (world, REMOTE, LOCAL, 80, 50000, 6, WIRE_SYN | WIRE_ACK);
  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK);
  flow = take_one (world);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_UNDIRECTED);
  assert_key (flow, LOCAL, 50000, REMOTE, 80);
  g_assert_cmpuint (flow->packets[SLUICE_RX], ==, 1);
  g_assert_cmpuint (flow->packets[SLUICE_TX], ==, 1);

  SEND (world, REMOTE, LOCAL, 5000, 5001, 17, .length = 9);
  assert_key (take_one (world), REMOTE, 5000, LOCAL, 5001);
}

static void
test_networks (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const char *const networks[] = { "192.0.2.0", NULL };

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  set_local (world, networks, 24, TRUE);
  SEND (world, REMOTE, "192.0.2.200", 80, 50000, 6, WIRE_ACK);
  assert_key (take_one (world), "192.0.2.200", 50000, REMOTE, 80);
  SEND (world, "192.0.2.1", "192.0.2.200", 50000, 80, 6, WIRE_SYN);
  g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_UNDIRECTED);
  assert_key (FLOW (world, 0), "192.0.2.1", 50000, "192.0.2.200", 80);
  SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK);
  g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);
}

static void
test_loopback (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *flow;

  add_link (world, SLUICE_LINK_ETHERNET, TRUE);
  SEND (world, "127.0.0.1", "127.0.0.1", 40000, 8080, 6, WIRE_SYN);
  SEND (world, "127.0.0.1", "127.0.0.1", 8080, 40000, 6, WIRE_SYN | WIRE_ACK);
  SEND (world, "127.0.0.1", "127.0.0.1", 40000, 8080, 6, WIRE_ACK, .length = 100);
  flow = take_one (world);
  assert_key (flow, "127.0.0.1", 40000, "127.0.0.1", 8080);
  g_assert_cmpuint (flow->packets[SLUICE_TX], ==, 2);
  g_assert_cmpuint (flow->packets[SLUICE_RX], ==, 1);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW);
}

static void
give_cooked (World *world, guint8 type, const Wire *wire)
{
  guint8 packet[WIRE_MAX] = { 0, type, 0, 1, 0, 6, 2, 0xfc, 0, 0, 0, 1, 0, 0, 8, 0 };
  guint length = 16 + wire_write_ip (wire, packet + 16);

  give (world, 0, packet, length, length);
}

static void
test_cooked (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *flow;

  add_link (world, SLUICE_LINK_COOKED, FALSE);
  give_cooked (world, 4, &(Wire){ LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK });
  give_cooked (world, 0, &(Wire){ REMOTE, LOCAL, 80, 50000, 6, WIRE_ACK });
  flow = take_one (world);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW);
  assert_key (flow, LOCAL, 50000, REMOTE, 80);
  g_assert_cmpuint (flow->packets[SLUICE_TX], ==, 1);
  give_cooked (world, 3, &(Wire){ REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK });
  g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);
  give_cooked (world, 1, &(Wire){ REMOTE, "255.255.255.255", 9, 9, 17 });
  assert_key (take_one (world), "255.255.255.255", 9, REMOTE, 9);
}

static void
give_ppp_dir (World *world, gboolean sent, const Wire *wire)
{
  guint8 packet[WIRE_MAX] = { sent ? 1 : 0, 0xff, 0x03, 0x00, 0x21 };
  guint length = 5 + wire_write_ip (wire, packet + 5);

  give (world, 0, packet, length, length);
  /* The byte that says who sent it was never on the wire. */
  world->given[0]--;
}

static void
test_ppp_with_direction (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const guint8 lcp[] = { 1, 0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 4 };
  const SluiceFlowReport *flow;
  guint64 sum;

  add_link (world, SLUICE_LINK_PPP_DIR, FALSE);
  give_ppp_dir (world, TRUE, &(Wire){ LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK });
  sum = world->given[0];
  give_ppp_dir (world, FALSE, &(Wire){ REMOTE, LOCAL, 80, 50000, 6, WIRE_ACK, .length = 100 });
  flow = take_one (world);
  assert_key (flow, LOCAL, 50000, REMOTE, 80);
  assert_bytes (flow, world->given[0] - sum, sum);

  give (world, 0, lcp, sizeof lcp, sizeof lcp);
  world->given[0]--;
  flow = take_one (world);
  g_assert_cmpuint (flow->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x880b));
  assert_bytes (flow, 0, sizeof lcp - 1);
  /* Not even that byte. */
  give (world, 0, lcp, 0, 0);
  take (world);
}

static void
test_told_hardware (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const guint8 ours[] = { 0x02, 0xfc, 0, 0, 0, OURS };
  const char *const local[] = { LOCAL, LOCAL6, NULL };
  guint8 arp[42] = { 0 };
  guint8 *at;

  sluice_decoder_set_hardware (world->decoder, 0, ours);
  set_local (world, local, 24, FALSE);
  /* A neighbour claims this machine's address, and what it says is received all the same. */
  at = wire_put_ethernet (arp, THEIRS, 0x0806);
  at = wire_put (at, G_GUINT64_CONSTANT (0x0001080006040001), 8);
  at = wire_put (at, G_GUINT64_CONSTANT (0x02fc00000000) | THEIRS, 6);
  wire_put_address (at, LOCAL);
  for (guint i = 0; i < 2; i++)
    give (world, 0, arp, sizeof arp, sizeof arp);
  arp[11] = OURS;
  give (world, 0, arp, sizeof arp, 60);
  take (world);
  assert_bytes (FLOW (world, 0), 2 * 42, 60);
}

static void
test_new_address (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const char *const local[] = { LOCAL, "198.51.100.1", NULL };

  SEND (world, LOCAL, REMOTE, 1, 2, 17);
  SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK);
  take (world);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);

  /* The address is ours now: that flow was not what it seemed; the other goes on. */
  set_local (world, local, 24, FALSE);
  SEND (world, LOCAL, REMOTE, 1, 2, 17);
  SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 3);
  g_assert_cmpuint (FLOW (world, 0)->flags, ==, 0);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_ENDED | SLUICE_FLOW_FORWARDED);
  g_assert_cmpuint (FLOW (world, 2)->flags, ==, SLUICE_FLOW_NEW);
  assert_key (FLOW (world, 2), "198.51.100.1", 50000, REMOTE, 80);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/direction/knows-its-own-side-by-address", test_sides);
  g_test_add_func ("/direction/knows-groups", test_groups);
  g_test_add_func ("/direction/forwarded-packets-go-as-the-device-counts-them", test_forwarded);
  g_test_add_func ("/direction/who-began-is-local-where-nothing-is-known", test_undirected);
  g_test_add_func ("/direction/whole-networks-can-be-local", test_networks);
  g_test_add_func ("/direction/on-the-loopback-who-began-is-local", test_loopback);
  g_test_add_func ("/direction/a-cooked-header-tells-who-sent", test_cooked);
  g_test_add_func ("/direction/a-byte-before-ppp-tells-who-sent-and-is-not-counted", test_ppp_with_direction);
  g_test_add_func ("/direction/believes-no-neighbour-that-claims-to-be-this-machine", test_told_hardware);
  g_test_add_func ("/direction/a-new-address-changes-sides", test_new_address);
  return g_test_run ();
}
