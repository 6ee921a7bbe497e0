#pragma once

#include "capture/decoder.h"
#include "capture/report.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_FILE_NOTHING, /* yet */
  SLUICE_FILE_PART,    /* a part of a bin's report: more of the bin follows */
  SLUICE_FILE_REPORT,  /* a bin's report; where it has ended, the last */
} SluiceFileWord;

/**
 * SluiceFileCapture:
 *
 * Reads a capture file in a decoder process, bin by bin of its own time or all of it as one bin. One thread at a time,
 * but for making it.
 */
typedef struct _SluiceFileCapture SluiceFileCapture;

SluiceFileCapture *sluice_file_capture_new            (const char                   *path,
                                                       const SluiceInterfaceAddress *networks,
                                                       guint                         n_networks,
                                                       gboolean                      in_bins,
                                                       GError                      **error);
void               sluice_file_capture_free           (SluiceFileCapture            *capture);
int                sluice_file_capture_get_descriptor (SluiceFileCapture            *capture);
SluiceFileWord     sluice_file_capture_hear           (SluiceFileCapture            *capture,
                                                       SluiceReport                 *report,
                                                       gint64                       *begin_out,
                                                       gint64                       *end_out);
void               sluice_file_capture_finish         (SluiceFileCapture            *capture,
                                                       SluiceReport                 *report,
                                                       gint64                       *begin_out,
                                                       gint64                       *end_out);
void               sluice_file_capture_get_facts      (SluiceFileCapture            *capture,
                                                       SluiceFileFacts              *facts_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceFileCapture, sluice_file_capture_free)

G_END_DECLS
