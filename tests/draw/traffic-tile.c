#include "draw/traffic-tile.h"

#include <math.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (10000 * SECOND)
#define WIDTH 600
#define HEIGHT 200
#define AXIS 120

static SluiceTrafficShape
shape_of (gint64 span)
{
  return (SluiceTrafficShape){
    .palette = sluice_palette_get (SLUICE_SCHEME_LIGHT),
    .width = WIDTH,
    .height = HEIGHT,
    .axis = AXIS,
    .scale = 1,
    .span = span,
    .maximum = { 1000, 1000 },
    .shown = { TRUE, TRUE },
  };
}

static void
append (SluiceSeries *series,
        gint64        time,
        double        rx,
        double        tx)
{
  SluicePoint point = { time, SECOND, rx, tx };

  sluice_series_append (series, &point);
}

/* The opacity of a pixel of the view, 0 to 255. */
static guint
alpha_at (SluiceTrafficTile *tile,
          gint64             view_end,
          int                x,
          int                y)
{
  cairo_surface_t *surface = sluice_traffic_tile_get_surface (tile);
  int column = x + sluice_traffic_tile_get_offset (tile, view_end);

  cairo_surface_flush (surface);
  g_assert_cmpint (column, >=, 0);
  g_assert_cmpint (column, <, cairo_image_surface_get_width (surface));
  return cairo_image_surface_get_data (surface)[y * cairo_image_surface_get_stride (surface) + column * 4 + 3];
}

/* The highest row of the view that is not empty between two columns; the axis where none is. */
static int
top_between (SluiceTrafficTile *tile,
             gint64             view_end,
             int                from,
             int                to)
{
  for (int y = 0; y < AXIS; y++)
    for (int x = from; x < to; x++)
      if (alpha_at (tile, view_end, x, y) > 60)
        return y;
  return AXIS;
}

static void
test_burst (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (3700);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (3600 * SECOND);

  for (int i = -3600; i <= 0; i++)
    append (series, NOW + i * SECOND, i == -1800 ? 1000 : 10, 10);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);

  /* One second of 3600, six to a column. */
  g_assert_cmpint (top_between (tile, NOW, 297, 304), <=, 3);
  g_assert_cmpint (top_between (tile, NOW, 310, 590), >=, AXIS - 6);
  g_assert_cmpint (top_between (tile, NOW, 10, 290), >=, AXIS - 6);
}

static void
test_gap (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  for (int i = -60; i <= 0; i++)
    if (i <= -40 || i > -20)
      append (series, NOW + i * SECOND, 500, 500);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);

  /* From −40 s to −20 s. */
  for (int x = 203; x < 397; x++)
    for (int y = 0; y < HEIGHT; y++)
      g_assert_cmpuint (alpha_at (tile, NOW, x, y), ==, 0);
  g_assert_cmpuint (alpha_at (tile, NOW, 100, AXIS - 30), >, 0);
  g_assert_cmpuint (alpha_at (tile, NOW, 500, AXIS - 30), >, 0);
}

static void
test_zero (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  for (int i = -60; i <= 0; i++)
    append (series, NOW + i * SECOND, 0, 0);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 1), >, 100);
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS + 1), >, 100);
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 4), ==, 0);
}

/* The colour of who moved nothing is nowhere, however many there are. */
static void
test_zero_layers (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  const SluiceTrafficShape shape = shape_of (60 * SECOND);
  guint32 pixels[2][2];

  for (int i = -60; i <= 0; i++)
    append (series, NOW + i * SECOND, 0, 0);
  for (guint n = 0; n < 2; n++)
    {
      g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
      const SluiceTrafficStack stack = { .layers = { { series, 0 } }, .n_layers = n, .stacked = TRUE };
      cairo_surface_t *surface;

      sluice_traffic_tile_update (tile, &shape, series, &stack, NOW);
      surface = sluice_traffic_tile_get_surface (tile);
      cairo_surface_flush (surface);
      for (guint d = 0; d < 2; d++)
        pixels[n][d] = ((guint32 *) (gpointer) (cairo_image_surface_get_data (surface)
                                                + (d == 0 ? AXIS - 1 : AXIS + 1)
                                                    * cairo_image_surface_get_stride (surface)))[300];
    }
  g_assert_cmpuint (pixels[0][0], !=, 0);
  g_assert_cmpuint (pixels[0][0], ==, pixels[1][0]);
  g_assert_cmpuint (pixels[0][1], ==, pixels[1][1]);
}

static void
test_lone_point (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  append (series, NOW - 30 * SECOND, 500, 0);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
  g_assert_cmpuint (alpha_at (tile, NOW, 295, AXIS - 30), >, 0);
  g_assert_cmpuint (alpha_at (tile, NOW, 285, AXIS - 30), ==, 0);
  g_assert_cmpuint (alpha_at (tile, NOW, 305, AXIS - 30), ==, 0);
}

static void
test_sides (void)
{
  for (guint direction = 0; direction < 2; direction++)
    {
      g_autoptr (SluiceSeries) series = sluice_series_new (100);
      g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
      SluiceTrafficShape shape = shape_of (60 * SECOND);

      shape.shown[1 - direction] = FALSE;
      for (int i = -60; i <= 0; i++)
        append (series, NOW + i * SECOND, 900, 900);
      sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
      g_assert_cmpint (alpha_at (tile, NOW, 300, AXIS - 40) > 0, ==, direction == 0);
      g_assert_cmpint (alpha_at (tile, NOW, 300, AXIS + 40) > 0, ==, direction == 1);
    }
}

/* Colour alone must not tell them apart: one area is even along a row, the other is hatched. */
static void
test_hatch (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);
  guint lowest[2] = { 255, 255 };
  guint highest[2] = { 0, 0 };

  for (int i = -60; i <= 0; i++)
    append (series, NOW + i * SECOND, 900, 900);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
  for (int x = 300; x < 320; x++)
    for (guint direction = 0; direction < 2; direction++)
      {
        guint alpha = alpha_at (tile, NOW, x, direction == 0 ? AXIS - 30 : AXIS + 30);

        lowest[direction] = MIN (lowest[direction], alpha);
        highest[direction] = MAX (highest[direction], alpha);
      }
  g_assert_cmpuint (highest[0] - lowest[0], <=, 1);
  g_assert_cmpuint (highest[1] - lowest[1], >, 20);
}

/* Adding strips must give what drawing all at once gives, or a seam would move through the picture. */
static void
check_strips (gint64 span,
              int    scale)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (4000);
  g_autoptr (SluiceTrafficTile) grown = sluice_traffic_tile_new ();
  g_autoptr (SluiceTrafficTile) fresh = sluice_traffic_tile_new ();
  SluiceTrafficShape shape = shape_of (span);
  gint64 end = NOW;
  guint worst = 0;

  shape.scale = scale;
  for (int i = -(int) (span / SECOND); i <= 0; i++)
    append (series, NOW + i * SECOND, (i * 37 % 100 + 100) * 4, (i * 53 % 100 + 100) * 4);
  sluice_traffic_tile_update (grown, &shape, series, NULL, NOW);
  for (int i = 1; i <= 9; i++)
    {
      append (series, NOW + i * SECOND, (i * 37 % 100 + 100) * 4, (i * 53 % 100 + 100) * 4);
      end = NOW + i * SECOND;
      sluice_traffic_tile_update (grown, &shape, series, NULL, end);
    }
  sluice_traffic_tile_update (fresh, &shape, series, NULL, end);
  for (int x = 2; x < WIDTH * scale - 2; x++)
    for (int y = 0; y < HEIGHT * scale; y++)
      {
        guint a = alpha_at (grown, end, x, y);
        guint b = alpha_at (fresh, end, x, y);

        worst = MAX (worst, a > b ? a - b : b - a);
      }
  g_assert_cmpuint (worst, <=, 8);
}

static void
test_strips (void)
{
  check_strips (60 * SECOND, 1);
  check_strips (60 * SECOND, 2);
  check_strips (3600 * SECOND, 1);
}

static void
test_idle_update (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  SluiceTrafficShape shape = shape_of (60 * SECOND);

  for (int i = -60; i <= 0; i++)
    append (series, NOW + i * SECOND, 500, 500);
  g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW - SECOND));
  for (int i = 1; i <= 9; i++)
    g_assert_false (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW - SECOND + i * SECOND / 10));
  g_assert_cmpint (sluice_traffic_tile_get_offset (tile, NOW - SECOND / 2),
                   ==,
                   sluice_traffic_tile_get_offset (tile, NOW - SECOND) + 5);
  shape.maximum[0] = 2000;
  g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW));
}

static void
test_long_run (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  for (int i = 0; i < 2000; i++)
    {
      const gint64 end = NOW + i * SECOND;

      append (series, end, 500, 500);
      sluice_traffic_tile_update (tile, &shape, series, NULL, end);
      g_assert_cmpuint (alpha_at (tile, end, WIDTH - 4, AXIS - 30), >, 0);
      /* The first point begins a second before its end. */
      g_assert_cmpint (alpha_at (tile, end, 0, AXIS + 30) > 0, ==, i >= 59);
    }
}

static void
test_empty (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW));
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 1), ==, 0);
  g_assert_false (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW + SECOND));
}

/* Whatever comes, it is drawn within the surface, and what is no rate is none. */
static void
test_hostile_rates (void)
{
  static const double rates[] = { NAN, INFINITY, -INFINITY, -5, 1e308, 5e-324, -0.0 };
  static const gint64 spans[] = { SECOND, 60 * SECOND, 3600 * SECOND, 24 * 3600 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autoptr (SluiceSeries) series = sluice_series_new (200);
      g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
      const SluiceTrafficShape shape = shape_of (spans[i]);
      cairo_t *cr;

      for (int ago = 200; ago >= 0; ago--)
        append (series, NOW - ago * spans[i] / 100, rates[ago % 7], rates[(ago + 3) % 7]);
      g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW));
      g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 1), >, 0);
      cr = cairo_create (sluice_traffic_tile_get_surface (tile));
      g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
      cairo_destroy (cr);
    }
}

static void
test_no_number (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  for (int i = -60; i <= 0; i++)
    append (series, NOW + i * SECOND, i < -30 ? NAN : INFINITY, 0);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
  g_assert_cmpint (top_between (tile, NOW, 10, 280), >=, AXIS - 3);
  g_assert_cmpint (top_between (tile, NOW, 320, 590), <=, 3);
}

/* Ticks of a second, but for one that came ten seconds late. */
static void
test_late_tick (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);
  const SluicePoint late = { NOW - 20 * SECOND, 10 * SECOND, 100, 0 };

  for (int ago = 59; ago >= 0; ago--)
    if (ago == 20)
      sluice_series_append (series, &late);
    else if (ago < 20 || ago >= 30)
      append (series, NOW - ago * SECOND, 900 + ago % 2, 0);
  sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
  /* The ten seconds are flat, with an edge at each end. */
  g_assert_cmpint (top_between (tile, NOW, 302, 398), >=, AXIS - 16);
  g_assert_cmpint (top_between (tile, NOW, 401, 402), <=, 16);
  g_assert_cmpint (top_between (tile, NOW, 298, 299), <=, 16);
}

/* A second with traffic, then a minute without, again and again, however far away it is looked at. */
static void
test_bursts (void)
{
  static const gint64 spans[] = { 30 * SECOND, 122 * SECOND, 610 * SECOND, 3660 * SECOND, 36600 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autoptr (SluiceSeries) series = sluice_series_new (2000);
      g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
      SluiceTrafficShape shape = shape_of (spans[i]);
      int n_high = 0;
      double wanted = WIDTH * 1.0 / 61;

      shape.stepped = TRUE;
      for (int n = 700; n >= 0; n--)
        {
          const SluicePoint pause = { NOW - n * 61 * SECOND - 11 * SECOND, 60 * SECOND, 0, 0 };

          sluice_series_append (series, &pause);
          append (series, pause.time + SECOND, 900, 900);
        }
      sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
      for (int x = 0; x < WIDTH; x++)
        n_high += alpha_at (tile, NOW, x, 20) > 0;
      /* Each is seen; where there is room, it is as wide as it was long, and an edge on both sides. */
      if (spans[i] == 30 * SECOND)
        wanted = WIDTH / 30;
      else
        wanted = MAX (wanted, MIN (spans[i] / (61 * SECOND), WIDTH));
      g_assert_cmpint (n_high, >=, (int) wanted);
      g_assert_cmpint (n_high, <=, (int) wanted + 3 * (int) MIN (spans[i] / (61 * SECOND) + 1, WIDTH));
    }
}

/* A machine that slept for a year wakes with one point as long. */
static void
test_durations (void)
{
  static const gint64 durations[] = { 0, 1, SECOND / 50, 366 * 24 * 3600 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autoptr (SluiceSeries) series = sluice_series_new (10);
      g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
      const SluiceTrafficShape shape = shape_of (60 * SECOND);
      const SluicePoint point = { NOW - 30 * SECOND, durations[i], 500, 500 };

      sluice_series_append (series, &point);
      append (series, NOW - 10 * SECOND, 500, 500);
      sluice_traffic_tile_update (tile, &shape, series, NULL, NOW);
      /* It ends in the middle of the view, and is seen be it ever so short. */
      g_assert_cmpint (top_between (tile, NOW, 298, 301), <, AXIS - 50);
      g_assert_cmpint (top_between (tile, NOW, 303, 480), ==, AXIS);
      g_assert_cmpint (top_between (tile, NOW, 10, 290) < AXIS - 50, ==, durations[i] > 60 * SECOND);
    }
}

/* The ring turns while the view goes on; 7200 points in it. */
static void
test_wrap (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (7200);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (7200 * SECOND);

  for (int i = 0; i < 20000; i++)
    {
      append (series, NOW + i * SECOND, 500, 500);
      if (i % 500 == 499)
        sluice_traffic_tile_update (tile, &shape, series, NULL, NOW + i * SECOND);
    }
  for (int x = 3; x < WIDTH - 3; x += 7)
    g_assert_cmpuint (alpha_at (tile, NOW + 19999 * SECOND, x, AXIS - 30), >, 0);
}

static void
test_tiny (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);

  for (int i = -60; i <= 0; i++)
    append (series, NOW + i * SECOND, 500, 500);
  for (int width = 1; width <= 4; width++)
    for (int height = 1; height <= 4; height++)
      for (int axis = 0; axis <= height; axis++)
        {
          g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
          SluiceTrafficShape shape = shape_of (60 * SECOND);

          shape.width = width;
          shape.height = height;
          shape.axis = axis;
          g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NULL, NOW));
          g_assert_cmpint (sluice_traffic_tile_get_offset (tile, NOW), >=, 0);
          /* With room for a line there is one. */
          if (axis >= 2)
            g_assert_cmpuint (alpha_at (tile, NOW, width - 1, axis - 2), >, 0);
        }
}

/* The colour of a pixel of the view without its opacity. */
static guint32
pixel_at (SluiceTrafficTile *tile,
          gint64             view_end,
          int                x,
          int                y)
{
  cairo_surface_t *surface = sluice_traffic_tile_get_surface (tile);
  int column = x + sluice_traffic_tile_get_offset (tile, view_end);

  cairo_surface_flush (surface);
  return *(const guint32 *) (gconstpointer) (cairo_image_surface_get_data (surface)
                                             + y * cairo_image_surface_get_stride (surface) + column * 4);
}

static void
test_stack (void)
{
  g_autoptr (SluiceSeries) whole = sluice_series_new (100);
  g_autoptr (SluiceSeries) low = sluice_series_new (100);
  g_autoptr (SluiceSeries) high = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  g_autoptr (SluiceTrafficTile) fresh = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);
  SluiceTrafficStack stack = { .layers = { { low, 0 }, { high, 4 } }, .n_layers = 2, .stacked = TRUE };
  guint32 lower, upper, other;

  for (int i = -60; i <= 0; i++)
    {
      append (whole, NOW + i * SECOND, 1000, 500);
      append (low, NOW + i * SECOND, 250, 250);
      append (high, NOW + i * SECOND, 500, 250);
    }
  g_assert_true (sluice_traffic_tile_update (tile, &shape, whole, &stack, NOW));
  lower = pixel_at (tile, NOW, 300, AXIS - 15);
  upper = pixel_at (tile, NOW, 300, AXIS - 45);
  other = pixel_at (tile, NOW, 300, AXIS - 90);
  g_assert_cmphex (lower, !=, upper);
  g_assert_cmphex (upper, !=, other);
  g_assert_cmphex (other, !=, 0);
  /* Below the axis likewise; a layer of nothing is not seen. */
  g_assert_cmphex (pixel_at (tile, NOW, 300, AXIS + 10), ==, lower);
  g_assert_cmphex (pixel_at (tile, NOW, 300, AXIS + 30), ==, other);
  g_assert_false (sluice_traffic_tile_update (tile, &shape, whole, &stack, NOW));

  /* What is added at the end looks as if it had always been there. */
  for (int i = 1; i <= 5; i++)
    {
      append (whole, NOW + i * SECOND, 800, 0);
      append (low, NOW + i * SECOND, 0, 0);
      append (high, NOW + i * SECOND, 400, 0);
      sluice_traffic_tile_update (tile, &shape, whole, &stack, NOW + i * SECOND);
    }
  sluice_traffic_tile_update (fresh, &shape, whole, &stack, NOW + 5 * SECOND);
  for (int x = 0; x < WIDTH; x += 7)
    for (int y = 3; y < HEIGHT; y += 11)
      g_assert_cmphex (pixel_at (tile, NOW + 5 * SECOND, x, y), ==, pixel_at (fresh, NOW + 5 * SECOND, x, y));

  /* Other layers, or none, are another picture. */
  stack.layers[1].part = 5;
  g_assert_true (sluice_traffic_tile_update (tile, &shape, whole, &stack, NOW + 5 * SECOND));
  g_assert_true (sluice_traffic_tile_update (tile, &shape, whole, NULL, NOW + 5 * SECOND));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traffic-tile/gives-no-colour-to-layers-of-nothing", test_zero_layers);
  g_test_add_func ("/traffic-tile/draws-a-late-tick-as-long-and-as-high-as-it-was", test_late_tick);
  g_test_add_func ("/traffic-tile/draws-nothing-between-bursts", test_bursts);
  g_test_add_func ("/traffic-tile/keeps-a-burst-of-a-second-in-an-hour", test_burst);
  g_test_add_func ("/traffic-tile/leaves-a-gap-empty", test_gap);
  g_test_add_func ("/traffic-tile/shows-that-nothing-moved", test_zero);
  g_test_add_func ("/traffic-tile/shows-a-point-between-two-gaps", test_lone_point);
  g_test_add_func ("/traffic-tile/puts-upload-below-the-axis", test_sides);
  g_test_add_func ("/traffic-tile/hatches-upload", test_hatch);
  g_test_add_func ("/traffic-tile/grows-without-a-seam", test_strips);
  g_test_add_func ("/traffic-tile/draws-nothing-anew-while-it-only-moves", test_idle_update);
  g_test_add_func ("/traffic-tile/runs-on-past-its-own-end", test_long_run);
  g_test_add_func ("/traffic-tile/stays-empty-without-data", test_empty);
  g_test_add_func ("/traffic-tile/draws-whatever-comes", test_hostile_rates);
  g_test_add_func ("/traffic-tile/takes-what-is-no-number-for-nothing", test_no_number);
  g_test_add_func ("/traffic-tile/shows-a-moment-and-a-year", test_durations);
  g_test_add_func ("/traffic-tile/shows-a-ring-that-has-turned", test_wrap);
  g_test_add_func ("/traffic-tile/fits-a-few-pixels", test_tiny);
  g_test_add_func ("/traffic-tile/stacks-parts-upon-each-other-in-the-height-of-the-whole", test_stack);
  return g_test_run ();
}
