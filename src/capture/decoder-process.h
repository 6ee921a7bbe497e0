#pragma once

#include "capture/packet-reader.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* How long an answer may take, ms: from the ask for interfaces, from its first byte for a file. */
#define SLUICE_DECODER_DEADLINE_MS 2000

#define SLUICE_DECODER_ERROR (sluice_decoder_error_quark ())
GQuark sluice_decoder_error_quark (void);

typedef enum
{
  SLUICE_DECODER_ERROR_REFUSED, /* it could not lock itself up */
  SLUICE_DECODER_ERROR_DIED,    /* it is no more */
  SLUICE_DECODER_ERROR_LATE,    /* it does not answer */
  SLUICE_DECODER_ERROR_INVALID, /* it said what it may not */
  SLUICE_DECODER_ERROR_FAILED,  /* it could not be started */
} SluiceDecoderError;

typedef enum
{
  SLUICE_DECODER_NOTHING, /* has been said, or not all of it */
  SLUICE_DECODER_NEWS,    /* flows began, or an interface vanished: a report tells */
  SLUICE_DECODER_REPORT,  /* what was asked for */
  SLUICE_DECODER_FAILED,  /* see the error; there is nothing more to be had */
} SluiceDecoderWord;

/**
 * SluiceDecoderAnswer:
 * @next: the time of the packet that comes next in a file, µs since 1970; 0 is none
 * @fault: why a file ended before its end
 * @lost: of each interface, whether it vanished since the process began
 * @part: the time that was asked for was not reached yet: ask again for the rest
 * @format: what kind of a file it is, once that is known
 * @dlt: libpcap's number of its link type, then
 * @detail: libpcap's word on @fault, sanitised
 *
 * What comes with a report.
 */
typedef struct
{
  gint64 next;
  SluiceReadFault fault;
  guint8 lost[SLUICE_DECODER_LINKS_MAX];
  gboolean part;
  SluiceReadFormat format;
  int dlt;
  char detail[SLUICE_READ_DETAIL_MAX];
} SluiceDecoderAnswer;

/**
 * SluiceDecoderProcess:
 *
 * A child that parses packets, locked up, and what it says. It is taken for hostile: whatever it says is checked, and
 * nothing waits for it longer than the deadline. One thread at a time; the thread that makes it must live as long.
 */
typedef struct _SluiceDecoderProcess SluiceDecoderProcess;

SluiceDecoderProcess *sluice_decoder_process_new            (SluicePacketReader           *reader,
                                                             SluiceDecoder                *decoder,
                                                             GError                      **error);
gboolean              sluice_decoder_process_try            (GError                      **error);
SluiceDecoderProcess *sluice_decoder_process_new_for_peer   (int                           socket,
                                                             pid_t                         pid);
void                  sluice_decoder_process_free           (SluiceDecoderProcess         *process);
int                   sluice_decoder_process_get_descriptor (SluiceDecoderProcess         *process);
pid_t                 sluice_decoder_process_get_pid        (SluiceDecoderProcess         *process);
gboolean              sluice_decoder_process_set_local      (SluiceDecoderProcess         *process,
                                                             const SluiceInterfaceAddress *networks,
                                                             guint                         n_networks,
                                                             gboolean                      whole_networks,
                                                             GError                      **error);
gboolean              sluice_decoder_process_ask            (SluiceDecoderProcess         *process,
                                                             gint64                        until,
                                                             GError                      **error);
SluiceDecoderWord     sluice_decoder_process_hear           (SluiceDecoderProcess         *process,
                                                             SluiceReport                 *report,
                                                             SluiceDecoderAnswer          *answer_out,
                                                             GError                      **error);
gboolean              sluice_decoder_process_report_now     (SluiceDecoderProcess         *process,
                                                             SluiceReport                 *report,
                                                             SluiceDecoderAnswer          *answer_out,
                                                             GError                      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceDecoderProcess, sluice_decoder_process_free)

G_END_DECLS
