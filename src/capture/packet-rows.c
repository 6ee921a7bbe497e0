#include "capture/packet-meter-private.h"

/* Marks an id as a flow's own: the kernel counts sockets from 1. */
#define FLOW_ID (G_GUINT64_CONSTANT (1) << 63)

static gboolean
is_connected (const SluiceSocketEntry *entry)
{
  return entry->socket.key.remote.family != SLUICE_FAMILY_NONE;
}

static void
book_socket_cb (SluiceSocketEntry *entry, gpointer user_data)
{
  SluicePacketMeter *meter = user_data;
  guint32 index;
  SluiceProgramRow *row;

  if (entry->program == NULL)
    return;
  index = sluice_packet_meter_program_row (meter, entry->program);
  row = sluice_sample_program (meter->sample, index);
  row->retransmits += entry->socket.retransmits - MIN (entry->last_retransmits, entry->socket.retransmits);
  if (entry->ended)
    return;
  row->connections += is_connected (entry);
  row->listening += !is_connected (entry);
  if (entry->socket.rtt_us > 0)
    sluice_program_rows_add_round_trip (meter->programs, index, entry->socket.rtt_us);
}

/**
 * sluice_packet_meter_book_sockets:
 * @meter: a meter with a sample in the making
 *
 * Adds to each program's row what its sockets know.
 */
void
sluice_packet_meter_book_sockets (SluicePacketMeter *meter)
{
  sluice_socket_index_foreach (sluice_flow_owners_get_index (meter->owners), book_socket_cb, meter);
}

static void
describe_socket (SluiceConnectionRow *row, const SluiceSocketEntry *entry)
{
  const SluiceSocket *socket = &entry->socket;

  row->uid = socket->uid;
  row->state = socket->state;
  row->rtt_us = socket->rtt_us;
  row->rtt_variation_us = socket->rtt_variation_us;
  row->retransmits = socket->retransmits - MIN (entry->last_retransmits, socket->retransmits);
  row->total_retransmits = socket->retransmits;
  if (!socket->has_info)
    return;
  row->total_payload[SLUICE_RX] = socket->bytes_received;
  row->total_payload[SLUICE_TX] = socket->bytes_sent - MIN (socket->bytes_retransmitted, socket->bytes_sent);
}

/* Whether the flow's row stands for its socket; of the flows over several links that are one connection, one does. */
static gboolean
claim (SluicePacketMeter *meter, const SluicePacketFlow *flow, SluiceSocketEntry *entry)
{
  guint64 claim = (guint64) flow->generation << 32 | flow->slot;
  const SluicePacketFlow *claimer = sluice_packet_meter_find_slot (meter, (guint32) entry->claim);

  if (entry->claim != claim && entry->claim != 0 && claimer != NULL && claimer->generation == entry->claim >> 32
      && claimer->cookie == entry->socket.cookie && sluice_packet_meter_is_in_scope (meter, claimer))
    return FALSE;
  entry->claim = claim;
  return TRUE;
}

static void
set_bytes (SluicePacketMeter *meter, SluiceConnectionRow *row, const SluicePacketFlow *flow, gboolean is_peer)
{
  const SluicePacketShare *share = &g_array_index (meter->shares, SluicePacketShare, row->interface);

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      guint from = is_peer ? 1 - d : d;

      row->bytes[d] = flow->bytes[from] + (guint64) (share->share[d] * sluice_packet_flow_headers (flow, from));
      row->payload[d] = flow->payload[from];
      row->total_payload[d] = flow->total_payload[from];
    }
}

static void
add_row (SluicePacketMeter *meter,
         SluiceConnectionRow *row,
         SluiceProgram *program,
         SluiceHost *named,
         SluiceSocketEntry *entry)
{
  row->program = program != NULL ? sluice_packet_meter_program_row (meter, program) : SLUICE_INDEX_NONE;
  row->host = sluice_packet_meter_host_row (meter, &row->key.remote);
  if (named != NULL && row->host != SLUICE_INDEX_NONE && named != sluice_sample_host (meter->sample, row->host)->host)
    {
      g_ptr_array_add (meter->sample->named, sluice_host_ref (named));
      row->named = meter->sample->named->len;
    }
  if (entry != NULL)
    g_hash_table_add (meter->shown, g_memdup2 (&entry->socket.cookie, sizeof entry->socket.cookie));
  g_array_append_val (meter->sample->connections, *row);
}

/* The other end of a connection that stays on this machine. */
static void
add_peer (SluicePacketMeter *meter, const SluicePacketFlow *flow, const SluiceConnectionRow *row)
{
  SluiceConnectionRow peer = { .interface = row->interface, .flags = row->flags, .protocol = row->protocol };
  SluiceFlowOwner owner;

  sluice_packet_meter_find_peer (meter, flow, &owner);
  if (owner.match != SLUICE_MATCH_EXACT || owner.entry == NULL)
    return;
  peer.id = owner.entry->socket.cookie;
  peer.key = owner.entry->socket.key;
  set_bytes (meter, &peer, flow, TRUE);
  describe_socket (&peer, owner.entry);
  add_row (meter, &peer, owner.program, NULL, owner.entry);
}

static void
add_flow (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  const SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, flow->link);
  SluiceSocketEntry *entry = NULL;
  gboolean ended = (flow->flags & SLUICE_FLOW_ENDED) != 0;
  SluiceConnectionRow row = {
    .key = flow->key,
    .interface = link->row,
    .flags = SLUICE_CONNECTION_BYTES_KNOWN,
    .uid = G_MAXUINT32,
    .protocol = flow->protocol,
  };

  if (link->row == SLUICE_INDEX_NONE || flow->key.remote.family == SLUICE_FAMILY_NONE
      || sluice_packet_meter_is_covered (meter, flow) || (flow->flags & SLUICE_FLOW_FOLDED) != 0
      || meter->sample->connections->len >= SLUICE_PACKET_METER_CONNECTIONS_MAX)
    return;
  set_bytes (meter, &row, flow, FALSE);
  row.flags |= (flow->flags & SLUICE_FLOW_FORWARDED) != 0 ? SLUICE_CONNECTION_FORWARDED : 0;
  if ((flow->flags & SLUICE_PACKET_FLOW_EXACT) != 0)
    entry = sluice_socket_index_get (sluice_flow_owners_get_index (meter->owners), flow->cookie);
  if (entry != NULL)
    {
      ended = entry->ended;
      describe_socket (&row, entry);
      if (flow->id == 0 && claim (meter, flow, entry))
        flow->id = entry->socket.cookie;
    }
  /* Whatever becomes of its socket, it stays the same connection. */
  if (flow->id == 0)
    flow->id = FLOW_ID | (guint64) flow->generation << 32 | flow->slot;
  row.id = flow->id;
  if (ended)
    sluice_connection_row_close (&row);
  row.flags |= (flow->flags & SLUICE_PACKET_FLOW_SHOWN) == 0 ? SLUICE_CONNECTION_NEW : 0;
  add_row (meter, &row, flow->program, flow->named, entry);
  if (link->kind == SLUICE_INTERFACE_LOOPBACK)
    add_peer (meter, flow, &row);
}

/* A socket over which nothing was seen yet. */
static void
add_socket_cb (SluiceSocketEntry *entry, gpointer user_data)
{
  SluicePacketMeter *meter = user_data;
  const SluiceSocket *socket = &entry->socket;
  SluiceConnectionRow row = {
    .id = socket->cookie,
    .key = socket->key,
    .interface = SLUICE_INDEX_NONE,
    .flags = is_connected (entry) ? SLUICE_CONNECTION_BYTES_KNOWN : SLUICE_CONNECTION_LISTENING,
    .protocol = sluice_protocol_from_ports (socket->key.protocol, socket->key.local_port, socket->key.remote_port),
  };
  const SluiceLink *link;

  /* One that was never bound waits for nothing. */
  if (g_hash_table_contains (meter->shown, &socket->cookie) || (!is_connected (entry) && socket->key.local_port == 0))
    return;
  link = sluice_link_table_find_socket (meter->links, &socket->key.local, &socket->key.remote, socket->bound_ifindex);
  if (link != NULL)
    row.interface = sluice_interface_rows_find (meter->interfaces, link->record->instance);
  describe_socket (&row, entry);
  if (entry->ended)
    sluice_connection_row_close (&row);
  add_row (meter, &row, entry->program, NULL, NULL);
}

/**
 * sluice_packet_meter_add_connections:
 * @meter: a meter with a sample in the making
 *
 * Adds the connection rows: flows that moved, then those that did not, then sockets over which nothing was seen. A flow
 * whose socket is known is shown under the socket's id.
 */
void
sluice_packet_meter_add_connections (SluicePacketMeter *meter)
{
  sluice_packet_meter_foreach_touched (meter, add_flow);
  for (guint c = 0; c < meter->chunks->len; c++)
    {
      SluicePacketFlow *chunk = meter->chunks->pdata[c];

      for (guint i = 0; chunk != NULL && i < SLUICE_PACKET_FLOWS_PER_CHUNK; i++)
        if (chunk[i].generation != 0 && (chunk[i].flags & SLUICE_PACKET_FLOW_TOUCHED) == 0)
          add_flow (meter, &chunk[i]);
    }
  sluice_socket_index_foreach (sluice_flow_owners_get_index (meter->owners), add_socket_cb, meter);
}
