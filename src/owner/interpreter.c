#include "sluice-config.h"

#include "owner/interpreter.h"

#include <string.h>

static const char *const interpreters[] = {
  "ash",    "bash",  "csh",  "dash",   "expect", "fish", "gawk",   "gjs",  "gjs-console", "groovy", "guile",
  "julia",  "ksh",   "lua",  "luajit", "mksh",   "node", "nodejs", "perl", "php",         "pwsh",   "pypy",
  "python", "rbash", "ruby", "sh",     "tclsh",  "tcsh", "wish",   "yash", "zsh",
};

/**
 * sluice_interpreter_is:
 * @executable: a path or the last part of one
 *
 * Whether the program is known to run scripts that are given as its first argument, in whatever version:
 * "python3.11", "perl5.36.0", "php8.2".
 */
gboolean
sluice_interpreter_is (const char *executable)
{
  const char *slash = strrchr (executable, '/');
  const char *name = slash != NULL ? slash + 1 : executable;
  gsize length = strlen (name);

  while (length > 0 && (g_ascii_isdigit (name[length - 1]) || strchr (".-", name[length - 1]) != NULL))
    length--;
  for (gsize i = 0; i < G_N_ELEMENTS (interpreters); i++)
    if (length == strlen (interpreters[i]) && memcmp (name, interpreters[i], length) == 0)
      return TRUE;
  return FALSE;
}
