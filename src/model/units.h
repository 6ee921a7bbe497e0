#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SLUICE_RATE_UNIT_BITS,  /* bit/s, SI prefixes: the default */
  SLUICE_RATE_UNIT_BYTES, /* B/s, SI prefixes */
} SluiceRateUnit;

typedef enum
{
  SLUICE_SIZE_UNIT_SI,  /* kB, MB, GB: powers of 1000, the default */
  SLUICE_SIZE_UNIT_IEC, /* KiB, MiB, GiB: powers of 1024 */
} SluiceSizeUnit;

/**
 * SluiceUnits:
 *
 * How the user wants numbers to be written.
 */
typedef struct
{
  SluiceRateUnit rate;
  SluiceSizeUnit size;
} SluiceUnits;

/* Enough for every text of this file in every language shipped. */
#define SLUICE_UNITS_TEXT_MAX 48

const char *sluice_units_format_rate     (double         bytes_per_second,
                                          SluiceRateUnit unit,
                                          char           text_out[SLUICE_UNITS_TEXT_MAX]);
const char *sluice_units_format_size     (guint64        bytes,
                                          SluiceSizeUnit unit,
                                          char           text_out[SLUICE_UNITS_TEXT_MAX]);
const char *sluice_units_format_latency  (guint32        microseconds,
                                          char           text_out[SLUICE_UNITS_TEXT_MAX]);
const char *sluice_units_format_percent  (double         fraction,
                                          char           text_out[SLUICE_UNITS_TEXT_MAX]);
const char *sluice_units_format_duration (gint64         microseconds,
                                          char           text_out[SLUICE_UNITS_TEXT_MAX]);
gboolean    sluice_units_parse_rate      (const char    *text,
                                          double        *bytes_per_second_out,
                                          GError       **error);

G_END_DECLS
