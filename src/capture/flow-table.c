#include "capture/flow-table-private.h"

#include <string.h>

#include "capture/table-memory.h"

/* Of every segment but established TCP, how much of the table it may hold before its oldest give way first. */
#define SHARE(table, part) ((table)->capacity / (part))
/* How often in a row a flow is spared for having moved. */
#define SPARED_MAX 16
/* How many flows are looked at for silence: when the clock ticks, and at any other packet. */
#define SWEEP_TICK 256
#define SWEEP_PACKET 4
/* After a gap of that many seconds everything was silent too long, and the clock of 16 bits does not go round. */
#define GAP_MAX 1000

#define FIRST_BUCKETS 1024

G_STATIC_ASSERT (sizeof (SluiceFlowPair) == 40);
G_STATIC_ASSERT (sizeof (SluiceFlow) == 128);

static const guint16 silence[SLUICE_FLOW_N_SEGMENTS] = {
  [SLUICE_FLOW_CLOSED] = 1,
  [SLUICE_FLOW_SHORT] = 10,
  [SLUICE_FLOW_MEDIUM] = 60,
  [SLUICE_FLOW_LONG] = 300,
};
/* How long a flow stays in its segment before it is looked at. */
static const guint16 period[SLUICE_FLOW_N_SEGMENTS] = {
  [SLUICE_FLOW_CLOSED] = 1,
  [SLUICE_FLOW_SHORT] = 10,
  [SLUICE_FLOW_MEDIUM] = 15,
  [SLUICE_FLOW_LONG] = 75,
};

/* Whether side @a of a pair comes before @b: any total order will do. */
static inline gboolean
is_before (const SluiceAddress *a, guint16 a_port, const SluiceAddress *b, guint16 b_port)
{
  guint64 left[2], right[2];

  memcpy (left, a->bytes, sizeof left);
  memcpy (right, b->bytes, sizeof right);
  if (left[0] != right[0])
    return left[0] < right[0];
  if (left[1] != right[1])
    return left[1] < right[1];
  if (a->family != b->family)
    return a->family < b->family;
  return a_port <= b_port;
}

/* All behind the addresses, as the one word that it is read as right after. */
static inline void
set_rest (SluiceFlowPair *pair, guint64 port_0, guint64 port_1, guint64 link, guint64 families, guint64 protocol)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  const guint64 word = port_0 | port_1 << 16 | link << 32 | families << 48 | protocol << 56;
#else
  const guint64 word = port_0 << 48 | port_1 << 32 | link << 16 | families << 8 | protocol;
#endif

  memcpy ((guint8 *) pair + G_STRUCT_OFFSET (SluiceFlowPair, ports), &word, sizeof word);
}

/**
 * sluice_flow_pair_init:
 * @pair: (out caller-allocates): to fill
 * @link: index of the link
 * @protocol: IP protocol number
 * @source: who spoke
 * @source_port: its port in host byte order, or 0
 * @destination: to whom
 * @destination_port: likewise
 *
 * Returns: which side of @pair is the source: 0 or 1
 */
guint
sluice_flow_pair_init (SluiceFlowPair *pair,
                       guint link,
                       guint8 protocol,
                       const SluiceAddress *source,
                       guint16 source_port,
                       const SluiceAddress *destination,
                       guint16 destination_port)
{
  guint side = is_before (source, source_port, destination, destination_port) ? 0 : 1;

  memcpy (pair->addresses[side], source->bytes, 16);
  memcpy (pair->addresses[1 - side], destination->bytes, 16);
  set_rest (pair, side == 0 ? source_port : destination_port, side == 0 ? destination_port : source_port, link,
            side == 0 ? source->family << 4 | destination->family : destination->family << 4 | source->family,
            protocol);
  return side;
}

/**
 * sluice_flow_pair_init_other:
 * @pair: (out caller-allocates): to fill
 * @link: index of the link
 * @protocol: what was spoken
 *
 * For what is no IP: there is one flow for each protocol.
 */
void
sluice_flow_pair_init_other (SluiceFlowPair *pair, guint link, SluiceProtocol protocol)
{
  memset (pair, 0, sizeof *pair);
  pair->link = (guint16) link;
  pair->ports[0] = (guint16) protocol;
  pair->ports[1] = (guint16) (protocol >> 16);
}

/* A stranger chooses the addresses. By NH (Black and others: "UMAC: fast and secure message authentication", 1999) two
 * keys meet with a chance of 2^-64 whatever they are, as long as the seeds are secret; the rest spreads the bits. */
static inline guint64
hash_pair (const SluiceFlowTable *table, const SluiceFlowPair *pair)
{
  __extension__ typedef unsigned __int128 Wide;
  const guint64 *seeds = table->seeds;
  guint64 words[5];
  guint64 hash;
  Wide sum;

  memcpy (words, pair, sizeof words);
  sum = (Wide) (words[0] + seeds[0]) * (words[1] + seeds[1]);
  sum += (Wide) (words[2] + seeds[2]) * (words[3] + seeds[3]);
  sum += (Wide) (words[4] + seeds[4]) * seeds[5];
  hash = (guint64) sum ^ (guint64) (sum >> 64);
  hash = (hash ^ hash >> 32) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  return hash ^ hash >> 29;
}

static inline gboolean
pair_equal (const SluiceFlowPair *a, const SluiceFlowPair *b)
{
  guint64 left[5], right[5];

  memcpy (left, a, sizeof left);
  memcpy (right, b, sizeof right);
  return ((left[0] ^ right[0]) | (left[1] ^ right[1]) | (left[2] ^ right[2]) | (left[3] ^ right[3])
          | (left[4] ^ right[4]))
         == 0;
}

static inline guint32 *
find_bucket (const SluiceFlowTable *table, guint64 hash)
{
  guint32 bucket = hash & table->mask;

  if (bucket < table->split)
    bucket = hash & (table->mask << 1 | 1);
  return &table->buckets[bucket];
}

/* Divides the next bucket into itself and a new one at the end. */
static void
grow_index (SluiceFlowTable *table)
{
  guint32 *low = &table->buckets[table->split];
  guint32 *high = &table->buckets[table->split + table->mask + 1];
  guint32 slot = *low;

  *low = *high = 0;
  while (slot != 0)
    {
      SluiceFlow *flow = &table->flows[slot];
      guint32 following = flow->chain;
      guint32 *bucket = hash_pair (table, &flow->pair) & (table->mask + 1) ? high : low;

      flow->chain = *bucket;
      *bucket = slot;
      slot = following;
    }
  if (++table->split > table->mask)
    {
      table->mask = table->mask << 1 | 1;
      table->split = 0;
    }
}

static void
add_to_index (SluiceFlowTable *table, SluiceFlow *flow)
{
  guint32 n_buckets = table->mask + 1 + table->split;
  guint32 *bucket;

  if (++table->size * 2 > n_buckets && n_buckets < table->max_buckets)
    grow_index (table);
  bucket = find_bucket (table, hash_pair (table, &flow->pair));
  flow->chain = *bucket;
  *bucket = (guint32) (flow - table->flows);
}

static void
remove_from_index (SluiceFlowTable *table, SluiceFlow *flow)
{
  guint32 *link = find_bucket (table, hash_pair (table, &flow->pair));
  guint32 slot = (guint32) (flow - table->flows);

  while (*link != slot)
    link = &table->flows[*link].chain;
  *link = flow->chain;
  flow->chain = 0;
  table->size--;
}

static void
leave_segment (SluiceFlowTable *table, SluiceFlow *flow)
{
  SluiceFlowQueue *segment = &table->segments[flow->segment];

  if (flow->previous != 0)
    table->flows[flow->previous].next = flow->next;
  else
    segment->head = flow->next;
  if (flow->next != 0)
    table->flows[flow->next].previous = flow->previous;
  else
    segment->tail = flow->previous;
  segment->count--;
}

static void
enter_segment (SluiceFlowTable *table, SluiceFlow *flow, SluiceFlowSegment kind)
{
  SluiceFlowQueue *segment = &table->segments[kind];
  guint32 slot = (guint32) (flow - table->flows);

  flow->segment = kind;
  flow->queued = table->now;
  flow->previous = segment->tail;
  flow->next = 0;
  if (segment->tail != 0)
    table->flows[segment->tail].next = slot;
  else
    segment->head = slot;
  segment->tail = slot;
  segment->count++;
}

void
sluice_flow_table_mark_dirty (SluiceFlowTable *table, SluiceFlow *flow)
{
  guint32 slot = (guint32) (flow - table->flows);

  flow->flags |= SLUICE_FLOW_DIRTY;
  flow->next_dirty = 0;
  if (table->last_dirty != 0)
    table->flows[table->last_dirty].next_dirty = slot;
  else
    table->first_dirty = slot;
  table->last_dirty = slot;
  table->n_dirty++;
}

/**
 * sluice_flow_table_move:
 * @table: a table
 * @flow: a flow that is in it
 * @segment: where it belongs now; %SLUICE_FLOW_OVER ends it: it is found no more, and goes with the next report
 *
 * Says how long a flow may be silent, and how soon it gives way to others.
 */
void
sluice_flow_table_move (SluiceFlowTable *table, SluiceFlow *flow, SluiceFlowSegment segment)
{
  if (segment == SLUICE_FLOW_OVER)
    {
      remove_from_index (table, flow);
      flow->flags |= SLUICE_FLOW_ENDED;
      if (!(flow->flags & SLUICE_FLOW_DIRTY))
        sluice_flow_table_mark_dirty (table, flow);
    }
  leave_segment (table, flow);
  enter_segment (table, flow, segment);
}

/* A slot may wait in the list of dirty ones although its flow is gone: whoever gets it next inherits the place. */
void
sluice_flow_table_free_slot (SluiceFlowTable *table, SluiceFlow *flow)
{
  leave_segment (table, flow);
  flow->segment = SLUICE_FLOW_FREE;
  flow->next = table->free;
  table->free = (guint32) (flow - table->flows);
}

/* The oldest of a segment that has not moved since it was queued; what moved or is large goes back to the end. */
static SluiceFlow *
find_idle (SluiceFlowTable *table, SluiceFlowSegment kind)
{
  SluiceFlowQueue *segment = &table->segments[kind];

  for (guint i = 0; i < SPARED_MAX; i++)
    {
      SluiceFlow *flow = &table->flows[segment->head];

      if (flow->seen < SPARED_MAX && (gint16) (flow->touched - flow->queued) <= 0)
        return flow;
      flow->seen /= 2;
      leave_segment (table, flow);
      enter_segment (table, flow, kind);
    }
  return &table->flows[segment->head];
}

/* Who gives way: those that are over before small young ones, these before established ones. A share keeps each class
 * from being driven out by floods of another. */
static SluiceFlow *
find_victim (SluiceFlowTable *table)
{
  const SluiceFlowQueue *segments = table->segments;
  guint kind;

  if (segments[SLUICE_FLOW_OVER].count > SHARE (table, 4))
    return &table->flows[segments[SLUICE_FLOW_OVER].head];
  if (segments[SLUICE_FLOW_CLOSED].count > SHARE (table, 4))
    return &table->flows[segments[SLUICE_FLOW_CLOSED].head];
  if (segments[SLUICE_FLOW_SHORT].count > SHARE (table, 16))
    return &table->flows[segments[SLUICE_FLOW_SHORT].head];
  if (segments[SLUICE_FLOW_MEDIUM].count > SHARE (table, 16))
    return find_idle (table, SLUICE_FLOW_MEDIUM);

  for (kind = SLUICE_FLOW_LONG; segments[kind].count == 0; kind--)
    ;
  return find_idle (table, kind);
}

static void
evict (SluiceFlowTable *table)
{
  SluiceFlow *flow = find_victim (table);

  sluice_flow_table_fold (table, flow);
  if (flow->segment != SLUICE_FLOW_OVER)
    remove_from_index (table, flow);
  sluice_flow_table_free_slot (table, flow);
}

/**
 * sluice_flow_table_new:
 * @memory: bytes that it may take
 *
 * Has all memory at once; pages that are never used cost nothing. Aborts where there is not even that.
 *
 * Returns: (transfer full): an empty table
 */
SluiceFlowTable *
sluice_flow_table_new (gsize memory)
{
  SluiceFlowTable *table = g_new0 (SluiceFlowTable, 1);
  gsize capacity = memory / (sizeof (SluiceFlow) + 2 * sizeof (guint32));

  table->capacity = (guint32) CLAMP (capacity, 16, SLUICE_FLOW_CAPACITY_MAX);
  table->max_buckets = MAX (2 * table->capacity, FIRST_BUCKETS);
  table->mask = FIRST_BUCKETS - 1;
  table->memory = sluice_table_memory_new (sizeof (SluiceFlow) * (table->capacity + 2)
                                           + sizeof (guint32) * table->max_buckets);
  /* A flow is two whole cache lines. */
  table->flows = (gpointer) (((guintptr) table->memory + sizeof (SluiceFlow) - 1) & ~(sizeof (SluiceFlow) - 1));
  table->buckets = (gpointer) (table->flows + table->capacity + 1);
  table->n_used = 1;
  table->links = g_array_new (FALSE, TRUE, sizeof (SluiceFlowLink));
  for (guint i = 0; i < SLUICE_FLOW_N_SEEDS; i++)
    table->seeds[i] = (guint64) g_random_int () << 32 | g_random_int ();
  return table;
}

void
sluice_flow_table_free (SluiceFlowTable *table)
{
  for (guint i = 0; i < table->links->len; i++)
    g_free (g_array_index (table->links, SluiceFlowLink, i).folded);
  g_array_unref (table->links);
  g_free (table->memory);
  g_free (table);
}

/**
 * sluice_flow_table_add_link:
 * @table: a table with fewer than %SLUICE_REPORT_LINKS_MAX links
 *
 * Returns: the index of the link
 */
guint
sluice_flow_table_add_link (SluiceFlowTable *table)
{
  SluiceFlowLink link = { .folded = g_new0 (SluiceFoldedFlow, SLUICE_FLOW_N_FOLDED) };

  g_array_append_val (table->links, link);
  return table->links->len - 1;
}

/* Looks at the oldest of each segment, @budget of them at the most, and ends those that were silent too long. */
void
sluice_flow_table_sweep (SluiceFlowTable *table, guint budget)
{
  for (guint kind = SLUICE_FLOW_CLOSED; kind < SLUICE_FLOW_N_SEGMENTS; kind++)
    while (table->segments[kind].head != 0)
      {
        SluiceFlow *flow = &table->flows[table->segments[kind].head];

        if ((guint16) (table->now - flow->queued) < period[kind])
          break;
        if (budget-- == 0)
          return;
        if ((guint16) (table->now - flow->touched) >= silence[kind])
          {
            sluice_flow_table_move (table, flow, SLUICE_FLOW_OVER);
            continue;
          }
        leave_segment (table, flow);
        enter_segment (table, flow, kind);
      }
  table->sweeping = FALSE;
}

/**
 * sluice_flow_table_advance:
 * @table: a table
 * @time: of a packet, or of the clock where none comes; µs since 1970
 *
 * Moves the table's clock, which only goes forward however the times of packets jump, and ends some of the flows that
 * were silent too long.
 */
void
sluice_flow_table_advance (SluiceFlowTable *table, gint64 time)
{
  if (time > table->time && table->time != 0)
    table->elapsed += MIN (time - table->time, GAP_MAX * G_USEC_PER_SEC);
  table->time = time;
  if (G_UNLIKELY (table->elapsed >= G_USEC_PER_SEC))
    {
      table->now += (guint16) (table->elapsed / G_USEC_PER_SEC);
      table->n_begun_before = table->elapsed < 2 * G_USEC_PER_SEC ? table->n_begun : 0;
      table->n_begun = 0;
      table->elapsed %= G_USEC_PER_SEC;
      table->sweeping = TRUE;
      sluice_flow_table_sweep (table, SWEEP_TICK);
    }
  else if (G_UNLIKELY (table->sweeping))
    sluice_flow_table_sweep (table, SWEEP_PACKET);
}

/**
 * sluice_flow_table_hash:
 * @table: a table
 * @pair: who with whom
 *
 * The first of three steps to a flow. Whoever has something else to do between them does not wait for memory.
 *
 * Returns: the number that sluice_flow_table_approach() and sluice_flow_table_find() want
 */
guint64
sluice_flow_table_hash (const SluiceFlowTable *table, const SluiceFlowPair *pair)
{
  guint64 hash = hash_pair (table, pair);

  __builtin_prefetch (find_bucket (table, hash));
  return hash;
}

/**
 * sluice_flow_table_approach:
 * @table: a table
 * @hash: of a pair
 *
 * The second step, which may be left out.
 */
void
sluice_flow_table_approach (const SluiceFlowTable *table, guint64 hash)
{
  const char *flow = (const char *) &table->flows[*find_bucket (table, hash)];

  __builtin_prefetch (flow, 1);
  __builtin_prefetch (flow + sizeof (SluiceFlow) / 2, 1);
}

/**
 * sluice_flow_table_find:
 * @table: a table
 * @pair: who with whom
 * @hash: of @pair
 *
 * Returns: (transfer none) (nullable): their flow, valid until the table is asked for anything else but
 *   sluice_flow_table_count() and sluice_flow_table_move()
 */
SluiceFlow *
sluice_flow_table_find (SluiceFlowTable *table, const SluiceFlowPair *pair, guint64 hash)
{
  guint32 slot = *find_bucket (table, hash);

  while (slot != 0)
    {
      SluiceFlow *flow = &table->flows[slot];

      if (G_LIKELY (pair_equal (&flow->pair, pair)))
        return flow;
      slot = flow->chain;
    }
  return NULL;
}

/**
 * sluice_flow_table_begin:
 * @table: a table
 * @pair: who with whom; not in the table yet
 * @segment: where it belongs
 * @time: of its first packet, µs since 1970
 *
 * Makes room if need be: another flow gives way, and what it moved since its last report is folded.
 *
 * Returns: (transfer none): the new flow, see sluice_flow_table_find()
 */
SluiceFlow *
sluice_flow_table_begin (SluiceFlowTable *table, const SluiceFlowPair *pair, SluiceFlowSegment segment, gint64 time)
{
  SluiceFlow *flow;
  SluiceFlow kept;

  if (table->free == 0 && table->n_used > table->capacity)
    evict (table);
  if (table->free != 0)
    {
      flow = &table->flows[table->free];
      table->free = flow->next;
    }
  else
    flow = &table->flows[table->n_used++];

  kept = *flow;
  *flow = (SluiceFlow){
    .pair = *pair,
    .generation = kept.generation == G_MAXUINT32 ? 1 : kept.generation + 1,
    .flags = (guint16) (SLUICE_FLOW_NEW | (kept.flags & SLUICE_FLOW_DIRTY)),
    .next_dirty = kept.next_dirty,
    .touched = table->now,
    .first = time,
    .last = time,
  };
  add_to_index (table, flow);
  enter_segment (table, flow, segment);
  table->n_new++;
  table->n_begun++;
  return flow;
}

/**
 * sluice_flow_table_count:
 * @table: a table
 * @flow: a flow that is in it
 * @direction: of the packet
 * @bytes: on the wire
 * @payload: of that, what the transport carried
 * @time: of the packet, µs since 1970
 *
 * Adds a packet to a flow.
 */
void
sluice_flow_table_count (SluiceFlowTable *table,
                         SluiceFlow *flow,
                         SluiceDirection direction,
                         guint32 bytes,
                         guint32 payload,
                         gint64 time)
{
  if (!(flow->flags & SLUICE_FLOW_DIRTY))
    sluice_flow_table_mark_dirty (table, flow);
  /* Nobody asked for a report for very long. */
  if (G_UNLIKELY (flow->packets[direction] == G_MAXUINT32))
    sluice_flow_table_fold (table, flow);
  flow->bytes[direction] += bytes;
  flow->payload[direction] += payload;
  flow->packets[direction]++;
  flow->touched = table->now;
  flow->seen += flow->seen < G_MAXUINT8;
  if (G_LIKELY (time >= flow->last))
    flow->last = time;
  else if (time < flow->first)
    flow->first = time;
}

/**
 * sluice_flow_table_slot:
 * @table: a table
 * @flow: a flow that is in it
 *
 * Returns: its slot, see #SluiceFlowReport
 */
guint32
sluice_flow_table_slot (const SluiceFlowTable *table, const SluiceFlow *flow)
{
  return (guint32) (flow - table->flows);
}

/**
 * sluice_flow_table_mark_stale:
 * @table: a table
 *
 * Sets %SLUICE_FLOW_STALE on all flows: their sides must be decided anew at their next packet.
 */
void
sluice_flow_table_mark_stale (SluiceFlowTable *table)
{
  for (guint32 slot = 1; slot < table->n_used; slot++)
    table->flows[slot].flags |= SLUICE_FLOW_STALE;
}

/**
 * sluice_flow_table_count_new:
 * @table: a table
 *
 * Returns: how many flows began since this was last asked
 */
guint
sluice_flow_table_count_new (SluiceFlowTable *table)
{
  guint n_new = table->n_new;

  table->n_new = 0;
  return n_new;
}

/**
 * sluice_flow_table_count_dirty:
 * @table: a table
 *
 * Returns: how many flows the next report may have to hold
 */
guint
sluice_flow_table_count_dirty (const SluiceFlowTable *table)
{
  return table->n_dirty;
}

/**
 * sluice_flow_table_get_size:
 * @table: a table
 *
 * Returns: flows that are alive
 */
guint
sluice_flow_table_get_size (const SluiceFlowTable *table)
{
  return table->size;
}

/**
 * sluice_flow_table_get_capacity:
 * @table: a table
 *
 * Returns: flows that it has room for
 */
guint
sluice_flow_table_get_capacity (const SluiceFlowTable *table)
{
  return table->capacity;
}

/**
 * sluice_flow_table_get_longest_chain:
 * @table: a table
 *
 * Returns: how many flows share the fullest place of the index: what the slowest search has to compare
 */
guint
sluice_flow_table_get_longest_chain (const SluiceFlowTable *table)
{
  guint longest = 0;

  for (guint32 i = 0; i <= table->mask + table->split; i++)
    {
      guint length = 0;

      for (guint32 slot = table->buckets[i]; slot != 0; slot = table->flows[slot].chain)
        length++;
      longest = MAX (longest, length);
    }
  return longest;
}
