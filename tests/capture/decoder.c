#include "capture/decoder-world.h"

static void
test_not_ip (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  guint8 arp[42] = { 0 };
  guint8 *at;

  /* "Who has 192.0.2.77? Tell 192.0.2.10" tells our hardware too. */
  at = wire_put_ethernet (arp, OURS, 0x0806);
  at = wire_put (at, G_GUINT64_CONSTANT (0x0001080006040001), 8);
  at = wire_put (at, G_GUINT64_CONSTANT (0x02fc00000001), 6);
  wire_put_address (at, LOCAL);
  give (world, 0, arp, sizeof arp, sizeof arp);
  arp[11] = THEIRS;
  give (world, 0, arp, sizeof arp, 60);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 1);
  g_assert_cmpuint (FLOW (world, 0)->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x0806));
  assert_key (FLOW (world, 0), "*", 0, "*", 0);
  assert_bytes (FLOW (world, 0), 60, 42);

  wire_put_ethernet (arp, THEIRS, 0x88cc);
  give (world, 0, arp, sizeof arp, sizeof arp);
  g_assert_cmpuint (take_one (world)->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x88cc));
}

static void
test_unknown_link (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  guint named;

  add_link (world, SLUICE_LINK_UNKNOWN, FALSE);
  named = add_link (world, SLUICE_LINK_UNKNOWN, FALSE);
  sluice_decoder_set_undecoded (world->decoder, named, 147);
  give (world, 0, (const guint8 *) "anything", 8, 8);
  give (world, named, (const guint8 *) "anything", 8, 800);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 2);
  g_assert_cmpuint (FLOW (world, 0)->protocol, ==, 0);
  g_assert_cmpuint (FLOW (world, 1)->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_LINK, 147));
  g_assert_cmpuint (FLOW (world, 1)->link, ==, named);
  assert_bytes (FLOW (world, 1), 800, 0);
}

static void
test_truncated (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  guint8 packet[WIRE_MAX];
  Wire wire = { LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK, .length = 20 };
  guint length = wire_write (&wire, packet);

  for (guint captured = 0; captured <= length; captured++)
    give (world, 0, packet, captured, length);
  /* More captured than there was, and nothing at all. */
  give (world, 0, packet, length, 30);
  give (world, 0, packet, 0, 0);
  take (world);
  g_assert_cmpuint (sluice_report_link (world->report, 0)->truncated, >=, 54);
  take (world);
  g_assert_cmpuint (sluice_report_link (world->report, 0)->truncated, ==, 0);
}

static void
test_fragments (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const SluiceFlowReport *flow;
  guint sum;

  sum = SEND (world, REMOTE, LOCAL, 4000, 5000, 17, .length = 1472, .fragment = 0x2000, .id = 9);
  sum += SEND (world, REMOTE, LOCAL, 0, 0, 17, .length = 1480, .fragment = 0x2000 | 185, .id = 9);
  sum += SEND (world, REMOTE, LOCAL, 0, 0, 17, .length = 100, .fragment = 370, .id = 9);
  flow = take_one (world);
  assert_key (flow, LOCAL, 5000, REMOTE, 4000);
  assert_bytes (flow, sum, 0);

  /* One whose first nobody saw has no ports. */
  SEND (world, REMOTE, LOCAL, 0, 0, 17, .length = 100, .fragment = 370, .id = 10);
  assert_key (take_one (world), LOCAL, 0, REMOTE, 0);
}

static void
wait_seconds (World *world, guint seconds)
{
  world->time += seconds * G_USEC_PER_SEC;
  sluice_decoder_advance (world->decoder, world->time);
}

static void
test_farewell (void)
{
  static const guint8 ends[][2] = { { WIRE_FIN | WIRE_ACK, WIRE_FIN | WIRE_ACK }, { WIRE_RST, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (World) world = world_new_ethernet ();
      guint32 generation, slot;

      SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_SYN);
      SEND (world, REMOTE, LOCAL, 80, 50000, 6, WIRE_SYN | WIRE_ACK);
      SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK);
      SEND (world, LOCAL, REMOTE, 50000, 80, 6, ends[i][0]);
      wait_seconds (world, 20);
      take_one (world);
      g_assert_cmpuint (FLOW (world, 0)->flags, ==, SLUICE_FLOW_NEW | (ends[i][1] == 0 ? SLUICE_FLOW_ENDED : 0));
      if (ends[i][1] == 0)
        continue;

      SEND (world, REMOTE, LOCAL, 80, 50000, 6, ends[i][1]);
      SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK);
      g_assert_cmpuint (take_one (world)->flags, ==, 0);
      slot = FLOW (world, 0)->slot;
      generation = FLOW (world, 0)->generation;
      wait_seconds (world, 2);
      g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_ENDED);
      g_assert_cmpuint (FLOW (world, 0)->packets[SLUICE_TX], ==, 0);
      g_assert_true (FLOW (world, 0)->slot == slot && FLOW (world, 0)->generation == generation);
    }
}

static void
test_reopened (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_RST);
  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_SYN);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 2);
  g_assert_cmpuint (FLOW (world, 0)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_ENDED);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_NEW);
  g_assert_cmpuint (sluice_decoder_count_new (world->decoder), ==, 2);
}

static void
test_silence (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_SYN); /* half open */
  SEND (world, LOCAL, REMOTE, 50001, 53, 17, .length = 20);
  SEND (world, LOCAL, REMOTE, 50002, 5000, 17, .length = 20);
  SEND (world, REMOTE, LOCAL, 5000, 50002, 17, .length = 20);
  SEND (world, LOCAL, REMOTE, 50003, 80, 6, WIRE_ACK);
  SEND (world, REMOTE, LOCAL, 80, 50003, 6, WIRE_ACK);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 4);
  wait_seconds (world, 12);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 2);
  wait_seconds (world, 62);
  assert_key (take_one (world), LOCAL, 50002, REMOTE, 5000);
  wait_seconds (world, 200);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 0);
  wait_seconds (world, 110);
  assert_key (take_one (world), LOCAL, 50003, REMOTE, 80);
}

/* Packets come a moment after their time; and somebody may set the clock back. */
static void
test_clock (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  SEND (world, LOCAL, REMOTE, 50001, 53, 17, .length = 20);
  for (guint i = 0; i < 300; i++)
    {
      give (world, 0, NULL, 0, 60);
      sluice_decoder_advance (world->decoder, world->time - 45000);
    }
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 2);
  g_assert_cmpuint ((FLOW (world, 0)->flags | FLOW (world, 1)->flags) & SLUICE_FLOW_ENDED, ==, 0);
  world->time -= G_TIME_SPAN_DAY;
  wait_seconds (world, 0);
  wait_seconds (world, 11);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 1);
  g_assert_cmpuint (FLOW (world, 0)->flags & SLUICE_FLOW_ENDED, !=, 0);
}

static void
test_drops (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  sluice_decoder_count_drops (world->decoder, 0, 3);
  sluice_decoder_count_drops (world->decoder, 0, 4);
  take (world);
  g_assert_cmpuint (sluice_report_link (world->report, 0)->kernel_drops, ==, 7);
  take (world);
  g_assert_cmpuint (sluice_report_link (world->report, 0)->kernel_drops, ==, 0);
}

static void
test_time (void)
{
  static const gint64 times[] = { G_MININT64, -1, 5, G_MAXINT64, 0, 77, G_MAXINT64, G_MININT64 };
  g_autoptr (World) world = world_new_ethernet ();
  guint8 packet[WIRE_MAX];
  Wire wire = { LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK };
  guint length = wire_write (&wire, packet);

  for (guint i = 0; i < 1000; i++)
    {
      world->time = times[i % G_N_ELEMENTS (times)] - 1000 * (times[i % G_N_ELEMENTS (times)] > 0);
      sluice_decoder_add_packet (world->decoder, 0, times[i % G_N_ELEMENTS (times)], packet, length, length);
      world->given[0] += length;
      world->given_packets[0]++;
    }
  take (world);
  g_assert_cmpint (world->report->last, >, 77);
}

/* 0 is a time too, and the earliest that there is. */
static void
test_epoch (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  take (world);
  g_assert_false (world->report->has_packets);
  world->time = -1000;
  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK);
  world->time = 5000000;
  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK);
  take (world);
  g_assert_true (world->report->has_packets);
  g_assert_cmpint (world->report->first, ==, 0);
  g_assert_cmpint (world->report->last, ==, 5001000);
}

static void
test_flood (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  guint64 folded = 0;

  for (guint i = 0; i < 100000; i++)
    {
      guint8 packet[WIRE_MAX];
      Wire wire = { REMOTE, LOCAL, 1024 + i % 60000, 80, i % 3 == 0 ? 17 : 6, WIRE_SYN };
      guint length = wire_write (&wire, packet);

      memcpy (packet + 26, &i, 4); /* from another source each time */
      give (world, 0, packet, length, length);
    }
  take (world);
  for (guint i = 0; i < world->flows->len; i++)
    if (FLOW (world, i)->flags & SLUICE_FLOW_FOLDED)
      {
        folded += FLOW (world, i)->packets[SLUICE_RX];
        assert_key (FLOW (world, i), "*", 0, "*", 0);
        g_assert_cmpuint (FLOW (world, i)->protocol, ==,
                          SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, FLOW (world, i)->key.protocol));
      }
  g_assert_cmpuint (folded, >, 90000);
}

/* One is given what the other queues. Names are asked and told in some, and some are too long to be queued. */
static void
test_queue (void)
{
  static const char query[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\3www\7example\3org\0\0\1\0\1"
                              "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xcb\0\x71\5";
  static const char hello[] = "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n";
  g_autoptr (World) world = world_new_ethernet ();
  g_autoptr (World) queued = world_new_ethernet ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) queued_bytes = g_byte_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  guint n_names = 0;

  for (guint i = 1; i <= 20000; i++)
    {
      gboolean new_ip = g_rand_boolean (random);
      const Wire wire = {
        .source = new_ip ? LOCAL6 : LOCAL,
        .destination = new_ip ? REMOTE6 : REMOTE,
        .source_port = (guint16) (g_rand_int_range (random, 0, 20) == 0 ? 53 : g_rand_int_range (random, 1, 40)),
        .destination_port = 80,
        .protocol = g_rand_boolean (random) ? 6 : 17,
        .tcp_flags = (guint8) g_rand_int_range (random, 0, 32),
        .fragment = g_rand_int_range (random, 0, 8) == 0 ? (guint16) (0x2000 | g_rand_int_range (random, 0, 4)) : 0,
        .id = (guint16) g_rand_int_range (random, 0, 8),
        .payload = i % 3 == 0 ? query : i % 3 == 1 ? hello : NULL,
        .length = i % 3 == 0   ? sizeof query - 1
                  : i % 3 == 1 ? sizeof hello - 1
                               : (guint) g_rand_int_range (random, 0, 400),
      };
      guint8 packet[WIRE_MAX] = { 0 };
      guint length = i % 7 != 0 ? wire_write (&wire, packet) : 300;
      guint captured = g_rand_boolean (random) ? length : (guint) g_rand_int_range (random, 0, (gint) length + 1);
      /* Exactly as long as it is, so that a byte too many is found. */
      g_autofree guint8 *copy = g_memdup2 (packet, captured);
      gint64 time = world->time + i * 1000;

      sluice_decoder_add_packet (world->decoder, 0, time, copy, captured, length);
      sluice_decoder_queue_packet (queued->decoder, 0, time, copy, captured, length);
      if (i % 1000 != 0 && i % 1003 != 0)
        continue;
      sluice_decoder_take (world->decoder, world->report);
      sluice_decoder_take (queued->decoder, queued->report);
      g_byte_array_set_size (bytes, 0);
      g_byte_array_set_size (queued_bytes, 0);
      sluice_report_write (world->report, bytes);
      sluice_report_write (queued->report, queued_bytes);
      g_assert_cmpuint (world->report->flows->len, >, 0);
      n_names += world->report->names->len;
      g_assert_cmpmem (bytes->data, bytes->len, queued_bytes->data, queued_bytes->len);
    }
  g_assert_cmpuint (n_names, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decoder/what-is-no-ip-is-counted-by-its-number", test_not_ip);
  g_test_add_func ("/decoder/an-unknown-link-is-counted", test_unknown_link);
  g_test_add_func ("/decoder/truncated-anywhere-all-is-counted", test_truncated);
  g_test_add_func ("/decoder/fragments-join-their-flow", test_fragments);
  g_test_add_func ("/decoder/a-connection-ends-when-it-said-so", test_farewell);
  g_test_add_func ("/decoder/the-same-ports-again-are-another-flow", test_reopened);
  g_test_add_func ("/decoder/the-silent-end-in-time", test_silence);
  g_test_add_func ("/decoder/the-clock-goes-with-the-packets", test_clock);
  g_test_add_func ("/decoder/drops-are-told-once", test_drops);
  g_test_add_func ("/decoder/time-may-be-anything", test_time);
  g_test_add_func ("/decoder/time-may-begin-at-the-epoch", test_epoch);
  g_test_add_func ("/decoder/a-flood-is-folded-by-protocol", test_flood);
  g_test_add_func ("/decoder/queued-packets-are-counted-like-others", test_queue);
  return g_test_run ();
}
