#include "app/preferences.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

/* What a row of a list stands for: the text of a string setting, or the number of an integer one. */
typedef struct
{
  const char *text;
  int number;
} Choice;

typedef struct
{
  const char *key;
  const Choice *choices;
  guint n_choices;
} Choices;

static const Choice rate_units[] = { { .text = "bits" }, { .text = "bytes" } };
static const Choice size_units[] = { { .text = "si" }, { .text = "iec" } };
static const Choice intervals[] = { { .number = 500 }, { .number = 1000 }, { .number = 2000 }, { .number = 5000 } };

static const Choices rate_choices = { "rate-unit", rate_units, G_N_ELEMENTS (rate_units) };
static const Choices size_choices = { "size-unit", size_units, G_N_ELEMENTS (size_units) };
static const Choices interval_choices = { "interval", intervals, G_N_ELEMENTS (intervals) };

static gboolean
setting_to_row (GValue   *value,
                GVariant *variant,
                gpointer  data)
{
  const Choices *choices = data;

  g_value_set_uint (value, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; i < choices->n_choices; i++)
    {
      const Choice *choice = &choices->choices[i];

      if (choice->text != NULL ? g_str_equal (choice->text, g_variant_get_string (variant, NULL))
                               : choice->number == g_variant_get_int32 (variant))
        g_value_set_uint (value, i);
    }
  return TRUE;
}

/* A number that was set by hand and is in no list stays until a row is chosen. */
static GVariant *
row_to_setting (const GValue       *value,
                const GVariantType *type,
                gpointer            data)
{
  const Choices *choices = data;
  guint row = g_value_get_uint (value);

  if (row >= choices->n_choices)
    return NULL;
  return choices->choices[row].text != NULL ? g_variant_new_string (choices->choices[row].text)
                                            : g_variant_new_int32 (choices->choices[row].number);
}

static void
bind_choices (GtkBuilder    *builder,
              GSettings     *settings,
              const Choices *choices)
{
  g_settings_bind_with_mapping (settings, choices->key, gtk_builder_get_object (builder, choices->key), "selected",
                                G_SETTINGS_BIND_DEFAULT, setting_to_row, row_to_setting, (gpointer) choices, NULL);
}

/**
 * sluice_preferences_page_new:
 * @settings: the app's; each change acts at once
 *
 * Returns: (transfer full): the one page of preferences
 */
AdwPreferencesPage *
sluice_preferences_page_new (GSettings *settings)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/sluice/Sluice/preferences.ui");

  bind_choices (builder, settings, &rate_choices);
  bind_choices (builder, settings, &size_choices);
  bind_choices (builder, settings, &interval_choices);
  g_settings_bind (settings, "reverse-lookup", gtk_builder_get_object (builder, "reverse-lookup"), "active",
                   G_SETTINGS_BIND_DEFAULT);

  return g_object_ref_sink (ADW_PREFERENCES_PAGE (gtk_builder_get_object (builder, "page")));
}
