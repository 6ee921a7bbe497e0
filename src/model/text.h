#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a name may be at the most, in characters, once it is inside. */
#define SLUICE_NAME_MAX 256
/* A command line or a path may be longer. */
#define SLUICE_PATH_MAX 4096

char *sluice_text_sanitise  (const char *text,
                             gssize      length,
                             guint       max_characters);
char *sluice_text_csv_field (const char *text);
char *sluice_text_markup    (const char *text);

G_END_DECLS
