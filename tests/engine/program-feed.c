#include "engine/program-tree.h"

#include "sample-maker.h"
#include "tests/deadline.h"

#define MANY 10000

typedef struct
{
  SluiceInterfaceList *interfaces;
  SluiceProgramTree *tree;
  GPtrArray *programs;
} World;

static World *
world_new (SluiceGroupBy group_by)
{
  World *world = g_new0 (World, 1);

  world->interfaces = sluice_interface_list_new ();
  world->tree = sluice_program_tree_new (world->interfaces);
  sluice_program_tree_set_group_by (world->tree, group_by, NULL);
  world->programs = make_programs (MANY, FALSE);
  return world;
}

static void
world_free (World *world)
{
  sluice_program_tree_free (world->tree);
  sluice_interface_list_free (world->interfaces);
  g_ptr_array_unref (world->programs);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* Begins a second in which the first @n programs received so much. The caller keeps the sample until it is fed. */
static SluiceSample *
begin (World *world, gint64 second, guint n, guint64 rx)
{
  g_autoptr (GArray) returns = NULL;
  SluiceSample *sample = make_sample (second);

  put_interface (sample, 1, "eth0", rx * n, 0);
  for (guint i = 0; i < n; i++)
    {
      put_program (sample, g_ptr_array_index (world->programs, i));
      if (rx > 0)
        put_bytes (sample, 0, rx, 0);
    }
  returns = sluice_interface_list_feed (world->interfaces, sample, NULL);
  sluice_program_tree_begin (world->tree, sample, sluice_interface_list_get_sum (world->interfaces), FALSE);
  return sample;
}

/* Steps as short as can be; returns how many. */
static guint
finish (World *world)
{
  guint n_steps = 1;

  while (sluice_program_tree_step (world->tree, 0))
    n_steps++;
  sluice_program_tree_end (world->tree);
  return n_steps;
}

static guint64
sum_rates (World *world)
{
  GListModel *top = sluice_program_tree_get_model (world->tree);
  double sum = 0;

  for (guint i = 0; i < g_list_model_get_n_items (top); i++)
    {
      g_autoptr (SluiceProgramItem) item = g_list_model_get_item (top, i);

      sum += sluice_program_item_get_stats (item)->rate[SLUICE_RX];
    }
  return (guint64) sum;
}

static void
run_steps (SluiceGroupBy group_by)
{
  g_autoptr (World) world = world_new (group_by);
  guint64 before = 0;

  for (guint second = 1; second <= 3; second++)
    {
      g_autoptr (SluiceSample) sample = begin (world, second, MANY, second);

      for (guint step = 0; sluice_program_tree_step (world->tree, 0); step++)
        if (step % 50 == 0)
          g_assert_cmpuint (sum_rates (world), ==, before);
      g_assert_cmpuint (sum_rates (world), ==, before);
      sluice_program_tree_end (world->tree);
      before = second * MANY;
      g_assert_cmpuint (sum_rates (world), ==, before);
    }
  g_assert_cmpuint (sluice_program_tree_get_size (world->tree), ==, 2 * MANY);
}

static void
test_steps (void)
{
  run_steps (SLUICE_GROUP_BY_PROGRAM);
}

static void
test_groups (void)
{
  run_steps (SLUICE_GROUP_BY_USER);
}

static void
test_given_up (void)
{
  g_autoptr (World) world = world_new (SLUICE_GROUP_BY_PROGRAM);
  g_autoptr (SluiceSample) sample = begin (world, 1, MANY, 1);

  g_assert_true (sluice_program_tree_step (world->tree, 0));
}

/* All leave at once, but not with one sample. */
static void
test_leaving (void)
{
  g_autoptr (World) world = world_new (SLUICE_GROUP_BY_PROGRAM);
  guint n_before = 2 * MANY;

  for (guint i = 0; i <= MANY / 1000; i++)
    {
      g_autoptr (SluiceSample) sample = begin (world, i == 0 ? 1 : 20 + i, i == 0 ? MANY : 0, 0);
      guint n;

      g_assert_cmpuint (finish (world), >, 1);
      n = sluice_program_tree_get_size (world->tree);
      g_assert_cmpuint (n_before - n, <=, 2 * 1000);
      n_before = n;
    }
  g_assert_cmpuint (n_before, ==, 0);
}

/* What the house rule says of a turn of the main loop, of this thread's own time, so that a busy machine does not
 * matter. The best of a few rounds, as a single one may meet a cold cache or a page fault. */
static void
test_deadline (void)
{
  g_autoptr (World) world = world_new (SLUICE_GROUP_BY_USER);
  gint64 longest_step = G_MAXINT64;

  for (guint second = 1; second <= 6; second++)
    {
      g_autoptr (SluiceSample) sample = begin (world, second, MANY, second);
      gint64 longest = 0, begun;
      gboolean more;

      do
        {
          begun = thread_time ();
          more = sluice_program_tree_step (world->tree, g_get_monotonic_time () + 2000);
          longest = MAX (longest, thread_time () - begun);
        }
      while (more);
      sluice_program_tree_end (world->tree);
      g_test_message ("second %u of %d programs: longest step %.2f ms", second, MANY, longest / 1000.0);
      longest_step = MIN (longest_step, longest);
    }
  assert_within (longest_step, 4000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program-feed/figures-are-all-of-one-sample-at-any-step", test_steps);
  g_test_add_func ("/program-feed/groups-are-of-the-same-sample-as-programs", test_groups);
  g_test_add_func ("/program-feed/one-that-is-given-up-leaves-nothing-behind", test_given_up);
  g_test_add_func ("/program-feed/ten-thousand-that-end-leave-one-thousand-with-a-sample", test_leaving);
  g_test_add_func ("/program-feed/no-step-of-ten-thousand-programs-exceeds-four-milliseconds", test_deadline);
  return g_test_run ();
}
