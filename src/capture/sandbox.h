#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What a process that locks itself up has come to. */
typedef enum
{
  SLUICE_SANDBOX_CLOSED,       /* all of it is done and proven */
  SLUICE_SANDBOX_MEMORY,       /* where it stuck: giving up shared memory, and memory without a limit */
  SLUICE_SANDBOX_DESCRIPTORS,  /* … open files */
  SLUICE_SANDBOX_FILES,        /* … the file system */
  SLUICE_SANDBOX_USER,         /* … the user */
  SLUICE_SANDBOX_CAPABILITIES, /* … capabilities */
  SLUICE_SANDBOX_PARENT,       /* … being tied to its parent's life */
  SLUICE_SANDBOX_FILTER,       /* … system calls */
  SLUICE_SANDBOX_PROOF,        /* … the proof: what must fail did not */
  SLUICE_SANDBOX_N_STAGES,
} SluiceSandboxStage;

int                sluice_sandbox_open_nowhere (void);
SluiceSandboxStage sluice_sandbox_enter        (int                nowhere,
                                                const int         *keep,
                                                guint              n_keep,
                                                int                socket,
                                                pid_t              parent,
                                                int               *errno_out);
char              *sluice_sandbox_explain      (SluiceSandboxStage stage,
                                                int                code);

G_END_DECLS
