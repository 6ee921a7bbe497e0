#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/host-rows.h"
#include "cli/watch-screen-private.h"
#include "model/units.h"

static const SluiceScreenColumn program_columns[] = {
  { SLUICE_COLUMN_NAME, N_("PROGRAM"), 0, FALSE, 0 },
  { SLUICE_COLUMN_PID, N_("PID"), 7, TRUE, 4 },
  { SLUICE_COLUMN_USER, N_("USER"), 10, FALSE, 5 },
  { SLUICE_COLUMN_BAR, "", 17, FALSE, 6 },
  { SLUICE_COLUMN_DOWNLOAD, N_("DOWNLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_UPLOAD, N_("UPLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_TOTAL, N_("TOTAL"), 8, TRUE, 1 },
  { SLUICE_COLUMN_CONNECTIONS, N_("OPEN"), 6, TRUE, 2 },
  { SLUICE_COLUMN_RTT, N_("RTT"), 8, TRUE, 3 },
};

static const SluiceScreenColumn connection_columns[] = {
  { SLUICE_COLUMN_NAME, N_("REMOTE"), 0, FALSE, 0 },
  { SLUICE_COLUMN_LOCAL, N_("LOCAL"), 23, FALSE, 5 },
  { SLUICE_COLUMN_PROTOCOL, N_("PROTOCOL"), 9, FALSE, 4 },
  { SLUICE_COLUMN_STATE, N_("STATE"), 12, FALSE, 2 },
  { SLUICE_COLUMN_PROGRAM, N_("PROGRAM"), 16, FALSE, 1 },
  { SLUICE_COLUMN_BAR, "", 17, FALSE, 6 },
  { SLUICE_COLUMN_DOWNLOAD, N_("DOWNLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_UPLOAD, N_("UPLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_TOTAL, N_("TOTAL"), 8, TRUE, 4 },
  { SLUICE_COLUMN_RTT, N_("RTT"), 8, TRUE, 3 },
};

static const SluiceScreenColumn host_columns[] = {
  { SLUICE_COLUMN_NAME, N_("HOST"), 0, FALSE, 0 },
  { SLUICE_COLUMN_ADDRESS, N_("ADDRESS"), 23, FALSE, 4 },
  { SLUICE_COLUMN_NETWORK, N_("NETWORK"), 16, FALSE, 5 },
  { SLUICE_COLUMN_BAR, "", 17, FALSE, 6 },
  { SLUICE_COLUMN_DOWNLOAD, N_("DOWNLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_UPLOAD, N_("UPLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_TOTAL, N_("TOTAL"), 8, TRUE, 1 },
  { SLUICE_COLUMN_CONNECTIONS, N_("CONN"), 6, TRUE, 2 },
};

static const SluiceScreenColumn protocol_columns[] = {
  { SLUICE_COLUMN_NAME, N_("PROTOCOL"), 0, FALSE, 0 },
  { SLUICE_COLUMN_BAR, "", 17, FALSE, 6 },
  { SLUICE_COLUMN_DOWNLOAD, N_("DOWNLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_UPLOAD, N_("UPLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_TOTAL, N_("TOTAL"), 8, TRUE, 1 },
  { SLUICE_COLUMN_CONNECTIONS, N_("CONN"), 6, TRUE, 2 },
};

static const SluiceScreenColumn interface_columns[] = {
  { SLUICE_COLUMN_NAME, N_("INTERFACE"), 0, FALSE, 0 },
  { SLUICE_COLUMN_KIND, N_("KIND"), 10, FALSE, 3 },
  { SLUICE_COLUMN_BAR, "", 17, FALSE, 6 },
  { SLUICE_COLUMN_DOWNLOAD, N_("DOWNLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_UPLOAD, N_("UPLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_TOTAL, N_("TOTAL"), 8, TRUE, 1 },
  { SLUICE_COLUMN_UNATTRIBUTED, N_("NO PROGRAM"), 11, TRUE, 2 },
  { SLUICE_COLUMN_DROPPED, N_("DROPPED"), 8, TRUE, 4 },
};

/**
 * sluice_screen_columns:
 * @by: what the rows are
 * @n_out: (out): how many columns
 *
 * Returns: (transfer none) (array length=n_out): from left to right
 */
const SluiceScreenColumn *
sluice_screen_columns (SluiceWatchBy by,
                       guint *n_out)
{
  switch (by)
    {
    case SLUICE_WATCH_PROGRAMS:
      *n_out = G_N_ELEMENTS (program_columns);
      return program_columns;
    case SLUICE_WATCH_CONNECTIONS:
      *n_out = G_N_ELEMENTS (connection_columns);
      return connection_columns;
    case SLUICE_WATCH_HOSTS:
      *n_out = G_N_ELEMENTS (host_columns);
      return host_columns;
    case SLUICE_WATCH_PROTOCOLS:
      *n_out = G_N_ELEMENTS (protocol_columns);
      return protocol_columns;
    case SLUICE_WATCH_INTERFACES:
    case SLUICE_WATCH_N_BY:
    default:
      *n_out = G_N_ELEMENTS (interface_columns);
      return interface_columns;
    }
}

/**
 * sluice_screen_row_name:
 * @row: a row
 * @by: what it is
 *
 * Returns: (transfer full): what its first column says
 */
char *
sluice_screen_row_name (const SluiceScreenRow *row,
                        SluiceWatchBy by)
{
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  switch (by)
    {
    case SLUICE_WATCH_PROGRAMS:
      return g_strdup (row->program->name);
    case SLUICE_WATCH_CONNECTIONS:
      return sluice_host_rows_endpoint (&row->connection.key, row->host);
    case SLUICE_WATCH_HOSTS:
      return sluice_host_rows_name (row->host);
    case SLUICE_WATCH_PROTOCOLS:
      return g_strdup (sluice_protocol_to_text (row->protocol, text));
    case SLUICE_WATCH_INTERFACES:
    case SLUICE_WATCH_N_BY:
    default:
      return g_strdup (row->interface->name);
    }
}

/**
 * sluice_screen_cell_text:
 * @screen: a screen
 * @row: one of its rows
 * @id: a column that is no bar and no rate
 *
 * Returns: (transfer full): what the row says there
 */
char *
sluice_screen_cell_text (const SluiceScreen *screen,
                         const SluiceScreenRow *row,
                         SluiceScreenColumnId id)
{
  char text[MAX (SLUICE_UNITS_TEXT_MAX, SLUICE_ADDRESS_TEXT_MAX)];
  const SluiceProgram *program = row->program;
  const char *network;

  switch ((int) id)
    {
    case SLUICE_COLUMN_NAME:
      return sluice_screen_row_name (row, screen->by);
    case SLUICE_COLUMN_LOCAL:
      return sluice_host_rows_local (&row->connection.key);
    case SLUICE_COLUMN_ADDRESS:
      return sluice_host_rows_address (row->host);
    case SLUICE_COLUMN_NETWORK:
      network = sluice_host_rows_network (row->host);
      return g_strdup (network != NULL ? network : "");
    case SLUICE_COLUMN_PROTOCOL:
      return g_strdup (sluice_protocol_to_text (row->protocol, text));
    case SLUICE_COLUMN_STATE:
      return g_strdup (row->connection.state != 0 ? sluice_tcp_state_name (row->connection.state)
                                                  : sluice_protocol_name (row->connection.key.protocol));
    case SLUICE_COLUMN_PROGRAM:
      return g_strdup (program != NULL ? program->name : "-");
    case SLUICE_COLUMN_KIND:
      return g_strdup (sluice_interface_kind_label (row->interface->kind));
    case SLUICE_COLUMN_PID:
      if (row->n_processes > 1)
        return g_strdup_printf (screen->unicode ? "×%u" : "x%u", row->n_processes);
      return row->pid > 0 ? g_strdup_printf ("%d", row->pid) : g_strdup ("-");
    case SLUICE_COLUMN_USER:
      return g_strdup (program->user != NULL ? program->user : "-");
    case SLUICE_COLUMN_TOTAL:
      return g_strdup (row->known ? sluice_units_format_size (row->total, SLUICE_SIZE_UNIT_SI, text) : "-");
    case SLUICE_COLUMN_CONNECTIONS:
      return g_strdup_printf ("%u", row->n_connections);
    case SLUICE_COLUMN_RTT:
      return g_strdup (row->rtt_us != 0 ? sluice_units_format_latency (row->rtt_us, text) : "-");
    case SLUICE_COLUMN_UNATTRIBUTED:
      return g_strdup (sluice_units_format_rate (row->unattributed, SLUICE_RATE_UNIT_BITS, text));
    case SLUICE_COLUMN_DROPPED:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, row->dropped);
    default:
      return g_strdup ("");
    }
}

/* Searches without regard to case. */
static gboolean
contains (const char *text,
          const char *folded_needle)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, folded_needle) != NULL;
}

static gboolean
matches (const SluiceScreenRow *row,
         SluiceWatchBy by,
         const char *needle)
{
  char text[MAX (SLUICE_ADDRESS_TEXT_MAX, SLUICE_PROTOCOL_TEXT_MAX)];
  g_autofree char *name = NULL;
  g_autofree char *local = NULL;

  if (*needle == '\0')
    return TRUE;
  name = sluice_screen_row_name (row, by);
  if (contains (name, needle))
    return TRUE;
  if (row->program != NULL
      && (contains (row->program->name, needle) || contains (row->program->path, needle)
          || contains (row->program->user, needle) || contains (row->program->app_name, needle)))
    return TRUE;
  if (row->host != NULL
      && (contains (sluice_address_to_text (&row->host->address, text), needle) || contains (row->host->country, needle)
          || contains (row->host->as_name, needle)))
    return TRUE;
  if (by != SLUICE_WATCH_CONNECTIONS)
    return FALSE;
  local = sluice_host_rows_local (&row->connection.key);
  return contains (local, needle)
         || contains (sluice_protocol_to_text (row->protocol, text), needle)
         || contains (sluice_tcp_state_name (row->connection.state), needle);
}

static int
compare_numbers (double x,
                 double y)
{
  return x < y ? -1 : x > y;
}

static gboolean
is_named (const SluiceScreenRow *row)
{
  return row->host != NULL && row->host->name != NULL;
}

static int
compare_names (const SluiceScreenRow *x,
               const SluiceScreenRow *y,
               SluiceWatchBy by)
{
  g_autofree char *x_name = NULL;
  g_autofree char *y_name = NULL;
  int order;

  /* Those without a name stand after the others, by address. */
  if (by == SLUICE_WATCH_CONNECTIONS && is_named (x) != is_named (y))
    return is_named (x) ? -1 : 1;
  if (by == SLUICE_WATCH_CONNECTIONS && !is_named (x))
    {
      order = memcmp (&x->connection.key.remote, &y->connection.key.remote, sizeof x->connection.key.remote);
      return order != 0 ? order
                        : compare_numbers (x->connection.key.remote_port, y->connection.key.remote_port);
    }
  x_name = sluice_screen_row_name (x, by);
  y_name = sluice_screen_row_name (y, by);
  return g_utf8_collate (x_name, y_name);
}

static const char *
user_of (const SluiceScreenRow *row)
{
  return row->program != NULL ? row->program->user : NULL;
}

static const char *
program_of (const SluiceScreenRow *row)
{
  return row->program != NULL ? row->program->name : NULL;
}

static int
compare_networks (const SluiceHost *x,
                  const SluiceHost *y)
{
  int order = g_strcmp0 (x->as_name, y->as_name);

  return order != 0 ? order : strcmp (x->country, y->country);
}

static int
compare_protocols (SluiceProtocol x,
                   SluiceProtocol y)
{
  char x_text[SLUICE_PROTOCOL_TEXT_MAX];
  char y_text[SLUICE_PROTOCOL_TEXT_MAX];

  return strcmp (sluice_protocol_to_text (x, x_text), sluice_protocol_to_text (y, y_text));
}

static int
compare_column (const SluiceScreenRow *x,
                const SluiceScreenRow *y,
                const SluiceScreen *screen)
{
  switch (screen->sort)
    {
    case SLUICE_COLUMN_NAME:
      return compare_names (x, y, screen->by);
    case SLUICE_COLUMN_LOCAL:
      return memcmp (&x->connection.key, &y->connection.key, sizeof x->connection.key);
    case SLUICE_COLUMN_ADDRESS:
      return memcmp (&x->host->address, &y->host->address, sizeof x->host->address);
    case SLUICE_COLUMN_NETWORK:
      return compare_networks (x->host, y->host);
    case SLUICE_COLUMN_PROTOCOL:
      return compare_protocols (x->protocol, y->protocol);
    case SLUICE_COLUMN_STATE:
      return compare_numbers (x->connection.state, y->connection.state);
    case SLUICE_COLUMN_PROGRAM:
      return g_strcmp0 (program_of (x), program_of (y));
    case SLUICE_COLUMN_KIND:
      return compare_numbers (x->interface->kind, y->interface->kind);
    case SLUICE_COLUMN_PID:
      return compare_numbers (x->pid, y->pid);
    case SLUICE_COLUMN_USER:
      return g_strcmp0 (user_of (x), user_of (y));
    case SLUICE_COLUMN_UPLOAD:
      return compare_numbers (x->rate[SLUICE_TX], y->rate[SLUICE_TX]);
    case SLUICE_COLUMN_TOTAL:
      return compare_numbers ((double) x->total, (double) y->total);
    case SLUICE_COLUMN_CONNECTIONS:
      return compare_numbers (x->n_connections, y->n_connections);
    case SLUICE_COLUMN_RTT:
      return compare_numbers (x->rtt_us, y->rtt_us);
    case SLUICE_COLUMN_UNATTRIBUTED:
      return compare_numbers (x->unattributed, y->unattributed);
    case SLUICE_COLUMN_DROPPED:
      return compare_numbers ((double) x->dropped, (double) y->dropped);
    case SLUICE_COLUMN_DOWNLOAD:
    case SLUICE_COLUMN_BAR:
    default:
      return compare_numbers (x->rate[SLUICE_RX], y->rate[SLUICE_RX]);
    }
}

/* Equals stay in one order from second to second: by what they move, what they moved, and at last where they stand. */
static int
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer user_data)
{
  const SluiceScreenRow *x = *(const SluiceScreenRow *const *) a;
  const SluiceScreenRow *y = *(const SluiceScreenRow *const *) b;
  const SluiceScreen *screen = user_data;
  int order = compare_column (x, y, screen);

  if (order != 0)
    return screen->ascending ? order : -order;
  order = compare_numbers (y->rate[SLUICE_RX] + y->rate[SLUICE_TX], x->rate[SLUICE_RX] + x->rate[SLUICE_TX]);
  if (order == 0)
    order = compare_numbers ((double) y->total, (double) x->total);
  return order != 0 ? order : x < y ? -1
                                    : x > y;
}

/**
 * sluice_screen_sorted:
 * @screen: a screen
 *
 * Returns: (transfer container): the rows that the filter lets through, in order
 */
GPtrArray *
sluice_screen_sorted (SluiceScreen *screen)
{
  g_autofree char *needle = g_utf8_casefold (screen->filter->str, -1);
  GPtrArray *sorted = g_ptr_array_sized_new (screen->rows->len);

  for (guint i = 0; i < screen->rows->len; i++)
    {
      SluiceScreenRow *row = &g_array_index (screen->rows, SluiceScreenRow, i);

      if (matches (row, screen->by, needle))
        g_ptr_array_add (sorted, row);
    }
  g_ptr_array_sort_with_data (sorted, compare_rows, screen);
  return sorted;
}
