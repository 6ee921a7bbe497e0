#pragma once

#include "model/address.h"

G_BEGIN_DECLS

/* RFC 1035, 2.3.4, written out with an escape for each byte that is no letter, digit, "-" or "_", and a NUL. */
#define SLUICE_DNS_NAME_MAX 1024

/**
 * SluiceDnsFinding:
 * @name: the name that was asked for (in mDNS: the name that the record is about), lower case, without the last dot
 * @address: an address that it has: from A, AAAA, PTR, or the hints of an HTTPS record; CNAMEs were followed
 * @ttl: seconds
 *
 * What a DNS answer says of one address.
 */
typedef struct
{
  const char *name;
  SluiceAddress address;
  guint32 ttl;
} SluiceDnsFinding;

typedef void (*SluiceDnsFunc) (const SluiceDnsFinding *finding, gpointer user_data);

gboolean sluice_dns_read_answer (const guint8 *message,
                                 gsize         length,
                                 SluiceDnsFunc func,
                                 gpointer      user_data);

G_END_DECLS
