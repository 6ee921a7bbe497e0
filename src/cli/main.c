#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "model/text.h"

static const SluiceCommand commands[] = {
  { "analyze", N_("Say what a capture file holds"), sluice_analyze_command_run },
  { "doctor", N_("Say what can be seen here, and what stands in the way of more"), sluice_doctor_command_run },
  { "interfaces", N_("List the network interfaces"), sluice_interfaces_command_run },
  { "watch", N_("Show who sends and receives how much"), sluice_watch_command_run },
};

static SluiceExit
print_help (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append (text, _("Usage:\n  sluicectl COMMAND [OPTION…]\n\n"));
  g_string_append (text, _("Shows who on this machine talks to whom, how fast and how much.\n\n"));
  g_string_append (text, _("Commands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-12s %s\n", commands[i].name, _(commands[i].summary));
  g_string_append_printf (text, "  %-12s %s\n", "help", _("Show this help, or that of a command"));
  g_string_append (text, _("\nOptions:\n"));
  g_string_append_printf (text, "  %-12s %s\n", "-h, --help", _("Show this help"));
  g_string_append_printf (text, "  %-12s %s\n", "--version", _("Show the version"));
  g_string_append (text, _("\n“sluicectl COMMAND --help” lists the options of a command.\n"));
  return sluice_command_print (text->str);
}

static SluiceExit
refuse_rest (const char *command,
             const char *word)
{
  g_autofree char *safe = sluice_text_sanitise (word, -1, SLUICE_NAME_MAX);

  return sluice_command_fail (SLUICE_EXIT_USAGE, _("“%s” takes nothing more, so leave out “%s”."), command, safe);
}

static SluiceExit
run_command (char **argv)
{
  g_autofree char *word = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[0], commands[i].name))
      return commands[i].run (argv);

  word = sluice_text_sanitise (argv[0], -1, SLUICE_NAME_MAX);
  return sluice_command_fail (SLUICE_EXIT_USAGE, _("There is no command “%s”; “sluicectl --help” lists those that "
                                                    "exist."),
                              word);
}

/* "help watch" is "watch --help". */
static SluiceExit
run_help (char **argv)
{
  char *help_argv[] = { argv[1], (char *) "--help", NULL };

  if (argv[1] == NULL)
    return print_help ();
  if (argv[2] != NULL)
    return refuse_rest ("help", argv[2]);
  return run_command (help_argv);
}

int
main (int argc,
      char **argv)
{
  const char *localedir = g_getenv ("SLUICE_LOCALEDIR");
  const char *word = argc > 1 ? argv[1] : NULL;

  sluice_output_init ();
  setlocale (LC_ALL, "");
  /* Run from the build folder, the catalogues stand elsewhere. */
  if (localedir == NULL)
    localedir = SLUICE_LOCALEDIR;
  bindtextdomain (GETTEXT_PACKAGE, localedir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("sluicectl");

  if (word == NULL)
    return sluice_command_fail (SLUICE_EXIT_USAGE, _("A command is missing; “sluicectl --help” lists them."));
  if (g_str_equal (word, "help"))
    return run_help (argv + 1);
  if (g_str_equal (word, "--help") || g_str_equal (word, "-h"))
    return argc > 2 ? refuse_rest (word, argv[2]) : print_help ();
  if (g_str_equal (word, "--version"))
    return argc > 2 ? refuse_rest (word, argv[2]) : sluice_command_print ("sluicectl " SLUICE_VERSION "\n");
  return run_command (argv + 1);
}
