#pragma once

#include "engine/program-item.h"

G_BEGIN_DECLS

/* No link has this instance: the totals were set by sluice_program_item_set_total(). */
#define SLUICE_TOTAL_IS_SET G_MAXUINT64

/*
 * Which samples were begun and which are done, by number; in a reference-counted box. A sample of many programs is fed
 * over several turns of the main loop and becomes visible in all of them at one moment.
 */
typedef struct
{
  guint64 begun;
  guint64 done;
} SluiceProgramClock;

/* What only the live model may do to an item: see program-item.c. */

SluiceProgramItem  *sluice_program_item_new              (SluiceItemLevel     level,
                                                          SluiceProgram      *program,
                                                          const char         *identity,
                                                          const char         *name);
GListStore         *sluice_program_item_get_store        (SluiceProgramItem  *self);
void                sluice_program_item_follow           (SluiceProgramItem  *self,
                                                          SluiceProgramClock *clock);
gboolean            sluice_program_item_is_over          (SluiceProgramItem  *self);
void                sluice_program_item_begin            (SluiceProgramItem  *self);
void                sluice_program_item_add_bytes        (SluiceProgramItem  *self,
                                                          guint64             instance,
                                                          const guint64       bytes[SLUICE_N_DIRECTIONS]);
void                sluice_program_item_rename_interface (SluiceProgramItem  *self,
                                                          guint64             before,
                                                          guint64             now);
SluiceProgramStats *sluice_program_item_edit             (SluiceProgramItem  *self);
void                sluice_program_item_set_total        (SluiceProgramItem  *self,
                                                          const guint64       bytes[SLUICE_N_DIRECTIONS]);
void                sluice_program_item_end              (SluiceProgramItem  *self,
                                                          guint64             scope,
                                                          const SluicePoint  *span,
                                                          gboolean            keep_series);
void                sluice_program_item_renew_program    (SluiceProgramItem  *self,
                                                          SluiceProgram      *program);
void                sluice_program_item_forget_series    (SluiceProgramItem  *self);

G_END_DECLS
