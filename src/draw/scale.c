#include "sluice-config.h"

#include "draw/scale.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static double
per_unit (SluiceRateUnit unit)
{
  return unit == SLUICE_RATE_UNIT_BITS ? 8.0 : 1.0;
}

/* The least of 1, 2, 5 times a power of ten that is not below @value, which a rounding error does not push up. */
static double
nice_ceiling (double value)
{
  const double power = pow (10.0, floor (log10 (value)));
  const double mantissa = value / power - 1e-9;

  return power * (mantissa <= 1.0 ? 1.0 : mantissa <= 2.0 ? 2.0 : mantissa <= 5.0 ? 5.0 : 10.0);
}

/**
 * sluice_scale_nice_maximum:
 * @peak: the largest rate to show, bytes/s
 * @unit: the unit in which the axis is to be nice
 *
 * Returns: the end of an axis that holds @peak, bytes/s
 */
double
sluice_scale_nice_maximum (double         peak,
                           SluiceRateUnit unit)
{
  double least = SLUICE_SCALE_FLOOR_BITS / 8.0;

  return nice_ceiling ((isfinite (peak) ? MAX (peak, least) : least) * per_unit (unit)) / per_unit (unit);
}

/**
 * sluice_scale_update:
 * @self: a scale, zeroed before the first use
 * @peak: the largest rate in view, bytes/s
 * @unit: the unit shown
 * @now: any steady clock, µs, above 0
 *
 * Returns: whether the axis has another end now
 */
gboolean
sluice_scale_update (SluiceScale   *self,
                     double         peak,
                     SluiceRateUnit unit,
                     gint64         now)
{
  const double wanted = sluice_scale_nice_maximum (peak, unit);
  const double tolerance = self->maximum * 1e-6;

  if (wanted > self->maximum + tolerance)
    {
      self->maximum = wanted;
      self->below_since = 0;
      return TRUE;
    }

  /* Just under the end of the smaller axis is where it would jump back again. */
  if (wanted > self->maximum - tolerance || (peak > 0.9 * wanted && wanted * 2.6 > self->maximum))
    {
      self->below_since = 0;
      return FALSE;
    }
  if (self->below_since == 0)
    self->below_since = now;
  if (now - self->below_since < SLUICE_SCALE_PATIENCE)
    return FALSE;

  self->maximum = wanted;
  self->below_since = 0;
  return TRUE;
}

/**
 * sluice_scale_step:
 * @maximum: the end of an axis, from sluice_scale_nice_maximum(), bytes/s
 * @unit: the unit shown
 * @n_most: how many lines there is room for, the end's own included
 *
 * Returns: the distance of the lines of the grid, bytes/s; divides @maximum
 */
double
sluice_scale_step (double         maximum,
                   SluiceRateUnit unit,
                   guint          n_most)
{
  const double shown = maximum * per_unit (unit);
  const int mantissa = (int) lround (shown / pow (10.0, floor (log10 (shown) + 1e-9)));
  /* Into how many equal parts an axis divides so that each line has a short name. */
  static const guint parts[3][4] = { { 10, 5, 2, 1 }, { 8, 4, 2, 1 }, { 10, 5, 2, 1 } };
  const guint *choice = parts[mantissa == 1 ? 0 : mantissa == 2 ? 1 : 2];

  for (guint i = 0; i < 4; i++)
    if (choice[i] <= MAX (n_most, 1))
      return maximum / choice[i];
  return maximum;
}

/**
 * sluice_scale_axis_unit:
 * @maximum: the end of the axis, bytes/s
 * @unit: bits or bytes
 * @axis_unit_out: (out caller-allocates): the unit in which every label of the axis is written
 */
void
sluice_scale_axis_unit (double          maximum,
                        SluiceRateUnit  unit,
                        SluiceAxisUnit *axis_unit_out)
{
  const char *names[2][5] = {
    /* Translators: units of a rate, SI prefixes */
    { C_("rate", "bit/s"), C_("rate", "kbit/s"), C_("rate", "Mbit/s"), C_("rate", "Gbit/s"), C_("rate", "Tbit/s") },
    { C_("rate", "B/s"), C_("rate", "kB/s"), C_("rate", "MB/s"), C_("rate", "GB/s"), C_("rate", "TB/s") },
  };
  double shown = maximum * per_unit (unit) * (1 + 1e-9);
  double factor = 1.0;
  guint i = 0;

  for (; i + 1 < G_N_ELEMENTS (names[0]) && shown >= factor * 1000.0; i++)
    factor *= 1000.0;

  axis_unit_out->per = factor / per_unit (unit);
  axis_unit_out->name = names[unit == SLUICE_RATE_UNIT_BITS ? 0 : 1][i];
}

/**
 * sluice_scale_time_step:
 * @span: the length of the axis, µs
 * @n_most: how many steps there is room for
 *
 * Returns: the distance of the lines of a time grid, µs: a round number of seconds, minutes or hours, and, if there is
 *   one, one that divides @span
 */
gint64
sluice_scale_time_step (gint64 span,
                        guint  n_most)
{
  static const guint seconds[] = {
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600,
  };
  const gint64 least = span / MAX (n_most, 1);
  gint64 first = 0;

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      gint64 step = (gint64) seconds[i] * G_USEC_PER_SEC;

      if (step < least)
        continue;
      if (span % step == 0)
        return step;
      if (first == 0)
        first = step;
    }
  return first != 0 ? first : MAX (span, 1);
}
