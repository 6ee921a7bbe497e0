#pragma once

#include "model/address.h"

G_BEGIN_DECLS

/* RFC 1035, 2.3.4, written out with an escape for each byte that is no letter, digit, "-" or "_", and a NUL. */
#define SLUICE_DNS_NAME_MAX 1024
/* What one message may make us do: records that are looked at, and findings. */
#define SLUICE_DNS_RECORDS_MAX 128
#define SLUICE_DNS_FINDINGS_MAX 128

/**
 * SluiceDnsFinding:
 * @name: the name that was asked for (in mDNS: the name that the record is about), lower case, without the last dot
 * @address: an address that it has: from A, AAAA, PTR, or the hints of an HTTPS record; CNAMEs were followed
 * @ttl: seconds
 * @reverse: from a PTR record: what the address's owner calls it, which need not be the name that was asked for
 *
 * What a DNS answer says of one address.
 */
typedef struct
{
  const char *name;
  SluiceAddress address;
  guint32 ttl;
  gboolean reverse;
} SluiceDnsFinding;

typedef void (*SluiceDnsFunc) (const SluiceDnsFinding *finding, gpointer user_data);

gboolean sluice_dns_read_answer (const guint8  *message,
                                 gsize          length,
                                 SluiceDnsFunc  func,
                                 gpointer       user_data);
gboolean sluice_dns_next_in_tcp (const guint8 **bytes,
                                 gsize         *length,
                                 const guint8 **message_out,
                                 gsize         *message_length_out);
gboolean sluice_dns_is_message  (const guint8  *message,
                                 gsize          length);

G_END_DECLS
