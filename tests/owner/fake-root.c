#include "fake-root.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "owner/proc.h"

static int
remove_cb (const char *path, const struct stat *state, int kind, struct FTW *place)
{
  return remove (path);
}

char *
fake_root_path (FakeRoot *root, const char *path)
{
  return g_build_filename (root->path, path, NULL);
}

static char *
prepare (FakeRoot *root, const char *path)
{
  char *full = fake_root_path (root, path);
  g_autofree char *folder = g_path_get_dirname (full);

  g_assert_no_errno (g_mkdir_with_parents (folder, 0755));
  return full;
}

FakeRoot *
fake_root_new (void)
{
  FakeRoot *root = g_new0 (FakeRoot, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *made = g_dir_make_tmp ("sluice-root-XXXXXX", &error);

  g_assert_no_error (error);
  root->path = realpath (made, NULL);
  /* All capabilities: this process sees everyone there. */
  fake_root_write (root, "/proc/self/status", "Name:\ttest\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n", -1);
  g_free (prepare (root, "/proc/1/fd/0"));
  return root;
}

void
fake_root_free (FakeRoot *root)
{
  nftw (root->path, remove_cb, 16, FTW_DEPTH | FTW_PHYS);
  free (root->path);
  g_free (root);
}

void
fake_root_write (FakeRoot *root, const char *path, const char *text, gssize length)
{
  g_autofree char *full = prepare (root, path);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (full, text, length, &error);
  g_assert_no_error (error);
}

void
fake_root_link (FakeRoot *root, const char *path, const char *target)
{
  g_autofree char *full = prepare (root, path);

  unlink (full);
  g_assert_no_errno (symlink (target, full));
}

void
fake_root_remove (FakeRoot *root, const char *path)
{
  g_autofree char *full = fake_root_path (root, path);

  g_assert_no_errno (nftw (full, remove_cb, 16, FTW_DEPTH | FTW_PHYS));
}

void
fake_root_process (FakeRoot *root, const FakeProcess *process)
{
  const char *name = process->name != NULL ? process->name : "process";
  g_autofree char *folder = g_strdup_printf ("/proc/%d", process->pid);
  g_autofree char *descriptors = g_strconcat (root->path, folder, "/fd", NULL);
  g_autofree char *stat
      = g_strdup_printf ("%d (%s) S %d 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 %" G_GUINT64_FORMAT " 1 2 3\n",
                         process->pid, name, process->parent_pid, process->start_time);
  g_autofree char *status = g_strdup_printf ("Name:\tUid:\\n\nUid:\t%u\t%u\t%u\t%u\nCapEff:\t0\n", process->uid + 1,
                                             process->uid, process->uid, process->uid);
  g_autofree char *comm = g_strconcat (name, "\n", NULL);
  g_autofree char *arguments = g_strdup (process->arguments != NULL ? process->arguments : "");
  g_autofree char *working = process->folder != NULL ? fake_root_path (root, process->folder) : g_strdup (root->path);
  const struct
  {
    const char *file, *text;
    gssize length;
  } files[] = {
    { "stat", stat, -1 },
    { "status", status, -1 },
    { "comm", comm, -1 },
    { "cmdline", arguments, (gssize) strlen (arguments) },
    { "cgroup", process->cgroup != NULL ? process->cgroup : "0::/\n", -1 },
  };
  g_autofree char *executable = g_strconcat (folder, "/exe", NULL);
  g_autofree char *cwd = g_strconcat (folder, "/cwd", NULL);
  g_autofree char *own_root = g_strconcat (folder, "/root", NULL);

  g_strdelimit (arguments, "|", '\0');
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].file, NULL);

      fake_root_write (root, path, files[i].text, files[i].length);
    }
  if (process->executable != NULL)
    fake_root_link (root, executable, process->executable);
  fake_root_link (root, cwd, working);
  fake_root_link (root, own_root, root->path);
  g_assert_no_errno (g_mkdir_with_parents (descriptors, 0755));
}

void
fake_root_socket (FakeRoot *root, gint32 pid, guint descriptor, guint64 inode)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd/%u", pid, descriptor);
  g_autofree char *target = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", inode);

  fake_root_link (root, path, target);
}

void
fake_root_close (FakeRoot *root, gint32 pid, guint descriptor)
{
  g_autofree char *path = g_strdup_printf ("%s/proc/%d/fd/%u", root->path, pid, descriptor);

  g_assert_no_errno (unlink (path));
}

int
fake_root_open_proc (FakeRoot *root)
{
  g_autoptr (GError) error = NULL;
  int fd = sluice_proc_open (root->path, &error);

  g_assert_no_error (error);
  return fd;
}

int
fake_root_open (FakeRoot *root, gint32 pid)
{
  int proc = fake_root_open_proc (root);
  int fd = sluice_proc_open_process (proc, pid);

  g_assert_no_errno (fd);
  close (proc);
  return fd;
}
