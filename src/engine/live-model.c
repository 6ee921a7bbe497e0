#include "engine/live-model.h"

/* Longer than anybody ever captured: as much as there is room for. */
#define KEEP_ALL_US (G_MAXINT64 / 4)
#define TIMELINE_KEEP_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
/* What one turn of the main loop may cost, µs; half of what a frame can spare. */
#define SLICE_US 2000
/* So many rows and items take less than that: they are fed at once. */
#define FEW 1000
/* A source's priority just below that of GTK's redraw. */
#define AFTER_REDRAW (G_PRIORITY_HIGH_IDLE + 30)

struct _SluiceLiveModel
{
  GObject parent_instance;
  SluiceEngine *engine;
  gulong sample_handler;
  SluiceTimeline *timelines[SLUICE_N_BREAKDOWNS];
  SluiceSample *latest;
  SluiceSample *pending; /* is being fed to the programs */
  gboolean fed;          /* and only has to be shown */
  guint slice_id;
  SluiceInterfaceList *interfaces;
  SluiceInterfaceItem *scope;
  SluiceProgramTree *programs;
};

G_DEFINE_FINAL_TYPE (SluiceLiveModel, sluice_live_model, G_TYPE_OBJECT)

enum
{
  SIGNAL_UPDATED,
  SIGNAL_SCOPE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
sluice_live_model_dispose (GObject *object)
{
  SluiceLiveModel *self = SLUICE_LIVE_MODEL (object);

  if (self->engine != NULL)
    g_clear_signal_handler (&self->sample_handler, self->engine);
  g_clear_object (&self->engine);
  g_clear_handle_id (&self->slice_id, g_source_remove);
  G_OBJECT_CLASS (sluice_live_model_parent_class)->dispose (object);
}

static void
sluice_live_model_finalize (GObject *object)
{
  SluiceLiveModel *self = SLUICE_LIVE_MODEL (object);

  g_clear_pointer (&self->programs, sluice_program_tree_free);
  for (guint by = 0; by < SLUICE_N_BREAKDOWNS; by++)
    g_clear_pointer (&self->timelines[by], sluice_timeline_free);
  g_clear_pointer (&self->latest, sluice_sample_unref);
  g_clear_pointer (&self->pending, sluice_sample_unref);
  g_clear_object (&self->scope);
  g_clear_pointer (&self->interfaces, sluice_interface_list_free);
  G_OBJECT_CLASS (sluice_live_model_parent_class)->finalize (object);
}

static void
sluice_live_model_class_init (SluiceLiveModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_live_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = sluice_live_model_finalize;
  signals[SIGNAL_UPDATED] = g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_SCOPE_CHANGED] = g_signal_new ("scope-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                                NULL, NULL, G_TYPE_NONE, 0);
}

/* Timelines that know nothing yet and forget what is older than that. */
static void
begin_timelines (SluiceLiveModel *self, gint64 keep_us)
{
  for (guint by = 0; by < SLUICE_N_BREAKDOWNS; by++)
    {
      g_clear_pointer (&self->timelines[by], sluice_timeline_free);
      self->timelines[by] = sluice_timeline_new (by, keep_us);
    }
}

static void
sluice_live_model_init (SluiceLiveModel *self)
{
  begin_timelines (self, TIMELINE_KEEP_US);
  self->interfaces = sluice_interface_list_new ();
  self->scope = g_object_ref (sluice_interface_list_get_sum (self->interfaces));
  self->programs = sluice_program_tree_new (self->interfaces);
}

static void
sample_cb (SluiceEngine *engine, SluiceSample *sample, gpointer user_data)
{
  sluice_live_model_feed (user_data, sample);
}

/**
 * sluice_live_model_new:
 * @engine: (nullable): what feeds it; %NULL where the caller does
 *
 * Returns: (transfer full): an empty model
 */
SluiceLiveModel *
sluice_live_model_new (SluiceEngine *engine)
{
  SluiceLiveModel *self = g_object_new (SLUICE_TYPE_LIVE_MODEL, NULL);

  if (engine != NULL)
    {
      self->engine = g_object_ref (engine);
      self->sample_handler = g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), self);
    }
  return self;
}

/**
 * sluice_live_model_new_for_recording:
 *
 * Returns: (transfer full): an empty model that forgets nothing for its age, fed by the caller
 */
SluiceLiveModel *
sluice_live_model_new_for_recording (void)
{
  SluiceLiveModel *self = sluice_live_model_new (NULL);

  begin_timelines (self, KEEP_ALL_US);
  return self;
}

/* Links that came back as others take their past with them. */
static void
feed_interfaces (SluiceLiveModel *self, const SluiceSample *sample)
{
  g_autoptr (GArray) returns = sluice_interface_list_feed (self->interfaces, sample, self->scope);

  for (guint by = 0; by < SLUICE_N_BREAKDOWNS && sample->duration > 0; by++)
    sluice_timeline_append (self->timelines[by], sample);
  for (guint i = 0; i < returns->len; i++)
    {
      const SluiceInterfaceReturn *back = &g_array_index (returns, SluiceInterfaceReturn, i);

      for (guint by = 0; by < SLUICE_N_BREAKDOWNS; by++)
        sluice_timeline_rename_interface (self->timelines[by], back->before, back->now);
      sluice_program_tree_rename_interface (self->programs, back->before, back->now);
    }
}

/* The sample is in all figures: everything speaks of it from now on. */
static void
show_pending (SluiceLiveModel *self)
{
  sluice_program_tree_end (self->programs);
  self->fed = FALSE;
  g_clear_pointer (&self->latest, sluice_sample_unref);
  self->latest = g_steal_pointer (&self->pending);
  g_signal_emit (self, signals[SIGNAL_UPDATED], 0, self->latest);
}

static gboolean
slice_cb (gpointer user_data)
{
  SluiceLiveModel *self = user_data;

  if (!self->fed)
    {
      /* Those who look have their own work to do on what is new: that is a turn of its own. */
      self->fed = !sluice_program_tree_step (self->programs, g_get_monotonic_time () + SLICE_US);
      return G_SOURCE_CONTINUE;
    }
  self->slice_id = 0;
  show_pending (self);
  return G_SOURCE_REMOVE;
}

/**
 * sluice_live_model_feed:
 * @self: a model
 * @sample: the next sample
 *
 * Takes in what happened. An engine's samples come by themselves. Few programs are fed at once. Very many are fed over
 * several turns of the main loop; until all are, every figure of theirs stays as it is, and "updated" comes then.
 */
void
sluice_live_model_feed (SluiceLiveModel *self, SluiceSample *sample)
{
  g_return_if_fail (SLUICE_IS_LIVE_MODEL (self));

  sluice_live_model_finish (self);
  /* A link that comes may be what somebody waits for to choose it. */
  feed_interfaces (self, sample);
  self->pending = sluice_sample_ref (sample);
  sluice_program_tree_begin (self->programs, sample, self->scope, FALSE);
  if (sample->programs->len + sluice_program_tree_get_size (self->programs) > FEW)
    {
      self->slice_id = g_idle_add_full (AFTER_REDRAW, slice_cb, self, NULL);
      return;
    }
  sluice_live_model_finish (self);
}

/**
 * sluice_live_model_finish:
 * @self: a model
 *
 * Takes in now what is left of a sample, however long it takes.
 */
void
sluice_live_model_finish (SluiceLiveModel *self)
{
  g_return_if_fail (SLUICE_IS_LIVE_MODEL (self));

  if (self->pending == NULL)
    return;
  g_clear_handle_id (&self->slice_id, g_source_remove);
  while (sluice_program_tree_step (self->programs, G_MAXINT64))
    ;
  show_pending (self);
}

/**
 * sluice_live_model_get_engine:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): what feeds it
 */
SluiceEngine *
sluice_live_model_get_engine (SluiceLiveModel *self)
{
  return self->engine;
}

/**
 * sluice_live_model_get_interfaces:
 * @self: a model
 *
 * Returns: (transfer none): #SluiceInterfaceItem; the first is the sum of the listed ones
 */
GListModel *
sluice_live_model_get_interfaces (SluiceLiveModel *self)
{
  return sluice_interface_list_get_model (self->interfaces);
}

/**
 * sluice_live_model_get_scope:
 * @self: a model
 *
 * Returns: (transfer none): the link, or the sum, that charts and lists speak of
 */
SluiceInterfaceItem *
sluice_live_model_get_scope (SluiceLiveModel *self)
{
  return self->scope;
}

/**
 * sluice_live_model_set_scope:
 * @self: a model
 * @item: one of its interfaces
 *
 * Lets programs' rates and totals speak of @item from now on. Their rates of the last minute begin anew.
 */
void
sluice_live_model_set_scope (SluiceLiveModel *self, SluiceInterfaceItem *item)
{
  g_return_if_fail (SLUICE_IS_INTERFACE_ITEM (item));

  sluice_live_model_finish (self);
  if (!g_set_object (&self->scope, item))
    return;
  sluice_program_tree_forget_series (self->programs);
  if (self->latest != NULL)
    sluice_program_tree_feed (self->programs, self->latest, self->scope, TRUE);
  g_signal_emit (self, signals[SIGNAL_SCOPE_CHANGED], 0);
}

/**
 * sluice_live_model_get_programs:
 * @self: a model
 *
 * Returns: (transfer none): the top rows of the process table, #SluiceProgramItem, in no order; the same list for the
 *   model's life
 */
GListModel *
sluice_live_model_get_programs (SluiceLiveModel *self)
{
  return sluice_program_tree_get_model (self->programs);
}

/**
 * sluice_live_model_get_group_by:
 * @self: a model
 *
 * Returns: what the top rows are
 */
SluiceGroupBy
sluice_live_model_get_group_by (SluiceLiveModel *self)
{
  return sluice_program_tree_get_group_by (self->programs);
}

/**
 * sluice_live_model_set_group_by:
 * @self: a model
 * @group_by: what the top rows shall be
 *
 * Arranges the same programs anew.
 */
void
sluice_live_model_set_group_by (SluiceLiveModel *self, SluiceGroupBy group_by)
{
  sluice_live_model_finish (self);
  sluice_program_tree_set_group_by (self->programs, group_by, self->latest);
}

/**
 * sluice_live_model_find_program:
 * @self: a model
 * @identity: a program's
 *
 * Returns: (transfer none) (nullable): its item, at whatever level it stands
 */
SluiceProgramItem *
sluice_live_model_find_program (SluiceLiveModel *self, const char *identity)
{
  return sluice_program_tree_find (self->programs, identity);
}

/**
 * sluice_live_model_get_timeline:
 * @self: a model
 * @by: whose bytes
 *
 * Returns: (transfer none): who moved what in the last hour
 */
SluiceTimeline *
sluice_live_model_get_timeline (SluiceLiveModel *self, SluiceBreakdown by)
{
  g_return_val_if_fail (by < SLUICE_N_BREAKDOWNS, NULL);

  return self->timelines[by];
}

/**
 * sluice_live_model_get_latest:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): the sample that was fed last
 */
SluiceSample *
sluice_live_model_get_latest (SluiceLiveModel *self)
{
  return self->latest;
}
