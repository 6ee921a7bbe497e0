#include "sluice-config.h"

#include "capture/meter.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

/* A list that is read while sockets come and go may lack one that is there: only one that two in a row lack is
 * over. Taken for a new one when it shows again, all its bytes would be counted twice. */
#define MISSING_MEANS_OVER 2

/* A socket, from the look that first showed it to the one that no longer does. */
typedef struct
{
  guint64 cookie;
  guint64 inode;
  SluiceFlowKey key;
  SluiceProgram *program; /* (owned) (nullable) */
  SluiceInterface *interface; /* (owned) (nullable): over which link it goes */
  guint64 link_serial;    /* the table's serial when that was found out */
  guint link_header;      /* that link's header, bytes */
  guint64 look;           /* the look that showed it last */
  guint32 uid;
  guint32 bound_ifindex;
  guint8 state;
  guint8 header_bytes;
  guint8 missing; /* complete looks in a row that lacked it */
  gboolean has_info;
  gboolean ended;
  gboolean is_new;

  /* The kernel's figures at the last look. */
  guint64 bytes_sent;
  guint64 bytes_retransmitted;
  guint64 bytes_received;
  guint32 segments[SLUICE_N_DIRECTIONS];
  guint32 total_retransmits;
  guint32 rtt_us;
  guint32 rtt_variation_us;

  /* What this look added. */
  guint64 payload[SLUICE_N_DIRECTIONS];
  guint64 carried[SLUICE_N_DIRECTIONS]; /* payload with what was sent again */
  guint64 bytes[SLUICE_N_DIRECTIONS];   /* carried and headers */
  guint64 held[SLUICE_N_DIRECTIONS];    /* of the look before, booked in this one */
  guint32 new_segments[SLUICE_N_DIRECTIONS];
  guint32 retransmits;
} Flow;

struct _SluiceMeter
{
  SluiceLinkTable *links;   /* not owned */
  SluiceOwnerTable *owners; /* not owned */
  SluiceMeterScope scope;
  GHashTable *flows; /* cookie → Flow */
  guint64 look;
  gboolean primed; /* the first look is over: sockets that come now began at zero */
  gint64 last_time;

  /* The sample in the making. */
  SluiceSample *sample;
  GHashTable *interface_rows; /* instance → index + 1 */
  GHashTable *program_rows;   /* SluiceProgram → index + 1, by pointer */
  GArray *charges;            /* Charge */
  GArray *round_trips;        /* RoundTrip */
};

/* Bytes of one flow for one program over one link; summed up into the program's links. */
typedef struct
{
  guint64 key; /* program row << 32 | interface row */
  guint64 bytes[SLUICE_N_DIRECTIONS];
} Charge;

typedef struct
{
  guint32 program;
  guint32 rtt_us;
} RoundTrip;

static void
flow_free (gpointer data)
{
  Flow *flow = data;

  g_clear_pointer (&flow->program, sluice_program_unref);
  g_clear_pointer (&flow->interface, sluice_interface_unref);
  g_free (flow);
}

/**
 * sluice_meter_new:
 * @links: the interfaces; must outlive the meter
 * @owners: who holds which socket; must outlive the meter
 * @scope: which interfaces are metered; copied
 *
 * Returns: (transfer full): a meter that has seen nothing
 */
SluiceMeter *
sluice_meter_new (SluiceLinkTable *links, SluiceOwnerTable *owners, const SluiceMeterScope *scope)
{
  SluiceMeter *meter = g_new0 (SluiceMeter, 1);

  meter->links = links;
  meter->owners = owners;
  meter->scope.every = scope->every;
  meter->scope.names = g_strdupv (scope->names);
  meter->flows = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, flow_free);
  meter->interface_rows = g_hash_table_new (g_int64_hash, g_int64_equal);
  meter->program_rows = g_hash_table_new (NULL, NULL);
  meter->charges = g_array_new (FALSE, FALSE, sizeof (Charge));
  meter->round_trips = g_array_new (FALSE, FALSE, sizeof (RoundTrip));
  return meter;
}

void
sluice_meter_free (SluiceMeter *meter)
{
  g_hash_table_unref (meter->flows);
  g_hash_table_unref (meter->interface_rows);
  g_hash_table_unref (meter->program_rows);
  g_array_unref (meter->charges);
  g_array_unref (meter->round_trips);
  g_strfreev (meter->scope.names);
  g_free (meter);
}

/**
 * sluice_meter_begin:
 * @meter: a meter
 *
 * Begins a look. The links were refreshed just before.
 */
void
sluice_meter_begin (SluiceMeter *meter)
{
  meter->look++;
}

/* What a counter gained. One that went back was reset and began again at zero. */
static guint64
gain (guint64 now, guint64 before)
{
  return now >= before ? now - before : now;
}

static guint32
gain32 (guint32 now, guint32 before)
{
  return now >= before ? now - before : now;
}

static void
read_figures (Flow *flow, const SluiceSocket *socket)
{
  guint64 sent = gain (socket->bytes_sent, flow->bytes_sent);
  guint64 again = gain (socket->bytes_retransmitted, flow->bytes_retransmitted);
  guint64 received = gain (socket->bytes_received, flow->bytes_received);

  /* A socket may be shown twice in one look, in the list and at its end: what it gained adds up. */
  flow->carried[SLUICE_RX] += received;
  flow->carried[SLUICE_TX] += sent;
  flow->payload[SLUICE_RX] += received;
  flow->payload[SLUICE_TX] += sent > again ? sent - again : 0;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      flow->new_segments[d] += gain32 (socket->segments[d], flow->segments[d]);
      flow->segments[d] = socket->segments[d];
    }
  flow->retransmits += gain32 (socket->retransmits, flow->total_retransmits);
  flow->bytes_sent = socket->bytes_sent;
  flow->bytes_retransmitted = socket->bytes_retransmitted;
  flow->bytes_received = socket->bytes_received;
  flow->total_retransmits = socket->retransmits;
  flow->rtt_us = socket->rtt_us;
  flow->rtt_variation_us = socket->rtt_variation_us;
  flow->header_bytes = socket->header_bytes;
}

static void
set_figures_baseline (Flow *flow)
{
  memset (flow->payload, 0, sizeof flow->payload);
  memset (flow->carried, 0, sizeof flow->carried);
  memset (flow->bytes, 0, sizeof flow->bytes);
  memset (flow->new_segments, 0, sizeof flow->new_segments);
  flow->retransmits = 0;
}

/**
 * sluice_meter_add_socket:
 * @meter: a meter
 * @socket: a socket as it is now, or as it ended
 *
 * Takes in one socket of the look that was begun.
 */
void
sluice_meter_add_socket (SluiceMeter *meter, const SluiceSocket *socket)
{
  Flow *flow = g_hash_table_lookup (meter->flows, &socket->cookie);
  gboolean is_new = flow == NULL;

  if (is_new)
    {
      flow = g_new0 (Flow, 1);
      flow->cookie = socket->cookie;
      flow->is_new = TRUE;
      g_hash_table_insert (meter->flows, &flow->cookie, flow);
    }
  if (is_new || !sluice_flow_key_equal (&flow->key, &socket->key))
    {
      flow->key = socket->key;
      flow->link_serial = G_MAXUINT64;
    }
  flow->look = meter->look;
  flow->ended = flow->ended || socket->ended;
  flow->bound_ifindex = socket->bound_ifindex;
  /* Ended sockets have neither inode nor user, and their state is only "closed". */
  if (!socket->ended)
    {
      flow->inode = socket->inode;
      flow->uid = socket->uid;
      flow->state = socket->state;
    }
  if (socket->has_info)
    {
      flow->has_info = TRUE;
      read_figures (flow, socket);
    }
  if (is_new && !meter->primed)
    {
      set_figures_baseline (flow);
      flow->is_new = FALSE;
    }
}

static gboolean
in_scope (SluiceMeter *meter, const SluiceLink *link)
{
  if (meter->scope.every)
    return TRUE;
  if (meter->scope.names != NULL)
    return g_strv_contains ((const char *const *) meter->scope.names, link->raw_name);
  return link->listed;
}

/* A link that is in the sample stays in it until its end, whatever happens to its mark: the base of its counters
 * moves on for all of them. */
static void
add_interface_rows (SluiceMeter *meter)
{
  for (guint i = 0; i < sluice_link_table_get_length (meter->links); i++)
    {
      const SluiceLink *link = sluice_link_table_get (meter->links, i);
      SluiceInterfaceRow row = { 0 };

      if (!in_scope (meter, link))
        continue;
      row.interface = sluice_interface_ref (link->record);
      row.dropped = gain (link->dropped, link->last_dropped);
      row.listed = link->listed;
      row.gone = link->gone;
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          row.bytes[d] = gain (link->bytes[d], link->last_bytes[d]);
          row.packets[d] = gain (link->packets[d], link->last_packets[d]);
          row.total_bytes[d] = link->bytes[d];
        }
      g_array_append_val (meter->sample->interfaces, row);
      g_hash_table_insert (meter->interface_rows, &row.interface->instance,
                           GUINT_TO_POINTER (meter->sample->interfaces->len));
    }
}

static void
find_interface (SluiceMeter *meter, Flow *flow)
{
  guint64 serial = sluice_link_table_get_serial (meter->links);
  const SluiceLink *link;

  if (flow->link_serial == serial)
    return;
  flow->link_serial = serial;
  link = sluice_link_table_find_socket (meter->links, &flow->key.local, &flow->key.remote, flow->bound_ifindex);
  /* An address that was taken away does not end its connections at once: they keep their link. */
  if (link == NULL)
    return;
  g_clear_pointer (&flow->interface, sluice_interface_unref);
  flow->interface = sluice_interface_ref (link->record);
  flow->link_header = link->header_bytes;
}

static void
find_owner (SluiceMeter *meter, Flow *flow)
{
  SluiceProgram *program;

  if (flow->inode == 0)
    return;
  if (!sluice_owner_table_may_see (meter->owners, flow->uid))
    program = sluice_program_other_users ();
  else
    program = sluice_owner_table_lookup (meter->owners, flow->inode);
  /* A descriptor that was closed leaves its socket to send what is left: it keeps the owner that it had. */
  if (program == NULL || program == flow->program)
    return;
  g_clear_pointer (&flow->program, sluice_program_unref);
  flow->program = sluice_program_ref (program);
}

static void
find_owners (SluiceMeter *meter, gint64 time)
{
  GHashTableIter iter;
  gpointer value;
  gboolean missed = FALSE;
  g_autoptr (GError) error = NULL;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Flow *flow = value;

      find_owner (meter, flow);
      missed |= flow->program == NULL && flow->inode != 0;
    }
  if (!sluice_owner_table_refresh (meter->owners, time, &error))
    {
      if (error != NULL && meter->sample->fault == NULL)
        meter->sample->fault = g_strdup (error->message);
      return;
    }
  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    find_owner (meter, value);
}

static guint32
interface_row (SluiceMeter *meter, const Flow *flow)
{
  if (flow->interface == NULL)
    return SLUICE_INDEX_NONE;
  /* 0 − 1 is SLUICE_INDEX_NONE: not in scope. */
  return GPOINTER_TO_UINT (g_hash_table_lookup (meter->interface_rows, &flow->interface->instance)) - 1;
}

static guint32
program_row (SluiceMeter *meter, SluiceProgram *program)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (meter->program_rows, program));

  if (index == 0)
    {
      SluiceProgramRow row = { .program = sluice_program_ref (program) };

      g_array_append_val (meter->sample->programs, row);
      index = meter->sample->programs->len;
      g_hash_table_insert (meter->program_rows, program, GUINT_TO_POINTER (index));
    }
  return index - 1;
}

static gboolean
is_connected (const Flow *flow)
{
  return flow->key.remote.family != SLUICE_FAMILY_NONE;
}

/*
 * Segments that the sockets counted against packets that the link counted. A link that carries super-packets (veth,
 * loopback, or segmentation done by the device) counts fewer packets than TCP counts segments, and one header for
 * each: headers are charged as the device counts them.
 */
static void
estimate_headers (SluiceMeter *meter)
{
  guint n = meter->sample->interfaces->len;
  g_autofree guint64 (*segments)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *segments);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Flow *flow = value;
      guint32 index = flow->has_info ? interface_row (meter, flow) : SLUICE_INDEX_NONE;

      for (guint d = 0; index != SLUICE_INDEX_NONE && d < SLUICE_N_DIRECTIONS; d++)
        segments[index][d] += flow->new_segments[d];
    }

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Flow *flow = value;
      guint32 index = flow->has_info ? interface_row (meter, flow) : SLUICE_INDEX_NONE;
      const SluiceInterfaceRow *row;

      if (index == SLUICE_INDEX_NONE)
        continue;
      row = sluice_sample_interface (meter->sample, index);
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 headers = (guint64) flow->new_segments[d] * (flow->header_bytes + flow->link_header);

          if (segments[index][d] > row->packets[d])
            headers = headers * ((double) row->packets[d] / segments[index][d]);
          flow->bytes[d] = flow->carried[d] + headers;
        }
    }
}

/*
 * Links are read a moment before sockets, and what a socket sent may still stand in its device's queue: programs are
 * ahead of their link by a little. That little is held over and booked with the next sample, so that it is neither
 * excess now nor unattributed then. More than a queue and a moment hold was really lost on the way, and is excess at
 * once.
 */
static guint64
holdable (guint64 link_bytes)
{
  return 256 * 1024 + link_bytes / 64;
}

static gboolean
is_booked (const Flow *flow, guint32 interface)
{
  return flow->has_info && flow->program != NULL && interface != SLUICE_INDEX_NONE;
}

static void
hold_over (SluiceMeter *meter)
{
  guint n = meter->sample->interfaces->len;
  g_autofree guint64 (*booked)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *booked);
  g_autofree guint64 (*fresh)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *fresh);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Flow *flow = value;
      guint32 index = interface_row (meter, flow);

      for (guint d = 0; is_booked (flow, index) && d < SLUICE_N_DIRECTIONS; d++)
        {
          booked[index][d] += flow->bytes[d] + flow->held[d];
          fresh[index][d] += flow->ended ? 0 : flow->bytes[d];
        }
    }

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Flow *flow = value;
      guint32 index = interface_row (meter, flow);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 link_bytes, ahead, hold = 0;

          if (is_booked (flow, index))
            {
              link_bytes = sluice_sample_interface (meter->sample, index)->bytes[d];
              ahead = booked[index][d] > link_bytes ? booked[index][d] - link_bytes : 0;
              ahead = MIN (ahead, MIN (holdable (link_bytes), fresh[index][d]));
              if (ahead > 0 && !flow->ended)
                hold = MIN (flow->bytes[d] * ((double) ahead / fresh[index][d]), flow->bytes[d]);
            }
          flow->bytes[d] += flow->held[d];
          flow->bytes[d] -= hold;
          flow->held[d] = hold;
        }
    }
}

static void
add_connection_row (SluiceMeter *meter, const Flow *flow, guint32 program, guint32 interface)
{
  SluiceConnectionRow row = {
    .id = flow->cookie,
    .key = flow->key,
    .program = program,
    .interface = interface,
    .state = flow->state,
    .uid = flow->uid,
    .total_payload = { flow->bytes_received, flow->bytes_sent - MIN (flow->bytes_retransmitted, flow->bytes_sent) },
    .rtt_us = flow->rtt_us,
    .rtt_variation_us = flow->rtt_variation_us,
    .retransmits = flow->retransmits,
    .total_retransmits = flow->total_retransmits,
  };

  memcpy (row.bytes, flow->bytes, sizeof row.bytes);
  memcpy (row.payload, flow->payload, sizeof row.payload);
  row.flags = (is_connected (flow) ? 0 : SLUICE_CONNECTION_LISTENING)
              | (flow->ended ? SLUICE_CONNECTION_CLOSED : 0)
              | (flow->has_info && is_connected (flow) ? SLUICE_CONNECTION_BYTES_KNOWN : 0)
              | (flow->is_new ? SLUICE_CONNECTION_NEW : 0);
  g_array_append_val (meter->sample->connections, row);
}

/* Books one flow with its program and its link. What has no owner is left to the link's unattributed bytes. */
static void
book_flow (SluiceMeter *meter, const Flow *flow, gboolean with_connections)
{
  guint32 interface = interface_row (meter, flow);
  guint32 program = SLUICE_INDEX_NONE;
  gboolean elsewhere = flow->interface != NULL && interface == SLUICE_INDEX_NONE;

  /* What goes over a link that is not asked for is no part of this sample; a socket on no link may go over any. */
  if (elsewhere)
    return;

  if (flow->program != NULL)
    {
      SluiceProgramRow *row;

      program = program_row (meter, flow->program);
      row = sluice_sample_program (meter->sample, program);
      if (!flow->ended)
        {
          row->connections += is_connected (flow);
          row->listening += !is_connected (flow);
        }
      row->retransmits += flow->retransmits;
      if (flow->rtt_us != 0)
        {
          RoundTrip trip = { program, flow->rtt_us };

          g_array_append_val (meter->round_trips, trip);
        }
      if (interface != SLUICE_INDEX_NONE && flow->has_info)
        {
          Charge charge = { (guint64) program << 32 | interface, { flow->bytes[SLUICE_RX], flow->bytes[SLUICE_TX] } };

          for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
            {
              row->bytes[d] += flow->bytes[d];
              row->payload[d] += flow->payload[d];
            }
          g_array_append_val (meter->charges, charge);
        }
    }
  if (with_connections)
    add_connection_row (meter, flow, program, interface);
}

static int
compare_charges (gconstpointer a, gconstpointer b)
{
  guint64 key_a = ((const Charge *) a)->key;
  guint64 key_b = ((const Charge *) b)->key;

  return key_a < key_b ? -1 : key_a > key_b;
}

static void
sum_up_links (SluiceMeter *meter)
{
  SluiceSample *sample = meter->sample;

  g_array_sort (meter->charges, compare_charges);
  for (guint i = 0; i < meter->charges->len; i++)
    {
      const Charge *charge = &g_array_index (meter->charges, Charge, i);
      SluiceProgramRow *row = sluice_sample_program (sample, charge->key >> 32);

      if (i == 0 || (charge - 1)->key != charge->key)
        {
          SluiceProgramLink link = { .interface = (guint32) charge->key };

          if (row->n_links == 0)
            row->first_link = sample->links->len;
          row->n_links++;
          g_array_append_val (sample->links, link);
        }
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        sluice_sample_link (sample, sample->links->len - 1)->bytes[d] += charge->bytes[d];
    }
}

static int
compare_round_trips (gconstpointer a, gconstpointer b)
{
  const RoundTrip *x = a;
  const RoundTrip *y = b;

  if (x->program != y->program)
    return x->program < y->program ? -1 : 1;
  return x->rtt_us < y->rtt_us ? -1 : x->rtt_us > y->rtt_us;
}

static void
find_medians (SluiceMeter *meter)
{
  g_array_sort (meter->round_trips, compare_round_trips);
  for (guint first = 0, i = 1; i <= meter->round_trips->len; i++)
    {
      const RoundTrip *trips = &g_array_index (meter->round_trips, RoundTrip, 0);

      if (i < meter->round_trips->len && trips[i].program == trips[first].program)
        continue;
      sluice_sample_program (meter->sample, trips[first].program)->rtt_us = trips[first + (i - first) / 2].rtt_us;
      first = i;
    }
}

/* Closes the books of each link: what programs do not explain is unattributed, what the link does not is excess. */
static void
close_books (SluiceMeter *meter)
{
  SluiceSample *sample = meter->sample;
  g_autofree guint64 (*programs)[SLUICE_N_DIRECTIONS] = g_malloc0_n (sample->interfaces->len + 1, sizeof *programs);

  for (guint i = 0; i < sample->links->len; i++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, i);

      programs[link->interface][SLUICE_RX] += link->bytes[SLUICE_RX];
      programs[link->interface][SLUICE_TX] += link->bytes[SLUICE_TX];
    }
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          row->unattributed[SLUICE_CAUSE_NOT_SEEN][d]
              = row->bytes[d] > programs[i][d] ? row->bytes[d] - programs[i][d] : 0;
          row->excess[d] = programs[i][d] > row->bytes[d] ? programs[i][d] - row->bytes[d] : 0;
        }
    }
}

/* Sockets whose end nobody told. */
static void
find_ended (SluiceMeter *meter)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Flow *flow = value;

      if (flow->look == meter->look)
        flow->missing = 0;
      else if (++flow->missing >= MISSING_MEANS_OVER)
        flow->ended = TRUE;
    }
}

/* What ended is let go, the others begin a new span. */
static void
turn_flows (SluiceMeter *meter)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Flow *flow = value;

      if (flow->ended)
        {
          sluice_owner_table_forget (meter->owners, flow->inode);
          g_hash_table_iter_remove (&iter);
          continue;
        }
      set_figures_baseline (flow);
      flow->is_new = FALSE;
    }
}

/**
 * sluice_meter_end:
 * @meter: a meter
 * @sockets_complete: the look showed every socket that is open; where not, those that it lacks are kept
 * @with_connections: fill the sample's connection rows
 * @time: boot-time clock, µs
 * @wall_time: µs since 1970
 *
 * Ends a look. The first sample has the counters and the open sockets, but nothing moved yet.
 *
 * Returns: (transfer full): what happened since the look before
 */
SluiceSample *
sluice_meter_end (SluiceMeter *meter,
                  gboolean sockets_complete,
                  gboolean with_connections,
                  gint64 time,
                  gint64 wall_time)
{
  GHashTableIter iter;
  gpointer value;

  meter->sample = sluice_sample_new ();
  meter->sample->source = SLUICE_SOURCE_KERNEL;
  meter->sample->estimated = TRUE;
  meter->sample->time = time;
  meter->sample->wall_time = wall_time;
  meter->sample->duration = meter->primed ? time - meter->last_time : 0;
  meter->sample->has_connections = with_connections;

  if (sockets_complete)
    find_ended (meter);
  add_interface_rows (meter);
  find_owners (meter, time);
  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    find_interface (meter, value);
  estimate_headers (meter);
  hold_over (meter);
  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    book_flow (meter, value, with_connections);
  sum_up_links (meter);
  find_medians (meter);
  close_books (meter);

  turn_flows (meter);
  sluice_link_table_take (meter->links);
  g_hash_table_remove_all (meter->interface_rows);
  g_hash_table_remove_all (meter->program_rows);
  g_array_set_size (meter->charges, 0);
  g_array_set_size (meter->round_trips, 0);
  meter->primed = TRUE;
  meter->last_time = time;
  return g_steal_pointer (&meter->sample);
}
