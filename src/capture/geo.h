#pragma once

#include "capture/geo-database.h"

G_BEGIN_DECLS

/* The variable that names folders and files, with colons between, to look into in place of the usual ones. */
#define SLUICE_GEO_VARIABLE "SLUICE_GEOIP"

/**
 * SluiceGeo:
 *
 * Where hosts are: the country and the network (autonomous system) of each, from the databases that the user has. None
 * comes with Sluice, and none is fetched. One thread at a time.
 */
typedef struct _SluiceGeo SluiceGeo;

SluiceGeo       *sluice_geo_new        (const char     *places);
void             sluice_geo_free       (SluiceGeo      *geo);
void             sluice_geo_refresh    (SluiceGeo      *geo,
                         gint64 now);
void             sluice_geo_fill       (SluiceGeo      *geo,
                      SluiceHost *host,
                      gint64 now);
const char      *sluice_geo_get_file   (const SluiceGeo *geo,
                                SluiceGeoFacts fact,
                                guint n,
                                gint64 *built_out);
const GPtrArray *sluice_geo_get_faults (const SluiceGeo *geo);
const char      *sluice_geo_get_folder (const SluiceGeo *geo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceGeo, sluice_geo_free)

G_END_DECLS
