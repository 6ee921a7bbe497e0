#include "owner/connect-trace.h"

#include "../network-namespace.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "flow-key.h"

/* As the kernel 6.18 has it, on a machine of 64 bits. */
static const char format[] = "name: inet_sock_set_state\nID: 2287\nformat:\n"
                             "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                             "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
                             "\tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
                             "\tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;\n"
                             "\tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;\n"
                             "\tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;\n"
                             "\tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;\n"
                             "\tfield:__u16 family;\toffset:28;\tsize:2;\tsigned:0;\n"
                             "\tfield:__u16 protocol;\toffset:30;\tsize:2;\tsigned:0;\n"
                             "\tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;\n"
                             "\tfield:__u8 daddr[4];\toffset:36;\tsize:4;\tsigned:0;\n"
                             "\tfield:__u8 saddr_v6[16];\toffset:40;\tsize:16;\tsigned:0;\n"
                             "\tfield:__u8 daddr_v6[16];\toffset:56;\tsize:16;\tsigned:0;\n\n"
                             "print fmt: \"family=%s sport=%hu\", REC->family, REC->sport\n";

static void
test_format (void)
{
  SluiceConnectField fields[SLUICE_CONNECT_N_FIELDS];

  g_assert_true (sluice_connect_trace_parse_format (format, fields));
  g_assert_cmpuint (fields[SLUICE_CONNECT_SOCKET].offset, ==, 8);
  g_assert_cmpuint (fields[SLUICE_CONNECT_SOCKET].size, ==, 8);
  g_assert_cmpuint (fields[SLUICE_CONNECT_NEW_STATE].offset, ==, 20);
  g_assert_cmpuint (fields[SLUICE_CONNECT_LOCAL_PORT].offset, ==, 24);
  g_assert_cmpuint (fields[SLUICE_CONNECT_LOCAL_IPV4].offset, ==, 32);
  g_assert_cmpuint (fields[SLUICE_CONNECT_REMOTE_IPV6].offset, ==, 56);
}

static char *
replace (const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (format, old, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (new, parts);
}

static void
test_other_format (void)
{
  static const char *const changes[][2] = {
    { " skaddr;", " address;" },
    { "\tfield:__u16 dport", "\tfield:__u16 xdport" },
    { "dport;\toffset:26;\tsize:2", "dport;\toffset:26;\tsize:4" },
    { "skaddr;\toffset:8;\tsize:8", "skaddr;\toffset:8;\tsize:2" },
    { "offset:56", "offset:99999" },
    { "offset:20", "offset 20" },
    { "\tsize:4;\tsigned:1;\n\tfield:int newstate", "\n\tfield:int newstate" },
  };
  SluiceConnectField fields[SLUICE_CONNECT_N_FIELDS];

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *text = replace (changes[i][0], changes[i][1]);

      g_assert_false (sluice_connect_trace_parse_format (text, fields));
    }
  for (gsize length = 0; length < (gsize) (strstr (format, "\tfield:__u8 daddr_v6") - format); length++)
    {
      g_autofree char *text = g_strndup (format, length);

      g_assert_false (sluice_connect_trace_parse_format (text, fields));
    }
}

/* NULL, with the test skipped, where there is none to be had. */
static SluiceConnectTrace *
open_trace (void)
{
  g_autoptr (GError) error = NULL;
  SluiceConnectTrace *trace;

  if (!enter_namespace ())
    return NULL;
  trace = sluice_connect_trace_new (&error);
  if (trace == NULL)
    g_test_skip (error->message);
  return trace;
}

/* A child that connects there and is gone. */
static pid_t
connect_to (int family, const char *address, guint16 port)
{
  struct sockaddr_storage there = { 0 };
  struct sockaddr_in *four = (void *) &there;
  struct sockaddr_in6 *six = (void *) &there;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      int fd = socket (family, SOCK_STREAM, 0);

      if (family == AF_INET)
        *four = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons (port) };
      else
        *six = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons (port) };
      if (inet_pton (family, address, family == AF_INET ? (void *) &four->sin_addr : (void *) &six->sin6_addr) != 1)
        _exit (1);
      connect (fd, (struct sockaddr *) &there, sizeof there);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  return child;
}

/* A socket at a port of its own, which grants all that may be asked for. */
static int
open_listener (guint16 *port_out)
{
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in6 here = { .sin6_family = AF_INET6 };
  socklen_t size = sizeof here;

  g_assert_no_errno (bind (fd, (struct sockaddr *) &here, sizeof here));
  g_assert_no_errno (listen (fd, 4096));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &here, &size));
  *port_out = ntohs (here.sin6_port);
  return fd;
}

static void
keep_cb (const SluiceConnectEvent *event, gpointer user_data)
{
  g_array_append_val (user_data, *event);
}

static gboolean
is_awake (SluiceConnectTrace *trace)
{
  struct pollfd fd = { .fd = sluice_connect_trace_get_descriptor (trace), .events = POLLIN };

  return poll (&fd, 1, 0) > 0;
}

static const SluiceConnectEvent *
find_event (GArray *events, gboolean begins, guint16 port)
{
  for (guint i = 0; i < events->len; i++)
    {
      const SluiceConnectEvent *event = &g_array_index (events, SluiceConnectEvent, i);

      if (event->begins == begins && event->key.remote_port == port)
        return event;
    }
  return NULL;
}

/* One connection of a child that is gone by the time that it is read of. */
static void
check_connection (int family, const char *address, const char *known_as, gboolean granted)
{
  g_autoptr (SluiceConnectTrace) trace = open_trace ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (SluiceConnectEvent));
  const SluiceConnectEvent *begin, *end;
  SluiceFlowKey key;
  guint16 port;
  int listener;
  pid_t child;

  if (trace == NULL)
    return;
  listener = open_listener (&port);
  if (!granted)
    close (listener);
  g_assert_cmpuint (sluice_connect_trace_read (trace, keep_cb, events), ==, 0);
  g_array_set_size (events, 0);
  child = connect_to (family, address, port);
  g_assert_true (is_awake (trace));
  g_assert_cmpuint (sluice_connect_trace_read (trace, keep_cb, events), ==, 0);
  begin = find_event (events, TRUE, port);
  end = find_event (events, FALSE, port);
  g_assert_nonnull (begin);
  g_assert_nonnull (end);
  g_assert_cmpint (begin->pid, ==, child);
  g_assert_cmpint (begin->tid, ==, child);
  g_assert_cmpuint (begin->socket, ==, end->socket);
  g_assert_cmpint (begin->time, <=, end->time);
  g_assert_cmpint (end->time, <=, g_get_monotonic_time () * 1000 + 1000);
  g_assert_cmpint (end->key.local_port, !=, 0);
  key = make_key (IPPROTO_TCP, known_as, end->key.local_port, known_as, port);
  g_assert_true (sluice_flow_key_equal (&end->key, &key));
  g_assert_true (sluice_address_equal (&begin->key.remote, &key.remote));
  if (granted)
    close (listener);
}

static void
test_ipv4 (void)
{
  check_connection (AF_INET, "127.0.0.1", "127.0.0.1", TRUE);
}

static void
test_ipv6 (void)
{
  check_connection (AF_INET6, "::1", "::1", TRUE);
}

static void
test_mapped (void)
{
  check_connection (AF_INET6, "::ffff:127.0.0.1", "127.0.0.1", TRUE);
}

static void
test_refused (void)
{
  check_connection (AF_INET, "127.0.0.1", "127.0.0.1", FALSE);
}

static void
test_lost (void)
{
  g_autoptr (SluiceConnectTrace) trace = open_trace ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (SluiceConnectEvent));
  struct sockaddr_in there = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  guint64 lost;

  if (trace == NULL)
    return;
  there.sin_port = htons (9);
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 4000; i++)
        {
          int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

          g_assert_cmpint (connect (fd, (struct sockaddr *) &there, sizeof there), ==, -1);
          close (fd);
        }
      lost = sluice_connect_trace_read (trace, keep_cb, events);
    }
  /* The kernel says that it lost some with the first for which there is room again. */
  g_assert_cmpuint (lost, >, 0);
  g_assert_cmpuint (events->len, >, 0);
  g_assert_cmpuint (sluice_connect_trace_read (trace, keep_cb, events), ==, 0);
}

static void
test_pause (void)
{
  g_autoptr (SluiceConnectTrace) trace = open_trace ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (SluiceConnectEvent));
  struct pollfd fd;

  if (trace == NULL)
    return;
  sluice_connect_trace_pause (trace, g_get_monotonic_time () + 200 * 1000);
  connect_to (AF_INET, "127.0.0.1", 9);
  g_assert_false (is_awake (trace));
  fd = (struct pollfd){ .fd = sluice_connect_trace_get_descriptor (trace), .events = POLLIN };
  g_assert_cmpint (poll (&fd, 1, 10000), ==, 1);
  sluice_connect_trace_read (trace, keep_cb, events);
  g_assert_nonnull (find_event (events, TRUE, 9));
  /* It is over. */
  while (is_awake (trace))
    sluice_connect_trace_read (trace, keep_cb, events);
  connect_to (AF_INET, "127.0.0.1", 9);
  g_assert_true (is_awake (trace));
}

static void
test_forbidden (void)
{
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      g_autoptr (GError) error = NULL;

      /* A kernel that asks for no right is another one. */
      if (geteuid () == 0 && setresuid (65534, 65534, 65534) != 0)
        _exit (1);
      if (sluice_connect_trace_new (&error) != NULL)
        _exit (2);
      _exit (error != NULL && g_str_has_suffix (error->message, ".") ? 0 : 3);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connect-trace/reads-where-fields-are", test_format);
  g_test_add_func ("/connect-trace/does-not-read-what-it-does-not-know", test_other_format);
  g_test_add_func ("/connect-trace/says-why-it-may-not", test_forbidden);
  g_test_add_func ("/connect-trace/root/tells-who-connected-though-it-is-gone", test_ipv4);
  g_test_add_func ("/connect-trace/root/tells-it-of-ipv6", test_ipv6);
  g_test_add_func ("/connect-trace/root/tells-it-of-ipv4-in-ipv6", test_mapped);
  g_test_add_func ("/connect-trace/root/tells-it-of-what-is-refused", test_refused);
  g_test_add_func ("/connect-trace/root/counts-what-it-lost", test_lost);
  g_test_add_func ("/connect-trace/root/wakes-nobody-in-a-pause", test_pause);
  return g_test_run ();
}
