#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "cli/host-rows.h"
#include "cli/table.h"
#include "cli/watch.h"
#include "model/part-sums.h"
#include "model/units.h"

/* Rows of a list where the caller did not say how many. */
#define LIVE_ROWS 10
#define SUMMARY_ROWS 20

/* What one block of lines is made from. */
typedef struct
{
  const SluiceTotals *totals;
  SluiceTable *table;
  gboolean summary; /* sizes since the start, not the rates of the last sample */
  guint n_rows;
} Block;

static const guint64 *
figures (const Block *block,
         const SluiceTotal *total)
{
  return block->summary ? total->sum : total->now;
}

/* Two cells: what was received and what was sent. */
static void
add_figures (Block *block,
             const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      char text[SLUICE_UNITS_TEXT_MAX];

      if (block->summary)
        sluice_units_format_size (bytes[d], SLUICE_SIZE_UNIT_SI, text);
      else
        sluice_units_format_rate ((double) bytes[d] * G_USEC_PER_SEC / (double) MAX (block->totals->last_duration, 1),
                                  SLUICE_RATE_UNIT_BITS, text);
      sluice_table_add (block->table, text);
    }
}

static void
add_latency (Block *block,
             guint32 rtt_us)
{
  char text[SLUICE_UNITS_TEXT_MAX];

  sluice_table_add (block->table, rtt_us != 0 ? sluice_units_format_latency (rtt_us, text) : "-");
}

static void
add_indented (Block *block,
              const char *name)
{
  g_autofree char *text = g_strconcat ("  ", name, NULL);

  sluice_table_add (block->table, text);
}

static void
add_blanks (Block *block,
            guint n)
{
  for (guint i = 0; i < n; i++)
    sluice_table_add (block->table, "");
}

/* A row that has no more than a name and its two figures; @before and @after are the cells around those. */
static void
add_plain_row (Block *block,
               const char *name,
               gboolean indented,
               const guint64 bytes[SLUICE_N_DIRECTIONS],
               guint before,
               guint after)
{
  if (indented)
    add_indented (block, name);
  else
    sluice_table_add (block->table, name);
  add_blanks (block, before);
  add_figures (block, bytes);
  add_blanks (block, after);
}

static void
add_interfaces (Block *block,
                guint before,
                guint after)
{
  for (guint i = 0; i < block->totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (block->totals->interfaces, i);

      if (block->summary || total->total.serial == block->totals->serial)
        add_plain_row (block, total->row.interface->name, FALSE, figures (block, &total->total), before, after);
    }
}

static void
add_rest (Block *block,
          const SluiceRest *rest,
          guint before,
          guint after)
{
  g_autofree char *name = NULL;

  if (rest->count == 0)
    return;
  name = g_strdup_printf (ngettext ("and %lu other", "and %lu others", (gulong) rest->count), (gulong) rest->count);
  add_plain_row (block, name, TRUE, rest->bytes, before, after);
}

/* What every link shown has of a figure: over all its time in a summary, else of the latest sample. */
typedef guint64 (*LinkFigure) (const SluiceInterfaceTotal *total,
                               gboolean now,
                               SluiceDirection direction);

static guint64
unattributed_of (const SluiceInterfaceTotal *total,
                 gboolean now,
                 SluiceDirection direction)
{
  return now ? total->unattributed_now[direction] : sluice_interface_row_unattributed (&total->row, direction);
}

static guint64
excess_of (const SluiceInterfaceTotal *total,
           gboolean now,
           SluiceDirection direction)
{
  return now ? total->excess_now[direction] : total->row.excess[direction];
}

static void
add_sum (Block *block,
         LinkFigure figure,
         const char *name,
         guint before,
         guint after)
{
  guint64 bytes[SLUICE_N_DIRECTIONS] = { 0, 0 };

  for (guint i = 0; i < block->totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (block->totals->interfaces, i);

      for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
        if (block->summary || total->total.serial == block->totals->serial)
          bytes[d] += figure (total, !block->summary, d);
    }
  if (bytes[SLUICE_RX] + bytes[SLUICE_TX] > 0)
    add_plain_row (block, name, TRUE, bytes, before, after);
}

/* What belongs to no program. */
static void
add_unattributed (Block *block,
                  guint before,
                  guint after)
{
  add_sum (block, unattributed_of, _("of no program"), before, after);
}

/* What programs sent beyond what the links counted. */
static void
add_excess (Block *block,
            guint before,
            guint after)
{
  add_sum (block, excess_of, _("not counted by the link"), before, after);
}

/* What the links counted and no row of the list has, and what rows have that they did not count. */
static void
add_remainder (Block *block,
               const GPtrArray *rows,
               const SluiceRest *forgotten,
               guint before,
               guint after)
{
  SluiceRest remainder;

  sluice_totals_get_remainder (block->totals, rows, forgotten, !block->summary, &remainder);
  if (remainder.bytes[SLUICE_RX] + remainder.bytes[SLUICE_TX] > 0)
    add_plain_row (block, _("not told apart"), TRUE, remainder.bytes, before, after);
  add_excess (block, before, after);
}

static GPtrArray *
choose (const Block *block,
        const GPtrArray *array,
        const SluiceRest *forgotten,
        SluiceRest *rest)
{
  return sluice_totals_choose (block->totals, array, forgotten, !block->summary, block->n_rows, rest);
}

static void
add_programs (Block *block)
{
  g_auto (SluiceRest) rest = { 0 };
  g_autoptr (GPtrArray) chosen = choose (block, block->totals->programs, &block->totals->forgotten_programs, &rest);

  add_interfaces (block, 2, 2);
  for (guint i = 0; i < chosen->len; i++)
    {
      const SluiceProgramTotal *total = g_ptr_array_index (chosen, i);
      const SluiceProgram *program = total->row.program;
      gint32 only = block->summary ? program->pid : total->pid;
      g_autofree char *pid = only > 0 ? g_strdup_printf ("%d", only)
                             : !block->summary && total->n_processes > 1
                               ? g_strdup_printf ("×%u", total->n_processes)
                               : g_strdup ("-");
      g_autofree char *count = g_strdup_printf ("%u", block->summary ? total->row.connections : total->connections);

      add_indented (block, program->name);
      sluice_table_add (block->table, pid);
      sluice_table_add (block->table, program->user);
      add_figures (block, figures (block, &total->total));
      sluice_table_add (block->table, count);
      add_latency (block, total->row.rtt_us);
    }
  add_rest (block, &rest, 2, 2);
  add_unattributed (block, 2, 2);
  add_excess (block, 2, 2);
}

static void
add_connections (Block *block)
{
  g_auto (SluiceRest) rest = { 0 };
  g_autoptr (GPtrArray) chosen
    = choose (block, block->totals->connections, &block->totals->forgotten_connections, &rest);

  add_interfaces (block, 4, 1);
  for (guint i = 0; i < chosen->len; i++)
    {
      const SluiceConnectionTotal *total = g_ptr_array_index (chosen, i);
      const SluiceConnectionRow *row = &total->row;
      char protocol[SLUICE_PROTOCOL_TEXT_MAX];
      g_autofree char *local = sluice_host_rows_local (&row->key);
      g_autofree char *remote = sluice_host_rows_endpoint (&row->key, total->host);

      add_indented (block, remote);
      sluice_table_add (block->table, local);
      sluice_table_add (block->table, sluice_protocol_to_text (sluice_connection_row_protocol (row), protocol));
      sluice_table_add (block->table, row->state != 0 ? sluice_tcp_state_name (row->state)
                                                      : sluice_protocol_name (row->key.protocol));
      sluice_table_add (block->table, total->program != NULL ? total->program->name : NULL);
      add_figures (block, figures (block, &total->total));
      add_latency (block, row->rtt_us);
    }
  add_rest (block, &rest, 4, 1);
  add_remainder (block, block->totals->connections, &block->totals->forgotten_connections, 4, 1);
}

static void
add_hosts (Block *block)
{
  g_auto (SluiceRest) rest = { 0 };
  g_autoptr (GPtrArray) chosen = choose (block, block->totals->hosts, &block->totals->forgotten_hosts, &rest);

  add_interfaces (block, 2, 1);
  for (guint i = 0; i < chosen->len; i++)
    {
      const SluiceHostTotal *total = g_ptr_array_index (chosen, i);
      const SluiceHost *host = total->row.host;
      g_autofree char *name = sluice_host_rows_name (host);
      g_autofree char *address = sluice_host_rows_address (host);
      g_autofree char *count = g_strdup_printf ("%u", block->summary ? total->row.connections : total->connections);

      add_indented (block, name);
      sluice_table_add (block->table, address);
      sluice_table_add (block->table, sluice_host_rows_network (host));
      add_figures (block, figures (block, &total->total));
      sluice_table_add (block->table, count);
    }
  add_rest (block, &rest, 2, 1);
  add_remainder (block, block->totals->hosts, &block->totals->forgotten_hosts, 2, 1);
}

static void
add_protocols (Block *block)
{
  g_auto (SluiceRest) rest = { 0 };
  g_autoptr (GPtrArray) chosen = choose (block, block->totals->protocols, NULL, &rest);

  add_interfaces (block, 0, 1);
  for (guint i = 0; i < chosen->len; i++)
    {
      const SluiceProtocolTotal *total = g_ptr_array_index (chosen, i);
      g_autofree char *count = g_strdup_printf ("%u", block->summary ? total->row.connections : total->connections);
      char text[SLUICE_PROTOCOL_TEXT_MAX];

      add_indented (block, sluice_protocol_to_text (total->row.protocol, text));
      add_figures (block, figures (block, &total->total));
      sluice_table_add (block->table, count);
    }
  add_rest (block, &rest, 0, 1);
  add_remainder (block, block->totals->protocols, NULL, 0, 1);
}

/* The first column's title says what the whole block is about. */
static char *
block_title (const SluiceTotals *totals,
             gboolean summary)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  char duration[SLUICE_UNITS_TEXT_MAX];

  if (summary && totals->duration < 60 * G_USEC_PER_SEC)
    return g_strdup_printf (_("in %.1f s"), (double) totals->duration / G_USEC_PER_SEC);
  if (summary)
    return g_strdup_printf (_("in %s"), sluice_units_format_duration (totals->duration, duration));
  utc = g_date_time_new_from_unix_utc (totals->wall_time / G_USEC_PER_SEC);
  local = g_date_time_to_local (utc);
  return g_date_time_format (local, "%T");
}

/* The columns of each list; @title is that of the first. */
static SluiceTable *
make_table (SluiceWatchBy by,
            const char *title)
{
  const SluiceColumn by_program[] = {
    { title, FALSE, 26, 40 },
    { _("PID"), TRUE, 7, 0 },
    { _("USER"), FALSE, 8, 16 },
    { _("DOWNLOAD"), TRUE, 11, 0 },
    { _("UPLOAD"), TRUE, 11, 0 },
    { _("CONN"), TRUE, 5, 0 },
    { _("RTT"), TRUE, 7, 0 },
  };
  const SluiceColumn by_connection[] = {
    { title, FALSE, 26, 0 },
    { _("LOCAL"), FALSE, 22, 0 },
    { _("PROTOCOL"), FALSE, 8, 0 },
    { _("STATE"), FALSE, 11, 0 },
    { _("PROGRAM"), FALSE, 16, 32 },
    { _("DOWNLOAD"), TRUE, 11, 0 },
    { _("UPLOAD"), TRUE, 11, 0 },
    { _("RTT"), TRUE, 7, 0 },
  };
  const SluiceColumn by_host[] = {
    { title, FALSE, 26, 60 },
    { _("ADDRESS"), FALSE, 15, 0 },
    { _("NETWORK"), FALSE, 7, 24 },
    { _("DOWNLOAD"), TRUE, 11, 0 },
    { _("UPLOAD"), TRUE, 11, 0 },
    { _("CONN"), TRUE, 5, 0 },
  };
  const SluiceColumn by_protocol[] = {
    { title, FALSE, 26, 0 },
    { _("DOWNLOAD"), TRUE, 11, 0 },
    { _("UPLOAD"), TRUE, 11, 0 },
    { _("CONN"), TRUE, 5, 0 },
  };
  const SluiceColumn by_interface[] = {
    { title, FALSE, 26, 0 },
    { _("DOWNLOAD"), TRUE, 11, 0 },
    { _("UPLOAD"), TRUE, 11, 0 },
  };

  switch (by)
    {
    case SLUICE_WATCH_PROGRAMS:
      return sluice_table_new (by_program, G_N_ELEMENTS (by_program));
    case SLUICE_WATCH_CONNECTIONS:
      return sluice_table_new (by_connection, G_N_ELEMENTS (by_connection));
    case SLUICE_WATCH_HOSTS:
      return sluice_table_new (by_host, G_N_ELEMENTS (by_host));
    case SLUICE_WATCH_PROTOCOLS:
      return sluice_table_new (by_protocol, G_N_ELEMENTS (by_protocol));
    case SLUICE_WATCH_INTERFACES:
    case SLUICE_WATCH_N_BY:
    default:
      return sluice_table_new (by_interface, G_N_ELEMENTS (by_interface));
    }
}

static char *
make_block (const SluiceWatchOptions *options,
            const SluiceTotals *totals,
            gboolean summary,
            gboolean bold)
{
  g_autofree char *title = block_title (totals, summary);
  GString *text = g_string_new (NULL);
  Block block = { .totals = totals, .table = make_table (options->by, title), .summary = summary };

  block.n_rows = options->top > 0 ? options->top : summary ? SUMMARY_ROWS
                                                           : LIVE_ROWS;
  switch (options->by)
    {
    case SLUICE_WATCH_PROGRAMS:
      add_programs (&block);
      break;
    case SLUICE_WATCH_CONNECTIONS:
      add_connections (&block);
      break;
    case SLUICE_WATCH_HOSTS:
      add_hosts (&block);
      break;
    case SLUICE_WATCH_PROTOCOLS:
      add_protocols (&block);
      break;
    case SLUICE_WATCH_INTERFACES:
    case SLUICE_WATCH_N_BY:
    default:
      add_interfaces (&block, 0, 0);
      add_unattributed (&block, 0, 0);
      add_excess (&block, 0, 0);
      break;
    }
  sluice_table_print (block.table, bold, text);
  sluice_table_free (block.table);
  return g_string_free (text, FALSE);
}

/**
 * sluice_watch_text_sample:
 * @options: what to list
 * @totals: all samples; the last one is printed
 * @bold: whether the terminal may be told to print the heading bold
 *
 * Returns: (transfer full): lines for people, in rates
 */
char *
sluice_watch_text_sample (const SluiceWatchOptions *options,
                          const SluiceTotals *totals,
                          gboolean bold)
{
  return make_block (options, totals, FALSE, bold);
}

/**
 * sluice_watch_text_summary:
 * @options: what to list
 * @totals: all samples
 * @bold: whether the terminal may be told to print the heading bold
 *
 * Returns: (transfer full): lines for people, in sizes
 */
char *
sluice_watch_text_summary (const SluiceWatchOptions *options,
                           const SluiceTotals *totals,
                           gboolean bold)
{
  g_autofree char *block = make_block (options, totals, TRUE, bold);

  if (!totals->estimated || options->by == SLUICE_WATCH_INTERFACES)
    return g_steal_pointer (&block);
  if (totals->source != SLUICE_SOURCE_KERNEL)
    return g_strconcat (block,
                        _("Interfaces: the kernel's counters. The rest: packets; of those that a device cut up, "
                           "headers are estimated."),
                        "\n", NULL);
  if (options->by == SLUICE_WATCH_HOSTS || options->by == SLUICE_WATCH_PROTOCOLS)
    return g_strconcat (block,
                        _("Interfaces: the kernel's counters. Hosts and protocols: TCP connections alone, with "
                           "estimated headers and protocols by port."),
                        "\n", NULL);
  return g_strconcat (block,
                      _("Interfaces: the kernel's counters. Programs: TCP payload with estimated headers; what remains "
                         "is of no program."),
                      "\n", NULL);
}
