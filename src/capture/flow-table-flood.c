#include "capture/flow-table-private.h"

/* Flows of one packet that are a flood where as many are there at once and begin in a second, as parts of the table: a
 * busy server has some ten thousand of them, and a scan of all ports is over before. */
#define MANY(table) ((table)->capacity / 4)
#define MANY_A_SECOND(table) ((table)->capacity / 16)

/* Adds what a flow moved since its last report to the folded one. */
void
sluice_flow_table_fold (SluiceFlowTable *table, SluiceFlow *flow)
{
  SluiceFlowLink *link = &g_array_index (table->links, SluiceFlowLink, flow->pair.link);
  SluiceFoldedFlow *folded = &link->folded[flow->pair.families != 0 ? flow->pair.protocol : SLUICE_FLOW_N_FOLDED - 1];

  if (flow->packets[SLUICE_RX] + (guint64) flow->packets[SLUICE_TX] == 0)
    return;
  link->dirty = TRUE;
  if ((!folded->known && folded->packets[SLUICE_RX] + folded->packets[SLUICE_TX] == 0) || flow->first < folded->first)
    folded->first = flow->first;
  folded->last = MAX (folded->last, flow->last);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      folded->bytes[d] += flow->bytes[d];
      folded->packets[d] += flow->packets[d];
      folded->payload[d] += flow->payload[d];
      flow->bytes[d] = flow->payload[d] = flow->packets[d] = 0;
    }
}

/**
 * sluice_flow_table_is_flooded:
 * @table: a table
 *
 * Returns: whether so many flows of one packet are there, and begin, that each costs more than it is worth: those that
 *   prove to be more begin with their next packet
 */
gboolean
sluice_flow_table_is_flooded (const SluiceFlowTable *table)
{
  return table->segments[SLUICE_FLOW_SHORT].count > MANY (table)
         && MAX (table->n_begun, table->n_begun_before) > MANY_A_SECOND (table);
}

/**
 * sluice_flow_table_turn_away:
 * @table: a table
 * @pair: who with whom
 * @direction: of the packet
 * @bytes: on the wire
 * @payload: of that, what the transport carried
 * @time: of the packet, µs since 1970
 *
 * Counts a packet with those that have no flow of their own.
 */
void
sluice_flow_table_turn_away (SluiceFlowTable *table,
                             const SluiceFlowPair *pair,
                             SluiceDirection direction,
                             guint32 bytes,
                             guint32 payload,
                             gint64 time)
{
  SluiceFlow flow = { .first = time, .last = time };

  flow.pair = *pair;
  flow.bytes[direction] = bytes;
  flow.payload[direction] = payload;
  flow.packets[direction] = 1;
  table->n_begun++;
  sluice_flow_table_fold (table, &flow);
}
