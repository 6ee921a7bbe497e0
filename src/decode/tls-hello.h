#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 8446, 5.1: one record; hellos with a post-quantum key share are about 1,800 bytes. */
#define SLUICE_TLS_HELLO_MAX 8192
#define SLUICE_TLS_NAME_MAX 256
#define SLUICE_TLS_ALPN_MAX 32

typedef enum
{
  SLUICE_TLS_NEED_MORE, /* a client hello as far as it goes */
  SLUICE_TLS_HELLO,     /* whole */
  SLUICE_TLS_NOT,       /* something else */
} SluiceTlsResult;

/**
 * SluiceTlsHello:
 * @server_name: the name that the client asks for (SNI, RFC 6066) in lower case, or empty; with an encrypted client
 *   hello it is the outer one, which is the provider's
 * @alpn: the first protocol that it offers (RFC 7301), such as "h2", or empty; GREASE (RFC 8701) is no protocol
 *
 * What a TLS client hello tells. Hostile text: only what may stand in a host's name is taken, and of protocols only
 * printable ASCII; one with anything else is left out.
 */
typedef struct
{
  char server_name[SLUICE_TLS_NAME_MAX];
  char alpn[SLUICE_TLS_ALPN_MAX];
} SluiceTlsHello;

/**
 * SluiceTlsAssembly:
 *
 * The first bytes of a connection's client side, put together from its segments, which may come twice, overlap or come
 * in the wrong order (one stretch that is ahead is kept). All zero is a new one; what is added first is the beginning.
 */
typedef struct
{
  guint32 first_sequence;
  guint16 length;      /* that are there without a gap */
  guint16 ahead_begin; /* what is there behind the first gap */
  guint16 ahead_end;
  gboolean begun;
  guint8 bytes[SLUICE_TLS_HELLO_MAX];
} SluiceTlsAssembly;

SluiceTlsResult sluice_tls_hello_read   (const guint8      *bytes,
                                         gsize              length,
                                         SluiceTlsHello    *hello_out);
SluiceTlsResult sluice_tls_assembly_add (SluiceTlsAssembly *assembly,
                                         guint32            sequence,
                                         const guint8      *bytes,
                                         gsize              length,
                                         SluiceTlsHello    *hello_out);

G_END_DECLS
