#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/watch-screen-private.h"

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
  { SLUICE_COLUMN_STATE, N_("STATE"), 12, FALSE, 2 },
  { SLUICE_COLUMN_PROGRAM, N_("PROGRAM"), 16, FALSE, 1 },
  { SLUICE_COLUMN_BAR, "", 17, FALSE, 6 },
  { SLUICE_COLUMN_DOWNLOAD, N_("DOWNLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_UPLOAD, N_("UPLOAD"), 11, TRUE, 0 },
  { SLUICE_COLUMN_TOTAL, N_("TOTAL"), 8, TRUE, 4 },
  { SLUICE_COLUMN_RTT, N_("RTT"), 8, TRUE, 3 },
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
    case SLUICE_WATCH_INTERFACES:
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
  char text[SLUICE_ADDRESS_TEXT_MAX];

  switch (by)
    {
    case SLUICE_WATCH_PROGRAMS:
      return g_strdup (row->program->name);
    case SLUICE_WATCH_CONNECTIONS:
      return g_strdup (sluice_address_to_endpoint (&row->connection.key.remote, row->connection.key.remote_port, text));
    case SLUICE_WATCH_INTERFACES:
    default:
      return g_strdup (row->interface->name);
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
  char local[SLUICE_ADDRESS_TEXT_MAX];
  g_autofree char *name = NULL;

  if (*needle == '\0')
    return TRUE;
  name = sluice_screen_row_name (row, by);
  if (contains (name, needle))
    return TRUE;
  if (row->program != NULL
      && (contains (row->program->name, needle) || contains (row->program->path, needle)
          || contains (row->program->user, needle) || contains (row->program->app_name, needle)))
    return TRUE;
  if (by != SLUICE_WATCH_CONNECTIONS)
    return FALSE;
  return contains (sluice_address_to_endpoint (&row->connection.key.local, row->connection.key.local_port, local),
                   needle)
         || contains (sluice_tcp_state_name (row->connection.state), needle);
}

static int
compare_numbers (double x,
                 double y)
{
  return x < y ? -1 : x > y;
}

static int
compare_names (const SluiceScreenRow *x,
               const SluiceScreenRow *y,
               SluiceWatchBy by)
{
  g_autofree char *x_name = NULL;
  g_autofree char *y_name = NULL;
  int order;

  if (by == SLUICE_WATCH_CONNECTIONS)
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
