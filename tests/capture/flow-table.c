#include "capture/flow-table.h"

/* A table, what was put into it, and what came out. */
typedef struct
{
  SluiceFlowTable *table;
  SluiceReport *report;
  gint64 time;
  guint64 put[SLUICE_N_DIRECTIONS];
  guint64 put_packets;
  guint64 taken[SLUICE_N_DIRECTIONS];
  guint64 taken_packets;
  guint64 folded; /* of @taken, bytes */
} World;

static World *
world_new (gsize memory)
{
  World *world = g_new0 (World, 1);

  world->table = sluice_flow_table_new (memory);
  world->report = sluice_report_new ();
  world->time = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  g_assert_cmpuint (sluice_flow_table_add_link (world->table), ==, 0);
  return world;
}

static void
world_free (World *world)
{
  sluice_flow_table_free (world->table);
  sluice_report_free (world->report);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* The pair number @n: this machine and one of 2^32 strangers. */
static guint
make_pair (guint32 n, SluiceFlowPair *pair_out)
{
  SluiceAddress local = sluice_address_from_ipv4 ((const guint8[]){ 10, 0, 0, 1 });
  SluiceAddress remote = sluice_address_from_ipv4 ((const guint8[]){ n >> 24, n >> 16, n >> 8, n });

  return sluice_flow_pair_init (pair_out, 0, 6, &local, 80, &remote, 1024);
}

static SluiceFlow *
put (World *world, guint32 n, SluiceFlowSegment segment, SluiceDirection direction, guint32 bytes)
{
  SluiceFlowPair pair;
  guint side = make_pair (n, &pair);
  SluiceFlow *flow;

  sluice_flow_table_advance (world->table, world->time);
  flow = sluice_flow_table_find (world->table, &pair, sluice_flow_table_hash (world->table, &pair));
  if (flow == NULL)
    {
      flow = sluice_flow_table_begin (world->table, &pair, segment, world->time);
      if (side == 1)
        flow->flags |= SLUICE_FLOW_LOCAL_1;
    }
  sluice_flow_table_count (world->table, flow, direction, bytes, bytes / 2, world->time);
  world->put[direction] += bytes;
  world->put_packets++;
  return flow;
}

/* Takes one report, whose flows are its links. */
static gboolean
take (World *world)
{
  SluiceLinkReport sum = { 0 };
  gboolean more;

  sluice_report_clear (world->report);
  more = sluice_flow_table_take (world->table, world->report);
  g_assert_cmpuint (world->report->flows->len, <=, SLUICE_REPORT_FLOWS_MAX);
  g_assert_cmpuint (world->report->links->len, ==, 1);
  for (guint i = 0; i < world->report->flows->len; i++)
    {
      const SluiceFlowReport *row = sluice_report_flow (world->report, i);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          sum.bytes[d] += row->bytes[d];
          sum.packets[d] += row->packets[d];
          world->taken[d] += row->bytes[d];
          world->taken_packets += row->packets[d];
          if (row->flags & SLUICE_FLOW_FOLDED)
            world->folded += row->bytes[d];
        }
    }
  g_assert_cmpmem (&sum, sizeof sum, sluice_report_link (world->report, 0), sizeof sum);
  return more;
}

static void
assert_balanced (World *world)
{
  while (take (world))
    ;
  g_assert_cmpuint (world->taken[SLUICE_RX], ==, world->put[SLUICE_RX]);
  g_assert_cmpuint (world->taken[SLUICE_TX], ==, world->put[SLUICE_TX]);
  g_assert_cmpuint (world->taken_packets, ==, world->put_packets);
}

static void
test_row (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *row;
  SluiceFlow *flow;

  put (world, 0xc0000201, SLUICE_FLOW_SHORT, SLUICE_RX, 60);
  world->time += 1000;
  flow = put (world, 0xc0000201, SLUICE_FLOW_SHORT, SLUICE_TX, 1500);
  flow->protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 6);
  g_assert_cmpuint (sluice_flow_table_count_new (world->table), ==, 1);
  g_assert_cmpuint (sluice_flow_table_count_new (world->table), ==, 0);
  g_assert_false (take (world));
  g_assert_cmpuint (world->report->flows->len, ==, 1);

  row = sluice_report_flow (world->report, 0);
  g_assert_cmpuint (row->slot, ==, sluice_flow_table_slot (world->table, flow));
  g_assert_cmpuint (row->generation, !=, 0);
  g_assert_cmpuint (row->flags, ==, SLUICE_FLOW_NEW);
  g_assert_cmpuint (row->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 6));
  g_assert_cmpuint (row->key.local.bytes[0], ==, 10);
  g_assert_cmpuint (row->key.local_port, ==, 80);
  g_assert_cmpuint (row->key.remote.bytes[0], ==, 192);
  g_assert_cmpuint (row->key.remote_port, ==, 1024);
  g_assert_cmpuint (row->key.protocol, ==, 6);
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 60);
  g_assert_cmpuint (row->bytes[SLUICE_TX], ==, 1500);
  g_assert_cmpuint (row->payload[SLUICE_TX], ==, 750);
  g_assert_cmpuint (row->packets[SLUICE_RX], ==, 1);
  g_assert_cmpint (row->first, ==, world->time - 1000);
  g_assert_cmpint (row->last, ==, world->time);
}

static void
test_only_what_moved (void)
{
  g_autoptr (World) world = world_new (1 << 20);

  for (guint i = 1; i <= 1000; i++)
    put (world, i, SLUICE_FLOW_LONG, SLUICE_RX, 100);
  take (world);
  g_assert_cmpuint (world->report->flows->len, ==, 1000);
  take (world);
  g_assert_cmpuint (world->report->flows->len, ==, 0);
  put (world, 7, SLUICE_FLOW_LONG, SLUICE_TX, 5);
  put (world, 7, SLUICE_FLOW_LONG, SLUICE_TX, 5);
  take (world);
  g_assert_cmpuint (world->report->flows->len, ==, 1);
  g_assert_cmpuint (sluice_report_flow (world->report, 0)->flags, ==, 0);
  g_assert_cmpuint (sluice_report_flow (world->report, 0)->bytes[SLUICE_TX], ==, 10);
  g_assert_cmpuint (sluice_report_flow (world->report, 0)->bytes[SLUICE_RX], ==, 0);
  assert_balanced (world);
}

static void
test_both_directions (void)
{
  SluiceAddress a = sluice_address_from_ipv4 ((const guint8[]){ 10, 0, 0, 1 });
  SluiceAddress b, unmapped;
  SluiceFlowPair there, back;
  guint side;

  g_assert_true (sluice_address_parse ("2001:db8::1", &b));
  /* Hostile, but possible: a mapped and a native address in one packet. */
  side = sluice_flow_pair_init (&there, 3, 17, &a, 53, &b, 9);
  g_assert_cmpuint (sluice_flow_pair_init (&back, 3, 17, &b, 9, &a, 53), ==, 1 - side);
  g_assert_cmpmem (&there, sizeof there, &back, sizeof back);

  /* The same bytes of another family are another address. */
  unmapped = a;
  unmapped.family = SLUICE_FAMILY_IPV6;
  side = sluice_flow_pair_init (&there, 3, 17, &a, 53, &unmapped, 9);
  g_assert_cmpuint (sluice_flow_pair_init (&back, 3, 17, &unmapped, 9, &a, 53), ==, 1 - side);
  g_assert_cmpmem (&there, sizeof there, &back, sizeof back);
  g_assert_cmpuint (there.families, !=, 0x44);
}

/* The row of a flow, or NULL. */
static const SluiceFlowReport *
find_row (World *world, guint32 n)
{
  guint8 bytes[4] = { n >> 24, n >> 16, n >> 8, n };

  for (guint i = 0; i < world->report->flows->len; i++)
    if (memcmp (sluice_report_flow (world->report, i)->key.remote.bytes, bytes, 4) == 0
        && !(sluice_report_flow (world->report, i)->flags & SLUICE_FLOW_FOLDED))
      return sluice_report_flow (world->report, i);
  return NULL;
}

static void
test_silence (void)
{
  static const struct
  {
    SluiceFlowSegment segment;
    guint seconds;
  } kinds[] = {
    { SLUICE_FLOW_CLOSED, 1 },
    { SLUICE_FLOW_SHORT, 10 },
    { SLUICE_FLOW_MEDIUM, 60 },
    { SLUICE_FLOW_LONG, 300 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (World) world = world_new (1 << 20);
      guint waited;

      put (world, 1, kinds[i].segment, SLUICE_RX, 10);
      take (world);
      for (waited = 0; waited < 1000; waited++)
        {
          world->time += G_USEC_PER_SEC;
          put (world, 2, SLUICE_FLOW_LONG, SLUICE_RX, 1); /* packets of others move the clock */
          take (world);
          if (find_row (world, 1) != NULL)
            break;
        }
      g_assert_cmpuint (find_row (world, 1)->flags, ==, SLUICE_FLOW_ENDED);
      g_assert_cmpuint (find_row (world, 1)->packets[SLUICE_RX], ==, 0);
      g_assert_cmpuint (waited + 1, >=, kinds[i].seconds);
      g_assert_cmpuint (waited + 1, <=, kinds[i].seconds + kinds[i].seconds / 4 + 1);
      g_assert_cmpuint (sluice_flow_table_get_size (world->table), ==, 1);
      assert_balanced (world);
    }
}

static void
test_speech_keeps_alive (void)
{
  g_autoptr (World) world = world_new (1 << 20);

  for (guint i = 0; i < 100; i++)
    {
      world->time += 8 * G_USEC_PER_SEC;
      put (world, 1, SLUICE_FLOW_SHORT, SLUICE_RX, 10);
      take (world);
      g_assert_cmpuint (find_row (world, 1)->flags, ==, i == 0 ? SLUICE_FLOW_NEW : 0);
    }
  assert_balanced (world);
}

static void
test_time_jumps (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  gint64 start = world->time;

  put (world, 1, SLUICE_FLOW_LONG, SLUICE_RX, 10);
  put (world, 3, SLUICE_FLOW_LONG, SLUICE_RX, 10);
  /* Two hundred years on: the silent ones end, and the clock goes on from there when time comes back. */
  world->time = start + G_GINT64_CONSTANT (200) * 365 * 86400 * G_USEC_PER_SEC;
  put (world, 2, SLUICE_FLOW_LONG, SLUICE_RX, 10);
  world->time = start;
  put (world, 2, SLUICE_FLOW_LONG, SLUICE_RX, 10);
  take (world);
  g_assert_cmpuint (find_row (world, 1)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_ENDED);
  g_assert_cmpuint (find_row (world, 2)->flags, ==, SLUICE_FLOW_NEW);
  g_assert_cmpint (find_row (world, 2)->first, ==, start);
  for (guint i = 0; i < 30; i++)
    {
      world->time = start + (i % 2 == 0 ? 0 : -5 * G_USEC_PER_SEC);
      put (world, 2, SLUICE_FLOW_LONG, SLUICE_RX, 10);
    }
  take (world);
  g_assert_cmpuint (find_row (world, 2)->flags, ==, 0);
  assert_balanced (world);
}

static void
test_over_is_not_found (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  guint32 slot, generation;
  SluiceFlow *flow;

  flow = put (world, 1, SLUICE_FLOW_LONG, SLUICE_RX, 10);
  slot = sluice_flow_table_slot (world->table, flow);
  generation = flow->generation;
  sluice_flow_table_move (world->table, flow, SLUICE_FLOW_OVER);
  flow = put (world, 1, SLUICE_FLOW_LONG, SLUICE_RX, 20);
  g_assert_cmpuint (sluice_flow_table_slot (world->table, flow), !=, slot);
  take (world);
  g_assert_cmpuint (world->report->flows->len, ==, 2);

  flow = put (world, 2, SLUICE_FLOW_LONG, SLUICE_RX, 30);
  g_assert_cmpuint (sluice_flow_table_slot (world->table, flow), ==, slot);
  g_assert_cmpuint (flow->generation, ==, generation + 1);
  assert_balanced (world);
}

static void
test_new_flows (void)
{
  g_autoptr (World) world = world_new (64 << 20);
  guint largest = 0;

  for (guint second = 0; second < 60; second++)
    {
      for (guint i = 0; i < 10000; i++)
        {
          world->time += 100;
          put (world, second * 10000 + i + 1, SLUICE_FLOW_SHORT, SLUICE_RX, 60 + i % 1400);
        }
      g_assert_cmpuint (sluice_flow_table_count_new (world->table), ==, 10000);
      g_assert_false (take (world));
      g_assert_cmpuint (world->report->flows->len, >=, 10000);
      largest = MAX (largest, sluice_flow_table_get_size (world->table));
    }
  /* Ten seconds of them, and one of resolution. */
  g_assert_cmpuint (largest, <=, 110000);
  g_assert_cmpuint (world->folded, ==, 0);
  assert_balanced (world);
}

/* Five million sources send one packet each, while a hundred flows move much and ten are old and slow. */
static void
test_flood (void)
{
  g_autoptr (World) world = world_new (64 << 20);
  g_autoptr (GHashTable) large = g_hash_table_new (NULL, NULL);
  guint64 large_put = 0, large_taken = 0;
  guint32 random = 1;

  for (guint i = 0; i < 110; i++)
    for (guint n = 0; n < 8; n++, large_put += 100)
      put (world, 0xf0000000 + i, SLUICE_FLOW_LONG, n % 2, 100);
  for (guint i = 0; i < 5000000; i++)
    {
      world->time += 1; /* a million a second */
      random = random * 1664525 + 1013904223;
      put (world, random >> 4, SLUICE_FLOW_SHORT, SLUICE_RX, 60);
      if (i % 50 == 0)
        {
          put (world, 0xf0000000 + (i / 50) % 100, SLUICE_FLOW_LONG, SLUICE_TX, 1500);
          large_put += 1500;
        }
      if (i % 1000000 == 999999)
        {
          g_assert_true (take (world));
          for (guint k = 0; k < 110; k++)
            if (find_row (world, 0xf0000000 + k) != NULL)
              large_taken += find_row (world, 0xf0000000 + k)->bytes[SLUICE_RX]
                             + find_row (world, 0xf0000000 + k)->bytes[SLUICE_TX];
        }
      g_assert_cmpuint (sluice_flow_table_get_size (world->table), <=, sluice_flow_table_get_capacity (world->table));
    }
  /* To the byte: not one packet of theirs was folded. The slow ones wait, being small, until the reports reach them. */
  for (guint k = 0; k < 10; k++)
    {
      put (world, 0xf0000000 + 100 + k, SLUICE_FLOW_LONG, SLUICE_TX, 1 << 20);
      large_put += 1 << 20;
    }
  take (world);
  for (guint k = 0; k < 110; k++)
    if (find_row (world, 0xf0000000 + k) != NULL)
      large_taken += find_row (world, 0xf0000000 + k)->bytes[SLUICE_RX]
                     + find_row (world, 0xf0000000 + k)->bytes[SLUICE_TX];
  g_assert_cmpuint (large_taken, ==, large_put);
  g_assert_cmpuint (world->folded, >, 0);
  assert_balanced (world);
}

static void
test_slots (void)
{
  g_autoptr (SluiceFlowTable) table = sluice_flow_table_new (256u << 20);

  /* However much memory, slots stay below what a report may have. */
  g_assert_cmpuint (sluice_flow_table_get_capacity (table), <, SLUICE_REPORT_SLOTS_MAX);
}

static void
test_everything_established (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  guint capacity = sluice_flow_table_get_capacity (world->table);

  /* All places are held by established flows that move: a newcomer is let in all the same. */
  for (guint i = 0; i < capacity; i++)
    put (world, i + 1, SLUICE_FLOW_LONG, SLUICE_TX, 1000);
  for (guint round = 0; round < 3; round++)
    {
      world->time += G_USEC_PER_SEC;
      for (guint i = 0; i < capacity; i++)
        put (world, i + 1, SLUICE_FLOW_LONG, SLUICE_TX, 1000);
      put (world, 1000000 + round, SLUICE_FLOW_LONG, SLUICE_TX, 1000);
      take (world);
      g_assert_nonnull (find_row (world, 1000000 + round));
    }
  assert_balanced (world);
}

static void
test_report_takes_largest_first (void)
{
  g_autoptr (World) world = world_new (64 << 20);
  guint64 smallest = G_MAXUINT64;
  guint n_waiting = 0;

  for (guint i = 0; i < 200000; i++)
    put (world, i + 1, SLUICE_FLOW_LONG, SLUICE_RX, 40 + (i * 7919) % 100000);
  g_assert_true (take (world));
  g_assert_cmpuint (world->report->flows->len, ==, SLUICE_REPORT_FLOWS_MAX);
  for (guint i = 0; i < world->report->flows->len; i++)
    smallest = MIN (smallest, sluice_report_flow (world->report, i)->bytes[SLUICE_RX]);
  g_assert_true (take (world));
  for (guint i = 0; i < world->report->flows->len; i++)
    /* Sizes are compared by quarters of a power of two. */
    if (sluice_report_flow (world->report, i)->bytes[SLUICE_RX] > smallest + smallest / 4)
      n_waiting++;
  g_assert_cmpuint (n_waiting, ==, 0);
  assert_balanced (world);
}

static void
test_crafted (void)
{
  g_autoptr (World) world = world_new (64 << 20);

  /* What a scanner or somebody hostile would try: addresses that differ in a few bits only. */
  for (guint i = 0; i < 16; i++)
    for (guint j = 0; j < 4096; j++)
      put (world, i << 28 | j << 4, SLUICE_FLOW_LONG, SLUICE_RX, 1);
  g_assert_cmpuint (sluice_flow_table_get_size (world->table), ==, 65536);
  /* The index is at the most half full; by chance, a chain of 12 would come once in a hundred thousand tries. */
  g_assert_cmpuint (sluice_flow_table_get_longest_chain (world->table), <=, 12);
  assert_balanced (world);
}

static void
test_churn (void)
{
  g_autoptr (World) world = world_new (0);
  GRand *rand = g_rand_new_with_seed (42);

  /* The smallest table, everything at once: its lists must hold. */
  g_assert_cmpuint (sluice_flow_table_get_capacity (world->table), ==, 16);
  for (guint i = 0; i < 300000; i++)
    {
      guint segment = (guint) g_rand_int_range (rand, SLUICE_FLOW_CLOSED, SLUICE_FLOW_N_SEGMENTS);
      SluiceFlow *flow;

      world->time += g_rand_int_range (rand, -1000000, 3000000);
      flow = put (world, (guint32) g_rand_int_range (rand, 1, 60), segment, i % 2, (guint32) i % 1500);
      if (i % 7 == 0)
        sluice_flow_table_move (world->table, flow, g_rand_int_range (rand, SLUICE_FLOW_OVER, SLUICE_FLOW_N_SEGMENTS));
      if (i % 31 == 0)
        take (world);
      g_assert_cmpuint (sluice_flow_table_get_size (world->table), <=, 16);
    }
  g_rand_free (rand);
  assert_balanced (world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-table/a-row-says-who-moved-what-and-when", test_row);
  g_test_add_func ("/flow-table/reports-only-what-moved", test_only_what_moved);
  g_test_add_func ("/flow-table/both-directions-are-one-flow", test_both_directions);
  g_test_add_func ("/flow-table/the-silent-end-in-time", test_silence);
  g_test_add_func ("/flow-table/who-speaks-stays", test_speech_keeps_alive);
  g_test_add_func ("/flow-table/time-may-jump-either-way", test_time_jumps);
  g_test_add_func ("/flow-table/what-is-over-makes-room-for-its-like", test_over_is_not_found);
  g_test_add_func ("/flow-table/holds-ten-thousand-new-flows-a-second", test_new_flows);
  g_test_add_func ("/flow-table/large-flows-keep-every-byte-in-a-flood", test_flood);
  g_test_add_func ("/flow-table/slots-have-a-bound", test_slots);
  g_test_add_func ("/flow-table/lets-newcomers-in-when-all-are-established", test_everything_established);
  g_test_add_func ("/flow-table/reports-the-largest-first", test_report_takes_largest_first);
  g_test_add_func ("/flow-table/crafted-addresses-make-no-long-chains", test_crafted);
  g_test_add_func ("/flow-table/loses-nothing-in-any-order", test_churn);
  return g_test_run ();
}
