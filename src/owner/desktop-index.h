#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluiceDesktopIndex:
 *
 * The applications that desktop files name. One thread at a time.
 */
typedef struct _SluiceDesktopIndex SluiceDesktopIndex;

/**
 * SluiceDesktopEntry:
 * @id: desktop file id without ".desktop"
 * @name: what people call it, in their language
 * @icon_name: a themed icon's name, or %NULL
 * @command: the base name of the program that it starts, or %NULL where that is an interpreter's or a wrapper's
 * @program: that program's absolute path, or %NULL where no such file was found
 * @visible: whether menus show it
 * @terminal_emulator: what runs in it is not part of it
 *
 * One desktop file. The texts are raw.
 */
typedef struct
{
  char *id;
  char *name;
  char *icon_name;
  char *command;
  char *program;
  gboolean visible;
  gboolean terminal_emulator;
} SluiceDesktopEntry;

SluiceDesktopIndex       *sluice_desktop_index_new        (const char         *root);
void                      sluice_desktop_index_free       (SluiceDesktopIndex *index);
void                      sluice_desktop_index_refresh    (SluiceDesktopIndex *index,
                                                           gint64              now);
const SluiceDesktopEntry *sluice_desktop_index_find       (SluiceDesktopIndex *index,
                                                           const char         *id);
const SluiceDesktopEntry *sluice_desktop_index_by_program (SluiceDesktopIndex *index,
                                                           const char         *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceDesktopIndex, sluice_desktop_index_free)

G_END_DECLS
