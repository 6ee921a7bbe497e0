#include "owner/namespaces.h"

#include "owner/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

/* A look at which namespaces there are reads a link of every process: at most so often, and no more than one part in
 * so many of the time. */
#define SEARCH_INTERVAL (2 * G_USEC_PER_SEC)
#define SEARCH_SHARE 50

typedef struct
{
  guint64 inode; /* names the namespace */
  SluiceSockDiag *sockets;
  SluiceSocketIndex *index;
  guint search; /* the search that found it last */
} Namespace;

struct _SluiceNamespaces
{
  int proc; /* -1: cannot be read */
  guint64 own;
  GArray *found; /* Namespace */
  gboolean sees_all;
  guint search;
  gint64 next_search;
};

static void
namespace_clear (gpointer data)
{
  Namespace *namespace = data;

  g_clear_pointer (&namespace->sockets, sluice_sock_diag_free);
  g_clear_pointer (&namespace->index, sluice_socket_index_free);
}

/**
 * sluice_namespaces_new:
 * @root: the folder that holds `proc`, "/" but in tests
 *
 * Returns: (transfer full): a list that has not looked yet
 */
SluiceNamespaces *
sluice_namespaces_new (const char *root)
{
  SluiceNamespaces *namespaces = g_new0 (SluiceNamespaces, 1);
  int self;

  namespaces->found = g_array_new (FALSE, TRUE, sizeof (Namespace));
  g_array_set_clear_func (namespaces->found, namespace_clear);
  namespaces->proc = sluice_proc_open (root, NULL);
  self = namespaces->proc >= 0 ? openat (namespaces->proc, "thread-self", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (self >= 0)
    {
      namespaces->own = sluice_proc_read_network (self);
      close (self);
    }
  return namespaces;
}

void
sluice_namespaces_free (SluiceNamespaces *namespaces)
{
  if (namespaces->proc >= 0)
    close (namespaces->proc);
  g_array_unref (namespaces->found);
  g_free (namespaces);
}

/* A thread of its own enters the namespace, opens the socket, which stays there, and ends: nobody else is ever
 * elsewhere, and there is nothing to restore. */
static gpointer
enter_thread (gpointer data)
{
  int *namespace = data;

  return setns (*namespace, CLONE_NEWNET) == 0 ? sluice_sock_diag_new (NULL) : NULL;
}

static SluiceSockDiag *
open_sockets (int process)
{
  int namespace = openat (process, "ns/net", O_RDONLY | O_CLOEXEC);
  SluiceSockDiag *sockets = NULL;
  GThread *thread;

  if (namespace < 0)
    return NULL;
  thread = g_thread_try_new ("namespace", enter_thread, &namespace, NULL);
  if (thread != NULL)
    sockets = g_thread_join (thread);
  close (namespace);
  return sockets;
}

static Namespace *
find_namespace (SluiceNamespaces *namespaces, guint64 inode)
{
  for (guint i = 0; i < namespaces->found->len; i++)
    if (g_array_index (namespaces->found, Namespace, i).inode == inode)
      return &g_array_index (namespaces->found, Namespace, i);
  return NULL;
}

static void
look_at (SluiceNamespaces *namespaces, guint32 pid)
{
  int process = sluice_proc_open_process (namespaces->proc, (gint32) pid);
  guint64 inode = process >= 0 ? sluice_proc_read_network (process) : 0;
  Namespace *known = inode != 0 ? find_namespace (namespaces, inode) : NULL;

  if (known != NULL)
    {
      known->search = namespaces->search;
    }
  else if (inode != 0 && inode != namespaces->own)
    {
      Namespace added = { .inode = inode, .search = namespaces->search };

      if (namespaces->found->len < SLUICE_NAMESPACES_MAX)
        added.sockets = open_sockets (process);
      if (added.sockets != NULL)
        {
          added.index = sluice_socket_index_new ();
          g_array_append_val (namespaces->found, added);
        }
      else
        {
          namespaces->sees_all = FALSE;
        }
    }
  else if (process >= 0 && inode == 0 && (errno == EACCES || errno == EPERM))
    {
      namespaces->sees_all = FALSE;
    }
  if (process >= 0)
    close (process);
}

static void
search (SluiceNamespaces *namespaces, gint64 now)
{
  gint64 begin = g_get_monotonic_time ();
  SluiceProcEntries entries;
  guint32 pid;

  if (namespaces->proc < 0 || namespaces->own == 0 || !sluice_proc_entries_open (&entries, namespaces->proc, "."))
    return;
  namespaces->search++;
  namespaces->sees_all = TRUE;
  while (sluice_proc_entries_next (&entries, &pid))
    look_at (namespaces, pid);
  sluice_proc_entries_close (&entries);
  for (guint i = namespaces->found->len; i > 0; i--)
    if (g_array_index (namespaces->found, Namespace, i - 1).search != namespaces->search)
      g_array_remove_index_fast (namespaces->found, i - 1);
  namespaces->next_search = now + MAX (SEARCH_INTERVAL, SEARCH_SHARE * (g_get_monotonic_time () - begin));
}

/**
 * sluice_namespaces_read:
 * @namespaces: a list
 * @now: monotonic time, µs
 *
 * Lists the sockets of every other namespace that may be entered, which takes CAP_SYS_ADMIN; now and then it looks
 * which there are. A namespace that nobody lives in any more is forgotten.
 */
void
sluice_namespaces_read (SluiceNamespaces *namespaces, gint64 now)
{
  if (now >= namespaces->next_search)
    search (namespaces, now);
  for (guint i = 0; i < namespaces->found->len; i++)
    {
      Namespace *namespace = &g_array_index (namespaces->found, Namespace, i);

      sluice_socket_index_begin (namespace->index);
      sluice_socket_index_end (namespace->index,
                               sluice_socket_index_list (namespace->index, namespace->sockets, NULL));
    }
}

/**
 * sluice_namespaces_see_all:
 * @namespaces: a list
 *
 * Returns: whether every namespace that a process lives in could be entered when they were last searched for
 */
gboolean
sluice_namespaces_see_all (SluiceNamespaces *namespaces)
{
  return namespaces->sees_all;
}

/**
 * sluice_namespaces_get_size:
 * @namespaces: a list
 *
 * Returns: how many other namespaces are seen
 */
guint
sluice_namespaces_get_size (SluiceNamespaces *namespaces)
{
  return namespaces->found->len;
}

/**
 * sluice_namespaces_get:
 * @namespaces: a list
 * @i: less than its size
 *
 * Returns: (transfer none): the sockets of one namespace, valid until the next read
 */
SluiceSocketIndex *
sluice_namespaces_get (SluiceNamespaces *namespaces, guint i)
{
  return g_array_index (namespaces->found, Namespace, i).index;
}
