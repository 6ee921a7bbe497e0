#include "sluice-config.h"

#include "capture/link-table.h"

#include "capture/link-message.h"
#include "model/text.h"
#include "owner/netlink.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define MESSAGE_BUFFER (64 * 1024)
#define RECEIVE_BUFFER (1024 * 1024)
#define ANSWER_TIMEOUT_SECONDS 2
#define ETHERNET_HEADER 14

/* A link that two lists in a row lack is gone, even where the news of its removal was lost. One list is not
 * enough: one that is read while links come and go may lack another that is there. */
#define MISSING_MEANS_GONE 2

typedef struct
{
  SluiceLink link; /* first: handed out */
  guint listing;   /* the list that showed it last */
  guint missing;   /* lists in a row that lacked it */
  gboolean was_up; /* at the last take */
  gboolean was_underneath;
} Entry;

struct _SluiceLinkTable
{
  /* One socket for questions and news: what comes over it stands in the order in which it happened, so that news
   * is never older than the list before it. */
  struct mnl_socket *socket;
  char *sysfs;
  GPtrArray *entries;     /* Entry */
  GHashTable *by_address; /* SluiceAddress → Entry; rebuilt when stale */
  gboolean by_address_stale;
  gboolean addresses_lost; /* news of addresses was dropped: list them again */
  gboolean in_list;        /* a list of links was begun and has not ended */
  guint listing;           /* how many were begun */
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
  const struct timeval timeout = { ANSWER_TIMEOUT_SECONDS, 0 };
  const int size = RECEIVE_BUFFER;

  table->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  if (table->socket == NULL
      || mnl_socket_bind (table->socket, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, MNL_SOCKET_AUTOPID) < 0
      || setsockopt (mnl_socket_get_fd (table->socket), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0)
    {
      set_error_from_errno (error, errno, _("The kernel does not tell of its network interfaces"));
      return NULL;
    }
  /* Where the system allows less, news may be lost, which is noticed. */
  setsockopt (mnl_socket_get_fd (table->socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  table->addresses_lost = TRUE;
  return g_steal_pointer (&table);
}

void
sluice_link_table_free (SluiceLinkTable *table)
{
  g_clear_pointer (&table->socket, mnl_socket_close);
  g_hash_table_unref (table->by_address);
  g_ptr_array_unref (table->entries);
  g_free (table->sysfs);
  g_free (table);
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

static char *
hardware_text (const SluiceLinkMessage *message)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < MIN (message->hardware_length, 8); i++)
    g_string_append_printf (text, i == 0 ? "%02x" : ":%02x", message->hardware[i]);
  return g_string_free (text, text->len == 0);
}

/* Puts what the message says into the entry's record; a new record where anything differs. */
static void
update_record (SluiceLinkTable *table, Entry *entry, const SluiceLinkMessage *message, gboolean is_new)
{
  const SluiceInterface *before = entry->link.record;
  gboolean up = (message->flags & IFF_UP) != 0;
  gboolean running = (message->flags & IFF_RUNNING) != 0;
  g_autofree char *hardware = hardware_text (message);
  gboolean renamed = strncmp (entry->link.raw_name, message->name, message->name_length) != 0
                     || entry->link.raw_name[message->name_length] != '\0';
  SluiceInterface *record;

  if (!is_new && !renamed && before->up == up && before->running == running && before->master == message->master
      && before->lower == message->lower && g_strcmp0 (before->hardware_address, hardware) == 0)
    return;

  record = sluice_interface_copy (before);
  if (renamed)
    {
      memcpy (entry->link.raw_name, message->name, message->name_length);
      entry->link.raw_name[message->name_length] = '\0';
      g_free (record->name);
      record->name = sluice_text_sanitise (message->name, message->name_length, SLUICE_NAME_MAX);
    }
  record->kind = sluice_link_message_classify (message, table->sysfs, entry->link.raw_name);
  record->up = up;
  record->running = running;
  record->master = message->master;
  record->lower = message->lower;
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

static Entry *
add_entry (SluiceLinkTable *table, const SluiceLinkMessage *message)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->link.record = sluice_interface_new (++table->last_instance, message->ifindex, "");
  entry->link.header_bytes
      = message->type == ARPHRD_ETHER || message->type == ARPHRD_LOOPBACK ? ETHERNET_HEADER : 0;
  g_ptr_array_add (table->entries, entry);
  return entry;
}

static void
handle_new_link (SluiceLinkTable *table, const SluiceLinkMessage *message, gboolean from_list)
{
  Entry *entry = find_entry (table, message->ifindex);
  gboolean is_new = entry == NULL;

  if (is_new)
    entry = add_entry (table, message);
  update_record (table, entry, message, is_new);
  if (from_list)
    entry->listing = table->listing;
  if (message->has_stats && (from_list || is_new))
    update_counters (entry, &message->stats);
  /* What it counted before it came here, in another namespace, did not move here. */
  if (is_new)
    set_baseline (&entry->link);
}

static void
handle_del_link (SluiceLinkTable *table, const SluiceLinkMessage *message)
{
  Entry *entry = find_entry (table, message->ifindex);

  if (entry == NULL)
    return;
  if (message->has_stats && message->stats.rx_bytes >= entry->link.bytes[SLUICE_RX]
      && message->stats.tx_bytes >= entry->link.bytes[SLUICE_TX])
    update_counters (entry, &message->stats);
  entry->link.gone = TRUE;
  changed (table);
}

static void
begin_list (SluiceLinkTable *table)
{
  table->in_list = TRUE;
  table->listing++;
}

static void
end_list (SluiceLinkTable *table)
{
  table->in_list = FALSE;
  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];

      entry->missing = entry->listing == table->listing ? 0 : entry->missing + 1;
      if (entry->missing < MISSING_MEANS_GONE || entry->link.gone)
        continue;
      entry->link.gone = TRUE;
      changed (table);
    }
}

static void
replace_record (SluiceLinkTable *table, Entry *entry, SluiceInterface *record)
{
  sluice_interface_unref (entry->link.record);
  entry->link.record = record;
  changed (table);
}

static void
handle_address (SluiceLinkTable *table, const struct nlmsghdr *header)
{
  SluiceInterfaceAddress address;
  SluiceInterface *record;
  Entry *entry;
  guint32 ifindex;
  guint at;

  if (!sluice_link_message_parse_address (header, &ifindex, &address))
    return;
  entry = find_entry (table, ifindex);
  if (entry == NULL)
    return;
  record = entry->link.record;
  /* One address may be there twice, with another prefix. */
  for (at = 0; at < record->n_addresses; at++)
    if (sluice_address_equal (&record->addresses[at].address, &address.address)
        && record->addresses[at].prefix_length == address.prefix_length)
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
  replace_record (table, entry, record);
}

/* Those that went while news was lost would stay for ever. */
static void
forget_addresses (SluiceLinkTable *table)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];
      SluiceInterface *record = sluice_interface_copy (entry->link.record);

      record->n_addresses = 0;
      replace_record (table, entry, record);
    }
}

/* Whether something that is up stands on top of @link, so that its bytes are counted there already. */
static gboolean
is_underneath (SluiceLinkTable *table, const SluiceInterface *link)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      const Entry *entry = table->entries->pdata[i];
      const SluiceInterface *other = entry->link.record;

      if (other->up && !entry->link.gone && (other->ifindex == link->master || other->lower == link->ifindex))
        return TRUE;
    }
  return FALSE;
}

/*
 * The sum of the listed links holds no byte twice and, but for the moment when one is put under another, every one:
 * what a link counted until it went down is still in, and what was below another at the last take comes in with the
 * next.
 */
static void
update_listed (SluiceLinkTable *table)
{
  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];
      SluiceLink *link = &entry->link;

      link->listed = (link->record->up || entry->was_up) && link->record->kind != SLUICE_INTERFACE_LOOPBACK
                     && !entry->was_underneath && !is_underneath (table, link->record);
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

  for (; sluice_netlink_message_ok (header, left, 0); header = mnl_nlmsg_next (header, &left))
    {
      SluiceLinkMessage message;
      gboolean from_list = (header->nlmsg_flags & NLM_F_MULTI) != 0;

      switch (header->nlmsg_type)
        {
        case RTM_NEWLINK:
          if (from_list && !table->in_list)
            begin_list (table);
          if (sluice_link_message_parse (header, &message))
            handle_new_link (table, &message, from_list);
          break;
        case RTM_DELLINK:
          if (sluice_link_message_parse (header, &message))
            handle_del_link (table, &message);
          break;
        case RTM_NEWADDR:
        case RTM_DELADDR:
          handle_address (table, header);
          break;
        case NLMSG_DONE:
          if (table->in_list)
            end_list (table);
          break;
        default:
          break;
        }
    }
  update_listed (table);
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
  return mnl_socket_sendto (table->socket, header, header->nlmsg_len) >= 0;
}

/* Whether @length bytes of messages hold the end of the list that was asked for. */
static gboolean
is_end_of_list (SluiceLinkTable *table, int length, int *code_out)
{
  const struct nlmsghdr *header = (const struct nlmsghdr *) table->buffer;

  for (; sluice_netlink_message_ok (header, length, 0); header = mnl_nlmsg_next (header, &length))
    if (header->nlmsg_seq == table->sequence
        && (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR))
      {
        *code_out = sluice_netlink_error (header);
        return TRUE;
      }
  return FALSE;
}

/* Reads one list to its end, and on the way all the news that was sent until then. */
static gboolean
read_list (SluiceLinkTable *table, guint16 type, GError **error)
{
  int code = 0;

  table->in_list = FALSE;
  if (!send_list_request (table, type))
    code = errno;
  while (code == 0)
    {
      ssize_t length = mnl_socket_recvfrom (table->socket, table->buffer, sizeof table->buffer);

      if (length > 0)
        {
          sluice_link_table_feed (table, table->buffer, length);
          if (!is_end_of_list (table, length, &code))
            continue;
          if (code == 0)
            return TRUE;
        }
      else if (length < 0 && (errno == ENOBUFS || errno == ENOSPC))
        table->addresses_lost = TRUE;
      else if (length == 0 || errno != EINTR)
        code = length == 0 ? EIO : errno == EAGAIN ? ETIMEDOUT : errno;
    }
  set_error_from_errno (error, code,
                        type == RTM_GETLINK ? _("The kernel did not list its network interfaces")
                                            : _("The kernel did not list its addresses"));
  return FALSE;
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
  g_return_val_if_fail (table->socket != NULL, FALSE);

  if (!read_list (table, RTM_GETLINK, error))
    return FALSE;
  if (!table->addresses_lost)
    return TRUE;
  table->addresses_lost = FALSE;
  forget_addresses (table);
  if (read_list (table, RTM_GETADDR, error))
    return TRUE;
  table->addresses_lost = TRUE;
  return FALSE;
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
      Entry *entry = table->entries->pdata[i];

      if (entry->link.gone)
        {
          changed (table);
          g_ptr_array_remove_index (table->entries, i);
          continue;
        }
      set_baseline (&entry->link);
      entry->was_up = entry->link.record->up;
    }
  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = table->entries->pdata[i];

      entry->was_underneath = is_underneath (table, entry->link.record);
    }
  update_listed (table);
}

/**
 * sluice_link_counted_header:
 * @link: a link
 * @direction: which way
 *
 * Returns: how many bytes of link-layer header its counters hold with each packet: all, but for devices that hand on
 *   what another has received, and the loopback (drivers/net/loopback.c, net/bridge/br_input.c, net/8021q/vlan_core.c)
 */
guint
sluice_link_counted_header (const SluiceLink *link, SluiceDirection direction)
{
  switch (link->record->kind)
    {
    case SLUICE_INTERFACE_LOOPBACK:
      return 0;
    case SLUICE_INTERFACE_BRIDGE:
    case SLUICE_INTERFACE_VLAN:
      return direction == SLUICE_RX ? 0 : link->header_bytes;
    default:
      return link->header_bytes;
    }
}
