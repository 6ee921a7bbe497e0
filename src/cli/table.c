#include "sluice-config.h"

#include "cli/table.h"

#include <string.h>

#include "cli/output.h"

#define GAP 2

struct _SluiceTable
{
  SluiceColumn *columns;
  guint n_columns;
  GPtrArray *cells; /* of texts, row after row; a row that is one text has it first and %NULL after */
};

static guint
character_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

/**
 * sluice_table_width:
 * @text: UTF-8
 *
 * Returns: how many columns a terminal gives it
 */
guint
sluice_table_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += character_width (g_utf8_get_char (p));
  return width;
}

/**
 * sluice_table_fit:
 * @text_out: appended to
 * @text: UTF-8, sanitised
 * @width: columns to fill exactly
 * @right: flush right
 * @unicode: whether there is an ellipsis to cut it with
 */
void
sluice_table_fit (GString *text_out,
                  const char *text,
                  guint width,
                  gboolean right,
                  gboolean unicode)
{
  guint natural = sluice_table_width (text);
  guint used = 0;

  if (natural <= width)
    {
      guint pad = width - natural;

      if (right)
        g_string_append_printf (text_out, "%*s%s", (int) pad, "", text);
      else
        g_string_append_printf (text_out, "%s%*s", text, (int) pad, "");
      return;
    }

  if (width == 0)
    return;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      guint n = character_width (g_utf8_get_char (p));

      if (used + n > width - 1)
        break;
      g_string_append_len (text_out, p, g_utf8_next_char (p) - p);
      used += n;
    }
  g_string_append (text_out, unicode ? "…" : "~");
  g_string_append_printf (text_out, "%*s", (int) (width - 1 - used), "");
}

/**
 * sluice_table_new:
 *
 * Copies @columns; the titles must stay.
 */
SluiceTable *
sluice_table_new (const SluiceColumn *columns,
                  guint n_columns)
{
  SluiceTable *table = g_new0 (SluiceTable, 1);

  table->columns = g_memdup2 (columns, n_columns * sizeof *columns);
  table->n_columns = n_columns;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  return table;
}

/**
 * sluice_table_free:
 */
void
sluice_table_free (SluiceTable *table)
{
  g_free (table->columns);
  g_ptr_array_unref (table->cells);
  g_free (table);
}

/**
 * sluice_table_add:
 *
 * Fills the next cell, from left to right and row by row; %NULL is shown as a dash.
 */
void
sluice_table_add (SluiceTable *table,
                  const char *cell)
{
  g_ptr_array_add (table->cells, g_strdup (cell != NULL ? cell : "-"));
}

/**
 * sluice_table_add_rest:
 *
 * Fills the rest of the row with one text that no column holds back.
 */
void
sluice_table_add_rest (SluiceTable *table,
                       const char *text)
{
  sluice_table_add (table, text);
  while (table->cells->len % table->n_columns != 0)
    g_ptr_array_add (table->cells, NULL);
}

static void
trim (GString *line)
{
  while (line->len > 0 && line->str[line->len - 1] == ' ')
    g_string_truncate (line, line->len - 1);
}

static guint
measure (const SluiceTable *table,
         guint column)
{
  const SluiceColumn *c = &table->columns[column];
  guint width = MAX (c->min_width, sluice_table_width (c->title));

  for (guint i = column; i < table->cells->len; i += table->n_columns)
    {
      const char *cell = g_ptr_array_index (table->cells, i);
      gboolean whole_row = column + 1 < table->n_columns && i + 1 < table->cells->len
                           && g_ptr_array_index (table->cells, i + 1) == NULL;

      if (cell != NULL && !whole_row)
        width = MAX (width, sluice_table_width (cell));
    }
  return c->max_width > 0 ? MIN (width, MAX (c->max_width, sluice_table_width (c->title))) : width;
}

/**
 * sluice_table_print:
 * @table: a table
 * @bold_heading: whether the terminal may be told to print the heading bold
 * @text_out: appended to
 */
void
sluice_table_print (SluiceTable *table,
                    gboolean bold_heading,
                    GString *text_out)
{
  gboolean unicode = sluice_output_is_unicode ();
  g_autofree guint *widths = g_new (guint, table->n_columns);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    {
      widths[i] = measure (table, i);
      sluice_table_fit (line, table->columns[i].title, widths[i], table->columns[i].right, unicode);
      g_string_append_printf (line, "%*s", GAP, "");
    }
  trim (line);
  g_string_append_printf (text_out, bold_heading ? "\033[1m%s\033[0m\n" : "%s\n", line->str);

  for (guint i = 0; i < table->cells->len; i += table->n_columns)
    {
      g_string_truncate (line, 0);
      for (guint j = 0; j < table->n_columns && i + j < table->cells->len; j++)
        {
          const char *cell = g_ptr_array_index (table->cells, i + j);
          gboolean last = i + j + 1 >= table->cells->len || j + 1 >= table->n_columns;

          if (cell == NULL)
            break;
          if (!last && g_ptr_array_index (table->cells, i + j + 1) == NULL)
            g_string_append (line, cell);
          else
            sluice_table_fit (line, cell, widths[j], table->columns[j].right, unicode);
          g_string_append_printf (line, "%*s", GAP, "");
        }
      trim (line);
      g_string_append_printf (text_out, "%s\n", line->str);
    }
}
