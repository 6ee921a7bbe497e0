#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many samples a file has at the most. */
#define SLUICE_FILE_BINS_MAX 3600

/**
 * SluiceFileBins:
 * @size: of the file, bytes; 0 is not known, as of standard input
 * @begin: of the first bin, µs since 1970
 * @end: of the last bin that was begun
 * @width: of that bin, µs
 * @n: how many were begun
 *
 * Parts a file's time into bins, which begin with a second and grow so that there are never too many of them.
 */
typedef struct
{
  guint64 size;
  gint64 begin;
  gint64 end;
  gint64 width;
  guint n;
} SluiceFileBins;

void   sluice_file_bins_init (SluiceFileBins *bins,
                              guint64         size,
                              gint64          first);
gint64 sluice_file_bins_next (SluiceFileBins *bins,
                              gint64          next,
                              guint64         position);

G_END_DECLS
