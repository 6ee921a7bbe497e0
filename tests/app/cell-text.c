#include "app/cell-text.h"

#include <adwaita.h>

static const char *const styles[] = { NULL, "caption", "heading" };
/* A text of each style on the screen, where it has the font that it is shown in. */
static GtkWidget *texts[G_N_ELEMENTS (styles)];

static GtkWidget *
text_of (const char *style)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_strcmp0 (styles[i], style) == 0)
      return texts[i];
  g_assert_not_reached ();
}

static GtkWidget *
show_texts (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      texts[i] = sluice_cell_text_new (1, 3, styles[i]);
      gtk_box_append (GTK_BOX (box), texts[i]);
    }
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  /* They have their fonts from the first frame on. */
  while (gtk_widget_get_height (texts[0]) == 0)
    g_main_context_iteration (NULL, TRUE);

  return window;
}

/* Whether a text that asks for @characters has room for @shown. */
static void
assert_room (const char *style,
             guint       characters,
             const char *shown)
{
  GtkWidget *text = text_of (style);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (text, shown);
  int needed, natural;

  sluice_cell_text_set_characters (text, characters);
  pango_layout_get_pixel_size (layout, &needed, NULL);
  gtk_widget_measure (text, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  if (needed > natural)
    g_error ("“%s” needs %d pixels, and %u characters are %d", shown, needed, characters, natural);
}

static void
test_languages (void)
{
  static const char *const shown[] = { "888 Mbit/s", "88.8 م.بايت/ث", "8,88 Мбит/с", "WWWWWWWWWW", "▼ 888 kbit/s", "" };
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    for (guint j = 0; j < G_N_ELEMENTS (styles); j++)
      assert_room (styles[j], sluice_cell_text_count (styles[j], shown[i]), shown[i]);
  g_assert_cmpuint (sluice_cell_text_count (NULL, ""), ==, 0);
  g_assert_cmpuint (sluice_cell_text_count (NULL, "WWWWWWWWWW"), >, sluice_cell_text_count (NULL, "iiiiiiiiii"));
}

static void
test_figures (void)
{
  char text[SLUICE_UNITS_TEXT_MAX];
  guint bits = sluice_cell_text_count_rate ("caption", "", SLUICE_RATE_UNIT_BITS);
  guint bytes = sluice_cell_text_count_rate (NULL, "", SLUICE_RATE_UNIT_BYTES);

  for (double rate = 1; rate < 1e11; rate *= 1.7)
    {
      assert_room ("caption", bits, sluice_units_format_rate (rate, SLUICE_RATE_UNIT_BITS, text));
      assert_room (NULL, bytes, sluice_units_format_rate (rate, SLUICE_RATE_UNIT_BYTES, text));
      assert_room (NULL, sluice_cell_text_count_size (SLUICE_SIZE_UNIT_IEC),
                   sluice_units_format_size ((guint64) rate, SLUICE_SIZE_UNIT_IEC, text));
    }
  for (guint32 latency = 1; latency < 90000000; latency += latency / 3 + 1)
    assert_room (NULL, sluice_cell_text_count_latency (NULL), sluice_units_format_latency (latency, text));
  g_assert_cmpuint (sluice_cell_text_count_rate ("caption", "▼ ", SLUICE_RATE_UNIT_BITS), >, bits);
}

static void
test_width (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      int natural;

      sluice_cell_text_set_characters (texts[i], 9);
      gtk_widget_measure (texts[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      g_assert_cmpint (natural, ==, sluice_cell_text_get_width (styles[i], 9));
    }
  g_assert_cmpint (sluice_cell_text_get_width (NULL, 9), >, sluice_cell_text_get_width (NULL, 3));
}

int
main (int    argc,
      char **argv)
{
  GtkWidget *window;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  window = show_texts ();

  g_test_add_func ("/cell-text/has-room-for-the-letters-of-any-language", test_languages);
  g_test_add_func ("/cell-text/has-room-for-every-figure", test_figures);
  g_test_add_func ("/cell-text/is-as-wide-as-it-asks-for", test_width);

  status = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));

  return status;
}
