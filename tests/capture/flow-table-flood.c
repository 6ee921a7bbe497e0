#include "capture/decoder-world.h"

/* SYNs of so many strangers; the world's table has room for 7710 flows. */
#define STRANGERS 3000

static void
send_strangers (World *world, guint32 from, guint32 n, guint a_second)
{
  for (guint32 i = from; i < from + n; i++)
    {
      guint8 packet[WIRE_MAX];
      const Wire wire = { REMOTE, LOCAL, 1024, 80, 6, WIRE_SYN, .sender = THEIRS };
      guint length = wire_write (&wire, packet);

      /* The source address. */
      wire_put (packet + 26, 0x0b000000 + i, 4);
      give (world, 0, packet, length, length);
      world->time += (gint64) G_USEC_PER_SEC / a_second - 1000;
    }
}

static const SluiceFlowReport *
find_port (World *world, guint16 remote_port)
{
  for (guint i = 0; i < world->flows->len; i++)
    if (FLOW (world, i)->key.remote_port == remote_port)
      return FLOW (world, i);
  return NULL;
}

static guint64
count_folded (World *world)
{
  guint64 packets = 0;

  for (guint i = 0; i < world->flows->len; i++)
    if (FLOW (world, i)->flags & SLUICE_FLOW_FOLDED)
      packets += FLOW (world, i)->packets[SLUICE_RX];
  return packets;
}

static guint
count_new (World *world)
{
  guint n = 0;

  for (guint i = 0; i < world->flows->len; i++)
    n += (FLOW (world, i)->flags & (SLUICE_FLOW_NEW | SLUICE_FLOW_FOLDED)) == SLUICE_FLOW_NEW;
  return n;
}

/* take() holds what is reported against what was given. */
static void
test_turns_away (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  send_strangers (world, 0, STRANGERS, STRANGERS);
  take (world);
  g_assert_cmpuint (count_new (world), <, STRANGERS);
  g_assert_cmpuint (count_new (world) + count_folded (world), ==, STRANGERS);

  send_strangers (world, STRANGERS, STRANGERS, STRANGERS);
  take (world);
  g_assert_cmpuint (count_new (world), ==, 0);
  g_assert_cmpuint (count_folded (world), ==, STRANGERS);
}

static void
test_lets_in_others (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  guint received, sent;

  send_strangers (world, 0, 2 * STRANGERS, STRANGERS);
  take (world);
  /* Whose SYN was turned away and who goes on, whom this machine calls, and what is no SYN. */
  SEND (world, REMOTE, LOCAL, 5001, 80, 6, WIRE_SYN, .sender = THEIRS);
  sent = SEND (world, LOCAL, REMOTE, 80, 5001, 6, WIRE_SYN | WIRE_ACK, .sender = OURS);
  received = SEND (world, REMOTE, LOCAL, 5001, 80, 6, WIRE_ACK, .sender = THEIRS, .length = 1000);
  SEND (world, LOCAL, REMOTE, 40000, 5002, 6, WIRE_SYN, .sender = OURS);
  SEND (world, REMOTE, LOCAL, 5003, 53, 17, .sender = THEIRS, .length = 100);
  take (world);
  g_assert_cmpuint (count_folded (world), ==, 1);
  assert_bytes (find_port (world, 5001), received, sent);
  assert_key (find_port (world, 5001), LOCAL, 80, REMOTE, 5001);
  g_assert_nonnull (find_port (world, 5002));
  g_assert_nonnull (find_port (world, 5003));
}

static void
test_is_over (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  send_strangers (world, 0, 2 * STRANGERS, STRANGERS);
  world->time += 3 * G_USEC_PER_SEC;
  SEND (world, REMOTE, LOCAL, 5001, 80, 6, WIRE_SYN, .sender = THEIRS);
  take (world);
  g_assert_nonnull (find_port (world, 5001));
}

/* As many are there at once, but come slowly: each may be a connection. */
static void
test_slow_is_none (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  send_strangers (world, 0, STRANGERS, STRANGERS / 10);
  take (world);
  g_assert_cmpuint (count_new (world), ==, STRANGERS);
}

/* Nobody knows here who is who: whoever begins is "local", and floods all the same. */
static void
test_undirected (void)
{
  g_autoptr (World) world = world_new (1 << 20);

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  send_strangers (world, 0, 2 * STRANGERS, STRANGERS);
  take (world);
  g_assert_cmpuint (count_new (world), <, STRANGERS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-table-flood/turns-away-what-floods-and-counts-it", test_turns_away);
  g_test_add_func ("/flow-table-flood/lets-in-what-is-no-flood", test_lets_in_others);
  g_test_add_func ("/flow-table-flood/ends-when-fewer-come", test_is_over);
  g_test_add_func ("/flow-table-flood/many-in-a-long-time-are-none", test_slow_is_none);
  g_test_add_func ("/flow-table-flood/is-one-where-nobody-is-known", test_undirected);
  return g_test_run ();
}
