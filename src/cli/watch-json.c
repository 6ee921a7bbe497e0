#include "sluice-config.h"

#include <string.h>

#include "cli/host-rows.h"
#include "cli/json-writer.h"
#include "cli/watch.h"
#include "model/part-sums.h"

/**
 * Row:
 * @bytes: by direction
 * @index: where it stands among its like, which settles ties
 * @figures: its row, of the kind that is listed
 * @links: (array length=n_links) (nullable): its bytes by interface
 * @program: (nullable): whose it is
 * @interface: (nullable): where it runs
 * @host: (nullable): the host, or the other side of a connection
 *
 * One row of the list, be it of a sample or of the totals.
 */
typedef struct
{
  const guint64 *bytes;
  guint index;
  gconstpointer figures;
  const SluiceProgramLink *links;
  guint n_links;
  const SluiceProgram *program;
  const SluiceInterface *interface;
  const SluiceHost *host;
} Row;

/**
 * Report:
 * @interfaces: array of #SluiceInterfaceRow, which links index
 * @rows: array of #Row
 * @packets_known: hosts and protocols have packets
 * @file: (nullable): what is known of the capture file
 * @packets: of a file, all
 * @bytes: likewise
 * @undirected: which side is local is not known: what was received and sent is null
 * @forgotten: (nullable): what no row stands for any more
 *
 * What one line tells. All that it points to belongs to the sample or the totals that it is made of.
 */
typedef struct
{
  const char *type;
  gint64 wall_time;
  gint64 duration;
  SluiceSourceKind source;
  gboolean estimated;
  const char *fault;
  GPtrArray *interfaces;
  GArray *rows;
  gboolean packets_known;
  const SluiceFileFacts *file;
  guint64 packets;
  guint64 bytes;
  gboolean undirected;
  const SluiceRest *forgotten;
} Report;

static void
report_clear (Report *report)
{
  g_ptr_array_unref (report->interfaces);
  g_array_unref (report->rows);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

static void
add_directed (SluiceJsonWriter *json,
              const Report *report,
              const char *member,
              guint64 value)
{
  if (report->undirected)
    sluice_json_writer_add_null (json, member);
  else
    sluice_json_writer_add_uint (json, member, value);
}

/* Of a file the sum is given, too: it is all that is known where nothing tells which side is local. */
static void
add_pair (SluiceJsonWriter *json,
          const Report *report,
          const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  add_directed (json, report, "rx_bytes", bytes[SLUICE_RX]);
  add_directed (json, report, "tx_bytes", bytes[SLUICE_TX]);
  if (report->file != NULL)
    sluice_json_writer_add_uint (json, "bytes", bytes[SLUICE_RX] + bytes[SLUICE_TX]);
}

static void
add_packets (SluiceJsonWriter *json,
             const Report *report,
             const guint64 packets[SLUICE_N_DIRECTIONS])
{
  add_directed (json, report, "rx_packets", packets[SLUICE_RX]);
  add_directed (json, report, "tx_packets", packets[SLUICE_TX]);
  if (report->file != NULL)
    sluice_json_writer_add_uint (json, "packets", packets[SLUICE_RX] + packets[SLUICE_TX]);
}

static void
add_moment (SluiceJsonWriter *json,
            const char *member,
            const char *date_member,
            gint64 time)
{
  g_autofree char *date = NULL;
  double seconds = 0;

  if (time != 0)
    sluice_command_format_time (time, &seconds, &date);
  if (date != NULL)
    sluice_json_writer_add_double (json, member, seconds, 3);
  else
    sluice_json_writer_add_null (json, member);
  sluice_json_writer_add_string (json, date_member, date);
}

static void
add_head (SluiceJsonWriter *json,
          const Report *report)
{
  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_uint (json, "schema", 1);
  sluice_json_writer_add_string (json, "type", report->type);
  add_moment (json, "time", "date", report->wall_time);
  sluice_json_writer_add_string (json, "source",
                                 report->file != NULL ? "file" : sluice_source_kind_name (report->source));
  sluice_json_writer_add_boolean (json, "estimated", report->estimated);
  sluice_json_writer_add_double (json, "seconds", (double) report->duration / G_USEC_PER_SEC, 3);
  if (report->fault != NULL)
    sluice_json_writer_add_string (json, "fault", report->fault);
}

static void
add_interface (SluiceJsonWriter *json,
               const Report *report,
               const SluiceInterfaceRow *row)
{
  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "name", row->interface->name);
  add_pair (json, report, row->bytes);
  add_packets (json, report, row->packets);
  sluice_json_writer_add_uint (json, "dropped", row->dropped);
  add_directed (json, report, "unattributed_rx_bytes", sluice_interface_row_unattributed (row, SLUICE_RX));
  add_directed (json, report, "unattributed_tx_bytes", sluice_interface_row_unattributed (row, SLUICE_TX));
  add_directed (json, report, "excess_rx_bytes", row->excess[SLUICE_RX]);
  add_directed (json, report, "excess_tx_bytes", row->excess[SLUICE_TX]);
  sluice_json_writer_begin (json, "unattributed", '{');
  for (int c = 0; c < SLUICE_N_CAUSES; c++)
    sluice_json_writer_add_uint (json, sluice_cause_name (c),
                                 row->unattributed[c][SLUICE_RX] + row->unattributed[c][SLUICE_TX]);
  sluice_json_writer_end (json, '}');
  sluice_json_writer_add_boolean (json, "gone", row->gone);
  sluice_json_writer_end (json, '}');
}

static void
add_links (SluiceJsonWriter *json,
           const Report *report,
           const SluiceProgramLink *links,
           guint n_links)
{
  sluice_json_writer_begin (json, "interfaces", '[');
  for (guint i = 0; i < n_links; i++)
    {
      const SluiceInterfaceRow *row = g_ptr_array_index (report->interfaces, links[i].interface);

      sluice_json_writer_begin (json, NULL, '{');
      sluice_json_writer_add_string (json, "name", row->interface->name);
      add_pair (json, report, links[i].bytes);
      sluice_json_writer_end (json, '}');
    }
  sluice_json_writer_end (json, ']');
}

static void
add_program (SluiceJsonWriter *json,
             const Report *report,
             const Row *listed)
{
  const SluiceProgramRow *row = listed->figures;
  const SluiceProgram *program = listed->program;

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "program", program->path);
  sluice_json_writer_add_string (json, "name", program->name);
  sluice_json_writer_add_known (json, "pid", program->pid > 0 ? (guint64) program->pid : 0);
  sluice_json_writer_add_string (json, "user", program->user);
  sluice_json_writer_add_string (json, "app", program->app_id);
  add_pair (json, report, row->bytes);
  sluice_json_writer_add_uint (json, "payload_rx_bytes", row->payload[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "payload_tx_bytes", row->payload[SLUICE_TX]);
  sluice_json_writer_add_uint (json, "connections", row->connections);
  sluice_json_writer_add_uint (json, "listening", row->listening);
  sluice_json_writer_add_known (json, "rtt_us", row->rtt_us);
  sluice_json_writer_add_uint (json, "retransmits", row->retransmits);
  add_links (json, report, listed->links, listed->n_links);
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
                const Report *report,
                const Row *listed)
{
  const SluiceConnectionRow *row = listed->figures;
  const SluiceProgram *program = listed->program;
  const SluiceInterface *interface = listed->interface;
  static const char *const members[] = { "rx_bytes", "tx_bytes", "payload_rx_bytes", "payload_tx_bytes" };
  const guint64 figures[] = {
    row->bytes[SLUICE_RX],
    row->bytes[SLUICE_TX],
    row->payload[SLUICE_RX],
    row->payload[SLUICE_TX],
  };
  gboolean known = (row->flags & SLUICE_CONNECTION_BYTES_KNOWN) != 0;

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
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (known)
        add_directed (json, report, members[i], figures[i]);
      else
        sluice_json_writer_add_null (json, members[i]);
    }
  if (report->file != NULL)
    sluice_json_writer_add_uint (json, "bytes", row->bytes[SLUICE_RX] + row->bytes[SLUICE_TX]);
  sluice_json_writer_add_known (json, "rtt_us", row->rtt_us);
  if (row->key.protocol == 6)
    sluice_json_writer_add_uint (json, "retransmits", row->retransmits);
  else
    sluice_json_writer_add_null (json, "retransmits");
  sluice_json_writer_end (json, '}');
}

static void
add_flows (SluiceJsonWriter *json,
           const Report *report,
           const guint64 bytes[SLUICE_N_DIRECTIONS],
           const guint64 packets[SLUICE_N_DIRECTIONS],
           guint connections)
{
  add_pair (json, report, bytes);
  if (report->packets_known)
    add_packets (json, report, packets);
  else
    {
      sluice_json_writer_add_null (json, "rx_packets");
      sluice_json_writer_add_null (json, "tx_packets");
    }
  sluice_json_writer_add_uint (json, "connections", connections);
}

static void
add_host (SluiceJsonWriter *json,
          const Report *report,
          const Row *listed)
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
  add_flows (json, report, row->bytes, row->packets, row->connections);
  sluice_json_writer_end (json, '}');
}

static void
add_protocol (SluiceJsonWriter *json,
              const Report *report,
              const Row *listed)
{
  const SluiceProtocolRow *row = listed->figures;
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "protocol", sluice_protocol_to_text (row->protocol, text));
  add_flows (json, report, row->bytes, row->packets, row->connections);
  sluice_json_writer_end (json, '}');
}

static void
add_row (SluiceJsonWriter *json,
         const Report *report,
         SluiceWatchBy by,
         const Row *row)
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

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  const Row *x = a;
  const Row *y = b;
  guint64 x_bytes = x->bytes[SLUICE_RX] + x->bytes[SLUICE_TX];
  guint64 y_bytes = y->bytes[SLUICE_RX] + y->bytes[SLUICE_TX];

  if (x_bytes != y_bytes)
    return x_bytes > y_bytes ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

/* The rows, the busiest first, and what was cut off together. */
static void
add_rows (SluiceJsonWriter *json,
          const Report *report,
          const SluiceWatchOptions *options)
{
  static const char *const lists[SLUICE_WATCH_N_BY] = {
    [SLUICE_WATCH_PROGRAMS] = "programs",
    [SLUICE_WATCH_CONNECTIONS] = "connections",
    [SLUICE_WATCH_HOSTS] = "hosts",
    [SLUICE_WATCH_PROTOCOLS] = "protocols",
  };
  g_auto (SluiceRest) rest = { 0 };

  g_array_sort (report->rows, compare_rows);
  sluice_json_writer_begin (json, lists[options->by], '[');
  for (guint i = 0; i < report->rows->len; i++)
    {
      const Row *row = &g_array_index (report->rows, Row, i);

      if (options->top != 0 && i >= options->top)
        sluice_rest_add (&rest, row->bytes, row->links, row->n_links);
      else
        add_row (json, report, options->by, row);
    }
  sluice_json_writer_end (json, ']');

  if (report->forgotten != NULL)
    sluice_rest_add_rest (&rest, report->forgotten);
  if (rest.count == 0)
    return;
  sluice_json_writer_begin (json, "others", '{');
  sluice_json_writer_add_uint (json, "count", rest.count);
  add_pair (json, report, rest.bytes);
  if (options->by == SLUICE_WATCH_PROGRAMS)
    add_links (json, report, rest.links != NULL ? (const SluiceProgramLink *) rest.links->data : NULL,
               rest.links != NULL ? rest.links->len : 0);
  sluice_json_writer_end (json, '}');
}

/* What only a capture file has. */
static void
add_file (SluiceJsonWriter *json,
          const Report *report,
          const char *name)
{
  const SluiceFileFacts *file = report->file;

  sluice_json_writer_add_string (json, "file", name);
  sluice_json_writer_add_string (json, "format", *file->format != '\0' ? file->format : NULL);
  sluice_json_writer_add_string (json, "link_type", *file->link_type != '\0' ? file->link_type : NULL);
  sluice_json_writer_add_uint (json, "packets", report->packets);
  sluice_json_writer_add_uint (json, "bytes", report->bytes);
  add_moment (json, "first", "first_date", file->first);
  add_moment (json, "last", "last_date", file->last);
  sluice_json_writer_add_uint (json, "malformed_packets", file->malformed);
  sluice_json_writer_add_uint (json, "truncated_packets", file->truncated);
}

static char *
write_report (const Report *report,
              const SluiceWatchOptions *options)
{
  SluiceJsonWriter json;

  sluice_json_writer_init (&json);
  add_head (&json, report);
  if (report->file != NULL)
    add_file (&json, report, options->file);
  sluice_json_writer_begin (&json, "interfaces", '[');
  for (guint i = 0; i < report->interfaces->len; i++)
    add_interface (&json, report, g_ptr_array_index (report->interfaces, i));
  sluice_json_writer_end (&json, ']');
  if (options->by != SLUICE_WATCH_INTERFACES)
    add_rows (&json, report, options);
  return sluice_json_writer_finish (&json);
}

static void
read_sample_programs (Report *report,
                      const SluiceSample *sample)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *figures = sluice_sample_program (sample, i);
      const Row row = {
        .bytes = figures->bytes,
        .index = i,
        .figures = figures,
        .links = figures->n_links > 0 ? sluice_sample_link (sample, figures->first_link) : NULL,
        .n_links = figures->n_links,
        .program = figures->program,
      };

      g_array_append_val (report->rows, row);
    }
}

static void
read_sample_connections (Report *report,
                         const SluiceSample *sample)
{
  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *figures = sluice_sample_connection (sample, i);
      Row row = { .bytes = figures->bytes, .index = i, .figures = figures };

      if (figures->program != SLUICE_INDEX_NONE)
        row.program = sluice_sample_program (sample, figures->program)->program;
      if (figures->interface != SLUICE_INDEX_NONE)
        row.interface = sluice_sample_interface (sample, figures->interface)->interface;
      row.host = sluice_sample_connection_host (sample, figures);
      g_array_append_val (report->rows, row);
    }
}

static void
read_hosts (Report *report,
            const SluiceHostRows *rows)
{
  for (guint i = 0; i < rows->hosts->len; i++)
    {
      const SluiceHostRow *figures = &g_array_index (rows->hosts, SluiceHostRow, i);
      const Row row = { .bytes = figures->bytes, .index = i, .figures = figures, .host = figures->host };

      /* Of others the sample only knows the names. */
      if (figures->connections > 0)
        g_array_append_val (report->rows, row);
    }
}

static void
read_protocols (Report *report,
                const SluiceHostRows *rows)
{
  for (guint i = 0; i < rows->protocols->len; i++)
    {
      const SluiceProtocolRow *figures = &g_array_index (rows->protocols, SluiceProtocolRow, i);
      const Row row = { .bytes = figures->bytes, .index = i, .figures = figures };

      g_array_append_val (report->rows, row);
    }
}

/**
 * sluice_watch_json_sample:
 * @options: what to list
 * @sample: the sample
 *
 * Returns: (transfer full): one line of JSON Lines, with its end
 */
char *
sluice_watch_json_sample (const SluiceWatchOptions *options,
                          const SluiceSample *sample)
{
  g_auto (Report) report = {
    .type = "sample",
    .wall_time = sample->wall_time,
    .duration = sample->duration,
    .source = sample->source,
    .estimated = sample->estimated,
    .fault = sample->fault,
    .interfaces = g_ptr_array_new (),
    .rows = g_array_new (FALSE, FALSE, sizeof (Row)),
    .packets_known = sample->has_hosts,
  };
  g_auto (SluiceHostRows) rows = { NULL };

  for (guint i = 0; i < sample->interfaces->len; i++)
    g_ptr_array_add (report.interfaces, sluice_sample_interface (sample, i));
  if (options->by == SLUICE_WATCH_PROGRAMS)
    read_sample_programs (&report, sample);
  else if (options->by == SLUICE_WATCH_CONNECTIONS)
    read_sample_connections (&report, sample);
  else if (options->by != SLUICE_WATCH_INTERFACES)
    {
      sluice_host_rows_init (&rows, sample);
      if (options->by == SLUICE_WATCH_HOSTS)
        read_hosts (&report, &rows);
      else
        read_protocols (&report, &rows);
    }
  return write_report (&report, options);
}

static void
read_program_totals (Report *report,
                     const SluiceTotals *totals)
{
  report->forgotten = &totals->forgotten_programs;
  for (guint i = 0; i < totals->programs->len; i++)
    {
      const SluiceProgramTotal *total = g_ptr_array_index (totals->programs, i);
      const Row row = {
        .bytes = total->total.sum,
        .index = i,
        .figures = &total->row,
        .links = (const SluiceProgramLink *) total->links->data,
        .n_links = total->links->len,
        .program = total->row.program,
      };

      g_array_append_val (report->rows, row);
    }
}

static void
read_connection_totals (Report *report,
                        const SluiceTotals *totals)
{
  report->forgotten = &totals->forgotten_connections;
  for (guint i = 0; i < totals->connections->len; i++)
    {
      const SluiceConnectionTotal *total = g_ptr_array_index (totals->connections, i);
      const Row row = {
        .bytes = total->total.sum,
        .index = i,
        .figures = &total->row,
        .program = total->program,
        .interface = sluice_totals_get_interface (totals, total->interface),
        .host = total->host,
      };

      g_array_append_val (report->rows, row);
    }
}

static void
read_host_totals (Report *report,
                  const SluiceTotals *totals)
{
  report->forgotten = &totals->forgotten_hosts;
  for (guint i = 0; i < totals->hosts->len; i++)
    {
      const SluiceHostTotal *total = g_ptr_array_index (totals->hosts, i);
      const Row row = {
        .bytes = total->total.sum, .index = i, .figures = &total->row, .host = total->row.host
      };

      if (total->row.connections > 0)
        g_array_append_val (report->rows, row);
    }
}

static void
read_protocol_totals (Report *report,
                      const SluiceTotals *totals)
{
  for (guint i = 0; i < totals->protocols->len; i++)
    {
      const SluiceProtocolTotal *total = g_ptr_array_index (totals->protocols, i);
      const Row row = { .bytes = total->total.sum, .index = i, .figures = &total->row };

      g_array_append_val (report->rows, row);
    }
}

/**
 * sluice_watch_json_summary:
 * @options: what to list
 * @totals: all samples
 *
 * Returns: (transfer full): one line of JSON Lines, with its end
 */
char *
sluice_watch_json_summary (const SluiceWatchOptions *options,
                           const SluiceTotals *totals)
{
  g_auto (Report) report = {
    .type = "summary",
    .wall_time = totals->wall_time,
    .duration = totals->duration,
    .source = totals->source,
    .estimated = totals->estimated,
    .interfaces = g_ptr_array_new (),
    .rows = g_array_new (FALSE, FALSE, sizeof (Row)),
    .packets_known = !totals->hosts_derived,
    .undirected = options->undirected,
  };

  if (options->file != NULL)
    {
      report.file = &totals->file;
      report.packets = sluice_totals_count_packets (totals);
      report.bytes = sluice_totals_count_bytes (totals);
      report.wall_time = totals->file.last;
      report.duration = totals->file.last - totals->file.first;
    }

  for (guint i = 0; i < totals->interfaces->len; i++)
    g_ptr_array_add (report.interfaces, &((SluiceInterfaceTotal *) g_ptr_array_index (totals->interfaces, i))->row);
  if (options->by == SLUICE_WATCH_PROGRAMS)
    read_program_totals (&report, totals);
  else if (options->by == SLUICE_WATCH_CONNECTIONS)
    read_connection_totals (&report, totals);
  else if (options->by == SLUICE_WATCH_HOSTS)
    read_host_totals (&report, totals);
  else if (options->by == SLUICE_WATCH_PROTOCOLS)
    read_protocol_totals (&report, totals);
  return write_report (&report, options);
}
