#include "model/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "model/hash.h"

G_STATIC_ASSERT (sizeof (SluiceAddress) == 17); /* no padding: the memory may be compared and hashed */

/**
 * sluice_address_from_ipv4:
 * @bytes: four bytes in network order
 *
 * Returns: the address, its unused bytes zero
 */
SluiceAddress
sluice_address_from_ipv4 (const guint8 bytes[4])
{
  SluiceAddress address = { .family = SLUICE_FAMILY_IPV4 };

  memcpy (address.bytes, bytes, 4);
  return address;
}

/**
 * sluice_address_from_ipv6:
 * @bytes: sixteen bytes in network order
 *
 * Returns: the address; as IPv4 where @bytes hold an IPv4-mapped one (::ffff:0:0/96, RFC 4291, 2.5.5.2)
 */
SluiceAddress
sluice_address_from_ipv6 (const guint8 bytes[16])
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  SluiceAddress address = { .family = SLUICE_FAMILY_IPV6 };

  if (memcmp (bytes, mapped, sizeof mapped) == 0)
    return sluice_address_from_ipv4 (bytes + sizeof mapped);

  memcpy (address.bytes, bytes, 16);
  return address;
}

/**
 * sluice_address_parse:
 * @text: (nullable): an IPv4 address as dotted quad or an IPv6 address (RFC 4291, 2.2), and nothing else: no host name,
 *   port, bracket, prefix length or scope
 * @address_out: (out caller-allocates): the address; untouched on failure
 *
 * Returns: whether @text was an address
 */
gboolean
sluice_address_parse (const char *text, SluiceAddress *address_out)
{
  guint8 bytes[16];

  g_return_val_if_fail (address_out != NULL, FALSE);

  if (text == NULL)
    return FALSE;
  if (inet_pton (AF_INET, text, bytes) == 1)
    *address_out = sluice_address_from_ipv4 (bytes);
  else if (inet_pton (AF_INET6, text, bytes) == 1)
    *address_out = sluice_address_from_ipv6 (bytes);
  else
    return FALSE;
  return TRUE;
}

/**
 * sluice_address_equal:
 * @a: an address
 * @b: another
 *
 * Fits a #GHashTable with sluice_address_hash(), cast to #GEqualFunc.
 *
 * Returns: whether they are the same
 */
gboolean
sluice_address_equal (const SluiceAddress *a, const SluiceAddress *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

/**
 * sluice_address_hash:
 * @address: an address
 *
 * Returns: its hash, which differs from process to process: see sluice_hash_memory()
 */
guint
sluice_address_hash (const SluiceAddress *address)
{
  return sluice_hash_memory (address, sizeof *address);
}

/**
 * sluice_address_is_any:
 * @address: an address
 *
 * Returns: whether it names no host: 0.0.0.0, :: or no address at all
 */
gboolean
sluice_address_is_any (const SluiceAddress *address)
{
  static const guint8 zero[16];

  return memcmp (address->bytes, zero, sizeof zero) == 0;
}

/**
 * sluice_address_is_loopback:
 * @address: an address
 *
 * Returns: whether it is this machine talking to itself: 127.0.0.0/8 (RFC 1122, 3.2.1.3) or ::1 (RFC 4291, 2.5.3)
 */
gboolean
sluice_address_is_loopback (const SluiceAddress *address)
{
  static const guint8 loopback[16] = { [15] = 1 };

  if (address->family == SLUICE_FAMILY_IPV4)
    return address->bytes[0] == 127;
  return address->family == SLUICE_FAMILY_IPV6 && memcmp (address->bytes, loopback, sizeof loopback) == 0;
}

/**
 * sluice_address_is_link_local:
 * @address: an address
 *
 * Returns: whether it is only good on its own link: 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291, 2.5.6)
 */
gboolean
sluice_address_is_link_local (const SluiceAddress *address)
{
  const guint8 *bytes = address->bytes;

  if (address->family == SLUICE_FAMILY_IPV4)
    return bytes[0] == 169 && bytes[1] == 254;
  return address->family == SLUICE_FAMILY_IPV6 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/**
 * sluice_address_to_text:
 * @address: an address
 * @text_out: where to write
 *
 * Writes the address as people write it: "192.0.2.1", "2001:db8::1" (RFC 5952); "*" where there is none.
 *
 * Returns: @text_out
 */
const char *
sluice_address_to_text (const SluiceAddress *address, char text_out[SLUICE_ADDRESS_TEXT_MAX])
{
  if (address->family == SLUICE_FAMILY_NONE)
    {
      g_strlcpy (text_out, "*", SLUICE_ADDRESS_TEXT_MAX);
      return text_out;
    }

  /* It fails only for an unknown family or too small a buffer. */
  inet_ntop (address->family == SLUICE_FAMILY_IPV4 ? AF_INET : AF_INET6, address->bytes, text_out,
             SLUICE_ADDRESS_TEXT_MAX);
  return text_out;
}

/**
 * sluice_address_to_endpoint:
 * @address: an address
 * @port: a port in host byte order, or 0 for none
 * @text_out: where to write
 *
 * Writes address and port: "192.0.2.1:80", "[2001:db8::1]:80" (RFC 3986, 3.2.2); "*" stands for what is missing.
 *
 * Returns: @text_out
 */
const char *
sluice_address_to_endpoint (const SluiceAddress *address, guint16 port, char text_out[SLUICE_ADDRESS_TEXT_MAX])
{
  char host[SLUICE_ADDRESS_TEXT_MAX];
  char service[sizeof "65535"] = "*";
  gboolean brackets = address->family == SLUICE_FAMILY_IPV6;

  sluice_address_to_text (address, host);
  if (port != 0)
    g_snprintf (service, sizeof service, "%u", (guint) port);
  g_snprintf (text_out, SLUICE_ADDRESS_TEXT_MAX, "%s%s%s:%s", brackets ? "[" : "", host, brackets ? "]" : "", service);
  return text_out;
}
