#include "capture/packet-meter-private.h"

#include <string.h>

/* Bytes and packets of all flows together, in one sample. */
#define MOVED_MAX (G_GUINT64_CONSTANT (1) << 60)
/* Flows whose slot went to others within one sample: some ten seconds of a flood. What is beyond is not seen. */
#define DEPARTED_MAX (1u << 18)

static void
flow_clear (gpointer data)
{
  SluicePacketFlow *flow = data;

  g_clear_pointer (&flow->program, sluice_program_unref);
  g_clear_pointer (&flow->named, sluice_host_unref);
  memset (flow, 0, sizeof *flow);
}

static void
chunk_free (gpointer data)
{
  SluicePacketFlow *chunk = data;

  for (guint i = 0; chunk != NULL && i < SLUICE_PACKET_FLOWS_PER_CHUNK; i++)
    flow_clear (&chunk[i]);
  g_free (chunk);
}

static void
link_clear (gpointer data)
{
  SluicePacketLink *link = data;

  g_clear_pointer (&link->ifindexes, g_array_unref);
  g_clear_pointer (&link->uppers, g_ptr_array_unref);
}

static void
held_clear (gpointer data)
{
  SluicePacketHeld *held = data;

  g_clear_pointer (&held->program, sluice_program_unref);
  g_clear_pointer (&held->host, sluice_host_unref);
}

static GArray *
array_new (guint size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, TRUE, size);

  g_array_set_clear_func (array, clear);
  return array;
}

/**
 * sluice_packet_meter_new:
 * @links: the interfaces; must outlive the meter
 * @owners: whose flows are whose; must outlive the meter
 * @scope: which interfaces are metered; copied
 *
 * Returns: (transfer full): a meter that has seen nothing
 */
SluicePacketMeter *
sluice_packet_meter_new (SluiceLinkTable *links, SluiceFlowOwners *owners, const SluiceMeterScope *scope)
{
  SluicePacketMeter *meter = g_new0 (SluicePacketMeter, 1);

  meter->links = links;
  meter->owners = owners;
  meter->interfaces = sluice_interface_rows_new (links, scope);
  meter->programs = sluice_program_rows_new ();
  meter->names = sluice_name_table_new (SLUICE_NAME_TABLE_CAPACITY);
  sluice_name_table_set_geo (meter->names, sluice_geo_new (g_getenv (SLUICE_GEO_VARIABLE)));
  meter->chunks = g_ptr_array_new_with_free_func (chunk_free);
  meter->touched = g_array_new (FALSE, FALSE, sizeof (guint32));
  meter->departed = array_new (sizeof (SluicePacketFlow), flow_clear);
  meter->captured = array_new (sizeof (SluicePacketLink), link_clear);
  meter->held = array_new (sizeof (SluicePacketHeld), held_clear);
  meter->host_sums = g_array_new (FALSE, FALSE, sizeof (SluicePacketHostSum));
  meter->host_rows = g_hash_table_new ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal);
  meter->protocol_rows = g_hash_table_new (NULL, NULL);
  meter->charge_rows = g_hash_table_new (NULL, NULL);
  meter->charges = g_array_new (FALSE, FALSE, sizeof (SluicePacketCharge));
  meter->shares = g_array_new (FALSE, TRUE, sizeof (SluicePacketShare));
  meter->shown = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return meter;
}

void
sluice_packet_meter_free (SluicePacketMeter *meter)
{
  sluice_interface_rows_free (meter->interfaces);
  sluice_program_rows_free (meter->programs);
  sluice_name_table_free (meter->names);
  g_ptr_array_unref (meter->chunks);
  g_array_unref (meter->touched);
  g_array_unref (meter->departed);
  g_array_unref (meter->captured);
  g_array_unref (meter->held);
  g_array_unref (meter->host_sums);
  g_hash_table_unref (meter->host_rows);
  g_hash_table_unref (meter->protocol_rows);
  g_hash_table_unref (meter->charge_rows);
  g_array_unref (meter->charges);
  g_array_unref (meter->shares);
  g_hash_table_unref (meter->shown);
  g_free (meter);
}

/**
 * sluice_packet_meter_set_counter:
 * @meter: a meter
 * @func: (nullable): asked where much more was captured than a link had counted
 * @user_data: for @func
 *
 * What was captured since the counters were read is no more than what they have gained since.
 */
void
sluice_packet_meter_set_counter (SluicePacketMeter *meter, SluicePacketCounterFunc func, gpointer user_data)
{
  meter->count_now = func;
  meter->count_data = user_data;
}

/**
 * sluice_packet_meter_set_link:
 * @meter: a meter
 * @link: the decoder's number for a captured link; the numbers begin at 0 and have no gaps
 * @instance: which interface that is
 *
 * Says where packets come from. What is reported of a link that was not set is not charged to anyone.
 */
void
sluice_packet_meter_set_link (SluicePacketMeter *meter, guint link, guint64 instance)
{
  SluicePacketLink *captured;

  g_return_if_fail (link <= meter->captured->len);
  if (link == meter->captured->len)
    {
      SluicePacketLink new = {
        .ifindexes = g_array_new (FALSE, FALSE, sizeof (guint32)),
        .uppers = g_ptr_array_new_with_free_func ((GDestroyNotify) sluice_interface_unref),
        .row = SLUICE_INDEX_NONE,
      };

      g_array_append_val (meter->captured, new);
    }
  captured = &g_array_index (meter->captured, SluicePacketLink, link);
  captured->instance = instance;
  captured->serial = G_MAXUINT64;
}

/**
 * sluice_packet_meter_forget_links:
 * @meter: a meter, right after its sample
 *
 * Another decoder begins: its links, and its flows' slots and generations, are others. What was learnt of names stays.
 */
void
sluice_packet_meter_forget_links (SluicePacketMeter *meter)
{
  g_return_if_fail (meter->touched->len == 0 && meter->departed->len == 0);
  g_ptr_array_set_size (meter->chunks, 0);
  g_array_set_size (meter->captured, 0);
}

/**
 * sluice_packet_meter_find_slot:
 * @meter: a meter
 * @slot: any slot
 *
 * Returns: (nullable): what is there: a flow, or one whose generation is 0; %NULL where nothing near it ever was
 */
SluicePacketFlow *
sluice_packet_meter_find_slot (SluicePacketMeter *meter, guint32 slot)
{
  guint index = slot / SLUICE_PACKET_FLOWS_PER_CHUNK;
  SluicePacketFlow *chunk = index < meter->chunks->len ? meter->chunks->pdata[index] : NULL;

  return chunk != NULL ? &chunk[slot % SLUICE_PACKET_FLOWS_PER_CHUNK] : NULL;
}

/* The same, with a place for it if need be. */
static SluicePacketFlow *
get_flow (SluicePacketMeter *meter, guint32 slot)
{
  guint index = slot / SLUICE_PACKET_FLOWS_PER_CHUNK;

  if (index >= meter->chunks->len)
    g_ptr_array_set_size (meter->chunks, (gint) index + 1);
  if (meter->chunks->pdata[index] == NULL)
    meter->chunks->pdata[index] = g_new0 (SluicePacketFlow, SLUICE_PACKET_FLOWS_PER_CHUNK);
  return sluice_packet_meter_find_slot (meter, slot);
}

/* Makes room for another flow in a slot. What the one before moved is still to be booked. */
static void
depart (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  guint32 touched = flow->flags & SLUICE_PACKET_FLOW_TOUCHED;

  flow->flags |= SLUICE_FLOW_ENDED;
  if (touched != 0 && meter->departed->len < DEPARTED_MAX)
    g_array_append_val (meter->departed, *flow);
  else
    flow_clear (flow);
  /* Its slot stays in the list of those that were touched. */
  *flow = (SluicePacketFlow){ .flags = touched };
}

/* Between two samples no more is taken in than any sum can hold: whoever says that there was more lies. */
static gboolean
is_possible (SluicePacketMeter *meter, const SluiceFlowReport *report)
{
  guint64 moved = meter->moved;

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    if (report->bytes[d] > SLUICE_REPORT_MOVED_MAX || report->packets[d] > SLUICE_REPORT_MOVED_MAX
        || report->payload[d] > report->bytes[d])
      return FALSE;
    else
      moved += report->bytes[d] + report->packets[d];
  if (moved > MOVED_MAX)
    return FALSE;
  meter->moved = moved;
  return TRUE;
}

static void
add_flow (SluicePacketMeter *meter, const SluiceFlowReport *report, gint64 now)
{
  SluicePacketLink *link;
  SluicePacketFlow *flow;
  gboolean is_new;

  /* The other process parses hostile bytes: what it says is checked. */
  if (report->slot >= SLUICE_PACKET_METER_FLOWS_MAX || report->link >= meter->captured->len || report->generation == 0
      || !is_possible (meter, report))
    return;
  link = &g_array_index (meter->captured, SluicePacketLink, report->link);
  sluice_packet_meter_know_link (meter, link);
  flow = get_flow (meter, report->slot);
  is_new = flow->generation != report->generation;
  if (is_new)
    {
      if (flow->generation != 0)
        depart (meter, flow);
      flow->key = report->key;
      flow->slot = report->slot;
      flow->generation = report->generation;
    }
  if ((flow->flags & SLUICE_PACKET_FLOW_TOUCHED) == 0)
    g_array_append_val (meter->touched, report->slot);
  flow->link = report->link;
  flow->flags |= (report->flags & SLUICE_PACKET_FLOW_FLAGS) | SLUICE_PACKET_FLOW_TOUCHED;
  flow->protocol = report->protocol;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      guint64 uncounted = MIN (link->header[d] * report->packets[d], report->bytes[d] - report->payload[d]);

      flow->bytes[d] += report->bytes[d] - uncounted;
      flow->packets[d] += (guint32) MIN (report->packets[d], G_MAXUINT32 / 2);
      flow->payload[d] += report->payload[d];
      flow->total_payload[d] = MIN (flow->total_payload[d], G_MAXUINT64 / 2) + report->payload[d];
    }
  if (report->payload[SLUICE_RX] + report->payload[SLUICE_TX] > 0)
    flow->flags |= SLUICE_PACKET_FLOW_SAID;
  if (report->packets[SLUICE_TX] > 0)
    flow->flags |= SLUICE_PACKET_FLOW_SENT;
  if (is_new)
    sluice_packet_meter_expect (meter, flow, now);
}

/**
 * sluice_packet_meter_add_report:
 * @meter: a meter
 * @report: what was seen since the last report
 * @now: monotonic time, µs
 *
 * Takes in a report. More than one may come between two samples: one that comes soon after flows begin finds those
 * that have them while they are there.
 */
void
sluice_packet_meter_add_report (SluicePacketMeter *meter, const SluiceReport *report, gint64 now)
{
  meter->reported = now;
  for (guint i = 0; i < MIN (report->links->len, meter->captured->len); i++)
    g_array_index (meter->captured, SluicePacketLink, i).kernel_drops += sluice_report_link (report, i)->kernel_drops;
  for (guint i = 0; i < report->flows->len; i++)
    add_flow (meter, sluice_report_flow (report, i), now);
  sluice_packet_meter_learn_names (meter, report);
  sluice_flow_owners_hurry (meter->owners, now);
}

/**
 * sluice_packet_meter_foreach_touched:
 * @meter: a meter
 * @func: called for each flow that was reported since the last sample
 */
void
sluice_packet_meter_foreach_touched (SluicePacketMeter *meter, SluicePacketFlowFunc func)
{
  for (guint i = 0; i < meter->departed->len; i++)
    func (meter, &g_array_index (meter->departed, SluicePacketFlow, i));
  for (guint i = 0; i < meter->touched->len; i++)
    func (meter, sluice_packet_meter_find_slot (meter, g_array_index (meter->touched, guint32, i)));
}

/**
 * sluice_packet_meter_program_row:
 * @meter: a meter with a sample in the making
 * @program: a program
 *
 * Returns: its row in the sample
 */
guint32
sluice_packet_meter_program_row (SluicePacketMeter *meter, SluiceProgram *program)
{
  return sluice_program_rows_get (meter->programs, meter->sample, program);
}

/* What moved before the first sample is no part of it. */
static void
forget_moved (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  memset (flow->packets, 0, sizeof flow->packets);
  memset (flow->bytes, 0, sizeof flow->bytes);
  memset (flow->payload, 0, sizeof flow->payload);
}

static void
turn_flow (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  if ((flow->flags & SLUICE_FLOW_ENDED) != 0)
    {
      flow_clear (flow);
      return;
    }
  forget_moved (meter, flow);
  flow->flags &= ~(guint32) (SLUICE_PACKET_FLOW_TOUCHED | SLUICE_FLOW_NEW);
  flow->flags |= SLUICE_PACKET_FLOW_SHOWN;
}

static void
begin_sample (SluicePacketMeter *meter, gboolean with_connections, gint64 time, gint64 wall_time)
{
  meter->look++;
  meter->now = time;
  meter->with_connections = with_connections;
  meter->sample = sluice_sample_new ();
  meter->sample->source = SLUICE_SOURCE_PCAP;
  meter->sample->time = time;
  meter->sample->wall_time = wall_time;
  meter->sample->duration = meter->primed ? time - meter->last_time : 0;
  meter->sample->has_connections = with_connections;
  meter->sample->has_hosts = TRUE;
  meter->sample->has_part_links = TRUE;
  if (!meter->primed)
    {
      sluice_link_table_take (meter->links);
      sluice_packet_meter_foreach_touched (meter, forget_moved);
    }
  sluice_interface_rows_fill (meter->interfaces, meter->sample);
  for (guint i = 0; i < meter->captured->len; i++)
    {
      SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, i);

      sluice_packet_meter_know_link (meter, link);
      link->row = sluice_interface_rows_find (meter->interfaces, link->instance);
    }
}

static void
end_sample (SluicePacketMeter *meter)
{
  sluice_interface_rows_finish (meter->interfaces);
  sluice_program_rows_finish (meter->programs, meter->sample);
  sluice_packet_meter_foreach_touched (meter, turn_flow);
  g_array_set_size (meter->departed, 0);
  g_array_set_size (meter->touched, 0);
  for (guint i = 0; i < meter->captured->len; i++)
    {
      SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, i);

      link->kernel_drops = 0;
      memset (link->packets, 0, sizeof link->packets);
    }
  g_hash_table_remove_all (meter->host_rows);
  g_hash_table_remove_all (meter->protocol_rows);
  g_hash_table_remove_all (meter->charge_rows);
  g_hash_table_remove_all (meter->shown);
  g_array_set_size (meter->charges, 0);
  meter->primed = TRUE;
  meter->moved = 0;
  meter->last_time = meter->now;
}

/**
 * sluice_packet_meter_end:
 * @meter: a meter
 * @with_connections: fill the sample's connection rows
 * @time: boot-time clock, µs
 * @wall_time: µs since 1970
 *
 * Makes the sample of what happened since the last one. Before it, in this order: the links were refreshed, the owners
 * read, the report taken and added. So what was captured is never behind the counters, and what it is ahead is held
 * over. The first sample has the counters and the open sockets, but nothing moved yet.
 *
 * Returns: (transfer full): the sample
 */
SluiceSample *
sluice_packet_meter_end (SluicePacketMeter *meter, gboolean with_connections, gint64 time, gint64 wall_time)
{
  begin_sample (meter, with_connections, time, wall_time);
  sluice_packet_meter_foreach_touched (meter, sluice_packet_meter_find_owner);
  sluice_packet_meter_book_held (meter);
  sluice_packet_meter_foreach_touched (meter, sluice_packet_meter_book_flow);
  sluice_packet_meter_foreach_touched (meter, sluice_packet_meter_book_parts);
  sluice_packet_meter_book_sockets (meter);
  sluice_packet_meter_add_parts (meter);
  sluice_packet_meter_close_books (meter);
  if (with_connections)
    sluice_packet_meter_add_connections (meter);
  end_sample (meter);
  return g_steal_pointer (&meter->sample);
}
