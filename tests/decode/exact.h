#pragma once

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Bytes alone in memory of their own, so that a sanitizer sees one that is read beyond their end. Of none, too. */
static inline guint8 *
exact_copy (const void *bytes, gsize length)
{
  guint8 *copy = calloc (1, length);

  if (length > 0)
    memcpy (copy, bytes, length);
  return copy;
}
