#include "capture/source.h"

#include <time.h>
#include <unistd.h>

/* The kernel's overflow user, who stands for any other, and one beside it. */
#define NOBODY 65534
#define NOBODY_ELSE 65533

/**
 * sluice_source_get_time:
 *
 * Returns: the boot-time clock, which goes on while the machine sleeps, µs: what the @time of a sample is
 */
gint64
sluice_source_get_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/**
 * sluice_source_sees_everyone:
 * @owners: who holds which socket
 *
 * Returns: whether other users' programs can be found there
 */
gboolean
sluice_source_sees_everyone (SluiceOwnerTable *owners)
{
  return sluice_owner_table_may_see (owners, getuid () == NOBODY ? NOBODY_ELSE : NOBODY);
}
