#include "sluice-config.h"

#include "capture/interface-rows.h"

#include "model/text.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* A link that was in the last sample. */
typedef struct
{
  guint64 instance;
  gboolean listed;
} ShownLink;

struct _SluiceInterfaceRows
{
  SluiceLinkTable *links; /* not owned */
  SluiceMeterScope scope;
  GArray *asked;     /* guint64: those that had one of the scope's names; they stay in it under another */
  GArray *shown;     /* ShownLink: what the last sample held */
  GHashTable *found; /* instance → index + 1, of the sample in the making */
};

/**
 * sluice_interface_rows_new:
 * @links: the interfaces; must outlive the rows
 * @scope: which of them; copied
 *
 * Returns: (transfer full): a maker of rows
 */
SluiceInterfaceRows *
sluice_interface_rows_new (SluiceLinkTable *links, const SluiceMeterScope *scope)
{
  SluiceInterfaceRows *rows = g_new0 (SluiceInterfaceRows, 1);

  rows->links = links;
  rows->scope.every = scope->every;
  rows->scope.names = g_strdupv (scope->names);
  rows->scope.listed = scope->listed || scope->names == NULL;
  rows->asked = g_array_new (FALSE, FALSE, sizeof (guint64));
  rows->shown = g_array_new (FALSE, FALSE, sizeof (ShownLink));
  rows->found = g_hash_table_new (g_int64_hash, g_int64_equal);
  return rows;
}

void
sluice_interface_rows_free (SluiceInterfaceRows *rows)
{
  g_array_unref (rows->asked);
  g_array_unref (rows->shown);
  g_hash_table_unref (rows->found);
  g_strfreev (rows->scope.names);
  g_free (rows);
}

/* What a link's counter gained. One that went far back was reset and began at zero; one that went back a little was
 * corrected, as when a device is given fewer queues, and to count all of it anew would be a burst that never was. */
static guint64
gain (guint64 now, guint64 before)
{
  if (now >= before)
    return now - before;
  return now < before / 2 ? now : 0;
}

static const ShownLink *
find_shown (SluiceInterfaceRows *rows, guint64 instance)
{
  for (guint i = 0; i < rows->shown->len; i++)
    if (g_array_index (rows->shown, ShownLink, i).instance == instance)
      return &g_array_index (rows->shown, ShownLink, i);
  return NULL;
}

static gboolean
is_asked_for (SluiceInterfaceRows *rows, const SluiceLink *link)
{
  guint64 instance = link->record->instance;

  if (rows->scope.names == NULL)
    return FALSE;
  for (guint i = 0; i < rows->asked->len; i++)
    if (g_array_index (rows->asked, guint64, i) == instance)
      return TRUE;
  if (!g_strv_contains ((const char *const *) rows->scope.names, link->raw_name))
    return FALSE;
  g_array_append_val (rows->asked, instance);
  return TRUE;
}

static gboolean
in_scope (SluiceInterfaceRows *rows, const SluiceLink *link)
{
  const ShownLink *shown;

  if (rows->scope.every || is_asked_for (rows, link))
    return TRUE;
  if (!rows->scope.listed)
    return FALSE;
  /* One that loses its mark is in one more sample, with what it counted until then. */
  shown = find_shown (rows, link->record->instance);
  return link->listed || (shown != NULL && shown->listed);
}

/**
 * sluice_interface_rows_fill:
 * @rows: a maker of rows
 * @sample: a sample without interfaces
 *
 * Adds the row of each link in scope.
 */
void
sluice_interface_rows_fill (SluiceInterfaceRows *rows, SluiceSample *sample)
{
  for (guint i = 0; i < sluice_link_table_get_length (rows->links); i++)
    {
      const SluiceLink *link = sluice_link_table_get (rows->links, i);
      SluiceInterfaceRow row = { 0 };

      if (!in_scope (rows, link))
        continue;
      row.interface = sluice_interface_ref (link->record);
      row.dropped = gain (link->dropped, link->last_dropped);
      row.listed = link->listed;
      row.gone = link->gone;
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          row.bytes[d] = gain (link->bytes[d], link->last_bytes[d]);
          row.packets[d] = gain (link->packets[d], link->last_packets[d]);
          row.total_bytes[d] = link->bytes[d];
        }
      g_array_append_val (sample->interfaces, row);
      g_hash_table_insert (rows->found, &row.interface->instance, GUINT_TO_POINTER (sample->interfaces->len));
    }
}

/**
 * sluice_interface_rows_find:
 * @rows: a maker that has filled a sample
 * @instance: an interface
 *
 * Returns: which of the sample's interfaces it is, or %SLUICE_INDEX_NONE
 */
guint32
sluice_interface_rows_find (SluiceInterfaceRows *rows, guint64 instance)
{
  /* 0 − 1 is SLUICE_INDEX_NONE: not in scope. */
  return GPOINTER_TO_UINT (g_hash_table_lookup (rows->found, &instance)) - 1;
}

/**
 * sluice_interface_rows_finish:
 * @rows: a maker that has filled a sample, which is still there
 *
 * Takes what the links counted, so that the next sample begins there.
 */
void
sluice_interface_rows_finish (SluiceInterfaceRows *rows)
{
  /* The take says what is listed in the next span until something happens. */
  sluice_link_table_take (rows->links);
  g_array_set_size (rows->shown, 0);
  for (guint i = 0; i < sluice_link_table_get_length (rows->links); i++)
    {
      const SluiceLink *link = sluice_link_table_get (rows->links, i);
      ShownLink shown = { link->record->instance, link->listed };

      if (g_hash_table_contains (rows->found, &link->record->instance))
        g_array_append_val (rows->shown, shown);
    }
  g_hash_table_remove_all (rows->found);
}

/**
 * sluice_meter_scope_check:
 * @scope: which interfaces
 * @links: those that there are
 * @error: %G_IO_ERROR_NOT_FOUND
 *
 * Returns: whether each that is named exists
 */
gboolean
sluice_meter_scope_check (const SluiceMeterScope *scope, SluiceLinkTable *links, GError **error)
{
  for (guint i = 0; scope->names != NULL && scope->names[i] != NULL; i++)
    if (sluice_link_table_find_name (links, scope->names[i]) == NULL)
      {
        g_autofree char *name = sluice_text_sanitise (scope->names[i], -1, SLUICE_NAME_MAX);

        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("There is no interface “%s”; “sluicectl interfaces” lists those that exist."), name);
        return FALSE;
      }
  return TRUE;
}
