#include "draw/palette.h"

/* What a chart may stand on: window, view and card, by dark or light. */
static const SluiceColor grounds[2][3] = {
  { { 1, 1, 1, 1 }, { 0xfa / 255.0, 0xfa / 255.0, 0xfa / 255.0, 1 }, { 0xf6 / 255.0, 0xf5 / 255.0, 0xf4 / 255.0, 1 } },
  { { 0x1e / 255.0, 0x1e / 255.0, 0x1e / 255.0, 1 },
    { 0x24 / 255.0, 0x24 / 255.0, 0x24 / 255.0, 1 },
    { 0x36 / 255.0, 0x36 / 255.0, 0x36 / 255.0, 1 } },
};

static SluiceColor
over (const SluiceColor *color,
      const SluiceColor *ground)
{
  return (SluiceColor){
    color->red * color->alpha + ground->red * (1 - color->alpha),
    color->green * color->alpha + ground->green * (1 - color->alpha),
    color->blue * color->alpha + ground->blue * (1 - color->alpha),
    1.0,
  };
}

static void
assert_contrast (const SluiceColor *color,
                 SluiceScheme       scheme,
                 double             least)
{
  const guint dark = (scheme & SLUICE_SCHEME_DARK) != 0 ? 1 : 0;

  for (guint i = 0; i < G_N_ELEMENTS (grounds[0]); i++)
    {
      SluiceColor seen = over (color, &grounds[dark][i]);

      g_assert_cmpfloat (sluice_color_contrast (&seen, &grounds[dark][i]), >=, least);
    }
}

static void
test_formula (void)
{
  const SluiceColor black = { 0, 0, 0, 1 };
  const SluiceColor white = { 1, 1, 1, 1 };
  const SluiceColor grey = { 0x76 / 255.0, 0x76 / 255.0, 0x76 / 255.0, 1 };

  g_assert_cmpfloat_with_epsilon (sluice_color_contrast (&black, &white), 21, 1e-9);
  g_assert_cmpfloat_with_epsilon (sluice_color_contrast (&white, &black), 21, 1e-9);
  g_assert_cmpfloat_with_epsilon (sluice_color_contrast (&grey, &white), 4.54, 0.01);
}

static void
test_lines (void)
{
  for (guint scheme = 0; scheme < SLUICE_N_SCHEMES; scheme++)
    {
      const SluicePalette *palette = sluice_palette_get (scheme);
      const double least = (scheme & SLUICE_SCHEME_HIGH_CONTRAST) != 0 ? 4.5 : 3.0;

      for (guint i = 0; i < 2; i++)
        assert_contrast (&palette->line[i], scheme, least);
      for (guint i = 0; i < SLUICE_N_SERIES_COLORS; i++)
        assert_contrast (&palette->series[i], scheme, least);
    }
}

static void
test_words (void)
{
  for (guint scheme = 0; scheme < SLUICE_N_SCHEMES; scheme++)
    {
      const SluicePalette *palette = sluice_palette_get (scheme);
      const double least = (scheme & SLUICE_SCHEME_HIGH_CONTRAST) != 0 ? 7.0 : 4.5;
      SluiceColor box = over (&palette->box, &palette->background);
      SluiceColor words = over (&palette->dim, &box);

      assert_contrast (&palette->text, scheme, least);
      assert_contrast (&palette->dim, scheme, least);
      g_assert_cmpfloat (sluice_color_contrast (&words, &box), >=, least);
    }
}

/* What keeps a word readable over data must not show as a box of its own where there is none. */
static void
test_halo (void)
{
  for (guint scheme = 0; scheme < SLUICE_N_SCHEMES; scheme++)
    {
      SluiceColor halo = sluice_palette_get (scheme)->background;

      halo.alpha = 0.7;
      for (guint i = 0; i < G_N_ELEMENTS (grounds[0]); i++)
        {
          const SluiceColor *ground = &grounds[(scheme & SLUICE_SCHEME_DARK) != 0 ? 1 : 0][i];
          const SluiceColor seen = over (&halo, ground);

          g_assert_cmpfloat (sluice_color_contrast (&seen, ground), <, 1.15);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/computes-contrast-as-wcag-does", test_formula);
  g_test_add_func ("/palette/keeps-lines-apart-from-every-ground", test_lines);
  g_test_add_func ("/palette/keeps-words-readable", test_words);
  g_test_add_func ("/palette/hides-its-halo-on-every-ground", test_halo);
  return g_test_run ();
}
