#pragma once

#include "engine/program-item-private.h"
#include "engine/program-tree.h"

G_BEGIN_DECLS

/* A process of a sample and where it stands in the table. */
typedef struct
{
  SluiceProgram *record; /* owned: keeps the key alive */
  SluiceProgramItem *process;
  SluiceProgramItem *program;
  gint64 last_seen;
  gboolean seen; /* in the sample that is being fed */
} SluiceTreeProcess;

/* What is done with a sample, in this order. */
typedef enum
{
  SLUICE_FEED_ROWS,
  SLUICE_FEED_RECORDS,
  SLUICE_FEED_PROCESSES,
  SLUICE_FEED_SWEEPS,
  SLUICE_FEED_PROGRAMS,
  SLUICE_FEED_PARTING,
  SLUICE_FEED_GROUPS,
  SLUICE_FEED_DONE,
} SluiceFeedStage;

/* A sample that is being fed, over as many turns of the main loop as it takes. Only its steps change the tables. */
typedef struct
{
  const SluiceSample *sample; /* not owned; NULL where none is being fed */
  SluiceInterfaceItem *scope; /* not owned */
  gboolean again;
  SluiceFeedStage stage;
  guint index;         /* the row to do next, or */
  GHashTableIter iter; /* the entry of the stage's table */
  GHashTable *leaving; /* SluiceProgramItem, owned: processes */
  GHashTable *left;    /* SluiceProgramItem: the programs that they leave */
  GPtrArray *over;     /* SluiceProgramItem: programs without a process */
  SluiceProgramItem *group; /* whose programs are summed up */
  guint64 total[SLUICE_N_DIRECTIONS];
} SluiceProgramFeed;

struct _SluiceProgramTree
{
  SluiceInterfaceList *interfaces; /* not owned */
  GHashTable *processes;           /* SluiceProgram → SluiceTreeProcess */
  GHashTable *programs;            /* identity → SluiceProgramItem */
  GHashTable *groups;              /* key → SluiceProgramItem */
  SluiceGroupBy group_by;
  GListStore *top;
  SluiceProgramClock *clock;
  SluiceProgramFeed feed;
};

SluiceTreeProcess *sluice_program_tree_take_process (SluiceProgramTree *self,
                                                     SluiceProgram     *record);
void               sluice_program_tree_renew        (SluiceProgramTree *self,
                                                     SluiceProgramItem *program,
                                                     SluiceProgram     *record);

/* See program-feed.c. */

void sluice_program_feed_clear       (SluiceProgramFeed  *feed);
void sluice_program_tree_feed_groups (SluiceProgramTree  *self,
                                      const SluiceSample *sample);

G_END_DECLS
