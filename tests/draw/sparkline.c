#include "draw/sparkline.h"

#include <math.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (1000 * SECOND)

static cairo_surface_t *
draw_series (SluiceSeries *series)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 60, 20);
  cairo_t *cr = cairo_create (surface);

  sluice_draw_sparkline (cr, sluice_palette_get (SLUICE_SCHEME_LIGHT), series, NOW, 60, 20);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
pixel (cairo_surface_t *surface,
       int              x,
       int              y)
{
  const guchar *data = cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface) + x * 4;

  return (guint32) data[0] | (guint32) data[1] << 8 | (guint32) data[2] << 16 | (guint32) data[3] << 24;
}

static void
test_sides (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (60);
  SluicePoint down = { NOW - 30 * SECOND, SECOND, 1e6, 0 };
  SluicePoint up = { NOW - 10 * SECOND, SECOND, 0, 1e6 };
  cairo_surface_t *surface;

  sluice_series_append (series, &down);
  sluice_series_append (series, &up);
  surface = draw_series (series);
  g_assert_cmphex (pixel (surface, 29, 1), ==, 0xff0072b2);
  g_assert_cmphex (pixel (surface, 29, 16), ==, 0);
  g_assert_cmphex (pixel (surface, 49, 16), ==, 0xffbd7f00);
  g_assert_cmphex (pixel (surface, 49, 1), ==, 0);
  g_assert_cmphex (pixel (surface, 10, 1), ==, 0);
  cairo_surface_destroy (surface);
}

static void
test_idle (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (60);
  SluicePoint little = { NOW, SECOND, 1, 0 };
  cairo_surface_t *surface;

  sluice_series_append (series, &little);
  surface = draw_series (series);
  g_assert_cmphex (pixel (surface, 59, 5), ==, 0);
  g_assert_cmphex (pixel (surface, 59, 11), !=, 0);
  cairo_surface_destroy (surface);
}

static void
test_hostile (void)
{
  static const double rates[] = { NAN, INFINITY, -INFINITY, -5, 1e308 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autoptr (SluiceSeries) series = sluice_series_new (60);
      SluicePoint strange = { NOW - 30 * SECOND, SECOND, rates[i], rates[i] };
      SluicePoint plain = { NOW - 10 * SECOND, SECOND, 1e6, 0 };
      cairo_surface_t *surface;

      sluice_series_append (series, &strange);
      sluice_series_append (series, &plain);
      surface = draw_series (series);
      g_assert_cmpint (pixel (surface, 29, 1) != 0, ==, rates[i] > 0);
      /* What is no number does not hide what is one. */
      g_assert_cmpint (pixel (surface, 49, 1) != 0, ==, rates[i] != 1e308);
      cairo_surface_destroy (surface);
    }
}

static void
test_tiny (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (60);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 4, 4);
  cairo_t *cr = cairo_create (surface);
  SluicePoint point = { NOW, SECOND, 1e6, 1e6 };

  sluice_series_append (series, &point);
  for (int width = 0; width < 4; width++)
    for (int height = 0; height < 4; height++)
      sluice_draw_sparkline (cr, sluice_palette_get (SLUICE_SCHEME_DARK), series, NOW, width, height);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sparkline/puts-upload-below-the-line", test_sides);
  g_test_add_func ("/sparkline/makes-no-mountain-of-a-byte", test_idle);
  g_test_add_func ("/sparkline/takes-what-is-no-number-for-nothing", test_hostile);
  g_test_add_func ("/sparkline/fits-a-few-pixels", test_tiny);
  return g_test_run ();
}
