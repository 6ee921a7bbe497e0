#pragma once

#include "model/address.h"

G_BEGIN_DECLS

/* How a host's name was learnt, the best last. */
typedef enum
{
  SLUICE_NAME_NONE,
  SLUICE_NAME_REVERSE, /* asked for: the PTR record */
  SLUICE_NAME_MDNS,    /* said on the local network */
  SLUICE_NAME_DNS,     /* an answer that this machine got, for the name that was asked */
  SLUICE_NAME_HTTP,    /* Host: in a request to it */
  SLUICE_NAME_TLS,     /* server name in a TLS client hello to it */
} SluiceNameSource;

/**
 * SluiceHost:
 * @address: the other side
 * @name: (nullable): its name as last learnt, sanitised
 * @name_source: how
 * @name_time: when, µs since 1970; 0 where there is no name
 * @country: (nullable): ISO 3166-1 alpha-2
 * @as_number: autonomous system; 0 is unknown
 * @as_name: (nullable): its name, sanitised
 *
 * Who is on the other end. Immutable and reference-counted: what is learnt later makes a new record for the same
 * address. May be used from any thread.
 */
typedef struct
{
  gatomicrefcount reference_count;
  SluiceAddress address;
  char *name;
  SluiceNameSource name_source;
  gint64 name_time;
  char country[3];
  guint32 as_number;
  char *as_name;
} SluiceHost;

SluiceHost *sluice_host_new         (const SluiceAddress *address);
SluiceHost *sluice_host_copy        (const SluiceHost    *host);
SluiceHost *sluice_host_ref         (SluiceHost          *host);
void        sluice_host_unref       (SluiceHost          *host);
SluiceHost *sluice_host_others      (void);
const char *sluice_name_source_name (SluiceNameSource     source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceHost, sluice_host_unref)

G_END_DECLS
