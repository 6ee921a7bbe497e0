#include "decode/signature.h"

#include "dns-maker.h"
#include "exact.h"
#include "tls-maker.h"

#define TCP 6
#define UDP 17

static const char *
guess (guint8 protocol, guint source, guint destination, const void *bytes, gsize length)
{
  static char text[SLUICE_PROTOCOL_TEXT_MAX];
  guint8 *copy = exact_copy (bytes, length);
  const SluicePacket packet = {
    .kind = SLUICE_PACKET_IPV4,
    .flags = SLUICE_PACKET_HAS_PORTS,
    .protocol = protocol,
    .source_port = (guint16) source,
    .destination_port = (guint16) destination,
    .payload = copy,
    .payload_captured = (guint32) length,
    .payload_length = (guint32) length,
  };
  SluiceProtocol found = sluice_signature_guess (&packet);

  free (copy);
  g_assert_true (sluice_protocol_is_valid (found));
  return sluice_protocol_to_text (found, text);
}

#define assert_guess(protocol, source, destination, text, expected) \
  g_assert_cmpstr (guess (protocol, source, destination, text, sizeof (text) - 1), ==, expected)

static void
test_ssh (void)
{
  assert_guess (TCP, 50000, 2222, "SSH-2.0-OpenSSH_9.2\r\n", "SSH");
  assert_guess (TCP, 2222, 50000, "SSH-1.99-x\r\n", "SSH");
  assert_guess (TCP, 2222, 50000, "SSH-", "TCP");
  assert_guess (TCP, 2222, 50000, "SSH-x.0", "TCP");
  assert_guess (UDP, 2222, 50000, "SSH-2.0-OpenSSH_9.2\r\n", "UDP");
}

static void
test_http (void)
{
  assert_guess (TCP, 50000, 1234, "GET / HTTP/1.1\r\n\r\n", "HTTP");
  assert_guess (TCP, 1234, 50000, "HTTP/1.1 200 OK\r\n", "HTTP");
  assert_guess (TCP, 50000, 443, "GET / HTTP/1.1\r\n\r\n", "HTTP");
  assert_guess (UDP, 1900, 50000, "HTTP/1.1 200 OK\r\n", "SSDP");
}

static void
test_tls (void)
{
  TestHello test = { .version = 0x0303, .name = "a.example" };
  g_autoptr (GByteArray) plain = make_hello (&test, 16384);
  g_autoptr (GByteArray) web = NULL;
  g_autoptr (GByteArray) mail = NULL;

  test.alpn = "\2h2";
  web = make_hello (&test, 16384);
  test.alpn = "\4imap";
  mail = make_hello (&test, 16384);
  g_assert_cmpstr (guess (TCP, 50000, 443, plain->data, plain->len), ==, "HTTPS");
  g_assert_cmpstr (guess (TCP, 50000, 1234, plain->data, plain->len), ==, "TLS");
  g_assert_cmpstr (guess (TCP, 50000, 1234, web->data, web->len), ==, "HTTPS");
  g_assert_cmpstr (guess (TCP, 50000, 1234, mail->data, mail->len), ==, "TLS");
  g_assert_cmpstr (guess (TCP, 50000, 993, plain->data, plain->len), ==, "IMAPS");
  g_assert_cmpstr (guess (TCP, 50000, 80, plain->data, plain->len), ==, "TLS");
  /* The server's hello, and something like neither. */
  assert_guess (TCP, 443, 50000, "\26\3\3\0\172\2\0\0\166\3\3", "HTTPS");
  assert_guess (TCP, 1234, 50000, "\26\3\3\0\172\2\0\0\166\3\3", "TLS");
  assert_guess (TCP, 1234, 50000, "\26\3\3\0\172\3\0\0\166\3\3", "TCP");
  assert_guess (TCP, 1234, 50000, "\26\3\3\0\172", "TCP");
}

static void
test_dns (void)
{
  g_autoptr (GByteArray) query = begin_dns (0x0100, 1, 0, 0, 0);
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  put_question (query, "a.example", 1);
  put_16 (stream, query->len);
  g_byte_array_append (stream, query->data, query->len);
  g_assert_cmpstr (guess (UDP, 50000, 53, query->data, query->len), ==, "DNS");
  g_assert_cmpstr (guess (UDP, 5353, 5353, query->data, query->len), ==, "mDNS");
  g_assert_cmpstr (guess (UDP, 50000, 5355, query->data, query->len), ==, "LLMNR");
  g_assert_cmpstr (guess (UDP, 50000, 1234, query->data, query->len), ==, "UDP");
  g_assert_cmpstr (guess (TCP, 53, 50000, stream->data, stream->len), ==, "DNS");
  /* On a high port that is also known, the well-known content decides. */
  g_assert_cmpstr (guess (UDP, 25, 53, query->data, query->len), ==, "DNS");
}

static void
test_ntp (void)
{
  guint8 message[48] = { 0x23 };

  g_assert_cmpstr (guess (UDP, 123, 123, message, sizeof message), ==, "NTP");
  g_assert_cmpstr (guess (UDP, 50000, 1234, message, sizeof message), ==, "UDP");
  /* The shape decides where the lower port would say otherwise. */
  g_assert_cmpstr (guess (UDP, 53, 123, message, sizeof message), ==, "NTP");
  message[0] = 0x20;
  g_assert_cmpstr (guess (UDP, 53, 123, message, sizeof message), ==, "DNS");
  message[0] = 0x23;
  g_assert_cmpstr (guess (UDP, 53, 123, message, 47), ==, "DNS");
}

static void
test_quic (void)
{
  assert_guess (UDP, 50000, 4433, "\303\0\0\0\1\10abcdefgh\0", "QUIC");
  assert_guess (UDP, 4433, 50000, "\323\x6b\x33\x43\xcf\0\10abcdefgh", "QUIC");
  assert_guess (UDP, 50000, 4433, "\303\xff\0\0\x1d\10abcdefgh\0", "QUIC");
  assert_guess (UDP, 50000, 443, "\303\x1a\x2a\x3a\x4a\10abcdefgh\0", "QUIC");
  assert_guess (UDP, 50000, 4433, "\303\x1a\x2a\x3a\x4a\10abcdefgh\0", "UDP");
  assert_guess (UDP, 50000, 4433, "\303\0\0\0\3\10abcdefgh\0", "UDP");
  assert_guess (UDP, 50000, 4433, "\303\0\0\0\1\25abcdefghabcdefghabcdef\0", "UDP");
  assert_guess (UDP, 50000, 4433, "\303\0\0\0\1\10abcdefgh\25", "UDP");
  assert_guess (UDP, 50000, 4433, "\103\0\0\0\1\10abcdefgh\0", "UDP");
  assert_guess (UDP, 50000, 4433, "\303\0\0\0\1\10", "UDP");
}

static void
test_ports (void)
{
  const SluicePacket other = { .kind = SLUICE_PACKET_OTHER, .ethertype = 0x0806 };
  const SluicePacket icmp = { .kind = SLUICE_PACKET_IPV4, .protocol = 1 };
  const SluicePacket later = {
    .kind = SLUICE_PACKET_IPV4,
    .protocol = UDP,
    .flags = SLUICE_PACKET_HAS_PORTS | SLUICE_PACKET_LATER_FRAGMENT,
    .destination_port = 500,
    .payload = (const guint8 *) "\303\0\0\0\1\10abcdefgh",
    .payload_captured = 14,
    .payload_length = 14,
  };
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  assert_guess (TCP, 50000, 3306, "", "MySQL");
  assert_guess (TCP, 3306, 50000, "J\0\0\0\n8.0", "MySQL");
  assert_guess (TCP, 50000, 50001, "hello", "TCP");
  assert_guess (132, 50000, 443, "hello", "SCTP");
  g_assert_cmpstr (sluice_protocol_to_text (sluice_signature_guess (&other), text), ==, "ARP");
  g_assert_cmpstr (sluice_protocol_to_text (sluice_signature_guess (&icmp), text), ==, "ICMP");
  g_assert_cmpstr (sluice_protocol_to_text (sluice_signature_guess (&later), text), ==, "IKE");
}

/* Whatever is said, nothing is read beyond it. */
static void
test_cut (void)
{
  static const guint ports[] = { 53, 80, 123, 443, 5353, 50000 };
  static const TestHello test = { .version = 0x0303, .name = "a.example", .alpn = "\2h2" };
  g_autoptr (GByteArray) hello = make_hello (&test, 30);
  static const char request[] = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
  static const char initial[] = "\303\0\0\0\1\10abcdefgh\10abcdefgh\0\0";

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    for (gsize length = 0; length <= hello->len; length++)
      {
        g_assert_nonnull (guess (TCP, 60000, ports[i], hello->data, length));
        g_assert_nonnull (guess (UDP, 60000, ports[i], hello->data, length));
        g_assert_nonnull (guess (TCP, 60000, ports[i], request, MIN (length, sizeof request)));
        g_assert_nonnull (guess (UDP, 60000, ports[i], initial, MIN (length, sizeof initial)));
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signature/ssh-says-so-on-any-port", test_ssh);
  g_test_add_func ("/signature/http-is-known-on-any-port-of-tcp", test_http);
  g_test_add_func ("/signature/tls-is-named-by-what-is-inside", test_tls);
  g_test_add_func ("/signature/dns-needs-its-port", test_dns);
  g_test_add_func ("/signature/ntp-needs-its-port-and-its-shape", test_ntp);
  g_test_add_func ("/signature/quic-is-known-by-its-versions", test_quic);
  g_test_add_func ("/signature/ports-tell-what-the-bytes-do-not", test_ports);
  g_test_add_func ("/signature/cut-at-any-byte-it-reads-nothing-beyond", test_cut);

  return g_test_run ();
}
