#include "engine/live-model.h"

#include "sample-maker.h"

#define MANY 3000

static void
feed (SluiceLiveModel *model, SluiceSample *sample)
{
  sluice_live_model_feed (model, sample);
  sluice_sample_unref (sample);
}

/* A second in which @program moved 100 bytes over eth0 and 7 over lo, which is not listed. */
static SluiceSample *
make_second (gint64 second, SluiceProgram *program)
{
  SluiceSample *sample = make_sample (second);

  put_interface (sample, 1, "eth0", 150, 0)->unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 50;
  put_interface (sample, 2, "lo", 7, 0)->unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 0;
  sluice_sample_interface (sample, 1)->listed = FALSE;
  put_program (sample, program);
  put_bytes (sample, 0, 100, 0);
  put_bytes (sample, 1, 7, 0);
  return sample;
}

static SluiceInterfaceItem *
get_interface (SluiceLiveModel *model, guint position)
{
  g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (sluice_live_model_get_interfaces (model), position);

  return item;
}

static void
sample_cb (SluiceLiveModel *model, SluiceSample *sample, gpointer user_data)
{
  g_assert_true (sample == sluice_live_model_get_latest (model));
  (*(guint *) user_data)++;
}

static void
test_empty (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);

  g_assert_null (sluice_live_model_get_engine (model));
  g_assert_null (sluice_live_model_get_latest (model));
  g_assert_cmpuint (g_list_model_get_n_items (sluice_live_model_get_interfaces (model)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (sluice_live_model_get_programs (model)), ==, 0);
  g_assert_true (sluice_live_model_get_scope (model) == get_interface (model, 0));
  g_assert_cmpint (sluice_live_model_get_group_by (model), ==, SLUICE_GROUP_BY_PROGRAM);
  g_assert_null (sluice_live_model_find_program (model, "nobody"));
}

static void
test_scope (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  const SluiceProgramStats *stats;
  guint n_updated = 0;
  guint n_scope_changed = 0;

  g_signal_connect (model, "updated", G_CALLBACK (sample_cb), &n_updated);
  g_signal_connect (model, "scope-changed", G_CALLBACK (count_cb), &n_scope_changed);
  feed (model, make_second (1, program));
  feed (model, make_second (2, program));
  g_assert_cmpuint (n_updated, ==, 2);
  stats = sluice_program_item_get_stats (sluice_live_model_find_program (model, program->identity));
  g_assert_cmpfloat (stats->rate[SLUICE_RX], ==, 100);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 200);
  g_assert_cmpuint (stats->retransmits, ==, 0);

  sluice_live_model_set_scope (model, get_interface (model, 2));
  g_assert_true (sluice_live_model_get_scope (model) == get_interface (model, 2));
  g_assert_cmpuint (n_scope_changed, ==, 1);
  g_assert_cmpfloat (stats->rate[SLUICE_RX], ==, 7);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 14);
  /* Nothing was fed twice. */
  sluice_live_model_set_scope (model, get_interface (model, 2));
  sluice_live_model_set_scope (model, get_interface (model, 0));
  g_assert_cmpuint (n_scope_changed, ==, 2);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 200);
  g_assert_cmpuint (n_updated, ==, 2);
}

static GArray *
top (SluiceLiveModel *model, guint64 instance)
{
  return sluice_timeline_top (sluice_live_model_get_timeline (model, SLUICE_BY_PROGRAM), 0, G_MAXINT64, instance, 5);
}

static void
test_back (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  g_autoptr (GArray) listed = NULL;
  g_autoptr (GArray) of_link = NULL;
  const SluiceProgramStats *stats;
  SluiceInterfaceItem *item;
  SluiceSample *sample;

  feed (model, make_second (1, program));
  item = get_interface (model, 1);
  sluice_live_model_set_scope (model, item);
  feed (model, make_sample (2));
  g_assert_true (sluice_interface_item_get_gone (item));
  listed = top (model, 0);
  g_assert_cmpuint (g_array_index (listed, SluiceTimelineEntry, 0).bytes[SLUICE_RX], ==, 100);

  sample = make_sample (3);
  put_interface (sample, 33, "eth0", 20, 0)->unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 0;
  put_program (sample, program);
  put_bytes (sample, 0, 20, 0);
  feed (model, sample);
  /* One link with a gap: its chart, its programs and the past of both go on. */
  g_assert_true (sluice_live_model_get_scope (model) == item);
  g_assert_cmpuint (sluice_interface_item_get_instance (item), ==, 33);
  stats = sluice_program_item_get_stats (sluice_live_model_find_program (model, program->identity));
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 120);
  of_link = top (model, 33);
  g_assert_cmpuint (g_array_index (of_link, SluiceTimelineEntry, 0).bytes[SLUICE_RX], ==, 120);
}

static void
test_first_sample (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceSample) sample = make_sample (1);
  g_autoptr (GArray) listed = NULL;

  /* It has counters and sockets, but no span. */
  sample->duration = 0;
  put_interface (sample, 1, "eth0", 0, 0);
  put_program (sample, program);
  sluice_live_model_feed (model, sample);
  listed = top (model, 0);
  g_assert_cmpuint (listed->len, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sluice_live_model_get_programs (model)), ==, 1);
  g_assert_cmpuint (sluice_series_get_length (sluice_interface_item_get_series (get_interface (model, 1))), ==, 0);
}

static void
test_engine (void)
{
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  SluiceLiveModel *model = sluice_live_model_new (engine);
  g_autoptr (SluiceSample) sample = make_sample (1);

  g_assert_true (sluice_live_model_get_engine (model) == engine);
  g_signal_emit_by_name (engine, "sample", sample);
  g_assert_true (sluice_live_model_get_latest (model) == sample);
  g_object_unref (model);
  /* Nobody listens any more. */
  g_signal_emit_by_name (engine, "sample", sample);
  g_assert_true (g_atomic_ref_count_compare (&sample->reference_count, 1));
}

static void
test_grouping (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgramItem) group = NULL;

  feed (model, make_second (1, program));
  sluice_live_model_set_group_by (model, SLUICE_GROUP_BY_USER);
  g_assert_cmpint (sluice_live_model_get_group_by (model), ==, SLUICE_GROUP_BY_USER);
  group = g_list_model_get_item (sluice_live_model_get_programs (model), 0);
  /* Its figures are there at once. */
  g_assert_cmpuint (sluice_program_item_get_stats (group)->total[SLUICE_RX], ==, 100);
  g_assert_cmpfloat (sluice_program_item_get_stats (group)->rate[SLUICE_RX], ==, 100);
}

static void
choose_cb (GListModel *interfaces, guint position, guint removed, guint added, gpointer model)
{
  if (position == 2)
    sluice_live_model_set_scope (model, get_interface (model, 2));
}

static void
test_chosen_at_once (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (SluiceProgram) program = make_program (1, "/usr/bin/a", "me", NULL);
  const SluiceProgramStats *stats;

  g_signal_connect (sluice_live_model_get_interfaces (model), "items-changed", G_CALLBACK (choose_cb), model);
  feed (model, make_second (1, program));
  g_assert_true (sluice_live_model_get_scope (model) == get_interface (model, 2));
  stats = sluice_program_item_get_stats (sluice_live_model_find_program (model, program->identity));
  g_assert_cmpfloat (stats->rate[SLUICE_RX], ==, 7);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 7);
}

/* A second in which all programs moved @rx bytes each. */
static SluiceSample *
make_busy_second (gint64 second, GPtrArray *programs, guint64 rx)
{
  SluiceSample *sample = make_sample (second);

  put_interface (sample, 1, "eth0", rx * programs->len, 0);
  for (guint i = 0; i < programs->len; i++)
    {
      put_program (sample, g_ptr_array_index (programs, i));
      put_bytes (sample, 0, rx, 0);
    }
  return sample;
}

typedef struct
{
  guint n_updated;
  guint64 rx; /* what every program is to show */
} Watch;

/* Whatever is shown at any moment is all of one sample. */
static void
assert_all_show (SluiceLiveModel *model, guint64 rx)
{
  GListModel *programs = sluice_live_model_get_programs (model);

  for (guint i = 0; i < g_list_model_get_n_items (programs); i++)
    {
      g_autoptr (SluiceProgramItem) item = g_list_model_get_item (programs, i);

      g_assert_cmpfloat (sluice_program_item_get_stats (item)->rate[SLUICE_RX], ==, rx);
    }
}

static void
updated_cb (SluiceLiveModel *model, SluiceSample *sample, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_true (sample == sluice_live_model_get_latest (model));
  assert_all_show (model, watch->rx);
  watch->n_updated++;
}

static void
test_many (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (GPtrArray) programs = make_programs (MANY, FALSE);
  Watch watch = { 0 };
  guint n_turns = 0;

  g_signal_connect (model, "updated", G_CALLBACK (updated_cb), &watch);
  for (guint second = 1; second <= 3; second++)
    {
      guint64 before = watch.rx;

      watch.rx = second * 100;
      feed (model, make_busy_second (second, programs, watch.rx));
      g_assert_cmpuint (watch.n_updated, ==, second - 1);
      while (watch.n_updated < second)
        {
          assert_all_show (model, before);
          g_assert_true (g_main_context_iteration (NULL, FALSE));
          n_turns++;
        }
      g_assert_cmpuint (g_list_model_get_n_items (sluice_live_model_get_programs (model)), ==, MANY);
    }
  /* At the least one to do it and one to show it. */
  g_assert_cmpuint (n_turns, >=, 3 * 2);
}

static void
test_interrupted (void)
{
  g_autoptr (SluiceLiveModel) model = sluice_live_model_new (NULL);
  g_autoptr (GPtrArray) programs = make_programs (MANY, FALSE);
  Watch watch = { .rx = 1 };

  g_signal_connect (model, "updated", G_CALLBACK (updated_cb), &watch);
  feed (model, make_busy_second (1, programs, 1));
  g_main_context_iteration (NULL, FALSE);
  /* The next sample, another grouping and another scope wait for nothing. */
  feed (model, make_busy_second (2, programs, 2));
  g_assert_cmpuint (watch.n_updated, ==, 1);
  watch.rx = 2;
  sluice_live_model_set_group_by (model, SLUICE_GROUP_BY_PROGRAM);
  g_assert_cmpuint (watch.n_updated, ==, 2);
  watch.rx = 3;
  feed (model, make_busy_second (3, programs, 3));
  sluice_live_model_set_scope (model, get_interface (model, 1));
  g_assert_cmpuint (watch.n_updated, ==, 3);
  assert_all_show (model, 3);
  sluice_live_model_finish (model);
  g_assert_cmpuint (watch.n_updated, ==, 3);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  /* And one that is given up in the middle leaves nothing behind. */
  feed (model, make_busy_second (4, programs, 4));
  g_clear_object (&model);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/live-model/is-empty-at-first-and-shows-the-sum", test_empty);
  g_test_add_func ("/live-model/the-scope-changes-what-figures-speak-of", test_scope);
  g_test_add_func ("/live-model/a-link-that-comes-back-has-its-past", test_back);
  g_test_add_func ("/live-model/the-first-sample-moves-nothing", test_first_sample);
  g_test_add_func ("/live-model/an-engine-feeds-it-as-long-as-it-lives", test_engine);
  g_test_add_func ("/live-model/a-grouping-has-its-figures-at-once", test_grouping);

  g_test_add_func ("/live-model/a-link-may-be-chosen-as-it-comes", test_chosen_at_once);
  g_test_add_func ("/live-model/very-many-programs-are-fed-in-turns-and-shown-at-one-moment", test_many);
  g_test_add_func ("/live-model/what-cannot-wait-finishes-the-sample", test_interrupted);
  return g_test_run ();
}
