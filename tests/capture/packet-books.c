#include "packet-world.h"

static guint64
unattributed (const SluiceSample *sample, const char *link)
{
  return sluice_interface_row_unattributed (find_link (sample, link), SLUICE_RX)
         + sluice_interface_row_unattributed (find_link (sample, link), SLUICE_TX);
}

static void
test_exact (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 1000000, 2000);
  g_autoptr (SluiceSample) first = tick (packets, sockets, 2);
  g_autoptr (SluiceSample) sample = NULL;

  g_assert_cmpuint (first->duration, ==, 0);
  move (packets, &flow);
  flow = make_flow (2, 300, 400);
  move (packets, &flow);
  sample = tick (packets, sockets, 2);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_RX), ==, 1000000);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_TX), ==, 2000);
  g_assert_cmpuint (program_bytes (sample, "beta", SLUICE_RX), ==, 300);
  g_assert_cmpuint (find_program (sample, "alpha")->payload[SLUICE_RX], ==, 500000);
  g_assert_cmpuint (unattributed (sample, "eth0"), ==, 0);
  g_assert_false (sample->estimated);
  g_assert_cmpint (sample->source, ==, SLUICE_SOURCE_PCAP);
  g_assert_cmpint (sample->duration, ==, G_USEC_PER_SEC);
}

static void
test_ahead (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 0, 1000000);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) ahead = NULL;
  g_autoptr (SluiceSample) level = NULL;

  /* 100 kB were captured after the counters were read. */
  move (packets, &flow);
  packets->world->links[ETH0].tx -= 100000;
  ahead = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (ahead, "alpha", SLUICE_TX), ==, 900000);
  g_assert_cmpuint (find_link (ahead, "eth0")->excess[SLUICE_TX], ==, 0);
  packets->world->links[ETH0].tx += 100000;
  level = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (level, "alpha", SLUICE_TX), ==, 100000);
  g_assert_cmpuint (unattributed (level, "eth0"), ==, 0);
}

static gboolean
count_now_cb (guint32 ifindex, guint64 bytes_out[SLUICE_N_DIRECTIONS], gpointer user_data)
{
  const PacketWorld *packets = user_data;

  g_assert_cmpuint (ifindex, ==, 2);
  bytes_out[SLUICE_RX] = packets->world->links[ETH0].rx;
  bytes_out[SLUICE_TX] = packets->world->links[ETH0].tx + 5000000;
  return TRUE;
}

static void
test_far_ahead (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 6000000, 6000000);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) ahead = NULL;

  /* 5 MB were captured after the counters were read, and the link says that it has counted them since: but of what was
   * received it has not. */
  sluice_packet_meter_set_counter (packets->meter, count_now_cb, packets);
  move (packets, &flow);
  packets->world->links[ETH0].tx -= 5000000;
  packets->world->links[ETH0].rx -= 5000000;
  ahead = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (ahead, "alpha", SLUICE_TX), ==, 1000000);
  g_assert_cmpuint (find_link (ahead, "eth0")->excess[SLUICE_TX], ==, 0);
  g_assert_cmpuint (find_link (ahead, "eth0")->excess[SLUICE_RX], ==, 5000000 - 256 * 1024 - 1000000 / 64);
}

static void
test_never_counted (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 0, 100000);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) ahead = NULL;
  g_autoptr (SluiceSample) idle = NULL;
  g_autoptr (SluiceSample) much = NULL;

  /* What was held and the link never counted is excess, and not held for ever. */
  move (packets, &flow);
  packets->world->links[ETH0].tx -= 100000;
  ahead = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (ahead, "alpha", SLUICE_TX), ==, 0);
  idle = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (idle, "alpha", SLUICE_TX), ==, 100000);
  g_assert_cmpuint (find_link (idle, "eth0")->excess[SLUICE_TX], ==, 100000);
  /* More than a moment holds is excess at once. */
  flow = make_flow (1, 0, 2000000);
  move (packets, &flow);
  packets->world->links[ETH0].tx -= 2000000;
  much = tick (packets, &socket, 1);
  g_assert_cmpuint (find_link (much, "eth0")->excess[SLUICE_TX], ==, 2000000 - 256 * 1024);
}

static void
test_ahead_of_nobody (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 0, 2000000);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;

  move (packets, &flow);
  packets->world->links[ETH0].tx -= 1500000;
  sample = tick (packets, NULL, 0);
  g_assert_cmpuint (unattributed (sample, "eth0"), ==, 500000);
  g_assert_cmpuint (find_link (sample, "eth0")->excess[SLUICE_TX], ==, 0);
}

static void
test_drops (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 1000, 0);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) lost = NULL;
  g_autoptr (SluiceSample) unseen = NULL;

  move (packets, &flow);
  packets->world->links[ETH0].rx += 7000;
  g_array_index (packets->report.links, SluiceLinkReport, ETH0).kernel_drops = 5;
  lost = tick (packets, &socket, 1);
  g_assert_cmpuint (cause_on (lost, "eth0", SLUICE_CAUSE_LOST), ==, 7000);
  g_assert_cmpuint (program_bytes (lost, "alpha", SLUICE_RX), ==, 1000);
  packets->world->links[ETH0].rx += 8000;
  unseen = tick (packets, &socket, 1);
  g_assert_cmpuint (cause_on (unseen, "eth0", SLUICE_CAUSE_LOST), ==, 0);
  g_assert_cmpuint (cause_on (unseen, "eth0", SLUICE_CAUSE_NOT_SEEN), ==, 8000);
}

/* A packet of 44 segments, as libpcap shows it, over a device that counts segments or packets. */
static SluiceSample *
send_super_packets (PacketWorld *packets, gboolean device_counts_segments)
{
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 0, 100 * (44 * 1448 + 66));
  SluiceFlowReport small = make_flow (2, 0, 1000);

  sluice_sample_unref (tick (packets, sockets, 2));
  flow.packets[SLUICE_TX] = 100;
  flow.payload[SLUICE_TX] = 100 * 44 * 1448;
  move (packets, &flow);
  move (packets, &small);
  if (device_counts_segments)
    {
      packets->world->links[ETH0].tx += 100 * 43 * 66;
      packets->world->links[ETH0].tx_packets += 100 * 43;
    }
  else
    {
      packets->world->links[ETH0].tx += 5000;
    }
  return tick (packets, sockets, 2);
}

static void
test_segments (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autoptr (SluiceSample) sample = send_super_packets (packets, TRUE);

  g_assert_true (sample->estimated);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_TX), ==, 100 * 44 * (1448 + 66));
  g_assert_cmpuint (program_bytes (sample, "beta", SLUICE_TX), ==, 1000);
  g_assert_cmpuint (unattributed (sample, "eth0"), ==, 0);
  g_assert_cmpuint (find_connection (sample, 1)->bytes[SLUICE_TX], ==, 100 * 44 * (1448 + 66));
}

static void
test_super_packets (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autoptr (SluiceSample) sample = send_super_packets (packets, FALSE);

  g_assert_false (sample->estimated);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_TX), ==, 100 * (44 * 1448 + 66));
  g_assert_cmpuint (cause_on (sample, "eth0", SLUICE_CAUSE_NOT_SEEN), ==, 5000);
}

static void
test_loopback (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (TRUE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 3042, 100952);
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) sample = NULL;

  flow.link = LO;
  set_sides (&flow, IPPROTO_TCP, "127.0.0.1", 5000, "127.0.0.1", 80);
  sockets[0].key = flow.key;
  set_sides (&flow, IPPROTO_TCP, "127.0.0.1", 80, "127.0.0.1", 5000);
  sockets[1].key = flow.key;
  flow.key = sockets[0].key;
  first = tick (packets, sockets, 2);
  move (packets, &flow);
  /* The device counts no header: there is none but in what is captured. */
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      packets->world->links[LO].rx -= 14 * flow.packets[d];
      packets->world->links[LO].tx -= 14 * flow.packets[d];
    }
  sample = tick (packets, sockets, 2);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_TX), ==, 100000);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_RX), ==, 3000);
  g_assert_cmpuint (program_bytes (sample, "beta", SLUICE_RX), ==, 100000);
  g_assert_cmpuint (program_bytes (sample, "beta", SLUICE_TX), ==, 3000);
  g_assert_cmpuint (unattributed (sample, "lo"), ==, 0);
  g_assert_cmpuint (find_connection (sample, 1)->bytes[SLUICE_TX], ==, 100000);
  g_assert_cmpuint (find_connection (sample, 2)->bytes[SLUICE_RX], ==, 100000);
}

/* eth0 is a port of wlan0, which is a bridge here: all that this machine says is seen twice. */
static void
test_bridge (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (TRUE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 15000, 3000);
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) sample = NULL;

  packets->world->links[ETH0].master = 3;
  packets->world->links[WLAN0].kind = "bridge";
  set_local (&socket, "10.0.1.1");
  flow.key = socket.key;
  first = tick (packets, &socket, 1);
  move (packets, &flow);
  flow.slot = 2;
  flow.link = WLAN0;
  move (packets, &flow);
  packets->world->links[WLAN0].rx -= 14 * flow.packets[SLUICE_RX];
  sample = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_RX), ==, 15000 - 14 * flow.packets[SLUICE_RX]);
  g_assert_cmpuint (program_bytes (sample, "alpha", SLUICE_TX), ==, 3000);
  g_assert_cmpuint (find_link (sample, "wlan0")->excess[SLUICE_RX], ==, 0);
  g_assert_cmpuint (cause_on (sample, "eth0", SLUICE_CAUSE_FORWARDED), ==, 18000);
  g_assert_cmpuint (sample->hosts->len, ==, 1);
  g_assert_cmpuint (sluice_sample_host (sample, 0)->packets[SLUICE_RX], ==, flow.packets[SLUICE_RX]);
  g_assert_cmpuint (sample->connections->len, ==, 1);
}

static void
test_two_links (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 5000, 0);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) sample = NULL;
  const SluiceProgramRow *alpha;

  move (packets, &flow);
  flow.slot = 2;
  flow.link = WLAN0;
  move (packets, &flow);
  sample = tick (packets, &socket, 1);
  alpha = find_program (sample, "alpha");
  g_assert_cmpuint (alpha->n_links, ==, 2);
  g_assert_cmpuint (sluice_sample_link (sample, alpha->first_link)->bytes[SLUICE_RX], ==, 5000);
  g_assert_cmpuint (sluice_sample_link (sample, alpha->first_link + 1)->bytes[SLUICE_RX], ==, 5000);
  g_assert_cmpuint (unattributed (sample, "eth0"), ==, 0);
  g_assert_cmpuint (unattributed (sample, "wlan0"), ==, 0);
  g_assert_cmpuint (alpha->connections, ==, 1);
}

static void
test_at_random (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (TRUE);
  SluiceSocket sockets[20];

  for (guint i = 0; i < 20; i++)
    sockets[i] = make_socket (i, i % 3 == 0 ? ALPHA + i : i % 3 == 1 ? BETA + i : NOBODYS, 0, 0);
  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (SluiceSample) sample = NULL;

      for (guint i = 0; i < 30; i++)
        {
          SluiceFlowReport flow = make_flow ((guint32) g_test_rand_int_range (0, 25),
                                             (guint64) g_test_rand_int_range (0, 1000000),
                                             (guint64) g_test_rand_int_range (0, 1000000));

          flow.generation = (guint32) g_test_rand_int_range (1, 4);
          flow.link = (guint32) g_test_rand_int_range (0, N_WORLD_LINKS);
          flow.flags = (guint32) g_test_rand_int_range (0, 64);
          flow.packets[SLUICE_TX] /= (guint64) g_test_rand_int_range (1, 40);
          move (packets, &flow);
        }
      g_array_index (packets->report.links, SluiceLinkReport, ETH0).kernel_drops
          = (guint64) g_test_rand_int_range (0, 3);
      for (guint i = 0; i < N_WORLD_LINKS; i++)
        {
          packets->world->links[i].tx += (guint64) g_test_rand_int_range (0, 1000000) - 500000;
          packets->world->links[i].rx += (guint64) g_test_rand_int_range (0, 1000000) - 500000;
        }
      sample = tick (packets, sockets, (guint) g_test_rand_int_range (0, 20));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-books/charges-each-program-to-the-byte", test_exact);
  g_test_add_func ("/packet-books/what-was-captured-before-it-was-counted-is-held-over", test_ahead);
  g_test_add_func ("/packet-books/what-the-link-has-counted-since-is-held-over-however-much", test_far_ahead);
  g_test_add_func ("/packet-books/what-the-link-never-counted-is-excess", test_never_counted);
  g_test_add_func ("/packet-books/what-is-nobodys-is-never-excess", test_ahead_of_nobody);
  g_test_add_func ("/packet-books/what-the-kernel-dropped-is-lost-and-the-rest-not-seen", test_drops);
  g_test_add_func ("/packet-books/counts-segments-as-the-device-does", test_segments);
  g_test_add_func ("/packet-books/counts-super-packets-as-the-device-does", test_super_packets);
  g_test_add_func ("/packet-books/both-ends-on-the-loopback-are-charged", test_loopback);
  g_test_add_func ("/packet-books/what-a-bridge-takes-over-counts-there-alone", test_bridge);
  g_test_add_func ("/packet-books/two-links-are-two-books", test_two_links);
  g_test_add_func ("/packet-books/balance-whatever-comes", test_at_random);
  return g_test_run ();
}
