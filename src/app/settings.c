#include "app/settings.h"

/**
 * sluice_settings_get_units:
 * @settings: the app's
 *
 * Returns: how the user wants numbers to be written
 */
SluiceUnits
sluice_settings_get_units (GSettings *settings)
{
  g_autofree char *rate = g_settings_get_string (settings, "rate-unit");
  g_autofree char *size = g_settings_get_string (settings, "size-unit");
  SluiceUnits units = {
    .rate = g_str_equal (rate, "bytes") ? SLUICE_RATE_UNIT_BYTES : SLUICE_RATE_UNIT_BITS,
    .size = g_str_equal (size, "iec") ? SLUICE_SIZE_UNIT_IEC : SLUICE_SIZE_UNIT_SI,
  };

  return units;
}
