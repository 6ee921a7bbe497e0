#pragma once

#include "capture/decoder.h"

G_BEGIN_DECLS

/* How long the kernel may hold back a block that is not full, ms. It is no timeout of poll(), and 0 is for ever. */
#define SLUICE_READER_TIMEOUT_MS 20
/* So much later than it came, µs, a packet is read at the latest: two of these time-outs and what waking takes. */
#define SLUICE_READER_LATENESS_US (2 * SLUICE_READER_TIMEOUT_MS * 1000 + 5000)
/* What one handle may hold back in the kernel, and of each packet: enough for names; lengths are the wire's. */
#define SLUICE_READER_BUFFER (8u << 20)
/* Those of all interfaces together; none has less than one in as many as there may be. */
#define SLUICE_READER_BUFFERS (64u << 20)
#define SLUICE_READER_SNAPLEN 2048

/* Why a file ended before its end. */
typedef enum
{
  SLUICE_READ_FAULT_NONE,
  SLUICE_READ_FAULT_EMPTY,   /* there is no byte in it */
  SLUICE_READ_FAULT_UNKNOWN, /* it is no capture file */
  SLUICE_READ_FAULT_CUT,     /* it ends in the middle of a packet, or where its format is not known, of its header */
  SLUICE_READ_FAULT_MIXED,   /* its interfaces differ in kind, which libpcap does not read */
  SLUICE_READ_FAULT_DAMAGED, /* it contradicts itself: libpcap's word tells */
  SLUICE_READ_FAULT_INPUT,   /* it could not be read: libpcap's word tells */
  SLUICE_READ_N_FAULTS,
} SluiceReadFault;

typedef enum
{
  SLUICE_READ_REACHED, /* the time that was asked for; more follows */
  SLUICE_READ_FULL,    /* the decoder has as much as goes into a report */
  SLUICE_READ_ENDED,   /* the file is over, or cannot be read any further */
} SluiceReadResult;

/* What kind of a file it is. */
typedef enum
{
  SLUICE_READ_FORMAT_NONE, /* not known yet, or no file */
  SLUICE_READ_FORMAT_PCAP,
  SLUICE_READ_FORMAT_PCAPNG,
  SLUICE_READ_N_FORMATS,
} SluiceReadFormat;

#define SLUICE_READ_DETAIL_MAX 256

/**
 * SluicePacketReader:
 *
 * Brings packets from libpcap to a #SluiceDecoder: from interfaces, or from one file. Opened in one process, it may be
 * used in its child. One thread at a time.
 */
typedef struct _SluicePacketReader SluicePacketReader;

/**
 * SluicePacketWaitFunc:
 * @fd: the file
 * @user_data: as given to sluice_packet_reader_set_wait()
 *
 * Called before each read of a file: returns when there may be something to read.
 */
typedef void (*SluicePacketWaitFunc) (int fd, gpointer user_data);

SluicePacketReader *sluice_packet_reader_new             (void);
void                sluice_packet_reader_free            (SluicePacketReader  *reader);
gboolean            sluice_packet_reader_add_interface   (SluicePacketReader  *reader,
                                                          SluiceDecoder       *decoder,
                                                          const char          *name,
                                                          gboolean             loopback,
                                                          GError             **error);
void                sluice_packet_reader_begin           (SluicePacketReader  *reader);
void                sluice_packet_reader_set_file        (SluicePacketReader  *reader,
                                                          SluiceDecoder       *decoder,
                                                          int                  fd);
void                sluice_packet_reader_set_shares      (SluicePacketReader  *reader,
                                                          guint                n);
void                sluice_packet_reader_set_wait        (SluicePacketReader  *reader,
                                                          SluicePacketWaitFunc wait,
                                                          gpointer             user_data);
gboolean            sluice_packet_reader_is_file         (SluicePacketReader  *reader);
guint               sluice_packet_reader_get_descriptors (SluicePacketReader  *reader,
                                                          int                  fds_out[SLUICE_DECODER_LINKS_MAX]);
guint               sluice_packet_reader_drain           (SluicePacketReader  *reader);
void                sluice_packet_reader_count_drops     (SluicePacketReader  *reader);
gboolean            sluice_packet_reader_is_lost         (SluicePacketReader  *reader,
                                                          guint                i);
guint               sluice_packet_reader_count_lost      (SluicePacketReader  *reader);
SluiceReadResult    sluice_packet_reader_read            (SluicePacketReader  *reader);
void                sluice_packet_reader_set_until       (SluicePacketReader  *reader,
                                                          gint64               until);
gint64              sluice_packet_reader_get_next        (SluicePacketReader  *reader);
SluiceReadFormat    sluice_packet_reader_get_format      (SluicePacketReader  *reader,
                                                          int                 *dlt_out);
SluiceReadFault     sluice_packet_reader_get_fault       (SluicePacketReader  *reader,
                                                          const char         **detail_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluicePacketReader, sluice_packet_reader_free)

G_END_DECLS
