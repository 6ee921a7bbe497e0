#include "owner/app-identity.h"

#include "fake-root.h"

#define USER "/user.slice/user-1000.slice/user@1000.service/app.slice/"
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UUID "5d2ce2d0-9c0e-4f4a-8a3a-1f6b5a0d2f10"

typedef struct
{
  const char *cgroup, *path;
  SluiceAppKind kind;
  const char *id, *name, *unit;
} Case;

static void
write_entry (FakeRoot *root, const char *id, const char *lines)
{
  g_autofree char *path = g_strdup_printf ("/usr/share/applications/%s.desktop", id);
  g_autofree char *text = g_strconcat ("[Desktop Entry]\nType=Application\n", lines, "\n", NULL);

  fake_root_write (root, path, text, -1);
}

static void
check (const Case *cases, gsize n)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = sluice_desktop_index_new (root->path);

  fake_root_write (root, "/usr/bin/firefox", "", 0);
  write_entry (root, "org.mozilla.firefox", "Name=Firefox\nExec=firefox %u\nIcon=firefox\nStartupWMClass=firefox");
  write_entry (root, "google-chrome", "Name=Chrome\nExec=/usr/bin/google-chrome-stable\nIcon=google-chrome");
  write_entry (root, "org.example.Term", "Name=Terminal\nExec=term\nCategories=TerminalEmulator;");
  write_entry (root, "org.example.Files", "Name=Files\nExec=files");
  write_entry (root, "org.example.Calc", "Name=Calculator\nExec=flatpak run org.example.Calc\nIcon=calc");
  write_entry (root, "chat_chat", "Name=Chat\nExec=env A=b /snap/bin/chat\nIcon=chat");
  sluice_desktop_index_refresh (index, 1);
  for (gsize i = 0; i < n; i++)
    {
      g_auto (SluiceAppIdentity) identity = { 0 };

      g_test_message ("%s %s", cases[i].cgroup, cases[i].path);
      sluice_app_identity_find (&identity, index, cases[i].cgroup, cases[i].path);
      g_assert_cmpint (identity.kind, ==, cases[i].kind);
      g_assert_cmpstr (identity.id, ==, cases[i].id);
      g_assert_cmpstr (identity.name, ==, cases[i].name);
      g_assert_cmpstr (identity.unit, ==, cases[i].unit);
    }
}

static void
knows_what_the_desktop_started (void)
{
  static const Case cases[] = {
    { USER "app-gnome-org.mozilla.firefox-1234.scope", "/usr/lib/firefox/pingsender", SLUICE_APP_DESKTOP,
      "org.mozilla.firefox", "Firefox", "app-gnome-org.mozilla.firefox-1234.scope" },
    { USER "app-gnome-google\\x2dchrome-77.scope", "/opt/google/chrome/chrome", SLUICE_APP_DESKTOP, "google-chrome",
      "Chrome", "app-gnome-google\\x2dchrome-77.scope" },
    { USER "app-google-chrome-77.scope", "/opt/google/chrome/chrome", SLUICE_APP_DESKTOP, "google-chrome", "Chrome",
      "app-google-chrome-77.scope" },
    { USER "app-org.mozilla.firefox@0f3b.service", "/x", SLUICE_APP_DESKTOP, "org.mozilla.firefox", "Firefox",
      "app-org.mozilla.firefox@0f3b.service" },
    { USER "app-KDE-firefox@0f3b.service/sub", "/x", SLUICE_APP_DESKTOP, "org.mozilla.firefox", "Firefox",
      "app-KDE-firefox@0f3b.service" },
    { USER "app-org.example.Files.service", "/x", SLUICE_APP_DESKTOP, "org.example.Files", "Files",
      "app-org.example.Files.service" },
    { USER "app-unknown\\x2dthing-9.scope", "/x", SLUICE_APP_DESKTOP, "unknown-thing", NULL,
      "app-unknown\\x2dthing-9.scope" },
    { USER "dbus-:1.2-org.example.Files@0.service", "/x", SLUICE_APP_DESKTOP, "org.example.Files", "Files",
      "dbus-:1.2-org.example.Files@0.service" },
    { USER "dbus-:1.2-org.example.Daemon@0.service", "/x", SLUICE_APP_UNIT, "dbus-:1.2-org.example.Daemon@0.service",
      NULL, "dbus-:1.2-org.example.Daemon@0.service" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
knows_applications_that_something_else_started (void)
{
  static const Case cases[] = {
    { NULL, "/usr/lib/firefox/firefox", SLUICE_APP_DESKTOP, "org.mozilla.firefox", "Firefox", NULL },
    { "/user.slice/user-1000.slice/session-2.scope", "/usr/bin/firefox", SLUICE_APP_DESKTOP, "org.mozilla.firefox",
      "Firefox", "session-2.scope" },
    { USER "app-org.example.Term-5.scope", "/usr/bin/firefox", SLUICE_APP_DESKTOP, "org.mozilla.firefox", "Firefox",
      "app-org.example.Term-5.scope" },
    { USER "app-org.example.Files-5.scope", "/usr/bin/firefox", SLUICE_APP_DESKTOP, "org.mozilla.firefox", "Firefox",
      "app-org.example.Files-5.scope" },
    { NULL, "/tmp/firefox", SLUICE_APP_NONE, NULL, NULL, NULL },
    { "/system.slice/kiosk.service", "/usr/bin/firefox", SLUICE_APP_UNIT, "kiosk.service", NULL, "kiosk.service" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
takes_commands_in_a_terminal_for_no_part_of_it (void)
{
  static const Case cases[] = {
    { USER "app-org.example.Term-5.scope", "/usr/bin/curl", SLUICE_APP_NONE, NULL, NULL,
      "app-org.example.Term-5.scope" },
    { USER "app-org.example.Term@5.service", "/usr/bin/curl", SLUICE_APP_NONE, NULL, NULL,
      "app-org.example.Term@5.service" },
    { USER "app-org.example.Term-5.scope", "/usr/bin/term", SLUICE_APP_DESKTOP, "org.example.Term", "Terminal",
      "app-org.example.Term-5.scope" },
    { USER "app-org.example.Term.slice/vte-spawn-" UUID ".scope", "/usr/bin/curl", SLUICE_APP_NONE, NULL, NULL,
      "vte-spawn-" UUID ".scope" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
knows_flatpaks_and_snaps (void)
{
  static const Case cases[] = {
    { USER "app-flatpak-org.example.Calc-4242.scope", "/app/bin/firefox", SLUICE_APP_FLATPAK, "org.example.Calc",
      "Calculator", "app-flatpak-org.example.Calc-4242.scope" },
    { USER "app-flatpak-org.example.A\\x2db-4242.scope", "/app/bin/a", SLUICE_APP_FLATPAK, "org.example.A-b", NULL,
      "app-flatpak-org.example.A\\x2db-4242.scope" },
    { USER "flatpak-org.example.Calc-7.scope", "/app/bin/a", SLUICE_APP_FLATPAK, "org.example.Calc", "Calculator",
      "flatpak-org.example.Calc-7.scope" },
    { USER "snap.chat.chat-" UUID ".scope", "/snap/chat/1/usr/bin/firefox", SLUICE_APP_SNAP, "chat", "Chat",
      "snap.chat.chat-" UUID ".scope" },
    { USER "snap.chat.chat." UUID ".scope", "/snap/chat/1/chat", SLUICE_APP_SNAP, "chat", "Chat",
      "snap.chat.chat." UUID ".scope" },
    { "/system.slice/snap.lxd.daemon.service", "/snap/lxd/1/lxd", SLUICE_APP_SNAP, "lxd", NULL,
      "snap.lxd.daemon.service" },
    { "/system.slice/snap.service", "/x", SLUICE_APP_UNIT, "snap.service", NULL, "snap.service" },
    { "/system.slice/snap..x.service", "/x", SLUICE_APP_UNIT, "snap..x.service", NULL, "snap..x.service" },
    { USER "app-flatpak-.scope", "/x", SLUICE_APP_DESKTOP, "flatpak", NULL, "app-flatpak-.scope" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
knows_containers (void)
{
  static const Case cases[] = {
    { "/system.slice/docker-" HEX ".scope", "/usr/bin/firefox", SLUICE_APP_CONTAINER, "0123456789ab", NULL,
      "docker-" HEX ".scope" },
    { "/docker/" HEX, "/x", SLUICE_APP_CONTAINER, "0123456789ab", NULL, NULL },
    { "/docker/" HEX "/system.slice/nginx.service", "/x", SLUICE_APP_CONTAINER, "0123456789ab", NULL,
      "nginx.service" },
    { USER "libpod-" HEX ".scope/container", "/x", SLUICE_APP_CONTAINER, "0123456789ab", NULL,
      "libpod-" HEX ".scope" },
    { "/libpod_parent/libpod-" HEX, "/x", SLUICE_APP_CONTAINER, "0123456789ab", NULL, NULL },
    { "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-" HEX ".scope", "/x",
      SLUICE_APP_CONTAINER, "0123456789ab", NULL, "cri-containerd-" HEX ".scope" },
    { "/kubepods.slice/crio-" HEX ".scope", "/x", SLUICE_APP_CONTAINER, "0123456789ab", NULL, "crio-" HEX ".scope" },
    { "/kubepods/burstable/pod8f2c/" HEX, "/x", SLUICE_APP_CONTAINER, "0123456789ab", NULL, NULL },
    { "/lxc.payload.web/system.slice/x.service", "/x", SLUICE_APP_CONTAINER, "web", "web", "x.service" },
    { "/lxc/web", "/x", SLUICE_APP_CONTAINER, "web", "web", NULL },
    { "/machine.slice/machine-my\\x2dvm.scope", "/x", SLUICE_APP_CONTAINER, "my-vm", "my-vm",
      "machine-my\\x2dvm.scope" },
    { "/machine.slice/systemd-nspawn@deb.service/payload", "/x", SLUICE_APP_CONTAINER, "deb", "deb",
      "systemd-nspawn@deb.service" },
    { "/system.slice/docker.service", "/usr/bin/dockerd", SLUICE_APP_UNIT, "docker.service", NULL, "docker.service" },
    { "/docker/short", "/x", SLUICE_APP_NONE, NULL, NULL, NULL },
    { "/system.slice/docker-proxy.service", "/x", SLUICE_APP_UNIT, "docker-proxy.service", NULL,
      "docker-proxy.service" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
knows_units_and_leaves_sessions (void)
{
  static const Case cases[] = {
    { "/system.slice/nginx.service", "/usr/sbin/nginx", SLUICE_APP_UNIT, "nginx.service", NULL, "nginx.service" },
    { "/system.slice/system-postgresql.slice/postgresql@15-main.service", "/x", SLUICE_APP_UNIT,
      "postgresql@15-main.service", NULL, "postgresql@15-main.service" },
    { "/system.slice/system-ssh.slice/ssh@3-192.0.2.1:22-192.0.2.9:4711.service", "/x", SLUICE_APP_UNIT,
      "ssh@.service", NULL, "ssh@3-192.0.2.1:22-192.0.2.9:4711.service" },
    { "/system.slice/x@1-4711-1000.service", "/x", SLUICE_APP_UNIT, "x@.service", NULL, "x@1-4711-1000.service" },
    { "/system.slice/x@1-2.service", "/x", SLUICE_APP_UNIT, "x@1-2.service", NULL, "x@1-2.service" },
    { "/system.slice/run-u12.service", "/x", SLUICE_APP_NONE, NULL, NULL, "run-u12.service" },
    { USER "syncthing.service", "/usr/bin/syncthing", SLUICE_APP_UNIT, "syncthing.service", NULL,
      "syncthing.service" },
    { "/user.slice/user-1000.slice/session-2.scope", "/bin/x", SLUICE_APP_NONE, NULL, NULL, "session-2.scope" },
    { "/user.slice/user-1000.slice/user@1000.service", "/x", SLUICE_APP_NONE, NULL, NULL, "user@1000.service" },
    { "/user.slice/user-1000.slice/user@1000.service/init.scope", "/x", SLUICE_APP_NONE, NULL, NULL, "init.scope" },
    { "/init.scope", "/usr/lib/systemd/systemd", SLUICE_APP_NONE, NULL, NULL, "init.scope" },
    { NULL, NULL, SLUICE_APP_NONE, NULL, NULL, NULL },
    { "", "", SLUICE_APP_NONE, NULL, NULL, NULL },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
survives_hostile_groups (void)
{
  static const char *const cgroups[] = {
    "////",
    "/.scope",
    "/.service",
    "/@.service",
    "/app-.scope",
    USER "app-.scope",
    USER "app-.service",
    USER "app--.scope",
    USER "app-@.service",
    USER "dbus-:.service",
    USER "app-\\x-1.scope",
    USER "app-\\x00\\xzz-1.scope",
    USER "snap....scope",
    USER "app-flatpak--1.scope",
    "/docker/",
    "/docker-.scope",
    "/machine-.scope",
    "/run-.service",
    "/\xff\xfe.service",
    USER "app-a-\\x2d\\x-.scope",
  };
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = sluice_desktop_index_new (root->path);

  sluice_desktop_index_refresh (index, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (cgroups); i++)
    {
      g_auto (SluiceAppIdentity) identity = { 0 };

      sluice_app_identity_find (&identity, index, cgroups[i], "/x");
      g_assert_cmpint (identity.kind, !=, SLUICE_APP_CONTAINER);
      g_assert_true (identity.kind == SLUICE_APP_NONE || (identity.id != NULL && identity.id[0] != '\0'));
    }
}

int
main (int argc, char *argv[])
{
  g_setenv ("XDG_DATA_HOME", "/home/u/.local/share", TRUE);
  g_setenv ("XDG_DATA_DIRS", "/usr/share", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app-identity/knows-what-the-desktop-started", knows_what_the_desktop_started);
  g_test_add_func ("/app-identity/knows-applications-that-something-else-started",
                   knows_applications_that_something_else_started);
  g_test_add_func ("/app-identity/takes-commands-in-a-terminal-for-no-part-of-it",
                   takes_commands_in_a_terminal_for_no_part_of_it);
  g_test_add_func ("/app-identity/knows-flatpaks-and-snaps", knows_flatpaks_and_snaps);
  g_test_add_func ("/app-identity/knows-containers", knows_containers);
  g_test_add_func ("/app-identity/knows-units-and-leaves-sessions", knows_units_and_leaves_sessions);
  g_test_add_func ("/app-identity/survives-hostile-groups", survives_hostile_groups);
  return g_test_run ();
}
