#pragma once

#include "capture/source.h"

G_BEGIN_DECLS

SluiceSource *sluice_file_source_new (const char                   *path,
                                      const SluiceInterfaceAddress *networks,
                                      guint                         n_networks,
                                      gboolean                      in_bins,
                                      GError                      **error);

G_END_DECLS
