#include "capture/pcap-source.h"

#include "../network-namespace.h"
#include "capture-files.h"

#include "capture/capture-thread.h"

#include <gio/gio.h>
#include <poll.h>
#include <signal.h>

static SluiceSource *
open_source (const char *name)
{
  const char *names[] = { name, NULL };
  const SluiceMeterScope scope = { name == NULL, name != NULL ? (char **) names : NULL };
  g_autoptr (GError) error = NULL;
  SluiceSource *source = sluice_pcap_source_new (&scope, &error);

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
  return sample;
}

/* Lets the source do what it wakes for; the bytes of the samples that come of it, of an interface. */
static guint64
follow (SluiceSource *source, guint ms, const char *name)
{
  guint64 bytes = 0;

  for (gint64 end = g_get_monotonic_time () + ms * 1000; g_get_monotonic_time () < end;)
    {
      struct pollfd fd = { .fd = source->descriptor, .events = POLLIN };
      g_autoptr (SluiceSample) sample = NULL;

      if (poll (&fd, 1, 10) > 0)
        sample = sluice_source_dispatch (source, TRUE);
      for (guint i = 0; sample != NULL && i < sample->interfaces->len; i++)
        if (g_strcmp0 (sluice_sample_interface (sample, i)->interface->name, name) == 0)
          bytes += both (sluice_sample_interface (sample, i)->bytes);
    }
  return bytes;
}

static guint64
captured (const SluiceSample *sample)
{
  guint64 sum = 0;

  for (guint i = 0; i < sample->protocols->len; i++)
    sum += both (sluice_sample_protocol (sample, i)->packets);
  return sum;
}

static void
test_captures (void)
{
  SluiceSource *source;

  if (!enter_namespace ())
    return;
  source = open_source ("lo");
  g_assert_cmpint (source->kind, ==, SLUICE_SOURCE_PCAP);
  sluice_sample_unref (read_source (source));
  send_to_itself (100);
  follow (source, 100, "lo");
  {
    g_autoptr (SluiceSample) sample = read_source (source);

    g_assert_cmpstr (sample->fault, ==, NULL);
    g_assert_true (sample->has_hosts);
    g_assert_cmpuint (captured (sample), >=, 100);
    g_assert_cmpuint (sluice_sample_interface (sample, 0)->packets[SLUICE_RX], ==, 100);
  }
  sluice_source_free (source);
}

static void
test_follows_interfaces (void)
{
  SluiceSource *source;

  if (!enter_namespace ())
    return;
  source = open_source (NULL);
  sluice_sample_unref (read_source (source));
  ip ("link add va type veth peer name vb");
  ip ("addr add 10.9.9.1/24 dev va");
  ip ("link set va up");
  ip ("link set vb up");
  follow (source, 500, "va");
  /* ARP for nobody goes out over it. */
  ping ("10.9.9.2");
  follow (source, 100, "va");
  {
    g_autoptr (SluiceSample) sample = read_source (source);

    g_assert_cmpuint (captured (sample), >, 0);
    g_assert_cmpstr (sample->fault, ==, NULL);
  }
  ip ("link set va name vc");
  follow (source, 300, "vc");
  ip ("link del vc");
  follow (source, 500, "va");
  send_to_itself (10);
  follow (source, 100, "lo");
  {
    g_autoptr (SluiceSample) sample = read_source (source);

    g_assert_cmpuint (captured (sample), >=, 10);
    g_assert_cmpstr (sample->fault, ==, NULL);
  }
  sluice_source_free (source);
}

static void
test_down_and_renamed (void)
{
  SluiceSource *source;

  if (!enter_namespace ())
    return;
  ip ("link add va type veth peer name vb");
  ip ("addr add 10.9.9.1/24 dev va");
  ip ("link set vb up");
  source = open_source ("va");
  sluice_sample_unref (read_source (source));
  ip ("link set va up");
  follow (source, 300, "va");
  ip ("link set va down");
  follow (source, 300, "va");
  ip ("link set va name vc");
  ip ("link set vc up");
  follow (source, 300, "vc");
  sluice_sample_unref (read_source (source));
  ping ("10.9.9.2");
  {
    g_autoptr (SluiceSample) sample = read_source (source);

    g_assert_cmpstr (sample->fault, ==, NULL);
    g_assert_cmpuint (sample->interfaces->len, ==, 1);
    g_assert_cmpuint (captured (sample), >, 0);
  }
  sluice_source_free (source);
}

/* The youngest process that this thread has begun. */
static pid_t
find_process (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int) gettid ());
  g_autofree char *children = NULL;
  const char *last;

  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  last = strrchr (g_strchomp (children), ' ');
  return (pid_t) g_ascii_strtoll (last != NULL ? last : children, NULL, 10);
}

/* Whatever the process has learnt ends with it. */
static void
test_keeps_its_process (void)
{
  SluiceSource *source;
  pid_t before;

  if (!enter_namespace ())
    return;
  ip ("link add va type veth peer name vb");
  ip ("link add vc type veth peer name vd");
  ip ("link set va up");
  ip ("link set vc up");
  ip ("link set vd up");
  source = open_source (NULL);
  sluice_sample_unref (read_source (source));
  before = find_process ();
  g_assert_cmpint (before, >, 1);
  ip ("link del va");
  follow (source, 500, "lo");
  ip ("link set vc down");
  follow (source, 500, "lo");
  send_to_itself (10);
  {
    g_autoptr (SluiceSample) sample = read_source (source);

    g_assert_cmpuint (captured (sample), >=, 10);
    g_assert_cmpstr (sample->fault, ==, NULL);
  }
  g_assert_cmpint (find_process (), ==, before);
  ip ("link set vc up");
  follow (source, 500, "vc");
  g_assert_cmpint (find_process (), !=, before);
  sluice_source_free (source);
}

static gpointer
send_thread (gpointer data)
{
  int *stop = data;

  while (!g_atomic_int_get (stop))
    {
      send_to_itself (10);
      g_usleep (1000);
    }
  return NULL;
}

/* What other interfaces move meanwhile is seen, but for a moment. */
static void
test_misses_little (void)
{
  guint64 seen = 0, moved = 0;
  SluiceSource *source;
  GThread *sender;
  int stop = FALSE;

  if (!enter_namespace ())
    return;
  source = open_source (NULL);
  sluice_sample_unref (read_source (source));
  sender = g_thread_new ("sender", send_thread, &stop);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *add = g_strdup_printf ("link add v%u type veth peer name w%u", i, i);
      g_autofree char *up = g_strdup_printf ("link set v%u up", i);
      g_autofree char *peer_up = g_strdup_printf ("link set w%u up", i);

      ip (add);
      ip (up);
      ip (peer_up);
      for (guint n = 0; n < 300; n++)
        {
          g_autoptr (SluiceSample) sample = n < 299 ? sluice_source_dispatch (source, FALSE) : read_source (source);

          g_usleep (1000);
          if (sample == NULL)
            continue;
          seen += captured (sample);
          moved += both (sluice_sample_interface (sample, 0)->packets);
        }
    }
  g_atomic_int_set (&stop, TRUE);
  g_thread_join (sender);
  g_test_message ("%u of %u", (guint) seen, (guint) moved);
  g_assert_cmpuint (moved, >, 10000);
  g_assert_cmpuint (seen, >=, moved - moved / 10);
  sluice_source_free (source);
}

static void
test_replaces_what_died (void)
{
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) second = NULL;
  g_autoptr (SluiceSample) third = NULL;
  SluiceSource *source;
  pid_t pid;

  if (!enter_namespace ())
    return;
  source = open_source ("lo");
  sluice_sample_unref (read_source (source));
  pid = find_process ();
  g_assert_cmpint (pid, >, 1);
  kill (pid, SIGSEGV);
  follow (source, 100, "lo");
  first = read_source (source);
  g_assert_nonnull (strstr (first->fault, "ended"));
  /* Not at once: what dies again and again must not keep the machine busy. */
  second = read_source (source);
  g_assert_cmpstr (second->fault, ==, NULL);
  follow (source, 3500, "lo");
  sluice_sample_unref (read_source (source));
  send_to_itself (10);
  third = read_source (source);
  g_assert_cmpuint (captured (third), >=, 10);
  sluice_source_free (source);
}

static void
test_unknown_interface (void)
{
  const char *names[] = { "no-such", NULL };
  const SluiceMeterScope scope = { FALSE, (char **) names };
  g_autoptr (GError) error = NULL;

  g_assert_null (sluice_pcap_source_new (&scope, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_permission (void)
{
  const SluiceMeterScope scope = { TRUE };
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may read packets");
      return;
    }
  g_assert_null (sluice_pcap_source_new (&scope, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcap-source/captures", test_captures);
  g_test_add_func ("/pcap-source/follows-interfaces-that-come-and-go", test_follows_interfaces);
  g_test_add_func ("/pcap-source/follows-one-that-is-down-up-and-renamed", test_down_and_renamed);
  g_test_add_func ("/pcap-source/keeps-what-it-knows-when-an-interface-goes", test_keeps_its_process);
  g_test_add_func ("/pcap-source/misses-little-while-interfaces-come", test_misses_little);
  g_test_add_func ("/pcap-source/replaces-a-process-that-died", test_replaces_what_died);
  g_test_add_func ("/pcap-source/names-what-there-is-not", test_unknown_interface);
  g_test_add_func ("/pcap-source/says-who-may-not", test_permission);
  return g_test_run ();
}
