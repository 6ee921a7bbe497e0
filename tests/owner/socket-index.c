#include "owner/socket-index.h"

#include <netinet/in.h>
#include <string.h>

#include "flow-key.h"

static guint64 next_cookie;

/* Adds a UDP socket and returns its cookie. */
static guint64
add (SluiceSocketIndex *index, const char *local, guint16 local_port, const char *remote, guint16 remote_port)
{
  SluiceSocket socket = { .cookie = next_cookie + 1, .inode = 101 + next_cookie };

  next_cookie = socket.cookie;
  socket.key = make_key (IPPROTO_UDP, local, local_port, remote, remote_port);
  sluice_socket_index_add (index, &socket);
  return socket.cookie;
}

static SluiceSocketMatch
find_on (SluiceSocketIndex *index, const char *local, const char *remote, GArray *cookies, guint32 *ifindexes, guint n)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  SluiceFlowKey key = make_key (IPPROTO_UDP, local, 53, remote, 4000);
  SluiceSocketScope scope = { ifindexes, n };
  SluiceSocketMatch match = sluice_socket_index_find (index, &key, &scope, entries);

  g_array_set_size (cookies, 0);
  for (guint i = 0; i < entries->len; i++)
    g_array_append_val (cookies, ((SluiceSocketEntry *) g_ptr_array_index (entries, i))->socket.cookie);
  g_assert_cmpint (match == SLUICE_MATCH_NONE, ==, entries->len == 0);
  return match;
}

static void
assert_found (SluiceSocketIndex *index, const char *local, SluiceSocketMatch match, guint64 cookie)
{
  g_autoptr (GArray) cookies = g_array_new (FALSE, FALSE, sizeof (guint64));
  const char *remote = strchr (local, ':') != NULL ? "2001:db8::9" : "192.0.2.9";

  g_assert_cmpint (find_on (index, local, remote, cookies, NULL, 0), ==, match);
  g_assert_cmpuint (cookies->len, ==, cookie != 0);
  if (cookie != 0)
    g_assert_cmpuint (g_array_index (cookies, guint64, 0), ==, cookie);
}

static void
test_nearest (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  guint64 dual, wildcard, local, exact;

  assert_found (index, "192.0.2.1", SLUICE_MATCH_NONE, 0);
  dual = add (index, "::", 53, NULL, 0);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_DUAL_WILDCARD, dual);
  assert_found (index, "2001:db8::1", SLUICE_MATCH_WILDCARD, dual);
  wildcard = add (index, "0.0.0.0", 53, NULL, 0);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_WILDCARD, wildcard);
  local = add (index, "192.0.2.1", 53, NULL, 0);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_LOCAL, local);
  assert_found (index, "192.0.2.2", SLUICE_MATCH_WILDCARD, wildcard);
  exact = add (index, "192.0.2.1", 53, "192.0.2.9", 4000);
  add (index, "192.0.2.1", 53, "192.0.2.9", 4001);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_EXACT, exact);
}

static void
test_mapped (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  guint64 mapped = add (index, "::ffff:192.0.2.1", 53, NULL, 0);

  assert_found (index, "192.0.2.1", SLUICE_MATCH_LOCAL, mapped);
}

static void
test_ipv6_only (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  SluiceSocket socket = { .cookie = 7, .ipv6_only = TRUE, .key = make_key (IPPROTO_UDP, "::", 53, NULL, 0) };

  sluice_socket_index_add (index, &socket);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_NONE, 0);
  assert_found (index, "2001:db8::1", SLUICE_MATCH_WILDCARD, 7);
}

static void
test_shared (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  g_autoptr (GArray) cookies = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < 3; i++)
    add (index, "0.0.0.0", 53, NULL, 0);
  g_assert_cmpint (find_on (index, "192.0.2.1", "192.0.2.9", cookies, NULL, 0), ==, SLUICE_MATCH_WILDCARD);
  g_assert_cmpuint (cookies->len, ==, 3);
}

static void
test_bound (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  g_autoptr (GArray) cookies = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint32 stack[] = { 2, 5 };
  SluiceSocket socket = { .key = make_key (IPPROTO_UDP, "0.0.0.0", 53, NULL, 0) };

  for (guint32 ifindex = 3; ifindex <= 5; ifindex++)
    {
      socket.cookie = socket.bound_ifindex = ifindex;
      sluice_socket_index_add (index, &socket);
    }
  /* Bound to the bridge over the port that it was seen on. */
  find_on (index, "192.0.2.1", "192.0.2.9", cookies, stack, 2);
  g_assert_cmpuint (cookies->len, ==, 1);
  g_assert_cmpuint (g_array_index (cookies, guint64, 0), ==, 5);
  /* None of those that are bound elsewhere. */
  find_on (index, "192.0.2.1", "192.0.2.9", cookies, stack, 1);
  g_assert_cmpuint (cookies->len, ==, 0);
  socket.cookie = socket.bound_ifindex = 2;
  sluice_socket_index_add (index, &socket);
  find_on (index, "192.0.2.1", "192.0.2.9", cookies, stack, 2);
  g_assert_cmpuint (cookies->len, ==, 1);
  g_assert_cmpuint (g_array_index (cookies, guint64, 0), ==, 2);
}

static void
look (SluiceSocketIndex *index, const SluiceSocket *socket, gboolean complete)
{
  sluice_socket_index_begin (index);
  if (socket != NULL)
    sluice_socket_index_add (index, socket);
  sluice_socket_index_end (index, complete);
}

static void
test_life (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  SluiceSocket socket = { .cookie = 7, .inode = 3, .uid = 5, .key = make_key (IPPROTO_UDP, "192.0.2.1", 53, NULL, 0) };

  look (index, &socket, TRUE);
  g_assert_true (sluice_socket_index_get (index, 7)->older);
  /* A list may lack one; an incomplete one says nothing. */
  look (index, NULL, TRUE);
  look (index, NULL, FALSE);
  g_assert_false (sluice_socket_index_get (index, 7)->ended);
  look (index, NULL, TRUE);
  g_assert_true (sluice_socket_index_get (index, 7)->ended);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_LOCAL, 7);
  look (index, NULL, TRUE);
  g_assert_null (sluice_socket_index_get (index, 7));
  assert_found (index, "192.0.2.1", SLUICE_MATCH_NONE, 0);

  look (index, &socket, TRUE);
  g_assert_false (sluice_socket_index_get (index, 7)->older);
  g_assert_cmpuint (sluice_socket_index_get_size (index), ==, 1);
}

static void
test_end (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  SluiceSocket socket
      = { .cookie = 7, .inode = 3, .uid = 5, .state = 1, .key = make_key (IPPROTO_UDP, "192.0.2.1", 53, NULL, 0) };
  SluiceSocket end = { .cookie = 7, .state = 7, .ended = TRUE, .has_info = TRUE, .bytes_sent = 9 };

  look (index, &socket, TRUE);
  end.key = make_key (IPPROTO_UDP, "0.0.0.0", 0, NULL, 0);
  look (index, &end, TRUE);
  g_assert_true (sluice_socket_index_get (index, 7)->ended);
  g_assert_cmpuint (sluice_socket_index_get (index, 7)->socket.inode, ==, 3);
  g_assert_cmpuint (sluice_socket_index_get (index, 7)->socket.uid, ==, 5);
  g_assert_cmpuint (sluice_socket_index_get (index, 7)->socket.bytes_sent, ==, 9);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_LOCAL, 7);
}

static void
test_connected_later (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  SluiceSocket socket = { .cookie = 7, .key = make_key (IPPROTO_UDP, "0.0.0.0", 53, NULL, 0) };
  guint64 other = add (index, "0.0.0.0", 53, NULL, 0);

  sluice_socket_index_add (index, &socket);
  socket.key = make_key (IPPROTO_UDP, "192.0.2.1", 53, "192.0.2.9", 4000);
  sluice_socket_index_add (index, &socket);
  assert_found (index, "192.0.2.1", SLUICE_MATCH_EXACT, 7);
  assert_found (index, "192.0.2.2", SLUICE_MATCH_WILDCARD, other);
}

/* Sockets that share a port, as many as a user may open, cost their number and not its square. */
static void
test_crowd (void)
{
  g_autoptr (SluiceSocketIndex) index = sluice_socket_index_new ();
  g_autoptr (GArray) cookies = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 first = next_cookie + 1;
  gint64 begin = g_get_monotonic_time ();

  sluice_socket_index_begin (index);
  for (guint i = 0; i < 100000; i++)
    add (index, "192.0.2.1", 53, NULL, 0);
  sluice_socket_index_end (index, TRUE);
  g_assert_cmpint (find_on (index, "192.0.2.1", "192.0.2.9", cookies, NULL, 0), ==, SLUICE_MATCH_LOCAL);
  g_assert_cmpuint (cookies->len, ==, SLUICE_SOCKET_MATCHES_MAX);
  /* All but the first and one in the middle are gone. */
  for (guint look = 0; look < 3; look++)
    {
      sluice_socket_index_begin (index);
      for (guint i = 0; i < 2; i++)
        {
          SluiceSocket socket = { .cookie = first + 50000 * i, .inode = 1 };

          socket.key = make_key (IPPROTO_UDP, "192.0.2.1", 53, NULL, 0);
          sluice_socket_index_add (index, &socket);
        }
      sluice_socket_index_end (index, TRUE);
    }
  g_assert_cmpuint (sluice_socket_index_get_size (index), ==, 2);
  find_on (index, "192.0.2.1", "192.0.2.9", cookies, NULL, 0);
  g_assert_cmpuint (cookies->len, ==, 2);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-index/finds-the-socket-that-is-nearest", test_nearest);
  g_test_add_func ("/socket-index/an-ipv4-address-in-an-ipv6-one-is-ipv4", test_mapped);
  g_test_add_func ("/socket-index/one-that-takes-only-ipv6-gets-no-ipv4", test_ipv6_only);
  g_test_add_func ("/socket-index/names-all-that-share-a-port", test_shared);
  g_test_add_func ("/socket-index/one-bound-to-another-interface-is-not-meant", test_bound);
  g_test_add_func ("/socket-index/forgets-what-two-complete-looks-lack", test_life);
  g_test_add_func ("/socket-index/what-ended-keeps-what-it-was", test_end);
  g_test_add_func ("/socket-index/a-socket-that-connects-moves", test_connected_later);
  g_test_add_func ("/socket-index/a-crowd-at-one-port-costs-little-and-is-nobodys", test_crowd);
  return g_test_run ();
}
