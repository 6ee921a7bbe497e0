#pragma once

/* A test on the real kernel runs in a network namespace of its own, so that nothing else moves a byte there. */

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Moves the calling thread into a new network namespace whose loopback is up. Skips the test where that may not be. */
G_GNUC_UNUSED static gboolean
enter_namespace (void)
{
  const char *up[] = { "ip", "link", "set", "lo", "up", NULL };
  g_autoptr (GError) error = NULL;
  int status;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root");
      return FALSE;
    }
  if (unshare (CLONE_NEWNET) != 0)
    {
      g_assert_cmpint (errno, ==, EPERM);
      g_test_skip ("needs the right to make network namespaces");
      return FALSE;
    }
  g_spawn_sync (NULL, (char **) up, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return TRUE;
}

/* Runs one command of iproute2, its words apart by spaces. */
G_GNUC_UNUSED static void
ip (const char *words)
{
  g_autofree char *line = g_strconcat ("ip ", words, NULL);
  g_auto (GStrv) command = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* Sends one datagram there: its port is unreachable where somebody is, and ARP asks in vain where nobody is. */
G_GNUC_UNUSED static void
ping (const char *address)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (9) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (inet_pton (AF_INET, address, &to.sin_addr), ==, 1);
  g_assert_cmpint (sendto (fd, "x", 1, 0, (const struct sockaddr *) &to, sizeof to), ==, 1);
  g_usleep (50 * 1000);
  close (fd);
}

/* Sends datagrams of a byte over the loopback. Somebody listens, or the kernel would answer. */
G_GNUC_UNUSED static void
send_to_itself (guint n)
{
  const struct sockaddr_in to
      = { .sin_family = AF_INET, .sin_port = htons (9), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int sink = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int on = 1;

  /* Whoever looks through /proc at this moment keeps the last one's socket open a little longer. */
  g_assert_cmpint (setsockopt (sink, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ==, 0);
  g_assert_cmpint (bind (sink, (const struct sockaddr *) &to, sizeof to), ==, 0);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (sendto (fd, "x", 1, 0, (const struct sockaddr *) &to, sizeof to), ==, 1);
  close (fd);
  close (sink);
}

/* Whether so many files may be open at once. */
G_GNUC_UNUSED static gboolean
allow_open_files (guint n)
{
  struct rlimit limit = { n, n };

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= n)
    return TRUE;
  limit.rlim_cur = n;
  limit.rlim_max = MAX (limit.rlim_max, n);
  return setrlimit (RLIMIT_NOFILE, &limit) == 0;
}
