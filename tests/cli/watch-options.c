#include "sluice-config.h"

#include <locale.h>
#include <string.h>

#include "cli/watch.h"

/* Parses "watch" and these words; standard error is not looked at. */
static SluiceExit
parse (const char *line,
       SluiceWatchOptions *options)
{
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  SluiceExit status = SLUICE_EXIT_OK;

  if (sluice_watch_options_parse (options, argv, &status))
    return SLUICE_EXIT_OK;
  g_assert_cmpint (status, !=, SLUICE_EXIT_OK);
  return status;
}

static void
test_defaults (void)
{
  g_auto (SluiceWatchOptions) options = { NULL };

  g_assert_cmpint (parse ("watch", &options), ==, SLUICE_EXIT_OK);
  g_assert_null (options.interfaces);
  g_assert_cmpstr (options.source, ==, "auto");
  g_assert_cmpint (options.by, ==, SLUICE_WATCH_PROGRAMS);
  g_assert_cmpuint (options.top, ==, 0);
  g_assert_cmpint (options.duration, ==, 0);
  g_assert_cmpuint (options.interval_ms, ==, 1000);
  g_assert_false (options.json);
}

static void
test_all (void)
{
  g_auto (SluiceWatchOptions) options = { NULL };

  g_assert_cmpint (parse ("watch -i a --interface=b -d 2.5 --source kernel --by connection --top 3 --interval .25 "
                          "--json",
                          &options),
                   ==, SLUICE_EXIT_OK);
  g_assert_cmpuint (g_strv_length (options.interfaces), ==, 2);
  g_assert_cmpstr (options.interfaces[1], ==, "b");
  g_assert_cmpstr (options.source, ==, "kernel");
  g_assert_cmpint (options.by, ==, SLUICE_WATCH_CONNECTIONS);
  g_assert_cmpuint (options.top, ==, 3);
  g_assert_cmpint (options.duration, ==, 2500000);
  g_assert_cmpuint (options.interval_ms, ==, 250);
  g_assert_true (options.json);
}

static void
test_any (void)
{
  g_auto (SluiceWatchOptions) alone = { NULL };
  g_auto (SluiceWatchOptions) beside = { NULL };

  g_assert_cmpint (parse ("watch -i any", &alone), ==, SLUICE_EXIT_OK);
  g_assert_null (alone.interfaces);
  g_assert_true (alone.any);
  g_assert_cmpint (parse ("watch -i lo -i any -i anything", &beside), ==, SLUICE_EXIT_OK);
  g_assert_cmpuint (g_strv_length (beside.interfaces), ==, 2);
  g_assert_cmpstr (beside.interfaces[1], ==, "anything");
  g_assert_true (beside.any);
}

/* What these complain of is tested by the process, in commands.py. */
static void
test_refusals (void)
{
  static const struct
  {
    const char *line;
    SluiceExit status;
  } cases[] = {
    { "watch --by process", SLUICE_EXIT_USAGE },    { "watch --by hosts", SLUICE_EXIT_USAGE },
    { "watch --source netflow", SLUICE_EXIT_USAGE }, { "watch --source bpf", SLUICE_EXIT_ERROR },
    { "watch -d 0", SLUICE_EXIT_USAGE },            { "watch -d -1", SLUICE_EXIT_USAGE },
    { "watch -d nan", SLUICE_EXIT_USAGE },          { "watch -d inf", SLUICE_EXIT_USAGE },
    { "watch -d 1e99", SLUICE_EXIT_USAGE },         { "watch -d 1s", SLUICE_EXIT_USAGE },
    { "watch -d 1,5", SLUICE_EXIT_USAGE },          { "watch -d ", SLUICE_EXIT_USAGE },
    { "watch --interval 0.05", SLUICE_EXIT_USAGE }, { "watch --interval 61", SLUICE_EXIT_USAGE },
    { "watch --top 0", SLUICE_EXIT_USAGE },         { "watch --top -3", SLUICE_EXIT_USAGE },
    { "watch --top 1.5", SLUICE_EXIT_USAGE },       { "watch --top 99999999999999999999", SLUICE_EXIT_USAGE },
    { "watch --nothing", SLUICE_EXIT_USAGE },       { "watch eth0", SLUICE_EXIT_USAGE },
    { "watch -d", SLUICE_EXIT_USAGE },
  };

  if (g_test_subprocess ())
    {
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_auto (SluiceWatchOptions) options = { NULL };

          g_assert_cmpint (parse (cases[i].line, &options), ==, cases[i].status);
        }
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("sluicectl: *sluicectl: *");
}

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-options/have-sensible-defaults", test_defaults);
  g_test_add_func ("/watch-options/understand-all-of-them", test_all);
  g_test_add_func ("/watch-options/take-any-for-what-is-watched-without-names", test_any);
  g_test_add_func ("/watch-options/refuse-what-makes-no-sense", test_refusals);
  return g_test_run ();
}
