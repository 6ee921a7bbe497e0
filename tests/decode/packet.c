#include "decode/packet-checks.h"

/* A packet together with what it is. */
typedef struct
{
  const char *name;
  SluiceLinkType type;
  GByteArray *(*make) (void);
  guint headers; /* how many of its bytes are headers */
} Specimen;

static void
test_vlans (void)
{
  static const guint outer[] = { 0x8100, 0x88a8, 0x9100 };
  g_autoptr (GByteArray) single = make_vlan_ipv4_udp ();
  SluicePacket packet = decode (SLUICE_LINK_ETHERNET, single);

  assert_small (SLUICE_LINK_ETHERNET, single, SLUICE_PACKET_IPV4);
  g_assert_cmpuint (packet.n_vlans, ==, 1);
  g_assert_cmpuint (packet.vlan, ==, 42);

  for (guint i = 0; i < G_N_ELEMENTS (outer); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      add_ethernet (bytes, outer[i]);
      add_vlan (bytes, 7, 0x8100);
      add_vlan (bytes, 4095, 0x86dd);
      add_small_ipv6 (bytes);
      packet = decode (SLUICE_LINK_ETHERNET, bytes);
      g_assert_cmpuint (packet.n_vlans, ==, 2);
      g_assert_cmpuint (packet.vlan, ==, 4095);
      assert_small (SLUICE_LINK_ETHERNET, bytes, SLUICE_PACKET_IPV6);
    }
}

static void
test_deep_vlans (void)
{
  for (guint n = 1; n < 400; n++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      SluicePacket packet;

      add_ethernet (bytes, 0x8100);
      for (guint i = 1; i < n; i++)
        add_vlan (bytes, i, 0x8100);
      add_vlan (bytes, n, 0x0800);
      add_small_ipv4 (bytes);
      packet = decode (SLUICE_LINK_ETHERNET, bytes);
      g_assert_cmpuint (packet.n_vlans, ==, MIN (n, 8));
      g_assert_cmpuint (packet.vlan, ==, MIN (n, 8));
      g_assert_cmpuint (packet.ethertype, ==, n <= 8 ? 0x0800 : 0x8100);
      g_assert_cmpint ((packet.flags & SLUICE_PACKET_MALFORMED) != 0, ==, n > 8);
    }
}

static void
test_cooked (void)
{
  for (guint type = 0; type < 7; type++)
    {
      g_autoptr (GByteArray) first = g_byte_array_new ();
      g_autoptr (GByteArray) second = g_byte_array_new ();
      SluicePacket packet;

      add_cooked (first, type, 1, 0x0800);
      add_small_ipv4 (first);
      assert_small (SLUICE_LINK_COOKED, first, SLUICE_PACKET_IPV4);
      packet = decode (SLUICE_LINK_COOKED, first);
      g_assert_cmpuint (packet.type, ==, type <= 4 ? type + 1 : SLUICE_PACKET_TYPE_UNKNOWN);
      g_assert_cmpuint (packet.ifindex, ==, 0);

      add_cooked2 (second, type, 1, 0x01020304, 0x8100);
      add_vlan (second, 3, 0x86dd);
      add_small_ipv6 (second);
      assert_small (SLUICE_LINK_COOKED2, second, SLUICE_PACKET_IPV6);
      packet = decode (SLUICE_LINK_COOKED2, second);
      g_assert_cmpuint (packet.type, ==, type <= 4 ? type + 1 : SLUICE_PACKET_TYPE_UNKNOWN);
      g_assert_cmpuint (packet.ifindex, ==, 0x01020304);
      g_assert_cmpuint (packet.vlan, ==, 3);
    }
}

static void
test_cooked_others (void)
{
  g_autoptr (GByteArray) netlink = g_byte_array_new ();
  g_autoptr (GByteArray) llc = g_byte_array_new ();
  g_autoptr (GByteArray) strange = g_byte_array_new ();

  /* Netlink's protocol 0x0800 would be no EtherType. */
  add_cooked (netlink, 4, 824, 0x0800);
  add_small_ipv4 (netlink);
  g_assert_cmpuint (decode (SLUICE_LINK_COOKED, netlink).kind, ==, SLUICE_PACKET_OTHER);
  g_assert_cmpuint (decode (SLUICE_LINK_COOKED, netlink).ethertype, ==, 0);

  add_cooked (llc, 2, 1, 0x0004);
  add_32 (llc, 0x42420300);
  g_assert_cmpuint (decode (SLUICE_LINK_COOKED, llc).ethertype, ==, 0x0004);

  /* A type of more than a byte is none that is known, not its lower half. */
  add_cooked (strange, 0x0104, 1, 0x0800);
  add_small_ipv4 (strange);
  g_assert_cmpuint (decode (SLUICE_LINK_COOKED, strange).type, ==, SLUICE_PACKET_TYPE_UNKNOWN);
}

static void
test_bare_links (void)
{
  static const guint32 families[] = { 10, 24, 28, 30 };
  g_autoptr (GByteArray) four = g_byte_array_new ();
  g_autoptr (GByteArray) six = g_byte_array_new ();
  g_autoptr (GByteArray) other = g_byte_array_new ();

  add_small_ipv4 (four);
  add_small_ipv6 (six);
  assert_small (SLUICE_LINK_IP, four, SLUICE_PACKET_IPV4);
  assert_small (SLUICE_LINK_IP, six, SLUICE_PACKET_IPV6);
  add_8 (other, 0x50);
  g_assert_cmpuint (decode (SLUICE_LINK_IP, other).flags, ==, SLUICE_PACKET_MALFORMED);
  g_assert_cmpuint (decode (SLUICE_LINK_IP, other).ethertype, ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autoptr (GByteArray) network = g_byte_array_new ();
      g_autoptr (GByteArray) little = g_byte_array_new ();

      add_32 (network, families[i]);
      add_small_ipv6 (network);
      assert_small (SLUICE_LINK_LOOP, network, SLUICE_PACKET_IPV6);
      assert_small (SLUICE_LINK_NULL, network, SLUICE_PACKET_IPV6);
      add_32 (little, families[i] << 24);
      add_small_ipv6 (little);
      assert_small (SLUICE_LINK_NULL, little, SLUICE_PACKET_IPV6);
      g_assert_cmpuint (decode (SLUICE_LINK_LOOP, little).kind, ==, SLUICE_PACKET_OTHER);
    }
  g_byte_array_set_size (other, 0);
  add_32 (other, 2);
  add_small_ipv4 (other);
  assert_small (SLUICE_LINK_LOOP, other, SLUICE_PACKET_IPV4);
  other->data[3] = 7;
  g_assert_cmpuint (decode (SLUICE_LINK_NULL, other).kind, ==, SLUICE_PACKET_OTHER);
}

static void
test_ppp (void)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GByteArray) framed = g_byte_array_new ();
  g_autoptr (GByteArray) compressed = g_byte_array_new ();
  g_autoptr (GByteArray) cisco = g_byte_array_new ();
  g_autoptr (GByteArray) lcp = g_byte_array_new ();

  add_16 (plain, 0x0021);
  add_small_ipv4 (plain);
  assert_small (SLUICE_LINK_PPP, plain, SLUICE_PACKET_IPV4);
  add_32 (framed, 0xff030057);
  add_small_ipv6 (framed);
  assert_small (SLUICE_LINK_PPP, framed, SLUICE_PACKET_IPV6);
  add_8 (compressed, 0x21);
  add_small_ipv4 (compressed);
  assert_small (SLUICE_LINK_PPP, compressed, SLUICE_PACKET_IPV4);
  add_32 (cisco, 0x0f000800);
  add_small_ipv4 (cisco);
  assert_small (SLUICE_LINK_PPP, cisco, SLUICE_PACKET_IPV4);
  add_32 (lcp, 0xff03c021);
  add_filler (lcp, 20);
  g_assert_cmpuint (decode (SLUICE_LINK_PPP, lcp).ethertype, ==, 0x880b);
  g_assert_cmpuint (decode (SLUICE_LINK_PPP, lcp).flags, ==, 0);
}

static void
test_ppp_with_direction (void)
{
  for (guint direction = 0; direction < 3; direction++)
    {
      g_autoptr (GByteArray) plain = g_byte_array_new ();
      g_autoptr (GByteArray) framed = g_byte_array_new ();
      SluicePacketType type = direction == 0 ? SLUICE_PACKET_TYPE_TO_US : SLUICE_PACKET_TYPE_FROM_US;
      SluicePacket packet;

      add_8 (plain, direction);
      add_16 (plain, 0x0021);
      add_small_ipv4 (plain);
      assert_small (SLUICE_LINK_PPP_DIR, plain, SLUICE_PACKET_IPV4);
      add_8 (framed, direction);
      add_32 (framed, 0xff030057);
      add_small_ipv6 (framed);
      assert_small (SLUICE_LINK_PPP_DIR, framed, SLUICE_PACKET_IPV6);
      packet = decode (SLUICE_LINK_PPP_DIR, framed);
      g_assert_cmpuint (packet.type, ==, type);
      g_assert_cmpuint (packet.pseudo, ==, 1);
      packet = decode_part (SLUICE_LINK_PPP_DIR, framed, 1, framed->len, NULL);
      g_assert_cmpuint (packet.type, ==, type);
      g_assert_cmpuint (packet.ethertype, ==, 0x880b);
      g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_TRUNCATED);
      packet = decode_part (SLUICE_LINK_PPP_DIR, framed, 0, 0, NULL);
      g_assert_cmpuint (packet.pseudo, ==, 0);
      g_assert_cmpuint (packet.flags, ==, SLUICE_PACKET_MALFORMED);
    }
}

static void
add_pppoe (GByteArray *packet, guint code, guint length, guint protocol)
{
  add_8 (packet, 0x11);
  add_8 (packet, code);
  add_16 (packet, 1);
  add_16 (packet, length);
  add_16 (packet, protocol);
}

static void
test_pppoe (void)
{
  g_autoptr (GByteArray) framed = g_byte_array_new ();
  g_autoptr (GByteArray) bare = g_byte_array_new ();
  g_autoptr (GByteArray) lcp = g_byte_array_new ();
  SluicePacket packet;

  add_ethernet (framed, 0x8864);
  add_pppoe (framed, 0, 2 + 28 + MAKER_PAYLOAD, 0x0021);
  add_small_ipv4 (framed);
  add_filler (framed, 9); /* padding */
  assert_small (SLUICE_LINK_ETHERNET, framed, SLUICE_PACKET_IPV4);
  add_pppoe (bare, 0, 2 + 48 + MAKER_PAYLOAD, 0x0057);
  add_small_ipv6 (bare);
  assert_small (SLUICE_LINK_PPPOE, bare, SLUICE_PACKET_IPV6);
  add_ethernet (lcp, 0x8864);
  add_pppoe (lcp, 0, 8, 0xc021);
  add_filler (lcp, 38);
  packet = decode (SLUICE_LINK_ETHERNET, lcp);
  g_assert_cmpuint (packet.ethertype, ==, 0x8864);
  g_assert_cmpuint (packet.flags, ==, 0);
  lcp->data[14] = 0x21;
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, lcp).flags, ==, SLUICE_PACKET_MALFORMED);
}

static void
test_llc (void)
{
  g_autoptr (GByteArray) tree = g_byte_array_new ();
  g_autoptr (GByteArray) snap = g_byte_array_new ();
  g_autoptr (GByteArray) cisco = g_byte_array_new ();
  g_autoptr (GByteArray) novell = g_byte_array_new ();

  add_ethernet (tree, 38);
  add_32 (tree, 0x42420300);
  add_filler (tree, 42);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, tree).ethertype, ==, 0x0004);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, tree).flags, ==, 0);

  add_ethernet (snap, 8 + 28 + MAKER_PAYLOAD);
  add_32 (snap, 0xaaaa0300);
  add_32 (snap, 0x00000800);
  add_small_ipv4 (snap);
  assert_small (SLUICE_LINK_ETHERNET, snap, SLUICE_PACKET_IPV4);

  add_ethernet (cisco, 46);
  add_32 (cisco, 0xaaaa0300);
  add_32 (cisco, 0x000c2000);
  add_filler (cisco, 38);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, cisco).ethertype, ==, 0x0005);

  add_ethernet (novell, 46);
  add_16 (novell, 0xffff);
  add_filler (novell, 44);
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, novell).ethertype, ==, 0x0001);
}

static void
test_counted (void)
{
  static const guint ethertypes[] = { 0x05dd, 0x0842, 0x8035, 0x8847, 0x8848, 0x8863, 0x88cc, 0x88e5, 0xffff };
  g_autoptr (GByteArray) arp = make_arp ();
  SluicePacket packet;

  for (guint i = 0; i < G_N_ELEMENTS (ethertypes); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      add_ethernet (bytes, ethertypes[i]);
      add_small_ipv4 (bytes);
      packet = decode (SLUICE_LINK_ETHERNET, bytes);
      g_assert_cmpuint (packet.kind, ==, SLUICE_PACKET_OTHER);
      g_assert_cmpuint (packet.ethertype, ==, ethertypes[i]);
      g_assert_cmpuint (packet.flags, ==, 0);
      /* A link that is not known is not looked into. */
      packet = decode (SLUICE_LINK_UNKNOWN, bytes);
      g_assert_cmpuint (packet.ethertype | packet.flags | packet.kind, ==, 0);
    }

  packet = decode (SLUICE_LINK_ETHERNET, arp);
  g_assert_cmpuint (packet.ethertype, ==, 0x0806);
  g_assert_cmpuint (packet.flags, ==, 0);
  arp->data[14 + 4] = 255; /* longer addresses than there is room for */
  g_assert_cmpuint (decode (SLUICE_LINK_ETHERNET, arp).flags, ==, SLUICE_PACKET_MALFORMED);
}

static const Specimen specimens[] = {
  { "IPv4", SLUICE_LINK_ETHERNET, make_ethernet_ipv4_tcp, 66 },
  { "VLAN", SLUICE_LINK_ETHERNET, make_vlan_ipv4_udp, 46 },
  { "IPv6", SLUICE_LINK_ETHERNET, make_ethernet_ipv6_tcp, 74 },
  { "extensions", SLUICE_LINK_ETHERNET, make_ipv6_extensions_udp, 126 },
  { "cooked", SLUICE_LINK_COOKED2, make_cooked2_ipv4_tcp, 60 },
  { "ARP", SLUICE_LINK_ETHERNET, make_arp, 42 },
};

static void
test_truncated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (specimens); i++)
    {
      g_autoptr (GByteArray) bytes = specimens[i].make ();
      SluicePacket whole = decode (specimens[i].type, bytes);

      g_test_message ("%s", specimens[i].name);
      for (guint captured = 0; captured <= bytes->len; captured++)
        {
          SluicePacket packet = decode_part (specimens[i].type, bytes, captured, bytes->len, NULL);

          g_assert_cmpint ((packet.flags & SLUICE_PACKET_TRUNCATED) != 0, ==, captured < specimens[i].headers);
          g_assert_false (packet.flags & SLUICE_PACKET_MALFORMED);
          if (captured < specimens[i].headers)
            g_assert_true (packet.payload_captured == 0 || !(packet.flags & SLUICE_PACKET_HAS_PORTS));
          else
            {
              g_assert_cmpuint (packet.payload_length, ==, whole.payload_length);
              g_assert_cmpuint (packet.payload_captured, ==,
                                MIN (captured - specimens[i].headers, whole.payload_length));
            }
          if (packet.flags & SLUICE_PACKET_HAS_PORTS)
            assert_ports (&packet);

          /* The same, cut on the wire: it contradicts itself, or is another whole packet. */
          decode_part (specimens[i].type, bytes, captured, captured, NULL);
        }
    }
}

/* Every kind of packet read as every link, cut everywhere: none of it may be read beyond its end. */
static void
test_mistaken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (specimens); i++)
    for (guint type = 0; type <= SLUICE_LINK_PPP_DIR + 1; type++)
      {
        g_autoptr (GByteArray) bytes = specimens[i].make ();

        for (guint captured = 0; captured <= bytes->len; captured++)
          {
            decode_part (type, bytes, captured, bytes->len, NULL);
            decode_part (type, bytes, captured, captured / 2, NULL);
            decode_part (type, bytes, captured, G_MAXUINT32, NULL);
          }
      }
}

static void
test_flipped (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (specimens); i++)
    {
      g_autoptr (GByteArray) bytes = specimens[i].make ();

      for (guint at = 0; at < specimens[i].headers; at++)
        for (guint value = 0; value < 256; value++)
          {
            guint8 before = bytes->data[at];

            bytes->data[at] = (guint8) value;
            decode (specimens[i].type, bytes);
            decode_part (specimens[i].type, bytes, specimens[i].headers, bytes->len, NULL);
            bytes->data[at] = before;
          }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet/passes-vlan-tags-and-keeps-the-innermost", test_vlans);
  g_test_add_func ("/packet/does-not-follow-vlans-for-ever", test_deep_vlans);
  g_test_add_func ("/packet/tells-who-sent-it-from-a-cooked-header", test_cooked);
  g_test_add_func ("/packet/takes-no-other-number-of-a-cooked-header-for-an-ethertype", test_cooked_others);
  g_test_add_func ("/packet/reads-links-that-have-hardly-a-header", test_bare_links);
  g_test_add_func ("/packet/reads-ppp-in-each-framing", test_ppp);
  g_test_add_func ("/packet/tells-who-sent-it-from-a-byte-before-ppp", test_ppp_with_direction);
  g_test_add_func ("/packet/reads-pppoe-and-counts-what-is-not-ip", test_pppoe);
  g_test_add_func ("/packet/goes-into-snap-and-counts-other-llc", test_llc);
  g_test_add_func ("/packet/counts-by-number-what-is-not-decoded", test_counted);
  g_test_add_func ("/packet/says-so-when-headers-were-not-captured", test_truncated);
  g_test_add_func ("/packet/reads-nothing-beyond-its-end-whatever-it-is-taken-for", test_mistaken);
  g_test_add_func ("/packet/survives-any-value-of-any-byte-of-its-headers", test_flipped);

  return g_test_run ();
}
