#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "cli/doctor-command.h"
#include "cli/json-writer.h"
#include "cli/output.h"

static void
append_bold (GString *text,
             const char *word,
             gboolean bold)
{
  g_string_append_printf (text, bold ? "\033[1m%s\033[0m" : "%s", word);
}

/**
 * sluice_doctor_command_text:
 * @report: what was found
 * @bold: whether the terminal may be told to print words bold
 * @unicode: whether there are ticks and crosses to mark lines with
 *
 * Returns: (transfer full): the report for people
 */
char *
sluice_doctor_command_text (const SluiceDoctorReport *report,
                            gboolean bold,
                            gboolean unicode)
{
  GString *text = g_string_new (NULL);
  const char *yes = unicode ? "✓" : "+";
  const char *no = unicode ? "✗" : "-";

  for (guint i = 0; i < report->tiers->len; i++)
    {
      const SluiceTierReport *tier = &g_array_index (report->tiers, SluiceTierReport, i);

      g_string_append_printf (text, "%s ", tier->available ? yes : no);
      append_bold (text, tier->tier, bold);
      g_string_append_printf (text, "%*s%s\n", (int) MAX (10 - g_utf8_strlen (tier->tier, -1), 1), "", tier->gives);
      if (tier->obstacle != NULL)
        g_string_append_printf (text, "            %s\n", tier->obstacle);
      if (tier->mend != NULL)
        {
          g_string_append (text, "            ");
          append_bold (text, tier->mend, bold);
          g_string_append_c (text, '\n');
        }
    }

  g_string_append_c (text, '\n');
  for (guint i = 0; i < report->checks->len; i++)
    {
      const SluiceDoctorCheck *check = &g_array_index (report->checks, SluiceDoctorCheck, i);

      g_string_append_printf (text, "%s %s\n", check->ok ? yes : no, check->text);
    }

  g_string_append_c (text, '\n');
  if (report->best != NULL)
    g_string_append_printf (text, _("“sluicectl watch” shows traffic in the tier “%s”."), report->best);
  else
    g_string_append (text, _("No tier can be used here; the lines above say why."));
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/**
 * sluice_doctor_command_json:
 * @report: what was found
 *
 * Returns: (transfer full): the report for machines, one line
 */
char *
sluice_doctor_command_json (const SluiceDoctorReport *report)
{
  SluiceJsonWriter json;

  sluice_json_writer_init (&json);
  sluice_json_writer_begin (&json, NULL, '{');
  sluice_json_writer_add_uint (&json, "schema", 1);
  sluice_json_writer_add_string (&json, "type", "doctor");
  sluice_json_writer_add_string (&json, "version", SLUICE_VERSION);
  sluice_json_writer_add_string (&json, "best", report->best);

  sluice_json_writer_begin (&json, "tiers", '[');
  for (guint i = 0; i < report->tiers->len; i++)
    {
      const SluiceTierReport *tier = &g_array_index (report->tiers, SluiceTierReport, i);

      sluice_json_writer_begin (&json, NULL, '{');
      sluice_json_writer_add_string (&json, "tier", tier->tier);
      sluice_json_writer_add_boolean (&json, "available", tier->available);
      sluice_json_writer_add_string (&json, "gives", tier->gives);
      sluice_json_writer_add_string (&json, "obstacle", tier->obstacle);
      sluice_json_writer_add_string (&json, "mend", tier->mend);
      sluice_json_writer_end (&json, '}');
    }
  sluice_json_writer_end (&json, ']');

  sluice_json_writer_begin (&json, "checks", '[');
  for (guint i = 0; i < report->checks->len; i++)
    {
      const SluiceDoctorCheck *check = &g_array_index (report->checks, SluiceDoctorCheck, i);

      sluice_json_writer_begin (&json, NULL, '{');
      sluice_json_writer_add_string (&json, "id", check->id);
      sluice_json_writer_add_boolean (&json, "ok", check->ok);
      sluice_json_writer_add_string (&json, "text", check->text);
      sluice_json_writer_end (&json, '}');
    }
  sluice_json_writer_end (&json, ']');
  return sluice_json_writer_finish (&json);
}

/**
 * sluice_doctor_command_run:
 * @argv: the command line from "doctor" on
 *
 * Says which tier is available and what stands in the way of the next. That a tier is missing is an answer, not an
 * error; that there is none at all is.
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_doctor_command_run (char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one JSON object"), NULL },
    { NULL },
  };
  g_autoptr (SluiceDoctorReport) report = NULL;
  g_autofree char *text = NULL;
  SluiceExit status;

  if (!sluice_command_parse (argv, NULL, _("Says what Sluice can see here, and what stands in the way of more."), NULL,
                             entries, &status))
    return status;

  report = sluice_doctor_examine ();
  text = json ? sluice_doctor_command_json (report)
              : sluice_doctor_command_text (report, sluice_output_has_colour (), sluice_output_is_unicode ());
  status = json ? sluice_command_print_bytes (text) : sluice_command_print (text);
  return status == SLUICE_EXIT_OK && report->best == NULL ? SLUICE_EXIT_ERROR : status;
}
