#include "capture/capture-thread.h"
#include "capture/pcap-source.h"

#include <glib-unix.h>
#include <stdio.h>

static guint64
sum (const guint64 figures[SLUICE_N_DIRECTIONS])
{
  return figures[SLUICE_RX] + figures[SLUICE_TX];
}

static gboolean
sample_cb (gpointer user_data)
{
  SluiceSampleQueue *queue = user_data;
  g_autoptr (SluiceSample) sample = sluice_sample_queue_pop (queue);
  const SluiceInterfaceRow *row;
  guint64 flows = 0;

  if (sample == NULL || sample->interfaces->len == 0)
    return G_SOURCE_CONTINUE;
  row = sluice_sample_interface (sample, 0);
  for (guint i = 0; i < sample->hosts->len; i++)
    flows += sluice_sample_host (sample, i)->connections;
  printf ("{\"bytes\":%" G_GUINT64_FORMAT ",\"lost\":%" G_GUINT64_FORMAT ",\"flows\":%" G_GUINT64_FORMAT "}\n",
          sum (row->bytes), sum (row->unattributed[SLUICE_CAUSE_LOST]), flows);
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

static gboolean
stop_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

/* Watches an interface by its packets, as the engine does, and prints a line of JSON for each sample. */
int
main (int argc, char *argv[])
{
  char *names[] = { argc == 2 ? argv[1] : NULL, NULL };
  const SluiceMeterScope scope = { .names = names };
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) from_queue = NULL;
  g_autoptr (GError) error = NULL;
  SluiceSource *source = argc == 2 ? sluice_pcap_source_new (&scope, &error) : NULL;
  SluiceCaptureThread *thread
    = source != NULL ? sluice_capture_thread_start (source, queue, 1000, 0, FALSE, &error) : NULL;

  if (thread == NULL)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "name an interface");
      return 1;
    }
  from_queue = sluice_sample_queue_attach (queue, g_main_context_default (), sample_cb, queue);
  g_unix_signal_add (SIGTERM, stop_cb, loop);
  g_main_loop_run (loop);
  sluice_capture_thread_stop (thread);
  g_source_destroy (from_queue);
  return 0;
}
