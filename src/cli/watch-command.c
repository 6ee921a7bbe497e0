#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>

#include "cli/output.h"
#include "cli/signals.h"
#include "cli/watch-terminal.h"
#include "cli/watch.h"
#include "engine/engine.h"

/* A rest of the duration that is shorter than this is not worth a sample of its own. */
#define SHORTEST_MS 100
/* Without a sample for so long after the end of the duration, the end comes all the same. */
#define OVERDUE_S 5

/**
 * Watch:
 * @options: what the caller wants
 * @terminal: (nullable): the live view; without it lines are printed
 * @fault: what could not be read, as last complained of
 * @holding: connections were asked for
 * @live: there was a live view, even if it is closed by now
 * @ending: told to end; what moved up to now still counts
 * @failure: what could not be written
 */
typedef struct
{
  SluiceWatchOptions options;
  GMainLoop *loop;
  SluiceEngine *engine;
  SluiceTotals *totals;
  SluiceTerminal *terminal;
  guint overdue_timeout;
  char *fault;
  gboolean holding;
  gboolean live;
  gboolean ending;
  GError *failure;
} Watch;

static void
watch_clear (Watch *watch)
{
  g_clear_handle_id (&watch->overdue_timeout, g_source_remove);
  g_clear_pointer (&watch->terminal, sluice_terminal_close);
  g_clear_object (&watch->engine);
  g_clear_pointer (&watch->totals, sluice_totals_free);
  g_clear_pointer (&watch->loop, g_main_loop_unref);
  g_clear_error (&watch->failure);
  g_free (watch->fault);
  sluice_watch_options_clear (&watch->options);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watch, watch_clear)

static gboolean
overdue_cb (gpointer user_data)
{
  Watch *watch = user_data;

  g_main_loop_quit (watch->loop);
  return G_SOURCE_CONTINUE;
}

static void
end (Watch *watch)
{
  watch->ending = TRUE;
  sluice_signals_set_stopping ();
  g_main_loop_quit (watch->loop);
}

static void
signal_cb (int signal_number,
           gpointer user_data)
{
  Watch *watch = user_data;

  if (signal_number == SIGWINCH || signal_number == SIGTSTP)
    {
      if (watch->terminal != NULL)
        sluice_terminal_handle_signal (watch->terminal, signal_number);
      return;
    }
  end (watch);
}

static void
quit_cb (gpointer user_data)
{
  end (user_data);
}

/* Hosts and protocols are made of connections where the tier does not see packets. */
static void
hold_connections (Watch *watch)
{
  gboolean packets = sluice_engine_get_source (watch->engine) != SLUICE_SOURCE_KERNEL;
  gboolean wanted = watch->options.by == SLUICE_WATCH_CONNECTIONS
                    || ((watch->options.by == SLUICE_WATCH_HOSTS || watch->options.by == SLUICE_WATCH_PROTOCOLS)
                        && !packets);

  if (wanted && !watch->holding)
    sluice_engine_hold_connections (watch->engine);
  else if (!wanted && watch->holding)
    sluice_engine_release_connections (watch->engine);
  watch->holding = wanted;
}

static void
by_cb (SluiceWatchBy by,
       gpointer user_data)
{
  Watch *watch = user_data;

  watch->options.by = by;
  hold_connections (watch);
}

static void
write_or_end (Watch *watch,
              char *text)
{
  gboolean written;

  if (watch->failure != NULL)
    written = FALSE;
  else if (watch->options.json)
    written = sluice_output_write (text, strlen (text), &watch->failure);
  else
    written = sluice_output_write_text (text, &watch->failure);
  if (!written)
    g_main_loop_quit (watch->loop);
  g_free (text);
}

/* Ends in time, with a shorter last sample where the duration is no whole number of intervals. */
static void
mind_duration (Watch *watch)
{
  gint64 left_ms = (watch->options.duration - watch->totals->duration) / 1000;

  if (watch->options.duration == 0 || watch->ending)
    return;
  if (watch->totals->duration > 0 && left_ms < SHORTEST_MS)
    g_main_loop_quit (watch->loop);
  else if (left_ms < watch->options.interval_ms)
    sluice_engine_set_interval (watch->engine, (guint) MAX (left_ms, SHORTEST_MS));
}

/* Where people look it is said, when the view is gone, why they did not get more; once, and to nobody who chose. */
static void
explain_tier (Watch *watch)
{
  const char *note = sluice_engine_get_note (watch->engine);

  if (watch->live && watch->failure == NULL && note != NULL)
    sluice_output_complain (note);
}

/* Among plain lines there is no place for what could not be read, nor for why there is nothing; it is said once. */
static void
complain_once (Watch *watch,
               const SluiceSample *sample)
{
  const char *fault = sample->fault;

  if (fault == NULL && watch->options.interfaces == NULL && sample->interfaces->len == 0)
    fault = _("No interface is up; “-i lo” watches what moves within this machine.");
  if (g_strcmp0 (fault, watch->fault) == 0)
    return;
  if (fault != NULL)
    sluice_output_complain (fault);
  g_free (watch->fault);
  watch->fault = g_strdup (fault);
}

static void
sample_cb (SluiceEngine *engine,
           SluiceSample *sample,
           Watch *watch)
{
  sluice_totals_add (watch->totals, sample);
  if (watch->terminal != NULL)
    sluice_terminal_update (watch->terminal, watch->totals, sample->fault);

  /* The first sample only sets the mark from which to count. */
  if (sample->duration > 0 && watch->terminal == NULL)
    {
      if (watch->options.json)
        write_or_end (watch, sluice_watch_json_sample (&watch->options, sample));
      else if (!watch->live)
        write_or_end (watch, sluice_watch_text_sample (&watch->options, watch->totals, sluice_output_has_colour ()));
    }
  if (!watch->live && !watch->options.json)
    complain_once (watch, sample);
  mind_duration (watch);
}

static gboolean
start (Watch *watch,
       GError **error)
{
  const SluiceEngineOptions options = {
    .source = watch->options.source,
    .scope = watch->options.interfaces != NULL && !watch->options.any ? SLUICE_SCOPE_NAMED : SLUICE_SCOPE_LISTED,
    .interfaces = (const char *const *) watch->options.interfaces,
    .interval_ms = watch->options.interval_ms,
  };

  watch->engine = sluice_engine_new ();
  watch->totals = sluice_totals_new ();
  watch->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (watch->engine, "sample", G_CALLBACK (sample_cb), watch);
  if (!sluice_engine_start (watch->engine, &options, error))
    return FALSE;
  hold_connections (watch);
  return TRUE;
}

/**
 * sluice_watch_command_run:
 * @argv: the command line from "watch" on
 *
 * Shows traffic until told to stop, then sums it up.
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_watch_command_run (char **argv)
{
  g_auto (Watch) watch = { .loop = NULL };
  g_autoptr (GError) error = NULL;
  SluiceExit status;

  if (!sluice_watch_options_parse (&watch.options, argv, &status))
    return status;

  sluice_signals_open (signal_cb, &watch);
  if (!start (&watch, &error))
    return sluice_command_fail_engine (error);
  if (!watch.options.json && sluice_output_is_terminal ())
    watch.terminal = sluice_terminal_open (&watch.options, by_cb, quit_cb, &watch);
  watch.live = watch.terminal != NULL;
  if (watch.options.duration > 0)
    watch.overdue_timeout = g_timeout_add_seconds ((guint) (watch.options.duration / G_USEC_PER_SEC) + OVERDUE_S,
                                                   overdue_cb, &watch);

  g_main_loop_run (watch.loop);

  g_clear_pointer (&watch.terminal, sluice_terminal_close);
  /* Stopping hands out a last sample, up to now; when the duration is over it would be one too many. */
  if (!watch.ending)
    g_signal_handlers_disconnect_by_data (watch.engine, &watch);
  sluice_engine_stop (watch.engine);
  g_signal_handlers_disconnect_by_data (watch.engine, &watch);
  if (watch.failure == NULL)
    write_or_end (&watch, watch.options.json
                            ? sluice_watch_json_summary (&watch.options, watch.totals)
                            : sluice_watch_text_summary (&watch.options, watch.totals, sluice_output_has_colour ()));
  explain_tier (&watch);
  sluice_signals_close ();
  return watch.failure != NULL ? sluice_command_fail_output (watch.failure) : SLUICE_EXIT_OK;
}
