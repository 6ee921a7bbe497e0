#include "capture/file-source.h"

#include "capture-files.h"

#include "capture/capture-thread.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

static char *
save (CaptureFile *file, gssize length)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("capture-XXXXXX", &path, NULL);
  gsize wanted = length >= 0 ? (gsize) length : file->bytes->len;

  g_assert_cmpint (write (fd, file->bytes->data, wanted), ==, (gssize) wanted);
  close (fd);
  return path;
}

typedef struct
{
  guint n;
  guint64 bytes, packets;
  guint64 known; /* bytes of hosts that have an address */
  gint64 begin, end;
  gboolean ended;
  char *fault;
} Sum;

static void
add_sample (Sum *sum, const SluiceSample *sample)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sum->ended);
  g_assert_cmpuint (sample->n_merged, ==, 1);
  sluice_sample_check_books (sample, &error);
  g_assert_no_error (error);
  g_assert_true (sample->has_hosts);
  if (sum->n++ == 0)
    sum->begin = sample->time - sample->duration;
  else
    g_assert_cmpint (sample->time - sample->duration, ==, sum->end);
  sum->end = sample->time;
  g_assert_cmpuint (sample->interfaces->len, ==, 1);
  sum->bytes += both (sluice_sample_interface (sample, 0)->bytes);
  sum->packets += both (sluice_sample_interface (sample, 0)->packets);
  for (guint i = 0; i < sample->hosts->len; i++)
    if (sluice_sample_host (sample, i)->host->address.family != SLUICE_FAMILY_NONE)
      sum->known += both (sluice_sample_host (sample, i)->bytes);
  sum->ended = sample->ended;
  g_free (sum->fault);
  sum->fault = g_strdup (sample->fault);
}

/* Reads it as the engine does, but slowly. */
static Sum
read_all (const char *path, guint pause_ms, gboolean in_bins)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (2);
  SluiceSource *source = sluice_file_source_new (path, NULL, 0, in_bins, &error);
  SluiceCaptureThread *thread;
  gint64 patience = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  Sum sum = { 0 };

  g_assert_no_error (error);
  g_assert_true (source->own_time);
  thread = sluice_capture_thread_start (source, queue, 1000, 0, FALSE, &error);
  g_assert_no_error (error);
  while (!sum.ended)
    {
      g_autoptr (SluiceSample) sample = sluice_sample_queue_pop (queue);

      g_assert_cmpint (g_get_monotonic_time (), <, patience);
      if (sample != NULL)
        add_sample (&sum, sample);
      g_usleep (sample == NULL ? 200 : pause_ms * 1000);
    }
  sluice_capture_thread_stop (thread);
  g_assert_null (sluice_sample_queue_pop (queue));
  return sum;
}

static void
test_waits_for_reader (void)
{
  g_auto (CaptureFile) file = pcap_new (TRUE, TRUE, 1);
  g_autofree char *path = NULL;
  Sum sum;

  for (guint i = 0; i < 100; i++)
    pcap_add (&file, THEN + i * SECOND / 2, 100);
  path = save (&file, -1);
  sum = read_all (path, 5, TRUE);
  g_assert_cmpuint (sum.n, ==, 50);
  g_assert_cmpuint (sum.packets, ==, 100);
  g_assert_cmpuint (sum.bytes, ==, 10000);
  g_assert_cmpint (sum.begin, ==, THEN);
  g_assert_cmpint (sum.end, ==, THEN + 49 * SECOND + SECOND / 2 + 1);
  g_assert_cmpstr (sum.fault, ==, NULL);
  g_unlink (path);
}

static void
test_long_file (void)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autofree char *path = NULL;
  Sum sum;

  for (guint i = 0; i < 100000; i++)
    pcap_add (&file, THEN + i * SECOND * 10, 100);
  path = save (&file, -1);
  sum = read_all (path, 0, TRUE);
  g_assert_cmpuint (sum.n, <=, 3600);
  g_assert_cmpuint (sum.n, >=, 500);
  g_assert_cmpuint (sum.bytes, ==, 10000000);
  g_unlink (path);
}

/* More flows than a report holds, and than one sample has hosts: where there is one bin, it comes in parts. */
static void
test_many_flows (void)
{
  const guint n = 150000;

  for (gboolean in_bins = FALSE; in_bins <= TRUE; in_bins++)
    {
      g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
      g_autofree char *path = NULL;
      Sum sum;

      for (guint i = 0; i < n; i++)
        {
          pcap_add (&file, THEN + i, 100);
          memcpy (file.bytes->data + file.bytes->len - sizeof udp_packet + 34, &i, 2);
          file.bytes->data[file.bytes->len - sizeof udp_packet + 33] = (guint8) (i >> 16);
        }
      path = save (&file, -1);
      sum = read_all (path, 0, in_bins);
      g_assert_cmpuint (sum.packets, ==, n);
      g_assert_cmpuint (sum.bytes, ==, n * 100);
      g_assert_cmpuint (sum.known, ==, n * 100);
      g_assert_cmpint (sum.begin, ==, THEN);
      g_assert_cmpint (sum.end, ==, THEN + n);
      g_assert_true (in_bins ? sum.n == 1 : sum.n > 1);
      g_unlink (path);
    }
}

static void
assert_fault (CaptureFile *file, gssize length, const char *word, guint64 packets)
{
  g_autofree char *path = save (file, length);

  for (gboolean in_bins = FALSE; in_bins <= TRUE; in_bins++)
    {
      Sum sum = read_all (path, 0, in_bins);

      g_assert_cmpuint (sum.packets, ==, packets);
      if (word != NULL)
        {
          g_assert_nonnull (strstr (sum.fault, word));
          g_assert_nonnull (strstr (sum.fault, path));
        }
      else
        g_assert_cmpstr (sum.fault, ==, NULL);
      g_free (sum.fault);
    }
  g_unlink (path);
}

static void
test_bad_files (void)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_auto (CaptureFile) text = { g_byte_array_new () };
  g_auto (CaptureFile) mixed = pcapng_new (FALSE);

  pcap_add (&file, THEN, 100);
  pcap_add (&file, THEN, 100);
  g_byte_array_append (text.bytes, (const guint8 *) "Dear diary, nothing here.", 25);
  pcapng_add_interface (&mixed, 1, 6);
  pcapng_add (&mixed, 0, THEN, 100);
  pcapng_add_interface (&mixed, 113, 6);
  assert_fault (&file, 0, "empty", 0);
  assert_fault (&file, 24, NULL, 0);
  assert_fault (&file, file.bytes->len - 1, "middle of a packet", 1);
  assert_fault (&text, -1, "no capture file", 0);
  assert_fault (&mixed, -1, "different kinds", 1);
}

static void
test_not_opened (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autofree char *path = save (&file, -1);

  g_assert_null (sluice_file_source_new ("/", NULL, 0, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_clear_error (&error);
  g_assert_null (sluice_file_source_new ("/no/such-\x1b[31m", NULL, 0, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (strchr (error->message, '\x1b'));
  g_clear_error (&error);
  g_assert_cmpint (chmod (path, 0), ==, 0);
  if (geteuid () == 0)
    g_test_skip ("root may read any file");
  else
    {
      g_assert_null (sluice_file_source_new (path, NULL, 0, TRUE, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
  g_unlink (path);
}

/* Standard input that never ends: it is stopped, at once, and what came is in the books. */
static void
assert_endless (gboolean in_bins)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  g_autoptr (GError) error = NULL;
  SluiceCaptureThread *thread;
  int fds[2], old = dup (STDIN_FILENO);
  Sum sum = { 0 };
  SluiceSample *sample;
  gint64 begin;

  pcap_add (&file, THEN, 100);
  pcap_add (&file, THEN + SECOND, 200);
  pcap_add (&file, THEN + SECOND + 1, 300);
  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], file.bytes->data, file.bytes->len), ==, file.bytes->len);
  dup2 (fds[0], STDIN_FILENO);
  thread = sluice_capture_thread_start (sluice_file_source_new ("-", NULL, 0, in_bins, &error), queue, 1000, 0, FALSE,
                                        &error);
  g_assert_no_error (error);
  g_usleep (300000);
  begin = g_get_monotonic_time ();
  sluice_capture_thread_stop (thread);
  g_assert_cmpint ((g_get_monotonic_time () - begin) / 1000, <, 1000);
  while ((sample = sluice_sample_queue_pop (queue)) != NULL)
    {
      add_sample (&sum, sample);
      sluice_sample_unref (sample);
    }
  g_assert_true (sum.ended);
  g_assert_cmpuint (sum.bytes, ==, 600);
  g_assert_cmpstr (sum.fault, ==, NULL);
  dup2 (old, STDIN_FILENO);
  close (old);
  close (fds[0]);
  close (fds[1]);
}

static void
test_endless (void)
{
  assert_endless (TRUE);
  assert_endless (FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-source/waits-for-its-reader", test_waits_for_reader);
  g_test_add_func ("/file-source/widens-its-samples-where-it-is-long", test_long_file);
  g_test_add_func ("/file-source/knows-every-flow-of-very-many", test_many_flows);
  g_test_add_func ("/file-source/says-what-is-wrong-and-keeps-what-was-read", test_bad_files);
  g_test_add_func ("/file-source/says-why-it-cannot-be-opened", test_not_opened);
  g_test_add_func ("/file-source/stops-an-endless-input", test_endless);
  return g_test_run ();
}
