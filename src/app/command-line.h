#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SluiceCommandLine:
 * @file: a capture file to show, or %NULL
 * @page: the page to show, or %NULL for the one shown last
 * @interface: the interface to show, or %NULL for the one shown last
 * @screenshot: where to write a picture, or %NULL
 * @width: of the window, in pixels; 0 is the one it had last
 * @height: likewise
 * @after: how long a picture waits once there is traffic to see, in seconds
 * @background: no window
 * @service: started by D-Bus: nothing is shown until it is asked for
 * @version: print the version and end
 *
 * What was asked for on the command line, checked.
 */
typedef struct
{
  GFile *file;
  char *page;
  char *interface;
  char *screenshot;
  int width;
  int height;
  double after;
  gboolean background;
  gboolean service;
  gboolean version;
} SluiceCommandLine;

gboolean sluice_command_line_parse   (SluiceCommandLine *line,
                                      char            ***arguments,
                                      GError           **error);
void     sluice_command_line_clear   (SluiceCommandLine *line);
gboolean sluice_command_line_is_page (const char        *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceCommandLine, sluice_command_line_clear)

G_END_DECLS
