#include "sluice-config.h"

#include "model/host.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const name_source_names[] = {
  [SLUICE_NAME_NONE] = "none", [SLUICE_NAME_REVERSE] = "reverse", [SLUICE_NAME_MDNS] = "mdns",
  [SLUICE_NAME_DNS] = "dns",   [SLUICE_NAME_HTTP] = "http",       [SLUICE_NAME_TLS] = "tls",
};

/**
 * sluice_host_new:
 * @address: its address
 *
 * Makes a record that knows the address alone. The maker adds what else is known, in texts that are sanitised and that
 * the record then owns, before it hands the record on; after that it must not change.
 *
 * Returns: (transfer full): a new record
 */
SluiceHost *
sluice_host_new (const SluiceAddress *address)
{
  SluiceHost *host = g_new0 (SluiceHost, 1);

  g_atomic_ref_count_init (&host->reference_count);
  host->address = *address;
  return host;
}

/**
 * sluice_host_copy:
 * @host: a host
 *
 * For what is learnt later: the copy is the caller's to change until it is handed on.
 *
 * Returns: (transfer full): a new record of the same host that knows the same
 */
SluiceHost *
sluice_host_copy (const SluiceHost *host)
{
  SluiceHost *copy = sluice_host_new (&host->address);

  copy->name = g_strdup (host->name);
  copy->name_source = host->name_source;
  copy->name_time = host->name_time;
  memcpy (copy->country, host->country, sizeof copy->country);
  copy->as_number = host->as_number;
  copy->as_name = g_strdup (host->as_name);
  return copy;
}

SluiceHost *
sluice_host_ref (SluiceHost *host)
{
  g_atomic_ref_count_inc (&host->reference_count);
  return host;
}

void
sluice_host_unref (SluiceHost *host)
{
  if (!g_atomic_ref_count_dec (&host->reference_count))
    return;
  g_free (host->name);
  g_free (host->as_name);
  g_free (host);
}

/**
 * sluice_host_others:
 *
 * The one record for all hosts that there was no room to tell apart: without an address, called "other hosts" in the
 * user's language.
 *
 * Returns: (transfer none): a record that lives as long as the process
 */
SluiceHost *
sluice_host_others (void)
{
  static gsize once;
  static SluiceHost *others;

  if (g_once_init_enter (&once))
    {
      others = sluice_host_new (&(SluiceAddress){ .family = SLUICE_FAMILY_NONE });
      others->name = g_strdup (_("other hosts"));
      g_once_init_leave (&once, 1);
    }
  return others;
}

/**
 * sluice_name_source_name:
 * @source: how a name was learnt
 *
 * Returns: its name for machines
 */
const char *
sluice_name_source_name (SluiceNameSource source)
{
  g_return_val_if_fail (source < G_N_ELEMENTS (name_source_names), "none");
  return name_source_names[source];
}
