/*
 * DNS answers.
 *
 * Input: a byte, odd for messages that follow each other as in TCP, then the bytes.
 */
#include "fuzz.h"

#include <string.h>

#include "decode/dns.h"
#include "decode/exact.h"

static void
check_cb (const SluiceDnsFinding *finding, gpointer user_data)
{
  guint *n_findings = user_data;
  gsize length = strlen (finding->name);

  g_assert_cmpuint (++*n_findings, <=, SLUICE_DNS_FINDINGS_MAX);
  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <, SLUICE_DNS_NAME_MAX);
  for (gsize i = 0; i < length; i++)
    g_assert_nonnull (strchr ("abcdefghijklmnopqrstuvwxyz0123456789-_.\\", finding->name[i]));
  g_assert_false (sluice_address_is_any (&finding->address));
}

static void
read_message (const guint8 *bytes, gsize length)
{
  guint8 *message = exact_copy (bytes, length);
  guint n_findings = 0;

  sluice_dns_is_message (message, length);
  if (!sluice_dns_read_answer (message, length, check_cb, &n_findings))
    g_assert_cmpuint (n_findings, ==, 0);
  free (message);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *bytes = data + 1;
  const guint8 *message;
  gsize length = size - 1;
  gsize message_length;

  if (size == 0)
    return 0;
  if ((data[0] & 1) == 0)
    read_message (bytes, length);
  else
    while (sluice_dns_next_in_tcp (&bytes, &length, &message, &message_length))
      {
        g_assert_true (message + message_length <= data + size);
        read_message (message, message_length);
      }
  return 0;
}
