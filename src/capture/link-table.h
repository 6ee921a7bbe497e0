#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceLink:
 * @record: what is known of the interface; replaced when that changes
 * @raw_name: the kernel's own bytes, for paths and look-ups only
 * @header_bytes: link-layer header of its packets
 * @bytes: the kernel's counters, by direction
 * @packets: likewise
 * @dropped: likewise, both directions
 * @last_bytes: what they were when they were last taken
 * @last_packets: likewise
 * @last_dropped: likewise
 * @listed: part of the default set
 * @gone: removed since the last take; forgotten at the next
 */
typedef struct
{
  SluiceInterface *record;
  char raw_name[16];
  guint header_bytes;
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint64 dropped;
  guint64 last_bytes[SLUICE_N_DIRECTIONS];
  guint64 last_packets[SLUICE_N_DIRECTIONS];
  guint64 last_dropped;
  gboolean listed;
  gboolean gone;
} SluiceLink;

/**
 * SluiceLinkTable:
 *
 * The interfaces of this network namespace with addresses and 64-bit counters, kept true by rtnetlink(7). One thread
 * at a time.
 */
typedef struct _SluiceLinkTable SluiceLinkTable;

SluiceLinkTable *sluice_link_table_new          (const char          *sysfs,
                                                 GError             **error);
SluiceLinkTable *sluice_link_table_new_detached (const char          *sysfs);
void             sluice_link_table_free         (SluiceLinkTable     *table);
gboolean         sluice_link_table_refresh      (SluiceLinkTable     *table,
                                                 GError             **error);
void             sluice_link_table_feed         (SluiceLinkTable     *table,
                                                 const void          *messages,
                                                 gsize                length);
guint            sluice_link_table_get_length   (SluiceLinkTable     *table);
SluiceLink      *sluice_link_table_get          (SluiceLinkTable     *table,
                                                 guint                index);
guint64          sluice_link_table_get_serial   (SluiceLinkTable     *table);
SluiceLink      *sluice_link_table_find_name    (SluiceLinkTable     *table,
                                                 const char          *name);
SluiceLink      *sluice_link_table_find_socket  (SluiceLinkTable     *table,
                                                 const SluiceAddress *local,
                                                 const SluiceAddress *remote,
                                                 guint32              bound_ifindex);
void             sluice_link_table_take         (SluiceLinkTable     *table);
guint            sluice_link_counted_header     (const SluiceLink *link,
SluiceDirection direction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceLinkTable, sluice_link_table_free)

G_END_DECLS
