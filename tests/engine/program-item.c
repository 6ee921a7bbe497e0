#include "engine/program-item-private.h"

#include "sample-maker.h"

static void
test_moment (void)
{
  g_autoptr (SluiceProgram) program = make_program (7, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgramItem) item = sluice_program_item_new (SLUICE_ITEM_PROGRAM, program, "id", "a");
  SluiceProgramClock *clock = g_rc_box_new0 (SluiceProgramClock);

  sluice_program_item_follow (item, clock);
  for (guint i = 1; i <= 3; i++)
    {
      clock->begun++;
      sluice_program_item_begin (item);
      sluice_program_item_edit (item)->n_processes += i + 1;
      /* Begun once. */
      sluice_program_item_begin (item);
      sluice_program_item_end (item, 0, &(SluicePoint){ i * SECOND, SECOND }, TRUE);
      g_assert_cmpuint (sluice_program_item_get_stats (item)->n_processes, ==, i > 1 ? i : 0);
      g_assert_cmpstr (sluice_program_item_get_detail (item), ==,
                       ((const char *[]){ "me · no open connection", "me · 2 processes", "me · 3 processes" })[i - 1]);
      clock->done = clock->begun;
      g_assert_cmpuint (sluice_program_item_get_stats (item)->n_processes, ==, i + 1);
    }
  g_assert_cmpstr (sluice_program_item_get_detail (item), ==, "me · 4 processes");
  g_rc_box_release (clock);
}

static void
test_totals (void)
{
  g_autoptr (SluiceProgram) program = make_program (7, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgramItem) item = sluice_program_item_new (SLUICE_ITEM_PROGRAM, program, "id", "a");
  const SluiceProgramStats *stats = sluice_program_item_get_stats (item);
  const guint64 some[] = { 100, 10 };
  const guint64 more[] = { 5, 1 };
  const guint64 none[] = { 0, 0 };

  sluice_program_item_add_bytes (item, 3, none);
  sluice_program_item_add_bytes (item, 3, some);
  sluice_program_item_add_bytes (item, 3, more);
  sluice_program_item_add_bytes (item, 4, more);
  sluice_program_item_add_bytes (item, 0, some);
  sluice_program_item_end (item, 3, &(SluicePoint){ SECOND, SECOND }, TRUE);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 105);
  sluice_program_item_end (item, 0, &(SluicePoint){ SECOND, SECOND }, FALSE);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 100);
  sluice_program_item_end (item, 9, &(SluicePoint){ SECOND, SECOND }, FALSE);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 0);
  /* A link came back as another, over which a byte went already. */
  sluice_program_item_rename_interface (item, 3, 4);
  sluice_program_item_rename_interface (item, 77, 4);
  sluice_program_item_end (item, 4, &(SluicePoint){ SECOND, SECOND }, FALSE);
  g_assert_cmpuint (stats->total[SLUICE_RX], ==, 110);
}

static void
test_series (void)
{
  g_autoptr (SluiceProgram) program = make_program (7, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgramItem) item = sluice_program_item_new (SLUICE_ITEM_PROCESS, program, "id", "a");
  SluiceSeries *series;

  /* What never moved a byte has no points to keep. */
  sluice_program_item_end (item, 0, &(SluicePoint){ SECOND, SECOND }, TRUE);
  series = sluice_program_item_get_series (item);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 0);
  sluice_program_item_edit (item)->rate[SLUICE_RX] = 8;
  sluice_program_item_end (item, 0, &(SluicePoint){ 2 * SECOND, SECOND }, TRUE);
  sluice_program_item_end (item, 0, &(SluicePoint){ 3 * SECOND, SECOND }, FALSE);
  g_assert_cmpuint (sluice_series_get_length (series), ==, 1);
  sluice_program_item_forget_series (item);
  g_assert_cmpuint (sluice_series_get_length (sluice_program_item_get_series (item)), ==, 0);
}

static void
test_details (void)
{
  g_autoptr (SluiceProgram) program = make_program (7, "/usr/bin/a", "me", NULL);
  g_autoptr (SluiceProgram) nameless = make_program (8, "/usr/bin/a", NULL, NULL);
  g_autoptr (SluiceProgramItem) process = sluice_program_item_new (SLUICE_ITEM_PROCESS, program, "id", "a");
  g_autoptr (SluiceProgramItem) many = sluice_program_item_new (SLUICE_ITEM_PROGRAM, program, "id", "a");
  g_autoptr (SluiceProgramItem) group = sluice_program_item_new (SLUICE_ITEM_GROUP, NULL, "me", "me");
  g_autoptr (SluiceProgramItem) others
    = sluice_program_item_new (SLUICE_ITEM_PROGRAM, sluice_program_other_users (), "other-users", "other users");

  g_assert_cmpstr (sluice_program_item_get_detail (process), ==, "me · pid 7");
  sluice_program_item_renew_program (process, nameless);
  g_assert_cmpstr (sluice_program_item_get_detail (process), ==, "pid 8");
  g_assert_cmpstr (sluice_program_item_get_detail (many), ==, "me · no open connection");
  sluice_program_item_edit (many)->n_processes = 3;
  sluice_program_item_end (many, 0, &(SluicePoint){ SECOND, SECOND }, TRUE);
  g_assert_cmpstr (sluice_program_item_get_detail (many), ==, "me · 3 processes");
  sluice_program_item_edit (many)->n_processes = 1;
  sluice_program_item_end (many, 0, &(SluicePoint){ SECOND, SECOND }, TRUE);
  g_assert_cmpstr (sluice_program_item_get_detail (many), ==, "me · pid 7");
  g_assert_cmpstr (sluice_program_item_get_detail (group), ==, "0 programs");
  g_list_store_append (sluice_program_item_get_store (group), many);
  g_assert_cmpstr (sluice_program_item_get_detail (group), ==, "1 program");
  g_assert_cmpstr (sluice_program_item_get_detail (others), ==, "all that you may not see");
  g_assert_null (sluice_program_item_get_program (group));
  g_assert_null (sluice_program_item_get_children (process));
}

static void
test_search (void)
{
  g_autoptr (SluiceProgram) program = make_program (4711, "/opt/Große Straße/browser", "Ünal", "web.service");
  g_autoptr (SluiceProgramItem) process = sluice_program_item_new (SLUICE_ITEM_PROCESS, program, "id", "Browser");
  g_autoptr (SluiceProgramItem) group = sluice_program_item_new (SLUICE_ITEM_GROUP, NULL, "x", "Things");
  static const char *const found[]
    = { "", " ", "browser", "brow", "4711", "web.service", "ünal", "große", "browser 4711", "  browser\t471 " };
  static const char *const not_found[] = { "firefox", "browser firefox", "47112", "Browser" };

  g_list_store_append (sluice_program_item_get_store (group), process);
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_autofree char *folded = g_utf8_casefold (found[i], -1);

      g_assert_true (sluice_program_item_matches (process, folded));
      g_assert_true (sluice_program_item_matches (group, folded));
    }
  for (guint i = 0; i < G_N_ELEMENTS (not_found); i++)
    g_assert_false (sluice_program_item_matches (group, not_found[i]));
  g_assert_true (sluice_program_item_matches (group, "things"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/program-item/a-sample-is-seen-when-it-is-done", test_moment);
  g_test_add_func ("/program-item/totals-are-of-the-scope", test_totals);
  g_test_add_func ("/program-item/a-series-begins-with-the-first-byte", test_series);
  g_test_add_func ("/program-item/the-second-line-says-how-many-and-whose", test_details);
  g_test_add_func ("/program-item/every-word-must-be-found", test_search);

  return g_test_run ();
}
