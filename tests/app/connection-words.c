#include "app/connection-words.h"

#include "begin.h"
#include "programs-fixture.h"

static void
test_state (void)
{
  Fixture fixture;
  FixtureProcess *process;
  g_autoptr (SluiceConnectionList) list = NULL;
  SluiceProgramItem *item;
  guint n;

  fixture_init (&fixture);
  process = fixture_add (&fixture, 100, "server", "anna");
  process->n_connections = 1;
  process->n_listening = 1;
  fixture_tick (&fixture);
  item = sluice_live_model_find_program (fixture.model, process->program->identity);
  list = sluice_connection_list_new (fixture.model);
  sluice_connection_list_set_item (list, item);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  g_assert_cmpuint (n, ==, 2);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SluiceConnectionItem) connection = g_list_model_get_item (G_LIST_MODEL (list), i);
      const SluiceConnectionRow *row = sluice_connection_item_get_row (connection);
      char text[SLUICE_PROTOCOL_TEXT_MAX];
      const gboolean waits = sluice_connection_words_waits (row);

      g_assert_cmpstr (sluice_connection_words_state (connection), ==, waits ? "listening" : "established");
      g_assert_cmpstr (sluice_connection_words_protocol (row, text), ==, waits ? "–" : "HTTPS");
    }
  g_assert_cmpuint (sluice_connection_words_count_state ("caption"), >=, strlen ("closing"));
  g_clear_object (&list);
  fixture_clear (&fixture);
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);
  g_test_add_func ("/connection-words/says-state-and-protocol-of-what-is-open", test_state);
  return g_test_run ();
}
