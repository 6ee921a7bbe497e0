#include "engine/program-tree.h"

#include "sample-maker.h"
#include "tests/deadline.h"

#define MANY 10000

typedef struct
{
  SluiceInterfaceList *interfaces;
  SluiceProgramTree *tree;
  SluiceInterfaceItem *scope; /* NULL for the sum */
} World;

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);

  world->interfaces = sluice_interface_list_new ();
  world->tree = sluice_program_tree_new (world->interfaces);
  return world;
}

static void
world_free (World *world)
{
  sluice_program_tree_free (world->tree);
  sluice_interface_list_free (world->interfaces);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* Feeds a sample and lets go of it. */
static void
feed (World *world, SluiceSample *sample)
{
  g_autoptr (GArray) returns = sluice_interface_list_feed (world->interfaces, sample, NULL);

  sluice_program_tree_feed (world->tree, sample,
                            world->scope != NULL ? world->scope : sluice_interface_list_get_sum (world->interfaces),
                            FALSE);
  sluice_sample_unref (sample);
}

/* A second in which each of @programs received so much over one listed link. */
static void
feed_programs (World *world, gint64 second, SluiceProgram *const *programs, guint n, guint64 rx)
{
  SluiceSample *sample = make_sample (second);

  put_interface (sample, 1, "eth0", rx * n, 0);
  for (guint i = 0; i < n; i++)
    {
      put_program (sample, programs[i]);
      if (rx > 0)
        put_bytes (sample, 0, rx, 0);
    }
  feed (world, sample);
}

static guint
n_top (World *world)
{
  return g_list_model_get_n_items (sluice_program_tree_get_model (world->tree));
}

static guint
n_children (SluiceProgramItem *item)
{
  return g_list_model_get_n_items (sluice_program_item_get_children (item));
}

static SluiceProgramItem *
find_top (World *world, const char *name)
{
  for (guint i = 0; i < n_top (world); i++)
    {
      g_autoptr (SluiceProgramItem) item = g_list_model_get_item (sluice_program_tree_get_model (world->tree), i);

      if (g_str_equal (sluice_program_item_get_name (item), name))
        return item;
    }
  return NULL;
}

static void
test_processes (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) one = make_program (1, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgram) two = make_program (2, "/usr/bin/a", "me", NULL);
  SluiceProgram *both[] = { one, two };
  const SluiceProgramStats *stats;
  SluiceProgramItem *item;

  feed_programs (world, 1, both, 2, 100);
  g_assert_cmpuint (n_top (world), ==, 1);
  item = sluice_program_tree_find (world->tree, one->identity);
  stats = sluice_program_item_get_stats (item);
  g_assert_true (item == find_top (world, "a"));
  g_assert_cmpuint (n_children (item), ==, 2);
  g_assert_cmpuint (stats->n_processes, ==, 2);
  g_assert_cmpuint (stats->connections, ==, 2);
  g_assert_cmpfloat (stats->rate[SLUICE_RX], ==, 200);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 200);
  g_assert_true (stats->alive);
  g_assert_cmpint (stats->last_active, ==, SECOND);
  feed_programs (world, 2, both, 1, 100);
  g_assert_cmpuint (stats->n_processes, ==, 1);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 300);
  /* The one that is silent lingers. */
  g_assert_cmpuint (n_children (item), ==, 2);
  g_assert_cmpint (stats->last_active, ==, 2 * SECOND);
}

static void
test_lingering (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) mover = make_program (1, "/usr/bin/mover", "me", NULL);
  g_autoptr (SluiceProgram) idler = make_program (2, "/usr/bin/idler", "me", NULL);
  SluiceProgramItem *item;

  feed_programs (world, 1, &mover, 1, 100);
  feed_programs (world, 2, &idler, 1, 0);
  g_assert_cmpuint (n_top (world), ==, 2);
  item = find_top (world, "mover");
  feed_programs (world, 11, NULL, 0, 0);
  g_assert_cmpuint (n_children (item), ==, 1);
  g_assert_false (sluice_program_item_get_stats (item)->alive);
  feed_programs (world, 12, NULL, 0, 0);
  /* What moved something stays with its total; what never did leaves no trace. */
  g_assert_cmpuint (n_children (item), ==, 0);
  g_assert_cmpuint (sluice_program_item_get_stats (item)->total[SLUICE_RX], ==, 100);
  feed_programs (world, 13, NULL, 0, 0);
  g_assert_cmpuint (n_top (world), ==, 1);
  g_assert_null (sluice_program_tree_find (world->tree, idler->identity));
  /* And goes on when it is started again. */
  feed_programs (world, 14, &mover, 1, 1);
  g_assert_true (find_top (world, "mover") == item);
  g_assert_cmpuint (sluice_program_item_get_stats (item)->total[SLUICE_RX], ==, 101);
}

static void
test_moved_elsewhere (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  SluiceSample *sample = make_sample (1);

  /* It moves bytes over a link that is not shown, and ends. */
  put_interface (sample, 1, "eth0", 0, 0);
  put_interface (sample, 2, "lo", 50, 0)->listed = FALSE;
  put_program (sample, program);
  put_bytes (sample, 1, 50, 0);
  feed (world, sample);
  g_assert_cmpuint (sluice_program_item_get_stats (find_top (world, "a"))->total[SLUICE_RX], ==, 0);
  for (guint second = 2; second < 20; second++)
    {
      sample = make_sample (second);
      put_interface (sample, 1, "eth0", 0, 0);
      put_interface (sample, 2, "lo", 0, 0)->listed = FALSE;
      feed (world, sample);
    }
  world->scope = sluice_interface_list_find (world->interfaces, 2);
  sample = make_sample (20);
  put_interface (sample, 2, "lo", 0, 0)->listed = FALSE;
  feed (world, sample);
  g_assert_nonnull (find_top (world, "a"));
  g_assert_cmpuint (sluice_program_item_get_stats (find_top (world, "a"))->total[SLUICE_RX], ==, 50);
}

static void
test_groups (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) a = make_program (1, "/usr/bin/a", "me", "a.service");
  g_autoptr (SluiceProgram) b = make_program (2, "/usr/bin/b", "me", "a.service");
  g_autoptr (SluiceProgram) c = make_program (3, "/usr/bin/c", "root", NULL);
  SluiceProgram *all[] = { a, b, c, sluice_program_other_users () };
  SluiceProgramItem *item;
  const SluiceProgramStats *stats;
  guint n_changed = 0;

  feed_programs (world, 1, all, 4, 100);
  g_assert_cmpuint (n_top (world), ==, 4);
  item = sluice_program_tree_find (world->tree, a->identity);

  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_USER, NULL);
  g_assert_cmpuint (n_top (world), ==, 3);
  feed_programs (world, 2, all, 4, 50);
  stats = sluice_program_item_get_stats (find_top (world, "me"));
  g_assert_cmpint (sluice_program_item_get_level (find_top (world, "me")), ==, SLUICE_ITEM_GROUP);
  g_assert_cmpuint (n_children (find_top (world, "me")), ==, 2);
  g_assert_cmpfloat (stats->rate[SLUICE_RX], ==, 100);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 300);
  g_assert_cmpuint (stats->connections, ==, 2);
  g_assert_cmpuint (stats->n_processes, ==, 2);
  g_assert_cmpint (stats->last_active, ==, 2 * SECOND);
  g_assert_nonnull (find_top (world, "root"));
  g_assert_nonnull (find_top (world, "Other users"));

  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_UNIT, NULL);
  g_assert_cmpuint (n_top (world), ==, 2);
  g_assert_cmpuint (n_children (find_top (world, "a.service")), ==, 2);
  g_assert_cmpuint (n_children (find_top (world, "No unit")), ==, 2);
  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_APP, NULL);
  g_assert_cmpuint (n_children (find_top (world, "No app")), ==, 4);
  g_signal_connect (sluice_program_tree_get_model (world->tree), "items-changed", G_CALLBACK (count_items_cb),
                    &n_changed);
  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_APP, NULL);
  g_assert_cmpuint (n_changed, ==, 0);
  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_PROGRAM, NULL);
  g_assert_cmpuint (n_top (world), ==, 4);
  /* The same item all the time. */
  g_assert_true (find_top (world, "a") == item);
  g_assert_cmpint (sluice_program_tree_get_group_by (world->tree), ==, SLUICE_GROUP_BY_PROGRAM);
}

static void
test_empty_groups (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) a = make_program (1, "/usr/bin/a", "me", NULL);

  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_USER, NULL);
  feed_programs (world, 1, &a, 1, 0);
  g_assert_cmpuint (n_top (world), ==, 1);
  feed_programs (world, 12, NULL, 0, 0);
  g_assert_cmpuint (n_top (world), ==, 0);
}

static void
test_two_users (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) mine = make_program (1, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgram) yours = make_program (2, "/usr/bin/a", "you", NULL);
  SluiceProgram *both[] = { mine, yours };
  guint n_changed = 0;

  /* A program that two users run is one row, and does not jump between them. */
  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_USER, NULL);
  feed_programs (world, 1, both, 2, 10);
  g_assert_cmpuint (n_children (find_top (world, "me")), ==, 1);
  g_signal_connect (sluice_program_tree_get_model (world->tree), "items-changed", G_CALLBACK (count_items_cb),
                    &n_changed);
  feed_programs (world, 2, both, 2, 10);
  g_assert_cmpuint (n_changed, ==, 0);
  g_assert_null (find_top (world, "you"));
  /* It goes over to the one that is left, and leaves nothing behind. */
  feed_programs (world, 3, &yours, 1, 10);
  g_assert_null (find_top (world, "me"));
  g_assert_cmpuint (n_children (find_top (world, "you")), ==, 1);
  for (guint second = 4; second < 20; second++)
    feed_programs (world, second, NULL, 0, 0);
  g_assert_cmpuint (n_top (world), ==, 1);
  g_assert_cmpuint (n_children (find_top (world, "you")), ==, 1);
}

static void
test_new_record (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) before = make_program (1, "/usr/bin/a", "me", "old.scope");
  g_autoptr (SluiceProgram) now = make_program (1, "/usr/bin/a", "me", "new.scope");
  SluiceProgramItem *item;

  /* The same process moves to another unit. */
  sluice_program_tree_set_group_by (world->tree, SLUICE_GROUP_BY_UNIT, NULL);
  feed_programs (world, 1, &before, 1, 10);
  item = sluice_program_tree_find (world->tree, before->identity);
  feed_programs (world, 2, &now, 1, 10);
  g_assert_true (sluice_program_tree_find (world->tree, now->identity) == item);
  g_assert_cmpuint (n_children (item), ==, 1);
  g_assert_cmpuint (n_top (world), ==, 1);
  g_assert_nonnull (find_top (world, "new.scope"));
  g_assert_cmpuint (sluice_program_item_get_stats (item)->total[SLUICE_RX], ==, 20);
  g_assert_true (sluice_program_item_get_program (item) == now);
  g_assert_true (g_atomic_ref_count_compare (&before->reference_count, 1));
}

static void
test_restarted (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) before = make_program (1, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgram) now = make_program (2, "/usr/bin/a", "me", NULL);

  feed_programs (world, 1, &before, 1, 10);
  g_assert_cmpstr (sluice_program_item_get_detail (find_top (world, "a")), ==, "me · pid 1");
  feed_programs (world, 2, &now, 1, 10);
  g_assert_cmpstr (sluice_program_item_get_detail (find_top (world, "a")), ==, "me · pid 2");
}

static void
test_return (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  SluiceSample *sample;

  feed_programs (world, 1, &program, 1, 10);
  world->scope = sluice_interface_list_find (world->interfaces, 1);
  sluice_program_tree_rename_interface (world->tree, 1, 2);
  /* Removed and created again within this very sample. */
  sample = make_sample (2);
  put_interface (sample, 1, "eth0", 5, 0)->gone = TRUE;
  put_interface (sample, 2, "eth0", 3, 0);
  put_program (sample, program);
  put_bytes (sample, 0, 5, 0);
  put_bytes (sample, 1, 3, 0);
  feed (world, sample);
  g_assert_cmpfloat (sluice_program_item_get_stats (find_top (world, "a"))->rate[SLUICE_RX], ==, 8);
  g_assert_cmpuint (sluice_program_item_get_stats (find_top (world, "a"))->total[SLUICE_RX], ==, 18);
}

static void
run_many (gboolean same_path, SluiceGroupBy group_by)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) programs = make_programs (MANY, same_path);
  gint64 begin;

  sluice_program_tree_set_group_by (world->tree, group_by, NULL);
  for (guint second = 1; second <= 3; second++)
    {
      begin = thread_time ();
      feed_programs (world, second, (SluiceProgram **) programs->pdata, MANY, 0);
      g_test_message ("feed %u of %d: %.1f ms", second, MANY, (thread_time () - begin) / 1000.0);
    }
  begin = thread_time ();
  /* No more than a thousand with one sample. */
  for (guint second = 20; second < 20 + MANY / 1000; second++)
    feed_programs (world, second, NULL, 0, 0);
  g_test_message ("all of them leave: %.1f ms", (thread_time () - begin) / 1000.0);
  /* Each searched for among the others would take seconds. */
  assert_within (thread_time () - begin, 2 * SECOND);
  g_assert_cmpuint (n_top (world), ==, 0);
}

static void
test_many_programs (void)
{
  run_many (FALSE, SLUICE_GROUP_BY_PROGRAM);
}

static void
test_many_processes (void)
{
  run_many (TRUE, SLUICE_GROUP_BY_PROGRAM);
}

static void
test_many_grouped (void)
{
  run_many (FALSE, SLUICE_GROUP_BY_USER);
}

static void
test_capped (void)
{
  g_autoptr (World) world = world_new ();

  for (guint second = 1; second <= 60; second++)
    {
      SluiceSample *sample = make_sample (second);

      put_interface (sample, 1, "eth0", 100, 0);
      for (guint i = 0; i < 100; i++)
        {
          g_autofree char *path = g_strdup_printf ("/tmp/program-%u-%u", second, i);
          g_autoptr (SluiceProgram) program = make_program (second * 100 + i, path, "me", NULL);

          put_program (sample, program);
          put_bytes (sample, 0, 1, 0);
        }
      feed (world, sample);
    }
  for (guint second = 61; second <= 75; second++)
    feed_programs (world, second, NULL, 0, 0);
  /* Those that moved something last. */
  g_assert_cmpuint (n_top (world), ==, 2000);
  g_assert_nonnull (find_top (world, "program-60-0"));
  g_assert_null (find_top (world, "program-40-0"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/program-tree/a-program-is-the-sum-of-its-processes", test_processes);
  g_test_add_func ("/program-tree/silent-ones-linger-and-what-moved-a-byte-stays", test_lingering);
  g_test_add_func ("/program-tree/bytes-over-a-link-that-is-not-shown-count-too", test_moved_elsewhere);
  g_test_add_func ("/program-tree/groups-are-the-sums-of-the-same-items", test_groups);
  g_test_add_func ("/program-tree/an-empty-group-leaves", test_empty_groups);
  g_test_add_func ("/program-tree/a-program-of-two-users-does-not-jump-between-them", test_two_users);
  g_test_add_func ("/program-tree/a-process-in-another-unit-takes-its-program-along", test_new_record);
  g_test_add_func ("/program-tree/a-program-speaks-of-a-process-that-is-there", test_restarted);
  g_test_add_func ("/program-tree/a-link-that-comes-back-keeps-its-totals", test_return);
  g_test_add_func ("/program-tree/ten-thousand-programs-are-fed-and-leave", test_many_programs);
  g_test_add_func ("/program-tree/ten-thousand-processes-are-fed-and-leave", test_many_processes);
  g_test_add_func ("/program-tree/ten-thousand-programs-in-two-groups-are-fed-and-leave", test_many_grouped);
  g_test_add_func ("/program-tree/programs-that-are-over-do-not-pile-up", test_capped);

  return g_test_run ();
}
