#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder that looks like "/" to the code under test: processes that a test makes up, desktop files, users. */
typedef struct
{
  char *path;
} FakeRoot;

/* What a process of a fake /proc says of itself; zero fields say what most do. */
typedef struct
{
  gint32 pid;
  gint32 parent_pid;
  guint64 start_time;
  guint32 uid;
  const char *name; /* "process" */
  const char *executable; /* none */
  const char *arguments; /* each ends in "|" */
  const char *cgroup; /* "0::/\n" */
  const char *folder; /* working folder, as in the fake root; "/" */
} FakeProcess;

FakeRoot *fake_root_new (void);
void fake_root_free (FakeRoot *root);
char *fake_root_path (FakeRoot *root,
                      const char *path);
void fake_root_write (FakeRoot *root,
                      const char *path,
                      const char *text,
                      gssize length);
void fake_root_link (FakeRoot *root,
                     const char *path,
                     const char *target);
void fake_root_remove (FakeRoot *root,
                       const char *path);
void fake_root_process (FakeRoot *root,
                        const FakeProcess *process);
void fake_root_socket (FakeRoot *root,
                       gint32 pid,
                       guint descriptor,
                       guint64 inode);
void fake_root_close (FakeRoot *root,
                      gint32 pid,
                      guint descriptor);
int fake_root_open_proc (FakeRoot *root);
int fake_root_open (FakeRoot *root,
                    gint32 pid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeRoot, fake_root_free)

G_END_DECLS
