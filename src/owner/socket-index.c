#include "owner/socket-index.h"

#include <netinet/in.h>

/* A list that is read while sockets come and go may lack one that is there: only one that two in a row lack is over. */
#define MISSING_MEANS_OVER 2

struct _SluiceSocketIndex
{
  GHashTable *by_cookie; /* cookie → SluiceSocketEntry, owned */
  GHashTable *by_key;    /* SluiceFlowKey → the first of those that have it */
  guint64 look;
  gboolean primed; /* a complete look is over */
};

static void
entry_free (gpointer data)
{
  SluiceSocketEntry *entry = data;

  g_clear_pointer (&entry->program, sluice_program_unref);
  g_free (entry);
}

/**
 * sluice_socket_index_new:
 *
 * Returns: (transfer full): an empty index
 */
SluiceSocketIndex *
sluice_socket_index_new (void)
{
  SluiceSocketIndex *index = g_new0 (SluiceSocketIndex, 1);

  index->by_cookie = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  index->by_key = g_hash_table_new (sluice_flow_key_hash, sluice_flow_key_equal);
  return index;
}

void
sluice_socket_index_free (SluiceSocketIndex *index)
{
  g_hash_table_unref (index->by_key);
  g_hash_table_unref (index->by_cookie);
  g_free (index);
}

static void
link_entry (SluiceSocketIndex *index, SluiceSocketEntry *entry)
{
  entry->previous = NULL;
  entry->next = g_hash_table_lookup (index->by_key, &entry->socket.key);
  if (entry->next != NULL)
    entry->next->previous = entry;
  /* The key stands in the first of them. */
  g_hash_table_replace (index->by_key, &entry->socket.key, entry);
}

static void
unlink_entry (SluiceSocketIndex *index, SluiceSocketEntry *entry)
{
  if (entry->next != NULL)
    entry->next->previous = entry->previous;
  if (entry->previous != NULL)
    {
      entry->previous->next = entry->next;
      return;
    }
  g_hash_table_remove (index->by_key, &entry->socket.key);
  if (entry->next != NULL)
    g_hash_table_replace (index->by_key, &entry->next->socket.key, entry->next);
}

/**
 * sluice_socket_index_begin:
 * @index: an index
 *
 * Begins a look: what has ended is forgotten.
 */
void
sluice_socket_index_begin (SluiceSocketIndex *index)
{
  GHashTableIter iter;
  gpointer value;

  index->look++;
  g_hash_table_iter_init (&iter, index->by_cookie);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceSocketEntry *entry = value;

      entry->last_retransmits = entry->socket.retransmits;
      if (!entry->ended)
        continue;
      unlink_entry (index, entry);
      g_hash_table_iter_remove (&iter);
    }
}

/* Ended sockets have neither inode nor user, their state is only "closed", and some have lost their addresses. */
static void
update (SluiceSocketEntry *entry, const SluiceSocket *socket)
{
  SluiceSocket before = entry->socket;

  entry->socket = *socket;
  if (!socket->ended)
    return;
  entry->ended = TRUE;
  if (before.cookie == 0)
    return;
  entry->socket.key = before.key;
  entry->socket.inode = before.inode;
  entry->socket.uid = before.uid;
  entry->socket.state = before.state;
  /* The kernel takes a socket's figures away with some of its ends. */
  if (!socket->has_info)
    {
      entry->socket.retransmits = before.retransmits;
      entry->socket.rtt_us = before.rtt_us;
      entry->socket.rtt_variation_us = before.rtt_variation_us;
    }
}

/**
 * sluice_socket_index_add:
 * @index: an index
 * @socket: a socket as it is now, or as it ended
 *
 * Takes in a socket; within a look or between two.
 *
 * Returns: (transfer none): its entry, valid until the next look begins
 */
SluiceSocketEntry *
sluice_socket_index_add (SluiceSocketIndex *index, const SluiceSocket *socket)
{
  SluiceSocketEntry *entry = g_hash_table_lookup (index->by_cookie, &socket->cookie);

  if (entry == NULL)
    {
      entry = g_new0 (SluiceSocketEntry, 1);
      entry->older = !index->primed;
      if (entry->older)
        entry->last_retransmits = socket->retransmits;
      update (entry, socket);
      g_hash_table_insert (index->by_cookie, &entry->socket.cookie, entry);
      link_entry (index, entry);
    }
  else if (socket->ended || sluice_flow_key_equal (&entry->socket.key, &socket->key))
    {
      update (entry, socket);
    }
  else
    {
      unlink_entry (index, entry);
      update (entry, socket);
      link_entry (index, entry);
    }
  entry->look = index->look;
  entry->missing = 0;
  return entry;
}

static void
add_cb (const SluiceSocket *socket, gpointer user_data)
{
  sluice_socket_index_add (user_data, socket);
}

/**
 * sluice_socket_index_list:
 * @index: an index
 * @sockets: a lister in the namespace
 * @error: says what could not be listed first
 *
 * Takes in every TCP and UDP socket that the kernel lists, and those that ended.
 *
 * Returns: whether the lists were whole
 */
gboolean
sluice_socket_index_list (SluiceSocketIndex *index, SluiceSockDiag *sockets, GError **error)
{
  gboolean complete = sluice_sock_diag_list (sockets, IPPROTO_TCP, add_cb, index, error);

  complete &= sluice_sock_diag_list (sockets, IPPROTO_UDP, add_cb, index, complete ? error : NULL);
  /* After the lists: what ended while they were read is in neither. */
  sluice_sock_diag_take_ended (sockets, add_cb, index);
  return complete;
}

/**
 * sluice_socket_index_end:
 * @index: an index
 * @complete: the look showed every socket; where not, those that it lacks are kept
 *
 * Ends a look. What has ended stays until the next begins.
 */
void
sluice_socket_index_end (SluiceSocketIndex *index, gboolean complete)
{
  GHashTableIter iter;
  gpointer value;

  if (!complete)
    return;
  index->primed = TRUE;
  g_hash_table_iter_init (&iter, index->by_cookie);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceSocketEntry *entry = value;

      if (entry->look != index->look && ++entry->missing >= MISSING_MEANS_OVER)
        entry->ended = TRUE;
    }
}

/**
 * sluice_socket_index_get:
 * @index: an index
 * @cookie: the kernel's number of a socket
 *
 * Returns: (transfer none) (nullable): its entry
 */
SluiceSocketEntry *
sluice_socket_index_get (SluiceSocketIndex *index, guint64 cookie)
{
  return g_hash_table_lookup (index->by_cookie, &cookie);
}

/* How near a socket's interface is to where the flow was seen; 0: it cannot have been this socket. */
static guint
rank_interface (const SluiceSocket *socket, const SluiceSocketScope *scope)
{
  if (socket->bound_ifindex == 0)
    return 1;
  for (guint i = 0; i < scope->n; i++)
    if (scope->ifindexes[i] == socket->bound_ifindex)
      return i == 0 ? 3 : 2;
  return 0;
}

/* Adds those that have the key; of them only the ones that are bound nearest. Where there are too many, whoever made
 * them is not to cost more: those that were looked at are added, which is as many as there may be. */
static gboolean
take (SluiceSocketIndex *index,
      const SluiceFlowKey *key,
      const SluiceSocketScope *scope,
      gboolean takes_ipv4,
      GPtrArray *entries_out)
{
  SluiceSocketEntry *first = g_hash_table_lookup (index->by_key, key);
  guint best = 1, n = 0, i = 0;

  for (SluiceSocketEntry *entry = first; entry != NULL && n < SLUICE_SOCKET_MATCHES_MAX; entry = entry->next, n++)
    if (!(takes_ipv4 && entry->socket.ipv6_only))
      best = MAX (best, rank_interface (&entry->socket, scope));
  for (SluiceSocketEntry *entry = first; i < n; entry = entry->next, i++)
    if (n == SLUICE_SOCKET_MATCHES_MAX
        || (!(takes_ipv4 && entry->socket.ipv6_only) && rank_interface (&entry->socket, scope) == best))
      g_ptr_array_add (entries_out, entry);
  return entries_out->len > 0;
}

/**
 * sluice_socket_index_find:
 * @index: an index
 * @key: a flow
 * @scope: where it was seen
 * @entries_out: set to the sockets that fit it best: one, or several that share their addresses and ports;
 *   %SLUICE_SOCKET_MATCHES_MAX of them are too many to tell
 *
 * Looks as the kernel does: for a socket with both sides, then for one that waits at the local address, then at any
 * address, then at any IPv6 address for IPv4 as well.
 *
 * Returns: how well they fit
 */
SluiceSocketMatch
sluice_socket_index_find (SluiceSocketIndex *index,
                          const SluiceFlowKey *key,
                          const SluiceSocketScope *scope,
                          GPtrArray *entries_out)
{
  const SluiceAddress none = { 0 };
  SluiceAddress any = { .family = key->local.family };
  SluiceFlowKey waiting;

  g_ptr_array_set_size (entries_out, 0);
  if ((key->protocol != IPPROTO_TCP && key->protocol != IPPROTO_UDP) || key->local.family == SLUICE_FAMILY_NONE)
    return SLUICE_MATCH_NONE;
  if (take (index, key, scope, FALSE, entries_out))
    return SLUICE_MATCH_EXACT;
  sluice_flow_key_init (&waiting, key->protocol, &key->local, key->local_port, &none, 0);
  if (take (index, &waiting, scope, FALSE, entries_out))
    return SLUICE_MATCH_LOCAL;
  sluice_flow_key_init (&waiting, key->protocol, &any, key->local_port, &none, 0);
  if (take (index, &waiting, scope, FALSE, entries_out))
    return SLUICE_MATCH_WILDCARD;
  if (key->local.family != SLUICE_FAMILY_IPV4)
    return SLUICE_MATCH_NONE;
  any.family = SLUICE_FAMILY_IPV6;
  sluice_flow_key_init (&waiting, key->protocol, &any, key->local_port, &none, 0);
  return take (index, &waiting, scope, TRUE, entries_out) ? SLUICE_MATCH_DUAL_WILDCARD : SLUICE_MATCH_NONE;
}

/**
 * sluice_socket_index_foreach:
 * @index: an index
 * @func: called for each socket, in no order; must neither add nor begin
 * @user_data: for @func
 *
 * Goes through all sockets, those that ended in this look among them.
 */
void
sluice_socket_index_foreach (SluiceSocketIndex *index, SluiceSocketEntryFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, index->by_cookie);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    func (value, user_data);
}

/**
 * sluice_socket_index_get_size:
 * @index: an index
 *
 * Returns: how many sockets it holds
 */
guint
sluice_socket_index_get_size (SluiceSocketIndex *index)
{
  return g_hash_table_size (index->by_cookie);
}
