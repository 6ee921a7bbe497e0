#pragma once

#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_RECORDING (sluice_recording_get_type ())
/**
 * SluiceRecording:
 *
 * What a capture file holds, as a live model whose clock is the packets' own, µs since 1970. It is read in the
 * background: the main loop takes in a sample at a time.
 *
 * Signal "progress": more of it was read (get_reached).
 * Signal "done": all of it was read, or all that could be (get_fault).
 */
G_DECLARE_FINAL_TYPE (SluiceRecording, sluice_recording, SLUICE, RECORDING, GObject)

SluiceRecording *sluice_recording_new          (void);
gboolean         sluice_recording_start        (SluiceRecording *self,
                                                const char      *path,
                                                GListModel      *interfaces,
                                                GError         **error);
void             sluice_recording_cancel       (SluiceRecording *self);
void             sluice_recording_feed         (SluiceRecording *self,
                                                SluiceSample    *sample);
SluiceLiveModel *sluice_recording_get_model    (SluiceRecording *self);
gboolean         sluice_recording_is_done      (SluiceRecording *self);
const char      *sluice_recording_get_fault    (SluiceRecording *self);
gint64           sluice_recording_get_reached  (SluiceRecording *self);
double           sluice_recording_get_progress (SluiceRecording *self);
gboolean         sluice_recording_get_span     (SluiceRecording *self,
                                                gint64          *from_out,
                                                gint64          *to_out);

G_END_DECLS
