#include "sluice-config.h"

#include "capture/geo.h"

#include "model/text.h"

#include <dirent.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

/* Whether files came, went or changed is looked at no more often than this, µs. */
#define CHECK_INTERVAL (60 * G_USEC_PER_SEC)
/* More files than this are none that somebody put there for us. */
#define MAX_FILES 32
/* How many databases are asked for a fact, one after the other: some makers have a file each for IPv4 and IPv6. */
#define MAX_SOURCES 2

static const char *const system_folders[] = { "/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP" };

/* A file that may be a database, and how far back its place stands. */
typedef struct
{
  char *path;
  guint rank;
} Candidate;

/* A database that facts are taken from. */
typedef struct
{
  SluiceGeoDatabase *database;
  char *path; /* sanitised */
  guint rank;
  SluiceGeoFacts facts; /* what it is asked for */
} Source;

struct _SluiceGeo
{
  char *places; /* nullable */
  char *folder;
  GPtrArray *sources; /* Source, in the order in which they are asked */
  GPtrArray *faults; /* sentences */
  char *fingerprint; /* of all candidates, when they were last opened; nullable */
  gint64 checked;
};

static void
candidate_clear (gpointer data)
{
  g_free (((Candidate *) data)->path);
}

static void
source_free (gpointer data)
{
  Source *source = data;

  sluice_geo_database_free (source->database);
  g_free (source->path);
  g_free (source);
}

/**
 * sluice_geo_new:
 * @places: (nullable): folders and files with colons between; %NULL is the user's own folder, then the system's
 *
 * Looks at no file yet.
 *
 * Returns: (transfer full): what finds out where hosts are
 */
SluiceGeo *
sluice_geo_new (const char *places)
{
  SluiceGeo *geo = g_new0 (SluiceGeo, 1);

  geo->places = g_strdup (places);
  geo->folder = g_build_filename (g_get_user_data_dir (), "sluice", NULL);
  geo->sources = g_ptr_array_new_with_free_func (source_free);
  geo->faults = g_ptr_array_new_with_free_func (g_free);
  return geo;
}

void
sluice_geo_free (SluiceGeo *geo)
{
  g_ptr_array_unref (geo->sources);
  g_ptr_array_unref (geo->faults);
  g_free (geo->places);
  g_free (geo->folder);
  g_free (geo->fingerprint);
  g_free (geo);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Adds what a folder holds. A folder that is not there is none of ours. */
static void
list_folder (GArray *candidates, const char *folder, guint rank, GPtrArray *faults)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  DIR *entries = opendir (folder);
  const struct dirent *entry;

  if (entries == NULL)
    {
      int code = errno;
      g_autofree char *shown = sluice_text_sanitise (folder, -1, SLUICE_PATH_MAX);

      if (code != ENOENT)
        g_ptr_array_add (faults,
                         g_strdup_printf (_("The folder “%s” cannot be listed: %s."), shown, g_strerror (code)));
      return;
    }
  while ((entry = readdir (entries)) != NULL)
    if (g_str_has_suffix (entry->d_name, ".mmdb"))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (entries);
  g_ptr_array_sort (names, compare_texts);
  for (guint i = 0; i < names->len; i++)
    {
      const Candidate candidate = { g_build_filename (folder, names->pdata[i], NULL), rank };

      g_array_append_val (candidates, candidate);
    }
}

/* All files that may be databases, best place first. */
static GArray *
list_candidates (const SluiceGeo *geo, GPtrArray *faults)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_auto (GStrv) places = g_strsplit (geo->places != NULL ? geo->places : "", ":", -1);

  g_array_set_clear_func (candidates, candidate_clear);
  for (guint i = 0; places[i] != NULL; i++)
    {
      if (g_file_test (places[i], G_FILE_TEST_IS_DIR))
        list_folder (candidates, places[i], i, faults);
      else if (*places[i] != '\0')
        {
          /* What is not there was named, so that opening it is to fail. */
          const Candidate candidate = { g_strdup (places[i]), i };

          g_array_append_val (candidates, candidate);
        }
    }
  if (geo->places == NULL)
    {
      list_folder (candidates, geo->folder, 0, faults);
      /* The same to us: the newest file of any. */
      for (guint i = 0; i < G_N_ELEMENTS (system_folders); i++)
        list_folder (candidates, system_folders[i], 1, faults);
    }
  if (candidates->len > MAX_FILES)
    {
      g_array_set_size (candidates, MAX_FILES);
      g_ptr_array_add (faults, g_strdup_printf (_("There are many databases of countries and networks; those after the "
                                                   "first %d are not looked at."),
                                                MAX_FILES));
    }
  return candidates;
}

/* What changes when a file comes, goes or is another. */
static char *
make_fingerprint (const GArray *candidates, const GPtrArray *faults)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < candidates->len; i++)
    {
      const char *path = g_array_index (candidates, Candidate, i).path;
      struct stat file;

      if (stat (path, &file) != 0)
        g_string_append_printf (text, "%s %d\n", path, errno);
      else
        g_string_append_printf (text, "%s %ju %ju %jd %jd.%09ld %jd.%09ld\n", path, (uintmax_t) file.st_dev,
                                (uintmax_t) file.st_ino, (intmax_t) file.st_size, (intmax_t) file.st_mtim.tv_sec,
                                file.st_mtim.tv_nsec, (intmax_t) file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
    }
  for (guint i = 0; i < faults->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) faults->pdata[i]);
  return g_string_free (text, FALSE);
}

/* Who is asked first: the better place, then what is about one fact alone, as the country of a network is not that of
 * each of its hosts, then the newer one. */
static int
compare_sources (gconstpointer a, gconstpointer b)
{
  const Source *first = *(const Source *const *) a;
  const Source *second = *(const Source *const *) b;
  gboolean first_mixed = first->facts == (SLUICE_GEO_COUNTRY | SLUICE_GEO_NETWORK);
  gboolean second_mixed = second->facts == (SLUICE_GEO_COUNTRY | SLUICE_GEO_NETWORK);
  gint64 first_built = sluice_geo_database_get_built (first->database);
  gint64 second_built = sluice_geo_database_get_built (second->database);

  if (first->rank != second->rank)
    return first->rank < second->rank ? -1 : 1;
  if (first_mixed != second_mixed)
    return first_mixed ? 1 : -1;
  if (first_built != second_built)
    return first_built > second_built ? -1 : 1;
  return strcmp (first->path, second->path);
}

/* Lets go of those that there is no need to ask. */
static void
keep_best (GPtrArray *sources)
{
  guint n_countries = 0;
  guint n_networks = 0;

  g_ptr_array_sort (sources, compare_sources);
  for (guint i = 0; i < sources->len;)
    {
      Source *source = sources->pdata[i];

      if ((source->facts & SLUICE_GEO_COUNTRY) && n_countries++ >= MAX_SOURCES)
        source->facts &= ~(guint) SLUICE_GEO_COUNTRY;
      if ((source->facts & SLUICE_GEO_NETWORK) && n_networks++ >= MAX_SOURCES)
        source->facts &= ~(guint) SLUICE_GEO_NETWORK;
      if (source->facts == 0)
        g_ptr_array_remove_index (sources, i);
      else
        i++;
    }
}

static void
open_all (SluiceGeo *geo, const GArray *candidates)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      const Candidate *candidate = &g_array_index (candidates, Candidate, i);
      g_autoptr (GError) error = NULL;
      SluiceGeoDatabase *database = sluice_geo_database_open (candidate->path, &error);
      Source *source;

      if (database == NULL)
        {
          g_ptr_array_add (geo->faults, g_strdup (error->message));
          continue;
        }
      source = g_new0 (Source, 1);
      source->database = database;
      source->path = sluice_text_sanitise (candidate->path, -1, SLUICE_PATH_MAX);
      source->rank = candidate->rank;
      source->facts = sluice_geo_database_get_facts (database);
      g_ptr_array_add (geo->sources, source);
    }
  keep_best (geo->sources);
}

/**
 * sluice_geo_refresh:
 * @geo: what finds out where hosts are
 * @now: the monotonic time, µs
 *
 * Opens the databases when that was not done yet, or when a file came, went or changed since. Whether one did is looked
 * at once a minute at the most; a call in between costs nothing.
 */
void
sluice_geo_refresh (SluiceGeo *geo, gint64 now)
{
  g_autoptr (GPtrArray) faults = NULL;
  g_autoptr (GArray) candidates = NULL;
  g_autofree char *fingerprint = NULL;

  if (geo->checked != 0 && now - geo->checked < CHECK_INTERVAL)
    return;
  geo->checked = now;
  if (!sluice_geo_database_is_supported ())
    return;
  faults = g_ptr_array_new_with_free_func (g_free);
  candidates = list_candidates (geo, faults);
  fingerprint = make_fingerprint (candidates, faults);
  if (g_strcmp0 (fingerprint, geo->fingerprint) == 0)
    return;
  g_ptr_array_set_size (geo->sources, 0);
  g_ptr_array_unref (geo->faults);
  geo->faults = g_steal_pointer (&faults);
  g_free (geo->fingerprint);
  geo->fingerprint = g_steal_pointer (&fingerprint);
  open_all (geo, candidates);
}

/**
 * sluice_geo_fill:
 * @geo: what finds out where hosts are
 * @host: a record that is still its maker's
 * @now: the monotonic time, µs
 *
 * Fills in the country and the network of a host, as far as a database knows them. Under 2 µs, but for the first call
 * and one a minute, which look for files.
 */
void
sluice_geo_fill (SluiceGeo *geo, SluiceHost *host, gint64 now)
{
  SluiceGeoFacts wanted = SLUICE_GEO_COUNTRY | SLUICE_GEO_NETWORK;

  sluice_geo_refresh (geo, now);
  for (guint i = 0; wanted != 0 && i < geo->sources->len; i++)
    {
      const Source *source = geo->sources->pdata[i];

      if ((source->facts & wanted) == 0)
        continue;
      if (!sluice_geo_database_is_intact (source->database))
        {
          /* It is being written over. Until the next check, by when that may be done, there is none. */
          g_ptr_array_set_size (geo->sources, 0);
          g_clear_pointer (&geo->fingerprint, g_free);
          return;
        }
      wanted &= ~(guint) sluice_geo_database_look_up (source->database, source->facts & wanted, host);
    }
}

/**
 * sluice_geo_get_file:
 * @geo: what finds out where hosts are, refreshed
 * @fact: one of them
 * @n: 0 for the file that is asked first, 1 for the one that is asked where that knows nothing
 * @built_out: (out): when the file was made, s since 1970; 0 where that is unknown
 *
 * Returns: (nullable): the file, sanitised; %NULL where there are no more
 */
const char *
sluice_geo_get_file (const SluiceGeo *geo, SluiceGeoFacts fact, guint n, gint64 *built_out)
{
  for (guint i = 0; i < geo->sources->len; i++)
    {
      const Source *source = geo->sources->pdata[i];

      if ((source->facts & fact) && n-- == 0)
        {
          *built_out = sluice_geo_database_get_built (source->database);
          return source->path;
        }
    }
  return NULL;
}

/**
 * sluice_geo_get_faults:
 * @geo: what finds out where hosts are, refreshed
 *
 * Returns: (transfer none) (element-type utf8): a sentence, translated and sanitised, for each file or folder that is
 * of no use
 */
const GPtrArray *
sluice_geo_get_faults (const SluiceGeo *geo)
{
  return geo->faults;
}

/**
 * sluice_geo_get_folder:
 * @geo: what finds out where hosts are
 *
 * Returns: (nullable): the user's own folder for databases, which need not exist; %NULL where it is not looked into
 */
const char *
sluice_geo_get_folder (const SluiceGeo *geo)
{
  return geo->places == NULL ? geo->folder : NULL;
}
