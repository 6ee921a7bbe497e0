#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a flow speaks, as far as that is known: a kind in the upper half, a number in the lower. */
typedef guint32 SluiceProtocol;

typedef enum
{
  SLUICE_PROTOCOL_KIND_NONE,        /* not known at all: 0 */
  SLUICE_PROTOCOL_KIND_APPLICATION, /* number: a #SluiceApplicationProtocol */
  SLUICE_PROTOCOL_KIND_IP,          /* number: the IP protocol number (6 TCP, 17 UDP, 47 GRE, …) */
  SLUICE_PROTOCOL_KIND_ETHERTYPE,   /* number: the EtherType (0x0806 ARP, 0x88cc LLDP, …) */
  SLUICE_PROTOCOL_KIND_LINK,        /* number: a link type that is not decoded */
} SluiceProtocolKind;

/* Recognised by what is said, or by the well-known port. The numbers are no contract; the names are. */
typedef enum
{
  SLUICE_APPLICATION_NONE,
  SLUICE_APPLICATION_TLS, /* on a port that does not tell what is inside */
  SLUICE_APPLICATION_HTTPS,
  SLUICE_APPLICATION_QUIC,
  SLUICE_APPLICATION_HTTP,
  SLUICE_APPLICATION_DNS,
  SLUICE_APPLICATION_MDNS,
  SLUICE_APPLICATION_SSH,
  SLUICE_APPLICATION_NTP,
  SLUICE_APPLICATION_FIRST_BY_PORT, /* further ones by port alone: see protocol.c */
} SluiceApplicationProtocol;

#define SLUICE_PROTOCOL(kind, number) ((SluiceProtocol) (kind) << 16 | (SluiceProtocol) (number))
#define SLUICE_PROTOCOL_TEXT_MAX 32

SluiceProtocolKind sluice_protocol_kind       (SluiceProtocol protocol);
guint16            sluice_protocol_number     (SluiceProtocol protocol);
gboolean           sluice_protocol_is_valid   (SluiceProtocol protocol);
SluiceProtocol     sluice_protocol_from_ports (guint8         ip_protocol,
                                               guint16        local_port,
                                               guint16        remote_port);
const char        *sluice_protocol_to_text    (SluiceProtocol protocol,
                                               char           text_out[SLUICE_PROTOCOL_TEXT_MAX]);

G_END_DECLS
