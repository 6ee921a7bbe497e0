#include "model/sample.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

G_DEFINE_QUARK (sluice-sample-error-quark, sluice_sample_error)

static const char *const source_kind_names[] = {
  [SLUICE_SOURCE_KERNEL] = "kernel",
  [SLUICE_SOURCE_PCAP] = "pcap",
  [SLUICE_SOURCE_BPF] = "bpf",
};

static const char *const cause_names[] = {
  [SLUICE_CAUSE_KERNEL] = "kernel", [SLUICE_CAUSE_FORWARDED] = "forwarded",
  [SLUICE_CAUSE_OTHER_NAMESPACE] = "other_namespace", [SLUICE_CAUSE_OLDER] = "older",
  [SLUICE_CAUSE_LOST] = "lost", [SLUICE_CAUSE_NOT_SEEN] = "not_seen",
};

static void
interface_row_clear (gpointer row)
{
  sluice_interface_unref (((SluiceInterfaceRow *) row)->interface);
}

static void
program_row_clear (gpointer row)
{
  sluice_program_unref (((SluiceProgramRow *) row)->program);
}

static void
host_row_clear (gpointer row)
{
  sluice_host_unref (((SluiceHostRow *) row)->host);
}

/**
 * sluice_sample_new:
 *
 * Returns: (transfer full): an empty sample for its maker to fill; each row owns its interface, program or host record
 */
SluiceSample *
sluice_sample_new (void)
{
  SluiceSample *sample = g_new0 (SluiceSample, 1);

  g_atomic_ref_count_init (&sample->reference_count);
  sample->n_merged = 1;
  sample->interfaces = g_array_new (FALSE, TRUE, sizeof (SluiceInterfaceRow));
  g_array_set_clear_func (sample->interfaces, interface_row_clear);
  sample->programs = g_array_new (FALSE, TRUE, sizeof (SluiceProgramRow));
  g_array_set_clear_func (sample->programs, program_row_clear);
  sample->links = g_array_new (FALSE, TRUE, sizeof (SluiceProgramLink));
  sample->connections = g_array_new (FALSE, TRUE, sizeof (SluiceConnectionRow));
  sample->hosts = g_array_new (FALSE, TRUE, sizeof (SluiceHostRow));
  g_array_set_clear_func (sample->hosts, host_row_clear);
  sample->named = g_ptr_array_new_with_free_func ((GDestroyNotify) sluice_host_unref);
  sample->protocols = g_array_new (FALSE, TRUE, sizeof (SluiceProtocolRow));
  sample->host_links = g_array_new (FALSE, TRUE, sizeof (SluicePartLink));
  sample->protocol_links = g_array_new (FALSE, TRUE, sizeof (SluicePartLink));
  return sample;
}

SluiceSample *
sluice_sample_ref (SluiceSample *sample)
{
  g_atomic_ref_count_inc (&sample->reference_count);
  return sample;
}

void
sluice_sample_unref (SluiceSample *sample)
{
  if (!g_atomic_ref_count_dec (&sample->reference_count))
    return;
  g_array_unref (sample->interfaces);
  g_array_unref (sample->programs);
  g_array_unref (sample->links);
  g_array_unref (sample->connections);
  g_array_unref (sample->hosts);
  g_ptr_array_unref (sample->named);
  g_array_unref (sample->protocols);
  g_array_unref (sample->host_links);
  g_array_unref (sample->protocol_links);
  g_free (sample->fault);
  g_free (sample);
}

/* A merge in the making: where each thing of either sample stands in the sum. */
typedef struct
{
  SluiceSample *sum;
  GHashTable *interfaces;  /* instance → index + 1 */
  GHashTable *programs;    /* SluiceProgram → index + 1 */
  GHashTable *hosts;       /* address → index + 1 */
  GHashTable *protocols;   /* protocol → index + 1 */
  GHashTable *connections; /* id → index + 1 */
  GArray *links;           /* MergedLink */
  GHashTable *link_index;  /* program << 32 | interface → index + 1 */
  GHashTable *host_links;     /* host << 32 | interface → index + 1 */
  GHashTable *protocol_links; /* protocol << 32 | interface → index + 1 */
} Merge;

typedef struct
{
  guint64 key;
  SluiceProgramLink link;
} MergedLink;

static guint
merge_interface (Merge *merge, const SluiceInterfaceRow *row)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (merge->interfaces, &row->interface->instance));
  SluiceInterfaceRow *sum;

  if (index == 0)
    {
      SluiceInterfaceRow copy = *row;

      sluice_interface_ref (copy.interface);
      g_array_append_val (merge->sum->interfaces, copy);
      index = merge->sum->interfaces->len;
      g_hash_table_insert (merge->interfaces, &row->interface->instance, GUINT_TO_POINTER (index));
      return index - 1;
    }

  sum = sluice_sample_interface (merge->sum, index - 1);
  sluice_interface_ref (row->interface);
  /* The table's key stands in the record that is let go: move it to the new one. */
  g_hash_table_replace (merge->interfaces, &row->interface->instance, GUINT_TO_POINTER (index));
  sluice_interface_unref (sum->interface);
  sum->interface = row->interface;
  sum->dropped += row->dropped;
  sum->gone = row->gone;
  sum->listed = row->listed;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum->bytes[d] += row->bytes[d];
      sum->packets[d] += row->packets[d];
      sum->excess[d] += row->excess[d];
      sum->total_bytes[d] = row->total_bytes[d];
      for (guint cause = 0; cause < SLUICE_N_CAUSES; cause++)
        sum->unattributed[cause][d] += row->unattributed[cause][d];
    }
  return index - 1;
}

static guint
merge_program (Merge *merge, const SluiceProgramRow *row)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (merge->programs, row->program));
  SluiceProgramRow *sum;

  if (index == 0)
    {
      SluiceProgramRow copy = *row;

      sluice_program_ref (copy.program);
      g_array_append_val (merge->sum->programs, copy);
      index = merge->sum->programs->len;
      g_hash_table_insert (merge->programs, row->program, GUINT_TO_POINTER (index));
      return index - 1;
    }

  sum = sluice_sample_program (merge->sum, index - 1);
  sum->connections = row->connections;
  sum->listening = row->listening;
  sum->rtt_us = row->rtt_us != 0 ? row->rtt_us : sum->rtt_us;
  sum->retransmits += row->retransmits;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum->bytes[d] += row->bytes[d];
      sum->payload[d] += row->payload[d];
    }
  return index - 1;
}

static void
merge_link (Merge *merge, guint program, guint interface, const SluiceProgramLink *link)
{
  guint64 key = (guint64) program << 32 | interface;
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (merge->link_index, &key));
  MergedLink *sum;

  if (index == 0)
    {
      MergedLink merged = { key, *link };

      merged.link.interface = interface;
      g_array_append_val (merge->links, merged);
      g_hash_table_insert (merge->link_index, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (merge->links->len));
      return;
    }
  sum = &g_array_index (merge->links, MergedLink, index - 1);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    sum->link.bytes[d] += link->bytes[d];
}

/* Which flows moved in both samples is not known: the larger count is what there were at least. */
static guint
merge_host (Merge *merge, const SluiceHostRow *row)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (merge->hosts, &row->host->address));
  SluiceHostRow *sum;

  sluice_host_ref (row->host);
  if (index == 0)
    {
      g_array_append_val (merge->sum->hosts, *row);
      index = merge->sum->hosts->len;
      g_hash_table_insert (merge->hosts, &row->host->address, GUINT_TO_POINTER (index));
      return index - 1;
    }

  sum = sluice_sample_host (merge->sum, index - 1);
  /* The later record knows more, and the table's key stands in the one that is let go. */
  g_hash_table_replace (merge->hosts, &row->host->address, GUINT_TO_POINTER (index));
  sluice_host_unref (sum->host);
  sum->host = row->host;
  sum->connections = MAX (sum->connections, row->connections);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum->bytes[d] += row->bytes[d];
      sum->packets[d] += row->packets[d];
      sum->forwarded[d] += row->forwarded[d];
      sum->forwarded_packets[d] += row->forwarded_packets[d];
    }
  return index - 1;
}

static guint
merge_protocol (Merge *merge, const SluiceProtocolRow *row)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (merge->protocols, GUINT_TO_POINTER (row->protocol)));
  SluiceProtocolRow *sum;

  if (index == 0)
    {
      g_array_append_val (merge->sum->protocols, *row);
      g_hash_table_insert (merge->protocols, GUINT_TO_POINTER (row->protocol),
                           GUINT_TO_POINTER (merge->sum->protocols->len));
      return merge->sum->protocols->len - 1;
    }
  sum = sluice_sample_protocol (merge->sum, index - 1);
  sum->connections = MAX (sum->connections, row->connections);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sum->bytes[d] += row->bytes[d];
      sum->packets[d] += row->packets[d];
      sum->forwarded[d] += row->forwarded[d];
      sum->forwarded_packets[d] += row->forwarded_packets[d];
    }
  return index - 1;
}

/* Adds the parts' links to those of the sum; @parts and @interfaces say where the rows went there. */
static void
merge_part_links (GArray *sum, GHashTable *known, const GArray *links, const guint *parts, const guint *interfaces)
{
  for (guint i = 0; i < links->len; i++)
    {
      SluicePartLink link = g_array_index (links, SluicePartLink, i);
      guint64 key;
      guint index;

      link.part = parts[link.part];
      link.interface = interfaces[link.interface];
      key = (guint64) link.part << 32 | link.interface;
      index = GPOINTER_TO_UINT (g_hash_table_lookup (known, &key));
      if (index == 0)
        {
          g_array_append_val (sum, link);
          g_hash_table_insert (known, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (sum->len));
          continue;
        }
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        g_array_index (sum, SluicePartLink, index - 1).bytes[d] += link.bytes[d];
    }
}

static guint
merge_named (Merge *merge, const SluiceSample *sample, const SluiceConnectionRow *row)
{
  if (row->named == 0)
    return 0;
  g_ptr_array_add (merge->sum->named, sluice_host_ref (sluice_sample_connection_host (sample, row)));
  return merge->sum->named->len;
}

/* @merged has the sum's indices; @id lives as long as the merge. */
static void
merge_connection (Merge *merge, const guint64 *id, SluiceConnectionRow merged)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (merge->connections, id));

  if (index == 0)
    {
      g_array_append_val (merge->sum->connections, merged);
      g_hash_table_insert (merge->connections, (gpointer) id, GUINT_TO_POINTER (merge->sum->connections->len));
      return;
    }

  const SluiceConnectionRow *before = sluice_sample_connection (merge->sum, index - 1);

  merged.flags |= before->flags & SLUICE_CONNECTION_NEW;
  merged.retransmits += before->retransmits;
  if (merged.program == SLUICE_INDEX_NONE)
    merged.program = before->program;
  if (merged.interface == SLUICE_INDEX_NONE)
    merged.interface = before->interface;
  if (merged.host == SLUICE_INDEX_NONE)
    merged.host = before->host;
  if (merged.named == 0)
    merged.named = before->named;
  if (merged.protocol == 0)
    merged.protocol = before->protocol;
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      merged.bytes[d] += before->bytes[d];
      merged.payload[d] += before->payload[d];
    }
  *sluice_sample_connection (merge->sum, index - 1) = merged;
}

/* Where a row of a sample went in the sum. */
static guint
moved_to (const guint *indices, guint index)
{
  return index == SLUICE_INDEX_NONE ? SLUICE_INDEX_NONE : indices[index];
}

/* Adds all of @sample to the sum. */
static void
merge_sample (Merge *merge, const SluiceSample *sample)
{
  g_autofree guint *interfaces = g_new (guint, sample->interfaces->len + 1);
  g_autofree guint *programs = g_new (guint, sample->programs->len + 1);
  g_autofree guint *hosts = g_new (guint, sample->hosts->len + 1);
  g_autofree guint *protocols = g_new (guint, sample->protocols->len + 1);
  gboolean with_hosts = merge->sum->has_hosts && sample->has_hosts;

  for (guint i = 0; i < sample->interfaces->len; i++)
    interfaces[i] = merge_interface (merge, sluice_sample_interface (sample, i));

  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);

      programs[i] = merge_program (merge, row);
      for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
        {
          const SluiceProgramLink *link = sluice_sample_link (sample, l);

          merge_link (merge, programs[i], interfaces[link->interface], link);
        }
    }

  for (guint i = 0; with_hosts && i < sample->hosts->len; i++)
    hosts[i] = merge_host (merge, sluice_sample_host (sample, i));
  for (guint i = 0; with_hosts && i < sample->protocols->len; i++)
    protocols[i] = merge_protocol (merge, sluice_sample_protocol (sample, i));
  if (merge->sum->has_part_links && with_hosts)
    {
      SluiceSample *sum = merge->sum;

      merge_part_links (sum->host_links, merge->host_links, sample->host_links, hosts, interfaces);
      merge_part_links (sum->protocol_links, merge->protocol_links, sample->protocol_links, protocols, interfaces);
    }

  /* Rows of the earlier sample alone would be what was open once. */
  for (guint i = 0; merge->sum->has_connections && i < sample->connections->len; i++)
    {
      const SluiceConnectionRow *row = sluice_sample_connection (sample, i);

      SluiceConnectionRow moved = *row;

      moved.program = moved_to (programs, row->program);
      moved.interface = moved_to (interfaces, row->interface);
      moved.host = with_hosts ? moved_to (hosts, row->host) : SLUICE_INDEX_NONE;
      moved.named = with_hosts ? merge_named (merge, sample, row) : 0;
      merge_connection (merge, &row->id, moved);
    }
}

static int
compare_merged_links (gconstpointer a, gconstpointer b)
{
  guint64 key_a = ((const MergedLink *) a)->key;
  guint64 key_b = ((const MergedLink *) b)->key;

  return key_a < key_b ? -1 : key_a > key_b;
}

/* What only the earlier sample knows is over: it has no sockets any more. */
static void
close_what_is_over (SluiceSample *sum, const SluiceSample *earlier, const SluiceSample *later)
{
  g_autoptr (GHashTable) alive = g_hash_table_new (sluice_program_hash, sluice_program_equal);
  g_autoptr (GHashTable) open = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < later->programs->len; i++)
    g_hash_table_add (alive, sluice_sample_program (later, i)->program);
  for (guint i = 0; i < sum->programs->len; i++)
    {
      SluiceProgramRow *row = sluice_sample_program (sum, i);

      if (!g_hash_table_contains (alive, row->program))
        row->connections = row->listening = 0;
    }

  if (!later->has_connections)
    return;
  for (guint i = 0; i < later->connections->len; i++)
    g_hash_table_add (open, &sluice_sample_connection (later, i)->id);
  for (guint i = 0; i < sum->connections->len; i++)
    {
      SluiceConnectionRow *row = sluice_sample_connection (sum, i);

      if (!g_hash_table_contains (open, &row->id))
        sluice_connection_row_close (row);
    }
}

/**
 * sluice_sample_merge:
 * @earlier: a sample
 * @later: the one that follows it
 *
 * Makes one sample of two that a lagging reader has not taken: sums what moved, keeps the later state, and marks what
 * only the earlier knew as over. It has connection rows where the later one has, and likewise hosts with protocols. The
 * books of the result balance when those of both did.
 *
 * Returns: (transfer full): the sum
 */
SluiceSample *
sluice_sample_merge (const SluiceSample *earlier, const SluiceSample *later)
{
  SluiceSample *sum = sluice_sample_new ();
  Merge merge = {
    .sum = sum,
    .interfaces = g_hash_table_new (g_int64_hash, g_int64_equal),
    .programs = g_hash_table_new (sluice_program_hash, sluice_program_equal),
    .hosts = g_hash_table_new ((GHashFunc) sluice_address_hash, (GEqualFunc) sluice_address_equal),
    .protocols = g_hash_table_new (NULL, NULL),
    .connections = g_hash_table_new (g_int64_hash, g_int64_equal),
    .links = g_array_new (FALSE, FALSE, sizeof (MergedLink)),
    .link_index = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
    .host_links = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
    .protocol_links = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
  };

  sum->source = later->source;
  sum->estimated = earlier->estimated || later->estimated;
  sum->wall_time = later->wall_time;
  sum->time = later->time;
  sum->duration = earlier->duration + later->duration;
  sum->is_first_look = later->is_first_look;
  sum->n_merged = earlier->n_merged + later->n_merged;
  sum->has_connections = later->has_connections;
  sum->has_hosts = later->has_hosts;
  sum->has_part_links = later->has_part_links;
  sum->fault = g_strdup (later->fault != NULL ? later->fault : earlier->fault);
  sum->ended = later->ended;
  sum->is_file = later->is_file;
  sum->file = later->file;

  merge_sample (&merge, earlier);
  merge_sample (&merge, later);
  close_what_is_over (sum, earlier, later);

  g_array_sort (merge.links, compare_merged_links);
  for (guint i = 0; i < merge.links->len; i++)
    {
      const MergedLink *merged = &g_array_index (merge.links, MergedLink, i);
      SluiceProgramRow *row = sluice_sample_program (sum, merged->key >> 32);

      if (i == 0 || (merged - 1)->key >> 32 != merged->key >> 32)
        {
          row->first_link = i;
          row->n_links = 0;
        }
      row->n_links++;
      g_array_append_val (sum->links, merged->link);
    }

  g_hash_table_unref (merge.interfaces);
  g_hash_table_unref (merge.programs);
  g_hash_table_unref (merge.hosts);
  g_hash_table_unref (merge.protocols);
  g_hash_table_unref (merge.connections);
  g_hash_table_unref (merge.link_index);
  g_hash_table_unref (merge.host_links);
  g_hash_table_unref (merge.protocol_links);
  g_array_unref (merge.links);
  return sum;
}

/* No hosts, and no protocols, have more of a link than programs and nobody have together. */
static gboolean
check_parts (const SluiceSample *sample, const char *what, const GArray *links, GError **error)
{
  g_autofree guint64 (*sums)[SLUICE_N_DIRECTIONS] = g_malloc0_n (sample->interfaces->len + 1, sizeof *sums);

  for (guint i = 0; i < links->len; i++)
    for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
      sums[g_array_index (links, SluicePartLink, i).interface][d] += g_array_index (links, SluicePartLink, i).bytes[d];
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        if (sums[i][d] > row->bytes[d] + row->excess[d])
          {
            g_set_error (error, SLUICE_SAMPLE_ERROR, SLUICE_SAMPLE_ERROR_UNBALANCED,
                         "%s %s: %s have %" G_GUINT64_FORMAT " bytes, more than the link's %" G_GUINT64_FORMAT
                         " + excess %" G_GUINT64_FORMAT, row->interface->name, d == SLUICE_RX ? "rx" : "tx", what,
                         sums[i][d], row->bytes[d], row->excess[d]);
            return FALSE;
          }
    }
  return TRUE;
}

/**
 * sluice_sample_check_books:
 * @sample: a sample
 * @error: says which link does not balance
 *
 * Checks that for each interface and direction programs + unattributed − excess = link, that each program's bytes
 * are the sum over its links, and that hosts and protocols have no more than programs + unattributed. Both unattributed
 * and excess may stand in one row: a merge can bring them together.
 *
 * Returns: whether all of it holds
 */
gboolean
sluice_sample_check_books (const SluiceSample *sample, GError **error)
{
  g_autofree guint64 (*programs)[SLUICE_N_DIRECTIONS] = g_malloc0_n (sample->interfaces->len + 1, sizeof *programs);

  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);
      guint64 sum[SLUICE_N_DIRECTIONS] = { 0 };

      for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
        {
          const SluiceProgramLink *link = sluice_sample_link (sample, l);

          for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
            {
              sum[d] += link->bytes[d];
              programs[link->interface][d] += link->bytes[d];
            }
        }
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        if (sum[d] != row->bytes[d])
          {
            g_set_error (error, SLUICE_SAMPLE_ERROR, SLUICE_SAMPLE_ERROR_UNBALANCED,
                         "%s has %" G_GUINT64_FORMAT " bytes but its links have %" G_GUINT64_FORMAT, row->program->name,
                         row->bytes[d], sum[d]);
            return FALSE;
          }
    }

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 unattributed = sluice_interface_row_unattributed (row, d);

          if (programs[i][d] + unattributed != row->bytes[d] + row->excess[d])
            {
              g_set_error (error, SLUICE_SAMPLE_ERROR, SLUICE_SAMPLE_ERROR_UNBALANCED,
                           "%s %s: programs %" G_GUINT64_FORMAT " + unattributed %" G_GUINT64_FORMAT
                           " − excess %" G_GUINT64_FORMAT " is not the link's %" G_GUINT64_FORMAT,
                           row->interface->name, d == SLUICE_RX ? "rx" : "tx", programs[i][d], unattributed,
                           row->excess[d], row->bytes[d]);
              return FALSE;
            }
        }
    }
  return check_parts (sample, "hosts", sample->host_links, error)
         && check_parts (sample, "protocols", sample->protocol_links, error);
}

/**
 * sluice_interface_row_unattributed:
 * @row: a link's row
 * @direction: which way
 *
 * Returns: bytes that belong to no program, all causes together
 */
guint64
sluice_interface_row_unattributed (const SluiceInterfaceRow *row, SluiceDirection direction)
{
  guint64 sum = 0;

  for (guint cause = 0; cause < SLUICE_N_CAUSES; cause++)
    sum += row->unattributed[cause][direction];
  return sum;
}

/**
 * sluice_sample_connection_host:
 * @sample: a sample
 * @row: one of its connections
 *
 * Returns: (transfer none) (nullable): the other side under the name by which this connection calls it; %NULL where it
 *   has no record
 */
SluiceHost *
sluice_sample_connection_host (const SluiceSample *sample, const SluiceConnectionRow *row)
{
  if (row->named > 0 && row->named <= sample->named->len)
    return sample->named->pdata[row->named - 1];
  return row->host < sample->hosts->len ? sluice_sample_host (sample, row->host)->host : NULL;
}

/**
 * sluice_connection_row_close:
 * @row: a connection's row
 *
 * Marks the connection as over: its state as last seen, such as "established", is no longer so.
 */
void
sluice_connection_row_close (SluiceConnectionRow *row)
{
  row->flags |= SLUICE_CONNECTION_CLOSED;
  if (row->key.protocol == IPPROTO_TCP)
    row->state = TCP_CLOSE;
}

/**
 * sluice_source_kind_name:
 * @kind: a kind of source
 *
 * Returns: its name for machines and on the command line
 */
const char *
sluice_source_kind_name (SluiceSourceKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (source_kind_names), "");
  return source_kind_names[kind];
}

/**
 * sluice_cause_name:
 * @cause: a cause
 *
 * Returns: its name for machines
 */
const char *
sluice_cause_name (SluiceCause cause)
{
  g_return_val_if_fail (cause < SLUICE_N_CAUSES, "");
  return cause_names[cause];
}
