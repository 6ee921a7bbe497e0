#include "sluice-config.h"

#include "capture/geo-database.h"

#include "model/text.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a file is looked at to tell what it knows: some ms at the most, whatever the file. */
#define SAMPLE_NODES 4096
#define SAMPLE_RECORDS 256
/* The last second of the year 9999; a later date is none. */
#define LAST_DATE G_GINT64_CONSTANT (253402300799)
/* The largest that is read, bytes: those of the world's cities have half of it. */
#define SIZE_MAX_READ ((goffset) 256 << 20)

/* Where a fact stands in a record, the best first. */
typedef struct
{
  const char *path[4];
} Form;

static const Form country_forms[] = {
  { { "country_code" } },        /* IPinfo Lite, in which "country" is its English name */
  { { "country", "iso_code" } }, /* MaxMind, DB-IP, IP2Location */
  { { "country" } },             /* IPinfo */
};
static const Form number_forms[] = {
  { { "autonomous_system_number" } },           /* MaxMind, DB-IP, IP2Location */
  { { "traits", "autonomous_system_number" } }, /* MaxMind Enterprise */
  { { "asn" } },                                /* IPinfo, as "AS64496" */
};
static const Form name_forms[] = {
  { { "autonomous_system_organization" } },
  { { "traits", "autonomous_system_organization" } },
  { { "as_name" } },
  { { "name" } }, /* IPinfo's older ASN databases */
};

struct _SluiceGeoDatabase
{
  MMDB_s mmdb;
  int fd; /* of the same file, to see whether it is written to */
  struct stat file;
  gint64 built;
  /* Which forms its records have, a bit each. */
  guint countries;
  guint numbers;
};

/**
 * sluice_geo_database_is_supported:
 *
 * Returns: whether this build can read databases at all
 */
gboolean
sluice_geo_database_is_supported (void)
{
  return TRUE;
}

static gboolean
is_same_file (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
         && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* FALSE where the record has no such value; *@damaged_out becomes TRUE where it cannot be read. */
static gboolean
get_value (MMDB_entry_s entry, const Form *form, MMDB_entry_data_s *value_out, gboolean *damaged_out)
{
  int status = MMDB_aget_value (&entry, value_out, form->path);

  if (status == MMDB_SUCCESS)
    return value_out->has_data;
  if (status != MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR)
    *damaged_out = TRUE;
  return FALSE;
}

/* Two letters or nothing; ZZ is how CLDR writes that it is unknown. */
static gboolean
read_country (MMDB_entry_s entry, const Form *form, char country_out[3], gboolean *damaged_out)
{
  MMDB_entry_data_s value;

  if (!get_value (entry, form, &value, damaged_out) || value.type != MMDB_DATA_TYPE_UTF8_STRING || value.data_size != 2
      || !g_ascii_isalpha (value.utf8_string[0]) || !g_ascii_isalpha (value.utf8_string[1])
      || g_ascii_strncasecmp (value.utf8_string, "ZZ", 2) == 0)
    return FALSE;
  country_out[0] = g_ascii_toupper (value.utf8_string[0]);
  country_out[1] = g_ascii_toupper (value.utf8_string[1]);
  country_out[2] = '\0';
  return TRUE;
}

/* "AS64496" or "64496". */
static guint64
parse_number (const char *text, gsize length)
{
  guint64 number = 0;

  if (length > 2 && g_ascii_strncasecmp (text, "AS", 2) == 0)
    {
      text += 2;
      length -= 2;
    }
  if (length > 10)
    return 0;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return 0;
      number = number * 10 + (guint64) g_ascii_digit_value (text[i]);
    }
  return number;
}

/* 0 is none (RFC 7607). */
static guint32
read_number (MMDB_entry_s entry, const Form *form, gboolean *damaged_out)
{
  MMDB_entry_data_s value;
  guint64 number = 0;

  if (!get_value (entry, form, &value, damaged_out))
    return 0;
  if (value.type == MMDB_DATA_TYPE_UINT32)
    number = value.uint32;
  else if (value.type == MMDB_DATA_TYPE_UINT16)
    number = value.uint16;
  else if (value.type == MMDB_DATA_TYPE_UINT64)
    number = value.uint64;
  else if (value.type == MMDB_DATA_TYPE_UTF8_STRING)
    number = parse_number (value.utf8_string, value.data_size);
  return number <= G_MAXUINT32 ? (guint32) number : 0;
}

/* Returns a text of its own, or NULL; IP2Location writes "-" for what it does not know. */
static char *
read_name (MMDB_entry_s entry)
{
  MMDB_entry_data_s value;
  gboolean damaged = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (name_forms); i++)
    if (get_value (entry, &name_forms[i], &value, &damaged) && value.type == MMDB_DATA_TYPE_UTF8_STRING
        && value.data_size > 0 && !(value.data_size == 1 && *value.utf8_string == '-'))
      return sluice_text_sanitise (value.utf8_string, (gssize) value.data_size, SLUICE_NAME_MAX);
  return NULL;
}

/* Notes which forms a record has. */
static gboolean
take_sample (SluiceGeoDatabase *database, MMDB_entry_s entry)
{
  gboolean damaged = FALSE;
  char country[3];

  for (guint i = 0; i < G_N_ELEMENTS (country_forms); i++)
    if (read_country (entry, &country_forms[i], country, &damaged))
      database->countries |= 1u << i;
  for (guint i = 0; i < G_N_ELEMENTS (number_forms); i++)
    if (read_number (entry, &number_forms[i], &damaged) != 0)
      database->numbers |= 1u << i;
  return !damaged;
}

/* Walks the tree's first nodes, which in a damaged file may lead anywhere. FALSE where what was met is damaged. */
static gboolean
sample (SluiceGeoDatabase *database)
{
  g_autofree guint32 *waiting = g_new (guint32, SAMPLE_NODES + 1);
  guint n_waiting = 1;
  guint n_records = 0;

  waiting[0] = 0;
  /* A node takes one from the stack and puts two there at the most, so that the stack is large enough. */
  for (guint n = 0; n < SAMPLE_NODES && n_waiting > 0 && n_records < SAMPLE_RECORDS; n++)
    {
      MMDB_search_node_s node;

      if (MMDB_read_node (&database->mmdb, waiting[--n_waiting], &node) != MMDB_SUCCESS)
        return FALSE;
      for (guint side = 2; side-- > 0;)
        {
          guint8 type = side == 0 ? node.left_record_type : node.right_record_type;

          if (type == MMDB_RECORD_TYPE_INVALID)
            return FALSE;
          if (type == MMDB_RECORD_TYPE_SEARCH_NODE)
            waiting[n_waiting++] = (guint32) (side == 0 ? node.left_record : node.right_record);
          else if (type == MMDB_RECORD_TYPE_DATA)
            {
              n_records++;
              if (!take_sample (database, side == 0 ? node.left_record_entry : node.right_record_entry))
                return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
says (const char *type, const char *const *words)
{
  g_autofree char *lower = g_ascii_strdown (type, -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (lower, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* Where the first records know nothing of a subject, the type may still say that others do. */
static void
take_type (SluiceGeoDatabase *database)
{
  static const char *const country_words[] = { "country", "city", "enterprise", NULL };
  static const char *const network_words[] = { "asn", "isp", "enterprise", NULL };
  const char *type = database->mmdb.metadata.database_type;

  if (type == NULL)
    return;
  if (database->countries == 0 && says (type, country_words))
    database->countries = (1u << G_N_ELEMENTS (country_forms)) - 1;
  if (database->numbers == 0 && says (type, network_words))
    database->numbers = (1u << G_N_ELEMENTS (number_forms)) - 1;
}

/* Opens what can be read. Nothing waits for the other end of a pipe. */
static gboolean
open_file (SluiceGeoDatabase *database, const char *path, const char *shown, GError **error)
{
  database->fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (database->fd < 0 || fstat (database->fd, &database->file) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("“%s” is skipped because it cannot be opened: %s."), shown, g_strerror (code));
      return FALSE;
    }
  if (!S_ISREG (database->file.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("“%s” is skipped because it is no regular file."),
                   shown);
      return FALSE;
    }
  if (database->file.st_size == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is skipped because it is empty."), shown);
      return FALSE;
    }
  if (database->file.st_size > SIZE_MAX_READ)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” is skipped because it is larger than 256 MiB."), shown);
      return FALSE;
    }
  if (geteuid () == 0 && database->file.st_uid != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("“%s” is skipped because it does not belong to root, who is to read it."), shown);
      return FALSE;
    }
  return TRUE;
}

/* Copies the file into memory that nobody can change any more: reading a mapped file that is cut meanwhile ends the
 * process. Returns a descriptor, or -1. */
static int
copy_file (SluiceGeoDatabase *database)
{
  const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  int copy = memfd_create ("sluice-geo", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  goffset left = database->file.st_size;
  ssize_t n = 1;

  while (copy >= 0 && left > 0 && (n > 0 || (n < 0 && errno == EINTR)))
    {
      n = sendfile (copy, database->fd, NULL, (gsize) left);
      left -= MAX (n, 0);
    }
  if (copy >= 0 && left == 0 && fcntl (copy, F_ADD_SEALS, seals) == 0)
    return copy;
  if (n == 0)
    errno = ESTALE;
  if (copy >= 0)
    close (copy);
  return -1;
}

/* Reads the file that open_file() opened; the library wants a path, and maps what it finds there. */
static gboolean
read_file (SluiceGeoDatabase *database, const char *shown, GError **error)
{
  int copy = copy_file (database);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", copy);
  struct stat file;
  int status;

  if (copy < 0 && errno != ESTALE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” is skipped because it cannot be read: %s."), shown,
                   g_strerror (errno));
      return FALSE;
    }
  status = copy >= 0 ? MMDB_open (path, MMDB_MODE_MMAP, &database->mmdb) : MMDB_SUCCESS;
  if (status != MMDB_SUCCESS)
    memset (&database->mmdb, 0, sizeof database->mmdb);
  if (copy >= 0)
    close (copy);
  if (status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR || status == MMDB_OUT_OF_MEMORY_ERROR)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” is skipped because it cannot be read: %s."), shown,
                 MMDB_strerror (status));
  else if (status != MMDB_SUCCESS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("“%s” is skipped because it is no MaxMind DB file, or only a part of one; get it anew."), shown);
  else if (copy < 0 || fstat (database->fd, &file) != 0 || !is_same_file (&file, &database->file))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("“%s” is skipped for a minute because it is being replaced."),
                 shown);
  else
    return TRUE;
  return FALSE;
}

/**
 * sluice_geo_database_open:
 * @path: a file
 * @error: return location for a sentence that names the file and says why it is skipped
 *
 * Reads a database and finds out by its first records, and by the type that it says it has, what it knows. Takes some
 * milliseconds at the most.
 *
 * Returns: (transfer full) (nullable): a database that knows countries or networks, or %NULL with @error set
 */
SluiceGeoDatabase *
sluice_geo_database_open (const char *path, GError **error)
{
  g_autoptr (SluiceGeoDatabase) database = g_new0 (SluiceGeoDatabase, 1);
  g_autofree char *shown = sluice_text_sanitise (path, -1, SLUICE_PATH_MAX);

  if (!open_file (database, path, shown, error) || !read_file (database, shown, error))
    return NULL;
  if (!sample (database))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is skipped because it is damaged; get it anew."),
                   shown);
      return NULL;
    }
  take_type (database);
  if (database->countries == 0 && database->numbers == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” is skipped because it knows neither countries nor networks."), shown);
      return NULL;
    }
  if (database->mmdb.metadata.build_epoch <= LAST_DATE)
    database->built = (gint64) database->mmdb.metadata.build_epoch;
  return g_steal_pointer (&database);
}

void
sluice_geo_database_free (SluiceGeoDatabase *database)
{
  if (database->mmdb.file_content != NULL)
    MMDB_close (&database->mmdb);
  if (database->fd >= 0)
    close (database->fd);
  g_free (database);
}

/**
 * sluice_geo_database_get_facts:
 * @database: a database
 *
 * Returns: what it knows of hosts, at least something
 */
SluiceGeoFacts
sluice_geo_database_get_facts (const SluiceGeoDatabase *database)
{
  return (database->countries != 0 ? SLUICE_GEO_COUNTRY : 0) | (database->numbers != 0 ? SLUICE_GEO_NETWORK : 0);
}

/**
 * sluice_geo_database_get_built:
 * @database: a database
 *
 * Returns: when its maker says it was made, s since 1970; 0 where it does not say
 */
gint64
sluice_geo_database_get_built (const SluiceGeoDatabase *database)
{
  return database->built;
}

/**
 * sluice_geo_database_is_intact:
 * @database: a database
 *
 * What was read stays as it was. A file that was written over since is to be read anew.
 *
 * Returns: whether the file is as it was when it was opened
 */
gboolean
sluice_geo_database_is_intact (const SluiceGeoDatabase *database)
{
  struct stat file;

  return fstat (database->fd, &file) == 0 && is_same_file (&file, &database->file);
}

static gboolean
find_record (const SluiceGeoDatabase *database, const SluiceAddress *address, MMDB_entry_s *entry_out)
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
  } socket_address = { 0 };
  MMDB_lookup_result_s result;
  int status;

  if (address->family == SLUICE_FAMILY_IPV4)
    {
      socket_address.ipv4.sin_family = AF_INET;
      memcpy (&socket_address.ipv4.sin_addr, address->bytes, 4);
    }
  else if (address->family == SLUICE_FAMILY_IPV6)
    {
      socket_address.ipv6.sin6_family = AF_INET6;
      memcpy (&socket_address.ipv6.sin6_addr, address->bytes, 16);
    }
  else
    return FALSE;
  result = MMDB_lookup_sockaddr (&database->mmdb, &socket_address.any, &status);
  *entry_out = result.entry;
  return status == MMDB_SUCCESS && result.found_entry;
}

/**
 * sluice_geo_database_look_up:
 * @database: a database
 * @wanted: what of @host is to be filled in
 * @host: a record that is still its maker's
 *
 * Fills in what the database knows of a host, sanitised; of what it does not know, nothing is touched. The number and
 * the name of a network are one fact.
 *
 * Returns: what was filled in
 */
SluiceGeoFacts
sluice_geo_database_look_up (const SluiceGeoDatabase *database, SluiceGeoFacts wanted, SluiceHost *host)
{
  SluiceGeoFacts found = 0;
  gboolean damaged = FALSE;
  MMDB_entry_s entry;

  if (!find_record (database, &host->address, &entry))
    return 0;
  for (guint i = 0; (wanted & SLUICE_GEO_COUNTRY) && i < G_N_ELEMENTS (country_forms); i++)
    if ((database->countries & 1u << i) && read_country (entry, &country_forms[i], host->country, &damaged))
      {
        found |= SLUICE_GEO_COUNTRY;
        break;
      }
  for (guint i = 0; (wanted & SLUICE_GEO_NETWORK) && i < G_N_ELEMENTS (number_forms); i++)
    {
      guint32 number = (database->numbers & 1u << i) ? read_number (entry, &number_forms[i], &damaged) : 0;

      if (number == 0)
        continue;
      host->as_number = number;
      g_free (host->as_name);
      host->as_name = read_name (entry);
      found |= SLUICE_GEO_NETWORK;
      break;
    }
  return found;
}
