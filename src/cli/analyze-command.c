#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/analyze.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "engine/engine.h"

/* Work that takes less than this is over before progress could be read, µs. */
#define PATIENCE_US 500000
/* From one line of progress to the next, µs. */
#define PROGRESS_US 100000

typedef struct
{
  SluiceAnalyzeOptions options;
  GMainLoop *loop;
  SluiceEngine *engine;
  SluiceTotals *totals;
  char *fault;
  gboolean has_progress; /* standard error is a terminal */
  gboolean shows_progress; /* there is a line of it now */
  gint64 next_progress; /* monotonic, µs */
} Analysis;

static void
analysis_clear (Analysis *analysis)
{
  g_clear_object (&analysis->engine);
  g_clear_pointer (&analysis->totals, sluice_totals_free);
  g_clear_pointer (&analysis->loop, g_main_loop_unref);
  g_free (analysis->fault);
  sluice_analyze_options_clear (&analysis->options);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Analysis, analysis_clear)

static void
signal_cb (int signal_number,
           gpointer user_data)
{
  Analysis *analysis = user_data;

  sluice_signals_set_stopping ();
  g_main_loop_quit (analysis->loop);
}

/* One line on standard error that is written over and over; it is for people alone and may be lost. */
static void
show_progress (Analysis *analysis)
{
  const SluiceFileFacts *file = &analysis->totals->file;
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  gint64 now = g_get_monotonic_time ();

  if (!analysis->has_progress || now < analysis->next_progress)
    return;
  analysis->next_progress = now + PROGRESS_US;
  analysis->shows_progress = TRUE;
  if (file->progress >= 0)
    count = g_strdup_printf ("%3.0f %%", file->progress * 100);
  else
    count = g_strdup_printf ("%" G_GUINT64_FORMAT, sluice_totals_count_packets (analysis->totals));
  text = g_strdup_printf (file->progress >= 0 ? _("%s read") : _("%s packets read"), count);
  line = sluice_output_to_locale (text);
  fprintf (stderr, "\r%s", line);
  fflush (stderr);
}

static void
hide_progress (Analysis *analysis)
{
  if (analysis->shows_progress)
    fputs ("\r\033[K", stderr);
  analysis->shows_progress = FALSE;
}

static void
sample_cb (SluiceEngine *engine,
           SluiceSample *sample,
           Analysis *analysis)
{
  sluice_totals_add (analysis->totals, sample);
  show_progress (analysis);
  if (!sample->ended)
    return;
  g_free (analysis->fault);
  analysis->fault = g_strdup (sample->fault);
  g_main_loop_quit (analysis->loop);
}

static gboolean
start (Analysis *analysis,
       GError **error)
{
  const SluiceEngineOptions options = {
    .file = analysis->options.path,
    .networks = (const SluiceInterfaceAddress *) (gpointer) analysis->options.networks->data,
    .n_networks = analysis->options.networks->len,
    .sums_only = TRUE,
    .connections = analysis->options.list.by == SLUICE_WATCH_CONNECTIONS,
  };

  analysis->engine = sluice_engine_new ();
  analysis->totals = sluice_totals_new ();
  analysis->loop = g_main_loop_new (NULL, FALSE);
  analysis->has_progress = isatty (STDERR_FILENO);
  analysis->next_progress = g_get_monotonic_time () + PATIENCE_US;
  g_signal_connect (analysis->engine, "sample", G_CALLBACK (sample_cb), analysis);
  return sluice_engine_start (analysis->engine, &options, error);
}

static SluiceExit
print_result (Analysis *analysis)
{
  const SluiceWatchOptions *options = &analysis->options.list;
  g_autofree char *text = options->json
                            ? sluice_watch_json_summary (options, analysis->totals)
                            : sluice_analyze_text (options, analysis->totals, sluice_output_has_colour ());

  return options->json ? sluice_command_print_bytes (text) : sluice_command_print (text);
}

/**
 * sluice_analyze_command_run:
 * @argv: the command line from "analyze" on
 *
 * Reads a capture file and says what it holds. A file that cannot be read to its end is an error, but what was read is
 * printed before that is said.
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_analyze_command_run (char **argv)
{
  g_auto (Analysis) analysis = { .loop = NULL };
  g_autoptr (GError) error = NULL;
  SluiceExit status = SLUICE_EXIT_OK;

  if (!sluice_analyze_options_parse (&analysis.options, argv, &status))
    return status;

  sluice_signals_open (signal_cb, &analysis);
  if (!start (&analysis, &error))
    return sluice_command_fail_engine (error);
  g_main_loop_run (analysis.loop);
  sluice_engine_stop (analysis.engine);
  g_signal_handlers_disconnect_by_data (analysis.engine, &analysis);
  hide_progress (&analysis);

  if (analysis.fault == NULL || sluice_totals_count_packets (analysis.totals) > 0)
    status = print_result (&analysis);
  sluice_signals_close ();
  if (analysis.fault != NULL && status == SLUICE_EXIT_OK)
    return sluice_command_fail (SLUICE_EXIT_ERROR, "%s", analysis.fault);
  return status;
}
