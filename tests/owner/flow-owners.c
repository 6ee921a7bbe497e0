#include "owner/flow-owners.h"

#include "../network-namespace.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "elsewhere.h"
#include "fake-root.h"
#include "flow-key.h"

static const SluiceSocketScope nowhere;

static void
add (SluiceFlowOwners *owners, guint64 cookie, guint64 inode, gboolean ended)
{
  SluiceSocket socket = { .cookie = cookie, .inode = inode, .uid = geteuid (), .ended = ended };

  socket.key = make_key (IPPROTO_UDP, "0.0.0.0", 53, NULL, 0);
  sluice_flow_owners_add (owners, &socket);
}

/* A root with two processes of one program and one of another; the sockets 100, 200 and 300 are theirs. */
static FakeRoot *
make_root (void)
{
  FakeRoot *root = fake_root_new ();

  fake_root_process (root, &(FakeProcess){ .pid = 10, .start_time = 5, .executable = "/usr/bin/server" });
  fake_root_process (root, &(FakeProcess){ .pid = 11, .start_time = 4, .executable = "/usr/bin/server" });
  fake_root_process (root, &(FakeProcess){ .pid = 12, .start_time = 3, .executable = "/usr/bin/other" });
  fake_root_socket (root, 10, 3, 100);
  fake_root_socket (root, 11, 3, 200);
  fake_root_socket (root, 12, 3, 300);
  return root;
}

static SluiceFlowOwner
find (SluiceFlowOwners *owners)
{
  SluiceFlowKey key = make_key (IPPROTO_UDP, "192.0.2.1", 53, "192.0.2.9", 4000);
  SluiceFlowOwner owner;

  sluice_flow_owners_find (owners, &key, &nowhere, &owner);
  return owner;
}

static void
end (SluiceFlowOwners *owners)
{
  g_autofree char *fault = NULL;

  sluice_flow_owners_end (owners, TRUE, G_USEC_PER_SEC, &fault);
  g_assert_null (fault);
}

static void
test_one_program (void)
{
  g_autoptr (FakeRoot) root = make_root ();
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new (root->path, SLUICE_SOCKETS_BY_CALLER);

  sluice_flow_owners_begin (owners);
  add (owners, 1, 100, FALSE);
  add (owners, 2, 200, FALSE);
  end (owners);
  g_assert_cmpint (find (owners).program->pid, ==, 11);
  g_assert_cmpuint (find (owners).entry->socket.cookie, ==, 2);
  g_assert_cmpint (find (owners).match, ==, SLUICE_MATCH_WILDCARD);
}

static void
test_several_programs (void)
{
  g_autoptr (FakeRoot) root = make_root ();
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new (root->path, SLUICE_SOCKETS_BY_CALLER);

  sluice_flow_owners_begin (owners);
  add (owners, 1, 100, FALSE);
  add (owners, 3, 300, FALSE);
  end (owners);
  g_assert_null (find (owners).program);
  g_assert_nonnull (find (owners).entry);
  /* Once one of them has closed its socket, it is clear. */
  sluice_flow_owners_begin (owners);
  add (owners, 1, 100, FALSE);
  add (owners, 3, 0, TRUE);
  end (owners);
  g_assert_cmpint (find (owners).program->pid, ==, 10);
}

static void
test_unknown_among_them (void)
{
  g_autoptr (FakeRoot) root = make_root ();
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new (root->path, SLUICE_SOCKETS_BY_CALLER);

  sluice_flow_owners_begin (owners);
  add (owners, 1, 100, FALSE);
  add (owners, 4, 400, FALSE);
  end (owners);
  g_assert_null (find (owners).program);
}

static void
test_fault (void)
{
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new ("/nonexistent", SLUICE_SOCKETS_BY_CALLER);
  g_autofree char *fault = NULL;

  sluice_flow_owners_begin (owners);
  add (owners, 1, 100, FALSE);
  sluice_flow_owners_end (owners, TRUE, 1, &fault);
  g_assert_nonnull (fault);
  g_assert_null (find (owners).program);
}

static int
make_bound (int family, int type, guint16 *port, gboolean reuse)
{
  int fd = socket (family, type | SOCK_CLOEXEC, 0);
  struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons (*port) };
  struct sockaddr_in any4 = { .sin_family = AF_INET, .sin_port = htons (*port) };
  socklen_t size = sizeof any;
  int yes = 1;

  if (reuse)
    g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes));
  if (family == AF_INET6)
    g_assert_no_errno (bind (fd, (struct sockaddr *) &any, sizeof any));
  else
    g_assert_no_errno (bind (fd, (struct sockaddr *) &any4, sizeof any4));
  if (type == SOCK_STREAM)
    g_assert_no_errno (listen (fd, 8));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &any, &size));
  *port = ntohs (any.sin6_port);
  return fd;
}

static int
make_connected (int type, guint16 port, guint16 *local_port)
{
  struct sockaddr_in there
      = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, type | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof there;

  g_assert_no_errno (connect (fd, (struct sockaddr *) &there, sizeof there));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &there, &size));
  *local_port = ntohs (there.sin_port);
  return fd;
}

static void
assert_own (SluiceFlowOwners *owners, const SluiceFlowKey *key, SluiceSocketMatch match)
{
  SluiceFlowOwner owner;

  sluice_flow_owners_find (owners, key, &nowhere, &owner);
  g_assert_cmpint (owner.match, ==, match);
  g_assert_nonnull (owner.program);
  g_assert_cmpint (owner.program->pid, ==, getpid ());
}

/* Sockets of every kind, by one of the ways in which they are listed. */
static void
check_kinds (SluiceSocketsWay way)
{
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new ("/", way);
  g_autofree char *fault = NULL;
  guint16 udp = 0, dual = 0, tcp = 0, client_port, connected_port;
  int fds[] = { make_bound (AF_INET, SOCK_DGRAM, &udp, TRUE), make_bound (AF_INET, SOCK_DGRAM, &udp, TRUE),
                make_bound (AF_INET6, SOCK_DGRAM, &dual, FALSE), make_bound (AF_INET6, SOCK_STREAM, &tcp, FALSE) };
  int client = make_connected (SOCK_STREAM, tcp, &client_port);
  int connected = make_connected (SOCK_DGRAM, udp, &connected_port);
  int server = accept (fds[3], NULL, NULL);
  SluiceFlowKey keys[] = {
    make_key (IPPROTO_UDP, "127.0.0.1", udp, "127.0.0.1", 999),
    make_key (IPPROTO_UDP, "127.0.0.1", dual, "127.0.0.1", 999),
    make_key (IPPROTO_TCP, "127.0.0.1", tcp, "127.0.0.1", 999),
    make_key (IPPROTO_TCP, "127.0.0.1", tcp, "127.0.0.1", client_port),
    make_key (IPPROTO_TCP, "127.0.0.1", client_port, "127.0.0.1", tcp),
    make_key (IPPROTO_UDP, "127.0.0.1", connected_port, "127.0.0.1", udp),
  };
  static const SluiceSocketMatch matches[]
      = { SLUICE_MATCH_WILDCARD, SLUICE_MATCH_DUAL_WILDCARD, SLUICE_MATCH_DUAL_WILDCARD,
          SLUICE_MATCH_EXACT,    SLUICE_MATCH_EXACT,         SLUICE_MATCH_EXACT };

  for (guint i = 0; i < 500 && sluice_socket_index_get_size (sluice_flow_owners_get_index (owners)) == 0; i++)
    sluice_flow_owners_read (owners, G_USEC_PER_SEC + i, &fault);
  g_assert_null (fault);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    assert_own (owners, &keys[i], matches[i]);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  close (client);
  close (server);
  close (connected);
}

static void
test_kernel (void)
{
  check_kinds (SLUICE_SOCKETS_BEST);
}

static void
test_lsof (void)
{
  if (access ("/usr/bin/lsof", X_OK) != 0)
    {
      g_test_skip ("needs lsof");
      return;
    }
  check_kinds (SLUICE_SOCKETS_LSOF);
  g_setenv ("SLUICE_SOCKETS", "lsof", TRUE);
  check_kinds (SLUICE_SOCKETS_BEST);
  g_unsetenv ("SLUICE_SOCKETS");
}

/* Nothing was listed yet when these began. */
static void
test_expected (void)
{
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  guint16 udp = 0, tcp = 0, client_port;
  int packets = make_bound (AF_INET6, SOCK_DGRAM, &udp, FALSE);
  int listener = make_bound (AF_INET, SOCK_STREAM, &tcp, FALSE);
  int client = make_connected (SOCK_STREAM, tcp, &client_port);
  int server = accept (listener, NULL, NULL);
  SluiceFlowKey keys[] = {
    make_key (IPPROTO_UDP, "127.0.0.1", udp, "127.0.0.1", 999),
    make_key (IPPROTO_TCP, "127.0.0.1", client_port, "127.0.0.1", tcp),
    make_key (IPPROTO_TCP, "127.0.0.1", tcp, "127.0.0.1", client_port),
    make_key (IPPROTO_TCP, "127.0.0.1", 9, "127.0.0.1", 9),
  };
  gint64 now = G_USEC_PER_SEC;
  SluiceFlowOwner owner;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    sluice_flow_owners_expect (owners, &keys[i], &nowhere, now);
  for (guint i = 0; i < 40; i++)
    sluice_flow_owners_hurry (owners, now += G_USEC_PER_SEC);
  assert_own (owners, &keys[0], SLUICE_MATCH_DUAL_WILDCARD);
  assert_own (owners, &keys[1], SLUICE_MATCH_EXACT);
  assert_own (owners, &keys[2], SLUICE_MATCH_EXACT);
  sluice_flow_owners_find (owners, &keys[3], &nowhere, &owner);
  g_assert_cmpint (owner.match, ==, SLUICE_MATCH_NONE);
  close (packets);
  close (listener);
  close (client);
  close (server);
}

/* They are found between two looks, and forgotten when no list of lsof's has them any more. */
static void
test_lsof_between (void)
{
  g_autoptr (SluiceFlowOwners) owners = NULL;
  guint16 tcp = 0, client_port;
  int listener = make_bound (AF_INET, SOCK_STREAM, &tcp, FALSE);
  int client = make_connected (SOCK_STREAM, tcp, &client_port);
  SluiceFlowKey key = make_key (IPPROTO_TCP, "127.0.0.1", client_port, "127.0.0.1", tcp);
  SluiceFlowOwner owner;
  guint round = 0;

  if (access ("/usr/bin/lsof", X_OK) != 0)
    {
      g_test_skip ("needs lsof");
      return;
    }
  owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_LSOF);
  g_assert_false (sluice_flow_owners_are_awaited (owners, G_MAXINT64));
  sluice_flow_owners_expect (owners, &key, &nowhere, g_get_monotonic_time ());
  g_assert_true (sluice_flow_owners_are_awaited (owners, G_MAXINT64));
  while (sluice_flow_owners_hurry (owners, g_get_monotonic_time ()) != 0)
    g_usleep (1000);
  g_assert_false (sluice_flow_owners_are_awaited (owners, G_MAXINT64));
  assert_own (owners, &key, SLUICE_MATCH_EXACT);
  close (client);
  close (listener);
  do
    {
      g_autofree char *fault = NULL;

      sluice_flow_owners_read (owners, g_get_monotonic_time (), &fault);
      g_assert_null (fault);
      while (sluice_flow_owners_hurry (owners, g_get_monotonic_time ()) != 0)
        g_usleep (1000);
      sluice_flow_owners_find (owners, &key, &nowhere, &owner);
    }
  while (owner.match == SLUICE_MATCH_EXACT && ++round < 10);
  g_assert_cmpuint (round, >=, 1);
  g_assert_cmpuint (round, <, 6);
}

static void
test_not_accepted (void)
{
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  g_autofree char *fault = NULL;
  guint16 tcp = 0, client_port;
  int listener = make_bound (AF_INET6, SOCK_STREAM, &tcp, FALSE);
  int client = make_connected (SOCK_STREAM, tcp, &client_port);
  SluiceFlowKey key = make_key (IPPROTO_TCP, "127.0.0.1", tcp, "127.0.0.1", client_port);

  sluice_flow_owners_read (owners, G_USEC_PER_SEC, &fault);
  g_assert_null (fault);
  assert_own (owners, &key, SLUICE_MATCH_EXACT);
  close (listener);
  close (client);
}

static void
test_rate (void)
{
  g_autoptr (SluiceFlowOwners) owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  gint64 begin = g_get_monotonic_time (), spent;

  for (guint i = 0; i < 100000; i++)
    {
      SluiceFlowKey key
          = make_key (IPPROTO_TCP, "127.0.0.1", (guint16) (1 + i % 60000), "127.0.0.2", (guint16) (1 + i / 60000));

      sluice_flow_owners_expect (owners, &key, &nowhere, begin);
      if (i % 100 == 0)
        sluice_flow_owners_hurry (owners, begin);
    }
  spent = g_get_monotonic_time () - begin;
  g_test_message ("100,000 new flows in one moment took %.1f ms", spent / 1000.0);
  g_assert_cmpint (spent, <, G_USEC_PER_SEC);
}

static void
test_elsewhere (void)
{
  g_autoptr (SluiceFlowOwners) owners = NULL;
  SluiceFlowKey keys[] = { make_key (IPPROTO_UDP, "127.0.0.1", 5353, "10.9.8.7", 999),
                           make_key (IPPROTO_UDP, "10.9.8.7", 999, "127.0.0.1", 5353) };
  SluiceFlowOwner owner;
  pid_t child;

  if (!enter_namespace ())
    return;
  child = start_elsewhere ();
  owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      sluice_flow_owners_find (owners, &keys[i], &nowhere, &owner);
      g_assert_cmpint (owner.match, ==, SLUICE_MATCH_NONE);
      sluice_flow_owners_find_elsewhere (owners, &keys[i], &nowhere, G_USEC_PER_SEC, &owner);
      g_assert_true (owner.elsewhere);
      g_assert_nonnull (owner.program);
      g_assert_cmpint (owner.program->pid, ==, child);
    }
  end_elsewhere (child);
}

/* Connects 127.0.0.1:4001 to 127.0.0.1:4000, both of which are here, and waits to be told to end. */
static void G_GNUC_NORETURN
connect_and_wait (int ready, int wait)
{
  struct sockaddr_in ends[2] = {
    { .sin_family = AF_INET, .sin_port = htons (4000), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) },
    { .sin_family = AF_INET, .sin_port = htons (4001), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) },
  };
  int listener = socket (AF_INET, SOCK_STREAM, 0), client = socket (AF_INET, SOCK_STREAM, 0);
  char byte;

  if (bind (listener, (struct sockaddr *) &ends[0], sizeof ends[0]) != 0 || listen (listener, 1) != 0
      || bind (client, (struct sockaddr *) &ends[1], sizeof ends[1]) != 0
      || connect (client, (struct sockaddr *) &ends[0], sizeof ends[0]) != 0 || write (ready, "r", 1) != 1)
    _exit (1);
  _exit (read (wait, &byte, 1) == 0 ? 0 : 1);
}

/* A child that lives while it is heard of, and no longer; before it there is nothing to be seen of it. */
static pid_t
hear_of_child (SluiceFlowOwners *owners, gboolean elsewhere)
{
  int ready[2], wait[2];
  char byte = 0;
  pid_t child;

  g_assert_no_errno (pipe (ready));
  g_assert_no_errno (pipe (wait));
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (wait[1]);
      if (elsewhere && !enter_namespace ())
        _exit (1);
      connect_and_wait (ready[1], wait[0]);
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  sluice_flow_owners_listen (owners);
  close (wait[1]);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  close (wait[0]);
  close (ready[0]);
  close (ready[1]);
  return child;
}

/* Nothing was looked at while it was there. */
static void
test_opener_gone (void)
{
  SluiceFlowKey key = make_key (IPPROTO_TCP, "127.0.0.1", 4001, "127.0.0.1", 4000);
  g_autoptr (SluiceFlowOwners) owners = NULL;
  g_autofree char *fault = NULL;
  SluiceFlowOwner owner;
  pid_t child;

  if (!enter_namespace ())
    return;
  owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  if (sluice_flow_owners_get_descriptor (owners) < 0)
    {
      g_test_skip ("needs the right to hear who connects");
      return;
    }
  sluice_flow_owners_read (owners, G_USEC_PER_SEC, &fault);
  hear_of_child (owners, TRUE);
  sluice_flow_owners_find (owners, &key, &nowhere, &owner);
  g_assert_null (owner.program);
  child = hear_of_child (owners, FALSE);
  sluice_flow_owners_find (owners, &key, &nowhere, &owner);
  g_assert_nonnull (owner.program);
  g_assert_cmpint (owner.program->pid, ==, child);
  g_assert_cmpint (owner.match, ==, SLUICE_MATCH_EXACT);
  g_assert_null (owner.entry);
  /* Now it is known that such a socket has ended here. */
  sluice_flow_owners_read (owners, 2 * G_USEC_PER_SEC, &fault);
  sluice_flow_owners_find (owners, &key, &nowhere, &owner);
  g_assert_nonnull (owner.program);
  g_assert_cmpint (owner.program->pid, ==, child);
  for (guint i = 3; i < 5; i++)
    sluice_flow_owners_read (owners, i * G_USEC_PER_SEC, &fault);
  sluice_flow_owners_find (owners, &key, &nowhere, &owner);
  g_assert_cmpint (owner.match, ==, SLUICE_MATCH_NONE);
  g_assert_null (fault);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-owners/sockets-of-one-program-that-share-a-port-are-its", test_one_program);
  g_test_add_func ("/flow-owners/does-not-guess-between-two-programs", test_several_programs);
  g_test_add_func ("/flow-owners/does-not-guess-where-one-of-them-is-unknown", test_unknown_among_them);
  g_test_add_func ("/flow-owners/says-why-it-cannot-tell", test_fault);
  g_test_add_func ("/flow-owners/real/finds-sockets-of-every-kind", test_kernel);
  g_test_add_func ("/flow-owners/real/finds-them-by-lsof-as-well", test_lsof);
  g_test_add_func ("/flow-owners/real/finds-by-lsof-between-two-looks-and-forgets", test_lsof_between);
  g_test_add_func ("/flow-owners/real/finds-what-began-between-two-looks", test_expected);
  g_test_add_func ("/flow-owners/real/a-connection-that-waits-is-its-listeners", test_not_accepted);
  g_test_add_func ("/flow-owners/real/a-flood-of-new-flows-costs-little", test_rate);
  g_test_add_func ("/flow-owners/root/a-program-that-is-gone-owns-what-it-opened", test_opener_gone);
  g_test_add_func ("/flow-owners/root/finds-a-program-in-another-namespace", test_elsewhere);
  return g_test_run ();
}
