#include "packet-world.h"

static const SluiceHostRow *
find_host (const SluiceSample *sample, const char *text)
{
  SluiceAddress address;

  g_assert_true (sluice_address_parse (text, &address));
  for (guint i = 0; i < sample->hosts->len; i++)
    if (sluice_address_equal (&sluice_sample_host (sample, i)->host->address, &address))
      return sluice_sample_host (sample, i);
  return NULL;
}

static void
test_sums (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 100, 50);
  SluiceFlowReport again = make_flow (2, 1000, 500);
  SluiceFlowReport other = make_flow (3, 7, 8);
  SluiceFlowReport arp = make_flow (4, 9, 9);
  SluiceNameReport name = { .address = flow.key.remote, .source = SLUICE_NAME_TLS, .time = 1, .name = "www.example" };
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) sample = NULL;
  const SluiceConnectionRow *row;
  guint64 forwarded = 0;

  set_sides (&other, IPPROTO_UDP, "10.0.0.77", 53, "192.0.2.7", 99);
  other.flags = SLUICE_FLOW_FORWARDED;
  other.protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_DNS);
  set_sides (&arp, 0, NULL, 0, NULL, 0);
  arp.protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x0806);
  move (packets, &flow);
  move (packets, &again);
  move (packets, &other);
  move (packets, &arp);
  g_array_append_val (packets->report.names, name);
  sample = tick (packets, &socket, 1);

  g_assert_true (sample->has_hosts);
  g_assert_cmpuint (sample->hosts->len, ==, 2);
  g_assert_cmpuint (find_host (sample, "192.0.2.1")->bytes[SLUICE_RX], ==, 1100);
  g_assert_cmpuint (find_host (sample, "192.0.2.1")->connections, ==, 2);
  g_assert_cmpuint (find_host (sample, "192.0.2.1")->forwarded[SLUICE_RX], ==, 0);
  g_assert_cmpstr (find_host (sample, "192.0.2.1")->host->name, ==, "www.example");
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    forwarded += find_host (sample, "192.0.2.7")->forwarded[d];
  g_assert_cmpuint (forwarded, ==, 15);
  g_assert_null (find_host (sample, "192.0.2.7")->host->name);

  g_assert_cmpuint (sample->protocols->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const SluiceProtocolRow *protocol = sluice_sample_protocol (sample, i);

      g_assert_cmpuint (protocol->bytes[SLUICE_RX], ==,
                        protocol->protocol == flow.protocol    ? 1100
                        : protocol->protocol == other.protocol ? 7
                                                               : 9);
    }
  row = find_connection (sample, 1);
  g_assert_cmpuint (row->protocol, ==, flow.protocol);
  g_assert_cmpstr (sluice_sample_host (sample, row->host)->host->name, ==, "www.example");
}

static void
test_many_hosts (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;
  guint64 sum = 0, all = 0;
  gboolean has_others = FALSE;

  for (guint32 i = 0; i < 20000; i++)
    {
      SluiceFlowReport flow = make_flow (i, 100 + i, 0);

      flow.key.remote.bytes[0] = 9;
      memcpy (flow.key.remote.bytes + 1, &i, 3);
      all += 100 + i;
      move (packets, &flow);
    }
  sample = tick (packets, NULL, 0);
  g_assert_cmpuint (sample->hosts->len, ==, SLUICE_PACKET_METER_HOSTS_MAX);
  for (guint i = 0; i < sample->hosts->len; i++)
    {
      const SluiceHostRow *row = sluice_sample_host (sample, i);

      sum += row->bytes[SLUICE_RX];
      if (row->host == sluice_host_others ())
        has_others = TRUE;
      else
        g_assert_cmpuint (row->bytes[SLUICE_RX], >=, 100 + 20000 - SLUICE_PACKET_METER_HOSTS_MAX);
    }
  g_assert_true (has_others);
  g_assert_cmpuint (sum, ==, all);
}

/* What the rows of hosts (or protocols) come to, and what they do over one link. */
static void
sum_parts (const SluiceSample *sample, gboolean hosts, guint32 interface, guint64 rows[SLUICE_N_DIRECTIONS],
           guint64 links[SLUICE_N_DIRECTIONS])
{
  GArray *parts = hosts ? sample->host_links : sample->protocol_links;

  memset (rows, 0, SLUICE_N_DIRECTIONS * sizeof *rows);
  memset (links, 0, SLUICE_N_DIRECTIONS * sizeof *links);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      for (guint i = 0; hosts && i < sample->hosts->len; i++)
        rows[d] += sluice_sample_host (sample, i)->bytes[d];
      for (guint i = 0; !hosts && i < sample->protocols->len; i++)
        rows[d] += sluice_sample_protocol (sample, i)->bytes[d];
      for (guint i = 0; i < parts->len; i++)
        if (g_array_index (parts, SluicePartLink, i).interface == interface)
          links[d] += g_array_index (parts, SluicePartLink, i).bytes[d];
    }
}

static void
assert_told_apart (const SluiceSample *sample, const char *link, const guint64 without_host[SLUICE_N_DIRECTIONS])
{
  const SluiceInterfaceRow *row = find_link (sample, link);
  guint32 interface = (guint32) (row - sluice_sample_interface (sample, 0));
  guint64 rows[SLUICE_N_DIRECTIONS], links[SLUICE_N_DIRECTIONS];

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      g_assert_cmpuint (row->excess[d], ==, 0);
      sum_parts (sample, FALSE, interface, rows, links);
      g_assert_cmpuint (rows[d], ==, row->bytes[d]);
      g_assert_cmpuint (links[d], ==, row->bytes[d]);
      sum_parts (sample, TRUE, interface, rows, links);
      if (without_host == NULL)
        {
          g_assert_cmpuint (rows[d], ==, row->bytes[d]);
          g_assert_cmpuint (links[d], ==, row->bytes[d]);
          continue;
        }
      g_assert_cmpuint (rows[d], <=, row->bytes[d]);
      /* What was held over of it, and what came since. */
      g_assert_cmpuint (rows[d] + 2 * without_host[d], >=, row->bytes[d]);
    }
}

/* Moves so many flows of a burst: with some of four hosts, in some of three protocols, some of them only passing. */
static void
burst (PacketWorld *packets, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      SluiceFlowReport flow = make_flow ((guint32) g_test_rand_int_range (0, 40),
                                         (guint64) g_test_rand_int_range (0, 300000),
                                         (guint64) g_test_rand_int_range (0, 30000));

      flow.key.remote.bytes[3] = (guint8) (flow.slot % 4);
      flow.protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, 1 + flow.slot % 3);
      flow.flags = flow.slot % 5 == 0 ? SLUICE_FLOW_FORWARDED : flow.slot % 7 == 0 ? SLUICE_FLOW_ENDED : 0;
      move (packets, &flow);
    }
}

/* What is captured is always some way ahead of what the link has counted by then. */
static void
check_bursts (const guint64 arp[SLUICE_N_DIRECTIONS])
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  TestLink *link = &packets->world->links[ETH0];
  guint64 ahead[SLUICE_N_DIRECTIONS] = { 0, 0 };

  sluice_sample_unref (tick (packets, sockets, 2));
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (SluiceSample) sample = NULL;

      burst (packets, round % 3 == 0 ? (guint) g_test_rand_int_range (1, 20) : 0);
      if (arp != NULL)
        {
          SluiceFlowReport flow = make_flow (50, arp[SLUICE_RX], arp[SLUICE_TX]);

          set_sides (&flow, 0, NULL, 0, NULL, 0);
          move (packets, &flow);
        }
      link->rx += ahead[SLUICE_RX];
      link->tx += ahead[SLUICE_TX];
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          const SluiceFlowReport *flow = (const SluiceFlowReport *) packets->report.flows->data;
          guint64 most = (guint64) g_test_rand_int_range (0, 200000);

          ahead[d] = packets->report.flows->len == 0 ? 0 : MIN (most, flow->bytes[d]);
        }
      link->rx -= ahead[SLUICE_RX];
      link->tx -= ahead[SLUICE_TX];
      sample = tick (packets, sockets, 2);
      assert_told_apart (sample, "eth0", arp);
    }
}

static void
test_held_over (void)
{
  check_bursts (NULL);
}

static void
test_held_over_without_host (void)
{
  static const guint64 arp[SLUICE_N_DIRECTIONS] = { 120, 84 };

  check_bursts (arp);
}

static void
test_segments (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 0, 100 * (44 * 1448 + 66));
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) sample = NULL;

  flow.packets[SLUICE_TX] = 100;
  flow.payload[SLUICE_TX] = 100 * 44 * 1448;
  move (packets, &flow);
  packets->world->links[ETH0].tx += 100 * 43 * 66;
  packets->world->links[ETH0].tx_packets += 100 * 43;
  sample = tick (packets, &socket, 1);
  assert_told_apart (sample, "eth0", NULL);
}

static void
test_forwarded_is_part_of_it (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 10000, 0);
  SluiceFlowReport passing = make_flow (2, 30000, 0);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) ahead = NULL;
  g_autoptr (SluiceSample) level = NULL;

  passing.flags = SLUICE_FLOW_FORWARDED;
  move (packets, &flow);
  move (packets, &passing);
  packets->world->links[ETH0].rx -= 4000;
  ahead = tick (packets, NULL, 0);
  g_assert_cmpuint (find_host (ahead, "192.0.2.1")->bytes[SLUICE_RX], ==, 36000);
  g_assert_cmpuint (find_host (ahead, "192.0.2.1")->forwarded[SLUICE_RX], ==, 27000);
  g_assert_cmpuint (sluice_sample_protocol (ahead, 0)->forwarded[SLUICE_RX], ==, 27000);
  packets->world->links[ETH0].rx += 4000;
  level = tick (packets, NULL, 0);
  g_assert_cmpuint (find_host (level, "192.0.2.1")->bytes[SLUICE_RX], ==, 4000);
  g_assert_cmpuint (find_host (level, "192.0.2.1")->forwarded[SLUICE_RX], ==, 3000);
  g_assert_cmpuint (find_host (level, "192.0.2.1")->connections, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-parts/sums-up-hosts-and-protocols", test_sums);
  g_test_add_func ("/packet-parts/the-smallest-of-many-hosts-are-one-row", test_many_hosts);
  g_test_add_func ("/packet-parts/hosts-and-protocols-are-held-over-as-programs-are", test_held_over);
  g_test_add_func ("/packet-parts/what-has-no-host-is-held-over-as-well", test_held_over_without_host);
  g_test_add_func ("/packet-parts/hosts-and-protocols-have-the-headers-of-segments", test_segments);
  g_test_add_func ("/packet-parts/what-passes-is-held-over-as-its-host-is", test_forwarded_is_part_of_it);
  return g_test_run ();
}
