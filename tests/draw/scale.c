#include "draw/scale.h"

#include <math.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

static void
assert_close (double value,
              double expected)
{
  g_assert_cmpfloat_with_epsilon (value, expected, expected * 1e-6);
}

static void
test_steps (void)
{
  static const struct
  {
    double bits;
    double expected;
  } cases[] = {
    { 10e3, 10e3 },   { 10.1e3, 20e3 }, { 20e3, 20e3 }, { 21e3, 50e3 },
    { 5.1e6, 10e6 },  { 99e6, 100e6 },  { 1e9, 1e9 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_close (sluice_scale_nice_maximum (cases[i].bits / 8, SLUICE_RATE_UNIT_BITS) * 8, cases[i].expected);
}

static void
test_bytes (void)
{
  assert_close (sluice_scale_nice_maximum (1.5e6, SLUICE_RATE_UNIT_BYTES), 2e6);
  assert_close (sluice_scale_nice_maximum (1.5e6, SLUICE_RATE_UNIT_BITS), 20e6 / 8);
}

static void
test_floor (void)
{
  assert_close (sluice_scale_nice_maximum (0, SLUICE_RATE_UNIT_BITS), 1250);
  assert_close (sluice_scale_nice_maximum (12, SLUICE_RATE_UNIT_BITS), 1250);
  assert_close (sluice_scale_nice_maximum (0, SLUICE_RATE_UNIT_BYTES), 2000);
  assert_close (sluice_scale_nice_maximum (NAN, SLUICE_RATE_UNIT_BITS), 1250);
}

static void
test_grows (void)
{
  SluiceScale scale = { 0 };

  g_assert_true (sluice_scale_update (&scale, 1e3, SLUICE_RATE_UNIT_BITS, SECOND));
  assert_close (scale.maximum, 1250);
  g_assert_true (sluice_scale_update (&scale, 1e6, SLUICE_RATE_UNIT_BITS, SECOND));
  assert_close (scale.maximum, 1.25e6);
  g_assert_false (sluice_scale_update (&scale, 1.1e6, SLUICE_RATE_UNIT_BITS, 2 * SECOND));
}

static void
test_shrinks (void)
{
  SluiceScale scale = { 0 };

  sluice_scale_update (&scale, 1e6, SLUICE_RATE_UNIT_BITS, SECOND);
  g_assert_false (sluice_scale_update (&scale, 100, SLUICE_RATE_UNIT_BITS, 2 * SECOND));
  g_assert_false (sluice_scale_update (&scale, 100, SLUICE_RATE_UNIT_BITS, 5 * SECOND));
  /* A peak between begins the wait anew. */
  g_assert_false (sluice_scale_update (&scale, 1e6, SLUICE_RATE_UNIT_BITS, 6 * SECOND));
  g_assert_false (sluice_scale_update (&scale, 100, SLUICE_RATE_UNIT_BITS, 7 * SECOND));
  g_assert_false (sluice_scale_update (&scale, 100, SLUICE_RATE_UNIT_BITS, 10 * SECOND));
  g_assert_true (sluice_scale_update (&scale, 100, SLUICE_RATE_UNIT_BITS, 11 * SECOND));
  assert_close (scale.maximum, 1250);
}

static void
test_edge (void)
{
  SluiceScale scale = { 0 };

  /* 9.6 Mbit/s would fit an axis of 10, but the next peak would not. */
  sluice_scale_update (&scale, 11e6 / 8, SLUICE_RATE_UNIT_BITS, SECOND);
  for (int i = 2; i < 30; i++)
    g_assert_false (sluice_scale_update (&scale, 9.6e6 / 8, SLUICE_RATE_UNIT_BITS, i * SECOND));
  assert_close (scale.maximum, 20e6 / 8);
}

static void
test_grid (void)
{
  for (int power = 3; power < 11; power++)
    for (int mantissa = 1; mantissa <= 5; mantissa += mantissa == 1 ? 1 : 3)
      for (guint n = 0; n < 14; n++)
        {
          double maximum = mantissa * pow (10, power);
          double lines = maximum / sluice_scale_step (maximum, SLUICE_RATE_UNIT_BYTES, n);

          g_assert_cmpfloat_with_epsilon (lines, round (lines), 1e-6);
          g_assert_cmpfloat (lines, <=, MAX (n, 1) + 1e-6);
        }
}

static void
test_unit (void)
{
  SluiceAxisUnit unit;

  sluice_scale_axis_unit (50e6 / 8, SLUICE_RATE_UNIT_BITS, &unit);
  g_assert_cmpstr (unit.name, ==, "Mbit/s");
  assert_close (unit.per * 8, 1e6);
  sluice_scale_axis_unit (1e6 / 8, SLUICE_RATE_UNIT_BITS, &unit);
  g_assert_cmpstr (unit.name, ==, "Mbit/s");
  sluice_scale_axis_unit (500e3, SLUICE_RATE_UNIT_BYTES, &unit);
  g_assert_cmpstr (unit.name, ==, "kB/s");
  sluice_scale_axis_unit (1e18, SLUICE_RATE_UNIT_BITS, &unit);
  g_assert_cmpstr (unit.name, ==, "Tbit/s");
}

static void
test_time (void)
{
  g_assert_cmpint (sluice_scale_time_step (60 * SECOND, 4), ==, 15 * SECOND);
  g_assert_cmpint (sluice_scale_time_step (60 * SECOND, 7), ==, 10 * SECOND);
  g_assert_cmpint (sluice_scale_time_step (300 * SECOND, 6), ==, 60 * SECOND);
  g_assert_cmpint (sluice_scale_time_step (3600 * SECOND, 5), ==, 900 * SECOND);
  g_assert_cmpint (sluice_scale_time_step (60 * SECOND, 0), ==, 60 * SECOND);
  /* No step divides a prime; one is taken all the same. */
  g_assert_cmpint (sluice_scale_time_step (61 * SECOND, 4), ==, 20 * SECOND);
}

/* From nothing to more than there is: the axis holds the peak, and its grid and unit can be written. */
static void
test_every_peak (void)
{
  static const double strange[] = { NAN, INFINITY, -INFINITY, -1, 1e300, 5e-324 };
  SluiceScale scale = { 0 };

  for (guint i = 0; i < 2 * (G_N_ELEMENTS (strange) + 1200); i++)
    {
      const SluiceRateUnit unit = i % 2;
      const guint n = i / 2;
      const double peak = n < G_N_ELEMENTS (strange) ? strange[n] : pow (1.03, (double) n);
      const double maximum = sluice_scale_nice_maximum (peak, unit);
      const double step = sluice_scale_step (maximum, unit, 8);
      SluiceAxisUnit axis_unit;

      g_assert_true (isfinite (maximum) && maximum > 0);
      if (isfinite (peak))
        g_assert_cmpfloat (maximum, >=, peak * (1 - 1e-6));
      g_assert_cmpfloat (maximum, <=, MAX (5 * MAX (peak, 0), 2000));
      g_assert_cmpfloat (step, >, 0);
      g_assert_cmpfloat (step, <=, maximum);
      sluice_scale_axis_unit (maximum, unit, &axis_unit);
      g_assert_cmpfloat (axis_unit.per, >, 0);
      sluice_scale_update (&scale, peak, unit, (i + 1) * SECOND);
      g_assert_true (isfinite (scale.maximum) && scale.maximum > 0);
    }
}

static void
test_every_span (void)
{
  for (gint64 span = 1; span <= 24 * 3600; span = span * 3 / 2 + 1)
    for (guint n = 0; n < 40; n++)
      {
        const gint64 step = sluice_scale_time_step (span * SECOND, n);

        g_assert_cmpint (step, >=, SECOND);
        g_assert_cmpint (step % SECOND, ==, 0);
        g_assert_cmpint (step * MAX (n, 1), >=, span * SECOND);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale/ends-at-one-two-or-five", test_steps);
  g_test_add_func ("/scale/is-nice-in-the-unit-shown", test_bytes);
  g_test_add_func ("/scale/makes-no-storm-of-an-idle-line", test_floor);
  g_test_add_func ("/scale/grows-at-once", test_grows);
  g_test_add_func ("/scale/shrinks-only-after-a-while", test_shrinks);
  g_test_add_func ("/scale/does-not-jump-to-and-fro-at-an-edge", test_edge);
  g_test_add_func ("/scale/divides-its-axis-evenly", test_grid);
  g_test_add_func ("/scale/names-one-unit-for-an-axis", test_unit);
  g_test_add_func ("/scale/steps-through-time-in-round-numbers", test_time);
  g_test_add_func ("/scale/holds-every-peak", test_every_peak);
  g_test_add_func ("/scale/steps-through-every-span", test_every_span);
  return g_test_run ();
}
