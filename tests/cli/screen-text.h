#pragma once

#include "cli/table.h"
#include "cli/watch-screen.h"
#include "fixture.h"

/* A screen as text, a line a line; no line may be wider and no screen higher than was asked for. */
static inline char *
screen_text (SluiceScreen *screen,
             guint width,
             guint height)
{
  g_autoptr (GPtrArray) lines = sluice_screen_draw (screen, width, height);
  GString *text = g_string_new (NULL);

  g_assert_cmpuint (lines->len, <=, height);
  for (guint i = 0; i < lines->len; i++)
    {
      const GArray *spans = g_ptr_array_index (lines, i);
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint j = 0; j < spans->len; j++)
        {
          const SluiceSpan *span = &g_array_index (spans, SluiceSpan, j);

          g_assert_cmpint (span->style, <, SLUICE_N_STYLES);
          g_string_append (line, span->text);
        }
      g_assert_cmpuint (sluice_table_width (line->str), <=, width);
      g_string_append_printf (text, "%s\n", line->str);
    }
  return g_string_free (text, FALSE);
}
