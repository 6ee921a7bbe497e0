#include "model/series.h"

struct _SluiceSeries
{
  grefcount reference_count;
  guint capacity;
  guint start;  /* where the oldest point stands */
  guint length; /* how many there are */
  guint64 serial;
  SluicePoint *points; /* grows up to the capacity, so that an idle series costs nothing */
  guint allocated;
};

/**
 * sluice_series_new:
 * @capacity: how many points it keeps at the most, at least 1
 *
 * Returns: (transfer full): an empty series
 */
SluiceSeries *
sluice_series_new (guint capacity)
{
  SluiceSeries *series = g_new0 (SluiceSeries, 1);

  g_ref_count_init (&series->reference_count);
  series->capacity = MAX (capacity, 1);
  return series;
}

SluiceSeries *
sluice_series_ref (SluiceSeries *series)
{
  g_ref_count_inc (&series->reference_count);
  return series;
}

void
sluice_series_unref (SluiceSeries *series)
{
  if (!g_ref_count_dec (&series->reference_count))
    return;
  g_free (series->points);
  g_free (series);
}

/* The first look comes soon after the start, for there to be figures. Its rate is that of a moment: alone it would be a
 * line as high as none after it. */
static gboolean
is_beginning (const SluicePoint *first, const SluicePoint *next)
{
  return first->is_first_look && first->time == next->time - next->duration;
}

static gint64
first_begin (const SluiceSeries *series)
{
  const SluicePoint *first = sluice_series_get_point (series, 0);

  return first->time - first->duration;
}

/* The first point, and what came after it, as one. */
static void
join_first (SluiceSeries *series, const SluicePoint *next)
{
  SluicePoint *first = &series->points[series->start];
  double duration = (double) (first->duration + next->duration);

  first->rx = (first->rx * first->duration + next->rx * next->duration) / duration;
  first->tx = (first->tx * first->duration + next->tx * next->duration) / duration;
  first->duration += next->duration;
  first->time = next->time;
  first->is_first_look = next->is_first_look;
}

/**
 * sluice_series_append:
 * @series: a series
 * @point: what happened since the point before; one that is not later than the last is left out
 *
 * Adds a point; the oldest goes where the capacity is reached. A first look becomes part of the point that follows it,
 * and one that begins no later than the only point takes its place.
 */
void
sluice_series_append (SluiceSeries *series, const SluicePoint *point)
{
  g_return_if_fail (series != NULL);

  if (series->length > 0 && point->time <= sluice_series_get_last (series)->time)
    return;
  if (series->length == 1 && is_beginning (sluice_series_get_last (series), point))
    {
      join_first (series, point);
      series->serial++;
      return;
    }
  if (series->length == 1 && point->time - point->duration <= first_begin (series))
    series->length = series->start = 0;

  if (series->length == series->allocated && series->allocated < series->capacity)
    {
      /* The ring has not turned yet while it still grows. */
      series->allocated = MIN (series->capacity, MAX (16, series->allocated * 2));
      series->points = g_renew (SluicePoint, series->points, series->allocated);
    }
  if (series->length < series->capacity)
    {
      series->points[series->length++] = *point;
    }
  else
    {
      series->points[series->start] = *point;
      series->start = (series->start + 1) % series->capacity;
    }
  series->serial++;
}

/**
 * sluice_series_get_length:
 * @series: a series
 *
 * Returns: how many points it holds
 */
guint
sluice_series_get_length (const SluiceSeries *series)
{
  return series->length;
}

/**
 * sluice_series_get_point:
 * @series: a series
 * @index: 0 is the oldest
 *
 * Returns: (transfer none): the point, valid until the next append
 */
const SluicePoint *
sluice_series_get_point (const SluiceSeries *series, guint index)
{
  g_return_val_if_fail (index < series->length, NULL);
  return &series->points[(series->start + index) % series->capacity];
}

/**
 * sluice_series_get_last:
 * @series: a series
 *
 * Returns: (transfer none) (nullable): the newest point, or %NULL where there is none
 */
const SluicePoint *
sluice_series_get_last (const SluiceSeries *series)
{
  return series->length > 0 ? sluice_series_get_point (series, series->length - 1) : NULL;
}

/**
 * sluice_series_find:
 * @series: a series
 * @time: boot-time clock, µs
 *
 * Returns: the index of the first point that ends after @time; the length where none does
 */
guint
sluice_series_find (const SluiceSeries *series, gint64 time)
{
  guint low = 0;
  guint high = series->length;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (sluice_series_get_point (series, middle)->time > time)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/**
 * sluice_series_get_serial:
 * @series: a series
 *
 * Returns: how many points were ever appended; a chart that drew this many is up to date
 */
guint64
sluice_series_get_serial (const SluiceSeries *series)
{
  return series->serial;
}

/**
 * sluice_series_summarise:
 * @series: a series
 * @from: boot-time clock, µs
 * @to: boot-time clock, µs
 * @summary_out: (out): what the points that lie in the span, by whatever part, amount to
 *
 * A point that lies in the span by a part counts by that part. The average is over the time for which there is data.
 */
void
sluice_series_summarise (const SluiceSeries *series, gint64 from, gint64 to, SluiceSeriesSummary *summary_out)
{
  SluiceSeriesSummary summary = { 0 };

  for (guint i = sluice_series_find (series, from); i < series->length; i++)
    {
      const SluicePoint *point = sluice_series_get_point (series, i);
      gint64 begin = MAX (point->time - point->duration, from);
      gint64 end = MIN (point->time, to);
      double part;

      if (begin >= to)
        break;
      if (end <= begin)
        continue;
      part = (end - begin) / (double) G_USEC_PER_SEC;
      summary.total[0] += point->rx * part;
      summary.total[1] += point->tx * part;
      summary.peak[0] = MAX (summary.peak[0], point->rx);
      summary.peak[1] = MAX (summary.peak[1], point->tx);
      summary.n_points++;
      summary.duration += end - begin;
    }
  if (summary.duration > 0)
    {
      double seconds = summary.duration / (double) G_USEC_PER_SEC;

      summary.average[0] = summary.total[0] / seconds;
      summary.average[1] = summary.total[1] / seconds;
    }
  *summary_out = summary;
}
