#include "capture/link-message.h"

#include "../netlink-messages.h"

#include <glib/gstdio.h>

static gboolean
parse (const GByteArray *bytes, SluiceLinkMessage *message)
{
  return sluice_link_message_parse ((const struct nlmsghdr *) bytes->data, message);
}

static void
test_says_what_it_holds (void)
{
  const TestLink link = { .ifindex = 7, .name = "eth0.5", .kind = "vlan", .master = 3, .lower = 2, .rx = 11, .tx = 12 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SluiceLinkMessage message;

  add_link_message (bytes, RTM_NEWLINK, 0, &link);
  g_assert_true (parse (bytes, &message));
  g_assert_cmpuint (message.ifindex, ==, 7);
  g_assert_cmpuint (message.flags & IFF_UP, !=, 0);
  g_assert_cmpmem (message.name, message.name_length, "eth0.5", 6);
  g_assert_cmpstr (message.kind, ==, "vlan");
  g_assert_cmpuint (message.master, ==, 3);
  g_assert_cmpuint (message.lower, ==, 2);
  g_assert_true (message.has_stats);
  g_assert_cmpuint (message.stats.rx_bytes, ==, 11);
  g_assert_cmpuint (message.stats.tx_bytes, ==, 12);
}

static void
test_carriers (void)
{
  static const struct
  {
    const char *kind;
    gboolean elsewhere;
    guint32 lower;
  } cases[] = {
    { "vlan", FALSE, 2 },  { "macvlan", FALSE, 2 }, { "ipvlan", FALSE, 2 }, { "macsec", FALSE, 2 },
    { "veth", FALSE, 0 },  { "gre", FALSE, 0 },     { NULL, FALSE, 0 },     { "vlan", TRUE, 0 },
    { "macvlan", TRUE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TestLink link = {
        .ifindex = 7, .name = "x", .kind = cases[i].kind, .lower = 2, .lower_elsewhere = cases[i].elsewhere
      };
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      SluiceLinkMessage message;

      add_link_message (bytes, RTM_NEWLINK, 0, &link);
      g_assert_true (parse (bytes, &message));
      g_assert_cmpuint (message.lower, ==, cases[i].lower);
    }
}

static void
test_bridge_family (void)
{
  const struct ifinfomsg info = { .ifi_family = AF_BRIDGE, .ifi_index = 7 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize start = begin_message (bytes, RTM_DELLINK, 0, &info, sizeof info);
  SluiceLinkMessage message;

  add_attribute (bytes, start, IFLA_IFNAME, "vb", 3);
  g_assert_false (parse (bytes, &message));
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    gsize length;
    gboolean good;
  } cases[] = {
    { "a", 1, TRUE },
    { "a\0b", 3, TRUE },
    { "", 0, FALSE },
    { "\0", 1, FALSE },
    { "fifteen-letters", 15, TRUE },
    { "sixteen--letters", 16, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = 7 };
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize start = begin_message (bytes, RTM_NEWLINK, 0, &info, sizeof info);
      SluiceLinkMessage message;

      g_assert_false (parse (bytes, &message));
      add_attribute (bytes, start, IFLA_IFNAME, cases[i].name, cases[i].length);
      g_assert_true (parse (bytes, &message) == cases[i].good);
    }
}

static void
test_short_counters (void)
{
  const struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = 7 };
  const struct rtnl_link_stats64 stats = { .rx_bytes = 5, .tx_dropped = 6, .rx_missed_errors = 7 };

  for (gsize length = 0; length <= sizeof stats; length++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize start = begin_message (bytes, RTM_NEWLINK, 0, &info, sizeof info);
      SluiceLinkMessage message;

      add_attribute (bytes, start, IFLA_IFNAME, "x", 2);
      add_attribute (bytes, start, IFLA_STATS64, &stats, length);
      g_assert_true (parse (bytes, &message));
      /* Half of them would look as if they had gone back. */
      g_assert_true (message.has_stats == (length >= 64));
      g_assert_cmpuint (message.stats.tx_dropped, ==, length >= 64 ? 6 : 0);
    }
}

static void
test_addresses (void)
{
  const guint8 ours[] = { 10, 0, 0, 1 };
  const guint8 peer[] = { 10, 0, 0, 2 };
  const struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = 4 };
  char text[SLUICE_ADDRESS_TEXT_MAX];

  for (guint order = 0; order < 2; order++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize start = begin_message (bytes, RTM_NEWADDR, 0, &info, sizeof info);
      SluiceInterfaceAddress address;
      guint32 ifindex;

      g_assert_false (
        sluice_link_message_parse_address ((const struct nlmsghdr *) bytes->data, &ifindex, &address));
      add_attribute (bytes, start, order == 0 ? IFA_LOCAL : IFA_ADDRESS, order == 0 ? ours : peer, 4);
      add_attribute (bytes, start, order == 0 ? IFA_ADDRESS : IFA_LOCAL, order == 0 ? peer : ours, 4);
      g_assert_true (sluice_link_message_parse_address ((const struct nlmsghdr *) bytes->data, &ifindex, &address));
      g_assert_cmpuint (ifindex, ==, 4);
      g_assert_cmpuint (address.prefix_length, ==, 32);
      g_assert_cmpstr (sluice_address_to_text (&address.address, text), ==, "10.0.0.1");
    }
}

static void
test_short_addresses (void)
{
  const guint8 bytes_of_address[16] = { 0xfd };

  for (gsize size = 0; size <= 16; size++)
    for (guint family = AF_INET; family <= AF_INET6; family++)
      {
        const struct ifaddrmsg info = { .ifa_family = family, .ifa_index = 4 };
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        gsize start = begin_message (bytes, RTM_NEWADDR, 0, &info, sizeof info);
        SluiceInterfaceAddress address;
        guint32 ifindex;
        gboolean good = size >= (family == AF_INET ? 4 : 16) && (family == AF_INET || family == AF_INET6);

        add_attribute (bytes, start, IFA_LOCAL, bytes_of_address, size);
        g_assert_true (
          sluice_link_message_parse_address ((const struct nlmsghdr *) bytes->data, &ifindex, &address) == good);
      }
}

static void
test_kinds (void)
{
  g_autofree char *sysfs = g_dir_make_tmp ("sluice-XXXXXX", NULL);
  g_autofree char *wlan = g_build_filename (sysfs, "class", "net", "wlan0", NULL);
  g_autofree char *phy = g_build_filename (wlan, "phy80211", NULL);
  static const struct
  {
    const char *kind;
    const char *name;
    guint16 type;
    SluiceInterfaceKind is;
  } cases[] = {
    { NULL, "lo", ARPHRD_LOOPBACK, SLUICE_INTERFACE_LOOPBACK },
    { NULL, "eth0", ARPHRD_ETHER, SLUICE_INTERFACE_ETHERNET },
    { NULL, "wlan0", ARPHRD_ETHER, SLUICE_INTERFACE_WIFI },
    { NULL, "wwan0", ARPHRD_NONE, SLUICE_INTERFACE_MOBILE },
    { NULL, "ppp0", ARPHRD_PPP, SLUICE_INTERFACE_TUNNEL },
    { NULL, "ib0", ARPHRD_INFINIBAND, SLUICE_INTERFACE_OTHER },
    { "bridge", "br0", ARPHRD_ETHER, SLUICE_INTERFACE_BRIDGE },
    { "bond", "bond0", ARPHRD_ETHER, SLUICE_INTERFACE_BOND },
    { "team", "team0", ARPHRD_ETHER, SLUICE_INTERFACE_BOND },
    { "vlan", "eth0.5", ARPHRD_ETHER, SLUICE_INTERFACE_VLAN },
    { "veth", "veth1", ARPHRD_ETHER, SLUICE_INTERFACE_VETH },
    { "tun", "tun0", ARPHRD_NONE, SLUICE_INTERFACE_TUNNEL },
    { "wireguard", "wg0", ARPHRD_NONE, SLUICE_INTERFACE_TUNNEL },
    { "dummy", "dummy0", ARPHRD_ETHER, SLUICE_INTERFACE_VIRTUAL },
  };

  g_assert_cmpint (g_mkdir_with_parents (phy, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SluiceLinkMessage message = { .kind = cases[i].kind, .type = cases[i].type };

      g_assert_cmpint (sluice_link_message_classify (&message, sysfs, cases[i].name), ==, cases[i].is);
    }
  for (char *folder = phy; strlen (folder) >= strlen (sysfs); *strrchr (folder, '/') = '\0')
    g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Each message alone in memory of its own, so that a sanitizer sees a byte that is read beyond its end. */
static void
parse_alone (const void *bytes, gsize length, gsize claimed)
{
  g_autofree struct nlmsghdr *alone = g_malloc (length);
  SluiceLinkMessage message;
  SluiceInterfaceAddress address;
  guint32 ifindex;

  memcpy (alone, bytes, length);
  alone->nlmsg_len = claimed;
  if (sluice_link_message_parse (alone, &message))
    {
      g_assert_cmpuint (message.name_length, <, IFNAMSIZ);
      g_assert_true (message.kind == NULL || strlen (message.kind) < length);
    }
  sluice_link_message_parse_address (alone, &ifindex, &address);
}

static void
test_cut_and_bent (void)
{
  static const char *const names[] = { "links-02-bridge.bin", "links-06-addresses.bin" };

  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    {
      gsize length;
      g_autofree char *data = read_recorded (names[n], &length);

      for (gsize at = 0; at < length;)
        {
          struct nlmsghdr *header = (struct nlmsghdr *) (data + at);
          gsize size = header->nlmsg_len;

          for (gsize cut = sizeof *header; cut <= size; cut++)
            parse_alone (header, cut, cut);
          for (gsize byte = sizeof *header; byte < size; byte++)
            {
              static const guint8 values[] = { 0x00, 0x01, 0x03, 0x7f, 0xff };

              for (guint v = 0; v < G_N_ELEMENTS (values); v++)
                {
                  char before = data[at + byte];

                  data[at + byte] = values[v];
                  parse_alone (header, size, size);
                  data[at + byte] = before;
                }
            }
          at += NLMSG_ALIGN (size);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/link-message/says-what-it-holds", test_says_what_it_holds);
  g_test_add_func ("/link-message/only-stacked-kinds-have-a-carrier-and-only-in-this-namespace", test_carriers);
  g_test_add_func ("/link-message/a-port-that-leaves-its-bridge-is-not-removed", test_bridge_family);
  g_test_add_func ("/link-message/a-name-has-one-to-fifteen-bytes", test_names);
  g_test_add_func ("/link-message/counters-that-are-cut-short-are-none", test_short_counters);
  g_test_add_func ("/link-message/the-peer-of-a-point-to-point-link-is-not-our-address", test_addresses);
  g_test_add_func ("/link-message/an-address-that-is-cut-short-is-none", test_short_addresses);
  g_test_add_func ("/link-message/each-kind-is-known", test_kinds);
  g_test_add_func ("/link-message/cut-or-bent-at-any-byte-it-reads-nothing-beyond-its-end", test_cut_and_bent);

  return g_test_run ();
}
