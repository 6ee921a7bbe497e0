#include "sluice-config.h"

#include "cli/totals.h"

#include <string.h>

#include "fixture.h"

static const SluiceProgramTotal *
find_program (const SluiceTotals *totals,
              const char *name)
{
  for (guint i = 0; i < totals->programs->len; i++)
    {
      const SluiceProgramTotal *total = g_ptr_array_index (totals->programs, i);

      if (g_str_equal (total->row.program->name, name))
        return total;
    }
  return NULL;
}

static void
test_one_row (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) first = fixture_sample (0);
  g_autoptr (SluiceSample) second = fixture_sample (1);
  const SluiceProgramTotal *curl;

  sluice_totals_add (totals, first);
  sluice_totals_add (totals, second);
  g_assert_cmpuint (totals->programs->len, ==, 3);
  g_assert_cmpint (totals->duration, ==, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (sluice_totals_count_packets (totals), ==, 2 * 10);
  g_assert_cmpuint (sluice_totals_count_bytes (totals), ==, 2 * 1014276);

  curl = find_program (totals, "curl");
  g_assert_true (curl->several);
  g_assert_cmpint (curl->row.program->pid, ==, 0);
  g_assert_cmpstr (curl->row.program->path, ==, "/usr/bin/curl");
  g_assert_cmpstr (curl->row.program->user, ==, "anna");
  g_assert_cmpuint (curl->n_processes, ==, 2);
  g_assert_cmpint (curl->pid, ==, 0);
  g_assert_cmpuint (curl->connections, ==, 4);
  g_assert_cmpuint (curl->total.now[SLUICE_RX], ==, 1002000);
  g_assert_cmpuint (curl->total.sum[SLUICE_RX], ==, 2004000);
  g_assert_cmpuint (curl->row.payload[SLUICE_TX], ==, 8000);
  g_assert_cmpuint (curl->links->len, ==, 2);

  g_assert_cmpint (find_program (totals, "ssh")->row.program->pid, ==, 13);
  g_assert_cmpint (find_program (totals, "ssh")->pid, ==, 13);
  g_assert_false (find_program (totals, "ssh")->several);
}

static void
test_users (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) sample = fixture_empty (0);

  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "anna", 1), FIXTURE_UPLINK, 1, 1);
  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "anna", 2), FIXTURE_UPLINK, 1, 1);
  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "bert", 3), FIXTURE_UPLINK, 1, 1);
  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "anna", 4), FIXTURE_UPLINK, 1, 1);
  sluice_totals_add (totals, sample);
  g_assert_cmpuint (totals->programs->len, ==, 1);
  g_assert_null (find_program (totals, "curl")->row.program->user);
  g_assert_cmpuint (find_program (totals, "curl")->n_processes, ==, 4);
}

static void
test_absent (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) busy = fixture_sample (0);
  g_autoptr (SluiceSample) empty = fixture_empty (1);
  g_autoptr (GPtrArray) now = NULL;
  g_autoptr (GPtrArray) all = NULL;

  sluice_totals_add (totals, busy);
  sluice_totals_add (totals, empty);
  now = sluice_totals_rank (totals, totals->programs, TRUE);
  all = sluice_totals_rank (totals, totals->programs, FALSE);
  g_assert_cmpuint (now->len, ==, 0);
  g_assert_cmpuint (all->len, ==, 3);
  g_assert_true (g_ptr_array_index (all, 0) == find_program (totals, "curl"));
}

static void
test_interface_again (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) before = fixture_sample (0);
  g_autoptr (SluiceSample) after = sluice_sample_new ();
  const SluiceInterfaceTotal *total;

  sluice_sample_interface (before, FIXTURE_UPLINK)->gone = TRUE;
  after->duration = G_USEC_PER_SEC;
  fixture_add_interface (after, 3, "uplink");
  fixture_add_unattributed (after, 0, SLUICE_CAUSE_KERNEL, 10, 20);

  sluice_totals_add (totals, before);
  sluice_totals_add (totals, after);
  g_assert_cmpuint (totals->interfaces->len, ==, 2);
  total = g_ptr_array_index (totals->interfaces, 0);
  g_assert_cmpuint (total->row.interface->instance, ==, 3);
  g_assert_false (total->row.gone);
  g_assert_cmpuint (total->row.bytes[SLUICE_TX], ==, 5000 + 600 + 84 + 20);
  g_assert_cmpuint (total->unattributed_now[SLUICE_TX], ==, 20);
}

static void
test_rename (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) before = fixture_sample (0);
  g_autoptr (SluiceSample) after = sluice_sample_new ();
  const SluiceInterfaceTotal *total;

  after->duration = G_USEC_PER_SEC;
  fixture_add_interface (after, 1, "renamed");
  sluice_totals_add (totals, before);
  sluice_totals_add (totals, after);
  g_assert_cmpuint (totals->interfaces->len, ==, 2);
  total = g_ptr_array_index (totals->interfaces, 0);
  g_assert_cmpstr (total->row.interface->name, ==, "renamed");
  /* What was last seen under the old name is on the same line. */
  g_assert_cmpstr (sluice_totals_get_interface (totals, sluice_sample_interface (before, 0)->interface)->name, ==,
                   "renamed");
  g_assert_null (sluice_totals_get_interface (totals, NULL));
}

/* Whatever was folded away, all bytes are still there. */
static void
test_bounded (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  guint64 sum = 0;
  guint64 found = 0;
  guint64 link = 0;

  for (guint second = 0; second < 5; second++)
    {
      g_autoptr (SluiceSample) sample = fixture_empty (second);

      for (guint i = 0; i < 10000; i++)
        {
          g_autofree char *path = g_strdup_printf ("/bin/%u-%u", second, i);

          fixture_add_program (sample, fixture_program (path, "anna", (int) i + 1), FIXTURE_UPLINK, i, 1);
          fixture_add_connection (sample, second * 10000 + i, 6, i, i, 1);
          sum += i;
        }
      sluice_totals_add (totals, sample);
    }

  g_assert_cmpuint (totals->programs->len, <=, SLUICE_TOTALS_MAX + 10000);
  g_assert_cmpuint (totals->connections->len, <=, SLUICE_TOTALS_MAX + 10000);
  g_assert_cmpuint (totals->programs->len + totals->forgotten_programs.count, ==, 50000);
  g_assert_cmpuint (totals->connections->len + totals->forgotten_connections.count, ==, 50000);
  for (guint i = 0; i < totals->programs->len; i++)
    found += ((const SluiceTotal *) g_ptr_array_index (totals->programs, i))->sum[SLUICE_RX];
  g_assert_cmpuint (found + totals->forgotten_programs.bytes[SLUICE_RX], ==, sum);
  g_assert_nonnull (totals->forgotten_programs.links);
  for (guint i = 0; i < totals->forgotten_programs.links->len; i++)
    link += g_array_index (totals->forgotten_programs.links, SluiceProgramLink, i).bytes[SLUICE_RX];
  g_assert_cmpuint (link, ==, totals->forgotten_programs.bytes[SLUICE_RX]);
}

/* A connection that ends may have lost its owner by then. */
static void
test_owner_kept (void)
{
  g_autoptr (SluiceTotals) totals = sluice_totals_new ();
  g_autoptr (SluiceSample) before = fixture_sample (0);
  g_autoptr (SluiceSample) after = fixture_empty (1);
  const SluiceConnectionTotal *total;

  fixture_add_connection (after, 1, 6, SLUICE_INDEX_NONE, 10, 20);
  sluice_totals_add (totals, before);
  sluice_totals_add (totals, after);
  total = g_ptr_array_index (totals->connections, 0);
  g_assert_cmpstr (total->program->name, ==, "curl");
  g_assert_cmpuint (total->total.sum[SLUICE_RX], ==, 1000010);
  g_assert_cmpuint (total->row.payload[SLUICE_RX], ==, 500005);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/totals/have-one-row-a-program-path", test_one_row);
  g_test_add_func ("/totals/name-no-user-where-there-were-several", test_users);
  g_test_add_func ("/totals/keep-what-is-no-longer-there", test_absent);
  g_test_add_func ("/totals/join-an-interface-that-was-made-again", test_interface_again);
  g_test_add_func ("/totals/follow-a-renamed-interface", test_rename);
  g_test_add_func ("/totals/fold-small-rows-away-and-lose-no-byte", test_bounded);
  g_test_add_func ("/totals/remember-the-owner-of-a-connection", test_owner_kept);
  return g_test_run ();
}
