#include "sluice-config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/watch.h"
#include "model/text.h"

/* What the options were before they were understood. */
typedef struct
{
  char **interfaces;
  char *duration;
  char *source;
  char *by;
  char *top;
  char *interval;
  gboolean json;
} RawOptions;

static void
raw_options_clear (RawOptions *raw)
{
  g_strfreev (raw->interfaces);
  g_free (raw->duration);
  g_free (raw->source);
  g_free (raw->by);
  g_free (raw->top);
  g_free (raw->interval);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawOptions, raw_options_clear)

/* Seconds with a point, whatever the locale; a script must mean the same everywhere. */
static gboolean
parse_seconds (const char *text,
               double minimum,
               double maximum,
               double *seconds_out)
{
  char *end = NULL;
  double seconds;

  if (!g_ascii_isdigit (*text) && *text != '.')
    return FALSE;
  errno = 0;
  seconds = g_ascii_strtod (text, &end);
  if (errno != 0 || *end != '\0' || !isfinite (seconds) || seconds < minimum || seconds > maximum)
    return FALSE;
  *seconds_out = seconds;
  return TRUE;
}

/**
 * sluice_watch_options_refuse:
 * @option: such as "--top"
 * @value: what it was given
 * @wanted: what it takes, translated
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_watch_options_refuse (const char *option,
                             const char *value,
                             const char *wanted)
{
  g_autofree char *word = sluice_text_sanitise (value, -1, SLUICE_NAME_MAX);

  return sluice_command_fail (SLUICE_EXIT_USAGE, _("“%s” does not suit %s, which takes %s."), word, option, wanted);
}

/**
 * sluice_watch_options_parse_top:
 * @word: what --top was given
 * @top_out: (out): rows
 *
 * Returns: what the program is to end with, if not %SLUICE_EXIT_OK
 */
SluiceExit
sluice_watch_options_parse_top (const char *word,
                                guint *top_out)
{
  guint64 top = 0;

  if (!g_ascii_string_to_unsigned (word, 10, 1, G_MAXINT32, &top, NULL))
    return sluice_watch_options_refuse ("--top", word, _("a number of rows above 0"));
  *top_out = (guint) top;
  return SLUICE_EXIT_OK;
}

static SluiceExit
parse_numbers (SluiceWatchOptions *options,
               const RawOptions *raw)
{
  double seconds = 1;

  if (raw->duration != NULL)
    {
      if (!parse_seconds (raw->duration, 0.001, 1e9, &seconds))
        return sluice_watch_options_refuse ("--duration", raw->duration, _("a number of seconds above 0"));
      options->duration = (gint64) (seconds * G_USEC_PER_SEC);
    }

  seconds = 1;
  if (raw->interval != NULL && !parse_seconds (raw->interval, 0.1, 60, &seconds))
    return sluice_watch_options_refuse ("--interval", raw->interval, _("a number of seconds from 0.1 to 60"));
  options->interval_ms = (guint) lround (seconds * 1000);

  return raw->top != NULL ? sluice_watch_options_parse_top (raw->top, &options->top) : SLUICE_EXIT_OK;
}

/**
 * sluice_watch_options_parse_by:
 * @word: what --by was given
 * @by_out: (out): what it means
 *
 * Returns: whether it means anything
 */
gboolean
sluice_watch_options_parse_by (const char *word,
                               SluiceWatchBy *by_out)
{
  static const char *const words[SLUICE_WATCH_N_BY] = {
    [SLUICE_WATCH_PROGRAMS] = "program",   [SLUICE_WATCH_CONNECTIONS] = "connection",
    [SLUICE_WATCH_HOSTS] = "host",         [SLUICE_WATCH_PROTOCOLS] = "protocol",
    [SLUICE_WATCH_INTERFACES] = "interface",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (word, words[i]))
      {
        *by_out = i;
        return TRUE;
      }
  return FALSE;
}

static SluiceExit
parse_source (SluiceWatchOptions *options,
              const char *source)
{
  static const char *const known[] = { "auto", "kernel", "pcap", NULL };

  if (source != NULL && g_str_equal (source, "bpf"))
    return sluice_command_fail (SLUICE_EXIT_ERROR,
                                _("This version does not have the source “%s”; use --source auto, kernel or pcap."),
                                source);
  if (source != NULL && !g_strv_contains (known, source))
    return sluice_watch_options_refuse ("--source", source, _("auto, kernel, pcap or bpf"));
  options->source = g_strdup (source != NULL ? source : "auto");
  return SLUICE_EXIT_OK;
}

/* "any" is what libpcap calls all interfaces together: here, those that are watched without -i. */
static void
take_interfaces (SluiceWatchOptions *options,
                 char **names)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean named = FALSE;

  for (; names != NULL && *names != NULL; names++)
    if (g_str_equal (*names, "any"))
      options->any = TRUE;
    else
      {
        g_strv_builder_add (builder, *names);
        named = TRUE;
      }
  if (named)
    options->interfaces = g_strv_builder_end (builder);
}

/**
 * sluice_watch_options_parse:
 * @options: (out caller-allocates): to be cleared in either case
 * @argv: the command line from "watch" on
 * @exit_out: (out): what to end with when %FALSE is returned
 *
 * Returns: whether to go on
 */
gboolean
sluice_watch_options_parse (SluiceWatchOptions *options,
                            char **argv,
                            SluiceExit *exit_out)
{
  g_auto (RawOptions) raw = { NULL };
  const GOptionEntry entries[] = {
    { "interface", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &raw.interfaces,
      N_("Watch this interface; may be given more than once"), N_("IFACE") },
    { "duration", 'd', 0, G_OPTION_ARG_STRING, &raw.duration, N_("End after so many seconds"), N_("SECONDS") },
    { "source", 0, 0, G_OPTION_ARG_STRING, &raw.source, N_("Where figures come from: auto, kernel, pcap or bpf"),
      N_("SOURCE") },
    { "by", 0, 0, G_OPTION_ARG_STRING, &raw.by,
      N_("What to list: program, connection, host, protocol or interface"), N_("WHAT") },
    { "top", 0, 0, G_OPTION_ARG_STRING, &raw.top, N_("List so many rows at the most, the busiest"), N_("N") },
    { "interval", 0, 0, G_OPTION_ARG_STRING, &raw.interval, N_("Seconds between two lists; 1 unless told"),
      N_("SECONDS") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &raw.json, N_("Print one JSON object a line"), NULL },
    { NULL },
  };

  *options = (SluiceWatchOptions){ NULL };
  if (!sluice_command_parse (argv, NULL,
                             _("Shows who sends and receives how much: as a live view on a terminal, as plain lines "
                                "elsewhere."),
                             _("Without -i, or with “-i any”, it watches every interface that is up, but the loopback "
                                "and those that are part of another one; others may be named beside “any”."),
                             entries, exit_out))
    return FALSE;

  options->json = raw.json;
  take_interfaces (options, raw.interfaces);
  *exit_out = parse_numbers (options, &raw);
  if (*exit_out == SLUICE_EXIT_OK && raw.by != NULL && !sluice_watch_options_parse_by (raw.by, &options->by))
    *exit_out = sluice_watch_options_refuse ("--by", raw.by, _("program, connection, host, protocol or interface"));
  if (*exit_out == SLUICE_EXIT_OK)
    *exit_out = parse_source (options, raw.source);
  return *exit_out == SLUICE_EXIT_OK;
}

/**
 * sluice_watch_options_clear:
 */
void
sluice_watch_options_clear (SluiceWatchOptions *options)
{
  g_clear_pointer (&options->interfaces, g_strfreev);
  g_clear_pointer (&options->source, g_free);
  g_clear_pointer (&options->file, g_free);
}
