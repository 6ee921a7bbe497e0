#include "capture/interface-rows.h"

#include <gio/gio.h>
#include <string.h>

#include "meter-world.h"

/* One sample's rows, a moment after the ones before. */
static SluiceSample *
fill (World *world, SluiceInterfaceRows *rows)
{
  SluiceSample *sample = sluice_sample_new ();

  world_list (world);
  sluice_interface_rows_fill (rows, sample);
  return sample;
}

static void
test_gain (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceMeterScope scope = { FALSE, NULL };
  g_autoptr (SluiceInterfaceRows) rows = sluice_interface_rows_new (world->table, &scope);
  g_autoptr (SluiceSample) first = fill (world, rows);
  g_autoptr (SluiceSample) second = NULL;
  guint32 index;

  sluice_interface_rows_finish (rows);
  world->links[ETH0].rx += 500;
  world->links[WLAN0].rx = 3;
  second = fill (world, rows);
  g_assert_cmpuint (second->interfaces->len, ==, 2);
  g_assert_cmpuint (find_link (second, "eth0")->bytes[SLUICE_RX], ==, 500);
  g_assert_cmpuint (find_link (second, "eth0")->total_bytes[SLUICE_RX], ==, 1000500);
  /* A counter that was reset begins at zero. */
  g_assert_cmpuint (find_link (second, "wlan0")->bytes[SLUICE_RX], ==, 3);
  index = sluice_interface_rows_find (rows, find_link (second, "wlan0")->interface->instance);
  g_assert_true (sluice_sample_interface (second, index) == find_link (second, "wlan0"));
  g_assert_cmpuint (sluice_interface_rows_find (rows, 123456), ==, SLUICE_INDEX_NONE);
  sluice_interface_rows_finish (rows);
}

static void
test_scope (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  char *names[] = { (char *) "lo", NULL };
  const SluiceMeterScope scopes[] = { { FALSE, NULL }, { TRUE, NULL }, { FALSE, names } };
  static const guint lengths[] = { 2, 3, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      g_autoptr (SluiceInterfaceRows) rows = sluice_interface_rows_new (world->table, &scopes[i]);
      g_autoptr (SluiceSample) sample = fill (world, rows);

      g_assert_cmpuint (sample->interfaces->len, ==, lengths[i]);
      sluice_interface_rows_finish (rows);
    }
}

static void
test_rename (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  char *names[] = { (char *) "eth0", NULL };
  const SluiceMeterScope scope = { FALSE, names };
  g_autoptr (SluiceInterfaceRows) rows = sluice_interface_rows_new (world->table, &scope);
  g_autoptr (SluiceSample) first = fill (world, rows);
  g_autoptr (SluiceSample) second = NULL;

  sluice_interface_rows_finish (rows);
  world->links[ETH0].name = "lan0";
  second = fill (world, rows);
  g_assert_nonnull (find_link (second, "lan0"));
  sluice_interface_rows_finish (rows);
}

/* What is listed and what was named are there, each for its own reason. */
static void
test_listed_and_named (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  char *names[] = { (char *) "lo", (char *) "wlan0", NULL };
  const SluiceMeterScope scope = { .names = names, .listed = TRUE };
  g_autoptr (SluiceInterfaceRows) rows = sluice_interface_rows_new (world->table, &scope);
  g_autoptr (SluiceSample) first = fill (world, rows);
  g_autoptr (SluiceSample) second = NULL;
  g_autoptr (SluiceSample) third = NULL;

  g_assert_cmpuint (first->interfaces->len, ==, 3);
  sluice_interface_rows_finish (rows);
  world->links[ETH0].down = world->links[WLAN0].down = TRUE;
  second = fill (world, rows);
  g_assert_cmpuint (second->interfaces->len, ==, 3);
  sluice_interface_rows_finish (rows);
  third = fill (world, rows);
  g_assert_cmpuint (third->interfaces->len, ==, 2);
  g_assert_nonnull (find_link (third, "lo"));
  g_assert_nonnull (find_link (third, "wlan0"));
  sluice_interface_rows_finish (rows);
}

static void
test_check (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  char *names[] = { (char *) "eth0", (char *) "no-\x1b[31m", NULL };
  const SluiceMeterScope wrong = { FALSE, names }, all = { TRUE, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (sluice_meter_scope_check (&all, world->table, &error));
  g_assert_false (sluice_meter_scope_check (&wrong, world->table, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (strchr (error->message, '\x1b'));
  names[1] = NULL;
  g_clear_error (&error);
  g_assert_true (sluice_meter_scope_check (&wrong, world->table, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interface-rows/have-what-the-links-gained", test_gain);
  g_test_add_func ("/interface-rows/are-those-in-scope", test_scope);
  g_test_add_func ("/interface-rows/one-that-was-asked-for-stays-under-another-name", test_rename);
  g_test_add_func ("/interface-rows/what-is-listed-may-be-there-beside-what-is-named", test_listed_and_named);
  g_test_add_func ("/interface-rows/a-scope-of-what-there-is-not-is-refused", test_check);
  return g_test_run ();
}
