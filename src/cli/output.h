#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SLUICE_OUTPUT_ERROR (sluice_output_error_quark ())
GQuark sluice_output_error_quark (void);

typedef enum
{
  SLUICE_OUTPUT_ERROR_CLOSED, /* the reader went away */
  SLUICE_OUTPUT_ERROR_STUCK, /* asked to end while the reader reads nothing */
  SLUICE_OUTPUT_ERROR_FAILED,
} SluiceOutputError;

void     sluice_output_init        (void);
gboolean sluice_output_is_terminal (void);
gboolean sluice_output_has_colour  (void);
gboolean sluice_output_is_unicode  (void);
guint    sluice_output_get_width   (void);
gboolean sluice_output_write       (const char *bytes,
                                    gsize       length,
                                    GError    **error);
gboolean sluice_output_write_text  (const char *text,
                                    GError    **error);
char    *sluice_output_to_locale   (const char *text);
void     sluice_output_complain    (const char *sentence);

G_END_DECLS
