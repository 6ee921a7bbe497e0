#pragma once

#include "capture/report.h"
#include "decode/packet.h"
#include "model/interface.h"

G_BEGIN_DECLS

/* How many interfaces may be captured at once, and addresses be known of them together. */
#define SLUICE_DECODER_LINKS_MAX 256
#define SLUICE_DECODER_NETWORKS_MAX 1024
/* 64 MiB: what the flow table may take unless told otherwise. */
#define SLUICE_DECODER_MEMORY (64u << 20)

/**
 * SluiceDecoder:
 *
 * Turns packets into flows and names: decodes, decides direction, joins fragments, recognises protocols, learns names.
 * It does no I/O, and all memory is had when it is made and when links are added; sluice_decoder_add_packet() allocates
 * nothing and never fails. One thread at a time.
 */
typedef struct _SluiceDecoder SluiceDecoder;

SluiceDecoder *sluice_decoder_new           (gsize                         memory);
void           sluice_decoder_free          (SluiceDecoder                *decoder);
guint          sluice_decoder_add_link      (SluiceDecoder                *decoder,
                                             SluiceLinkType                type,
                                             gboolean                      loopback);
void           sluice_decoder_set_undecoded (SluiceDecoder                *decoder,
                                             guint                         link,
                                             guint16                       link_type);
void           sluice_decoder_set_hardware  (SluiceDecoder                *decoder,
                                             guint                         link,
                                             const guint8                 *hardware);
void           sluice_decoder_set_local     (SluiceDecoder                *decoder,
                                             const SluiceInterfaceAddress *networks,
                                             guint                         n_networks,
                                             gboolean                      whole_networks);
void           sluice_decoder_add_packet    (SluiceDecoder                *decoder,
                                             guint                         link,
                                             gint64                        time,
                                             const guint8                 *bytes,
                                             guint32                       captured,
                                             guint32                       length);
void           sluice_decoder_queue_packet  (SluiceDecoder                *decoder,
                                             guint                         link,
                                             gint64                        time,
                                             const guint8                 *bytes,
                                             guint32                       captured,
                                             guint32                       length);
void           sluice_decoder_count_drops   (SluiceDecoder                *decoder,
                                             guint                         link,
                                             guint64                       packets);
void           sluice_decoder_advance       (SluiceDecoder                *decoder,
                                             gint64                        time);
guint          sluice_decoder_count_new     (SluiceDecoder                *decoder);
gboolean       sluice_decoder_is_full       (SluiceDecoder                *decoder);
gboolean       sluice_decoder_take          (SluiceDecoder                *decoder,
                                             SluiceReport                 *report_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceDecoder, sluice_decoder_free)

G_END_DECLS
