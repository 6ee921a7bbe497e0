#pragma once

#include "model/timeline.h"

G_BEGIN_DECLS

/**
 * SluicePartSum:
 * @host: (nullable): the other side, where hosts were summed
 * @protocol: what was spoken, where protocols were
 * @interface: index into #SluiceSample.interfaces, or %SLUICE_INDEX_NONE for all listed ones together
 * @bytes: of the sample, by direction
 *
 * What one host or protocol moved over one link.
 */
typedef struct
{
  SluiceHost *host;
  SluiceProtocol protocol;
  guint32 interface;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluicePartSum;

SluiceProtocol sluice_connection_row_protocol (const SluiceConnectionRow *row);
GArray        *sluice_part_sums_new           (SluiceBreakdown            by,
                                               const SluiceSample        *sample,
                                               guint                      n_most);

G_END_DECLS
