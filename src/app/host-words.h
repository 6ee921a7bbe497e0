#pragma once

#include "app/host-names.h"
#include "model/host.h"
#include "model/protocol.h"

G_BEGIN_DECLS

const char *sluice_host_words_find_name (const SluiceHost *host,
                                         SluiceHostNames  *names);
char       *sluice_host_words_name      (const SluiceHost *host,
                                         SluiceHostNames  *names);
char       *sluice_host_words_name_part (const SluiceHost *host,
                                         SluiceProtocol    protocol,
                                         SluiceHostNames  *names);
char       *sluice_host_words_place     (const SluiceHost *host);
char       *sluice_host_words_describe  (const SluiceHost *host,
                                         SluiceHostNames  *names,
                                         gint64            now);

G_END_DECLS
