#include "sluice-config.h"

#include "model/interface.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *name;
  const char *label;
} kinds[] = {
  [SLUICE_INTERFACE_ETHERNET] = { "ethernet", N_("Ethernet") },
  [SLUICE_INTERFACE_WIFI] = { "wifi", N_("Wi-Fi") },
  [SLUICE_INTERFACE_LOOPBACK] = { "loopback", N_("Loopback") },
  [SLUICE_INTERFACE_BRIDGE] = { "bridge", N_("Bridge") },
  [SLUICE_INTERFACE_BOND] = { "bond", N_("Bond") },
  [SLUICE_INTERFACE_VLAN] = { "vlan", N_("VLAN") },
  [SLUICE_INTERFACE_VETH] = { "veth", N_("Virtual cable") },
  [SLUICE_INTERFACE_TUNNEL] = { "tunnel", N_("Tunnel") },
  [SLUICE_INTERFACE_MOBILE] = { "mobile", N_("Mobile broadband") },
  [SLUICE_INTERFACE_VIRTUAL] = { "virtual", N_("Virtual interface") },
  [SLUICE_INTERFACE_OTHER] = { "other", N_("Interface") },
};

/**
 * sluice_interface_new:
 * @instance: the incarnation's number
 * @ifindex: the kernel's index
 * @name: the name, already sanitised
 *
 * Returns: (transfer full): a record for the maker to fill before anyone else sees it
 */
SluiceInterface *
sluice_interface_new (guint64 instance, guint32 ifindex, const char *name)
{
  SluiceInterface *interface = g_new0 (SluiceInterface, 1);

  g_atomic_ref_count_init (&interface->reference_count);
  interface->instance = instance;
  interface->ifindex = ifindex;
  interface->kind = SLUICE_INTERFACE_OTHER;
  interface->name = g_strdup (name);
  return interface;
}

/**
 * sluice_interface_copy:
 * @interface: a record
 *
 * Returns: (transfer full): an equal record, for its maker to change before anyone else sees it
 */
SluiceInterface *
sluice_interface_copy (const SluiceInterface *interface)
{
  SluiceInterface *copy = g_memdup2 (interface, sizeof *interface);

  g_atomic_ref_count_init (&copy->reference_count);
  copy->name = g_strdup (interface->name);
  copy->hardware_address = g_strdup (interface->hardware_address);
  copy->addresses = g_memdup2 (interface->addresses, interface->n_addresses * sizeof *interface->addresses);
  return copy;
}

SluiceInterface *
sluice_interface_ref (SluiceInterface *interface)
{
  g_atomic_ref_count_inc (&interface->reference_count);
  return interface;
}

void
sluice_interface_unref (SluiceInterface *interface)
{
  if (!g_atomic_ref_count_dec (&interface->reference_count))
    return;
  g_free (interface->name);
  g_free (interface->hardware_address);
  g_free (interface->addresses);
  g_free (interface);
}

/**
 * sluice_interface_describe:
 * @interface: a record
 *
 * Returns: (transfer full): its name in words, such as "Wi-Fi (wlan0)"
 */
char *
sluice_interface_describe (const SluiceInterface *interface)
{
  /* Translators: what kind of network interface, and the system's name for it, as in "Wi-Fi (wlan0)". */
  return g_strdup_printf (C_("interface", "%s (%s)"), sluice_interface_kind_label (interface->kind), interface->name);
}

/**
 * sluice_interface_kind_name:
 * @kind: a kind
 *
 * Returns: its name for machines
 */
const char *
sluice_interface_kind_name (SluiceInterfaceKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), "other");
  return kinds[kind].name;
}

/**
 * sluice_interface_kind_label:
 * @kind: a kind
 *
 * Returns: its name for people, translated
 */
const char *
sluice_interface_kind_label (SluiceInterfaceKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), "");
  return _(kinds[kind].label);
}
