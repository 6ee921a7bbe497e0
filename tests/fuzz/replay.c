/*
 * replay FILE-OR-FOLDER...: gives each file to a fuzz target, in memory that ends where the file does. It needs no
 * libFuzzer: it is how the corpus is a test, and how a finding is looked at with a debugger.
 */
#include "fuzz.h"

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Adds a file, or all files of a folder, in an order that is always the same. */
static gboolean
add_paths (GPtrArray *paths, const char *path, GError **error)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_ptr_array_add (paths, g_strdup (path));
      return TRUE;
    }
  folder = g_dir_open (path, 0, error);
  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (paths, g_build_filename (path, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return TRUE;
}

static gboolean
replay (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  g_autofree guint8 *exact = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, error))
    return FALSE;
  /* What was read has a byte more than the file, which would hide one that is read too far. */
  exact = g_memdup2 (contents, length);
  LLVMFuzzerTestOneInput (exact, length);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (int i = 1; i < argc && error == NULL; i++)
    add_paths (paths, argv[i], &error);
  for (guint i = 0; i < paths->len && error == NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (paths, i));

      if (replay (g_ptr_array_index (paths, i), &error))
        g_print ("ok %u %s\n", i + 1, name);
    }
  if (error == NULL && paths->len == 0)
    g_set_error (&error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "There is nothing to replay.");
  if (error != NULL)
    {
      g_print ("Bail out! %s\n", error->message);
      return 1;
    }
  g_print ("1..%u\n", paths->len);
  return 0;
}
