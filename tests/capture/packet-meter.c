#include "packet-world.h"

#include "../deadline.h"

#include <stdio.h>
#include <time.h>

#define MANY_FLOWS 100000
#define MOVING 10000

static void
test_first (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 5000, 500);
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) second = NULL;

  move (packets, &flow);
  first = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (first, "alpha", SLUICE_RX), ==, 0);
  g_assert_cmpuint (find_link (first, "eth0")->bytes[SLUICE_RX], ==, 0);
  g_assert_cmpuint (first->protocols->len, ==, 0);
  g_assert_cmpuint (find_program (first, "alpha")->connections, ==, 1);
  move (packets, &flow);
  second = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (second, "alpha", SLUICE_RX), ==, 5000);
}

/* Another decoder has other flows in the same slots, of the same generation. */
static void
test_forgets (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 5000, 500), other = make_flow (2, 7000, 700);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) second = NULL;
  g_autoptr (SluiceSample) third = NULL;

  move (packets, &flow);
  second = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (second, "alpha", SLUICE_RX), ==, 5000);
  sluice_packet_meter_forget_links (packets->meter);
  for (guint i = 0; i < N_WORLD_LINKS; i++)
    sluice_packet_meter_set_link (packets->meter, i,
                                  sluice_link_table_find_name (packets->world->table, packets->world->links[i].name)
                                    ->record->instance);
  other.slot = 1;
  move (packets, &other);
  third = tick (packets, &socket, 1);
  g_assert_cmpuint (program_bytes (third, "alpha", SLUICE_RX), ==, 0);
  g_assert_cmpuint (find_link (third, "eth0")->bytes[SLUICE_RX], ==, 7000);
}

static void
test_hostile (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 5000, 500);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;

  move (packets, &flow);
  for (guint i = 0; i < 4; i++)
    {
      SluiceFlowReport bent = flow;

      if (i == 0)
        bent.slot = G_MAXUINT32;
      if (i == 1)
        bent.link = G_MAXUINT32;
      if (i == 2)
        bent.generation = 0;
      if (i == 3)
        {
          bent.slot = SLUICE_PACKET_METER_FLOWS_MAX - 1;
          bent.flags = G_MAXUINT32;
          bent.packets[SLUICE_TX] = bent.payload[SLUICE_TX] = bent.bytes[SLUICE_TX] = G_MAXUINT64 / 8;
          bent.protocol = G_MAXUINT32;
        }
      g_array_append_val (packets->report.flows, bent);
    }
  sample = tick (packets, NULL, 0);
  g_assert_cmpuint (find_link (sample, "eth0")->bytes[SLUICE_RX], ==, 5000);
}

static void
test_runs_over (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, SLUICE_REPORT_MOVED_MAX, SLUICE_REPORT_MOVED_MAX);
  guint64 bytes;

  flow.packets[SLUICE_RX] = flow.packets[SLUICE_TX] = 1;
  sluice_sample_unref (tick (packets, &socket, 1));
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (SluiceSample) sample = NULL;

      /* Each may be; all of them together would run over, more than once. */
      for (guint i = 0; i < 140000; i++)
        {
          g_array_append_val (packets->report.flows, flow);
          flow.slot = 1 + i % 40;
          if (i % 1000 == 999)
            report (packets);
        }
      sample = tick (packets, &socket, 1);
      bytes = find_link (sample, "eth0")->excess[SLUICE_RX];
      g_assert_cmpuint (bytes, >, SLUICE_REPORT_MOVED_MAX);
      g_assert_cmpuint (bytes, <, G_GUINT64_CONSTANT (1) << 61);
    }
}

static void
test_interface_gone (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  SluiceFlowReport flow = make_flow (1, 5000, 500);
  g_autoptr (SluiceSample) first = tick (packets, &socket, 1);
  g_autoptr (SluiceSample) gone = NULL;
  g_autoptr (SluiceSample) after = NULL;

  move (packets, &flow);
  world_list (packets->world);
  world_news (packets->world, RTM_DELLINK, &packets->world->links[ETH0]);
  packets->world->links[ETH0].name = NULL;
  gone = tick (packets, &socket, 1);
  g_assert_true (find_link (gone, "eth0")->gone);
  g_assert_cmpuint (program_bytes (gone, "alpha", SLUICE_RX), ==, 5000);
  g_array_append_val (packets->report.flows, flow);
  after = tick (packets, &socket, 1);
  g_assert_null (find_link (after, "eth0"));
  g_assert_cmpuint (program_bytes (after, "alpha", SLUICE_RX), ==, 0);
}

static void
test_late_links (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  SluiceFlowReport flow = make_flow (1, 5000, 500);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;

  /* Captured again under another number, after it went away and came back. */
  sluice_packet_meter_set_link (packets->meter, N_WORLD_LINKS, find_link (first, "eth0")->interface->instance);
  move (packets, &flow);
  g_array_index (packets->report.flows, SluiceFlowReport, 0).link = N_WORLD_LINKS;
  sample = tick (packets, NULL, 0);
  g_assert_cmpuint (cause_on (sample, "eth0", SLUICE_CAUSE_NOT_SEEN), ==, 5500);
  g_assert_cmpuint (sample->protocols->len, ==, 1);
}

static gint64
memory (void)
{
  g_autofree char *text = NULL;
  gint64 pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%*d %" G_GINT64_FORMAT, &pages), ==, 1);
  return pages * 4096;
}

static void
test_cost (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autofree SluiceSocket *sockets = g_new (SluiceSocket, MOVING);
  gint64 before = memory ();
  clock_t best[2] = { G_MAXLONG, G_MAXLONG };

  for (guint i = 0; i < MOVING; i++)
    sockets[i] = make_socket (i, i % 2 == 0 ? ALPHA : BETA, 0, 0);
  for (guint32 i = 0; i < MANY_FLOWS; i++)
    {
      SluiceFlowReport flow = make_flow (i, 100, 100);

      move (packets, &flow);
    }
  before = memory ();
  sluice_packet_meter_add_report (packets->meter, &packets->report, 1);
  g_test_message ("%d flows: %.1f MB", MANY_FLOWS, (double) (memory () - before) / 1e6);
  if (!IS_SANITIZED)
    g_assert_cmpint (memory () - before, <, 16 * 1000 * 1000);
  g_array_set_size (packets->report.flows, 0);
  sluice_sample_unref (tick (packets, sockets, MOVING));

  for (guint round = 0; round < 8; round++)
    {
      clock_t begin;

      for (guint32 i = 0; i < MOVING; i++)
        {
          SluiceFlowReport flow = make_flow (i, 100 + i, 100);

          flow.key.remote.bytes[3] = (guint8) i;
          move (packets, &flow);
        }
      world_list (packets->world);
      begin = clock ();
      {
        char *fault = NULL;

        sluice_flow_owners_begin (packets->owners);
        for (guint i = 0; i < MOVING; i++)
          sluice_flow_owners_add (packets->owners, &sockets[i]);
        sluice_flow_owners_end (packets->owners, TRUE, packets->time, &fault);
        sluice_packet_meter_add_report (packets->meter, &packets->report, packets->time);
        sluice_sample_unref (sluice_packet_meter_end (packets->meter, round % 2 == 1, packets->time, packets->time));
      }
      best[round % 2] = MIN (best[round % 2], clock () - begin);
      g_array_set_size (packets->report.flows, 0);
    }
  g_test_message ("a tick with %d moving flows and as many sockets: %.1f ms, with connections %.1f ms", MOVING,
                  (double) best[0] * 1000 / CLOCKS_PER_SEC, (double) best[1] * 1000 / CLOCKS_PER_SEC);
  if (g_test_perf ())
    {
      g_assert_cmpint (best[0], <, 30 * CLOCKS_PER_SEC / 1000);
      g_assert_cmpint (best[1], <, 30 * CLOCKS_PER_SEC / 1000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-meter/the-first-sample-has-sockets-and-nothing-moved", test_first);
  g_test_add_func ("/packet-meter/another-decoder-has-other-flows", test_forgets);
  g_test_add_func ("/packet-meter/a-report-that-makes-no-sense-does-no-harm", test_hostile);
  g_test_add_func ("/packet-meter/an-interface-that-goes-is-in-one-more-sample", test_interface_gone);
  g_test_add_func ("/packet-meter/an-interface-may-be-captured-anew", test_late_links);
  g_test_add_func ("/packet-meter/many-flows-cost-little", test_cost);
  g_test_add_func ("/packet-meter/no-sum-of-lies-runs-over", test_runs_over);
  return g_test_run ();
}
