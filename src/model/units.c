#include "model/units.h"

#include <math.h>
#include <string.h>

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "model/text.h"

/* Without prefix, then k, M, G, T, P, E: more than 64 bits hold. */
#define N_PREFIXES 7

static const char *const bit_rates[N_PREFIXES] = {
  /* TRANSLATORS: units of rate and size. %s is a number such as 24.1. Write the unit as your language does, with the
   * space or no-break space that belongs between number and unit. */
  NC_ ("unit", "%s bit/s"),  NC_ ("unit", "%s kbit/s"), NC_ ("unit", "%s Mbit/s"), NC_ ("unit", "%s Gbit/s"),
  NC_ ("unit", "%s Tbit/s"), NC_ ("unit", "%s Pbit/s"), NC_ ("unit", "%s Ebit/s"),
};

static const char *const byte_rates[N_PREFIXES] = {
  /* TRANSLATORS: bytes a second */
  NC_ ("unit", "%s B/s"),  NC_ ("unit", "%s kB/s"), NC_ ("unit", "%s MB/s"), NC_ ("unit", "%s GB/s"),
  NC_ ("unit", "%s TB/s"), NC_ ("unit", "%s PB/s"), NC_ ("unit", "%s EB/s"),
};

static const char *const si_sizes[N_PREFIXES] = {
  /* TRANSLATORS: bytes, in powers of 1000 */
  NC_ ("unit", "%s B"),  NC_ ("unit", "%s kB"), NC_ ("unit", "%s MB"), NC_ ("unit", "%s GB"),
  NC_ ("unit", "%s TB"), NC_ ("unit", "%s PB"), NC_ ("unit", "%s EB"),
};

static const char *const iec_sizes[N_PREFIXES] = {
  /* TRANSLATORS: bytes, in powers of 1024 */
  NC_ ("unit", "%s B"),   NC_ ("unit", "%s KiB"), NC_ ("unit", "%s MiB"), NC_ ("unit", "%s GiB"),
  NC_ ("unit", "%s TiB"), NC_ ("unit", "%s PiB"), NC_ ("unit", "%s EiB"),
};

static const char *const latencies[] = {
  /* TRANSLATORS: round-trip times in microseconds, milliseconds and seconds */
  NC_("unit", "%s µs"),
  NC_("unit", "%s ms"),
  NC_("unit", "%s s"),
};

/* A number with room for any locale's decimal separator. */
typedef char Number[32];

/* What stands where nothing is known. */
static const char *
write_unknown (char text_out[SLUICE_UNITS_TEXT_MAX])
{
  g_strlcpy (text_out, "–", SLUICE_UNITS_TEXT_MAX);
  return text_out;
}

/* Puts @number where the translated @pattern says "%s". Not printf: a pattern out of a catalogue can then do no harm,
 * whatever it holds. */
static const char *
write_pattern (const char *pattern, const char *number, char text_out[SLUICE_UNITS_TEXT_MAX])
{
  const char *translated = g_dpgettext2 (GETTEXT_PACKAGE, "unit", pattern);
  const char *end;
  gsize length = 0;

  while (*translated != '\0' && length < SLUICE_UNITS_TEXT_MAX - 1)
    {
      if (g_str_has_prefix (translated, "%s"))
        {
          length += g_strlcpy (text_out + length, number, SLUICE_UNITS_TEXT_MAX - length);
          translated += 2;
        }
      else
        {
          translated += g_str_has_prefix (translated, "%%") ? 1 : 0;
          text_out[length++] = *translated++;
        }
    }
  text_out[MIN (length, SLUICE_UNITS_TEXT_MAX - 1)] = '\0';
  if (!g_utf8_validate (text_out, -1, &end))
    text_out[end - text_out] = '\0';
  return text_out;
}

/* Three significant digits, with the decimal separator of the locale; 0 <= @value < 1e15. Each limit is where the next
 * form would round up to the same text. */
static void
write_number (double value, Number number_out)
{
  guint decimals = value < 0.9995 ? 3 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

  g_snprintf (number_out, sizeof (Number), "%.*f", (int) decimals, value);
}

/* Writes @value with the first of @patterns, each @base times the one before, that leaves at most three digits before
 * the separator. The first is a thing that cannot be split: it has no decimals. */
static const char *
write_scaled (double value,
              double base,
              const char *const *patterns,
              guint n_patterns,
              char text_out[SLUICE_UNITS_TEXT_MAX])
{
  Number number;
  guint i = 0;

  if (value < base - 0.5)
    g_snprintf (number, sizeof number, "%.0f", value);
  else
    {
      for (value /= base, i = 1; value >= 999.5 && i + 1 < n_patterns; i++)
        value /= base;
      write_number (value, number);
    }
  return write_pattern (patterns[i], number, text_out);
}

/**
 * sluice_units_format_rate:
 * @bytes_per_second: a rate in bytes/s
 * @unit: how to show it
 * @text_out: where to write
 *
 * Writes a rate in SI prefixes with three significant digits and the locale's decimal separator: "24.1 Mbit/s",
 * "950 bit/s", "3.01 MB/s"; "–" for what is no rate: negative, not a number, or 1000 Ebit/s and more. Like all of this
 * file it may be called from any thread.
 *
 * Returns: @text_out
 */
const char *
sluice_units_format_rate (double bytes_per_second, SluiceRateUnit unit, char text_out[SLUICE_UNITS_TEXT_MAX])
{
  /* Written so that NaN fails it too; fabs() for the zero that has a sign. */
  if (!(bytes_per_second >= 0 && bytes_per_second < 1e21 / 8))
    return write_unknown (text_out);
  if (unit == SLUICE_RATE_UNIT_BYTES)
    return write_scaled (fabs (bytes_per_second), 1000, byte_rates, N_PREFIXES, text_out);
  return write_scaled (fabs (bytes_per_second) * 8, 1000, bit_rates, N_PREFIXES, text_out);
}

/**
 * sluice_units_format_size:
 * @bytes: a number of bytes
 * @unit: in powers of 1000 or 1024
 * @text_out: where to write
 *
 * Writes a size with three significant digits: "3.20 GB", "2.98 GiB"; single bytes exactly: "512 B".
 *
 * Returns: @text_out
 */
const char *
sluice_units_format_size (guint64 bytes, SluiceSizeUnit unit, char text_out[SLUICE_UNITS_TEXT_MAX])
{
  if (unit == SLUICE_SIZE_UNIT_IEC)
    return write_scaled ((double) bytes, 1024, iec_sizes, N_PREFIXES, text_out);
  return write_scaled ((double) bytes, 1000, si_sizes, N_PREFIXES, text_out);
}

/**
 * sluice_units_format_latency:
 * @microseconds: a time in µs, or 0 for unknown
 * @text_out: where to write
 *
 * Writes a short time with three significant digits: "850 µs", "14.2 ms", "1.20 s"; "–" for unknown.
 *
 * Returns: @text_out
 */
const char *
sluice_units_format_latency (guint32 microseconds, char text_out[SLUICE_UNITS_TEXT_MAX])
{
  if (microseconds == 0)
    return write_unknown (text_out);
  return write_scaled (microseconds, 1000, latencies, G_N_ELEMENTS (latencies), text_out);
}

/**
 * sluice_units_format_percent:
 * @fraction: a share, 1 for all; it may be more
 * @text_out: where to write
 *
 * Writes a share in per cent: "0 %", "<0.1 %", "0.4 %", "2 %", "130 %"; "–" for what is no share: negative, not a
 * number, or ten thousand times the whole and more.
 *
 * Returns: @text_out
 */
const char *
sluice_units_format_percent (double fraction, char text_out[SLUICE_UNITS_TEXT_MAX])
{
  double percent = fraction == 0 ? 0 : fraction * 100; /* no sign on zero */
  Number number;

  if (!(percent >= 0 && percent < 1e6))
    return write_unknown (text_out);

  if (percent > 0 && percent < 0.1)
    {
      g_snprintf (number, sizeof number, "%.1f", 0.1);
      /* TRANSLATORS: less than so many per cent; %s is a number, %% the sign */
      return write_pattern (NC_("unit", "<%s %%"), number, text_out);
    }
  g_snprintf (number, sizeof number, "%.*f", percent > 0 && percent < 0.95 ? 1 : 0, percent);
  /* TRANSLATORS: so many per cent; %s is a number, %% the sign. Some languages have no space here. */
  return write_pattern (NC_("unit", "%s %%"), number, text_out);
}

/**
 * sluice_units_format_duration:
 * @microseconds: a time in µs
 * @text_out: where to write
 *
 * Writes a time as its two largest units, what is smaller cut off as on a clock: "45 s", "3 min 20 s", "12 h 03 min",
 * "2 d 04 h"; "–" when it is negative.
 *
 * Returns: @text_out
 */
const char *
sluice_units_format_duration (gint64 microseconds, char text_out[SLUICE_UNITS_TEXT_MAX])
{
  gint64 seconds = microseconds / G_USEC_PER_SEC;
  const char *end;

  if (microseconds < 0)
    return write_unknown (text_out);

  if (seconds < 60)
    /* TRANSLATORS: seconds */
    g_snprintf (text_out, SLUICE_UNITS_TEXT_MAX, C_("unit", "%d s"), (int) seconds);
  else if (seconds < 3600)
    /* TRANSLATORS: minutes and seconds */
    g_snprintf (text_out, SLUICE_UNITS_TEXT_MAX, C_("unit", "%d min %02d s"), (int) (seconds / 60),
                (int) (seconds % 60));
  else if (seconds < 86400)
    /* TRANSLATORS: hours and minutes */
    g_snprintf (text_out, SLUICE_UNITS_TEXT_MAX, C_("unit", "%d h %02d min"), (int) (seconds / 3600),
                (int) (seconds / 60 % 60));
  else
    /* TRANSLATORS: days and hours */
    g_snprintf (text_out, SLUICE_UNITS_TEXT_MAX, C_("unit", "%d d %02d h"), (int) (seconds / 86400),
                (int) (seconds / 3600 % 24));

  if (!g_utf8_validate (text_out, -1, &end))
    text_out[end - text_out] = '\0';
  return text_out;
}

/* What one of @unit is in bytes/s, or 0 when it is no unit of rate. */
static double
parse_unit (const char *unit)
{
  static const char *const bit_words[] = { "bit", "bits", "bit/s", "bits/s" };
  static const struct
  {
    char letter;
    double factor;
  } prefixes[] = { { 'k', 1e3 }, { 'm', 1e6 }, { 'g', 1e9 }, { 't', 1e12 } };
  double factor = 1;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_ascii_tolower (*unit) == prefixes[i].letter)
      {
        factor = prefixes[i].factor;
        unit++;
        break;
      }

  for (guint i = 0; i < G_N_ELEMENTS (bit_words); i++)
    if (g_ascii_strcasecmp (unit, bit_words[i]) == 0)
      return factor / 8;
  /* Where one letter stands for the unit, only its case tells bits from bytes. */
  if (g_str_equal (unit, "bps"))
    return factor / 8;
  return g_str_equal (unit, "B/s") ? factor : 0;
}

/**
 * sluice_units_parse_rate:
 * @text: a rate as a person writes it on a command line
 * @bytes_per_second_out: (out): the rate in bytes/s; untouched on failure
 * @error: a place for an error
 *
 * Reads a rate: a number, "." before its decimals in every locale, and a unit with SI prefix k, m, g, t or none:
 * "10mbit", "1.5gbit", "800kbit", "2MB/s"; also "10 Mbit/s" and "10mbps", which are bits. Bit words may be in any case;
 * "B/s" is bytes only with a capital B. It must be 8 bit/s at least, since the kernel's limits count whole bytes a
 * second, and less than 1 PB/s.
 *
 * Fails with %G_NUMBER_PARSER_ERROR, _INVALID when it is no rate and _OUT_OF_BOUNDS when it is too small or too large.
 *
 * Returns: whether @text was a rate
 */
gboolean
sluice_units_parse_rate (const char *text, double *bytes_per_second_out, GError **error)
{
  g_autofree char *shown = NULL;
  gsize span;
  double number;
  double factor;
  double rate;
  char *end;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (bytes_per_second_out != NULL, FALSE);

  shown = sluice_text_sanitise (text, -1, 40);
  if (text[0] == '-' && g_ascii_isdigit (text[1]))
    {
      g_set_error (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS,
                   _("“%s” is negative: a rate must be at least 8bit"), shown);
      return FALSE;
    }

  /* The span keeps out what strtod() takes too: signs, exponents, hexadecimals, "inf". */
  span = strspn (text, "0123456789.");
  number = g_ascii_strtod (text, &end);
  factor = parse_unit (text + span + (text[span] == ' ' ? 1 : 0));
  if (span == 0 || end != text + span || factor == 0)
    {
      g_set_error (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID,
                   _("“%s” is not a rate: write it like 10mbit, 1.5gbit, 800kbit or 2MB/s"), shown);
      return FALSE;
    }

  rate = number * factor;
  if (rate < 1 || rate >= 1e15)
    {
      g_set_error (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS,
                   rate < 1 ? _("“%s” is too small: a rate must be at least 8bit")
                            : _("“%s” is too large: a rate must be less than 1000TB/s"),
                   shown);
      return FALSE;
    }
  *bytes_per_second_out = rate;
  return TRUE;
}
