#include "engine/recording.h"

#include "recording-file.h"
#include "sample-maker.h"

#include "tests/deadline.h"

static void
feed (SluiceRecording *recording, gint64 second, guint64 rx, gboolean ended)
{
  g_autoptr (SluiceSample) sample = make_sample (second);

  put_interface (sample, 1, "file", rx, 0);
  sample->ended = ended;
  sluice_recording_feed (recording, sample);
}

static void
test_span (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  guint n_done = 0;
  gint64 from = 7, to = 8;

  g_signal_connect (recording, "done", G_CALLBACK (count_cb), &n_done);
  g_assert_false (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (from, ==, 7);
  feed (recording, 1000, 10, FALSE);
  feed (recording, 1000 + 7200, 20, FALSE);
  g_assert_cmpint (sluice_recording_get_reached (recording), ==, (1000 + 7200) * SECOND);
  g_assert_false (sluice_recording_is_done (recording));
  feed (recording, 1000 + 7201, 0, TRUE);
  g_assert_true (sluice_recording_is_done (recording));
  g_assert_cmpuint (n_done, ==, 1);
  g_assert_null (sluice_recording_get_fault (recording));
  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (from, ==, 999 * SECOND);
  g_assert_cmpint (to, ==, (1000 + 7200) * SECOND);
}

/* A clock that was never set begins there. */
static void
test_epoch (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  gint64 from = 7, to = 8;

  feed (recording, 1, 10, FALSE);
  feed (recording, 5, 20, TRUE);
  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (from, ==, 0);
  g_assert_cmpint (to, ==, 5 * SECOND);
}

static void
test_progress (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  static const double steps[] = { 0.25, 0.75, -1 };

  g_assert_cmpfloat (sluice_recording_get_progress (recording), <, 0);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (SluiceSample) sample = make_sample (1000 + i);

      sample->is_file = TRUE;
      sample->file.progress = steps[i];
      sluice_recording_feed (recording, sample);
      g_assert_cmpfloat (sluice_recording_get_progress (recording), ==, steps[i]);
    }
  /* What is made from no file says nothing of one. */
  feed (recording, 1003, 10, FALSE);
  g_assert_cmpfloat (sluice_recording_get_progress (recording), <, 0);
}

/* The largest rate of all, bytes/s received. */
static double
peak_of (SluiceRecording *recording)
{
  SluiceSeriesSummary summary;

  sluice_series_summarise (
    sluice_interface_item_get_series (sluice_live_model_get_scope (sluice_recording_get_model (recording))), 0,
    G_MAXINT64 / 2, &summary);
  return summary.peak[SLUICE_RX];
}

static void
test_last (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  g_autoptr (SluiceSample) sample = make_sample (1002);
  gint64 from, to;

  feed (recording, 1000, 10, FALSE);
  feed (recording, 1001, 10, FALSE);
  put_interface (sample, 1, "file", 10, 0);
  sample->time = 1001 * SECOND + 1;
  sample->duration = 1;
  sample->ended = TRUE;
  sluice_recording_feed (recording, sample);
  g_assert_cmpfloat_with_epsilon (peak_of (recording), 10, 0.01);
  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (to, ==, 1002 * SECOND);
}

static void
test_last_after_pause (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  g_autoptr (SluiceSample) pause = make_sample (1060);
  g_autoptr (SluiceSample) sample = make_sample (1061);
  gint64 from, to;

  feed (recording, 1000, 10, FALSE);
  pause->duration = 60 * SECOND;
  put_interface (pause, 1, "file", 0, 0);
  sluice_recording_feed (recording, pause);
  put_interface (sample, 1, "file", 30, 0);
  sample->time = 1060 * SECOND + 1000;
  sample->duration = 1000;
  sample->ended = TRUE;
  sluice_recording_feed (recording, sample);
  g_assert_cmpfloat_with_epsilon (peak_of (recording), 30, 0.01);
  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (to, ==, 1061 * SECOND);
}

static void
test_short (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  g_autoptr (SluiceSample) sample = make_sample (1000);
  gint64 from, to;

  put_interface (sample, 1, "file", 10, 0);
  sample->duration = 1000;
  sample->ended = TRUE;
  sample->fault = g_strdup ("It was cut.");
  sluice_recording_feed (recording, sample);
  /* A millisecond is no time to speak of rates. */
  g_assert_cmpfloat_with_epsilon (peak_of (recording), 10, 0.01);
  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (to - from, >=, SECOND);
  g_assert_cmpstr (sluice_recording_get_fault (recording), ==, "It was cut.");
}

static void
test_refused (void)
{
  g_autoptr (SluiceRecording) missing = sluice_recording_new ();
  g_autoptr (SluiceRecording) folder = sluice_recording_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sluice_recording_start (missing, "/nowhere/at/all.pcap", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (sluice_recording_start (folder, "/", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

static void
put32 (GByteArray *bytes, guint32 value)
{
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

/* A capture file (pcap, microseconds, Ethernet) of @n datagrams, a second apart, to a name server. */
static GByteArray *
make_file (guint n)
{
  static const guint8 packet[] = {
    2,   0,  0, 0, 0, 1, 2, 0,  0, 0, 0, 2, 8,  0,                                    /* Ethernet */
    0x45, 0, 0, 36, 0, 1, 0, 0, 64, 17, 0, 0, 192, 168, 1, 2, 198, 51, 100, 53,        /* IPv4 */
    0xc0, 0, 0, 53, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,                               /* UDP */
  };
  GByteArray *bytes = g_byte_array_new ();

  put32 (bytes, 0xa1b2c3d4);
  put32 (bytes, 4 << 16 | 2);
  put32 (bytes, 0);
  put32 (bytes, 0);
  put32 (bytes, 65535);
  put32 (bytes, 1);
  for (guint i = 0; i < n; i++)
    {
      put32 (bytes, 1700000000 + i);
      put32 (bytes, 0);
      put32 (bytes, sizeof packet);
      put32 (bytes, sizeof packet);
      g_byte_array_append (bytes, packet, sizeof packet);
    }
  return bytes;
}

static void
test_file (void)
{
  g_autoptr (GByteArray) bytes = make_file (30);
  g_autoptr (SluiceRecording) recording = read_recording (bytes->data, bytes->len);
  g_autoptr (GArray) hosts = NULL;
  g_autoptr (GArray) protocols = NULL;
  const SluiceTimelineEntry *host;
  gint64 from, to;

  g_assert_null (sluice_recording_get_fault (recording));
  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (to - from, >=, 29 * SECOND);
  g_assert_cmpint (ABS (from - 1700000000 * SECOND), <=, SECOND);
  hosts = sluice_timeline_top (sluice_live_model_get_timeline (sluice_recording_get_model (recording), SLUICE_BY_HOST),
                               from, to, 0, 5);
  g_assert_cmpuint (hosts->len, ==, 1);
  host = &g_array_index (hosts, SluiceTimelineEntry, 0);
  g_assert_cmpstr (host->identity, ==, "198.51.100.53");
  /* The near side is that of the private network. */
  g_assert_cmpuint (host->bytes[SLUICE_TX], ==, 30 * 50);
  g_assert_cmpuint (host->bytes[SLUICE_RX], ==, 0);
  protocols = sluice_timeline_top (
    sluice_live_model_get_timeline (sluice_recording_get_model (recording), SLUICE_BY_PROTOCOL), from, to, 0, 5);
  g_assert_cmpuint (protocols->len, ==, 1);
  g_assert_cmpuint (g_array_index (protocols, SluiceTimelineEntry, 0).protocol, ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_DNS));
}

static void
test_faults (void)
{
  g_autoptr (GByteArray) bytes = make_file (3);
  g_autoptr (SluiceRecording) empty = read_recording ("", 0);
  g_autoptr (SluiceRecording) text = read_recording ("This is no capture file, but a letter to a friend.", 50);
  g_autoptr (SluiceRecording) cut = read_recording (bytes->data, bytes->len - 5);
  gint64 from, to;

  g_assert_nonnull (strstr (sluice_recording_get_fault (empty), "is empty"));
  g_assert_false (sluice_recording_get_span (empty, &from, &to));
  g_assert_nonnull (strstr (sluice_recording_get_fault (text), "is no capture file"));
  g_assert_false (sluice_recording_get_span (text, &from, &to));
  /* What stands before the cut is there. */
  g_assert_nonnull (strstr (sluice_recording_get_fault (cut), "in the middle of a packet"));
  g_assert_true (sluice_recording_get_span (cut, &from, &to));
}

static void
test_cancel (void)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  g_autoptr (GError) error = NULL;
  guint n_done = 0;

  /* Endless, and of nothing. */
  g_signal_connect (recording, "done", G_CALLBACK (count_cb), &n_done);
  g_assert_true (sluice_recording_start (recording, "/dev/zero", NULL, &error));
  g_assert_no_error (error);
  sluice_recording_cancel (recording);
  sluice_recording_cancel (recording);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_done, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording/spans-from-the-first-packet-to-the-last", test_span);
  g_test_add_func ("/recording/may-begin-at-the-epoch", test_epoch);
  g_test_add_func ("/recording/knows-how-much-of-the-file-was-read", test_progress);
  g_test_add_func ("/recording/has-no-peak-where-the-file-ends", test_last);
  g_test_add_func ("/recording/ends-with-a-burst-where-there-was-a-pause-before", test_last_after_pause);
  g_test_add_func ("/recording/spans-a-second-at-least", test_short);
  g_test_add_func ("/recording/refuses-what-cannot-be-opened", test_refused);
  g_test_add_func ("/recording/reads-hosts-and-protocols-from-a-file", test_file);
  g_test_add_func ("/recording/says-what-is-wrong-with-a-file", test_faults);
  g_test_add_func ("/recording/gives-up-at-once", test_cancel);
  return g_test_run ();
}
