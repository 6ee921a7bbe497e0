#include "owner/program-reader.h"

#include <string.h>
#include <unistd.h>

#include "fake-root.h"
#include "model/text.h"

static SluiceProgram *
read_program (FakeRoot *root, gint32 pid)
{
  g_autoptr (SluiceProgramReader) reader = sluice_program_reader_new (root->path);
  int proc = fake_root_open_proc (root);
  int process = fake_root_open (root, pid);
  SluiceProgram *program = sluice_program_reader_read (reader, proc, process, pid, 1);

  close (process);
  close (proc);
  return program;
}

static void
fills_the_whole_record (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceProgram) program = NULL;

  fake_root_write (root, "/etc/passwd", "root:x:0:0::/:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n", -1);
  fake_root_process (root, &(FakeProcess){ .pid = 4, .name = "parent" });
  fake_root_process (root, &(FakeProcess){ .pid = 40,
                                           .parent_pid = 4,
                                           .start_time = 99,
                                           .uid = 1000,
                                           .name = "nginx",
                                           .executable = "/usr/sbin/nginx (deleted)",
                                           .arguments = "nginx|-g|daemon off;|",
                                           .cgroup = "0::/system.slice/nginx.service\n" });
  program = read_program (root, 40);
  g_assert_nonnull (program);
  g_assert_cmpint (program->kind, ==, SLUICE_PROGRAM_PROCESS);
  g_assert_cmpint (program->pid, ==, 40);
  g_assert_cmpint (program->parent_pid, ==, 4);
  g_assert_cmpuint (program->start_time, ==, 99);
  g_assert_cmpuint (program->uid, ==, 1000);
  g_assert_cmpstr (program->user, ==, "ann");
  g_assert_cmpstr (program->path, ==, "/usr/sbin/nginx");
  g_assert_cmpstr (program->executable, ==, "/usr/sbin/nginx");
  g_assert_cmpstr (program->name, ==, "nginx");
  g_assert_cmpstr (program->command_line, ==, "nginx -g daemon off;");
  g_assert_cmpstr (program->parent_name, ==, "parent");
  g_assert_cmpint (program->app_kind, ==, SLUICE_APP_UNIT);
  g_assert_cmpstr (program->app_id, ==, "nginx.service");
  g_assert_cmpstr (program->unit, ==, "nginx.service");
  g_assert_null (program->app_name);
  g_assert_cmpstr (program->identity, ==, "unit:nginx.service\n/usr/sbin/nginx");
}

static void
names_a_script_and_not_its_interpreter (void)
{
  static const struct
  {
    const char *executable, *arguments, *path;
  } cases[] = {
    { "/usr/bin/python3.11", "python3|/usr/bin/tool|-x|", "/usr/bin/tool" },
    { "/usr/bin/perl", "/usr/bin/perl|/usr/bin/tool|", "/usr/bin/tool" },
    { "/bin/bash", "bash|../../usr/bin/tool|", NULL }, /* the fake root's path comes before it */
    { "/usr/bin/python3.11", "python3|-m|/usr/bin/tool|", "/usr/bin/python3.11" },
    { "/usr/bin/python3.11", "python3||/usr/bin/tool|", "/usr/bin/python3.11" },
    { "/usr/bin/python3.11", "python3|", "/usr/bin/python3.11" },
    { "/usr/bin/python3.11", "", "/usr/bin/python3.11" },
    { "/usr/bin/python3.11", "python3|/usr/bin/none|", "/usr/bin/python3.11" },
    { "/usr/bin/python3.11", "python3|/usr/bin|", "/usr/bin/python3.11" },
    { "/usr/bin/cat", "python3|/usr/bin/tool|", "/usr/bin/cat" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeRoot) root = fake_root_new ();
      g_autoptr (SluiceProgram) program = NULL;
      g_autofree char *relative = fake_root_path (root, "/usr/bin/tool");

      fake_root_write (root, "/usr/bin/tool", "", 0);
      fake_root_write (root, "/home/ann/x", "", 0);
      fake_root_process (root, &(FakeProcess){ .pid = 40,
                                               .start_time = 1,
                                               .folder = "/home/ann",
                                               .executable = cases[i].executable,
                                               .arguments = cases[i].arguments });
      program = read_program (root, 40);
      g_assert_nonnull (program);
      g_assert_cmpstr (program->path, ==, cases[i].path != NULL ? cases[i].path : relative);
      g_assert_cmpstr (program->executable, ==, cases[i].executable);
    }
}

static void
names_an_application_that_is_a_script (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceProgram) program = NULL;

  fake_root_write (root, "/usr/bin/tool", "", 0);
  fake_root_write (root, "/usr/share/applications/org.example.Tool.desktop",
                   "[Desktop Entry]\nType=Application\nName=The Tool\nExec=tool\nIcon=tool\n", -1);
  fake_root_process (root, &(FakeProcess){ .pid = 40,
                                           .start_time = 1,
                                           .executable = "/usr/bin/python3",
                                           .arguments = "python3|/usr/bin/tool|" });
  program = read_program (root, 40);
  g_assert_nonnull (program);
  g_assert_cmpint (program->app_kind, ==, SLUICE_APP_DESKTOP);
  g_assert_cmpstr (program->app_id, ==, "org.example.Tool");
  g_assert_cmpstr (program->app_name, ==, "The Tool");
  g_assert_cmpstr (program->name, ==, "The Tool");
  g_assert_cmpstr (program->icon_name, ==, "tool");
  g_assert_cmpstr (program->identity, ==, "desktop:org.example.Tool\n/usr/bin/tool");
}

static void
is_one_identity_however_it_was_started (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceProgram) from_shell = NULL, from_desktop = NULL;

  fake_root_write (root, "/usr/bin/firefox", "", 0);
  fake_root_write (root, "/usr/share/applications/org.mozilla.firefox.desktop",
                   "[Desktop Entry]\nType=Application\nName=Firefox\nExec=firefox %u\nStartupWMClass=firefox\n", -1);
  fake_root_process (root, &(FakeProcess){ .pid = 40, .start_time = 1, .executable = "/usr/lib/firefox/firefox" });
  fake_root_process (
    root,
    &(FakeProcess){ .pid = 41,
                    .start_time = 2,
                    .executable = "/usr/lib/firefox/firefox",
                    .cgroup = "0::/user.slice/user-1.slice/user@1.service/app.slice/app-gnome-firefox-9.scope\n" });
  from_shell = read_program (root, 40);
  from_desktop = read_program (root, 41);
  g_assert_cmpstr (from_shell->identity, ==, from_desktop->identity);
  g_assert_cmpstr (from_shell->name, ==, "Firefox");
  g_assert_false (sluice_program_same_process (from_shell, from_desktop));
}

static void
cleans_hostile_text (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceProgram) program = NULL;
  const char *texts[8];

  fake_root_process (root, &(FakeProcess){ .pid = 4, .name = "p\n\xe2\x80\xae\xff" });
  fake_root_process (root, &(FakeProcess){ .pid = 40,
                                           .parent_pid = 4,
                                           .start_time = 1,
                                           .name = "x\n",
                                           .executable = "/tmp/a\nb\xe2\x80\xae"
                                                         "fdp.exe\x1b[31m\xff",
                                           .arguments = "a\x1b]0;x\x07|\xff\xfe|\xe2\x80\xa8|",
                                           .cgroup = "0::/system.slice/\x1b\xe2\x80\xae\xff.service\n" });
  program = read_program (root, 40);
  g_assert_nonnull (program);
  texts[0] = program->path;
  texts[1] = program->executable;
  texts[2] = program->name;
  texts[3] = program->command_line;
  texts[4] = program->parent_name;
  texts[5] = program->app_id;
  texts[6] = program->unit;
  texts[7] = program->user;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *again = sluice_text_sanitise (texts[i], -1, SLUICE_PATH_MAX);

      g_assert_nonnull (texts[i]);
      g_assert_true (g_utf8_validate (texts[i], -1, NULL));
      g_assert_null (strpbrk (texts[i], "\n\x1b\x07"));
      g_assert_null (strstr (texts[i], "\xe2\x80\xae"));
      g_assert_null (strstr (texts[i], "\xe2\x80\xa8"));
      g_assert_cmpstr (texts[i], ==, again);
    }
}

static void
falls_back_on_the_kernels_name (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceProgram) program = NULL;

  fake_root_process (root, &(FakeProcess){ .pid = 40, .start_time = 7, .uid = 12345, .name = "kworker/0:1" });
  program = read_program (root, 40);
  g_assert_nonnull (program);
  g_assert_cmpstr (program->name, ==, "kworker/0:1");
  g_assert_null (program->path);
  g_assert_null (program->executable);
  g_assert_null (program->command_line);
  g_assert_null (program->parent_name);
  g_assert_cmpstr (program->user, ==, "12345");
  g_assert_cmpstr (program->identity, ==, "pid:40:7");
}

static void
gives_nothing_for_a_process_that_has_gone (void)
{
  static const char *const files[] = { "/proc/40/stat", "/proc/40/status" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (FakeRoot) root = fake_root_new ();

      fake_root_process (root, &(FakeProcess){ .pid = 40, .start_time = 7, .executable = "/bin/x" });
      fake_root_remove (root, files[i]);
      g_assert_null (read_program (root, 40));
    }
}

static void
asks_the_system_for_user_names (void)
{
  g_autoptr (SluiceProgramReader) reader = sluice_program_reader_new ("/");
  g_autoptr (SluiceProgram) program = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", &error);
  g_autoptr (FakeRoot) root = fake_root_new ();
  int proc, process;

  g_assert_no_error (error);
  /* The real /proc, by a link in a fake root. */
  fake_root_remove (root, "/proc");
  fake_root_link (root, "/proc", "/proc");
  proc = fake_root_open_proc (root);
  process = fake_root_open (root, getpid ());
  program = sluice_program_reader_read (reader, proc, process, getpid (), 1);
  g_assert_nonnull (program);
  g_assert_cmpstr (program->user, ==, g_get_user_name ());
  g_assert_cmpuint (program->uid, ==, geteuid ());
  g_assert_cmpint (program->parent_pid, ==, getppid ());
  g_assert_cmpstr (program->path, ==, self);
  close (process);
  close (proc);
}

int
main (int argc, char *argv[])
{
  g_setenv ("XDG_DATA_HOME", "/home/u/.local/share", TRUE);
  g_setenv ("XDG_DATA_DIRS", "/usr/share", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program-reader/fills-the-whole-record", fills_the_whole_record);
  g_test_add_func ("/program-reader/names-a-script-and-not-its-interpreter", names_a_script_and_not_its_interpreter);
  g_test_add_func ("/program-reader/names-an-application-that-is-a-script", names_an_application_that_is_a_script);
  g_test_add_func ("/program-reader/is-one-identity-however-it-was-started", is_one_identity_however_it_was_started);
  g_test_add_func ("/program-reader/cleans-hostile-text", cleans_hostile_text);
  g_test_add_func ("/program-reader/falls-back-on-the-kernels-name", falls_back_on_the_kernels_name);
  g_test_add_func ("/program-reader/gives-nothing-for-a-process-that-has-gone",
                   gives_nothing_for_a_process_that_has_gone);
  g_test_add_func ("/program-reader/asks-the-system-for-user-names", asks_the_system_for_user_names);
  return g_test_run ();
}
