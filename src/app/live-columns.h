#pragma once

#include <gtk/gtk.h>

#include "app/settling-list.h"

G_BEGIN_DECLS

/* The most widgets that a cell has to set. */
#define SLUICE_LIVE_CELL_PARTS 4

/**
 * SluiceLiveCell:
 * @item: the row's object; %NULL until the cell is filled
 * @list_item: the cell's place in the list
 * @parts: the cell's widgets, as its column made them
 * @shown: what they show, for the column to compare with what there is to show
 *
 * One cell that is made, whether seen or not.
 */
typedef struct
{
  gpointer item;
  GtkListItem *list_item;
  GtkWidget *parts[SLUICE_LIVE_CELL_PARTS];
  guint64 shown[2];

  /*< private >*/
  gpointer column;
  GList link;
  guint filled;
} SluiceLiveCell;

/**
 * SluiceLiveColumn:
 * @id: names it in settings
 * @title: translated; %NULL for none
 * @sorts: rows can be sorted by it
 * @largest_first: a first click on its header puts the largest first
 * @expands: takes the room that is left
 * @figures: holds figures, which end where their heading ends
 * @make: (transfer floating): makes a cell's widgets
 * @fill: sets them; @anew tells that the cell has another item than before
 */
typedef struct
{
  const char *id;
  const char *title;
  gboolean sorts;
  gboolean largest_first;
  gboolean expands;
  gboolean figures;
  GtkWidget *(*make) (SluiceLiveCell *cell, gpointer user_data);
  void (*fill) (SluiceLiveCell *cell, gboolean anew, gpointer user_data);
} SluiceLiveColumn;

#define SLUICE_TYPE_LIVE_COLUMNS (sluice_live_columns_get_type ())
/**
 * SluiceLiveColumns:
 *
 * The columns of a #GtkColumnView whose cells are places: what they show is what a #SluiceSettlingList has at their
 * position. Cells are filled when they are bound and when told, but only where they are on the screen: GTK keeps some
 * hundred rows ready that nobody sees. Holds the list while the pointer is over it, and sorts it as the headers say.
 *
 * Signal "sort-changed": the user chose another order by a click on a header (get_sort).
 */
G_DECLARE_FINAL_TYPE (SluiceLiveColumns, sluice_live_columns, SLUICE, LIVE_COLUMNS, GObject)

SluiceLiveColumns   *sluice_live_columns_new        (GtkColumnView          *view,
                                                     SluiceSettlingList     *list,
                                                     gpointer                user_data);
GtkColumnViewColumn *sluice_live_columns_add        (SluiceLiveColumns      *self,
                                                     const SluiceLiveColumn *column);
GListModel          *sluice_live_columns_get_places (SluiceLiveColumns      *self);
void                 sluice_live_columns_refresh    (SluiceLiveColumns      *self);
void                 sluice_live_columns_refill     (SluiceLiveColumns      *self);
gboolean             sluice_live_columns_get_sort   (SluiceLiveColumns      *self,
                                                     guint                  *column_out,
                                                     gboolean               *descending_out);
void                 sluice_live_columns_set_sort   (SluiceLiveColumns      *self,
                                                     guint                   column,
                                                     gboolean                descending);
void                 sluice_live_columns_focus      (SluiceLiveColumns      *self,
                                                     guint                   position);
void                 sluice_live_columns_move_focus (SluiceLiveColumns      *self,
                                                     guint                   position);
gpointer             sluice_live_columns_get_row_at (SluiceLiveColumns      *self,
                                                     double                  y);

G_END_DECLS
