#include "capture/meter-private.h"

#include <string.h>

/* A list that is read while sockets come and go may lack one that is there: only one that two in a row lack is
 * over. Taken for a new one when it shows again, all its bytes would be counted twice. */
#define MISSING_MEANS_OVER 2

static void
flow_free (gpointer data)
{
  SluiceFlow *flow = data;

  g_clear_pointer (&flow->program, sluice_program_unref);
  g_clear_pointer (&flow->interface, sluice_interface_unref);
  g_free (flow);
}

/**
 * sluice_meter_new:
 * @links: the interfaces; must outlive the meter
 * @owners: who holds which socket; must outlive the meter
 * @scope: which interfaces are metered; copied
 *
 * Returns: (transfer full): a meter that has seen nothing
 */
SluiceMeter *
sluice_meter_new (SluiceLinkTable *links, SluiceOwnerTable *owners, const SluiceMeterScope *scope)
{
  SluiceMeter *meter = g_new0 (SluiceMeter, 1);

  meter->links = links;
  meter->owners = owners;
  meter->interfaces = sluice_interface_rows_new (links, scope);
  meter->flows = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, flow_free);
  meter->programs = sluice_program_rows_new ();
  meter->charges = g_array_new (FALSE, FALSE, sizeof (SluiceCharge));
  return meter;
}

void
sluice_meter_free (SluiceMeter *meter)
{
  g_hash_table_unref (meter->flows);
  sluice_interface_rows_free (meter->interfaces);
  sluice_program_rows_free (meter->programs);
  g_array_unref (meter->charges);
  g_free (meter);
}

/**
 * sluice_meter_begin:
 * @meter: a meter
 *
 * Begins a look. The links were refreshed just before.
 */
void
sluice_meter_begin (SluiceMeter *meter)
{
  meter->look++;
}

/* What a socket's counter gained. One that went back belongs to a socket that was disconnected, and began at zero. */
static guint64
gain (guint64 now, guint64 before)
{
  return now >= before ? now - before : now;
}

static guint32
gain32 (guint32 now, guint32 before)
{
  return now >= before ? now - before : now;
}

static void
read_figures (SluiceFlow *flow, const SluiceSocket *socket)
{
  guint64 sent = gain (socket->bytes_sent, flow->bytes_sent);
  guint64 again = gain (socket->bytes_retransmitted, flow->bytes_retransmitted);
  /* What a socket ended with still holds the FIN that its list left out. */
  guint64 bytes_received
      = socket->bytes_received - (socket->ended && flow->fin_received && socket->bytes_received > 0);
  guint64 received = gain (bytes_received, flow->bytes_received);

  /* A socket may be shown twice in one look, in the list and at its end: what it gained adds up. */
  flow->carried[SLUICE_RX] += received;
  flow->carried[SLUICE_TX] += sent;
  flow->payload[SLUICE_RX] += received;
  flow->payload[SLUICE_TX] += sent > again ? sent - again : 0;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      flow->new_segments[d] += gain32 (socket->segments[d], flow->segments[d]);
      flow->segments[d] = socket->segments[d];
    }
  flow->retransmits += gain32 (socket->retransmits, flow->total_retransmits);
  flow->bytes_sent = socket->bytes_sent;
  flow->bytes_retransmitted = socket->bytes_retransmitted;
  flow->bytes_received = bytes_received;
  flow->fin_received |= socket->fin_received;
  flow->total_retransmits = socket->retransmits;
  flow->rtt_us = socket->rtt_us;
  flow->rtt_variation_us = socket->rtt_variation_us;
  flow->header_bytes = socket->header_bytes;
}

static void
set_figures_baseline (SluiceFlow *flow)
{
  memset (flow->payload, 0, sizeof flow->payload);
  memset (flow->carried, 0, sizeof flow->carried);
  memset (flow->bytes, 0, sizeof flow->bytes);
  memset (flow->new_segments, 0, sizeof flow->new_segments);
  flow->retransmits = 0;
}

/**
 * sluice_meter_add_socket:
 * @meter: a meter
 * @socket: a socket as it is now, or as it ended
 *
 * Takes in one socket of the look that was begun.
 */
void
sluice_meter_add_socket (SluiceMeter *meter, const SluiceSocket *socket)
{
  SluiceFlow *flow = g_hash_table_lookup (meter->flows, &socket->cookie);
  gboolean is_new = flow == NULL;

  if (is_new)
    {
      flow = g_new0 (SluiceFlow, 1);
      flow->cookie = socket->cookie;
      flow->is_new = TRUE;
      g_hash_table_insert (meter->flows, &flow->cookie, flow);
    }
  if (is_new || !sluice_flow_key_equal (&flow->key, &socket->key))
    {
      flow->key = socket->key;
      flow->link_serial = G_MAXUINT64;
    }
  flow->look = meter->look;
  flow->ended = flow->ended || socket->ended;
  flow->bound_ifindex = socket->bound_ifindex;
  /* Ended sockets have neither inode nor user, and their state is only "closed". */
  if (!socket->ended)
    {
      if (flow->inode != socket->inode)
        sluice_owner_table_forget (meter->owners, flow->inode);
      flow->inode = socket->inode;
      flow->uid = socket->uid;
      flow->state = socket->state;
    }
  if (socket->has_info)
    {
      flow->has_info = TRUE;
      read_figures (flow, socket);
    }
  if (is_new && !meter->sockets_primed)
    {
      set_figures_baseline (flow);
      flow->is_new = FALSE;
    }
}

static gboolean
link_exists (SluiceMeter *meter, guint64 instance)
{
  for (guint i = 0; i < sluice_link_table_get_length (meter->links); i++)
    if (sluice_link_table_get (meter->links, i)->record->instance == instance)
      return TRUE;
  return FALSE;
}

static void
find_interface (SluiceMeter *meter, SluiceFlow *flow)
{
  guint64 serial = sluice_link_table_get_serial (meter->links);
  const SluiceLink *link;

  if (flow->link_serial == serial)
    return;
  flow->link_serial = serial;
  link = sluice_link_table_find_socket (meter->links, &flow->key.local, &flow->key.remote, flow->bound_ifindex);
  /* An address that was taken away does not end its connections at once: they keep their link while it is there. */
  if (link == NULL && flow->interface != NULL && link_exists (meter, flow->interface->instance))
    return;
  g_clear_pointer (&flow->interface, sluice_interface_unref);
  memset (flow->link_header, 0, sizeof flow->link_header);
  if (link == NULL)
    return;
  flow->interface = sluice_interface_ref (link->record);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    flow->link_header[d] = sluice_link_counted_header (link, d);
}

static void
find_owner (SluiceMeter *meter, SluiceFlow *flow)
{
  SluiceProgram *program;

  /* What has ended is held by nobody any more: it would be searched for in vain. */
  if (flow->inode == 0 || flow->ended || !sluice_owner_table_can_read (meter->owners))
    return;
  if (!sluice_owner_table_may_see (meter->owners, flow->uid))
    program = sluice_program_other_users ();
  else
    program = sluice_owner_table_lookup (meter->owners, flow->inode);
  /* A descriptor that was closed leaves its socket to send what is left: it keeps the owner that it had. */
  if (program == NULL || program == flow->program)
    return;
  g_clear_pointer (&flow->program, sluice_program_unref);
  flow->program = sluice_program_ref (program);
}

static void
find_owners (SluiceMeter *meter, gint64 time)
{
  GHashTableIter iter;
  gpointer value;
  guint64 serial = sluice_owner_table_get_serial (meter->owners);
  g_autoptr (GError) error = NULL;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    find_owner (meter, value);
  if (!sluice_owner_table_refresh (meter->owners, time, &error))
    {
      if (error != NULL && meter->sample->fault == NULL)
        meter->sample->fault = g_strdup (error->message);
      return;
    }
  /* Most looks find nothing that was not known: each socket has had its answer. */
  if (sluice_owner_table_get_serial (meter->owners) == serial)
    return;
  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    find_owner (meter, value);
}

static gboolean
is_connected (const SluiceFlow *flow)
{
  return flow->key.remote.family != SLUICE_FAMILY_NONE;
}

static void
add_connection_row (SluiceMeter *meter, const SluiceFlow *flow, guint32 program, guint32 interface)
{
  SluiceConnectionRow row = {
    .id = flow->cookie,
    .key = flow->key,
    .program = program,
    .interface = interface,
    .host = SLUICE_INDEX_NONE,
    .state = flow->state,
    .uid = flow->uid,
    .total_payload = { flow->bytes_received, flow->bytes_sent - MIN (flow->bytes_retransmitted, flow->bytes_sent) },
    .rtt_us = flow->rtt_us,
    .rtt_variation_us = flow->rtt_variation_us,
    .retransmits = flow->retransmits,
    .total_retransmits = flow->total_retransmits,
  };

  memcpy (row.bytes, flow->bytes, sizeof row.bytes);
  memcpy (row.payload, flow->payload, sizeof row.payload);
  row.flags = (is_connected (flow) ? 0 : SLUICE_CONNECTION_LISTENING)
              | (flow->has_info && is_connected (flow) ? SLUICE_CONNECTION_BYTES_KNOWN : 0)
              | (flow->is_new ? SLUICE_CONNECTION_NEW : 0);
  if (flow->ended)
    sluice_connection_row_close (&row);
  g_array_append_val (meter->sample->connections, row);
}

/* Books one flow with its program and its link. What has no owner is left to the link's unattributed bytes. */
static void
book_flow (SluiceMeter *meter, const SluiceFlow *flow, gboolean with_connections)
{
  guint32 interface = sluice_meter_find_row (meter, flow);
  guint32 program = SLUICE_INDEX_NONE;
  gboolean elsewhere = flow->interface != NULL && interface == SLUICE_INDEX_NONE;

  /* What goes over a link that is not asked for is no part of this sample; a socket on no link may go over any. */
  if (elsewhere)
    return;

  if (flow->program != NULL)
    {
      SluiceProgramRow *row;

      program = sluice_program_rows_get (meter->programs, meter->sample, flow->program);
      row = sluice_sample_program (meter->sample, program);
      if (!flow->ended)
        {
          row->connections += is_connected (flow);
          row->listening += !is_connected (flow);
        }
      row->retransmits += flow->retransmits;
      if (flow->rtt_us != 0)
        sluice_program_rows_add_round_trip (meter->programs, program, flow->rtt_us);
      if (interface != SLUICE_INDEX_NONE && flow->has_info)
        {
          SluiceCharge charge
              = { (guint64) program << 32 | interface, { flow->bytes[SLUICE_RX], flow->bytes[SLUICE_TX] } };

          for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
            {
              row->bytes[d] += flow->bytes[d];
              row->payload[d] += flow->payload[d];
            }
          g_array_append_val (meter->charges, charge);
        }
    }
  if (with_connections)
    add_connection_row (meter, flow, program, interface);
}

/* Sockets whose end nobody told. */
static void
find_ended (SluiceMeter *meter)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceFlow *flow = value;

      if (flow->look == meter->look)
        flow->missing = 0;
      else if (++flow->missing >= MISSING_MEANS_OVER)
        flow->ended = TRUE;
    }
}

/* What ended is let go, the others begin a new span. */
static void
turn_flows (SluiceMeter *meter)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceFlow *flow = value;

      if (flow->ended)
        {
          sluice_owner_table_forget (meter->owners, flow->inode);
          g_hash_table_iter_remove (&iter);
          continue;
        }
      set_figures_baseline (flow);
      flow->is_new = FALSE;
    }
}

/**
 * sluice_meter_end:
 * @meter: a meter
 * @sockets_complete: the look showed every socket that is open; where not, those that it lacks are kept
 * @with_connections: fill the sample's connection rows
 * @time: boot-time clock, µs
 * @wall_time: µs since 1970
 *
 * Ends a look. The first sample has the counters and the open sockets, but nothing moved yet.
 *
 * Returns: (transfer full): what happened since the look before
 */
SluiceSample *
sluice_meter_end (SluiceMeter *meter,
                  gboolean sockets_complete,
                  gboolean with_connections,
                  gint64 time,
                  gint64 wall_time)
{
  GHashTableIter iter;
  gpointer value;

  meter->sample = sluice_sample_new ();
  meter->sample->source = SLUICE_SOURCE_KERNEL;
  meter->sample->estimated = TRUE;
  meter->sample->time = time;
  meter->sample->wall_time = wall_time;
  meter->sample->duration = meter->primed ? time - meter->last_time : 0;
  meter->sample->has_connections = with_connections;

  /* What was counted before the first look is the base. */
  if (!meter->primed)
    sluice_link_table_take (meter->links);
  if (sockets_complete)
    find_ended (meter);
  sluice_interface_rows_fill (meter->interfaces, meter->sample);
  find_owners (meter, time);
  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    find_interface (meter, value);
  sluice_meter_estimate_headers (meter);
  sluice_meter_hold_over (meter);
  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    book_flow (meter, value, with_connections);
  sluice_meter_close_books (meter);

  turn_flows (meter);
  sluice_interface_rows_finish (meter->interfaces);
  sluice_program_rows_finish (meter->programs, meter->sample);
  g_array_set_size (meter->charges, 0);
  meter->primed = TRUE;
  meter->sockets_primed |= sockets_complete;
  meter->last_time = time;
  return g_steal_pointer (&meter->sample);
}
