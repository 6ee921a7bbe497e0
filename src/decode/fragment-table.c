#include "decode/fragment-table.h"

#include <string.h>

#include "model/hash.h"

/* How many fragmented packets are remembered, and how many chains they hang in: about 300 KiB. */
#define N_ENTRIES 4096
#define N_CHAINS 4096
/* RFC 791, 3.2 and Linux's ipfrag_time: how long a receiver waits for the rest of a packet, µs. */
#define LIFETIME (30 * G_USEC_PER_SEC)

/* What names a fragmented packet, without padding. */
typedef struct
{
  SluiceAddress source;
  SluiceAddress destination;
  guint8 kind;
  guint8 unused;
  guint32 id;
} Key;

G_STATIC_ASSERT (sizeof (Key) == 40);

typedef struct
{
  Key key;
  gint64 time;
  guint16 next; /* in its chain: index + 1, or 0 */
  guint16 chain;
  guint16 source_port;
  guint16 destination_port;
  guint8 protocol;
  gboolean used;
  gboolean has_ports;
} Entry;

struct _SluiceFragmentTable
{
  guint oldest; /* the next to give way */
  guint16 chains[N_CHAINS]; /* index of the first entry + 1, or 0 */
  Entry entries[N_ENTRIES];
};

G_STATIC_ASSERT (N_ENTRIES < G_MAXUINT16);

/**
 * sluice_fragment_table_new:
 *
 * Returns: (transfer full): an empty table, with all the memory that it will ever use
 */
SluiceFragmentTable *
sluice_fragment_table_new (void)
{
  SluiceFragmentTable *table = g_new (SluiceFragmentTable, 1);

  /* Touched and seeded now: later there may be neither memory nor random numbers to be had. */
  memset (table, 0, sizeof *table);
  sluice_hash_memory (&table->oldest, sizeof table->oldest);
  return table;
}

void
sluice_fragment_table_free (SluiceFragmentTable *table)
{
  g_free (table);
}

/* Where the link to an entry stands: in its chain's head or in another entry. Ends with 0 where the key is unknown. */
static guint16 *
find_link (SluiceFragmentTable *table, guint chain, const Key *key)
{
  guint16 *link = &table->chains[chain];

  while (*link != 0 && memcmp (&table->entries[*link - 1].key, key, sizeof *key) != 0)
    link = &table->entries[*link - 1].next;
  return link;
}

static void
forget (SluiceFragmentTable *table, guint16 *link)
{
  Entry *entry = &table->entries[*link - 1];

  *link = entry->next;
  entry->used = FALSE;
}

/* A new first fragment takes the place of one that had the same number: numbers come round. */
static void
remember (SluiceFragmentTable *table, guint chain, const Key *key, const SluicePacket *packet, gint64 time)
{
  Entry *entry = &table->entries[table->oldest];
  guint16 *link = find_link (table, chain, key);

  if (*link != 0)
    forget (table, link);
  if (entry->used)
    forget (table, find_link (table, entry->chain, &entry->key));

  *entry = (Entry){
    .key = *key,
    .time = time,
    .next = table->chains[chain],
    .chain = (guint16) chain,
    .source_port = packet->source_port,
    .destination_port = packet->destination_port,
    .protocol = packet->protocol,
    .used = TRUE,
    .has_ports = (packet->flags & SLUICE_PACKET_HAS_PORTS) != 0,
  };
  table->chains[chain] = (guint16) (table->oldest + 1);
  table->oldest = (table->oldest + 1) % N_ENTRIES;
}

/* Times of packets may go backwards, and in a file they may be anything. */
static gboolean
is_over (const Entry *entry, gint64 time)
{
  guint64 earlier = (guint64) MIN (entry->time, time);
  guint64 later = (guint64) MAX (entry->time, time);

  return later - earlier > LIFETIME;
}

/**
 * sluice_fragment_table_join:
 * @table: what was seen
 * @packet: (inout): a packet as decoded
 * @time: of the packet, µs, of any clock
 *
 * Remembers the ports and the transport of a first fragment, and gives them to later ones of the same packet that come
 * within 30 s. One that comes before its first stays without ports. With anything but a fragment it does nothing.
 *
 * Returns: whether @packet is a later fragment that was given what its first one said
 */
gboolean
sluice_fragment_table_join (SluiceFragmentTable *table, SluicePacket *packet, gint64 time)
{
  const Entry *entry;
  guint16 *link;
  guint chain;
  Key key;

  if (G_LIKELY (!(packet->flags & SLUICE_PACKET_FRAGMENT)))
    return FALSE;

  key = (Key){ packet->source, packet->destination, packet->kind, 0, packet->fragment_id };
  chain = sluice_hash_memory (&key, sizeof key) % N_CHAINS;
  if (!(packet->flags & SLUICE_PACKET_LATER_FRAGMENT))
    {
      remember (table, chain, &key, packet, time);
      return FALSE;
    }

  link = find_link (table, chain, &key);
  if (*link == 0)
    return FALSE;
  entry = &table->entries[*link - 1];
  if (is_over (entry, time))
    return FALSE;
  packet->protocol = entry->protocol;
  packet->source_port = entry->source_port;
  packet->destination_port = entry->destination_port;
  if (entry->has_ports)
    packet->flags |= SLUICE_PACKET_HAS_PORTS;
  return TRUE;
}
