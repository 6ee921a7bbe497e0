#include "app/command-line.h"

#include "sluice-config.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* The smallest window that shows everything, and more than any screen has. */
#define MIN_WIDTH 360
#define MIN_HEIGHT 294
#define MAX_LENGTH 16384
#define MAX_AFTER 3600.0

/**
 * sluice_command_line_is_page:
 * @name: any text
 *
 * Whether there is a page of that name.
 */
gboolean
sluice_command_line_is_page (const char *name)
{
  static const char *const pages[] = { "traffic", "programs", NULL };

  return g_strv_contains (pages, name);
}

static gboolean
parse_size (SluiceCommandLine *line,
            const char        *text,
            GError           **error)
{
  int used = 0;

  if (sscanf (text, "%5dx%5d%n", &line->width, &line->height, &used) == 2 && text[used] == '\0' &&
      line->width >= MIN_WIDTH && line->width <= MAX_LENGTH && line->height >= MIN_HEIGHT && line->height <= MAX_LENGTH)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("“%s” is no size of a window; give width and height in pixels, at least %dx%d, such as 1000x720."),
               text, MIN_WIDTH, MIN_HEIGHT);
  return FALSE;
}

static gboolean
check (SluiceCommandLine *line,
       GError           **error)
{
  if (line->page != NULL && !sluice_command_line_is_page (line->page))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("There is no page “%s”; the pages are traffic and programs."), line->page);
      return FALSE;
    }
  if (line->interface != NULL && if_nametoindex (line->interface) == 0)
    {
      /* Well said, but not so: what sluicectl says to it, too. */
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There is no network interface “%s”; “sluicectl interfaces” lists those that there are."),
                   line->interface);
      return FALSE;
    }
  if (!(line->after >= 0 && line->after <= MAX_AFTER))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--after takes seconds from 0 to %d."), (int) MAX_AFTER);
      return FALSE;
    }
  if (line->file != NULL && (line->background || line->page != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("A capture file is shown in the window, under Traffic; leave out --background and "
                              "--page."));
      return FALSE;
    }
  if (line->screenshot != NULL && line->background)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("--screenshot needs a window and --background shows none; give one of the two."));
      return FALSE;
    }
  return TRUE;
}

/**
 * sluice_command_line_parse:
 * @line: (out caller-allocates): what was asked for; to be cleared, also after an error
 * @arguments: (inout): the process's arguments; those understood are taken out
 * @error: one sentence that says what to do
 *
 * Ends the process for --help, as GLib does.
 *
 * Returns: %TRUE when everything was understood
 */
gboolean
sluice_command_line_parse (SluiceCommandLine *line,
                           char            ***arguments,
                           GError           **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_("[FILE]"));
  g_autofree char *size = NULL;
  g_autoptr (GError) problem = NULL;

  memset (line, 0, sizeof *line);
  {
    const GOptionEntry entries[] = {
      { "page", 'p', 0, G_OPTION_ARG_STRING, &line->page, N_("Show this page: traffic or programs"), N_("NAME") },
      { "interface", 'i', 0, G_OPTION_ARG_STRING, &line->interface, N_("Show this network interface"), N_("NAME") },
      { "background", 0, 0, G_OPTION_ARG_NONE, &line->background, N_("Measure without a window"), NULL },
      { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, &line->screenshot,
        N_("Write a picture of the window (PNG) and end"), N_("FILE") },
      { "after", 0, 0, G_OPTION_ARG_DOUBLE, &line->after, N_("Let the picture wait so long for traffic"),
        N_("SECONDS") },
      { "size", 0, 0, G_OPTION_ARG_STRING, &size, N_("Size of the window in pixels"), N_("WIDTHxHEIGHT") },
      { "version", 0, 0, G_OPTION_ARG_NONE, &line->version, N_("Print the version and end"), NULL },
      { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &line->service, NULL, NULL },
      { NULL },
    };

    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  }
  g_option_context_set_summary (context, _("Shows who on this machine talks to whom, how fast and how much."));

  if (!g_option_context_parse_strv (context, arguments, &problem))
    {
      /* GLib's sentence is translated and names the option; say where the right ones stand. */
      g_set_error (error, problem->domain, problem->code, _("%s; see “sluice --help”."), problem->message);
      return FALSE;
    }
  if (g_strv_length (*arguments) > 2)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _("One capture file is shown at a time; “%s” is one too many."), (*arguments)[2]);
      return FALSE;
    }
  if (g_strv_length (*arguments) > 1)
    line->file = g_file_new_for_commandline_arg ((*arguments)[1]);
  if (size != NULL && !parse_size (line, size, error))
    return FALSE;

  return check (line, error);
}

/**
 * sluice_command_line_clear:
 * @line: what was asked for
 *
 * Frees what @line holds, not itself.
 */
void
sluice_command_line_clear (SluiceCommandLine *line)
{
  g_clear_object (&line->file);
  g_clear_pointer (&line->page, g_free);
  g_clear_pointer (&line->interface, g_free);
  g_clear_pointer (&line->screenshot, g_free);
}
