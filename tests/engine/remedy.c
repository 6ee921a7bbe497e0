#include "engine/remedy.h"

#include <string.h>
#include <unistd.h>

static void
test_user (void)
{
  g_autofree char *command = sluice_packets_command (FALSE);
  g_autofree char *remedy = sluice_packets_remedy (FALSE);
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;

  /* A shell takes it apart as it is meant, and the last word is a program that exists. */
  g_shell_parse_argv (command, NULL, &words, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (words), ==, 4);
  g_assert_cmpstr (words[0], ==, "sudo");
  g_assert_cmpstr (words[1], ==, "setcap");
  g_assert_cmpint (access (words[3], X_OK), ==, 0);
  g_assert_nonnull (strstr (remedy, command));
}

static void
test_root (void)
{
  g_autofree char *remedy = sluice_packets_remedy (TRUE);

  g_assert_null (sluice_packets_command (TRUE));
  g_assert_null (strstr (remedy, "sudo"));
  g_assert_nonnull (strstr (remedy, "CAP_NET_RAW"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remedy/a-user-is-told-a-command-that-a-shell-understands", test_user);
  g_test_add_func ("/remedy/root-is-not-told-to-become-root", test_root);
  return g_test_run ();
}
