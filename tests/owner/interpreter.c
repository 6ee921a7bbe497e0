#include "owner/interpreter.h"

static void
knows_interpreters_in_every_version (void)
{
  static const char *const yes[] = { "/usr/bin/python3.11",
                                     "python",
                                     "/usr/bin/perl5.36.0",
                                     "php8.2",
                                     "/bin/bash",
                                     "/bin/sh",
                                     "dash",
                                     "node",
                                     "/usr/bin/node-18",
                                     "ruby3.1",
                                     "gjs-console",
                                     "/usr/local/bin/lua5.4",
                                     "tclsh8.6" };
  static const char *const no[] = { "",
                                    "/",
                                    "3.11",
                                    "firefox",
                                    "/usr/bin/python3-config",
                                    "pythonx",
                                    "ssh",
                                    "/usr/bin/python3/tool",
                                    "bashful",
                                    "nodejs-agent",
                                    "7z" };

  for (gsize i = 0; i < G_N_ELEMENTS (yes); i++)
    if (!sluice_interpreter_is (yes[i]))
      g_error ("%s is an interpreter", yes[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (no); i++)
    if (sluice_interpreter_is (no[i]))
      g_error ("%s is no interpreter", no[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interpreter/knows-interpreters-in-every-version", knows_interpreters_in_every_version);
  return g_test_run ();
}
