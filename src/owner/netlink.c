#include "owner/netlink.h"

#include <errno.h>
#include <sys/socket.h>

/**
 * sluice_netlink_open:
 * @protocol: NETLINK_ROUTE, NETLINK_SOCK_DIAG, …
 * @timeout_s: how long an answer is waited for, seconds
 *
 * Whoever rules a network namespace may send to the sockets in it; connected, this one takes only what the kernel,
 * which is port 0, says to it.
 *
 * Returns: (transfer full) (nullable): a socket for questions and answers, to be closed by mnl_socket_close(); with
 *   errno set where it cannot be had
 */
struct mnl_socket *
sluice_netlink_open (int protocol, int timeout_s)
{
  const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  const struct timeval timeout = { .tv_sec = timeout_s };
  struct mnl_socket *opened = mnl_socket_open2 (protocol, SOCK_CLOEXEC);
  int code;

  if (opened == NULL)
    return NULL;
  if (mnl_socket_bind (opened, 0, MNL_SOCKET_AUTOPID) == 0
      && connect (mnl_socket_get_fd (opened), (const struct sockaddr *) &kernel, sizeof kernel) == 0
      && setsockopt (mnl_socket_get_fd (opened), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0)
    return opened;
  code = errno;
  mnl_socket_close (opened);
  errno = code;
  return NULL;
}

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
