#pragma once

#include "capture/meter.h"
#include "capture/source.h"

G_BEGIN_DECLS

SluiceSource *sluice_kernel_source_new (const SluiceMeterScope *scope,
                                        GError                **error);

G_END_DECLS
