#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluiceDnsName:
 * @message: the whole DNS message, for pointers lead anywhere in it
 * @length: bytes of it that may be read
 * @at: where the next label is
 * @floor: pointers must lead below it: nothing is read twice, so that no loop can be
 * @room: bytes that the name may still have
 * @jumps: pointers that it may still have
 *
 * A name in a message while its labels are taken, RFC 1035, 4.1.4. A copy of one that was not read yet is the same
 * name.
 */
typedef struct
{
  const guint8 *message;
  gsize length;
  gsize at;
  gsize floor;
  guint16 room;
  guint16 jumps;
} SluiceDnsName;

SluiceDnsName sluice_dns_name_at      (const guint8        *message,
                                       gsize                length,
                                       gsize                offset);
gint          sluice_dns_name_next    (SluiceDnsName       *name,
                                       const guint8       **label_out);
gboolean      sluice_dns_name_skip    (const guint8        *message,
                                       gsize                length,
                                       gsize               *offset);
gboolean      sluice_dns_name_equal   (const SluiceDnsName *a,
                                       const SluiceDnsName *b,
                                       guint               *labels_left);
gboolean      sluice_dns_name_to_text (const SluiceDnsName *name,
                                       char                *text_out,
                                       gsize                size);

G_END_DECLS
