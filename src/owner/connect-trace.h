#pragma once

#include "model/flow-key.h"

G_BEGIN_DECLS

/**
 * SluiceConnectEvent:
 * @socket: tells sockets apart while they are there; it says nothing else
 * @begins: a connection is asked for; else that has been granted, refused or given up
 * @pid: whose thread asks for it; only where it begins
 * @tid: that thread
 * @time: of the event, monotonic, ns
 * @key: who with whom; where it begins the local side may not be chosen yet
 *
 * A TCP connection as the program that opens it sees it, in any network namespace.
 */
typedef struct
{
  guint64 socket;
  gboolean begins;
  gint32 pid;
  gint32 tid;
  gint64 time;
  SluiceFlowKey key;
} SluiceConnectEvent;

typedef void (*SluiceConnectFunc) (const SluiceConnectEvent *event, gpointer user_data);

/**
 * SluiceConnectTrace:
 *
 * Hears from the kernel, while it happens, who opens a TCP connection. One thread at a time.
 */
typedef struct _SluiceConnectTrace SluiceConnectTrace;

/* Where fields of an event are, and how long: as its "format" file says. */
typedef struct
{
  guint16 offset;
  guint16 size;
} SluiceConnectField;

enum
{
  SLUICE_CONNECT_SOCKET,
  SLUICE_CONNECT_OLD_STATE,
  SLUICE_CONNECT_NEW_STATE,
  SLUICE_CONNECT_LOCAL_PORT,
  SLUICE_CONNECT_REMOTE_PORT,
  SLUICE_CONNECT_FAMILY,
  SLUICE_CONNECT_LOCAL_IPV4,
  SLUICE_CONNECT_REMOTE_IPV4,
  SLUICE_CONNECT_LOCAL_IPV6,
  SLUICE_CONNECT_REMOTE_IPV6,
  SLUICE_CONNECT_N_FIELDS,
};

SluiceConnectTrace *sluice_connect_trace_new            (GError            **error);
void                sluice_connect_trace_free           (SluiceConnectTrace *trace);
int                 sluice_connect_trace_get_descriptor (SluiceConnectTrace *trace);
guint64             sluice_connect_trace_read           (SluiceConnectTrace *trace,
                                                         SluiceConnectFunc   func,
                                                         gpointer            user_data);
void                sluice_connect_trace_pause          (SluiceConnectTrace *trace,
                                                         gint64              until);
gboolean            sluice_connect_trace_parse_format   (const char         *text,
                                                         SluiceConnectField  fields_out[SLUICE_CONNECT_N_FIELDS]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceConnectTrace, sluice_connect_trace_free)

G_END_DECLS
