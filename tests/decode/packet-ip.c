#include "decode/packet-checks.h"

static void
test_tcp (void)
{
  g_autoptr (GByteArray) bytes = make_ethernet_ipv4_tcp ();
  gsize offset;
  SluicePacket packet = decode_part (SLUICE_LINK_ETHERNET, bytes, bytes->len, bytes->len, &offset);

  g_assert_cmpuint (packet.kind, ==, SLUICE_PACKET_IPV4);
  g_assert_cmpuint (packet.type, ==, SLUICE_PACKET_TYPE_UNKNOWN);
  g_assert_cmpuint (packet.ethertype, ==, 0x0800);
  g_assert_cmpuint (packet.protocol, ==, 6);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_HAS_PORTS);
  assert_address (&packet.source, "192.0.2.1");
  assert_address (&packet.destination, "198.51.100.2");
  assert_ports (&packet);
  g_assert_cmpuint (packet.tcp_flags, ==, 0x18);
  g_assert_cmpuint (packet.tcp_sequence, ==, MAKER_SEQUENCE);
  g_assert_cmpuint (offset, ==, 14 + 20 + 32);
  g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);
  g_assert_cmpuint (packet.payload_captured, ==, MAKER_PAYLOAD);
  g_assert_cmpuint (packet.n_vlans, ==, 0);

  /* A SYN takes a number of its own, before what it carries (RFC 7413). */
  bytes->data[14 + 20 + 13] = 0x02;
  packet = decode (SLUICE_LINK_ETHERNET, bytes);
  g_assert_cmpuint (packet.tcp_sequence, ==, MAKER_SEQUENCE + 1);
}

static void
test_padding (void)
{
  g_autoptr (GByteArray) four = g_byte_array_new ();
  g_autoptr (GByteArray) six = g_byte_array_new ();
  SluicePacket packet;

  add_ethernet (four, 0x0800);
  add_ipv4 (four, 6, 20);
  add_tcp (four, 0x10, 0);
  add_filler (four, 6);
  packet = decode (SLUICE_LINK_ETHERNET, four);
  g_assert_cmpuint (packet.payload_length, ==, 0);
  g_assert_cmpuint (packet.payload_captured, ==, 0);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_HAS_PORTS);

  add_ethernet (six, 0x86dd);
  add_ipv6 (six, 17, 11);
  add_udp (six, 11);
  add_filler (six, 3 + 5);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, six).payload_length, ==, 3);

  /* Nothing is to come, and 0 says so. */
  g_byte_array_set_size (six, 14);
  add_ipv6 (six, 59, 0);
  add_filler (six, 6);
  packet = decode (SLUICE_LINK_ETHERNET, six);
  g_assert_cmpuint (packet.payload_length, ==, 0);
  g_assert_cmpuint (packet.protocol, ==, 59);
}

static void
test_super_packets (void)
{
  g_autoptr (GByteArray) four = make_ethernet_ipv4_tcp ();
  g_autoptr (GByteArray) six = make_ethernet_ipv6_tcp ();
  g_autoptr (GByteArray) jumbo = g_byte_array_new ();
  g_autoptr (GByteArray) udp = make_vlan_ipv4_udp ();

  put_16 (four, 16, 0);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, four).payload_length, ==, MAKER_PAYLOAD);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, four).flags, ==, SLUICE_PACKET_HAS_PORTS);
  /* Of a packet of 200,000 bytes only the beginning was captured. */
  g_assert_cmpuint (decode_part (SLUICE_LINK_ETHERNET, four, 80, 200000, NULL).payload_length, ==, 200000 - 66);

  put_16 (six, 18, 0);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, six).payload_length, ==, MAKER_PAYLOAD);
  add_ethernet (jumbo, 0x86dd);
  add_ipv6 (jumbo, 0, 0);
  add_8 (jumbo, 6);
  add_8 (jumbo, 0);
  add_16 (jumbo, 0xc204);
  add_32 (jumbo, 8 + 20 + 150000);
  add_tcp (jumbo, 0x10, 0);
  g_assert_cmpuint (decode_part (SLUICE_LINK_ETHERNET, jumbo, jumbo->len, jumbo->len + 150000, NULL).payload_length, ==,
                    150000);

  put_16 (udp, 18 + 20 + 4, 0);
  assert_small (SLUICE_LINK_ETHERNET, udp, SLUICE_PACKET_IPV4);
}

static void
test_options (void)
{
  for (guint options = 0; options <= 40; options += 4)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      SluicePacket packet;

      add_ipv4_header (bytes, 6, 20 + options + MAKER_PAYLOAD, 7, 0, options);
      add_tcp (bytes, 0x10, options);
      add_filler (bytes, MAKER_PAYLOAD);
      packet = decode (SLUICE_LINK_IP, bytes);
      assert_ports (&packet);
      g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);
    }
}

static void
test_extensions (void)
{
  static const guint8 skipped[] = { 0, 43, 60, 135, 139, 140 };
  g_autoptr (GByteArray) chain = make_ipv6_extensions_udp ();

  assert_small (SLUICE_LINK_ETHERNET, chain, SLUICE_PACKET_IPV6);
  for (guint i = 0; i < G_N_ELEMENTS (skipped); i++)
    for (guint units = 0; units < 256; units += 51)
      {
        g_autoptr (GByteArray) bytes = g_byte_array_new ();

        add_ipv6 (bytes, skipped[i], 8 * units + 16 + MAKER_PAYLOAD);
        add_extension (bytes, 17, units);
        add_udp (bytes, 8 + MAKER_PAYLOAD);
        add_filler (bytes, MAKER_PAYLOAD);
        assert_small (SLUICE_LINK_IP, bytes, SLUICE_PACKET_IPV6);
        /* A header that says to go on beyond the packet is where reading ends. */
        put_16 (bytes, 4, 8 + MAKER_PAYLOAD);
        bytes->data[41] = 255;
        g_assert_cmpuint (decode (SLUICE_LINK_IP, bytes).protocol, ==, skipped[i]);
        g_assert_true (decode (SLUICE_LINK_IP, bytes).flags & SLUICE_PACKET_MALFORMED);
      }
}

static void
test_other_transports (void)
{
  static const guint8 protocols[] = { 1, 2, 4, 41, 47, 50, 58, 89, 132, 136, 253, 255 };
  g_autoptr (GByteArray) mobility = g_byte_array_new ();
  g_autoptr (GByteArray) ah = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autoptr (GByteArray) four = g_byte_array_new ();
      g_autoptr (GByteArray) six = g_byte_array_new ();
      SluicePacket packet;

      add_ipv4 (four, protocols[i], 64);
      add_filler (four, 64);
      packet = decode (SLUICE_LINK_IP, four);
      g_assert_cmpuint (packet.protocol, ==, protocols[i]);
      g_assert_cmpuint (packet.flags, ==, 0);
      g_assert_cmpuint (packet.payload_length, ==, 64);
      add_ipv6 (six, 60, 8 + 64);
      add_extension (six, protocols[i], 0);
      add_filler (six, 64);
      packet = decode (SLUICE_LINK_IP, six);
      g_assert_cmpuint (packet.protocol, ==, protocols[i]);
      g_assert_cmpuint (packet.flags, ==, 0);
      g_assert_cmpuint (packet.payload_length, ==, 64);
    }

  /* A mobility header is all that its packet has. */
  add_ipv6 (mobility, 135, 16);
  add_extension (mobility, 59, 1);
  g_assert_cmpuint (decode (SLUICE_LINK_IP, mobility).protocol, ==, 135);

  add_ipv4 (ah, 51, 24 + 8 + MAKER_PAYLOAD);
  add_8 (ah, 17);
  add_8 (ah, 4);
  add_filler (ah, 22);
  add_udp (ah, 8 + MAKER_PAYLOAD);
  add_filler (ah, MAKER_PAYLOAD);
  assert_small (SLUICE_LINK_IP, ah, SLUICE_PACKET_IPV4);
}

static void
test_chains_end (void)
{
  for (guint n = 1; n < 200; n++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      SluicePacket packet;

      add_ipv6 (bytes, 60, 8 * n + 8 + MAKER_PAYLOAD);
      for (guint i = 1; i < n; i++)
        add_extension (bytes, 60, 0);
      add_extension (bytes, 17, 0);
      add_udp (bytes, 8 + MAKER_PAYLOAD);
      add_filler (bytes, MAKER_PAYLOAD);
      packet = decode (SLUICE_LINK_IP, bytes);
      g_assert_cmpuint (packet.protocol, ==, n < 16 ? 17 : 60 - 43 * (n == 16));
      g_assert_cmpint ((packet.flags & SLUICE_PACKET_MALFORMED) != 0, ==, n >= 16);
      g_assert_cmpint ((packet.flags & SLUICE_PACKET_HAS_PORTS) != 0, ==, n < 16);
    }
}

static void
test_mapped (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SluicePacket packet;

  add_small_ipv6 (bytes);
  memset (bytes->data + 8, 0, 10);
  memset (bytes->data + 18, 0xff, 2);
  memcpy (bytes->data + 20, maker_ipv4[0], 4);
  packet = decode (SLUICE_LINK_IP, bytes);
  g_assert_cmpuint (packet.kind, ==, SLUICE_PACKET_IPV6);
  assert_address (&packet.source, "192.0.2.1");
  assert_address (&packet.destination, "2001:db8::2");
  g_assert_cmpint (packet.source.family, ==, SLUICE_FAMILY_IPV4);
}

static void
test_fragments (void)
{
  g_autoptr (GByteArray) first = g_byte_array_new ();
  g_autoptr (GByteArray) later = g_byte_array_new ();
  g_autoptr (GByteArray) six = g_byte_array_new ();
  SluicePacket packet;

  /* The first says how long the whole is. */
  add_ipv4_header (first, 17, 8 + MAKER_PAYLOAD, 7, 0x2000, 0);
  add_udp (first, 5000);
  add_filler (first, MAKER_PAYLOAD);
  packet = decode (SLUICE_LINK_IP, first);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_FRAGMENT | SLUICE_PACKET_HAS_PORTS);
  g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);

  add_ipv4_header (later, 17, MAKER_PAYLOAD, 7, 0x0001, 0);
  add_filler (later, MAKER_PAYLOAD);
  g_assert_cmpuint (decode (SLUICE_LINK_IP, later).fragment_id, ==, packet.fragment_id);
  packet = decode (SLUICE_LINK_IP, later);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_FRAGMENT | SLUICE_PACKET_LATER_FRAGMENT);
  g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);
  later->data[9] = 6; /* another protocol, another packet */
  g_assert_cmpuint (decode (SLUICE_LINK_IP, later).fragment_id, !=, packet.fragment_id);

  for (guint place = 0; place < 24; place++)
    {
      SluicePacketFlags flags = (place >= 8 ? SLUICE_PACKET_LATER_FRAGMENT : SLUICE_PACKET_HAS_PORTS)
                                | (place >= 8 || (place & 1) ? SLUICE_PACKET_FRAGMENT : 0);

      g_byte_array_set_size (six, 0);
      add_ipv6 (six, 44, 16 + MAKER_PAYLOAD);
      add_fragment (six, 17, place, 0x01020304);
      add_udp (six, 8 + MAKER_PAYLOAD);
      add_filler (six, MAKER_PAYLOAD);
      packet = decode (SLUICE_LINK_IP, six);
      g_assert_cmpuint (packet.flags, ==, flags);
      g_assert_cmpuint (packet.protocol, ==, 17);
      g_assert_cmpuint (packet.fragment_id, ==, flags & SLUICE_PACKET_FRAGMENT ? 0x01020304 : 0);
    }

  /* Cut up twice: nobody does. */
  g_byte_array_set_size (six, 0);
  add_ipv6 (six, 44, 24 + MAKER_PAYLOAD);
  add_fragment (six, 44, 1, 1);
  add_fragment (six, 17, 1, 2);
  add_udp (six, 8 + MAKER_PAYLOAD);
  add_filler (six, MAKER_PAYLOAD);
  packet = decode (SLUICE_LINK_IP, six);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_FRAGMENT | SLUICE_PACKET_MALFORMED);
}

static void
test_absurd (void)
{
  g_autoptr (GByteArray) four = make_ethernet_ipv4_tcp ();
  g_autoptr (GByteArray) udp = make_vlan_ipv4_udp ();
  SluicePacket packet;

  put_16 (four, 16, 0xffff); /* longer than the packet */
  packet = decode (SLUICE_LINK_ETHERNET, four);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_HAS_PORTS | SLUICE_PACKET_MALFORMED);
  g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);
  put_16 (four, 16, 19); /* shorter than the header that says it */
  g_assert_true (decode (SLUICE_LINK_ETHERNET, four).flags & SLUICE_PACKET_MALFORMED);
  put_16 (four, 16, 30); /* in the middle of the next */
  packet = decode (SLUICE_LINK_ETHERNET, four);
  g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_HAS_PORTS | SLUICE_PACKET_MALFORMED);
  g_assert_cmpuint (packet.payload_length, ==, 0);
  put_16 (four, 16, 0);
  for (guint offset = 0; offset < 16; offset++)
    {
      four->data[14 + 20 + 12] = (guint8) (offset << 4);
      packet = decode (SLUICE_LINK_ETHERNET, four);
      g_assert_cmpint ((packet.flags & SLUICE_PACKET_MALFORMED) != 0, ==, offset < 5);
      g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD + 12 - 4 * (MAX (offset, 5) - 5));
    }
  for (guint i = 0; i < 256; i++)
    {
      four->data[14] = (guint8) i;
      packet = decode (SLUICE_LINK_ETHERNET, four);
      g_assert_cmpint (packet.kind == SLUICE_PACKET_IPV4, ==, i >= 0x45 && i <= 0x4f);
      if (packet.kind != SLUICE_PACKET_IPV4)
        g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_MALFORMED);
    }

  for (guint length = 1; length < 8; length++)
    {
      put_16 (udp, 18 + 20 + 4, length);
      g_assert_true (decode (SLUICE_LINK_ETHERNET, udp).flags & SLUICE_PACKET_MALFORMED);
    }
  put_16 (udp, 18 + 20 + 4, 0xffff);
  packet = decode (SLUICE_LINK_ETHERNET, udp);
  g_assert_true (packet.flags & SLUICE_PACKET_MALFORMED);
  g_assert_cmpuint (packet.payload_length, ==, MAKER_PAYLOAD);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet-ip/tells-what-tcp-over-ipv4-is", test_tcp);
  g_test_add_func ("/packet-ip/leaves-padding-out-of-the-payload", test_padding);
  g_test_add_func ("/packet-ip/takes-the-rest-where-a-super-packet-says-no-length", test_super_packets);
  g_test_add_func ("/packet-ip/passes-options-of-ipv4-and-tcp", test_options);
  g_test_add_func ("/packet-ip/passes-extension-headers", test_extensions);
  g_test_add_func ("/packet-ip/names-other-transports-and-gives-them-no-ports", test_other_transports);
  g_test_add_func ("/packet-ip/does-not-follow-extension-headers-for-ever", test_chains_end);
  g_test_add_func ("/packet-ip/holds-an-ipv4-mapped-address-as-ipv4", test_mapped);
  g_test_add_func ("/packet-ip/gives-ports-to-first-fragments-alone", test_fragments);
  g_test_add_func ("/packet-ip/survives-absurd-lengths", test_absurd);

  return g_test_run ();
}
