#include "sluice-config.h"

#include "engine/remedy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * sluice_packets_command:
 * @root: whether the caller is root, who needs no sudo and whom no sudo helps
 *
 * Returns: (transfer full) (nullable): the command that lets this program read packets from now on, or %NULL
 */
char *
sluice_packets_command (gboolean root)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *quoted = NULL;

  if (root || program == NULL || !g_utf8_validate (program, -1, NULL))
    return NULL;
  quoted = g_shell_quote (program);
  /* Most paths need no quotes, which only make them hard to read. */
  if (strspn (program, "/-._+" G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == strlen (program))
    return g_strdup_printf ("sudo setcap cap_net_raw+ep %s", program);
  return g_strdup_printf ("sudo setcap cap_net_raw+ep %s", quoted);
}

/**
 * sluice_packets_remedy:
 * @root: whether the caller is root
 *
 * Returns: (transfer full): what lets this caller read packets, for the end of a sentence
 */
char *
sluice_packets_remedy (gboolean root)
{
  g_autofree char *command = sluice_packets_command (root);

  if (root)
    return g_strdup (_("even root lacks CAP_NET_RAW here, so run Sluice outside the container or give it that"));
  if (command == NULL)
    return g_strdup (_("start it with sudo"));
  return g_strdup_printf (_("start it with sudo, or allow it for good with “%s”"), command);
}
