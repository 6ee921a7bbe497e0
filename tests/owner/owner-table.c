#include "owner/owner-table.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake-root.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MANY 10000

/* Far from 0, so that nothing holds by accident. */
static gint64 now;

static void
refresh (SluiceOwnerTable *table, gint64 seconds_later)
{
  g_autoptr (GError) error = NULL;

  now += seconds_later * SECOND;
  g_assert_true (sluice_owner_table_refresh (table, now, &error));
  g_assert_no_error (error);
}

/* The pid of the owner as a caller finds it: asks, refreshes, asks again. 0 for none. */
static gint32
owner (SluiceOwnerTable *table, guint64 inode, gint64 seconds_later)
{
  SluiceProgram *program;

  sluice_owner_table_lookup (table, inode);
  refresh (table, seconds_later);
  program = sluice_owner_table_lookup (table, inode);
  return program != NULL ? program->pid : 0;
}

static void
add_process (FakeRoot *root, gint32 pid, guint64 start_time, const char *executable)
{
  fake_root_process (root, &(FakeProcess){ .pid = pid, .start_time = start_time, .executable = executable });
}

/* Process 10, of /usr/bin/a, whose descriptor 3 is socket 100. */
static void
add_client (FakeRoot *root)
{
  add_process (root, 10, 5, "/usr/bin/a");
  fake_root_socket (root, 10, 3, 100);
}

static void
finds_the_holder_of_a_socket (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  SluiceProgram *program;

  add_client (root);
  add_process (root, 11, 6, "/usr/bin/b");
  fake_root_socket (root, 11, 3, 101);
  fake_root_link (root, "/proc/11/fd/4", "pipe:[102]");
  fake_root_link (root, "/proc/11/fd/5", "/dev/null");

  g_assert_null (sluice_owner_table_lookup (table, 100));
  g_assert_cmpint (owner (table, 101, 1), ==, 11);
  program = sluice_owner_table_lookup (table, 100);
  g_assert_nonnull (program);
  g_assert_cmpstr (program->path, ==, "/usr/bin/a");
  g_assert_cmpint (owner (table, 102, 1), ==, 0);
  /* Before the next full look, in a process that holds others and in a new one. */
  fake_root_socket (root, 10, 4, 103);
  g_assert_cmpint (owner (table, 103, 1), ==, 10);
  add_process (root, 12, 7, "/usr/bin/c");
  fake_root_socket (root, 12, 0, 104);
  g_assert_cmpint (owner (table, 104, 1), ==, 12);
}

static void
finds_a_socket_in_an_old_process_without_others (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_client (root);
  add_process (root, 11, 6, "/usr/bin/b");
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  fake_root_socket (root, 11, 9, 101);
  g_assert_cmpint (owner (table, 101, 1), ==, 11);
}

static void
keeps_one_record_for_a_process (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  SluiceProgram *program;

  add_client (root);
  fake_root_socket (root, 10, 4, 101);
  owner (table, 100, 1);
  program = sluice_owner_table_lookup (table, 100);
  owner (table, 101, 1);
  g_assert_true (sluice_owner_table_lookup (table, 101) == program);
  refresh (table, 31);
  g_assert_true (sluice_owner_table_lookup (table, 100) == program);
}

static void
tells_when_answers_are_others (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  guint64 serials[5];

  add_client (root);
  for (guint i = 0; i < G_N_ELEMENTS (serials); i++)
    {
      /* Found; all as it was, and one that nobody holds; another program; gone. */
      if (i == 3)
        fake_root_link (root, "/proc/10/exe", "/usr/bin/b");
      else if (i == 4)
        fake_root_close (root, 10, 3);
      owner (table, i == 2 ? 999 : 100, 31);
      serials[i] = sluice_owner_table_get_serial (table);
      g_assert_cmpint (i > 0 && serials[i] != serials[i - 1], ==, i > 2);
    }
}

static void
asks_nothing_of_the_kernel_when_nothing_is_missing (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 1, 1, "/usr/bin/init");
  add_client (root);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  /* Nobody looks, so nobody sees that it is gone. */
  fake_root_remove (root, "/proc/10");
  g_assert_cmpint (owner (table, 100, 29), ==, 10);
  g_assert_cmpint (owner (table, 100, 1), ==, 0);
}

static void
never_charges_a_number_that_was_given_anew (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  SluiceProgram *program;

  add_process (root, 10, 5, "/usr/bin/old");
  fake_root_socket (root, 10, 3, 100);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  fake_root_remove (root, "/proc/10");
  add_process (root, 10, 900, "/usr/bin/new");
  /* The same descriptor, too. */
  fake_root_socket (root, 10, 3, 101);
  g_assert_cmpint (owner (table, 101, 1), ==, 10);
  program = sluice_owner_table_lookup (table, 101);
  g_assert_cmpstr (program->path, ==, "/usr/bin/new");
  g_assert_cmpuint (program->start_time, ==, 900);
  g_assert_null (sluice_owner_table_lookup (table, 100));
}

static void
notices_that_a_process_executes_another_program (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 10, 5, "/usr/bin/launcher");
  fake_root_socket (root, 10, 3, 100);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  g_assert_cmpstr (sluice_owner_table_lookup (table, 100)->path, ==, "/usr/bin/launcher");
  fake_root_link (root, "/proc/10/exe", "/usr/bin/browser");
  fake_root_socket (root, 10, 4, 101);
  g_assert_cmpint (owner (table, 101, 1), ==, 10);
  g_assert_cmpstr (sluice_owner_table_lookup (table, 101)->path, ==, "/usr/bin/browser");
  /* What it still holds is now held by the browser. */
  g_assert_cmpstr (sluice_owner_table_lookup (table, 100)->path, ==, "/usr/bin/browser");
}

static void
notices_that_an_interpreter_executes_another_script (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  fake_root_write (root, "/opt/a.py", "", 0);
  fake_root_write (root, "/opt/b.py", "", 0);
  fake_root_process (
    root, &(FakeProcess){
            .pid = 10, .start_time = 5, .executable = "/usr/bin/python3", .arguments = "python3|/opt/a.py|" });
  fake_root_socket (root, 10, 3, 100);
  owner (table, 100, 1);
  g_assert_cmpstr (sluice_owner_table_lookup (table, 100)->path, ==, "/opt/a.py");
  fake_root_process (
    root, &(FakeProcess){
            .pid = 10, .start_time = 5, .executable = "/usr/bin/python3", .arguments = "python3|/opt/b.py|" });
  fake_root_socket (root, 10, 4, 101);
  owner (table, 101, 1);
  g_assert_cmpstr (sluice_owner_table_lookup (table, 101)->path, ==, "/opt/b.py");
}

static void
notices_another_user_and_group_within_half_a_minute (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  g_autoptr (SluiceProgram) before = NULL;

  add_client (root);
  owner (table, 100, 1);
  before = sluice_program_ref (sluice_owner_table_lookup (table, 100));
  fake_root_process (root, &(FakeProcess){ .pid = 10,
                                           .start_time = 5,
                                           .uid = 33,
                                           .executable = "/usr/bin/a",
                                           .cgroup = "0::/system.slice/a.service\n" });
  refresh (table, 31);
  g_assert_cmpuint (sluice_owner_table_lookup (table, 100)->uid, ==, 33);
  g_assert_cmpstr (sluice_owner_table_lookup (table, 100)->unit, ==, "a.service");
  g_assert_cmpuint (before->uid, ==, 0);
}

static void
gives_a_shared_socket_to_the_oldest_but_init (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 1, 1, "/usr/lib/systemd/systemd");
  add_process (root, 300, 50, "/usr/bin/parent");
  add_process (root, 20, 60, "/usr/bin/child");
  add_process (root, 40, 70, "/usr/bin/grandchild");
  for (guint i = 0; i < 4; i++)
    fake_root_socket (root, (const gint32[]){ 1, 20, 40, 300 }[i], 3, 100);
  fake_root_socket (root, 1, 4, 101);
  g_assert_cmpint (owner (table, 100, 1), ==, 300);
  g_assert_cmpint (owner (table, 101, 1), ==, 1);
  /* The older one closes it. */
  fake_root_close (root, 300, 3);
  refresh (table, 31);
  g_assert_cmpint (owner (table, 100, 1), ==, 20);
  fake_root_remove (root, "/proc/20");
  fake_root_remove (root, "/proc/40");
  refresh (table, 31);
  g_assert_cmpint (owner (table, 100, 1), ==, 1);
}

static void
notices_that_an_inode_went_to_another_process (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_client (root);
  add_process (root, 11, 6, "/usr/bin/b");
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  fake_root_close (root, 10, 3);
  fake_root_socket (root, 11, 3, 100);
  refresh (table, 31);
  g_assert_cmpint (owner (table, 100, 1), ==, 11);
  /* At once, where the caller tells that it was closed. */
  fake_root_close (root, 11, 3);
  fake_root_socket (root, 10, 3, 100);
  sluice_owner_table_forget (table, 100);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  sluice_owner_table_forget (table, 12345);
}

static void
finds_a_socket_on_a_descriptor_that_held_another (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_client (root);
  fake_root_socket (root, 10, 4, 101);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  fake_root_close (root, 10, 3);
  fake_root_socket (root, 10, 3, 102);
  g_assert_cmpint (owner (table, 102, 1), ==, 10);
}

static void
searches_less_and_less_for_what_nobody_holds (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 10, 5, "/usr/bin/a");
  g_assert_cmpint (owner (table, 100, 0), ==, 0); /* full look; again in 1 s */
  g_assert_cmpint (owner (table, 100, 1), ==, 0); /* again in 2 s */
  fake_root_socket (root, 10, 3, 100);
  g_assert_cmpint (owner (table, 100, 1), ==, 0);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
}

static void
forgets_what_nobody_asks_for (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 10, 5, "/usr/bin/a");
  sluice_owner_table_lookup (table, 100);
  for (guint i = 0; i < 10; i++)
    refresh (table, 31);
  fake_root_socket (root, 10, 3, 100);
  /* The first time it is asked for anew it is not yet known: it would have been found otherwise. */
  refresh (table, 31);
  g_assert_null (sluice_owner_table_lookup (table, 100));
  g_assert_cmpint (owner (table, 100, 0), ==, 10);
}

static void
knows_no_owner_of_inode_zero (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 10, 5, "/usr/bin/a");
  fake_root_socket (root, 10, 3, 0);
  g_assert_cmpint (owner (table, 0, 1), ==, 0);
}

static void
survives_processes_that_vanish_or_lie (void)
{
  static const char *const missing[] = { "stat", "status", "exe", "cmdline", "cgroup", "comm", "cwd", "root", "fd" };

  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++)
    {
      g_autoptr (FakeRoot) root = fake_root_new ();
      g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
      g_autofree char *path = g_strconcat ("/proc/10/", missing[i], NULL);

      add_client (root);
      add_process (root, 11, 6, "/usr/bin/b");
      fake_root_socket (root, 11, 3, 101);
      g_assert_cmpint (owner (table, 100, 1), ==, 10);
      fake_root_remove (root, path);
      /* The other is found all the same. */
      g_assert_cmpint (owner (table, 101, 1), ==, 11);
      refresh (table, 31);
      sluice_owner_table_lookup (table, 100);
      refresh (table, 31);
      g_assert_cmpint (owner (table, 101, 1), ==, 11);
      if (g_str_equal (missing[i], "stat") || g_str_equal (missing[i], "status") || g_str_equal (missing[i], "fd"))
        g_assert_null (sluice_owner_table_lookup (table, 100));
      else
        g_assert_cmpstr (sluice_owner_table_lookup (table, 100)->path, ==, "/usr/bin/a");
    }
}

static void
reads_hostile_names (void)
{
  static const char *const names[] = { "a) S 1 1 1 0 -1 (b", "\n\n", "\xe2\x80\xae\xff", ")", "(", "100" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (FakeRoot) root = fake_root_new ();
      g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
      SluiceProgram *program;

      fake_root_process (root, &(FakeProcess){ .pid = 10, .start_time = 4711, .name = names[i] });
      fake_root_socket (root, 10, 3, 100);
      g_assert_cmpint (owner (table, 100, 1), ==, 10);
      program = sluice_owner_table_lookup (table, 100);
      g_assert_cmpuint (program->start_time, ==, 4711);
      g_assert_true (g_utf8_validate (program->name, -1, NULL));
      g_assert_null (strchr (program->name, '\n'));
    }
}

static void
sees_only_the_users_own_without_capabilities (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) everyone = sluice_owner_table_new (root->path);
  g_autoptr (SluiceOwnerTable) own = NULL;

  g_assert_true (sluice_owner_table_may_see (everyone, geteuid ()));
  g_assert_true (sluice_owner_table_may_see (everyone, geteuid () + 1));
  fake_root_write (root, "/proc/self/status", "CapEff:\t0000000000080000\n", -1);
  own = sluice_owner_table_new (root->path);
  g_assert_true (sluice_owner_table_may_see (own, geteuid ()));
  g_assert_false (sluice_owner_table_may_see (own, geteuid () + 1));
}

static void
looks_into_no_process_of_others_without_capabilities (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) own = NULL;
  g_autoptr (SluiceOwnerTable) everyone = sluice_owner_table_new (root->path);
  g_autofree char *theirs = fake_root_path (root, "/proc/11");

  if (geteuid () != 0)
    {
      g_test_skip ("needs root");
      return;
    }
  add_client (root);
  add_process (root, 11, 6, "/usr/bin/b");
  fake_root_socket (root, 11, 3, 101);
  g_assert_no_errno (chown (theirs, 4711, 4711));
  fake_root_write (root, "/proc/self/status", "CapEff:\t0\n", -1);
  own = sluice_owner_table_new (root->path);
  g_assert_cmpint (owner (own, 100, 1), ==, 10);
  g_assert_cmpint (owner (own, 101, 1), ==, 0);
  g_assert_cmpint (owner (everyone, 101, 1), ==, 11);
}

static void
passes_over_folders_that_cannot_be_read (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  g_autofree char *descriptors = fake_root_path (root, "/proc/10/fd");

  if (geteuid () == 0)
    {
      g_test_skip ("root can read everything");
      return;
    }
  add_process (root, 10, 5, "/usr/bin/a");
  add_process (root, 11, 6, "/usr/bin/b");
  fake_root_socket (root, 11, 3, 101);
  g_assert_no_errno (chmod (descriptors, 0));
  g_assert_cmpint (owner (table, 101, 1), ==, 11);
  g_assert_no_errno (chmod (descriptors, 0700));
}

static void
says_that_proc_cannot_be_read (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  g_autoptr (SluiceOwnerTable) nowhere = sluice_owner_table_new ("/nowhere");
  g_autoptr (GError) error = NULL;

  g_assert_false (sluice_owner_table_refresh (nowhere, now, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nowhere/proc cannot be read"));
  g_clear_error (&error);
  g_assert_false (sluice_owner_table_can_read (nowhere));
  g_assert_false (sluice_owner_table_may_see (nowhere, geteuid () + 1));

  /* A folder that is no process file system; and then one is mounted. */
  fake_root_remove (root, "/proc/1");
  sluice_owner_table_lookup (table, 100);
  g_assert_false (sluice_owner_table_refresh (table, now, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_false (sluice_owner_table_can_read (table));
  add_client (root);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
}

static void
keeps_what_it_knew_when_descriptors_run_out (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);
  g_autoptr (GError) error = NULL;
  struct rlimit before, none;

  add_client (root);
  g_assert_cmpint (owner (table, 100, 1), ==, 10);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &before));
  none = before;
  none.rlim_cur = 0;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &none));
  g_assert_null (sluice_owner_table_lookup (table, 101));
  g_assert_false (sluice_owner_table_refresh (table, now += SECOND, &error));
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  g_assert_nonnull (sluice_owner_table_lookup (table, 100));
  fake_root_socket (root, 10, 4, 101);
  g_assert_cmpint (owner (table, 101, 1), ==, 10);
}

static void
finds_ten_thousand_sockets_of_one_process (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new (root->path);

  add_process (root, 10, 5, "/usr/bin/a");
  for (guint i = 0; i < MANY; i++)
    {
      fake_root_socket (root, 10, i, 1000 + i);
      sluice_owner_table_lookup (table, 1000 + i);
    }
  refresh (table, 1);
  for (guint i = 0; i < MANY; i++)
    g_assert_nonnull (sluice_owner_table_lookup (table, 1000 + i));
  for (guint i = 0; i < MANY; i += 2)
    fake_root_close (root, 10, i);
  refresh (table, 31);
  for (guint i = 0; i < MANY; i++)
    g_assert_true ((sluice_owner_table_lookup (table, 1000 + i) != NULL) == (i % 2 == 1));
}

static guint64
inode_of (int descriptor)
{
  struct stat state;

  g_assert_no_errno (fstat (descriptor, &state));
  return state.st_ino;
}

static gint64
time_refresh (SluiceOwnerTable *table, gint64 at)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_assert_true (sluice_owner_table_refresh (table, at, &error));
  g_assert_no_error (error);
  return g_get_monotonic_time () - begin;
}

static void
finds_its_own_sockets_and_tells_what_it_costs (void)
{
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new ("/");
  g_autofree int *sockets = g_new (int, MANY);
  gint64 at = g_get_monotonic_time ();
  struct rlimit limit;
  guint n, last;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  n = MIN (MANY, (guint) MIN (limit.rlim_cur, G_MAXINT) - 64);
  for (guint i = 0; i < n; i++)
    {
      sockets[i] = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      g_assert_no_errno (sockets[i]);
      g_assert_null (sluice_owner_table_lookup (table, inode_of (sockets[i])));
    }
  g_test_message ("%u sockets, all new: %" G_GINT64_FORMAT " µs", n, time_refresh (table, at));
  for (guint i = 0; i < n; i++)
    {
      SluiceProgram *program = sluice_owner_table_lookup (table, inode_of (sockets[i]));

      g_assert_nonnull (program);
      g_assert_cmpint (program->pid, ==, getpid ());
    }
  g_test_message ("none new: %" G_GINT64_FORMAT " µs", time_refresh (table, at + SECOND));
  last = n - 1;
  sluice_owner_table_forget (table, inode_of (sockets[last]));
  close (sockets[last]);
  sockets[last] = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_null (sluice_owner_table_lookup (table, inode_of (sockets[last])));
  g_test_message ("one new: %" G_GINT64_FORMAT " µs", time_refresh (table, at + 2 * SECOND));
  g_assert_nonnull (sluice_owner_table_lookup (table, inode_of (sockets[last])));
  g_assert_null (sluice_owner_table_lookup (table, G_MAXUINT32));
  g_test_message ("one that nobody holds: %" G_GINT64_FORMAT " µs", time_refresh (table, at + 20 * SECOND));
  g_test_message ("all anew: %" G_GINT64_FORMAT " µs", time_refresh (table, at + 60 * SECOND));
  for (guint i = 0; i < n; i++)
    close (sockets[i]);
}

static void
tells_a_child_from_its_parent (void)
{
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new ("/");
  int pipes[2], shared = socket (AF_INET, SOCK_DGRAM, 0);
  guint64 inode = 0;
  pid_t child;

  g_assert_no_errno (shared);
  g_assert_no_errno (pipe (pipes));
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      /* It does not outlive a test that fails. */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      inode = inode_of (socket (AF_INET, SOCK_DGRAM, 0));
      if (write (pipes[1], &inode, sizeof inode) != sizeof inode)
        _exit (1);
      pause ();
      _exit (0);
    }
  g_assert_cmpint (read (pipes[0], &inode, sizeof inode), ==, sizeof inode);
  g_assert_cmpint (owner (table, inode, 0), ==, child);
  g_assert_cmpint (owner (table, inode_of (shared), 0), ==, getpid ());
  g_assert_no_errno (kill (child, SIGKILL));
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  refresh (table, 31);
  g_assert_null (sluice_owner_table_lookup (table, inode));
  close (shared);
  close (pipes[0]);
  close (pipes[1]);
}

static void
names_a_real_script (void)
{
  g_autoptr (SluiceOwnerTable) table = sluice_owner_table_new ("/");
  g_autoptr (FakeRoot) folder = fake_root_new ();
  g_autofree char *script = fake_root_path (folder, "/tool");
  g_autofree char *line = NULL;
  g_autofree char *python = g_find_program_in_path ("python3");
  const char *const arguments[] = { python, "tool", "-x", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  SluiceProgram *program;

  if (python == NULL)
    {
      g_test_skip ("needs python3");
      return;
    }
  fake_root_write (folder, "/tool",
                   "import os, socket, time\ns = socket.socket()\nprint(os.fstat(s.fileno()).st_ino, "
                   "flush=True)\ntime.sleep(60)\n",
                   -1);
  g_subprocess_launcher_set_cwd (launcher, folder->path);
  process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_cmpint (owner (table, g_ascii_strtoull (line, NULL, 10), 0), >, 0);
  program = sluice_owner_table_lookup (table, g_ascii_strtoull (line, NULL, 10));
  g_assert_cmpstr (program->path, ==, script);
  g_assert_cmpstr (program->name, ==, "tool");
  g_assert_nonnull (strstr (program->executable, "python"));
  g_assert_cmpint (program->parent_pid, ==, getpid ());
  g_subprocess_force_exit (process);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
}

int
main (int argc, char *argv[])
{
  g_setenv ("XDG_DATA_HOME", "/home/u/.local/share", TRUE);
  g_setenv ("XDG_DATA_DIRS", "/usr/share", TRUE);
  g_test_init (&argc, &argv, NULL);
  now = 4711 * SECOND;
  g_test_add_func ("/owner-table/finds-the-holder-of-a-socket", finds_the_holder_of_a_socket);
  g_test_add_func ("/owner-table/finds-a-socket-in-an-old-process-without-others",
                   finds_a_socket_in_an_old_process_without_others);
  g_test_add_func ("/owner-table/keeps-one-record-for-a-process", keeps_one_record_for_a_process);
  g_test_add_func ("/owner-table/tells-when-answers-are-others", tells_when_answers_are_others);
  g_test_add_func ("/owner-table/asks-nothing-of-the-kernel-when-nothing-is-missing",
                   asks_nothing_of_the_kernel_when_nothing_is_missing);
  g_test_add_func ("/owner-table/never-charges-a-number-that-was-given-anew",
                   never_charges_a_number_that_was_given_anew);
  g_test_add_func ("/owner-table/notices-that-a-process-executes-another-program",
                   notices_that_a_process_executes_another_program);
  g_test_add_func ("/owner-table/notices-that-an-interpreter-executes-another-script",
                   notices_that_an_interpreter_executes_another_script);
  g_test_add_func ("/owner-table/notices-another-user-and-group-within-half-a-minute",
                   notices_another_user_and_group_within_half_a_minute);
  g_test_add_func ("/owner-table/gives-a-shared-socket-to-the-oldest-but-init",
                   gives_a_shared_socket_to_the_oldest_but_init);
  g_test_add_func ("/owner-table/notices-that-an-inode-went-to-another-process",
                   notices_that_an_inode_went_to_another_process);
  g_test_add_func ("/owner-table/finds-a-socket-on-a-descriptor-that-held-another",
                   finds_a_socket_on_a_descriptor_that_held_another);
  g_test_add_func ("/owner-table/searches-less-and-less-for-what-nobody-holds",
                   searches_less_and_less_for_what_nobody_holds);
  g_test_add_func ("/owner-table/forgets-what-nobody-asks-for", forgets_what_nobody_asks_for);
  g_test_add_func ("/owner-table/knows-no-owner-of-inode-zero", knows_no_owner_of_inode_zero);
  g_test_add_func ("/owner-table/survives-processes-that-vanish-or-lie", survives_processes_that_vanish_or_lie);
  g_test_add_func ("/owner-table/reads-hostile-names", reads_hostile_names);
  g_test_add_func ("/owner-table/sees-only-the-users-own-without-capabilities",
                   sees_only_the_users_own_without_capabilities);
  g_test_add_func ("/owner-table/looks-into-no-process-of-others-without-capabilities",
                   looks_into_no_process_of_others_without_capabilities);
  g_test_add_func ("/owner-table/passes-over-folders-that-cannot-be-read", passes_over_folders_that_cannot_be_read);
  g_test_add_func ("/owner-table/says-that-proc-cannot-be-read", says_that_proc_cannot_be_read);
  g_test_add_func ("/owner-table/keeps-what-it-knew-when-descriptors-run-out",
                   keeps_what_it_knew_when_descriptors_run_out);
  g_test_add_func ("/owner-table/finds-ten-thousand-sockets-of-one-process",
                   finds_ten_thousand_sockets_of_one_process);
  g_test_add_func ("/owner-table/finds-its-own-sockets-and-tells-what-it-costs",
                   finds_its_own_sockets_and_tells_what_it_costs);
  g_test_add_func ("/owner-table/tells-a-child-from-its-parent", tells_a_child_from_its_parent);
  g_test_add_func ("/owner-table/names-a-real-script", names_a_real_script);
  return g_test_run ();
}
