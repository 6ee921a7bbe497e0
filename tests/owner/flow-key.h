#pragma once

#include "model/flow-key.h"

/* A flow; without @remote, of a socket that waits. */
static SluiceFlowKey
make_key (guint8 protocol, const char *local, guint16 local_port, const char *remote, guint16 remote_port)
{
  SluiceAddress addresses[2] = { 0 };
  SluiceFlowKey key;

  g_assert_true (sluice_address_parse (local, &addresses[0]));
  if (remote != NULL)
    g_assert_true (sluice_address_parse (remote, &addresses[1]));
  sluice_flow_key_init (&key, protocol, &addresses[0], local_port, &addresses[1], remote_port);
  return key;
}
