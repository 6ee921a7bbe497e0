#include "sluice-config.h"

#include "cli/watch-terminal.h"

/* Built without ncurses: there never is a live view, and plain lines are printed instead. */

/**
 * sluice_terminal_open:
 *
 * Returns: %NULL
 */
SluiceTerminal *
sluice_terminal_open (const SluiceWatchOptions *options,
                      SluiceTerminalByFunc by_func,
                      SluiceTerminalQuitFunc quit_func,
                      gpointer user_data)
{
  return NULL;
}

/**
 * sluice_terminal_close:
 *
 * Never called.
 */
void
sluice_terminal_close (SluiceTerminal *terminal)
{
  g_assert_not_reached ();
}

/**
 * sluice_terminal_update:
 *
 * Never called.
 */
void
sluice_terminal_update (SluiceTerminal *terminal,
                        const SluiceTotals *totals,
                        const char *fault)
{
  g_assert_not_reached ();
}

/**
 * sluice_terminal_handle_signal:
 *
 * Never called.
 */
void
sluice_terminal_handle_signal (SluiceTerminal *terminal,
                               int signal_number)
{
  g_assert_not_reached ();
}
