#include "owner/netlink.h"

#include <errno.h>

/**
 * sluice_netlink_message_ok:
 * @header: where a message may stand
 * @left: how many bytes there are from there on
 * @fixed: the size of the structure that it must hold, bytes
 *
 * Like mnl_nlmsg_ok(), which up to version 1.0.4 takes a length of 2 GiB and more for a negative number.
 *
 * Returns: whether all of it is there
 */
gboolean
sluice_netlink_message_ok (const struct nlmsghdr *header, gssize left, gsize fixed)
{
  return left >= (gssize) sizeof *header && header->nlmsg_len >= MNL_NLMSG_HDRLEN + fixed
         && header->nlmsg_len <= (gsize) left;
}

/**
 * sluice_netlink_error:
 * @header: a whole message of type NLMSG_ERROR or NLMSG_DONE
 *
 * The kernel says at the end of a list, too, that it could not make it: what has no entry is not always an empty list.
 *
 * Returns: a code of errno.h; 0 where all went well
 */
int
sluice_netlink_error (const struct nlmsghdr *header)
{
  const int *code = mnl_nlmsg_get_payload (header);

  if (header->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof *code)
    return header->nlmsg_type == NLMSG_DONE ? 0 : EPROTO;
  return *code < 0 ? -*code : 0;
}
