#pragma once

#include "model/host.h"

G_BEGIN_DECLS

/* What a database may know of a host. */
typedef enum
{
  SLUICE_GEO_COUNTRY = 1 << 0,
  SLUICE_GEO_NETWORK = 1 << 1, /* the autonomous system */
} SluiceGeoFacts;

/**
 * SluiceGeoDatabase:
 *
 * One file of the format MaxMind DB, open. Whoever made it: MaxMind, DB-IP, IP2Location, IPinfo and others name what
 * they know in a few ways, all of which are understood. One thread at a time.
 */
typedef struct _SluiceGeoDatabase SluiceGeoDatabase;

gboolean           sluice_geo_database_is_supported (void);
SluiceGeoDatabase *sluice_geo_database_open         (const char              *path,
                                             GError                 **error);
void               sluice_geo_database_free         (SluiceGeoDatabase       *database);
SluiceGeoFacts     sluice_geo_database_get_facts    (const SluiceGeoDatabase *database);
gint64             sluice_geo_database_get_built    (const SluiceGeoDatabase *database);
gboolean           sluice_geo_database_is_intact    (const SluiceGeoDatabase *database);
SluiceGeoFacts     sluice_geo_database_look_up      (const SluiceGeoDatabase *database,
                                                SluiceGeoFacts wanted,
                                                SluiceHost *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceGeoDatabase, sluice_geo_database_free)

G_END_DECLS
