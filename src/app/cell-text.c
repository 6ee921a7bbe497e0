#include "app/cell-text.h"

#include <math.h>

/* As wide as figures get: three digits, with a separator and without. */
static const double widest[] = { 8.88, 88.8, 888 };
/* No program moves more than a thousand of the last one a second. */
#define N_RATE_PREFIXES 4
#define N_SIZE_PREFIXES 5

/**
 * sluice_cell_text_new:
 * @xalign: 0 begins at the start, 1 ends at the end
 * @characters: the width that is asked for, in figures; it never changes with the text
 * @style: (nullable): a style class besides "numeric"
 *
 * Returns: (transfer floating): a text that can change without any other widget being measured again
 */
GtkWidget *
sluice_cell_text_new (float       xalign,
                      guint characters,
                      const char *style)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), xalign);
  sluice_cell_text_set_characters (text, characters);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_wrap_mode (GTK_INSCRIPTION (text), PANGO_WRAP_CHAR);
  gtk_widget_add_css_class (text, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (text, style);

  return text;
}

/**
 * sluice_cell_text_new_pair:
 * @texts_out: (out): the upper text and the lower one, in small letters
 * @xalign: 0 begins at the start, 1 ends at the end
 * @characters: the width that is asked for, in figures
 * @title: what both are about, for screen readers
 *
 * Returns: (transfer floating): two texts, one above the other
 */
GtkWidget *
sluice_cell_text_new_pair (GtkWidget  *texts_out[2],
                           float       xalign,
                           guint       characters,
                           const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  texts_out[0] = sluice_cell_text_new (xalign, characters, NULL);
  texts_out[1] = sluice_cell_text_new (xalign, characters, "dim-label");
  for (guint i = 0; i < 2; i++)
    {
      gtk_widget_add_css_class (texts_out[i], "caption");
      gtk_accessible_update_property (GTK_ACCESSIBLE (texts_out[i]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
      gtk_box_append (GTK_BOX (box), texts_out[i]);
    }

  return box;
}

/**
 * sluice_cell_text_set_characters:
 * @text: from sluice_cell_text_new()
 * @characters: the width that is asked for from now on
 */
void
sluice_cell_text_set_characters (GtkWidget *text,
                                 guint      characters)
{
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), characters);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), characters);
}

/* A label that is never shown, but has the font of such a text: an inscription learns of its own only on the screen. */
static GtkWidget *
make_measure (const char *style)
{
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));

  gtk_widget_add_css_class (label, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (label, style);

  return label;
}

/* What one of the characters that an inscription asks for is wide, in Pango's units. */
static int
character_width (GtkWidget *measure)
{
  PangoFontMetrics *metrics = pango_context_get_metrics (gtk_widget_get_pango_context (measure), NULL, NULL);
  int width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                   pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);

  return MAX (width, 1);
}

/* How many characters the widest of @shown asks for; languages write units in letters of any width. */
static guint
count_characters (const char        *style,
                  const char *const *shown,
                  guint              n)
{
  GtkWidget *measure = make_measure (style);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (measure, NULL);
  int unit = character_width (measure), widest_text = 0;

  for (guint i = 0; i < n; i++)
    {
      int width;

      pango_layout_set_text (layout, shown[i], -1);
      pango_layout_get_size (layout, &width, NULL);
      widest_text = MAX (widest_text, PANGO_UNITS_FLOOR (width + PANGO_SCALE - 1));
    }
  g_object_unref (measure);

  return (guint) ((widest_text + unit - 1) / unit);
}

/**
 * sluice_cell_text_count:
 * @style: (nullable): as sluice_cell_text_new() has it
 * @shown: what such a text may say
 *
 * Returns: the width that it has to ask for, in figures
 */
guint
sluice_cell_text_count (const char *style,
                        const char *shown)
{
  return count_characters (style, &shown, 1);
}

/**
 * sluice_cell_text_count_rate:
 * @style: (nullable): as sluice_cell_text_new() has it
 * @before: what stands before the rate, or ""
 * @unit: how it is written
 *
 * Returns: the width that a text has to ask for to say any rate in the language of the user, in figures
 */
guint
sluice_cell_text_count_rate (const char    *style,
                             const char    *before,
                             SluiceRateUnit unit)
{
  char texts[N_RATE_PREFIXES * G_N_ELEMENTS (widest)][SLUICE_UNITS_TEXT_MAX + 8];
  const char *shown[G_N_ELEMENTS (texts)];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      double rate = widest[i % G_N_ELEMENTS (widest)] * pow (1000, (double) (i / G_N_ELEMENTS (widest)));
      char number[SLUICE_UNITS_TEXT_MAX];

      if (unit == SLUICE_RATE_UNIT_BITS)
        rate /= 8;
      g_snprintf (texts[i], sizeof texts[i], "%s%s", before, sluice_units_format_rate (rate, unit, number));
      shown[i] = texts[i];
    }

  return count_characters (style, shown, G_N_ELEMENTS (shown));
}

/**
 * sluice_cell_text_count_size:
 * @unit: how it is written
 *
 * Returns: the width that a text has to ask for to say any size in the language of the user, in figures
 */
guint
sluice_cell_text_count_size (SluiceSizeUnit unit)
{
  double base = unit == SLUICE_SIZE_UNIT_IEC ? 1024 : 1000;
  char texts[N_SIZE_PREFIXES * G_N_ELEMENTS (widest)][SLUICE_UNITS_TEXT_MAX];
  const char *shown[G_N_ELEMENTS (texts)];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    shown[i] = sluice_units_format_size (
      (guint64) (widest[i % G_N_ELEMENTS (widest)] * pow (base, (double) (i / G_N_ELEMENTS (widest)))), unit,
      texts[i]);

  return count_characters (NULL, shown, G_N_ELEMENTS (shown));
}

/**
 * sluice_cell_text_count_latency:
 * @style: (nullable): as sluice_cell_text_new() has it
 *
 * Returns: the width that a text has to ask for to say any time up to a minute and a half, in figures
 */
guint
sluice_cell_text_count_latency (const char *style)
{
  static const guint32 latencies[] = { 888, 8880, 88800, 888000, 8880000, 88800000 };
  char texts[G_N_ELEMENTS (latencies)][SLUICE_UNITS_TEXT_MAX];
  const char *shown[G_N_ELEMENTS (latencies)];

  for (guint i = 0; i < G_N_ELEMENTS (latencies); i++)
    shown[i] = sluice_units_format_latency (latencies[i], texts[i]);

  return count_characters (style, shown, G_N_ELEMENTS (shown));
}

/**
 * sluice_cell_text_get_width:
 * @style: (nullable): as sluice_cell_text_new() has it
 * @characters: what such a text asks for
 *
 * Returns: how wide it is then, in pixels
 */
int
sluice_cell_text_get_width (const char *style,
                            guint       characters)
{
  GtkWidget *measure = make_measure (style);
  int width = PANGO_PIXELS_CEIL ((int) characters * character_width (measure));

  g_object_unref (measure);

  return width;
}

/**
 * sluice_cell_text_set:
 * @text: from sluice_cell_text_new()
 * @shown: what it says
 *
 * Does nothing where it says so already.
 */
void
sluice_cell_text_set (GtkWidget  *text,
                      const char *shown)
{
  g_autofree char *isolated = NULL;

  /* Pango aligns a text by its own direction; this gives it that of the window, and leaves what it says as it is. */
  if (gtk_widget_get_direction (text) == GTK_TEXT_DIR_RTL)
    shown = isolated = g_strconcat ("\u200f\u2068", shown, "\u2069", NULL);
  if (g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (text)), shown) != 0)
    gtk_inscription_set_text (GTK_INSCRIPTION (text), shown);
}

/**
 * sluice_cell_text_name_row:
 * @child: what stands in the first cell of a row
 * @name: what the row is about
 *
 * Says to screen readers what the row is called; GTK calls each of them by what it is made of.
 */
void
sluice_cell_text_name_row (GtkWidget  *child,
                           const char *name)
{
  GtkWidget *cell = gtk_widget_get_parent (child);
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
