#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluicePoint:
 * @time: boot-time clock at the end of the span, µs
 * @duration: the span's length, µs
 * @rx: bytes/s received, averaged over the span
 * @tx: bytes/s sent
 * @is_first_look: see #SluiceSample
 */
typedef struct
{
  gint64 time;
  gint64 duration;
  double rx;
  double tx;
  gboolean is_first_look;
} SluicePoint;

/**
 * SluiceSeries:
 *
 * The last rates of one thing, oldest first, in a ring that never grows: charts read it, the engine appends to it.
 * Where a point does not begin where the one before it ended, there is a gap: no data, not zero. Main loop only.
 */
typedef struct _SluiceSeries SluiceSeries;

/* What a span of a series amounts to; rates in bytes/s, totals in bytes, peaks of single points, µs with data. */
typedef struct
{
  double average[2];
  double peak[2];
  double total[2];
  gint64 duration;
  guint n_points;
} SluiceSeriesSummary;

SluiceSeries      *sluice_series_new        (guint                capacity);
SluiceSeries      *sluice_series_ref        (SluiceSeries        *series);
void               sluice_series_unref      (SluiceSeries        *series);
void               sluice_series_append     (SluiceSeries        *series,
                                             const SluicePoint   *point);
guint              sluice_series_get_length (const SluiceSeries  *series);
const SluicePoint *sluice_series_get_point  (const SluiceSeries  *series,
                                             guint                index);
const SluicePoint *sluice_series_get_last   (const SluiceSeries  *series);
guint              sluice_series_find       (const SluiceSeries  *series,
                                             gint64               time);
guint64            sluice_series_get_serial (const SluiceSeries  *series);
void               sluice_series_summarise  (const SluiceSeries  *series,
                                             gint64               from,
                                             gint64               to,
                                             SluiceSeriesSummary *summary_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceSeries, sluice_series_unref)

G_END_DECLS
