#include "sluice-config.h"

#include "cli/doctor-command.h"

#include <string.h>

#include "fixture.h"

static SluiceDoctorReport
make_report (SluiceTierReport *tiers,
             guint n_tiers,
             SluiceDoctorCheck *check)
{
  SluiceDoctorReport report = {
    .tiers = g_array_new (FALSE, FALSE, sizeof (SluiceTierReport)),
    .checks = g_array_new (FALSE, FALSE, sizeof (SluiceDoctorCheck)),
  };

  g_array_append_vals (report.tiers, tiers, n_tiers);
  g_array_append_vals (report.checks, check, 1);
  return report;
}

static SluiceTierReport tiers[] = {
  { "kernel", TRUE, (char *) "Some.", NULL, NULL },
  { "packets", FALSE, (char *) "More.", (char *) "May not.", (char *) "sudo setcap x" },
  { "exact", FALSE, (char *) "All.", (char *) "Cannot.", NULL },
};
static SluiceDoctorCheck check = { "sock-diag", FALSE, (char *) "Nobody answers." };

static void
test_text (void)
{
  SluiceDoctorReport report = make_report (tiers, G_N_ELEMENTS (tiers), &check);
  g_autofree char *text = NULL;
  g_autofree char *bold = NULL;

  report.best = "kernel";
  text = sluice_doctor_command_text (&report, FALSE, FALSE);
  g_assert_cmpstr (text, ==,
                   "+ kernel    Some.\n"
                   "- packets   More.\n"
                   "            May not.\n"
                   "            sudo setcap x\n"
                   "- exact     All.\n"
                   "            Cannot.\n"
                   "\n"
                   "- Nobody answers.\n"
                   "\n"
                   "“sluicectl watch” shows traffic in the tier “kernel”.\n");
  bold = sluice_doctor_command_text (&report, TRUE, TRUE);
  g_assert_true (g_str_has_prefix (bold, "✓ \033[1mkernel\033[0m"));
  g_array_unref (report.tiers);
  g_array_unref (report.checks);
}

static void
test_json (void)
{
  SluiceDoctorReport report = make_report (tiers, G_N_ELEMENTS (tiers), &check);
  g_autofree char *line = sluice_doctor_command_json (&report);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = fixture_parse (parser, line);
  JsonObject *kernel = fixture_find (object, "tiers", "tier", "kernel");
  JsonObject *packets = fixture_find (object, "tiers", "tier", "packets");

  g_assert_cmpint (json_object_get_int_member (object, "schema"), ==, 1);
  g_assert_true (json_object_get_null_member (object, "best"));
  g_assert_true (json_object_get_boolean_member (kernel, "available"));
  g_assert_true (json_object_get_null_member (kernel, "obstacle"));
  g_assert_false (json_object_get_boolean_member (packets, "available"));
  g_assert_cmpstr (json_object_get_string_member (packets, "mend"), ==, "sudo setcap x");
  g_assert_cmpstr (json_object_get_string_member (fixture_find (object, "checks", "id", "sock-diag"), "text"), ==,
                   "Nobody answers.");
  g_array_unref (report.tiers);
  g_array_unref (report.checks);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor-command/says-what-is-in-the-way-and-what-mends-it", test_text);
  g_test_add_func ("/doctor-command/says-so-to-machines", test_json);
  return g_test_run ();
}
