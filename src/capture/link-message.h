#pragma once

#include "model/interface.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

G_BEGIN_DECLS

/**
 * SluiceLinkMessage:
 * @ifindex: the kernel's index
 * @type: an ARPHRD_ constant, linux/if_arp.h
 * @flags: IFF_ constants, linux/if.h
 * @name: the kernel's own bytes, @name_length of them, without a NUL
 * @kind: the driver's name for it, or %NULL
 * @hardware: its address, @hardware_length bytes
 * @has_stats: whether @stats was given
 * @master: ifindex of the bridge or bond that it is enslaved to, or 0
 * @lower: ifindex of the device that carries it, or 0
 *
 * What one rtnetlink message says of a link. Texts point into the message.
 */
typedef struct
{
  guint32 ifindex;
  guint16 type;
  guint32 flags;
  const char *name;
  gsize name_length;
  const char *kind;
  const guint8 *hardware;
  gsize hardware_length;
  gboolean has_stats;
  struct rtnl_link_stats64 stats;
  guint32 master;
  guint32 lower;
} SluiceLinkMessage;

gboolean            sluice_link_message_parse         (const struct nlmsghdr   *header,
                                                       SluiceLinkMessage       *message_out);
SluiceInterfaceKind sluice_link_message_classify      (const SluiceLinkMessage *message,
                                                       const char              *sysfs,
                                                       const char              *name);
gboolean            sluice_link_message_parse_address (const struct nlmsghdr   *header,
                                                       guint32                 *ifindex_out,
                                                       SluiceInterfaceAddress  *address_out);

G_END_DECLS
