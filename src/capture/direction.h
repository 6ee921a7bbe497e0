#pragma once

#include "capture/flow-table.h"
#include "capture/local-set.h"
#include "decode/packet.h"

G_BEGIN_DECLS

#define SLUICE_HARDWARE_ADDRESS_SIZE 6

/**
 * SluiceDirectionLink:
 * @type: what its packets begin with
 * @loopback: both ends are here
 * @hardware_told: @hardware is the system's word
 * @hardware_known: @hardware is known
 * @hardware: this machine's address on an Ethernet; where it is not told, learnt from what it sends
 *
 * What tells who sent a packet where IP addresses do not.
 */
typedef struct
{
  SluiceLinkType type;
  gboolean loopback;
  gboolean hardware_told;
  gboolean hardware_known;
  guint8 hardware[SLUICE_HARDWARE_ADDRESS_SIZE];
} SluiceDirectionLink;

/**
 * SluiceFrame:
 * @packet: its facts
 * @bytes: itself
 * @captured: how many of @bytes there are
 * @length: how many there were on the wire
 * @time: when, µs since 1970
 *
 * A captured packet.
 */
typedef struct
{
  SluicePacket packet;
  const guint8 *bytes;
  guint32 captured;
  guint32 length;
  gint64 time;
} SluiceFrame;

guint16         sluice_direction_decide (const SluiceDirectionLink *link,
                                         const SluiceLocalSet      *local,
                                         const SluiceFrame         *frame,
                                         guint                      source_side);
SluiceDirection sluice_direction_of     (const SluiceDirectionLink *link,
                                         const SluiceFrame         *frame,
                                         guint                      source_side,
                                         guint16                    flow_flags);
void            sluice_direction_learn  (SluiceDirectionLink       *link,
                                         const SluiceLocalSet      *local,
                                         const SluiceFrame         *frame);

G_END_DECLS
