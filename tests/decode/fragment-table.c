#include "decode/fragment-table.h"

#include "decode/packet-maker.h"

/* As many as the table holds. */
#define CAPACITY 4096
#define SECOND G_USEC_PER_SEC

static SluicePacket
first (guint32 id)
{
  SluicePacket packet = {
    .source = sluice_address_from_ipv4 (maker_ipv4[0]),
    .destination = sluice_address_from_ipv4 (maker_ipv4[1]),
    .kind = SLUICE_PACKET_IPV4,
    .ethertype = 0x0800,
    .protocol = 17,
    .flags = SLUICE_PACKET_FRAGMENT | SLUICE_PACKET_HAS_PORTS,
    .source_port = MAKER_SOURCE_PORT,
    .destination_port = MAKER_DESTINATION_PORT,
    .fragment_id = id,
  };

  return packet;
}

static SluicePacket
later (guint32 id)
{
  SluicePacket packet = first (id);

  packet.flags = SLUICE_PACKET_FRAGMENT | SLUICE_PACKET_LATER_FRAGMENT;
  packet.source_port = packet.destination_port = 0;
  return packet;
}

static void
add_first (SluiceFragmentTable *table, guint32 id, gint64 time)
{
  SluicePacket packet = first (id);

  g_assert_false (sluice_fragment_table_join (table, &packet, time));
  g_assert_cmpuint (packet.source_port, ==, MAKER_SOURCE_PORT);
}

/* Whether a later fragment of @id gets its ports; it must be all or nothing. */
static gboolean
joins (SluiceFragmentTable *table, guint32 id, gint64 time)
{
  SluicePacket packet = later (id);
  gboolean joined = sluice_fragment_table_join (table, &packet, time);

  g_assert_cmpuint (packet.source_port, ==, joined ? MAKER_SOURCE_PORT : 0);
  g_assert_cmpuint (packet.destination_port, ==, joined ? MAKER_DESTINATION_PORT : 0);
  g_assert_cmpint ((packet.flags & SLUICE_PACKET_HAS_PORTS) != 0, ==, joined);
  g_assert_true (packet.flags & SLUICE_PACKET_LATER_FRAGMENT);
  return joined;
}

static void
test_join (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();

  g_assert_false (joins (table, 1, 0)); /* before its first */
  add_first (table, 1, 0);
  add_first (table, 2, 0);
  g_assert_true (joins (table, 1, SECOND));
  g_assert_true (joins (table, 1, 2 * SECOND));
  g_assert_true (joins (table, 2, 0));
  g_assert_false (joins (table, 3, 0));
}

static void
test_key (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();
  SluicePacket packet;

  add_first (table, 1, 0);
  packet = later (1);
  packet.source.bytes[3]++;
  g_assert_false (sluice_fragment_table_join (table, &packet, 0));
  packet = later (1);
  packet.destination.bytes[3]++;
  g_assert_false (sluice_fragment_table_join (table, &packet, 0));
  packet = later (1);
  packet.kind = SLUICE_PACKET_IPV6;
  g_assert_false (sluice_fragment_table_join (table, &packet, 0));
  /* The way back is another packet. */
  packet = later (1);
  packet.source = packet.destination;
  packet.destination = first (1).source;
  g_assert_false (sluice_fragment_table_join (table, &packet, 0));
}

static void
test_whole_packets (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();
  SluicePacket packet = first (1);

  packet.flags = SLUICE_PACKET_HAS_PORTS;
  g_assert_false (sluice_fragment_table_join (table, &packet, 0));
  g_assert_false (joins (table, 1, 0));
}

static void
test_lifetime (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();

  add_first (table, 1, 100 * SECOND);
  g_assert_true (joins (table, 1, 130 * SECOND));
  g_assert_false (joins (table, 1, 130 * SECOND + 1));
  /* Time may go backwards, and be absurd. */
  g_assert_true (joins (table, 1, 70 * SECOND));
  g_assert_false (joins (table, 1, 70 * SECOND - 1));
  g_assert_false (joins (table, 1, G_MININT64));
  g_assert_false (joins (table, 1, G_MAXINT64));
  add_first (table, 2, G_MININT64);
  g_assert_false (joins (table, 2, G_MAXINT64));
  g_assert_true (joins (table, 2, G_MININT64));
}

static void
test_again (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();
  SluicePacket packet = first (1);

  /* The number came round, or somebody overlaps: the latest first one holds, and its time. */
  packet.source_port = 1;
  sluice_fragment_table_join (table, &packet, 0);
  add_first (table, 1, 20 * SECOND);
  g_assert_true (joins (table, 1, 50 * SECOND));
  for (guint i = 0; i < 3 * CAPACITY; i++)
    add_first (table, 1, 50 * SECOND);
  g_assert_true (joins (table, 1, 50 * SECOND));
}

static void
test_without_ports (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();
  SluicePacket packet = first (1);

  /* Behind destination options, only the first fragment shows what the packet is. */
  packet.protocol = 58;
  packet.flags = SLUICE_PACKET_FRAGMENT;
  packet.source_port = packet.destination_port = 0;
  sluice_fragment_table_join (table, &packet, 0);
  packet = later (1);
  packet.protocol = 60;
  g_assert_true (sluice_fragment_table_join (table, &packet, 0));
  g_assert_cmpuint (packet.protocol, ==, 58);
  g_assert_false (packet.flags & SLUICE_PACKET_HAS_PORTS);
}

static void
test_bound (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();

  for (guint32 id = 0; id < 3 * CAPACITY + 5; id++)
    {
      add_first (table, id, id);
      g_assert_true (joins (table, id, id));
      /* The oldest has just given way, and none but it. */
      if (id >= CAPACITY)
        {
          g_assert_false (joins (table, id - CAPACITY, id));
          g_assert_true (joins (table, id - CAPACITY + 1, id));
        }
    }
  for (guint32 id = 2 * CAPACITY + 5; id < 3 * CAPACITY + 5; id++)
    g_assert_true (joins (table, id, id));
}

/* Later fragments whose offset lies within the first's header: what they carry there is never taken for ports. */
static void
test_overlap (void)
{
  g_autoptr (SluiceFragmentTable) table = sluice_fragment_table_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SluicePacket packet;

  for (guint offset = 0; offset <= 3; offset++)
    {
      g_byte_array_set_size (bytes, 0);
      add_ipv4_header (bytes, 6, 20 + MAKER_PAYLOAD, 9, 0x2000 | offset, 0);
      add_tcp (bytes, 0x10, 0);
      if (offset > 0)
        put_16 (bytes, 20, 1);
      add_filler (bytes, MAKER_PAYLOAD);
      sluice_packet_decode (SLUICE_LINK_IP, bytes->data, bytes->len, bytes->len, &packet);
      g_assert_cmpint (sluice_fragment_table_join (table, &packet, 0), ==, offset > 0);
      g_assert_cmpuint (packet.source_port, ==, MAKER_SOURCE_PORT);
      g_assert_cmpuint (packet.tcp_flags, ==, offset == 0 ? 0x10 : 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fragment-table/gives-later-fragments-the-ports-of-their-first", test_join);
  g_test_add_func ("/fragment-table/takes-no-other-packet-for-the-same", test_key);
  g_test_add_func ("/fragment-table/remembers-nothing-of-whole-packets", test_whole_packets);
  g_test_add_func ("/fragment-table/forgets-after-thirty-seconds-of-packet-time", test_lifetime);
  g_test_add_func ("/fragment-table/lets-a-new-first-fragment-take-an-old-ones-place", test_again);
  g_test_add_func ("/fragment-table/tells-the-transport-where-there-are-no-ports", test_without_ports);
  g_test_add_func ("/fragment-table/is-bounded-and-the-oldest-gives-way", test_bound);
  g_test_add_func ("/fragment-table/is-not-confused-by-overlapping-fragments", test_overlap);

  return g_test_run ();
}
