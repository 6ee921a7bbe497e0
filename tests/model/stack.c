#include "model/stack.h"

#include "tests/engine/sample-maker.h"

typedef struct
{
  SluiceTimeline *timeline;
  SluiceSeries *whole;
  SluiceStack *stack;
  gint64 second;
  gint64 duration; /* of a first look; 0 is a second, and none */
} Case;

static void
set_up (Case *test, gconstpointer data)
{
  test->timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  test->whole = sluice_series_new (100);
  test->stack = sluice_stack_new ();
}

static void
tear_down (Case *test, gconstpointer data)
{
  sluice_stack_free (test->stack);
  sluice_series_unref (test->whole);
  sluice_timeline_free (test->timeline);
}

/* A second in which program i received bytes[i], and the link @all. */
static void
tick (Case *test, const guint64 *bytes, guint n, guint64 all)
{
  g_autoptr (SluiceSample) sample = make_sample (++test->second);
  SluicePoint point;

  if (test->duration != 0)
    sample->duration = test->duration;
  sample->is_first_look = test->duration != 0;
  point = (SluicePoint){ sample->time, sample->duration, (double) all * SECOND / sample->duration, 0,
                         sample->is_first_look };

  put_interface (sample, 1, "eth0", all, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/bin/p%u", i);
      g_autoptr (SluiceProgram) program = make_program ((gint32) i + 1, path, "anna", NULL);

      put_program (sample, program);
      put_bytes (sample, 0, bytes[i], 0);
    }
  sluice_timeline_append (test->timeline, sample);
  sluice_series_append (test->whole, &point);
}

static gboolean
update (Case *test, guint seconds)
{
  return sluice_stack_update (test->stack, test->timeline, 0, test->whole, (test->second - seconds) * SECOND,
                              test->second * SECOND);
}

static void
assert_part (Case *test, guint part, const char *path, double rx)
{
  const SluicePoint *last = sluice_series_get_last (sluice_stack_get_series (test->stack, part));
  const char *identity = sluice_stack_get_identity (test->stack, part);

  g_assert_nonnull (last);
  g_assert_cmpfloat_with_epsilon (last->rx, rx, 0.01);
  if (path == NULL)
    g_assert_null (identity);
  else
    g_assert_nonnull (strstr (identity, path));
  if (path != NULL)
    g_assert_cmpint (sluice_stack_find (test->stack, identity), ==, part);
}

static void
test_layers (Case *test, gconstpointer data)
{
  tick (test, (guint64[]){ 10, 30, 20 }, 3, 100);
  g_assert_true (update (test, 1));
  assert_part (test, 0, "p1", 30);
  assert_part (test, 1, "p2", 50);
  assert_part (test, 2, "p0", 60);
  assert_part (test, 3, NULL, 60);
  g_assert_cmpint (sluice_stack_find (test->stack, NULL), ==, -1);
  g_assert_cmpint (sluice_stack_find (test->stack, "nobody"), ==, -1);
}

static void
test_stable (Case *test, gconstpointer data)
{
  SluiceSeries *bottom;

  tick (test, (guint64[]){ 10, 30, 20 }, 3, 100);
  update (test, 1);
  bottom = sluice_stack_get_series (test->stack, 0);
  tick (test, (guint64[]){ 90, 1, 20 }, 3, 200);
  /* Who moves most is another, but all keep their place, and a second is added to what there is. */
  g_assert_false (update (test, 1));
  g_assert_true (sluice_stack_get_series (test->stack, 0) == bottom);
  g_assert_cmpuint (sluice_series_get_length (bottom), ==, 2);
  assert_part (test, 0, "p1", 1);
  assert_part (test, 1, "p2", 21);
  assert_part (test, 2, "p0", 111);
  g_assert_false (update (test, 1));
  g_assert_cmpuint (sluice_series_get_length (bottom), ==, 2);
}

/* The first look is of a quarter of a second. */
static void
test_first (Case *test, gconstpointer data)
{
  test->duration = SECOND / 4;
  tick (test, (guint64[]){ 100, 25 }, 2, 150);
  update (test, 1);
  assert_part (test, 0, "p0", 400);
  test->duration = 0;
  tick (test, (guint64[]){ 150, 100 }, 2, 300);
  g_assert_false (update (test, 2));
  g_assert_cmpuint (sluice_series_get_length (sluice_stack_get_series (test->stack, 0)), ==, 1);
  g_assert_cmpuint (sluice_series_get_length (test->whole), ==, 1);
  assert_part (test, 0, "p0", 200);
  assert_part (test, 1, "p1", 300);
  g_assert_cmpint (sluice_series_get_last (sluice_stack_get_series (test->stack, 0))->duration, ==, SECOND * 5 / 4);
}

static void
test_successor (Case *test, gconstpointer data)
{
  tick (test, (guint64[]){ 60, 50, 40, 30, 20, 10, 5, 4, 3 }, 9, 300);
  update (test, 1);
  assert_part (test, 5, "p5", 210);
  /* Among the first eight he stays; then the largest that has no place takes it, over all that is remembered. */
  tick (test, (guint64[]){ 60, 50, 40, 30, 20, 7, 9, 8, 3 }, 9, 300);
  g_assert_false (update (test, 1));
  tick (test, (guint64[]){ 60, 50, 40, 30, 20, 1, 9, 8, 7 }, 9, 300);
  g_assert_true (update (test, 1));
  assert_part (test, 5, "p6", 209);
  g_assert_cmpuint (sluice_series_get_length (sluice_stack_get_series (test->stack, 5)), ==, 3);
}

static void
test_whole (Case *test, gconstpointer data)
{
  tick (test, (guint64[]){ 80, 70 }, 2, 100);
  update (test, 1);
  assert_part (test, 0, "p0", 80);
  assert_part (test, 1, "p1", 100);
  assert_part (test, 5, NULL, 100);
}

static void
test_link (Case *test, gconstpointer data)
{
  tick (test, (guint64[]){ 80 }, 1, 100);
  g_assert_true (update (test, 1));
  g_assert_true (sluice_stack_update (test->stack, test->timeline, 2, test->whole, 0, 2 * SECOND));
  assert_part (test, 0, NULL, 0);
  g_assert_true (sluice_stack_update (test->stack, test->timeline, 1, test->whole, 0, 2 * SECOND));
  assert_part (test, 0, "p0", 80);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/stack/puts-those-who-moved-most-one-upon-the-other", test_layers);
  ADD ("/stack/keeps-order-while-figures-change-places", test_stable);
  ADD ("/stack/a-first-look-is-part-of-what-follows", test_first);
  ADD ("/stack/gives-a-layer-to-a-successor-only-when-its-owner-fell-far", test_successor);
  ADD ("/stack/never-exceeds-what-the-link-moved", test_whole);
  ADD ("/stack/begins-anew-with-another-link", test_link);
  return g_test_run ();
}
