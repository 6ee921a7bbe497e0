#include "owner/namespaces.h"

#include "../network-namespace.h"

#include <netinet/in.h>
#include <sys/stat.h>

#include "elsewhere.h"
#include "fake-root.h"

static guint64
own_namespace (void)
{
  struct stat state;

  g_assert_no_errno (stat ("/proc/thread-self/ns/net", &state));
  return state.st_ino;
}

/* How many namespaces have such a socket. */
static guint
count_found (SluiceNamespaces *namespaces)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  const SluiceSocketScope nowhere = { NULL, 0 };
  SluiceAddress loopback, none = { 0 };
  SluiceFlowKey key;
  guint n = 0;

  g_assert_true (sluice_address_parse ("127.0.0.1", &loopback));
  sluice_flow_key_init (&key, IPPROTO_UDP, &loopback, 5353, &none, 0);
  for (guint i = 0; i < sluice_namespaces_get_size (namespaces); i++)
    n += sluice_socket_index_find (sluice_namespaces_get (namespaces, i), &key, &nowhere, entries)
         != SLUICE_MATCH_NONE;
  return n;
}

static void
test_real (void)
{
  g_autoptr (SluiceNamespaces) namespaces = NULL;
  guint64 before;
  pid_t child;
  gint64 now = G_USEC_PER_SEC;
  guint found;

  if (!enter_namespace ())
    return;
  namespaces = sluice_namespaces_new ("/");
  before = own_namespace ();
  sluice_namespaces_read (namespaces, now);
  found = count_found (namespaces);
  child = start_elsewhere ();
  /* It is not searched for again at once. */
  sluice_namespaces_read (namespaces, now + 1000);
  g_assert_cmpuint (count_found (namespaces), ==, found);
  sluice_namespaces_read (namespaces, now += 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_found (namespaces), ==, found + 1);
  g_assert_cmpuint (own_namespace (), ==, before);

  end_elsewhere (child);
  sluice_namespaces_read (namespaces, now += 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_found (namespaces), ==, found);
}

static void
test_none (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceNamespaces) namespaces = NULL;

  fake_root_link (root, "/proc/thread-self/ns/net", "net:[5]");
  fake_root_process (root, &(FakeProcess){ .pid = 10 });
  fake_root_link (root, "/proc/10/ns/net", "net:[5]");
  namespaces = sluice_namespaces_new (root->path);
  g_assert_false (sluice_namespaces_see_all (namespaces));
  sluice_namespaces_read (namespaces, 1);
  g_assert_true (sluice_namespaces_see_all (namespaces));
  g_assert_cmpuint (sluice_namespaces_get_size (namespaces), ==, 0);
}

static void
test_closed (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceNamespaces) namespaces = NULL;

  fake_root_link (root, "/proc/thread-self/ns/net", "net:[5]");
  fake_root_process (root, &(FakeProcess){ .pid = 10 });
  fake_root_link (root, "/proc/10/ns/net", "net:[6]");
  fake_root_process (root, &(FakeProcess){ .pid = 11 });
  fake_root_link (root, "/proc/11/ns/net", "nonsense");
  namespaces = sluice_namespaces_new (root->path);
  sluice_namespaces_read (namespaces, 1);
  g_assert_false (sluice_namespaces_see_all (namespaces));
  g_assert_cmpuint (sluice_namespaces_get_size (namespaces), ==, 0);
}

static void
test_no_proc (void)
{
  g_autoptr (SluiceNamespaces) namespaces = sluice_namespaces_new ("/nonexistent");

  sluice_namespaces_read (namespaces, 1);
  g_assert_false (sluice_namespaces_see_all (namespaces));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/namespaces/sees-all-where-there-is-no-other", test_none);
  g_test_add_func ("/namespaces/knows-that-one-could-not-be-entered", test_closed);
  g_test_add_func ("/namespaces/sees-nothing-without-proc", test_no_proc);
  g_test_add_func ("/namespaces/root/lists-the-sockets-of-another-and-stays-where-it-is", test_real);
  return g_test_run ();
}
