#include "sluice-config.h"

#include "cli/table.h"

#include <locale.h>

#include "../hostile.h"
#include "model/text.h"

static void
assert_fit (const char *text,
            guint width,
            gboolean right,
            const char *expected)
{
  g_autoptr (GString) fitted = g_string_new (NULL);

  sluice_table_fit (fitted, text, width, right, TRUE);
  g_assert_cmpstr (fitted->str, ==, expected);
}

static void
test_fit (void)
{
  assert_fit ("abc", 5, FALSE, "abc  ");
  assert_fit ("abc", 5, TRUE, "  abc");
  assert_fit ("abcdef", 5, FALSE, "abcd…");
  assert_fit ("abc", 3, FALSE, "abc");
  assert_fit ("abc", 1, FALSE, "…");
  assert_fit ("abc", 0, FALSE, "");
  assert_fit ("", 2, TRUE, "  ");
  /* Two columns each: the cut must not split one. */
  assert_fit ("网络", 5, FALSE, "网络 ");
  assert_fit ("网络网络", 5, FALSE, "网络…");
  assert_fit ("网络网络", 6, FALSE, "网络… ");
  /* A combining mark takes none. */
  assert_fit ("e\xcc\x81", 2, FALSE, "e\xcc\x81 ");
}

static void
test_exact_width (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autofree char *text = sluice_text_sanitise (hostile_texts[i], -1, SLUICE_NAME_MAX);

      for (guint width = 0; width < 40; width++)
        {
          g_autoptr (GString) fitted = g_string_new (NULL);

          sluice_table_fit (fitted, text, width, i % 2 != 0, i % 3 != 0);
          g_assert_cmpuint (sluice_table_width (fitted->str), ==, width);
        }
    }
}

static void
test_print (void)
{
  const SluiceColumn columns[] = { { "NAME", FALSE, 0, 6 }, { "RATE", TRUE, 8, 0 }, { "LAST", FALSE, 0, 0 } };
  g_autoptr (SluiceTable) table = sluice_table_new (columns, G_N_ELEMENTS (columns));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) bold = g_string_new (NULL);

  sluice_table_add (table, "a");
  sluice_table_add (table, "1");
  sluice_table_add (table, NULL);
  sluice_table_add (table, "too long a name");
  sluice_table_add (table, "22");
  sluice_table_add (table, "x");
  sluice_table_add_rest (table, "one text for the whole row");

  sluice_table_print (table, FALSE, text);
  g_assert_cmpstr (text->str, ==,
                   "NAME        RATE  LAST\n"
                   "a              1  -\n"
                   "too l…        22  x\n"
                   "one text for the whole row\n");
  sluice_table_print (table, TRUE, bold);
  g_assert_true (g_str_has_prefix (bold->str, "\033[1mNAME        RATE  LAST\033[0m\n"));
}

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/fits-text-into-columns", test_fit);
  g_test_add_func ("/table/keeps-its-width-with-hostile-names", test_exact_width);
  g_test_add_func ("/table/aligns-columns-and-leaves-no-blanks-at-the-end", test_print);
  return g_test_run ();
}
