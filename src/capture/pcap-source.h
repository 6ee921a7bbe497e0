#pragma once

#include "capture/interface-rows.h"
#include "capture/source.h"

G_BEGIN_DECLS

SluiceSource *sluice_pcap_source_new (const SluiceMeterScope *scope,
                                      GError                **error);

G_END_DECLS
