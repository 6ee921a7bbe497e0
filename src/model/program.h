#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SLUICE_PROGRAM_PROCESS,     /* a process that the caller may see */
  SLUICE_PROGRAM_OTHER_USERS, /* all that the caller may not see, as one */
} SluiceProgramKind;

typedef enum
{
  SLUICE_APP_NONE,
  SLUICE_APP_DESKTOP,   /* started from a desktop file */
  SLUICE_APP_UNIT,      /* a systemd service */
  SLUICE_APP_FLATPAK,
  SLUICE_APP_SNAP,
  SLUICE_APP_CONTAINER, /* docker, podman, lxc, kubernetes, systemd-nspawn */
} SluiceAppKind;

/**
 * SluiceProgram:
 * @pid: process id, 0 where there is none
 * @start_time: clock ticks since boot (proc(5), stat field 22); with @pid it names one process for good
 * @uid: the user that the process runs as
 * @user: that user's name or number
 * @path: what the program is: the executable, or, for an interpreter, the script (where its first argument is a file)
 * @executable: the executable itself
 * @name: what people call it: the app's name where it has one, else the last part of @path
 * @command_line: sanitised, arguments joined by spaces, or %NULL
 * @parent_pid: or 0
 * @parent_name: or %NULL
 * @app_kind: what it belongs to
 * @app_id: desktop file id without ".desktop", unit name, Flatpak or Snap id, container id; %NULL for none
 * @app_name: what people call that, or %NULL
 * @icon_name: a themed icon's name, or %NULL
 * @unit: the systemd unit or scope in whose cgroup it runs, or %NULL
 * @identity: @app_kind, @app_id and @path as one text: two processes are the same program when it is equal
 *
 * Who sends and receives. Immutable and reference-counted, may be used from any thread. Every text is sanitised.
 * %NULL means unknown.
 */
typedef struct
{
  gatomicrefcount reference_count;
  SluiceProgramKind kind;
  gint32 pid;
  gint32 parent_pid;
  guint64 start_time;
  guint32 uid;
  SluiceAppKind app_kind;
  char *user;
  char *path;
  char *executable;
  char *name;
  char *command_line;
  char *parent_name;
  char *app_id;
  char *app_name;
  char *icon_name;
  char *unit;
  char *identity;
} SluiceProgram;

SluiceProgram *sluice_program_new          (void);
void           sluice_program_seal         (SluiceProgram       *program);
SluiceProgram *sluice_program_other_users  (void);
const char    *sluice_program_get_label    (const SluiceProgram *program);
SluiceProgram *sluice_program_ref          (SluiceProgram       *program);
void           sluice_program_unref        (SluiceProgram       *program);
gboolean       sluice_program_same_process (const SluiceProgram *a,
                                            const SluiceProgram *b);
guint          sluice_program_hash         (gconstpointer        program);
gboolean       sluice_program_equal        (gconstpointer        a,
                                            gconstpointer        b);
const char    *sluice_app_kind_name        (SluiceAppKind        kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceProgram, sluice_program_unref)

G_END_DECLS
