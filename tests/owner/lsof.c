#include "owner/lsof.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  SluiceSocket socket;
  gint32 pid;
} Held;

static void
add_cb (const SluiceSocket *socket, gint32 pid, gpointer user_data)
{
  Held held = { *socket, pid };

  g_array_append_val ((GArray *) user_data, held);
}

/* What it says; "~" stands for NUL. */
static GArray *
parse (const char *text, gboolean valid)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Held));
  g_autofree char *bytes = g_strdup (text);
  gsize length = strlen (bytes);

  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '~')
      bytes[i] = '\0';
  g_assert_cmpint (sluice_lsof_parse (bytes, length, add_cb, found), ==, valid);
  return found;
}

static void
assert_held (GArray *found, guint i, gint32 pid, const char *local, const char *remote)
{
  const Held *held = &g_array_index (found, Held, i);
  char text[SLUICE_ADDRESS_TEXT_MAX];

  g_assert_cmpuint (i, <, found->len);
  g_assert_cmpint (held->pid, ==, pid);
  g_assert_cmpstr (sluice_address_to_endpoint (&held->socket.key.local, held->socket.key.local_port, text), ==, local);
  if (remote == NULL)
    g_assert_cmpint (held->socket.key.remote.family, ==, SLUICE_FAMILY_NONE);
  else
    g_assert_cmpstr (sluice_address_to_endpoint (&held->socket.key.remote, held->socket.key.remote_port, text), ==,
                     remote);
}

static void
test_form (void)
{
  g_autoptr (GArray) found = parse ("p44~u1000~\n"
                                    "f3~tIPv4~d3685111~PTCP~n127.0.0.1:5999~TST=LISTEN~\n"
                                    "f4~tIPv4~d3685112~PTCP~n127.0.0.1:34034->127.0.0.1:5999~TST=ESTABLISHED~\n"
                                    "p45~u0~\n"
                                    "f5~tIPv6~d3685113~PUDP~n*:5998~\n"
                                    "f6~tIPv6~d3685114~PUDP~n[fe80::1%eth0]:546->[2001:db8::2]:547~\n"
                                    "f7~tIPv4~d3685115~PICMP~n*:1~\n"
                                    "f8~tIPv4~d3685116~PUDP~n*:*~\n",
                                    TRUE);

  g_assert_cmpuint (found->len, ==, 4);
  assert_held (found, 0, 44, "127.0.0.1:5999", NULL);
  g_assert_cmpuint (g_array_index (found, Held, 0).socket.state, ==, 10);
  g_assert_cmpuint (g_array_index (found, Held, 0).socket.inode, ==, 3685111);
  g_assert_cmpuint (g_array_index (found, Held, 0).socket.uid, ==, 1000);
  assert_held (found, 1, 44, "127.0.0.1:34034", "127.0.0.1:5999");
  g_assert_cmpuint (g_array_index (found, Held, 1).socket.state, ==, 1);
  assert_held (found, 2, 45, "[::]:5998", NULL);
  g_assert_cmpuint (g_array_index (found, Held, 2).socket.key.protocol, ==, IPPROTO_UDP);
  assert_held (found, 3, 45, "[fe80::1]:546", "[2001:db8::2]:547");
}

static void
test_elsewhere (void)
{
  /* The device of a system whose kernel shows addresses; one socket in two processes is one. */
  g_autoptr (GArray) found = parse ("p4~u1~\nf3~tIPv4~d0xfa5d3b2c1~PUDP~n10.0.0.1:1~\n"
                                    "p5~u1~\nf3~tIPv4~d0xfa5d3b2c1~PUDP~n10.0.0.1:1~\n"
                                    "f9~tIPv4~PUDP~n10.0.0.1:1~\n",
                                    TRUE);

  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpuint (g_array_index (found, Held, 0).socket.cookie, ==, g_array_index (found, Held, 1).socket.cookie);
  g_assert_cmpuint (g_array_index (found, Held, 0).socket.cookie, !=, g_array_index (found, Held, 2).socket.cookie);
}

static void
test_hostile (void)
{
  static const char *const nothing[] = {
    "",
    "\n",
    "f3~tIPv4~PTCP~n10.0.0.1:80~\n", /* nobody's */
    "p1~\nf3~tIPv4~PTCP~n10.0.0.1:99999~\n",
    "p1~\nf3~tIPv4~PTCP~n10.0.0.1:~\n",
    "p1~\nf3~tIPv4~PTCP~n10.0.0.1:8x~\n",
    "p1~\nf3~tIPv4~PTCP~n10.0.0.1~\n",
    "p1~\nf3~tIPv4~PTCP~nevil name->10.0.0.1:80~\n",
    "p1~\nf3~tIPv4~PTCP~n->~\n",
    "p1~\nf3~tIPv6~PTCP~n[]:80~\n",
    "p1~\nf3~tIPv6~PTCP~n[10:80~\n",
    "p1~\nf3~tIPv4~PTCP~n~\n",
    "p1~\nf3~tunix~PTCP~n10.0.0.1:80~\n",
    "p0~\nf3~tIPv4~PTCP~n10.0.0.1:80~\n",
    "p1~\nf3~tIPv4~PTCP~n123456789012345678901234567890123456789012345678901234567890123456789:80~\n",
  };
  static const char *const bent[] = {
    "p1",    "px~\n", "p-1~\n", "p99999999999~\n", "p1~u-4~\n", "p1~\n3~\n", "<html>~\n", "p1~\nf3~tIPv4~n10.0.0.1:1",
    "p1~\x01~",
  };

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      g_autoptr (GArray) found = parse (nothing[i], TRUE);

      g_assert_cmpuint (found->len, ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bent); i++)
    {
      g_autoptr (GArray) found = parse (bent[i], FALSE);

      g_assert_cmpuint (found->len, ==, 0);
    }
}

/* Waits for a whole list. */
static GArray *
list (SluiceLsof *lsof, GError **error)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Held));

  for (guint i = 0; i < 200; i++)
    if (sluice_lsof_list (lsof, 100000, add_cb, found, error) || *error != NULL)
      break;
  return found;
}

static void
test_real (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (NULL, &error);
  int server = socket (AF_INET, SOCK_STREAM, 0);
  int packets = socket (AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
  socklen_t size = sizeof here, size6 = sizeof any;

  if (lsof == NULL)
    {
      g_test_skip ("needs lsof");
      close (server);
      close (packets);
      return;
    }
  g_assert_no_errno (bind (server, (struct sockaddr *) &here, sizeof here));
  g_assert_no_errno (listen (server, 1));
  g_assert_no_errno (getsockname (server, (struct sockaddr *) &here, &size));
  g_assert_no_errno (bind (packets, (struct sockaddr *) &any, sizeof any));
  g_assert_no_errno (getsockname (packets, (struct sockaddr *) &any, &size6));

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GArray) found = list (lsof, &error);
      guint n = 0;

      g_assert_no_error (error);
      for (guint i = 0; i < found->len; i++)
        {
          const Held *held = &g_array_index (found, Held, i);
          struct stat state;

          if (held->pid != getpid ())
            continue;
          g_assert_no_errno (fstat (held->socket.key.protocol == IPPROTO_TCP ? server : packets, &state));
          g_assert_cmpuint (held->socket.inode, ==, state.st_ino);
          g_assert_cmpuint (held->socket.uid, ==, getuid ());
          g_assert_cmpuint (held->socket.key.local_port, ==,
                            ntohs (held->socket.key.protocol == IPPROTO_TCP ? here.sin_port : any.sin6_port));
          n++;
        }
      g_assert_cmpuint (n, ==, 2);
    }
  close (server);
  close (packets);
}

static char *
write_program (const char *script)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("lsof-XXXXXX", &path, NULL);

  g_assert_cmpint (write (fd, script, strlen (script)), ==, (gssize) strlen (script));
  g_assert_no_errno (fchmod (fd, 0700));
  close (fd);
  return g_steal_pointer (&path);
}

static void
test_slow (void)
{
  g_autofree char *path = write_program ("#!/bin/sh\nexec sleep 5\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (path, &error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Held));
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < 5; i++)
    {
      g_assert_false (sluice_lsof_list (lsof, 10000, add_cb, found, &error));
      g_assert_no_error (error);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 2 * G_USEC_PER_SEC);
  g_assert_no_errno (unlink (path));
}

/* Looks after it until nothing more is wanted; how many whole lists there were. */
static guint
hurry (SluiceLsof *lsof, GArray *found)
{
  guint n = 0;
  gint64 next;

  do
    {
      gboolean listed;

      next = sluice_lsof_hurry (lsof, g_get_monotonic_time (), add_cb, found, &listed);
      n += listed;
      g_usleep (1000);
    }
  while (next != 0);
  return n;
}

static void
test_hurry (void)
{
  g_autofree char *path
    = write_program ("#!/bin/sh\nsleep 0.05\nprintf 'p1\\0u0\\0\\nf3\\0tIPv4\\0PUDP\\0d7\\0n192.0.2.1:53\\0\\n'\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (path, &error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Held));
  gint64 begin = g_get_monotonic_time ();
  gint64 next;
  gboolean listed;

  /* It runs for those only who ask. */
  g_assert_no_error (error);
  g_assert_false (sluice_lsof_is_awaited (lsof, begin));
  g_assert_cmpuint (hurry (lsof, found), ==, 0);
  sluice_lsof_want (lsof, begin);
  g_assert_true (sluice_lsof_is_awaited (lsof, G_MAXINT64));
  g_assert_cmpuint (hurry (lsof, found), ==, 1);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_false (sluice_lsof_is_awaited (lsof, G_MAXINT64));

  /* One that runs already may have missed what is asked for now: another follows, after a pause. */
  begin = g_get_monotonic_time ();
  sluice_lsof_want (lsof, begin);
  next = sluice_lsof_hurry (lsof, begin, add_cb, found, &listed);
  g_assert_cmpint (next, >, begin);
  g_assert_cmpint (sluice_lsof_hurry (lsof, next, add_cb, found, &listed), >, next);
  g_assert_false (listed);
  sluice_lsof_want (lsof, g_get_monotonic_time ());
  g_assert_cmpuint (hurry (lsof, found), ==, 2);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 2 * 50000);
  g_assert_no_errno (unlink (path));
}

static void
test_no_wait (void)
{
  g_autofree char *path = write_program ("#!/bin/sh\nexec sleep 5\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (path, &error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Held));
  gint64 begin = g_get_monotonic_time ();
  gboolean listed;

  sluice_lsof_want (lsof, begin);
  while (sluice_lsof_is_awaited (lsof, begin))
    {
      g_assert_cmpint (sluice_lsof_hurry (lsof, g_get_monotonic_time (), add_cb, found, &listed), >, begin);
      g_assert_false (listed);
      g_usleep (10000);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 3 * G_USEC_PER_SEC);
  g_assert_no_errno (unlink (path));
}

static void
test_hurry_faults (void)
{
  g_autofree char *path = write_program ("#!/bin/sh\necho '<html>'\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (path, &error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Held));

  sluice_lsof_want (lsof, g_get_monotonic_time ());
  g_assert_cmpuint (hurry (lsof, found), ==, 0);
  g_assert_false (sluice_lsof_is_awaited (lsof, G_MAXINT64));
  g_assert_no_errno (unlink (path));
  sluice_lsof_want (lsof, g_get_monotonic_time ());
  g_assert_cmpuint (hurry (lsof, found), ==, 0);
  g_assert_false (sluice_lsof_is_awaited (lsof, G_MAXINT64));
}

static void
test_faults (void)
{
  g_autofree char *path = write_program ("#!/bin/sh\necho '<html>'\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (path, &error);
  g_autoptr (GArray) found = list (lsof, &error);
  g_autoptr (SluiceLsof) none = NULL;

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_no_errno (unlink (path));
  none = sluice_lsof_new (path, &error);
  g_assert_no_error (error);
  g_assert_false (sluice_lsof_list (none, 1000, add_cb, found, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (found->len, ==, 0);
}

static void
test_killed (void)
{
  g_autofree char *path = write_program ("#!/bin/sh\nprintf 'p1\\0u0\\0\\n'\nexec >&-\nsleep 0.1\nkill -9 $$\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLsof) lsof = sluice_lsof_new (path, &error);
  g_autoptr (GArray) found = NULL;

  g_assert_no_error (error);
  found = list (lsof, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, strsignal (SIGKILL)));
  g_assert_no_errno (unlink (path));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lsof/reads-sockets-and-who-holds-them", test_form);
  g_test_add_func ("/lsof/reads-what-other-systems-print", test_elsewhere);
  g_test_add_func ("/lsof/takes-nothing-from-hostile-output", test_hostile);
  g_test_add_func ("/lsof/real/shows-this-programs-own-sockets", test_real);
  g_test_add_func ("/lsof/real/does-not-wait-for-one-that-hangs", test_slow);
  g_test_add_func ("/lsof/real/runs-between-two-ticks-for-those-who-ask", test_hurry);
  g_test_add_func ("/lsof/real/is-not-awaited-when-it-takes-long", test_no_wait);
  g_test_add_func ("/lsof/real/is-not-awaited-when-it-fails", test_hurry_faults);
  g_test_add_func ("/lsof/real/says-what-went-wrong", test_faults);
  g_test_add_func ("/lsof/real/takes-no-list-of-one-that-was-killed", test_killed);
  return g_test_run ();
}
