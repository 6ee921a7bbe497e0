#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *sluice_packets_remedy  (gboolean root);
char *sluice_packets_command (gboolean root);

G_END_DECLS
