#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Called on the main loop, never in a signal handler; @signal_number as in signal.h. */
typedef void (*SluiceSignalFunc) (int signal_number,
                                  gpointer user_data);

void     sluice_signals_open         (SluiceSignalFunc func,
                                      gpointer         user_data);
void     sluice_signals_add          (int              signal_number);
void     sluice_signals_close        (void);
int      sluice_signals_get_fd       (void);
gboolean sluice_signals_is_stopping  (void);
void     sluice_signals_set_stopping (void);

G_END_DECLS
