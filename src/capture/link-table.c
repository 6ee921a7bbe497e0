#include "sluice-config.h"

#include "capture/link-table.h"

#include "model/text.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGE_BUFFER (64 * 1024)
#define EVENTS_BUFFER (1024 * 1024)
#define ETHERNET_HEADER 14

/* A link that two lists in a row lack is gone, even where the news of its removal was lost. One list is not
 * enough: news that was sent while the list was read is only heard at the next refresh. */
#define MISSING_MEANS_GONE 2

typedef struct
{
  SluiceLink link; /* first: handed out */
  guint missing;   /* lists in a row that lacked it */
} Entry;

struct _SluiceLinkTable
{
  struct mnl_socket *requests;
  struct mnl_socket *events;
  char *sysfs;
  GPtrArray *entries;     /* Entry */
  GHashTable *by_address; /* SluiceAddress → Entry; rebuilt when stale */
  gboolean by_address_stale;
  gboolean addresses_lost; /* news of addresses was dropped: list them again */
  gboolean primed;         /* the first list was read: what comes now is new, and began at zero */
  gboolean in_list;        /* messages come from a list, so their counters are current */
  guint64 serial;
  guint64 last_instance;
  guint32 sequence;
  char buffer[MESSAGE_BUFFER];
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  sluice_interface_unref (entry->link.record);
  g_free (entry);
}

static void
changed (SluiceLinkTable *table)
{
  table->serial++;
  table->by_address_stale = TRUE;
}

static Entry *
find_entry (SluiceLinkTable *table, guint32 ifindex)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];

      if (entry->link.record->ifindex == ifindex && !entry->link.gone)
        return entry;
    }
  return NULL;
}

static void
set_error_from_errno (GError **error, int code, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s.", what, g_strerror (code));
}

/**
 * sluice_link_table_new_detached:
 * @sysfs: where sysfs is, normally "/sys"
 *
 * Returns: (transfer full): an empty table that hears only what sluice_link_table_feed() is given
 */
SluiceLinkTable *
sluice_link_table_new_detached (const char *sysfs)
{
  SluiceLinkTable *table = g_new0 (SluiceLinkTable, 1);

  table->sysfs = g_strdup (sysfs);
  table->entries = g_ptr_array_new_with_free_func (entry_free);
  table->by_address = g_hash_table_new ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal);
  return table;
}

/**
 * sluice_link_table_new:
 * @sysfs: where sysfs is, normally "/sys"
 * @error: says why the kernel does not tell
 *
 * Returns: (transfer full) (nullable): a table that sluice_link_table_refresh() fills
 */
SluiceLinkTable *
sluice_link_table_new (const char *sysfs, GError **error)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached (sysfs);
  int size = EVENTS_BUFFER;

  table->requests = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  table->events = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (table->requests == NULL || table->events == NULL
      || mnl_socket_bind (table->requests, 0, MNL_SOCKET_AUTOPID) < 0
      || mnl_socket_bind (table->events, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, MNL_SOCKET_AUTOPID) < 0)
    {
      set_error_from_errno (error, errno, _("The kernel does not tell of its network interfaces"));
      return NULL;
    }
  setsockopt (mnl_socket_get_fd (table->events), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  table->addresses_lost = TRUE;
  return g_steal_pointer (&table);
}

void
sluice_link_table_free (SluiceLinkTable *table)
{
  g_clear_pointer (&table->requests, mnl_socket_close);
  g_clear_pointer (&table->events, mnl_socket_close);
  g_hash_table_unref (table->by_address);
  g_ptr_array_unref (table->entries);
  g_free (table->sysfs);
  g_free (table);
}

/* What a link message says, before it is compared with what is known. */
typedef struct
{
  const struct ifinfomsg *info;
  const char *name;
  gsize name_length;
  const char *kind;
  const guint8 *hardware;
  gsize hardware_length;
  const struct rtnl_link_stats64 *stats;
  struct rtnl_link_stats64 stats_copy;
  guint32 master;
  guint32 lower;
} LinkMessage;

static const char *
text_attribute (const struct nlattr *attribute, gsize *length_out)
{
  const char *text = mnl_attr_get_payload (attribute);

  *length_out = strnlen (text, mnl_attr_get_payload_len (attribute));
  return text;
}

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

static gboolean
read_link_message (const struct nlmsghdr *header, LinkMessage *message)
{
  const struct nlattr *attribute;

  if (header->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof *message->info)
    return FALSE;
  *message = (LinkMessage){ .info = mnl_nlmsg_get_payload (header) };
  mnl_attr_for_each (attribute, header, sizeof *message->info)
    {
      gsize length = mnl_attr_get_payload_len (attribute);

      switch (mnl_attr_get_type (attribute))
        {
        case IFLA_IFNAME:
          message->name = text_attribute (attribute, &message->name_length);
          break;
        case IFLA_ADDRESS:
          message->hardware = mnl_attr_get_payload (attribute);
          message->hardware_length = length;
          break;
        case IFLA_MASTER:
          if (length >= sizeof (guint32))
            message->master = mnl_attr_get_u32 (attribute);
          break;
        case IFLA_LINK:
          if (length >= sizeof (guint32))
            message->lower = mnl_attr_get_u32 (attribute);
          break;
        case IFLA_LINKINFO:
          message->kind = nested_kind (attribute);
          break;
        case IFLA_STATS64:
          /* Newer kernels append fields; attributes are aligned to 4 bytes only, so copy. */
          memcpy (&message->stats_copy, mnl_attr_get_payload (attribute), MIN (length, sizeof message->stats_copy));
          message->stats = &message->stats_copy;
          break;
        default:
          break;
        }
    }
  return message->name != NULL && message->name_length > 0 && message->name_length < IFNAMSIZ;
}

static gboolean
sysfs_has (SluiceLinkTable *table, const char *name, const char *entry)
{
  g_autofree char *path = g_build_filename (table->sysfs, "class", "net", name, entry, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* bit/s by sysfs, 0 where the device tells none. */
static guint64
sysfs_speed (SluiceLinkTable *table, const char *name)
{
  g_autofree char *path = g_build_filename (table->sysfs, "class", "net", name, "speed", NULL);
  g_autofree char *text = NULL;
  gint64 megabits;

  /* Devices without a speed answer EINVAL or −1. */
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  megabits = g_ascii_strtoll (text, NULL, 10);
  return megabits > 0 && megabits < 100 * 1000 * 1000 ? (guint64) megabits * 1000 * 1000 : 0;
}

static SluiceInterfaceKind
classify (SluiceLinkTable *table, const LinkMessage *message, const char *name)
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

  if (message->info->ifi_type == ARPHRD_LOOPBACK)
    return SLUICE_INTERFACE_LOOPBACK;
  for (guint i = 0; message->kind != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (message->kind, kinds[i].kind))
      return kinds[i].is;
  if (message->kind != NULL)
    return SLUICE_INTERFACE_VIRTUAL;
  if (sysfs_has (table, name, "phy80211") || sysfs_has (table, name, "wireless"))
    return SLUICE_INTERFACE_WIFI;
  if (g_str_has_prefix (name, "wwan") || g_str_has_prefix (name, "wwp"))
    return SLUICE_INTERFACE_MOBILE;
  if (message->info->ifi_type == ARPHRD_ETHER)
    return SLUICE_INTERFACE_ETHERNET;
  if (message->info->ifi_type == ARPHRD_NONE || message->info->ifi_type == ARPHRD_PPP)
    return SLUICE_INTERFACE_TUNNEL;
  return SLUICE_INTERFACE_OTHER;
}

/* Which device carries this one. Only kinds whose packets pass through their parent as they are: the peer of a
 * veth pair has the same attribute and carries nothing, and a tunnel's outer packets are the parent's own. */
static guint32
carrier (const LinkMessage *message)
{
  static const char *const stacked[] = { "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec", NULL };

  return message->kind != NULL && g_strv_contains (stacked, message->kind) ? message->lower : 0;
}

static char *
hardware_text (const LinkMessage *message)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < MIN (message->hardware_length, 8); i++)
    g_string_append_printf (text, i == 0 ? "%02x" : ":%02x", message->hardware[i]);
  return g_string_free (text, text->len == 0);
}

/* Puts what the message says into the entry's record; a new record where anything differs. */
static void
update_record (SluiceLinkTable *table, Entry *entry, const LinkMessage *message, gboolean is_new)
{
  const SluiceInterface *before = entry->link.record;
  gboolean up = (message->info->ifi_flags & IFF_UP) != 0;
  gboolean running = (message->info->ifi_flags & IFF_RUNNING) != 0;
  g_autofree char *hardware = hardware_text (message);
  gboolean renamed = strncmp (entry->link.raw_name, message->name, message->name_length) != 0
                     || entry->link.raw_name[message->name_length] != '\0';
  SluiceInterface *record;

  if (!is_new && !renamed && before->up == up && before->running == running && before->master == message->master
      && before->lower == carrier (message) && g_strcmp0 (before->hardware_address, hardware) == 0)
    return;

  record = sluice_interface_copy (before);
  if (renamed)
    {
      memcpy (entry->link.raw_name, message->name, message->name_length);
      entry->link.raw_name[message->name_length] = '\0';
      g_free (record->name);
      record->name = sluice_text_sanitise (message->name, message->name_length, SLUICE_NAME_MAX);
    }
  record->kind = classify (table, message, entry->link.raw_name);
  record->up = up;
  record->running = running;
  record->master = message->master;
  record->lower = carrier (message);
  record->speed = running ? sysfs_speed (table, entry->link.raw_name) : 0;
  g_free (record->hardware_address);
  record->hardware_address = g_steal_pointer (&hardware);
  entry->link.record = record;
  sluice_interface_unref ((SluiceInterface *) before);
  changed (table);
}

static void
update_counters (Entry *entry, const struct rtnl_link_stats64 *stats)
{
  entry->link.bytes[SLUICE_RX] = stats->rx_bytes;
  entry->link.bytes[SLUICE_TX] = stats->tx_bytes;
  entry->link.packets[SLUICE_RX] = stats->rx_packets;
  entry->link.packets[SLUICE_TX] = stats->tx_packets;
  entry->link.dropped = stats->rx_dropped + stats->tx_dropped + stats->rx_missed_errors;
}

static void
set_baseline (SluiceLink *link)
{
  memcpy (link->last_bytes, link->bytes, sizeof link->bytes);
  memcpy (link->last_packets, link->packets, sizeof link->packets);
  link->last_dropped = link->dropped;
}

static void
handle_new_link (SluiceLinkTable *table, const LinkMessage *message)
{
  Entry *entry = find_entry (table, message->info->ifi_index);
  gboolean is_new = entry == NULL;

  if (is_new)
    {
      entry = g_new0 (Entry, 1);
      entry->link.record = sluice_interface_new (++table->last_instance, message->info->ifi_index, "");
      entry->link.header_bytes
          = message->info->ifi_type == ARPHRD_ETHER || message->info->ifi_type == ARPHRD_LOOPBACK ? ETHERNET_HEADER : 0;
      g_ptr_array_add (table->entries, entry);
    }
  update_record (table, entry, message, is_new);
  entry->missing = 0;

  /* News may be older than the list before it: its counters would look like a reset. */
  if (message->stats != NULL && (table->in_list || is_new))
    update_counters (entry, message->stats);
  if (is_new && !table->primed)
    set_baseline (&entry->link);
}

static void
handle_del_link (SluiceLinkTable *table, const LinkMessage *message)
{
  Entry *entry = find_entry (table, message->info->ifi_index);

  if (entry == NULL)
    return;
  if (message->stats != NULL && message->stats->rx_bytes >= entry->link.bytes[SLUICE_RX]
      && message->stats->tx_bytes >= entry->link.bytes[SLUICE_TX])
    update_counters (entry, message->stats);
  entry->link.gone = TRUE;
  changed (table);
}

static void
handle_address (SluiceLinkTable *table, const struct nlmsghdr *header)
{
  const struct ifaddrmsg *message = mnl_nlmsg_get_payload (header);
  const struct nlattr *attribute;
  const struct nlattr *local = NULL;
  SluiceInterfaceAddress address = { 0 };
  SluiceInterface *record;
  Entry *entry;
  guint at;

  if (header->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof *message)
    return;
  entry = find_entry (table, message->ifa_index);
  mnl_attr_for_each (attribute, header, sizeof *message)
    {
      guint type = mnl_attr_get_type (attribute);

      /* On a point-to-point link IFA_ADDRESS is the peer and IFA_LOCAL ours (rtnetlink(7)). */
      if (type == IFA_LOCAL || (type == IFA_ADDRESS && local == NULL))
        local = attribute;
    }
  if (entry == NULL || local == NULL
      || mnl_attr_get_payload_len (local) < (message->ifa_family == AF_INET ? 4 : 16))
    return;
  if (message->ifa_family == AF_INET)
    address.address = sluice_address_from_ipv4 (mnl_attr_get_payload (local));
  else if (message->ifa_family == AF_INET6)
    address.address = sluice_address_from_ipv6 (mnl_attr_get_payload (local));
  else
    return;
  address.prefix_length = message->ifa_prefixlen;

  record = entry->link.record;
  for (at = 0; at < record->n_addresses; at++)
    if (sluice_address_equal (&record->addresses[at].address, &address.address))
      break;
  if ((at < record->n_addresses) == (header->nlmsg_type == RTM_NEWADDR))
    return;

  record = sluice_interface_copy (entry->link.record);
  if (header->nlmsg_type == RTM_NEWADDR)
    {
      record->addresses = g_renew (SluiceInterfaceAddress, record->addresses, record->n_addresses + 1);
      record->addresses[record->n_addresses++] = address;
    }
  else
    {
      record->n_addresses--;
      memmove (&record->addresses[at], &record->addresses[at + 1],
               (record->n_addresses - at) * sizeof *record->addresses);
    }
  sluice_interface_unref (entry->link.record);
  entry->link.record = record;
  changed (table);
}

/* Whether something that is up stands on top of @link, so that its bytes are counted there already. */
static gboolean
is_underneath (SluiceLinkTable *table, const SluiceInterface *link)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      const SluiceInterface *other = ((Entry *) table->entries->pdata[i])->link.record;

      if (other->up && other != link && (other->ifindex == link->master || other->lower == link->ifindex))
        return TRUE;
    }
  return FALSE;
}

static void
update_listed (SluiceLinkTable *table)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      SluiceLink *link = &((Entry *) table->entries->pdata[i])->link;

      link->listed = link->record->up && link->record->kind != SLUICE_INTERFACE_LOOPBACK
                     && !is_underneath (table, link->record);
    }
}

/**
 * sluice_link_table_feed:
 * @table: a table
 * @messages: one or more netlink messages
 * @length: how many bytes there are
 *
 * Takes in what rtnetlink says: links and addresses that are new, changed or gone. Anything else, and whatever is not
 * whole, is passed over.
 */
void
sluice_link_table_feed (SluiceLinkTable *table, const void *messages, gsize length)
{
  const struct nlmsghdr *header = messages;
  int left = MIN (length, G_MAXINT);

  for (; mnl_nlmsg_ok (header, left); header = mnl_nlmsg_next (header, &left))
    {
      LinkMessage message;

      switch (header->nlmsg_type)
        {
        case RTM_NEWLINK:
        case RTM_DELLINK:
          /* A port that leaves its bridge sends a RTM_DELLINK of family AF_BRIDGE and stays what it is. */
          if (!read_link_message (header, &message) || message.info->ifi_family != AF_UNSPEC)
            break;
          if (header->nlmsg_type == RTM_NEWLINK)
            handle_new_link (table, &message);
          else
            handle_del_link (table, &message);
          break;
        case RTM_NEWADDR:
        case RTM_DELADDR:
          handle_address (table, header);
          break;
        default:
          break;
        }
    }
  update_listed (table);
}

static void
take_events (SluiceLinkTable *table)
{
  for (;;)
    {
      ssize_t length = mnl_socket_recvfrom (table->events, table->buffer, sizeof table->buffer);

      if (length < 0 && errno == ENOBUFS)
        {
          table->addresses_lost = TRUE;
          continue;
        }
      if (length < 0 && errno == EINTR)
        continue;
      if (length <= 0)
        return;
      sluice_link_table_feed (table, table->buffer, length);
    }
}

static gboolean
send_list_request (SluiceLinkTable *table, guint16 type)
{
  struct nlmsghdr *header = mnl_nlmsg_put_header (table->buffer);
  struct ifinfomsg *message;

  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = ++table->sequence;
  message = mnl_nlmsg_put_extra_header (header, sizeof *message);
  message->ifi_family = AF_UNSPEC;
  return mnl_socket_sendto (table->requests, header, header->nlmsg_len) >= 0;
}

static gboolean
read_list (SluiceLinkTable *table, guint16 type, GError **error)
{
  const char *what = type == RTM_GETLINK ? _("The kernel did not list its network interfaces")
                                         : _("The kernel did not list its addresses");

  if (!send_list_request (table, type))
    {
      set_error_from_errno (error, errno, what);
      return FALSE;
    }
  for (;;)
    {
      ssize_t length = mnl_socket_recvfrom (table->requests, table->buffer, sizeof table->buffer);
      const struct nlmsghdr *header = (const struct nlmsghdr *) table->buffer;

      if (length < 0 && errno == EINTR)
        continue;
      if (length < (ssize_t) sizeof *header || header->nlmsg_type == NLMSG_ERROR)
        {
          set_error_from_errno (error, length < 0 ? errno : EIO, what);
          return FALSE;
        }
      if (header->nlmsg_seq != table->sequence)
        continue;
      sluice_link_table_feed (table, table->buffer, length);
      for (int left = length; mnl_nlmsg_ok (header, left); header = mnl_nlmsg_next (header, &left))
        if (header->nlmsg_type == NLMSG_DONE)
          return TRUE;
    }
}

/**
 * sluice_link_table_refresh:
 * @table: a table that is not detached
 * @error: says what failed
 *
 * Hears the news since the last call and reads all counters. What is gone stays, marked, until
 * sluice_link_table_take().
 *
 * Returns: whether counters and addresses are current
 */
gboolean
sluice_link_table_refresh (SluiceLinkTable *table, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (table->requests != NULL, FALSE);

  take_events (table);
  for (guint i = 0; i < table->entries->len; i++)
    ((Entry *) table->entries->pdata[i])->missing++;
  table->in_list = TRUE;
  ok = read_list (table, RTM_GETLINK, error);
  table->in_list = FALSE;
  if (!ok)
    return FALSE;

  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];

      if (entry->missing >= MISSING_MEANS_GONE && !entry->link.gone)
        {
          entry->link.gone = TRUE;
          changed (table);
        }
    }
  table->primed = TRUE;
  if (table->addresses_lost && !read_list (table, RTM_GETADDR, error))
    return FALSE;
  table->addresses_lost = FALSE;
  return TRUE;
}

/**
 * sluice_link_table_get_length:
 * @table: a table
 *
 * Returns: how many links there are, those just gone among them
 */
guint
sluice_link_table_get_length (SluiceLinkTable *table)
{
  return table->entries->len;
}

/**
 * sluice_link_table_get:
 * @table: a table
 * @index: which
 *
 * Returns: (transfer none): the link, valid until the next take
 */
SluiceLink *
sluice_link_table_get (SluiceLinkTable *table, guint index)
{
  g_return_val_if_fail (index < table->entries->len, NULL);
  return &((Entry *) table->entries->pdata[index])->link;
}

/**
 * sluice_link_table_get_serial:
 * @table: a table
 *
 * Returns: a number that is another one after any change but of counters
 */
guint64
sluice_link_table_get_serial (SluiceLinkTable *table)
{
  return table->serial;
}

/**
 * sluice_link_table_find_name:
 * @table: a table
 * @name: the kernel's own bytes
 *
 * Returns: (transfer none) (nullable): the link of that name that is there now
 */
SluiceLink *
sluice_link_table_find_name (SluiceLinkTable *table, const char *name)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      SluiceLink *link = sluice_link_table_get (table, i);

      if (!link->gone && g_str_equal (link->raw_name, name))
        return link;
    }
  return NULL;
}

static void
index_addresses (SluiceLinkTable *table)
{
  g_hash_table_remove_all (table->by_address);
  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];

      for (guint a = 0; !entry->link.gone && a < entry->link.record->n_addresses; a++)
        g_hash_table_insert (table->by_address, &entry->link.record->addresses[a].address, entry);
    }
  table->by_address_stale = FALSE;
}

static SluiceLink *
find_loopback (SluiceLinkTable *table)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      SluiceLink *link = sluice_link_table_get (table, i);

      if (link->record->kind == SLUICE_INTERFACE_LOOPBACK && !link->gone)
        return link;
    }
  return NULL;
}

/**
 * sluice_link_table_find_socket:
 * @table: a table
 * @local: the socket's own address
 * @remote: its peer's; empty where there is none
 * @bound_ifindex: the interface that it is bound to, or 0
 *
 * Over which link a socket's packets go, as far as its addresses tell: between two addresses of this machine it is
 * the loopback.
 *
 * Returns: (transfer none) (nullable): the link, or %NULL where nothing tells
 */
SluiceLink *
sluice_link_table_find_socket (SluiceLinkTable *table,
                               const SluiceAddress *local,
                               const SluiceAddress *remote,
                               guint32 bound_ifindex)
{
  Entry *entry;

  if (table->by_address_stale)
    index_addresses (table);
  if (sluice_address_is_loopback (local)
      || (remote->family != SLUICE_FAMILY_NONE && g_hash_table_contains (table->by_address, remote)))
    return find_loopback (table);
  entry = bound_ifindex != 0 ? find_entry (table, bound_ifindex) : g_hash_table_lookup (table->by_address, local);
  return entry != NULL ? &entry->link : NULL;
}

/**
 * sluice_link_table_take:
 * @table: a table
 *
 * Ends a sample: what the counters are now is the base of the next one, and what is gone is forgotten.
 */
void
sluice_link_table_take (SluiceLinkTable *table)
{
  for (guint i = table->entries->len; i-- > 0;)
    {
      SluiceLink *link = sluice_link_table_get (table, i);

      if (link->gone)
        {
          changed (table);
          g_ptr_array_remove_index (table->entries, i);
        }
      else
        {
          set_baseline (link);
        }
    }
}
