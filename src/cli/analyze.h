#pragma once

#include "cli/watch.h"

G_BEGIN_DECLS

/**
 * SluiceAnalyzeOptions:
 * @list: what is listed, and how
 * @path: the file; "-" is standard input
 * @networks: array of #SluiceInterfaceAddress: the networks that are local
 */
typedef struct
{
  SluiceWatchOptions list;
  char *path;
  GArray *networks;
} SluiceAnalyzeOptions;

gboolean sluice_analyze_options_parse         (SluiceAnalyzeOptions   *options,
                                               char                  **argv,
                                               SluiceExit             *exit_out);
gboolean sluice_analyze_options_parse_network (const char             *word,
                                               SluiceInterfaceAddress *network_out);
void     sluice_analyze_options_clear         (SluiceAnalyzeOptions   *options);

char *sluice_analyze_text (const SluiceWatchOptions *options,
                           const SluiceTotals       *totals,
                           gboolean                  bold);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SluiceAnalyzeOptions, sluice_analyze_options_clear)

G_END_DECLS
