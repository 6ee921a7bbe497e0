#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean sluice_host_text_take (const guint8 *bytes,
                                gsize         length,
                                char         *name_out,
                                gsize         size);

G_END_DECLS
