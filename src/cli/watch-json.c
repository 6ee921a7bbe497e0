#include "sluice-config.h"

#include <string.h>

#include "cli/host-rows.h"
#include "cli/watch-json-private.h"

static void
report_clear (SluiceJsonReport *report)
{
  g_ptr_array_unref (report->interfaces);
  g_array_unref (report->rows);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceJsonReport, report_clear)

static void
add_moment (SluiceJsonWriter *json,
            const char *member,
            const char *date_member,
            gboolean known,
            gint64 time)
{
  g_autofree char *date = NULL;
  double seconds = 0;

  if (known)
    sluice_command_format_time (time, &seconds, &date);
  if (date != NULL)
    sluice_json_writer_add_double (json, member, seconds, 3);
  else
    sluice_json_writer_add_null (json, member);
  sluice_json_writer_add_string (json, date_member, date);
}

static void
add_head (SluiceJsonWriter *json,
          const SluiceJsonReport *report)
{
  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_uint (json, "schema", 1);
  sluice_json_writer_add_string (json, "type", report->type);
  add_moment (json, "time", "date", report->file != NULL ? report->file->has_packets : report->wall_time != 0,
              report->wall_time);
  sluice_json_writer_add_string (json, "source",
                                 report->file != NULL ? "file" : sluice_source_kind_name (report->source));
  sluice_json_writer_add_boolean (json, "estimated", report->estimated);
  sluice_json_writer_add_double (json, "seconds", (double) report->duration / G_USEC_PER_SEC, 3);
  if (report->fault != NULL)
    sluice_json_writer_add_string (json, "fault", report->fault);
}

static void
add_interface (SluiceJsonWriter *json,
               const SluiceJsonReport *report,
               const SluiceInterfaceRow *row)
{
  const SluiceTotal *total = report->file_total;
  const guint64 *forwarded = total != NULL ? total->forwarded : NULL;
  guint64 unattributed[SLUICE_N_DIRECTIONS];

  /* What was neither received nor sent is not missing from either. */
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    unattributed[d] = sluice_interface_row_unattributed (row, d) - (forwarded != NULL ? forwarded[d] : 0);
  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "name", row->interface->name);
  sluice_watch_json_add_pair (json, report, row->bytes, forwarded);
  sluice_watch_json_add_packets (json, report, row->packets, total != NULL ? total->forwarded_packets : NULL);
  sluice_json_writer_add_uint (json, "dropped", row->dropped);
  sluice_watch_json_add_directed (json, report, "unattributed_rx_bytes", unattributed[SLUICE_RX]);
  sluice_watch_json_add_directed (json, report, "unattributed_tx_bytes", unattributed[SLUICE_TX]);
  sluice_watch_json_add_directed (json, report, "excess_rx_bytes", row->excess[SLUICE_RX]);
  sluice_watch_json_add_directed (json, report, "excess_tx_bytes", row->excess[SLUICE_TX]);
  sluice_json_writer_begin (json, "unattributed", '{');
  for (int c = 0; c < SLUICE_N_CAUSES; c++)
    sluice_json_writer_add_uint (json, sluice_cause_name (c),
                                 row->unattributed[c][SLUICE_RX] + row->unattributed[c][SLUICE_TX]);
  sluice_json_writer_end (json, '}');
  sluice_json_writer_add_boolean (json, "gone", row->gone);
  sluice_json_writer_end (json, '}');
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  const SluiceJsonRow *x = a;
  const SluiceJsonRow *y = b;
  guint64 x_bytes = x->bytes[SLUICE_RX] + x->bytes[SLUICE_TX];
  guint64 y_bytes = y->bytes[SLUICE_RX] + y->bytes[SLUICE_TX];

  if (x_bytes != y_bytes)
    return x_bytes > y_bytes ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

/* What the interfaces counted, and what they should have, without what rows have: see sluice_totals_get_remainder(). */
static void
add_remainder (SluiceJsonWriter *json,
               const SluiceJsonReport *report,
               SluiceWatchBy by)
{
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 forwarded[SLUICE_N_DIRECTIONS];

  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      guint64 listed = report->forgotten != NULL ? report->forgotten->bytes[d] : 0;
      guint64 counted = 0;
      guint64 past = report->forgotten != NULL ? report->forgotten->forwarded[d] : 0;

      for (guint i = 0; i < report->interfaces->len; i++)
        {
          const SluiceInterfaceRow *row = g_ptr_array_index (report->interfaces, i);

          counted += row->bytes[d] + row->excess[d];
        }
      for (guint i = 0; i < report->rows->len; i++)
        {
          const SluiceJsonRow *row = &g_array_index (report->rows, SluiceJsonRow, i);

          if (by != SLUICE_WATCH_CONNECTIONS || row->interface != NULL)
            listed += row->bytes[d];
          past += row->total != NULL ? row->total->forwarded[d] : 0;
        }
      bytes[d] = counted - MIN (counted, listed);
      forwarded[d] = report->file_total != NULL ? report->file_total->forwarded[d] : 0;
      forwarded[d] -= MIN (forwarded[d], past);
    }
  sluice_json_writer_begin (json, "remainder", '{');
  sluice_watch_json_add_pair (json, report, bytes, forwarded);
  sluice_json_writer_end (json, '}');
}

/* The rows, the busiest first, what was cut off together, and what has no row. */
static void
add_rows (SluiceJsonWriter *json,
          const SluiceJsonReport *report,
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
      const SluiceJsonRow *row = &g_array_index (report->rows, SluiceJsonRow, i);

      if (options->top != 0 && i >= options->top && row->total != NULL && row->n_links == 0)
        sluice_rest_add_total (&rest, row->total);
      else if (options->top != 0 && i >= options->top)
        sluice_rest_add (&rest, row->bytes, row->links, row->n_links);
      else
        sluice_watch_json_add_row (json, report, options->by, row);
    }
  sluice_json_writer_end (json, ']');

  if (options->by != SLUICE_WATCH_PROGRAMS)
    add_remainder (json, report, options->by);
  if (report->forgotten != NULL)
    sluice_rest_add_rest (&rest, report->forgotten);
  if (rest.count == 0)
    return;
  sluice_json_writer_begin (json, "others", '{');
  sluice_json_writer_add_uint (json, "count", rest.count);
  sluice_watch_json_add_pair (json, report, rest.bytes, rest.forwarded);
  if (options->by == SLUICE_WATCH_PROGRAMS)
    sluice_watch_json_add_links (json, report, rest.links != NULL ? (const SluiceProgramLink *) rest.links->data : NULL,
                                 rest.links != NULL ? rest.links->len : 0);
  sluice_json_writer_end (json, '}');
}

/* What only a capture file has. */
static void
add_file (SluiceJsonWriter *json,
          const SluiceJsonReport *report,
          const char *name)
{
  const SluiceFileFacts *file = report->file;

  sluice_json_writer_add_string (json, "file", name);
  sluice_json_writer_add_string (json, "format", *file->format != '\0' ? file->format : NULL);
  sluice_json_writer_add_string (json, "link_type", *file->link_type != '\0' ? file->link_type : NULL);
  sluice_json_writer_add_uint (json, "packets", report->packets);
  sluice_json_writer_add_uint (json, "bytes", report->bytes);
  add_moment (json, "first", "first_date", file->has_packets, file->first);
  add_moment (json, "last", "last_date", file->has_packets, file->last);
  sluice_json_writer_add_uint (json, "malformed_packets", file->malformed);
  sluice_json_writer_add_uint (json, "truncated_packets", file->truncated);
}

static char *
write_report (const SluiceJsonReport *report,
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
read_sample_programs (SluiceJsonReport *report,
                      const SluiceSample *sample)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *figures = sluice_sample_program (sample, i);
      const SluiceJsonRow row = {
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
read_sample_connections (SluiceJsonReport *report,
                         const SluiceSample *sample)
{
  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *figures = sluice_sample_connection (sample, i);
      SluiceJsonRow row = { .bytes = figures->bytes, .index = i, .figures = figures };

      if (figures->program != SLUICE_INDEX_NONE)
        row.program = sluice_sample_program (sample, figures->program)->program;
      if (figures->interface != SLUICE_INDEX_NONE)
        row.interface = sluice_sample_interface (sample, figures->interface)->interface;
      row.host = sluice_sample_connection_host (sample, figures);
      g_array_append_val (report->rows, row);
    }
}

static void
read_hosts (SluiceJsonReport *report,
            const SluiceHostRows *rows)
{
  for (guint i = 0; i < rows->hosts->len; i++)
    {
      const SluiceHostRow *figures = &g_array_index (rows->hosts, SluiceHostRow, i);
      const SluiceJsonRow row = { .bytes = figures->bytes, .index = i, .figures = figures, .host = figures->host };

      /* Of others the sample only knows the names; what was held over is of no connection that moved since. */
      if (figures->connections > 0 || figures->bytes[SLUICE_RX] + figures->bytes[SLUICE_TX] > 0)
        g_array_append_val (report->rows, row);
    }
}

static void
read_protocols (SluiceJsonReport *report,
                const SluiceHostRows *rows)
{
  for (guint i = 0; i < rows->protocols->len; i++)
    {
      const SluiceProtocolRow *figures = &g_array_index (rows->protocols, SluiceProtocolRow, i);
      const SluiceJsonRow row = { .bytes = figures->bytes, .index = i, .figures = figures };

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
  g_auto (SluiceJsonReport) report = {
    .type = "sample",
    .wall_time = sample->wall_time,
    .duration = sample->duration,
    .source = sample->source,
    .estimated = sample->estimated,
    .fault = sample->fault,
    .interfaces = g_ptr_array_new (),
    .rows = g_array_new (FALSE, FALSE, sizeof (SluiceJsonRow)),
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
read_program_totals (SluiceJsonReport *report,
                     const SluiceTotals *totals)
{
  report->forgotten = &totals->forgotten_programs;
  for (guint i = 0; i < totals->programs->len; i++)
    {
      const SluiceProgramTotal *total = g_ptr_array_index (totals->programs, i);
      const SluiceJsonRow row = {
        .bytes = total->total.sum,
        .total = &total->total,
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
read_connection_totals (SluiceJsonReport *report,
                        const SluiceTotals *totals)
{
  report->forgotten = &totals->forgotten_connections;
  for (guint i = 0; i < totals->connections->len; i++)
    {
      const SluiceConnectionTotal *total = g_ptr_array_index (totals->connections, i);
      const SluiceJsonRow row = {
        .bytes = total->total.sum,
        .total = &total->total,
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
read_host_totals (SluiceJsonReport *report,
                  const SluiceTotals *totals)
{
  report->forgotten = &totals->forgotten_hosts;
  for (guint i = 0; i < totals->hosts->len; i++)
    {
      const SluiceHostTotal *total = g_ptr_array_index (totals->hosts, i);
      const SluiceJsonRow row = {
        .bytes = total->total.sum, .total = &total->total, .index = i, .figures = &total->row, .host = total->row.host
      };

      if (total->row.connections > 0)
        g_array_append_val (report->rows, row);
    }
}

static void
read_protocol_totals (SluiceJsonReport *report,
                      const SluiceTotals *totals)
{
  for (guint i = 0; i < totals->protocols->len; i++)
    {
      const SluiceProtocolTotal *total = g_ptr_array_index (totals->protocols, i);
      const SluiceJsonRow row = {
        .bytes = total->total.sum, .total = &total->total, .index = i, .figures = &total->row
      };

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
  g_auto (SluiceJsonReport) report = {
    .type = "summary",
    .wall_time = totals->wall_time,
    .duration = totals->duration,
    .source = totals->source,
    .estimated = totals->estimated,
    .interfaces = g_ptr_array_new (),
    .rows = g_array_new (FALSE, FALSE, sizeof (SluiceJsonRow)),
    .packets_known = !totals->hosts_derived,
    .undirected = options->undirected,
  };

  if (options->file != NULL)
    {
      report.file = &totals->file;
      if (totals->interfaces->len > 0)
        report.file_total = g_ptr_array_index (totals->interfaces, 0);
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
