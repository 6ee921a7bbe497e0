#include "capture/packet-meter-private.h"

#include <netinet/in.h>
#include <string.h>

/*
 * How what was captured becomes books: it is charged to programs and causes, set against what the links counted, and
 * what is left on either side is named.
 */

/* What TCP's time stamps leave of an Ethernet frame; a captured packet with more than the frame holds was cut into
 * segments by the device, or put together by it, and each of them had headers. */
#define SEGMENT 1448
#define ETHERNET 14
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER 32
#define UDP_HEADER 8

/* A device counts segments when it counts so much more than was captured. */
#define COUNTS_SEGMENTS 1.02
/* How much of a link's history weighs a second later. */
#define MEMORY 0.8

/**
 * sluice_packet_flow_headers:
 * @flow: a flow
 * @direction: which way
 *
 * libpcap shows a large packet where a device counts the segments that it stands for.
 *
 * Returns: bytes of headers that these segments had beyond what was captured, at a guess
 */
guint64
sluice_packet_flow_headers (const SluicePacketFlow *flow, SluiceDirection direction)
{
  guint64 segments = (flow->payload[direction] + SEGMENT - 1) / SEGMENT;
  guint header = ETHERNET + (flow->key.local.family == SLUICE_FAMILY_IPV6 ? IPV6_HEADER : IPV4_HEADER)
                 + (flow->key.protocol == IPPROTO_TCP ? TCP_HEADER : UDP_HEADER);

  if (!sluice_packet_flow_has_ports (flow) || segments <= flow->packets[direction])
    return 0;
  return (segments - flow->packets[direction]) * header;
}

/**
 * sluice_packet_meter_find_charge:
 * @meter: a meter with a sample in the making
 * @kind: of charge
 * @party: whose it is
 * @row: the sample's interface
 * @forwarded: see #SluicePacketCharge
 *
 * Returns: (transfer none): the charge, which is made where there is none; valid until the next is asked for
 */
SluicePacketCharge *
sluice_packet_meter_find_charge (SluicePacketMeter *meter,
                                 SluiceChargeKind kind,
                                 guint32 party,
                                 guint32 row,
                                 gboolean forwarded)
{
  const guint64 key = (guint64) kind << 56 | (guint64) forwarded << 52 | (guint64) (party + 1) << 16 | row;
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->charge_rows, GSIZE_TO_POINTER ((gsize) key)));

  if (index == 0)
    {
      SluicePacketCharge charge = { .kind = kind, .party = party, .row = row, .forwarded = forwarded };

      g_array_append_val (meter->charges, charge);
      index = meter->charges->len;
      g_hash_table_insert (meter->charge_rows, GSIZE_TO_POINTER ((gsize) key), GUINT_TO_POINTER (index));
    }
  return &g_array_index (meter->charges, SluicePacketCharge, index - 1);
}

/**
 * sluice_packet_meter_book_held:
 * @meter: a meter with a sample in the making
 *
 * Books what the sample before held over.
 */
void
sluice_packet_meter_book_held (SluicePacketMeter *meter)
{
  for (guint i = 0; i < meter->held->len; i++)
    {
      const SluicePacketHeld *held = &g_array_index (meter->held, SluicePacketHeld, i);
      guint32 row = sluice_interface_rows_find (meter->interfaces, held->instance);
      guint32 party = held->party;
      SluicePacketCharge *charge;

      if (row == SLUICE_INDEX_NONE)
        continue;
      if (held->kind != SLUICE_CHARGE_PARTY)
        {
          sluice_packet_meter_book_part_held (meter, held, row);
          continue;
        }
      if (held->program != NULL)
        party = SLUICE_PARTY_PROGRAM (sluice_packet_meter_program_row (meter, held->program));
      charge = sluice_packet_meter_find_charge (meter, SLUICE_CHARGE_PARTY, party, row, FALSE);
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        charge->held[d] += held->bytes[d];
    }
}

/* Charges one side of a flow. The other side of one that stays on the machine receives what this one sends. */
static void
book_side (SluicePacketMeter *meter,
           const SluicePacketFlow *flow,
           guint32 row,
           SluiceProgram *program,
           const SluiceSocketEntry *entry,
           gboolean is_peer)
{
  guint32 index = program != NULL ? sluice_packet_meter_program_row (meter, program) : 0;
  guint32 party
      = program != NULL ? SLUICE_PARTY_PROGRAM (index) : (guint32) sluice_packet_meter_find_cause (meter, flow, entry);
  SluicePacketCharge *charge = sluice_packet_meter_find_charge (meter, SLUICE_CHARGE_PARTY, party, row, FALSE);

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      guint from = is_peer ? 1 - d : d;

      charge->fresh[d] += flow->bytes[from];
      charge->headers[d] += sluice_packet_flow_headers (flow, from);
      if (program != NULL)
        sluice_sample_program (meter->sample, index)->payload[d] += flow->payload[from];
    }
}

/**
 * sluice_packet_meter_book_flow:
 * @meter: a meter with a sample in the making
 * @flow: a flow whose owner was looked for
 *
 * Charges what it moved. The loopback interface counts each packet as sent and as received, and shows it once: each
 * side is charged with both.
 */
void
sluice_packet_meter_book_flow (SluicePacketMeter *meter, SluicePacketFlow *flow)
{
  SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, flow->link);
  SluiceSocketEntry *entry
      = flow->cookie != 0 ? sluice_socket_index_get (sluice_flow_owners_get_index (meter->owners), flow->cookie) : NULL;
  SluiceFlowOwner peer;

  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    link->packets[d] += flow->packets[d];
  if (link->row == SLUICE_INDEX_NONE || flow->packets[SLUICE_RX] + flow->packets[SLUICE_TX] == 0)
    return;
  /* What a port hands to its bridge only passes it. */
  book_side (meter, flow, link->row, sluice_packet_meter_is_covered (meter, flow) ? NULL : flow->program, entry, FALSE);
  if (link->kind != SLUICE_INTERFACE_LOOPBACK)
    return;
  sluice_packet_meter_find_peer (meter, flow, &peer);
  book_side (meter, flow, link->row, peer.program, peer.entry, TRUE);
}

/* What was done to what was captured over one link, in one direction. */
typedef struct
{
  guint64 headers; /* added */
  guint64 hold;    /* held over */
  guint64 cut;     /* taken off what is nobody's */
} Outcome;

/* The charges of one kind over one link, in one direction. */
typedef struct
{
  SluicePacketMeter *meter;
  guint first, end;                      /* those of this row and kind */
  guint64 (*bytes)[SLUICE_N_DIRECTIONS]; /* what each is booked with, all rows' */
  guint64 (*hold)[SLUICE_N_DIRECTIONS];  /* what each holds over */
  guint32 row;
  SluiceDirection direction;
} LinkBooks;

static guint64
sum_up (const LinkBooks *books, guint64 (*figure) (const SluicePacketCharge *charge, SluiceDirection direction))
{
  guint64 sum = 0;

  for (guint i = books->first; i < books->end; i++)
    sum += figure (&g_array_index (books->meter->charges, SluicePacketCharge, i), books->direction);
  return sum;
}

static guint64
figure_all (const SluicePacketCharge *charge, SluiceDirection direction)
{
  return charge->fresh[direction] + charge->held[direction];
}

static guint64
figure_fresh (const SluicePacketCharge *charge, SluiceDirection direction)
{
  return charge->fresh[direction];
}

static guint64
figure_headers (const SluicePacketCharge *charge, SluiceDirection direction)
{
  return charge->headers[direction];
}

/* The next one's share of what is left, so that all shares add up to the byte. */
static guint64
take_share (guint64 weight, guint64 *weights_left, guint64 *left)
{
  guint64 share = weight == *weights_left ? *left : MIN (*left, (guint64) (weight * ((double) *left / *weights_left)));

  *weights_left -= weight;
  *left -= share;
  return share;
}

/* The same of no more than all weights together: no share exceeds its weight, however imprecise a double is. */
static guint64
take_part (guint64 weight, guint64 *weights_left, guint64 *left)
{
  guint64 rest = *weights_left - weight;
  guint64 least = *left > rest ? *left - rest : 0;
  guint64 part = (guint64) (weight * ((double) *left / MAX (*weights_left, 1)));

  part = CLAMP (part, least, MIN (weight, *left));
  *weights_left = rest;
  *left -= part;
  return part;
}

static void
add_headers (LinkBooks *books, guint64 headers)
{
  guint d = books->direction;
  guint64 weights = sum_up (books, figure_headers);

  for (guint i = books->first; headers > 0 && i < books->end; i++)
    {
      const SluicePacketCharge *charge = &g_array_index (books->meter->charges, SluicePacketCharge, i);

      if (charge->headers[d] > 0)
        books->bytes[i][d] += take_share (charge->headers[d], &weights, &headers);
    }
}

static void
take_hold (LinkBooks *books, guint64 hold)
{
  guint d = books->direction;
  guint64 weights = sum_up (books, figure_fresh);

  for (guint i = books->first; hold > 0 && i < books->end; i++)
    {
      const SluicePacketCharge *charge = &g_array_index (books->meter->charges, SluicePacketCharge, i);

      books->hold[i][d] = take_part (charge->fresh[d], &weights, &hold);
      books->bytes[i][d] -= books->hold[i][d];
    }
}

/* The link counted more than was captured. Headers of segments explain some of it where the device counts those. */
static void
book_missing (LinkBooks *books,
              SluiceInterfaceRow *row,
              const SluicePacketLink *link,
              guint64 missing,
              Outcome *outcome)
{
  guint d = books->direction;
  guint64 possible = sum_up (books, figure_headers);

  if (link != NULL && link->counted[d] > link->captured[d] * COUNTS_SEGMENTS)
    outcome->headers = MIN (missing, 2 * possible);
  add_headers (books, outcome->headers);
  if (outcome->headers > 0)
    {
      g_array_index (books->meter->shares, SluicePacketShare, books->row).share[d]
          = (double) outcome->headers / possible;
      books->meter->sample->estimated = TRUE;
    }
  missing -= outcome->headers;
  row->unattributed[link != NULL && link->kernel_drops > 0 ? SLUICE_CAUSE_LOST : SLUICE_CAUSE_NOT_SEEN][d] += missing;
}

/* What a link counted since its row was made. */
static guint64
counted_since (SluicePacketMeter *meter, const SluiceInterfaceRow *row, SluiceDirection direction)
{
  guint64 bytes[SLUICE_N_DIRECTIONS];

  if (meter->count_now == NULL || !meter->count_now (row->interface->ifindex, bytes, meter->count_data))
    return 0;
  return bytes[direction] - MIN (row->total_bytes[direction], bytes[direction]);
}

/* Packets are read a moment after the counters, so that what was captured is ahead by what moved in between, which is
 * held over. Mostly that is little; where it is not, the link is asked. */
static guint64
holdable (SluicePacketMeter *meter, const SluiceInterfaceRow *row, SluiceDirection direction, guint64 ahead)
{
  guint64 little = row->gone ? 0 : 256 * 1024 + row->bytes[direction] / 64;

  return row->gone || ahead <= little ? little : MAX (little, counted_since (meter, row, direction));
}

/* More was captured than the link counted. */
static void
book_ahead (LinkBooks *books, SluiceInterfaceRow *row, guint64 ahead, Outcome *outcome)
{
  guint d = books->direction;
  guint64 fresh = sum_up (books, figure_fresh);

  outcome->hold = MIN (ahead, MIN (holdable (books->meter, row, d, ahead), fresh));
  take_hold (books, outcome->hold);
  ahead -= outcome->hold;
  /* What is nobody's cannot be more than the link has; what is somebody's is excess. */
  for (guint i = books->first; i < books->end; i++)
    {
      const SluicePacketCharge *charge = &g_array_index (books->meter->charges, SluicePacketCharge, i);
      guint64 cut = charge->party < SLUICE_N_CAUSES ? MIN (ahead, books->bytes[i][d]) : 0;

      books->bytes[i][d] -= cut;
      ahead -= cut;
      outcome->cut += cut;
    }
  row->excess[d] = ahead;
}

/* What was done to programs is done to hosts and protocols. Who of them is nobody's is not known: all are cut alike. */
static void
follow (LinkBooks *books, const Outcome *outcome)
{
  guint d = books->direction;
  guint64 cut = outcome->cut;
  guint64 weights = 0;

  add_headers (books, outcome->headers);
  take_hold (books, outcome->hold);
  for (guint i = books->first; i < books->end; i++)
    weights += books->bytes[i][d];
  for (guint i = books->first; cut > 0 && i < books->end; i++)
    books->bytes[i][d] -= take_part (books->bytes[i][d], &weights, &cut);
}

static const SluicePacketLink *
find_link (SluicePacketMeter *meter, guint32 row)
{
  for (guint i = 0; i < meter->captured->len; i++)
    if (g_array_index (meter->captured, SluicePacketLink, i).row == row)
      return &g_array_index (meter->captured, SluicePacketLink, i);
  return NULL;
}

static void
balance (LinkBooks *books, SluiceChargeKind kind, SluiceDirection direction, Outcome *outcome)
{
  SluiceInterfaceRow *row = sluice_sample_interface (books->meter->sample, books->row);
  guint64 captured;

  books->direction = direction;
  for (guint i = books->first; i < books->end; i++)
    books->bytes[i][direction] = figure_all (&g_array_index (books->meter->charges, SluicePacketCharge, i), direction);
  captured = sum_up (books, figure_all);
  if (kind != SLUICE_CHARGE_PARTY)
    follow (books, outcome);
  else if (captured > row->bytes[direction])
    book_ahead (books, row, captured - row->bytes[direction], outcome);
  else
    book_missing (books, row, find_link (books->meter, books->row), row->bytes[direction] - captured, outcome);
}

static void
hold_over (SluicePacketMeter *meter, const SluicePacketCharge *charge, const guint64 hold[SLUICE_N_DIRECTIONS])
{
  SluicePacketHeld held = {
    .kind = charge->kind,
    .forwarded = charge->forwarded,
    .party = charge->party,
    .instance = sluice_sample_interface (meter->sample, charge->row)->interface->instance,
    .bytes = { hold[SLUICE_RX], hold[SLUICE_TX] },
  };

  if (hold[SLUICE_RX] == 0 && hold[SLUICE_TX] == 0)
    return;
  if (charge->kind == SLUICE_CHARGE_PARTY && charge->party >= SLUICE_N_CAUSES)
    held.program = sluice_program_ref (sluice_sample_program (meter->sample, charge->party - SLUICE_N_CAUSES)->program);
  else if (charge->kind == SLUICE_CHARGE_HOST && charge->party != SLUICE_PARTY_NONE)
    held.host = sluice_host_ref (sluice_sample_host (meter->sample, charge->party)->host);
  else if (charge->kind == SLUICE_CHARGE_PROTOCOL && charge->party != SLUICE_PARTY_NONE)
    held.party = sluice_sample_protocol (meter->sample, charge->party)->protocol;
  g_array_append_val (meter->held, held);
}

static int
compare_charges_by_row (gconstpointer a, gconstpointer b)
{
  const SluicePacketCharge *x = a;
  const SluicePacketCharge *y = b;

  if (x->row != y->row)
    return x->row < y->row ? -1 : 1;
  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  return x->party < y->party ? -1 : x->party > y->party;
}

/* One program's part of one link's books. */
typedef struct
{
  guint32 program;
  SluiceProgramLink link;
} Booked;

static int
compare_booked (gconstpointer a, gconstpointer b)
{
  const Booked *x = a;
  const Booked *y = b;

  if (x->program != y->program)
    return x->program < y->program ? -1 : 1;
  return x->link.interface < y->link.interface ? -1 : x->link.interface > y->link.interface;
}

static void
add_program_links (SluicePacketMeter *meter, GArray *booked)
{
  g_array_sort (booked, compare_booked);
  for (guint i = 0; i < booked->len; i++)
    {
      const Booked *one = &g_array_index (booked, Booked, i);
      SluiceProgramRow *row = sluice_sample_program (meter->sample, one->program);

      if (row->n_links++ == 0)
        row->first_link = meter->sample->links->len;
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        row->bytes[d] += one->link.bytes[d];
      g_array_append_val (meter->sample->links, one->link);
    }
}

/* Writes down what each charge of a link came to. */
static void
settle (const LinkBooks *books, GArray *booked)
{
  SluiceInterfaceRow *row = sluice_sample_interface (books->meter->sample, books->row);

  for (guint i = books->first; i < books->end; i++)
    {
      const SluicePacketCharge *charge = &g_array_index (books->meter->charges, SluicePacketCharge, i);

      hold_over (books->meter, charge, books->hold[i]);
      if (charge->kind != SLUICE_CHARGE_PARTY)
        {
          sluice_packet_meter_settle_part (books->meter, charge, books->bytes[i]);
          continue;
        }
      if (charge->party >= SLUICE_N_CAUSES)
        {
          Booked one = { .program = charge->party - SLUICE_N_CAUSES, .link.interface = charge->row };

          memcpy (one.link.bytes, books->bytes[i], sizeof one.link.bytes);
          g_array_append_val (booked, one);
          continue;
        }
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        row->unattributed[charge->party][d] += books->bytes[i][d];
    }
}

static void
weigh_packets (SluicePacketMeter *meter)
{
  for (guint i = 0; i < meter->captured->len; i++)
    {
      SluicePacketLink *link = &g_array_index (meter->captured, SluicePacketLink, i);
      gboolean loopback = link->kind == SLUICE_INTERFACE_LOOPBACK;

      for (guint d = 0; link->row != SLUICE_INDEX_NONE && d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 packets = loopback ? link->packets[SLUICE_RX] + link->packets[SLUICE_TX] : link->packets[d];

          link->counted[d] = link->counted[d] * MEMORY + sluice_sample_interface (meter->sample, link->row)->packets[d];
          link->captured[d] = link->captured[d] * MEMORY + packets;
        }
    }
}

/* Behind the last charge of a kind over a link. */
static guint
find_end (SluicePacketMeter *meter, guint first, guint32 row, SluiceChargeKind kind)
{
  guint end = first;

  while (end < meter->charges->len && g_array_index (meter->charges, SluicePacketCharge, end).row == row
         && g_array_index (meter->charges, SluicePacketCharge, end).kind == kind)
    end++;
  return end;
}

/**
 * sluice_packet_meter_close_books:
 * @meter: a meter whose every flow is booked, also to hosts and protocols
 *
 * Sets what was captured against what each link counted.
 */
void
sluice_packet_meter_close_books (SluicePacketMeter *meter)
{
  guint n = meter->charges->len;
  g_autofree guint64 (*bytes)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *bytes);
  g_autofree guint64 (*hold)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *hold);
  g_autoptr (GArray) booked = g_array_new (FALSE, FALSE, sizeof (Booked));
  guint first = 0;

  g_array_set_size (meter->held, 0);
  weigh_packets (meter);
  g_array_set_size (meter->shares, 0);
  g_array_set_size (meter->shares, meter->sample->interfaces->len);
  g_array_sort (meter->charges, compare_charges_by_row);
  for (guint32 row = 0; row < meter->sample->interfaces->len; row++)
    {
      Outcome outcomes[SLUICE_N_DIRECTIONS] = { 0 };

      for (guint kind = 0; kind < SLUICE_N_CHARGES; kind++)
        {
          LinkBooks books = { meter, first, find_end (meter, first, row, kind), bytes, hold, row, SLUICE_RX };

          for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
            balance (&books, kind, d, &outcomes[d]);
          settle (&books, booked);
          first = books.end;
        }
    }
  add_program_links (meter, booked);
}
