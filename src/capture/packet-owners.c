#include "capture/packet-meter-private.h"

#include <netinet/in.h>

/* How many looks in a row a flow that only passes through is searched for in other namespaces. */
#define TRIES_MAX 4

/* Only these have sockets whose ports a packet shows. */
gboolean
sluice_packet_flow_has_ports (const SluicePacketFlow *flow)
{
  return (flow->key.protocol == IPPROTO_TCP || flow->key.protocol == IPPROTO_UDP)
         && (flow->key.local_port != 0 || flow->key.remote_port != 0)
         && flow->key.local.family != SLUICE_FAMILY_NONE && (flow->flags & SLUICE_FLOW_FOLDED) == 0;
}

static void
add_ifindex (GArray *ifindexes, guint32 ifindex)
{
  if (ifindex != 0)
    g_array_append_val (ifindexes, ifindex);
}

/* A socket may be bound to the bridge over a port, or to the VLAN over its device: one packet passes all of them. */
static void
find_stack (SluicePacketMeter *meter, SluicePacketLink *captured)
{
  guint n = sluice_link_table_get_length (meter->links);
  const SluiceInterface *self = NULL;

  captured->serial = sluice_link_table_get_serial (meter->links);
  g_array_set_size (captured->ifindexes, 0);
  g_ptr_array_set_size (captured->uppers, 0);
  for (guint i = 0; i < n && self == NULL; i++)
    {
      const SluiceLink *link = sluice_link_table_get (meter->links, i);

      if (link->record->instance != captured->instance)
        continue;
      self = link->record;
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        captured->header[d] = link->header_bytes - sluice_link_counted_header (link, d);
    }
  if (self == NULL)
    return;
  captured->kind = self->kind;
  add_ifindex (captured->ifindexes, self->ifindex);
  add_ifindex (captured->ifindexes, self->master);
  add_ifindex (captured->ifindexes, self->lower);
  for (guint i = 0; i < n; i++)
    {
      SluiceInterface *other = sluice_link_table_get (meter->links, i)->record;

      if (other->master == self->ifindex || other->lower == self->ifindex)
        add_ifindex (captured->ifindexes, other->ifindex);
      /* A tunnel's packets are in others here, and the other end of a cable is no end of this one. */
      if ((other->lower == self->ifindex && other->kind != SLUICE_INTERFACE_TUNNEL
           && other->kind != SLUICE_INTERFACE_VETH)
          || (self->master != 0 && other->ifindex == self->master))
        g_ptr_array_add (captured->uppers, sluice_interface_ref (other));
    }
}

/**
 * sluice_packet_meter_know_link:
 * @meter: a meter
 * @link: one of its links
 *
 * Finds out what the link is and what it stands on, unless that is known.
 */
void
sluice_packet_meter_know_link (SluicePacketMeter *meter, SluicePacketLink *link)
{
  if (link->serial != sluice_link_table_get_serial (meter->links))
    find_stack (meter, link);
}

static SluiceSocketScope
find_scope (SluicePacketMeter *meter, const SluicePacketFlow *flow)
{
  SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, flow->link);

  sluice_packet_meter_know_link (meter, link);
  return (SluiceSocketScope){ (const guint32 *) link->ifindexes->data, link->ifindexes->len };
}

static SluiceFlowKey
swap_sides (const SluiceFlowKey *key)
{
  SluiceFlowKey swapped;

  sluice_flow_key_init (&swapped, key->protocol, &key->remote, key->remote_port, &key->local, key->local_port);
  return swapped;
}

/**
 * sluice_packet_meter_expect:
 * @meter: a meter
 * @flow: a flow that has just begun
 * @now: monotonic time, µs
 *
 * Looks for its socket at once: at the next tick both may be gone.
 */
void
sluice_packet_meter_expect (SluicePacketMeter *meter, SluicePacketFlow *flow, gint64 now)
{
  SluiceSocketScope scope = find_scope (meter, flow);
  SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, flow->link);
  SluiceFlowKey swapped;

  if (!sluice_packet_flow_has_ports (flow) || (flow->flags & SLUICE_FLOW_FORWARDED) != 0)
    return;
  sluice_flow_owners_expect (meter->owners, &flow->key, &scope, now);
  if (link->kind != SLUICE_INTERFACE_LOOPBACK && (flow->flags & SLUICE_FLOW_UNDIRECTED) == 0)
    return;
  swapped = swap_sides (&flow->key);
  sluice_flow_owners_expect (meter->owners, &swapped, &scope, now);
}

static void
set_program (SluicePacketFlow *flow, SluiceProgram *program)
{
  if (program == NULL || program == flow->program)
    return;
  g_clear_pointer (&flow->program, sluice_program_unref);
  flow->program = sluice_program_ref (program);
}

static void
set_owner (SluicePacketFlow *flow, const SluiceFlowOwner *owner)
{
  flow->flags &= ~(guint32) (SLUICE_PACKET_FLOW_EXACT | SLUICE_PACKET_FLOW_ELSEWHERE);
  if (owner->match == SLUICE_MATCH_EXACT)
    flow->flags |= SLUICE_PACKET_FLOW_EXACT;
  if (owner->elsewhere)
    flow->flags |= SLUICE_PACKET_FLOW_ELSEWHERE;
  flow->cookie = owner->entry != NULL ? owner->entry->socket.cookie : 0;
  set_program (flow, owner->program);
}

static void
find_here (SluicePacketMeter *meter, SluicePacketFlow *flow, SluiceFlowOwner *found)
{
  SluiceSocketScope scope = find_scope (meter, flow);
  SluiceFlowKey key;

  sluice_flow_owners_find (meter->owners, &flow->key, &scope, found);
  if (found->match == SLUICE_MATCH_NONE && (flow->flags & SLUICE_FLOW_UNDIRECTED) != 0)
    {
      key = swap_sides (&flow->key);
      sluice_flow_owners_find (meter->owners, &key, &scope, found);
    }
  /* A socket may be bound to the group that it listens to. */
  if (found->match == SLUICE_MATCH_NONE && (flow->flags & SLUICE_FLOW_GROUP) != 0)
    {
      sluice_flow_key_init (&key, flow->key.protocol, &flow->key.remote, flow->key.local_port, NULL, 0);
      sluice_flow_owners_find (meter->owners, &key, &scope, found);
    }
}

static void
find_elsewhere (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  SluiceSocketScope scope = find_scope (meter, flow);
  SluiceFlowOwner found;

  if (flow->program != NULL || flow->tries >= TRIES_MAX)
    return;
  flow->tries++;
  sluice_flow_owners_find_elsewhere (meter->owners, &flow->key, &scope, meter->reported, &found);
  if (found.program != NULL)
    set_owner (flow, &found);
}

/**
 * sluice_packet_meter_find_owner:
 * @meter: a meter with a sample in the making
 * @flow: a flow
 *
 * Finds out whose it is. A flow keeps its owner while its socket lives, whatever else waits at the same port, and when
 * it does no more: what is left to say of a connection that was closed is its program's.
 */
void
sluice_packet_meter_find_owner (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  SluiceSocketEntry *entry;
  SluiceFlowOwner found;
  gboolean keeps;

  if (!sluice_packet_flow_has_ports (flow))
    return;
  if ((flow->flags & SLUICE_FLOW_FORWARDED) != 0)
    {
      find_elsewhere (meter, flow);
      return;
    }
  entry = flow->cookie != 0 ? sluice_socket_index_get (sluice_flow_owners_get_index (meter->owners), flow->cookie)
                            : NULL;
  keeps = (flow->flags & SLUICE_PACKET_FLOW_EXACT) != 0 || flow->key.protocol == IPPROTO_UDP;
  if (entry != NULL && !entry->ended && keeps && (entry->program != NULL || flow->program != NULL))
    {
      /* A socket that was handed on is the other's now; one that a service waits at stays the service's. */
      if ((flow->flags & SLUICE_PACKET_FLOW_EXACT) != 0 || flow->program == NULL)
        set_program (flow, entry->program);
      return;
    }
  find_here (meter, flow, &found);
  /* Who opened it counts only where nobody was seen to hold it: it may have been handed on. */
  if (found.match == SLUICE_MATCH_NONE || (found.entry == NULL && flow->program != NULL))
    return;
  if (flow->program == NULL || found.match == SLUICE_MATCH_EXACT || flow->key.protocol == IPPROTO_UDP)
    set_owner (flow, &found);
}

/**
 * sluice_packet_meter_find_peer:
 * @meter: a meter with a sample in the making
 * @flow: a flow over the loopback interface, both sides of which are here
 * @peer_out: (out): whose the other side is
 *
 * Looks for the remote side's socket.
 */
void
sluice_packet_meter_find_peer (SluicePacketMeter *meter, const SluicePacketFlow *flow, SluiceFlowOwner *peer_out)
{
  SluiceSocketScope scope = find_scope (meter, flow);
  SluiceFlowKey key = swap_sides (&flow->key);

  *peer_out = (SluiceFlowOwner){ 0 };
  if (sluice_packet_flow_has_ports (flow))
    sluice_flow_owners_find (meter->owners, &key, &scope, peer_out);
}

/**
 * sluice_packet_meter_is_covered:
 * @meter: a meter with a sample in the making
 * @flow: a flow
 *
 * One that is this machine's through the bridge over a port, or through the VLAN over its device, is seen there as
 * well, and counts there where both are in the sample.
 *
 * Returns: whether it does not count here
 */
gboolean
sluice_packet_meter_is_covered (SluicePacketMeter *meter, const SluicePacketFlow *flow)
{
  const GPtrArray *uppers = g_array_index (meter->captured, SluicePacketLink, flow->link).uppers;

  for (guint i = 0; i < uppers->len; i++)
    {
      const SluiceInterface *upper = uppers->pdata[i];

      if (sluice_interface_rows_find (meter->interfaces, upper->instance) == SLUICE_INDEX_NONE)
        continue;
      for (guint a = 0; a < upper->n_addresses; a++)
        if (sluice_address_equal (&upper->addresses[a].address, &flow->key.local))
          return TRUE;
    }
  return FALSE;
}

/**
 * sluice_packet_meter_find_cause:
 * @meter: a meter with a sample in the making
 * @flow: a flow without an owner
 * @entry: (nullable): its socket, where there is one all the same
 *
 * Returns: why it has none
 */
SluiceCause
sluice_packet_meter_find_cause (SluicePacketMeter *meter, const SluicePacketFlow *flow, const SluiceSocketEntry *entry)
{
  SluiceInterfaceKind kind = g_array_index (meter->captured, SluicePacketLink, flow->link).kind;

  if ((flow->flags & SLUICE_FLOW_FOLDED) != 0)
    return SLUICE_CAUSE_NOT_SEEN;
  if (sluice_packet_meter_is_covered (meter, flow))
    return SLUICE_CAUSE_FORWARDED;
  if ((flow->flags & SLUICE_FLOW_FORWARDED) != 0)
    return (kind == SLUICE_INTERFACE_VETH || kind == SLUICE_INTERFACE_BRIDGE)
               && !sluice_flow_owners_see_all (meter->owners)
             ? SLUICE_CAUSE_OTHER_NAMESPACE
             : SLUICE_CAUSE_FORWARDED;
  if (!sluice_packet_flow_has_ports (flow))
    return SLUICE_CAUSE_KERNEL;
  if (entry != NULL)
    return entry->older && entry->socket.inode == 0 ? SLUICE_CAUSE_OLDER : SLUICE_CAUSE_NOT_SEEN;
  /* Nobody waits at that port: the kernel itself refuses it, or lets it fall. */
  if (flow->cookie == 0 && flow->key.protocol == IPPROTO_TCP && (flow->flags & SLUICE_PACKET_FLOW_SAID) == 0)
    return SLUICE_CAUSE_KERNEL;
  if (flow->cookie == 0 && flow->key.protocol == IPPROTO_UDP && (flow->flags & SLUICE_PACKET_FLOW_SENT) == 0)
    return SLUICE_CAUSE_KERNEL;
  return SLUICE_CAUSE_NOT_SEEN;
}
