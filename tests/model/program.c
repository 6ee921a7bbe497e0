#include "model/program.h"

static SluiceProgram *
make (gint32 pid, const char *path)
{
  SluiceProgram *program = sluice_program_new ();

  program->pid = pid;
  program->start_time = 100;
  program->path = g_strdup (path);
  return program;
}

static SluiceProgram *
make_sealed (gint32 pid, const char *path, SluiceAppKind app_kind, const char *app_id)
{
  SluiceProgram *program = make (pid, path);

  program->app_kind = app_kind;
  program->app_id = g_strdup (app_id);
  sluice_program_seal (program);
  return program;
}

static void
test_names (void)
{
  g_autoptr (SluiceProgram) by_path = make (1, "/usr/bin/iperf3");
  g_autoptr (SluiceProgram) by_app = make (1, "/usr/lib/firefox/firefox-bin");
  g_autoptr (SluiceProgram) by_unit = make (1, "/usr/sbin/sshd");
  g_autoptr (SluiceProgram) given = make (1, "/usr/bin/python3");
  g_autoptr (SluiceProgram) unknown = make (77, NULL);
  g_autoptr (SluiceProgram) by_executable = make (1, NULL);

  sluice_program_seal (by_path);
  g_assert_cmpstr (by_path->name, ==, "iperf3");

  by_app->app_kind = SLUICE_APP_DESKTOP;
  by_app->app_name = g_strdup ("Firefox");
  sluice_program_seal (by_app);
  g_assert_cmpstr (by_app->name, ==, "Firefox");

  /* A unit's description is a sentence; its program is what people know. */
  by_unit->app_kind = SLUICE_APP_UNIT;
  by_unit->app_name = g_strdup ("OpenBSD Secure Shell server");
  sluice_program_seal (by_unit);
  g_assert_cmpstr (by_unit->name, ==, "sshd");

  given->name = g_strdup ("given");
  sluice_program_seal (given);
  g_assert_cmpstr (given->name, ==, "given");

  sluice_program_seal (unknown);
  g_assert_cmpstr (unknown->name, ==, "process 77");
  g_assert_null (unknown->path);

  by_executable->executable = g_strdup ("/opt/tool");
  sluice_program_seal (by_executable);
  g_assert_cmpstr (by_executable->path, ==, "/opt/tool");
  g_assert_cmpstr (by_executable->name, ==, "tool");
}

static void
test_identity (void)
{
  g_autoptr (SluiceProgram) one = make_sealed (1, "/usr/bin/a", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) two = make_sealed (2, "/usr/bin/a", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) other_path = make_sealed (1, "/usr/bin/b", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) other_kind = make_sealed (1, "/usr/bin/a", SLUICE_APP_UNIT, NULL);
  g_autoptr (SluiceProgram) other_app = make_sealed (1, "/usr/bin/a", SLUICE_APP_UNIT, "x.service");
  g_autoptr (SluiceProgram) nameless_one = make_sealed (1, NULL, SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) nameless_two = make_sealed (2, NULL, SLUICE_APP_NONE, NULL);

  g_assert_cmpstr (one->identity, ==, two->identity);
  g_assert_cmpstr (one->identity, !=, other_path->identity);
  g_assert_cmpstr (one->identity, !=, other_kind->identity);
  g_assert_cmpstr (other_kind->identity, !=, other_app->identity);
  /* Two processes of which nothing is known are not one program. */
  g_assert_cmpstr (nameless_one->identity, !=, nameless_two->identity);
}

static void
test_same_process (void)
{
  g_autoptr (SluiceProgram) a = make_sealed (1, "/usr/bin/a", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) again = make_sealed (1, "/usr/bin/a", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) other_pid = make_sealed (2, "/usr/bin/a", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) after_exec = make_sealed (1, "/usr/bin/b", SLUICE_APP_NONE, NULL);
  g_autoptr (SluiceProgram) reused = make (1, "/usr/bin/a");
  g_autoptr (GHashTable) table = g_hash_table_new (sluice_program_hash, sluice_program_equal);

  reused->start_time = 101;
  sluice_program_seal (reused);

  g_assert_true (sluice_program_same_process (a, a));
  g_assert_true (sluice_program_same_process (a, again));
  g_assert_cmpuint (sluice_program_hash (a), ==, sluice_program_hash (again));
  g_assert_false (sluice_program_same_process (a, other_pid));
  g_assert_false (sluice_program_same_process (a, after_exec));
  g_assert_false (sluice_program_same_process (a, reused));
  g_assert_false (sluice_program_same_process (a, sluice_program_other_users ()));

  g_assert_true (g_hash_table_add (table, a));
  g_assert_false (g_hash_table_add (table, again));
  g_assert_true (g_hash_table_add (table, other_pid));
  g_assert_true (g_hash_table_add (table, after_exec));
  g_assert_true (g_hash_table_add (table, reused));
}

static void
test_other_users (void)
{
  SluiceProgram *others = sluice_program_other_users ();

  g_assert_true (others == sluice_program_other_users ());
  g_assert_cmpint (others->kind, ==, SLUICE_PROGRAM_OTHER_USERS);
  g_assert_cmpstr (others->name, ==, "other users");
  /* Alone in a row it begins as every row does. */
  g_assert_cmpstr (sluice_program_get_label (others), ==, "Other users");
  g_assert_nonnull (others->identity);
  g_assert_null (others->path);

  /* Rows take and drop references; the record outlives them. */
  sluice_program_unref (sluice_program_ref (others));
  g_assert_true (g_atomic_ref_count_compare (&others->reference_count, 1));
}

/* A process may bear our own word as its name: it must not melt into the row. */
static void
test_impostor (void)
{
  g_autoptr (SluiceProgram) impostor = make_sealed (0, "other-users", SLUICE_APP_NONE, NULL);

  g_assert_cmpstr (impostor->identity, !=, sluice_program_other_users ()->identity);
  g_assert_false (sluice_program_same_process (impostor, sluice_program_other_users ()));
}

static gpointer
reference_thread (gpointer program)
{
  for (guint i = 0; i < 100000; i++)
    sluice_program_unref (sluice_program_ref (program));
  return NULL;
}

static void
test_references (void)
{
  g_autoptr (SluiceProgram) program = make_sealed (1, "/usr/bin/a", SLUICE_APP_NONE, NULL);
  GThread *threads[2];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reference", reference_thread, program);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_true (g_atomic_ref_count_compare (&program->reference_count, 1));
}

static void
test_kind_names (void)
{
  g_assert_cmpstr (sluice_app_kind_name (SLUICE_APP_NONE), ==, "none");
  g_assert_cmpstr (sluice_app_kind_name (SLUICE_APP_DESKTOP), ==, "desktop");
  g_assert_cmpstr (sluice_app_kind_name (SLUICE_APP_UNIT), ==, "unit");
  g_assert_cmpstr (sluice_app_kind_name (SLUICE_APP_FLATPAK), ==, "flatpak");
  g_assert_cmpstr (sluice_app_kind_name (SLUICE_APP_SNAP), ==, "snap");
  g_assert_cmpstr (sluice_app_kind_name (SLUICE_APP_CONTAINER), ==, "container");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/program/is-called-what-people-call-it", test_names);
  g_test_add_func ("/program/is-one-by-path-and-app-not-by-process", test_identity);
  g_test_add_func ("/program/same-process-survives-neither-exec-nor-pid-reuse", test_same_process);
  g_test_add_func ("/program/other-users-are-one-record-for-ever", test_other_users);
  g_test_add_func ("/program/cannot-pass-for-other-users-by-its-name", test_impostor);
  g_test_add_func ("/program/may-be-referenced-from-many-threads", test_references);
  g_test_add_func ("/program/kinds-have-names-for-machines", test_kind_names);

  return g_test_run ();
}
