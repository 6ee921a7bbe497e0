#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What every command ends with; scripts rely on these. */
typedef enum
{
  SLUICE_EXIT_OK = 0,
  SLUICE_EXIT_ERROR = 1,
  SLUICE_EXIT_USAGE = 2,
  SLUICE_EXIT_PERMISSION = 3,
} SluiceExit;

/**
 * SluiceCommand:
 * @name: the word after "sluicectl"
 * @summary: what it does, in one line, not yet translated
 * @run: does it, with @argv[0] the command's name
 */
typedef struct
{
  const char *name;
  const char *summary;
  SluiceExit (*run) (char **argv);
} SluiceCommand;

SluiceExit sluice_analyze_command_run    (char **argv);
SluiceExit sluice_doctor_command_run     (char **argv);
SluiceExit sluice_interfaces_command_run (char **argv);
SluiceExit sluice_watch_command_run      (char **argv);

SluiceExit sluice_command_fail            (SluiceExit          code,
                                           const char         *format,
                                           ...) G_GNUC_PRINTF (2, 3);
SluiceExit sluice_command_fail_output     (const GError       *error);
SluiceExit sluice_command_fail_engine     (const GError       *error);
SluiceExit sluice_command_print           (const char         *text);
SluiceExit sluice_command_print_bytes     (const char         *text);
SluiceExit sluice_command_refuse_word     (const char         *word);
gboolean   sluice_command_parse_arguments (char              **argv,
                                           const char         *arguments,
                                           const char         *summary,
                                           const char         *description,
                                           const GOptionEntry *entries,
                                           char             ***words_out,
                                           SluiceExit         *exit_out);
gboolean   sluice_command_parse           (char              **argv,
                                           const char         *arguments,
                                           const char         *summary,
                                           const char         *description,
                                           const GOptionEntry *entries,
                                           SluiceExit         *exit_out);
void       sluice_command_format_time     (gint64              wall_time,
                                           double             *seconds_out,
                                           char              **date_out);

G_END_DECLS
