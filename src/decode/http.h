#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SLUICE_HTTP_HOST_MAX 256

typedef enum
{
  SLUICE_HTTP_NOT,
  SLUICE_HTTP_REQUEST, /* or a response: HTTP for sure, without a host in what was seen */
  SLUICE_HTTP_HOST,
} SluiceHttpResult;

SluiceHttpResult sluice_http_read   (const guint8 *bytes,
                                     gsize         length,
                                     char          host_out[SLUICE_HTTP_HOST_MAX]);
gboolean         sluice_http_begins (const guint8 *bytes,
                                     gsize         length);

G_END_DECLS
