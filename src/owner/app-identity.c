#include "sluice-config.h"

#include "owner/app-identity.h"

#include <string.h>

/* As much of a container's id as its own tools show. */
#define SHORT_ID_LENGTH 12

/* Undoes systemd's escapes in unit names, "\x2d" for "-" (systemd.unit(5)). */
static char *
unescape (const char *text)
{
  GString *result = g_string_new (NULL);

  while (*text != '\0')
    {
      if (text[0] == '\\' && text[1] == 'x' && g_ascii_isxdigit (text[2]) && g_ascii_isxdigit (text[3]))
        {
          char byte = (char) (g_ascii_xdigit_value (text[2]) * 16 + g_ascii_xdigit_value (text[3]));

          if (byte != '\0')
            g_string_append_c (result, byte);
          text += 4;
        }
      else
        g_string_append_c (result, *text++);
    }
  return g_string_free (result, FALSE);
}

static gboolean
is_hexadecimal_id (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  return length >= SHORT_ID_LENGTH;
}

static void
set_container (SluiceAppIdentity *identity, char *id, gboolean named)
{
  identity->kind = SLUICE_APP_CONTAINER;
  identity->name = named ? g_strdup (id) : NULL;
  identity->id = id;
}

/* What lies between @prefix and @suffix, unescaped; NULL where @text is not of that form. */
static char *
between (const char *text, const char *prefix, const char *suffix)
{
  gsize length = strlen (text), prefix_length = strlen (prefix), suffix_length = strlen (suffix);
  g_autofree char *inner = NULL;

  if (length <= prefix_length + suffix_length || !g_str_has_prefix (text, prefix) || !g_str_has_suffix (text, suffix))
    return NULL;
  inner = g_strndup (text + prefix_length, length - prefix_length - suffix_length);
  return unescape (inner);
}

/* "docker-<hex>.scope" and its like, or the bare id that runtimes without systemd use as the folder's name. */
static gboolean
container_by_id (SluiceAppIdentity *identity, const char *component, const char *parent)
{
  static const char *const prefixes[] = { "docker-", "libpod-", "crio-", "cri-containerd-", "nerdctl-", "buildah-" };
  static const char *const parents[] = { "docker", "libpod_parent", "podman", "containerd", "default", "k8s.io" };
  const char *id = NULL;
  gsize length;

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes) && id == NULL; i++)
    if (g_str_has_prefix (component, prefixes[i]))
      id = component + strlen (prefixes[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (parents) && id == NULL && parent != NULL; i++)
    if (g_str_equal (parent, parents[i]))
      id = g_str_has_prefix (component, "libpod-") ? component + strlen ("libpod-") : component;
  /* Kubernetes: /kubepods/burstable/pod<uid>/<hex> */
  if (id == NULL && parent != NULL && (g_str_has_prefix (parent, "pod") || g_str_has_prefix (parent, "kubepods")))
    id = component;
  if (id == NULL)
    return FALSE;

  length = strlen (id);
  if (g_str_has_suffix (id, ".scope"))
    length -= strlen (".scope");
  if (!is_hexadecimal_id (id, length))
    return FALSE;
  set_container (identity, g_strndup (id, SHORT_ID_LENGTH), FALSE);
  return TRUE;
}

/* LXC, systemd-nspawn and whatever else registers as a machine have names that people gave them. */
static gboolean
container_by_name (SluiceAppIdentity *identity, const char *component, const char *parent)
{
  char *name = between (component, "lxc.payload.", "");

  if (name == NULL)
    name = between (component, "machine-", ".scope");
  if (name == NULL)
    name = between (component, "systemd-nspawn@", ".service");
  if (name == NULL && g_strcmp0 (parent, "lxc") == 0)
    name = g_strdup (component);
  if (name == NULL)
    return FALSE;
  set_container (identity, name, TRUE);
  return TRUE;
}

/* The outermost container is the one that the host knows; there may be units, and containers, in it. */
static gboolean
find_container (SluiceAppIdentity *identity, char **components)
{
  for (guint i = 0; components[i] != NULL; i++)
    {
      const char *parent = i > 0 ? components[i - 1] : NULL;

      if (container_by_id (identity, components[i], parent) || container_by_name (identity, components[i], parent))
        return TRUE;
    }
  return FALSE;
}

static void
set_names (SluiceAppIdentity *identity, const SluiceDesktopEntry *entry)
{
  if (entry == NULL)
    return;
  identity->name = g_strdup (entry->name);
  identity->icon_name = g_strdup (entry->icon_name);
}

/* Flatpak: "app-flatpak-<ID>-<N>.scope"; in version 1.0 "flatpak-<ID>-<N>.scope". */
static gboolean
find_flatpak (SluiceAppIdentity *identity, SluiceDesktopIndex *index, const char *unit)
{
  g_autofree char *inner = between (unit, "app-flatpak-", ".scope");
  char *number;

  if (inner == NULL)
    inner = between (unit, "flatpak-", ".scope");
  number = inner != NULL ? strrchr (inner, '-') : NULL;
  if (number == NULL || number == inner)
    return FALSE;
  *number = '\0';
  identity->kind = SLUICE_APP_FLATPAK;
  identity->id = g_steal_pointer (&inner);
  set_names (identity, sluice_desktop_index_find (index, identity->id));
  return TRUE;
}

/* Snap: "snap.<name>.<app>-<uuid>.scope", "snap.<name>.<app>.<uuid>.scope", "snap.<name>.<app>.service". Its desktop
 * files are called "<name>_<app>". */
static gboolean
find_snap (SluiceAppIdentity *identity, SluiceDesktopIndex *index, const char *unit)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *desktop_id = NULL;

  if (!g_str_has_prefix (unit, "snap."))
    return FALSE;
  parts = g_strsplit (unit, ".", 4);
  if (g_strv_length (parts) < 4 || parts[1][0] == '\0')
    return FALSE;
  /* An instance's uuid follows a "-"; names of apps hold them too, so it is told by its length. */
  if (strlen (parts[2]) > 37 && parts[2][strlen (parts[2]) - 37] == '-')
    parts[2][strlen (parts[2]) - 37] = '\0';
  desktop_id = g_strdup_printf ("%s_%s", parts[1], parts[2]);
  identity->kind = SLUICE_APP_SNAP;
  identity->id = g_strdup (parts[1]);
  set_names (identity, sluice_desktop_index_find (index, desktop_id));
  return TRUE;
}

/* Splits "app[-<launcher>]-<ID>-<RANDOM>.scope", "app[-<launcher>]-<ID>[@<RANDOM>].service"
 * (systemd.io/DESKTOP_ENVIRONMENTS) and "dbus-:1.2-<ID>@<N>.service". Both readings of an id with a "-" in it are
 * given: some launchers forget to escape. */
static gboolean
split_app_unit (const char *unit, char **with_launcher, char **id)
{
  gboolean is_scope = g_str_has_suffix (unit, ".scope");
  g_autofree char *inner = NULL;
  const char *begin;
  char *end;

  if (g_str_has_prefix (unit, "app-"))
    inner = g_strdup (unit + strlen ("app-"));
  else if (g_str_has_prefix (unit, "dbus-:"))
    inner = g_strdup (unit + strlen ("dbus-"));
  else
    return FALSE;
  end = strrchr (inner, '.');
  *end = '\0';
  end = strrchr (inner, is_scope ? '-' : '@');
  if (end != NULL)
    *end = '\0';
  else if (is_scope)
    return FALSE;
  begin = strchr (inner, '-');
  *with_launcher = unescape (inner);
  *id = unescape (begin != NULL ? begin + 1 : inner);
  return **id != '\0';
}

/* What the session says that it started. */
static gboolean
find_started_app (SluiceAppIdentity *identity, SluiceDesktopIndex *index, const char *unit, const char *path)
{
  g_autofree char *with_launcher = NULL;
  g_autofree char *id = NULL;
  const SluiceDesktopEntry *entry;
  g_autofree char *name = NULL;

  if (!split_app_unit (unit, &with_launcher, &id))
    return FALSE;
  entry = sluice_desktop_index_find (index, with_launcher);
  if (entry == NULL)
    entry = sluice_desktop_index_find (index, id);
  if (entry == NULL && g_str_has_prefix (unit, "dbus-"))
    return FALSE;

  name = path != NULL ? g_path_get_basename (path) : NULL;
  /* Commands that are run in a terminal are no part of it; the terminal itself was found by its program if at all. */
  if (entry != NULL && entry->terminal_emulator && g_strcmp0 (entry->command, name) != 0)
    return TRUE;
  identity->kind = SLUICE_APP_DESKTOP;
  identity->id = g_strdup (entry != NULL ? entry->id : id);
  set_names (identity, entry);
  return TRUE;
}

static gboolean
find_by_program (SluiceAppIdentity *identity, SluiceDesktopIndex *index, const char *path)
{
  const SluiceDesktopEntry *entry = path != NULL ? sluice_desktop_index_by_program (index, path) : NULL;

  if (entry == NULL)
    return FALSE;
  identity->kind = SLUICE_APP_DESKTOP;
  identity->id = g_strdup (entry->id);
  set_names (identity, entry);
  return TRUE;
}

static const char *
innermost_unit (char **components)
{
  for (guint i = g_strv_length (components); i > 0; i--)
    if (g_str_has_suffix (components[i - 1], ".service") || g_str_has_suffix (components[i - 1], ".scope"))
      return components[i - 1];
  return NULL;
}

/* Whether a service is one that stays the same from one start to the next: neither the session's own manager,
 * "user@1000.service", nor what systemd-run makes, "run-u12.service". */
static gboolean
is_lasting_service (const char *unit)
{
  if (!g_str_has_suffix (unit, ".service") || g_str_has_prefix (unit, "user@"))
    return FALSE;
  return !(g_str_has_prefix (unit, "run-") && unit[4] != '\0' && strchr ("pru", unit[4]) != NULL
           && g_ascii_isxdigit (unit[5]));
}

/* A service that is started anew for each connection carries its count and both ends in its name,
 * "ssh@3-192.0.2.1:22-192.0.2.9:4711.service" (systemd.socket(5), Accept=); it is one service, "ssh@.service". */
static char *
service_id (const char *unit)
{
  const char *instance = strchr (unit, '@');
  gsize count = instance != NULL ? strspn (instance + 1, "0123456789") : 0;
  gsize simple = instance != NULL ? strspn (instance + 1, "0123456789-") : 0;
  const char *end = instance != NULL ? instance + 1 + strcspn (instance + 1, ":") : NULL;

  if (count == 0 || instance[1 + count] != '-')
    return g_strdup (unit);
  /* Over a local socket the ends are a process and a user: "1-4711-1000". */
  if (*end == ':' || (g_str_equal (instance + 1 + simple, ".service") && strchr (instance + count + 2, '-') != NULL))
    return g_strdup_printf ("%.*s.service", (int) (instance + 1 - unit), unit);
  return g_strdup (unit);
}

/**
 * sluice_app_identity_find:
 * @identity: (out caller-allocates): what the process belongs to; sluice_app_identity_clear() frees what it holds
 * @index: the desktop files, fresh
 * @cgroup: (nullable): the path of its control group
 * @path: (nullable): its executable, or the script that it interprets
 *
 * The first of these that holds: a container; a Flatpak or Snap; a system service; the one application whose desktop
 * file starts this program (so that Firefox is Firefox when a terminal or another program started it); the
 * application that the session started it for; a service of the user's. A login session is nothing to belong to.
 */
void
sluice_app_identity_find (SluiceAppIdentity *identity,
                          SluiceDesktopIndex *index,
                          const char *cgroup,
                          const char *path)
{
  g_auto (GStrv) components = g_strsplit (cgroup != NULL ? cgroup : "", "/", -1);
  const char *unit = innermost_unit (components);
  gboolean is_users = FALSE, is_service = unit != NULL && is_lasting_service (unit);

  *identity = (SluiceAppIdentity){ .kind = SLUICE_APP_NONE, .unit = g_strdup (unit) };
  for (guint i = 0; components[i] != NULL; i++)
    is_users |= g_str_has_prefix (components[i], "user@") || g_str_equal (components[i], "user.slice");

  if (find_container (identity, components))
    return;
  if (unit != NULL && (find_flatpak (identity, index, unit) || find_snap (identity, index, unit)))
    return;
  if (is_users || !is_service)
    {
      if (find_by_program (identity, index, path))
        return;
      if (is_users && unit != NULL && find_started_app (identity, index, unit, path))
        return;
    }
  if (is_service)
    {
      identity->kind = SLUICE_APP_UNIT;
      identity->id = service_id (unit);
    }
}

/**
 * sluice_app_identity_clear:
 * @identity: an identity; what it holds is freed
 */
void
sluice_app_identity_clear (SluiceAppIdentity *identity)
{
  g_free (identity->id);
  g_free (identity->name);
  g_free (identity->icon_name);
  g_free (identity->unit);
  *identity = (SluiceAppIdentity){ 0 };
}
