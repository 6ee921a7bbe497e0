#include "decode/dns.h"

#include <string.h>

#include "decode/bytes.h"
#include "decode/dns-name.h"

#define HEADER 12
#define QUESTION_TAIL 4
#define RECORD_TAIL 10
/* RFC 1035, 4.1.1: an answer, of the standard kind, and how it went. */
#define FLAG_ANSWER 0x8000
#define FLAGS_OPCODE 0x7800
#define FLAGS_RESULT 0x000f
/* RFC 6762, 10.2: "forget what you knew"; the class is below it. */
#define CACHE_FLUSH 0x8000
#define CLASS_IN 1
/* How many names one may hide behind, with the one that was asked for: resolvers give up at 11. */
#define ALIASES_MAX 12
/* How often the records are gone through for links of the chain. */
#define PASSES_MAX 4
/* How many labels are compared for one message: the longest chain in front of 100 addresses has not half of them. */
#define LABELS_MAX 4096

enum
{
  TYPE_A = 1,
  TYPE_CNAME = 5,
  TYPE_PTR = 12,
  TYPE_AAAA = 28,
  TYPE_SVCB = 64,
  TYPE_HTTPS = 65,
};

/* RFC 9460, 14.3.2. */
enum
{
  HINT_IPV4 = 4,
  HINT_IPV6 = 6,
};

typedef struct
{
  SluiceDnsName owner;
  guint16 type;
  guint32 ttl;
  gsize data;
  gsize data_length;
} DnsRecord;

typedef struct
{
  const guint8 *message;
  gsize length;
  SluiceDnsFunc func;
  gpointer user_data;
  guint n_findings;
  guint labels_left;                    /* that may still be compared */
  gboolean asked;                       /* there is a question: else each record speaks of its own owner */
  guint n_aliases;                      /* 0 without a question */
  SluiceDnsName aliases[ALIASES_MAX];   /* what was asked for, and where CNAMEs lead from there */
  gboolean has_name;                    /* the question's name is in @name */
  char name[SLUICE_DNS_NAME_MAX];
} DnsAnswer;

static gboolean
next_record (const DnsAnswer *answer, gsize *offset, DnsRecord *record)
{
  gsize at = *offset;
  const guint8 *tail;

  record->owner = sluice_dns_name_at (answer->message, answer->length, at);
  if (!sluice_dns_name_skip (answer->message, answer->length, &at) || answer->length - at < RECORD_TAIL)
    return FALSE;
  tail = answer->message + at;
  record->type = (sluice_get_16 (tail + 2) & ~CACHE_FLUSH) == CLASS_IN ? sluice_get_16 (tail) : 0;
  record->ttl = sluice_get_32 (tail + 4);
  record->data = at + RECORD_TAIL;
  record->data_length = sluice_get_16 (tail + 8);
  if (record->data_length > answer->length - record->data)
    return FALSE;
  *offset = record->data + record->data_length;
  return TRUE;
}

static gboolean
is_alias (DnsAnswer *answer, const SluiceDnsName *name)
{
  /* The last one first: that is whose addresses follow. Beyond the bound nothing is like anything. */
  for (guint i = answer->n_aliases; i-- > 0;)
    if (sluice_dns_name_equal (&answer->aliases[i], name, &answer->labels_left))
      return TRUE;
  return FALSE;
}

/* Nearly all servers give the links of the chain in their order, and then one pass finds all. */
static void
follow_aliases (DnsAnswer *answer, gsize first, guint n_records)
{
  guint before = 0;

  for (guint pass = 0; pass < PASSES_MAX && answer->n_aliases > before; pass++)
    {
      gsize offset = first;
      DnsRecord record;

      before = answer->n_aliases;
      for (guint i = 0; i < n_records && next_record (answer, &offset, &record); i++)
        {
          SluiceDnsName target = sluice_dns_name_at (answer->message, answer->length, record.data);

          if (record.type == TYPE_CNAME && answer->n_aliases < ALIASES_MAX && is_alias (answer, &record.owner)
              && !is_alias (answer, &target))
            answer->aliases[answer->n_aliases++] = target;
        }
    }
}

/* What blocklists answer, and a machine's own name for itself, would name what it does not mean. */
static gboolean
is_telling (const SluiceAddress *address)
{
  return !sluice_address_is_any (address) && !sluice_address_is_loopback (address);
}

static void
find (DnsAnswer *answer, const char *name, const DnsRecord *record, const SluiceAddress *address)
{
  const SluiceDnsFinding finding = { name, *address, record->ttl, record->type == TYPE_PTR };

  if (answer->n_findings == SLUICE_DNS_FINDINGS_MAX || !is_telling (address))
    return;
  answer->n_findings++;
  answer->func (&finding, answer->user_data);
}

/* The name that a record's address is known under, in @answer until the next call; NULL where it is no good one. */
static const char *
name_of (DnsAnswer *answer, const SluiceDnsName *owner)
{
  if (!answer->has_name
      && !sluice_dns_name_to_text (answer->asked ? &answer->aliases[0] : owner, answer->name, sizeof answer->name))
    return NULL;
  answer->has_name = answer->asked;
  return answer->name;
}

static void
read_address (DnsAnswer *answer, const DnsRecord *record, const char *name)
{
  const guint8 *data = answer->message + record->data;
  SluiceAddress address;

  if (name == NULL || record->data_length != (record->type == TYPE_A ? 4 : 16))
    return;
  address = record->type == TYPE_A ? sluice_address_from_ipv4 (data) : sluice_address_from_ipv6 (data);
  find (answer, name, record, &address);
}

/* One label of a reverse name as a number below 256, or -1. */
static gint
parse_number (const guint8 *label, gint length, guint base)
{
  guint number = 0;

  if (length < 1 || length > 3)
    return -1;
  for (gint i = 0; i < length; i++)
    {
      gint digit = g_ascii_xdigit_value ((char) label[i]);

      if (digit < 0 || (guint) digit >= base)
        return -1;
      number = number * base + (guint) digit;
    }
  return number <= 255 ? (gint) number : -1;
}

static gboolean
label_is (SluiceDnsName *name, const char *text, gint text_length)
{
  const guint8 *label;

  return sluice_dns_name_next (name, &label) == text_length
         && g_ascii_strncasecmp ((const char *) label, text, (gsize) text_length) == 0;
}

/* 4.3.2.1.in-addr.arpa (RFC 1035, 3.5), or 32 nibbles and ip6.arpa (RFC 3596, 2.5). */
static gboolean
parse_reverse (const SluiceDnsName *reverse, guint n_labels, SluiceAddress *address)
{
  SluiceDnsName name = *reverse;
  gboolean is_ipv4 = n_labels == 4;
  guint8 bytes[16] = { 0 };
  const guint8 *label;

  for (guint i = n_labels; i-- > 0;)
    {
      gint length = sluice_dns_name_next (&name, &label);
      gint number = length > 0 ? parse_number (label, length, is_ipv4 ? 10 : 16) : -1;

      if (number < 0 || (!is_ipv4 && length != 1))
        return FALSE;
      if (is_ipv4)
        bytes[i] = (guint8) number;
      else
        bytes[i / 2] |= (guint8) (i % 2 == 0 ? number << 4 : number);
    }
  if (!(is_ipv4 ? label_is (&name, "in-addr", 7) : label_is (&name, "ip6", 3)) || !label_is (&name, "arpa", 4)
      || sluice_dns_name_next (&name, &label) != 0)
    return FALSE;
  *address = is_ipv4 ? sluice_address_from_ipv4 (bytes) : sluice_address_from_ipv6 (bytes);
  return TRUE;
}

/* The question's name tells the address: a delegated one goes on under a CNAME that does not (RFC 2317). */
static void
read_reverse (DnsAnswer *answer, const DnsRecord *record)
{
  const SluiceDnsName *reverse = answer->asked ? &answer->aliases[0] : &record->owner;
  SluiceDnsName target = sluice_dns_name_at (answer->message, answer->length, record->data);
  char name[SLUICE_DNS_NAME_MAX];
  SluiceAddress address;

  if ((parse_reverse (reverse, 4, &address) || parse_reverse (reverse, 32, &address))
      && sluice_dns_name_to_text (&target, name, sizeof name))
    find (answer, name, record, &address);
}

/* The owner of a service's record may be "_8443._https.example.com": its target is the host then, and where that is the
 * owner itself, what stands behind the underscored labels (RFC 9460, 2.3 and 2.5). */
static const char *
service_name (DnsAnswer *answer, const DnsRecord *record, char target_text[SLUICE_DNS_NAME_MAX])
{
  SluiceDnsName target = sluice_dns_name_at (answer->message, answer->length, record->data + 2);
  const char *name = name_of (answer, &record->owner);

  if (name == NULL || name[0] != '_')
    return name;
  if (sluice_dns_name_to_text (&target, target_text, SLUICE_DNS_NAME_MAX))
    return target_text;
  while (name != NULL && name[0] == '_')
    {
      name = strchr (name, '.');
      name = name != NULL ? name + 1 : NULL;
    }
  return name;
}

/* RFC 9460, 2.2: priority, target, then keys with values. */
static void
read_service (DnsAnswer *answer, const DnsRecord *record)
{
  gsize end = record->data + record->data_length;
  gsize at = record->data + 2;
  char target_text[SLUICE_DNS_NAME_MAX];
  const char *name;

  if (record->data_length < 3 || !sluice_dns_name_skip (answer->message, end, &at))
    return;
  name = service_name (answer, record, target_text);
  while (name != NULL && end - at >= 4)
    {
      guint16 key = sluice_get_16 (answer->message + at);
      gsize left = sluice_get_16 (answer->message + at + 2);
      gsize size = key == HINT_IPV4 ? 4 : 16;

      at += 4;
      if (left > end - at)
        return;
      for (; (key == HINT_IPV4 || key == HINT_IPV6) && left >= size; left -= size, at += size)
        {
          SluiceAddress address = key == HINT_IPV4 ? sluice_address_from_ipv4 (answer->message + at)
                                                   : sluice_address_from_ipv6 (answer->message + at);

          find (answer, name, record, &address);
        }
      at += left;
    }
}

static void
read_record (DnsAnswer *answer, const DnsRecord *record)
{
  /* Unasked, no time to live is a farewell: RFC 6762, 10.1. */
  if (answer->asked ? !is_alias (answer, &record->owner) : record->ttl == 0)
    return;
  switch (record->type)
    {
    case TYPE_A:
    case TYPE_AAAA:
      read_address (answer, record, name_of (answer, &record->owner));
      break;
    case TYPE_PTR:
      read_reverse (answer, record);
      break;
    case TYPE_SVCB:
    case TYPE_HTTPS:
      read_service (answer, record);
      break;
    default:
      break;
    }
}

/**
 * sluice_dns_read_answer:
 * @message: a DNS message as it is in UDP (RFC 1035, 4.1), or a mDNS one (RFC 6762)
 * @length: bytes of it that were captured
 * @func: called for each address that it tells of, with a finding that is good until it returns
 * @user_data: for @func
 *
 * In an answer to a question only what answers it counts. Without a question, as in mDNS, each record speaks for
 * itself, the additional ones too. What stands before a place where the message is malformed or cut is told of; not so
 * unspecified and loopback addresses, which many answer for what they block.
 *
 * Returns: whether it is an answer
 */
gboolean
sluice_dns_read_answer (const guint8 *message, gsize length, SluiceDnsFunc func, gpointer user_data)
{
  DnsAnswer answer;
  DnsRecord record;
  gsize offset = HEADER;
  guint n_records;

  if (length < HEADER || (sluice_get_16 (message + 2) & (FLAG_ANSWER | FLAGS_OPCODE)) != FLAG_ANSWER
      || sluice_get_16 (message + 4) > 1)
    return FALSE;

  /* Not the whole of it: the room for a text is large. */
  answer.message = message;
  answer.length = length;
  answer.func = func;
  answer.user_data = user_data;
  answer.n_findings = 0;
  answer.labels_left = LABELS_MAX;
  answer.has_name = FALSE;
  answer.asked = sluice_get_16 (message + 4) == 1;
  answer.n_aliases = 0;
  n_records = sluice_get_16 (message + 6);
  if (answer.asked)
    {
      answer.aliases[answer.n_aliases++] = sluice_dns_name_at (message, length, offset);
      if (!sluice_dns_name_skip (message, length, &offset) || length - offset < QUESTION_TAIL)
        return FALSE;
      offset += QUESTION_TAIL;
      /* That a name does not exist may still come with a chain that leads to where it does not. */
      if ((sluice_get_16 (message + 2) & FLAGS_RESULT) != 0)
        return TRUE;
    }
  else
    n_records += sluice_get_16 (message + 8) + sluice_get_16 (message + 10);

  n_records = MIN (n_records, SLUICE_DNS_RECORDS_MAX);
  if (answer.asked)
    follow_aliases (&answer, offset, n_records);
  for (guint i = 0; i < n_records && next_record (&answer, &offset, &record); i++)
    read_record (&answer, &record);
  return TRUE;
}

/**
 * sluice_dns_next_in_tcp:
 * @bytes: (inout): what a segment carries, from the beginning of a message; then, what follows that message
 * @length: (inout): bytes that were captured of it
 * @message_out: (out): the message, within the bytes
 * @message_length_out: (out): bytes of it that are there; the rest may come in a later segment
 *
 * Takes the next message out of its length prefix (RFC 1035, 4.2.2; RFC 7766, 8). Everything is untouched on failure.
 *
 * Returns: whether there was one
 */
gboolean
sluice_dns_next_in_tcp (const guint8 **bytes,
                        gsize *length,
                        const guint8 **message_out,
                        gsize *message_length_out)
{
  gsize whole;

  if (*length < 2 + HEADER)
    return FALSE;
  whole = sluice_get_16 (*bytes);
  if (whole < HEADER)
    return FALSE;
  *message_out = *bytes + 2;
  *message_length_out = MIN (whole, *length - 2);
  *bytes += 2 + *message_length_out;
  *length -= 2 + *message_length_out;
  return TRUE;
}

/**
 * sluice_dns_is_message:
 * @message: what may be a DNS message
 * @length: bytes of it that were captured
 *
 * Looks at the header alone (RFC 1035, 4.1.1): a known opcode, a zero that must be, and counts that the length of a
 * message allows.
 *
 * Returns: whether it may be one
 */
gboolean
sluice_dns_is_message (const guint8 *message, gsize length)
{
  guint16 flags;

  if (length < HEADER)
    return FALSE;
  flags = sluice_get_16 (message + 2);
  return (flags & FLAGS_OPCODE) >> 11 <= 6 && (flags & 0x0040) == 0 && sluice_get_16 (message + 4) <= 32
         && ((flags & FLAG_ANSWER) != 0 || sluice_get_16 (message + 4) >= 1);
}
