#include "packet-world.h"

static void
learn (PacketWorld *packets, const SluiceFlowReport *flow, SluiceNameSource source, gint64 time, const char *name)
{
  SluiceNameReport report = { .address = flow->key.remote, .source = source, .time = time };

  /* What is said in the clear by a client is said over a flow. */
  if (source >= SLUICE_NAME_HTTP)
    {
      report.slot = flow->slot;
      report.generation = flow->generation;
    }
  g_strlcpy (report.name, name, sizeof report.name);
  g_array_append_val (packets->report.names, report);
}

static SluiceFlowReport
begin (PacketWorld *packets, guint32 slot, gint64 first)
{
  SluiceFlowReport flow = make_flow (slot, 100, 50);

  flow.flags = SLUICE_FLOW_NEW;
  flow.first = flow.last = first;
  move (packets, &flow);
  return flow;
}

static const char *
name_of (const SluiceSample *sample, const SluiceFlowReport *flow)
{
  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *row = sluice_sample_connection (sample, i);

      if (sluice_flow_key_equal (&row->key, &flow->key))
        return sluice_sample_connection_host (sample, row)->name;
    }
  g_assert_not_reached ();
}

/* Two sites behind one address, and a third flow to it that says nothing. */
static void
test_called (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;
  g_autoptr (SluiceSample) next = NULL;
  SluiceFlowReport alpha = begin (packets, 1, 10);
  SluiceFlowReport beta = begin (packets, 2, 20);
  SluiceFlowReport mute = begin (packets, 3, 30);

  learn (packets, &alpha, SLUICE_NAME_TLS, 11, "Alpha.example");
  learn (packets, &beta, SLUICE_NAME_TLS, 21, "beta.example");
  sample = tick (packets, NULL, 0);
  g_assert_cmpstr (name_of (sample, &alpha), ==, "alpha.example");
  g_assert_cmpstr (name_of (sample, &beta), ==, "beta.example");
  g_assert_cmpstr (name_of (sample, &mute), ==, "beta.example");
  g_assert_cmpuint (sample->hosts->len, ==, 1);
  g_assert_cmpstr (sluice_sample_host (sample, 0)->host->name, ==, "beta.example");

  /* And so it stays, also when nothing moves. */
  next = tick (packets, NULL, 0);
  g_assert_cmpstr (name_of (next, &alpha), ==, "alpha.example");
}

static void
test_looked_up (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;
  /* Reports are not in the order of time. */
  SluiceFlowReport late = begin (packets, 3, 30);
  SluiceFlowReport early = begin (packets, 1, 10);
  SluiceFlowReport between = begin (packets, 2, 20);

  learn (packets, &early, SLUICE_NAME_DNS, 15, "alpha.example");
  learn (packets, &early, SLUICE_NAME_DNS, 25, "beta.example");
  sample = tick (packets, NULL, 0);
  g_assert_cmpstr (name_of (sample, &between), ==, "alpha.example");
  g_assert_cmpstr (name_of (sample, &late), ==, "beta.example");
  /* Better any name than none. */
  g_assert_cmpstr (name_of (sample, &early), ==, "beta.example");
}

/* Whoever took over the process that parses packets may say anything. */
static void
test_hostile (void)
{
  g_autoptr (PacketWorld) packets = packet_world_new (FALSE);
  g_autoptr (SluiceSample) first = tick (packets, NULL, 0);
  g_autoptr (SluiceSample) sample = NULL;
  SluiceFlowReport flow = begin (packets, 1, 10);
  SluiceFlowReport other = begin (packets, 2, 10);
  SluiceFlowReport liar = flow;

  set_sides (&other, IPPROTO_TCP, "10.0.0.1", 1002, "192.0.2.7", 443);
  g_array_index (packets->report.flows, SluiceFlowReport, 1) = other;
  liar.generation = 7;
  learn (packets, &liar, SLUICE_NAME_TLS, 11, "no-such-generation.example");
  liar.slot = SLUICE_REPORT_SLOTS_MAX - 1;
  learn (packets, &liar, SLUICE_NAME_TLS, 11, "no-such-slot.example");
  liar = other;
  liar.slot = flow.slot;
  learn (packets, &liar, SLUICE_NAME_TLS, 11, "of-another-address.example");
  sample = tick (packets, NULL, 0);
  g_assert_cmpstr (name_of (sample, &flow), ==, "no-such-slot.example");
  g_assert_cmpstr (name_of (sample, &other), ==, "of-another-address.example");
  g_assert_cmpuint (sample->named->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-names/a-connection-keeps-the-name-that-it-was-made-by", test_called);
  g_test_add_func ("/packet-names/a-name-is-for-what-begins-after-it", test_looked_up);
  g_test_add_func ("/packet-names/a-name-of-no-flow-does-no-harm", test_hostile);
  return g_test_run ();
}
