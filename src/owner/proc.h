#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kernel cuts a process's own name at 15 bytes, a kernel worker's at 63. */
#define SLUICE_PROC_NAME_SIZE 64

/**
 * SluiceProcStat:
 * @parent_pid: or 0
 * @start_time: clock ticks since boot
 * @name: the kernel's name for the process; raw, it may hold anything
 */
typedef struct
{
  gint32 parent_pid;
  guint64 start_time;
  char name[SLUICE_PROC_NAME_SIZE];
} SluiceProcStat;

/**
 * SluiceProcEntries:
 * @fd: the folder's descriptor
 * @name: the text of the number found last
 *
 * A walk over the numbered entries of a folder: processes in /proc, descriptors in /proc/PID/fd. It lives on the stack
 * and allocates nothing.
 */
typedef struct
{
  int fd;
  const char *name;
  gssize length;
  gssize at;
  char buffer[16384] __attribute__ ((aligned (8)));
} SluiceProcEntries;

int      sluice_proc_open            (const char        *root,
                                      GError           **error);
gboolean sluice_proc_fail            (const char        *root,
                                      int                code,
                                      GError           **error);
int      sluice_proc_open_process    (int                proc,
                                      gint32             pid);
gboolean sluice_proc_entries_open    (SluiceProcEntries *entries,
                                      int                folder,
                                      const char        *name);
gboolean sluice_proc_entries_next    (SluiceProcEntries *entries,
                                      guint32           *number);
void     sluice_proc_entries_close   (SluiceProcEntries *entries);
guint64  sluice_proc_socket          (int                folder,
                                      const char        *name);
gboolean sluice_proc_parse_stat      (const char        *text,
                                      SluiceProcStat    *stat);
gboolean sluice_proc_read_stat       (int                process,
                                      SluiceProcStat    *stat);
gboolean sluice_proc_read_uid        (int                process,
                                      guint32           *uid);
char    *sluice_proc_read_name       (int                proc,
                                      gint32             pid);
char    *sluice_proc_read_executable (int                process);
char   **sluice_proc_read_arguments  (int                process);
char    *sluice_proc_parse_cgroup    (const char        *text);
char    *sluice_proc_read_cgroup     (int                process);
char    *sluice_proc_find_file       (int                process,
                                      const char        *argument);
guint64  sluice_proc_read_network    (int                process);
gboolean sluice_proc_sees_everyone   (int                proc);

G_END_DECLS
