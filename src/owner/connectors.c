#include "owner/connectors.h"

#include "owner/owner-table-private.h"
#include "owner/proc.h"

#include <time.h>
#include <unistd.h>

/* Connections that are asked for, and those whose two sides are known, of a flood in two looks: what is beyond takes
 * the place of the oldest of WAYS. Memory that was never needed is never touched. */
#define OPENINGS 1024
#define CONNECTIONS 32768
#define WAYS 4
/* No process ends and has its number given to another so soon, ns. */
#define SAME_PROCESS (10 * 1000 * 1000)
/* What was not asked for in so many looks is forgotten. */
#define LOOKS 2

/* Half of a connection: who began it, or what it became. The two may be read in any order. */
typedef struct
{
  guint64 socket; /* 0: unused */
  gint64 time;
  gboolean begins;
  SluiceProgram *program; /* NULL: not known, or of another namespace */
  SluiceFlowKey key;
} Opening;

typedef struct
{
  SluiceFlowKey key;
  SluiceProgram *program; /* NULL: unused */
  guint look;
} Connection;

struct _SluiceConnectors
{
  SluiceOwnerTable *table;
  guint64 network; /* the own namespace's inode; 0: nobody is known */
  guint look;
  /* Who was looked at last. */
  gint32 pid;
  gint32 tid;
  gint64 read_time; /* ns */
  SluiceProgram *program;
  Opening openings[OPENINGS];
  Connection connections[CONNECTIONS];
};

/* The kernel tells the numbers of processes as this one has them: that /proc may be mounted for others. */
static gboolean
shows_own_numbers (SluiceOwnerTable *table)
{
  char target[16] = "";

  return table->proc >= 0 && readlinkat (table->proc, "self", target, sizeof target - 1) > 0
         && g_ascii_strtoll (target, NULL, 10) == getpid ();
}

/**
 * sluice_connectors_new:
 * @table: reads the processes; outlives the connectors
 *
 * Where /proc is not to be read, or is that of another PID namespace, nobody is known.
 *
 * Returns: (transfer full): connectors that have heard nothing
 */
SluiceConnectors *
sluice_connectors_new (SluiceOwnerTable *table)
{
  SluiceConnectors *connectors = g_new0 (SluiceConnectors, 1);

  connectors->table = table;
  if (shows_own_numbers (table))
    connectors->network = sluice_owner_table_read_network (table, "thread-self");
  return connectors;
}

void
sluice_connectors_free (SluiceConnectors *connectors)
{
  sluice_connectors_forget (connectors);
  g_free (connectors);
}

/**
 * sluice_connectors_begin:
 * @connectors: connectors
 *
 * Begins a look: what was heard before the last one is forgotten.
 */
void
sluice_connectors_begin (SluiceConnectors *connectors)
{
  connectors->look++;
}

/**
 * sluice_connectors_forget:
 * @connectors: connectors
 *
 * Forgets all that was heard: something else was not, and might have been of the same addresses and ports.
 */
void
sluice_connectors_forget (SluiceConnectors *connectors)
{
  for (guint i = 0; i < OPENINGS; i++)
    {
      g_clear_pointer (&connectors->openings[i].program, sluice_program_unref);
      connectors->openings[i].socket = 0;
    }
  for (guint i = 0; i < CONNECTIONS; i++)
    g_clear_pointer (&connectors->connections[i].program, sluice_program_unref);
  g_clear_pointer (&connectors->program, sluice_program_unref);
  connectors->pid = 0;
}

/* A process that was there before the event is the one that it tells of: its number was not another's before. */
static gboolean
is_before (const SluiceProgram *program, gint64 time)
{
  const gint64 tick = G_GINT64_CONSTANT (1000000000) / sysconf (_SC_CLK_TCK);
  struct timespec boot, monotonic;

  clock_gettime (CLOCK_MONOTONIC, &monotonic);
  clock_gettime (CLOCK_BOOTTIME, &boot);
  time += (boot.tv_sec - monotonic.tv_sec) * G_GINT64_CONSTANT (1000000000) + boot.tv_nsec - monotonic.tv_nsec;
  return (gint64) program->start_time <= time / tick;
}

/* A process that is about to end has no executable any more, and would be known by its name alone: that is another
 * program. */
static SluiceProgram *
read_program (SluiceConnectors *connectors, const SluiceConnectEvent *event, gint64 now)
{
  g_autoptr (SluiceProgram) program = sluice_owner_table_identify (connectors->table, event->pid, now);
  char thread[16];

  g_snprintf (thread, sizeof thread, "%d", event->tid);
  if (program == NULL || program->executable == NULL || !is_before (program, event->time)
      || sluice_owner_table_read_network (connectors->table, thread) != connectors->network)
    return NULL;
  return g_steal_pointer (&program);
}

/* Whose connection begins; one that opens many is not read for each. */
static SluiceProgram *
find_program (SluiceConnectors *connectors, const SluiceConnectEvent *event, gboolean may_read, gint64 now)
{
  if (event->pid <= 0 || connectors->network == 0)
    return NULL;
  if (event->pid != connectors->pid || event->tid != connectors->tid
      || ABS (event->time - connectors->read_time) > SAME_PROCESS)
    {
      if (!may_read)
        return NULL;
      g_clear_pointer (&connectors->program, sluice_program_unref);
      connectors->program = read_program (connectors, event, now);
      connectors->pid = event->pid;
      connectors->tid = event->tid;
      connectors->read_time = now * 1000;
    }
  return connectors->program != NULL ? sluice_program_ref (connectors->program) : NULL;
}

/* Where a connection is, or else is to be put: a place of its own, an empty one, the oldest. */
static Connection *
find_place (SluiceConnectors *connectors, const SluiceFlowKey *key)
{
  Connection *set = connectors->connections + sluice_flow_key_hash (key) % (CONNECTIONS / WAYS) * WAYS;
  Connection *best = set;

  for (Connection *at = set; at < set + WAYS; at++)
    if (at->program != NULL && sluice_flow_key_equal (&at->key, key))
      return at;
  for (Connection *at = set; at < set + WAYS && best->program != NULL; at++)
    if (at->program == NULL || at->look < best->look)
      best = at;
  return best;
}

/* Takes @program, %NULL where nobody knows who it is now: not whoever it was before. */
static void
set_connection (SluiceConnectors *connectors, const SluiceFlowKey *key, SluiceProgram *program)
{
  Connection *place = find_place (connectors, key);

  if (program == NULL && (place->program == NULL || !sluice_flow_key_equal (&place->key, key)))
    return;
  g_clear_pointer (&place->program, sluice_program_unref);
  *place = (Connection){ *key, program, connectors->look };
}

static Opening *
find_opening (SluiceConnectors *connectors, guint64 socket)
{
  Opening *set = connectors->openings + g_int64_hash (&socket) / 64 % (OPENINGS / WAYS) * WAYS;
  Opening *best = set;

  for (Opening *at = set; at < set + WAYS; at++)
    if (at->socket == socket)
      return at;
  for (Opening *at = set; at < set + WAYS && best->socket != 0; at++)
    if (at->socket == 0 || at->time < best->time)
      best = at;
  return best;
}

/* Whether the two are of one connection: a socket may open one after the other. */
static gboolean
belongs (const Opening *opening, const SluiceConnectEvent *event)
{
  return opening->socket == event->socket && opening->begins != event->begins
         && (opening->begins ? opening->time <= event->time : event->time <= opening->time)
         && opening->key.remote_port == event->key.remote_port
         && sluice_address_equal (&opening->key.remote, &event->key.remote);
}

/**
 * sluice_connectors_hear:
 * @connectors: connectors
 * @event: what the kernel told
 * @may_read: there is time to look at a process
 * @now: monotonic time, µs
 *
 * Looks at once who begins a connection: soon nobody is there any more.
 */
void
sluice_connectors_hear (SluiceConnectors *connectors, const SluiceConnectEvent *event, gboolean may_read, gint64 now)
{
  Opening *opening = find_opening (connectors, event->socket);
  g_autoptr (SluiceProgram) program = event->begins ? find_program (connectors, event, may_read, now) : NULL;

  if (belongs (opening, event))
    {
      if (opening->begins)
        set_connection (connectors, &event->key, g_steal_pointer (&opening->program));
      else
        set_connection (connectors, &opening->key, g_steal_pointer (&program));
      opening->socket = 0;
      return;
    }
  g_clear_pointer (&opening->program, sluice_program_unref);
  *opening = (Opening){ event->socket, event->time, event->begins, g_steal_pointer (&program), event->key };
  /* Unless its beginning is still to be read, nobody knows whose it is. */
  if (!event->begins)
    set_connection (connectors, &event->key, NULL);
}

/**
 * sluice_connectors_find:
 * @connectors: connectors
 * @key: a flow that is over, or whose owner is not to be found otherwise
 *
 * Returns: (transfer none) (nullable): who opened it, valid until something is heard
 */
SluiceProgram *
sluice_connectors_find (SluiceConnectors *connectors, const SluiceFlowKey *key)
{
  Connection *place = find_place (connectors, key);

  return place->program != NULL && sluice_flow_key_equal (&place->key, key) && connectors->look - place->look < LOOKS
           ? place->program
           : NULL;
}
