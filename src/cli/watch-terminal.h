#pragma once

#include "cli/watch.h"

G_BEGIN_DECLS

/**
 * SluiceTerminal:
 *
 * The live view: a screen on a terminal, with its keys.
 */
typedef struct _SluiceTerminal SluiceTerminal;

/* The user wants other rows from now on. */
typedef void (*SluiceTerminalByFunc) (SluiceWatchBy by,
                                      gpointer user_data);
/* The user wants to leave. */
typedef void (*SluiceTerminalQuitFunc) (gpointer user_data);

SluiceTerminal *sluice_terminal_open          (const SluiceWatchOptions *options,
                                               SluiceTerminalByFunc      by_func,
                                               SluiceTerminalQuitFunc    quit_func,
                                               gpointer                  user_data);
void            sluice_terminal_close         (SluiceTerminal           *terminal);
void            sluice_terminal_update        (SluiceTerminal           *terminal,
                                               const SluiceTotals       *totals,
                                               const char               *fault);
void            sluice_terminal_handle_signal (SluiceTerminal           *terminal,
                                               int                       signal_number);

G_END_DECLS
