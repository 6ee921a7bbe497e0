#include "sluice-config.h"

#include "cli/json-writer.h"

#include <math.h>
#include <string.h>

static void
append_string (GString *text,
               const char *value)
{
  const char *end = value + strlen (value);

  g_string_append_c (text, '"');
  for (const char *p = value; p < end;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          /* Nothing that reaches us should be so, but what we print must be JSON all the same. */
          g_string_append (text, "\\ufffd");
          p++;
          continue;
        }
      if (c == '"' || c == '\\')
        g_string_append_printf (text, "\\%c", (char) c);
      else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
        g_string_append_printf (text, "\\u%04x", c);
      else
        g_string_append_len (text, p, g_utf8_next_char (p) - p);
      p = g_utf8_next_char (p);
    }
  g_string_append_c (text, '"');
}

static void
begin_value (SluiceJsonWriter *json,
             const char *member)
{
  if (json->comma)
    g_string_append_c (json->text, ',');
  json->comma = TRUE;
  if (member == NULL)
    return;
  g_string_append_c (json->text, '"');
  g_string_append (json->text, member);
  g_string_append (json->text, "\":");
}

/**
 * sluice_json_writer_init:
 */
void
sluice_json_writer_init (SluiceJsonWriter *json)
{
  json->text = g_string_new (NULL);
  json->comma = FALSE;
}

/**
 * sluice_json_writer_finish:
 * @json: a writer with an object that is still open
 *
 * Returns: (transfer full): the object as one line, with its end
 */
char *
sluice_json_writer_finish (SluiceJsonWriter *json)
{
  sluice_json_writer_end (json, '}');
  g_string_append_c (json->text, '\n');
  return g_string_free (g_steal_pointer (&json->text), FALSE);
}

/**
 * sluice_json_writer_begin:
 * @json: a writer
 * @member: (nullable): its name within an object
 * @bracket: '{' or '['
 */
void
sluice_json_writer_begin (SluiceJsonWriter *json,
                          const char *member,
                          char bracket)
{
  begin_value (json, member);
  g_string_append_c (json->text, bracket);
  json->comma = FALSE;
}

/**
 * sluice_json_writer_end:
 *
 * Ends what sluice_json_writer_begin() began, with '}' or ']'.
 */
void
sluice_json_writer_end (SluiceJsonWriter *json,
                        char bracket)
{
  g_string_append_c (json->text, bracket);
  json->comma = TRUE;
}

/**
 * sluice_json_writer_add_string:
 *
 * @value may be %NULL, which is null.
 */
void
sluice_json_writer_add_string (SluiceJsonWriter *json,
                               const char *member,
                               const char *value)
{
  begin_value (json, member);
  if (value == NULL)
    g_string_append (json->text, "null");
  else
    append_string (json->text, value);
}

/**
 * sluice_json_writer_add_uint:
 */
void
sluice_json_writer_add_uint (SluiceJsonWriter *json,
                             const char *member,
                             guint64 value)
{
  char digits[24];

  begin_value (json, member);
  g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, value);
  g_string_append (json->text, digits);
}

/**
 * sluice_json_writer_add_known:
 *
 * For figures of which 0 says that they are unknown: null then.
 */
void
sluice_json_writer_add_known (SluiceJsonWriter *json,
                              const char *member,
                              guint64 value)
{
  if (value == 0)
    sluice_json_writer_add_null (json, member);
  else
    sluice_json_writer_add_uint (json, member, value);
}

/**
 * sluice_json_writer_add_double:
 *
 * With a fixed number of decimals, whatever the locale; null where it is no number.
 */
void
sluice_json_writer_add_double (SluiceJsonWriter *json,
                               const char *member,
                               double value,
                               guint decimals)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];

  if (!isfinite (value) || fabs (value) >= 1e18)
    {
      sluice_json_writer_add_null (json, member);
      return;
    }
  begin_value (json, member);
  g_snprintf (format, sizeof format, "%%.%uf", MIN (decimals, 9));
  g_string_append (json->text, g_ascii_formatd (digits, sizeof digits, format, value));
}

/**
 * sluice_json_writer_add_boolean:
 */
void
sluice_json_writer_add_boolean (SluiceJsonWriter *json,
                                const char *member,
                                gboolean value)
{
  begin_value (json, member);
  g_string_append (json->text, value ? "true" : "false");
}

/**
 * sluice_json_writer_add_null:
 */
void
sluice_json_writer_add_null (SluiceJsonWriter *json,
                             const char *member)
{
  begin_value (json, member);
  g_string_append (json->text, "null");
}
