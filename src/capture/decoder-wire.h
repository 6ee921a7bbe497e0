#pragma once

#include "capture/packet-reader.h"
#include "capture/sandbox.h"

G_BEGIN_DECLS

/* What goes between a decoder process and its parent: frames of a header and @length bytes, both of this machine's
 * byte order, over a stream socket. Every ask is answered by one report, in order. */
typedef enum
{
  SLUICE_FRAME_ASK_REPORT = 1, /* gint64: of a file, up to this time, µs since 1970; of interfaces, now */
  SLUICE_FRAME_ASK_HURRY,      /* nothing: answer what is asked with what there is */
  SLUICE_FRAME_ASK_LOCAL,      /* #SluiceLocalFrame: which addresses are this machine's */
  SLUICE_FRAME_TELL_READY,     /* nothing: locked up, and proven */
  SLUICE_FRAME_TELL_REFUSED,   /* #SluiceRefusedFrame: could not lock itself up; it ends */
  SLUICE_FRAME_TELL_NEWS,      /* nothing: new flows, or an interface is lost */
  SLUICE_FRAME_TELL_REPORT,    /* #SluiceReportFrame, then the report's wire form */
} SluiceFrameType;

typedef struct
{
  guint32 type;
  guint32 length;
} SluiceFrameHeader;

typedef struct
{
  guint32 whole_networks;
  guint32 n_networks;
  SluiceInterfaceAddress networks[SLUICE_DECODER_NETWORKS_MAX];
} SluiceLocalFrame;

typedef struct
{
  guint32 stage;
  gint32 code;
} SluiceRefusedFrame;

typedef struct
{
  gint64 next;    /* the time of the packet that comes next in a file; 0 is none */
  guint32 ended;  /* a file is over */
  guint32 part;   /* the time that was asked for is not reached yet */
  guint32 fault;  /* #SluiceReadFault */
  guint32 format; /* #SluiceReadFormat */
  gint32 dlt;     /* libpcap's number of a file's link type; no matter while the format is not known */
  guint8 lost[SLUICE_DECODER_LINKS_MAX]; /* whether an interface vanished since the process began */
  char detail[SLUICE_READ_DETAIL_MAX];
} SluiceReportFrame;

/* The largest frame: a report of all that may be told at once. */
#define SLUICE_FRAME_MAX \
  (sizeof (SluiceReportFrame) + SLUICE_REPORT_HEADER_SIZE + SLUICE_REPORT_LINKS_MAX * sizeof (SluiceLinkReport) \
   + SLUICE_REPORT_FLOWS_MAX * sizeof (SluiceFlowReport) + SLUICE_REPORT_NAMES_MAX * sizeof (SluiceNameReport) \
   + SLUICE_REPORT_FAULT_MAX)

void sluice_decoder_child_run (SluicePacketReader *reader,
                               SluiceDecoder      *decoder,
                               SluiceReport       *report,
                               GByteArray         *bytes,
                               int                 socket,
                               int                 nowhere,
                               pid_t               parent) G_GNUC_NORETURN;

G_END_DECLS
