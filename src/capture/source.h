#pragma once

#include "model/sample.h"

G_BEGIN_DECLS

/**
 * SluiceSource:
 * @kind: which tier it is
 * @sees_everyone: whether other users' programs are shown
 * @read: makes the sample of what happened since the last call; never %NULL: what could not be read is its fault
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
  SluiceSample *(*read) (SluiceSource *source, gboolean with_connections);
  void (*free) (SluiceSource *source);
};

#define sluice_source_read(source, with_connections) ((source)->read ((source), (with_connections)))
#define sluice_source_free(source) ((source)->free (source))

G_END_DECLS
