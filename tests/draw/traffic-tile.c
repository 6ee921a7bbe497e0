#include "draw/traffic-tile.h"

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
  sluice_traffic_tile_update (tile, &shape, series, NOW);

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
  sluice_traffic_tile_update (tile, &shape, series, NOW);

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
  sluice_traffic_tile_update (tile, &shape, series, NOW);
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 1), >, 100);
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS + 1), >, 100);
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 4), ==, 0);
}

static void
test_lone_point (void)
{
  g_autoptr (SluiceSeries) series = sluice_series_new (100);
  g_autoptr (SluiceTrafficTile) tile = sluice_traffic_tile_new ();
  const SluiceTrafficShape shape = shape_of (60 * SECOND);

  append (series, NOW - 30 * SECOND, 500, 0);
  sluice_traffic_tile_update (tile, &shape, series, NOW);
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
      sluice_traffic_tile_update (tile, &shape, series, NOW);
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
  sluice_traffic_tile_update (tile, &shape, series, NOW);
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
  sluice_traffic_tile_update (grown, &shape, series, NOW);
  for (int i = 1; i <= 9; i++)
    {
      append (series, NOW + i * SECOND, (i * 37 % 100 + 100) * 4, (i * 53 % 100 + 100) * 4);
      end = NOW + i * SECOND;
      sluice_traffic_tile_update (grown, &shape, series, end);
    }
  sluice_traffic_tile_update (fresh, &shape, series, end);
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
  g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NOW - SECOND));
  for (int i = 1; i <= 9; i++)
    g_assert_false (sluice_traffic_tile_update (tile, &shape, series, NOW - SECOND + i * SECOND / 10));
  g_assert_cmpint (sluice_traffic_tile_get_offset (tile, NOW - SECOND / 2),
                   ==,
                   sluice_traffic_tile_get_offset (tile, NOW - SECOND) + 5);
  shape.maximum[0] = 2000;
  g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NOW));
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
      sluice_traffic_tile_update (tile, &shape, series, end);
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

  g_assert_true (sluice_traffic_tile_update (tile, &shape, series, NOW));
  g_assert_cmpuint (alpha_at (tile, NOW, 300, AXIS - 1), ==, 0);
  g_assert_false (sluice_traffic_tile_update (tile, &shape, series, NOW + SECOND));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
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
  return g_test_run ();
}
