#include "owner/flow-owners.h"

#include "owner/connectors.h"
#include "owner/lsof.h"
#include "owner/owner-table-private.h"

#include <netinet/in.h>

/* What is done between two ticks takes at most so much of each span of so much, µs: a tenth of a core, by what this
 * thread has had of it, for a busy machine is no reason to look less. Within it, the processes are looked through so
 * often at the most, so often for one flow, and for so many flows. */
#define HURRY_INTERVAL (50 * 1000)
#define HURRY_SHARE 10
#define HURRY_PAUSE (10 * 1000)
#define HURRY_BUDGET (HURRY_INTERVAL / HURRY_SHARE)
#define HURRY_TRIES 4
#define WAITING_MAX 1024
/* As much again for looking at who opens a connection, which is done at once. */
#define HEAR_BUDGET (HURRY_INTERVAL / HURRY_SHARE)
/* Who opens a connection is heard at once so often in a span at the most; where more begin, or the time is spent, so
 * much later, µs: before the kernel has no room for more of them. */
#define HEAR_TIMES 50
#define HEAR_PAUSE 2000
/* How long a tick waits for lsof, µs. */
#define LSOF_PATIENCE (20 * 1000)

/* Of the kernel's tcp_states.h. */
#define STATE_ESTABLISHED 1
#define STATE_CLOSE_WAIT 8

/* A flow that began between two ticks and has no owner yet. */
typedef struct
{
  SluiceFlowKey key;
  guint32 ifindex;
  guint tries;
  guint64 cookie; /* of its socket; 0: not found yet */
} Waiting;

/* What was done in a span of time, µs. */
typedef struct
{
  gint64 begin;
  gint64 spent;
  guint times;
} Span;

struct _SluiceFlowOwners
{
  SluiceOwnerTable *table;
  SluiceSocketIndex *index;
  SluiceSockDiag *sockets; /* NULL where the kernel lists none, or is not asked */
  SluiceLsof *lsof;        /* NULL where it is not needed, or not there */
  char *fault;             /* why there is neither */
  SluiceNamespaces *namespaces;
  gboolean listed;     /* lsof has given a whole list since the look began */
  gint64 elsewhere_due; /* when the other namespaces may be read again */
  GPtrArray *matches;   /* scratch: SluiceSocketEntry */
  GArray *waiting;      /* Waiting */
  Span hurrying;
  gint64 hurry_last;    /* when the processes were looked through */
  gint64 now;           /* of the look */
  SluiceConnectTrace *trace; /* NULL: the kernel does not tell */
  SluiceConnectors *connectors; /* who opened what; without a trace nobody did */
  Span hearing;
};

/**
 * sluice_flow_owners_new:
 * @root: the folder that holds `proc`, "/" but in tests
 * @way: where the sockets come from
 *
 * The environment's SLUICE_SOCKETS=lsof makes lsof the best.
 *
 * Where no sockets can be listed at all, each look says why and nothing has an owner.
 *
 * Returns: (transfer full): owners that have not looked yet
 */
SluiceFlowOwners *
sluice_flow_owners_new (const char *root, SluiceSocketsWay way)
{
  SluiceFlowOwners *owners = g_new0 (SluiceFlowOwners, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) lsof_error = NULL;

  owners->table = sluice_owner_table_new (root);
  owners->index = sluice_socket_index_new ();
  owners->namespaces = sluice_namespaces_new (root);
  owners->matches = g_ptr_array_new ();
  owners->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  if (way == SLUICE_SOCKETS_BEST && g_strcmp0 (g_getenv ("SLUICE_SOCKETS"), "lsof") != 0)
    owners->sockets = sluice_sock_diag_new (&error);
  if (owners->sockets != NULL)
    owners->trace = sluice_connect_trace_new (NULL);
  owners->connectors = sluice_connectors_new (owners->table);
  if (owners->sockets == NULL && way != SLUICE_SOCKETS_BY_CALLER)
    owners->lsof = sluice_lsof_new (NULL, &lsof_error);
  if (lsof_error != NULL)
    owners->fault = g_strdup (error != NULL ? error->message : lsof_error->message);
  return owners;
}

void
sluice_flow_owners_free (SluiceFlowOwners *owners)
{
  g_clear_pointer (&owners->trace, sluice_connect_trace_free);
  sluice_connectors_free (owners->connectors);
  sluice_owner_table_free (owners->table);
  sluice_socket_index_free (owners->index);
  sluice_namespaces_free (owners->namespaces);
  g_clear_pointer (&owners->sockets, sluice_sock_diag_free);
  g_clear_pointer (&owners->lsof, sluice_lsof_free);
  g_ptr_array_unref (owners->matches);
  g_array_unref (owners->waiting);
  g_free (owners->fault);
  g_free (owners);
}

static void
set_program (SluiceSocketEntry *entry, SluiceProgram *program)
{
  if (program == NULL || program == entry->program)
    return;
  g_clear_pointer (&entry->program, sluice_program_unref);
  entry->program = sluice_program_ref (program);
}

/* What has ended is held by nobody any more, and a descriptor that was closed leaves its socket to send what is left:
 * they keep the owner that they had. */
static void
resolve_cb (SluiceSocketEntry *entry, gpointer user_data)
{
  SluiceFlowOwners *owners = user_data;

  if (entry->pid != 0 || entry->socket.inode == 0)
    return;
  if (entry->ended)
    sluice_owner_table_forget (owners->table, entry->socket.inode);
  else if (!sluice_owner_table_can_read (owners->table))
    return;
  else if (!sluice_owner_table_may_see (owners->table, entry->socket.uid))
    set_program (entry, sluice_program_other_users ());
  else
    set_program (entry, sluice_owner_table_lookup (owners->table, entry->socket.inode));
}

/* Of several processes that hold a socket the one that started first owns it, but for process 1. */
static gboolean
precedes (const SluiceProgram *a, const SluiceProgram *b)
{
  if ((a->pid == 1) != (b->pid == 1))
    return b->pid == 1;
  return a->start_time != b->start_time ? a->start_time < b->start_time : a->pid < b->pid;
}

static void
add_held_cb (const SluiceSocket *socket, gint32 pid, gpointer user_data)
{
  SluiceFlowOwners *owners = user_data;
  SluiceSocketEntry *entry = sluice_socket_index_get (owners->index, socket->cookie);
  gboolean again = entry != NULL && entry->pid_time == owners->now;
  SluiceProgram *program = sluice_owner_table_read (owners->table, pid, owners->now);

  if (again && (program == NULL || (entry->program != NULL && !precedes (program, entry->program))))
    return;
  entry = sluice_socket_index_add (owners->index, socket);
  entry->pid = pid;
  entry->pid_time = owners->now;
  set_program (entry, program);
}

/* Whole lists only: what lsof did not get to say is still so. */
static gboolean
read_lsof (SluiceFlowOwners *owners, GError **error)
{
  return sluice_lsof_list (owners->lsof, LSOF_PATIENCE, add_held_cb, owners, error);
}

static gint64
hurry_lsof (SluiceFlowOwners *owners, gint64 now)
{
  gboolean listed;
  gint64 again;

  owners->now = now;
  again = sluice_lsof_hurry (owners->lsof, now, add_held_cb, owners, &listed);
  owners->listed |= listed;
  return again;
}

/**
 * sluice_flow_owners_read:
 * @owners: owners
 * @now: monotonic time, µs
 * @fault_out: set to what could not be read, where it is %NULL
 *
 * Lists the sockets and finds out who holds them. What cannot be listed now is kept as it was.
 */
void
sluice_flow_owners_read (SluiceFlowOwners *owners, gint64 now, char **fault_out)
{
  g_autoptr (GError) error = NULL;
  gboolean complete = FALSE;

  /* Mostly lsof's lists come between two looks, and are part of the first. */
  if (owners->listed)
    sluice_socket_index_end (owners->index, TRUE);
  owners->listed = FALSE;
  sluice_flow_owners_begin (owners);
  owners->now = now;
  if (owners->sockets != NULL)
    complete = sluice_socket_index_list (owners->index, owners->sockets, &error);
  else if (owners->lsof != NULL)
    complete = read_lsof (owners, &error);
  if (*fault_out == NULL)
    *fault_out = g_strdup (error != NULL ? error->message : owners->fault);
  sluice_flow_owners_end (owners, complete, now, fault_out);
}

/**
 * sluice_flow_owners_begin:
 * @owners: owners
 *
 * Begins a look whose sockets the caller adds; sluice_flow_owners_read() does it all.
 */
void
sluice_flow_owners_begin (SluiceFlowOwners *owners)
{
  sluice_socket_index_begin (owners->index);
  sluice_connectors_begin (owners->connectors);
  g_array_set_size (owners->waiting, 0);
}

/**
 * sluice_flow_owners_add:
 * @owners: owners
 * @socket: a socket as it is now, or as it ended
 *
 * Takes in one socket.
 */
void
sluice_flow_owners_add (SluiceFlowOwners *owners, const SluiceSocket *socket)
{
  sluice_socket_index_add (owners->index, socket);
}

/**
 * sluice_flow_owners_end:
 * @owners: owners
 * @complete: every socket was added
 * @now: monotonic time, µs
 * @fault_out: set to what could not be read, where it is %NULL
 *
 * Ends the look: finds out who holds what.
 */
void
sluice_flow_owners_end (SluiceFlowOwners *owners, gboolean complete, gint64 now, char **fault_out)
{
  g_autoptr (GError) error = NULL;

  sluice_socket_index_end (owners->index, complete);
  if (owners->lsof != NULL)
    return;
  sluice_socket_index_foreach (owners->index, resolve_cb, owners);
  if (!sluice_owner_table_refresh (owners->table, now, &error))
    {
      if (*fault_out == NULL)
        *fault_out = g_strdup (error->message);
      return;
    }
  sluice_socket_index_foreach (owners->index, resolve_cb, owners);
}

/* Several sockets that share addresses and ports have an owner where all are the same program's: the one that started
 * first. One that is over counts only where all are. */
static void
agree (GPtrArray *matches, SluiceFlowOwner *owner)
{
  gboolean agreed = TRUE;
  gboolean too_many = matches->len >= SLUICE_SOCKET_MATCHES_MAX;

  for (guint i = 0; i < matches->len; i++)
    {
      SluiceSocketEntry *entry = g_ptr_array_index (matches, i);

      if (owner->entry == NULL || (owner->entry->ended && !entry->ended))
        {
          owner->entry = entry;
          owner->program = entry->program;
          agreed = TRUE;
        }
      else if (entry->ended && !owner->entry->ended)
        {
          continue;
        }
      else if (entry->program == NULL || owner->program == NULL
               || !g_str_equal (entry->program->identity, owner->program->identity))
        {
          agreed = FALSE;
        }
      else if (precedes (entry->program, owner->program))
        {
          owner->entry = entry;
          owner->program = entry->program;
        }
    }
  if (!agreed || too_many)
    owner->program = NULL;
}

/* A connection that was not accepted yet is in nobody's hands: it is whose listening socket it waits at. One that was
 * closed is in nobody's hands either, but is never in these states. */
static void
find_listener (SluiceFlowOwners *owners,
               const SluiceFlowKey *key,
               const SluiceSocketScope *scope,
               SluiceFlowOwner *owner)
{
  const SluiceSocket *socket = &owner->entry->socket;
  SluiceFlowOwner listener = { 0 };
  SluiceFlowKey waiting;

  if (key->protocol != IPPROTO_TCP || socket->inode != 0 || owner->entry->ended
      || (socket->state != STATE_ESTABLISHED && socket->state != STATE_CLOSE_WAIT))
    return;
  sluice_flow_key_init (&waiting, key->protocol, &key->local, key->local_port, NULL, 0);
  if (sluice_socket_index_find (owners->index, &waiting, scope, owners->matches) == SLUICE_MATCH_NONE)
    return;
  agree (owners->matches, &listener);
  owner->program = listener.program;
}

/* Whether of several sockets all others are over. */
static gboolean
stands_alone (GPtrArray *matches, const SluiceSocketEntry *entry)
{
  for (guint i = 0; i < matches->len; i++)
    {
      const SluiceSocketEntry *other = g_ptr_array_index (matches, i);

      if (other != entry && (entry->ended || !other->ended))
        return FALSE;
    }
  return TRUE;
}

/* What nobody was seen to hold, and is gone now maybe, belongs to whoever was heard to open it. */
static void
find_connector (SluiceFlowOwners *owners, const SluiceFlowKey *key, SluiceFlowOwner *owner)
{
  SluiceProgram *program = key->protocol == IPPROTO_TCP ? sluice_connectors_find (owners->connectors, key) : NULL;

  if (program == NULL)
    return;
  if (owner->match != SLUICE_MATCH_EXACT)
    {
      *owner = (SluiceFlowOwner){ .program = program, .match = SLUICE_MATCH_EXACT };
    }
  else if (stands_alone (owners->matches, owner->entry))
    {
      set_program (owner->entry, program);
      owner->program = program;
    }
}

/**
 * sluice_flow_owners_find:
 * @owners: owners
 * @key: a flow
 * @scope: where it was seen
 * @owner_out: (out): whose it is, valid until the next look begins
 *
 * Asks the sockets of this namespace. Where several programs may be meant, none is named.
 */
void
sluice_flow_owners_find (SluiceFlowOwners *owners,
                         const SluiceFlowKey *key,
                         const SluiceSocketScope *scope,
                         SluiceFlowOwner *owner_out)
{
  *owner_out = (SluiceFlowOwner){ 0 };
  owner_out->match = sluice_socket_index_find (owners->index, key, scope, owners->matches);
  agree (owners->matches, owner_out);
  if (owner_out->match != SLUICE_MATCH_EXACT || owner_out->program == NULL)
    find_connector (owners, key, owner_out);
  if (owner_out->match == SLUICE_MATCH_EXACT && owner_out->program == NULL)
    find_listener (owners, key, scope, owner_out);
}

static void
read_elsewhere (SluiceFlowOwners *owners, gint64 now)
{
  gint64 begin = sluice_owner_thread_time ();

  sluice_namespaces_read (owners->namespaces, now);
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < sluice_namespaces_get_size (owners->namespaces); i++)
        sluice_socket_index_foreach (sluice_namespaces_get (owners->namespaces, i), resolve_cb, owners);
      if (round == 0)
        sluice_owner_table_refresh (owners->table, now, NULL);
    }
  owners->elsewhere_due = now + MAX (HURRY_INTERVAL, HURRY_SHARE * (sluice_owner_thread_time () - begin));
}

/**
 * sluice_flow_owners_find_elsewhere:
 * @owners: owners
 * @key: a flow neither side of which is this machine as this namespace knows it
 * @scope: where it was seen
 * @now: monotonic time, µs
 * @owner_out: (out): whose it is, valid until the next look begins
 *
 * Asks the sockets of other namespaces: for the side that spoke first, then for the other. The sockets are listed again
 * when that has not been done for a while.
 */
void
sluice_flow_owners_find_elsewhere (SluiceFlowOwners *owners,
                                   const SluiceFlowKey *key,
                                   const SluiceSocketScope *scope,
                                   gint64 now,
                                   SluiceFlowOwner *owner_out)
{
  /* What is bound is bound to an interface of its own namespace, whose numbers say nothing here. */
  const SluiceSocketScope nowhere = { NULL, 0 };
  SluiceFlowKey sides[2] = { *key };

  *owner_out = (SluiceFlowOwner){ 0 };
  if (now >= owners->elsewhere_due)
    read_elsewhere (owners, now);
  sluice_flow_key_init (&sides[1], key->protocol, &key->remote, key->remote_port, &key->local, key->local_port);
  for (guint side = 0; side < 2; side++)
    for (guint i = 0; i < sluice_namespaces_get_size (owners->namespaces); i++)
      {
        SluiceFlowOwner found = { .elsewhere = TRUE };

        found.match = sluice_socket_index_find (sluice_namespaces_get (owners->namespaces, i), &sides[side], &nowhere,
                                                owners->matches);
        agree (owners->matches, &found);
        /* A wildcard may wait in every namespace: only what has both sides or the address is meant. */
        if (found.match >= SLUICE_MATCH_LOCAL && found.match > owner_out->match)
          *owner_out = found;
      }
}

static gint64
span_end (const Span *span)
{
  /* A span that took too long is followed by a longer pause. */
  return span->begin + MAX (HURRY_INTERVAL, HURRY_SHARE * span->spent);
}

/* Begins a new span when the old one is over. */
static gboolean
may_spend (Span *span, gint64 budget, gint64 now)
{
  if (now >= span_end (span))
    *span = (Span){ .begin = now };
  return span->spent < budget;
}

/* Asks the kernel for a flow's socket. */
static void
ask_kernel (SluiceFlowOwners *owners, Waiting *waiting)
{
  gint64 begin = sluice_owner_thread_time ();
  SluiceSocket socket;

  if (sluice_sock_diag_find (owners->sockets, &waiting->key, waiting->ifindex, &socket))
    {
      waiting->cookie = socket.cookie;
      resolve_cb (sluice_socket_index_add (owners->index, &socket), owners);
    }
  owners->hurrying.spent += sluice_owner_thread_time () - begin;
}

/* Whether nothing more is to be found out before the next tick. */
static gboolean
is_settled (SluiceFlowOwners *owners, const Waiting *waiting)
{
  SluiceSocketEntry *entry = waiting->cookie != 0 ? sluice_socket_index_get (owners->index, waiting->cookie) : NULL;

  return (entry != NULL && entry->program != NULL) || waiting->tries >= HURRY_TRIES;
}

/**
 * sluice_flow_owners_expect:
 * @owners: owners
 * @key: a flow that has just begun, between two looks
 * @scope: where it was seen
 * @now: monotonic time, µs
 *
 * Asks the kernel for the flow's socket unless it is known; sluice_flow_owners_hurry() finds out who holds it.
 */
void
sluice_flow_owners_expect (SluiceFlowOwners *owners,
                           const SluiceFlowKey *key,
                           const SluiceSocketScope *scope,
                           gint64 now)
{
  Waiting waiting = { .key = *key, .ifindex = scope->n > 0 ? scope->ifindexes[0] : 0 };
  SluiceFlowOwner known;

  sluice_flow_owners_find (owners, key, scope, &known);
  if (known.match == SLUICE_MATCH_EXACT || (key->protocol == IPPROTO_UDP && known.program != NULL))
    return;
  if (owners->lsof != NULL)
    sluice_lsof_want (owners->lsof, now);
  if (owners->sockets == NULL)
    return;
  if (may_spend (&owners->hurrying, HURRY_BUDGET / 2, now))
    ask_kernel (owners, &waiting);
  if (!is_settled (owners, &waiting) && owners->waiting->len < WAITING_MAX)
    g_array_append_val (owners->waiting, waiting);
}

/**
 * sluice_flow_owners_hurry:
 * @owners: owners
 * @now: monotonic time, µs
 *
 * Finds out who holds the sockets that were expected, as far as there is time: at most a tenth of a core, every 10 ms.
 *
 * Returns: when to call it again, monotonic time, µs; 0 where nothing is left to be found before the next look
 */
gint64
sluice_flow_owners_hurry (SluiceFlowOwners *owners, gint64 now)
{
  gint64 begin;

  if (owners->lsof != NULL)
    return hurry_lsof (owners, now);
  if (owners->waiting->len == 0)
    return 0;
  if (now - owners->hurry_last < HURRY_PAUSE)
    return owners->hurry_last + HURRY_PAUSE;
  if (!may_spend (&owners->hurrying, HURRY_BUDGET, now))
    return span_end (&owners->hurrying);
  for (guint i = 0; i < owners->waiting->len && may_spend (&owners->hurrying, HURRY_BUDGET / 2, now); i++)
    if (g_array_index (owners->waiting, Waiting, i).cookie == 0)
      ask_kernel (owners, &g_array_index (owners->waiting, Waiting, i));
  begin = sluice_owner_thread_time ();
  sluice_owner_table_hurry (owners->table, MAX (HURRY_BUDGET - owners->hurrying.spent, 0), now);
  for (guint i = owners->waiting->len; i > 0; i--)
    {
      Waiting *waiting = &g_array_index (owners->waiting, Waiting, i - 1);
      SluiceSocketEntry *entry = sluice_socket_index_get (owners->index, waiting->cookie);

      if (entry != NULL)
        resolve_cb (entry, owners);
      waiting->tries++;
      if (is_settled (owners, waiting))
        g_array_remove_index_fast (owners->waiting, i - 1);
    }
  owners->hurry_last = now;
  owners->hurrying.spent += sluice_owner_thread_time () - begin;
  if (owners->waiting->len == 0)
    return 0;
  return MAX (now + HURRY_PAUSE, owners->hurrying.spent < HURRY_BUDGET ? 0 : span_end (&owners->hurrying));
}

static void
hear_cb (const SluiceConnectEvent *event, gpointer user_data)
{
  SluiceFlowOwners *owners = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 begin = sluice_owner_thread_time ();

  sluice_connectors_hear (owners->connectors, event, may_spend (&owners->hearing, HEAR_BUDGET, now), now);
  owners->hearing.spent += sluice_owner_thread_time () - begin;
}

/**
 * sluice_flow_owners_listen:
 * @owners: owners
 *
 * Hears who has opened connections since the last call, where the kernel tells: to be called as soon as the descriptor
 * wakes, and before flows are looked up. Takes a tenth of a core at the most.
 */
void
sluice_flow_owners_listen (SluiceFlowOwners *owners)
{
  gint64 now;

  if (owners->trace == NULL)
    return;
  if (sluice_connect_trace_read (owners->trace, hear_cb, owners) > 0)
    sluice_connectors_forget (owners->connectors);
  now = g_get_monotonic_time ();
  if (!may_spend (&owners->hearing, HEAR_BUDGET, now) || ++owners->hearing.times > HEAR_TIMES)
    sluice_connect_trace_pause (owners->trace, now + HEAR_PAUSE);
}

/**
 * sluice_flow_owners_get_descriptor:
 * @owners: owners
 *
 * Returns: can be read when sluice_flow_owners_listen() has something to do, see sluice_connect_trace_get_descriptor();
 *   -1 where it never has
 */
int
sluice_flow_owners_get_descriptor (SluiceFlowOwners *owners)
{
  return owners->trace != NULL ? sluice_connect_trace_get_descriptor (owners->trace) : -1;
}

/**
 * sluice_flow_owners_are_awaited:
 * @owners: owners
 * @time: monotonic, µs
 *
 * Returns: whether sluice_flow_owners_hurry() will soon find whose the flows are that were expected up to @time: no
 *   look can be had at once where lsof has to be asked
 */
gboolean
sluice_flow_owners_are_awaited (SluiceFlowOwners *owners, gint64 time)
{
  return owners->lsof != NULL && sluice_lsof_is_awaited (owners->lsof, time);
}

/**
 * sluice_flow_owners_see_all:
 * @owners: owners
 *
 * Returns: whether the sockets of every namespace of this machine were seen when they were last looked for
 */
gboolean
sluice_flow_owners_see_all (SluiceFlowOwners *owners)
{
  return sluice_namespaces_see_all (owners->namespaces);
}

/**
 * sluice_flow_owners_get_index:
 * @owners: owners
 *
 * Returns: (transfer none): the sockets of this namespace
 */
SluiceSocketIndex *
sluice_flow_owners_get_index (SluiceFlowOwners *owners)
{
  return owners->index;
}
