#include "capture/packet-meter-private.h"

#include <string.h>

/*
 * What was moved with which host and in which protocol: charges of links, as those of programs are, so that all lists
 * come to what the links counted.
 */

/* What a flow moved, as its link counts it. */
typedef struct
{
  guint64 fresh[SLUICE_N_DIRECTIONS];
  guint64 headers[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
} Moved;

/**
 * sluice_packet_meter_is_in_scope:
 * @meter: a meter with a sample in the making
 * @flow: a flow
 *
 * Returns: whether the sample has a row for its link
 */
gboolean
sluice_packet_meter_is_in_scope (SluicePacketMeter *meter, const SluicePacketFlow *flow)
{
  return g_array_index (meter->captured, SluicePacketLink, flow->link).row != SLUICE_INDEX_NONE;
}

/* The loopback's device counts each packet when it goes out and when it comes in. */
static void
measure (const SluicePacketLink *link, const SluicePacketFlow *flow, Moved *moved_out)
{
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      moved_out->fresh[d] = flow->bytes[d];
      moved_out->headers[d] = sluice_packet_flow_headers (flow, d);
      moved_out->packets[d] = flow->packets[d];
    }
  if (link->kind != SLUICE_INTERFACE_LOOPBACK)
    return;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      moved_out->fresh[d] = flow->bytes[SLUICE_RX] + flow->bytes[SLUICE_TX];
      moved_out->packets[d] = (guint64) flow->packets[SLUICE_RX] + flow->packets[SLUICE_TX];
    }
  moved_out->headers[SLUICE_RX] += moved_out->headers[SLUICE_TX];
  moved_out->headers[SLUICE_TX] = moved_out->headers[SLUICE_RX];
}

static void
charge (SluicePacketMeter *meter, SluiceChargeKind kind, guint32 party, guint32 row, gboolean forwarded,
        const Moved *moved)
{
  SluicePacketCharge *found = sluice_packet_meter_find_charge (meter, kind, party, row, forwarded);

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      found->fresh[d] += moved->fresh[d];
      found->headers[d] += moved->headers[d];
    }
}

static guint32
find_protocol (SluicePacketMeter *meter, SluiceProtocol protocol)
{
  gpointer key = GUINT_TO_POINTER (protocol);
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->protocol_rows, key));

  if (index == 0)
    {
      SluiceProtocolRow new = { .protocol = protocol };

      g_array_append_val (meter->sample->protocols, new);
      index = meter->sample->protocols->len;
      g_hash_table_insert (meter->protocol_rows, key, GUINT_TO_POINTER (index));
    }
  return index - 1;
}

static void
book_protocol (SluicePacketMeter *meter, SluiceProtocol protocol, guint32 row, gboolean forwarded, const Moved *moved)
{
  guint32 index = find_protocol (meter, protocol);
  SluiceProtocolRow *sum = sluice_sample_protocol (meter->sample, index);

  sum->connections++;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum->packets[d] += moved->packets[d];
      sum->forwarded_packets[d] += forwarded ? moved->packets[d] : 0;
    }
  charge (meter, SLUICE_CHARGE_PROTOCOL, index, row, forwarded, moved);
}

/* Many flows are with few hosts, and most of those are met over one link alone. */
static SluicePacketHostSum *
find_sum (SluicePacketMeter *meter, const SluiceAddress *address, guint32 row, gboolean forwarded, guint64 more)
{
  SluicePacketHostSum new = { .address = address, .row = row, .forwarded = forwarded };
  guint first = GPOINTER_TO_UINT (g_hash_table_lookup (meter->host_rows, address));
  guint last = 0;

  for (guint index = first; index != 0; index = g_array_index (meter->host_sums, SluicePacketHostSum, index - 1).next)
    {
      SluicePacketHostSum *sum = &g_array_index (meter->host_sums, SluicePacketHostSum, index - 1);

      if (index == first)
        sum->all += more;
      if (sum->row == row && sum->forwarded == forwarded)
        return sum;
      last = index;
    }
  new.is_first = first == 0;
  new.all = more;
  g_array_append_val (meter->host_sums, new);
  if (last != 0)
    g_array_index (meter->host_sums, SluicePacketHostSum, last - 1).next = meter->host_sums->len;
  else
    g_hash_table_insert (meter->host_rows, (gpointer) address, GUINT_TO_POINTER (meter->host_sums->len));
  return &g_array_index (meter->host_sums, SluicePacketHostSum, meter->host_sums->len - 1);
}

static void
book_host (SluicePacketMeter *meter, const SluiceAddress *address, guint32 row, gboolean forwarded, const Moved *moved)
{
  SluicePacketHostSum *sum
      = find_sum (meter, address, row, forwarded, moved->fresh[SLUICE_RX] + moved->fresh[SLUICE_TX]);

  sum->connections++;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum->fresh[d] += moved->fresh[d];
      sum->headers[d] += moved->headers[d];
      sum->packets[d] += moved->packets[d];
    }
}

/**
 * sluice_packet_meter_book_parts:
 * @meter: a meter with a sample in the making
 * @flow: a flow
 *
 * Charges what it moved to the host that it is with and the protocol that it speaks.
 */
void
sluice_packet_meter_book_parts (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  const SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, flow->link);
  gboolean forwarded = (flow->flags & SLUICE_FLOW_FORWARDED) != 0;
  gboolean covered;
  Moved moved;

  if (link->row == SLUICE_INDEX_NONE || flow->packets[SLUICE_RX] + flow->packets[SLUICE_TX] == 0)
    return;
  covered = sluice_packet_meter_is_covered (meter, flow);
  measure (link, flow, &moved);
  if (covered)
    charge (meter, SLUICE_CHARGE_PROTOCOL, SLUICE_PARTY_NONE, link->row, FALSE, &moved);
  else
    book_protocol (meter, flow->protocol, link->row, forwarded, &moved);
  /* What is no IP has no host; flows that were folded have many, which is one row. */
  if (covered || (flow->key.remote.family == SLUICE_FAMILY_NONE && (flow->flags & SLUICE_FLOW_FOLDED) == 0))
    charge (meter, SLUICE_CHARGE_HOST, SLUICE_PARTY_NONE, link->row, FALSE, &moved);
  else
    book_host (meter, &flow->key.remote, link->row, forwarded, &moved);
}

/**
 * sluice_packet_meter_book_part_held:
 * @meter: a meter with a sample in the making
 * @held: what the sample before held over for a host or protocol; must live until sluice_packet_meter_add_parts()
 * @row: the sample's interface
 *
 * Books it.
 */
void
sluice_packet_meter_book_part_held (SluicePacketMeter *meter, const SluicePacketHeld *held, guint32 row)
{
  guint64 both = held->bytes[SLUICE_RX] + held->bytes[SLUICE_TX];
  guint32 party = held->party;
  guint64 *sum;

  if (held->host != NULL)
    {
      sum = find_sum (meter, &held->host->address, row, held->forwarded, both)->held;
    }
  else
    {
      if (held->kind == SLUICE_CHARGE_PROTOCOL && party != SLUICE_PARTY_NONE)
        party = find_protocol (meter, party);
      sum = sluice_packet_meter_find_charge (meter, held->kind, party, row, held->forwarded)->held;
    }
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    sum[d] += held->bytes[d];
}

static int
compare_sums (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SluicePacketHostSum *sums = user_data;
  guint64 x = sums[*(const guint32 *) a].all;
  guint64 y = sums[*(const guint32 *) b].all;

  return x > y ? -1 : x < y;
}

static guint32
append_host (SluicePacketMeter *meter, SluiceHost *host)
{
  SluiceHostRow row = { .host = sluice_host_ref (host) };

  g_array_append_val (meter->sample->hosts, row);
  /* From here on the table's keys stand in the records. */
  g_hash_table_replace (meter->host_rows, &row.host->address, GUINT_TO_POINTER (meter->sample->hosts->len));
  return meter->sample->hosts->len - 1;
}

/* Adds all links of a host, the first of which is @index, to a row. */
static void
add_to_row (SluicePacketMeter *meter, guint32 host, guint32 index)
{
  for (guint next = index + 1; next != 0;)
    {
      const SluicePacketHostSum *sum = &g_array_index (meter->host_sums, SluicePacketHostSum, next - 1);
      SluiceHostRow *row = sluice_sample_host (meter->sample, host);
      SluicePacketCharge *charge
          = sluice_packet_meter_find_charge (meter, SLUICE_CHARGE_HOST, host, sum->row, sum->forwarded);

      row->connections += sum->connections;
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          row->packets[d] += sum->packets[d];
          row->forwarded_packets[d] += sum->forwarded ? sum->packets[d] : 0;
          charge->fresh[d] += sum->fresh[d];
          charge->held[d] += sum->held[d];
          charge->headers[d] += sum->headers[d];
        }
      next = sum->next;
    }
}

/**
 * sluice_packet_meter_add_parts:
 * @meter: a meter whose every flow is booked
 *
 * Adds the rows of hosts, of which the largest have rows of their own. What they come to is known when the books are
 * closed.
 */
void
sluice_packet_meter_add_parts (SluicePacketMeter *meter)
{
  const SluicePacketHostSum *sums = (const SluicePacketHostSum *) (gpointer) meter->host_sums->data;
  g_autoptr (GArray) hosts = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 others = SLUICE_INDEX_NONE;

  for (guint32 i = 0; i < meter->host_sums->len; i++)
    if (sums[i].is_first)
      g_array_append_val (hosts, i);
  g_hash_table_remove_all (meter->host_rows);
  if (hosts->len > SLUICE_PACKET_METER_HOSTS_MAX - 1)
    g_array_sort_with_data (hosts, compare_sums, (gpointer) sums);
  for (guint i = 0; i < hosts->len; i++)
    {
      guint32 first = g_array_index (hosts, guint32, i);
      const SluiceAddress *address = sums[first].address;

      if (i < SLUICE_PACKET_METER_HOSTS_MAX - 1 && address->family != SLUICE_FAMILY_NONE)
        {
          add_to_row (meter, append_host (meter, sluice_name_table_get (meter->names, address)), first);
          continue;
        }
      if (others == SLUICE_INDEX_NONE)
        others = append_host (meter, sluice_host_others ());
      add_to_row (meter, others, first);
    }
  g_array_set_size (meter->host_sums, 0);
}

/* The charges of a part over a link follow each other. */
static void
add_link (GArray *links, const SluicePacketCharge *charge, const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  SluicePartLink new = { charge->party, charge->row, { bytes[SLUICE_RX], bytes[SLUICE_TX] } };
  SluicePartLink *last = links->len > 0 ? &g_array_index (links, SluicePartLink, links->len - 1) : NULL;

  if (bytes[SLUICE_RX] + bytes[SLUICE_TX] == 0)
    return;
  if (last == NULL || last->part != charge->party || last->interface != charge->row)
    {
      g_array_append_val (links, new);
      return;
    }
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    last->bytes[d] += bytes[d];
}

/**
 * sluice_packet_meter_settle_part:
 * @meter: a meter that closes its books
 * @charge: the charge of a host or protocol
 * @bytes: what it came to, by direction
 *
 * Writes that down.
 */
void
sluice_packet_meter_settle_part (SluicePacketMeter *meter,
                                 const SluicePacketCharge *charge,
                                 const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  gboolean is_host = charge->kind == SLUICE_CHARGE_HOST;
  guint64 *sum, *forwarded;

  if (charge->party == SLUICE_PARTY_NONE)
    return;
  sum = is_host ? sluice_sample_host (meter->sample, charge->party)->bytes
                : sluice_sample_protocol (meter->sample, charge->party)->bytes;
  forwarded = is_host ? sluice_sample_host (meter->sample, charge->party)->forwarded
                      : sluice_sample_protocol (meter->sample, charge->party)->forwarded;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum[d] += bytes[d];
      forwarded[d] += charge->forwarded ? bytes[d] : 0;
    }
  add_link (is_host ? meter->sample->host_links : meter->sample->protocol_links, charge, bytes);
}

/**
 * sluice_packet_meter_host_row:
 * @meter: a meter whose books are closed
 * @address: the other side of a connection, which may not have moved
 *
 * Returns: its row, which is made where there is none and there is room; else %SLUICE_INDEX_NONE
 */
guint32
sluice_packet_meter_host_row (SluicePacketMeter *meter, const SluiceAddress *address)
{
  guint index;

  if (address->family == SLUICE_FAMILY_NONE)
    return SLUICE_INDEX_NONE;
  index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->host_rows, address));
  if (index != 0)
    return index - 1;
  if (meter->sample->hosts->len >= SLUICE_PACKET_METER_HOSTS_MAX)
    return SLUICE_INDEX_NONE;
  return append_host (meter, sluice_name_table_get (meter->names, address));
}
