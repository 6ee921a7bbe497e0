#include "sluice-config.h"

#include "cli/totals-private.h"

static void
interface_total_free (gpointer data)
{
  SluiceInterfaceTotal *total = data;

  sluice_interface_unref (total->row.interface);
  g_free (total);
}

static void
program_total_free (gpointer data)
{
  SluiceProgramTotal *total = data;

  sluice_program_unref (total->row.program);
  g_array_unref (total->links);
  g_free (total->key);
  g_free (total);
}

static void
connection_total_free (gpointer data)
{
  SluiceConnectionTotal *total = data;

  g_clear_pointer (&total->program, sluice_program_unref);
  g_clear_pointer (&total->interface, sluice_interface_unref);
  g_clear_pointer (&total->host, sluice_host_unref);
  g_free (total);
}

/**
 * sluice_totals_new:
 */
SluiceTotals *
sluice_totals_new (void)
{
  SluiceTotals *totals = g_new0 (SluiceTotals, 1);

  totals->interfaces = g_ptr_array_new_with_free_func (interface_total_free);
  totals->programs = g_ptr_array_new_with_free_func (program_total_free);
  totals->connections = g_ptr_array_new_with_free_func (connection_total_free);
  totals->interfaces_by_instance = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  totals->programs_by_key = g_hash_table_new (g_str_hash, g_str_equal);
  totals->connections_by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  sluice_totals_init_hosts (totals);
  return totals;
}

/**
 * sluice_totals_free:
 */
void
sluice_totals_free (SluiceTotals *totals)
{
  g_hash_table_unref (totals->interfaces_by_instance);
  g_hash_table_unref (totals->programs_by_key);
  g_hash_table_unref (totals->connections_by_id);
  g_ptr_array_unref (totals->interfaces);
  g_ptr_array_unref (totals->programs);
  g_ptr_array_unref (totals->connections);
  sluice_rest_clear (&totals->forgotten_programs);
  sluice_totals_clear_hosts (totals);
  sluice_rest_clear (&totals->forgotten_connections);
  sluice_rest_clear (&totals->forgotten_hosts);
  g_free (totals);
}

static void
add_link (GArray *links,
          const SluiceProgramLink *link)
{
  for (guint i = 0; i < links->len; i++)
    {
      SluiceProgramLink *sum = &g_array_index (links, SluiceProgramLink, i);

      if (sum->interface != link->interface)
        continue;
      sum->bytes[SLUICE_RX] += link->bytes[SLUICE_RX];
      sum->bytes[SLUICE_TX] += link->bytes[SLUICE_TX];
      return;
    }
  g_array_append_vals (links, link, 1);
}

/**
 * sluice_rest_add:
 * @rest: what is left out
 * @bytes: of one more row
 * @links: (array length=n_links) (nullable): the same by interface
 * @n_links: how many
 */
void
sluice_rest_add (SluiceRest *rest,
                 const guint64 bytes[SLUICE_N_DIRECTIONS],
                 const SluiceProgramLink *links,
                 guint n_links)
{
  rest->count++;
  rest->bytes[SLUICE_RX] += bytes[SLUICE_RX];
  rest->bytes[SLUICE_TX] += bytes[SLUICE_TX];
  if (n_links > 0 && rest->links == NULL)
    rest->links = g_array_new (FALSE, FALSE, sizeof (SluiceProgramLink));
  for (guint i = 0; i < n_links; i++)
    add_link (rest->links, &links[i]);
}

/**
 * sluice_rest_add_total:
 * @rest: what is left out
 * @total: one more row, as it is since the start
 */
void
sluice_rest_add_total (SluiceRest *rest,
                       const SluiceTotal *total)
{
  sluice_rest_add (rest, total->sum, NULL, 0);
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    rest->forwarded[d] += total->forwarded[d];
}

/**
 * sluice_rest_add_rest:
 *
 * Adds all that @other stands for.
 */
void
sluice_rest_add_rest (SluiceRest *rest,
                      const SluiceRest *other)
{
  if (other->count == 0)
    return;
  sluice_rest_add (rest, other->bytes, other->links != NULL ? (const SluiceProgramLink *) other->links->data : NULL,
                   other->links != NULL ? other->links->len : 0);
  rest->count += other->count - 1;
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    rest->forwarded[d] += other->forwarded[d];
}

/**
 * sluice_rest_clear:
 */
void
sluice_rest_clear (SluiceRest *rest)
{
  g_clear_pointer (&rest->links, g_array_unref);
}

/**
 * sluice_totals_add_bytes:
 * @total: a row
 * @serial: of this sample
 * @bytes: what it moved, by direction
 *
 * Starts or goes on with a row's figures of this sample.
 */
void
sluice_totals_add_bytes (SluiceTotal *total,
                         guint serial,
                         const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  gboolean first = total->serial != serial;

  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      total->now[d] = (first ? 0 : total->now[d]) + bytes[d];
      total->sum[d] += bytes[d];
    }
  total->serial = serial;
}

/* An interface that was removed and made again has a new instance but is one line of the summary. */
static gpointer
find_gone (SluiceTotals *totals,
           const char *name)
{
  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);

      if (total->row.gone && g_str_equal (total->row.interface->name, name))
        return GUINT_TO_POINTER (i + 1);
    }
  return NULL;
}

static guint
find_interface (SluiceTotals *totals,
                const SluiceInterfaceRow *row)
{
  gpointer found = g_hash_table_lookup (totals->interfaces_by_instance, &row->interface->instance);

  if (found == NULL)
    {
      found = find_gone (totals, row->interface->name);
      if (found == NULL)
        {
          g_ptr_array_add (totals->interfaces, g_new0 (SluiceInterfaceTotal, 1));
          found = GUINT_TO_POINTER (totals->interfaces->len);
        }
      g_hash_table_insert (totals->interfaces_by_instance,
                           g_memdup2 (&row->interface->instance, sizeof row->interface->instance), found);
    }
  return GPOINTER_TO_UINT (found) - 1;
}

/**
 * sluice_totals_get_interface:
 * @totals: totals
 * @interface: (nullable): an interface as it was when something was last seen on it
 *
 * Returns: (transfer none) (nullable): the same interface as the totals list it, under the name that it has now
 */
SluiceInterface *
sluice_totals_get_interface (const SluiceTotals *totals,
                             SluiceInterface *interface)
{
  guint index;

  if (interface == NULL)
    return NULL;
  index = GPOINTER_TO_UINT (g_hash_table_lookup (totals->interfaces_by_instance, &interface->instance));
  if (index == 0)
    return interface;
  return ((const SluiceInterfaceTotal *) g_ptr_array_index (totals->interfaces, index - 1))->row.interface;
}

/**
 * sluice_totals_count_packets:
 * @totals: totals
 *
 * Returns: packets of all interfaces, both ways
 */
guint64
sluice_totals_count_packets (const SluiceTotals *totals)
{
  guint64 packets = 0;

  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);

      packets += total->row.packets[SLUICE_RX] + total->row.packets[SLUICE_TX];
    }
  return packets;
}

/**
 * sluice_totals_count_bytes:
 * @totals: totals
 *
 * Returns: bytes of all interfaces, both ways
 */
guint64
sluice_totals_count_bytes (const SluiceTotals *totals)
{
  guint64 bytes = 0;

  for (guint i = 0; i < totals->interfaces->len; i++)
    {
      const SluiceInterfaceTotal *total = g_ptr_array_index (totals->interfaces, i);

      bytes += total->row.bytes[SLUICE_RX] + total->row.bytes[SLUICE_TX];
    }
  return bytes;
}

/* Returns the sample's interface indexes as ours. */
static guint *
add_interfaces (SluiceTotals *totals,
                const SluiceSample *sample)
{
  guint *map = g_new (guint, sample->interfaces->len + 1);

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);
      SluiceInterfaceTotal *total;
      gboolean first;

      map[i] = find_interface (totals, row);
      total = g_ptr_array_index (totals->interfaces, map[i]);
      first = total->total.serial != totals->serial;
      sluice_totals_add_bytes (&total->total, totals->serial, row->bytes);

      g_clear_pointer (&total->row.interface, sluice_interface_unref);
      total->row.interface = sluice_interface_ref (row->interface);
      total->row.listed = row->listed;
      total->row.gone = row->gone;
      total->row.dropped += row->dropped;
      for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          total->row.bytes[d] = total->total.sum[d];
          total->row.packets[d] += row->packets[d];
          total->row.excess[d] += row->excess[d];
          total->row.total_bytes[d] = row->total_bytes[d];
          for (int c = 0; c < SLUICE_N_CAUSES; c++)
            total->row.unattributed[c][d] += row->unattributed[c][d];
          if (first)
            total->unattributed_now[d] = total->excess_now[d] = 0;
          total->unattributed_now[d] += sluice_interface_row_unattributed (row, d);
          total->excess_now[d] += row->excess[d];
        }
    }
  return map;
}

static const char *
program_key (const SluiceProgram *program)
{
  /* No path begins so, and no process can make it. */
  if (program->kind == SLUICE_PROGRAM_OTHER_USERS)
    return "\001other-users";
  return program->path != NULL ? program->path : program->identity;
}

/* The program as such, where one process no longer stands for it. */
static SluiceProgram *
without_process (const SluiceProgram *program,
                 gboolean same_user)
{
  SluiceProgram *general = sluice_program_new ();

  general->kind = program->kind;
  general->app_kind = program->app_kind;
  general->uid = program->uid;
  general->user = same_user ? g_strdup (program->user) : NULL;
  general->path = g_strdup (program->path);
  general->executable = g_strdup (program->executable);
  general->name = g_strdup (program->name);
  general->app_id = g_strdup (program->app_id);
  general->app_name = g_strdup (program->app_name);
  general->icon_name = g_strdup (program->icon_name);
  general->unit = g_strdup (program->unit);
  sluice_program_seal (general);
  return general;
}

static SluiceProgramTotal *
find_program (SluiceTotals *totals,
              SluiceProgram *program)
{
  const char *key = program_key (program);
  SluiceProgramTotal *total = g_hash_table_lookup (totals->programs_by_key, key);
  gboolean same_user;

  if (total == NULL)
    {
      total = g_new0 (SluiceProgramTotal, 1);
      total->key = g_strdup (key);
      total->links = g_array_new (FALSE, FALSE, sizeof (SluiceProgramLink));
      total->row.program = sluice_program_ref (program);
      g_ptr_array_add (totals->programs, total);
      g_hash_table_insert (totals->programs_by_key, total->key, total);
      return total;
    }

  same_user = g_strcmp0 (total->row.program->user, program->user) == 0;
  if (total->several ? total->row.program->user != NULL && !same_user
                     : !sluice_program_same_process (total->row.program, program))
    {
      SluiceProgram *general = without_process (total->row.program, same_user);

      total->several = TRUE;
      sluice_program_unref (total->row.program);
      total->row.program = general;
    }
  return total;
}

static void
add_programs (SluiceTotals *totals,
              const SluiceSample *sample,
              const guint *map)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);
      SluiceProgramTotal *total = find_program (totals, row->program);

      if (total->total.serial != totals->serial)
        total->n_processes = total->connections = total->listening = 0;
      sluice_totals_add_bytes (&total->total, totals->serial, row->bytes);
      total->n_processes++;
      total->pid = total->n_processes == 1 ? row->program->pid : 0;
      total->connections += row->connections;
      total->listening += row->listening;

      for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          total->row.bytes[d] = total->total.sum[d];
          total->row.payload[d] += row->payload[d];
        }
      total->row.connections = MAX (total->row.connections, total->connections);
      total->row.listening = MAX (total->row.listening, total->listening);
      total->row.retransmits += row->retransmits;
      if (row->rtt_us != 0)
        total->row.rtt_us = row->rtt_us;

      for (guint j = 0; j < row->n_links; j++)
        {
          SluiceProgramLink link = *sluice_sample_link (sample, row->first_link + j);

          link.interface = map[link.interface];
          add_link (total->links, &link);
        }
    }
}

static void
add_connections (SluiceTotals *totals,
                 const SluiceSample *sample)
{
  for (guint i = 0; i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *row = sluice_sample_connection (sample, i);
      SluiceConnectionTotal *total = g_hash_table_lookup (totals->connections_by_id, &row->id);
      guint64 payload[SLUICE_N_DIRECTIONS] = { 0, 0 };
      guint32 retransmits = 0;

      if (total == NULL)
        {
          total = g_new0 (SluiceConnectionTotal, 1);
          total->row.id = row->id;
          g_ptr_array_add (totals->connections, total);
          g_hash_table_insert (totals->connections_by_id, &total->row.id, total);
        }
      sluice_totals_add_bytes (&total->total, totals->serial, row->bytes);

      payload[SLUICE_RX] = total->row.payload[SLUICE_RX] + row->payload[SLUICE_RX];
      payload[SLUICE_TX] = total->row.payload[SLUICE_TX] + row->payload[SLUICE_TX];
      retransmits = total->row.retransmits + row->retransmits;
      total->row = *row;
      for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          total->row.bytes[d] = total->total.sum[d];
          total->row.payload[d] = payload[d];
          if (sample->is_file && (row->flags & SLUICE_CONNECTION_FORWARDED) != 0)
            total->total.forwarded[d] += row->bytes[d];
        }
      total->row.retransmits = retransmits;

      /* A connection that ends may have lost its owner already; it keeps the one it had. */
      if (row->program != SLUICE_INDEX_NONE)
        {
          g_clear_pointer (&total->program, sluice_program_unref);
          total->program = sluice_program_ref (sluice_sample_program (sample, row->program)->program);
        }
      if (row->interface != SLUICE_INDEX_NONE)
        {
          g_clear_pointer (&total->interface, sluice_interface_unref);
          total->interface = sluice_interface_ref (sluice_sample_interface (sample, row->interface)->interface);
        }
      if (row->host != SLUICE_INDEX_NONE)
        {
          g_clear_pointer (&total->host, sluice_host_unref);
          total->host = sluice_host_ref (sluice_sample_connection_host (sample, row));
        }
    }
}

/* Largest first, and of equals those seen last. */
static int
compare_memorable (gconstpointer a,
                   gconstpointer b)
{
  const SluiceTotal *x = *(const SluiceTotal *const *) a;
  const SluiceTotal *y = *(const SluiceTotal *const *) b;
  guint64 x_bytes = x->sum[SLUICE_RX] + x->sum[SLUICE_TX];
  guint64 y_bytes = y->sum[SLUICE_RX] + y->sum[SLUICE_TX];

  if (x_bytes != y_bytes)
    return x_bytes > y_bytes ? -1 : 1;
  return x->serial > y->serial ? -1 : x->serial < y->serial;
}

static void
fold_program (SluiceTotals *totals,
              gconstpointer row)
{
  const SluiceProgramTotal *total = row;

  sluice_rest_add (&totals->forgotten_programs, total->total.sum, (const SluiceProgramLink *) total->links->data,
                   total->links->len);
  g_hash_table_remove (totals->programs_by_key, total->key);
}

static void
fold_connection (SluiceTotals *totals,
                 gconstpointer row)
{
  const SluiceConnectionTotal *total = row;

  sluice_rest_add_total (&totals->forgotten_connections, &total->total);
  g_hash_table_remove (totals->connections_by_id, &total->row.id);
}

static void
fold_host (SluiceTotals *totals,
           gconstpointer row)
{
  const SluiceHostTotal *total = row;

  sluice_rest_add_total (&totals->forgotten_hosts, &total->total);
  g_hash_table_remove (totals->hosts_by_address, &total->address);
}

/* Bounds memory: folds away half of what is not in the present sample, the smallest first. */
static void
forget (SluiceTotals *totals,
        GPtrArray *rows,
        void (*fold) (SluiceTotals *totals, gconstpointer row))
{
  guint n = 0;

  if (rows->len <= SLUICE_TOTALS_MAX)
    return;
  g_ptr_array_sort (rows, compare_memorable);
  for (guint i = rows->len; i-- > 0 && n < SLUICE_TOTALS_MAX / 2;)
    {
      const SluiceTotal *total = g_ptr_array_index (rows, i);

      if (total->serial == totals->serial)
        continue;
      fold (totals, total);
      g_ptr_array_remove_index_fast (rows, i);
      n++;
    }
}

/**
 * sluice_totals_add:
 * @totals: sums so far
 * @sample: what came next
 */
void
sluice_totals_add (SluiceTotals *totals,
                   const SluiceSample *sample)
{
  g_autofree guint *map = NULL;

  totals->serial++;
  totals->duration += sample->duration;
  totals->last_duration = sample->duration;
  totals->time = sample->time;
  totals->wall_time = sample->wall_time;
  totals->source = sample->source;
  totals->has_connections = sample->has_connections;
  totals->has_hosts = sample->has_hosts;
  totals->file = sample->file;
  totals->estimated |= sample->estimated;

  map = add_interfaces (totals, sample);
  add_programs (totals, sample, map);
  add_connections (totals, sample);
  sluice_totals_add_hosts (totals, sample);

  forget (totals, totals->programs, fold_program);
  forget (totals, totals->connections, fold_connection);
  forget (totals, totals->hosts, fold_host);
}
