#include "meter-world.h"

/* A connection of alpha that has sent so much in so many segments, over a link that counted so many packets. */
static SluiceSample *
send_once (World *world, guint64 sent, guint32 segments, guint64 link_bytes, guint64 link_packets)
{
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);

  sluice_sample_unref (look (world, &socket, 1, TRUE));
  socket.bytes_sent = sent;
  socket.segments[SLUICE_TX] = segments;
  world->links[ETH0].tx += link_bytes;
  world->links[ETH0].tx_packets += link_packets;
  return look (world, &socket, 1, TRUE);
}

static void
test_super_packets (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  g_autoptr (SluiceSample) sample = send_once (world, 1000000, 700, 1100000, 20);

  g_assert_cmpuint (find_program (sample, "alpha")->bytes[SLUICE_TX], ==, 1000000 + 20 * (HEADERS + 14));
}

static void
test_segments (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  g_autoptr (SluiceSample) sample = send_once (world, 1000000, 700, 1100000, 900);

  g_assert_cmpuint (find_program (sample, "alpha")->bytes[SLUICE_TX], ==, 1000000 + 700 * (HEADERS + 14));
  g_assert_cmpuint (find_link (sample, "eth0")->excess[SLUICE_TX], ==, 0);
}

static void
test_hold_over (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) ahead = NULL;
  g_autoptr (SluiceSample) level = NULL;

  /* 100 kB of what the socket sent still stand in the queue of the device. */
  socket.bytes_sent = 1000000;
  world->links[ETH0].tx += 900000;
  ahead = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (ahead, "alpha")->bytes[SLUICE_TX], ==, 900000);
  g_assert_cmpuint (find_program (ahead, "alpha")->payload[SLUICE_TX], ==, 1000000);
  g_assert_cmpuint (find_link (ahead, "eth0")->excess[SLUICE_TX], ==, 0);
  world->links[ETH0].tx += 100000;
  level = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (level, "alpha")->bytes[SLUICE_TX], ==, 100000);
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (level, "eth0"), SLUICE_TX), ==, 0);
  g_assert_cmpuint (find_link (level, "eth0")->excess[SLUICE_TX], ==, 0);
}

static void
test_held_shares (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  static const guint64 sent[] = { 333333, 1, 77777, 100003, 0, 999 };
  SluiceSocket sockets[G_N_ELEMENTS (sent)];
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) ahead = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sent); i++)
    sockets[i] = make_socket (i + 1, ALPHA + i, 0, 0);
  first = look (world, sockets, G_N_ELEMENTS (sent), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (sent); i++)
    sockets[i].bytes_sent = sent[i];
  world->links[ETH0].tx += 487654;
  ahead = look (world, sockets, G_N_ELEMENTS (sent), TRUE);
  g_assert_cmpuint (find_link (ahead, "eth0")->excess[SLUICE_TX], ==, 0);
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (ahead, "eth0"), SLUICE_TX), ==, 0);
}

static void
test_hold_is_bounded (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) lost = NULL;
  guint64 booked;

  socket.bytes_sent = 10000000;
  world->links[ETH0].tx += 64000;
  lost = look (world, &socket, 1, TRUE);
  booked = find_program (lost, "alpha")->bytes[SLUICE_TX];
  g_assert_cmpuint (booked, ==, 10000000 - 256 * 1024 - 1000);
  g_assert_cmpuint (find_link (lost, "eth0")->excess[SLUICE_TX], ==, booked - 64000);
}

static void
test_held_of_the_ended (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) ahead = NULL;
  g_autoptr (SluiceSample) ended = NULL;

  socket.bytes_sent = 5000;
  ahead = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (ahead, "alpha")->bytes[SLUICE_TX], ==, 0);
  socket.bytes_sent = 6000;
  socket.ended = TRUE;
  world->links[ETH0].tx += 7000;
  ended = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (ended, "alpha")->bytes[SLUICE_TX], ==, 6000);
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (ended, "eth0"), SLUICE_TX), ==, 1000);
}

static void
test_medians (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  static const guint32 trips[] = { 900, 10, 0, 30, 20, 0 };
  SluiceSocket sockets[G_N_ELEMENTS (trips) + 1];
  g_autoptr (SluiceSample) sample = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (trips); i++)
    {
      sockets[i] = make_socket (i + 1, ALPHA + i, 0, 0);
      sockets[i].rtt_us = trips[i];
    }
  sockets[G_N_ELEMENTS (trips)] = make_socket (99, BETA, 0, 0);
  sample = look (world, sockets, G_N_ELEMENTS (sockets), TRUE);
  /* Of 10, 20, 30 and 900: those that are unknown are none. */
  g_assert_cmpuint (find_program (sample, "alpha")->rtt_us, ==, 30);
  g_assert_cmpuint (find_program (sample, "beta")->rtt_us, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/meter-books/counts-super-packets-as-the-device-does", test_super_packets);
  g_test_add_func ("/meter-books/each-segment-has-its-headers-where-the-device-counts-them", test_segments);
  g_test_add_func ("/meter-books/what-stands-in-a-queue-is-booked-with-the-next-sample", test_hold_over);
  g_test_add_func ("/meter-books/what-is-held-is-shared-to-the-byte", test_held_shares);
  g_test_add_func ("/meter-books/what-was-lost-on-the-way-is-excess", test_hold_is_bounded);
  g_test_add_func ("/meter-books/a-socket-that-ends-leaves-nothing-held", test_held_of_the_ended);
  g_test_add_func ("/meter-books/the-round-trip-of-a-program-is-the-median", test_medians);

  return g_test_run ();
}
