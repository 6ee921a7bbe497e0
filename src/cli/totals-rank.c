#include "cli/totals.h"

static int
compare_sums (gconstpointer a,
              gconstpointer b)
{
  const SluiceTotal *x = *(const SluiceTotal *const *) a;
  const SluiceTotal *y = *(const SluiceTotal *const *) b;
  guint64 x_bytes = x->sum[SLUICE_RX] + x->sum[SLUICE_TX];
  guint64 y_bytes = y->sum[SLUICE_RX] + y->sum[SLUICE_TX];

  return x_bytes == y_bytes ? 0 : x_bytes > y_bytes ? -1
                                                    : 1;
}

static int
compare_present (gconstpointer a,
                 gconstpointer b)
{
  const SluiceTotal *x = *(const SluiceTotal *const *) a;
  const SluiceTotal *y = *(const SluiceTotal *const *) b;
  guint64 x_bytes = x->now[SLUICE_RX] + x->now[SLUICE_TX];
  guint64 y_bytes = y->now[SLUICE_RX] + y->now[SLUICE_TX];

  return x_bytes == y_bytes ? 0 : x_bytes > y_bytes ? -1
                                                    : 1;
}

/**
 * sluice_totals_rank:
 * @totals: all samples
 * @array: one of its arrays
 * @now: only what the last sample had, by the bytes of that sample; else all, by the sums
 *
 * Returns: (transfer container): the same totals, those that moved most first
 */
GPtrArray *
sluice_totals_rank (const SluiceTotals *totals,
                    const GPtrArray *array,
                    gboolean now)
{
  GPtrArray *ranked = g_ptr_array_sized_new (array->len);

  for (guint i = 0; i < array->len; i++)
    {
      const SluiceTotal *total = g_ptr_array_index (array, i);

      if (!now || total->serial == totals->serial)
        g_ptr_array_add (ranked, g_ptr_array_index (array, i));
    }
  g_ptr_array_sort (ranked, now ? compare_present : compare_sums);
  return ranked;
}

static const guint64 *
get_bytes (const SluiceTotal *total,
           gboolean now)
{
  return now ? total->now : total->sum;
}

static guint64
both (const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  return bytes[SLUICE_RX] + bytes[SLUICE_TX];
}

/**
 * sluice_totals_choose:
 * @totals: all samples
 * @array: one of its arrays
 * @forgotten: (nullable): what no row of that stands for any more
 * @now: as for sluice_totals_rank()
 * @n_rows: how many rows there is room for
 * @rest: (inout): what the rows do not show is added to this
 *
 * Chooses what a list shows: what moved most. The line of one single other would say less than that one, which is shown
 * instead.
 *
 * Returns: (transfer container): the same totals, those that moved most first
 */
GPtrArray *
sluice_totals_choose (const SluiceTotals *totals,
                      const GPtrArray *array,
                      const SluiceRest *forgotten,
                      gboolean now,
                      guint n_rows,
                      SluiceRest *rest)
{
  GPtrArray *chosen = sluice_totals_rank (totals, array, now);
  gboolean has_forgotten = !now && forgotten != NULL && forgotten->count > 0;
  guint n = chosen->len;

  while (n > 0 && both (get_bytes (g_ptr_array_index (chosen, n - 1), now)) == 0)
    n--;
  if (n == n_rows + 1 && !has_forgotten)
    n_rows++;
  for (guint i = n_rows; i < n; i++)
    if (now)
      sluice_rest_add (rest, ((const SluiceTotal *) g_ptr_array_index (chosen, i))->now, NULL, 0);
    else
      sluice_rest_add_total (rest, g_ptr_array_index (chosen, i));
  if (has_forgotten)
    sluice_rest_add_rest (rest, forgotten);
  g_ptr_array_set_size (chosen, (int) MIN (n, n_rows));
  return chosen;
}

/* A connection of which it is not known where it runs may run where nobody counts. */
static gboolean
is_counted (const SluiceTotals *totals,
            const GPtrArray *array,
            const SluiceTotal *total)
{
  return array != totals->connections || ((const SluiceConnectionTotal *) total)->interface != NULL;
}

/**
 * sluice_totals_get_remainder:
 * @totals: all samples
 * @array: its hosts, connections or protocols
 * @forgotten: (nullable): what no row of that stands for any more
 * @now: only the last sample, else all
 * @remainder_out: (out): of nothing that could be counted
 *
 * Says what the links counted and no row has, so that the rows and that, without what the links did not count, are what
 * they counted. What a row is ahead of its link, for the moment between the two looks, is none of it.
 */
void
sluice_totals_get_remainder (const SluiceTotals *totals,
                             const GPtrArray *array,
                             const SluiceRest *forgotten,
                             gboolean now,
                             SluiceRest *remainder_out)
{
  *remainder_out = (SluiceRest){ 0 };
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      guint64 listed = !now && forgotten != NULL ? forgotten->bytes[d] : 0;
      guint64 listed_forwarded = !now && forgotten != NULL ? forgotten->forwarded[d] : 0;
      guint64 counted = 0, forwarded = 0;

      for (guint i = 0; i < totals->interfaces->len; i++)
        {
          const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);

          forwarded += total->total.forwarded[d];
          if (!now)
            counted += total->total.sum[d] + total->row.excess[d];
          else if (total->total.serial == totals->serial)
            counted += total->total.now[d] + total->excess_now[d];
        }
      for (guint i = 0; i < array->len; i++)
        {
          const SluiceTotal *total = g_ptr_array_index (array, i);

          listed_forwarded += total->forwarded[d];
          if ((!now || total->serial == totals->serial) && is_counted (totals, array, total))
            listed += get_bytes (total, now)[d];
        }
      remainder_out->bytes[d] = counted - MIN (counted, listed);
      if (!now)
        remainder_out->forwarded[d] = forwarded - MIN (forwarded, listed_forwarded);
    }
}
