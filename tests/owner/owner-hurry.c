#include "owner/owner-table.h"

#include <unistd.h>

#include "fake-root.h"

#define PROCESSES 200

static gint64 now = 1000 * (gint64) G_USEC_PER_SEC;

static void
add_processes (FakeRoot *root)
{
  for (gint32 pid = 1; pid <= PROCESSES; pid++)
    {
      g_autofree char *executable = g_strdup_printf ("/usr/bin/program-%d", pid);

      fake_root_process (root, &(FakeProcess){ .pid = pid,
                                               .parent_pid = pid > 100 ? pid / 2 : 1,
                                               .start_time = (guint64) pid,
                                               .executable = executable });
      fake_root_socket (root, pid, 3, 1000 + (guint64) pid);
    }
}

static gint32
owner (SluiceOwnerTable *table, guint64 inode)
{
  SluiceProgram *program = sluice_owner_table_lookup (table, inode);

  return program != NULL ? program->pid : 0;
}

static void
test_finds (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = NULL;

  add_processes (root);
  table = sluice_owner_table_new (root->path);
  g_assert_false (sluice_owner_table_hurry (table, G_USEC_PER_SEC, now));
  g_assert_cmpint (owner (table, 1007), ==, 0);
  g_assert_true (sluice_owner_table_hurry (table, 60 * G_USEC_PER_SEC, now));
  g_assert_cmpint (owner (table, 1007), ==, 7);
  g_assert_false (sluice_owner_table_hurry (table, G_USEC_PER_SEC, now));
}

static void
test_newest (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = NULL;
  gint64 begin, all, newest;

  add_processes (root);
  table = sluice_owner_table_new (root->path);
  owner (table, 5000);
  begin = g_get_monotonic_time ();
  sluice_owner_table_hurry (table, 60 * G_USEC_PER_SEC, now);
  all = g_get_monotonic_time () - begin;
  g_assert_cmpint (owner (table, 5000), ==, 0);

  fake_root_process (root, &(FakeProcess){ .pid = 300, .start_time = 300, .executable = "/usr/bin/new" });
  fake_root_socket (root, 300, 3, 6000);
  /* Only the first of many. */
  sluice_owner_table_forget (table, 5000);
  owner (table, 6000);
  begin = g_get_monotonic_time ();
  sluice_owner_table_hurry (table, 60 * G_USEC_PER_SEC, now);
  newest = g_get_monotonic_time () - begin;
  g_assert_cmpint (owner (table, 6000), ==, 300);
  g_test_message ("all of %d processes: %" G_GINT64_FORMAT " µs, the newest alone: %" G_GINT64_FORMAT " µs", PROCESSES,
                  all, newest);
  g_assert_cmpint (newest, <, all);
}

static void
test_parent (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = NULL;

  add_processes (root);
  fake_root_socket (root, 180, 4, 7000);
  fake_root_socket (root, 90, 4, 7000);
  table = sluice_owner_table_new (root->path);
  owner (table, 7000);
  sluice_owner_table_hurry (table, 60 * G_USEC_PER_SEC, now);
  g_assert_cmpint (owner (table, 7000), ==, 90);
}

static void
test_budget (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = NULL;

  add_processes (root);
  table = sluice_owner_table_new (root->path);
  owner (table, 1001);
  g_assert_true (sluice_owner_table_hurry (table, 0, now));
  g_assert_cmpint (owner (table, 1001), ==, 0);
  g_assert_true (sluice_owner_table_refresh (table, now, NULL));
  g_assert_cmpint (owner (table, 1001), ==, 1);
}

static void
test_read (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) table = NULL;
  SluiceProgram *program;

  add_processes (root);
  table = sluice_owner_table_new (root->path);
  program = sluice_owner_table_read (table, 7, now);
  g_assert_cmpstr (program->path, ==, "/usr/bin/program-7");
  g_assert_true (sluice_owner_table_read (table, 7, now) == program);
  g_assert_null (sluice_owner_table_read (table, 9999, now));
  fake_root_process (root, &(FakeProcess){ .pid = 7, .start_time = 900, .executable = "/usr/bin/other" });
  g_assert_cmpstr (sluice_owner_table_read (table, 7, now)->path, ==, "/usr/bin/other");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/owner-hurry/finds-who-holds-a-socket", test_finds);
  g_test_add_func ("/owner-hurry/looks-at-the-newest-first-and-stops-there", test_newest);
  g_test_add_func ("/owner-hurry/gives-an-inherited-socket-to-the-parent", test_parent);
  g_test_add_func ("/owner-hurry/stops-when-its-time-is-over", test_budget);
  g_test_add_func ("/owner-hurry/reads-one-process", test_read);
  return g_test_run ();
}
