#include "capture/file-bins.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define THEN (G_GINT64_CONSTANT (1700000000) * SECOND)

static void
test_seconds (void)
{
  SluiceFileBins bins;

  sluice_file_bins_init (&bins, 0, THEN + 700000);
  g_assert_cmpint (bins.begin, ==, THEN);
  g_assert_cmpint (sluice_file_bins_next (&bins, THEN + 700000, 0), ==, THEN + SECOND);
  g_assert_cmpint (sluice_file_bins_next (&bins, THEN + SECOND, 0), ==, THEN + 2 * SECOND);
  /* What goes back makes no bin of its own. */
  g_assert_cmpint (sluice_file_bins_next (&bins, THEN - 100 * SECOND, 0), ==, THEN + 3 * SECOND);
}

static void
test_gap (void)
{
  SluiceFileBins bins;

  sluice_file_bins_init (&bins, 0, THEN);
  sluice_file_bins_next (&bins, THEN, 0);
  g_assert_cmpint (sluice_file_bins_next (&bins, THEN + 5000 * SECOND + 3, 0), ==, THEN + 5000 * SECOND);
  g_assert_cmpint (sluice_file_bins_next (&bins, THEN + 5000 * SECOND + 3, 0), ==, THEN + 5001 * SECOND);
}

/* A file of so many seconds with a packet in each: how many bins it has. */
static guint
count_bins (guint64 size, guint64 seconds)
{
  SluiceFileBins bins;
  gint64 end = 0, before;

  sluice_file_bins_init (&bins, size, THEN);
  for (gint64 next = THEN; next < THEN + (gint64) seconds * SECOND; next = end)
    {
      before = bins.end;
      end = sluice_file_bins_next (&bins, next, size > 0 ? size * (guint64) ((next - THEN) / SECOND) / seconds : 0);
      g_assert_cmpint (end, >, before);
      if (end == G_MAXINT64)
        break;
    }
  g_assert_cmpuint (bins.n, <=, SLUICE_FILE_BINS_MAX);
  return bins.n;
}

static void
test_bound (void)
{
  const guint64 lengths[] = { 1, 60, 1800, 3600, 86400, 864000, 31536000, 3153600000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint of_stream = count_bins (0, lengths[i]), of_file = count_bins (1 << 20, lengths[i]);

      /* Fine enough for a chart. */
      g_assert_cmpuint (of_stream, >=, MIN (lengths[i], 1000));
      g_assert_cmpuint (of_file, >=, MIN (lengths[i], 500));
    }
}

static void
test_known_size_is_even (void)
{
  SluiceFileBins bins;
  gint64 first;

  /* A day in a file: its bins are wide from the second on, and stay so. */
  sluice_file_bins_init (&bins, 86400, THEN);
  sluice_file_bins_next (&bins, THEN, 0);
  sluice_file_bins_next (&bins, THEN + SECOND, 1);
  first = bins.width;
  g_assert_cmpint (first, >=, 30 * SECOND);
  while (bins.end < THEN + 86400 * SECOND)
    sluice_file_bins_next (&bins, bins.end, (guint64) ((bins.end - THEN) / SECOND));
  g_assert_cmpint (bins.width, <=, 2 * first);
}

static void
test_end_of_time (void)
{
  SluiceFileBins bins;
  const gint64 late = G_GINT64_CONSTANT (253402300799) * SECOND;

  sluice_file_bins_init (&bins, 1000, 0);
  g_assert_cmpint (sluice_file_bins_next (&bins, 0, 1), ==, SECOND);
  g_assert_cmpint (sluice_file_bins_next (&bins, late, 2), <=, late);
  for (guint i = 0; i < SLUICE_FILE_BINS_MAX; i++)
    g_assert_cmpint (sluice_file_bins_next (&bins, late, 500), >, 0);
}

static void
test_last (void)
{
  SluiceFileBins bins;
  gint64 before;

  sluice_file_bins_init (&bins, 0, G_MAXINT64);
  for (guint i = 0; i < 3; i++)
    {
      before = bins.end;
      g_assert_cmpint (sluice_file_bins_next (&bins, G_MAXINT64, 0), >=, before);
    }
  g_assert_cmpint (bins.end, ==, G_MAXINT64);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-bins/begins-with-seconds", test_seconds);
  g_test_add_func ("/file-bins/makes-one-bin-of-a-gap", test_gap);
  g_test_add_func ("/file-bins/has-never-too-many-nor-too-few", test_bound);
  g_test_add_func ("/file-bins/are-even-where-the-size-is-known", test_known_size_is_even);
  g_test_add_func ("/file-bins/survives-the-end-of-time", test_end_of_time);
  g_test_add_func ("/file-bins/ends-where-time-does", test_last);
  return g_test_run ();
}
