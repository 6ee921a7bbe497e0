#pragma once

#include <glib.h>
#include <string.h>

/* Makes DNS messages by hand. Names are given as text, or as offsets that a pointer leads to. */

static inline void
put_16 (GByteArray *bytes, guint value)
{
  const guint8 big[] = { (guint8) (value >> 8), (guint8) value };

  g_byte_array_append (bytes, big, sizeof big);
}

static inline void
put_32 (GByteArray *bytes, guint32 value)
{
  put_16 (bytes, value >> 16);
  put_16 (bytes, value & 0xffff);
}

static inline GByteArray *
begin_dns (guint flags, guint questions, guint answers, guint authorities, guint additionals)
{
  GByteArray *bytes = g_byte_array_new ();

  put_16 (bytes, 0x1234);
  put_16 (bytes, flags);
  put_16 (bytes, questions);
  put_16 (bytes, answers);
  put_16 (bytes, authorities);
  put_16 (bytes, additionals);
  return bytes;
}

/* Returns where it is. */
static inline guint
put_name (GByteArray *bytes, const char *name)
{
  guint at = bytes->len;
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);

  for (guint i = 0; name[0] != '\0' && labels[i] != NULL; i++)
    {
      guint8 length = (guint8) strlen (labels[i]);

      g_byte_array_append (bytes, &length, 1);
      g_byte_array_append (bytes, (const guint8 *) labels[i], length);
    }
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return at;
}

static inline void
put_pointer (GByteArray *bytes, guint to)
{
  put_16 (bytes, 0xc000 | to);
}

static inline void
put_question (GByteArray *bytes, const char *name, guint type)
{
  put_name (bytes, name);
  put_16 (bytes, type);
  put_16 (bytes, 1);
}

/* What stands between a record's owner and its data; 1 is the class "IN". */
static inline void
put_record (GByteArray *bytes, guint type, guint class, guint length)
{
  put_16 (bytes, type);
  put_16 (bytes, class);
  put_32 (bytes, 300);
  put_16 (bytes, length);
}

static inline void
put_a (GByteArray *bytes, guint class, guint8 last)
{
  const guint8 address[] = { 192, 0, 2, last };

  put_record (bytes, 1, class, sizeof address);
  g_byte_array_append (bytes, address, sizeof address);
}

/* A record whose data is a name. */
static inline guint
put_named (GByteArray *bytes, guint type, const char *name)
{
  put_record (bytes, type, 1, (guint) strlen (name) + 2);
  return put_name (bytes, name);
}
