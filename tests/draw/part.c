#include "draw/part.h"

#define SIZE 24

static cairo_surface_t *
draw (SluiceScheme scheme,
      guint        part)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIZE, SIZE);
  cairo_t *cr = cairo_create (surface);

  sluice_draw_swatch (cr, sluice_palette_get (scheme), part, 1, SIZE);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* The picture without its colours: which pixels differ from the one in the middle of a plain part. */
static guint
count_shades (cairo_surface_t *surface)
{
  g_autoptr (GHashTable) shades = g_hash_table_new (NULL, NULL);

  for (int y = 6; y < 18; y++)
    for (int x = 6; x < 18; x++)
      {
        const guchar *row = cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface);

        g_hash_table_add (shades, GUINT_TO_POINTER (((const guint32 *) (gconstpointer) row)[x]));
      }
  return g_hash_table_size (shades);
}

static void
test_told_apart (void)
{
  for (guint scheme = 0; scheme < SLUICE_N_SCHEMES; scheme++)
    for (guint one = 0; one <= SLUICE_PART_OTHER; one++)
      {
        const SluicePalette *palette = sluice_palette_get (scheme);
        const SluiceColor *color = sluice_part_get_color (palette, one);

        if (one < SLUICE_PART_OTHER)
          g_assert_cmpfloat (sluice_color_contrast (color, &palette->background), >=, 3.0);
        for (guint other = one + 1; other <= SLUICE_PART_OTHER; other++)
          g_assert_true (color != sluice_part_get_color (palette, other));
      }
}

static void
test_patterns (void)
{
  for (guint part = 0; part <= SLUICE_PART_OTHER; part++)
    {
      cairo_surface_t *surface = draw (SLUICE_SCHEME_LIGHT, part);

      if (part == 0 || part == SLUICE_PART_OTHER)
        g_assert_cmpuint (count_shades (surface), ==, 1);
      else
        g_assert_cmpuint (count_shades (surface), >, 1);
      cairo_surface_destroy (surface);
    }
  g_assert_null (sluice_part_make_pattern (sluice_palette_get (SLUICE_SCHEME_DARK), 0, 2));
}

static void
test_covers (void)
{
  cairo_surface_t *alone = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIZE, SIZE);
  cairo_surface_t *over = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIZE, SIZE);
  const SluicePalette *palette = sluice_palette_get (SLUICE_SCHEME_LIGHT);
  cairo_surface_t *surfaces[] = { alone, over };

  for (guint i = 0; i < 2; i++)
    {
      cairo_t *cr = cairo_create (surfaces[i]);

      if (i == 1)
        cairo_paint (cr);
      cairo_rectangle (cr, 0, 0, SIZE, SIZE);
      sluice_part_fill (palette, 0, NULL, cr);
      cairo_destroy (cr);
      cairo_surface_flush (surfaces[i]);
    }
  g_assert_cmpmem (cairo_image_surface_get_data (alone), SIZE * cairo_image_surface_get_stride (alone),
                   cairo_image_surface_get_data (over), SIZE * cairo_image_surface_get_stride (over));
  cairo_surface_destroy (alone);
  cairo_surface_destroy (over);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part/has-a-colour-of-its-own-with-contrast", test_told_apart);
  g_test_add_func ("/part/has-a-pattern-besides-its-colour", test_patterns);
  g_test_add_func ("/part/covers-what-lies-under-it", test_covers);
  return g_test_run ();
}
