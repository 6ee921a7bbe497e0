#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/table.h"
#include "cli/watch-screen-private.h"
#include "model/units.h"

/* Columns of an interface's name, and of its rate with the arrow before it. */
#define LINK_NAME_WIDTH 15
#define RATE_WIDTH 11
/* The name must have this much before columns of rank are shown beside it. */
#define NAME_WIDTH_MIN 20
/* Idle must not look like a storm: charts end at 10 kbit/s at the least. */
#define SCALE_MIN (10000 / 8.0)

/* One line in the making. */
typedef struct
{
  GArray *spans;
  guint width; /* taken */
  guint limit;
  gboolean unicode;
} Line;

static void
span_clear (gpointer data)
{
  SluiceSpan *span = data;

  g_free (span->text);
}

static Line
line_new (const SluiceScreen *screen,
          guint limit)
{
  Line line = { .spans = g_array_new (FALSE, FALSE, sizeof (SluiceSpan)), .limit = limit, .unicode = screen->unicode };

  g_array_set_clear_func (line.spans, span_clear);
  return line;
}

/* Puts text into a field of its own; what does not fit on the line is cut. */
static void
put_field (Line *line,
           SluiceStyle style,
           const char *text,
           guint width,
           gboolean right)
{
  GString *fitted = g_string_new (NULL);
  SluiceSpan span = { .style = style };

  width = MIN (width, line->limit - line->width);
  sluice_table_fit (fitted, text, width, right, line->unicode);
  line->width += width;
  span.text = g_string_free (fitted, FALSE);
  g_array_append_val (line->spans, span);
}

static void
put (Line *line,
     SluiceStyle style,
     const char *text)
{
  put_field (line, style, text, sluice_table_width (text), FALSE);
}

static void
put_gap (Line *line,
         guint width)
{
  put_field (line, SLUICE_STYLE_NORMAL, "", width, FALSE);
}

/* A key and what it does. */
static void
put_key (Line *line,
         const char *key,
         const char *label)
{
  put (line, SLUICE_STYLE_KEY, key);
  put_gap (line, 1);
  put (line, SLUICE_STYLE_NORMAL, label);
  put_gap (line, 2);
}

static void
add_line (GPtrArray *lines,
          Line *line)
{
  g_ptr_array_add (lines, line->spans);
}

static void
add_blank (GPtrArray *lines,
           const SluiceScreen *screen)
{
  Line line = line_new (screen, 0);

  add_line (lines, &line);
}

static char *
clock_text (gint64 wall_time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (wall_time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  return g_date_time_format (local, "%T");
}

/* These rows come from packets, or from connections where the tier sees none. */
static gboolean
is_by_packets (const SluiceScreen *screen)
{
  return screen->by == SLUICE_WATCH_HOSTS || screen->by == SLUICE_WATCH_PROTOCOLS;
}

static const char *
by_label (SluiceWatchBy by)
{
  switch (by)
    {
    case SLUICE_WATCH_PROGRAMS:
      return _("Programs");
    case SLUICE_WATCH_CONNECTIONS:
      return _("Connections");
    case SLUICE_WATCH_HOSTS:
      return _("Hosts");
    case SLUICE_WATCH_PROTOCOLS:
      return _("Protocols");
    case SLUICE_WATCH_INTERFACES:
    case SLUICE_WATCH_N_BY:
    default:
      return _("Interfaces");
    }
}

static const char *
estimate_label (const SluiceScreen *screen)
{
  if (!screen->estimated || screen->by == SLUICE_WATCH_INTERFACES)
    return "";
  if (!is_by_packets (screen))
    return _(", programs estimated");
  return screen->source == SLUICE_SOURCE_KERNEL ? _(", TCP only, estimated") : "";
}

static void
draw_title (GPtrArray *lines,
            SluiceScreen *screen,
            guint width)
{
  Line line = line_new (screen, width);
  char duration[SLUICE_UNITS_TEXT_MAX];
  g_autofree char *clock = clock_text (screen->wall_time);
  g_autofree char *right = NULL;
  guint right_width;

  put (&line, SLUICE_STYLE_BOLD, " ");
  put (&line, SLUICE_STYLE_BOLD, by_label (screen->by));
  if (screen->paused)
    {
      put_gap (&line, 2);
      put (&line, SLUICE_STYLE_WARNING, _("paused"));
    }
  if (screen->filter->len > 0 && !screen->editing_filter)
    {
      g_autofree char *text = g_strdup_printf (screen->unicode ? "“%s”" : "\"%s\"", screen->filter->str);

      put_gap (&line, 2);
      put (&line, SLUICE_STYLE_WARNING, text);
    }

  right = g_strdup_printf ("%s%s  %s  %s ", sluice_source_kind_name (screen->source),
                           estimate_label (screen),
                           sluice_units_format_duration (screen->duration + G_USEC_PER_SEC / 2, duration), clock);
  right_width = sluice_table_width (right);
  if (line.width + 2 + right_width <= width)
    {
      put_gap (&line, width - line.width - right_width);
      put (&line, SLUICE_STYLE_DIM, right);
    }
  add_line (lines, &line);
}

static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const ascii_blocks[] = { "_", ".", ":", "-", "=", "+", "*", "#" };

/* A chart of one line: newest at the right, full height at the highest of what is seen. */
static void
put_sparkline (Line *line,
               const SluiceScreen *screen,
               const SluiceScreenLink *link,
               SluiceDirection direction,
               guint width)
{
  const char *const *levels = screen->unicode ? blocks : ascii_blocks;
  guint end = sluice_series_find (link->series, screen->time);
  guint begin = end > width ? end - width : 0;
  double scale = SCALE_MIN;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = begin; i < end; i++)
    {
      const SluicePoint *point = sluice_series_get_point (link->series, i);

      scale = MAX (scale, direction == SLUICE_RX ? point->rx : point->tx);
    }
  for (guint i = begin; i < end; i++)
    {
      const SluicePoint *point = sluice_series_get_point (link->series, i);
      double rate = direction == SLUICE_RX ? point->rx : point->tx;
      guint level = rate > 0 ? 1 + (guint) (rate / scale * 6.999) : 0;

      g_string_append (text, levels[MIN (level, 7)]);
    }
  put_field (line, direction == SLUICE_RX ? SLUICE_STYLE_DOWNLOAD : SLUICE_STYLE_UPLOAD, text->str, width, TRUE);
}

static void
put_rate (Line *line,
          double rate,
          SluiceDirection direction)
{
  char text[SLUICE_UNITS_TEXT_MAX];
  SluiceStyle style = rate <= 0                ? SLUICE_STYLE_DIM
                      : direction == SLUICE_RX ? SLUICE_STYLE_DOWNLOAD
                                               : SLUICE_STYLE_UPLOAD;

  put_field (line, style, sluice_units_format_rate (rate, SLUICE_RATE_UNIT_BITS, text), RATE_WIDTH, TRUE);
}

/* A name and both rates, with the charts where there is a link for them. */
static void
draw_pair (GPtrArray *lines,
           const SluiceScreen *screen,
           const char *name,
           SluiceStyle style,
           const double rate[SLUICE_N_DIRECTIONS],
           const SluiceScreenLink *link,
           guint width)
{
  static const char *const arrows[2][SLUICE_N_DIRECTIONS] = { { "v ", "^ " }, { "▼ ", "▲ " } };
  Line line = line_new (screen, width);
  guint half = width > LINK_NAME_WIDTH + 2 ? (width - LINK_NAME_WIDTH - 2) / 2 : 0;
  guint chart = half > RATE_WIDTH + 5 ? half - RATE_WIDTH - 5 : 0;

  put_gap (&line, 1);
  put_field (&line, style, name, LINK_NAME_WIDTH, FALSE);
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      put (&line, d == SLUICE_RX ? SLUICE_STYLE_DOWNLOAD : SLUICE_STYLE_UPLOAD, arrows[screen->unicode][d]);
      put_rate (&line, rate[d], d);
      put_gap (&line, 1);
      if (link != NULL && chart > 0)
        put_sparkline (&line, screen, link, d, chart);
      else
        put_gap (&line, chart);
      put_gap (&line, 2);
    }
  add_line (lines, &line);
}

static int
compare_links (gconstpointer a,
               gconstpointer b)
{
  const SluiceScreenLink *x = *(const SluiceScreenLink *const *) a;
  const SluiceScreenLink *y = *(const SluiceScreenLink *const *) b;
  double x_rate = x->rate[SLUICE_RX] + x->rate[SLUICE_TX];
  double y_rate = y->rate[SLUICE_RX] + y->rate[SLUICE_TX];

  return x_rate == y_rate ? 0 : x_rate > y_rate ? -1
                                                : 1;
}

/* The interfaces that there is room for: all in their order, or the busiest. */
static GPtrArray *
choose_links (const SluiceScreen *screen,
              guint room)
{
  GPtrArray *links = g_ptr_array_new ();

  for (guint i = 0; i < screen->links->len; i++)
    {
      SluiceScreenLink *link = g_ptr_array_index (screen->links, i);

      if (link->present)
        g_ptr_array_add (links, link);
    }
  if (links->len > room)
    {
      g_ptr_array_sort (links, compare_links);
      g_ptr_array_set_size (links, (int) room);
    }
  return links;
}

static void
draw_links (GPtrArray *lines,
            SluiceScreen *screen,
            guint width,
            guint room)
{
  g_autoptr (GPtrArray) links = choose_links (screen, MAX (room, 1));

  for (guint i = 0; i < links->len; i++)
    {
      const SluiceScreenLink *link = g_ptr_array_index (links, i);

      draw_pair (lines, screen, link->name, SLUICE_STYLE_BOLD, link->rate, link, width);
    }
  if (links->len == 0)
    {
      Line line = line_new (screen, width);

      put_gap (&line, 1);
      put (&line, SLUICE_STYLE_WARNING, screen->started ? _("No interface is up.") : "");
      add_line (lines, &line);
      return;
    }
  if (screen->by == SLUICE_WATCH_INTERFACES || is_by_packets (screen))
    return;
  draw_pair (lines, screen, _("of no program"), SLUICE_STYLE_DIM, screen->unattributed, NULL, width);
  if (screen->excess[SLUICE_RX] + screen->excess[SLUICE_TX] > 0)
    draw_pair (lines, screen, _("beyond link"), SLUICE_STYLE_DIM, screen->excess, NULL, width);
}

/* Marks the columns that there is room for and says how wide each is; the name takes what is left. */
static void
lay_out (SluiceWatchBy by,
         guint width,
         guint *widths_out)
{
  const SluiceScreenColumn *columns;
  guint n;
  guint taken = 2; /* a blank at either edge */

  columns = sluice_screen_columns (by, &n);
  for (guint i = 0; i < n; i++)
    widths_out[i] = columns[i].width;
  for (guint rank = 7; rank > 0; rank--)
    {
      taken = 2;
      for (guint i = 0; i < n; i++)
        taken += widths_out[i] > 0 ? widths_out[i] + 1 : 0;
      if (taken + NAME_WIDTH_MIN <= width)
        break;
      for (guint i = 0; i < n; i++)
        if (columns[i].rank == rank)
          widths_out[i] = 0;
    }
  taken = 2;
  for (guint i = 1; i < n; i++)
    taken += widths_out[i] > 0 ? widths_out[i] + 1 : 0;
  widths_out[0] = width > taken ? width - taken : 0;
}

static void
draw_heading (GPtrArray *lines,
              SluiceScreen *screen,
              guint width,
              const guint *widths)
{
  const SluiceScreenColumn *columns;
  Line line = line_new (screen, width);
  guint n;

  columns = sluice_screen_columns (screen->by, &n);
  put (&line, SLUICE_STYLE_HEADING, " ");
  for (guint i = 0; i < n; i++)
    {
      gboolean sorted = columns[i].id == screen->sort;
      const char *title = *columns[i].title != '\0' ? _(columns[i].title) : "";
      const char *mark = !sorted ? "" : screen->unicode   ? (screen->ascending ? "↑" : "↓")
                                      : screen->ascending ? "^"
                                                          : "v";
      g_autofree char *text = g_strconcat (columns[i].right ? mark : "", title, columns[i].right ? "" : mark, NULL);

      if (widths[i] == 0)
        continue;
      if (i > 0)
        put (&line, SLUICE_STYLE_HEADING, " ");
      put_field (&line, sorted ? SLUICE_STYLE_SORTED : SLUICE_STYLE_HEADING, text, widths[i], columns[i].right);
    }
  put_field (&line, SLUICE_STYLE_HEADING, "", width - line.width, FALSE);
  add_line (lines, &line);
}

/* Download grows to the left of the middle, upload to the right. */
static void
put_bar (Line *line,
         const SluiceScreen *screen,
         const SluiceScreenRow *row,
         double scale,
         guint width)
{
  const char *const *levels = screen->unicode ? (const char *const[]){ "▐", "█", "▌" }
                                              : (const char *const[]){ "-", "=", "-" };
  guint side = (width - 1) / 2;
  g_autoptr (GString) left = g_string_new (NULL);
  g_autoptr (GString) right = g_string_new (NULL);
  guint halves[SLUICE_N_DIRECTIONS];

  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    halves[d] = row->rate[d] > 0 ? MAX ((guint) lround (row->rate[d] / scale * side * 2), 1) : 0;
  if (halves[SLUICE_RX] % 2 != 0)
    g_string_append (left, levels[0]);
  for (guint i = 0; i < halves[SLUICE_RX] / 2; i++)
    g_string_append (left, levels[1]);
  for (guint i = 0; i < halves[SLUICE_TX] / 2; i++)
    g_string_append (right, levels[1]);
  if (halves[SLUICE_TX] % 2 != 0)
    g_string_append (right, levels[2]);

  put_field (line, SLUICE_STYLE_DOWNLOAD, left->str, side, TRUE);
  put (line, SLUICE_STYLE_DIM, screen->unicode ? "│" : "|");
  put_field (line, SLUICE_STYLE_UPLOAD, right->str, side, FALSE);
}

static void
put_cell (Line *line,
          const SluiceScreen *screen,
          const SluiceScreenRow *row,
          const SluiceScreenColumn *column,
          guint width,
          double scale)
{
  gboolean idle = row->rate[SLUICE_RX] + row->rate[SLUICE_TX] <= 0;
  g_autofree char *text = NULL;

  if (column->id == SLUICE_COLUMN_BAR)
    put_bar (line, screen, row, scale, width);
  else if (column->id == SLUICE_COLUMN_DOWNLOAD || column->id == SLUICE_COLUMN_UPLOAD)
    {
      if (row->known)
        put_rate (line, row->rate[column->id == SLUICE_COLUMN_UPLOAD], column->id == SLUICE_COLUMN_UPLOAD);
      else
        put_field (line, SLUICE_STYLE_DIM, "-", width, TRUE);
    }
  else
    {
      text = sluice_screen_cell_text (screen, row, column->id);
      put_field (line, idle ? SLUICE_STYLE_DIM : SLUICE_STYLE_NORMAL, text, width, column->right);
    }
}

static void
draw_row (GPtrArray *lines,
          SluiceScreen *screen,
          const SluiceScreenRow *row,
          guint width,
          const guint *widths,
          double scale)
{
  const SluiceScreenColumn *columns;
  Line line = line_new (screen, width);
  guint n;

  columns = sluice_screen_columns (screen->by, &n);
  put_gap (&line, 1);
  for (guint i = 0; i < n; i++)
    {
      if (widths[i] == 0)
        continue;
      if (i > 0)
        put_gap (&line, 1);
      put_cell (&line, screen, row, &columns[i], widths[i], scale);
    }
  add_line (lines, &line);
}

static void
draw_empty (GPtrArray *lines,
            SluiceScreen *screen,
            guint width)
{
  Line line = line_new (screen, width);

  put_gap (&line, 1);
  if (screen->filter->len > 0 && screen->rows->len > 0)
    put (&line, SLUICE_STYLE_DIM, _("Nothing matches the filter; Esc clears it."));
  else if (!screen->started || (screen->by == SLUICE_WATCH_CONNECTIONS && !screen->has_connections)
           || (is_by_packets (screen) && !screen->has_hosts))
    put (&line, SLUICE_STYLE_DIM, screen->unicode ? _("Reading…") : _("Reading..."));
  else if (screen->by == SLUICE_WATCH_CONNECTIONS)
    put (&line, SLUICE_STYLE_DIM, _("No connection is open."));
  else if (is_by_packets (screen))
    put (&line, SLUICE_STYLE_DIM, _("Nothing moves."));
  else
    put (&line, SLUICE_STYLE_DIM, _("No program has a connection open."));
  add_line (lines, &line);
}

static void
draw_others (GPtrArray *lines,
             SluiceScreen *screen,
             guint width,
             guint n)
{
  Line line = line_new (screen, width);
  g_autofree char *text = g_strdup_printf (ngettext ("and %u other", "and %u others", n), n);

  put_gap (&line, 1);
  put (&line, SLUICE_STYLE_DIM, text);
  add_line (lines, &line);
}

static void
draw_rows (GPtrArray *lines,
           SluiceScreen *screen,
           guint width,
           guint height)
{
  g_autoptr (GPtrArray) sorted = sluice_screen_sorted (screen);
  guint widths[16];
  double scale = SCALE_MIN;
  guint n_left_out = screen->top > 0 && sorted->len > screen->top ? sorted->len - screen->top : 0;

  /* The line of one single other would take the room of that one. */
  if (n_left_out == 1)
    n_left_out = 0;
  lay_out (screen->by, width, widths);
  draw_heading (lines, screen, width, widths);
  if (sorted->len == 0)
    draw_empty (lines, screen, width);

  for (guint i = 0; i < sorted->len; i++)
    {
      const SluiceScreenRow *row = g_ptr_array_index (sorted, i);

      scale = MAX (scale, MAX (row->rate[SLUICE_RX], row->rate[SLUICE_TX]));
    }
  screen->n_matched = sorted->len - n_left_out;
  screen->page = height > lines->len + (n_left_out > 0) ? height - lines->len - (n_left_out > 0) : 0;
  if (screen->offset + screen->page > screen->n_matched)
    screen->offset = screen->n_matched > screen->page ? screen->n_matched - screen->page : 0;
  for (guint i = 0; i < screen->page && screen->offset + i < screen->n_matched; i++)
    draw_row (lines, screen, g_ptr_array_index (sorted, screen->offset + i), width, widths, scale);
  if (n_left_out > 0)
    draw_others (lines, screen, width, n_left_out);
}

/* What the figures are, in the kernel tier and where packets are seen. */
static const char *const notes[2][4] = {
  { N_("Interfaces: the kernel's own counters, exact."), N_("Programs: TCP payload with estimated headers."),
    N_("Of no program: UDP, the kernel's own, and what is forwarded."),
    N_("Beyond link: what programs moved and the link did not count.") },
  { N_("Interfaces: the kernel's own counters, exact."), N_("Programs: their packets, of UDP as well."),
    N_("Of no program: the kernel's own, what is forwarded, and what was not seen."),
    N_("Beyond link: what programs moved and the link did not count.") },
};

static void
draw_help (GPtrArray *lines,
           SluiceScreen *screen,
           guint width)
{
  guint tier = screen->source == SLUICE_SOURCE_KERNEL ? 0 : 1;
  static const char *const keys[][2] = {
    { "p  c  i", N_("list programs, connections, interfaces") },
    { "H  P", N_("list hosts, protocols; Tab goes through all lists") },
    { "d  u  t", N_("sort by download, upload, total; again to turn it round") },
    { "n  o  r", N_("sort by name, open connections, round trip") },
    { "<  >", N_("sort by the column to the left or right; arrow keys, too") },
    { "/", N_("show only rows with some text; Esc shows all again") },
    { N_("space"), N_("stop the picture and go on; nothing is lost meanwhile") },
    { N_("up down"), N_("scroll; Page Up, Page Down, Home and End, too") },
    { "q", N_("leave, with a summary") },
  };
  add_blank (lines, screen);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      Line line = line_new (screen, width);

      put_gap (&line, 3);
      put_field (&line, SLUICE_STYLE_BOLD, _(keys[i][0]), 10, FALSE);
      put (&line, SLUICE_STYLE_NORMAL, _(keys[i][1]));
      add_line (lines, &line);
    }
  add_blank (lines, screen);
  for (guint i = 0; i < G_N_ELEMENTS (notes[tier]); i++)
    {
      Line line = line_new (screen, width);

      put_gap (&line, 3);
      put (&line, SLUICE_STYLE_DIM, _(notes[tier][i]));
      add_line (lines, &line);
    }
}

static void
draw_footer (GPtrArray *lines,
             SluiceScreen *screen,
             guint width)
{
  Line line = line_new (screen, width);
  guint last = MIN (screen->offset + screen->page, screen->n_matched);
  g_autofree char *position = g_strdup_printf (_("%u to %u of %u"), screen->offset + 1, last, screen->n_matched);
  guint position_width = sluice_table_width (position) + 1;

  if (screen->editing_filter)
    {
      put_gap (&line, 1);
      put (&line, SLUICE_STYLE_BOLD, _("Filter:"));
      put_gap (&line, 1);
      put (&line, SLUICE_STYLE_NORMAL, screen->filter->str);
      put (&line, SLUICE_STYLE_HEADING, " ");
      add_line (lines, &line);
      return;
    }
  put_gap (&line, 1);
  put_key (&line, "q", _("Quit"));
  put_key (&line, "?", _("Help"));
  put_key (&line, _("Tab"), _("List"));
  put_key (&line, "< >", _("Sort"));
  put_key (&line, "/", _("Filter"));
  put_key (&line, _("space"), screen->paused ? _("Go on") : _("Pause"));
  if (screen->n_matched > screen->page && last > 0 && line.width + position_width <= width)
    {
      put_gap (&line, width - line.width - position_width);
      put (&line, SLUICE_STYLE_DIM, position);
    }
  add_line (lines, &line);
}

static void
line_free (gpointer data)
{
  g_array_unref (data);
}

/**
 * sluice_screen_draw:
 * @screen: a screen
 * @width: columns
 * @height: lines
 *
 * Returns: (transfer full): lines, each a #GArray of #SluiceSpan; no more than @height, none wider than @width
 */
GPtrArray *
sluice_screen_draw (SluiceScreen *screen,
                    guint width,
                    guint height)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);
  guint n_below = height >= 6 ? 1 : 0;

  draw_title (lines, screen, width);
  draw_links (lines, screen, width, height / 4);
  if (screen->fault != NULL)
    {
      Line line = line_new (screen, width);

      put_gap (&line, 1);
      put (&line, SLUICE_STYLE_WARNING, screen->fault);
      add_line (lines, &line);
    }
  if (height >= 16)
    add_blank (lines, screen);

  if (screen->help)
    draw_help (lines, screen, width);
  else
    draw_rows (lines, screen, width, height > n_below ? height - n_below : 0);

  if (lines->len > height - n_below)
    g_ptr_array_set_size (lines, (int) (height - n_below));
  while (lines->len < height - n_below)
    add_blank (lines, screen);
  if (n_below > 0)
    draw_footer (lines, screen, width);
  return lines;
}
