#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "cli/analyze.h"
#include "cli/host-rows.h"
#include "cli/table.h"
#include "model/part-sums.h"
#include "model/units.h"

/* Rows of a list where the caller did not say how many. */
#define ROWS 20
/* Columns that only a file with a known local side has: what came, what went, and what went past it. */
#define N_DIRECTED 3

typedef struct _List List;

/* What each list consists of: its rows, what was folded of them, and how many columns stand before and after bytes. */
typedef struct
{
  const GPtrArray *rows;
  const SluiceRest *forgotten;
  guint before;
  guint after;
  void (*add) (List *list, gconstpointer row);
} Kind;

/* The list in the making. */
struct _List
{
  const SluiceWatchOptions *options;
  const SluiceTotals *totals;
  Kind kind;
  gboolean has_forwarded; /* there is a column for it */
  SluiceTable *table;
};

static void
add_fact (GString *text,
          const char *name,
          const char *value)
{
  sluice_table_fit (text, name, 12, FALSE, TRUE);
  g_string_append_printf (text, " %s\n", value);
}

static char *
format_moment (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *day = g_date_time_format (local, "%F %T");
  g_autofree char *zone = g_date_time_format (local, "%:z");

  return g_strdup_printf ("%s.%06d %s", day, (int) (time % G_USEC_PER_SEC), zone);
}

static void
add_times (GString *text,
           const SluiceFileFacts *file,
           guint64 bytes)
{
  gint64 duration = file->last - file->first;
  g_autofree char *first = format_moment (file->first);
  g_autofree char *last = format_moment (file->last);
  g_autofree char *seconds = g_strdup_printf (_("%.6f s"), (double) duration / G_USEC_PER_SEC);
  char rate[SLUICE_UNITS_TEXT_MAX];

  add_fact (text, _("First"), first);
  add_fact (text, _("Last"), last);
  add_fact (text, _("Duration"), seconds);
  if (duration > 0)
    add_fact (text, _("Average"),
              sluice_units_format_rate ((double) bytes * G_USEC_PER_SEC / (double) duration, SLUICE_RATE_UNIT_BITS,
                                        rate));
}

static void
add_count (GString *text,
           const char *name,
           guint64 count)
{
  g_autofree char *value = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  add_fact (text, name, value);
}

/* What stands above the list. */
static void
add_facts (GString *text,
           const SluiceWatchOptions *options,
           const SluiceTotals *totals)
{
  const SluiceFileFacts *file = &totals->file;
  g_autofree char *type = g_strdup_printf ("%s, %s", file->format, file->link_type);
  g_autofree char *exact = NULL;
  guint64 bytes = sluice_totals_count_bytes (totals);
  char size[SLUICE_UNITS_TEXT_MAX];

  exact = g_strdup_printf ("%" G_GUINT64_FORMAT " (%s)", bytes,
                           sluice_units_format_size (bytes, SLUICE_SIZE_UNIT_SI, size));
  add_fact (text, _("File"), options->file);
  if (*file->format != '\0')
    add_fact (text, _("Type"), type);
  add_count (text, _("Packets"), sluice_totals_count_packets (totals));
  add_fact (text, _("Bytes"), exact);
  if (file->has_packets)
    add_times (text, file, bytes);
  if (file->malformed > 0)
    add_count (text, _("Malformed"), file->malformed);
  if (file->truncated > 0)
    add_count (text, _("Cut short"), file->truncated);
}

static void
add_size (List *list,
          guint64 size)
{
  char text[SLUICE_UNITS_TEXT_MAX];

  sluice_table_add (list->table, sluice_units_format_size (size, SLUICE_SIZE_UNIT_SI, text));
}

/* What neither side of is local was neither received nor sent. */
static void
add_bytes (List *list,
           const guint64 bytes[SLUICE_N_DIRECTIONS],
           const guint64 forwarded[SLUICE_N_DIRECTIONS])
{
  for (int d = 0; d < SLUICE_N_DIRECTIONS && !list->options->undirected; d++)
    add_size (list, bytes[d] - forwarded[d]);
  if (list->has_forwarded)
    add_size (list, forwarded[SLUICE_RX] + forwarded[SLUICE_TX]);
  add_size (list, bytes[SLUICE_RX] + bytes[SLUICE_TX]);
}

static void
add_number (List *list,
            guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  sluice_table_add (list->table, text);
}

static void
add_host (List *list,
          gconstpointer row)
{
  const SluiceHostTotal *total = row;
  const SluiceHost *host = total->row.host;
  g_autofree char *name = sluice_host_rows_name (host);
  g_autofree char *address = sluice_host_rows_address (host);

  sluice_table_add (list->table, name);
  sluice_table_add (list->table, address);
  sluice_table_add (list->table, sluice_host_rows_network (host));
  add_bytes (list, total->total.sum, total->total.forwarded);
  add_number (list, total->row.packets[SLUICE_RX] + total->row.packets[SLUICE_TX]);
}

static void
add_protocol (List *list,
              gconstpointer row)
{
  const SluiceProtocolTotal *total = row;
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  sluice_table_add (list->table, sluice_protocol_to_text (total->row.protocol, text));
  add_bytes (list, total->total.sum, total->total.forwarded);
  add_number (list, total->row.packets[SLUICE_RX] + total->row.packets[SLUICE_TX]);
}

static void
add_connection (List *list,
                gconstpointer row)
{
  const SluiceConnectionTotal *total = row;
  const SluiceFlowKey *key = &total->row.key;
  g_autofree char *remote = sluice_host_rows_endpoint (key, total->host);
  g_autofree char *local = sluice_host_rows_local (key);
  char protocol[SLUICE_PROTOCOL_TEXT_MAX];

  sluice_table_add (list->table, local);
  sluice_table_add (list->table, remote);
  sluice_table_add (list->table, sluice_protocol_to_text (sluice_connection_row_protocol (&total->row), protocol));
  add_bytes (list, total->total.sum, total->total.forwarded);
}

static void
add_interface (List *list,
               gconstpointer row)
{
  const SluiceInterfaceTotal *total = row;

  sluice_table_add (list->table, total->row.interface->name);
  add_bytes (list, total->total.sum, total->total.forwarded);
  add_number (list, total->row.packets[SLUICE_RX] + total->row.packets[SLUICE_TX]);
}

static Kind
get_kind (const SluiceTotals *totals,
          SluiceWatchBy by)
{
  switch ((int) by)
    {
    case SLUICE_WATCH_CONNECTIONS:
      return (Kind){ totals->connections, &totals->forgotten_connections, 3, 0, add_connection };
    case SLUICE_WATCH_PROTOCOLS:
      return (Kind){ totals->protocols, NULL, 1, 1, add_protocol };
    case SLUICE_WATCH_INTERFACES:
      return (Kind){ totals->interfaces, NULL, 1, 1, add_interface };
    default:
      return (Kind){ totals->hosts, &totals->forgotten_hosts, 3, 1, add_host };
    }
}

static SluiceTable *
make_table (const List *list)
{
  const SluiceWatchOptions *options = list->options;
  const Kind *kind = &list->kind;
  const SluiceColumn heads[SLUICE_WATCH_N_BY][3] = {
    [SLUICE_WATCH_CONNECTIONS]
    = { { options->undirected ? _("FROM") : _("LOCAL"), FALSE, 21, 0 },
        { options->undirected ? _("TO") : _("REMOTE"), FALSE, 21, 0 },
        { _("PROTOCOL"), FALSE, 8, 0 } },
    [SLUICE_WATCH_HOSTS]
    = { { _("HOST"), FALSE, 26, 60 }, { _("ADDRESS"), FALSE, 15, 0 }, { _("NETWORK"), FALSE, 7, 24 } },
    [SLUICE_WATCH_PROTOCOLS] = { { _("PROTOCOL"), FALSE, 26, 0 } },
    [SLUICE_WATCH_INTERFACES] = { { _("INTERFACE"), FALSE, 26, 0 } },
  };
  const SluiceColumn figures[] = {
    { _("DOWNLOAD"), TRUE, 9, 0 },
    { _("UPLOAD"), TRUE, 9, 0 },
    { _("FORWARDED"), TRUE, 9, 0 },
    { _("BYTES"), TRUE, 9, 0 },
    { _("PACKETS"), TRUE, 9, 0 },
  };
  SluiceColumn columns[G_N_ELEMENTS (heads[0]) + G_N_ELEMENTS (figures)];
  guint skipped = options->undirected ? N_DIRECTED : 0;
  guint n = 0;

  for (guint i = 0; i < kind->before; i++)
    columns[n++] = heads[options->by][i];
  for (guint i = skipped; i < N_DIRECTED + 1 + kind->after; i++)
    if (i != N_DIRECTED - 1 || list->has_forwarded)
      columns[n++] = figures[i];
  return sluice_table_new (columns, n);
}

/* A row that has no more than a name and its bytes. */
static void
add_plain_row (List *list,
               const char *name,
               const SluiceRest *rest)
{
  sluice_table_add (list->table, name);
  for (guint i = 1; i < list->kind.before; i++)
    sluice_table_add (list->table, "");
  add_bytes (list, rest->bytes, rest->forwarded);
  for (guint i = 0; i < list->kind.after; i++)
    sluice_table_add (list->table, "");
}

static void
add_rest (List *list,
          const SluiceRest *rest)
{
  g_autofree char *name = NULL;

  if (rest->count == 0)
    return;
  name = g_strdup_printf (ngettext ("and %lu other", "and %lu others", (gulong) rest->count), (gulong) rest->count);
  add_plain_row (list, name, rest);
}

/* What has no address, such as ARP, a link type that is not decoded or a packet that was cut, is in no row. */
static void
add_remainder (List *list)
{
  SluiceRest rest;

  if (list->options->by == SLUICE_WATCH_INTERFACES)
    return;
  sluice_totals_get_remainder (list->totals, list->kind.rows, list->kind.forgotten, FALSE, &rest);
  if (rest.bytes[SLUICE_RX] + rest.bytes[SLUICE_TX] > 0)
    add_plain_row (list, _("not told apart"), &rest);
}

static void
add_rows (List *list)
{
  const Kind *kind = &list->kind;
  guint n_rows = list->options->top > 0 ? list->options->top : ROWS;
  g_auto (SluiceRest) rest = { 0 };
  g_autoptr (GPtrArray) chosen
    = sluice_totals_choose (list->totals, kind->rows, kind->forgotten, FALSE, n_rows, &rest);

  for (guint i = 0; i < chosen->len; i++)
    kind->add (list, g_ptr_array_index (chosen, i));
  add_rest (list, &rest);
  add_remainder (list);
}

static gboolean
has_forwarded (const SluiceTotals *totals)
{
  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceTotal *total = g_ptr_array_index (totals->interfaces, i);

      if (total->forwarded[SLUICE_RX] + total->forwarded[SLUICE_TX] > 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * sluice_analyze_text:
 * @options: what to list
 * @totals: all samples of the file
 * @bold: whether the terminal may be told to print the heading bold
 *
 * Returns: (transfer full): lines for people: what the file is, then the list
 */
char *
sluice_analyze_text (const SluiceWatchOptions *options,
                     const SluiceTotals *totals,
                     gboolean bold)
{
  GString *text = g_string_new (NULL);
  List list = { .options = options, .totals = totals, .kind = get_kind (totals, options->by) };

  add_facts (text, options, totals);
  g_string_append_c (text, '\n');
  list.has_forwarded = has_forwarded (totals);
  list.table = make_table (&list);
  add_rows (&list);
  sluice_table_print (list.table, bold, text);
  sluice_table_free (list.table);
  return g_string_free (text, FALSE);
}
