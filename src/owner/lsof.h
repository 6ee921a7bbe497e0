#pragma once

#include "owner/sock-diag.h"

G_BEGIN_DECLS

/**
 * SluiceLsof:
 *
 * The sockets and who holds them as lsof(8) tells, for systems whose kernel does not list its sockets itself. One
 * thread at a time.
 */
typedef struct _SluiceLsof SluiceLsof;

/**
 * SluiceLsofFunc:
 * @socket: a socket; its cookie is made up, the same from one list to the next
 * @pid: a process that holds it; another may follow
 * @user_data: the caller's
 *
 * Called for each socket of each process.
 */
typedef void (*SluiceLsofFunc) (const SluiceSocket *socket, gint32 pid, gpointer user_data);

SluiceLsof *sluice_lsof_new        (const char    *path,
                                    GError       **error);
void        sluice_lsof_free       (SluiceLsof    *lsof);
gboolean    sluice_lsof_list       (SluiceLsof    *lsof,
                                    gint64         patience,
                                    SluiceLsofFunc func,
                                    gpointer       user_data,
                                    GError       **error);
void        sluice_lsof_want       (SluiceLsof    *lsof,
                                    gint64         time);
gboolean    sluice_lsof_is_awaited (SluiceLsof    *lsof,
                                    gint64         time);
gint64      sluice_lsof_hurry      (SluiceLsof    *lsof,
                                    gint64         now,
                                    SluiceLsofFunc func,
                                    gpointer       user_data,
                                    gboolean      *listed_out);
gboolean    sluice_lsof_parse      (const char    *text,
                                    gsize          length,
                                    SluiceLsofFunc func,
                                    gpointer       user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceLsof, sluice_lsof_free)

G_END_DECLS
