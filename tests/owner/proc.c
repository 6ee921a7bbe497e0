#include "owner/proc.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-root.h"

static void
parses_stat_with_hostile_names (void)
{
  static const struct
  {
    const char *text, *name;
    gint32 parent;
    guint64 start;
  } cases[] = {
    { "7 (cat) S 3 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 4711 5 6\n", "cat", 3, 4711 },
    { "7 (a b) c) S 3 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 4711 5 6\n", "a b) c", 3, 4711 },
    { "7 (((\n) R 9 9 9) S 3 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 4711 5\n", "((\n) R 9 9 9", 3, 4711 },
    { "7 () Z 0 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 0 5\n", "", 0, 0 },
    { "7 (\xff\xfe) S 3 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 18446744073709551615", "\xff\xfe", 3, G_MAXUINT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceProcStat stat;

      g_assert_true (sluice_proc_parse_stat (cases[i].text, &stat));
      g_assert_cmpstr (stat.name, ==, cases[i].name);
      g_assert_cmpint (stat.parent_pid, ==, cases[i].parent);
      g_assert_cmpuint (stat.start_time, ==, cases[i].start);
    }
}

static void
rejects_broken_stat (void)
{
  static const char *const cases[] = {
    "",
    "7",
    "7 (",
    "7 )(",
    "7 (x)",
    "7 (x) ",
    "7 (x) S",
    "7 (x) S ",
    "7 (x) S 3",
    "7 (x) S x 7 7 0",
    "7 (x) S -1 7 7 0",
    "7 (x) S 3 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0",
    "7 (x) S 3 7 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceProcStat stat = { .parent_pid = -5 };

      g_assert_false (sluice_proc_parse_stat (cases[i], &stat));
      g_assert_cmpint (stat.parent_pid, ==, -5);
    }
}

static void
chooses_the_control_group_that_tells_most (void)
{
  static const struct
  {
    const char *text, *path;
  } cases[] = {
    { "0::/user.slice/a.scope\n", "/user.slice/a.scope" },
    { "0::/a.scope (deleted)\n", "/a.scope" },
    { "12:pids:/p\n1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n", "/system.slice/b.service" },
    { "12:pids:/p\n1:name=systemd:/system.slice/a.service\n0::/\n", "/system.slice/a.service" },
    { "9:name=systemd:/\n8:cpu:/c\n4:devices:/docker/abc\n0::/\n", "/docker/abc" },
    { "5:cpu,cpuacct:/c:d\n", "/c:d" },
    { "0::/\n", NULL },
    { "", NULL },
    { "0", NULL },
    { "0:\n:", NULL },
    { "0::relative\n", NULL },
    { "::::\n\n\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = sluice_proc_parse_cgroup (cases[i].text);

      g_assert_cmpstr (path, ==, cases[i].path);
    }
}

static void
walks_numbers_only (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  SluiceProcEntries entries;
  guint32 number;
  guint64 sum = 0;
  int proc;

  fake_root_write (root, "/proc/12/x", "", 0);
  fake_root_write (root, "/proc/2147483647/x", "", 0);
  fake_root_write (root, "/proc/2147483648/x", "", 0);
  fake_root_write (root, "/proc/99999999999999999999/x", "", 0);
  fake_root_write (root, "/proc/-3/x", "", 0);
  fake_root_write (root, "/proc/4x/x", "", 0);
  fake_root_write (root, "/proc/uptime", "", 0);
  proc = fake_root_open_proc (root);
  g_assert_true (sluice_proc_entries_open (&entries, proc, "."));
  while (sluice_proc_entries_next (&entries, &number))
    {
      g_assert_cmpuint (g_ascii_strtoull (entries.name, NULL, 10), ==, number);
      sum += number;
    }
  sluice_proc_entries_close (&entries);
  g_assert_cmpuint (sum, ==, 1 + 12 + G_GUINT64_CONSTANT (2147483647));
  g_assert_false (sluice_proc_entries_open (&entries, proc, "none"));
  close (proc);
}

static void
knows_sockets_by_their_links (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  int proc = fake_root_open_proc (root);

  fake_root_link (root, "/proc/a", "socket:[123]");
  fake_root_link (root, "/proc/b", "pipe:[123]");
  fake_root_link (root, "/proc/c", "/home/socket:[123]");
  fake_root_link (root, "/proc/d", "socket:[");
  fake_root_link (root, "/proc/e", "socket:[4294967295]");
  fake_root_link (root, "/proc/f", "socket:[x]");
  g_assert_cmpuint (sluice_proc_socket (proc, "a"), ==, 123);
  g_assert_cmpuint (sluice_proc_socket (proc, "b"), ==, 0);
  g_assert_cmpuint (sluice_proc_socket (proc, "c"), ==, 0);
  g_assert_cmpuint (sluice_proc_socket (proc, "d"), ==, 0);
  g_assert_cmpuint (sluice_proc_socket (proc, "e"), ==, G_MAXUINT32);
  g_assert_cmpuint (sluice_proc_socket (proc, "f"), ==, 0);
  g_assert_cmpuint (sluice_proc_socket (proc, "gone"), ==, 0);
  close (proc);
}

static void
reads_what_a_process_says (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autofree char *executable = NULL, *cgroup = NULL, *name = NULL;
  g_auto (GStrv) arguments = NULL;
  SluiceProcStat stat;
  guint32 uid;
  int proc, process;

  fake_root_process (root, &(FakeProcess){ .pid = 40,
                                           .parent_pid = 4,
                                           .start_time = 99,
                                           .uid = 1000,
                                           .name = "x) S 1 (",
                                           .executable = "/usr/bin/x (deleted)",
                                           .arguments = "x||two words|",
                                           .cgroup = "0::/a.service\n" });
  proc = fake_root_open_proc (root);
  process = fake_root_open (root, 40);
  g_assert_true (sluice_proc_read_stat (process, &stat));
  g_assert_cmpint (stat.parent_pid, ==, 4);
  g_assert_cmpuint (stat.start_time, ==, 99);
  g_assert_cmpstr (stat.name, ==, "x) S 1 (");
  /* The effective one: it is what new sockets get. */
  g_assert_true (sluice_proc_read_uid (process, &uid));
  g_assert_cmpuint (uid, ==, 1000);
  executable = sluice_proc_read_executable (process);
  g_assert_cmpstr (executable, ==, "/usr/bin/x");
  cgroup = sluice_proc_read_cgroup (process);
  g_assert_cmpstr (cgroup, ==, "/a.service");
  name = sluice_proc_read_name (proc, 40);
  g_assert_cmpstr (name, ==, "x) S 1 (");
  arguments = sluice_proc_read_arguments (process);
  g_assert_cmpuint (g_strv_length (arguments), ==, 3);
  g_assert_cmpstr (arguments[1], ==, "");
  g_assert_cmpstr (arguments[2], ==, "two words");
  close (process);
  close (proc);
}

static void
survives_a_process_that_has_gone (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  SluiceProcStat stat;
  guint32 uid = 5;
  int proc, process;

  fake_root_process (root, &(FakeProcess){ .pid = 40, .start_time = 1, .executable = "/bin/x" });
  proc = fake_root_open_proc (root);
  process = fake_root_open (root, 40);
  fake_root_remove (root, "/proc/40");
  g_assert_false (sluice_proc_read_stat (process, &stat));
  g_assert_false (sluice_proc_read_uid (process, &uid));
  g_assert_cmpuint (uid, ==, 5);
  g_assert_null (sluice_proc_read_executable (process));
  g_assert_null (sluice_proc_read_arguments (process));
  g_assert_null (sluice_proc_read_cgroup (process));
  g_assert_null (sluice_proc_read_name (proc, 40));
  g_assert_null (sluice_proc_find_file (process, "/proc"));
  g_assert_cmpint (sluice_proc_open_process (proc, 40), ==, -1);
  close (process);
  close (proc);
}

static void
cuts_endless_command_lines (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autofree char *endless = g_strnfill (1000000, 'a');
  g_auto (GStrv) arguments = NULL;
  int process;

  fake_root_process (root, &(FakeProcess){ .pid = 40, .arguments = endless });
  process = fake_root_open (root, 40);
  arguments = sluice_proc_read_arguments (process);
  g_assert_cmpuint (g_strv_length (arguments), ==, 1);
  g_assert_cmpuint (strlen (arguments[0]), <, 20000);
  close (process);
}

static void
finds_files_as_the_process_would (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autofree char *absolute = NULL, *relative = NULL, *expected = NULL;
  int process;

  fake_root_write (root, "/home/u/a/tool", "", 0);
  fake_root_process (root, &(FakeProcess){ .pid = 40, .folder = "/home/u/a" });
  process = fake_root_open (root, 40);
  absolute = sluice_proc_find_file (process, "/home/u/a/../a/tool");
  g_assert_cmpstr (absolute, ==, "/home/u/a/tool");
  relative = sluice_proc_find_file (process, "../a/./tool");
  expected = fake_root_path (root, "/home/u/a/tool");
  g_assert_cmpstr (relative, ==, expected);
  g_assert_null (sluice_proc_find_file (process, "/home/u/a"));
  g_assert_null (sluice_proc_find_file (process, "none"));
  close (process);
}

static void
takes_both_capabilities_to_see_everyone (void)
{
  static const struct
  {
    const char *status;
    gboolean sees;
  } cases[] = {
    { "CapEff:\t0000000000000000\n", FALSE },
    { "CapEff:\t0000000000080000\n", FALSE }, /* CAP_SYS_PTRACE */
    { "CapEff:\t0000000000000004\n", FALSE }, /* CAP_DAC_READ_SEARCH */
    { "CapEff:\t0000000000080004\n", TRUE },
    { "Name:\tx\nCapEff:\t0000000000080002\nX:\n", TRUE }, /* CAP_DAC_OVERRIDE does as well */
    { "CapPrm:\t0000000000080004\nCapEff:\t0000000000000000\n", FALSE },
    { "Name:\tCapEff:\t0000000000080004\n", FALSE },
    { "", FALSE },
  };
  g_autoptr (FakeRoot) root = fake_root_new ();
  int proc = fake_root_open_proc (root);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fake_root_write (root, "/proc/self/status", cases[i].status, -1);
      g_assert_cmpint (sluice_proc_sees_everyone (proc), ==, cases[i].sees);
    }
  /* Process 1 is hidden: what it takes is of no use over it. */
  fake_root_write (root, "/proc/self/status", "CapEff:\t0000000000080004\n", -1);
  g_assert_true (sluice_proc_sees_everyone (proc));
  fake_root_remove (root, "/proc/1");
  g_assert_false (sluice_proc_sees_everyone (proc));
  fake_root_remove (root, "/proc/self");
  g_assert_false (sluice_proc_sees_everyone (proc));
  close (proc);
}

static void
says_where_proc_is_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sluice_proc_open ("/nowhere", &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==,
                   "Traffic cannot be told apart by program because /nowhere/proc cannot be read (No such file or "
                   "directory); mount the proc file system there.");
}

static void
waits_for_no_pipe (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autofree char *pipe = NULL;
  SluiceProcStat stat;
  int process;

  fake_root_process (root, &(FakeProcess){ .pid = 40 });
  fake_root_remove (root, "/proc/40/stat");
  pipe = fake_root_path (root, "/proc/40/stat");
  g_assert_no_errno (mkfifo (pipe, 0600));
  process = fake_root_open (root, 40);
  g_assert_false (sluice_proc_read_stat (process, &stat));
  close (process);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proc/parses-stat-with-hostile-names", parses_stat_with_hostile_names);
  g_test_add_func ("/proc/rejects-broken-stat", rejects_broken_stat);
  g_test_add_func ("/proc/chooses-the-control-group-that-tells-most", chooses_the_control_group_that_tells_most);
  g_test_add_func ("/proc/walks-numbers-only", walks_numbers_only);
  g_test_add_func ("/proc/knows-sockets-by-their-links", knows_sockets_by_their_links);
  g_test_add_func ("/proc/reads-what-a-process-says", reads_what_a_process_says);
  g_test_add_func ("/proc/survives-a-process-that-has-gone", survives_a_process_that_has_gone);
  g_test_add_func ("/proc/cuts-endless-command-lines", cuts_endless_command_lines);
  g_test_add_func ("/proc/finds-files-as-the-process-would", finds_files_as_the_process_would);
  g_test_add_func ("/proc/takes-both-capabilities-to-see-everyone", takes_both_capabilities_to_see_everyone);
  g_test_add_func ("/proc/says-where-proc-is-missing", says_where_proc_is_missing);
  g_test_add_func ("/proc/waits-for-no-pipe", waits_for_no_pipe);
  return g_test_run ();
}
