#include "sluice-config.h"

#include "cli/command.h"

#include <locale.h>

#include "cli/output.h"
#include "engine/engine.h"

static void
test_time (void)
{
  g_autofree char *date = NULL;
  double seconds = 0;

  sluice_command_format_time (G_GINT64_CONSTANT (1790000000999999), &seconds, &date);
  g_assert_cmpfloat_with_epsilon (seconds, 1790000000.999, 0.0004);
  g_assert_cmpstr (date, ==, "2026-09-21T19:43:20.999+05:30");
}

static void
test_zone (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) read = NULL;
  g_autofree char *date = NULL;
  double seconds = 0;

  /* What is printed is what RFC 3339 readers get back. */
  sluice_command_format_time (G_GINT64_CONSTANT (1700000000000000), &seconds, &date);
  read = g_date_time_new_from_iso8601 (date, NULL);
  g_assert_nonnull (read);
  g_assert_cmpint (g_date_time_to_unix (read), ==, 1700000000);
}

static void
test_exit_codes (void)
{
  g_autoptr (GError) permission
    = g_error_new_literal (SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_PERMISSION, "Not allowed.");
  g_autoptr (GError) usage = g_error_new_literal (SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_USAGE, "No such source.");
  g_autoptr (GError) interface
    = g_error_new_literal (SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_INTERFACE, "No such interface.");
  g_autoptr (GError) closed = g_error_new_literal (SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_CLOSED, "Gone.");
  g_autoptr (GError) full = g_error_new_literal (SLUICE_OUTPUT_ERROR, SLUICE_OUTPUT_ERROR_FAILED, "Full.");

  if (g_test_subprocess ())
    {
      g_assert_cmpint (sluice_command_fail_engine (permission), ==, 3);
      g_assert_cmpint (sluice_command_fail_engine (usage), ==, 2);
      g_assert_cmpint (sluice_command_fail_engine (interface), ==, 1);
      g_assert_cmpint (sluice_command_fail_output (closed), ==, 0);
      g_assert_cmpint (sluice_command_fail_output (full), ==, 1);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("sluicectl: Not allowed.\nsluicectl: No such source.\nsluicectl: No such interface.\n"
                             "sluicectl: Full.\n");
}

int
main (int argc,
      char **argv)
{
  g_setenv ("TZ", "Asia/Kolkata", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/tells-time-in-seconds-and-rfc-3339", test_time);
  g_test_add_func ("/command/tells-time-that-can-be-read-back", test_zone);
  g_test_add_func ("/command/ends-with-the-code-of-what-failed", test_exit_codes);
  return g_test_run ();
}
