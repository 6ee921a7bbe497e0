#include "model/timeline.h"

#include <string.h>

#include "model/part-sums.h"

/*
 * Who moved what, as one flat ring of entries and one of slots. Those who move are kept once by identity and numbered,
 * so that an entry is 24 bytes; an hour of a busy desktop (20 active programs) is under 2 MB, and the entries are
 * capped.
 */
#define MAX_ENTRIES (1u << 18)
/* Memory is moved when so many of them are forgotten, or so many slots and an eighth of all. */
#define MAX_FORGOTTEN (MAX_ENTRIES / 4)
#define MANY_FORGOTTEN_SLOTS 64
/* More are sorted with all the others. */
#define MAX_SELECTED 32

typedef struct
{
  guint32 mover;          /* index into movers, or NOBODY */
  guint32 interface : 31; /* low bits of the instance: unique within any hour */
  guint32 listed : 1;     /* it belonged to the sum of the listed interfaces then */
  guint64 bytes[SLUICE_N_DIRECTIONS];
} Entry;

G_STATIC_ASSERT (sizeof (Entry) == 24);

typedef struct
{
  gint64 time;
  gint64 duration;
  guint64 first_entry; /* running number */
  guint32 n_entries;
  gboolean is_first_look;
} Slot;

/* A program, a host or a protocol, one an identity; kept while an entry names it. */
typedef struct
{
  char *identity; /* GRefString; NULL: the number is free */
  SluiceProgram *program;
  SluiceHost *host;
  SluiceProtocol protocol;
  guint n_entries;
} Named;

#define NOBODY G_MAXUINT32
#define INSTANCE_MASK 0x7fffffffu
/* Of all listed links together: no one link is known. */
#define NO_LINK INSTANCE_MASK

struct _SluiceTimeline
{
  SluiceBreakdown by;
  gint64 keep;
  GArray *slots;        /* Slot, oldest first, from first_slot on */
  guint first_slot;
  GArray *entries;      /* Entry, from dropped_entries on */
  guint64 dropped_entries;
  GArray *movers;       /* Named, by number */
  GArray *free_numbers; /* guint32 */
  GHashTable *by_identity;
};

static void
named_clear (gpointer named)
{
  Named *self = named;

  g_clear_pointer (&self->program, sluice_program_unref);
  g_clear_pointer (&self->host, sluice_host_unref);
  g_clear_pointer (&self->identity, g_ref_string_release);
}

/**
 * sluice_timeline_new:
 * @by: whose bytes it remembers
 * @keep_us: how far back it remembers, µs
 *
 * Returns: (transfer full): an empty timeline
 */
SluiceTimeline *
sluice_timeline_new (SluiceBreakdown by, gint64 keep_us)
{
  SluiceTimeline *timeline = g_new0 (SluiceTimeline, 1);

  timeline->by = by;
  timeline->keep = keep_us;
  timeline->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  timeline->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  timeline->movers = g_array_new (FALSE, FALSE, sizeof (Named));
  g_array_set_clear_func (timeline->movers, named_clear);
  timeline->free_numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  timeline->by_identity = g_hash_table_new (g_str_hash, g_str_equal);
  return timeline;
}

void
sluice_timeline_free (SluiceTimeline *timeline)
{
  g_array_unref (timeline->slots);
  g_array_unref (timeline->entries);
  g_hash_table_unref (timeline->by_identity);
  g_array_unref (timeline->movers);
  g_array_unref (timeline->free_numbers);
  g_free (timeline);
}

static Named *
get_named (SluiceTimeline *timeline, guint32 number)
{
  return &g_array_index (timeline->movers, Named, number);
}

/* The number of @identity, under which it finds @program, or the latest record of @host, or @protocol. */
static guint32
number_of (SluiceTimeline *timeline,
           const char *identity,
           SluiceProgram *program,
           SluiceHost *host,
           SluiceProtocol protocol)
{
  guint n_free = timeline->free_numbers->len;
  guint32 number = timeline->movers->len;
  gpointer known;

  if (g_hash_table_lookup_extended (timeline->by_identity, identity, NULL, &known))
    {
      Named *named = get_named (timeline, GPOINTER_TO_UINT (known));

      /* What was learnt of a host is in a record of its own. */
      if (host != NULL && host != named->host && (host->name != NULL || named->host->name == NULL))
        {
          sluice_host_unref (named->host);
          named->host = sluice_host_ref (host);
        }
      return GPOINTER_TO_UINT (known);
    }
  if (n_free > 0)
    {
      number = g_array_index (timeline->free_numbers, guint32, n_free - 1);
      g_array_set_size (timeline->free_numbers, n_free - 1);
    }
  else
    {
      g_array_set_size (timeline->movers, number + 1);
    }
  *get_named (timeline, number) = (Named){
    .identity = g_ref_string_new (identity),
    .program = program != NULL ? sluice_program_ref (program) : NULL,
    .host = host != NULL ? sluice_host_ref (host) : NULL,
    .protocol = protocol,
  };
  g_hash_table_insert (timeline->by_identity, get_named (timeline, number)->identity, GUINT_TO_POINTER (number));
  return number;
}

static void
append_entry (SluiceTimeline *timeline,
              guint32 mover,
              const SluiceInterfaceRow *row,
              const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  Entry entry = {
    .mover = mover,
    .interface = row != NULL ? row->interface->instance & INSTANCE_MASK : NO_LINK,
    .listed = row == NULL || row->listed,
    .bytes = { bytes[SLUICE_RX], bytes[SLUICE_TX] },
  };

  if (bytes[SLUICE_RX] == 0 && bytes[SLUICE_TX] == 0)
    return;
  g_array_append_val (timeline->entries, entry);
  if (mover != NOBODY)
    get_named (timeline, mover)->n_entries++;
}

/* What no entry names any more is let go, so that a year of short-lived programs does not stay. */
static void
forget_slot (SluiceTimeline *timeline, const Slot *slot)
{
  guint first = slot->first_entry - timeline->dropped_entries;

  for (guint e = first; e < first + slot->n_entries; e++)
    {
      guint32 number = g_array_index (timeline->entries, Entry, e).mover;
      Named *named = number != NOBODY ? get_named (timeline, number) : NULL;

      if (named == NULL || --named->n_entries > 0)
        continue;
      g_hash_table_remove (timeline->by_identity, named->identity);
      named_clear (named);
      g_array_append_val (timeline->free_numbers, number);
    }
}

/* Forgets what is older than @keep, or more than may be kept; moves memory only once in a while. */
static void
forget_old (SluiceTimeline *timeline, gint64 now)
{
  guint64 end = timeline->dropped_entries + timeline->entries->len;
  guint64 keep_from = end;

  for (; timeline->first_slot < timeline->slots->len; timeline->first_slot++)
    {
      const Slot *slot = &g_array_index (timeline->slots, Slot, timeline->first_slot);

      keep_from = slot->first_entry;
      if (slot->time >= now - timeline->keep && end - keep_from <= MAX_ENTRIES)
        break;
      forget_slot (timeline, slot);
      keep_from = end;
    }
  if (keep_from - timeline->dropped_entries < MAX_FORGOTTEN
      && (timeline->first_slot < MANY_FORGOTTEN_SLOTS || timeline->first_slot * 8 < timeline->slots->len))
    return;

  g_array_remove_range (timeline->slots, 0, timeline->first_slot);
  timeline->first_slot = 0;
  g_array_remove_range (timeline->entries, 0, keep_from - timeline->dropped_entries);
  timeline->dropped_entries = keep_from;
}

static void
append_programs (SluiceTimeline *timeline, const SluiceSample *sample)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);

      for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
        {
          const SluiceProgramLink *link = sluice_sample_link (sample, l);

          if (link->bytes[SLUICE_RX] != 0 || link->bytes[SLUICE_TX] != 0)
            append_entry (timeline, number_of (timeline, row->program->identity, row->program, NULL, 0),
                          sluice_sample_interface (sample, link->interface), link->bytes);
        }
    }

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);
      guint64 unattributed[SLUICE_N_DIRECTIONS]
          = { sluice_interface_row_unattributed (row, SLUICE_RX), sluice_interface_row_unattributed (row, SLUICE_TX) };

      append_entry (timeline, NOBODY, row, unattributed);
    }
}

static guint32
part_number (SluiceTimeline *timeline, const SluicePartSum *part)
{
  char address[SLUICE_ADDRESS_TEXT_MAX];
  char protocol[16];

  if (timeline->by == SLUICE_BY_PROTOCOL)
    {
      g_snprintf (protocol, sizeof protocol, "%u", part->protocol);
      return number_of (timeline, protocol, NULL, NULL, part->protocol);
    }
  return number_of (timeline, sluice_address_to_text (&part->host->address, address), NULL, part->host, 0);
}

static void
append_parts (SluiceTimeline *timeline, const SluiceSample *sample)
{
  g_autoptr (GArray) parts = sluice_part_sums_new (timeline->by, sample, SLUICE_TIMELINE_PARTS_MAX);

  for (guint i = 0; i < parts->len; i++)
    {
      const SluicePartSum *part = &g_array_index (parts, SluicePartSum, i);

      append_entry (timeline, part_number (timeline, part),
                    part->interface != SLUICE_INDEX_NONE ? sluice_sample_interface (sample, part->interface) : NULL,
                    part->bytes);
    }
}

/* As a series does it, of which the layers of this are part. */
static gboolean
join_first (SluiceTimeline *timeline, const Slot *next)
{
  Slot *first;

  if (timeline->slots->len - timeline->first_slot != 1)
    return FALSE;
  first = &g_array_index (timeline->slots, Slot, timeline->first_slot);
  if (!first->is_first_look || first->time != next->time - next->duration)
    return FALSE;
  first->is_first_look = next->is_first_look;
  first->time = next->time;
  first->duration += next->duration;
  first->n_entries += next->n_entries;
  return TRUE;
}

/**
 * sluice_timeline_append:
 * @timeline: a timeline
 * @sample: what happened since the sample before
 *
 * Remembers who moved what. A first look becomes part of the sample that follows it.
 */
void
sluice_timeline_append (SluiceTimeline *timeline, const SluiceSample *sample)
{
  Slot slot = {
    .time = sample->time,
    .duration = sample->duration,
    .first_entry = timeline->dropped_entries + timeline->entries->len,
    .is_first_look = sample->is_first_look,
  };

  if (timeline->by == SLUICE_BY_PROGRAM)
    append_programs (timeline, sample);
  else
    append_parts (timeline, sample);
  slot.n_entries = timeline->dropped_entries + timeline->entries->len - slot.first_entry;
  if (!join_first (timeline, &slot))
    g_array_append_val (timeline->slots, slot);
  forget_old (timeline, sample->time);
}

/**
 * sluice_timeline_rename_interface:
 * @timeline: a timeline
 * @before: the instance that an interface had
 * @now: the one that it has since it came back
 *
 * What the one moved is from now on what the other did.
 */
void
sluice_timeline_rename_interface (SluiceTimeline *timeline, guint64 before, guint64 now)
{
  for (guint i = 0; i < timeline->entries->len; i++)
    {
      Entry *entry = &g_array_index (timeline->entries, Entry, i);

      if (entry->interface == (before & INSTANCE_MASK))
        entry->interface = now & INSTANCE_MASK;
    }
}

static gboolean
in_scope (const Entry *entry, guint64 instance)
{
  /* What is of all listed links together counts where they are asked for. */
  return instance != 0 ? entry->interface == (instance & INSTANCE_MASK) : entry->listed;
}

/* The first slot that ends after @time. */
static guint
find_slot (SluiceTimeline *timeline, gint64 time)
{
  guint low = timeline->first_slot;
  guint high = timeline->slots->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (timeline->slots, Slot, middle).time > time)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
timeline_entry_clear (gpointer entry)
{
  SluiceTimelineEntry *self = entry;

  g_clear_pointer (&self->program, sluice_program_unref);
  g_clear_pointer (&self->host, sluice_host_unref);
  g_clear_pointer (&self->identity, g_ref_string_release);
}

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer data)
{
  const SluiceTimelineEntry *x = a;
  const SluiceTimelineEntry *y = b;
  guint64 bytes_x = x->bytes[SLUICE_RX] + x->bytes[SLUICE_TX];
  guint64 bytes_y = y->bytes[SLUICE_RX] + y->bytes[SLUICE_TX];

  if (bytes_x != bytes_y)
    return bytes_x < bytes_y ? 1 : -1;
  return g_strcmp0 (x->identity, y->identity);
}

/**
 * sluice_timeline_entries_select:
 * @entries: entries
 * @n_entries: how many
 * @n_first: how many of them are wanted
 * @compare: what comes first
 * @data: handed to @compare
 *
 * Puts those that come first in order at the beginning and leaves the others behind them in any. A few of ten thousand
 * are found many times faster than all are sorted.
 */
void
sluice_timeline_entries_select (SluiceTimelineEntry *entries,
                                guint n_entries,
                                guint n_first,
                                GCompareDataFunc compare,
                                gpointer data)
{
  if (n_first >= n_entries || n_first > MAX_SELECTED)
    {
      g_qsort_with_data (entries, (gint) n_entries, sizeof *entries, compare, data);
      return;
    }
  for (guint i = 0; i < n_entries && n_first > 0; i++)
    {
      SluiceTimelineEntry entry = entries[i];
      guint at = MIN (i, n_first - 1);

      if (i >= n_first && compare (&entry, &entries[at], data) >= 0)
        continue;
      entries[i] = entries[at];
      for (; at > 0 && compare (&entry, &entries[at - 1], data) < 0; at--)
        entries[at] = entries[at - 1];
      entries[at] = entry;
    }
}

/**
 * sluice_timeline_sum:
 * @timeline: a timeline
 * @from: boot-time clock, µs
 * @to: boot-time clock, µs
 * @interface_instance: one link's, or 0 for the sum of the listed ones
 *
 * What everyone moved between two moments. A slot counts when it ends within (@from, @to].
 *
 * Returns: (transfer full) (element-type SluiceTimelineEntry): who moved, in no order; unattributed bytes, where
 *   there are any, as one last entry without identity
 */
GArray *
sluice_timeline_sum (SluiceTimeline *timeline, gint64 from, gint64 to, guint64 interface_instance)
{
  GArray *top = g_array_new (FALSE, TRUE, sizeof (SluiceTimelineEntry));
  g_autofree guint64 (*sums)[SLUICE_N_DIRECTIONS] = g_malloc0_n (timeline->movers->len + 1, sizeof *sums);
  guint nobody = timeline->movers->len;

  g_array_set_clear_func (top, timeline_entry_clear);
  for (guint s = find_slot (timeline, from); s < timeline->slots->len; s++)
    {
      const Slot *slot = &g_array_index (timeline->slots, Slot, s);
      guint first = slot->first_entry - timeline->dropped_entries;

      if (slot->time > to)
        break;
      for (guint e = first; e < first + slot->n_entries; e++)
        {
          const Entry *entry = &g_array_index (timeline->entries, Entry, e);
          guint number = entry->mover == NOBODY ? nobody : entry->mover;

          if (!in_scope (entry, interface_instance))
            continue;
          sums[number][SLUICE_RX] += entry->bytes[SLUICE_RX];
          sums[number][SLUICE_TX] += entry->bytes[SLUICE_TX];
        }
    }

  for (guint i = 0; i < nobody; i++)
    if (sums[i][SLUICE_RX] + sums[i][SLUICE_TX] > 0)
      {
        const Named *named = get_named (timeline, i);
        SluiceTimelineEntry entry = {
          .identity = g_ref_string_acquire (named->identity),
          .program = named->program != NULL ? sluice_program_ref (named->program) : NULL,
          .host = named->host != NULL ? sluice_host_ref (named->host) : NULL,
          .protocol = named->protocol,
          .bytes = { sums[i][SLUICE_RX], sums[i][SLUICE_TX] },
        };

        g_array_append_val (top, entry);
      }
  if (sums[nobody][SLUICE_RX] + sums[nobody][SLUICE_TX] > 0)
    {
      SluiceTimelineEntry entry = { .bytes = { sums[nobody][SLUICE_RX], sums[nobody][SLUICE_TX] } };

      g_array_append_val (top, entry);
    }
  return top;
}

/**
 * sluice_timeline_top:
 * @timeline: a timeline
 * @from: boot-time clock, µs
 * @to: boot-time clock, µs
 * @interface_instance: one link's, or 0 for the sum of the listed ones
 * @n_most: how many at the most; unattributed bytes come besides
 *
 * Who moved most between two moments, as sluice_timeline_sum() counts it.
 *
 * Returns: (transfer full) (element-type SluiceTimelineEntry): most first; unattributed bytes as there
 */
GArray *
sluice_timeline_top (SluiceTimeline *timeline, gint64 from, gint64 to, guint64 interface_instance, guint n_most)
{
  GArray *top = sluice_timeline_sum (timeline, from, to, interface_instance);
  SluiceTimelineEntry *entries = (SluiceTimelineEntry *) (gpointer) top->data;
  guint n = top->len;

  if (n > 0 && entries[n - 1].identity == NULL)
    n--;
  sluice_timeline_entries_select (entries, n, n_most, compare_entries, NULL);
  if (n > n_most)
    g_array_remove_range (top, n_most, n - n_most);
  return top;
}

/* What the layers of a stack moved in one slot, the first one at the bottom, and what they come to at the most. */
static void
append_layers (const Slot *slot,
               guint64 (*bytes)[SLUICE_N_DIRECTIONS],
               guint n,
               const SluicePoint *whole,
               SluiceSeries *const *series)
{
  SluicePoint point = { slot->time, slot->duration, 0, 0 };
  double per_second = (double) G_USEC_PER_SEC / slot->duration;

  for (guint i = 0; i < n; i++)
    {
      point.rx += bytes[i][SLUICE_RX] * per_second;
      point.tx += bytes[i][SLUICE_TX] * per_second;
      /* Estimates may come to more than there was. */
      if (whole != NULL)
        {
          point.rx = MIN (point.rx, whole->rx);
          point.tx = MIN (point.tx, whole->tx);
        }
      sluice_series_append (series[i], &point);
    }
}

/**
 * sluice_timeline_fill_stack:
 * @timeline: a timeline
 * @identities: (array length=n_identities): who moved; %NULL is nobody
 * @n_identities: how many
 * @interface_instance: one link's, or 0 for the sum of the listed ones
 * @whole: (nullable): what all together moved, which no layer exceeds
 * @after: boot-time clock, µs: only what is remembered of later times
 * @series: as many series as @identities: each takes the rates of its own and of all those before it
 */
void
sluice_timeline_fill_stack (SluiceTimeline *timeline,
                            const char *const *identities,
                            guint n_identities,
                            guint64 interface_instance,
                            const SluiceSeries *whole,
                            gint64 after,
                            SluiceSeries *const *series)
{
  g_autofree guint *layers = g_malloc0_n (timeline->movers->len + 1, sizeof *layers); /* by number: 1 is the first */
  g_autofree guint64 (*bytes)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n_identities, sizeof *bytes);
  guint length = whole != NULL ? sluice_series_get_length (whole) : 0;
  guint at = whole != NULL ? sluice_series_find (whole, after) : 0;

  for (guint i = 0; i < n_identities; i++)
    {
      gpointer number;

      if (identities[i] != NULL && g_hash_table_lookup_extended (timeline->by_identity, identities[i], NULL, &number))
        layers[GPOINTER_TO_UINT (number)] = i + 1;
    }
  for (guint s = find_slot (timeline, after); s < timeline->slots->len; s++)
    {
      const Slot *slot = &g_array_index (timeline->slots, Slot, s);
      guint first = slot->first_entry - timeline->dropped_entries;
      const SluicePoint *point;

      if (slot->duration <= 0)
        continue;
      memset (bytes, 0, n_identities * sizeof *bytes);
      for (guint e = first; e < first + slot->n_entries; e++)
        {
          const Entry *entry = &g_array_index (timeline->entries, Entry, e);
          guint layer = entry->mover != NOBODY ? layers[entry->mover] : 0;

          if (layer == 0 || !in_scope (entry, interface_instance))
            continue;
          bytes[layer - 1][SLUICE_RX] += entry->bytes[SLUICE_RX];
          bytes[layer - 1][SLUICE_TX] += entry->bytes[SLUICE_TX];
        }
      while (at < length && sluice_series_get_point (whole, at)->time < slot->time)
        at++;
      point = at < length ? sluice_series_get_point (whole, at) : NULL;
      append_layers (slot, bytes, n_identities, point != NULL && point->time == slot->time ? point : NULL, series);
    }
}

/**
 * sluice_timeline_fill_series:
 * @timeline: a timeline
 * @identity: who moved
 * @interface_instance: one link's, or 0 for the sum of the listed ones
 * @series: an empty series that takes the rates over all that is remembered
 */
void
sluice_timeline_fill_series (SluiceTimeline *timeline,
                             const char *identity,
                             guint64 interface_instance,
                             SluiceSeries *series)
{
  sluice_timeline_fill_stack (timeline, &identity, 1, interface_instance, NULL, G_MININT64, &series);
}
