#include "capture/file-bins.h"

/* What people count time in, s. */
static const gint64 widths[] = { 1,   2,    5,    10,   15,    30,    60,    120,   300,
                                 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800 };

/* A file of unknown length: half of the bins that are left have a width, the next half of those that are left then are
 * four times as wide, and so on; the last one holds all the rest. */
static gint64
width_by_count (guint n)
{
  gint64 width = G_USEC_PER_SEC;
  guint left = SLUICE_FILE_BINS_MAX;

  while (left > 8 && n >= left / 2)
    {
      n -= left / 2;
      left -= left / 2;
      width *= 4;
    }
  return n + 1 >= left ? G_MAXINT64 : width;
}

/* A file of known size: what is left of it takes as long as what was read, byte for byte. Half of the bins that are
 * left are kept for where that is wrong, and for gaps. */
static gint64
width_by_size (const SluiceFileBins *bins, guint64 position)
{
  gint64 done = bins->end - bins->begin;
  double left, wanted;

  if (bins->size == 0 || position == 0 || done <= 0 || position >= bins->size)
    return 0;
  left = (double) done * (double) (bins->size - position) / (double) position;
  wanted = left / G_USEC_PER_SEC / MAX (1, (SLUICE_FILE_BINS_MAX - (gint) bins->n) / 2);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    if (wanted <= (double) widths[i])
      return widths[i] * G_USEC_PER_SEC;
  return widths[G_N_ELEMENTS (widths) - 1] * G_USEC_PER_SEC;
}

static gint64
floor_to (gint64 time, gint64 width)
{
  return time - time % width;
}

/**
 * sluice_file_bins_init:
 * @bins: (out): no bin yet
 * @size: of the file, bytes; 0 is not known
 * @first: the time of the first packet, µs since 1970, not before that
 */
void
sluice_file_bins_init (SluiceFileBins *bins, guint64 size, gint64 first)
{
  gint64 begin = floor_to (MAX (first, 0), G_USEC_PER_SEC);

  *bins = (SluiceFileBins){ .size = size, .begin = begin, .end = begin, .width = G_USEC_PER_SEC };
}

/**
 * sluice_file_bins_next:
 * @bins: bins
 * @next: the time of the packet that comes next, µs since 1970
 * @position: how much of the file was read, bytes
 *
 * Begins a bin where the last one ended. A time in which nothing happens is one bin, however long it is.
 *
 * Returns: where it ends, µs since 1970
 */
gint64
sluice_file_bins_next (SluiceFileBins *bins, gint64 next, guint64 position)
{
  gint64 by_count = width_by_count (bins->n);

  bins->n++;
  bins->width = MAX (bins->width, MAX (width_by_size (bins, position), by_count));
  /* Where time cannot be counted any further, the last bin has no end. */
  if (bins->width == G_MAXINT64 || bins->end >= G_MAXINT64 - bins->width)
    bins->end = G_MAXINT64;
  else if (next >= bins->end && next - bins->end > bins->width)
    bins->end = MAX (floor_to (next, bins->width), bins->end + G_USEC_PER_SEC);
  else
    bins->end = floor_to (bins->end, bins->width) + bins->width;
  return bins->end;
}
