#include "draw/readout.h"

typedef struct
{
  cairo_surface_t *surface;
  cairo_t *cr;
  SluiceReadout readout;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 500, 300);
  fixture->cr = cairo_create (fixture->surface);
  fixture->readout = (SluiceReadout){
    .text = pango_font_map_create_context (pango_cairo_font_map_get_default ()),
    .palette = sluice_palette_get (SLUICE_SCHEME_LIGHT),
    .title = "14:32:07",
    .rates = { "24.1 Mbit/s", "1.93 Mbit/s" },
  };
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_object_unref (fixture->readout.text);
  cairo_destroy (fixture->cr);
  cairo_surface_destroy (fixture->surface);
}

/* The least rectangle that holds all that was drawn. */
static cairo_rectangle_int_t
drawn (Fixture *fixture)
{
  int x0 = 500, y0 = 300, x1 = 0, y1 = 0;
  const guchar *pixels;

  cairo_surface_flush (fixture->surface);
  pixels = cairo_image_surface_get_data (fixture->surface);
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 500; x++)
      if (pixels[y * cairo_image_surface_get_stride (fixture->surface) + x * 4 + 3] > 100)
        {
          x0 = MIN (x0, x);
          x1 = MAX (x1, x + 1);
          y0 = MIN (y0, y);
          y1 = MAX (y1, y + 1);
        }
  return (cairo_rectangle_int_t){ x0, y0, x1 - x0, y1 - y0 };
}

static void
test_measure (Fixture      *fixture,
              gconstpointer data)
{
  double width;
  double height;
  cairo_rectangle_int_t box;

  sluice_readout_measure (&fixture->readout, &width, &height);
  sluice_readout_draw (&fixture->readout, fixture->cr, 50, 60);
  box = drawn (fixture);
  g_assert_cmpint (box.x, ==, 50);
  g_assert_cmpint (box.y, ==, 60);
  g_assert_cmpint (box.width, ==, (int) width);
  g_assert_cmpint (box.height, ==, (int) height);
}

static void
test_long (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *name = g_strnfill (5000, 'W');
  char *lines[] = { name, (char *) "<b>&</b>\nnext\nnext", (char *) "c", (char *) "d", (char *) "e", NULL };
  double width;
  double three;
  double height;

  fixture->readout.lines = lines;
  sluice_readout_measure (&fixture->readout, &width, &height);
  g_assert_cmpfloat (width, <, 280);
  /* Three lines at the most. */
  lines[3] = NULL;
  sluice_readout_measure (&fixture->readout, &width, &three);
  g_assert_cmpfloat (height, ==, three);
  for (int rtl = 0; rtl < 2; rtl++)
    {
      fixture->readout.rtl = rtl;
      sluice_readout_draw (&fixture->readout, fixture->cr, 50, 60);
      g_assert_cmpint (drawn (fixture).x, >=, 50);
      g_assert_cmpint (drawn (fixture).width, <=, (int) width);
    }
}

static void
test_one_direction (Fixture      *fixture,
                    gconstpointer data)
{
  double width;
  double both;
  double one;

  sluice_readout_measure (&fixture->readout, &width, &both);
  fixture->readout.rates[1] = NULL;
  sluice_readout_measure (&fixture->readout, &width, &one);
  g_assert_cmpfloat (one, <, both - 8);
}

static void
test_badge (Fixture      *fixture,
            gconstpointer data)
{
  cairo_rectangle_int_t box;

  sluice_draw_badge (fixture->cr, fixture->readout.text, fixture->readout.palette, "Paused", 300, 20);
  box = drawn (fixture);
  g_assert_cmpint (box.x + box.width, ==, 300);
  g_assert_cmpint (box.y, ==, 20);
}

static void
test_room (Fixture      *fixture,
           gconstpointer data)
{
  static char *lines[] = { (char *) "a program with a rather long name 24.1 Mbit/s", NULL };
  double width;
  double height;

  fixture->readout.lines = lines;
  for (int room = 60; room < 400; room += 20)
    for (int rtl = 0; rtl < 2; rtl++)
      {
        fixture->readout.room = room;
        fixture->readout.rtl = rtl;
        sluice_readout_measure (&fixture->readout, &width, &height);
        g_assert_cmpfloat (width, <=, room);
        cairo_save (fixture->cr);
        cairo_set_operator (fixture->cr, CAIRO_OPERATOR_CLEAR);
        cairo_paint (fixture->cr);
        cairo_restore (fixture->cr);
        sluice_readout_draw (&fixture->readout, fixture->cr, 50, 60);
        g_assert_cmpint (drawn (fixture).x, >=, 50);
        g_assert_cmpint (drawn (fixture).x + drawn (fixture).width, <=, 50 + (int) width);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/readout/is-as-large-as-it-says", test_measure);
  ADD ("/readout/does-not-grow-with-hostile-names", test_long);
  ADD ("/readout/leaves-out-a-direction", test_one_direction);
  ADD ("/readout/hangs-its-badge-at-the-right", test_badge);
  ADD ("/readout/keeps-to-its-room", test_room);
  return g_test_run ();
}
