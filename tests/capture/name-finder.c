#include "capture/decoder.h"
#include "capture/wire.h"

#define LOCAL "192.0.2.10"
#define REMOTE "203.0.113.5"
#define RESOLVER "198.51.100.53"

static SluiceDecoder *
make_decoder (gboolean loopback)
{
  SluiceDecoder *decoder = sluice_decoder_new (1 << 20);
  SluiceInterfaceAddress local = { .prefix_length = 24 };

  g_assert_true (sluice_address_parse (LOCAL, &local.address));
  sluice_decoder_add_link (decoder, SLUICE_LINK_ETHERNET, loopback);
  sluice_decoder_set_local (decoder, &local, 1, FALSE);
  return decoder;
}

static void
send_wire (SluiceDecoder *decoder, const Wire *wire)
{
  guint8 packet[WIRE_MAX];
  guint length = wire_write (wire, packet);

  sluice_decoder_add_packet (decoder, 0, G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC, packet, length, length);
}

#define SEND(decoder, ...) send_wire ((decoder), &(Wire){ __VA_ARGS__ })

/* This machine's question, or what looks like it to whoever sees no more than ports. */
static void
ask (SluiceDecoder *decoder, guint16 port, guint8 protocol)
{
  static const guint8 question[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1";

  SEND (decoder, LOCAL, RESOLVER, port, 53, protocol, .payload = question, .length = sizeof question - 1);
}

/* What was learnt, one "address name source" a line, and what the first flow speaks behind it. */
static void
assert_learnt (SluiceDecoder *decoder, const char *expected, SluiceApplicationProtocol application)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GString) learnt = g_string_new (NULL);
  char text[SLUICE_ADDRESS_TEXT_MAX];

  sluice_decoder_take (decoder, report);
  for (guint i = 0; i < report->names->len; i++)
    {
      const SluiceNameReport *name = sluice_report_name (report, i);

      g_string_append_printf (learnt, "%s %s %s\n", sluice_address_to_text (&name->address, text), name->name,
                              sluice_name_source_name (name->source));
    }
  g_assert_cmpstr (learnt->str, ==, expected);
  g_assert_cmpuint (sluice_report_flow (report, 0)->protocol, ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, application));
}

/* The answer to "example.org A?": 203.0.113.5 or another. Returns its length. */
static guint
make_answer (guint8 message[64], const char *address)
{
  static const guint8 head[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\7example\3org\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4";

  memcpy (message, head, sizeof head - 1);
  return (guint) (wire_put_address (message + sizeof head - 1, address) - message);
}

static void
test_dns (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 message[64];
  guint length = make_answer (message, REMOTE);

  ask (decoder, 50000, 17);
  SEND (decoder, RESOLVER, LOCAL, 53, 50000, 17, .payload = message, .length = length);
  assert_learnt (decoder, REMOTE " example.org dns\n", SLUICE_APPLICATION_DNS);

  ask (decoder, 50001, 17);
  /* What somebody else's port says is no answer, and 0.0.0.0 is no host. */
  SEND (decoder, RESOLVER, LOCAL, 54, 50000, 17, .payload = message, .length = length);
  length = make_answer (message, "0.0.0.0");
  SEND (decoder, RESOLVER, LOCAL, 53, 50001, 17, .payload = message, .length = length);
  length = make_answer (message, "127.0.0.1");
  SEND (decoder, RESOLVER, LOCAL, 53, 50001, 17, .payload = message, .length = length);
  length = make_answer (message, "224.0.0.1");
  SEND (decoder, RESOLVER, LOCAL, 53, 50001, 17, .payload = message, .length = length);
  SEND (decoder, RESOLVER, LOCAL, 53, 50001, 17, .payload = message, .length = 12);
  {
    g_autoptr (SluiceReport) report = sluice_report_new ();

    sluice_decoder_take (decoder, report);
    g_assert_cmpuint (report->names->len, ==, 0);
  }

  /* Each answer of a flow is read, not only its first. */
  for (guint i = 0; i < 20; i++)
    {
      char address[16];

      g_snprintf (address, sizeof address, "203.0.113.%u", 100 + i);
      length = make_answer (message, address);
      SEND (decoder, RESOLVER, LOCAL, 53, 50001, 17, .payload = message, .length = length);
    }
  {
    g_autoptr (SluiceReport) report = sluice_report_new ();

    sluice_decoder_take (decoder, report);
    g_assert_cmpuint (report->names->len, ==, 20);
  }
}

static guint
count_names (SluiceDecoder *decoder)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();

  sluice_decoder_take (decoder, report);
  return report->names->len;
}

static void
test_unasked (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 message[64];
  guint length = make_answer (message, REMOTE);

  /* Nobody asked; nor is it an answer to what this machine answers to whoever spoke first. */
  for (guint i = 0; i < 2; i++)
    {
      SEND (decoder, RESOLVER, LOCAL, 53, 50000, 17, .payload = message, .length = length);
      ask (decoder, 50000, 17);
    }
  g_assert_cmpuint (count_names (decoder), ==, 0);
  /* Both sides are elsewhere, or this machine is the one that answers. */
  SEND (decoder, "198.51.100.9", RESOLVER, 50000, 53, 17, .payload = message, .length = length);
  SEND (decoder, RESOLVER, "198.51.100.9", 53, 50000, 17, .payload = message, .length = length);
  SEND (decoder, "198.51.100.9", LOCAL, 50000, 53, 17, .payload = message, .length = length);
  SEND (decoder, LOCAL, "198.51.100.9", 53, 50000, 17, .payload = message, .length = length);
  g_assert_cmpuint (count_names (decoder), ==, 0);
}

static void
test_dns_over_tcp (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 stream[256];
  guint8 *at = stream;
  guint8 message[64];

  for (guint i = 0; i < 2; i++)
    {
      guint length = make_answer (message, i == 0 ? REMOTE : "203.0.113.6");

      at = wire_put (at, length, 2);
      memcpy (at, message, length);
      at += length;
    }
  ask (decoder, 50000, 6);
  SEND (decoder, RESOLVER, LOCAL, 53, 50000, 6, WIRE_ACK, .payload = stream, .length = (guint) (at - stream));
  assert_learnt (decoder, REMOTE " example.org dns\n203.0.113.6 example.org dns\n", SLUICE_APPLICATION_DNS);
}

static void
test_reverse (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 message[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\0015\003113\0010\003203\7in-addr\4arpa\0\0\xc\0\1"
                     "\xc0\xc\0\xc\0\1\0\0\0\x3c\0\xe\4host\7example\0";

  ask (decoder, 50000, 17);
  SEND (decoder, RESOLVER, LOCAL, 53, 50000, 17, .payload = message, .length = sizeof message - 1);
  assert_learnt (decoder, REMOTE " host.example reverse\n", SLUICE_APPLICATION_DNS);
}

static void
test_mdns (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 message[] = "\0\0\x84\0\0\0\0\1\0\0\0\0\7printer\5local\0\0\1\x80\1\0\0\0\x78\0\4\xc0\0\2\x4d";

  SEND (decoder, "192.0.2.77", "224.0.0.251", 5353, 5353, 17, .payload = message, .length = sizeof message - 1);
  assert_learnt (decoder, "192.0.2.77 printer.local mdns\n", SLUICE_APPLICATION_MDNS);
}

static void
test_http (void)
{
  static const char request[] = "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n";
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  g_autoptr (SluiceDecoder) server = make_decoder (FALSE);
  g_autoptr (SluiceDecoder) loopback = make_decoder (TRUE);

  SEND (decoder, LOCAL, REMOTE, 50000, 8123, 6, WIRE_SYN);
  SEND (decoder, LOCAL, REMOTE, 50000, 8123, 6, WIRE_ACK, .payload = request, .length = sizeof request - 1);
  assert_learnt (decoder, REMOTE " www.example.org http\n", SLUICE_APPLICATION_HTTP);

  /* What a client calls this machine is not for it to say. */
  SEND (server, REMOTE, LOCAL, 50000, 80, 6, WIRE_ACK, .payload = request, .length = sizeof request - 1);
  assert_learnt (server, "", SLUICE_APPLICATION_HTTP);
  SEND (loopback, "127.0.0.1", "127.0.0.1", 50000, 80, 6, WIRE_ACK, .payload = request, .length = sizeof request - 1);
  assert_learnt (loopback, "", SLUICE_APPLICATION_HTTP);
}

/* A client hello for "example.org" that offers h2, behind @padding bytes of another extension. */
static guint
make_hello (guint8 *hello, guint padding)
{
  static const guint8 name[] = "\0\0\0\x10\0\x0e\0\0\x0b" "example.org";
  static const guint8 alpn[] = "\0\x10\0\5\0\3\2h2";
  guint extensions = 4 + padding + sizeof name - 1 + sizeof alpn - 1;
  guint body = 2 + 32 + 1 + 4 + 2 + 2 + extensions;
  guint8 *at = hello;

  at = wire_put (at, 0x160301, 3);
  at = wire_put (at, body + 4, 2);
  at = wire_put (at, 1, 1);
  at = wire_put (at, body, 3);
  at = wire_put (at, 0x0303, 2);
  memset (at, 7, 32);
  at = wire_put (at + 32, 0, 1);
  at = wire_put (at, 0x00021301, 4);
  at = wire_put (at, 0x0100, 2);
  at = wire_put (at, extensions, 2);
  at = wire_put (at, 21, 2);
  at = wire_put (at, padding, 2);
  memset (at, 0, padding);
  at += padding;
  memcpy (at, name, sizeof name - 1);
  at += sizeof name - 1;
  memcpy (at, alpn, sizeof alpn - 1);
  return (guint) (at + sizeof alpn - 1 - hello);
}

static void
test_tls (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 hello[4096];
  guint length = make_hello (hello, 10);

  SEND (decoder, LOCAL, REMOTE, 50000, 9999, 6, WIRE_ACK, .payload = hello, .length = length);
  SEND (decoder, LOCAL, REMOTE, 50000, 9999, 6, WIRE_ACK, .length = 50);
  assert_learnt (decoder, REMOTE " example.org tls\n", SLUICE_APPLICATION_HTTPS);
}

static void
test_cut_tls (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 hello[4096];
  guint8 packet[WIRE_MAX];
  guint length = make_hello (hello, 10);
  const Wire wire = { LOCAL, REMOTE, 50000, 443, 6, WIRE_ACK, .payload = hello, .length = length };

  length = wire_write (&wire, packet);
  sluice_decoder_add_packet (decoder, 0, G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC, packet, length - 5, length);
  assert_learnt (decoder, REMOTE " example.org tls\n", SLUICE_APPLICATION_HTTPS);
}

static void
send_segment (SluiceDecoder *decoder, guint16 port, const guint8 *hello, guint from, guint to)
{
  SEND (decoder, LOCAL, REMOTE, port, 443, 6, WIRE_ACK, .sequence = G_MAXUINT32 - 100 + from, .payload = hello + from,
        .length = to - from);
}

static void
test_tls_in_segments (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 hello[4096];
  guint length = make_hello (hello, 2500);

  /* The server may speak in between, segments may come twice. */
  send_segment (decoder, 50000, hello, 0, 1000);
  SEND (decoder, REMOTE, LOCAL, 443, 50000, 6, WIRE_ACK, .sequence = 77, .length = 10);
  send_segment (decoder, 50000, hello, 0, 1000);
  send_segment (decoder, 50000, hello, 1000, 2000);
  send_segment (decoder, 50000, hello, 2000, length);
  assert_learnt (decoder, REMOTE " example.org tls\n", SLUICE_APPLICATION_HTTPS);
}

static void
test_many_hellos (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);
  guint8 hello[4096];
  guint length = make_hello (hello, 1500);

  /* More than are kept: the first lost their place, the last still come to their end, nothing is mixed up. */
  for (guint i = 0; i < 200; i++)
    send_segment (decoder, (guint16) (50000 + i), hello, 0, 1000);
  send_segment (decoder, 50000, hello, 1000, length);
  assert_learnt (decoder, "", SLUICE_APPLICATION_HTTPS);
  send_segment (decoder, 50199, hello, 1000, length);
  assert_learnt (decoder, REMOTE " example.org tls\n", SLUICE_APPLICATION_HTTPS);
}

static void
test_guess_stays (void)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder (FALSE);

  SEND (decoder, REMOTE, LOCAL, 2222, 50000, 6, WIRE_ACK, .payload = "SSH-2.0-x\r\n", .length = 11);
  for (guint i = 0; i < 20; i++)
    SEND (decoder, LOCAL, REMOTE, 50000, 2222, 6, WIRE_ACK, .length = 100);
  assert_learnt (decoder, "", SLUICE_APPLICATION_SSH);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name-finder/reads-answers-of-the-dns", test_dns);
  g_test_add_func ("/name-finder/believes-no-answer-that-was-not-asked-for", test_unasked);
  g_test_add_func ("/name-finder/reads-answers-over-tcp", test_dns_over_tcp);
  g_test_add_func ("/name-finder/a-name-of-an-address-is-a-reverse-one", test_reverse);
  g_test_add_func ("/name-finder/reads-what-is-said-on-the-local-network", test_mdns);
  g_test_add_func ("/name-finder/reads-the-host-of-a-request", test_http);
  g_test_add_func ("/name-finder/reads-the-name-in-a-hello", test_tls);
  g_test_add_func ("/name-finder/reads-the-name-in-a-hello-that-the-capture-cut", test_cut_tls);
  g_test_add_func ("/name-finder/reads-a-hello-in-segments", test_tls_in_segments);
  g_test_add_func ("/name-finder/hellos-in-segments-are-bounded", test_many_hellos);
  g_test_add_func ("/name-finder/what-was-recognised-stays", test_guess_stays);
  return g_test_run ();
}
