#include "capture/kernel-source.h"

#include "../network-namespace.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#define PAYLOAD 3000000
#define MANY 10000

static SluiceSource *
open_source (gboolean every, const char *name)
{
  const char *names[] = { name, NULL };
  const SluiceMeterScope scope = { every, name != NULL ? (char **) names : NULL };
  g_autoptr (GError) error = NULL;
  SluiceSource *source = sluice_kernel_source_new (&scope, &error);

  g_assert_no_error (error);
  return source;
}

static SluiceSample *
read_source (SluiceSource *source)
{
  g_autoptr (GError) error = NULL;
  SluiceSample *sample = sluice_source_read (source, TRUE);

  sluice_sample_check_books (sample, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sample->fault, ==, NULL);
  return sample;
}

static const SluiceProgramRow *
find_own_row (const SluiceSample *sample)
{
  for (guint i = 0; i < sample->programs->len; i++)
    if (sluice_sample_program (sample, i)->program->pid == getpid ())
      return sluice_sample_program (sample, i);
  return NULL;
}

static int
make_listener (void)
{
  const struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (listener, (const struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 64), ==, 0);
  return listener;
}

static void
connect_pair (int listener, int *client_out, int *server_out)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;

  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &size), ==, 0);
  *client_out = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (*client_out, (struct sockaddr *) &address, size), ==, 0);
  *server_out = accept (listener, NULL, NULL);
  g_assert_cmpint (*server_out, >=, 0);
}

static gpointer
reader_thread (gpointer data)
{
  g_autofree char *buffer = g_malloc (65536);

  for (gsize left = PAYLOAD; left > 0;)
    {
      ssize_t n = read (GPOINTER_TO_INT (data), buffer, 65536);

      g_assert_cmpint (n, >, 0);
      left -= n;
    }
  return NULL;
}

/* Moves PAYLOAD bytes from the one to the other. */
static void
transfer (int from, int to)
{
  g_autofree char *data = g_malloc0 (65536);
  GThread *reader = g_thread_new ("reader", reader_thread, GINT_TO_POINTER (to));

  for (gsize left = PAYLOAD; left > 0;)
    {
      ssize_t n = write (from, data, MIN (left, 65536));

      g_assert_cmpint (n, >, 0);
      left -= n;
    }
  g_thread_join (reader);
}

static void
test_unknown_interface (void)
{
  const char *names[] = { "lo", "no-\x1b[31m", NULL };
  const SluiceMeterScope scope = { FALSE, (char **) names };
  g_autoptr (GError) error = NULL;

  g_assert_null (sluice_kernel_source_new (&scope, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "no-"));
  g_assert_null (strchr (error->message, '\x1b'));
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_exact_payload (void)
{
  SluiceSource *source = open_source (FALSE, "lo");
  int listener = make_listener ();
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) second = NULL;
  g_autoptr (SluiceSample) third = NULL;
  const SluiceProgramRow *own;
  int client, server;

  g_assert_cmpint (source->kind, ==, SLUICE_SOURCE_KERNEL);
  connect_pair (listener, &client, &server);
  first = read_source (source);
  own = find_own_row (first);
  g_assert_nonnull (own);
  g_assert_cmpint (first->duration, ==, 0);
  g_assert_cmpuint (own->connections, ==, 2);
  g_assert_cmpuint (own->listening, ==, 1);
  g_assert_cmpuint (own->payload[SLUICE_RX], ==, 0);

  transfer (client, server);
  second = read_source (source);
  own = find_own_row (second);
  g_assert_cmpuint (own->payload[SLUICE_RX], ==, PAYLOAD);
  g_assert_cmpuint (own->payload[SLUICE_TX], ==, PAYLOAD);
  g_assert_cmpint (second->duration, >, 0);
  g_assert_cmpint (second->time, ==, first->time + second->duration);
  g_assert_cmpuint (sluice_sample_interface (second, 0)->bytes[SLUICE_RX], >=, PAYLOAD);

  /* They end, and nothing is counted again, but for the last word of each, which the kernel may count as a byte. */
  close (client);
  close (server);
  close (listener);
  third = read_source (source);
  own = find_own_row (third);
  if (own != NULL)
    {
      g_assert_cmpuint (own->payload[SLUICE_RX], <=, 2);
      g_assert_cmpuint (own->payload[SLUICE_TX], ==, 0);
    }
  sluice_source_free (source);
}

static void
test_many_sockets (void)
{
  g_autofree int *sockets = g_new (int, MANY);
  SluiceSource *source;
  double slowest = 0;
  int listener;

  if (!enter_namespace ())
    return;
  if (!allow_open_files (MANY + 100))
    {
      g_test_skip ("needs 10,100 descriptors");
      return;
    }
  source = open_source (TRUE, NULL);
  listener = make_listener ();
  for (guint i = 0; i < MANY; i += 2)
    connect_pair (listener, &sockets[i], &sockets[i + 1]);
  for (guint i = 0; i < 4; i++)
    {
      gint64 begin = g_get_monotonic_time ();
      g_autoptr (SluiceSample) sample = read_source (source);
      double took = (g_get_monotonic_time () - begin) / 1000.0;

      g_test_message ("look %u at %d sockets: %.1f ms", i + 1, MANY, took);
      if (i > 0)
        slowest = MAX (slowest, took);
      g_assert_cmpuint (sample->connections->len, ==, MANY + 1);
      g_assert_cmpuint (find_own_row (sample)->connections, ==, MANY);
      g_assert_cmpuint (find_own_row (sample)->listening, ==, 1);
    }
  /* A second of a core would be far too much; a sanitizer's build is slow. */
  g_assert_cmpfloat (slowest, <, 1000);
  for (guint i = 0; i < MANY; i++)
    close (sockets[i]);
  close (listener);
  sluice_source_free (source);
}

/* Makes the kernel ask for a neighbour that is not there: a packet or more on the link. */
static void
knock (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (9) };
  int udp = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (inet_pton (AF_INET, "10.11.0.200", &address.sin_addr), ==, 1);
  sendto (udp, "knock", 5, 0, (struct sockaddr *) &address, sizeof address);
  close (udp);
  g_usleep (2000);
}

/* What an incarnation of a link moved, all in all. */
typedef struct
{
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 total[SLUICE_N_DIRECTIONS];
} Moved;

static void
add_up (GHashTable *moved, SluiceSource *source)
{
  g_autoptr (SluiceSample) sample = read_source (source);

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);
      gpointer key = GSIZE_TO_POINTER (row->interface->instance);
      Moved *one = g_hash_table_lookup (moved, key);

      if (g_str_equal (row->interface->name, "lo"))
        continue;
      if (one == NULL)
        g_hash_table_insert (moved, key, one = g_new0 (Moved, 1));
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          one->bytes[d] += row->bytes[d];
          one->total[d] = row->total_bytes[d];
        }
    }
}

static void
test_flapping (void)
{
  g_autoptr (GHashTable) moved = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  GHashTableIter iter;
  gpointer value;
  SluiceSource *source;
  guint n_moved = 0;

  if (!enter_namespace ())
    return;
  source = open_source (TRUE, NULL);
  add_up (moved, source);
  for (guint round = 0; round < 8; round++)
    {
      ip ("link add va index 10 type veth peer name vb index 11");
      ip ("addr add 10.11.0.1/24 dev va");
      ip ("link set vb up");
      ip ("link set va up");
      knock ();
      if (round % 2 == 0)
        add_up (moved, source);
      ip ("link set va down");
      ip ("link set va name lan0");
      add_up (moved, source);
      ip ("link set lan0 up");
      knock ();
      ip ("link del lan0");
      if (round % 3 == 0)
        add_up (moved, source);
    }
  add_up (moved, source);
  g_hash_table_iter_init (&iter, moved);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Moved *one = value;

      /* Each began at zero, so what was counted is what its counters say. */
      g_assert_cmpuint (one->bytes[SLUICE_RX], ==, one->total[SLUICE_RX]);
      g_assert_cmpuint (one->bytes[SLUICE_TX], ==, one->total[SLUICE_TX]);
      n_moved += one->bytes[SLUICE_TX] > 0;
    }
  g_assert_cmpuint (g_hash_table_size (moved), ==, 16);
  g_assert_cmpuint (n_moved, >=, 8);
  sluice_source_free (source);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kernel-source/an-interface-that-does-not-exist-is-named", test_unknown_interface);
  g_test_add_func ("/kernel-source/a-transfer-of-known-bytes-is-exact-in-payload", test_exact_payload);
  g_test_add_func ("/kernel-source/root/ten-thousand-sockets-are-all-there-each-time", test_many_sockets);
  g_test_add_func ("/kernel-source/root/a-flapping-interface-counts-what-its-counters-say", test_flapping);

  return g_test_run ();
}
