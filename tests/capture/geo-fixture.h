#pragma once

/* The databases of make-mmdb.py, copied where a test may spoil them. */

#include "model/host.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

G_GNUC_UNUSED static char *
database_path (const char *name)
{
  return g_build_filename (g_getenv ("TEST_DATABASES"), name, NULL);
}

/* Returns: (transfer full): what a database holds */
G_GNUC_UNUSED static GBytes *
database_bytes (const char *name)
{
  g_autofree char *path = database_path (name);
  char *content;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  return g_bytes_new_take (content, length);
}

/* Puts a file in its place at once, as programs that bring databases do. Returns: (transfer full): its path */
G_GNUC_UNUSED static char *
put_bytes (const char *folder, const char *name, gconstpointer data, gsize length)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));
  return path;
}

G_GNUC_UNUSED static char *
put_database (const char *folder, const char *name, const char *as)
{
  g_autoptr (GBytes) bytes = database_bytes (name);

  return put_bytes (folder, as, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

G_GNUC_UNUSED static SluiceHost *
make_host (const char *text)
{
  SluiceAddress address = { 0 };

  if (text != NULL)
    g_assert_true (sluice_address_parse (text, &address));
  return sluice_host_new (&address);
}

G_GNUC_UNUSED static void
remove_folder (char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (entries);
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

G_GNUC_UNUSED static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("sluice-geo-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

G_GNUC_UNUSED static void
assert_host (const SluiceHost *host, const char *country, guint32 as_number, const char *as_name)
{
  g_assert_cmpstr (host->country, ==, country);
  g_assert_cmpuint (host->as_number, ==, as_number);
  g_assert_cmpstr (host->as_name, ==, as_name);
}
