#include "app/sliced-sort.h"

#include <string.h>

struct _SluiceSlicedSort
{
  GArray *entries; /* the caller's, while a sort runs */
  GArray *scratch;
  GArray *from; /* one of the two above: what this round reads */
  GArray *to;
  GArray *runs;      /* guint: where each sorted run begins in @from, then the length */
  GArray *next_runs; /* likewise in @to */
  guint next;        /* the run to merge next */
  gboolean text_backwards;
};

static int
compare (const SluiceSlicedSort *sort,
         const SluiceSortEntry  *a,
         const SluiceSortEntry  *b)
{
  int order;

  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  order = g_strcmp0 (a->text, b->text);

  return sort->text_backwards ? -order : order;
}

/**
 * sluice_sliced_sort_new:
 *
 * Returns: (transfer full): a sorter that keeps its scratch space from one sort to the next
 */
SluiceSlicedSort *
sluice_sliced_sort_new (void)
{
  SluiceSlicedSort *sort = g_new0 (SluiceSlicedSort, 1);

  sort->scratch = g_array_new (FALSE, FALSE, sizeof (SluiceSortEntry));
  sort->runs = g_array_new (FALSE, FALSE, sizeof (guint));
  sort->next_runs = g_array_new (FALSE, FALSE, sizeof (guint));

  return sort;
}

void
sluice_sliced_sort_free (SluiceSlicedSort *sort)
{
  g_array_unref (sort->scratch);
  g_array_unref (sort->runs);
  g_array_unref (sort->next_runs);
  g_free (sort);
}

/**
 * sluice_sliced_sort_begin:
 * @sort: a sorter
 * @entries: array of #SluiceSortEntry, not to be touched until sluice_sliced_sort_step() has returned %TRUE
 * @text_backwards: texts go from last to first
 *
 * Begins to sort @entries in place; a sort that was under way is given up.
 */
void
sluice_sliced_sort_begin (SluiceSlicedSort *sort,
                          GArray           *entries,
                          gboolean          text_backwards)
{
  const SluiceSortEntry *entry = (const SluiceSortEntry *) (gpointer) entries->data;
  guint n = entries->len;

  sort->entries = sort->from = entries;
  sort->to = sort->scratch;
  sort->text_backwards = text_backwards;
  sort->next = 0;
  g_array_set_size (sort->scratch, n);
  g_array_set_size (sort->next_runs, 0);
  g_array_set_size (sort->runs, 0);
  for (guint i = 0; i < n; i++)
    if (i == 0 || compare (sort, &entry[i - 1], &entry[i]) > 0)
      g_array_append_val (sort->runs, i);
  g_array_append_val (sort->runs, n);
}

static void
merge (SluiceSlicedSort *sort,
       guint             begin,
       guint             middle,
       guint             end)
{
  const SluiceSortEntry *from = (const SluiceSortEntry *) (gpointer) sort->from->data;
  SluiceSortEntry *to = (SluiceSortEntry *) (gpointer) sort->to->data + begin;
  guint a = begin, b = middle;

  while (a < middle && b < end)
    *to++ = compare (sort, &from[b], &from[a]) < 0 ? from[b++] : from[a++];
  memcpy (to, from + a, (middle - a) * sizeof *to);
  memcpy (to + (middle - a), from + b, (end - b) * sizeof *to);
}

/* One round is done: what was written is read next. */
static void
turn_round (SluiceSlicedSort *sort)
{
  GArray *runs = sort->runs;

  g_array_append_val (sort->next_runs, sort->entries->len);
  sort->runs = sort->next_runs;
  sort->next_runs = runs;
  g_array_set_size (sort->next_runs, 0);
  sort->next = 0;
  sort->from = sort->to;
  sort->to = sort->from == sort->entries ? sort->scratch : sort->entries;
}

/**
 * sluice_sliced_sort_step:
 * @sort: a sorter that was begun
 * @deadline: monotonic clock, µs, when to stop; it is looked at after each merged run
 *
 * Returns: %TRUE when the entries are in order
 */
gboolean
sluice_sliced_sort_step (SluiceSlicedSort *sort,
                         gint64            deadline)
{
  while (sort->runs->len > 2)
    {
      guint last = sort->runs->len - 1;

      while (sort->next < last)
        {
          guint begin = g_array_index (sort->runs, guint, sort->next);
          guint middle = g_array_index (sort->runs, guint, sort->next + 1);
          guint end = g_array_index (sort->runs, guint, MIN (sort->next + 2, last));

          merge (sort, begin, middle, end);
          g_array_append_val (sort->next_runs, begin);
          sort->next += 2;
          if ((sort->next & 63) == 0 && g_get_monotonic_time () >= deadline)
            return FALSE;
        }
      turn_round (sort);
      if (g_get_monotonic_time () >= deadline && sort->runs->len > 2)
        return FALSE;
    }

  if (sort->from != sort->entries && sort->entries->len > 0)
    memcpy (sort->entries->data, sort->from->data, sort->entries->len * sizeof (SluiceSortEntry));
  sort->from = sort->entries;

  return TRUE;
}
