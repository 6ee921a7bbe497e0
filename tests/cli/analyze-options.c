#include "sluice-config.h"

#include <locale.h>
#include <string.h>

#include "cli/analyze.h"

static SluiceExit
parse (const char *line,
       SluiceAnalyzeOptions *options)
{
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  SluiceExit status = SLUICE_EXIT_OK;

  if (sluice_analyze_options_parse (options, argv, &status))
    return SLUICE_EXIT_OK;
  g_assert_cmpint (status, !=, SLUICE_EXIT_OK);
  return status;
}

static void
test_defaults (void)
{
  g_auto (SluiceAnalyzeOptions) options = { .path = NULL };

  g_assert_cmpint (parse ("analyze x.pcap", &options), ==, SLUICE_EXIT_OK);
  g_assert_cmpstr (options.path, ==, "x.pcap");
  g_assert_cmpint (options.list.by, ==, SLUICE_WATCH_HOSTS);
  g_assert_true (options.list.undirected);
  g_assert_cmpuint (options.networks->len, ==, 0);
  g_assert_false (options.list.json);
}

static void
test_all (void)
{
  g_auto (SluiceAnalyzeOptions) options = { .path = NULL };

  g_assert_cmpint (parse ("analyze --by protocol --local 10.0.0.0/8 - --local fd00::/8 --top 3 --json", &options), ==,
                   SLUICE_EXIT_OK);
  g_assert_cmpstr (options.path, ==, "-");
  g_assert_cmpint (options.list.by, ==, SLUICE_WATCH_PROTOCOLS);
  g_assert_false (options.list.undirected);
  g_assert_cmpuint (options.networks->len, ==, 2);
  g_assert_cmpuint (options.list.top, ==, 3);
  g_assert_true (options.list.json);
}

static void
test_networks (void)
{
  static const struct
  {
    const char *word;
    int prefix_length;
  } cases[] = {
    { "10.0.0.0/8", 8 },       { "0.0.0.0/0", 0 },     { "192.0.2.7", 32 },     { "fd00::/8", 8 },
    { "2001:db8::1", 128 },    { "::/0", 0 },          { "10.0.0.0/33", -1 },   { "10.0.0.0/", -1 },
    { "10.0.0.0/-1", -1 },     { "10.0.0.0/8x", -1 },  { "10.0.0/8", -1 },      { "/8", -1 },
    { "", -1 },                { "fd00::/129", -1 },   { "example.org", -1 },   { "10.0.0.0/255.0.0.0", -1 },
    { "10.0.0.0/99999999999999999999", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceInterfaceAddress network;
      gboolean good = sluice_analyze_options_parse_network (cases[i].word, &network);

      g_assert_cmpint (good, ==, cases[i].prefix_length >= 0);
      if (good)
        g_assert_cmpint (network.prefix_length, ==, cases[i].prefix_length);
    }
}

/* What these complain of is tested by the process, in analyze-command.py. */
static void
test_refusals (void)
{
  static const char *const lines[] = {
    "analyze",
    "analyze a.pcap b.pcap",
    "analyze a.pcap --by program",
    "analyze a.pcap --by hosts",
    "analyze a.pcap --local 10.0.0.0/33",
    "analyze a.pcap --top 0",
    "analyze a.pcap --nothing",
    "analyze --local",
  };

  if (g_test_subprocess ())
    {
      for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        {
          g_auto (SluiceAnalyzeOptions) options = { .path = NULL };

          g_assert_cmpint (parse (lines[i], &options), ==, SLUICE_EXIT_USAGE);
        }
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("sluicectl*: *sluicectl*: *");
}

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analyze-options/have-sensible-defaults", test_defaults);
  g_test_add_func ("/analyze-options/understand-all-of-them", test_all);
  g_test_add_func ("/analyze-options/read-networks-and-nothing-else", test_networks);
  g_test_add_func ("/analyze-options/refuse-what-makes-no-sense", test_refusals);
  return g_test_run ();
}
