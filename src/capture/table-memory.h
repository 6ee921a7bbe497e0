#pragma once

#include <glib.h>

G_BEGIN_DECLS

gpointer sluice_table_memory_new (gsize length);

G_END_DECLS
