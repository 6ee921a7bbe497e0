#pragma once

#include "owner/owner-table.h"
#include "owner/program-reader.h"

G_BEGIN_DECLS

#define SLUICE_DUE_NOW G_MININT64
#define SLUICE_NOT_DUE G_MAXINT64

/* A socket that a process was seen to hold, and where. */
typedef struct
{
  guint64 inode;
  guint32 descriptor;
} SluiceHeld;

/* A process whose descriptors may be read. */
typedef struct
{
  gint32 pid;
  gint32 parent_pid;
  guint64 start_time;     /* 0 until it is first looked at */
  char *executable;       /* raw; what @program was made from */
  guint arguments_hash;   /* an interpreter that executes itself anew is another program */
  SluiceProgram *program; /* NULL until it holds a socket that was asked for */
  GArray *held;           /* SluiceHeld, in the order of the descriptors; has every socket whose owner this is */
  guint listed;           /* the round that it was last there in */
  guint looked_at;        /* the round that it was last looked at in */
  guint claimed;          /* the round that it was last found to own something new in */
  gboolean has_skipped;   /* the last look took some descriptors for what they were before */
} SluiceProcess;

/* A socket that was asked for. */
typedef struct
{
  guint64 inode; /* first: g_int64_hash() reads it */
  SluiceProcess *owner;
  guint look;     /* the look that saw its owner hold it last */
  guint round;    /* and the round that this was in */
  guint n_misses; /* how often every process was looked through in vain */
  gint64 due;     /* when to search for it, SLUICE_NOT_DUE: when it is asked for again */
  gint64 asked_time;
  gboolean asked;
} SluiceOwnedSocket;

struct _SluiceOwnerTable
{
  char *root;
  int proc; /* descriptor, -1 while it cannot be opened */
  gboolean sees_everyone;
  guint32 uid;
  SluiceProgramReader *reader;
  GHashTable *processes; /* pid → SluiceProcess */
  GHashTable *sockets;   /* SluiceOwnedSocket, a set */
  guint n_missing;       /* sockets without an owner */
  gint64 next_due;       /* when the first of them is due */
  gint64 next_full_look;
  gint64 next_thorough_look;
  guint64 serial; /* of what lookups answer */
  guint round;    /* of looks, in one refresh */
  guint look;     /* at one process */
};

typedef enum
{
  SLUICE_LOOK_QUICK,    /* a descriptor that held a known socket is taken to hold it still */
  SLUICE_LOOK_THOROUGH, /* every descriptor is read */
  SLUICE_LOOK_FULL,     /* and the program too, and what was known before counts for nothing */
} SluiceLookKind;

gboolean       sluice_owner_table_open            (SluiceOwnerTable *table,
                                                   GError          **error);
gboolean       sluice_owner_table_list_processes  (SluiceOwnerTable *table,
                                                   GError          **error);
gboolean       sluice_owner_table_look_at         (SluiceOwnerTable *table,
                                                   SluiceProcess    *process,
                                                   SluiceLookKind    kind,
                                                   gint64            now,
                                                   GError          **error);
gboolean       sluice_owner_table_look_at_parents (SluiceOwnerTable *table,
                                                   SluiceProcess    *process,
                                                   gint64            now,
                                                   GError          **error);
SluiceProgram *sluice_owner_table_identify        (SluiceOwnerTable *table,
                                                   gint32            pid,
                                                   gint64            now);
guint64        sluice_owner_table_read_network    (SluiceOwnerTable *table,
                                                   const char       *name);
gint64         sluice_owner_thread_time           (void);

G_END_DECLS
