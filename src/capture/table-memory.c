#include "capture/table-memory.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/**
 * sluice_table_memory_new:
 * @length: bytes, many
 *
 * Memory for a table that is read and written all over: with pages of 4 KiB each access costs a walk through the page
 * table, so larger ones are asked for. Pages that are never used cost nothing. Aborts where there is not even that.
 *
 * Returns: (transfer full): zeroed, for g_free()
 */
gpointer
sluice_table_memory_new (gsize length)
{
  gpointer memory = g_malloc0 (length);
#ifdef MADV_HUGEPAGE
  guintptr page = (guintptr) sysconf (_SC_PAGESIZE);
  guintptr begin = ((guintptr) memory + page - 1) & ~(page - 1);
  guintptr end = ((guintptr) memory + length) & ~(page - 1);

  if (end > begin && madvise ((gpointer) begin, end - begin, MADV_HUGEPAGE) != 0)
    g_debug ("no huge pages: %s", g_strerror (errno));
#endif
  return memory;
}
