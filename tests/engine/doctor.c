#include "engine/doctor.h"

#include <string.h>

static const SluiceDoctorCheck *
find_check (const SluiceDoctorReport *report, const char *id)
{
  for (guint i = 0; i < report->checks->len; i++)
    if (g_str_equal (g_array_index (report->checks, SluiceDoctorCheck, i).id, id))
      return &g_array_index (report->checks, SluiceDoctorCheck, i);
  return NULL;
}

static void
test_tiers (void)
{
  static const char *const names[] = { "kernel", "packets", "exact" };
  g_autoptr (SluiceDoctorReport) report = sluice_doctor_examine ();

  g_assert_cmpuint (report->tiers->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const SluiceTierReport *tier = &g_array_index (report->tiers, SluiceTierReport, i);

      g_assert_cmpstr (tier->tier, ==, names[i]);
      g_assert_true (g_str_has_suffix (tier->gives, "."));
      g_assert_true (tier->available == (tier->obstacle == NULL));
      g_assert_true (tier->obstacle == NULL || g_str_has_suffix (tier->obstacle, "."));
    }
  g_assert_true (g_array_index (report->tiers, SluiceTierReport, 0).available);
  g_assert_cmpstr (report->best, ==, "kernel");
}

static void
test_checks (void)
{
  static const char *const ids[]
      = { "links", "sockets", "ends", "processes", "everyone", "net-raw", "bpf", "btf", "cgroup2" };
  g_autoptr (SluiceDoctorReport) report = sluice_doctor_examine ();

  g_assert_cmpuint (report->checks->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const SluiceDoctorCheck *check = &g_array_index (report->checks, SluiceDoctorCheck, i);

      g_assert_cmpstr (check->id, ==, ids[i]);
      g_assert_true (g_utf8_validate (check->text, -1, NULL));
      g_assert_true (g_str_has_suffix (check->text, "."));
      g_assert_null (strchr (check->text, '\n'));
    }
  g_assert_true (find_check (report, "links")->ok);
  g_assert_true (find_check (report, "btf")->ok == g_file_test ("/sys/kernel/btf/vmlinux", G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/doctor/each-tier-is-had-or-has-an-obstacle", test_tiers);
  g_test_add_func ("/doctor/each-check-is-one-sentence", test_checks);

  return g_test_run ();
}
