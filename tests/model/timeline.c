#include "model/timeline.h"

#include "tests/deadline.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* A sample that ends at @second and covers one, with two links: 1 is listed, 2 is not. */
static SluiceSample *
make (gint64 second)
{
  SluiceSample *sample = sluice_sample_new ();

  sample->time = second * SECOND;
  sample->duration = SECOND;
  for (guint i = 1; i <= 2; i++)
    {
      SluiceInterfaceRow row = { .interface = sluice_interface_new (i, i, "eth"), .listed = i == 1 };

      g_array_append_val (sample->interfaces, row);
    }
  return sample;
}

/* Adds a process of the program @name that received @rx and sent @tx over each link. */
static void
add (SluiceSample *sample, const char *name, gint32 pid, guint64 rx, guint64 tx)
{
  SluiceProgramRow row = {
    .program = sluice_program_new (),
    .bytes = { 2 * rx, 2 * tx },
    .first_link = sample->links->len,
    .n_links = 2,
  };

  row.program->pid = pid;
  row.program->path = g_strdup (name);
  sluice_program_seal (row.program);
  g_array_append_val (sample->programs, row);
  for (guint i = 0; i < 2; i++)
    {
      SluiceProgramLink link = { .interface = i, .bytes = { rx, tx } };

      g_array_append_val (sample->links, link);
    }
}

static void
append (SluiceTimeline *timeline, SluiceSample *sample)
{
  sluice_timeline_append (timeline, sample);
  sluice_sample_unref (sample);
}

static void
assert_entry (GArray *top, guint index, const char *name, guint64 rx, guint64 tx)
{
  const SluiceTimelineEntry *entry = &g_array_index (top, SluiceTimelineEntry, index);

  g_assert_cmpuint (index, <, top->len);
  g_assert_cmpstr (entry->program != NULL ? entry->program->name : NULL, ==, name);
  g_assert_cmpuint (entry->bytes[SLUICE_RX], ==, rx);
  g_assert_cmpuint (entry->bytes[SLUICE_TX], ==, tx);
}

/* What a first look of a moment saw is part of the second after it, as it is of a series. */
static void
test_first (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  g_autoptr (SluiceSeries) series = sluice_series_new (10);
  g_autoptr (GArray) top = NULL;
  g_autoptr (GArray) none = NULL;
  SluiceSample *sample = make (1);

  sample->duration = SECOND / 4;
  sample->is_first_look = TRUE;
  add (sample, "first", 1, 1000, 0);
  append (timeline, sample);
  sample = make (2);
  add (sample, "first", 1, 250, 0);
  add (sample, "later", 2, 5, 0);
  append (timeline, sample);
  none = sluice_timeline_sum (timeline, 0, SECOND, 0);
  g_assert_cmpuint (none->len, ==, 0);
  top = sluice_timeline_top (timeline, SECOND, 2 * SECOND, 0, 2);
  assert_entry (top, 0, "first", 1250, 0);
  assert_entry (top, 1, "later", 5, 0);
  append (timeline, make (3));
  sluice_timeline_fill_series (timeline, g_array_index (top, SluiceTimelineEntry, 0).identity, 0, series);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 2);
  g_assert_cmpint (sluice_series_get_point (series, 0)->duration, ==, SECOND + SECOND / 4);
  g_assert_cmpfloat (sluice_series_get_point (series, 0)->rx, ==, 1000);
}

static void
test_top (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  g_autoptr (GArray) empty = sluice_timeline_top (timeline, 0, G_MAXINT64, 0, 3);
  g_autoptr (GArray) listed = NULL;
  g_autoptr (GArray) second = NULL;
  SluiceSample *sample;

  g_assert_cmpuint (empty->len, ==, 0);

  sample = make (1);
  add (sample, "small", 1, 1, 1);
  add (sample, "large", 2, 100, 0);
  add (sample, "idle", 3, 0, 0);
  append (timeline, sample);
  sample = make (2);
  add (sample, "large", 4, 0, 50); /* another process of the same program */
  add (sample, "middle", 5, 20, 20);
  sluice_sample_interface (sample, 0)->unattributed[SLUICE_CAUSE_KERNEL][SLUICE_RX] = 7;
  sluice_sample_interface (sample, 0)->unattributed[SLUICE_CAUSE_LOST][SLUICE_RX] = 1000;
  sluice_sample_interface (sample, 1)->unattributed[SLUICE_CAUSE_LOST][SLUICE_TX] = 5;
  append (timeline, sample);

  listed = sluice_timeline_top (timeline, 0, 2 * SECOND, 0, 2);
  g_assert_cmpuint (listed->len, ==, 3);
  assert_entry (listed, 0, "large", 100, 50);
  assert_entry (listed, 1, "middle", 20, 20);
  assert_entry (listed, 2, NULL, 1007, 0); /* beside the two, and last whatever it is */

  second = sluice_timeline_top (timeline, 1 * SECOND, 2 * SECOND, 2, 10);
  g_assert_cmpuint (second->len, ==, 3);
  assert_entry (second, 0, "large", 0, 50);
  assert_entry (second, 1, "middle", 20, 20);
  assert_entry (second, 2, NULL, 0, 5);
}

static void
test_span (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  static const struct
  {
    double from, to;
    guint64 expected;
  } cases[] = {
    { 0, 4, 15 }, { 1, 4, 14 }, { 1, 2, 2 }, { 0.5, 1.5, 1 }, { 4, 9, 0 }, { 2, 2, 0 }, { 3, 1, 0 }, { -9, 0, 0 },
  };

  for (guint i = 0; i < 4; i++)
    {
      SluiceSample *sample = make (i + 1);

      add (sample, "a", 1, 1 << i, 0);
      append (timeline, sample);
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) top = sluice_timeline_top (timeline, cases[i].from * SECOND, cases[i].to * SECOND, 1, 1);

      if (cases[i].expected == 0)
        g_assert_cmpuint (top->len, ==, 0);
      else
        assert_entry (top, 0, "a", cases[i].expected, 0);
    }
}

/* Programs come and go for a day; an hour, here a minute, stays right all the while. */
static void
test_forgetting (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 60 * SECOND);
  g_autoptr (SluiceProgram) first = NULL;

  for (guint second = 1; second <= 3000; second++)
    {
      SluiceSample *sample = make (second);
      g_autofree char *name = g_strdup_printf ("short-%u", second);

      add (sample, "steady", 1, 1, 0);
      add (sample, name, second, 10, 0);
      if (second == 1)
        first = sluice_program_ref (sluice_sample_program (sample, 1)->program);
      append (timeline, sample);

      if (second % 97 == 0)
        {
          g_autoptr (GArray) all = sluice_timeline_top (timeline, 0, G_MAXINT64, 1, 1000);
          g_autoptr (GArray) last = sluice_timeline_top (timeline, (second - 1) * SECOND, second * SECOND, 1, 1);

          assert_entry (last, 0, name, 10, 0);
          g_assert_cmpuint (all->len, ==, 62); /* steady, and what ended 0 to 60 s ago */
          assert_entry (all, 0, "steady", 61, 0);
        }
    }
  /* What nothing names any more is let go. */
  g_assert_true (g_atomic_ref_count_compare (&first->reference_count, 1));
}

static void
test_series (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  g_autoptr (SluiceSeries) series = sluice_series_new (10);
  g_autoptr (SluiceSeries) unknown = sluice_series_new (10);
  g_autoptr (SluiceProgram) program = NULL;
  SluiceSample *sample = make (2);

  sample->duration = 2 * SECOND;
  add (sample, "a", 1, 100, 10);
  add (sample, "a", 2, 100, 10);
  add (sample, "b", 3, 999, 999);
  program = sluice_program_ref (sluice_sample_program (sample, 0)->program);
  append (timeline, sample);
  append (timeline, make (3));
  sample = make (4);
  add (sample, "a", 1, 7, 0);
  append (timeline, sample);

  sluice_timeline_fill_series (timeline, program->identity, 1, series);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 3);
  g_assert_cmpfloat (sluice_series_get_point (series, 0)->rx, ==, 100);
  g_assert_cmpfloat (sluice_series_get_point (series, 0)->tx, ==, 10);
  g_assert_cmpint (sluice_series_get_point (series, 0)->duration, ==, 2 * SECOND);
  g_assert_cmpfloat (sluice_series_get_point (series, 1)->rx, ==, 0); /* it rested: that is a figure, not a gap */
  g_assert_cmpfloat (sluice_series_get_point (series, 2)->rx, ==, 7);

  sluice_timeline_fill_series (timeline, "nobody", 0, unknown);
  g_assert_cmpuint (sluice_series_get_length (unknown), ==, 3);
  g_assert_cmpfloat (sluice_series_get_point (unknown, 0)->rx, ==, 0);
}

static void
test_listed_then (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  g_autoptr (GArray) top = NULL;
  SluiceSample *sample = make (1);

  add (sample, "a", 1, 100, 0);
  append (timeline, sample);
  /* The listed link goes, and the other one becomes listed. */
  sample = make (2);
  add (sample, "a", 1, 5, 0);
  sluice_sample_interface (sample, 0)->listed = FALSE;
  sluice_sample_interface (sample, 1)->listed = TRUE;
  append (timeline, sample);
  append (timeline, sluice_sample_new ());
  top = sluice_timeline_top (timeline, 0, G_MAXINT64, 0, 3);
  assert_entry (top, 0, "a", 105, 0);
}

static void
test_rename (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) now = NULL;
  SluiceSample *sample = make (1);

  add (sample, "a", 1, 100, 0);
  append (timeline, sample);
  sluice_timeline_rename_interface (timeline, 2, 77);
  before = sluice_timeline_top (timeline, 0, G_MAXINT64, 2, 3);
  now = sluice_timeline_top (timeline, 0, G_MAXINT64, 77, 3);
  g_assert_cmpuint (before->len, ==, 0);
  assert_entry (now, 0, "a", 100, 0);
}

static int
compare_rx (gconstpointer a, gconstpointer b, gpointer n_compared)
{
  guint64 x = ((const SluiceTimelineEntry *) a)->bytes[SLUICE_RX];
  guint64 y = ((const SluiceTimelineEntry *) b)->bytes[SLUICE_RX];

  (*(guint *) n_compared)++;
  return x < y ? 1 : x > y ? -1 : 0;
}

static void
test_select (void)
{
  const guint wanted[] = { 0, 1, 3, 8, 32, 33, 1000, 2000 };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint w = 0; w < G_N_ELEMENTS (wanted); w++)
    {
      SluiceTimelineEntry entries[1000] = { 0 };
      guint64 rest = 0;
      guint n_compared = 0;
      guint n_first = MIN (wanted[w], 1000);

      for (guint i = 0; i < 1000; i++)
        rest += entries[i].bytes[SLUICE_RX] = g_rand_int (random) % 500;
      sluice_timeline_entries_select (entries, 1000, wanted[w], compare_rx, &n_compared);
      if (n_first <= 32)
        g_assert_cmpuint (n_compared, <, 5000);
      for (guint i = 0; i < 1000; i++)
        {
          rest -= entries[i].bytes[SLUICE_RX];
          for (guint j = i + 1; j < 1000 && i < n_first; j++)
            g_assert_cmpuint (entries[i].bytes[SLUICE_RX], >=, entries[j].bytes[SLUICE_RX]);
        }
      /* None was lost. */
      g_assert_cmpuint (rest, ==, 0);
    }
}

/* More than may be kept: the oldest seconds go early, and no append takes long. */
static void
test_many (void)
{
  g_autoptr (SluiceTimeline) timeline = sluice_timeline_new (SLUICE_BY_PROGRAM, 3600 * SECOND);
  g_autoptr (GArray) all = NULL;
  gint64 longest = 0, begun;
  guint64 sum = 0;

  for (guint second = 1; second <= 60; second++)
    {
      g_autoptr (GArray) top = NULL;
      SluiceSample *sample = make (second);

      for (guint i = 0; i < 5000; i++)
        {
          g_autofree char *name = g_strdup_printf ("program-%u", second / 20 * 4000 + i);

          add (sample, name, 1, i + 1, 0);
        }
      begun = thread_time ();
      append (timeline, sample);
      if (second > 1)
        longest = MAX (longest, thread_time () - begun);
      top = sluice_timeline_sum (timeline, 0, G_MAXINT64, 1);
      g_assert_cmpuint (top->len, >=, 5000);
      g_array_unref (g_steal_pointer (&top));
      top = sluice_timeline_top (timeline, (second - 1) * SECOND, second * SECOND, 1, 2);
      g_assert_cmpuint (top->len, ==, 2);
      g_assert_cmpuint (g_array_index (top, SluiceTimelineEntry, 0).bytes[SLUICE_RX], ==, 5000);
      g_assert_cmpuint (g_array_index (top, SluiceTimelineEntry, 1).bytes[SLUICE_RX], ==, 4999);
    }
  g_test_message ("5,000 programs over two links: longest append %.1f ms", longest / 1000.0);
  all = sluice_timeline_sum (timeline, 0, G_MAXINT64, 1);
  for (guint i = 0; i < all->len; i++)
    sum += g_array_index (all, SluiceTimelineEntry, i).bytes[SLUICE_RX];
  /* 26 whole seconds fit. */
  g_assert_cmpuint (sum, ==, 26u * 5000 * 5001 / 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/names-who-moved-most-and-what-nobody-did", test_top);
  g_test_add_func ("/timeline/a-first-look-is-part-of-what-follows", test_first);
  g_test_add_func ("/timeline/counts-what-ends-within-the-span", test_span);
  g_test_add_func ("/timeline/forgets-what-is-old-and-lets-programs-go", test_forgetting);
  g_test_add_func ("/timeline/finds-the-first-few-without-sorting-all", test_select);
  g_test_add_func ("/timeline/keeps-what-fits-of-very-many-programs", test_many);
  g_test_add_func ("/timeline/draws-one-program-with-its-rests", test_series);
  g_test_add_func ("/timeline/what-was-listed-then-stays-in-the-sum", test_listed_then);
  g_test_add_func ("/timeline/an-interface-that-comes-back-has-its-past", test_rename);

  return g_test_run ();
}
