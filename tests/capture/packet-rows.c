#include "packet-world.h"

#include <netinet/tcp.h>

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
  g_test_add_func ("/packet-rows/a-connection-has-what-its-socket-knows", test_connections);
  g_test_add_func ("/packet-rows/a-connection-that-is-over-is-in-no-state-but-that", test_no_stale_state);
  g_test_add_func ("/packet-rows/a-flow-without-a-socket-has-a-row-until-it-ends", test_flows_without_socket);
  g_test_add_func ("/packet-rows/one-flow-of-many-stands-for-a-socket", test_shared_socket);
  return g_test_run ();
}
