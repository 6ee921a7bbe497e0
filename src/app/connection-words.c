#include "app/connection-words.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/cell-text.h"
#include "model/part-sums.h"

/**
 * sluice_connection_words_waits:
 * @row: a connection
 *
 * Returns: whether it waits for peers
 */
gboolean
sluice_connection_words_waits (const SluiceConnectionRow *row)
{
  return (row->flags & SLUICE_CONNECTION_LISTENING) != 0;
}

/* What TCP's states are called for people, by the kernel's number (net/tcp_states.h); 0 where there are no states. */
static const char *const state_names[] = {
  N_("connected"), N_("established"), N_("connecting"), N_("accepting"), N_("closing"), N_("closing"), N_("waiting"),
  N_("closing"),   N_("closing"),     N_("closing"),    N_("closing"),   N_("closing"), N_("accepting"),
};

/**
 * sluice_connection_words_state:
 * @item: a connection
 *
 * Returns: its state, in a word
 */
const char *
sluice_connection_words_state (SluiceConnectionItem *item)
{
  const SluiceConnectionRow *row = sluice_connection_item_get_row (item);

  if (sluice_connection_item_get_closed (item))
    return _("ended");
  if (sluice_connection_words_waits (row))
    return row->state != 0 ? _("listening") : _("open");

  return row->state < G_N_ELEMENTS (state_names) ? _(state_names[row->state]) : _("closing");
}

/**
 * sluice_connection_words_count_state:
 * @style: (nullable): the style class of what shows it
 *
 * Returns: how many characters wide a cell is that has room for every state
 */
guint
sluice_connection_words_count_state (const char *style)
{
  guint most = MAX (sluice_cell_text_count (style, _("listening")), sluice_cell_text_count (style, _("ended")));

  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    most = MAX (most, sluice_cell_text_count (style, _(state_names[i])));
  return most;
}

/**
 * sluice_connection_words_protocol:
 * @row: a connection
 * @text_out: room for what is not known by name
 *
 * Returns: what it speaks
 */
const char *
sluice_connection_words_protocol (const SluiceConnectionRow *row,
                                  char                       text_out[SLUICE_PROTOCOL_TEXT_MAX])
{
  const SluiceProtocol protocol = sluice_connection_words_waits (row) ? 0 : sluice_connection_row_protocol (row);

  return protocol != 0 ? sluice_protocol_to_text (protocol, text_out) : "–";
}
