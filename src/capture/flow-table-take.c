#include "capture/flow-table-private.h"

#include <string.h>

/* How many flows are looked at for silence at a report. */
#define SWEEP 65536

static SluiceAddress
get_address (const SluiceFlowPair *pair, guint side)
{
  SluiceAddress address = { .family = side == 0 ? pair->families >> 4 : pair->families & 0xf };

  memcpy (address.bytes, pair->addresses[side], sizeof address.bytes);
  return address;
}

static void
put_row (SluiceReport *report, const SluiceFlowReport *row)
{
  SluiceLinkReport *link = sluice_report_link (report, row->link);

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      link->bytes[d] += row->bytes[d];
      link->packets[d] += row->packets[d];
    }
  g_array_append_val (report->flows, *row);
}

static guint64
sum (const guint64 figures[SLUICE_N_DIRECTIONS])
{
  return figures[SLUICE_RX] + figures[SLUICE_TX];
}

static void
put_flow (SluiceFlowTable *table, SluiceFlow *flow, SluiceReport *report)
{
  const SluiceFlowPair *pair = &flow->pair;
  guint local = flow->flags & SLUICE_FLOW_LOCAL_1 ? 1 : 0;
  SluiceAddress sides[2] = { get_address (pair, 0), get_address (pair, 1) };
  SluiceFlowReport row = {
    .slot = sluice_flow_table_slot (table, flow),
    .generation = flow->generation,
    .link = pair->link,
    .flags = flow->flags & SLUICE_FLOW_FLAGS_ALL,
    .protocol = flow->protocol,
    .bytes = { flow->bytes[SLUICE_RX], flow->bytes[SLUICE_TX] },
    .packets = { flow->packets[SLUICE_RX], flow->packets[SLUICE_TX] },
    .payload = { flow->payload[SLUICE_RX], flow->payload[SLUICE_TX] },
    .first = flow->first,
    .last = flow->last,
  };

  if (pair->families != 0)
    sluice_flow_key_init (&row.key, pair->protocol, &sides[local], pair->ports[local], &sides[1 - local],
                          pair->ports[1 - local]);
  put_row (report, &row);
  memset (flow->bytes, 0, sizeof flow->bytes);
  memset (flow->packets, 0, sizeof flow->packets);
  memset (flow->payload, 0, sizeof flow->payload);
  flow->flags &= (guint16) ~SLUICE_FLOW_NEW;
}

/* Returns whether all found room. */
static gboolean
put_folded (SluiceFlowTable *table, guint index, SluiceReport *report)
{
  SluiceFlowLink *link = &g_array_index (table->links, SluiceFlowLink, index);

  for (guint i = 0; link->dirty && i < SLUICE_FLOW_N_FOLDED; i++)
    {
      SluiceFoldedFlow *folded = &link->folded[i];
      SluiceFlowReport row = {
        .slot = table->capacity + 1 + index * SLUICE_FLOW_N_FOLDED + i,
        .generation = 1,
        .link = index,
        .flags = SLUICE_FLOW_FOLDED | (folded->known ? 0 : SLUICE_FLOW_NEW),
        .key.protocol = i < SLUICE_FLOW_N_FOLDED - 1 ? (guint8) i : 0,
        .protocol = i < SLUICE_FLOW_N_FOLDED - 1 ? SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, i) : 0,
        .bytes = { folded->bytes[SLUICE_RX], folded->bytes[SLUICE_TX] },
        .packets = { folded->packets[SLUICE_RX], folded->packets[SLUICE_TX] },
        .payload = { folded->payload[SLUICE_RX], folded->payload[SLUICE_TX] },
        .first = folded->first,
        .last = folded->last,
      };

      if (sum (folded->packets) == 0)
        continue;
      if (report->flows->len == SLUICE_REPORT_FLOWS_MAX)
        return FALSE;
      put_row (report, &row);
      *folded = (SluiceFoldedFlow){ .first = folded->first, .last = folded->last, .known = TRUE };
    }
  link->dirty = FALSE;
  return TRUE;
}

/* A number from 0 to 255 that grows with the logarithm of what a flow moved. */
static guint
get_magnitude (const SluiceFlow *flow)
{
  guint64 bytes = sum (flow->bytes);
  guint bits;

  if (bytes < 4)
    return (guint) bytes;
  bits = 63 - (guint) __builtin_clzll (bytes);
  return bits * 4 + (guint) (bytes >> (bits - 2) & 3);
}

/* Which of the dirty flows have room: those above a magnitude, and as many of that magnitude as there are rows left. */
typedef struct
{
  guint magnitude;
  guint n_rows; /* for flows of @magnitude */
} Threshold;

static Threshold
find_threshold (const SluiceFlowTable *table, guint room)
{
  guint rows[256] = { 0 };
  Threshold threshold = { .magnitude = G_N_ELEMENTS (rows) - 1 };

  for (guint32 slot = table->first_dirty; slot != 0; slot = table->flows[slot].next_dirty)
    if (table->flows[slot].segment != SLUICE_FLOW_FREE)
      rows[get_magnitude (&table->flows[slot])]++;
  while (threshold.magnitude > 0 && rows[threshold.magnitude] <= room)
    room -= rows[threshold.magnitude--];
  threshold.n_rows = room;
  return threshold;
}

static gboolean
pass_threshold (Threshold *threshold, guint magnitude)
{
  if (magnitude != threshold->magnitude)
    return magnitude > threshold->magnitude;
  if (threshold->n_rows == 0)
    return FALSE;
  threshold->n_rows--;
  return TRUE;
}

/**
 * sluice_flow_table_take:
 * @table: a table
 * @report: to fill; its links and flows are empty
 *
 * Appends a row for every flow that moved, began or ended since the last report, and the links that they add up to.
 * Where there are more than %SLUICE_REPORT_FLOWS_MAX, the largest go first and the others wait. A flow that gave
 * way to others gets no last row: its slot comes back with another generation, or never.
 *
 * Returns: whether some have to wait
 */
gboolean
sluice_flow_table_take (SluiceFlowTable *table, SluiceReport *report)
{
  gboolean complete = TRUE;
  guint32 slot, next;
  Threshold threshold;

  sluice_flow_table_sweep (table, SWEEP);
  g_array_set_size (report->links, table->links->len);
  for (guint i = 0; i < table->links->len; i++)
    complete &= put_folded (table, i, report);

  threshold = find_threshold (table, SLUICE_REPORT_FLOWS_MAX - report->flows->len);
  slot = table->first_dirty;
  table->first_dirty = table->last_dirty = table->n_dirty = 0;
  for (; slot != 0; slot = next)
    {
      SluiceFlow *flow = &table->flows[slot];

      next = flow->next_dirty;
      flow->flags &= (guint16) ~SLUICE_FLOW_DIRTY;
      if (flow->segment == SLUICE_FLOW_FREE)
        continue;
      if (!pass_threshold (&threshold, get_magnitude (flow)))
        {
          sluice_flow_table_mark_dirty (table, flow);
          continue;
        }
      put_flow (table, flow, report);
      if (flow->segment == SLUICE_FLOW_OVER)
        sluice_flow_table_free_slot (table, flow);
    }
  return !complete || table->n_dirty > 0;
}
