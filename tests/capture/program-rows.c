#include "capture/program-rows.h"

static SluiceProgram *
make_program (gint32 pid)
{
  SluiceProgram *program = sluice_program_new ();

  program->pid = pid;
  sluice_program_seal (program);
  return program;
}

static void
test_one_row (void)
{
  g_autoptr (SluiceProgramRows) rows = sluice_program_rows_new ();
  g_autoptr (SluiceProgram) alpha = make_program (1);
  g_autoptr (SluiceProgram) beta = make_program (2);
  g_autoptr (SluiceSample) first = sluice_sample_new ();
  g_autoptr (SluiceSample) second = sluice_sample_new ();

  g_assert_cmpuint (sluice_program_rows_get (rows, first, alpha), ==, 0);
  g_assert_cmpuint (sluice_program_rows_get (rows, first, beta), ==, 1);
  g_assert_cmpuint (sluice_program_rows_get (rows, first, alpha), ==, 0);
  g_assert_cmpuint (first->programs->len, ==, 2);
  g_assert_true (sluice_sample_program (first, 1)->program == beta);
  sluice_program_rows_finish (rows, first);

  g_assert_cmpuint (sluice_program_rows_get (rows, second, beta), ==, 0);
  g_assert_true (sluice_sample_program (second, 0)->program == beta);
  sluice_program_rows_finish (rows, second);
}

static void
test_median (void)
{
  static const guint32 alphas[] = { 900, 100, 200 };
  g_autoptr (SluiceProgramRows) rows = sluice_program_rows_new ();
  g_autoptr (SluiceProgram) alpha = make_program (1);
  g_autoptr (SluiceProgram) beta = make_program (2);
  g_autoptr (SluiceProgram) gamma = make_program (3);
  g_autoptr (SluiceSample) first = sluice_sample_new ();
  g_autoptr (SluiceSample) second = sluice_sample_new ();
  guint32 a = sluice_program_rows_get (rows, first, alpha);
  guint32 b = sluice_program_rows_get (rows, first, beta);
  guint32 c = sluice_program_rows_get (rows, first, gamma);

  /* Of two the longer one; who has none keeps none. */
  sluice_program_rows_add_round_trip (rows, c, 50);
  for (guint i = 0; i < G_N_ELEMENTS (alphas); i++)
    sluice_program_rows_add_round_trip (rows, a, alphas[i]);
  sluice_program_rows_add_round_trip (rows, c, 40);
  sluice_program_rows_finish (rows, first);
  g_assert_cmpuint (sluice_sample_program (first, a)->rtt_us, ==, 200);
  g_assert_cmpuint (sluice_sample_program (first, b)->rtt_us, ==, 0);
  g_assert_cmpuint (sluice_sample_program (first, c)->rtt_us, ==, 50);

  /* A round trip counts for one sample. */
  a = sluice_program_rows_get (rows, second, alpha);
  sluice_program_rows_finish (rows, second);
  g_assert_cmpuint (sluice_sample_program (second, a)->rtt_us, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program-rows/has-one-row-a-program-in-each-sample", test_one_row);
  g_test_add_func ("/program-rows/takes-the-median-of-a-program's-round-trips", test_median);
  return g_test_run ();
}
