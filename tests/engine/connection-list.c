#include "engine/connection-list.h"

#include "sample-maker.h"

#define MANY 10000

typedef struct
{
  SluiceEngine *engine;
  SluiceLiveModel *model;
  SluiceProgram *a;
  SluiceProgram *b;
  SluiceProgramItem *item; /* a's */
} World;

static void
feed (World *world, SluiceSample *sample)
{
  sluice_live_model_feed (world->model, sample);
  sluice_sample_unref (sample);
}

/* A second with a as the first program and b as the second, and one link. */
static SluiceSample *
make_second (World *world, gint64 second)
{
  SluiceSample *sample = make_sample (second);

  put_interface (sample, 1, "eth0", 0, 0);
  put_program (sample, world->a);
  put_program (sample, world->b);
  sample->has_connections = TRUE;
  return sample;
}

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);

  world->engine = sluice_engine_new ();
  world->model = sluice_live_model_new (world->engine);
  world->a = make_program (1, "/usr/bin/a", "me", NULL);
  world->b = make_program (2, "/usr/bin/b", "me", NULL);
  feed (world, make_second (world, 1));
  world->item = sluice_live_model_find_program (world->model, world->a->identity);
  return world;
}

static void
world_free (World *world)
{
  g_object_unref (world->model);
  g_object_unref (world->engine);
  sluice_program_unref (world->a);
  sluice_program_unref (world->b);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static guint
length (SluiceConnectionList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static SluiceConnectionItem *
get (SluiceConnectionList *list, guint position)
{
  g_autoptr (SluiceConnectionItem) item = g_list_model_get_item (G_LIST_MODEL (list), position);

  return item;
}

static void
test_in_place (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceConnectionList) list = sluice_connection_list_new (world->model);
  SluiceConnectionItem *item;
  SluiceSample *sample;
  guint n_changed = 0;
  guint n_items_changed = 0;

  g_assert_cmpuint (length (list), ==, 0);
  sluice_connection_list_set_item (list, world->item);
  sample = make_second (world, 2);
  put_connection (sample, 100, 0, 0, 50);
  put_connection (sample, 101, 1, 0, 60);
  put_connection (sample, 102, SLUICE_INDEX_NONE, 0, 70);
  feed (world, sample);
  /* The others' are not shown. */
  g_assert_cmpuint (length (list), ==, 1);
  item = get (list, 0);
  g_assert_cmpuint (sluice_connection_item_get_row (item)->id, ==, 100);
  g_assert_cmpfloat (sluice_connection_item_get_rates (item)[SLUICE_RX], ==, 50);
  g_assert_cmpstr (sluice_connection_item_get_interface_name (item), ==, "eth0");
  g_assert_false (sluice_connection_item_get_closed (item));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 1));

  g_signal_connect (item, "changed", G_CALLBACK (count_cb), &n_changed);
  g_signal_connect (list, "items-changed", G_CALLBACK (count_items_cb), &n_items_changed);
  sample = make_second (world, 3);
  put_connection (sample, 100, 0, 0, 50);
  feed (world, sample);
  g_assert_cmpuint (n_changed, ==, 0);
  sample = make_second (world, 4);
  put_connection (sample, 100, 0, SLUICE_INDEX_NONE, 51)->rtt_us = 7;
  feed (world, sample);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpstr (sluice_connection_item_get_interface_name (item), ==, NULL);
  /* It goes to another peer. */
  sample = make_second (world, 5);
  put_connection (sample, 100, 0, SLUICE_INDEX_NONE, 51)->rtt_us = 7;
  sluice_sample_connection (sample, 0)->key.remote_port = 443;
  feed (world, sample);
  g_assert_cmpuint (n_changed, ==, 2);
  g_assert_cmpuint (n_items_changed, ==, 0);
}

static void
test_closed (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceConnectionList) list = sluice_connection_list_new (world->model);
  SluiceSample *sample;
  guint n_changed = 0;

  sluice_connection_list_set_item (list, world->item);
  sample = make_second (world, 2);
  put_connection (sample, 100, 0, 0, 50)->key.protocol = 6;
  sluice_sample_connection (sample, 0)->state = 1;
  put_connection (sample, 101, 0, 0, 50)->flags = SLUICE_CONNECTION_CLOSED;
  feed (world, sample);
  g_assert_true (sluice_connection_item_get_closed (get (list, 1)));
  g_signal_connect (get (list, 0), "changed", G_CALLBACK (count_cb), &n_changed);
  feed (world, make_second (world, 3));
  /* One that is not shown any more is closed, and said so once. */
  g_assert_true (sluice_connection_item_get_closed (get (list, 0)));
  g_assert_cmpuint (sluice_connection_item_get_row (get (list, 0))->state, ==, 7);
  g_assert_cmpfloat (sluice_connection_item_get_rates (get (list, 0))[SLUICE_RX], ==, 0);
  g_assert_cmpfloat (sluice_connection_item_get_rates (get (list, 1))[SLUICE_RX], ==, 0);
  for (guint second = 4; second <= 12; second++)
    feed (world, make_second (world, second));
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (length (list), ==, 2);
  feed (world, make_second (world, 13));
  g_assert_cmpuint (length (list), ==, 0);
}

static void
test_without_rows (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceConnectionList) list = sluice_connection_list_new (world->model);
  SluiceSample *sample;

  sluice_connection_list_set_item (list, world->item);
  sample = make_second (world, 2);
  put_connection (sample, 100, 0, 0, 50);
  feed (world, sample);
  /* A sample that holds no rows says nothing of what is open. */
  sample = make_second (world, 3);
  sample->has_connections = FALSE;
  feed (world, sample);
  g_assert_false (sluice_connection_item_get_closed (get (list, 0)));
}

static void
test_other_item (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceConnectionList) list = sluice_connection_list_new (world->model);
  SluiceSample *sample = make_second (world, 2);
  g_autoptr (SluiceProgramItem) process = NULL;

  put_connection (sample, 100, 0, 0, 50);
  put_connection (sample, 101, 1, 0, 60);
  feed (world, sample);
  /* What the last sample holds is shown at once. */
  sluice_connection_list_set_item (list, world->item);
  g_assert_cmpuint (sluice_connection_item_get_row (get (list, 0))->id, ==, 100);
  sluice_connection_list_set_item (list, sluice_live_model_find_program (world->model, world->b->identity));
  g_assert_cmpuint (length (list), ==, 1);
  g_assert_cmpuint (sluice_connection_item_get_row (get (list, 0))->id, ==, 101);
  process = g_list_model_get_item (sluice_program_item_get_children (world->item), 0);
  sluice_connection_list_set_item (list, process);
  g_assert_cmpuint (sluice_connection_item_get_row (get (list, 0))->id, ==, 100);
  sluice_connection_list_set_item (list, NULL);
  g_assert_cmpuint (length (list), ==, 0);
}

static void
test_group (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceConnectionList) list = sluice_connection_list_new (world->model);
  g_autoptr (SluiceProgramItem) group = NULL;
  SluiceSample *sample;

  sluice_live_model_set_group_by (world->model, SLUICE_GROUP_BY_USER);
  group = g_list_model_get_item (sluice_live_model_get_programs (world->model), 0);
  sluice_connection_list_set_item (list, group);
  sample = make_second (world, 2);
  put_connection (sample, 100, 0, 0, 50);
  put_connection (sample, 101, 1, 0, 60);
  feed (world, sample);
  g_assert_cmpuint (length (list), ==, 2);
}

static void
test_many (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (SluiceConnectionList) list = sluice_connection_list_new (world->model);
  guint n_items_changed = 0;
  gint64 begin;

  sluice_connection_list_set_item (list, world->item);
  g_signal_connect (list, "items-changed", G_CALLBACK (count_items_cb), &n_items_changed);
  for (guint second = 2; second <= 3; second++)
    {
      SluiceSample *sample = make_second (world, second);

      for (guint i = 0; i < MANY; i++)
        put_connection (sample, 1000 + i, 0, 0, 1);
      begin = g_get_monotonic_time ();
      feed (world, sample);
      g_test_message ("%d connections fed in %.1f ms", MANY, (g_get_monotonic_time () - begin) / 1000.0);
    }
  g_assert_cmpuint (length (list), ==, MANY);
  begin = g_get_monotonic_time ();
  feed (world, make_second (world, 14));
  g_test_message ("all of them leave in %.1f ms", (g_get_monotonic_time () - begin) / 1000.0);
  g_assert_cmpuint (length (list), ==, 0);
  g_assert_cmpuint (n_items_changed, ==, 2);
}

static void
test_holds (void)
{
  g_autoptr (World) world = world_new ();
  SluiceConnectionList *list = sluice_connection_list_new (world->model);

  /* Released once too often, the engine would complain. */
  sluice_connection_list_set_item (list, world->item);
  sluice_connection_list_set_item (list, sluice_live_model_find_program (world->model, world->b->identity));
  sluice_engine_release_connections (world->engine);
  sluice_engine_hold_connections (world->engine);
  sluice_connection_list_set_item (list, NULL);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*connection_holds > 0*");
  sluice_engine_release_connections (world->engine);
  g_test_assert_expected_messages ();
  sluice_connection_list_set_item (list, world->item);
  g_object_unref (list);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*connection_holds > 0*");
  sluice_engine_release_connections (world->engine);
  g_test_assert_expected_messages ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/connection-list/shows-one-program-and-updates-in-place", test_in_place);
  g_test_add_func ("/connection-list/what-is-closed-stays-for-ten-seconds", test_closed);
  g_test_add_func ("/connection-list/a-sample-without-rows-closes-nothing", test_without_rows);
  g_test_add_func ("/connection-list/another-item-is-shown-at-once", test_other_item);
  g_test_add_func ("/connection-list/a-group-has-those-of-all-its-programs", test_group);
  g_test_add_func ("/connection-list/ten-thousand-come-and-go-in-one-step", test_many);
  g_test_add_func ("/connection-list/holds-rows-as-long-as-it-shows-something", test_holds);

  return g_test_run ();
}
