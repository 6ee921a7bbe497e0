#include "packet-world.h"

/* One tick of one flow after the first; what eth0 has for a cause. */
static guint64
cause_of (PacketWorld *packets, const SluiceFlowReport *flow, const SluiceSocket *sockets, guint n, SluiceCause cause)
{
  g_autoptr (SluiceSample) sample = NULL;

  sluice_sample_unref (tick (packets, sockets, n));
  move (packets, flow);
  sample = tick (packets, sockets, n);
  return cause_on (sample, "eth0", cause);
}

static void
test_kernels (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport arp = make_flow (1, 100, 50);
  SluiceFlowReport icmp = make_flow (2, 100, 50);
  SluiceFlowReport fragment = make_flow (3, 100, 50);
  SluiceFlowReport closed = make_flow (4, 100, 50);
  SluiceFlowReport noise = make_flow (5, 150, 0);

  set_sides (&arp, 0, NULL, 0, NULL, 0);
  g_assert_cmpuint (cause_of (packets, &arp, NULL, 0, SLUICE_CAUSE_KERNEL), ==, 150);
  set_sides (&icmp, IPPROTO_ICMP, "10.0.0.1", 0, "192.0.2.1", 0);
  g_assert_cmpuint (cause_of (packets, &icmp, NULL, 0, SLUICE_CAUSE_KERNEL), ==, 150);
  set_sides (&fragment, IPPROTO_UDP, "10.0.0.1", 0, "192.0.2.1", 0);
  g_assert_cmpuint (cause_of (packets, &fragment, NULL, 0, SLUICE_CAUSE_KERNEL), ==, 150);
  memset (closed.payload, 0, sizeof closed.payload);
  g_assert_cmpuint (cause_of (packets, &closed, NULL, 0, SLUICE_CAUSE_KERNEL), ==, 150);
  set_sides (&noise, IPPROTO_UDP, "10.0.0.1", 137, "192.0.2.1", 137);
  g_assert_cmpuint (cause_of (packets, &noise, NULL, 0, SLUICE_CAUSE_KERNEL), ==, 150);
}

static void
test_not_seen (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport over = make_flow (1, 100, 50);
  SluiceFlowReport folded = make_flow (2, 100, 50);

  g_assert_cmpuint (cause_of (packets, &over, NULL, 0, SLUICE_CAUSE_NOT_SEEN), ==, 150);
  folded.flags = SLUICE_FLOW_FOLDED;
  set_sides (&folded, IPPROTO_TCP, NULL, 0, NULL, 0);
  g_assert_cmpuint (cause_of (packets, &folded, NULL, 0, SLUICE_CAUSE_NOT_SEEN), ==, 150);
}

static void
test_older (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 100, 50);
  SluiceSocket orphan = make_socket (1, 0, 0, 0);

  g_assert_cmpuint (cause_of (packets, &flow, &orphan, 1, SLUICE_CAUSE_OLDER), ==, 150);
}

static void
test_forwarded (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 100, 50);

  flow.flags = SLUICE_FLOW_FORWARDED;
  set_sides (&flow, IPPROTO_TCP, "10.0.0.77", 1, "192.0.2.1", 2);
  g_assert_cmpuint (cause_of (packets, &flow, NULL, 0, SLUICE_CAUSE_FORWARDED), ==, 150);
}

static void
test_other_namespace (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 100, 50);

  /* The program of a container that cannot be looked into. */
  packets->world->links[ETH0].name = NULL;
  for (guint i = 0; i < 2; i++)
    sluice_sample_unref (tick (packets, NULL, 0));
  packets->world->links[ETH0].ifindex = 7;
  packets->world->links[ETH0].name = "eth0";
  packets->world->links[ETH0].kind = "veth";
  world_list (packets->world);
  sluice_packet_meter_set_link (packets->meter, ETH0,
                                sluice_link_table_find_name (packets->world->table, "eth0")->record->instance);
  flow.flags = SLUICE_FLOW_FORWARDED;
  set_sides (&flow, IPPROTO_TCP, "10.0.0.77", 1, "192.0.2.1", 2);
  g_assert_cmpuint (cause_of (packets, &flow, NULL, 0, SLUICE_CAUSE_OTHER_NAMESPACE), ==, 150);
}

/* Bytes of alpha in a tick with one flow of its. */
static guint64
alphas (PacketWorld *packets, const SluiceFlowReport *flow, const SluiceSocket *sockets, guint n)
{
  g_autoptr (SluiceSample) sample = NULL;

  move (packets, flow);
  sample = tick (packets, sockets, n);
  return program_bytes (sample, "alpha", SLUICE_RX);
}

static void
test_kept (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 100, 50);

  sluice_sample_unref (tick (packets, sockets, 1));
  g_assert_cmpuint (alphas (packets, &flow, sockets, 1), ==, 100);
  /* The socket is closed, and what is left to say of it goes on; another program waits at its port. */
  sockets[0].ended = TRUE;
  sockets[0].inode = 0;
  g_assert_cmpuint (alphas (packets, &flow, sockets, 1), ==, 100);
  set_sides (&flow, IPPROTO_TCP, "10.0.0.1", 1001, NULL, 0);
  sockets[1].key = flow.key;
  flow = make_flow (1, 100, 50);
  g_assert_cmpuint (alphas (packets, &flow, &sockets[1], 1), ==, 100);
  /* A new flow in its place is the other's. */
  flow.generation = 2;
  g_assert_cmpuint (alphas (packets, &flow, &sockets[1], 1), ==, 0);
}

static void
test_handed_on (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 100, 50);

  sluice_sample_unref (tick (packets, sockets, 1));
  g_assert_cmpuint (alphas (packets, &flow, sockets, 1), ==, 100);
  /* The same addresses and ports, another socket. */
  sockets[1].key = sockets[0].key;
  sockets[0].ended = TRUE;
  g_assert_cmpuint (alphas (packets, &flow, sockets, 2), ==, 0);
}

static void
test_udp (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 100, 50);

  set_sides (&flow, IPPROTO_UDP, "0.0.0.0", 53, NULL, 0);
  sockets[0].key = flow.key;
  set_sides (&flow, IPPROTO_UDP, "10.0.0.1", 53, NULL, 0);
  sockets[1].key = flow.key;
  set_sides (&flow, IPPROTO_UDP, "10.0.0.1", 53, "192.0.2.1", 999);
  sluice_sample_unref (tick (packets, sockets, 1));
  g_assert_cmpuint (alphas (packets, &flow, sockets, 1), ==, 100);
  /* Another one that is nearer comes: the flow stays where it began. */
  g_assert_cmpuint (alphas (packets, &flow, sockets, 2), ==, 100);
  flow.slot = 2;
  g_assert_cmpuint (alphas (packets, &flow, sockets, 2), ==, 0);
}

static void
test_undirected (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 100, 50);

  set_sides (&flow, IPPROTO_TCP, "192.0.2.1", 443, "10.0.0.1", 1001);
  sluice_sample_unref (tick (packets, &socket, 1));
  g_assert_cmpuint (alphas (packets, &flow, &socket, 1), ==, 0);
  flow.flags = SLUICE_FLOW_UNDIRECTED;
  g_assert_cmpuint (alphas (packets, &flow, &socket, 1), ==, 100);
}

static void
test_group (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 100, 50);

  set_sides (&flow, IPPROTO_UDP, "224.0.0.251", 5353, NULL, 0);
  socket.key = flow.key;
  set_sides (&flow, IPPROTO_UDP, "10.0.0.1", 5353, "224.0.0.251", 5353);
  flow.flags = SLUICE_FLOW_GROUP;
  sluice_sample_unref (tick (packets, &socket, 1));
  g_assert_cmpuint (alphas (packets, &flow, &socket, 1), ==, 100);
}

static void
test_between (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 100, 50);
  g_autoptr (SluiceSample) sample = NULL;

  /* Three reports, one sample. */
  sluice_sample_unref (tick (packets, &socket, 1));
  for (guint i = 0; i < 3; i++)
    {
      move (packets, &flow);
      if (i < 2)
        report (packets);
    }
  sample = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_RX), ==, 300);
}

static void
test_slept (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, 777, 0, 0);
  SluiceFlowReport flow = make_flow (1, 100, 50);
  SluiceFlowReport through = make_flow (2, 100, 50);

  /* What passes through is looked for elsewhere, after a night in suspend. */
  packets->slept = G_GINT64_CONSTANT (8) * 3600 * G_USEC_PER_SEC;
  sluice_sample_unref (tick (packets, NULL, 0));
  through.flags = SLUICE_FLOW_FORWARDED;
  set_sides (&through, IPPROTO_TCP, "10.0.0.77", 1, "192.0.2.1", 2);
  for (guint i = 0; i < 2; i++)
    {
      move (packets, &through);
      sluice_sample_unref (tick (packets, &socket, 1));
    }
  /* It puts off no look for what comes after. */
  fake_root_socket (packets->world->root, 10, 99, 777);
  for (guint i = 0; i < 8; i++)
    sluice_sample_unref (tick (packets, &socket, 1));
  g_assert_cmpuint (alphas (packets, &flow, &socket, 1), ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-owners/arp-icmp-fragments-and-closed-ports-are-the-kernels", test_kernels);
  g_test_add_func ("/packet-owners/an-ended-flow-that-nobody-can-name-is-not-guessed", test_not_seen);
  g_test_add_func ("/packet-owners/an-orphan-from-before-is-older", test_older);
  g_test_add_func ("/packet-owners/what-passes-through-is-forwarded", test_forwarded);
  g_test_add_func ("/packet-owners/a-program-that-cannot-be-seen-is-in-another-namespace", test_other_namespace);
  g_test_add_func ("/packet-owners/a-flow-keeps-the-owner-of-its-closed-socket", test_kept);
  g_test_add_func ("/packet-owners/a-new-socket-with-the-same-sides-is-another", test_handed_on);
  g_test_add_func ("/packet-owners/a-udp-flow-stays-with-the-socket-it-began-with", test_udp);
  g_test_add_func ("/packet-owners/tries-both-sides-where-the-local-one-is-not-known", test_undirected);
  g_test_add_func ("/packet-owners/finds-who-is-bound-to-a-group", test_group);
  g_test_add_func ("/packet-owners/reports-between-two-samples-add-up", test_between);
  g_test_add_func ("/packet-owners/finds-newcomers-after-a-suspend-too", test_slept);
  return g_test_run ();
}
