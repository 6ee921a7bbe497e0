#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sluice_get_16:
 * @bytes: 2 bytes at any alignment
 *
 * Returns: the number that they are in network byte order
 */
static inline guint16
sluice_get_16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] << 8 | bytes[1]);
}

/**
 * sluice_get_32:
 * @bytes: 4 bytes at any alignment
 *
 * Returns: the number that they are in network byte order
 */
static inline guint32
sluice_get_32 (const guint8 *bytes)
{
  return (guint32) sluice_get_16 (bytes) << 16 | sluice_get_16 (bytes + 2);
}

G_END_DECLS
