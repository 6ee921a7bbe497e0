#include "app/settings.h"

#include "sluice-config.h"

static GSettings *
make_settings (void)
{
  GSettings *settings = g_settings_new (SLUICE_APP_ID);

  g_settings_reset (settings, "rate-unit");
  g_settings_reset (settings, "size-unit");
  return settings;
}

static void
test_default (void)
{
  g_autoptr (GSettings) settings = make_settings ();
  SluiceUnits units = sluice_settings_get_units (settings);

  g_assert_cmpint (units.rate, ==, SLUICE_RATE_UNIT_BITS);
  g_assert_cmpint (units.size, ==, SLUICE_SIZE_UNIT_SI);
}

static void
test_each (void)
{
  g_autoptr (GSettings) settings = make_settings ();
  SluiceUnits units;

  g_assert_true (g_settings_set_string (settings, "rate-unit", "bytes"));
  units = sluice_settings_get_units (settings);
  g_assert_cmpint (units.rate, ==, SLUICE_RATE_UNIT_BYTES);
  g_assert_cmpint (units.size, ==, SLUICE_SIZE_UNIT_SI);

  g_assert_true (g_settings_set_string (settings, "size-unit", "iec"));
  units = sluice_settings_get_units (settings);
  g_assert_cmpint (units.rate, ==, SLUICE_RATE_UNIT_BYTES);
  g_assert_cmpint (units.size, ==, SLUICE_SIZE_UNIT_IEC);

  g_assert_true (g_settings_set_string (settings, "rate-unit", "bits"));
  units = sluice_settings_get_units (settings);
  g_assert_cmpint (units.rate, ==, SLUICE_RATE_UNIT_BITS);
  g_assert_cmpint (units.size, ==, SLUICE_SIZE_UNIT_IEC);
}

/* All that the schema lets be chosen is something else to us, and nothing more can be chosen. */
static void
test_choices (void)
{
  static const char *const keys[] = { "rate-unit", "size-unit" };
  g_autoptr (GSettings) settings = make_settings ();
  g_autoptr (GSettingsSchema) schema = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, keys[i]);
      g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
      g_autoptr (GVariant) choices = NULL;
      const char *type;
      guint seen = 0;

      g_variant_get (range, "(&sv)", &type, &choices);
      g_assert_cmpstr (type, ==, "enum");
      for (gsize j = 0; j < g_variant_n_children (choices); j++)
        {
          g_autoptr (GVariant) choice = g_variant_get_child_value (choices, j);
          SluiceUnits units;

          g_assert_true (g_settings_set_string (settings, keys[i], g_variant_get_string (choice, NULL)));
          units = sluice_settings_get_units (settings);
          seen |= 1u << (i == 0 ? (guint) units.rate : (guint) units.size);
        }
      g_assert_cmpuint (g_variant_n_children (choices), ==, 2);
      g_assert_cmpuint (seen, ==, 1u << 0 | 1u << 1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/write-bits-and-powers-of-a-thousand-by-default", test_default);
  g_test_add_func ("/settings/change-one-unit-and-leave-the-other", test_each);
  g_test_add_func ("/settings/know-every-choice-of-the-schema", test_choices);

  return g_test_run ();
}
