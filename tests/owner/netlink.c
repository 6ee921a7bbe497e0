#include "owner/netlink.h"

#include <errno.h>

static void
test_whole_messages (void)
{
  struct nlmsghdr header = { .nlmsg_len = sizeof header + 8 };

  g_assert_true (sluice_netlink_message_ok (&header, sizeof header + 8, 8));
  g_assert_true (sluice_netlink_message_ok (&header, sizeof header + 100, 0));
  g_assert_false (sluice_netlink_message_ok (&header, sizeof header + 8, 9));
  g_assert_false (sluice_netlink_message_ok (&header, sizeof header + 7, 0));
  g_assert_false (sluice_netlink_message_ok (&header, sizeof header - 1, 0));
  g_assert_false (sluice_netlink_message_ok (&header, 0, 0));
  g_assert_false (sluice_netlink_message_ok (&header, -4, 0));
  header.nlmsg_len = sizeof header - 1;
  g_assert_false (sluice_netlink_message_ok (&header, 100, 0));
  header.nlmsg_len = 0;
  g_assert_false (sluice_netlink_message_ok (&header, 100, 0));
}

static void
test_enormous_messages (void)
{
  struct nlmsghdr header = { .nlmsg_len = G_MAXUINT32 - 3 };

  g_assert_false (sluice_netlink_message_ok (&header, sizeof header, 0));
  header.nlmsg_len = (guint32) G_MAXINT32 + 1;
  g_assert_false (sluice_netlink_message_ok (&header, sizeof header, 0));
}

static void
test_attributes_end (void)
{
  /* Three attributes of four bytes; the length of the message is no multiple of four. */
  guint32 words[] = { 0, 0, 0, 0, 4 | 1 << 16, 4 | 2 << 16, 4 | 3 << 16 };
  struct nlmsghdr *header = (struct nlmsghdr *) words;

  for (guint length = sizeof *header; length <= sizeof words; length++)
    {
      const struct nlattr *attribute;
      guint n = 0;

      header->nlmsg_len = length;
      sluice_netlink_for_each_attribute (attribute, header, 0)
        g_assert_cmpuint (mnl_attr_get_type (attribute), ==, ++n);
      g_assert_cmpuint (n, ==, (length - sizeof *header) / 4);
    }
}

static void
test_errors (void)
{
  struct
  {
    struct nlmsghdr header;
    int code;
  } message = { { .nlmsg_len = sizeof message, .nlmsg_type = NLMSG_DONE }, -ENOENT };

  g_assert_cmpint (sluice_netlink_error (&message.header), ==, ENOENT);
  message.code = 0;
  g_assert_cmpint (sluice_netlink_error (&message.header), ==, 0);
  message.header.nlmsg_type = NLMSG_ERROR;
  message.code = -EPERM;
  g_assert_cmpint (sluice_netlink_error (&message.header), ==, EPERM);
  message.header.nlmsg_len = sizeof message.header + 3;
  g_assert_cmpint (sluice_netlink_error (&message.header), ==, EPROTO);
  message.header.nlmsg_type = NLMSG_DONE;
  g_assert_cmpint (sluice_netlink_error (&message.header), ==, 0);
}

static void
test_open (void)
{
  struct mnl_socket *opened = sluice_netlink_open (NETLINK_ROUTE, 1);

  g_assert_nonnull (opened);
  mnl_socket_close (opened);
  g_assert_null (sluice_netlink_open (-1, 1));
  g_assert_cmpint (errno, ==, EPROTONOSUPPORT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/netlink/a-message-is-whole-or-it-is-none", test_whole_messages);
  g_test_add_func ("/netlink/a-message-of-two-gibibytes-is-not-a-negative-one", test_enormous_messages);
  g_test_add_func ("/netlink/no-attribute-reaches-beyond-its-message", test_attributes_end);
  g_test_add_func ("/netlink/opens-what-the-kernel-speaks", test_open);
  g_test_add_func ("/netlink/the-end-of-a-list-may-be-an-error", test_errors);

  return g_test_run ();
}
