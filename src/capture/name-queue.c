#include "capture/name-queue.h"

#include <string.h>

#include "model/hash.h"

/* For how long the same name of the same address is not news, µs. */
#define NEWS_AGAIN (120 * G_USEC_PER_SEC)
/* Names that are remembered for that; a power of two. A collision only makes one be said twice. */
#define N_REMEMBERED 8192

typedef struct
{
  guint32 hashes[2];
  gint64 time;
} Remembered;

struct _SluiceNameQueue
{
  SluiceNameReport *names; /* SLUICE_REPORT_NAMES_MAX of them */
  guint n_names;
  Remembered *remembered; /* N_REMEMBERED of them, each in the place of its hash */
};

/**
 * sluice_name_queue_new:
 *
 * Returns: (transfer full): an empty queue
 */
SluiceNameQueue *
sluice_name_queue_new (void)
{
  SluiceNameQueue *queue = g_new0 (SluiceNameQueue, 1);

  queue->names = g_new0 (SluiceNameReport, SLUICE_REPORT_NAMES_MAX);
  queue->remembered = g_new0 (Remembered, N_REMEMBERED);
  return queue;
}

void
sluice_name_queue_free (SluiceNameQueue *queue)
{
  g_free (queue->names);
  g_free (queue->remembered);
  g_free (queue);
}

/**
 * sluice_name_queue_add:
 * @queue: a queue
 * @address: whose name it is
 * @source: where it comes from
 * @name: the name; one that is empty or too long for a report is none
 * @time: when it was learnt, µs since 1970
 * @slot: of the flow over which it was said
 * @generation: of that flow, which is news at any time; 0 where it was said of the address
 *
 * Where the queue is full the name is left out, and learnt when it is said again.
 */
void
sluice_name_queue_add (SluiceNameQueue *queue,
                       const SluiceAddress *address,
                       SluiceNameSource source,
                       const char *name,
                       gint64 time,
                       guint32 slot,
                       guint32 generation)
{
  SluiceNameReport *report = &queue->names[queue->n_names];
  gsize length = strnlen (name, sizeof report->name);
  Remembered *remembered;
  guint32 hashes[2];

  if (length == 0 || length == sizeof report->name || queue->n_names == SLUICE_REPORT_NAMES_MAX)
    return;
  hashes[0] = sluice_hash_memory (address, sizeof *address) + source;
  hashes[1] = sluice_hash_memory (name, length);
  remembered = &queue->remembered[(hashes[0] ^ hashes[1]) & (N_REMEMBERED - 1)];
  if (generation == 0 && memcmp (remembered->hashes, hashes, sizeof hashes) == 0
      && ABS (time - remembered->time) < NEWS_AGAIN)
    return;
  memcpy (remembered->hashes, hashes, sizeof hashes);
  remembered->time = time;

  memset (report, 0, sizeof *report);
  report->address = *address;
  report->source = source;
  report->time = time;
  report->slot = slot;
  report->generation = generation;
  memcpy (report->name, name, length);
  queue->n_names++;
}

/**
 * sluice_name_queue_get_length:
 * @queue: a queue
 *
 * Returns: how many names wait
 */
guint
sluice_name_queue_get_length (const SluiceNameQueue *queue)
{
  return queue->n_names;
}

/**
 * sluice_name_queue_take:
 * @queue: a queue
 * @names: an array of #SluiceNameReport
 *
 * Moves all that waits into @names.
 */
void
sluice_name_queue_take (SluiceNameQueue *queue, GArray *names)
{
  g_array_append_vals (names, queue->names, queue->n_names);
  queue->n_names = 0;
}
