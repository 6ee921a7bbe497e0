#include "decode/dns-name.h"

#include "decode/bytes.h"

#define POINTER 0xc0
/* RFC 1035, 2.3.4: with length bytes and the root's zero. */
#define NAME_MAX_BYTES 255
/* A name of 127 labels could have as many, one of nine has three; a staircase of thousands is an attack. */
#define JUMPS_MAX 127

/**
 * sluice_dns_name_at:
 * @message: a DNS message
 * @length: bytes of it that may be read
 * @offset: where the name begins; it need not be within @message
 *
 * Returns: the name, with nothing of it read
 */
SluiceDnsName
sluice_dns_name_at (const guint8 *message, gsize length, gsize offset)
{
  return (SluiceDnsName){ message, length, offset, offset, NAME_MAX_BYTES, JUMPS_MAX };
}

/* Goes where pointers lead, down to a label. */
static gboolean
follow (SluiceDnsName *name)
{
  while (name->at < name->length && (name->message[name->at] & POINTER) == POINTER)
    {
      gsize target;

      if (name->length - name->at < 2)
        return FALSE;
      target = sluice_get_16 (name->message + name->at) & 0x3fff;
      /* "A prior occurrence" says RFC 1035, 4.1.4. */
      if (target >= name->floor || name->jumps == 0)
        return FALSE;
      name->at = name->floor = target;
      name->jumps--;
    }
  return name->at < name->length;
}

/**
 * sluice_dns_name_next:
 * @name: a name
 * @label_out: (out): its next label, within the message
 *
 * Returns: the length of the label; 0 at the end; -1 where it is malformed or cut
 */
gint
sluice_dns_name_next (SluiceDnsName *name, const guint8 **label_out)
{
  guint length;

  if (!follow (name))
    return -1;
  length = name->message[name->at];
  if (length == 0)
    return 0;
  if (length >= 64 || name->room < length + 2 || name->length - name->at < length + 1)
    return -1;
  *label_out = name->message + name->at + 1;
  name->at += length + 1;
  name->room -= (guint16) (length + 1);
  return (gint) length;
}

/**
 * sluice_dns_name_skip:
 * @message: a DNS message
 * @length: bytes of it that may be read
 * @offset: (inout): where a name begins; then, where what follows it does. Untouched on failure
 *
 * Follows no pointer: whether the name is good is seen when it is read.
 *
 * Returns: whether the name ends within @length
 */
gboolean
sluice_dns_name_skip (const guint8 *message, gsize length, gsize *offset)
{
  gsize at = *offset;

  while (at < length)
    {
      guint8 first = message[at];

      if (first == 0 || (first & POINTER) == POINTER)
        {
          at += first == 0 ? 1 : 2;
          if (at > length)
            return FALSE;
          *offset = at;
          return TRUE;
        }
      if (first >= 64 || at - *offset > NAME_MAX_BYTES)
        return FALSE;
      at += first + 1u;
    }
  return FALSE;
}

static gboolean
labels_equal (const guint8 *a, const guint8 *b, gint length)
{
  if (a == b)
    return TRUE;
  for (gint i = 0; i < length; i++)
    if (g_ascii_tolower ((char) a[i]) != g_ascii_tolower ((char) b[i]))
      return FALSE;
  return TRUE;
}

/**
 * sluice_dns_name_equal:
 * @a: a name of which nothing was read
 * @b: another
 * @labels_left: (inout): how many labels may be compared; where it comes to 0, they are not the same
 *
 * Returns: whether they are the same but for the case of letters (RFC 1035, 2.3.3); a malformed name is like no other
 */
gboolean
sluice_dns_name_equal (const SluiceDnsName *a, const SluiceDnsName *b, guint *labels_left)
{
  SluiceDnsName left = *a;
  SluiceDnsName right = *b;

  while (*labels_left > 0)
    {
      const guint8 *left_label;
      const guint8 *right_label;
      gint length = sluice_dns_name_next (&left, &left_label);

      (*labels_left)--;
      if (length < 0 || length != sluice_dns_name_next (&right, &right_label))
        return FALSE;
      if (length == 0)
        return TRUE;
      if (!labels_equal (left_label, right_label, length))
        return FALSE;
    }
  return FALSE;
}

/**
 * sluice_dns_name_to_text:
 * @name: a name of which nothing was read
 * @text_out: (out): lower case, without the last dot, each byte that is no letter, digit, "-" or "_" as \DDD in decimal
 *   (RFC 1035, 5.1); undefined on failure
 * @size: bytes of @text_out
 *
 * Returns: whether it is a name, not the root, and fits
 */
gboolean
sluice_dns_name_to_text (const SluiceDnsName *name, char *text_out, gsize size)
{
  SluiceDnsName rest = *name;
  const guint8 *label;
  gsize at = 0;
  gint length;

  while ((length = sluice_dns_name_next (&rest, &label)) > 0)
    {
      /* The longest that it can become, and the NUL. */
      if (size - at < 4 * (gsize) length + 2)
        return FALSE;
      if (at > 0)
        text_out[at++] = '.';
      for (gint i = 0; i < length; i++)
        {
          guint8 byte = label[i];

          if (g_ascii_isalnum (byte) || byte == '-' || byte == '_')
            text_out[at++] = g_ascii_tolower ((char) byte);
          else
            {
              text_out[at++] = '\\';
              text_out[at++] = (char) ('0' + byte / 100);
              text_out[at++] = (char) ('0' + byte / 10 % 10);
              text_out[at++] = (char) ('0' + byte % 10);
            }
        }
    }
  if (length < 0 || at == 0)
    return FALSE;
  text_out[at] = '\0';
  return TRUE;
}
