#pragma once

#include "model/program.h"
#include "owner/sock-diag.h"

G_BEGIN_DECLS

/* How well a socket fits a flow, the best last. */
typedef enum
{
  SLUICE_MATCH_NONE,
  SLUICE_MATCH_DUAL_WILDCARD, /* waits at the port of every IPv6 address, and takes IPv4 */
  SLUICE_MATCH_WILDCARD,      /* waits at the port of every address of the flow's family */
  SLUICE_MATCH_LOCAL,         /* waits at the local address and port */
  SLUICE_MATCH_EXACT,         /* both sides */
} SluiceSocketMatch;

/**
 * SluiceSocketEntry:
 * @socket: as it was last shown
 * @program: (owned) (nullable): who was last found to hold it
 * @look: the look that showed it last
 * @missing: complete looks in a row that lacked it
 * @older: it was there at the first complete look
 * @ended: it is over: the next look forgets it
 * @last_retransmits: what @socket.retransmits was at the look before
 * @pid: who holds it, where the lister says that; 0: to be found by its inode
 * @pid_time: when it said that
 * @claim: for the index's user
 * @previous: (nullable): another socket with the same addresses and ports, NULL for the first
 * @next: (nullable): likewise
 *
 * A socket, from the look that first showed it to the one that no longer does.
 */
typedef struct _SluiceSocketEntry SluiceSocketEntry;

struct _SluiceSocketEntry
{
  SluiceSocket socket;
  SluiceProgram *program;
  guint64 look;
  guint8 missing;
  gboolean older;
  gboolean ended;
  guint32 last_retransmits;
  gint32 pid;
  gint64 pid_time;
  guint64 claim;
  SluiceSocketEntry *previous;
  SluiceSocketEntry *next;
};

/**
 * SluiceSocketScope:
 * @ifindexes: @n of them: the interface that a flow was seen on, then those it stands on, carries or is enslaved to
 *
 * Where a flow was seen, for sockets that are bound to an interface.
 */
typedef struct
{
  const guint32 *ifindexes;
  guint n;
} SluiceSocketScope;

typedef void (*SluiceSocketEntryFunc) (SluiceSocketEntry *entry, gpointer user_data);

/**
 * SluiceSocketIndex:
 *
 * The sockets of a network namespace by what packets know of them. One thread at a time.
 */
typedef struct _SluiceSocketIndex SluiceSocketIndex;

/* So many sockets that share addresses and ports are looked at; where there are as many, they agree on nothing. */
#define SLUICE_SOCKET_MATCHES_MAX 256

SluiceSocketIndex *sluice_socket_index_new      (void);
void               sluice_socket_index_free     (SluiceSocketIndex       *index);
void               sluice_socket_index_begin    (SluiceSocketIndex       *index);
SluiceSocketEntry *sluice_socket_index_add      (SluiceSocketIndex       *index,
                                                 const SluiceSocket      *socket);
gboolean           sluice_socket_index_list     (SluiceSocketIndex       *index,
                                                 SluiceSockDiag          *sockets,
                                                 GError                 **error);
void               sluice_socket_index_end      (SluiceSocketIndex       *index,
                                                 gboolean                 complete);
SluiceSocketEntry *sluice_socket_index_get      (SluiceSocketIndex       *index,
                                                 guint64                  cookie);
SluiceSocketMatch  sluice_socket_index_find     (SluiceSocketIndex       *index,
                                                 const SluiceFlowKey     *key,
                                                 const SluiceSocketScope *scope,
                                                 GPtrArray               *entries_out);
void               sluice_socket_index_foreach  (SluiceSocketIndex       *index,
                                                 SluiceSocketEntryFunc    func,
                                                 gpointer                 user_data);
guint              sluice_socket_index_get_size (SluiceSocketIndex       *index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceSocketIndex, sluice_socket_index_free)

G_END_DECLS
