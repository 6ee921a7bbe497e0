#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean sluice_interpreter_is (const char *executable);

G_END_DECLS
