#include "decode/host-text.h"

#include <string.h>

#include "model/address.h"

/**
 * sluice_host_text_take:
 * @bytes: a host as somebody wrote it, without a port
 * @length: its length
 * @name_out: (out): the name in lower case, without a last dot, for one host must not have two names; untouched on
 *   failure
 * @size: bytes of @name_out
 *
 * Returns: whether it is a name: letters, digits, "-", "_" and dots, no longer than fits, and no address
 */
gboolean
sluice_host_text_take (const guint8 *bytes, gsize length, char *name_out, gsize size)
{
  char name[256];
  SluiceAddress address;

  if (length > 0 && bytes[length - 1] == '.')
    length--;
  if (length == 0 || length >= MIN (size, sizeof name) || bytes[0] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (bytes[i]) && bytes[i] != '-' && bytes[i] != '_' && bytes[i] != '.')
        return FALSE;
      name[i] = g_ascii_tolower ((char) bytes[i]);
    }
  name[length] = '\0';
  if (sluice_address_parse (name, &address))
    return FALSE;
  memcpy (name_out, name, length + 1);
  return TRUE;
}
