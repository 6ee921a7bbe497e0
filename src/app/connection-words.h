#pragma once

#include "engine/connection-list.h"

G_BEGIN_DECLS

gboolean    sluice_connection_words_waits       (const SluiceConnectionRow *row);
const char *sluice_connection_words_state       (SluiceConnectionItem      *item);
guint       sluice_connection_words_count_state (const char                *style);
const char *sluice_connection_words_protocol    (const SluiceConnectionRow *row,
                                                 char                       text_out[SLUICE_PROTOCOL_TEXT_MAX]);

G_END_DECLS
