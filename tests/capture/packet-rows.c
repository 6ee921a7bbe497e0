#include "packet-world.h"

#include <netinet/tcp.h>

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
test_hosts (void)
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

static guint
count_connections (const SluiceSample *sample, guint32 flags)
{
  guint n = 0;

  for (guint i = 0; i < sample->connections->len; i++)
    n += (sluice_sample_connection (sample, i)->flags & flags) == flags;
  return n;
}

static void
test_connections (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 5000, 7000), make_socket (2, ALPHA + 1, 0, 0) };
  SluiceFlowReport flow = make_flow (1, 100, 50);
  g_autoptr (SluiceSample) first = tick (packets, sockets, 2);
  g_autoptr (SluiceSample) moved = NULL;
  g_autoptr (SluiceSample) idle = NULL;
  g_autoptr (SluiceSample) over = NULL;
  const SluiceConnectionRow *row;

  g_assert_cmpuint (first->connections->len, ==, 2);
  sockets[0].rtt_us = 1234;
  sockets[0].retransmits = 3;
  move (packets, &flow);
  moved = tick (packets, sockets, 2);
  g_assert_cmpuint (moved->connections->len, ==, 2);
  row = find_connection (moved, 1);
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 100);
  g_assert_cmpuint (row->rtt_us, ==, 1234);
  g_assert_cmpuint (row->retransmits, ==, 3);
  g_assert_cmpuint (row->total_payload[SLUICE_RX], ==, 7000);
  g_assert_cmpuint (row->state, ==, 1);
  g_assert_cmpuint (row->program, !=, SLUICE_INDEX_NONE);
  g_assert_cmpuint (find_program (moved, "alpha")->connections, ==, 2);
  g_assert_cmpuint (find_program (moved, "alpha")->retransmits, ==, 3);
  g_assert_cmpuint (find_program (moved, "alpha")->rtt_us, ==, 1234);

  /* It does not move, and keeps its row and its id; its flow goes, and it is not closed. */
  idle = tick (packets, sockets, 2);
  g_assert_cmpuint (idle->connections->len, ==, 2);
  g_assert_cmpuint (find_connection (idle, 1)->retransmits, ==, 0);
  flow = make_flow (1, 0, 0);
  flow.flags = SLUICE_FLOW_ENDED;
  move (packets, &flow);
  g_clear_pointer (&idle, sluice_sample_unref);
  idle = tick (packets, sockets, 2);
  g_assert_cmpuint (idle->connections->len, ==, 2);
  g_assert_cmpuint (count_connections (idle, SLUICE_CONNECTION_CLOSED), ==, 0);
  sockets[0].ended = TRUE;
  over = tick (packets, sockets, 2);
  g_assert_cmpuint (count_connections (over, SLUICE_CONNECTION_CLOSED), ==, 1);
  g_assert_cmpuint (find_connection (over, 1)->flags & SLUICE_CONNECTION_CLOSED, !=, 0);
  g_assert_cmpuint (find_connection (over, 1)->state, ==, TCP_CLOSE);
}

/* Nothing was ever seen over it. */
static void
test_no_stale_state (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) over = NULL;

  g_assert_cmpuint (find_connection (first, 1)->state, ==, TCP_ESTABLISHED);
  socket.ended = TRUE;
  over = tick (packets, &socket, 1);
  g_assert_cmpuint (find_connection (over, 1)->flags & SLUICE_CONNECTION_CLOSED, !=, 0);
  g_assert_cmpuint (find_connection (over, 1)->state, ==, TCP_CLOSE);
}

static void
test_flows_without_socket (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 100, 50);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) new = NULL;
  g_autoptr (SluiceSample) later = NULL;
  g_autoptr (SluiceSample) over = NULL;
  g_autoptr (SluiceSample) gone = NULL;

  move (packets, &flow);
  new = tick (packets, NULL, 0);
  g_assert_cmpuint (count_connections (new, SLUICE_CONNECTION_NEW), ==, 1);
  move (packets, &flow);
  later = tick (packets, NULL, 0);
  g_assert_cmpuint (count_connections (later, 0), ==, 1);
  g_assert_cmpuint (count_connections (later, SLUICE_CONNECTION_NEW), ==, 0);
  g_assert_cmpuint (sluice_sample_connection (later, 0)->id, ==, sluice_sample_connection (new, 0)->id);
  g_assert_cmpuint (sluice_sample_connection (later, 0)->total_payload[SLUICE_RX], ==, 100);
  /* Its slot goes to another in the same second. */
  move (packets, &flow);
  flow.generation = 2;
  move (packets, &flow);
  over = tick (packets, NULL, 0);
  g_assert_cmpuint (count_connections (over, 0), ==, 2);
  g_assert_cmpuint (count_connections (over, SLUICE_CONNECTION_CLOSED), ==, 1);
  flow.flags = SLUICE_FLOW_ENDED;
  move (packets, &flow);
  g_clear_pointer (&over, sluice_sample_unref);
  over = tick (packets, NULL, 0);
  g_assert_cmpuint (count_connections (over, SLUICE_CONNECTION_CLOSED), ==, 1);
  gone = tick (packets, NULL, 0);
  g_assert_cmpuint (gone->connections->len, ==, 0);
}

static void
test_shared_socket (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 5000, 0);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  guint64 ids[2] = { 0 };

  /* One connection over two links: one of its flows stands for the socket, the same from one sample to the next. */
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (SluiceSample) sample = NULL;

      for (guint i = 0; i < 2; i++)
        {
          flow.slot = 1 + (i + round) % 2;
          flow.link = flow.slot == 1 ? ETH0 : WLAN0;
          move (packets, &flow);
        }
      sample = tick (packets, &socket, 1);
      g_assert_cmpuint (sample->connections->len, ==, 2);
      for (guint i = 0; i < 2; i++)
        {
          const SluiceConnectionRow *row = sluice_sample_connection (sample, i);
          const char *link = sluice_sample_interface (sample, row->interface)->interface->name;
          guint which = g_str_equal (link, "wlan0");

          if (round == 0)
            ids[which] = row->id;
          g_assert_cmpuint (row->id, ==, ids[which]);
        }
      g_assert_cmpuint (ids[0], !=, ids[1]);
      g_assert_nonnull (find_connection (sample, 1));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-rows/sums-up-hosts-and-protocols", test_hosts);
  g_test_add_func ("/packet-rows/the-smallest-of-many-hosts-are-one-row", test_many_hosts);
  g_test_add_func ("/packet-rows/a-connection-has-what-its-socket-knows", test_connections);
  g_test_add_func ("/packet-rows/a-connection-that-is-over-is-in-no-state-but-that", test_no_stale_state);
  g_test_add_func ("/packet-rows/a-flow-without-a-socket-has-a-row-until-it-ends", test_flows_without_socket);
  g_test_add_func ("/packet-rows/one-flow-of-many-stands-for-a-socket", test_shared_socket);
  return g_test_run ();
}
