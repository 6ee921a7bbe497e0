#include "capture/decoder.h"

#include "capture/wire.h"

#define LOCAL "192.0.2.10"
#define REMOTE "203.0.113.5"
#define LOCAL6 "2001:db8::10"
#define REMOTE6 "2001:db8:1::5"
/* Last bytes of hardware addresses. */
#define OURS 1
#define THEIRS 2

/* A decoder, what it was given, and what it reported. */
typedef struct
{
  SluiceDecoder *decoder;
  SluiceReport *report; /* the latest, and */
  GArray *flows;        /* the flows of all */
  gint64 time;
  guint64 given[8];
  guint64 given_packets[8];
  guint64 taken[8];
  guint64 taken_packets[8];
  guint n_links;
} World;

static World *
world_new (gsize memory)
{
  World *world = g_new0 (World, 1);

  world->decoder = sluice_decoder_new (memory);
  world->report = sluice_report_new ();
  world->flows = g_array_new (FALSE, FALSE, sizeof (SluiceFlowReport));
  world->time = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  return world;
}

static void
world_free (World *world)
{
  sluice_decoder_free (world->decoder);
  sluice_report_free (world->report);
  g_array_unref (world->flows);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static guint
add_link (World *world, SluiceLinkType type, gboolean loopback)
{
  g_assert_cmpuint (sluice_decoder_add_link (world->decoder, type, loopback), ==, world->n_links);
  return world->n_links++;
}

static void
set_local (World *world, const char *const *addresses, guint8 prefix_length, gboolean whole)
{
  SluiceInterfaceAddress networks[8] = { 0 };
  guint n = 0;

  for (; addresses[n] != NULL; n++)
    {
      g_assert_true (sluice_address_parse (addresses[n], &networks[n].address));
      networks[n].prefix_length = prefix_length;
    }
  sluice_decoder_set_local (world->decoder, networks, n, whole);
}

/* An Ethernet, and this machine's addresses. */
static World *
world_new_ethernet (void)
{
  World *world = world_new (1 << 20);
  const char *const local[] = { LOCAL, LOCAL6, NULL };

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  set_local (world, local, 24, FALSE);
  return world;
}

static void
give (World *world, guint link, const guint8 *bytes, guint32 captured, guint32 length)
{
  /* Its own memory, so that reading beyond it is found. */
  g_autofree guint8 *exact = g_memdup2 (bytes, captured);

  world->time += 1000;
  sluice_decoder_add_packet (world->decoder, link, world->time, exact, captured, length);
  world->given[link] += length;
  world->given_packets[link]++;
}

static guint
send_over (World *world, guint link, const Wire *wire)
{
  guint8 packet[WIRE_MAX];
  guint length = wire_write (wire, packet);

  give (world, link, packet, length, length);
  return length;
}

#define SEND(world, ...) send_over ((world), 0, &(Wire){ __VA_ARGS__ })

/* Takes all reports. Each must survive its wire form, which checks that the flows are their links. */
static void
take (World *world)
{
  gboolean more;

  g_array_set_size (world->flows, 0);
  do
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      more = sluice_decoder_take (world->decoder, world->report);
      sluice_report_write (world->report, bytes);
      sluice_report_read (world->report, bytes->data, bytes->len, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (world->report->links->len, ==, world->n_links);
      for (guint i = 0; i < world->n_links; i++)
        for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
          {
            world->taken[i] += sluice_report_link (world->report, i)->bytes[d];
            world->taken_packets[i] += sluice_report_link (world->report, i)->packets[d];
          }
      g_array_append_vals (world->flows, world->report->flows->data, world->report->flows->len);
    }
  while (more);
  for (guint i = 0; i < world->n_links; i++)
    {
      g_assert_cmpuint (world->taken[i], ==, world->given[i]);
      g_assert_cmpuint (world->taken_packets[i], ==, world->given_packets[i]);
    }
}

#define FLOW(world, i) (&g_array_index ((world)->flows, SluiceFlowReport, (i)))

/* The only flow that there is to report. */
static const SluiceFlowReport *
take_one (World *world)
{
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 1);
  return FLOW (world, 0);
}

static void
assert_key (const SluiceFlowReport *flow,
            const char *local,
            guint16 local_port,
            const char *remote,
            guint16 remote_port)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];

  g_assert_cmpstr (sluice_address_to_text (&flow->key.local, text), ==, local);
  g_assert_cmpuint (flow->key.local_port, ==, local_port);
  g_assert_cmpstr (sluice_address_to_text (&flow->key.remote, text), ==, remote);
  g_assert_cmpuint (flow->key.remote_port, ==, remote_port);
}

static void
assert_bytes (const SluiceFlowReport *flow, guint64 received, guint64 sent)
{
  g_assert_cmpuint (flow->bytes[SLUICE_RX], ==, received);
  g_assert_cmpuint (flow->bytes[SLUICE_TX], ==, sent);
}

static void
test_sides (void)
{
  static const char *const pairs[][2] = { { LOCAL, REMOTE }, { LOCAL6, REMOTE6 } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (World) world = world_new_ethernet ();
      const char *local = pairs[i][0], *remote = pairs[i][1];
      guint received, sent;
      const SluiceFlowReport *flow;

      received = SEND (world, remote, local, 50000, 22, 6, WIRE_SYN, THEIRS);
      sent = SEND (world, local, remote, 22, 50000, 6, WIRE_SYN | WIRE_ACK, OURS);
      sent += SEND (world, local, remote, 22, 50000, 6, WIRE_ACK, OURS, .length = 100);
      flow = take_one (world);
      assert_key (flow, local, 22, remote, 50000);
      assert_bytes (flow, received, sent);
      g_assert_cmpuint (flow->payload[SLUICE_TX], ==, 100);
      g_assert_cmpuint (flow->payload[SLUICE_RX], ==, 0);
      g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW);
      g_assert_cmpuint (flow->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_SSH));
      g_assert_cmpint (flow->last - flow->first, ==, 2000);
    }
}

static void
test_groups (void)
{
  g_autoptr (World) world = world_new_ethernet ();

  SEND (world, LOCAL, "224.0.0.251", 5353, 5353, 17, .sender = OURS, .length = 20);
  SEND (world, "192.0.2.77", "224.0.0.251", 5353, 5353, 17, .sender = THEIRS, .length = 20);
  SEND (world, "192.0.2.77", "192.0.2.255", 137, 137, 17, .sender = THEIRS, .length = 20);
  SEND (world, "0.0.0.0", "255.255.255.255", 68, 67, 17, .sender = OURS, .length = 20);
  SEND (world, "0.0.0.0", "255.255.255.255", 68, 67, 17, .sender = THEIRS, .length = 20);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 4);
  assert_key (FLOW (world, 0), LOCAL, 5353, "224.0.0.251", 5353);
  g_assert_cmpuint (FLOW (world, 0)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_GROUP);
  g_assert_cmpuint (FLOW (world, 0)->packets[SLUICE_TX], ==, 1);
  assert_key (FLOW (world, 1), "224.0.0.251", 5353, "192.0.2.77", 5353);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_NEW);
  g_assert_cmpuint (FLOW (world, 1)->packets[SLUICE_RX], ==, 1);
  assert_key (FLOW (world, 2), "192.0.2.255", 137, "192.0.2.77", 137);
  g_assert_cmpuint (FLOW (world, 2)->packets[SLUICE_RX], ==, 1);
  /* Whoever has no address yet: it is ours if it comes from our hardware. */
  assert_key (FLOW (world, 3), "0.0.0.0", 68, "255.255.255.255", 67);
  g_assert_cmpuint (FLOW (world, 3)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_GROUP);
  /* All who have none share a flow; each packet goes as the device counted it. */
  g_assert_cmpuint (FLOW (world, 3)->packets[SLUICE_TX], ==, 1);
  g_assert_cmpuint (FLOW (world, 3)->packets[SLUICE_RX], ==, 1);
}

static void
test_forwarded (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const SluiceFlowReport *flow;
  guint in, out;

  /* What comes from our address tells our hardware. */
  SEND (world, LOCAL, REMOTE, 1, 2, 17, .sender = OURS);
  take (world);
  in = SEND (world, "198.51.100.1", REMOTE, 50000, 80, 6, WIRE_SYN, THEIRS);
  out = SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_SYN | WIRE_ACK, OURS, .length = 7);
  flow = take_one (world);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);
  assert_key (flow, "198.51.100.1", 50000, REMOTE, 80);
  assert_bytes (flow, in, out);
}

static void
test_undirected (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *flow;

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  /* Seen from the answer on, the SYN being lost. */
  SEND (world, REMOTE, LOCAL, 80, 50000, 6, WIRE_SYN | WIRE_ACK);
  SEND (world, LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK);
  flow = take_one (world);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_UNDIRECTED);
  assert_key (flow, LOCAL, 50000, REMOTE, 80);
  g_assert_cmpuint (flow->packets[SLUICE_RX], ==, 1);
  g_assert_cmpuint (flow->packets[SLUICE_TX], ==, 1);

  SEND (world, REMOTE, LOCAL, 5000, 5001, 17, .length = 9);
  assert_key (take_one (world), REMOTE, 5000, LOCAL, 5001);
}

static void
test_networks (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const char *const networks[] = { "192.0.2.0", NULL };

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  set_local (world, networks, 24, TRUE);
  SEND (world, REMOTE, "192.0.2.200", 80, 50000, 6, WIRE_ACK);
  assert_key (take_one (world), "192.0.2.200", 50000, REMOTE, 80);
  SEND (world, "192.0.2.1", "192.0.2.200", 50000, 80, 6, WIRE_SYN);
  g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_UNDIRECTED);
  assert_key (FLOW (world, 0), "192.0.2.1", 50000, "192.0.2.200", 80);
  SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK);
  g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);
}

static void
test_loopback (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *flow;

  add_link (world, SLUICE_LINK_ETHERNET, TRUE);
  SEND (world, "127.0.0.1", "127.0.0.1", 40000, 8080, 6, WIRE_SYN);
  SEND (world, "127.0.0.1", "127.0.0.1", 8080, 40000, 6, WIRE_SYN | WIRE_ACK);
  SEND (world, "127.0.0.1", "127.0.0.1", 40000, 8080, 6, WIRE_ACK, .length = 100);
  flow = take_one (world);
  assert_key (flow, "127.0.0.1", 40000, "127.0.0.1", 8080);
  g_assert_cmpuint (flow->packets[SLUICE_TX], ==, 2);
  g_assert_cmpuint (flow->packets[SLUICE_RX], ==, 1);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW);
}

static void
give_cooked (World *world, guint8 type, const Wire *wire)
{
  guint8 packet[WIRE_MAX] = { 0, type, 0, 1, 0, 6, 2, 0xfc, 0, 0, 0, 1, 0, 0, 8, 0 };
  guint length = 16 + wire_write_ip (wire, packet + 16);

  give (world, 0, packet, length, length);
}

static void
test_cooked (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const SluiceFlowReport *flow;

  add_link (world, SLUICE_LINK_COOKED, FALSE);
  give_cooked (world, 4, &(Wire){ LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK });
  give_cooked (world, 0, &(Wire){ REMOTE, LOCAL, 80, 50000, 6, WIRE_ACK });
  flow = take_one (world);
  g_assert_cmpuint (flow->flags, ==, SLUICE_FLOW_NEW);
  assert_key (flow, LOCAL, 50000, REMOTE, 80);
  g_assert_cmpuint (flow->packets[SLUICE_TX], ==, 1);
  give_cooked (world, 3, &(Wire){ REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK });
  g_assert_cmpuint (take_one (world)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);
  give_cooked (world, 1, &(Wire){ REMOTE, "255.255.255.255", 9, 9, 17 });
  assert_key (take_one (world), "255.255.255.255", 9, REMOTE, 9);
}

static void
give_ppp_dir (World *world, gboolean sent, const Wire *wire)
{
  guint8 packet[WIRE_MAX] = { sent ? 1 : 0, 0xff, 0x03, 0x00, 0x21 };
  guint length = 5 + wire_write_ip (wire, packet + 5);

  give (world, 0, packet, length, length);
  /* The byte that says who sent it was never on the wire. */
  world->given[0]--;
}

static void
test_ppp_with_direction (void)
{
  g_autoptr (World) world = world_new (1 << 20);
  const guint8 lcp[] = { 1, 0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 4 };
  const SluiceFlowReport *flow;
  guint64 sum;

  add_link (world, SLUICE_LINK_PPP_DIR, FALSE);
  give_ppp_dir (world, TRUE, &(Wire){ LOCAL, REMOTE, 50000, 80, 6, WIRE_ACK });
  sum = world->given[0];
  give_ppp_dir (world, FALSE, &(Wire){ REMOTE, LOCAL, 80, 50000, 6, WIRE_ACK, .length = 100 });
  flow = take_one (world);
  assert_key (flow, LOCAL, 50000, REMOTE, 80);
  assert_bytes (flow, world->given[0] - sum, sum);

  give (world, 0, lcp, sizeof lcp, sizeof lcp);
  world->given[0]--;
  flow = take_one (world);
  g_assert_cmpuint (flow->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x880b));
  assert_bytes (flow, 0, sizeof lcp - 1);
  /* Not even that byte. */
  give (world, 0, lcp, 0, 0);
  take (world);
}

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
test_told_hardware (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const guint8 ours[] = { 0x02, 0xfc, 0, 0, 0, OURS };
  const char *const local[] = { LOCAL, LOCAL6, NULL };
  guint8 arp[42] = { 0 };
  guint8 *at;

  sluice_decoder_set_hardware (world->decoder, 0, ours);
  set_local (world, local, 24, FALSE);
  /* A neighbour claims this machine's address, and what it says is received all the same. */
  at = wire_put_ethernet (arp, THEIRS, 0x0806);
  at = wire_put (at, G_GUINT64_CONSTANT (0x0001080006040001), 8);
  at = wire_put (at, G_GUINT64_CONSTANT (0x02fc00000000) | THEIRS, 6);
  wire_put_address (at, LOCAL);
  for (guint i = 0; i < 2; i++)
    give (world, 0, arp, sizeof arp, sizeof arp);
  arp[11] = OURS;
  give (world, 0, arp, sizeof arp, 60);
  take (world);
  assert_bytes (FLOW (world, 0), 2 * 42, 60);
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
test_new_address (void)
{
  g_autoptr (World) world = world_new_ethernet ();
  const char *const local[] = { LOCAL, "198.51.100.1", NULL };

  SEND (world, LOCAL, REMOTE, 1, 2, 17);
  SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK);
  take (world);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_NEW | SLUICE_FLOW_FORWARDED);

  /* The address is ours now: that flow was not what it seemed; the other goes on. */
  set_local (world, local, 24, FALSE);
  SEND (world, LOCAL, REMOTE, 1, 2, 17);
  SEND (world, REMOTE, "198.51.100.1", 80, 50000, 6, WIRE_ACK);
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 3);
  g_assert_cmpuint (FLOW (world, 0)->flags, ==, 0);
  g_assert_cmpuint (FLOW (world, 1)->flags, ==, SLUICE_FLOW_ENDED | SLUICE_FLOW_FORWARDED);
  g_assert_cmpuint (FLOW (world, 2)->flags, ==, SLUICE_FLOW_NEW);
  assert_key (FLOW (world, 2), "198.51.100.1", 50000, REMOTE, 80);
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
  g_test_add_func ("/decoder/knows-its-own-side-by-address", test_sides);
  g_test_add_func ("/decoder/knows-groups", test_groups);
  g_test_add_func ("/decoder/forwarded-packets-go-as-the-device-counts-them", test_forwarded);
  g_test_add_func ("/decoder/who-began-is-local-where-nothing-is-known", test_undirected);
  g_test_add_func ("/decoder/whole-networks-can-be-local", test_networks);
  g_test_add_func ("/decoder/on-the-loopback-who-began-is-local", test_loopback);
  g_test_add_func ("/decoder/a-cooked-header-tells-who-sent", test_cooked);
  g_test_add_func ("/decoder/a-byte-before-ppp-tells-who-sent-and-is-not-counted", test_ppp_with_direction);
  g_test_add_func ("/decoder/what-is-no-ip-is-counted-by-its-number", test_not_ip);
  g_test_add_func ("/decoder/believes-no-neighbour-that-claims-to-be-this-machine", test_told_hardware);
  g_test_add_func ("/decoder/an-unknown-link-is-counted", test_unknown_link);
  g_test_add_func ("/decoder/truncated-anywhere-all-is-counted", test_truncated);
  g_test_add_func ("/decoder/fragments-join-their-flow", test_fragments);
  g_test_add_func ("/decoder/a-connection-ends-when-it-said-so", test_farewell);
  g_test_add_func ("/decoder/the-same-ports-again-are-another-flow", test_reopened);
  g_test_add_func ("/decoder/the-silent-end-in-time", test_silence);
  g_test_add_func ("/decoder/the-clock-goes-with-the-packets", test_clock);
  g_test_add_func ("/decoder/a-new-address-changes-sides", test_new_address);
  g_test_add_func ("/decoder/drops-are-told-once", test_drops);
  g_test_add_func ("/decoder/time-may-be-anything", test_time);
  g_test_add_func ("/decoder/a-flood-is-folded-by-protocol", test_flood);
  g_test_add_func ("/decoder/queued-packets-are-counted-like-others", test_queue);
  return g_test_run ();
}
