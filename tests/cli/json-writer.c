#include "sluice-config.h"

#include "cli/json-writer.h"

#include <json-glib/json-glib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "../hostile.h"

static char *
finish_member (const char *value)
{
  SluiceJsonWriter json;

  sluice_json_writer_init (&json);
  sluice_json_writer_begin (&json, NULL, '{');
  sluice_json_writer_add_string (&json, "text", value);
  return sluice_json_writer_finish (&json);
}

/* What a terminal would obey, or what would end the line, is escaped; the rest may stand as it is. */
static void
assert_one_line (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_assert_false (c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029);
    }
}

static void
test_hostile (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autofree char *line = finish_member (hostile_texts[i]);
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *body = g_strndup (line, strlen (line) - 1);
      JsonObject *object;

      assert_one_line (body);
      json_parser_load_from_data (parser, line, -1, &error);
      g_assert_no_error (error);
      object = json_node_get_object (json_parser_get_root (parser));
      g_assert_cmpuint (json_object_get_size (object), ==, 1);
      if (g_utf8_validate (hostile_texts[i], -1, NULL))
        g_assert_cmpstr (json_object_get_string_member (object, "text"), ==, hostile_texts[i]);
    }
}

static void
test_values (void)
{
  SluiceJsonWriter json;
  g_autofree char *line = NULL;

  sluice_json_writer_init (&json);
  sluice_json_writer_begin (&json, NULL, '{');
  sluice_json_writer_add_uint (&json, "largest", G_MAXUINT64);
  sluice_json_writer_add_known (&json, "unknown", 0);
  sluice_json_writer_add_known (&json, "known", 7);
  sluice_json_writer_add_double (&json, "time", 1790000000.1239, 3);
  sluice_json_writer_add_double (&json, "not", (double) NAN, 3);
  sluice_json_writer_add_double (&json, "endless", (double) INFINITY, 3);
  sluice_json_writer_add_boolean (&json, "yes", TRUE);
  sluice_json_writer_add_boolean (&json, "no", FALSE);
  sluice_json_writer_add_null (&json, "null");
  sluice_json_writer_add_string (&json, "nothing", NULL);
  sluice_json_writer_begin (&json, "list", '[');
  sluice_json_writer_begin (&json, NULL, '{');
  sluice_json_writer_end (&json, '}');
  sluice_json_writer_add_uint (&json, NULL, 1);
  sluice_json_writer_end (&json, ']');
  sluice_json_writer_add_uint (&json, "after", 2);
  line = sluice_json_writer_finish (&json);
  g_assert_cmpstr (line, ==,
                   "{\"largest\":18446744073709551615,\"unknown\":null,\"known\":7,\"time\":1790000000.124,"
                   "\"not\":null,\"endless\":null,\"yes\":true,\"no\":false,\"null\":null,"
                   "\"nothing\":null,\"list\":[{},1],\"after\":2}\n");
}

static void
test_locale (void)
{
  SluiceJsonWriter json;
  g_autofree char *line = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("needs the locale de_DE.UTF-8");
      return;
    }
  sluice_json_writer_init (&json);
  sluice_json_writer_begin (&json, NULL, '{');
  sluice_json_writer_add_double (&json, "half", 0.5, 1);
  line = sluice_json_writer_finish (&json);
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpstr (line, ==, "{\"half\":0.5}\n");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/makes-json-of-hostile-text", test_hostile);
  g_test_add_func ("/json-writer/writes-what-is-unknown-as-null", test_values);
  g_test_add_func ("/json-writer/writes-points-whatever-the-locale", test_locale);
  return g_test_run ();
}
