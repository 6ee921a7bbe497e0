#include "sluice-config.h"

#include <string.h>

#include "cli/json-writer.h"
#include "cli/watch.h"

/* Names an interface by the index that links hold: of a sample or of totals. */
typedef const char *(*NameFunc) (gconstpointer container,
                                 guint index);

static const char *
name_in_sample (gconstpointer container,
                guint index)
{
  const SluiceSample *sample = container;

  return sluice_sample_interface (sample, index)->interface->name;
}

static const char *
name_in_totals (gconstpointer container,
                guint index)
{
  const SluiceTotals *totals = container;
  const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, index);

  return total->row.interface->name;
}

static void
add_pair (SluiceJsonWriter *json,
          const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  sluice_json_writer_add_uint (json, "rx_bytes", bytes[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "tx_bytes", bytes[SLUICE_TX]);
}

static void
add_head (SluiceJsonWriter *json,
          const char *type,
          gint64 wall_time,
          SluiceSourceKind source,
          gboolean estimated,
          gint64 duration)
{
  g_autofree char *date = NULL;
  double seconds = 0;

  sluice_command_format_time (wall_time, &seconds, &date);
  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_uint (json, "schema", 1);
  sluice_json_writer_add_string (json, "type", type);
  sluice_json_writer_add_double (json, "time", seconds, 3);
  sluice_json_writer_add_string (json, "date", date);
  sluice_json_writer_add_string (json, "source", sluice_source_kind_name (source));
  sluice_json_writer_add_boolean (json, "estimated", estimated);
  sluice_json_writer_add_double (json, "seconds", (double) duration / G_USEC_PER_SEC, 3);
}

static void
add_interface (SluiceJsonWriter *json,
               const SluiceInterfaceRow *row)
{
  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "name", row->interface->name);
  add_pair (json, row->bytes);
  sluice_json_writer_add_uint (json, "rx_packets", row->packets[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "tx_packets", row->packets[SLUICE_TX]);
  sluice_json_writer_add_uint (json, "dropped", row->dropped);
  sluice_json_writer_add_uint (json, "unattributed_rx_bytes", sluice_interface_row_unattributed (row, SLUICE_RX));
  sluice_json_writer_add_uint (json, "unattributed_tx_bytes", sluice_interface_row_unattributed (row, SLUICE_TX));
  sluice_json_writer_add_uint (json, "excess_rx_bytes", row->excess[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "excess_tx_bytes", row->excess[SLUICE_TX]);
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
           const SluiceProgramLink *links,
           guint n_links,
           NameFunc name,
           gconstpointer container)
{
  sluice_json_writer_begin (json, "interfaces", '[');
  for (guint i = 0; i < n_links; i++)
    {
      sluice_json_writer_begin (json, NULL, '{');
      sluice_json_writer_add_string (json, "name", name (container, links[i].interface));
      add_pair (json, links[i].bytes);
      sluice_json_writer_end (json, '}');
    }
  sluice_json_writer_end (json, ']');
}

static void
add_program (SluiceJsonWriter *json,
             const SluiceProgramRow *row,
             const SluiceProgramLink *links,
             guint n_links,
             NameFunc name,
             gconstpointer container)
{
  const SluiceProgram *program = row->program;

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "program", program->path);
  sluice_json_writer_add_string (json, "name", program->name);
  sluice_json_writer_add_known (json, "pid", program->pid > 0 ? (guint64) program->pid : 0);
  sluice_json_writer_add_string (json, "user", program->user);
  sluice_json_writer_add_string (json, "app", program->app_id);
  add_pair (json, row->bytes);
  sluice_json_writer_add_uint (json, "payload_rx_bytes", row->payload[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "payload_tx_bytes", row->payload[SLUICE_TX]);
  sluice_json_writer_add_uint (json, "connections", row->connections);
  sluice_json_writer_add_uint (json, "listening", row->listening);
  sluice_json_writer_add_known (json, "rtt_us", row->rtt_us);
  sluice_json_writer_add_uint (json, "retransmits", row->retransmits);
  add_links (json, links, n_links, name, container);
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

static void
add_connection (SluiceJsonWriter *json,
                const SluiceConnectionRow *row,
                const SluiceProgram *program,
                const SluiceInterface *interface)
{
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
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (known)
        sluice_json_writer_add_uint (json, members[i], figures[i]);
      else
        sluice_json_writer_add_null (json, members[i]);
    }
  sluice_json_writer_add_known (json, "rtt_us", row->rtt_us);
  if (row->key.protocol == 6)
    sluice_json_writer_add_uint (json, "retransmits", row->retransmits);
  else
    sluice_json_writer_add_null (json, "retransmits");
  sluice_json_writer_end (json, '}');
}

static void
add_rest (SluiceJsonWriter *json,
          const SluiceRest *rest,
          gboolean with_links,
          NameFunc name,
          gconstpointer container)
{
  if (rest->count == 0)
    return;
  sluice_json_writer_begin (json, "others", '{');
  sluice_json_writer_add_uint (json, "count", rest->count);
  add_pair (json, rest->bytes);
  if (with_links)
    add_links (json, rest->links != NULL ? (const SluiceProgramLink *) rest->links->data : NULL,
               rest->links != NULL ? rest->links->len : 0, name, container);
  sluice_json_writer_end (json, '}');
}

typedef struct
{
  guint64 bytes;
  guint index;
} Ranked;

static int
compare_ranked (gconstpointer a,
                gconstpointer b)
{
  const Ranked *x = a;
  const Ranked *y = b;

  if (x->bytes != y->bytes)
    return x->bytes > y->bytes ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

/* The rows of a sample, the busiest first. */
static Ranked *
rank_sample (const SluiceSample *sample,
             SluiceWatchBy by)
{
  guint n = by == SLUICE_WATCH_PROGRAMS ? sample->programs->len : sample->connections->len;
  Ranked *ranked = g_new (Ranked, n + 1);

  for (guint i = 0; i < n; i++)
    {
      const guint64 *bytes = by == SLUICE_WATCH_PROGRAMS ? sluice_sample_program (sample, i)->bytes
                                                         : sluice_sample_connection (sample, i)->bytes;

      ranked[i] = (Ranked){ bytes[SLUICE_RX] + bytes[SLUICE_TX], i };
    }
  if (n > 1)
    qsort (ranked, n, sizeof *ranked, compare_ranked);
  return ranked;
}

static const SluiceProgramLink *
sample_links (const SluiceSample *sample,
              const SluiceProgramRow *row)
{
  return row->n_links > 0 ? sluice_sample_link (sample, row->first_link) : NULL;
}

static void
add_sample_programs (SluiceJsonWriter *json,
                     const SluiceSample *sample,
                     guint top)
{
  g_autofree Ranked *ranked = rank_sample (sample, SLUICE_WATCH_PROGRAMS);
  g_auto (SluiceRest) rest = { 0 };

  sluice_json_writer_begin (json, "programs", '[');
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, ranked[i].index);
      const SluiceProgramLink *links = sample_links (sample, row);

      if (top == 0 || i < top)
        add_program (json, row, links, row->n_links, name_in_sample, sample);
      else
        sluice_rest_add (&rest, row->bytes, links, row->n_links);
    }
  sluice_json_writer_end (json, ']');
  add_rest (json, &rest, TRUE, name_in_sample, sample);
}

static void
add_sample_connections (SluiceJsonWriter *json,
                        const SluiceSample *sample,
                        guint top)
{
  g_autofree Ranked *ranked = rank_sample (sample, SLUICE_WATCH_CONNECTIONS);
  g_auto (SluiceRest) rest = { 0 };

  sluice_json_writer_begin (json, "connections", '[');
  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *row = sluice_sample_connection (sample, ranked[i].index);

      const SluiceProgram *program = NULL;
      const SluiceInterface *interface = NULL;

      if (row->program != SLUICE_INDEX_NONE)
        program = sluice_sample_program (sample, row->program)->program;
      if (row->interface != SLUICE_INDEX_NONE)
        interface = sluice_sample_interface (sample, row->interface)->interface;
      if (top == 0 || i < top)
        add_connection (json, row, program, interface);
      else
        sluice_rest_add (&rest, row->bytes, NULL, 0);
    }
  sluice_json_writer_end (json, ']');
  add_rest (json, &rest, FALSE, name_in_sample, sample);
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
  SluiceJsonWriter json;

  sluice_json_writer_init (&json);
  add_head (&json, "sample", sample->wall_time, sample->source, sample->estimated, sample->duration);
  if (sample->fault != NULL)
    sluice_json_writer_add_string (&json, "fault", sample->fault);

  sluice_json_writer_begin (&json, "interfaces", '[');
  for (guint i = 0; i < sample->interfaces->len; i++)
    add_interface (&json, sluice_sample_interface (sample, i));
  sluice_json_writer_end (&json, ']');

  if (options->by == SLUICE_WATCH_PROGRAMS)
    add_sample_programs (&json, sample, options->top);
  else if (options->by == SLUICE_WATCH_CONNECTIONS)
    add_sample_connections (&json, sample, options->top);
  return sluice_json_writer_finish (&json);
}

static void
add_summary_programs (SluiceJsonWriter *json,
                      const SluiceTotals *totals,
                      guint top)
{
  g_autoptr (GPtrArray) ranked = sluice_totals_rank (totals, totals->programs, FALSE);
  g_auto (SluiceRest) rest = { 0 };

  sluice_json_writer_begin (json, "programs", '[');
  for (guint i = 0; i < ranked->len; i++)
    {
      const SluiceProgramTotal *total = g_ptr_array_index (ranked, i);
      const SluiceProgramLink *links = (const SluiceProgramLink *) total->links->data;

      if (top == 0 || i < top)
        add_program (json, &total->row, links, total->links->len, name_in_totals, totals);
      else
        sluice_rest_add (&rest, total->total.sum, links, total->links->len);
    }
  sluice_json_writer_end (json, ']');
  sluice_rest_add_rest (&rest, &totals->forgotten_programs);
  add_rest (json, &rest, TRUE, name_in_totals, totals);
}

static void
add_summary_connections (SluiceJsonWriter *json,
                         const SluiceTotals *totals,
                         guint top)
{
  g_autoptr (GPtrArray) ranked = sluice_totals_rank (totals, totals->connections, FALSE);
  g_auto (SluiceRest) rest = { 0 };

  sluice_json_writer_begin (json, "connections", '[');
  for (guint i = 0; i < ranked->len; i++)
    {
      const SluiceConnectionTotal *total = g_ptr_array_index (ranked, i);

      if (top == 0 || i < top)
        add_connection (json, &total->row, total->program, sluice_totals_get_interface (totals, total->interface));
      else
        sluice_rest_add (&rest, total->total.sum, NULL, 0);
    }
  sluice_json_writer_end (json, ']');
  sluice_rest_add_rest (&rest, &totals->forgotten_connections);
  add_rest (json, &rest, FALSE, name_in_totals, totals);
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
  SluiceJsonWriter json;

  sluice_json_writer_init (&json);
  add_head (&json, "summary", totals->wall_time, totals->source, totals->estimated, totals->duration);

  sluice_json_writer_begin (&json, "interfaces", '[');
  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);

      add_interface (&json, &total->row);
    }
  sluice_json_writer_end (&json, ']');

  if (options->by == SLUICE_WATCH_PROGRAMS)
    add_summary_programs (&json, totals, options->top);
  else if (options->by == SLUICE_WATCH_CONNECTIONS)
    add_summary_connections (&json, totals, options->top);
  return sluice_json_writer_finish (&json);
}
