#include "sluice-config.h"

#include "engine/engine.h"

#include "capture/capture-thread.h"
#include "capture/decoder-process.h"
#include "capture/file-source.h"
#include "capture/kernel-source.h"
#include "capture/pcap-source.h"
#include "engine/remedy.h"
#include "model/text.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

/* How many samples may wait for a main loop that is busy before they are merged. */
#define QUEUE_BOUND 8
#define DEFAULT_INTERVAL_MS 1000

/**
 * Opening:
 * @options: what to open
 * @source: what came of it
 * @note: (nullable): see sluice_engine_get_note()
 */
typedef struct
{
  SluiceEngineOptions options;
  SluiceSource *source;
  char *note;
} Opening;

struct _SluiceEngine
{
  GObject parent_instance;
  GCancellable *opening; /* NULL: no source is being opened */
  guint interval_ms;     /* from sample to sample, as last asked for */
  SluiceCaptureThread *thread;
  SluiceSampleQueue *queue;
  GSource *wakeup;
  SluiceSample *latest;
  SluiceSourceKind source;
  char *note;
  gboolean sees_everyone;
  gboolean wants_connections; /* as the options of this run say */
  guint connection_holds;
};

G_DEFINE_FINAL_TYPE (SluiceEngine, sluice_engine, G_TYPE_OBJECT)
G_DEFINE_QUARK (sluice-engine-error-quark, sluice_engine_error)

enum
{
  SIGNAL_SAMPLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
drain (SluiceEngine *self, SluiceSampleQueue *queue)
{
  SluiceSample *sample;

  while ((sample = sluice_sample_queue_pop (queue)) != NULL)
    {
      g_clear_pointer (&self->latest, sluice_sample_unref);
      self->latest = sample;
      g_signal_emit (self, signals[SIGNAL_SAMPLE], 0, sluice_sample_ref (sample));
      sluice_sample_unref (sample);
    }
}

static gboolean
samples_wait_cb (gpointer user_data)
{
  /* A handler may stop the engine, or start it anew. */
  g_autoptr (SluiceEngine) self = g_object_ref (user_data);
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_ref (self->queue);

  drain (self, queue);
  return G_SOURCE_CONTINUE;
}

static void
sluice_engine_dispose (GObject *object)
{
  SluiceEngine *self = SLUICE_ENGINE (object);

  sluice_engine_stop (self);
  g_clear_pointer (&self->latest, sluice_sample_unref);
  G_OBJECT_CLASS (sluice_engine_parent_class)->dispose (object);
}

static void
sluice_engine_finalize (GObject *object)
{
  g_free (SLUICE_ENGINE (object)->note);
  G_OBJECT_CLASS (sluice_engine_parent_class)->finalize (object);
}

static void
sluice_engine_class_init (SluiceEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_engine_dispose;
  G_OBJECT_CLASS (klass)->finalize = sluice_engine_finalize;
  signals[SIGNAL_SAMPLE] = g_signal_new ("sample", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
sluice_engine_init (SluiceEngine *self)
{
}

/**
 * sluice_engine_new:
 *
 * Returns: (transfer full): an engine that does not run yet
 */
SluiceEngine *
sluice_engine_new (void)
{
  return g_object_new (SLUICE_TYPE_ENGINE, NULL);
}

/* The words of the command line are a contract; tiers that this build does not have are named, not guessed around. */
static gboolean
check_source_name (const char *name, GError **error)
{
  static const char *const known[] = { "auto", "kernel", "pcap", NULL };
  g_autofree char *shown = NULL;

  if (g_strv_contains (known, name))
    return TRUE;
  if (g_str_equal (name, "bpf"))
    {
      g_set_error (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_FAILED,
                   _("The source “%s” is not part of this build; use “auto”, “kernel” or “pcap”."), name);
      return FALSE;
    }
  shown = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX);
  g_set_error (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_USAGE,
               _("There is no source “%s”; use auto, kernel, pcap or bpf."), shown);
  return FALSE;
}

static SluiceEngineError
error_code (const GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return SLUICE_ENGINE_ERROR_PERMISSION;
  return SLUICE_ENGINE_ERROR_FAILED;
}

static SluiceSource *
open_file (const SluiceEngineOptions *options, GError **error)
{
  g_autoptr (GError) cause = NULL;
  SluiceSource *source
      = sluice_file_source_new (options->file, options->networks, options->n_networks, !options->sums_only,
                                &cause);

  if (source == NULL)
    g_set_error_literal (error, SLUICE_ENGINE_ERROR, error_code (cause), cause->message);
  return source;
}

/* What is not found among links is an interface that somebody named. */
static void
set_link_error (GError **error, const GError *cause)
{
  gboolean unknown = g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  g_set_error_literal (error, SLUICE_ENGINE_ERROR, unknown ? SLUICE_ENGINE_ERROR_INTERFACE : error_code (cause),
                       cause->message);
}

static SluiceSource *
open_pcap (const SluiceMeterScope *scope, GError **error)
{
  g_autoptr (GError) cause = NULL;
  SluiceSource *source = sluice_pcap_source_new (scope, &cause);

  if (source != NULL)
    return source;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      g_autofree char *remedy = sluice_packets_remedy (geteuid () == 0);

      g_set_error (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_PERMISSION, _("You may not read packets: %s."),
                   remedy);
    }
  else
    set_link_error (error, cause);
  return NULL;
}

static SluiceSource *
open_kernel (const SluiceMeterScope *scope, GError **error)
{
  g_autoptr (GError) cause = NULL;
  SluiceSource *source = sluice_kernel_source_new (scope, &cause);

  if (source == NULL)
    set_link_error (error, cause);
  return source;
}

/* "auto" takes the highest tier that works and notes what stood in the way of one above it. */
static SluiceSource *
open_source (const SluiceEngineOptions *options, char **note_out, GError **error)
{
  const char *name = options->source != NULL ? options->source : "auto";
  SluiceMeterScope scope = {
    .every = options->scope == SLUICE_SCOPE_EVERY,
    .names = options->scope != SLUICE_SCOPE_EVERY ? (char **) options->interfaces : NULL,
    .listed = options->scope == SLUICE_SCOPE_LISTED,
  };
  g_autoptr (GError) cause = NULL;
  SluiceSource *source;

  if (options->file != NULL)
    return open_file (options, error);
  if (!check_source_name (name, error))
    return NULL;
  if (g_str_equal (name, "pcap"))
    return open_pcap (&scope, error);
  if (g_str_equal (name, "kernel"))
    return open_kernel (&scope, error);
  /* Where the process that parses cannot be locked up, packets would only be heard of when it is too late. */
  source = sluice_decoder_process_try (&cause) ? open_pcap (&scope, &cause) : NULL;
  if (source != NULL)
    return source;
  source = open_kernel (&scope, error);
  if (source != NULL)
    *note_out = g_strdup (cause->message);
  return source;
}

static gboolean
wants_connections (SluiceEngine *self)
{
  return self->wants_connections || self->connection_holds > 0;
}

static void
opening_free (Opening *opening)
{
  if (opening->source != NULL)
    sluice_source_free (opening->source);
  g_free (opening->note);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static gboolean
run (SluiceEngine *self, Opening *opening, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GMainContext *context = g_main_context_get_thread_default ();

  g_free (self->note);
  self->note = g_steal_pointer (&opening->note);
  self->source = opening->source->kind;
  self->sees_everyone = opening->source->sees_everyone;
  self->wants_connections = opening->options.connections;
  self->queue = sluice_sample_queue_new (QUEUE_BOUND);
  self->thread = sluice_capture_thread_start (g_steal_pointer (&opening->source), self->queue, self->interval_ms,
                                              opening->options.first_ms, wants_connections (self), &cause);
  if (self->thread == NULL)
    {
      g_set_error_literal (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_FAILED, cause->message);
      g_clear_pointer (&self->queue, sluice_sample_queue_unref);
      return FALSE;
    }
  self->wakeup = sluice_sample_queue_attach (self->queue, context != NULL ? context : g_main_context_default (),
                                             samples_wait_cb, self);
  return TRUE;
}

static Opening *
opening_new (SluiceEngine *self, const SluiceEngineOptions *options)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->options = *options;
  self->interval_ms = options->interval_ms != 0 ? options->interval_ms : DEFAULT_INTERVAL_MS;
  return opening;
}

/**
 * sluice_engine_start:
 * @self: an engine that does not run
 * @options: what to capture
 * @error: a #SluiceEngineError
 *
 * Opens the source, which may take tenths of a second where packets are read, and starts the capture thread. A first
 * sample, with counters but nothing moved yet, comes within 100 ms; samples come on the main context that is the
 * thread's default now.
 *
 * Returns: whether it runs
 */
gboolean
sluice_engine_start (SluiceEngine *self, const SluiceEngineOptions *options, GError **error)
{
  g_autoptr (Opening) opening = NULL;

  g_return_val_if_fail (SLUICE_IS_ENGINE (self), FALSE);
  g_return_val_if_fail (!sluice_engine_is_running (self), FALSE);

  opening = opening_new (self, options);
  opening->source = open_source (options, &opening->note, error);
  return opening->source != NULL && run (self, opening, error);
}

static void
open_thread (GTask *task, gpointer engine, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  GError *error = NULL;

  opening->source = open_source (&opening->options, &opening->note, &error);
  if (opening->source != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * sluice_engine_start_async:
 * @self: an engine that does not run
 * @options: what to capture; what it points to must live until @callback is called
 * @callback: called when the source is open, or was refused, or the engine was stopped meanwhile
 * @user_data: for @callback
 *
 * Like sluice_engine_start(), but opens the source on another thread: opening takes longer than a picture may wait.
 * It counts as running from now on.
 */
void
sluice_engine_start_async (SluiceEngine *self, const SluiceEngineOptions *options, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SLUICE_IS_ENGINE (self));
  g_return_if_fail (!sluice_engine_is_running (self));

  self->opening = g_cancellable_new ();
  task = g_task_new (self, self->opening, callback, user_data);
  g_task_set_task_data (task, opening_new (self, options), (GDestroyNotify) opening_free);
  g_task_run_in_thread (task, open_thread);
}

/**
 * sluice_engine_start_finish:
 * @self: an engine
 * @result: what the callback was given
 * @error: a #SluiceEngineError, or %G_IO_ERROR_CANCELLED where the engine was stopped meanwhile
 *
 * Starts the capture thread, as sluice_engine_start() does.
 *
 * Returns: whether it runs
 */
gboolean
sluice_engine_start_finish (SluiceEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (self->opening == g_task_get_cancellable (G_TASK (result)))
    g_clear_object (&self->opening);
  return g_task_propagate_boolean (G_TASK (result), error)
         && run (self, g_task_get_task_data (G_TASK (result)), error);
}

/**
 * sluice_engine_stop:
 * @self: an engine
 *
 * Stops the capture thread, joins it and hands out what it still had, the last moments up to now included. Does
 * nothing where it does not run.
 */
void
sluice_engine_stop (SluiceEngine *self)
{
  g_autoptr (SluiceSampleQueue) queue = NULL;

  g_return_if_fail (SLUICE_IS_ENGINE (self));

  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  if (self->thread == NULL)
    return;
  queue = g_steal_pointer (&self->queue);
  sluice_capture_thread_stop (g_steal_pointer (&self->thread));
  g_source_destroy (self->wakeup);
  g_clear_pointer (&self->wakeup, g_source_unref);
  drain (self, queue);
}

/**
 * sluice_engine_is_running:
 * @self: an engine
 *
 * Returns: whether samples come, or will when the source is open
 */
gboolean
sluice_engine_is_running (SluiceEngine *self)
{
  return self->thread != NULL || self->opening != NULL;
}

/**
 * sluice_engine_set_interval:
 * @self: an engine
 * @interval_ms: from sample to sample, ms; held within 100 to 60000
 */
void
sluice_engine_set_interval (SluiceEngine *self, guint interval_ms)
{
  self->interval_ms = interval_ms;
  if (self->thread != NULL)
    sluice_capture_thread_set_interval (self->thread, interval_ms);
}

/**
 * sluice_engine_hold_connections:
 * @self: an engine
 *
 * Asks for connection rows until sluice_engine_release_connections() was called as often.
 */
void
sluice_engine_hold_connections (SluiceEngine *self)
{
  self->connection_holds++;
  if (self->thread != NULL)
    sluice_capture_thread_set_connections (self->thread, TRUE);
}

/**
 * sluice_engine_release_connections:
 * @self: an engine
 *
 * Takes back one sluice_engine_hold_connections().
 */
void
sluice_engine_release_connections (SluiceEngine *self)
{
  g_return_if_fail (self->connection_holds > 0);
  self->connection_holds--;
  if (self->thread != NULL)
    sluice_capture_thread_set_connections (self->thread, wants_connections (self));
}

/**
 * sluice_engine_get_source:
 * @self: an engine that was started
 *
 * Returns: which tier it is in
 */
SluiceSourceKind
sluice_engine_get_source (SluiceEngine *self)
{
  return self->source;
}

/**
 * sluice_engine_get_note:
 * @self: an engine that was started
 *
 * Returns: (transfer none) (nullable): why "auto" did not take a higher tier, in a sentence
 */
const char *
sluice_engine_get_note (SluiceEngine *self)
{
  return self->note;
}

/**
 * sluice_engine_sees_everyone:
 * @self: an engine that was started
 *
 * Returns: whether other users' programs are shown, not one row for all of them
 */
gboolean
sluice_engine_sees_everyone (SluiceEngine *self)
{
  return self->sees_everyone;
}

/**
 * sluice_engine_get_latest:
 * @self: an engine
 *
 * Returns: (transfer none) (nullable): the newest sample handed out
 */
SluiceSample *
sluice_engine_get_latest (SluiceEngine *self)
{
  return self->latest;
}
