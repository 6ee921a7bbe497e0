#pragma once

#include "capture/geo.h"

G_BEGIN_DECLS

/**
 * SluiceProbe:
 * @links: rtnetlink tells of interfaces and counters
 * @sockets: sock_diag lists connections
 * @hears_ends: the kernel tells the last figures of sockets that end between two looks
 * @sees_own: /proc shows the caller's own processes
 * @sees_everyone: /proc shows whose every socket is
 * @root: the caller is root, of whom no more can be asked
 * @sandboxed: inside a Flatpak, where no other process is seen
 * @net_raw: may read packets, for which it takes CAP_NET_RAW
 * @parser: this build has the process that parses packets, and it can lock itself up here
 * @lsof: lsof is there, which finds owners of sockets where the kernel does not list them
 * @connects: the kernel tells at once who opens a TCP connection, for which it takes CAP_PERFMON
 * @bpf: may count in the kernel, for which it takes CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN of the machine itself
 * @btf: the kernel describes its own types, which CO-RE programs need
 * @cgroup2: where the unified cgroup hierarchy is mounted, or %NULL
 * @kernel: the kernel's release, such as "6.1.0-18-amd64"
 * @geo: where hosts are, with the files that tell, refreshed; %NULL where that was not looked at
 * @links_error: why @links is not so, or %NULL
 * @sockets_error: why @sockets is not so, or %NULL
 * @parser_error: why @parser is not so, or %NULL
 * @connects_error: why @connects is not so, or %NULL
 *
 * What this machine offers to this user, found out by trying.
 */
typedef struct
{
  gboolean links;
  gboolean sockets;
  gboolean hears_ends;
  gboolean sees_own;
  gboolean sees_everyone;
  gboolean root;
  gboolean sandboxed;
  gboolean net_raw;
  gboolean parser;
  gboolean lsof;
  gboolean connects;
  gboolean bpf;
  gboolean btf;
  char *cgroup2;
  char *kernel;
  SluiceGeo *geo;
  char *links_error;
  char *sockets_error;
  char *parser_error;
  char *connects_error;
} SluiceProbe;

SluiceProbe *sluice_probe_new  (void);
void         sluice_probe_free (SluiceProbe *probe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceProbe, sluice_probe_free)

G_END_DECLS
