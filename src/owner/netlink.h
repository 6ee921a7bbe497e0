#pragma once

#include <glib.h>
#include <libmnl/libmnl.h>

G_BEGIN_DECLS

/* Like mnl_attr_for_each(), which lets attributes reach up to three bytes beyond a message whose length is no multiple
 * of four. @fixed is the size of the structure before them; the message must hold that. */
#define sluice_netlink_for_each_attribute(attribute, header, fixed) \
  for ((attribute) = mnl_nlmsg_get_payload_offset ((header), (fixed)); \
       mnl_attr_ok ((attribute), (const char *) (header) + (header)->nlmsg_len - (const char *) (attribute)); \
       (attribute) = mnl_attr_next (attribute))

struct mnl_socket *sluice_netlink_open (int protocol,
                                        int timeout_s);

gboolean sluice_netlink_message_ok (const struct nlmsghdr *header,
                                    gssize                 left,
                                    gsize                  fixed);
int      sluice_netlink_error      (const struct nlmsghdr *header);

G_END_DECLS
