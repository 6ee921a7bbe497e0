#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluiceJsonWriter:
 * @text: what has been written so far
 *
 * Writes JSON (RFC 8259) straight into a text. It exists because a tree of nodes for ten thousand connections a second
 * costs more than all the rest of the program. Member names are ours and are not escaped.
 */
typedef struct
{
  GString *text;
  gboolean comma;
} SluiceJsonWriter;

void  sluice_json_writer_init        (SluiceJsonWriter *json);
char *sluice_json_writer_finish      (SluiceJsonWriter *json);
void  sluice_json_writer_begin       (SluiceJsonWriter *json,
                                      const char       *member,
                                      char              bracket);
void  sluice_json_writer_end         (SluiceJsonWriter *json,
                                      char              bracket);
void  sluice_json_writer_add_string  (SluiceJsonWriter *json,
                                      const char       *member,
                                      const char       *value);
void  sluice_json_writer_add_uint    (SluiceJsonWriter *json,
                                      const char       *member,
                                      guint64           value);
void  sluice_json_writer_add_known   (SluiceJsonWriter *json,
                                      const char       *member,
                                      guint64           value);
void  sluice_json_writer_add_double  (SluiceJsonWriter *json,
                                      const char       *member,
                                      double            value,
                                      guint             decimals);
void  sluice_json_writer_add_boolean (SluiceJsonWriter *json,
                                      const char       *member,
                                      gboolean          value);
void  sluice_json_writer_add_null    (SluiceJsonWriter *json,
                                      const char       *member);

G_END_DECLS
