#include "capture/geo.h"

#include "capture/name-table.h"
#include "geo-fixture.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MINUTE ((gint64) 60 * G_USEC_PER_SEC)

static void
assert_fills (SluiceGeo *geo, gint64 now, const char *country, guint32 as_number, const char *as_name)
{
  g_autoptr (SluiceHost) host = make_host ("192.0.2.1");

  sluice_geo_fill (geo, host, now);
  assert_host (host, country, as_number, as_name);
}

static void
test_two_files (void)
{
  char *folder = make_folder ();
  g_autofree char *country = put_database (folder, "country.mmdb", "b.mmdb");
  g_autofree char *asn = put_database (folder, "asn.mmdb", "a.mmdb");
  g_autoptr (SluiceGeo) geo = sluice_geo_new (folder);
  gint64 built;

  g_assert_null (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built));
  assert_fills (geo, 1, "DE", 64496, "Example Networks");
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built), ==, country);
  g_assert_cmpint (built, ==, 1790000000);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_NETWORK, 0, &built), ==, asn);
  g_assert_cmpuint (sluice_geo_get_faults (geo)->len, ==, 0);
  g_assert_null (sluice_geo_get_folder (geo));
  remove_folder (folder);
}

static void
test_one_file (void)
{
  g_autofree char *path = database_path ("ipinfo.mmdb");
  g_autoptr (SluiceGeo) geo = sluice_geo_new (path);
  gint64 built;

  assert_fills (geo, 1, "NL", 64497, "Tulip");
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built), ==, path);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_NETWORK, 0, &built), ==, path);
}

static void
test_choice (void)
{
  char *folder = make_folder ();
  char *first = make_folder ();
  g_autofree char *old = put_database (folder, "old-country.mmdb", "a.mmdb");
  g_autofree char *new = put_database (folder, "country.mmdb", "b.mmdb");
  g_autofree char *mixed = put_database (folder, "many.mmdb", "c.mmdb");
  g_autofree char *other = put_database (first, "old-country.mmdb", "a.mmdb");
  g_autofree char *places = g_strdup_printf (":%s::%s:", first, folder);
  g_autoptr (SluiceGeo) geo = sluice_geo_new (folder);
  g_autoptr (SluiceGeo) ordered = sluice_geo_new (places);
  gint64 built;

  /* The newer one, not one that is about something else besides, where there is a choice. */
  assert_fills (geo, 1, "DE", 0, NULL);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built), ==, new);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_NETWORK, 0, &built), ==, mixed);
  /* The better place before all. */
  assert_fills (ordered, 1, "PL", 0, NULL);
  g_assert_cmpstr (sluice_geo_get_file (ordered, SLUICE_GEO_COUNTRY, 0, &built), ==, other);
  g_assert_cmpstr (sluice_geo_get_file (ordered, SLUICE_GEO_NETWORK, 0, &built), ==, mixed);
  remove_folder (first);
  remove_folder (folder);
}

static void
test_second_file (void)
{
  char *folder = make_folder ();
  g_autofree char *ipv4 = put_database (folder, "ip2location.mmdb", "c-ipv4.mmdb");
  g_autofree char *ipv6 = put_database (folder, "country.mmdb", "c-ipv6.mmdb");
  g_autofree char *old = put_database (folder, "old-country.mmdb", "a.mmdb");
  g_autoptr (SluiceGeo) geo = sluice_geo_new (folder);
  g_autoptr (SluiceHost) host = make_host ("2001:db8::1");
  gint64 built;

  assert_fills (geo, 1, "JP", 0, NULL);
  sluice_geo_fill (geo, host, 2);
  assert_host (host, "FR", 0, NULL);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built), ==, ipv4);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 1, &built), ==, ipv6);
  g_assert_null (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 2, &built));
  g_assert_null (sluice_geo_get_file (geo, SLUICE_GEO_NETWORK, 0, &built));
  remove_folder (folder);
}

static void
test_nothing (void)
{
  char *folder = make_folder ();
  g_autoptr (SluiceGeo) empty = sluice_geo_new (folder);
  g_autoptr (SluiceGeo) nowhere = sluice_geo_new ("");

  assert_fills (empty, 1, "", 0, NULL);
  assert_fills (nowhere, 1, "", 0, NULL);
  g_assert_cmpuint (sluice_geo_get_faults (empty)->len, ==, 0);
  g_assert_cmpuint (sluice_geo_get_faults (nowhere)->len, ==, 0);
  remove_folder (folder);
}

static void
test_faults (void)
{
  char *folder = make_folder ();
  g_autofree char *cut = put_bytes (folder, "a.mmdb", "cut", 3);
  g_autofree char *country = put_database (folder, "country.mmdb", "b.mmdb");
  g_autofree char *note = put_bytes (folder, "README", "no database, and none by its name", 33);
  g_autofree char *places = g_strdup_printf ("%s:/nonexistent/\033x.mmdb", folder);
  g_autoptr (SluiceGeo) geo = sluice_geo_new (places);
  const GPtrArray *faults;

  assert_fills (geo, 1, "DE", 0, NULL);
  faults = sluice_geo_get_faults (geo);
  g_assert_cmpuint (faults->len, ==, 2);
  g_assert_nonnull (strstr (faults->pdata[0], cut));
  g_assert_nonnull (strstr (faults->pdata[1], "/nonexistent/"));
  g_assert_null (strchr (faults->pdata[1], '\033'));
  remove_folder (folder);
}

/* Whether somebody without privileges is told what they may not read, and of what they may soon after. */
static gboolean
try_unreadable (const char *folder)
{
  g_autofree char *file = g_build_filename (folder, "a.mmdb", NULL);
  g_autofree char *inside = g_build_filename (folder, "closed", NULL);
  g_autofree char *places = g_strdup_printf ("%s:%s", folder, inside);
  g_autoptr (SluiceGeo) geo = sluice_geo_new (places);
  const GPtrArray *faults;
  gint64 built;

  sluice_geo_refresh (geo, 1);
  faults = sluice_geo_get_faults (geo);
  if (faults->len != 2 || strstr (faults->pdata[0], "Permission denied") == NULL
      || strstr (faults->pdata[1], "Permission denied") == NULL || chmod (file, 0600) != 0)
    return FALSE;
  sluice_geo_refresh (geo, 1 + MINUTE);
  return sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built) != NULL && sluice_geo_get_faults (geo)->len == 1;
}

static void
test_unreadable (void)
{
  char *folder = make_folder ();
  g_autofree char *file = put_database (folder, "country.mmdb", "a.mmdb");
  g_autofree char *inside = g_build_filename (folder, "closed", NULL);
  pid_t child;
  int status;

  g_assert_cmpint (g_mkdir (inside, 0), ==, 0);
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (folder, 65534, 65534), ==, 0);
      g_assert_cmpint (chown (file, 65534, 65534), ==, 0);
    }
  child = fork ();
  if (child == 0)
    {
      /* Root may read all. */
      if (geteuid () == 0 && (setgid (65534) != 0 || setuid (65534) != 0))
        _exit (2);
      _exit (try_unreadable (folder) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  remove_folder (folder);
}

static void
test_many_files (void)
{
  char *folder = make_folder ();
  g_autoptr (SluiceGeo) geo = sluice_geo_new (folder);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.mmdb", i);
      g_autofree char *path = put_database (folder, "country.mmdb", name);
    }
  assert_fills (geo, 1, "DE", 0, NULL);
  g_assert_cmpuint (sluice_geo_get_faults (geo)->len, ==, 1);
  g_assert_nonnull (strstr (sluice_geo_get_faults (geo)->pdata[0], "32"));
  remove_folder (folder);
}

static void
test_changes (void)
{
  char *folder = make_folder ();
  g_autoptr (SluiceGeo) geo = sluice_geo_new (folder);
  g_autofree char *path = NULL;
  g_autofree char *again = NULL;

  assert_fills (geo, 1, "", 0, NULL);
  path = put_database (folder, "country.mmdb", "a.mmdb");
  assert_fills (geo, MINUTE, "", 0, NULL);
  assert_fills (geo, MINUTE + 1, "DE", 0, NULL);
  again = put_database (folder, "city.mmdb", "a.mmdb");
  assert_fills (geo, 2 * MINUTE, "DE", 0, NULL);
  assert_fills (geo, 2 * MINUTE + 1, "CH", 0, NULL);
  g_assert_cmpint (g_remove (path), ==, 0);
  assert_fills (geo, 3 * MINUTE, "CH", 0, NULL);
  assert_fills (geo, 3 * MINUTE + 1, "", 0, NULL);
  remove_folder (folder);
}

/* Somebody copies over the file instead of replacing it. */
static void
test_written_over (void)
{
  char *folder = make_folder ();
  g_autofree char *path = put_database (folder, "many.mmdb", "a.mmdb");
  g_autoptr (SluiceGeo) geo = sluice_geo_new (folder);
  g_autoptr (SluiceHost) host = make_host ("10.0.1.1");
  g_autoptr (SluiceHost) later = make_host ("10.0.1.1");

  sluice_geo_fill (geo, host, 1);
  assert_host (host, "DE", 64513, "Network 1");
  g_assert_cmpint (truncate (path, 0), ==, 0);
  sluice_geo_fill (geo, later, 2);
  assert_host (later, "", 0, NULL);
  sluice_geo_fill (geo, later, MINUTE + 1);
  assert_host (later, "", 0, NULL);
  g_assert_cmpuint (sluice_geo_get_faults (geo)->len, ==, 1);
  g_free (path);
  path = put_database (folder, "country.mmdb", "a.mmdb");
  assert_fills (geo, 2 * MINUTE + 1, "DE", 0, NULL);
  g_assert_cmpuint (sluice_geo_get_faults (geo)->len, ==, 0);
  remove_folder (folder);
}

static void
test_home (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "sluice", NULL);
  g_autofree char *path = NULL;
  g_autoptr (SluiceGeo) geo = sluice_geo_new (NULL);
  gint64 built;

  g_assert_cmpstr (sluice_geo_get_folder (geo), ==, folder);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  path = put_database (folder, "country.mmdb", "x.mmdb");
  assert_fills (geo, 1, "DE", 0, NULL);
  g_assert_cmpstr (sluice_geo_get_file (geo, SLUICE_GEO_COUNTRY, 0, &built), ==, path);
  remove_folder (g_steal_pointer (&folder));
}

static void
test_name_table (void)
{
  g_autofree char *path = database_path ("ipinfo.mmdb");
  g_autoptr (SluiceNameTable) table = sluice_name_table_new (10);
  SluiceNameReport report = { .source = SLUICE_NAME_TLS, .time = 1, .name = "www.example.org" };
  SluiceAddress unknown;

  g_assert_true (sluice_address_parse ("192.0.2.7", &report.address));
  g_assert_true (sluice_address_parse ("192.0.3.7", &unknown));
  sluice_name_table_set_geo (table, sluice_geo_new (path));
  assert_host (sluice_name_table_get (table, &report.address), "NL", 64497, "Tulip");
  assert_host (sluice_name_table_get (table, &unknown), "", 0, NULL);
  /* A record that learns a name keeps its place. */
  sluice_name_table_learn (table, &report);
  assert_host (sluice_name_table_get (table, &report.address), "NL", 64497, "Tulip");
  g_assert_cmpstr (sluice_name_table_get (table, &report.address)->name, ==, "www.example.org");
}

int
main (int argc, char *argv[])
{
  char *home = make_folder ();
  int status;

  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/geo/takes-country-and-network-from-two-files", test_two_files);
  g_test_add_func ("/geo/takes-both-from-one-file", test_one_file);
  g_test_add_func ("/geo/chooses-by-place-subject-and-age", test_choice);
  g_test_add_func ("/geo/asks-a-second-file-where-the-first-knows-nothing", test_second_file);
  g_test_add_func ("/geo/does-without-databases", test_nothing);
  g_test_add_func ("/geo/skips-files-with-a-reason", test_faults);
  g_test_add_func ("/geo/says-what-may-not-be-read", test_unreadable);
  g_test_add_func ("/geo/looks-at-no-more-than-some-files", test_many_files);
  g_test_add_func ("/geo/notices-new-changed-and-removed-files-within-a-minute", test_changes);
  g_test_add_func ("/geo/survives-a-file-that-is-written-over", test_written_over);
  g_test_add_func ("/geo/looks-into-the-users-own-folder", test_home);
  g_test_add_func ("/geo/fills-in-each-host-of-the-name-table", test_name_table);

  status = g_test_run ();
  remove_folder (home);
  return status;
}
