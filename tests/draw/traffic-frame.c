#include "draw/traffic-frame.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct
{
  SluiceTrafficFrame frame;
  SluiceTrafficPlot plot;
  cairo_surface_t *surface;
  cairo_t *cr;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  PangoFontMap *fonts = pango_cairo_font_map_get_default ();

  fixture->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 4000, 2200);
  fixture->cr = cairo_create (fixture->surface);
  fixture->frame = (SluiceTrafficFrame){
    .text = pango_font_map_create_context (fonts),
    .palette = sluice_palette_get (SLUICE_SCHEME_LIGHT),
    .width = 600,
    .height = 300,
    .maximum = { 1.25e6, 1250 },
    .shown = { TRUE, TRUE },
    .span = 60 * SECOND,
  };
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_object_unref (fixture->frame.text);
  cairo_destroy (fixture->cr);
  cairo_surface_destroy (fixture->surface);
}

/* How many pixels of a rectangle are not empty. */
static guint
count (Fixture *fixture,
       int      x0,
       int      y0,
       int      x1,
       int      y1)
{
  const guchar *data;
  const int stride = cairo_image_surface_get_stride (fixture->surface);
  guint n = 0;

  cairo_surface_flush (fixture->surface);
  data = cairo_image_surface_get_data (fixture->surface);
  for (int y = MAX (y0, 0); y < y1; y++)
    for (int x = MAX (x0, 0); x < x1; x++)
      n += data[y * stride + x * 4 + 3] > 0;
  return n;
}

static void
clear (Fixture *fixture)
{
  cairo_save (fixture->cr);
  cairo_set_operator (fixture->cr, CAIRO_OPERATOR_CLEAR);
  cairo_paint (fixture->cr);
  cairo_restore (fixture->cr);
}

static void
draw (Fixture *fixture)
{
  clear (fixture);
  sluice_traffic_frame_place (&fixture->frame, &fixture->plot);
  sluice_traffic_frame_draw (&fixture->frame, &fixture->plot, fixture->cr);
  for (guint direction = 0; direction < 2; direction++)
    sluice_traffic_frame_draw_key (&fixture->frame, &fixture->plot, direction, fixture->cr);
}

static void
test_sizes (Fixture      *fixture,
            gconstpointer data)
{
  static const struct
  {
    int width;
    int height;
  } sizes[] = {
    { 360, 120 }, { 160, 120 }, { 80, 56 }, { 16, 16 }, { 3, 3 }, { 2, 1 }, { 1, 2 }, { 1280, 800 }, { 3840, 2160 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int compact = 0; compact < 2; compact++)
      {
        fixture->frame.width = sizes[i].width;
        fixture->frame.height = sizes[i].height;
        fixture->frame.compact = compact;
        draw (fixture);
        g_assert_cmpint (fixture->plot.width, >, 0);
        g_assert_cmpint (fixture->plot.height, >, 0);
        g_assert_cmpint (fixture->plot.axis, >=, 0);
        g_assert_cmpint (fixture->plot.axis, <=, fixture->plot.height);
        if (sizes[i].width >= 16)
          g_assert_cmpuint (count (fixture, 0, 0, sizes[i].width, sizes[i].height), >, 0);
      }
}

static void
test_inside (Fixture      *fixture,
             gconstpointer data)
{
  fixture->frame.width = 360;
  fixture->frame.height = 120;
  for (int rtl = 0; rtl < 2; rtl++)
    {
      fixture->frame.rtl = rtl;
      draw (fixture);
      g_assert_cmpuint (count (fixture, 361, 0, 600, 300), ==, 0);
      g_assert_cmpuint (count (fixture, 0, 122, 600, 300), ==, 0);
    }
}

static void
test_sides (Fixture      *fixture,
            gconstpointer data)
{
  int left;

  draw (fixture);
  left = fixture->plot.x;
  g_assert_cmpint (left, >, 600 - fixture->plot.x - fixture->plot.width);
  g_assert_cmpuint (count (fixture, 0, 0, left - 2, 300), >, 50);

  fixture->frame.rtl = TRUE;
  draw (fixture);
  g_assert_cmpint (fixture->plot.x, <, left);
  g_assert_cmpuint (count (fixture, fixture->plot.x + fixture->plot.width + 2, 0, 600, 300), >, 50);
}

static void
test_still (Fixture      *fixture,
            gconstpointer data)
{
  SluiceTrafficPlot before;

  draw (fixture);
  before = fixture->plot;
  fixture->frame.maximum[0] = 500e6;
  fixture->frame.maximum[1] = 20e3;
  draw (fixture);
  g_assert_cmpint (fixture->plot.x, ==, before.x);
  g_assert_cmpint (fixture->plot.width, ==, before.width);
  g_assert_cmpint (fixture->plot.axis, ==, before.axis);
}

static void
test_directions (Fixture      *fixture,
                 gconstpointer data)
{
  fixture->frame.shown[1] = FALSE;
  draw (fixture);
  g_assert_cmpint (fixture->plot.axis, ==, fixture->plot.height);
  fixture->frame.shown[0] = FALSE;
  fixture->frame.shown[1] = TRUE;
  draw (fixture);
  g_assert_cmpint (fixture->plot.axis, ==, 0);
}

/* One row of pixels, not two half ones. */
static void
test_crisp (Fixture      *fixture,
            gconstpointer data)
{
  int row;

  draw (fixture);
  row = fixture->plot.y + fixture->plot.axis;
  g_assert_cmpuint (count (fixture, fixture->plot.x, row, fixture->plot.x + fixture->plot.width, row + 1),
                    ==,
                    (guint) fixture->plot.width);
  g_assert_cmpuint (count (fixture, fixture->plot.x, row - 1, fixture->plot.x + fixture->plot.width, row),
                    <,
                    (guint) fixture->plot.width / 4);
}

/* What the chart leaves out when only the data moves must not reach into the plot. */
static void
test_apart (Fixture      *fixture,
            gconstpointer data)
{
  const SluiceTrafficPlot *plot = &fixture->plot;

  for (int rtl = 0; rtl < 2; rtl++)
    {
      fixture->frame.rtl = rtl;
      sluice_traffic_frame_place (&fixture->frame, &fixture->plot);
      clear (fixture);
      sluice_traffic_frame_draw_labels (&fixture->frame, plot, fixture->cr);
      g_assert_cmpuint (count (fixture, plot->x, plot->y, plot->x + plot->width, plot->y + plot->height), ==, 0);
      g_assert_cmpuint (count (fixture, 0, 0, 600, 300), >, 100);
    }
}

static void
test_key_box (Fixture      *fixture,
              gconstpointer data)
{
  for (guint i = 0; i < 4; i++)
    {
      const guint direction = i % 2;
      cairo_rectangle_t box;
      guint inside;

      fixture->frame.rtl = i >= 2;
      sluice_traffic_frame_place (&fixture->frame, &fixture->plot);
      clear (fixture);
      sluice_traffic_frame_draw_key (&fixture->frame, &fixture->plot, direction, fixture->cr);
      sluice_traffic_frame_get_key_box (&fixture->frame, &fixture->plot, direction, &box);
      inside = count (fixture, (int) box.x, (int) box.y, (int) (box.x + box.width), (int) (box.y + box.height));
      g_assert_cmpuint (inside, >, 50);
      g_assert_cmpuint (count (fixture, 0, 0, 600, 300), ==, inside);
    }
}

/* How many words stand in the row of times: inked columns with less than @gap empty ones between them. */
static int
count_words (Fixture *fixture,
             int      gap)
{
  const int top = fixture->plot.y + fixture->plot.height + 4;
  int words = 0;
  int empty = gap;

  for (int x = 0; x < (int) fixture->frame.width + 40; x++)
    {
      const gboolean ink = count (fixture, x, top, x + 1, (int) fixture->frame.height + 2) > 0;

      words += ink && empty >= gap;
      empty = ink ? 0 : empty + 1;
    }
  return words;
}

/* The times neither run into each other nor out of the chart. */
static void
test_times (Fixture      *fixture,
            gconstpointer data)
{
  static const int spans[] = { 1, 10, 60, 300, 900, 3600, 6 * 3600, 24 * 3600 };
  static const int widths[] = { 120, 160, 240, 360, 777, 1280 };

  fixture->frame.compact = TRUE;
  fixture->frame.height = 120;
  for (guint i = 0; i < G_N_ELEMENTS (spans) * G_N_ELEMENTS (widths); i++)
    {
      SluiceTrafficLine lines[SLUICE_TRAFFIC_LINES_MAX];
      int right;
      int first;
      int words;

      fixture->frame.span = spans[i % G_N_ELEMENTS (spans)] * SECOND;
      fixture->frame.width = widths[i / G_N_ELEMENTS (spans)];
      draw (fixture);
      right = fixture->plot.x + fixture->plot.width;
      /* A pixel for the softness of the last letter. */
      g_assert_cmpuint (count (fixture, right + 1, fixture->plot.y + fixture->plot.height + 4, 1400, 130), ==, 0);
      /* The first line before now, or the left end; "now" has none. */
      sluice_traffic_frame_get_lines (&fixture->frame, &fixture->plot, lines);
      first = lines[0].height > 1 ? lines[0].x : fixture->plot.x;
      words = 1 + (int) (fixture->plot.width / (double) (right - first) + 0.1);
      g_assert_cmpint (count_words (fixture, 6), ==, words);
    }
}

/* Text twice as large, and a chart that is small: the left end's time gives way. */
static void
test_large_text (Fixture      *fixture,
                 gconstpointer data)
{
  PangoFontDescription *font = pango_font_description_from_string ("Sans 24");

  pango_context_set_font_description (fixture->frame.text, font);
  pango_font_description_free (font);
  fixture->frame.compact = TRUE;
  fixture->frame.width = 120;
  fixture->frame.height = 260;
  fixture->frame.span = 3600 * SECOND;
  draw (fixture);
  g_assert_cmpint (count_words (fixture, 12), ==, 1);
  g_assert_cmpuint (count (fixture, 121, 0, 1400, 270), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/traffic-frame/fits-every-size", test_sizes);
  ADD ("/traffic-frame/draws-nothing-outside-itself", test_inside);
  ADD ("/traffic-frame/puts-rates-where-reading-begins", test_sides);
  ADD ("/traffic-frame/does-not-move-when-an-axis-changes", test_still);
  ADD ("/traffic-frame/gives-one-direction-all-the-height", test_directions);
  ADD ("/traffic-frame/draws-the-axis-on-whole-pixels", test_crisp);
  ADD ("/traffic-frame/keeps-its-labels-outside-the-plot", test_apart);
  ADD ("/traffic-frame/draws-each-key-within-its-box", test_key_box);
  ADD ("/traffic-frame/keeps-times-apart", test_times);
  ADD ("/traffic-frame/gives-large-text-its-room", test_large_text);
  return g_test_run ();
}
