#include "sluice-config.h"

#include "cli/command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/output.h"
#include "engine/engine.h"
#include "model/text.h"

/**
 * sluice_command_fail:
 * @code: what the program is to end with
 * @format: one sentence: what happened and what to do
 *
 * Says on standard error why a command cannot go on.
 *
 * Returns: @code
 */
SluiceExit
sluice_command_fail (SluiceExit code,
                     const char *format,
                     ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  sluice_output_complain (message);
  return code;
}

/**
 * sluice_command_fail_output:
 * @error: from sluice_output_write()
 *
 * A reader that went away has seen enough and is no error; a disk that is full is one.
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_command_fail_output (const GError *error)
{
  if (g_error_matches (error, SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_CLOSED))
    return SLUICE_EXIT_OK;
  return sluice_command_fail (SLUICE_EXIT_ERROR, "%s", error->message);
}

/**
 * sluice_command_fail_engine:
 * @error: from sluice_engine_start()
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_command_fail_engine (const GError *error)
{
  if (g_error_matches (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_PERMISSION))
    return sluice_command_fail (SLUICE_EXIT_PERMISSION, "%s", error->message);
  if (g_error_matches (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_USAGE))
    return sluice_command_fail (SLUICE_EXIT_USAGE, "%s", error->message);
  return sluice_command_fail (SLUICE_EXIT_ERROR, "%s", error->message);
}

/**
 * sluice_command_print_bytes:
 * @text: UTF-8 for machines, whatever the locale
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_command_print_bytes (const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!sluice_output_write (text, strlen (text), &error))
    return sluice_command_fail_output (error);
  return SLUICE_EXIT_OK;
}

/**
 * sluice_command_print:
 * @text: UTF-8 for people, all that the command has to say
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_command_print (const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!sluice_output_write_text (text, &error))
    return sluice_command_fail_output (error);
  return SLUICE_EXIT_OK;
}

/* GLib's sentences name the option, but for a word that it cannot read at all. */
static SluiceExit
fail_option (const GError *error,
             const char *program)
{
  g_autofree char *message = sluice_text_sanitise (error->message, -1, SLUICE_NAME_MAX);
  const char *charset = NULL;

  g_get_charset (&charset);
  if (error->domain == G_CONVERT_ERROR)
    return sluice_command_fail (SLUICE_EXIT_USAGE,
                                _("A word of the command line is not in the character set of the locale, %s; write it "
                                   "in that, or set LANG to another."),
                                charset);
  return sluice_command_fail (SLUICE_EXIT_USAGE, _("%s; “%s --help” lists the options."), message, program);
}

/**
 * sluice_command_parse_arguments:
 * @argv: the command's name and what follows it
 * @arguments: (nullable): what stands after the options in the usage line
 * @summary: one sentence for --help
 * @description: (nullable): what follows the options in --help
 * @entries: the options
 * @words_out: (out) (transfer full): what is no option, without the command's name
 * @exit_out: (out): what to end with when %FALSE is returned
 *
 * Parses the options of a command. Unlike GOption's own help, ours notices when it could not be written.
 *
 * Returns: whether the command is to run
 */
gboolean
sluice_command_parse_arguments (char **argv,
                                const char *arguments,
                                const char *summary,
                                const char *description,
                                const GOptionEntry *entries,
                                char ***words_out,
                                SluiceExit *exit_out)
{
  gboolean help = FALSE;
  const GOptionEntry help_entry[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_("Show this help"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_auto (GStrv) rest = g_strdupv (argv);
  g_autofree char *program = g_strdup_printf ("sluicectl %s", argv[0]);
  g_autoptr (GError) error = NULL;

  g_set_prgname (program);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, help_entry, GETTEXT_PACKAGE);

  if (!g_option_context_parse_strv (context, &rest, &error))
    {
      *exit_out = fail_option (error, program);
      return FALSE;
    }

  if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

      *exit_out = sluice_command_print (text);
      return FALSE;
    }

  *words_out = g_strdupv (rest[0] != NULL ? rest + 1 : rest);
  return TRUE;
}

/**
 * sluice_command_refuse_word:
 * @word: what makes no sense where it stands
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_command_refuse_word (const char *word)
{
  g_autofree char *safe = sluice_text_sanitise (word, -1, SLUICE_NAME_MAX);

  return sluice_command_fail (SLUICE_EXIT_USAGE, _("“%s” is not expected here; “%s --help” lists the options."), safe,
                              g_get_prgname ());
}

/**
 * sluice_command_parse:
 * @argv: the command's name and what follows it
 * @arguments: (nullable): what stands after the options in the usage line
 * @summary: one sentence for --help
 * @description: (nullable): what follows the options in --help
 * @entries: the options
 * @exit_out: (out): what to end with when %FALSE is returned
 *
 * Parses the options of a command that takes no other arguments.
 *
 * Returns: whether the command is to run
 */
gboolean
sluice_command_parse (char **argv,
                      const char *arguments,
                      const char *summary,
                      const char *description,
                      const GOptionEntry *entries,
                      SluiceExit *exit_out)
{
  g_auto (GStrv) words = NULL;

  if (!sluice_command_parse_arguments (argv, arguments, summary, description, entries, &words, exit_out))
    return FALSE;
  if (words[0] == NULL)
    return TRUE;
  *exit_out = sluice_command_refuse_word (words[0]);
  return FALSE;
}

/**
 * sluice_command_format_time:
 * @wall_time: µs since 1970
 * @seconds_out: (out): seconds since 1970, to the millisecond
 * @date_out: (out) (transfer full): the same in RFC 3339 with the local zone
 *
 * The two forms of a moment in everything that machines read.
 */
void
sluice_command_format_time (gint64 wall_time,
                            double *seconds_out,
                            char **date_out)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (wall_time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *day = g_date_time_format (local, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *zone = g_date_time_format (local, "%:z");
  int milliseconds = (int) (wall_time % G_USEC_PER_SEC / 1000);

  *seconds_out = (double) (wall_time / 1000) / 1000.0;
  *date_out = g_strdup_printf ("%s.%03d%s", day, milliseconds, zone);
}
