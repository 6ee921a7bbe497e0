#pragma once

#include "cli/command.h"
#include "model/sample.h"

G_BEGIN_DECLS

char       *sluice_interfaces_command_text          (const SluiceSample *sample,
                                                     GHashTable         *packets,
                                                     gboolean            bold);
char       *sluice_interfaces_command_json          (const SluiceSample *sample,
                                                     GHashTable         *packets);
GHashTable *sluice_interfaces_command_parse_packets (const char         *proc_net_dev);

G_END_DECLS
