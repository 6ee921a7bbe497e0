#include "sluice-config.h"

#include "app/program-cells.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/cell-text.h"
#include "charts/sparkline.h"

/* How far a row below another one is moved in, pixels. */
#define INDENT 18
/* What a cell has beside its text: padding, and in the first one the arrow and the icon. */
#define PADDING 12
#define NAME_EXTRA (PADDING + 16 + 6 + 24 + 6)
/* What a name has at least, and what it should have before less important columns are shown, in characters. */
#define NAME_LEAST 8
#define NAME_GOOD 18
#define SPARKLINE_WIDTH 90

/* Widgets of the first cell of a row. */
enum
{
  PART_ARROW,
  PART_ICON,
  PART_NAME,
  PART_DETAIL,
};

static GtkWidget *
make_name (SluiceLiveCell *cell,
           gpointer        user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  cell->parts[PART_ARROW] = gtk_image_new ();
  gtk_widget_set_size_request (cell->parts[PART_ARROW], 16, 16);
  cell->parts[PART_ICON] = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (cell->parts[PART_ICON]), 24);
  cell->parts[PART_NAME] = sluice_cell_text_new (0, NAME_LEAST, NULL);
  cell->parts[PART_DETAIL] = sluice_cell_text_new (0, NAME_LEAST, "dim-label");
  gtk_widget_add_css_class (cell->parts[PART_DETAIL], "caption");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), cell->parts[PART_NAME]);
  gtk_box_append (GTK_BOX (texts), cell->parts[PART_DETAIL]);
  gtk_box_append (GTK_BOX (box), cell->parts[PART_ARROW]);
  gtk_box_append (GTK_BOX (box), cell->parts[PART_ICON]);
  gtk_box_append (GTK_BOX (box), texts);

  return box;
}

/* The whole path, and what else the row has no room for. */
static void
set_tooltip (GtkWidget         *widget,
             SluiceProgramItem *item)
{
  SluiceProgram *program = sluice_program_item_get_program (item);

  gtk_widget_set_tooltip_text (widget, program != NULL && program->path != NULL ? program->path
                                                                                : sluice_program_item_get_name (item));
}

static void
fill_name (SluiceLiveCell *cell,
           gboolean        anew,
           gpointer        user_data)
{
  SluiceProgramCells *self = user_data;
  SluiceProgramItem *item = cell->item;
  GtkWidget *box = gtk_list_item_get_child (cell->list_item);
  guint depth = sluice_settling_list_get_depth (self->list, item);
  gboolean expanded = sluice_settling_list_get_expanded (self->list, item);
  gboolean alive = sluice_program_item_get_stats (item)->alive, can_expand = sluice_program_item_can_expand (item);
  guint64 state = depth << 3 | (alive ? 4u : 0) | (can_expand ? 2u : 0) | (expanded ? 1u : 0) | 1u << 31;

  if (anew)
    {
      g_autoptr (GIcon) icon = sluice_program_item_make_icon (item);

      gtk_image_set_from_gicon (GTK_IMAGE (cell->parts[PART_ICON]), icon);
      sluice_cell_text_set (cell->parts[PART_NAME], sluice_program_item_get_name (item));
      sluice_cell_text_name_row (box, sluice_program_item_get_name (item));
      set_tooltip (box, item);
    }
  sluice_cell_text_set (cell->parts[PART_DETAIL], sluice_program_item_get_detail (item));
  if (cell->shown[0] == state)
    return;
  cell->shown[0] = state;
  gtk_widget_set_margin_start (box, (int) depth * INDENT);
  gtk_image_set_from_icon_name (GTK_IMAGE (cell->parts[PART_ARROW]),
                                !can_expand ? NULL : expanded ? "pan-down-symbolic" : "pan-end-symbolic");
  if (can_expand)
    gtk_accessible_update_state (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_STATE_EXPANDED, expanded, -1);
  else
    gtk_accessible_reset_state (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_STATE_EXPANDED);
  /* One that has ended stays for a while, faded. */
  gtk_widget_set_opacity (box, alive ? 1 : 0.5);
}

static GtkWidget *
make_sparkline (SluiceLiveCell *cell,
                gpointer        user_data)
{
  cell->parts[0] = sluice_sparkline_new ();
  gtk_widget_set_size_request (cell->parts[0], SPARKLINE_WIDTH, 24);
  gtk_widget_set_valign (cell->parts[0], GTK_ALIGN_CENTER);

  return cell->parts[0];
}

static void
fill_sparkline (SluiceLiveCell *cell,
                gboolean        anew,
                gpointer        user_data)
{
  SluiceProgramCells *self = user_data;

  /* A program has another series after the scope has changed. */
  sluice_sparkline_set_series (SLUICE_SPARKLINE (cell->parts[0]), sluice_program_item_get_series (cell->item));
  sluice_sparkline_set_now (SLUICE_SPARKLINE (cell->parts[0]), self->now);
}

static GtkWidget *
make_figure (SluiceLiveCell *cell,
             const char     *title)
{
  cell->parts[0] = sluice_cell_text_new (1, 0, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (cell->parts[0]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);

  return cell->parts[0];
}

static GtkWidget *
make_download (SluiceLiveCell *cell,
               gpointer        user_data)
{
  return make_figure (cell, _("Download"));
}

static GtkWidget *
make_upload (SluiceLiveCell *cell,
             gpointer        user_data)
{
  return make_figure (cell, _("Upload"));
}

static GtkWidget *
make_total (SluiceLiveCell *cell,
            gpointer        user_data)
{
  return make_figure (cell, _("Total"));
}

static GtkWidget *
make_connections (SluiceLiveCell *cell,
                  gpointer        user_data)
{
  return make_figure (cell, _("Connections"));
}

static GtkWidget *
make_rtt (SluiceLiveCell *cell,
          gpointer        user_data)
{
  return make_figure (cell, _("Round trip"));
}

/* Whether the cell shows something else than @value; nothing is faded. */
static gboolean
differs (SluiceProgramCells *self,
         SluiceProgramColumn column,
         SluiceLiveCell     *cell,
         gboolean            anew,
         guint64             value)
{
  if (anew)
    sluice_cell_text_set_characters (cell->parts[0], self->characters[column]);
  if (!anew && cell->shown[0] == value)
    return FALSE;
  if (value == 0)
    gtk_widget_add_css_class (cell->parts[0], "dim-label");
  else if (anew || cell->shown[0] == 0)
    gtk_widget_remove_css_class (cell->parts[0], "dim-label");
  cell->shown[0] = value;

  return TRUE;
}

static void
fill_rate (SluiceProgramCells *self,
           SluiceLiveCell     *cell,
           gboolean            anew,
           SluiceDirection     direction)
{
  double rate = sluice_program_item_get_stats (cell->item)->rate[direction];
  char text[SLUICE_UNITS_TEXT_MAX];
  guint64 bits;

  memcpy (&bits, &rate, sizeof bits);
  if (differs (self, direction == SLUICE_RX ? SLUICE_PROGRAM_COLUMN_DOWNLOAD : SLUICE_PROGRAM_COLUMN_UPLOAD, cell, anew,
               bits))
    sluice_cell_text_set (cell->parts[0], sluice_units_format_rate (rate, self->units.rate, text));
}

static void
fill_download (SluiceLiveCell *cell,
               gboolean        anew,
               gpointer        user_data)
{
  fill_rate (user_data, cell, anew, SLUICE_RX);
}

static void
fill_upload (SluiceLiveCell *cell,
             gboolean        anew,
             gpointer        user_data)
{
  fill_rate (user_data, cell, anew, SLUICE_TX);
}

static void
fill_total (SluiceLiveCell *cell,
            gboolean        anew,
            gpointer        user_data)
{
  SluiceProgramCells *self = user_data;
  const SluiceProgramStats *stats = sluice_program_item_get_stats (cell->item);
  guint64 total = stats->total[SLUICE_RX] + stats->total[SLUICE_TX];
  char text[SLUICE_UNITS_TEXT_MAX];

  if (differs (self, SLUICE_PROGRAM_COLUMN_TOTAL, cell, anew, total))
    sluice_cell_text_set (cell->parts[0], sluice_units_format_size (total, self->units.size, text));
}

static void
fill_connections (SluiceLiveCell *cell,
                  gboolean        anew,
                  gpointer        user_data)
{
  guint32 connections = sluice_program_item_get_stats (cell->item)->connections;
  char text[16];

  if (!differs (user_data, SLUICE_PROGRAM_COLUMN_CONNECTIONS, cell, anew, connections))
    return;
  g_snprintf (text, sizeof text, "%u", connections);
  sluice_cell_text_set (cell->parts[0], text);
}

static void
fill_rtt (SluiceLiveCell *cell,
          gboolean        anew,
          gpointer        user_data)
{
  guint32 rtt = sluice_program_item_get_stats (cell->item)->rtt_us;
  char text[SLUICE_UNITS_TEXT_MAX];

  if (differs (user_data, SLUICE_PROGRAM_COLUMN_RTT, cell, anew, rtt))
    sluice_cell_text_set (cell->parts[0], rtt != 0 ? sluice_units_format_latency (rtt, text) : "–");
}

/**
 * sluice_program_cells_add_columns:
 * @columns: a table's columns, whose data are #SluiceProgramCells
 * @added_out: (out caller-allocates): the table's columns as they were added
 */
void
sluice_program_cells_add_columns (SluiceLiveColumns   *columns,
                                  GtkColumnViewColumn *added_out[SLUICE_N_PROGRAM_COLUMNS])
{
  const SluiceLiveColumn contents[SLUICE_N_PROGRAM_COLUMNS] = {
    { "name", _("Program"), TRUE, FALSE, TRUE, FALSE, make_name, fill_name },
    { "sparkline", _("Last minute"), FALSE, FALSE, FALSE, FALSE, make_sparkline, fill_sparkline },
    { "download", _("Download"), TRUE, TRUE, FALSE, TRUE, make_download, fill_download },
    { "upload", _("Upload"), TRUE, TRUE, FALSE, TRUE, make_upload, fill_upload },
    { "total", _("Total"), TRUE, TRUE, FALSE, TRUE, make_total, fill_total },
    /* Translators: heads a narrow column: number of connections */
    { "connections", _("Conn."), TRUE, TRUE, FALSE, TRUE, make_connections, fill_connections },
    /* Translators: heads a narrow column: round-trip time */
    { "rtt", _("RTT"), TRUE, TRUE, FALSE, TRUE, make_rtt, fill_rtt },
  };

  for (guint i = 0; i < SLUICE_N_PROGRAM_COLUMNS; i++)
    added_out[i] = sluice_live_columns_add (columns, &contents[i]);
}

/**
 * sluice_program_cells_set_units:
 * @self: what the cells know
 * @units: how numbers are written from now on
 *
 * Finds out how wide figures are then.
 */
void
sluice_program_cells_set_units (SluiceProgramCells *self,
                                SluiceUnits         units)
{
  guint rate = sluice_cell_text_count_rate (NULL, "", units.rate);

  self->units = units;
  self->characters[SLUICE_PROGRAM_COLUMN_DOWNLOAD] = rate;
  self->characters[SLUICE_PROGRAM_COLUMN_UPLOAD] = rate;
  self->characters[SLUICE_PROGRAM_COLUMN_TOTAL] = sluice_cell_text_count_size (units.size);
  self->characters[SLUICE_PROGRAM_COLUMN_CONNECTIONS] = sluice_cell_text_count (NULL, "88888");
  self->characters[SLUICE_PROGRAM_COLUMN_RTT] = sluice_cell_text_count_latency (NULL);
}

static int
measure_column (SluiceProgramCells  *self,
                GtkColumnViewColumn *column,
                SluiceProgramColumn  which)
{
  const char *title = gtk_column_view_column_get_title (column);
  int heading = sluice_cell_text_get_width ("heading", sluice_cell_text_count ("heading", title));
  int cell = SPARKLINE_WIDTH;

  if (which != SLUICE_PROGRAM_COLUMN_SPARKLINE)
    {
      /* The arrow that tells the order. */
      heading += 20;
      cell = sluice_cell_text_get_width (NULL, self->characters[which]);
    }

  return MAX (heading, cell) + PADDING;
}

/**
 * sluice_program_cells_share:
 * @self: what the cells know
 * @columns: a table's columns
 * @width: what the table has, in pixels
 *
 * Shows the columns that there is room for; first go those that say least.
 */
void
sluice_program_cells_share (SluiceProgramCells        *self,
                            GtkColumnViewColumn *const columns[SLUICE_N_PROGRAM_COLUMNS],
                            int                        width)
{
  static const SluiceProgramColumn order[] = { SLUICE_PROGRAM_COLUMN_DOWNLOAD,  SLUICE_PROGRAM_COLUMN_UPLOAD,
                                               SLUICE_PROGRAM_COLUMN_TOTAL,     SLUICE_PROGRAM_COLUMN_RTT,
                                               SLUICE_PROGRAM_COLUMN_SPARKLINE, SLUICE_PROGRAM_COLUMN_CONNECTIONS };
  int least = sluice_cell_text_get_width (NULL, NAME_LEAST), good = sluice_cell_text_get_width (NULL, NAME_GOOD);
  int left = width - NAME_EXTRA;

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      left -= measure_column (self, columns[order[i]], order[i]);
      /* One rate there must be; the other one stands in the pane too. */
      gtk_column_view_column_set_visible (columns[order[i]], i == 0 || left >= (i == 1 ? least : good));
    }
}

/**
 * sluice_program_item_get_number:
 * @item: a row
 * @column: a column
 *
 * Returns: what the row is sorted by in that column, or NAN where that is unknown or no number
 */
double
sluice_program_item_get_number (SluiceProgramItem   *item,
                                SluiceProgramColumn  column)
{
  const SluiceProgramStats *stats = sluice_program_item_get_stats (item);

  switch (column)
    {
    case SLUICE_PROGRAM_COLUMN_DOWNLOAD:
      return stats->rate[SLUICE_RX];
    case SLUICE_PROGRAM_COLUMN_UPLOAD:
      return stats->rate[SLUICE_TX];
    case SLUICE_PROGRAM_COLUMN_TOTAL:
      return (double) (stats->total[SLUICE_RX] + stats->total[SLUICE_TX]);
    case SLUICE_PROGRAM_COLUMN_CONNECTIONS:
      return stats->connections;
    case SLUICE_PROGRAM_COLUMN_RTT:
      return stats->rtt_us != 0 ? stats->rtt_us : NAN;
    case SLUICE_PROGRAM_COLUMN_NAME:
    case SLUICE_PROGRAM_COLUMN_SPARKLINE:
    case SLUICE_N_PROGRAM_COLUMNS:
    default:
      return NAN;
    }
}

/**
 * sluice_program_item_can_expand:
 * @item: a row
 *
 * Returns: whether there is more below it than it says itself: a program's only process says nothing new
 */
gboolean
sluice_program_item_can_expand (SluiceProgramItem *item)
{
  GListModel *children = sluice_program_item_get_children (item);
  guint n = children != NULL ? g_list_model_get_n_items (children) : 0;

  return n > (sluice_program_item_get_level (item) == SLUICE_ITEM_PROGRAM ? 1u : 0u);
}

/**
 * sluice_program_make_icon:
 * @program: a program
 *
 * Returns: (transfer full): its icon, with one for any program where the theme has none
 */
GIcon *
sluice_program_make_icon (const SluiceProgram *program)
{
  const char *any = "application-x-executable-symbolic";
  const char *names[] = { program->icon_name != NULL ? program->icon_name : any, any };

  if (program->kind == SLUICE_PROGRAM_OTHER_USERS)
    return g_themed_icon_new ("system-users-symbolic");

  return g_themed_icon_new_from_names ((char **) names, G_N_ELEMENTS (names));
}

/**
 * sluice_program_item_make_icon:
 * @item: a row
 *
 * Returns: (transfer full): the icon of its program, or that of a group
 */
GIcon *
sluice_program_item_make_icon (SluiceProgramItem *item)
{
  SluiceProgram *program = sluice_program_item_get_program (item);

  return program != NULL ? sluice_program_make_icon (program) : g_themed_icon_new ("folder-symbolic");
}
