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
 * @server_name: as the client wrote it (SNI, RFC 6066), or empty
 * @alpn: the first protocol that it offers (RFC 7301), such as "h2", or empty
 *
 * What a TLS client hello tells. Hostile text: only printable ASCII is taken, a name with anything else is left out.
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
 * in the wrong order (later ones are waited for, not kept). All zero is a new one.
 */
typedef struct
{
  guint32 next_sequence;
  guint16 length;
  gboolean begun;
  guint8 bytes[SLUICE_TLS_HELLO_MAX];
} SluiceTlsAssembly;

SluiceTlsResult sluice_tls_hello_read     (const guint8      *bytes,
                                       gsize length,
                                       SluiceTlsHello *hello_out);
SluiceTlsResult sluice_tls_assembly_add   (SluiceTlsAssembly *assembly,
                                         guint32 sequence,
                                         const guint8 *bytes,
                                         gsize length,
                                         SluiceTlsHello *hello_out);

G_END_DECLS
