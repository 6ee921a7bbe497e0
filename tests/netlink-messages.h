#pragma once

/* Netlink messages by hand, and those that tests/data/netlink/record.py recorded. */

#include <glib.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

/* A link as a test wants it; what is not said is none. */
typedef struct
{
  guint32 ifindex;
  const char *name;
  const char *kind;
  gboolean down;
  gboolean loopback;
  guint32 master;
  guint32 lower;
  gboolean lower_elsewhere;
  guint64 rx;
  guint64 tx;
  guint64 rx_packets;
  guint64 tx_packets;
} TestLink;

/* Begins a message, and returns where it stands. */
G_GNUC_UNUSED static gsize
begin_message (GByteArray *bytes, guint16 type, guint16 flags, const void *fixed, gsize size)
{
  struct nlmsghdr header = { .nlmsg_len = sizeof header + size, .nlmsg_type = type, .nlmsg_flags = flags };
  gsize start = bytes->len;

  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  if (size > 0)
    g_byte_array_append (bytes, fixed, size);
  return start;
}

/* Adds an attribute to the message at @start, the last one. */
G_GNUC_UNUSED static void
add_attribute (GByteArray *bytes, gsize start, guint16 type, const void *data, gsize length)
{
  static const guint8 padding[NLMSG_ALIGNTO];
  struct nlattr attribute = { sizeof attribute + length, type };

  g_byte_array_append (bytes, (const guint8 *) &attribute, sizeof attribute);
  g_byte_array_append (bytes, data, length);
  g_byte_array_append (bytes, padding, NLMSG_ALIGN (length) - length);
  ((struct nlmsghdr *) (bytes->data + start))->nlmsg_len = bytes->len - start;
}

G_GNUC_UNUSED static void
add_link_message (GByteArray *bytes, guint16 type, guint16 flags, const TestLink *link)
{
  const struct ifinfomsg info = {
    .ifi_family = AF_UNSPEC,
    .ifi_type = link->loopback ? ARPHRD_LOOPBACK : ARPHRD_ETHER,
    .ifi_index = link->ifindex,
    .ifi_flags = link->down ? 0 : IFF_UP | IFF_RUNNING,
  };
  const struct rtnl_link_stats64 stats = {
    .rx_bytes = link->rx,
    .tx_bytes = link->tx,
    .rx_packets = link->rx_packets,
    .tx_packets = link->tx_packets,
  };
  gsize start = begin_message (bytes, type, flags, &info, sizeof info);
  const gint32 namespace_id = 0;

  add_attribute (bytes, start, IFLA_IFNAME, link->name, strlen (link->name) + 1);
  if (link->master != 0)
    add_attribute (bytes, start, IFLA_MASTER, &link->master, sizeof link->master);
  if (link->lower != 0)
    add_attribute (bytes, start, IFLA_LINK, &link->lower, sizeof link->lower);
  if (link->lower_elsewhere)
    add_attribute (bytes, start, IFLA_LINK_NETNSID, &namespace_id, sizeof namespace_id);
  if (link->kind != NULL)
    {
      g_autoptr (GByteArray) nest = g_byte_array_new ();
      struct nlattr kind = { sizeof kind + strlen (link->kind) + 1, IFLA_INFO_KIND };

      g_byte_array_append (nest, (const guint8 *) &kind, sizeof kind);
      g_byte_array_append (nest, (const guint8 *) link->kind, strlen (link->kind) + 1);
      add_attribute (bytes, start, IFLA_LINKINFO, nest->data, nest->len);
    }
  add_attribute (bytes, start, IFLA_STATS64, &stats, sizeof stats);
}

/* A whole list of @n links, its end included. */
G_GNUC_UNUSED static GByteArray *
make_link_list (const TestLink *links, guint n)
{
  GByteArray *bytes = g_byte_array_new ();
  const int code = 0;

  for (guint i = 0; i < n; i++)
    add_link_message (bytes, RTM_NEWLINK, NLM_F_MULTI, &links[i]);
  begin_message (bytes, NLMSG_DONE, NLM_F_MULTI, &code, sizeof code);
  return bytes;
}

G_GNUC_UNUSED static void
add_address_message (GByteArray *bytes, guint16 type, guint32 ifindex, const void *address, gsize size, guint8 prefix)
{
  const struct ifaddrmsg info = {
    .ifa_family = size == 4 ? AF_INET : AF_INET6,
    .ifa_prefixlen = prefix,
    .ifa_index = ifindex,
  };
  gsize start = begin_message (bytes, type, 0, &info, sizeof info);

  add_attribute (bytes, start, IFA_ADDRESS, address, size);
}

/* What record.py recorded under @name. */
G_GNUC_UNUSED static char *
read_recorded (const char *name, gsize *length_out)
{
  g_autofree char *path = g_build_filename (TEST_DATA, "netlink", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data = NULL;

  g_file_get_contents (path, &data, length_out, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (*length_out, >, 0);
  return data;
}
