#include "sluice-config.h"

#include "capture/link-counters.h"

#include "owner/netlink.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* The kernel answers at once. */
#define ANSWER_TIMEOUT_S 1

struct _SluiceLinkCounters
{
  struct mnl_socket *socket;
  guint32 sequence;
  char buffer[8192];
};

/**
 * sluice_link_counters_new:
 * @error: says what the kernel refused
 *
 * Returns: (transfer full) (nullable): a reader in the calling thread's network namespace
 */
SluiceLinkCounters *
sluice_link_counters_new (GError **error)
{
  g_autoptr (SluiceLinkCounters) counters = g_new0 (SluiceLinkCounters, 1);

  counters->socket = sluice_netlink_open (NETLINK_ROUTE, ANSWER_TIMEOUT_S);
  if (counters->socket != NULL)
    return g_steal_pointer (&counters);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Network interfaces cannot be listed: %s."),
               g_strerror (errno));
  return NULL;
}

void
sluice_link_counters_free (SluiceLinkCounters *counters)
{
  g_clear_pointer (&counters->socket, mnl_socket_close);
  g_free (counters);
}

static gboolean
read_stats (const struct nlmsghdr *header, guint64 bytes_out[SLUICE_N_DIRECTIONS])
{
  const struct nlattr *attribute;
  struct rtnl_link_stats64 stats = { 0 };

  sluice_netlink_for_each_attribute (attribute, header, sizeof (struct if_stats_msg))
    {
      if (mnl_attr_get_type (attribute) != IFLA_STATS_LINK_64)
        continue;
      memcpy (&stats, mnl_attr_get_payload (attribute), MIN (mnl_attr_get_payload_len (attribute), sizeof stats));
      bytes_out[SLUICE_RX] = stats.rx_bytes;
      bytes_out[SLUICE_TX] = stats.tx_bytes;
      return TRUE;
    }
  return FALSE;
}

/**
 * sluice_link_counters_read:
 * @counters: a reader
 * @ifindex: a link
 * @bytes_out: (out): what it has counted by now, by direction; untouched where there is no such link
 *
 * One question and one answer (RTM_GETSTATS, linux/if_link.h), whatever the number of links.
 *
 * Returns: whether there is such a link
 */
gboolean
sluice_link_counters_read (SluiceLinkCounters *counters, guint32 ifindex, guint64 bytes_out[SLUICE_N_DIRECTIONS])
{
  struct nlmsghdr *request = mnl_nlmsg_put_header (counters->buffer);
  struct if_stats_msg *stats = mnl_nlmsg_put_extra_header (request, sizeof *stats);

  request->nlmsg_type = RTM_GETSTATS;
  request->nlmsg_flags = NLM_F_REQUEST;
  request->nlmsg_seq = ++counters->sequence;
  stats->ifindex = ifindex;
  stats->filter_mask = IFLA_STATS_FILTER_BIT (IFLA_STATS_LINK_64);
  if (mnl_socket_sendto (counters->socket, request, request->nlmsg_len) < 0)
    return FALSE;
  for (;;)
    {
      ssize_t length = mnl_socket_recvfrom (counters->socket, counters->buffer, sizeof counters->buffer);
      const struct nlmsghdr *answer = (const struct nlmsghdr *) counters->buffer;

      if (length < 0 && errno == EINTR)
        continue;
      if (!sluice_netlink_message_ok (answer, length, 0))
        return FALSE;
      /* What is left of an answer that came too late. */
      if (answer->nlmsg_seq != counters->sequence)
        continue;
      return answer->nlmsg_type == RTM_NEWSTATS && sluice_netlink_message_ok (answer, length, sizeof *stats)
             && read_stats (answer, bytes_out);
    }
}
