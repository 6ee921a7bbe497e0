#include "capture/packet-reader.h"

#include "../network-namespace.h"
#include "capture-files.h"
#include "capture/wire.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

typedef struct
{
  SluiceDecoder *decoder;
  SluicePacketReader *reader;
  SluiceReport *report;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  f->reader = sluice_packet_reader_new ();
  f->report = sluice_report_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sluice_packet_reader_free (f->reader);
  sluice_decoder_free (f->decoder);
  sluice_report_free (f->report);
}

/* Reads up to a time and looks at what came: packets and bytes of the one link. */
static SluiceReadResult
read_until (Fixture *f, gint64 until, guint64 packets, guint64 bytes)
{
  SluiceReadResult result;

  sluice_packet_reader_set_until (f->reader, until);
  result = sluice_packet_reader_read (f->reader);
  sluice_decoder_take (f->decoder, f->report);
  if (f->report->links->len == 0)
    {
      g_assert_cmpuint (packets, ==, 0);
      return result;
    }
  g_assert_cmpuint (f->report->links->len, ==, 1);
  g_assert_cmpuint (both (sluice_report_link (f->report, 0)->packets), ==, packets);
  g_assert_cmpuint (both (sluice_report_link (f->report, 0)->bytes), ==, bytes);
  return result;
}

static void
open_file (Fixture *f, CaptureFile *file, gssize length)
{
  sluice_packet_reader_set_file (f->reader, f->decoder, capture_open (file, length));
}

static void
assert_ended (Fixture *f, SluiceReadFault fault, guint64 packets, guint64 bytes)
{
  g_assert_cmpint (read_until (f, G_MAXINT64, packets, bytes), ==, SLUICE_READ_ENDED);
  g_assert_cmpint (sluice_packet_reader_get_fault (f->reader, NULL), ==, fault);
}

static void
test_forms (Fixture *f, gconstpointer data)
{
  guint form = GPOINTER_TO_UINT (data);
  g_auto (CaptureFile) file = pcap_new (form & 1, form & 2, 1);

  pcap_add (&file, THEN + 123456, 42);
  pcap_add (&file, THEN + SECOND + 5, 1500);
  open_file (f, &file, -1);
  g_assert_true (sluice_packet_reader_is_file (f->reader));
  g_assert_cmpint (read_until (f, G_MININT64, 0, 0), ==, SLUICE_READ_REACHED);
  g_assert_cmpint (sluice_packet_reader_get_next (f->reader), ==, THEN + 123456);
  /* The length is the wire's. */
  assert_ended (f, SLUICE_READ_FAULT_NONE, 2, 1542);
  g_assert_cmpint (f->report->first, ==, THEN + 123456);
  g_assert_cmpint (f->report->last, ==, THEN + SECOND + 5);
  g_assert_cmpint (sluice_packet_reader_get_next (f->reader), ==, 0);
}

static void
test_pcapng (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcapng_new (data != NULL);

  pcapng_add_interface (&file, 1, 6);
  pcapng_add_interface (&file, 1, 9);
  pcapng_add (&file, 0, THEN, 100);
  pcapng_add (&file, 1, (guint64) (THEN + 7) * 1000, 200);
  pcapng_add (&file, 0, THEN + 9, 300);
  open_file (f, &file, -1);
  g_assert_cmpint (read_until (f, THEN + 8, 2, 300), ==, SLUICE_READ_REACHED);
  g_assert_cmpint (f->report->last, ==, THEN + 7);
  assert_ended (f, SLUICE_READ_FAULT_NONE, 1, 300);
}

static void
test_mixed_kinds (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcapng_new (FALSE);

  pcapng_add_interface (&file, 1, 6);
  pcapng_add (&file, 0, THEN, 100);
  pcapng_add_interface (&file, 113, 6);
  pcapng_add (&file, 1, THEN, 100);
  open_file (f, &file, -1);
  assert_ended (f, SLUICE_READ_FAULT_MIXED, 1, 100);
}

static void
test_stops_at_times (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);

  for (guint i = 0; i < 10; i++)
    pcap_add (&file, THEN + i * SECOND, 100);
  open_file (f, &file, -1);
  g_assert_cmpint (read_until (f, THEN + 3 * SECOND, 3, 300), ==, SLUICE_READ_REACHED);
  g_assert_cmpint (sluice_packet_reader_get_next (f->reader), ==, THEN + 3 * SECOND);
  /* Asked again for the same time, there is nothing more. */
  g_assert_cmpint (read_until (f, THEN + 3 * SECOND, 0, 0), ==, SLUICE_READ_REACHED);
  g_assert_cmpint (read_until (f, THEN + 4 * SECOND, 1, 100), ==, SLUICE_READ_REACHED);
  assert_ended (f, SLUICE_READ_FAULT_NONE, 6, 600);
}

static void
test_time_goes_back (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);

  pcap_add (&file, THEN, 100);
  pcap_add (&file, THEN - 3600 * SECOND, 100);
  pcap_add (&file, 0, 100);
  pcap_add (&file, THEN + SECOND, 100);
  open_file (f, &file, -1);
  g_assert_cmpint (read_until (f, THEN + SECOND, 3, 300), ==, SLUICE_READ_REACHED);
  g_assert_cmpint (f->report->last, ==, THEN);
  assert_ended (f, SLUICE_READ_FAULT_NONE, 1, 100);
}

static void
test_cut_anywhere (void)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  const gsize packet = 16 + sizeof udp_packet;

  pcap_add (&file, THEN, 42);
  pcap_add (&file, THEN, 42);
  for (gsize length = 0; length <= file.bytes->len; length++)
    {
      Fixture f;
      gsize whole = length >= 24 ? (length - 24) / packet : 0;

      set_up (&f, NULL);
      open_file (&f, &file, length);
      assert_ended (&f,
                    length == 0                                      ? SLUICE_READ_FAULT_EMPTY
                    : length < 24 || length != 24 + whole * packet ? SLUICE_READ_FAULT_CUT
                                                                   : SLUICE_READ_FAULT_NONE,
                    whole, whole * 42);
      tear_down (&f, NULL);
    }
}

static void
test_no_capture (Fixture *f, gconstpointer data)
{
  CaptureFile file = { g_byte_array_new () };

  g_byte_array_append (file.bytes, (const guint8 *) "<!DOCTYPE html>", 15);
  open_file (f, &file, -1);
  assert_ended (f, SLUICE_READ_FAULT_UNKNOWN, 0, 0);
  capture_clear (&file);
}

static void
test_absurd_length (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 1);
  const char *detail;

  pcap_add (&file, THEN, 42);
  put32 (&file, 0);
  put32 (&file, 0);
  put32 (&file, G_MAXUINT32);
  put32 (&file, 42);
  open_file (f, &file, -1);
  assert_ended (f, SLUICE_READ_FAULT_DAMAGED, 1, 42);
  sluice_packet_reader_get_fault (f->reader, &detail);
  g_assert_cmpstr (detail, !=, "");
}

static void
assert_undecoded (Fixture *f, guint16 link_type)
{
  g_assert_cmpuint (f->report->flows->len, ==, 1);
  g_assert_cmpuint (sluice_report_flow (f->report, 0)->protocol, ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_LINK, link_type));
}

static void
test_unknown_link_type (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcap_new (FALSE, FALSE, 147);

  pcap_add (&file, THEN, 77);
  open_file (f, &file, -1);
  assert_ended (f, SLUICE_READ_FAULT_NONE, 1, 77);
  assert_undecoded (f, 147);
}

/* Files call "ATM" 100, libpcap 11. */
static void
test_renumbered_link_type (Fixture *f, gconstpointer data)
{
  g_auto (CaptureFile) file = pcapng_new (FALSE);

  pcapng_add_interface (&file, 100, 6);
  pcapng_add (&file, 0, THEN, 77);
  open_file (f, &file, -1);
  assert_ended (f, SLUICE_READ_FAULT_NONE, 1, 77);
  assert_undecoded (f, 100);
}

static guint
drain_for (Fixture *f, guint ms)
{
  int fds[SLUICE_DECODER_LINKS_MAX];
  guint n = 0;

  for (gint64 end = g_get_monotonic_time () + ms * 1000; g_get_monotonic_time () < end;)
    {
      struct pollfd fd = { .events = POLLIN };

      sluice_packet_reader_get_descriptors (f->reader, fds);
      fd.fd = fds[0];
      if (poll (&fd, 1, 10) > 0)
        n += sluice_packet_reader_drain (f->reader);
    }
  return n;
}

static void
test_loopback_once (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!enter_namespace ())
    return;
  g_assert_true (sluice_packet_reader_add_interface (f->reader, f->decoder, "lo", TRUE, &error));
  g_assert_no_error (error);
  send_to_itself (20);
  g_assert_cmpuint (drain_for (f, 50), ==, 0);
  sluice_packet_reader_begin (f->reader);
  send_to_itself (50);
  g_assert_cmpuint (drain_for (f, 300), ==, 50);
  sluice_decoder_take (f->decoder, f->report);
  g_assert_cmpuint (both (sluice_report_link (f->report, 0)->packets), ==, 50);
  g_assert_cmpuint (both (sluice_report_link (f->report, 0)->bytes), ==, 50 * (14 + 20 + 8 + 1));
  /* Nothing comes by itself, and waiting costs nothing. */
  g_assert_cmpuint (drain_for (f, 50), ==, 0);
}

/* Sends what is @length bytes long from a port to another on the loopback, where somebody listens. */
static void
send_datagram (guint16 from, guint16 to, const guint8 *bytes, guint length)
{
  const struct sockaddr_in6 source
    = { .sin6_family = AF_INET6, .sin6_port = htons (from), .sin6_addr = in6addr_loopback };
  const struct sockaddr_in6 target
    = { .sin6_family = AF_INET6, .sin6_port = htons (to), .sin6_addr = in6addr_loopback };
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int sink = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (const struct sockaddr *) &source, sizeof source), ==, 0);
  g_assert_cmpint (bind (sink, (const struct sockaddr *) &target, sizeof target), ==, 0);
  g_assert_cmpint (sendto (fd, bytes, length, 0, (const struct sockaddr *) &target, sizeof target), ==, (gint) length);
  close (fd);
  close (sink);
}

/* What is captured of a packet depends on what it holds, never whether it is captured. */
static void
test_lengths (Fixture *f, gconstpointer data)
{
  /* The name "n" with more addresses than a short capture would hold. */
  static const guint8 question[] = { 0, 1, 0x81, 0x80, 0, 1, 0, 20, 0, 0, 0, 0, 1, 'n', 0, 0, 1, 0, 1 };
  guint8 address[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 0 };
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint64 bytes = 0;
  guint8 zeroes[700] = { 0 };

  if (!enter_namespace ())
    return;
  g_assert_true (sluice_packet_reader_add_interface (f->reader, f->decoder, "lo", TRUE, &error));
  g_assert_no_error (error);
  sluice_packet_reader_begin (f->reader);
  for (guint length = 0; length < sizeof zeroes; length++)
    {
      send_datagram (4000, 5000, zeroes, length);
      bytes += 14 + 40 + 8 + length;
    }
  g_byte_array_append (answer, question, sizeof question);
  for (guint i = 0; i < 20; i++, address[sizeof address - 1]++)
    g_byte_array_append (answer, address, sizeof address);
  /* The question, then the answer. */
  send_datagram (5001, 53, zeroes, 12);
  send_datagram (53, 5001, answer->data, answer->len);
  g_assert_cmpuint (drain_for (f, 300), ==, sizeof zeroes + 2);
  sluice_decoder_take (f->decoder, f->report);
  g_assert_cmpuint (both (sluice_report_link (f->report, 0)->packets), ==, sizeof zeroes + 2);
  g_assert_cmpuint (both (sluice_report_link (f->report, 0)->bytes), ==, bytes + 2 * (14 + 40 + 8) + 12 + answer->len);
  g_assert_cmpuint (sluice_report_link (f->report, 0)->truncated, ==, 0);
  g_assert_cmpuint (f->report->names->len, ==, 20);
  g_assert_cmpstr (sluice_report_name (f->report, 19)->name, ==, "n");
}

/* As it comes in over a cable. */
static void
send_frame (const char *interface, const guint8 *bytes, guint length)
{
  const struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_ifindex = (int) if_nametoindex (interface) };
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

  g_assert_cmpint (sendto (fd, bytes, length, 0, (const struct sockaddr *) &link, sizeof link), ==, (gint) length);
  close (fd);
}

/* The first segment of a request that has more, with its host far behind; and a header of 60 bytes over IPv6. */
static void
test_headers (Fixture *f, gconstpointer data)
{
  g_autofree char *request
    = g_strdup_printf ("DELETE /%0300d HTTP/1.1\r\nHost: www.example.org\r\nCookie: %0900d", 0, 0);
  const Wire long_request = { "192.0.2.1", "203.0.113.1", 4000, 80, 6, WIRE_ACK, .payload = request,
                              .length = (guint) strlen (request) };
  const Wire long_header = { "2001:db8::1", "2001:db8::2", 4000, 9000, 6, WIRE_ACK, .length = 1000 };
  g_autoptr (GError) error = NULL;
  guint8 frame[WIRE_MAX];
  guint length;

  if (!enter_namespace ())
    return;
  ip ("link add va type veth peer name vb");
  ip ("link set va up");
  ip ("link set vb up");
  g_assert_true (sluice_packet_reader_add_interface (f->reader, f->decoder, "va", FALSE, &error));
  sluice_packet_reader_begin (f->reader);
  length = wire_write (&long_request, frame);
  send_frame ("vb", frame, length);
  length = wire_write (&long_header, frame);
  /* How long the header is: 40 bytes of it were payload. */
  frame[14 + 40 + 12] = 0xf0;
  send_frame ("vb", frame, length);
  drain_for (f, 300);
  sluice_decoder_take (f->decoder, f->report);
  g_assert_cmpuint (f->report->names->len, ==, 1);
  g_assert_cmpstr (sluice_report_name (f->report, 0)->name, ==, "www.example.org");
  g_assert_cmpuint (sluice_report_link (f->report, 0)->truncated, ==, 0);
  for (guint i = 0; i < f->report->flows->len; i++)
    {
      const SluiceFlowReport *flow = sluice_report_flow (f->report, i);

      if (flow->key.local_port == 9000 || flow->key.remote_port == 9000)
        g_assert_cmpuint (both (flow->payload), ==, 960);
    }
}

static void
test_counts_drops (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 seen, dropped;

  if (!enter_namespace ())
    return;
  g_assert_true (sluice_packet_reader_add_interface (f->reader, f->decoder, "lo", TRUE, &error));
  sluice_packet_reader_begin (f->reader);
  /* More than the buffer holds, and nobody reads. */
  send_to_itself (200000);
  while (drain_for (f, 100) > 0)
    continue;
  sluice_packet_reader_count_drops (f->reader);
  sluice_decoder_take (f->decoder, f->report);
  seen = both (sluice_report_link (f->report, 0)->packets);
  dropped = sluice_report_link (f->report, 0)->kernel_drops;
  g_assert_cmpuint (dropped, >, 0);
  /* A packet may have lost one of its two copies. */
  g_assert_cmpuint (seen + dropped, >, 199900);
  g_assert_cmpuint (seen + dropped, <, 200100);
  /* They are told once. */
  sluice_packet_reader_count_drops (f->reader);
  sluice_decoder_take (f->decoder, f->report);
  g_assert_cmpuint (sluice_report_link (f->report, 0)->kernel_drops, ==, 0);
}

static void
test_interface_vanishes (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fds[SLUICE_DECODER_LINKS_MAX];

  if (!enter_namespace ())
    return;
  ip ("link add va type veth peer name vb");
  g_assert_false (sluice_packet_reader_add_interface (f->reader, f->decoder, "va", FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_error (&error);
  ip ("link set va up");
  g_assert_true (sluice_packet_reader_add_interface (f->reader, f->decoder, "va", FALSE, &error));
  sluice_packet_reader_begin (f->reader);
  g_assert_false (sluice_packet_reader_is_lost (f->reader, 0));
  ip ("link del va");
  drain_for (f, 100);
  g_assert_cmpuint (sluice_packet_reader_count_lost (f->reader), ==, 1);
  g_assert_true (sluice_packet_reader_is_lost (f->reader, 0));
  g_assert_false (sluice_packet_reader_is_lost (f->reader, 1));
  g_assert_cmpuint (sluice_packet_reader_get_descriptors (f->reader, fds), ==, 1);
  g_assert_cmpint (fds[0], ==, -1);
  g_assert_false (sluice_packet_reader_add_interface (f->reader, f->decoder, "va", FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* How large the rings of packet sockets in this process are together, KiB. */
static guint64
count_rings (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 sum = 0;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "socket:[") != NULL)
      {
        const char *dash = strchr (lines[i], '-');

        sum += (g_ascii_strtoull (dash + 1, NULL, 16) - g_ascii_strtoull (lines[i], NULL, 16)) / 1024;
      }
  return sum;
}

static void
test_shares (void)
{
  for (guint n = 1; n <= 64; n *= 64)
    {
      g_autoptr (SluicePacketReader) reader = NULL;
      g_autoptr (SluiceDecoder) decoder = sluice_decoder_new (1 << 20);
      g_autoptr (GError) error = NULL;

      if (n == 1 && !enter_namespace ())
        return;
      reader = sluice_packet_reader_new ();
      sluice_packet_reader_set_shares (reader, n);
      g_assert_true (sluice_packet_reader_add_interface (reader, decoder, "lo", TRUE, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (count_rings (), <=, n == 1 ? 8192 : 1024);
      g_assert_cmpuint (count_rings (), >=, n == 1 ? 4096 : 256);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, function) g_test_add ("/packet-reader/" path, Fixture, data, set_up, function, tear_down)
  ADD ("reads-pcap", GUINT_TO_POINTER (0), test_forms);
  ADD ("reads-swapped-pcap", GUINT_TO_POINTER (1), test_forms);
  ADD ("reads-nanosecond-pcap", GUINT_TO_POINTER (2), test_forms);
  ADD ("reads-swapped-nanosecond-pcap", GUINT_TO_POINTER (3), test_forms);
  ADD ("reads-pcapng-of-several-interfaces", NULL, test_pcapng);
  ADD ("reads-swapped-pcapng", GUINT_TO_POINTER (1), test_pcapng);
  ADD ("keeps-what-stands-before-another-kind-of-interface", NULL, test_mixed_kinds);
  ADD ("stops-at-the-time-that-is-asked-for", NULL, test_stops_at_times);
  ADD ("counts-packets-whose-time-goes-back", NULL, test_time_goes_back);
  g_test_add_func ("/packet-reader/keeps-what-stands-before-a-cut-anywhere", test_cut_anywhere);
  ADD ("tells-what-is-no-capture", NULL, test_no_capture);
  ADD ("survives-an-absurd-length", NULL, test_absurd_length);
  ADD ("counts-a-link-type-that-it-does-not-know", NULL, test_unknown_link_type);
  ADD ("counts-a-link-type-by-the-number-that-files-have-for-it", NULL, test_renumbered_link_type);
  ADD ("sees-the-loopback-once-and-nothing-before-it-begins", NULL, test_loopback_once);
  ADD ("captures-names-whole-and-every-packet", NULL, test_lengths);
  ADD ("captures-what-begins-a-request-and-long-headers-whole", NULL, test_headers);
  ADD ("counts-what-the-kernel-dropped-once", NULL, test_counts_drops);
  ADD ("outlives-an-interface", NULL, test_interface_vanishes);
  g_test_add_func ("/packet-reader/many-interfaces-share-the-memory", test_shares);
  return g_test_run ();
}
