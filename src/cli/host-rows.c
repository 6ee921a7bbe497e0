#include "cli/host-rows.h"

#include <netinet/in.h>

#include "model/part-sums.h"

static void
host_row_clear (gpointer data)
{
  sluice_host_unref (((SluiceHostRow *) data)->host);
}

/**
 * sluice_host_rows_name:
 * @host: a host
 *
 * Returns: (transfer full): its name, else its address
 */
char *
sluice_host_rows_name (const SluiceHost *host)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];

  return g_strdup (host->name != NULL ? host->name : sluice_address_to_text (&host->address, text));
}

/**
 * sluice_host_rows_address:
 * @host: a host
 *
 * Returns: (transfer full): its address, for beside its name; empty where that is its name already, or it has none
 */
char *
sluice_host_rows_address (const SluiceHost *host)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];
  gboolean known = host->name != NULL && host->address.family != SLUICE_FAMILY_NONE;

  return g_strdup (known ? sluice_address_to_text (&host->address, text) : "");
}

/**
 * sluice_host_rows_network:
 * @host: a host
 *
 * Returns: (transfer none) (nullable): the network that it is in, else its country
 */
const char *
sluice_host_rows_network (const SluiceHost *host)
{
  if (host->as_name != NULL)
    return host->as_name;
  return *host->country != '\0' ? host->country : NULL;
}

static gboolean
has_ports (const SluiceFlowKey *key)
{
  return key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP;
}

/* A protocol without ports shows none, on either side. */
static char *
endpoint (const SluiceFlowKey *key,
          const SluiceAddress *address,
          guint16 port)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];

  return g_strdup (has_ports (key) ? sluice_address_to_endpoint (address, port, text)
                                   : sluice_address_to_text (address, text));
}

/**
 * sluice_host_rows_local:
 * @key: a connection
 *
 * Returns: (transfer full): its local side with its port
 */
char *
sluice_host_rows_local (const SluiceFlowKey *key)
{
  return endpoint (key, &key->local, key->local_port);
}

/**
 * sluice_host_rows_endpoint:
 * @key: a connection
 * @host: (nullable): its other side
 *
 * Returns: (transfer full): the other side with its port, by name where that is known
 */
char *
sluice_host_rows_endpoint (const SluiceFlowKey *key,
                           const SluiceHost *host)
{
  if (host == NULL || host->name == NULL)
    return endpoint (key, &key->remote, key->remote_port);
  return key->remote_port != 0 ? g_strdup_printf ("%s:%u", host->name, key->remote_port) : g_strdup (host->name);
}

static void
add_to_host (SluiceHostRows *rows,
             GHashTable *indexes,
             const SluiceConnectionRow *connection)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (indexes, &connection->key.remote));
  SluiceHostRow *row;

  if (index == 0)
    {
      const SluiceHostRow new = { .host = sluice_host_new (&connection->key.remote) };

      g_array_append_val (rows->hosts, new);
      index = rows->hosts->len;
      g_hash_table_insert (indexes, &new.host->address, GUINT_TO_POINTER (index));
    }
  row = &g_array_index (rows->hosts, SluiceHostRow, index - 1);
  row->connections++;
  row->bytes[SLUICE_RX] += connection->bytes[SLUICE_RX];
  row->bytes[SLUICE_TX] += connection->bytes[SLUICE_TX];
}

static void
add_to_protocol (SluiceHostRows *rows,
                 GHashTable *indexes,
                 const SluiceConnectionRow *connection)
{
  gpointer key = GUINT_TO_POINTER (sluice_connection_row_protocol (connection));
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (indexes, key));
  SluiceProtocolRow *row;

  if (index == 0)
    {
      const SluiceProtocolRow new = { .protocol = GPOINTER_TO_UINT (key) };

      g_array_append_val (rows->protocols, new);
      index = rows->protocols->len;
      g_hash_table_insert (indexes, key, GUINT_TO_POINTER (index));
    }
  row = &g_array_index (rows->protocols, SluiceProtocolRow, index - 1);
  row->connections++;
  row->bytes[SLUICE_RX] += connection->bytes[SLUICE_RX];
  row->bytes[SLUICE_TX] += connection->bytes[SLUICE_TX];
}

/* A connection over a link that is not watched is in no figure of this sample. */
static gboolean
counts (const SluiceConnectionRow *row)
{
  return (row->flags & SLUICE_CONNECTION_BYTES_KNOWN) != 0 && (row->flags & SLUICE_CONNECTION_LISTENING) == 0
         && row->interface != SLUICE_INDEX_NONE && row->bytes[SLUICE_RX] + row->bytes[SLUICE_TX] > 0;
}

static void
derive (SluiceHostRows *rows,
        const SluiceSample *sample)
{
  g_autoptr (GHashTable) hosts
    = g_hash_table_new ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal);
  g_autoptr (GHashTable) protocols = g_hash_table_new (NULL, NULL);

  rows->derived = TRUE;
  rows->hosts = g_array_new (FALSE, FALSE, sizeof (SluiceHostRow));
  g_array_set_clear_func (rows->hosts, host_row_clear);
  rows->protocols = g_array_new (FALSE, FALSE, sizeof (SluiceProtocolRow));
  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *connection = sluice_sample_connection (sample, i);

      if (!counts (connection))
        continue;
      add_to_host (rows, hosts, connection);
      add_to_protocol (rows, protocols, connection);
    }
}

/**
 * sluice_host_rows_init:
 * @rows: (out caller-allocates): to be cleared, and no longer used than @sample
 * @sample: a sample
 *
 * Takes the sample's hosts and protocols. Where its tier has none they are those of the connections that moved: the
 * remote address, and what the ports stand for.
 */
void
sluice_host_rows_init (SluiceHostRows *rows,
                       const SluiceSample *sample)
{
  *rows = (SluiceHostRows){ NULL };
  if (!sample->has_hosts)
    {
      derive (rows, sample);
      return;
    }
  rows->hosts = g_array_ref (sample->hosts);
  rows->protocols = g_array_ref (sample->protocols);
}

/**
 * sluice_host_rows_clear:
 */
void
sluice_host_rows_clear (SluiceHostRows *rows)
{
  g_clear_pointer (&rows->hosts, g_array_unref);
  g_clear_pointer (&rows->protocols, g_array_unref);
}
