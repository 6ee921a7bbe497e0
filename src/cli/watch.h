#pragma once

#include "cli/command.h"
#include "cli/totals.h"
#include "model/sample.h"

G_BEGIN_DECLS

/* What the rows of the list are. */
typedef enum
{
  SLUICE_WATCH_PROGRAMS,
  SLUICE_WATCH_CONNECTIONS,
  SLUICE_WATCH_HOSTS,
  SLUICE_WATCH_PROTOCOLS,
  SLUICE_WATCH_INTERFACES,
  SLUICE_WATCH_N_BY,
} SluiceWatchBy;

/**
 * SluiceWatchOptions:
 * @interfaces: (nullable): names, %NULL-terminated; %NULL is the default set
 * @any: the default set is wanted too
 * @source: as the engine takes it
 * @by: what the rows are
 * @top: rows at the most, 0 for all
 * @duration: µs, 0 for no end
 * @interval_ms: between two samples
 * @json: for machines
 * @file: (nullable): what the capture file is called that is summed up
 * @undirected: nothing tells which side is local: only both directions together mean something
 */
typedef struct
{
  char **interfaces;
  gboolean any;
  char *source;
  SluiceWatchBy by;
  guint top;
  gint64 duration;
  guint interval_ms;
  gboolean json;
  char *file;
  gboolean undirected;
} SluiceWatchOptions;

SluiceExit sluice_watch_options_refuse    (const char         *option,
                                           const char         *value,
                                           const char         *wanted);
SluiceExit sluice_watch_options_parse_top (const char         *word,
                                           guint              *top_out);
gboolean   sluice_watch_options_parse_by  (const char         *word,
                                           SluiceWatchBy      *by_out);
gboolean   sluice_watch_options_parse     (SluiceWatchOptions *options,
                                           char              **argv,
                                           SluiceExit         *exit_out);
void       sluice_watch_options_clear     (SluiceWatchOptions *options);

char *sluice_watch_json_sample  (const SluiceWatchOptions *options,
                                 const SluiceSample       *sample);
char *sluice_watch_json_summary (const SluiceWatchOptions *options,
                                 const SluiceTotals       *totals);

char *sluice_watch_text_sample  (const SluiceWatchOptions *options,
                                 const SluiceTotals       *totals,
                                 gboolean                  bold);
char *sluice_watch_text_summary (const SluiceWatchOptions *options,
                                 const SluiceTotals       *totals,
                                 gboolean                  bold);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceWatchOptions, sluice_watch_options_clear)

G_END_DECLS
