#include "capture/capture-thread.h"
#include "capture/file-source.h"

#include <stdio.h>

/* Reads a capture file from end to end, as the engine does, and prints what there was. */
int
main (int argc, char *argv[])
{
  g_autoptr (SluiceSampleQueue) queue = sluice_sample_queue_new (8);
  g_autoptr (GError) error = NULL;
  SluiceSource *source = argc == 2 ? sluice_file_source_new (argv[1], NULL, 0, FALSE, &error) : NULL;
  SluiceCaptureThread *thread
      = source != NULL ? sluice_capture_thread_start (source, queue, 1000, 0, FALSE, &error) : NULL;
  guint64 packets = 0;
  gboolean ended = FALSE;
  guint n = 0;

  if (thread == NULL)
    return 1;
  while (!ended)
    {
      g_autoptr (SluiceSample) sample = sluice_sample_queue_pop (queue);

      if (sample == NULL)
        {
          g_usleep (500);
          continue;
        }
      n++;
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        packets += sluice_sample_interface (sample, 0)->packets[d];
      ended = sample->ended;
    }
  sluice_capture_thread_stop (thread);
  printf ("%" G_GUINT64_FORMAT " packets in %u samples\n", packets, n);
  return 0;
}
