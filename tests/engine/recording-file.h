#pragma once

#include "engine/recording.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* A capture file of these bytes, opened and read to its end. */
static inline SluiceRecording *
read_recording (const void *bytes, gsize length)
{
  SluiceRecording *recording = sluice_recording_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  const gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  int fd = g_file_open_tmp ("recording-XXXXXX.pcap", &path, &error);

  g_assert_no_error (error);
  close (fd);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, &error));
  g_assert_true (sluice_recording_start (recording, path, NULL, &error));
  g_assert_no_error (error);
  while (!sluice_recording_is_done (recording) && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_unlink (path);
  g_assert_true (sluice_recording_is_done (recording));
  return recording;
}
