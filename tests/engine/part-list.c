#include "engine/part-list.h"

#include "sample-maker.h"

typedef struct
{
  SluiceLiveModel *model;
  SluiceProgram *program;
  SluiceConnectionList *connections;
  gint64 second;
  SluiceSample *sample; /* in the making */
} Case;

static void
begin (Case *test)
{
  test->sample = make_sample (++test->second);
  put_interface (test->sample, 1, "eth0", 0, 0);
  put_program (test->sample, test->program);
  test->sample->has_connections = TRUE;
}

static void
end (Case *test)
{
  sluice_live_model_feed (test->model, test->sample);
  g_clear_pointer (&test->sample, sluice_sample_unref);
}

static SluiceConnectionRow *
talk (Case *test, guint64 id, guint8 last, guint16 port, guint64 rx, guint64 total)
{
  SluiceConnectionRow *row = put_connection (test->sample, id, 0, 0, rx);
  SluiceAddress local = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 1 });
  SluiceAddress remote = sluice_address_from_ipv4 ((const guint8[]){ 198, 51, 100, last });

  sluice_flow_key_init (&row->key, 6, &local, 40000, &remote, port);
  row->total_payload[SLUICE_RX] = total;
  row->host = SLUICE_INDEX_NONE;
  return row;
}

static void
set_up (Case *test, gconstpointer data)
{
  test->model = sluice_live_model_new (NULL);
  test->program = make_program (1, "/usr/bin/a", "me", NULL);
  begin (test);
  end (test);
  test->connections = sluice_connection_list_new (test->model);
  sluice_connection_list_set_item (test->connections,
                                   sluice_live_model_find_program (test->model, test->program->identity));
}

static void
tear_down (Case *test, gconstpointer data)
{
  g_object_unref (test->connections);
  g_object_unref (test->model);
  sluice_program_unref (test->program);
}

static void
assert_part (SluicePartList *list, guint position, guint n, double rate, guint64 total)
{
  g_autoptr (SluicePartItem) item = g_list_model_get_item (G_LIST_MODEL (list), position);
  const SluicePartFigures *figures = sluice_part_item_get_figures (item);

  g_assert_cmpuint (figures->n_connections, ==, n);
  g_assert_cmpfloat_with_epsilon (figures->rate[SLUICE_RX], rate, 0.01);
  g_assert_cmpuint (figures->total[SLUICE_RX], ==, total);
}

static void
test_hosts (Case *test, gconstpointer data)
{
  g_autoptr (SluicePartList) list = NULL;

  begin (test);
  talk (test, 1, 7, 443, 10, 1000);
  talk (test, 2, 7, 80, 5, 5);
  talk (test, 3, 8, 443, 1, 0);
  talk (test, 4, 9, 0, 0, 0)->flags = SLUICE_CONNECTION_LISTENING;
  end (test);
  list = sluice_part_list_new (G_LIST_MODEL (test->connections), SLUICE_BY_HOST);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  assert_part (list, 0, 2, 15, 1005);
  assert_part (list, 1, 1, 1, 1);

  /* The next second, which one of them does not live to see; a second look at it counts nothing twice. */
  begin (test);
  talk (test, 1, 7, 443, 20, 1020);
  end (test);
  sluice_part_list_update (list);
  sluice_part_list_update (list);
  assert_part (list, 0, 1, 20, 1025);
  assert_part (list, 1, 0, 0, 1);
}

static void
test_protocols (Case *test, gconstpointer data)
{
  g_autoptr (SluicePartList) list = NULL;
  g_autoptr (SluicePartItem) item = NULL;

  begin (test);
  talk (test, 1, 7, 443, 10, 0);
  talk (test, 2, 8, 443, 5, 0);
  talk (test, 3, 8, 22, 1, 0);
  end (test);
  list = sluice_part_list_new (G_LIST_MODEL (test->connections), SLUICE_BY_PROTOCOL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  assert_part (list, 0, 2, 15, 15);
  assert_part (list, 1, 1, 1, 1);
  item = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_assert_null (sluice_part_item_get_host (item));
  g_assert_cmpuint (sluice_part_item_get_protocol (item), ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_SSH));
}

static void
test_name (Case *test, gconstpointer data)
{
  g_autoptr (SluicePartList) list = NULL;
  g_autoptr (SluicePartItem) item = NULL;
  SluiceHostRow known = { .host = NULL };

  begin (test);
  talk (test, 1, 7, 443, 10, 0);
  end (test);
  list = sluice_part_list_new (G_LIST_MODEL (test->connections), SLUICE_BY_HOST);
  item = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_null (sluice_part_item_get_host (item)->name);

  begin (test);
  known.host = sluice_host_new (&talk (test, 1, 7, 443, 10, 0)->key.remote);
  known.host->name = g_strdup ("example.org");
  g_array_append_val (test->sample->hosts, known);
  sluice_sample_connection (test->sample, 0)->host = 0;
  end (test);
  sluice_part_list_update (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpstr (sluice_part_item_get_host (item)->name, ==, "example.org");
}

static void
test_bound (Case *test, gconstpointer data)
{
  g_autoptr (SluicePartList) list = NULL;

  /* Every address once: what has ended goes before what is open, and not all of it stays. */
  for (guint round = 0; round < 24; round++)
    {
      begin (test);
      test->sample->time += round * 20 * SECOND;
      for (guint i = 0; i < 100; i++)
        {
          SluiceConnectionRow *row = talk (test, 1 + round * 100 + i, (guint8) i, 443, 1, 0);

          row->key.remote.bytes[2] = (guint8) round;
        }
      end (test);
      if (list == NULL)
        list = sluice_part_list_new (G_LIST_MODEL (test->connections), SLUICE_BY_HOST);
      sluice_part_list_update (list);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), <=, 1000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/part-list/sums-connections-by-host-and-keeps-what-ended-ones-moved", test_hosts);
  ADD ("/part-list/sums-connections-by-protocol", test_protocols);
  ADD ("/part-list/takes-a-name-when-it-is-learnt", test_name);
  ADD ("/part-list/lets-go-of-hosts-without-connections-where-there-are-many", test_bound);
  return g_test_run ();
}
