#include "model/protocol.h"

#include <string.h>

enum
{
  TCP = 6,
  UDP = 17,
};

static const char *
text (SluiceProtocol protocol)
{
  char out[SLUICE_PROTOCOL_TEXT_MAX];

  return g_intern_string (sluice_protocol_to_text (protocol, out));
}

static const char *
port (guint8 ip_protocol, guint16 number)
{
  return text (sluice_protocol_from_ports (ip_protocol, number, number));
}

static void
test_parts (void)
{
  SluiceProtocol protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x88cc);

  g_assert_cmpint (sluice_protocol_kind (protocol), ==, SLUICE_PROTOCOL_KIND_ETHERTYPE);
  g_assert_cmpuint (sluice_protocol_number (protocol), ==, 0x88cc);
  g_assert_cmpint (sluice_protocol_kind (0), ==, SLUICE_PROTOCOL_KIND_NONE);
}

static void
test_valid (void)
{
  static const struct
  {
    SluiceProtocol protocol;
    gboolean valid;
  } cases[] = {
    { 0, TRUE },
    { 1, FALSE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_NONE), FALSE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_TLS), TRUE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_FIRST_BY_PORT), TRUE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, 0xffff), FALSE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 255), TRUE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 256), FALSE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0xffff), TRUE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_LINK, 0xffff), TRUE },
    { SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_LINK + 1, 0), FALSE },
    { 0xffffffff, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (sluice_protocol_is_valid (cases[i].protocol), ==, cases[i].valid);
      if (!cases[i].valid)
        g_assert_cmpstr (text (cases[i].protocol), ==, "unknown");
    }
}

static void
test_ports (void)
{
  g_assert_cmpstr (port (TCP, 443), ==, "HTTPS");
  g_assert_cmpstr (port (UDP, 443), ==, "QUIC");
  g_assert_cmpstr (port (TCP, 80), ==, "HTTP");
  g_assert_cmpstr (port (UDP, 53), ==, "DNS");
  g_assert_cmpstr (port (TCP, 53), ==, "DNS");
  g_assert_cmpstr (port (UDP, 5353), ==, "mDNS");
  g_assert_cmpstr (port (TCP, 22), ==, "SSH");
  g_assert_cmpstr (port (UDP, 123), ==, "NTP");
  g_assert_cmpstr (port (TCP, 993), ==, "IMAPS");
  g_assert_cmpstr (port (TCP, 5432), ==, "PostgreSQL");
  g_assert_cmpstr (port (TCP, 514), ==, "rsh");
  g_assert_cmpstr (port (UDP, 514), ==, "Syslog");
  g_assert_cmpstr (port (UDP, 67), ==, "DHCP");
  g_assert_cmpstr (port (UDP, 68), ==, "DHCP");
  g_assert_cmpstr (port (UDP, 51820), ==, "WireGuard");
  /* The first and the last that are known. */
  g_assert_cmpstr (port (TCP, 7), ==, "Echo");
  g_assert_cmpstr (port (UDP, 51819), ==, "UDP");
  /* A port means something with its own transport alone. */
  g_assert_cmpstr (port (UDP, 22), ==, "UDP");
  g_assert_cmpstr (port (TCP, 51820), ==, "TCP");
  g_assert_cmpstr (port (132, 80), ==, "SCTP");
  g_assert_cmpstr (port (1, 0), ==, "ICMP");
  g_assert_cmpstr (port (TCP, 0), ==, "TCP");
  g_assert_cmpstr (port (TCP, 65535), ==, "TCP");
}

static void
test_sides (void)
{
  SluiceProtocol https = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS);

  g_assert_cmpuint (sluice_protocol_from_ports (TCP, 49152, 443), ==, https);
  g_assert_cmpuint (sluice_protocol_from_ports (TCP, 443, 49152), ==, https);
  /* Both are known: what a client was given by chance is the higher. */
  g_assert_cmpuint (sluice_protocol_from_ports (TCP, 32400, 443), ==, https);
  g_assert_cmpuint (sluice_protocol_from_ports (TCP, 443, 32400), ==, https);
  g_assert_cmpstr (text (sluice_protocol_from_ports (TCP, 49152, 49153)), ==, "TCP");
  g_assert_cmpstr (text (sluice_protocol_from_ports (UDP, 0, 0)), ==, "UDP");
}

/* All ports are looked up by the one search: each known one is found, and none gets a name that is no name. */
static void
test_all_ports (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_known = 0;

  for (guint number = 0; number <= G_MAXUINT16; number++)
    for (guint t = 0; t < 2; t++)
      {
        guint16 at = (guint16) number;
        SluiceProtocol protocol = sluice_protocol_from_ports (t == 0 ? TCP : UDP, at, at);

        g_assert_true (sluice_protocol_is_valid (protocol));
        if (sluice_protocol_kind (protocol) == SLUICE_PROTOCOL_KIND_IP)
          continue;
        n_known++;
        g_hash_table_add (names, (gpointer) text (protocol));
      }
  g_assert_cmpuint (n_known, >, 150);
  g_assert_cmpuint (g_hash_table_size (names), >, 120);
}

/* Every name there is: it fits, says something, and no two things have the same. */
static void
test_names (void)
{
  static const SluiceProtocolKind kinds[]
    = { SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_PROTOCOL_KIND_IP, SLUICE_PROTOCOL_KIND_ETHERTYPE,
        SLUICE_PROTOCOL_KIND_LINK };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint number = 0; number <= G_MAXUINT16; number++)
        {
          char out[SLUICE_PROTOCOL_TEXT_MAX];
          const char *name;

          if (!sluice_protocol_is_valid (SLUICE_PROTOCOL (kinds[k], number)))
            continue;
          name = sluice_protocol_to_text (SLUICE_PROTOCOL (kinds[k], number), out);
          g_assert_nonnull (name);
          g_assert_cmpuint (strlen (name), >, 0);
          g_assert_cmpuint (strlen (name), <, SLUICE_PROTOCOL_TEXT_MAX);
          g_assert_cmpstr (name, !=, "unknown");
          g_assert_true (g_hash_table_add (seen, g_strdup (name)));
        }
    }
}

static void
test_numbers (void)
{
  g_assert_cmpstr (text (0), ==, "unknown");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 47)), ==, "GRE");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 58)), ==, "ICMPv6");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 41)), ==, "6in4");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 135)), ==, "Mobile IPv6");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 253)), ==, "IP protocol 253");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 3)), ==, "IP protocol 3");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x0806)), ==, "ARP");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x88cc)), ==, "LLDP");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x0004)), ==, "LLC");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x88b5)), ==, "EtherType 0x88b5");
  g_assert_cmpstr (text (SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_LINK, 147)), ==, "Link type 147");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/is-a-kind-and-a-number", test_parts);
  g_test_add_func ("/protocol/tells-what-nobody-can-have-made", test_valid);
  g_test_add_func ("/protocol/knows-ports-of-each-transport", test_ports);
  g_test_add_func ("/protocol/takes-the-side-that-is-well-known", test_sides);
  g_test_add_func ("/protocol/finds-every-port-that-it-knows", test_all_ports);
  g_test_add_func ("/protocol/has-one-name-for-one-thing", test_names);
  g_test_add_func ("/protocol/gives-the-number-of-what-has-no-name", test_numbers);

  return g_test_run ();
}
