#include "engine/recording.h"

#include "capture/capture-thread.h"
#include "capture/file-source.h"

/* The thread waits while so many samples have not been taken in yet. */
#define QUEUE_BOUND 8
#define UNUSED_INTERVAL_MS 1000

struct _SluiceRecording
{
  GObject parent_instance;
  SluiceLiveModel *model;
  SluiceCaptureThread *thread;
  SluiceSampleQueue *queue;
  GSource *wakeup;
  SluiceSample *held; /* comes into the model when it is known whether the next one is the last */
  char *fault;
  gboolean has_packets;
  gint64 from; /* of the first packet */
  gint64 to;
  gint64 width;    /* of the last sample with packets; 0 before there is one */
  double progress; /* negative where it is not known */
  gboolean done;
};

G_DEFINE_FINAL_TYPE (SluiceRecording, sluice_recording, G_TYPE_OBJECT)

enum
{
  SIGNAL_PROGRESS,
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
sluice_recording_dispose (GObject *object)
{
  sluice_recording_cancel (SLUICE_RECORDING (object));
  G_OBJECT_CLASS (sluice_recording_parent_class)->dispose (object);
}

static void
sluice_recording_finalize (GObject *object)
{
  SluiceRecording *self = SLUICE_RECORDING (object);

  g_clear_pointer (&self->held, sluice_sample_unref);
  g_object_unref (self->model);
  g_free (self->fault);
  G_OBJECT_CLASS (sluice_recording_parent_class)->finalize (object);
}

static void
sluice_recording_class_init (SluiceRecordingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_recording_dispose;
  G_OBJECT_CLASS (klass)->finalize = sluice_recording_finalize;
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DONE]
      = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_recording_init (SluiceRecording *self)
{
  self->model = sluice_live_model_new_for_recording ();
  self->progress = -1;
}

/**
 * sluice_recording_new:
 *
 * Returns: (transfer full): a recording of nothing yet
 */
SluiceRecording *
sluice_recording_new (void)
{
  return g_object_new (SLUICE_TYPE_RECORDING, NULL);
}

static void
feed_held (SluiceRecording *self)
{
  if (self->held != NULL)
    sluice_live_model_feed (self->model, self->held);
  g_clear_pointer (&self->held, sluice_sample_unref);
}

/* The last sample ends with the last packet, perhaps a microsecond after it began: its rate would be absurd. So it
 * lasts as long as the last one before it that had any, or a second; one without may be as long as a pause. */
static void
feed_last (SluiceRecording *self, SluiceSample *sample)
{
  const gint64 width = self->width > 0 ? self->width : G_USEC_PER_SEC;
  g_autoptr (SluiceSample) rest = sluice_sample_new ();
  g_autoptr (SluiceSample) whole = NULL;

  feed_held (self);
  rest->source = sample->source;
  rest->has_hosts = sample->has_hosts;
  rest->has_part_links = sample->has_part_links;
  rest->duration = MAX (width - sample->duration, 0);
  rest->time = sample->time + rest->duration;
  rest->wall_time = sample->wall_time + rest->duration;
  whole = sluice_sample_merge (sample, rest);
  if (self->to == sample->time)
    self->to = whole->time;
  sluice_live_model_feed (self->model, whole);
}

/**
 * sluice_recording_feed:
 * @self: a recording
 * @sample: the next sample; with the one that has ended it is done
 *
 * Takes in what happened. Those of a file that was started come by themselves.
 */
void
sluice_recording_feed (SluiceRecording *self, SluiceSample *sample)
{
  gboolean moved = FALSE;

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      moved |= row->bytes[SLUICE_RX] + row->bytes[SLUICE_TX] > 0;
    }
  if (sample->fault != NULL)
    {
      g_free (self->fault);
      self->fault = g_strdup (sample->fault);
    }
  self->progress = sample->is_file ? sample->file.progress : -1;
  if (moved && !self->has_packets)
    self->from = sample->time - sample->duration;
  self->has_packets |= moved;
  if (moved)
    self->to = sample->time;
  if (!sample->ended)
    {
      feed_held (self);
      self->held = sluice_sample_ref (sample);
      if (moved)
        self->width = sample->duration;
      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0);
      return;
    }
  feed_last (self, sample);
  self->done = TRUE;
  sluice_live_model_finish (self->model);
  g_signal_emit (self, signals[SIGNAL_DONE], 0);
}

static gboolean
samples_wait_cb (gpointer user_data)
{
  /* A handler may cancel it. */
  g_autoptr (SluiceRecording) self = g_object_ref (user_data);
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_ref (self->queue);
  g_autoptr (SluiceSample) sample = NULL;

  while (self->thread != NULL && (sample = sluice_sample_queue_pop (queue)) != NULL)
    {
      sluice_recording_feed (self, sample);
      g_clear_pointer (&sample, sluice_sample_unref);
    }
  return G_SOURCE_CONTINUE;
}

/* What is on the near side of a file that may be of any machine: private and link-local networks. */
static void
add_private_networks (GArray *networks)
{
  static const struct
  {
    const char *address;
    guint8 length;
  } known[] = {
    { "10.0.0.0", 8 },  { "172.16.0.0", 12 }, { "192.168.0.0", 16 }, { "169.254.0.0", 16 },
    { "127.0.0.0", 8 }, { "::1", 128 },       { "fc00::", 7 },       { "fe80::", 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      SluiceInterfaceAddress network = { .prefix_length = known[i].length };

      if (sluice_address_parse (known[i].address, &network.address))
        g_array_append_val (networks, network);
    }
}

/* This machine's own addresses, whatever network they are in. */
static void
add_own_addresses (GArray *networks, GListModel *interfaces)
{
  for (guint i = 0; interfaces != NULL && i < g_list_model_get_n_items (interfaces); i++)
    {
      g_autoptr (SluiceInterfaceItem) item = g_list_model_get_item (interfaces, i);
      SluiceInterface *interface = sluice_interface_item_get_interface (item);

      for (guint a = 0; interface != NULL && a < interface->n_addresses; a++)
        {
          SluiceInterfaceAddress own = interface->addresses[a];

          own.prefix_length = own.address.family == SLUICE_FAMILY_IPV4 ? 32 : 128;
          g_array_append_val (networks, own);
        }
    }
}

/**
 * sluice_recording_start:
 * @self: a recording that was not started yet
 * @path: a capture file
 * @interfaces: (nullable): #SluiceInterfaceItem: this machine's, whose addresses are on the near side
 * @error: what stands in the way of reading it at all
 *
 * Begins to read. What is wrong inside the file is found on the way, and is its fault when it is done.
 *
 * Returns: whether it has begun
 */
gboolean
sluice_recording_start (SluiceRecording *self, const char *path, GListModel *interfaces, GError **error)
{
  g_autoptr (GArray) networks = g_array_new (FALSE, FALSE, sizeof (SluiceInterfaceAddress));
  SluiceSource *source;

  g_return_val_if_fail (SLUICE_IS_RECORDING (self), FALSE);
  g_return_val_if_fail (self->thread == NULL && !self->done, FALSE);

  add_private_networks (networks);
  add_own_addresses (networks, interfaces);
  source = sluice_file_source_new (path, (const SluiceInterfaceAddress *) (gpointer) networks->data, networks->len,
                                   TRUE, error);
  if (source == NULL)
    return FALSE;
  self->queue = sluice_sample_queue_new (QUEUE_BOUND);
  self->thread = sluice_capture_thread_start (source, self->queue, UNUSED_INTERVAL_MS, 0, FALSE, error);
  if (self->thread == NULL)
    {
      g_clear_pointer (&self->queue, sluice_sample_queue_unref);
      return FALSE;
    }
  self->wakeup = sluice_sample_queue_attach (self->queue, g_main_context_default (), samples_wait_cb, self);
  return TRUE;
}

/**
 * sluice_recording_cancel:
 * @self: a recording
 *
 * Reads no further and gives up what was read but not taken in. Does nothing where nothing is read.
 */
void
sluice_recording_cancel (SluiceRecording *self)
{
  g_return_if_fail (SLUICE_IS_RECORDING (self));

  if (self->thread == NULL)
    return;
  g_source_destroy (self->wakeup);
  g_clear_pointer (&self->wakeup, g_source_unref);
  sluice_capture_thread_stop (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->queue, sluice_sample_queue_unref);
}

/**
 * sluice_recording_get_model:
 * @self: a recording
 *
 * Returns: (transfer none): what was read
 */
SluiceLiveModel *
sluice_recording_get_model (SluiceRecording *self)
{
  return self->model;
}

/**
 * sluice_recording_is_done:
 * @self: a recording
 *
 * Returns: whether all was read
 */
gboolean
sluice_recording_is_done (SluiceRecording *self)
{
  return self->done;
}

/**
 * sluice_recording_get_fault:
 * @self: a recording
 *
 * Returns: (transfer none) (nullable): why not all of the file could be read, one sentence
 */
const char *
sluice_recording_get_fault (SluiceRecording *self)
{
  return self->fault;
}

/**
 * sluice_recording_get_reached:
 * @self: a recording
 *
 * Returns: how far it was read: the packets' own time, µs since 1970; 0 before the first one
 */
gint64
sluice_recording_get_reached (SluiceRecording *self)
{
  return self->to;
}

/**
 * sluice_recording_get_progress:
 * @self: a recording
 *
 * Returns: how much of the file was read, 0 to 1; negative where that is not known
 */
double
sluice_recording_get_progress (SluiceRecording *self)
{
  return self->progress;
}

/**
 * sluice_recording_get_span:
 * @self: a recording
 * @from_out: (out): µs since 1970
 * @to_out: (out): µs since 1970
 *
 * Returns: whether there is any packet; if not, the out-parameters are untouched
 */
gboolean
sluice_recording_get_span (SluiceRecording *self, gint64 *from_out, gint64 *to_out)
{
  if (!self->has_packets)
    return FALSE;
  *from_out = MIN (self->from, self->to - G_USEC_PER_SEC);
  *to_out = self->to;
  return TRUE;
}
