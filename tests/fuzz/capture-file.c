/*
 * A capture file, from its first byte to the flows in it, as sluicectl and the app read one, but without the process
 * that they lock it up in. Whatever it holds, reading comes to an end, the flows of a link are what it moved, and each
 * report survives its wire form.
 *
 * Input: the file.
 */
#include "fuzz.h"

#include "capture/packet-reader.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum
{
  /* A decoder costs more to make than a small file to read: one serves so many, each on a link of its own. */
  N_FILES = 32,
  LEAK_CHECKS = 4096,
  N_STEPS = 16, /* reports of one file; the last has all that is left */
};

static struct
{
  SluiceDecoder *decoder;
  SluiceReport *report;
  GByteArray *bytes;
  int fd;
  guint n_files;
} kept;

int __lsan_is_turned_off (void);
const char *__asan_default_options (void);

/* What was freed is kept from being used again for long enough to be noticed, and no longer: new pages for each file
 * would take longer than reading it. */
const char *
__asan_default_options (void)
{
  return "quarantine_size_mb=2:thread_local_quarantine_size_kb=256";
}

/* Each file leaves a link behind until the decoder is made anew, so that libFuzzer would look for leaks after every
 * one, which takes longer than all the rest. It may now and then. */
int
__lsan_is_turned_off (void)
{
  return kept.n_files % LEAK_CHECKS != 0;
}

static void
begin (void)
{
  if (kept.report == NULL)
    {
      kept.report = sluice_report_new ();
      kept.bytes = g_byte_array_new ();
      kept.fd = memfd_create ("capture", MFD_CLOEXEC);
    }
  if (kept.n_files % N_FILES == 0)
    {
      g_clear_pointer (&kept.decoder, sluice_decoder_free);
      kept.decoder = sluice_decoder_new (1 << 16);
    }
  kept.n_files++;
}

static void
check_report (void)
{
  guint64 bytes[N_FILES] = { 0 }, packets[N_FILES] = { 0 };
  g_autoptr (GError) error = NULL;

  g_byte_array_set_size (kept.bytes, 0);
  sluice_report_write (kept.report, kept.bytes);
  sluice_report_read (kept.report, kept.bytes->data, kept.bytes->len, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < kept.report->flows->len; i++)
    {
      const SluiceFlowReport *flow = sluice_report_flow (kept.report, i);

      g_assert_cmpuint (flow->link, <, kept.report->links->len);
      bytes[flow->link] += flow->bytes[SLUICE_RX] + flow->bytes[SLUICE_TX];
      packets[flow->link] += flow->packets[SLUICE_RX] + flow->packets[SLUICE_TX];
    }
  for (guint i = 0; i < kept.report->links->len; i++)
    {
      const SluiceLinkReport *link = sluice_report_link (kept.report, i);

      g_assert_cmpuint (link->bytes[SLUICE_RX] + link->bytes[SLUICE_TX], ==, bytes[i]);
      g_assert_cmpuint (link->packets[SLUICE_RX] + link->packets[SLUICE_TX], ==, packets[i]);
    }
}

static void
take (void)
{
  gboolean more;

  do
    {
      more = sluice_decoder_take (kept.decoder, kept.report);
      check_report ();
    }
  while (more);
}

static void
read_all (SluicePacketReader *reader)
{
  const char *detail;
  gint64 until = 0; /* the first look is for the time at which the file begins */

  for (guint i = 0;; i++)
    {
      SluiceReadResult result;

      sluice_packet_reader_set_until (reader, until);
      result = sluice_packet_reader_read (reader);
      take ();
      if (result == SLUICE_READ_ENDED)
        break;
      g_assert_cmpint (i, <=, N_STEPS);
      g_assert_cmpint (sluice_packet_reader_get_next (reader), >=, until);
      until = i < N_STEPS ? sluice_packet_reader_get_next (reader) + G_USEC_PER_SEC : G_MAXINT64;
    }
  g_assert_cmpint (sluice_packet_reader_get_next (reader), ==, 0);
  g_assert_cmpint (sluice_packet_reader_get_fault (reader, &detail), <, SLUICE_READ_N_FAULTS);
  g_assert_cmpuint (strlen (detail), <, SLUICE_READ_DETAIL_MAX);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SluicePacketReader *reader = sluice_packet_reader_new ();

  begin ();
  g_assert_cmpint (pwrite (kept.fd, data, size, 0), ==, (gssize) size);
  g_assert_cmpint (ftruncate (kept.fd, (off_t) size), ==, 0);
  g_assert_cmpint (lseek (kept.fd, 0, SEEK_SET), ==, 0);
  sluice_packet_reader_set_file (reader, kept.decoder, dup (kept.fd));
  read_all (reader);
  sluice_packet_reader_free (reader);
  return 0;
}
