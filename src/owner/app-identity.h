#pragma once

#include "model/program.h"
#include "owner/desktop-index.h"

G_BEGIN_DECLS

/**
 * SluiceAppIdentity:
 * @kind: what a process belongs to
 * @id: its id, or %NULL
 * @name: what people call it, or %NULL
 * @icon_name: a themed icon's name, or %NULL
 * @unit: the systemd unit or scope, or %NULL
 *
 * The texts are raw.
 */
typedef struct
{
  SluiceAppKind kind;
  char *id;
  char *name;
  char *icon_name;
  char *unit;
} SluiceAppIdentity;

void sluice_app_identity_find  (SluiceAppIdentity  *identity,
                                SluiceDesktopIndex *index,
                                const char         *cgroup,
                                const char         *path);
void sluice_app_identity_clear (SluiceAppIdentity  *identity);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceAppIdentity, sluice_app_identity_clear)

G_END_DECLS
