#include "model/stack.h"

/* Who has a layer keeps it while among so many: two of the same size would change places all the time. */
#define KEPT (SLUICE_STACK_PARTS + 2)
/* An hour at the shortest interval that can be chosen. */
#define CAPACITY 7200

struct _SluiceStack
{
  SluiceTimeline *timeline; /* what was read last: to compare, not to look into */
  guint64 instance;
  char *identities[SLUICE_STACK_PARTS]; /* GRefString; NULL: nobody */
  SluiceSeries *series[SLUICE_STACK_PARTS];
};

/**
 * sluice_stack_new:
 *
 * Returns: (transfer full): a stack of nobody
 */
SluiceStack *
sluice_stack_new (void)
{
  SluiceStack *stack = g_new0 (SluiceStack, 1);

  for (guint i = 0; i < SLUICE_STACK_PARTS; i++)
    stack->series[i] = sluice_series_new (CAPACITY);
  return stack;
}

void
sluice_stack_free (SluiceStack *stack)
{
  for (guint i = 0; i < SLUICE_STACK_PARTS; i++)
    {
      g_clear_pointer (&stack->identities[i], g_ref_string_release);
      sluice_series_unref (stack->series[i]);
    }
  g_free (stack);
}

/**
 * sluice_stack_find:
 * @stack: a stack
 * @identity: (nullable): of an entry of the timeline
 *
 * Returns: its layer, 0 being at the bottom, or -1 where it is one of the others
 */
int
sluice_stack_find (SluiceStack *stack, const char *identity)
{
  for (guint i = 0; identity != NULL && i < SLUICE_STACK_PARTS; i++)
    if (g_strcmp0 (stack->identities[i], identity) == 0)
      return (int) i;
  return -1;
}

static gboolean
is_among (GArray *top, const char *identity)
{
  for (guint i = 0; i < top->len; i++)
    if (g_strcmp0 (g_array_index (top, SluiceTimelineEntry, i).identity, identity) == 0)
      return TRUE;
  return FALSE;
}

/* Gives the first of @top layers where they have none; whether any layer is another's. */
static gboolean
assign (SluiceStack *stack, GArray *top)
{
  gboolean changed = FALSE;
  guint next = 0;

  for (guint i = 0; i < SLUICE_STACK_PARTS; i++)
    if (stack->identities[i] != NULL && !is_among (top, stack->identities[i]))
      {
        g_clear_pointer (&stack->identities[i], g_ref_string_release);
        changed = TRUE;
      }
  for (guint i = 0; i < top->len; i++)
    {
      const SluiceTimelineEntry *entry = &g_array_index (top, SluiceTimelineEntry, i);

      while (next < SLUICE_STACK_PARTS && stack->identities[next] != NULL)
        next++;
      if (next == SLUICE_STACK_PARTS)
        break;
      if (entry->identity == NULL || sluice_stack_find (stack, entry->identity) >= 0)
        continue;
      stack->identities[next] = g_ref_string_acquire (entry->identity);
      changed = TRUE;
    }
  return changed;
}

/**
 * sluice_stack_update:
 * @stack: a stack
 * @timeline: who moved what
 * @interface_instance: one link's, or 0 for the sum of the listed ones
 * @whole: what all together moved over it
 * @from: boot-time clock, µs
 * @to: boot-time clock, µs
 *
 * Finds who moved most between two moments and takes in what is new.
 *
 * Returns: whether the series are others than before: layers have changed hands
 */
gboolean
sluice_stack_update (SluiceStack *stack,
                     SluiceTimeline *timeline,
                     guint64 interface_instance,
                     const SluiceSeries *whole,
                     gint64 from,
                     gint64 to)
{
  g_autoptr (GArray) top = sluice_timeline_top (timeline, from, to, interface_instance, KEPT);
  gboolean other = stack->timeline != timeline || stack->instance != interface_instance;
  const SluicePoint *last;

  if (other)
    for (guint i = 0; i < SLUICE_STACK_PARTS; i++)
      g_clear_pointer (&stack->identities[i], g_ref_string_release);
  stack->timeline = timeline;
  stack->instance = interface_instance;
  other |= assign (stack, top);
  for (guint i = 0; other && i < SLUICE_STACK_PARTS; i++)
    {
      sluice_series_unref (stack->series[i]);
      stack->series[i] = sluice_series_new (CAPACITY);
    }
  last = sluice_series_get_last (stack->series[0]);
  sluice_timeline_fill_stack (timeline, (const char *const *) stack->identities, SLUICE_STACK_PARTS, interface_instance,
                              whole, last != NULL ? last->time : G_MININT64, stack->series);
  return other;
}

/**
 * sluice_stack_get_identity:
 * @stack: a stack
 * @part: a layer, below %SLUICE_STACK_PARTS
 *
 * Returns: (transfer none) (nullable): whose it is
 */
const char *
sluice_stack_get_identity (SluiceStack *stack, guint part)
{
  g_return_val_if_fail (part < SLUICE_STACK_PARTS, NULL);

  return stack->identities[part];
}

/**
 * sluice_stack_get_series:
 * @stack: a stack
 * @part: a layer, below %SLUICE_STACK_PARTS
 *
 * Returns: (transfer none): the rates of the layer and of all those below it together
 */
SluiceSeries *
sluice_stack_get_series (SluiceStack *stack, guint part)
{
  g_return_val_if_fail (part < SLUICE_STACK_PARTS, NULL);

  return stack->series[part];
}
