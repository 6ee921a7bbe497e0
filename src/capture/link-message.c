#include "capture/link-message.h"

#include "owner/netlink.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <string.h>
#include <sys/socket.h>

/* Every kernel that speaks of 64-bit counters tells the fields up to this one. */
#define STATS_SIZE_MIN (G_STRUCT_OFFSET (struct rtnl_link_stats64, tx_dropped) + sizeof (__u64))

static const char *
nested_kind (const struct nlattr *nest)
{
  const struct nlattr *attribute;

  mnl_attr_for_each_nested (attribute, nest)
    {
      const char *text = mnl_attr_get_payload (attribute);
      gsize length = mnl_attr_get_payload_len (attribute);

      /* A text without its NUL would be read beyond its end. */
      if (mnl_attr_get_type (attribute) == IFLA_INFO_KIND && strnlen (text, length) < length)
        return text;
    }
  return NULL;
}

/* Whether another device carries this one: only kinds whose packets pass through their parent as they are. The peer of
 * a veth pair has the same attribute and carries nothing, and a tunnel's outer packets are the parent's own. */
static gboolean
is_carried (const SluiceLinkMessage *message)
{
  static const char *const stacked[] = { "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec", NULL };

  return message->kind != NULL && g_strv_contains (stacked, message->kind);
}

static void
read_attribute (const struct nlattr *attribute, SluiceLinkMessage *message, gboolean *elsewhere)
{
  gsize length = mnl_attr_get_payload_len (attribute);
  const void *payload = mnl_attr_get_payload (attribute);

  switch (mnl_attr_get_type (attribute))
    {
    case IFLA_IFNAME:
      message->name = payload;
      message->name_length = strnlen (payload, length);
      break;
    case IFLA_ADDRESS:
      message->hardware = payload;
      message->hardware_length = length;
      break;
    case IFLA_MASTER:
      if (length >= sizeof message->master)
        message->master = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_LINK:
      if (length >= sizeof message->lower)
        message->lower = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_LINK_NETNSID:
      *elsewhere = TRUE;
      break;
    case IFLA_LINKINFO:
      message->kind = nested_kind (attribute);
      break;
    case IFLA_STATS64:
      /* Newer kernels append fields; attributes are aligned to 4 bytes only, so copy. */
      if (length < STATS_SIZE_MIN)
        break;
      memcpy (&message->stats, payload, MIN (length, sizeof message->stats));
      message->has_stats = TRUE;
      break;
    default:
      break;
    }
}

/**
 * sluice_link_message_parse:
 * @header: a whole message
 * @message_out: (out): what it says
 *
 * Reads a RTM_NEWLINK or RTM_DELLINK, rtnetlink(7), and nothing beyond its end.
 *
 * Returns: whether it speaks of a link that has a name; @message_out is untouched where not
 */
gboolean
sluice_link_message_parse (const struct nlmsghdr *header, SluiceLinkMessage *message_out)
{
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (header);
  const struct nlattr *attribute;
  SluiceLinkMessage message = { 0 };
  gboolean elsewhere = FALSE;

  /* A port that leaves its bridge sends a RTM_DELLINK of family AF_BRIDGE and stays what it is. */
  if (!sluice_netlink_message_ok (header, header->nlmsg_len, sizeof *info) || info->ifi_family != AF_UNSPEC)
    return FALSE;
  message.ifindex = info->ifi_index;
  message.type = info->ifi_type;
  message.flags = info->ifi_flags;
  sluice_netlink_for_each_attribute (attribute, header, sizeof *info)
    read_attribute (attribute, &message, &elsewhere);
  if (message.name_length == 0 || message.name_length >= IFNAMSIZ)
    return FALSE;
  /* The index of a device in another namespace may be that of any other here. */
  if (elsewhere || !is_carried (&message))
    message.lower = 0;
  *message_out = message;
  return TRUE;
}

static gboolean
sysfs_has (const char *sysfs, const char *name, const char *entry)
{
  g_autofree char *path = g_build_filename (sysfs, "class", "net", name, entry, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/**
 * sluice_link_message_classify:
 * @message: what the kernel says of a link
 * @sysfs: where sysfs is, which tells what rtnetlink does not
 * @name: its name as a path wants it
 *
 * Returns: what kind of interface it is
 */
SluiceInterfaceKind
sluice_link_message_classify (const SluiceLinkMessage *message, const char *sysfs, const char *name)
{
  static const struct
  {
    const char *kind;
    SluiceInterfaceKind is;
  } kinds[] = {
    { "bridge", SLUICE_INTERFACE_BRIDGE },
    { "bond", SLUICE_INTERFACE_BOND },
    { "team", SLUICE_INTERFACE_BOND },
    { "vlan", SLUICE_INTERFACE_VLAN },
    { "veth", SLUICE_INTERFACE_VETH },
    { "tun", SLUICE_INTERFACE_TUNNEL },
    { "wireguard", SLUICE_INTERFACE_TUNNEL },
    { "vxlan", SLUICE_INTERFACE_TUNNEL },
    { "gre", SLUICE_INTERFACE_TUNNEL },
    { "gretap", SLUICE_INTERFACE_TUNNEL },
    { "ipip", SLUICE_INTERFACE_TUNNEL },
    { "sit", SLUICE_INTERFACE_TUNNEL },
    { "ip6tnl", SLUICE_INTERFACE_TUNNEL },
    { "vti", SLUICE_INTERFACE_TUNNEL },
    { "xfrm", SLUICE_INTERFACE_TUNNEL },
    { "geneve", SLUICE_INTERFACE_TUNNEL },
    { "ppp", SLUICE_INTERFACE_TUNNEL },
    { "wwan", SLUICE_INTERFACE_MOBILE },
    { "rmnet", SLUICE_INTERFACE_MOBILE },
  };

  if (message->type == ARPHRD_LOOPBACK)
    return SLUICE_INTERFACE_LOOPBACK;
  for (guint i = 0; message->kind != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (message->kind, kinds[i].kind))
      return kinds[i].is;
  if (message->kind != NULL)
    return SLUICE_INTERFACE_VIRTUAL;
  if (sysfs_has (sysfs, name, "phy80211") || sysfs_has (sysfs, name, "wireless"))
    return SLUICE_INTERFACE_WIFI;
  if (g_str_has_prefix (name, "wwan") || g_str_has_prefix (name, "wwp"))
    return SLUICE_INTERFACE_MOBILE;
  if (message->type == ARPHRD_ETHER)
    return SLUICE_INTERFACE_ETHERNET;
  if (message->type == ARPHRD_NONE || message->type == ARPHRD_PPP)
    return SLUICE_INTERFACE_TUNNEL;
  return SLUICE_INTERFACE_OTHER;
}

/**
 * sluice_link_message_parse_address:
 * @header: a whole message
 * @ifindex_out: (out): the interface
 * @address_out: (out): this machine's address on it
 *
 * Reads a RTM_NEWADDR or RTM_DELADDR, rtnetlink(7), and nothing beyond its end.
 *
 * Returns: whether it speaks of an IPv4 or IPv6 address; both are untouched where not
 */
gboolean
sluice_link_message_parse_address (const struct nlmsghdr *header,
                                   guint32 *ifindex_out,
                                   SluiceInterfaceAddress *address_out)
{
  const struct ifaddrmsg *info = mnl_nlmsg_get_payload (header);
  const struct nlattr *attribute;
  const struct nlattr *local = NULL;

  if (!sluice_netlink_message_ok (header, header->nlmsg_len, sizeof *info)
      || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
    return FALSE;
  sluice_netlink_for_each_attribute (attribute, header, sizeof *info)
    {
      guint type = mnl_attr_get_type (attribute);

      /* On a point-to-point link IFA_ADDRESS is the peer and IFA_LOCAL ours, whichever comes first. */
      if (type == IFA_LOCAL || (type == IFA_ADDRESS && local == NULL))
        local = attribute;
    }
  if (local == NULL || mnl_attr_get_payload_len (local) < (info->ifa_family == AF_INET ? 4 : 16))
    return FALSE;
  *ifindex_out = info->ifa_index;
  address_out->prefix_length = info->ifa_prefixlen;
  address_out->address = info->ifa_family == AF_INET ? sluice_address_from_ipv4 (mnl_attr_get_payload (local))
                                                     : sluice_address_from_ipv6 (mnl_attr_get_payload (local));
  return TRUE;
}
