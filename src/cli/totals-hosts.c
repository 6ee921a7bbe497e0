#include "cli/host-rows.h"
#include "cli/totals-private.h"

static void
host_total_free (gpointer data)
{
  SluiceHostTotal *total = data;

  sluice_host_unref (total->row.host);
  g_free (total);
}

/**
 * sluice_totals_init_hosts:
 * @totals: new totals
 *
 * Makes room for hosts and protocols.
 */
void
sluice_totals_init_hosts (SluiceTotals *totals)
{
  totals->hosts = g_ptr_array_new_with_free_func (host_total_free);
  totals->protocols = g_ptr_array_new_with_free_func (g_free);
  totals->hosts_by_address = g_hash_table_new ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal);
  totals->protocols_by_number = g_hash_table_new (NULL, NULL);
}

/**
 * sluice_totals_clear_hosts:
 * @totals: totals at their end
 */
void
sluice_totals_clear_hosts (SluiceTotals *totals)
{
  g_hash_table_unref (totals->hosts_by_address);
  g_hash_table_unref (totals->protocols_by_number);
  g_ptr_array_unref (totals->hosts);
  g_ptr_array_unref (totals->protocols);
}

static void
add_forwarded (SluiceTotal *total,
               const guint64 bytes[SLUICE_N_DIRECTIONS],
               const guint64 packets[SLUICE_N_DIRECTIONS])
{
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      total->forwarded[d] += bytes[d];
      total->forwarded_packets[d] += packets[d];
    }
}

static void
add_host (SluiceTotals *totals,
          const SluiceHostRow *row,
          gboolean is_file)
{
  SluiceHostTotal *total = g_hash_table_lookup (totals->hosts_by_address, &row->host->address);

  if (total == NULL)
    {
      total = g_new0 (SluiceHostTotal, 1);
      total->address = row->host->address;
      total->row.host = sluice_host_ref (row->host);
      g_ptr_array_add (totals->hosts, total);
      g_hash_table_insert (totals->hosts_by_address, &total->address, total);
    }
  sluice_totals_add_bytes (&total->total, totals->serial, row->bytes);
  if (is_file)
    add_forwarded (&total->total, row->forwarded, row->forwarded_packets);
  /* What was learnt later is a new record. */
  if (total->row.host != row->host)
    {
      sluice_host_unref (total->row.host);
      total->row.host = sluice_host_ref (row->host);
    }
  total->connections = row->connections;
  total->row.connections = MAX (total->row.connections, row->connections);
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      total->row.forwarded[d] += row->forwarded[d];
      total->row.forwarded_packets[d] += row->forwarded_packets[d];
      total->row.bytes[d] = total->total.sum[d];
      total->row.packets[d] += row->packets[d];
    }
}

static void
add_protocol (SluiceTotals *totals,
              const SluiceProtocolRow *row,
              gboolean is_file)
{
  gpointer key = GUINT_TO_POINTER (row->protocol);
  SluiceProtocolTotal *total = g_hash_table_lookup (totals->protocols_by_number, key);

  if (total == NULL)
    {
      total = g_new0 (SluiceProtocolTotal, 1);
      total->row.protocol = row->protocol;
      g_ptr_array_add (totals->protocols, total);
      g_hash_table_insert (totals->protocols_by_number, key, total);
    }
  sluice_totals_add_bytes (&total->total, totals->serial, row->bytes);
  total->connections = row->connections;
  total->row.connections = MAX (total->row.connections, row->connections);
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      total->row.bytes[d] = total->total.sum[d];
      total->row.packets[d] += row->packets[d];
      total->row.forwarded[d] += row->forwarded[d];
      total->row.forwarded_packets[d] += row->forwarded_packets[d];
    }
  if (!is_file)
    return;
  add_forwarded (&total->total, row->forwarded, row->forwarded_packets);
  /* Every packet has a protocol, and a file is one interface. */
  if (totals->interfaces->len > 0)
    add_forwarded (g_ptr_array_index (totals->interfaces, 0), row->forwarded, row->forwarded_packets);
}

/**
 * sluice_totals_add_hosts:
 * @totals: sums so far
 * @sample: what came next
 *
 * Adds its hosts and protocols.
 */
void
sluice_totals_add_hosts (SluiceTotals *totals,
                         const SluiceSample *sample)
{
  g_auto (SluiceHostRows) rows = { NULL };

  if (!sample->has_hosts && !sample->has_connections)
    return;
  sluice_host_rows_init (&rows, sample);
  totals->hosts_derived |= rows.derived;
  for (guint i = 0; i < rows.hosts->len; i++)
    add_host (totals, &g_array_index (rows.hosts, SluiceHostRow, i), sample->is_file);
  for (guint i = 0; i < rows.protocols->len; i++)
    add_protocol (totals, &g_array_index (rows.protocols, SluiceProtocolRow, i), sample->is_file);
}
