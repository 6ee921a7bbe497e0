#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SluiceColumn:
 * @title: translated heading
 * @right: set flush right, as numbers are
 * @min_width: columns that it takes at the least, so that a table printed again keeps its shape
 * @max_width: columns that it may take; longer text is cut with an ellipsis; 0 is no limit
 */
typedef struct
{
  const char *title;
  gboolean right;
  guint min_width;
  guint max_width;
} SluiceColumn;

/**
 * SluiceTable:
 *
 * Text in aligned columns.
 */
typedef struct _SluiceTable SluiceTable;

SluiceTable *sluice_table_new      (const SluiceColumn *columns,
                                    guint               n_columns);
void         sluice_table_free     (SluiceTable        *table);
void         sluice_table_add      (SluiceTable        *table,
                                    const char         *cell);
void         sluice_table_add_rest (SluiceTable        *table,
                                    const char         *text);
void         sluice_table_print    (SluiceTable        *table,
                                    gboolean            bold_heading,
                                    GString            *text_out);

guint sluice_table_width (const char *text);
void  sluice_table_fit   (GString    *text_out,
                          const char *text,
                          guint       width,
                          gboolean    right,
                          gboolean    unicode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceTable, sluice_table_free)

G_END_DECLS
