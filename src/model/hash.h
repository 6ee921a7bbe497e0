#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint sluice_hash_memory (gconstpointer data,
                          gsize         length);

G_END_DECLS
