#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SLUICE_VERDICT_HIDDEN, /* not to be shown */
  SLUICE_VERDICT_FITS,   /* shown where a row above or below it matches */
  SLUICE_VERDICT_MATCHES,
} SluiceVerdict;

/* The column that is sorted by text; the others have figures. */
#define SLUICE_SETTLING_TEXT 0

/**
 * SluiceSettlingFuncs:
 * @get_children: (transfer none) (nullable): the rows below a row; may itself be %NULL where there are none at all
 * @judge: whether a row is shown; may be %NULL where all are
 * @get_number: what a row is sorted by in a column of figures; NAN is unknown and comes last either way
 * @make_text: (transfer full): a collation key; where figures are equal it decides
 */
typedef struct
{
  GListModel *(*get_children) (gpointer item, gpointer user_data);
  SluiceVerdict (*judge) (gpointer item, gpointer user_data);
  double (*get_number) (gpointer item, guint column, gpointer user_data);
  char *(*make_text) (gpointer item, gpointer user_data);
} SluiceSettlingFuncs;

#define SLUICE_TYPE_SETTLING_LIST (sluice_settling_list_get_type ())
/**
 * SluiceSettlingList:
 *
 * A tree of live rows as one flat, filtered and sorted #GListModel that holds still while it is looked at closely.
 * What the user asks for (another order, a search, a row opened) is done at once; what the figures ask for waits
 * until nothing holds the list, and is done once a second at most. Work is cut into slices of 2 ms; an order that is
 * ready is one "items-changed" over the part that differs. Rows are the source's own objects, so selection and focus
 * stay with them.
 *
 * Signal "settling": the rows are about to change.
 * Signal "settled": a new order is in force, or was found to be the old one.
 */
G_DECLARE_FINAL_TYPE (SluiceSettlingList, sluice_settling_list, SLUICE, SETTLING_LIST, GObject)

SluiceSettlingList *sluice_settling_list_new          (const SluiceSettlingFuncs *funcs,
                                                       gpointer                   user_data);
void                sluice_settling_list_set_source   (SluiceSettlingList        *self,
                                                       GListModel                *source);
void                sluice_settling_list_set_sort     (SluiceSettlingList        *self,
                                                       guint                      column,
                                                       gboolean                   descending);
void                sluice_settling_list_refilter     (SluiceSettlingList        *self);
void                sluice_settling_list_forget_texts (SluiceSettlingList        *self);
void                sluice_settling_list_touch        (SluiceSettlingList        *self);
void                sluice_settling_list_set_seen     (SluiceSettlingList        *self,
                                                       gboolean                   seen);
void                sluice_settling_list_set_held     (SluiceSettlingList        *self,
                                                       gboolean                   held);
void                sluice_settling_list_hold_for     (SluiceSettlingList        *self,
                                                       guint                      milliseconds);
void                sluice_settling_list_finish       (SluiceSettlingList        *self);
gpointer            sluice_settling_list_peek         (SluiceSettlingList        *self,
                                                       guint                      position);
gboolean            sluice_settling_list_find         (SluiceSettlingList        *self,
                                                       gpointer                   item,
                                                       guint                     *position_out);
guint               sluice_settling_list_get_depth    (SluiceSettlingList        *self,
                                                       gpointer                   item);
gboolean            sluice_settling_list_get_expanded (SluiceSettlingList        *self,
                                                       gpointer                   item);
void                sluice_settling_list_set_expanded (SluiceSettlingList        *self,
                                                       gpointer                   item,
                                                       gboolean                   expanded);

G_END_DECLS
