#pragma once

#include <gio/gio.h>

#include "model/sample.h"

G_BEGIN_DECLS

typedef enum
{
  SLUICE_SCOPE_LISTED, /* the default set: see SluiceInterfaceRow.listed */
  SLUICE_SCOPE_NAMED,  /* just those that are named */
  SLUICE_SCOPE_EVERY,  /* every interface there is, each marked whether it is listed */
} SluiceScope;

/**
 * SluiceEngineOptions:
 * @source: "auto", "kernel", …; %NULL is "auto"
 * @scope: which interfaces are in the samples
 * @interfaces: (nullable): names for %SLUICE_SCOPE_NAMED, or of what is to be there beside %SLUICE_SCOPE_LISTED;
 *   %NULL-terminated
 * @interval_ms: 100 to 60000; 0 is 1000
 * @first_ms: how soon after the start the first figures come, so that a window is not empty for a whole interval; 0 is
 *   after @interval_ms
 * @connections: whether samples hold connection rows from the start
 * @file: (nullable): a capture file (pcap or pcapng; "-" is standard input) instead of this machine's interfaces: what
 *   is said above of source, scope and time does not matter then. Samples come as fast as they are taken, with the
 *   packets' own times; the last one has ended.
 * @networks: (array length=n_networks) (nullable): the networks that are local in the file
 * @n_networks: how many; with none, the local side is who spoke first
 * @sums_only: of a file, its times do not matter: it comes in few samples, which is faster
 */
typedef struct
{
  const char *source;
  SluiceScope scope;
  const char *const *interfaces;
  guint interval_ms;
  guint first_ms;
  gboolean connections;
  const char *file;
  const SluiceInterfaceAddress *networks;
  guint n_networks;
  gboolean sums_only;
} SluiceEngineOptions;

#define SLUICE_ENGINE_ERROR (sluice_engine_error_quark ())
GQuark sluice_engine_error_quark (void);

typedef enum
{
  SLUICE_ENGINE_ERROR_USAGE,      /* a source that does not exist */
  SLUICE_ENGINE_ERROR_INTERFACE,  /* an interface that does not exist */
  SLUICE_ENGINE_ERROR_PERMISSION, /* the caller may not use the source */
  SLUICE_ENGINE_ERROR_FAILED,
} SluiceEngineError;

#define SLUICE_TYPE_ENGINE (sluice_engine_get_type ())
/**
 * SluiceEngine:
 *
 * Owns the capture thread for as long as it runs and hands its samples out on the main loop of the thread that made it.
 *
 * Signal "sample" (SluiceEngine *engine, SluiceSample *sample): a sample has come; the pointer is the engine's.
 */
G_DECLARE_FINAL_TYPE (SluiceEngine, sluice_engine, SLUICE, ENGINE, GObject)

SluiceEngine    *sluice_engine_new                 (void);
gboolean         sluice_engine_start               (SluiceEngine              *self,
                                                    const SluiceEngineOptions *options,
                                                    GError                   **error);
void             sluice_engine_start_async         (SluiceEngine              *self,
                                                    const SluiceEngineOptions *options,
                                                    GAsyncReadyCallback        callback,
                                                    gpointer                   user_data);
gboolean         sluice_engine_start_finish        (SluiceEngine              *self,
                                                    GAsyncResult              *result,
                                                    GError                   **error);
void             sluice_engine_stop                (SluiceEngine              *self);
gboolean         sluice_engine_is_running          (SluiceEngine              *self);
void             sluice_engine_set_interval        (SluiceEngine              *self,
                                                    guint                      interval_ms);
void             sluice_engine_hold_connections    (SluiceEngine              *self);
void             sluice_engine_release_connections (SluiceEngine              *self);
SluiceSourceKind sluice_engine_get_source          (SluiceEngine              *self);
const char      *sluice_engine_get_note            (SluiceEngine              *self);
gboolean         sluice_engine_sees_everyone       (SluiceEngine              *self);
SluiceSample    *sluice_engine_get_latest          (SluiceEngine              *self);

G_END_DECLS
