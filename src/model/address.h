#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SLUICE_FAMILY_NONE = 0,
  SLUICE_FAMILY_IPV4 = 4,
  SLUICE_FAMILY_IPV6 = 6,
} SluiceFamily;

/**
 * SluiceAddress:
 * @family: a #SluiceFamily
 * @bytes: network byte order; an IPv4 address stands in the first four bytes, the rest is zero
 *
 * A network address without a port. An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is always held as IPv4,
 * so that one peer has one form. Unused bytes are zero: two addresses are equal when their memory is.
 */
typedef struct
{
  guint8 family;
  guint8 bytes[16];
} SluiceAddress;

/* Enough for "[ffff:…:255.255.255.255]:65535" and its NUL. */
#define SLUICE_ADDRESS_TEXT_MAX 64

SluiceAddress sluice_address_from_ipv4     (const guint8         bytes[4]);
SluiceAddress sluice_address_from_ipv6     (const guint8         bytes[16]);
gboolean      sluice_address_parse         (const char          *text,
                                            SluiceAddress       *address_out);
gboolean      sluice_address_equal         (const SluiceAddress *a,
                                            const SluiceAddress *b);
guint         sluice_address_hash          (const SluiceAddress *address);
gboolean      sluice_address_is_any        (const SluiceAddress *address);
gboolean      sluice_address_is_loopback   (const SluiceAddress *address);
gboolean      sluice_address_is_link_local (const SluiceAddress *address);
const char   *sluice_address_to_text       (const SluiceAddress *address,
                                            char                 text_out[SLUICE_ADDRESS_TEXT_MAX]);
const char   *sluice_address_to_endpoint   (const SluiceAddress *address,
                                            guint16              port,
                                            char                 text_out[SLUICE_ADDRESS_TEXT_MAX]);

G_END_DECLS
