#pragma once

#include "model/address.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_INTERFACE_ETHERNET,
  SLUICE_INTERFACE_WIFI,
  SLUICE_INTERFACE_LOOPBACK,
  SLUICE_INTERFACE_BRIDGE,
  SLUICE_INTERFACE_BOND,
  SLUICE_INTERFACE_VLAN,
  SLUICE_INTERFACE_VETH,
  SLUICE_INTERFACE_TUNNEL,
  SLUICE_INTERFACE_MOBILE,
  SLUICE_INTERFACE_VIRTUAL,
  SLUICE_INTERFACE_OTHER,
} SluiceInterfaceKind;

/**
 * SluiceInterfaceAddress:
 * @address: an address of this machine on the interface
 * @prefix_length: bits of the network part
 */
typedef struct
{
  SluiceAddress address;
  guint8 prefix_length;
} SluiceInterfaceAddress;

/**
 * SluiceInterface:
 * @instance: a number that this incarnation of the interface has for the life of the process. It stays over a rename,
 *   down and up; an interface that is removed and created again has a new one.
 * @ifindex: the kernel's index, which may be used again after removal
 * @name: the kernel's name, already sanitised
 * @kind: what it is
 * @up: administratively up
 * @running: has a carrier
 * @master: ifindex of the bridge, bond or team that it is enslaved to, or 0
 * @lower: ifindex of the device that carries it (a VLAN's parent), or 0
 * @speed: bit/s, or 0 where the device tells none
 * @hardware_address: "02:fc:…", or %NULL
 * @addresses: @n_addresses of them
 *
 * What is known about a network interface, apart from its counters. Immutable and reference-counted; a change makes
 * a new record with the same @instance. May be used from any thread.
 */
typedef struct
{
  gatomicrefcount reference_count;
  guint64 instance;
  guint32 ifindex;
  SluiceInterfaceKind kind;
  gboolean up;
  gboolean running;
  guint32 master;
  guint32 lower;
  guint64 speed;
  char *name;
  char *hardware_address;
  SluiceInterfaceAddress *addresses;
  guint n_addresses;
} SluiceInterface;

SluiceInterface *sluice_interface_new        (guint64                instance,
                                              guint32                ifindex,
                                              const char            *name);
SluiceInterface *sluice_interface_copy       (const SluiceInterface *interface);
SluiceInterface *sluice_interface_ref        (SluiceInterface       *interface);
void             sluice_interface_unref      (SluiceInterface       *interface);
char            *sluice_interface_describe   (const SluiceInterface *interface);
const char      *sluice_interface_kind_name  (SluiceInterfaceKind    kind);
const char      *sluice_interface_kind_label (SluiceInterfaceKind    kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceInterface, sluice_interface_unref)

G_END_DECLS
