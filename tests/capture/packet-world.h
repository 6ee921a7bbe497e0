#pragma once

/* Links, sockets and reports that a test makes up, and a packet meter that looks at them. */

#include "meter-world.h"

#include "capture/packet-meter.h"

typedef struct
{
  World *world;
  SluiceFlowOwners *owners;
  SluicePacketMeter *meter;
  SluiceReport report;
  gint64 time;
  gint64 slept; /* how far the boot-time clock is ahead of the monotonic one */
} PacketWorld;

G_GNUC_UNUSED static void
packet_world_free (PacketWorld *packets)
{
  sluice_packet_meter_free (packets->meter);
  sluice_flow_owners_free (packets->owners);
  g_array_unref (packets->report.links);
  g_array_unref (packets->report.flows);
  g_array_unref (packets->report.names);
  world_free (packets->world);
  g_free (packets);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PacketWorld, packet_world_free)

/* The links of the report are the world's: lo, eth0, wlan0. */
G_GNUC_UNUSED static PacketWorld *
packet_world_new (gboolean every)
{
  PacketWorld *packets = g_new0 (PacketWorld, 1);
  const SluiceMeterScope scope = { every, NULL };

  packets->world = world_new (every, NULL);
  packets->owners = sluice_flow_owners_new (packets->world->root->path, SLUICE_SOCKETS_BY_CALLER);
  packets->meter = sluice_packet_meter_new (packets->world->table, packets->owners, &scope);
  packets->report.links = g_array_new (FALSE, TRUE, sizeof (SluiceLinkReport));
  packets->report.flows = g_array_new (FALSE, TRUE, sizeof (SluiceFlowReport));
  packets->report.names = g_array_new (FALSE, TRUE, sizeof (SluiceNameReport));
  g_array_set_size (packets->report.links, N_WORLD_LINKS);
  for (guint i = 0; i < N_WORLD_LINKS; i++)
    sluice_packet_meter_set_link (packets->meter, i,
                                  sluice_link_table_find_name (packets->world->table, packets->world->links[i].name)
                                    ->record->instance);
  return packets;
}

/* What moves over eth0, of a flow in this slot, from 10.0.0.1 to 192.0.2.1, TCP, port 1000 + slot to 443. */
G_GNUC_UNUSED static SluiceFlowReport
make_flow (guint32 slot, guint64 received, guint64 sent)
{
  SluiceFlowReport flow = {
    .slot = slot,
    .generation = 1,
    .link = ETH0,
    .bytes = { received, sent },
    .packets = { (received + 1499) / 1500, (sent + 1499) / 1500 },
    .payload = { received / 2, sent / 2 },
    .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS),
  };
  SluiceAddress local, remote;

  g_assert_true (sluice_address_parse ("10.0.0.1", &local));
  g_assert_true (sluice_address_parse ("192.0.2.1", &remote));
  sluice_flow_key_init (&flow.key, IPPROTO_TCP, &local, (guint16) (1000 + slot), &remote, 443);
  return flow;
}

G_GNUC_UNUSED static void
set_sides (SluiceFlowReport *flow, guint8 protocol, const char *local, guint16 local_port, const char *remote,
           guint16 remote_port)
{
  SluiceAddress addresses[2] = { 0 };

  if (local != NULL)
    g_assert_true (sluice_address_parse (local, &addresses[0]));
  if (remote != NULL)
    g_assert_true (sluice_address_parse (remote, &addresses[1]));
  sluice_flow_key_init (&flow->key, protocol, &addresses[0], local_port, &addresses[1], remote_port);
}

/* Adds to the next report, and to what the link counts. */
G_GNUC_UNUSED static void
move (PacketWorld *packets, const SluiceFlowReport *flow)
{
  TestLink *link = &packets->world->links[flow->link];
  gboolean loopback = flow->link == LO;

  g_array_append_vals (packets->report.flows, flow, 1);
  link->rx += flow->bytes[SLUICE_RX] + (loopback ? flow->bytes[SLUICE_TX] : 0);
  link->tx += flow->bytes[SLUICE_TX] + (loopback ? flow->bytes[SLUICE_RX] : 0);
  link->rx_packets += flow->packets[SLUICE_RX] + (loopback ? flow->packets[SLUICE_TX] : 0);
  link->tx_packets += flow->packets[SLUICE_TX] + (loopback ? flow->packets[SLUICE_RX] : 0);
}

/* Gives in the report without making a sample of it. */
G_GNUC_UNUSED static void
report (PacketWorld *packets)
{
  sluice_packet_meter_add_report (packets->meter, &packets->report, packets->time);
  g_array_set_size (packets->report.flows, 0);
  g_array_set_size (packets->report.names, 0);
  memset (packets->report.links->data, 0, N_WORLD_LINKS * sizeof (SluiceLinkReport));
}

/* One tick, a second after the one before. Whatever it shows, its books balance. */
G_GNUC_UNUSED static SluiceSample *
tick (PacketWorld *packets, const SluiceSocket *sockets, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  SluiceSample *sample;
  gboolean balanced;

  packets->time += G_USEC_PER_SEC;
  world_list (packets->world);
  sluice_flow_owners_begin (packets->owners);
  for (guint i = 0; i < n; i++)
    sluice_flow_owners_add (packets->owners, &sockets[i]);
  sluice_flow_owners_end (packets->owners, TRUE, packets->time, &fault);
  g_assert_null (fault);
  report (packets);
  sample = sluice_packet_meter_end (packets->meter, TRUE, packets->time + packets->slept, packets->time);
  balanced = sluice_sample_check_books (sample, &error);
  g_assert_no_error (error);
  g_assert_true (balanced);
  return sample;
}

/* Bytes of no program on eth0 for this cause, both directions. */
G_GNUC_UNUSED static guint64
cause_on (const SluiceSample *sample, const char *link, SluiceCause cause)
{
  const SluiceInterfaceRow *row = find_link (sample, link);

  return row->unattributed[cause][SLUICE_RX] + row->unattributed[cause][SLUICE_TX];
}

G_GNUC_UNUSED static guint64
program_bytes (const SluiceSample *sample, const char *name, SluiceDirection direction)
{
  const SluiceProgramRow *row = find_program (sample, name);

  return row != NULL ? row->bytes[direction] : 0;
}
