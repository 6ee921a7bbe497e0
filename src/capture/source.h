#pragma once

#include "model/sample.h"
#include "owner/owner-table.h"

G_BEGIN_DECLS

/**
 * SluiceSource:
 * @kind: which tier it is
 * @sees_everyone: whether other users' programs are shown
 * @own_time: time is the source's own, as in a file: there is no tick, @dispatch makes its samples one by one as the
 *   reader takes them, until one has ended; @read makes the last one where it is stopped before
 * @descriptor: can be read when @dispatch has something to do; only with @dispatch
 * @read: makes the sample of what happened since the last call; never %NULL: what could not be read is its fault
 * @dispatch: (nullable): does what @descriptor has woken for; with @own_time it is called once to begin, too. Returns
 *   (transfer full) (nullable) a sample that is due now
 * @free: ends it
 *
 * Where samples come from. Made by its own constructor on the caller's thread, then used and freed by the capture
 * thread alone.
 */
typedef struct _SluiceSource SluiceSource;

struct _SluiceSource
{
  SluiceSourceKind kind;
  gboolean sees_everyone;
  gboolean own_time;
  int descriptor;
  SluiceSample *(*read) (SluiceSource *source, gboolean with_connections);
  SluiceSample *(*dispatch) (SluiceSource *source, gboolean with_connections);
  void (*free) (SluiceSource *source);
};

#define sluice_source_read(source, with_connections) ((source)->read ((source), (with_connections)))
#define sluice_source_dispatch(source, with_connections) ((source)->dispatch ((source), (with_connections)))
#define sluice_source_free(source) ((source)->free (source))

gint64   sluice_source_get_time      (void);
gboolean sluice_source_sees_everyone (SluiceOwnerTable *owners);

G_END_DECLS
