#include "capture/program-rows.h"

typedef struct
{
  guint32 program; /* its row */
  guint32 rtt_us;
} RoundTrip;

struct _SluiceProgramRows
{
  GHashTable *found; /* SluiceProgram → index + 1, of the sample in the making */
  GArray *round_trips; /* RoundTrip */
};

/**
 * sluice_program_rows_new:
 *
 * Returns: (transfer full): a maker of rows
 */
SluiceProgramRows *
sluice_program_rows_new (void)
{
  SluiceProgramRows *rows = g_new0 (SluiceProgramRows, 1);

  rows->found = g_hash_table_new (sluice_program_hash, sluice_program_equal);
  rows->round_trips = g_array_new (FALSE, FALSE, sizeof (RoundTrip));
  return rows;
}

void
sluice_program_rows_free (SluiceProgramRows *rows)
{
  g_hash_table_unref (rows->found);
  g_array_unref (rows->round_trips);
  g_free (rows);
}

/**
 * sluice_program_rows_get:
 * @rows: a maker of rows
 * @sample: the sample in the making
 * @program: a program
 *
 * Returns: which of the sample's programs it is; where it is none yet, its row is added
 */
guint32
sluice_program_rows_get (SluiceProgramRows *rows, SluiceSample *sample, SluiceProgram *program)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (rows->found, program));

  if (index == 0)
    {
      SluiceProgramRow row = { .program = sluice_program_ref (program) };

      g_array_append_val (sample->programs, row);
      index = sample->programs->len;
      g_hash_table_insert (rows->found, program, GUINT_TO_POINTER (index));
    }
  return index - 1;
}

/**
 * sluice_program_rows_add_round_trip:
 * @rows: a maker of rows
 * @program: the row of a program
 * @rtt_us: the round trip of one of its sockets, µs
 */
void
sluice_program_rows_add_round_trip (SluiceProgramRows *rows, guint32 program, guint32 rtt_us)
{
  const RoundTrip trip = { program, rtt_us };

  g_array_append_val (rows->round_trips, trip);
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

/**
 * sluice_program_rows_finish:
 * @rows: a maker of rows
 * @sample: the sample in the making, which has all its programs
 *
 * Fills in each program's round trip, the median of its sockets'. What comes next is of another sample.
 */
void
sluice_program_rows_finish (SluiceProgramRows *rows, SluiceSample *sample)
{
  g_array_sort (rows->round_trips, compare_round_trips);
  for (guint first = 0, i = 1; i <= rows->round_trips->len; i++)
    {
      const RoundTrip *trips = &g_array_index (rows->round_trips, RoundTrip, 0);

      if (i < rows->round_trips->len && trips[i].program == trips[first].program)
        continue;
      sluice_sample_program (sample, trips[first].program)->rtt_us = trips[first + (i - first) / 2].rtt_us;
      first = i;
    }
  g_hash_table_remove_all (rows->found);
  g_array_set_size (rows->round_trips, 0);
}
