#include "model/series.h"

#define SECOND G_USEC_PER_SEC

static void
append (SluiceSeries *series, double time, double duration, double rx, double tx)
{
  SluicePoint point = { time * SECOND, duration * SECOND, rx, tx };

  sluice_series_append (series, &point);
}

/* Points that end at 1, 2, … @n seconds with their number as rx and ten times that as tx. */
static SluiceSeries *
make (guint capacity, guint n)
{
  SluiceSeries *series = sluice_series_new (capacity);

  for (guint i = 1; i <= n; i++)
    append (series, i, 1, i, 10.0 * i);
  return series;
}

static void
test_empty (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (10);
  SluiceSeriesSummary summary = { .n_points = 42, .peak = { 1, 1 } };

  g_assert_cmpuint (sluice_series_get_length (series), ==, 0);
  g_assert_cmpuint (sluice_series_get_serial (series), ==, 0);
  g_assert_null (sluice_series_get_last (series));
  g_assert_cmpuint (sluice_series_find (series, 0), ==, 0);
  sluice_series_summarise (series, 0, G_MAXINT64, &summary);
  g_assert_cmpuint (summary.n_points, ==, 0);
  g_assert_cmpfloat (summary.average[0], ==, 0);
  g_assert_cmpfloat (summary.peak[0], ==, 0);
}

static void
test_ring (void)
{
  /* Around the sizes at which the memory grows and the ring turns. */
  for (guint capacity = 1; capacity <= 70; capacity++)
    for (guint n = 0; n <= 3 * capacity; n += 1 + n / 20)
      {
        g_autoptr (SluiceSeries) series = make (capacity, n);
        guint length = MIN (capacity, n);

        g_assert_cmpuint (sluice_series_get_length (series), ==, length);
        g_assert_cmpuint (sluice_series_get_serial (series), ==, n);
        for (guint i = 0; i < length; i++)
          g_assert_cmpfloat (sluice_series_get_point (series, i)->rx, ==, n - length + i + 1);
        if (n > 0)
          g_assert_cmpfloat (sluice_series_get_last (series)->rx, ==, n);
      }
}

static void
append_first_look (SluiceSeries *series, double time, double duration, double rx, double tx)
{
  SluicePoint point = { time * SECOND, duration * SECOND, rx, tx, TRUE };

  sluice_series_append (series, &point);
}

/* A look of a quarter of a second into a burst, as at the start, and then as long ones as there are. */
static void
test_first (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (10);
  SluiceSeriesSummary summary;

  append_first_look (series, 10.25, 0.25, 1000, 40);
  append (series, 11.25, 1, 100, 0);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 1);
  g_assert_cmpuint (sluice_series_get_serial (series), ==, 2);
  g_assert_cmpint (sluice_series_get_last (series)->time, ==, 11.25 * SECOND);
  g_assert_cmpint (sluice_series_get_last (series)->duration, ==, 1.25 * SECOND);
  append (series, 12.25, 1, 200, 0);
  append (series, 12.5, 0.25, 300, 0);
  append (series, 13.5, 1, 300, 0);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 4);
  sluice_series_summarise (series, 0, G_MAXINT64, &summary);
  g_assert_cmpfloat_with_epsilon (summary.total[0], 250 + 100 + 200 + 75 + 300, 1e-6);
  g_assert_cmpfloat_with_epsilon (summary.total[1], 10, 1e-6);
  g_assert_cmpfloat (summary.peak[0], ==, 300);
}

static void
test_first_alone (void)
{
  g_autoptr (SluiceSeries) apart = sluice_series_new (10);
  g_autoptr (SluiceSeries) alike = sluice_series_new (10);
  g_autoptr (SluiceSeries) covered = sluice_series_new (10);

  /* There is a gap between the two. */
  append_first_look (apart, 10.25, 0.25, 1000, 0);
  append (apart, 12.25, 1, 100, 0);
  g_assert_cmpuint (sluice_series_get_length (apart), ==, 2);
  append (alike, 10.25, 0.25, 1000, 0);
  append (alike, 11.25, 1, 100, 0);
  g_assert_cmpuint (sluice_series_get_length (alike), ==, 2);
  /* Who joined them already says so. */
  append_first_look (covered, 10.25, 0.25, 1000, 0);
  append (covered, 11.25, 1.25, 280, 0);
  g_assert_cmpuint (sluice_series_get_length (covered), ==, 1);
  g_assert_cmpfloat (sluice_series_get_last (covered)->rx, ==, 280);
  append (covered, 12.25, 1, 2, 0);
  g_assert_cmpuint (sluice_series_get_length (covered), ==, 2);
}

static void
test_order (void)
{
  g_autoptr (SluiceSeries) series = make (10, 3);

  append (series, 3, 1, 99, 99);
  append (series, 2.5, 1, 99, 99);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 3);
  g_assert_cmpuint (sluice_series_get_serial (series), ==, 3);
  g_assert_cmpfloat (sluice_series_get_last (series)->rx, ==, 3);
}

static void
test_find (void)
{
  g_autoptr (SluiceSeries) series = make (5, 8); /* holds 4 to 8 */

  g_assert_cmpuint (sluice_series_find (series, G_MININT64), ==, 0);
  g_assert_cmpuint (sluice_series_find (series, 4 * SECOND - 1), ==, 0);
  g_assert_cmpuint (sluice_series_find (series, 4 * SECOND), ==, 1);
  g_assert_cmpuint (sluice_series_find (series, 7 * SECOND + 1), ==, 4);
  g_assert_cmpuint (sluice_series_find (series, 8 * SECOND), ==, 5);
  g_assert_cmpuint (sluice_series_find (series, G_MAXINT64), ==, 5);
}

static void
test_summary (void)
{
  g_autoptr (SluiceSeries) series = make (100, 10);
  SluiceSeriesSummary summary;

  sluice_series_summarise (series, 0, 10 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 10);
  g_assert_cmpfloat_with_epsilon (summary.total[0], 55, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.total[1], 550, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.average[0], 5.5, 1e-9);
  g_assert_cmpfloat (summary.peak[0], ==, 10);
  g_assert_cmpfloat (summary.peak[1], ==, 100);

  /* From half of the third second to a quarter of the fifth: 3 × 0.5 + 4 + 5 × 0.25 over 1.75 s. */
  sluice_series_summarise (series, 2.5 * SECOND, 4.25 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 3);
  g_assert_cmpfloat_with_epsilon (summary.total[0], 6.75, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.average[0], 6.75 / 1.75, 1e-9);
  g_assert_cmpfloat (summary.peak[0], ==, 5);

  /* Within a single point. */
  sluice_series_summarise (series, 2.25 * SECOND, 2.5 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 1);
  g_assert_cmpfloat_with_epsilon (summary.total[0], 0.75, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.average[0], 3, 1e-9);
}

static void
test_summary_edges (void)
{
  g_autoptr (SluiceSeries) series = make (100, 10);
  SluiceSeriesSummary summary;

  sluice_series_summarise (series, 2 * SECOND, 3 * SECOND, &summary); /* neither neighbour by a hair */
  g_assert_cmpuint (summary.n_points, ==, 1);
  g_assert_cmpfloat (summary.total[0], ==, 3);

  sluice_series_summarise (series, 3 * SECOND, 3 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 0);
  sluice_series_summarise (series, 5 * SECOND, 3 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 0);
  sluice_series_summarise (series, -5 * SECOND, 0, &summary);
  g_assert_cmpuint (summary.n_points, ==, 0);
  sluice_series_summarise (series, 10 * SECOND, 20 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 0);
}

static void
test_gap (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (10);
  SluiceSeriesSummary summary;

  append (series, 1, 1, 100, 0);
  append (series, 61, 1, 300, 0); /* a minute asleep */
  sluice_series_summarise (series, 0, 61 * SECOND, &summary);
  g_assert_cmpfloat_with_epsilon (summary.average[0], 200, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.total[0], 400, 1e-9);

  sluice_series_summarise (series, 10 * SECOND, 50 * SECOND, &summary);
  g_assert_cmpuint (summary.n_points, ==, 0);
}

static void
test_references (void)
{
  SluiceSeries *series = make (4, 4);
  g_autoptr (SluiceSeries) reference = sluice_series_ref (series);

  sluice_series_unref (series);
  g_assert_cmpuint (sluice_series_get_length (reference), ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/series/is-empty-at-first", test_empty);
  g_test_add_func ("/series/keeps-the-newest-points-in-order", test_ring);
  g_test_add_func ("/series/a-first-look-is-part-of-what-follows", test_first);
  g_test_add_func ("/series/a-short-first-point-is-one-all-the-same", test_first_alone);
  g_test_add_func ("/series/leaves-out-a-point-that-is-not-later", test_order);
  g_test_add_func ("/series/finds-the-first-point-that-ends-after-a-moment", test_find);
  g_test_add_func ("/series/sums-points-by-the-part-that-lies-in-the-span", test_summary);
  g_test_add_func ("/series/spans-that-hold-nothing-amount-to-nothing", test_summary_edges);
  g_test_add_func ("/series/averages-over-the-time-that-has-data", test_gap);
  g_test_add_func ("/series/lives-as-long-as-its-last-reference", test_references);

  return g_test_run ();
}
