#pragma once

#include "owner/socket-index.h"

G_BEGIN_DECLS

/* How many network namespaces besides its own are looked into. */
#define SLUICE_NAMESPACES_MAX 64

/**
 * SluiceNamespaces:
 *
 * The sockets of the other network namespaces of this machine: those of containers. One thread at a time.
 */
typedef struct _SluiceNamespaces SluiceNamespaces;

SluiceNamespaces  *sluice_namespaces_new      (const char       *root);
void               sluice_namespaces_free     (SluiceNamespaces *namespaces);
void               sluice_namespaces_read     (SluiceNamespaces *namespaces,
                                               gint64            now);
gboolean           sluice_namespaces_see_all  (SluiceNamespaces *namespaces);
guint              sluice_namespaces_get_size (SluiceNamespaces *namespaces);
SluiceSocketIndex *sluice_namespaces_get      (SluiceNamespaces *namespaces,
                                               guint             i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceNamespaces, sluice_namespaces_free)

G_END_DECLS
