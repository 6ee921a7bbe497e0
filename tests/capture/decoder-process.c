#include "capture/decoder-process.h"

#include "capture/decoder-wire.h"

#include "../network-namespace.h"
#include "capture-files.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

static SluiceDecoderProcess *
start_file (CaptureFile *file, gssize length)
{
  SluicePacketReader *reader = sluice_packet_reader_new ();
  SluiceDecoder *decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  g_autoptr (GError) error = NULL;
  SluiceDecoderProcess *process;

  sluice_packet_reader_set_file (reader, decoder, capture_open (file, length));
  process = sluice_decoder_process_new (reader, decoder, &error);
  g_assert_no_error (error);
  return process;
}

/* Waits for the next word. */
static SluiceDecoderWord
hear (SluiceDecoderProcess *process, SluiceReport *report, SluiceDecoderAnswer *answer, GError **error)
{
  struct pollfd fd = { .fd = sluice_decoder_process_get_descriptor (process), .events = POLLIN };

  g_assert_cmpint (poll (&fd, 1, 10000), ==, 1);
  return sluice_decoder_process_hear (process, report, answer, error);
}

static void
test_file (void)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;

  pcap_add (&file, THEN, 100);
  pcap_add (&file, THEN + SECOND, 200);
  pcap_add (&file, THEN + 2 * SECOND, 300);
  process = start_file (&file, file.bytes->len - 1);
  g_assert_cmpint (sluice_decoder_process_hear (process, report, &answer, &error), ==, SLUICE_DECODER_NOTHING);
  g_assert_true (sluice_decoder_process_ask (process, THEN + SECOND, &error));
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_REPORT);
  g_assert_cmpuint (both (sluice_report_link (report, 0)->bytes), ==, 100);
  g_assert_false (report->ended);
  g_assert_cmpint (answer.next, ==, THEN + SECOND);
  g_assert_true (sluice_decoder_process_ask (process, G_MAXINT64, &error));
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_REPORT);
  g_assert_true (report->ended);
  g_assert_cmpint (answer.fault, ==, SLUICE_READ_FAULT_CUT);
  g_assert_no_error (error);
}

static void
test_locked_up (void)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autoptr (SluiceDecoderProcess) process = start_file (&file, -1);
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) sluice_decoder_process_get_pid (process));
  g_autofree char *fds = g_strdup_printf ("/proc/%d/fd", (int) sluice_decoder_process_get_pid (process));
  g_autofree char *status = NULL;
  g_autoptr (GDir) dir = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  g_assert_nonnull (strstr (status, "\nCapEff:\t0000000000000000"));
  g_assert_nonnull (strstr (status, "\nSeccomp:\t2"));
  g_assert_nonnull (strstr (status, "\nNoNewPrivs:\t1"));
  if (geteuid () != 0)
    {
      g_test_skip ("the rest needs root");
      return;
    }
  g_assert_nonnull (strstr (status, "\nUid:\t65534\t65534\t65534\t65534"));
  /* The file and the way to the parent. */
  dir = g_dir_open (fds, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, 2);
}

static void
test_hurry (void)
{
  SluicePacketReader *reader = sluice_packet_reader_new ();
  SluiceDecoder *decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;
  int fds[2];

  pcap_add (&file, THEN, 100);
  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], file.bytes->data, file.bytes->len), ==, file.bytes->len);
  sluice_packet_reader_set_file (reader, decoder, fds[0]);
  process = sluice_decoder_process_new (reader, decoder, &error);
  g_assert_no_error (error);
  /* The pipe is not at its end, so the answer would take for ever. */
  g_assert_true (sluice_decoder_process_ask (process, G_MAXINT64, &error));
  g_usleep (50000);
  g_assert_cmpint (sluice_decoder_process_hear (process, report, &answer, &error), ==, SLUICE_DECODER_NOTHING);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_cmpuint (both (sluice_report_link (report, 0)->packets), ==, 1);
  g_assert_false (report->ended);
  /* It goes on from there. */
  g_assert_cmpint (write (fds[1], file.bytes->data + 24, file.bytes->len - 24), ==, file.bytes->len - 24);
  close (fds[1]);
  g_assert_true (sluice_decoder_process_ask (process, G_MAXINT64, &error));
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_REPORT);
  g_assert_cmpuint (both (sluice_report_link (report, 0)->packets), ==, 1);
  g_assert_true (report->ended);
}

static void
test_killed (void)
{
  const int signals[] = { SIGKILL, SIGSEGV, SIGSYS };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
      g_autoptr (SluiceDecoderProcess) process = start_file (&file, -1);
      g_autoptr (SluiceReport) report = sluice_report_new ();
      g_autoptr (GError) error = NULL;
      SluiceDecoderAnswer answer;

      g_assert_cmpint (kill (sluice_decoder_process_get_pid (process), signals[i]), ==, 0);
      g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_FAILED);
      g_assert_error (error, SLUICE_DECODER_ERROR, SLUICE_DECODER_ERROR_DIED);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_cmpint (strstr (error->message, "may not") != NULL, ==, signals[i] == SIGSYS);
      /* It is reaped. */
      g_assert_cmpint (sluice_decoder_process_get_pid (process), ==, 0);
      g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
    }
}

static void
test_ignores_terminal (void)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autoptr (SluiceDecoderProcess) process = start_file (&file, -1);
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;

  kill (sluice_decoder_process_get_pid (process), SIGINT);
  kill (sluice_decoder_process_get_pid (process), SIGTERM);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
}

static void
test_dies_with_parent (void)
{
  int fds[2];
  pid_t parent, child = 0;

  g_assert_cmpint (pipe (fds), ==, 0);
  parent = fork ();
  if (parent == 0)
    {
      g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
      SluiceDecoderProcess *process = start_file (&file, -1);

      child = sluice_decoder_process_get_pid (process);
      if (write (fds[1], &child, sizeof child) != sizeof child)
        _exit (1);
      raise (SIGKILL);
    }
  g_assert_cmpint (read (fds[0], &child, sizeof child), ==, sizeof child);
  g_assert_cmpint (waitpid (parent, NULL, 0), ==, parent);
  for (guint i = 0; kill (child, 0) == 0; i++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) child);
      g_autofree char *stat = NULL;

      /* Where nobody reaps orphans it stays as a zombie. */
      if (!g_file_get_contents (path, &stat, NULL, NULL) || strstr (stat, ") Z ") != NULL)
        break;
      g_assert_cmpuint (i, <, 200);
      g_usleep (10000);
    }
  close (fds[0]);
  close (fds[1]);
}

/* A peer that says what it is told to, and what its parent makes of it. */
static void
assert_lie (gconstpointer bytes, gsize length, gboolean hangs_up, SluiceDecoderError code)
{
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  process = sluice_decoder_process_new_for_peer (pair[0], 0);
  g_assert_cmpint (write (pair[1], bytes, length), ==, (gssize) length);
  if (hangs_up)
    shutdown (pair[1], SHUT_WR);
  g_assert_false (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_error (error, SLUICE_DECODER_ERROR, (int) code);
  close (pair[1]);
}

static void
test_lies (void)
{
  struct
  {
    SluiceFrameHeader header;
    SluiceReportFrame frame;
    guint8 rest[64];
  } lie = { { SLUICE_FRAME_TELL_REPORT, sizeof lie - sizeof lie.header } };
  const SluiceFrameHeader headers[] = {
    { 0, 0 },
    { 99, 0 },
    { SLUICE_FRAME_ASK_REPORT, 8 },
    { SLUICE_FRAME_TELL_READY, 0 },
    { SLUICE_FRAME_TELL_READY, 1 },
    { SLUICE_FRAME_TELL_NEWS, G_MAXUINT32 },
    { SLUICE_FRAME_TELL_REPORT, G_MAXUINT32 },
    { SLUICE_FRAME_TELL_REPORT, SLUICE_FRAME_MAX + 1 },
    { SLUICE_FRAME_TELL_REPORT, 3 },
    { SLUICE_FRAME_TELL_REFUSED, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    assert_lie (&headers[i], sizeof headers[i], FALSE, SLUICE_DECODER_ERROR_INVALID);
  /* A report that is none. */
  assert_lie (&lie, sizeof lie, FALSE, SLUICE_DECODER_ERROR_INVALID);
  lie.frame.fault = SLUICE_READ_N_FAULTS;
  assert_lie (&lie, sizeof lie, FALSE, SLUICE_DECODER_ERROR_INVALID);
  lie.frame.fault = 0;
  lie.frame.next = SLUICE_REPORT_TIME_MAX + 1;
  assert_lie (&lie, sizeof lie, FALSE, SLUICE_DECODER_ERROR_INVALID);
  lie.frame.next = 0;
  memset (lie.frame.detail, 'x', sizeof lie.frame.detail);
  assert_lie (&lie, sizeof lie, FALSE, SLUICE_DECODER_ERROR_INVALID);
  /* Half a word, and the end. */
  assert_lie (&lie, 5, TRUE, SLUICE_DECODER_ERROR_DIED);
  assert_lie (&lie, 100, TRUE, SLUICE_DECODER_ERROR_DIED);
}

static void
test_detail (void)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (GError) error = NULL;
  SluiceFrameHeader header = { .type = SLUICE_FRAME_TELL_REPORT };
  SluiceReportFrame frame = { .ended = 1, .fault = SLUICE_READ_FAULT_DAMAGED };
  SluiceDecoderAnswer answer;
  int pair[2];

  /* "日", three bytes, in every position to the end. */
  for (guint i = 1; i + 3 < sizeof frame.detail; i += 3)
    memcpy (frame.detail + i, "\xe6\x97\xa5", 3);
  frame.detail[0] = '\n';
  sluice_report_write (report, bytes);
  header.length = sizeof frame + bytes->len;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  process = sluice_decoder_process_new_for_peer (pair[0], 0);
  g_assert_cmpint (write (pair[1], &header, sizeof header), ==, sizeof header);
  g_assert_cmpint (write (pair[1], &frame, sizeof frame), ==, sizeof frame);
  g_assert_cmpint (write (pair[1], bytes->data, bytes->len), ==, bytes->len);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_no_error (error);
  g_assert_true (g_utf8_validate (answer.detail, -1, NULL));
  g_assert_cmpuint (strlen (answer.detail), >, 200);
  g_assert_true (g_str_has_suffix (answer.detail, "…"));
  close (pair[1]);
}

static void
test_unwaited (void)
{
  void (*before) (int) = signal (SIGCHLD, SIG_IGN);
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  g_autoptr (SluiceDecoderProcess) process = start_file (&file, -1);
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;

  /* Its number is its own until it is reaped, and what ended it is known. */
  g_assert_cmpint (kill (sluice_decoder_process_get_pid (process), SIGSEGV), ==, 0);
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_FAILED);
  g_assert_nonnull (strstr (error->message, strsignal (SIGSEGV)));
  signal (SIGCHLD, before);
}

static void
test_stalls (void)
{
  const SluiceFrameHeader header = { SLUICE_FRAME_TELL_REPORT, SLUICE_FRAME_MAX };
  gint64 begin = g_get_monotonic_time ();

  assert_lie (&header, 0, FALSE, SLUICE_DECODER_ERROR_LATE);
  assert_lie (&header, 3, FALSE, SLUICE_DECODER_ERROR_LATE);
  assert_lie (&header, sizeof header, FALSE, SLUICE_DECODER_ERROR_LATE);
  g_assert_cmpint ((g_get_monotonic_time () - begin) / 1000, <, 4 * SLUICE_DECODER_DEADLINE_MS);
}

static void
test_chatter (void)
{
  const SluiceFrameHeader news = { SLUICE_FRAME_TELL_NEWS, 0 };
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < 1000; i++)
    g_byte_array_append (bytes, (const guint8 *) &news, sizeof news);
  assert_lie (bytes->data, bytes->len, FALSE, SLUICE_DECODER_ERROR_LATE);
  g_byte_array_unref (bytes);
}

static void
test_unasked (void)
{
  const SluiceFrameHeader header = { SLUICE_FRAME_TELL_REPORT, sizeof (SluiceReportFrame) };
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  process = sluice_decoder_process_new_for_peer (pair[0], 0);
  g_assert_cmpint (write (pair[1], &header, sizeof header), ==, sizeof header);
  g_assert_cmpint (sluice_decoder_process_hear (process, report, &answer, &error), ==, SLUICE_DECODER_FAILED);
  g_assert_error (error, SLUICE_DECODER_ERROR, SLUICE_DECODER_ERROR_INVALID);
  close (pair[1]);
}

static void
send_udp (void)
{
  const struct sockaddr_in to
      = { .sin_family = AF_INET, .sin_port = htons (9), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (sendto (fd, "x", 1, 0, (const struct sockaddr *) &to, sizeof to), ==, 1);
  close (fd);
}

static void
test_news (void)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (GError) error = NULL;
  SluicePacketReader *reader;
  SluiceDecoder *decoder;
  SluiceDecoderAnswer answer;
  gint64 begin;

  if (!enter_namespace ())
    return;
  reader = sluice_packet_reader_new ();
  decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  g_assert_true (sluice_packet_reader_add_interface (reader, decoder, "lo", TRUE, &error));
  process = sluice_decoder_process_new (reader, decoder, &error);
  g_assert_no_error (error);
  begin = g_get_monotonic_time ();
  ping ("127.0.0.1");
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_NEWS);
  g_assert_cmpint ((g_get_monotonic_time () - begin) / 1000, <, 1000);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_cmpuint (both (sluice_report_link (report, 0)->packets), ==, 2);
  /* One that begins right after a report, when it is too early to tell of anything, is told of all the same. */
  send_udp ();
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_NEWS);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_cmpuint (report->flows->len, >, 0);
}

/* No packet comes that would tell the time. */
static void
test_silence (void)
{
  const struct sockaddr_in nobody
    = { .sin_family = AF_INET, .sin_port = htons (9), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  SluicePacketReader *reader = sluice_packet_reader_new ();
  SluiceDecoder *decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (SluiceDecoderProcess) process = NULL;
  g_autoptr (GError) error = NULL;
  SluiceDecoderAnswer answer;
  guint32 slot;
  int fd;

  if (!enter_namespace ())
    {
      sluice_packet_reader_free (reader);
      sluice_decoder_free (decoder);
      return;
    }
  g_assert_true (sluice_packet_reader_add_interface (reader, decoder, "lo", TRUE, &error));
  process = sluice_decoder_process_new (reader, decoder, &error);
  g_assert_no_error (error);
  /* A connection that is refused is over, and lingers for a second. */
  fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (fd, (const struct sockaddr *) &nobody, sizeof nobody), ==, -1);
  close (fd);
  g_assert_cmpint (hear (process, report, &answer, &error), ==, SLUICE_DECODER_NEWS);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_cmpuint (report->flows->len, ==, 1);
  g_assert_cmpuint (sluice_report_flow (report, 0)->flags & SLUICE_FLOW_ENDED, ==, 0);
  slot = sluice_report_flow (report, 0)->slot;
  g_usleep (2500 * 1000);
  g_assert_cmpint (sluice_decoder_process_hear (process, report, &answer, &error), ==, SLUICE_DECODER_NOTHING);
  g_assert_true (sluice_decoder_process_report_now (process, report, &answer, &error));
  g_assert_cmpuint (both (sluice_report_link (report, 0)->packets), ==, 0);
  g_assert_cmpuint (report->flows->len, ==, 1);
  g_assert_cmpuint (sluice_report_flow (report, 0)->slot, ==, slot);
  g_assert_cmpuint (sluice_report_flow (report, 0)->flags & SLUICE_FLOW_ENDED, !=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decoder-process/reads-a-file-as-far-as-it-is-asked", test_file);
  g_test_add_func ("/decoder-process/is-locked-up", test_locked_up);
  g_test_add_func ("/decoder-process/answers-at-once-while-it-waits-for-input", test_hurry);
  g_test_add_func ("/decoder-process/says-what-ended-it", test_killed);
  g_test_add_func ("/decoder-process/outlives-what-a-terminal-sends", test_ignores_terminal);
  g_test_add_func ("/decoder-process/dies-with-its-parent", test_dies_with_parent);
  g_test_add_func ("/decoder-process/believes-no-lie", test_lies);
  g_test_add_func ("/decoder-process/cuts-no-character-of-what-is-wrong-with-a-file", test_detail);
  g_test_add_func ("/decoder-process/knows-what-ended-it-where-nobody-waits-for-children", test_unwaited);
  g_test_add_func ("/decoder-process/waits-no-longer-than-the-deadline", test_stalls);
  g_test_add_func ("/decoder-process/waits-no-longer-for-a-chatterer", test_chatter);
  g_test_add_func ("/decoder-process/takes-no-report-that-was-not-asked-for", test_unasked);
  g_test_add_func ("/decoder-process/tells-of-new-flows-at-once", test_news);
  g_test_add_func ("/decoder-process/ends-the-silent-on-a-silent-link", test_silence);
  return g_test_run ();
}
