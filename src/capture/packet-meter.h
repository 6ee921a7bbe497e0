#pragma once

#include "capture/interface-rows.h"
#include "capture/report.h"
#include "owner/flow-owners.h"

G_BEGIN_DECLS

/* How many flows are told apart; a decoder's table has room for fewer. */
#define SLUICE_PACKET_METER_FLOWS_MAX (1u << 20)
/* How many hosts a sample has rows for; the largest stay, the rest is one row. */
#define SLUICE_PACKET_METER_HOSTS_MAX 4096
/* How many flows a sample has connection rows for; those that moved come first. */
#define SLUICE_PACKET_METER_CONNECTIONS_MAX 32768

/**
 * SluicePacketMeter:
 *
 * Turns what a decoder saw into samples whose truth are the kernel's link counters: finds out whose each flow is, and
 * charges it. One thread at a time.
 */
typedef struct _SluicePacketMeter SluicePacketMeter;

/* What a link has counted by now, in the units of its rows; %FALSE where that cannot be told. */
typedef gboolean (*SluicePacketCounterFunc) (guint32  ifindex,
                                             guint64  bytes_out[SLUICE_N_DIRECTIONS],
                                             gpointer user_data);

SluicePacketMeter *sluice_packet_meter_new          (SluiceLinkTable        *links,
                                                     SluiceFlowOwners       *owners,
                                                     const SluiceMeterScope *scope);
void               sluice_packet_meter_free         (SluicePacketMeter      *meter);
void               sluice_packet_meter_set_counter  (SluicePacketMeter      *meter,
                                                     SluicePacketCounterFunc func,
                                                     gpointer                user_data);
void               sluice_packet_meter_set_link     (SluicePacketMeter      *meter,
                                                     guint                   link,
                                                     guint64                 instance);
void               sluice_packet_meter_forget_links (SluicePacketMeter      *meter);
void               sluice_packet_meter_add_report   (SluicePacketMeter      *meter,
                                                     const SluiceReport     *report,
                                                     gint64                  now);
SluiceSample      *sluice_packet_meter_end          (SluicePacketMeter      *meter,
                                                     gboolean                with_connections,
                                                     gint64                  time,
                                                     gint64                  wall_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluicePacketMeter, sluice_packet_meter_free)

G_END_DECLS
