#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/analyze.h"
#include "model/text.h"

/* What the options were before they were understood. */
typedef struct
{
  char *by;
  char **local;
  char *top;
  gboolean json;
} RawOptions;

static void
raw_options_clear (RawOptions *raw)
{
  g_free (raw->by);
  g_strfreev (raw->local);
  g_free (raw->top);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawOptions, raw_options_clear)

/**
 * sluice_analyze_options_parse_network:
 * @word: a network such as 192.168.0.0/16 or fd00::/8, or one address (RFC 4632, RFC 4291 2.3)
 * @network_out: (out): the same
 *
 * Returns: whether it is one
 */
gboolean
sluice_analyze_options_parse_network (const char *word,
                                      SluiceInterfaceAddress *network_out)
{
  const char *slash = strchr (word, '/');
  g_autofree char *address = slash != NULL ? g_strndup (word, (gsize) (slash - word)) : g_strdup (word);
  SluiceInterfaceAddress network;
  guint64 bits;

  if (!sluice_address_parse (address, &network.address))
    return FALSE;
  bits = network.address.family == SLUICE_FAMILY_IPV4 ? 32 : 128;
  if (slash != NULL && !g_ascii_string_to_unsigned (slash + 1, 10, 0, bits, &bits, NULL))
    return FALSE;
  network.prefix_length = (guint8) bits;
  *network_out = network;
  return TRUE;
}

static SluiceExit
parse_networks (SluiceAnalyzeOptions *options,
                char **words)
{
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      SluiceInterfaceAddress network;

      if (!sluice_analyze_options_parse_network (words[i], &network))
        return sluice_watch_options_refuse ("--local", words[i], _("a network such as 192.168.0.0/16 or fd00::/8"));
      g_array_append_val (options->networks, network);
    }
  options->list.undirected = options->networks->len == 0;
  return SLUICE_EXIT_OK;
}

static SluiceExit
parse_by (SluiceAnalyzeOptions *options,
          const char *word)
{
  options->list.by = SLUICE_WATCH_HOSTS;
  if (word != NULL && !sluice_watch_options_parse_by (word, &options->list.by))
    return sluice_watch_options_refuse ("--by", word, _("connection, host, protocol or interface"));
  if (options->list.by == SLUICE_WATCH_PROGRAMS)
    return sluice_command_fail (SLUICE_EXIT_USAGE,
                                _("A capture file does not tell which programs its packets belong to; use --by "
                                   "connection, host, protocol or interface."));
  return SLUICE_EXIT_OK;
}

static SluiceExit
parse_words (SluiceAnalyzeOptions *options,
             char **words)
{
  if (words[0] == NULL)
    return sluice_command_fail (SLUICE_EXIT_USAGE,
                                _("The capture file is missing; name one (pcap or pcapng), or “-” for standard "
                                   "input."));
  if (words[1] != NULL)
    return sluice_command_refuse_word (words[1]);
  options->path = g_strdup (words[0]);
  options->list.file = sluice_text_sanitise (words[0], -1, SLUICE_PATH_MAX);
  return SLUICE_EXIT_OK;
}

/**
 * sluice_analyze_options_parse:
 * @options: (out caller-allocates): to be cleared in either case
 * @argv: the command line from "analyze" on
 * @exit_out: (out): what to end with when %FALSE is returned
 *
 * Returns: whether to go on
 */
gboolean
sluice_analyze_options_parse (SluiceAnalyzeOptions *options,
                              char **argv,
                              SluiceExit *exit_out)
{
  g_auto (RawOptions) raw = { NULL };
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING, &raw.by, N_("What to list: connection, host, protocol or interface"),
      N_("WHAT") },
    { "local", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw.local,
      N_("This network is the local side; may be given more than once"), N_("CIDR") },
    { "top", 0, 0, G_OPTION_ARG_STRING, &raw.top, N_("List so many rows at the most, the busiest"), N_("N") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &raw.json, N_("Print one JSON object"), NULL },
    { NULL },
  };

  *options = (SluiceAnalyzeOptions){ .networks = g_array_new (FALSE, FALSE, sizeof (SluiceInterfaceAddress)) };
  if (!sluice_command_parse_arguments (argv, _("FILE"),
                                       _("Says what a capture file (pcap or pcapng; - is standard input) holds."),
                                       _("Without --local nothing tells which side is local: a host is then the side "
                                          "that did not speak first, and both directions are one figure."),
                                       entries, &words, exit_out))
    return FALSE;

  options->list.json = raw.json;
  *exit_out = parse_words (options, words);
  if (*exit_out == SLUICE_EXIT_OK)
    *exit_out = parse_by (options, raw.by);
  if (*exit_out == SLUICE_EXIT_OK)
    *exit_out = parse_networks (options, raw.local);
  if (*exit_out == SLUICE_EXIT_OK && raw.top != NULL)
    *exit_out = sluice_watch_options_parse_top (raw.top, &options->list.top);
  return *exit_out == SLUICE_EXIT_OK;
}

/**
 * sluice_analyze_options_clear:
 */
void
sluice_analyze_options_clear (SluiceAnalyzeOptions *options)
{
  sluice_watch_options_clear (&options->list);
  g_clear_pointer (&options->path, g_free);
  g_clear_pointer (&options->networks, g_array_unref);
}
