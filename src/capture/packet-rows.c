#include "capture/packet-meter-private.h"

#include <netinet/in.h>
#include <string.h>

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

static gboolean
is_in_scope (SluicePacketMeter *meter, const SluicePacketFlow *flow)
{
  return g_array_index (meter->captured, SluicePacketLink, flow->link).row != SLUICE_INDEX_NONE;
}

static gboolean
has_moved (const SluicePacketFlow *flow)
{
  return flow->packets[SLUICE_RX] + flow->packets[SLUICE_TX] > 0;
}

static void
add_protocol (SluicePacketMeter *meter, SluiceProtocol protocol, const SluiceHostRow *moved)
{
  gpointer key = GUINT_TO_POINTER (protocol);
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->protocol_rows, key));
  SluiceProtocolRow *row;

  if (index == 0)
    {
      SluiceProtocolRow new = { .protocol = protocol };

      g_array_append_val (meter->sample->protocols, new);
      index = meter->sample->protocols->len;
      g_hash_table_insert (meter->protocol_rows, key, GUINT_TO_POINTER (index));
    }
  row = sluice_sample_protocol (meter->sample, index - 1);
  row->connections++;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      row->bytes[d] += moved->bytes[d];
      row->packets[d] += moved->packets[d];
      row->forwarded[d] += moved->forwarded[d];
      row->forwarded_packets[d] += moved->forwarded_packets[d];
    }
}

/* The loopback's device counts each packet when it goes out and when it comes in, and so do these rows. */
static void
count_both_ways (SluiceHostRow *moved)
{
  guint64 bytes = moved->bytes[SLUICE_RX] + moved->bytes[SLUICE_TX];
  guint64 packets = moved->packets[SLUICE_RX] + moved->packets[SLUICE_TX];

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      moved->bytes[d] = bytes;
      moved->packets[d] = packets;
    }
}

static void
add_to_host (SluiceHostRow *row, const SluiceHostRow *more)
{
  row->connections += more->connections;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      row->bytes[d] += more->bytes[d];
      row->packets[d] += more->packets[d];
      row->forwarded[d] += more->forwarded[d];
      row->forwarded_packets[d] += more->forwarded_packets[d];
    }
}

static void
sum_flow (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  SluiceHostRow moved = {
    .bytes = { flow->bytes[SLUICE_RX], flow->bytes[SLUICE_TX] },
    .packets = { flow->packets[SLUICE_RX], flow->packets[SLUICE_TX] },
    .connections = 1,
  };
  guint index;

  if (!is_in_scope (meter, flow) || !has_moved (flow) || sluice_packet_meter_is_covered (meter, flow))
    return;
  if (g_array_index (meter->captured, SluicePacketLink, flow->link).kind == SLUICE_INTERFACE_LOOPBACK)
    count_both_ways (&moved);
  if ((flow->flags & SLUICE_FLOW_FORWARDED) != 0)
    {
      memcpy (moved.forwarded, moved.bytes, sizeof moved.forwarded);
      memcpy (moved.forwarded_packets, moved.packets, sizeof moved.forwarded_packets);
    }
  add_protocol (meter, flow->protocol, &moved);
  /* What is no IP has no host; flows that were folded have many, which is one row. */
  if (flow->key.remote.family == SLUICE_FAMILY_NONE && (flow->flags & SLUICE_FLOW_FOLDED) == 0)
    return;
  index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->host_rows, &flow->key.remote));
  if (index == 0)
    {
      SluicePacketHostSum sum = { .address = &flow->key.remote };

      g_array_append_val (meter->host_sums, sum);
      index = meter->host_sums->len;
      g_hash_table_insert (meter->host_rows, &flow->key.remote, GUINT_TO_POINTER (index));
    }
  add_to_host (&g_array_index (meter->host_sums, SluicePacketHostSum, index - 1).row, &moved);
}

static int
compare_sums (gconstpointer a, gconstpointer b)
{
  const SluiceHostRow *x = &((const SluicePacketHostSum *) a)->row;
  const SluiceHostRow *y = &((const SluicePacketHostSum *) b)->row;
  guint64 bytes_x = x->bytes[SLUICE_RX] + x->bytes[SLUICE_TX];
  guint64 bytes_y = y->bytes[SLUICE_RX] + y->bytes[SLUICE_TX];

  return bytes_x > bytes_y ? -1 : bytes_x < bytes_y;
}

static guint
append_host (SluicePacketMeter *meter, SluiceHost *host, const SluiceHostRow *figures)
{
  SluiceHostRow row = *figures;

  row.host = sluice_host_ref (host);
  g_array_append_val (meter->sample->hosts, row);
  /* From here on the table's keys stand in the records. */
  g_hash_table_replace (meter->host_rows, &row.host->address, GUINT_TO_POINTER (meter->sample->hosts->len));
  return meter->sample->hosts->len - 1;
}

/**
 * sluice_packet_meter_add_hosts:
 * @meter: a meter with a sample in the making
 *
 * Adds the rows of hosts and protocols. The largest hosts have rows of their own.
 */
void
sluice_packet_meter_add_hosts (SluicePacketMeter *meter)
{
  g_autoptr (GArray) sums = g_array_new (FALSE, FALSE, sizeof (SluicePacketHostSum));
  SluiceHostRow others = { 0 };

  meter->host_sums = sums;
  sluice_packet_meter_foreach_touched (meter, sum_flow);
  g_hash_table_remove_all (meter->host_rows);
  if (sums->len > SLUICE_PACKET_METER_HOSTS_MAX - 1)
    g_array_sort (sums, compare_sums);
  for (guint i = 0; i < sums->len; i++)
    {
      const SluicePacketHostSum *sum = &g_array_index (sums, SluicePacketHostSum, i);

      if (i >= SLUICE_PACKET_METER_HOSTS_MAX - 1 || sum->address->family == SLUICE_FAMILY_NONE)
        add_to_host (&others, &sum->row);
      else
        append_host (meter, sluice_name_table_get (meter->names, sum->address), &sum->row);
    }
  if (others.connections > 0)
    append_host (meter, sluice_host_others (), &others);
  meter->host_sums = NULL;
}

/* The row of the other side; a connection that did not move has one as well, as long as there is room. */
static guint32
find_host (SluicePacketMeter *meter, const SluiceAddress *address)
{
  static const SluiceHostRow nothing;
  guint index;

  if (address->family == SLUICE_FAMILY_NONE)
    return SLUICE_INDEX_NONE;
  index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->host_rows, address));
  if (index != 0)
    return index - 1;
  if (meter->sample->hosts->len >= SLUICE_PACKET_METER_HOSTS_MAX)
    return SLUICE_INDEX_NONE;
  return append_host (meter, sluice_name_table_get (meter->names, address), &nothing);
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
      && claimer->cookie == entry->socket.cookie && is_in_scope (meter, claimer))
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
  row->host = find_host (meter, &row->key.remote);
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
  if (owner.match != SLUICE_MATCH_EXACT)
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
