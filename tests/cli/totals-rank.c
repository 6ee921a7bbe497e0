#include "sluice-config.h"

#include "cli/totals.h"

#include "fixture.h"

static SluiceTotals *
sum_up (guint n_samples)
{
  SluiceTotals *totals = sluice_totals_new ();

  for (guint i = 0; i < n_samples; i++)
    {
      g_autoptr (SluiceSample) sample = fixture_packets (i);

      sluice_totals_add (totals, sample);
    }
  return totals;
}

static void
test_rank (void)
{
  g_autoptr (SluiceTotals) totals = sum_up (2);
  g_autoptr (SluiceSample) last = fixture_empty (2);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) now = NULL;

  last->has_hosts = TRUE;
  fixture_add_host (last, "2001:db8::53", NULL, 7, 0);
  sluice_totals_add (totals, last);
  all = sluice_totals_rank (totals, totals->hosts, FALSE);
  now = sluice_totals_rank (totals, totals->hosts, TRUE);
  g_assert_cmpuint (all->len, ==, 3);
  g_assert_cmpuint (((const SluiceTotal *) all->pdata[0])->sum[SLUICE_RX], ==, 2000);
  g_assert_cmpuint (((const SluiceTotal *) all->pdata[1])->sum[SLUICE_RX], ==, 807);
  g_assert_cmpuint (now->len, ==, 1);
  g_assert_cmpuint (((const SluiceTotal *) now->pdata[0])->now[SLUICE_RX], ==, 7);
}

/* Three hosts moved; a fourth did not, which is no reason for a line. */
static void
test_single (void)
{
  static const guint expected[][3] = { { 1, 1, 2 }, { 2, 3, 0 }, { 3, 3, 0 }, { 9, 3, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    for (guint now = 0; now < 2; now++)
      {
        g_autoptr (SluiceTotals) totals = sluice_totals_new ();
        g_autoptr (SluiceSample) sample = fixture_packets (0);
        g_autoptr (GPtrArray) chosen = NULL;
        g_auto (SluiceRest) rest = { 0 };

        fixture_add_host (sample, "192.0.2.200", NULL, 0, 0);
        sluice_totals_add (totals, sample);
        chosen = sluice_totals_choose (totals, totals->hosts, NULL, now == 1, expected[i][0], &rest);
        g_assert_cmpuint (chosen->len, ==, expected[i][1]);
        g_assert_cmpuint (rest.count, ==, expected[i][2]);
      }
}

/* One that would be alone stays with those that were forgotten, which have a line anyway. */
static void
test_forgotten (void)
{
  g_autoptr (SluiceTotals) totals = sum_up (1);
  const SluiceRest forgotten = { .count = 5, .bytes = { 10, 20 } };
  g_autoptr (GPtrArray) chosen = NULL;
  g_autoptr (GPtrArray) now = NULL;
  g_auto (SluiceRest) rest = { 0 };
  g_auto (SluiceRest) rest_now = { 0 };

  chosen = sluice_totals_choose (totals, totals->hosts, &forgotten, FALSE, 2, &rest);
  g_assert_cmpuint (chosen->len, ==, 2);
  g_assert_cmpuint (rest.count, ==, 6);
  g_assert_cmpuint (rest.bytes[SLUICE_RX], ==, 15);
  g_assert_cmpuint (rest.bytes[SLUICE_TX], ==, 26);
  now = sluice_totals_choose (totals, totals->hosts, &forgotten, TRUE, 2, &rest_now);
  g_assert_cmpuint (now->len, ==, 3);
  g_assert_cmpuint (rest_now.count, ==, 0);
}

static void
assert_remainder (const SluiceTotals *totals,
                  const GPtrArray *array,
                  const SluiceRest *forgotten,
                  gboolean now,
                  guint64 rx,
                  guint64 tx)
{
  SluiceRest remainder;

  sluice_totals_get_remainder (totals, array, forgotten, now, &remainder);
  g_assert_cmpuint (remainder.bytes[SLUICE_RX], ==, rx);
  g_assert_cmpuint (remainder.bytes[SLUICE_TX], ==, tx);
}

static void
test_remainder (void)
{
  g_autoptr (SluiceTotals) totals = sum_up (2);
  const SluiceRest forgotten = { .count = 1, .bytes = { 4, 0 } };
  SluiceInterfaceTotal *uplink = g_ptr_array_index (totals->interfaces, FIXTURE_UPLINK);
  SluiceConnectionTotal *connection = g_ptr_array_index (totals->connections, 0);

  assert_remainder (totals, totals->hosts, NULL, FALSE, 2 * 42, 0);
  assert_remainder (totals, totals->hosts, NULL, TRUE, 42, 0);
  assert_remainder (totals, totals->hosts, &forgotten, FALSE, 2 * 42 - 4, 0);
  assert_remainder (totals, totals->protocols, NULL, FALSE, 0, 0);
  assert_remainder (totals, totals->connections, NULL, FALSE, 2 * (42 + 405), 2 * 306);

  /* What rows have and the link did not count has a line of its own. */
  uplink->row.excess[SLUICE_TX] = 9;
  assert_remainder (totals, totals->connections, NULL, FALSE, 2 * (42 + 405), 2 * 306 + 9);
  /* A connection that runs nobody knows where is not in the links' figures. */
  g_clear_pointer (&connection->interface, sluice_interface_unref);
  assert_remainder (totals, totals->connections, NULL, TRUE, 42 + 405 + 1000, 306 + 100);
  /* Rows that are ahead of their link leave nothing, and no less than nothing. */
  uplink->total.sum[SLUICE_RX] = 1;
  assert_remainder (totals, totals->hosts, NULL, FALSE, 0, 9);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/totals-rank/put-those-first-that-moved-most", test_rank);
  g_test_add_func ("/totals-rank/never-hide-a-single-row-behind-a-line-of-the-same-size", test_single);
  g_test_add_func ("/totals-rank/count-what-was-forgotten-among-the-others", test_forgotten);
  g_test_add_func ("/totals-rank/know-what-no-row-has", test_remainder);
  return g_test_run ();
}
