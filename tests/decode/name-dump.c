/*
 * name-dump FILE: what this room finds out about the packets of a capture, for tshark.py to compare with tshark.
 *
 * A line a finding: the number of the packet, what it is (dns, reverse, tls, http or is), and the values, with tabs.
 * Reads only what tests/data/pcap/make-captures.py records: pcap in this machine's byte order.
 */
#include <glib.h>
#include <string.h>

#include "decode/dns.h"
#include "decode/http.h"
#include "decode/packet.h"
#include "decode/signature.h"
#include "decode/tls-hello.h"

#define MAGIC 0xa1b2c3d4
#define TCP 6
#define UDP 17

static SluiceLinkType
link_type_of (guint32 number)
{
  static const struct
  {
    guint32 number;
    SluiceLinkType type;
  } types[] = {
    { 0, SLUICE_LINK_NULL }, { 1, SLUICE_LINK_ETHERNET }, { 9, SLUICE_LINK_PPP },      { 50, SLUICE_LINK_PPP },
    { 51, SLUICE_LINK_PPPOE }, { 101, SLUICE_LINK_IP },   { 108, SLUICE_LINK_LOOP },   { 113, SLUICE_LINK_COOKED },
    { 204, SLUICE_LINK_PPP_DIR }, { 276, SLUICE_LINK_COOKED2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].number == number)
      return types[i].type;
  g_error ("link type %u", number);
}

static void
print_cb (const SluiceDnsFinding *finding, gpointer user_data)
{
  const guint *number = user_data;
  char text[SLUICE_ADDRESS_TEXT_MAX];

  g_print ("%u\t%s\t%s\t%s\t%u\n", *number, finding->reverse ? "reverse" : "dns", finding->name,
           sluice_address_to_text (&finding->address, text), finding->ttl);
}

static void
read_dns (const SluicePacket *packet, guint number)
{
  const guint8 *bytes = packet->payload;
  const guint8 *message;
  gsize left = packet->payload_captured;
  gsize length;

  if (packet->protocol == UDP)
    sluice_dns_read_answer (bytes, left, print_cb, &number);
  else
    while (sluice_dns_next_in_tcp (&bytes, &left, &message, &length))
      sluice_dns_read_answer (message, length, print_cb, &number);
}

/* All TCP connections are looked at from their first payload on; what is no hello is forgotten. */
static void
read_tls (GHashTable *assemblies, const SluicePacket *packet, guint number)
{
  char source[SLUICE_ADDRESS_TEXT_MAX];
  char destination[SLUICE_ADDRESS_TEXT_MAX];
  g_autofree char *key = g_strdup_printf (
    "%s>%s", sluice_address_to_endpoint (&packet->source, packet->source_port, source),
    sluice_address_to_endpoint (&packet->destination, packet->destination_port, destination));
  SluiceTlsAssembly *assembly = g_hash_table_lookup (assemblies, key);
  SluiceTlsResult result;
  SluiceTlsHello hello;

  if (assembly == NULL)
    {
      assembly = g_new0 (SluiceTlsAssembly, 1);
      g_hash_table_insert (assemblies, g_steal_pointer (&key), assembly);
    }
  else if (assembly->length == G_MAXUINT16)
    return;
  result = sluice_tls_assembly_add (assembly, packet->tcp_sequence, packet->payload, packet->payload_captured, &hello);
  if (result == SLUICE_TLS_HELLO)
    g_print ("%u\ttls\t%s\t%s\n", number, hello.server_name, hello.alpn);
  if (result != SLUICE_TLS_NEED_MORE)
    assembly->length = G_MAXUINT16;
}

static void
read_packet (GHashTable *assemblies, const SluicePacket *packet, guint number)
{
  char text[SLUICE_PROTOCOL_TEXT_MAX];
  char host[SLUICE_HTTP_HOST_MAX];
  const char *protocol = sluice_protocol_to_text (sluice_signature_guess (packet), text);

  if (packet->payload_captured == 0 || (packet->flags & SLUICE_PACKET_HAS_PORTS) == 0)
    return;
  g_print ("%u\tis\t%s\n", number, protocol);
  if (g_str_equal (protocol, "DNS") || g_str_equal (protocol, "mDNS"))
    read_dns (packet, number);
  if (packet->protocol != TCP)
    return;
  read_tls (assemblies, packet, number);
  if (sluice_http_read (packet->payload, packet->payload_captured, host) == SLUICE_HTTP_HOST)
    g_print ("%u\thttp\t%s\n", number, host);
}

int
main (int argc, char **argv)
{
  g_autoptr (GHashTable) assemblies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  guint32 header[6];
  guint32 record[4];
  guint number = 1;
  gsize length;

  if (argc != 2 || !g_file_get_contents (argv[1], &data, &length, &error))
    g_error ("%s", error != NULL ? error->message : "name-dump FILE");
  g_assert_cmpuint (length, >=, sizeof header);
  memcpy (header, data, sizeof header);
  g_assert_cmphex (header[0], ==, MAGIC);
  for (gsize at = sizeof header; at < length; at += sizeof record + record[2], number++)
    {
      SluicePacket packet;

      memcpy (record, data + at, sizeof record);
      sluice_packet_decode (link_type_of (header[5]), (const guint8 *) data + at + sizeof record, record[2], record[3],
                            &packet);
      read_packet (assemblies, &packet, number);
    }
  return 0;
}
