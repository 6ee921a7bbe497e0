#include "owner/desktop-index.h"

#include <gio/gio.h>
#include <sys/stat.h>

#include "fake-root.h"

#define APPLICATIONS "/usr/share/applications/"
#define MINUTE (60 * G_USEC_PER_SEC)

static void
write_entry (FakeRoot *root, const char *path, const char *lines)
{
  g_autofree char *text = g_strconcat ("[Desktop Entry]\nType=Application\n", lines, "\n", NULL);

  fake_root_write (root, path, text, -1);
}

static SluiceDesktopIndex *
read_index (FakeRoot *root)
{
  SluiceDesktopIndex *index = sluice_desktop_index_new (root->path);

  sluice_desktop_index_refresh (index, 1);
  return index;
}

static const char *
id_by_program (SluiceDesktopIndex *index, const char *path)
{
  const SluiceDesktopEntry *entry = sluice_desktop_index_by_program (index, path);

  return entry != NULL ? entry->id : NULL;
}

static void
finds_applications_by_id_and_window_class (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;
  const SluiceDesktopEntry *entry;

  write_entry (root, APPLICATIONS "org.example.Mail.desktop",
               "Name=Mail\nExec=mail %U\nIcon=org.example.Mail\nStartupWMClass=Mailer");
  write_entry (root, APPLICATIONS "kde/term.desktop", "Name=Term\nExec=term\nCategories=System;TerminalEmulator;");
  write_entry (root, "/var/lib/flatpak/exports/share/applications/org.example.Flat.desktop",
               "Name=Flat\nExec=flatpak run org.example.Flat");
  write_entry (root, "/var/lib/snapd/desktop/applications/snappy_snappy.desktop",
               "Name=Snappy\nExec=env A=b /snap/bin/snappy");
  index = read_index (root);

  entry = sluice_desktop_index_find (index, "org.example.mail");
  g_assert_nonnull (entry);
  g_assert_cmpstr (entry->id, ==, "org.example.Mail");
  g_assert_cmpstr (entry->name, ==, "Mail");
  g_assert_cmpstr (entry->icon_name, ==, "org.example.Mail");
  g_assert_false (entry->terminal_emulator);
  g_assert_true (sluice_desktop_index_find (index, "MAILER") == entry);
  entry = sluice_desktop_index_find (index, "kde-term");
  g_assert_nonnull (entry);
  g_assert_true (entry->terminal_emulator);
  g_assert_null (entry->icon_name);
  g_assert_nonnull (sluice_desktop_index_find (index, "org.example.Flat"));
  g_assert_nonnull (sluice_desktop_index_find (index, "snappy_snappy"));
  g_assert_null (sluice_desktop_index_find (index, "none"));
}

static void
finds_applications_by_what_they_start (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;

  fake_root_write (root, "/opt/chrome/chrome", "", 0);
  fake_root_link (root, "/usr/bin/browser", "../../opt/chrome/chrome");
  fake_root_write (root, "/usr/bin/firefox", "", 0);
  fake_root_write (root, "/usr/bin/tool.py", "", 0);
  write_entry (root, APPLICATIONS "browser.desktop", "Name=B\nExec=env X=1 browser --new %U");
  write_entry (root, APPLICATIONS "firefox.desktop", "Name=F\nExec=firefox %u");
  write_entry (root, APPLICATIONS "tool.desktop", "Name=T\nExec=python3 /usr/bin/tool.py %f");
  write_entry (root, APPLICATIONS "tried.desktop", "Name=R\nExec=sh -c 'tried --x'\nTryExec=tried");
  index = read_index (root);

  g_assert_cmpstr (id_by_program (index, "/opt/chrome/chrome"), ==, "browser");
  g_assert_cmpstr (id_by_program (index, "/usr/bin/firefox"), ==, "firefox");
  g_assert_cmpstr (id_by_program (index, "/usr/lib/firefox/firefox"), ==, "firefox");
  g_assert_cmpstr (id_by_program (index, "/usr/bin/tool.py"), ==, "tool");
  g_assert_cmpstr (id_by_program (index, "/usr/bin/tried"), ==, "tried");
  g_assert_null (id_by_program (index, "/usr/bin/other"));
  g_assert_null (id_by_program (index, "firefox"));
}

static void
believes_no_name_that_anybody_may_take (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;

  fake_root_write (root, "/usr/bin/firefox", "", 0);
  write_entry (root, APPLICATIONS "firefox.desktop", "Name=F\nExec=firefox");
  index = read_index (root);
  g_assert_null (id_by_program (index, "/tmp/firefox"));
  g_assert_null (id_by_program (index, "/home/u/usr/firefox"));
  g_assert_null (id_by_program (index, "/dev/shm/firefox"));
}

static void
never_takes_interpreters_and_wrappers_for_applications (void)
{
  static const char *const commands[] = { "python3 tool.py",
                                          "bash -c x",
                                          "flatpak run org.example.A",
                                          "env",
                                          "env A=b",
                                          "/usr/bin/env A=b sh x",
                                          "pkexec x",
                                          "snap run x",
                                          "'",
                                          "\"\"",
                                          "-x",
                                          "hidden-python" };
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;

  fake_root_write (root, "/usr/bin/python3.11", "", 0);
  fake_root_link (root, "/usr/bin/hidden-python", "python3.11");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *path = g_strdup_printf (APPLICATIONS "a%" G_GSIZE_FORMAT ".desktop", i);
      g_autofree char *lines = g_strdup_printf ("Name=A\nExec=%s", commands[i]);

      write_entry (root, path, lines);
    }
  index = read_index (root);
  g_assert_nonnull (sluice_desktop_index_find (index, "a0"));
  g_assert_null (id_by_program (index, "/usr/bin/python3.11"));
  g_assert_null (id_by_program (index, "/usr/bin/bash"));
  g_assert_null (id_by_program (index, "/usr/bin/sh"));
  g_assert_null (id_by_program (index, "/usr/bin/flatpak"));
  g_assert_null (id_by_program (index, "/usr/bin/env"));
  g_assert_null (id_by_program (index, "/usr/bin/pkexec"));
  g_assert_null (id_by_program (index, "/usr/bin/snap"));
}

static void
leaves_open_what_several_applications_start (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;

  fake_root_write (root, "/usr/bin/office", "", 0);
  fake_root_write (root, "/usr/bin/view", "", 0);
  write_entry (root, APPLICATIONS "writer.desktop", "Name=W\nExec=office --writer");
  write_entry (root, APPLICATIONS "calc.desktop", "Name=C\nExec=office --calc");
  write_entry (root, APPLICATIONS "draw.desktop", "Name=D\nExec=office --draw");
  write_entry (root, APPLICATIONS "view.desktop", "Name=V\nExec=view");
  write_entry (root, APPLICATIONS "view-file.desktop", "Name=V\nExec=view %f\nNoDisplay=true");
  index = read_index (root);
  g_assert_null (id_by_program (index, "/usr/bin/office"));
  g_assert_null (id_by_program (index, "/usr/lib/office"));
  g_assert_cmpstr (id_by_program (index, "/usr/bin/view"), ==, "view");
  g_assert_nonnull (sluice_desktop_index_find (index, "view-file"));
}

static void
lets_the_first_folder_win (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;
  const SluiceDesktopEntry *entry;

  write_entry (root, "/home/u/.local/share/applications/a.desktop", "Name=Mine\nExec=a");
  write_entry (root, APPLICATIONS "a.desktop", "Name=Theirs\nExec=a");
  write_entry (root, "/home/u/.local/share/applications/b.desktop", "Name=B\nExec=b\nHidden=true");
  write_entry (root, APPLICATIONS "b.desktop", "Name=B\nExec=b");
  index = read_index (root);
  entry = sluice_desktop_index_find (index, "a");
  g_assert_nonnull (entry);
  g_assert_cmpstr (entry->name, ==, "Mine");
  g_assert_null (sluice_desktop_index_find (index, "b"));
}

static void
survives_bad_files (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = NULL;
  g_autofree char *huge = g_strnfill (2000000, 'x');
  g_autofree char *pipe = NULL;

  fake_root_write (root, APPLICATIONS "empty.desktop", "", 0);
  fake_root_write (root, APPLICATIONS "garbage.desktop", "\xff\0\xfe[[[\n=", 9);
  write_entry (root, APPLICATIONS "huge.desktop", huge);
  write_entry (root, APPLICATIONS "utf8.desktop", "Name=\xff\xfe\nExec=utf8");
  write_entry (root, APPLICATIONS "nameless.desktop", "Exec=nameless");
  fake_root_write (root, APPLICATIONS "link.desktop", "[Desktop Entry]\nType=Link\nName=L\nURL=x\n", -1);
  fake_root_link (root, APPLICATIONS "dangling.desktop", "nowhere");
  fake_root_link (root, APPLICATIONS "loop", ".");
  fake_root_write (root, APPLICATIONS "folder.desktop/x", "", 0);
  write_entry (root, APPLICATIONS "good.desktop", "Name=Good");
  pipe = fake_root_path (root, APPLICATIONS "pipe.desktop");
  g_assert_no_errno (mkfifo (pipe, 0600));
  index = read_index (root);
  g_assert_nonnull (sluice_desktop_index_find (index, "good"));
  g_assert_null (sluice_desktop_index_find (index, "empty"));
  g_assert_null (sluice_desktop_index_find (index, "garbage"));
  g_assert_null (sluice_desktop_index_find (index, "huge"));
  g_assert_null (sluice_desktop_index_find (index, "utf8"));
  g_assert_null (sluice_desktop_index_find (index, "nameless"));
  g_assert_null (sluice_desktop_index_find (index, "link"));
}

static void
keeps_only_names_of_icons (void)
{
  static const struct
  {
    const char *icon, *name;
  } cases[] = { { "mail", "mail" },
                { "mail.png", "mail" },
                { "/usr/share/pixmaps/mail.png", NULL },
                { "../mail", NULL },
                { "", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeRoot) root = fake_root_new ();
      g_autoptr (SluiceDesktopIndex) index = NULL;
      g_autofree char *lines = g_strdup_printf ("Name=A\nIcon=%s", cases[i].icon);

      write_entry (root, APPLICATIONS "a.desktop", lines);
      index = read_index (root);
      g_assert_cmpstr (sluice_desktop_index_find (index, "a")->icon_name, ==, cases[i].name);
    }
}

static void
notices_changes_once_a_minute (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceDesktopIndex) index = read_index (root);

  /* The folder itself is new. */
  write_entry (root, APPLICATIONS "a.desktop", "Name=A");
  sluice_desktop_index_refresh (index, MINUTE);
  g_assert_null (sluice_desktop_index_find (index, "a"));
  sluice_desktop_index_refresh (index, MINUTE + 1);
  g_assert_nonnull (sluice_desktop_index_find (index, "a"));

  write_entry (root, APPLICATIONS "b.desktop", "Name=B");
  sluice_desktop_index_refresh (index, 2 * MINUTE);
  g_assert_null (sluice_desktop_index_find (index, "b"));
  sluice_desktop_index_refresh (index, 2 * MINUTE + 1);
  g_assert_nonnull (sluice_desktop_index_find (index, "b"));

  fake_root_remove (root, "/usr/share/applications");
  sluice_desktop_index_refresh (index, 3 * MINUTE + 1);
  g_assert_null (sluice_desktop_index_find (index, "a"));
}

int
main (int argc, char *argv[])
{
  /* Before GLib reads them. */
  g_setenv ("XDG_DATA_HOME", "/home/u/.local/share", TRUE);
  g_setenv ("XDG_DATA_DIRS", "/usr/local/share:/usr/share/", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desktop-index/finds-applications-by-id-and-window-class",
                   finds_applications_by_id_and_window_class);
  g_test_add_func ("/desktop-index/finds-applications-by-what-they-start", finds_applications_by_what_they_start);
  g_test_add_func ("/desktop-index/believes-no-name-that-anybody-may-take", believes_no_name_that_anybody_may_take);
  g_test_add_func ("/desktop-index/never-takes-interpreters-and-wrappers-for-applications",
                   never_takes_interpreters_and_wrappers_for_applications);
  g_test_add_func ("/desktop-index/leaves-open-what-several-applications-start",
                   leaves_open_what_several_applications_start);
  g_test_add_func ("/desktop-index/lets-the-first-folder-win", lets_the_first_folder_win);
  g_test_add_func ("/desktop-index/survives-bad-files", survives_bad_files);
  g_test_add_func ("/desktop-index/keeps-only-names-of-icons", keeps_only_names_of_icons);
  g_test_add_func ("/desktop-index/notices-changes-once-a-minute", notices_changes_once_a_minute);
  return g_test_run ();
}
