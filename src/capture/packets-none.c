#include "sluice-config.h"

#include "capture/decoder-process.h"
#include "capture/file-source.h"
#include "capture/pcap-source.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Built without libpcap or without what locks up the process that parses: packets are not read at all. */

/**
 * sluice_decoder_process_try:
 * @error: %G_IO_ERROR_NOT_SUPPORTED
 *
 * Returns: %FALSE
 */
gboolean
sluice_decoder_process_try (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("This build cannot read packets: it was made without libpcap or libseccomp."));
  return FALSE;
}

/**
 * sluice_pcap_source_new:
 * @scope: no matter
 * @error: %G_IO_ERROR_NOT_SUPPORTED
 *
 * Returns: %NULL
 */
SluiceSource *
sluice_pcap_source_new (const SluiceMeterScope *scope, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("This build cannot read packets; use the kernel source."));
  return NULL;
}

/**
 * sluice_file_source_new:
 * @path: no matter
 * @networks: no matter
 * @n_networks: no matter
 * @error: %G_IO_ERROR_NOT_SUPPORTED
 *
 * Returns: %NULL
 */
SluiceSource *
sluice_file_source_new (
  const char *path, const SluiceInterfaceAddress *networks, guint n_networks, gboolean in_bins, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("This build cannot read capture files."));
  return NULL;
}
