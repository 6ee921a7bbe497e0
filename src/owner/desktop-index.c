#include "sluice-config.h"

#include "owner/desktop-index.h"

#include "owner/interpreter.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What anybody may put into a folder of their own must not cost more than this. */
#define FILE_SIZE_MAX (256 * 1024)
#define FILES_MAX 8192
#define DEPTH_MAX 4
/* How often the folders are looked at for changes, in µs. */
#define LOOK_INTERVAL (60 * G_USEC_PER_SEC)

/* They stand for what they start, and it is not known here what that is. */
static const char *const wrappers[] = { "env",    "flatpak", "gtk-launch", "java",        "nice", "nohup",
                                        "pkexec", "snap",    "sudo",       "systemd-run", "wine", "xdg-open" };

struct _SluiceDesktopIndex
{
  char *root;
  GPtrArray *folders;   /* char *: applications folders, the one that wins first */
  GArray *stamps;       /* FolderStamp of every folder that was read */
  GPtrArray *entries;   /* SluiceDesktopEntry */
  GHashTable *ids;      /* id or class of the windows, in lower case → entry */
  GHashTable *programs; /* absolute path or base name of the command → entry, or NULL where several start it */
  gint64 next_look;
  gboolean read;
};

typedef struct
{
  char *path;
  struct timespec changed;
  ino_t inode;
} FolderStamp;

static void
entry_free (gpointer data)
{
  SluiceDesktopEntry *entry = data;

  g_free (entry->id);
  g_free (entry->name);
  g_free (entry->icon_name);
  g_free (entry->command);
  g_free (entry->program);
  g_free (entry);
}

static void
stamp_clear (gpointer data)
{
  g_free (((FolderStamp *) data)->path);
}

static void
add_folder (SluiceDesktopIndex *index, const char *data_folder)
{
  char *path = g_build_filename (index->root, data_folder, "applications", NULL);

  if (g_ptr_array_find_with_equal_func (index->folders, path, g_str_equal, NULL))
    g_free (path);
  else
    g_ptr_array_add (index->folders, path);
}

/**
 * sluice_desktop_index_new:
 * @root: where the file system begins, "/" but in tests
 *
 * The user's data folder and the system's, as the environment names them, and those of Flatpak and Snap even where it
 * does not, as for root.
 *
 * Returns: (transfer full): an index that reads nothing before sluice_desktop_index_refresh()
 */
SluiceDesktopIndex *
sluice_desktop_index_new (const char *root)
{
  SluiceDesktopIndex *index = g_new0 (SluiceDesktopIndex, 1);
  g_autofree char *flatpak = g_build_filename (g_get_user_data_dir (), "flatpak", "exports", "share", NULL);

  index->root = g_strdup (root);
  index->folders = g_ptr_array_new_with_free_func (g_free);
  index->stamps = g_array_new (FALSE, FALSE, sizeof (FolderStamp));
  g_array_set_clear_func (index->stamps, stamp_clear);
  index->entries = g_ptr_array_new_with_free_func (entry_free);
  index->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  index->programs = g_hash_table_new (g_str_hash, g_str_equal);

  add_folder (index, g_get_user_data_dir ());
  for (const char *const *folder = g_get_system_data_dirs (); *folder != NULL; folder++)
    add_folder (index, *folder);
  add_folder (index, flatpak);
  add_folder (index, "/var/lib/flatpak/exports/share");
  add_folder (index, "/var/lib/snapd/desktop");
  return index;
}

void
sluice_desktop_index_free (SluiceDesktopIndex *index)
{
  if (index == NULL)
    return;
  g_hash_table_unref (index->programs);
  g_hash_table_unref (index->ids);
  g_ptr_array_unref (index->entries);
  g_array_unref (index->stamps);
  g_ptr_array_unref (index->folders);
  g_free (index->root);
  g_free (index);
}

/* The program that a command line of a desktop file starts: "env A=b /opt/x/x --flag %U" starts /opt/x/x, and
 * "python3 /usr/share/y/y.py" the script. NULL where it cannot be told. */
static char *
command_program (const char *exec)
{
  g_auto (GStrv) arguments = NULL;
  g_autofree char *name = NULL;
  char **at;

  if (!g_shell_parse_argv (exec, NULL, &arguments, NULL))
    return NULL;
  at = arguments;
  if (g_str_equal (*at, "env") || g_str_has_suffix (*at, "/env"))
    for (at++; *at != NULL && strchr (*at, '=') != NULL; at++)
      ;
  if (*at != NULL && sluice_interpreter_is (*at))
    {
      at++;
      if (*at != NULL && !g_path_is_absolute (*at))
        return NULL;
    }
  if (*at == NULL || **at == '\0' || **at == '-')
    return NULL;
  name = g_path_get_basename (*at);
  for (gsize i = 0; i < G_N_ELEMENTS (wrappers); i++)
    if (g_str_equal (name, wrappers[i]))
      return NULL;
  return g_strdup (*at);
}

/* Finds a command as a login session would, and where a symbolic link leads: /usr/bin/x may be /opt/x/x. */
static char *
find_program (const char *root, const char *command)
{
  static const char *const folders[] = { "/usr/local/bin", "/usr/bin", "/bin", "/usr/games", "/usr/local/games" };
  gsize root_length = g_str_equal (root, "/") ? 0 : strlen (root);

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_path_is_absolute (command) ? g_build_filename (root, command, NULL)
                                                           : g_build_filename (root, folders[i], command, NULL);
      char *real = realpath (path, NULL);

      if (real != NULL && strncmp (real, root, root_length) == 0)
        {
          char *found = g_strdup (real + root_length);

          free (real);
          return found;
        }
      free (real);
      if (g_path_is_absolute (command))
        break;
    }
  return NULL;
}

static void
map_program (SluiceDesktopIndex *index, const char *key, SluiceDesktopEntry *entry)
{
  gpointer other;

  if (key == NULL)
    return;
  if (g_hash_table_lookup_extended (index->programs, key, NULL, &other) && other != entry)
    entry = NULL;
  g_hash_table_insert (index->programs, (gpointer) key, entry);
}

static void
map_id (SluiceDesktopIndex *index, const char *id, SluiceDesktopEntry *entry)
{
  g_autofree char *lower = id != NULL ? g_ascii_strdown (id, -1) : NULL;

  if (lower != NULL && !g_hash_table_contains (index->ids, lower))
    g_hash_table_insert (index->ids, g_steal_pointer (&lower), entry);
}

static gboolean
key_is_true (GKeyFile *file, const char *key)
{
  return g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, key, NULL);
}

static char *
read_icon_name (GKeyFile *file)
{
  char *icon = g_key_file_get_locale_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, NULL, NULL);

  if (icon == NULL || icon[0] == '\0' || strchr (icon, '/') != NULL)
    {
      g_free (icon);
      return NULL;
    }
  if (g_str_has_suffix (icon, ".png") || g_str_has_suffix (icon, ".svg") || g_str_has_suffix (icon, ".xpm"))
    icon[strlen (icon) - 4] = '\0';
  return icon;
}

/* Takes one desktop file in (Desktop Entry Specification 1.5). */
static void
index_entry (SluiceDesktopIndex *index, const char *id, GKeyFile *file)
{
  const char *group = G_KEY_FILE_DESKTOP_GROUP;
  g_autofree char *type = g_key_file_get_string (file, group, G_KEY_FILE_DESKTOP_KEY_TYPE, NULL);
  g_autofree char *exec = g_key_file_get_string (file, group, G_KEY_FILE_DESKTOP_KEY_EXEC, NULL);
  g_autofree char *window_class = g_key_file_get_string (file, group, G_KEY_FILE_DESKTOP_KEY_STARTUP_WM_CLASS, NULL);
  g_auto (GStrv) categories = g_key_file_get_string_list (file, group, G_KEY_FILE_DESKTOP_KEY_CATEGORIES, NULL, NULL);
  g_autofree char *name = g_key_file_get_locale_string (file, group, G_KEY_FILE_DESKTOP_KEY_NAME, NULL, NULL);
  g_autofree char *try_exec = g_key_file_get_string (file, group, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, NULL);
  g_autofree char *program = exec != NULL ? command_program (exec) : NULL;
  SluiceDesktopEntry *entry;

  if (g_strcmp0 (type, G_KEY_FILE_DESKTOP_TYPE_APPLICATION) != 0 || name == NULL || name[0] == '\0'
      || key_is_true (file, G_KEY_FILE_DESKTOP_KEY_HIDDEN))
    return;
  entry = g_new0 (SluiceDesktopEntry, 1);
  entry->id = g_strdup (id);
  entry->name = g_steal_pointer (&name);
  entry->icon_name = read_icon_name (file);
  entry->visible = !key_is_true (file, G_KEY_FILE_DESKTOP_KEY_NO_DISPLAY);
  entry->terminal_emulator
      = categories != NULL && g_strv_contains ((const char *const *)categories, "TerminalEmulator");
  if (program == NULL && try_exec != NULL)
    program = command_program (try_exec);
  if (program != NULL)
    {
      entry->command = g_path_get_basename (program);
      entry->program = find_program (index->root, program);
    }
  g_ptr_array_add (index->entries, entry);
  map_id (index, id, entry);
  map_id (index, window_class, entry);
  if (entry->visible)
    {
      map_program (index, entry->program, entry);
      map_program (index, entry->command, entry);
    }
}

static void
read_file (SluiceDesktopIndex *index, GHashTable *seen, int folder, const char *name, const char *prefix)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  char *id = g_strdup_printf ("%s%.*s", prefix, (int) (strlen (name) - strlen (".desktop")), name);
  struct stat state;
  gssize length;
  int fd;

  /* The folder that comes first wins, even when it only hides the application. */
  if (!g_hash_table_add (seen, id))
    return;
  fd = openat (folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return;
  if (fstat (fd, &state) == 0 && S_ISREG (state.st_mode) && state.st_size > 0 && state.st_size <= FILE_SIZE_MAX)
    {
      text = g_malloc ((gsize) state.st_size);
      length = read (fd, text, (gsize) state.st_size);
      if (length > 0 && g_key_file_load_from_data (file, text, (gsize) length, G_KEY_FILE_NONE, NULL))
        index_entry (index, id, file);
    }
  close (fd);
}

static void
read_folder (SluiceDesktopIndex *index, GHashTable *seen, const char *path, const char *prefix, guint depth)
{
  FolderStamp stamp = { 0 };
  struct dirent *item;
  struct stat state;
  DIR *folder = opendir (path);

  if (folder == NULL)
    return;
  if (fstat (dirfd (folder), &state) == 0)
    {
      stamp = (FolderStamp){ g_strdup (path), state.st_mtim, state.st_ino };
      g_array_append_val (index->stamps, stamp);
    }
  while (index->entries->len < FILES_MAX && (item = readdir (folder)) != NULL)
    {
      if (item->d_name[0] == '.')
        continue;
      if (g_str_has_suffix (item->d_name, ".desktop"))
        read_file (index, seen, dirfd (folder), item->d_name, prefix);
      else if (item->d_type == DT_DIR && depth < DEPTH_MAX)
        {
          g_autofree char *inner = g_build_filename (path, item->d_name, NULL);
          g_autofree char *inner_prefix = g_strconcat (prefix, item->d_name, "-", NULL);

          read_folder (index, seen, inner, inner_prefix, depth + 1);
        }
    }
  closedir (folder);
}

static gboolean
has_changed (SluiceDesktopIndex *index)
{
  guint present = 0;
  struct stat state;

  for (guint i = 0; i < index->stamps->len; i++)
    {
      const FolderStamp *stamp = &g_array_index (index->stamps, FolderStamp, i);

      if (stat (stamp->path, &state) != 0 || state.st_ino != stamp->inode
          || state.st_mtim.tv_sec != stamp->changed.tv_sec || state.st_mtim.tv_nsec != stamp->changed.tv_nsec)
        return TRUE;
    }
  /* A folder that was not there the last time has no stamp. */
  for (guint i = 0; i < index->folders->len; i++)
    {
      const char *path = g_ptr_array_index (index->folders, i);
      gboolean stamped = FALSE;

      for (guint j = 0; j < index->stamps->len && !stamped; j++)
        stamped = g_str_equal (g_array_index (index->stamps, FolderStamp, j).path, path);
      present += !stamped && stat (path, &state) == 0;
    }
  return present > 0;
}

/**
 * sluice_desktop_index_refresh:
 * @index: an index
 * @now: monotonic time in µs
 *
 * Reads the desktop files the first time, and again when a folder of them has changed, which is looked at once a
 * minute at the most. What was found before is then no longer valid.
 */
void
sluice_desktop_index_refresh (SluiceDesktopIndex *index, gint64 now)
{
  g_autoptr (GHashTable) seen = NULL;

  if (index->read && now < index->next_look)
    return;
  index->next_look = now + LOOK_INTERVAL;
  if (index->read && !has_changed (index))
    return;
  index->read = TRUE;
  g_hash_table_remove_all (index->programs);
  g_hash_table_remove_all (index->ids);
  g_ptr_array_set_size (index->entries, 0);
  g_array_set_size (index->stamps, 0);
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < index->folders->len; i++)
    read_folder (index, seen, g_ptr_array_index (index->folders, i), "", 0);
}

/**
 * sluice_desktop_index_find:
 * @index: an index
 * @id: an application's id, or the class of its windows, in any case
 *
 * Returns: (transfer none) (nullable): its desktop file; valid until the next refresh
 */
const SluiceDesktopEntry *
sluice_desktop_index_find (SluiceDesktopIndex *index, const char *id)
{
  g_autofree char *lower = g_ascii_strdown (id, -1);

  return g_hash_table_lookup (index->ids, lower);
}

/* Whether only the system's administrator can put a program there. By its name alone a program is not believed:
 * anybody may call theirs "firefox". */
static gboolean
is_installed (const char *path)
{
  static const char *const prefixes[]
      = { "/usr/", "/opt/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/nix/store/", "/gnu/store/" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (path, prefixes[i]))
      return TRUE;
  return FALSE;
}

/**
 * sluice_desktop_index_by_program:
 * @index: an index
 * @path: an executable or script
 *
 * An application is known by its program when exactly one desktop file that menus show starts it: by that very path,
 * or, where a wrapper of the same name starts it (/usr/bin/firefox starts /usr/lib/firefox/firefox), by its name.
 *
 * Returns: (transfer none) (nullable): its desktop file; valid until the next refresh
 */
const SluiceDesktopEntry *
sluice_desktop_index_by_program (SluiceDesktopIndex *index, const char *path)
{
  const char *slash = strrchr (path, '/');
  gpointer entry;

  if (slash == NULL || sluice_interpreter_is (path))
    return NULL;
  if (g_hash_table_lookup_extended (index->programs, path, NULL, &entry))
    return entry;
  if (!is_installed (path))
    return NULL;
  return g_hash_table_lookup (index->programs, slash + 1);
}
