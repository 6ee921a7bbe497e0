#include "model/text.h"

#include <string.h>

/* More marks than this on one letter are no script but an attempt to paint over the lines above and below. */
#define MAX_MARKS 4

#define ELLIPSIS "…"

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

static gboolean
is_in (gunichar character, const Range *ranges, guint n_ranges)
{
  for (guint i = 0; i < n_ranges; i++)
    if (character >= ranges[i].first && character <= ranges[i].last)
      return TRUE;
  return FALSE;
}

/* Draws nothing, or changes how its neighbours are drawn. */
static gboolean
is_treacherous (gunichar character, GUnicodeType type)
{
  /* Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt) as far as the general category does not tell. */
  static const Range ignorable[] = {
    { 0x034f, 0x034f }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },   { 0x3164, 0x3164 },
    { 0xfe00, 0xfe0d }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfff8 }, { 0xe0000, 0xe0fff },
  };
  /* Prepended_Concatenation_Mark (PropList.txt): of the category Format, yet they are seen. */
  static const Range visible_formats[] = {
    { 0x0600, 0x0605 }, { 0x06dd, 0x06dd },   { 0x070f, 0x070f },   { 0x0890, 0x0891 },
    { 0x08e2, 0x08e2 }, { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
  };

  switch ((int) type)
    {
    case G_UNICODE_FORMAT:
      return !is_in (character, visible_formats, G_N_ELEMENTS (visible_formats));
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
      return TRUE;
    default:
      return is_in (character, ignorable, G_N_ELEMENTS (ignorable));
    }
}

/* What was before decides whether a mark or a variation selector is in its place. */
typedef struct
{
  guint n_marks;
  gboolean after_symbol;
} Context;

/* Whether @character may be shown as it is, after what came before. */
static gboolean
admit (Context *context, gunichar character)
{
  GUnicodeType type;
  gboolean is_mark;
  gboolean admitted;

  if (character >= 0x20 && character < 0x7f)
    {
      *context = (Context){ 0 };
      return TRUE;
    }

  type = g_unichar_type (character);
  is_mark = type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK;
  if (is_treacherous (character, type))
    admitted = FALSE;
  else if (character == 0xfe0e || character == 0xfe0f)
    admitted = context->after_symbol; /* text or emoji; after a letter it only hides a difference */
  else
    admitted = !is_mark || context->n_marks < MAX_MARKS;

  context->n_marks = is_mark ? context->n_marks + 1 : 0;
  context->after_symbol = admitted && (type == G_UNICODE_OTHER_SYMBOL || type == G_UNICODE_MATH_SYMBOL);
  return admitted;
}

/**
 * sluice_text_sanitise:
 * @text: (nullable): bytes from a stranger
 * @length: how many, which may hold zero bytes; -1 when it ends with one
 * @max_characters: how long the result may be, in characters, at least 1
 *
 * Makes text that is safe to show and to keep out of anything a stranger may have written: the one sanitiser at the
 * door. The result is valid UTF-8 and holds nothing invisible or misleading. In the manner of less(1) a byte that is
 * not UTF-8 becomes "<FF>" and these characters become "<U+202E>": controls (C0, C1, DEL), line and paragraph
 * separators, bidi controls, zero-width and other ignorable characters, tags, variation selectors (but for an emoji's),
 * unassigned code points, and marks that stand first or are more than four on one letter.
 *
 * What is too long ends in "…", which counts; an escape is never cut in two. Sanitising the result again changes
 * nothing. The time taken depends on @max_characters, not on @length.
 *
 * Returns: (transfer full) (nullable): the text; %NULL for %NULL
 */
char *
sluice_text_sanitise (const char *text, gssize length, guint max_characters)
{
  const char *end = text != NULL && length >= 0 ? text + length : NULL;
  Context context = { .n_marks = MAX_MARKS }; /* a mark that stands first would sit on whatever is shown before it */
  GString *result;
  guint n_characters = 0;
  gsize cut = 0; /* bytes that leave room for the ellipsis */

  g_return_val_if_fail (max_characters > 0, NULL);

  if (text == NULL)
    return NULL;

  result = g_string_new (NULL);
  while (end != NULL ? text < end : *text != '\0')
    {
      gunichar character = *text == '\0' ? 0 : g_utf8_get_char_validated (text, end != NULL ? end - text : -1);
      gsize length_before = result->len;

      if (character == (gunichar) -1 || character == (gunichar) -2)
        {
          g_string_append_printf (result, "<%02X>", (guint) (guint8) *text++);
          context = (Context){ 0 };
        }
      else
        {
          const char *next = *text == '\0' ? text + 1 : g_utf8_next_char (text);

          if (admit (&context, character))
            g_string_append_len (result, text, next - text);
          else
            g_string_append_printf (result, "<U+%04X>", character);
          text = next;
        }

      n_characters += g_utf8_strlen (result->str + length_before, result->len - length_before);
      if (n_characters > max_characters)
        {
          g_string_truncate (result, cut);
          g_string_append (result, ELLIPSIS);
          break;
        }
      if (n_characters < max_characters)
        cut = result->len;
    }
  return g_string_free (result, FALSE);
}

/**
 * sluice_text_csv_field:
 * @text: (nullable): a text, already sanitised
 *
 * Makes a field of a CSV file (RFC 4180): quoted where it must be, and with an apostrophe before a leading =, +, -, @,
 * tab or carriage return, lest a spreadsheet takes it for a formula. Only for texts: a number, which may well be
 * negative, is written as it is and never passes here.
 *
 * Returns: (transfer full): the field; empty for %NULL and "" in quotes for the empty text, so that unknown and empty
 *   stay two things
 */
char *
sluice_text_csv_field (const char *text)
{
  GString *field;
  gboolean formula;

  if (text == NULL)
    return g_strdup ("");

  formula = *text != '\0' && strchr ("=+-@\t\r", *text) != NULL;
  if (*text != '\0' && strpbrk (text, ",\"\r\n") == NULL)
    return g_strconcat (formula ? "'" : "", text, NULL);

  field = g_string_new (formula ? "\"'" : "\"");
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (field, '"');
      g_string_append_c (field, *text);
    }
  g_string_append_c (field, '"');
  return g_string_free (field, FALSE);
}

/**
 * sluice_text_markup:
 * @text: (nullable): a text, already sanitised
 *
 * Escapes a text for the few places that insist on markup, such as the body of a notification. Labels take plain text
 * instead.
 *
 * Returns: (transfer full) (nullable): the markup; %NULL for %NULL
 */
char *
sluice_text_markup (const char *text)
{
  return text != NULL ? g_markup_escape_text (text, -1) : NULL;
}
