#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceHostRows:
 * @hosts: array of #SluiceHostRow
 * @protocols: array of #SluiceProtocolRow
 * @derived: made of the connections, because the tier does not see packets: no row tells how many there were
 *
 * The hosts and protocols of a sample of any tier.
 */
typedef struct
{
  GArray *hosts;
  GArray *protocols;
  gboolean derived;
} SluiceHostRows;

void  sluice_host_rows_init     (SluiceHostRows      *rows,
                                 const SluiceSample  *sample);
void  sluice_host_rows_clear    (SluiceHostRows      *rows);
char *sluice_host_rows_name     (const SluiceHost    *host);
char *sluice_host_rows_address  (const SluiceHost    *host);
char *sluice_host_rows_local    (const SluiceFlowKey *key);
char *sluice_host_rows_endpoint (const SluiceFlowKey *key,
                                 const SluiceHost    *host);

const char *sluice_host_rows_network (const SluiceHost *host);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceHostRows, sluice_host_rows_clear)

G_END_DECLS
