#include "capture/geo-database.h"

#include "geo-fixture.h"
#include "model/text.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOTH (SLUICE_GEO_COUNTRY | SLUICE_GEO_NETWORK)

static SluiceGeoDatabase *
open_database (const char *name)
{
  g_autofree char *path = database_path (name);
  g_autoptr (GError) error = NULL;
  SluiceGeoDatabase *database = sluice_geo_database_open (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (database);
  return database;
}

static void
assert_knows (const SluiceGeoDatabase *database, const char *address, const char *country, guint32 as_number,
              const char *as_name)
{
  g_autoptr (SluiceHost) host = make_host (address);
  SluiceGeoFacts expected = (*country != '\0' ? SLUICE_GEO_COUNTRY : 0) | (as_number != 0 ? SLUICE_GEO_NETWORK : 0);

  g_assert_cmpint (sluice_geo_database_look_up (database, BOTH, host), ==, expected);
  assert_host (host, country, as_number, as_name);
}

static void
test_makers (void)
{
  static const struct
  {
    const char *file;
    SluiceGeoFacts facts;
    const char *country;
    guint32 as_number;
    const char *as_name;
  } cases[] = {
    { "country.mmdb", SLUICE_GEO_COUNTRY, "DE", 0, NULL },
    { "asn.mmdb", SLUICE_GEO_NETWORK, "", 64496, "Example Networks" },
    { "city.mmdb", SLUICE_GEO_COUNTRY, "CH", 0, NULL },
    { "ipinfo.mmdb", BOTH, "NL", 64497, "Tulip" },
    { "ipinfo-lite.mmdb", BOTH, "JP", 64498, "Fuji" },
    { "enterprise.mmdb", BOTH, "US", 64503, "Inside" },
    { "ip2location.mmdb", SLUICE_GEO_COUNTRY, "JP", 0, NULL },
    { "late.mmdb", SLUICE_GEO_COUNTRY, "AT", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SluiceGeoDatabase) database = open_database (cases[i].file);

      g_assert_cmpint (sluice_geo_database_get_facts (database), ==, cases[i].facts);
      assert_knows (database, "192.0.2.77", cases[i].country, cases[i].as_number, cases[i].as_name);
      assert_knows (database, "192.0.3.1", "", 0, NULL);
    }
}

static void
test_addresses (void)
{
  g_autoptr (SluiceGeoDatabase) country = open_database ("country.mmdb");
  g_autoptr (SluiceGeoDatabase) asn = open_database ("asn.mmdb");
  g_autoptr (SluiceGeoDatabase) ipv4_only = open_database ("ip2location.mmdb");

  assert_knows (country, "2001:db8::1", "FR", 0, NULL);
  assert_knows (country, "::ffff:192.0.2.1", "DE", 0, NULL);
  assert_knows (asn, "2001:db8:ffff::", "", 65551, "Beispiel und Söhne");
  assert_knows (asn, "2001:db9::", "", 0, NULL);
  assert_knows (ipv4_only, "2001:db8::1", "", 0, NULL);
  assert_knows (ipv4_only, NULL, "", 0, NULL);
  /* Where somebody registered addresses is not where the host is. */
  assert_knows (country, "198.51.100.1", "", 0, NULL);
}

static void
test_wanted (void)
{
  g_autoptr (SluiceGeoDatabase) database = open_database ("ipinfo.mmdb");
  g_autoptr (SluiceHost) host = make_host ("192.0.2.1");

  g_assert_cmpint (sluice_geo_database_look_up (database, SLUICE_GEO_COUNTRY, host), ==, SLUICE_GEO_COUNTRY);
  assert_host (host, "NL", 0, NULL);
  g_assert_cmpint (sluice_geo_database_look_up (database, SLUICE_GEO_NETWORK, host), ==, SLUICE_GEO_NETWORK);
  assert_host (host, "NL", 64497, "Tulip");
  /* Again: nothing is lost, nothing leaks. */
  g_assert_cmpint (sluice_geo_database_look_up (database, BOTH, host), ==, BOTH);
  assert_host (host, "NL", 64497, "Tulip");
}

static void
test_strange (void)
{
  g_autoptr (SluiceGeoDatabase) database = open_database ("strange.mmdb");

  assert_knows (database, "192.0.2.0", "SE", 64500, "Sound");
  assert_knows (database, "192.0.2.1", "", 64501, NULL);
  assert_knows (database, "192.0.2.2", "", 7, NULL);
  assert_knows (database, "192.0.2.3", "", 64502, NULL);
  assert_knows (database, "192.0.2.4", "", 0, NULL);
  assert_knows (database, "192.0.2.5", "", 0, NULL);
  for (guint i = 0; i < 16; i++)
    {
      g_autofree char *country = g_strdup_printf ("198.51.100.%u", i);
      g_autofree char *number = g_strdup_printf ("203.0.113.%u", i);

      assert_knows (database, country, "", 0, NULL);
      assert_knows (database, number, "", 0, NULL);
    }
}

static void
test_hostile_name (void)
{
  g_autoptr (SluiceGeoDatabase) database = open_database ("asn.mmdb");
  g_autoptr (SluiceHost) host = make_host ("198.51.100.1");

  g_assert_cmpint (sluice_geo_database_look_up (database, BOTH, host), ==, SLUICE_GEO_NETWORK);
  g_assert_cmpuint (host->as_number, ==, G_MAXUINT32);
  g_assert_true (g_utf8_validate (host->as_name, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (host->as_name, -1), <=, SLUICE_NAME_MAX);
  g_assert_true (g_str_has_prefix (host->as_name, "Evil"));
  for (const char *p = host->as_name; *p != '\0'; p = g_utf8_next_char (p))
    {
      g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
      g_assert_cmpuint (g_utf8_get_char (p), !=, 0x202e);
    }
}

static void
test_built (void)
{
  g_autoptr (SluiceGeoDatabase) country = open_database ("country.mmdb");
  g_autoptr (SluiceGeoDatabase) ageless = open_database ("ageless.mmdb");

  g_assert_cmpint (sluice_geo_database_get_built (country), ==, 1790000000);
  g_assert_cmpint (sluice_geo_database_get_built (ageless), ==, 0);
}

static void
assert_refused (const char *path, GQuark domain, int code, const char *why)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sluice_geo_database_open (path, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, why));
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_refused (void)
{
  char *folder = make_folder ();
  g_autofree char *missing = g_build_filename (folder, "mis\nsing.mmdb", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe.mmdb", NULL);
  g_autofree char *empty = put_bytes (folder, "empty.mmdb", "", 0);
  g_autofree char *text = put_bytes (folder, "text.mmdb", "<html>404</html>", 16);
  g_autofree char *foreign = put_database (folder, "foreign.mmdb", "GeoLite2-Country.mmdb");
  g_autofree char *nothing = put_database (folder, "nothing.mmdb", "nothing.mmdb");

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_refused (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "cannot be opened: No such file or directory");
  assert_refused (folder, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "no regular file");
  assert_refused (pipe, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "no regular file");
  assert_refused ("/dev/zero", G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "no regular file");
  assert_refused (empty, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is empty");
  assert_refused (text, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no MaxMind DB file");
  assert_refused (foreign, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "neither countries nor networks");
  assert_refused (nothing, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "neither countries nor networks");
  remove_folder (folder);
}

/* A file in memory: its descriptor, and a path to it. */
static int
make_memory_file (char **path_out)
{
  int fd = memfd_create ("database", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  *path_out = g_strdup_printf ("/proc/self/fd/%d", fd);
  return fd;
}

/* Opens this as a file, and looks up hosts of every kind where that succeeds. */
static gboolean
try_bytes (int fd, const char *path, const guint8 *data, gsize length)
{
  static const char *const addresses[]
      = { "192.0.2.1", "198.51.100.1", "203.0.113.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "ffff::" };
  g_autoptr (SluiceGeoDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, data, length, 0), ==, (gssize) length);
  database = sluice_geo_database_open (path, &error);
  g_assert_true ((database == NULL) == (error != NULL));
  for (guint i = 0; database != NULL && i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (SluiceHost) host = make_host (addresses[i]);

      sluice_geo_database_look_up (database, BOTH, host);
      g_assert_cmpuint (strlen (host->country), <=, 2);
      g_assert_true (host->as_name == NULL || g_utf8_validate (host->as_name, -1, NULL));
    }
  return database != NULL;
}

static void
test_truncated (void)
{
  static const char *const files[] = { "country.mmdb", "asn.mmdb", "ip2location.mmdb" };
  g_autofree char *path = NULL;
  int fd = make_memory_file (&path);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = database_bytes (files[i]);
      gsize length = g_bytes_get_size (bytes);

      /* The metadata come last, so that no beginning is whole. */
      for (gsize cut = 0; cut < length; cut++)
        g_assert_false (try_bytes (fd, path, g_bytes_get_data (bytes, NULL), cut));
      g_assert_true (try_bytes (fd, path, g_bytes_get_data (bytes, NULL), length));
      /* Nor does an end pass for a database that lacks its beginning. */
      for (gsize cut = 1; cut < length; cut++)
        try_bytes (fd, path, (const guint8 *) g_bytes_get_data (bytes, NULL) + cut, length - cut);
    }
  close (fd);
}

static void
test_flipped (void)
{
  static const char *const files[] = { "country.mmdb", "asn.mmdb", "strange.mmdb" };
  static const guint8 masks[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff };
  g_autofree char *path = NULL;
  int fd = make_memory_file (&path);
  guint n_refused = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = database_bytes (files[i]);
      gsize length = g_bytes_get_size (bytes);
      g_autofree guint8 *spoilt = g_memdup2 (g_bytes_get_data (bytes, NULL), length);

      for (gsize at = 0; at < length; at++)
        for (guint mask = 0; mask < G_N_ELEMENTS (masks); mask++)
          {
            spoilt[at] ^= masks[mask];
            n_refused += !try_bytes (fd, path, spoilt, length);
            spoilt[at] ^= masks[mask];
          }
    }
  g_assert_cmpuint (n_refused, >, 100);
  close (fd);
}

static void
test_intact (void)
{
  char *folder = make_folder ();
  g_autofree char *path = put_database (folder, "country.mmdb", "a.mmdb");
  g_autoptr (SluiceGeoDatabase) database = sluice_geo_database_open (path, NULL);
  g_autofree char *again = NULL;

  g_assert_true (sluice_geo_database_is_intact (database));
  /* Replaced: whoever has it open keeps what was. */
  again = put_database (folder, "asn.mmdb", "a.mmdb");
  g_assert_true (sluice_geo_database_is_intact (database));
  assert_knows (database, "192.0.2.1", "DE", 0, NULL);
  g_clear_pointer (&database, sluice_geo_database_free);

  database = sluice_geo_database_open (path, NULL);
  g_assert_cmpint (truncate (path, 100), ==, 0);
  g_assert_false (sluice_geo_database_is_intact (database));
  /* What was read is there all the same. */
  assert_knows (database, "2001:db8:ffff::", "", 65551, "Beispiel und Söhne");
  remove_folder (folder);
}

static void
test_bounds (void)
{
  char *folder = make_folder ();
  g_autofree char *path = put_database (folder, "country.mmdb", "a.mmdb");

  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (path, 65534, 65534), ==, 0);
      assert_refused (path, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "root");
      g_assert_cmpint (chown (path, 0, 0), ==, 0);
    }
  g_assert_cmpint (truncate (path, 257 << 20), ==, 0);
  assert_refused (path, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "256 MiB");
  remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/geo-database/understands-what-each-maker-writes", test_makers);
  g_test_add_func ("/geo-database/knows-ipv4-and-ipv6-hosts", test_addresses);
  g_test_add_func ("/geo-database/fills-in-what-is-wanted-only", test_wanted);
  g_test_add_func ("/geo-database/takes-no-strange-value", test_strange);
  g_test_add_func ("/geo-database/sanitises-names", test_hostile_name);
  g_test_add_func ("/geo-database/says-when-it-was-made", test_built);
  g_test_add_func ("/geo-database/refuses-what-is-no-database-with-the-reason", test_refused);
  g_test_add_func ("/geo-database/refuses-a-file-cut-at-any-length", test_truncated);
  g_test_add_func ("/geo-database/survives-a-spoilt-byte-anywhere", test_flipped);
  g_test_add_func ("/geo-database/reads-no-more-than-it-should", test_bounds);
  g_test_add_func ("/geo-database/notices-a-file-that-is-written-over", test_intact);

  return g_test_run ();
}
