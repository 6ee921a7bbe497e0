#include "draw/text.h"

static PangoContext *
make_context (void)
{
  return pango_font_map_create_context (pango_cairo_font_map_get_default ());
}

static int
width_of (PangoContext *context,
          const char   *text)
{
  double width;

  sluice_text_measure (context, text, 1.0, &width, NULL);
  return (int) width;
}

static void
test_figures (void)
{
  PangoContext *context = make_context ();

  g_assert_cmpint (width_of (context, "111"), ==, width_of (context, "888"));
  g_assert_cmpint (width_of (context, "111"), >, 0);
  g_object_unref (context);
}

static void
test_markup (void)
{
  PangoContext *context = make_context ();
  g_autoptr (PangoLayout) layout = sluice_text_layout (context, "<b>a</b>", 1.0, FALSE);

  g_assert_cmpstr (pango_layout_get_text (layout), ==, "<b>a</b>");
  g_object_unref (context);
}

/* The columns that have anything in them. */
static void
extent (cairo_surface_t *surface,
        int             *first_out,
        int             *last_out)
{
  const guchar *pixels;

  cairo_surface_flush (surface);
  pixels = cairo_image_surface_get_data (surface);
  *first_out = 200;
  *last_out = -1;
  for (int y = 0; y < 40; y++)
    for (int x = 0; x < 200; x++)
      if (pixels[y * cairo_image_surface_get_stride (surface) + x * 4 + 3] > 0)
        {
          *first_out = MIN (*first_out, x);
          *last_out = MAX (*last_out, x);
        }
}

static void
test_anchor (void)
{
  PangoContext *context = make_context ();
  const SluicePalette *palette = sluice_palette_get (SLUICE_SCHEME_LIGHT);

  for (guint anchor = SLUICE_ANCHOR_START; anchor <= SLUICE_ANCHOR_END; anchor++)
    {
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 200, 40);
      cairo_t *cr = cairo_create (surface);
      g_autoptr (PangoLayout) layout = sluice_text_layout (context, "MMM", 1.0, FALSE);
      int first;
      int last;

      sluice_text_draw (cr, layout, 100, 5, anchor, &palette->text, NULL);
      cairo_destroy (cr);
      extent (surface, &first, &last);
      cairo_surface_destroy (surface);
      g_assert_cmpint (last, >, first);
      g_assert_cmpint (first >= 100, ==, anchor == SLUICE_ANCHOR_START);
      g_assert_cmpint (last <= 100, ==, anchor == SLUICE_ANCHOR_END);
    }
  g_object_unref (context);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/gives-figures-one-width", test_figures);
  g_test_add_func ("/text/takes-no-markup", test_markup);
  g_test_add_func ("/text/hangs-from-its-anchor", test_anchor);
  return g_test_run ();
}
