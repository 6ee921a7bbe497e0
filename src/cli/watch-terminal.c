#include "sluice-config.h"

#include "cli/watch-terminal.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NCURSES_NOMACROS
#include <curses.h>

#include "cli/output.h"
#include "cli/signals.h"
#include "cli/watch-screen.h"

/* A lone Escape is told from the start of a key's sequence by waiting this long, ms. */
#define ESCAPE_MS 50

struct _SluiceTerminal
{
  SluiceScreen *screen;
  const SluiceTotals *totals; /* of the last update; the caller's */
  SluiceTerminalByFunc by_func;
  SluiceTerminalQuitFunc quit_func;
  gpointer user_data;
  SCREEN *curses;
  FILE *keyboard;
  guint keyboard_source;
  gboolean colour;
};

static const struct
{
  attr_t attributes;
  short pair; /* as start_colours() made it */
} styles[SLUICE_N_STYLES] = {
  [SLUICE_STYLE_NORMAL] = { A_NORMAL, 0 },
  [SLUICE_STYLE_BOLD] = { A_BOLD, 0 },
  [SLUICE_STYLE_DIM] = { A_DIM, 0 },
  [SLUICE_STYLE_DOWNLOAD] = { A_NORMAL, 1 },
  [SLUICE_STYLE_UPLOAD] = { A_NORMAL, 2 },
  [SLUICE_STYLE_HEADING] = { A_REVERSE, 0 },
  [SLUICE_STYLE_SORTED] = { A_REVERSE | A_BOLD, 0 },
  [SLUICE_STYLE_KEY] = { A_BOLD, 0 },
  [SLUICE_STYLE_WARNING] = { A_BOLD, 3 },
};

static void
start_colours (SluiceTerminal *terminal)
{
  terminal->colour = sluice_output_has_colour () && has_colors () && start_color () == OK;
  if (!terminal->colour)
    return;
  use_default_colors ();
  /* Blue and orange as in the window, in shades that can be read on black and on white. */
  init_pair (1, COLORS >= 256 ? 33 : COLOR_CYAN, -1);
  init_pair (2, COLORS >= 256 ? 166 : COLOR_YELLOW, -1);
  init_pair (3, COLOR_RED, -1);
}

static void
draw (SluiceTerminal *terminal)
{
  int height = getmaxy (stdscr);
  int width = getmaxx (stdscr);
  g_autoptr (GPtrArray) lines = NULL;

  if (height < 1 || width < 1)
    return;
  lines = sluice_screen_draw (terminal->screen, (guint) width, (guint) height);
  erase ();
  for (guint y = 0; y < lines->len; y++)
    {
      const GArray *spans = g_ptr_array_index (lines, y);

      move ((int) y, 0);
      for (guint i = 0; i < spans->len; i++)
        {
          const SluiceSpan *span = &g_array_index (spans, SluiceSpan, i);
          g_autofree char *text = sluice_output_to_locale (span->text);

          attr_set (styles[span->style].attributes, terminal->colour ? styles[span->style].pair : 0, NULL);
          addstr (text);
        }
    }
  attr_set (A_NORMAL, 0, NULL);
  refresh ();
}

static gunichar
translate_key (wint_t key,
               int kind)
{
  static const struct
  {
    wint_t curses;
    gunichar ours;
  } keys[] = {
    { KEY_UP, SLUICE_KEY_UP },
    { KEY_DOWN, SLUICE_KEY_DOWN },
    { KEY_LEFT, SLUICE_KEY_LEFT },
    { KEY_RIGHT, SLUICE_KEY_RIGHT },
    { KEY_PPAGE, SLUICE_KEY_PAGE_UP },
    { KEY_NPAGE, SLUICE_KEY_PAGE_DOWN },
    { KEY_HOME, SLUICE_KEY_HOME },
    { KEY_END, SLUICE_KEY_END },
    { KEY_ENTER, SLUICE_KEY_ENTER },
    { KEY_BACKSPACE, SLUICE_KEY_BACKSPACE },
  };

  if (kind == KEY_CODE_YES)
    {
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        if (keys[i].curses == key)
          return keys[i].ours;
      return 0;
    }
  if (key == '\n' || key == '\r')
    return SLUICE_KEY_ENTER;
  if (key == 0x1b)
    return SLUICE_KEY_ESCAPE;
  if (key == 0x7f || key == 0x08)
    return SLUICE_KEY_BACKSPACE;
  return (gunichar) key;
}

/* Returns whether the terminal is still there. */
static gboolean
press (SluiceTerminal *terminal,
       gunichar key)
{
  switch (sluice_screen_key (terminal->screen, key))
    {
    case SLUICE_SCREEN_QUIT:
      /* May close the terminal. */
      terminal->quit_func (terminal->user_data);
      return FALSE;
    case SLUICE_SCREEN_BY:
      terminal->by_func (sluice_screen_get_by (terminal->screen), terminal->user_data);
      if (terminal->totals != NULL)
        sluice_screen_show (terminal->screen, terminal->totals, NULL);
      draw (terminal);
      return TRUE;
    case SLUICE_SCREEN_CHANGED:
      draw (terminal);
      return TRUE;
    case SLUICE_SCREEN_IGNORED:
    default:
      return TRUE;
    }
}

static gboolean
keyboard_cb (int fd,
             GIOCondition condition,
             gpointer user_data)
{
  SluiceTerminal *terminal = user_data;
  wint_t key;
  int kind;

  if ((condition & G_IO_IN) == 0)
    {
      /* The terminal went away; SIGHUP tells us what to do about it. */
      terminal->keyboard_source = 0;
      return G_SOURCE_REMOVE;
    }
  while ((kind = get_wch (&key)) != ERR)
    if (!press (terminal, translate_key (key, kind)))
      return G_SOURCE_CONTINUE;
  return G_SOURCE_CONTINUE;
}

/* Where the keys come from: standard input may well be something else. */
static FILE *
open_keyboard (void)
{
  int fd;

  if (isatty (STDIN_FILENO))
    fd = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  else
    fd = open ("/dev/tty", O_RDONLY | O_CLOEXEC);
  return fd >= 0 ? fdopen (fd, "r") : NULL;
}

/**
 * sluice_terminal_open:
 * @options: what to show at first
 * @by_func: told when other rows are wanted
 * @quit_func: told when the user wants to leave
 * @user_data: for both
 *
 * Takes standard output over for the live view.
 *
 * Returns: (transfer full) (nullable): the view; %NULL where the terminal cannot do it, or has no keyboard to leave by
 */
SluiceTerminal *
sluice_terminal_open (const SluiceWatchOptions *options,
                      SluiceTerminalByFunc by_func,
                      SluiceTerminalQuitFunc quit_func,
                      gpointer user_data)
{
  FILE *keyboard = open_keyboard ();
  SCREEN *curses = keyboard != NULL ? newterm (NULL, stdout, keyboard) : NULL;
  SluiceTerminal *terminal;

  if (curses == NULL)
    {
      g_clear_pointer (&keyboard, fclose);
      return NULL;
    }
  terminal = g_new0 (SluiceTerminal, 1);
  terminal->screen = sluice_screen_new (options->by, options->top, sluice_output_is_unicode ());
  terminal->by_func = by_func;
  terminal->quit_func = quit_func;
  terminal->user_data = user_data;
  terminal->curses = curses;
  terminal->keyboard = keyboard;

  start_colours (terminal);
  cbreak ();
  noecho ();
  nonl ();
  curs_set (0);
  set_escdelay (ESCAPE_MS);
  keypad (stdscr, TRUE);
  nodelay (stdscr, TRUE);
  terminal->keyboard_source = g_unix_fd_add (fileno (keyboard), G_IO_IN | G_IO_HUP | G_IO_ERR, keyboard_cb, terminal);
  sluice_signals_add (SIGWINCH);
  sluice_signals_add (SIGTSTP);
  draw (terminal);
  return terminal;
}

/**
 * sluice_terminal_close:
 *
 * Gives the terminal back as it was.
 */
void
sluice_terminal_close (SluiceTerminal *terminal)
{
  g_clear_handle_id (&terminal->keyboard_source, g_source_remove);
  endwin ();
  delscreen (terminal->curses);
  fclose (terminal->keyboard);
  sluice_screen_free (terminal->screen);
  g_free (terminal);
}

/**
 * sluice_terminal_update:
 * @terminal: a view
 * @totals: with one more sample in them; must stay until the next update or the end
 * @fault: (nullable): what could not be read, in one sentence
 */
void
sluice_terminal_update (SluiceTerminal *terminal,
                        const SluiceTotals *totals,
                        const char *fault)
{
  terminal->totals = totals;
  sluice_screen_update (terminal->screen, totals, fault);
  draw (terminal);
}

/**
 * sluice_terminal_handle_signal:
 * @terminal: a view
 * @signal_number: SIGWINCH or SIGTSTP
 *
 * Follows the terminal's new size, or leaves it to the shell until the user comes back.
 */
void
sluice_terminal_handle_signal (SluiceTerminal *terminal,
                               int signal_number)
{
  struct winsize size;

  if (signal_number == SIGTSTP)
    {
      endwin ();
      kill (getpid (), SIGSTOP);
    }
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    resizeterm (size.ws_row, size.ws_col);
  clearok (curscr, TRUE);
  draw (terminal);
}
