#include "sluice-config.h"

#include <string.h>

#include "cli/watch-screen-private.h"
#include "model/part-sums.h"

/* Points of history for the charts: as many as the widest terminal has columns for them. */
#define HISTORY 300
#define FILTER_MAX 64

static void
row_clear (gpointer data)
{
  SluiceScreenRow *row = data;

  g_clear_pointer (&row->program, sluice_program_unref);
  g_clear_pointer (&row->interface, sluice_interface_unref);
  g_clear_pointer (&row->host, sluice_host_unref);
}

static void
link_free (gpointer data)
{
  SluiceScreenLink *link = data;

  g_free (link->name);
  sluice_series_unref (link->series);
  g_free (link);
}

/**
 * sluice_screen_new:
 * @by: what the rows are at first
 * @top: rows at the most, 0 for as many as there is room for
 * @unicode: whether the terminal has block characters
 */
SluiceScreen *
sluice_screen_new (SluiceWatchBy by,
                   guint top,
                   gboolean unicode)
{
  SluiceScreen *screen = g_new0 (SluiceScreen, 1);

  screen->by = by;
  screen->top = top;
  screen->unicode = unicode;
  screen->sort = SLUICE_COLUMN_DOWNLOAD;
  screen->filter = g_string_new (NULL);
  screen->links = g_ptr_array_new_with_free_func (link_free);
  screen->rows = g_array_new (FALSE, TRUE, sizeof (SluiceScreenRow));
  g_array_set_clear_func (screen->rows, row_clear);
  return screen;
}

/**
 * sluice_screen_free:
 */
void
sluice_screen_free (SluiceScreen *screen)
{
  g_string_free (screen->filter, TRUE);
  g_ptr_array_unref (screen->links);
  g_array_unref (screen->rows);
  g_free (screen->fault);
  g_free (screen);
}

static double
to_rate (guint64 bytes,
         gint64 duration)
{
  return duration > 0 ? (double) bytes * G_USEC_PER_SEC / (double) duration : 0;
}

static void
set_rates (double rate[SLUICE_N_DIRECTIONS],
           const guint64 bytes[SLUICE_N_DIRECTIONS],
           gint64 duration)
{
  rate[SLUICE_RX] = to_rate (bytes[SLUICE_RX], duration);
  rate[SLUICE_TX] = to_rate (bytes[SLUICE_TX], duration);
}

/* History goes on in a pause; only what is shown of it stops. */
static void
append_history (SluiceScreen *screen,
                const SluiceTotals *totals)
{
  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);
      SluicePoint point = { .time = totals->time, .duration = totals->last_duration };
      SluiceScreenLink *link;

      if (i >= screen->links->len)
        {
          link = g_new0 (SluiceScreenLink, 1);
          link->series = sluice_series_new (HISTORY);
          g_ptr_array_add (screen->links, link);
        }
      if (total->total.serial != totals->serial || totals->last_duration == 0)
        continue;
      link = g_ptr_array_index (screen->links, i);
      point.rx = to_rate (total->total.now[SLUICE_RX], totals->last_duration);
      point.tx = to_rate (total->total.now[SLUICE_TX], totals->last_duration);
      sluice_series_append (link->series, &point);
    }
}

static void
show_interfaces (SluiceScreen *screen,
                 const SluiceTotals *totals)
{
  memset (screen->unattributed, 0, sizeof screen->unattributed);
  memset (screen->excess, 0, sizeof screen->excess);

  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);
      SluiceScreenLink *link = g_ptr_array_index (screen->links, i);

      g_free (link->name);
      link->name = g_strdup (total->row.interface->name);
      link->present = total->total.serial == totals->serial && !total->row.gone;
      set_rates (link->rate, total->total.now, totals->last_duration);
      if (!link->present)
        memset (link->rate, 0, sizeof link->rate);
      if (total->total.serial != totals->serial)
        continue;
      for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          screen->unattributed[d] += to_rate (total->unattributed_now[d], totals->last_duration);
          screen->excess[d] += to_rate (total->excess_now[d], totals->last_duration);
        }
    }
}

/* Each of these takes what is of its kind from one of its totals, or says that this one is not listed. */

static gboolean
take_program (SluiceScreenRow *row,
              gconstpointer data,
              const SluiceTotals *totals)
{
  const SluiceProgramTotal *total = data;

  row->program = sluice_program_ref (total->row.program);
  row->n_processes = total->n_processes;
  row->pid = total->pid;
  row->n_connections = total->connections;
  row->rtt_us = total->row.rtt_us;
  return TRUE;
}

static gboolean
take_connection (SluiceScreenRow *row,
                 gconstpointer data,
                 const SluiceTotals *totals)
{
  const SluiceConnectionTotal *total = data;

  /* What waits for peers is no traffic. */
  if ((total->row.flags & SLUICE_CONNECTION_LISTENING) != 0)
    return FALSE;
  row->connection = total->row;
  row->known = (total->row.flags & SLUICE_CONNECTION_BYTES_KNOWN) != 0;
  row->program = total->program != NULL ? sluice_program_ref (total->program) : NULL;
  row->interface = total->interface != NULL ? sluice_interface_ref (total->interface) : NULL;
  row->host = total->host != NULL ? sluice_host_ref (total->host) : NULL;
  row->protocol = sluice_connection_row_protocol (&total->row);
  row->rtt_us = total->row.rtt_us;
  return TRUE;
}

static gboolean
take_host (SluiceScreenRow *row,
           gconstpointer data,
           const SluiceTotals *totals)
{
  const SluiceHostTotal *total = data;

  /* Of others the sample only knows the names. */
  if (total->connections == 0 && total->total.now[SLUICE_RX] + total->total.now[SLUICE_TX] == 0)
    return FALSE;
  row->host = sluice_host_ref (total->row.host);
  row->n_connections = total->connections;
  return TRUE;
}

static gboolean
take_protocol (SluiceScreenRow *row,
               gconstpointer data,
               const SluiceTotals *totals)
{
  const SluiceProtocolTotal *total = data;

  row->protocol = total->row.protocol;
  row->n_connections = total->connections;
  return TRUE;
}

static gboolean
take_interface (SluiceScreenRow *row,
                gconstpointer data,
                const SluiceTotals *totals)
{
  const SluiceInterfaceTotal *total = data;

  row->interface = sluice_interface_ref (total->row.interface);
  row->dropped = total->row.dropped;
  row->unattributed = to_rate (total->unattributed_now[SLUICE_RX] + total->unattributed_now[SLUICE_TX],
                               totals->last_duration);
  return TRUE;
}

/* Only what the last sample had. */
static void
show_rows (SluiceScreen *screen,
           const SluiceTotals *totals,
           const GPtrArray *listed,
           gboolean (*take) (SluiceScreenRow *row, gconstpointer data, const SluiceTotals *totals))
{
  for (guint i = 0; i < listed->len; i++)
    {
      const SluiceTotal *total = g_ptr_array_index (listed, i);
      SluiceScreenRow row = { .known = TRUE, .total = total->sum[SLUICE_RX] + total->sum[SLUICE_TX] };

      if (total->serial != totals->serial || !take (&row, total, totals))
        continue;
      set_rates (row.rate, total->now, totals->last_duration);
      g_array_append_val (screen->rows, row);
    }
}

/**
 * sluice_screen_show:
 * @screen: a screen
 * @totals: what there is to show
 * @fault: (nullable): what could not be read, in one sentence
 *
 * Takes over what the totals say now; does nothing in a pause.
 */
void
sluice_screen_show (SluiceScreen *screen,
                    const SluiceTotals *totals,
                    const char *fault)
{
  g_autofree char *fault_copy = g_strdup (fault);

  if (screen->paused)
    return;

  screen->started |= totals->duration > 0;
  screen->time = totals->time;
  screen->wall_time = totals->wall_time;
  screen->duration = totals->duration;
  screen->source = totals->source;
  screen->estimated = totals->estimated;
  screen->has_connections = totals->has_connections;
  screen->has_hosts = totals->has_hosts || totals->has_connections;
  g_free (screen->fault);
  screen->fault = g_steal_pointer (&fault_copy);

  show_interfaces (screen, totals);
  g_array_set_size (screen->rows, 0);
  switch (screen->by)
    {
    case SLUICE_WATCH_PROGRAMS:
      show_rows (screen, totals, totals->programs, take_program);
      break;
    case SLUICE_WATCH_CONNECTIONS:
      show_rows (screen, totals, totals->connections, take_connection);
      break;
    case SLUICE_WATCH_HOSTS:
      show_rows (screen, totals, totals->hosts, take_host);
      break;
    case SLUICE_WATCH_PROTOCOLS:
      show_rows (screen, totals, totals->protocols, take_protocol);
      break;
    case SLUICE_WATCH_INTERFACES:
    case SLUICE_WATCH_N_BY:
    default:
      show_rows (screen, totals, totals->interfaces, take_interface);
      break;
    }
}

/**
 * sluice_screen_update:
 * @screen: a screen
 * @totals: with one more sample in them
 * @fault: (nullable): what could not be read, in one sentence
 *
 * Carries the charts on and shows the rest.
 */
void
sluice_screen_update (SluiceScreen *screen,
                      const SluiceTotals *totals,
                      const char *fault)
{
  append_history (screen, totals);
  sluice_screen_show (screen, totals, fault);
}

/**
 * sluice_screen_get_by:
 *
 * What the rows are now.
 */
SluiceWatchBy
sluice_screen_get_by (SluiceScreen *screen)
{
  return screen->by;
}

static SluiceScreenResult
set_by (SluiceScreen *screen,
        SluiceWatchBy by)
{
  const SluiceScreenColumn *columns;
  gboolean found = FALSE;
  guint n;

  if (screen->by == by)
    return SLUICE_SCREEN_IGNORED;
  screen->by = by;
  screen->offset = 0;
  /* The rows that are there are of another kind; it would be a pause with nothing to see. */
  screen->paused = FALSE;
  g_array_set_size (screen->rows, 0);

  columns = sluice_screen_columns (by, &n);
  for (guint i = 0; i < n; i++)
    found |= columns[i].id == screen->sort;
  if (!found)
    {
      screen->sort = SLUICE_COLUMN_DOWNLOAD;
      screen->ascending = FALSE;
    }
  return SLUICE_SCREEN_BY;
}

static SluiceScreenResult
sort_by (SluiceScreen *screen,
         SluiceScreenColumnId id)
{
  const SluiceScreenColumn *columns;
  guint n;

  columns = sluice_screen_columns (screen->by, &n);
  for (guint i = 0; i < n; i++)
    {
      if (columns[i].id != id)
        continue;
      screen->ascending = screen->sort == id ? !screen->ascending : !columns[i].right;
      screen->sort = id;
      screen->offset = 0;
      return SLUICE_SCREEN_CHANGED;
    }
  return SLUICE_SCREEN_IGNORED;
}

/* Sorts by the next column to the left or right. */
static SluiceScreenResult
sort_beside (SluiceScreen *screen,
             int step)
{
  const SluiceScreenColumn *columns;
  guint n;
  guint at = 0;

  columns = sluice_screen_columns (screen->by, &n);
  for (guint i = 0; i < n; i++)
    if (columns[i].id == screen->sort)
      at = i;
  do
    at = (at + n + (guint) step) % n;
  while (columns[at].id == SLUICE_COLUMN_BAR);
  return sort_by (screen, columns[at].id);
}

static SluiceScreenResult
scroll (SluiceScreen *screen,
        gint64 step)
{
  gint64 last = MAX ((gint64) screen->n_matched - screen->page, 0);
  gint64 offset = CLAMP (screen->offset + step, 0, last);

  if (offset == screen->offset)
    return SLUICE_SCREEN_IGNORED;
  screen->offset = (guint) offset;
  return SLUICE_SCREEN_CHANGED;
}

static SluiceScreenResult
edit_filter (SluiceScreen *screen,
             gunichar key)
{
  if (key == SLUICE_KEY_ENTER)
    screen->editing_filter = FALSE;
  else if (key == SLUICE_KEY_ESCAPE)
    {
      screen->editing_filter = FALSE;
      g_string_truncate (screen->filter, 0);
    }
  else if (key == SLUICE_KEY_BACKSPACE)
    {
      const char *last = g_utf8_find_prev_char (screen->filter->str, screen->filter->str + screen->filter->len);

      if (last == NULL)
        screen->editing_filter = FALSE;
      else
        g_string_truncate (screen->filter, (gsize) (last - screen->filter->str));
    }
  else if (key < SLUICE_KEY_UP && g_unichar_isprint (key) && g_utf8_strlen (screen->filter->str, -1) < FILTER_MAX)
    g_string_append_unichar (screen->filter, key);
  else
    return SLUICE_SCREEN_IGNORED;
  screen->offset = 0;
  return SLUICE_SCREEN_CHANGED;
}

static SluiceScreenResult
press_letter (SluiceScreen *screen,
              gunichar key)
{
  switch (key)
    {
    case 'd':
      return sort_by (screen, SLUICE_COLUMN_DOWNLOAD);
    case 'u':
      return sort_by (screen, SLUICE_COLUMN_UPLOAD);
    case 't':
      return sort_by (screen, SLUICE_COLUMN_TOTAL);
    case 'n':
      return sort_by (screen, SLUICE_COLUMN_NAME);
    case 'o':
      return sort_by (screen, SLUICE_COLUMN_CONNECTIONS);
    case 'r':
      return sort_by (screen, SLUICE_COLUMN_RTT);
    case 'p':
      return set_by (screen, SLUICE_WATCH_PROGRAMS);
    case 'c':
      return set_by (screen, SLUICE_WATCH_CONNECTIONS);
    case 'H':
      return set_by (screen, SLUICE_WATCH_HOSTS);
    case 'P':
      return set_by (screen, SLUICE_WATCH_PROTOCOLS);
    case 'i':
      return set_by (screen, SLUICE_WATCH_INTERFACES);
    case '\t':
      return set_by (screen, (screen->by + 1) % SLUICE_WATCH_N_BY);
    default:
      return SLUICE_SCREEN_IGNORED;
    }
}

/**
 * sluice_screen_key:
 * @screen: a screen
 * @key: a character or a #SluiceKey
 *
 * Returns: what is to be done about it
 */
SluiceScreenResult
sluice_screen_key (SluiceScreen *screen,
                   gunichar key)
{
  if (screen->help)
    {
      screen->help = FALSE;
      return key == 'q' ? SLUICE_SCREEN_QUIT : SLUICE_SCREEN_CHANGED;
    }
  if (screen->editing_filter)
    return edit_filter (screen, key);

  switch (key)
    {
    case 'q':
      return SLUICE_SCREEN_QUIT;
    case '?':
    case 'h':
      screen->help = TRUE;
      return SLUICE_SCREEN_CHANGED;
    case '/':
      screen->editing_filter = TRUE;
      return SLUICE_SCREEN_CHANGED;
    case ' ':
      screen->paused = !screen->paused;
      return SLUICE_SCREEN_CHANGED;
    case SLUICE_KEY_ESCAPE:
      g_string_truncate (screen->filter, 0);
      screen->offset = 0;
      return SLUICE_SCREEN_CHANGED;
    case '<':
    case SLUICE_KEY_LEFT:
      return sort_beside (screen, -1);
    case '>':
    case SLUICE_KEY_RIGHT:
      return sort_beside (screen, 1);
    case SLUICE_KEY_UP:
      return scroll (screen, -1);
    case SLUICE_KEY_DOWN:
      return scroll (screen, 1);
    case SLUICE_KEY_PAGE_UP:
      return scroll (screen, -(gint64) MAX (screen->page, 1));
    case SLUICE_KEY_PAGE_DOWN:
      return scroll (screen, MAX (screen->page, 1));
    case SLUICE_KEY_HOME:
      return scroll (screen, -(gint64) screen->offset);
    case SLUICE_KEY_END:
      return scroll (screen, screen->n_matched);
    default:
      return press_letter (screen, key);
    }
}
