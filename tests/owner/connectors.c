#include "owner/connectors.h"

#include <netinet/in.h>
#include <unistd.h>

#include "fake-root.h"
#include "flow-key.h"

#define HERE "net:[4026531840]"
#define ELSEWHERE "net:[4026532222]"

/* Ticks since boot at which the processes began: long ago. */
#define LONG_AGO 5

typedef struct
{
  FakeRoot *root;
  SluiceOwnerTable *table;
  SluiceConnectors *connectors;
  gint64 time; /* ns */
} Fixture;

static void
add_process (Fixture *f, gint32 pid, guint64 start_time, const char *executable, const char *network)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/ns/net", pid);

  fake_root_process (f->root, &(FakeProcess){ .pid = pid, .start_time = start_time, .executable = executable });
  fake_root_link (f->root, path, network);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *own = g_strdup_printf ("%d", (int) getpid ());

  f->root = fake_root_new ();
  fake_root_remove (f->root, "/proc/self");
  fake_root_link (f->root, "/proc/self", own);
  fake_root_link (f->root, "/proc/thread-self/ns/net", HERE);
  add_process (f, 10, LONG_AGO, "/usr/bin/fetch", HERE);
  add_process (f, 11, LONG_AGO, "/usr/bin/other", HERE);
  add_process (f, 12, LONG_AGO, "/usr/bin/fetch", ELSEWHERE);
  f->table = sluice_owner_table_new (f->root->path);
  f->connectors = sluice_connectors_new (f->table);
  sluice_connectors_begin (f->connectors);
  f->time = g_get_monotonic_time () * 1000;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sluice_connectors_free (f->connectors);
  sluice_owner_table_free (f->table);
  fake_root_free (f->root);
}

static SluiceFlowKey
key_of (guint16 port)
{
  return make_key (IPPROTO_TCP, "192.0.2.1", port, "192.0.2.9", 80);
}

static void
begin (Fixture *f, guint64 socket, gint32 pid, gint64 time)
{
  SluiceConnectEvent event = { .socket = socket, .begins = TRUE, .pid = pid, .tid = pid, .time = time };

  event.key = key_of (0);
  sluice_connectors_hear (f->connectors, &event, TRUE, time / 1000);
}

static void
end (Fixture *f, guint64 socket, guint16 port, gint64 time)
{
  SluiceConnectEvent event = { .socket = socket, .pid = 11, .tid = 11, .time = time };

  event.key = key_of (port);
  sluice_connectors_hear (f->connectors, &event, TRUE, time / 1000);
}

static gint32
find (Fixture *f, guint16 port)
{
  SluiceFlowKey key = key_of (port);
  SluiceProgram *program = sluice_connectors_find (f->connectors, &key);

  return program != NULL ? program->pid : 0;
}

static void
test_opener (Fixture *f, gconstpointer data)
{
  SluiceFlowKey others[] = { make_key (IPPROTO_UDP, "192.0.2.1", 4000, "192.0.2.9", 80),
                             make_key (IPPROTO_TCP, "192.0.2.9", 80, "192.0.2.1", 4000) };

  begin (f, 0x1000, 10, f->time);
  g_assert_cmpint (find (f, 4000), ==, 0);
  end (f, 0x1000, 4000, f->time + 1);
  g_assert_cmpint (find (f, 4000), ==, 10);
  g_assert_cmpint (find (f, 4001), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (sluice_connectors_find (f->connectors, &others[i]));
  /* Nobody needs to be there any more. */
  fake_root_remove (f->root, "/proc/10");
  g_assert_cmpint (find (f, 4000), ==, 10);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  end (f, 0x1000, 4000, f->time + 1);
  g_assert_cmpint (find (f, 4000), ==, 0);
  begin (f, 0x1000, 10, f->time);
  g_assert_cmpint (find (f, 4000), ==, 10);
}

/* What ended before it began is the end of another connection of the same socket. */
static void
test_socket_again (Fixture *f, gconstpointer data)
{
  end (f, 0x1000, 4000, f->time - 1);
  begin (f, 0x1000, 10, f->time);
  g_assert_cmpint (find (f, 4000), ==, 0);
  end (f, 0x1000, 4001, f->time + 1);
  begin (f, 0x1000, 11, f->time + 20 * 1000 * 1000);
  end (f, 0x1000, 4002, f->time + 20 * 1000 * 1000 + 1);
  g_assert_cmpint (find (f, 4001), ==, 10);
  g_assert_cmpint (find (f, 4002), ==, 11);
}

static void
test_elsewhere (Fixture *f, gconstpointer data)
{
  begin (f, 0x1000, 12, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  g_assert_cmpint (find (f, 4000), ==, 0);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  /* A process that is about to end has a name, but no executable. */
  add_process (f, 13, LONG_AGO, NULL, HERE);
  begin (f, 0x1000, 13, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  begin (f, 0x2000, 14, f->time + 1);
  end (f, 0x2000, 4001, f->time + 2);
  begin (f, 0x3000, 0, f->time + 2);
  end (f, 0x3000, 4002, f->time + 3);
  for (guint16 port = 4000; port < 4003; port++)
    g_assert_cmpint (find (f, port), ==, 0);
}

static void
test_number_again (Fixture *f, gconstpointer data)
{
  add_process (f, 15, G_MAXINT64, "/usr/bin/later", HERE);
  begin (f, 0x1000, 15, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  g_assert_cmpint (find (f, 4000), ==, 0);
}

/* Ports are used again: whoever is not known is not the one before. */
static void
test_port_again (Fixture *f, gconstpointer data)
{
  begin (f, 0x1000, 10, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  begin (f, 0x2000, 14, f->time + 2);
  end (f, 0x2000, 4000, f->time + 3);
  g_assert_cmpint (find (f, 4000), ==, 0);
  begin (f, 0x1000, 10, f->time + 4);
  end (f, 0x1000, 4000, f->time + 5);
  g_assert_cmpint (find (f, 4000), ==, 10);
  end (f, 0x3000, 4000, f->time + 6);
  g_assert_cmpint (find (f, 4000), ==, 0);
}

static void
test_other_numbers (Fixture *f, gconstpointer data)
{
  fake_root_link (f->root, "/proc/self", "1");
  sluice_connectors_free (f->connectors);
  f->connectors = sluice_connectors_new (f->table);
  begin (f, 0x1000, 10, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  g_assert_cmpint (find (f, 4000), ==, 0);
}

static void
test_looks (Fixture *f, gconstpointer data)
{
  begin (f, 0x1000, 10, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  sluice_connectors_begin (f->connectors);
  g_assert_cmpint (find (f, 4000), ==, 10);
  sluice_connectors_begin (f->connectors);
  g_assert_cmpint (find (f, 4000), ==, 0);
}

static void
test_lost (Fixture *f, gconstpointer data)
{
  begin (f, 0x1000, 10, f->time);
  end (f, 0x1000, 4000, f->time + 1);
  begin (f, 0x2000, 10, f->time + 2);
  sluice_connectors_forget (f->connectors);
  end (f, 0x2000, 4001, f->time + 3);
  g_assert_cmpint (find (f, 4000), ==, 0);
  g_assert_cmpint (find (f, 4001), ==, 0);
}

static void
test_no_time (Fixture *f, gconstpointer data)
{
  SluiceConnectEvent event = { .socket = 0x1000, .begins = TRUE, .pid = 10, .tid = 10, .time = f->time };

  event.key = key_of (0);
  sluice_connectors_hear (f->connectors, &event, FALSE, f->time / 1000);
  end (f, 0x1000, 4000, f->time + 1);
  g_assert_cmpint (find (f, 4000), ==, 0);
  /* Who was just looked at is known. */
  begin (f, 0x1000, 10, f->time + 2);
  end (f, 0x1000, 4000, f->time + 3);
  event.time = f->time + 4;
  sluice_connectors_hear (f->connectors, &event, FALSE, f->time / 1000);
  end (f, 0x1000, 4001, f->time + 5);
  g_assert_cmpint (find (f, 4001), ==, 10);
}

/* However many there are, none is another's, and the last are there. */
static void
test_flood (Fixture *f, gconstpointer data)
{
  guint found = 0;

  for (guint i = 0; i < 60000; i++)
    {
      guint64 socket = 0xffff888000000000 + i % 5000 * 2240;
      gint32 pid = 10 + (gint32) (i / 10000 % 2);

      f->time += 20 * 1000;
      begin (f, socket, pid, f->time);
      end (f, socket, (guint16) (1 + i), f->time + 1);
      g_assert_cmpint (find (f, (guint16) (1 + i)), ==, pid);
    }
  for (guint i = 0; i < 60000; i++)
    {
      gint32 pid = find (f, (guint16) (1 + i));

      g_assert_true (pid == 0 || pid == 10 + (gint32) (i / 10000 % 2));
      found += pid != 0;
    }
  g_assert_cmpuint (found, >, 16384);
  g_assert_cmpuint (found, <=, 32768);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "a-connection-is-whose-opened-it", test_opener },
    { "its-two-halves-may-come-in-any-order", test_order },
    { "a-socket-may-connect-again", test_socket_again },
    { "one-of-another-namespace-is-not-taken", test_elsewhere },
    { "who-is-gone-already-is-not-guessed", test_gone },
    { "who-began-later-did-not-open-it", test_number_again },
    { "a-port-that-is-used-again-is-not-whose-it-was", test_port_again },
    { "numbers-of-another-namespace-are-nobodys", test_other_numbers },
    { "forgets-what-was-not-asked-for-in-two-looks", test_looks },
    { "forgets-all-when-something-was-lost", test_lost },
    { "looks-at-nobody-when-there-is-no-time", test_no_time },
    { "a-flood-mixes-nothing-up", test_flood },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/connectors/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
  return g_test_run ();
}
