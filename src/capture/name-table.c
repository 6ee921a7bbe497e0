#include "capture/name-table.h"

#include "model/text.h"

#include <string.h>

/* A name that was learnt in a worse way than the one that is known must be so much newer: addresses change hands, but
 * not from one packet to the next. */
#define NAME_LIFETIME (G_GINT64_CONSTANT (6) * 3600 * G_USEC_PER_SEC)
/* A name that is heard again makes a new record only after so long: records are passed on to all who show them. */
#define NAME_RENEWAL (60 * G_USEC_PER_SEC)

typedef struct
{
  SluiceHost *host;
  GList link; /* in the order of use */
} Entry;

struct _SluiceNameTable
{
  GHashTable *hosts; /* address in the host → Entry */
  GQueue order;      /* Entry, the last used first */
  guint capacity;
  SluiceGeo *geo; /* nullable */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  sluice_host_unref (entry->host);
  g_free (entry);
}

/**
 * sluice_name_table_new:
 * @capacity: how many hosts it remembers, at least 1
 *
 * Returns: (transfer full): an empty table
 */
SluiceNameTable *
sluice_name_table_new (guint capacity)
{
  SluiceNameTable *table = g_new0 (SluiceNameTable, 1);

  table->hosts = g_hash_table_new_full ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal, NULL,
                                        entry_free);
  g_queue_init (&table->order);
  table->capacity = capacity;
  return table;
}

/**
 * sluice_name_table_set_geo:
 * @table: a table
 * @geo: (transfer full) (nullable): what finds out where hosts are
 *
 * Hosts that are met from now on are looked up, once each.
 */
void
sluice_name_table_set_geo (SluiceNameTable *table, SluiceGeo *geo)
{
  g_clear_pointer (&table->geo, sluice_geo_free);
  table->geo = geo;
}

void
sluice_name_table_free (SluiceNameTable *table)
{
  g_clear_pointer (&table->geo, sluice_geo_free);
  g_hash_table_unref (table->hosts);
  g_free (table);
}

static void
forget (SluiceNameTable *table, Entry *entry)
{
  g_queue_unlink (&table->order, &entry->link);
  g_hash_table_remove (table->hosts, &entry->host->address);
}

static Entry *
use (SluiceNameTable *table, const SluiceAddress *address)
{
  Entry *entry = g_hash_table_lookup (table->hosts, address);

  if (entry != NULL)
    {
      g_queue_unlink (&table->order, &entry->link);
      g_queue_push_head_link (&table->order, &entry->link);
      return entry;
    }
  while (g_hash_table_size (table->hosts) >= table->capacity)
    forget (table, table->order.tail->data);
  entry = g_new0 (Entry, 1);
  entry->host = sluice_host_new (address);
  if (table->geo != NULL)
    sluice_geo_fill (table->geo, entry->host, g_get_monotonic_time ());
  entry->link.data = entry;
  g_hash_table_insert (table->hosts, &entry->host->address, entry);
  g_queue_push_head_link (&table->order, &entry->link);
  return entry;
}

/* The name in a report, made safe, or NULL where it is none. */
static char *
read_name (const SluiceNameReport *report)
{
  g_autofree char *lower = g_ascii_strdown (report->name, (gssize) strnlen (report->name, sizeof report->name));
  g_autofree char *name = sluice_text_sanitise (lower, -1, SLUICE_NAME_MAX);

  if (report->address.family == SLUICE_FAMILY_NONE || *name == '\0' || report->source <= SLUICE_NAME_NONE
      || report->source > SLUICE_NAME_TLS)
    return NULL;
  return g_steal_pointer (&name);
}

static SluiceHost *
name_host (const SluiceHost *known, char *name, const SluiceNameReport *report)
{
  SluiceHost *host = sluice_host_copy (known);

  g_free (host->name);
  host->name = name;
  host->name_source = report->source;
  host->name_time = report->time;
  return host;
}

/**
 * sluice_name_table_learn:
 * @table: a table
 * @report: a name as it came over the wire
 *
 * Takes in a name: it is sanitised here. One that was learnt in a better way, or as good and later, prevails, unless it
 * is hours older.
 */
void
sluice_name_table_learn (SluiceNameTable *table, const SluiceNameReport *report)
{
  g_autofree char *name = read_name (report);
  const SluiceHost *known;
  SluiceHost *host;
  Entry *entry;

  if (name == NULL)
    return;
  entry = use (table, &report->address);
  known = entry->host;
  if (known->name != NULL)
    {
      gint64 age = report->time - known->name_time;
      gboolean same = g_str_equal (known->name, name);

      if (age <= NAME_LIFETIME && report->source < known->name_source)
        return;
      /* Packets come out of order, and time may go backwards in a file. */
      if (report->source == known->name_source && (age < 0 || (same && age < NAME_RENEWAL)))
        return;
    }
  host = name_host (known, g_steal_pointer (&name), report);
  /* The table's key stands in the record. */
  g_hash_table_steal (table->hosts, &known->address);
  sluice_host_unref (entry->host);
  entry->host = host;
  g_hash_table_insert (table->hosts, &host->address, entry);
}

/**
 * sluice_name_table_call:
 * @table: a table
 * @report: a name as it came over the wire
 *
 * Returns: (transfer full) (nullable): the host under that name, whatever else it is known by; %NULL where it is none
 */
SluiceHost *
sluice_name_table_call (SluiceNameTable *table, const SluiceNameReport *report)
{
  g_autofree char *name = read_name (report);
  SluiceHost *known;

  if (name == NULL)
    return NULL;
  known = use (table, &report->address)->host;
  if (g_strcmp0 (known->name, name) == 0 && known->name_source == report->source)
    return sluice_host_ref (known);
  return name_host (known, g_steal_pointer (&name), report);
}

/**
 * sluice_name_table_find:
 * @table: a table
 * @address: a host
 *
 * Returns: (transfer none) (nullable): what is known of it, valid until the next call; %NULL where it was not met
 */
SluiceHost *
sluice_name_table_find (SluiceNameTable *table, const SluiceAddress *address)
{
  const Entry *entry = g_hash_table_lookup (table->hosts, address);

  return entry != NULL ? entry->host : NULL;
}

/**
 * sluice_name_table_get:
 * @table: a table
 * @address: a host
 *
 * Returns: (transfer none): what is known of it, if only its address, valid until the next call; take a reference to
 * keep it
 */
SluiceHost *
sluice_name_table_get (SluiceNameTable *table, const SluiceAddress *address)
{
  return use (table, address)->host;
}

/**
 * sluice_name_table_get_size:
 * @table: a table
 *
 * Returns: how many hosts it remembers
 */
guint
sluice_name_table_get_size (SluiceNameTable *table)
{
  return g_hash_table_size (table->hosts);
}
