#include "model/part-sums.h"

static void
part_sum_clear (gpointer sum)
{
  g_clear_pointer (&((SluicePartSum *) sum)->host, sluice_host_unref);
}

/**
 * sluice_connection_row_protocol:
 * @row: a connection
 *
 * Returns: what it speaks: as it was recognised, else by its ports
 */
SluiceProtocol
sluice_connection_row_protocol (const SluiceConnectionRow *row)
{
  if (row->protocol != 0)
    return row->protocol;
  return sluice_protocol_from_ports (row->key.protocol, row->key.local_port, row->key.remote_port);
}

/* While connections are summed, the first one of a sum stands for it in the table. */

static guint
hash_host (gconstpointer key)
{
  const SluiceConnectionRow *row = key;

  return sluice_address_hash (&row->key.remote) ^ row->interface * 2654435761u;
}

static gboolean
equal_hosts (gconstpointer a, gconstpointer b)
{
  const SluiceConnectionRow *x = a;
  const SluiceConnectionRow *y = b;

  return x->interface == y->interface && sluice_address_equal (&x->key.remote, &y->key.remote);
}

static guint
hash_protocol (gconstpointer key)
{
  return sluice_connection_row_protocol (key) ^ ((const SluiceConnectionRow *) key)->interface * 2654435761u;
}

static gboolean
equal_protocols (gconstpointer a, gconstpointer b)
{
  return ((const SluiceConnectionRow *) a)->interface == ((const SluiceConnectionRow *) b)->interface
         && sluice_connection_row_protocol (a) == sluice_connection_row_protocol (b);
}

static gboolean
counts (SluiceBreakdown by, const SluiceConnectionRow *row)
{
  if (row->interface == SLUICE_INDEX_NONE || (row->bytes[SLUICE_RX] == 0 && row->bytes[SLUICE_TX] == 0))
    return FALSE;
  return by == SLUICE_BY_PROTOCOL || row->key.remote.family != SLUICE_FAMILY_NONE;
}

static void
sum_connections (SluiceBreakdown by, const SluiceSample *sample, GArray *sums)
{
  g_autoptr (GHashTable) known = by == SLUICE_BY_HOST ? g_hash_table_new (hash_host, equal_hosts)
                                                      : g_hash_table_new (hash_protocol, equal_protocols);

  for (guint i = 0; i < sample->connections->len; i++)
    {
      SluiceConnectionRow *row = sluice_sample_connection (sample, i);
      SluicePartSum *sum;
      guint index;

      if (!counts (by, row))
        continue;
      index = GPOINTER_TO_UINT (g_hash_table_lookup (known, row));
      if (index == 0)
        {
          SluicePartSum fresh = { .interface = row->interface };

          if (by == SLUICE_BY_PROTOCOL)
            fresh.protocol = sluice_connection_row_protocol (row);
          else
            fresh.host = row->host != SLUICE_INDEX_NONE && row->host < sample->hosts->len
                           ? sluice_host_ref (sluice_sample_host (sample, row->host)->host)
                           : sluice_host_new (&row->key.remote);
          g_array_append_val (sums, fresh);
          index = sums->len;
          g_hash_table_insert (known, row, GUINT_TO_POINTER (index));
        }
      sum = &g_array_index (sums, SluicePartSum, index - 1);
      sum->bytes[SLUICE_RX] += row->bytes[SLUICE_RX];
      sum->bytes[SLUICE_TX] += row->bytes[SLUICE_TX];
    }
}

static void
take_links (SluiceBreakdown by, const SluiceSample *sample, GArray *sums)
{
  const GArray *links = by == SLUICE_BY_HOST ? sample->host_links : sample->protocol_links;

  for (guint i = 0; i < links->len; i++)
    {
      const SluicePartLink *link = &g_array_index (links, SluicePartLink, i);
      SluicePartSum sum = { .interface = link->interface, .bytes = { link->bytes[SLUICE_RX], link->bytes[SLUICE_TX] } };
      SluiceHost *host = by == SLUICE_BY_HOST ? sluice_sample_host (sample, link->part)->host : NULL;

      if (host != NULL && host->address.family == SLUICE_FAMILY_NONE)
        continue;
      if (host != NULL)
        sum.host = sluice_host_ref (host);
      else
        sum.protocol = sluice_sample_protocol (sample, link->part)->protocol;
      g_array_append_val (sums, sum);
    }
}

/* The rows of a sample are of all its links together. One link is one; of several, the loopback is not a listed one. */
static void
take_rows (SluiceBreakdown by, const SluiceSample *sample, GArray *sums)
{
  guint32 interface = sample->interfaces->len == 1 ? 0 : SLUICE_INDEX_NONE;

  for (guint i = 0; by == SLUICE_BY_HOST && i < sample->hosts->len; i++)
    {
      const SluiceHostRow *row = sluice_sample_host (sample, i);
      SluicePartSum sum = { .interface = interface, .bytes = { row->bytes[SLUICE_RX], row->bytes[SLUICE_TX] } };

      if (row->host->address.family == SLUICE_FAMILY_NONE
          || (interface == SLUICE_INDEX_NONE && sluice_address_is_loopback (&row->host->address)))
        continue;
      sum.host = sluice_host_ref (row->host);
      g_array_append_val (sums, sum);
    }
  for (guint i = 0; by == SLUICE_BY_PROTOCOL && i < sample->protocols->len; i++)
    {
      const SluiceProtocolRow *row = sluice_sample_protocol (sample, i);
      SluicePartSum sum = { NULL, row->protocol, interface, { row->bytes[SLUICE_RX], row->bytes[SLUICE_TX] } };

      g_array_append_val (sums, sum);
    }
}

static int
compare_sums (gconstpointer a, gconstpointer b)
{
  const SluicePartSum *x = a;
  const SluicePartSum *y = b;
  guint64 bytes_x = x->bytes[SLUICE_RX] + x->bytes[SLUICE_TX];
  guint64 bytes_y = y->bytes[SLUICE_RX] + y->bytes[SLUICE_TX];

  return bytes_x > bytes_y ? -1 : bytes_x < bytes_y;
}

/**
 * sluice_part_sums_new:
 * @by: hosts or protocols
 * @sample: what happened
 * @n_most: how many at the most
 *
 * What hosts or protocols moved, link by link where the sample knows that or holds connections, else over all its links
 * together.
 *
 * Returns: (transfer full) (element-type SluicePartSum): the largest, in order only where there were more
 */
GArray *
sluice_part_sums_new (SluiceBreakdown by, const SluiceSample *sample, guint n_most)
{
  GArray *sums = g_array_new (FALSE, FALSE, sizeof (SluicePartSum));

  g_array_set_clear_func (sums, part_sum_clear);
  if (sample->has_part_links)
    take_links (by, sample, sums);
  else if (sample->has_connections)
    sum_connections (by, sample, sums);
  else if (sample->has_hosts)
    take_rows (by, sample, sums);
  if (sums->len > n_most)
    {
      g_array_sort (sums, compare_sums);
      g_array_set_size (sums, n_most);
    }
  return sums;
}
