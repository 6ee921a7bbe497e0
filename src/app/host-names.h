#pragma once

#include <gio/gio.h>

#include "model/address.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_HOST_NAMES (sluice_host_names_get_type ())
/**
 * SluiceHostNames:
 *
 * The names of addresses by reverse lookup, asked for one by one, never waited for, kept for a while. Asks nothing
 * unless the property "enabled" is set: a lookup tells the name server whom this machine talks to.
 *
 * Signal "resolved" (SluiceHostNames *names): sluice_host_names_get() has new answers.
 */
G_DECLARE_FINAL_TYPE (SluiceHostNames, sluice_host_names, SLUICE, HOST_NAMES, GObject)

SluiceHostNames *sluice_host_names_new         (GResolver           *resolver);
void             sluice_host_names_set_enabled (SluiceHostNames     *self,
                                                gboolean             enabled);
gboolean         sluice_host_names_get_enabled (SluiceHostNames     *self);
const char      *sluice_host_names_get         (SluiceHostNames     *self,
                                                const SluiceAddress *address);

G_END_DECLS
