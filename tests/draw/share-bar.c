#include "draw/share-bar.h"

#include <math.h>

static guint32
pixel (cairo_surface_t *surface,
       int              x,
       int              y)
{
  const guchar *data = cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface) + x * 4;

  return (guint32) data[0] | (guint32) data[1] << 8 | (guint32) data[2] << 16 | (guint32) data[3] << 24;
}

static cairo_surface_t *
draw_bar (double   download,
          double   upload,
          gboolean rtl)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 100, 6);
  cairo_t *cr = cairo_create (surface);

  sluice_draw_share_bar (cr, sluice_palette_get (SLUICE_SCHEME_LIGHT), download, upload, FALSE, rtl, 100, 6);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static void
test_share (void)
{
  cairo_surface_t *surface = draw_bar (0.4, 0, FALSE);

  g_assert_cmphex (pixel (surface, 38, 3), ==, 0xff0072b2);
  g_assert_cmphex (pixel (surface, 42, 3), !=, 0xff0072b2);
  cairo_surface_destroy (surface);

  surface = draw_bar (0.4, 0, TRUE);
  g_assert_cmphex (pixel (surface, 62, 3), ==, 0xff0072b2);
  g_assert_cmphex (pixel (surface, 57, 3), !=, 0xff0072b2);
  cairo_surface_destroy (surface);
}

static void
test_share_bounds (void)
{
  cairo_surface_t *surface = draw_bar (7.0, 3.0, FALSE);

  g_assert_cmphex (pixel (surface, 95, 3), ==, 0xff0072b2);
  cairo_surface_destroy (surface);

  surface = draw_bar (1e-9, 0, FALSE);
  g_assert_cmphex (pixel (surface, 1, 3), ==, 0xff0072b2);
  cairo_surface_destroy (surface);

  surface = draw_bar (0, 0, FALSE);
  g_assert_cmphex (pixel (surface, 1, 3), !=, 0xff0072b2);
  cairo_surface_destroy (surface);
}

static void
test_hostile (void)
{
  static const double shares[] = { NAN, -INFINITY, -3, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      cairo_surface_t *surface = draw_bar (shares[i], shares[i], FALSE);

      for (int x = 0; x < 100; x++)
        {
          g_assert_cmphex (pixel (surface, x, 3), !=, 0xff0072b2);
          g_assert_cmphex (pixel (surface, x, 3), !=, 0xffbd7f00);
        }
      cairo_surface_destroy (surface);
    }
}

static void
test_tiny (void)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 4, 4);
  cairo_t *cr = cairo_create (surface);

  for (int width = 0; width < 4; width++)
    for (int height = 0; height < 4; height++)
      sluice_draw_share_bar (cr, sluice_palette_get (SLUICE_SCHEME_LIGHT), 0.5, 0.5, TRUE, FALSE, width, height);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/share-bar/fills-its-share-from-where-reading-begins", test_share);
  g_test_add_func ("/share-bar/stays-within-itself-and-shows-the-least", test_share_bounds);
  g_test_add_func ("/share-bar/takes-what-is-no-share-for-none", test_hostile);
  g_test_add_func ("/share-bar/fits-a-few-pixels", test_tiny);
  return g_test_run ();
}
