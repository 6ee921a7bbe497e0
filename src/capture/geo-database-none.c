#include "sluice-config.h"

#include "capture/geo-database.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Built without libmaxminddb: there never is a database. */

/**
 * sluice_geo_database_is_supported:
 *
 * Returns: %FALSE
 */
gboolean
sluice_geo_database_is_supported (void)
{
  return FALSE;
}

/**
 * sluice_geo_database_open:
 *
 * Returns: %NULL, with @error set
 */
SluiceGeoDatabase *
sluice_geo_database_open (const char *path, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("This build of Sluice cannot read databases of countries and networks (libmaxminddb)."));
  return NULL;
}

void
sluice_geo_database_free (SluiceGeoDatabase *database)
{
  g_assert_not_reached ();
}

/**
 * sluice_geo_database_get_facts:
 *
 * Never called.
 */
SluiceGeoFacts
sluice_geo_database_get_facts (const SluiceGeoDatabase *database)
{
  g_assert_not_reached ();
}

/**
 * sluice_geo_database_get_built:
 *
 * Never called.
 */
gint64
sluice_geo_database_get_built (const SluiceGeoDatabase *database)
{
  g_assert_not_reached ();
}

/**
 * sluice_geo_database_is_intact:
 *
 * Never called.
 */
gboolean
sluice_geo_database_is_intact (const SluiceGeoDatabase *database)
{
  g_assert_not_reached ();
}

/**
 * sluice_geo_database_look_up:
 *
 * Never called.
 */
SluiceGeoFacts
sluice_geo_database_look_up (const SluiceGeoDatabase *database, SluiceGeoFacts wanted, SluiceHost *host)
{
  g_assert_not_reached ();
}
