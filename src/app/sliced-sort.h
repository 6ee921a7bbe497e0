#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluiceSortEntry:
 * @number: smaller comes first
 * @text: decides where numbers are equal, by strcmp()
 * @data: what is sorted
 *
 * A snapshot of what a row is sorted by: live figures may move on while a sort goes on.
 */
typedef struct
{
  double number;
  const char *text;
  gpointer data;
} SluiceSortEntry;

/**
 * SluiceSlicedSort:
 *
 * A stable natural merge sort that can stop when its time is up and go on later, so that sorting 10,000 rows never
 * holds up a frame. Cheap where the entries are nearly in order already (D. E. Knuth, The Art of Computer
 * Programming, 5.2.4).
 */
typedef struct _SluiceSlicedSort SluiceSlicedSort;

SluiceSlicedSort *sluice_sliced_sort_new   (void);
void              sluice_sliced_sort_free  (SluiceSlicedSort *sort);
void              sluice_sliced_sort_begin (SluiceSlicedSort *sort,
                                            GArray           *entries,
                                            gboolean          text_backwards);
gboolean          sluice_sliced_sort_step  (SluiceSlicedSort *sort,
                                            gint64            deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceSlicedSort, sluice_sliced_sort_free)

G_END_DECLS
