#include "cli/watch-json-private.h"

#include "model/part-sums.h"

/**
 * sluice_watch_json_add_directed:
 * @json: a line in the making
 * @report: what it tells
 * @member: a name
 * @value: a figure of one direction
 *
 * Writes the figure, or null where directions are not known.
 */
void
sluice_watch_json_add_directed (SluiceJsonWriter *json,
                                const SluiceJsonReport *report,
                                const char *member,
                                guint64 value)
{
  if (report->undirected)
    sluice_json_writer_add_null (json, member);
  else
    sluice_json_writer_add_uint (json, member, value);
}

static void
add_figures (SluiceJsonWriter *json,
             const SluiceJsonReport *report,
             const char *const members[4],
             const guint64 figures[SLUICE_N_DIRECTIONS],
             const guint64 *forwarded)
{
  static const guint64 nothing[SLUICE_N_DIRECTIONS];
  const guint64 *past = forwarded != NULL ? forwarded : nothing;

  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    sluice_watch_json_add_directed (json, report, members[d], figures[d] - past[d]);
  if (report->file == NULL)
    return;
  sluice_watch_json_add_directed (json, report, members[2], past[SLUICE_RX] + past[SLUICE_TX]);
  sluice_json_writer_add_uint (json, members[3], figures[SLUICE_RX] + figures[SLUICE_TX]);
}

/**
 * sluice_watch_json_add_pair:
 * @json: a line in the making
 * @report: what it tells
 * @bytes: by direction
 * @forwarded: (nullable): of that, what was neither received nor sent, as in #SluiceTotal
 *
 * Writes both directions. Of a file the sum is given, too: it is all that is known where nothing tells which side is
 * local. What neither side of is local is in that alone, and for itself.
 */
void
sluice_watch_json_add_pair (SluiceJsonWriter *json,
                            const SluiceJsonReport *report,
                            const guint64 bytes[SLUICE_N_DIRECTIONS],
                            const guint64 *forwarded)
{
  static const char *const members[] = { "rx_bytes", "tx_bytes", "forwarded_bytes", "bytes" };

  add_figures (json, report, members, bytes, forwarded);
}

/**
 * sluice_watch_json_add_packets:
 * @json: a line in the making
 * @report: what it tells
 * @packets: by direction
 * @forwarded: (nullable): likewise
 *
 * Writes packets as sluice_watch_json_add_pair() writes bytes.
 */
void
sluice_watch_json_add_packets (SluiceJsonWriter *json,
                               const SluiceJsonReport *report,
                               const guint64 packets[SLUICE_N_DIRECTIONS],
                               const guint64 *forwarded)
{
  static const char *const members[] = { "rx_packets", "tx_packets", "forwarded_packets", "packets" };

  add_figures (json, report, members, packets, forwarded);
}

/**
 * sluice_watch_json_add_links:
 * @json: a line in the making
 * @report: what it tells
 * @links: (array length=n_links): what a program moved, by interface
 * @n_links: how many
 *
 * Writes a program's "interfaces".
 */
void
sluice_watch_json_add_links (SluiceJsonWriter *json,
                             const SluiceJsonReport *report,
                             const SluiceProgramLink *links,
                             guint n_links)
{
  sluice_json_writer_begin (json, "interfaces", '[');
  for (guint i = 0; i < n_links; i++)
    {
      const SluiceInterfaceRow *row = g_ptr_array_index (report->interfaces, links[i].interface);

      sluice_json_writer_begin (json, NULL, '{');
      sluice_json_writer_add_string (json, "name", row->interface->name);
      sluice_watch_json_add_pair (json, report, links[i].bytes, NULL);
      sluice_json_writer_end (json, '}');
    }
  sluice_json_writer_end (json, ']');
}

static void
add_program (SluiceJsonWriter *json,
             const SluiceJsonReport *report,
             const SluiceJsonRow *listed)
{
  const SluiceProgramRow *row = listed->figures;
  const SluiceProgram *program = listed->program;

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "program", program->path);
  sluice_json_writer_add_string (json, "name", program->name);
  sluice_json_writer_add_known (json, "pid", program->pid > 0 ? (guint64) program->pid : 0);
  sluice_json_writer_add_string (json, "user", program->user);
  sluice_json_writer_add_string (json, "app", program->app_id);
  sluice_watch_json_add_pair (json, report, row->bytes, NULL);
  sluice_json_writer_add_uint (json, "payload_rx_bytes", row->payload[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "payload_tx_bytes", row->payload[SLUICE_TX]);
  sluice_json_writer_add_uint (json, "connections", row->connections);
  sluice_json_writer_add_uint (json, "listening", row->listening);
  sluice_json_writer_add_known (json, "rtt_us", row->rtt_us);
  sluice_json_writer_add_uint (json, "retransmits", row->retransmits);
  sluice_watch_json_add_links (json, report, listed->links, listed->n_links);
  sluice_json_writer_end (json, '}');
}

static void
add_endpoint (SluiceJsonWriter *json,
              const char *address_member,
              const char *port_member,
              const SluiceAddress *address,
              guint16 port)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];

  sluice_json_writer_add_string (json, address_member,
                                 address->family != SLUICE_FAMILY_NONE ? sluice_address_to_text (address, text) : NULL);
  sluice_json_writer_add_known (json, port_member, port);
}

/* What a connection speaks above its transport. */
static const char *
application_name (const SluiceConnectionRow *row)
{
  SluiceProtocol protocol = sluice_connection_row_protocol (row);
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  /* The names of these are not made but stand for ever. */
  return sluice_protocol_kind (protocol) == SLUICE_PROTOCOL_KIND_APPLICATION
           ? sluice_protocol_to_text (protocol, text)
           : NULL;
}

static void
add_connection (SluiceJsonWriter *json,
                const SluiceJsonReport *report,
                const SluiceJsonRow *listed)
{
  const SluiceConnectionRow *row = listed->figures;
  const SluiceProgram *program = listed->program;
  const SluiceInterface *interface = listed->interface;
  static const char *const members[] = { "payload_rx_bytes", "payload_tx_bytes" };
  gboolean known = (row->flags & SLUICE_CONNECTION_BYTES_KNOWN) != 0;
  gboolean forwarded = report->file != NULL && (row->flags & SLUICE_CONNECTION_FORWARDED) != 0;

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "protocol", sluice_protocol_name (row->key.protocol));
  add_endpoint (json, "local_address", "local_port", &row->key.local, row->key.local_port);
  add_endpoint (json, "remote_address", "remote_port", &row->key.remote, row->key.remote_port);
  sluice_json_writer_add_string (json, "state", row->state != 0 ? sluice_tcp_state_name (row->state) : NULL);
  sluice_json_writer_add_boolean (json, "listening", (row->flags & SLUICE_CONNECTION_LISTENING) != 0);
  sluice_json_writer_add_boolean (json, "closed", (row->flags & SLUICE_CONNECTION_CLOSED) != 0);
  sluice_json_writer_add_string (json, "program", program != NULL ? program->path : NULL);
  sluice_json_writer_add_string (json, "name", program != NULL ? program->name : NULL);
  sluice_json_writer_add_known (json, "pid", program != NULL && program->pid > 0 ? (guint64) program->pid : 0);
  sluice_json_writer_add_string (json, "user", program != NULL ? program->user : NULL);
  sluice_json_writer_add_string (json, "interface", interface != NULL ? interface->name : NULL);
  sluice_json_writer_add_string (json, "host", listed->host != NULL ? listed->host->name : NULL);
  sluice_json_writer_add_string (json, "application", application_name (row));
  if (known)
    sluice_watch_json_add_pair (json, report, row->bytes, listed->total != NULL ? listed->total->forwarded : NULL);
  else
    {
      sluice_json_writer_add_null (json, "rx_bytes");
      sluice_json_writer_add_null (json, "tx_bytes");
    }
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      if (known && !forwarded)
        sluice_watch_json_add_directed (json, report, members[d], row->payload[d]);
      else
        sluice_json_writer_add_null (json, members[d]);
    }
  sluice_json_writer_add_known (json, "rtt_us", row->rtt_us);
  if (row->key.protocol == 6)
    sluice_json_writer_add_uint (json, "retransmits", row->retransmits);
  else
    sluice_json_writer_add_null (json, "retransmits");
  sluice_json_writer_end (json, '}');
}

static void
add_flows (SluiceJsonWriter *json,
           const SluiceJsonReport *report,
           const SluiceTotal *total,
           const guint64 bytes[SLUICE_N_DIRECTIONS],
           const guint64 packets[SLUICE_N_DIRECTIONS],
           guint connections)
{
  sluice_watch_json_add_pair (json, report, bytes, total != NULL ? total->forwarded : NULL);
  if (report->packets_known)
    sluice_watch_json_add_packets (json, report, packets, total != NULL ? total->forwarded_packets : NULL);
  else
    {
      sluice_json_writer_add_null (json, "rx_packets");
      sluice_json_writer_add_null (json, "tx_packets");
    }
  sluice_json_writer_add_uint (json, "connections", connections);
}

static void
add_host (SluiceJsonWriter *json,
          const SluiceJsonReport *report,
          const SluiceJsonRow *listed)
{
  const SluiceHostRow *row = listed->figures;
  const SluiceHost *host = listed->host;
  gboolean named = host->name != NULL && host->name_source != SLUICE_NAME_NONE;
  gint64 age = MAX (report->wall_time - host->name_time, 0);
  char text[SLUICE_ADDRESS_TEXT_MAX];

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "host",
                                 host->address.family != SLUICE_FAMILY_NONE
                                   ? sluice_address_to_text (&host->address, text)
                                   : NULL);
  sluice_json_writer_add_string (json, "name", host->name);
  sluice_json_writer_add_string (json, "name_source", named ? sluice_name_source_name (host->name_source) : NULL);
  if (named)
    sluice_json_writer_add_double (json, "name_age_seconds", (double) age / G_USEC_PER_SEC, 3);
  else
    sluice_json_writer_add_null (json, "name_age_seconds");
  sluice_json_writer_add_string (json, "country", *host->country != '\0' ? host->country : NULL);
  sluice_json_writer_add_known (json, "as", host->as_number);
  sluice_json_writer_add_string (json, "as_name", host->as_name);
  add_flows (json, report, listed->total, row->bytes, row->packets, row->connections);
  sluice_json_writer_end (json, '}');
}

static void
add_protocol (SluiceJsonWriter *json,
              const SluiceJsonReport *report,
              const SluiceJsonRow *listed)
{
  const SluiceProtocolRow *row = listed->figures;
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "protocol", sluice_protocol_to_text (row->protocol, text));
  add_flows (json, report, listed->total, row->bytes, row->packets, row->connections);
  sluice_json_writer_end (json, '}');
}

/**
 * sluice_watch_json_add_row:
 * @json: a line in the making
 * @report: what it tells
 * @by: what the list is of
 * @row: one of its rows
 *
 * Writes the row.
 */
void
sluice_watch_json_add_row (SluiceJsonWriter *json,
                           const SluiceJsonReport *report,
                           SluiceWatchBy by,
                           const SluiceJsonRow *row)
{
  switch ((int) by)
    {
    case SLUICE_WATCH_PROGRAMS:
      add_program (json, report, row);
      break;
    case SLUICE_WATCH_CONNECTIONS:
      add_connection (json, report, row);
      break;
    case SLUICE_WATCH_HOSTS:
      add_host (json, report, row);
      break;
    default:
      add_protocol (json, report, row);
    }
}
