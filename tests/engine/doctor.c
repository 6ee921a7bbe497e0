#include "engine/doctor-private.h"

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
  g_assert_cmpstr (report->best, ==,
                   g_array_index (report->tiers, SluiceTierReport, 1).available ? "packets" : "kernel");
}

static void
test_checks (void)
{
  static const char *const ids[] = { "links",    "sockets", "ends",     "processes", "everyone", "net-raw", "parser",
                                     "lsof",     "connects", "bpf",     "btf",       "cgroup2",  "country", "network" };
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

/* What the doctor says of other users' programs where the probe found this. */
static char *
judge_others (gboolean root, gboolean sandboxed, gboolean sees_own, gboolean sees_everyone)
{
  const SluiceProbe probe = {
    .links = TRUE,
    .sockets = TRUE,
    .root = root,
    .sandboxed = sandboxed,
    .sees_own = sees_own,
    .sees_everyone = sees_everyone,
  };
  g_autoptr (SluiceDoctorReport) report = sluice_doctor_report_new (&probe);
  const SluiceDoctorCheck *check = find_check (report, "everyone");

  g_assert_true (check->ok == (sees_everyone && sees_own && !sandboxed));
  g_assert_true (find_check (report, "processes")->ok == (sees_own && !sandboxed));
  return g_strdup (check->text);
}

static void
test_remedies (void)
{
  g_autofree char *user = judge_others (FALSE, FALSE, TRUE, FALSE);
  g_autofree char *confined_root = judge_others (TRUE, FALSE, TRUE, FALSE);
  g_autofree char *root = judge_others (TRUE, FALSE, TRUE, TRUE);
  g_autofree char *without_proc = judge_others (FALSE, FALSE, FALSE, FALSE);
  g_autofree char *sandboxed = judge_others (FALSE, TRUE, TRUE, FALSE);

  g_assert_nonnull (strstr (user, "sudo"));
  g_assert_null (strstr (confined_root, "sudo"));
  g_assert_nonnull (strstr (confined_root, "CAP_SYS_PTRACE"));
  g_assert_cmpstr (root, ==, "Other users’ programs can be told apart.");
  g_assert_null (strstr (without_proc, "one row"));
  g_assert_cmpstr (without_proc, ==, sandboxed);
}

static const SluiceTierReport *
judge_packets (SluiceDoctorReport **report_out, gboolean net_raw, gboolean root, const char *parser_error)
{
  const SluiceProbe probe = {
    .links = TRUE,
    .net_raw = net_raw,
    .root = root,
    .parser = parser_error == NULL,
    .parser_error = (char *) parser_error,
  };

  *report_out = sluice_doctor_report_new (&probe);
  return &g_array_index ((*report_out)->tiers, SluiceTierReport, 1);
}

static void
test_packets_tier (void)
{
  g_autoptr (SluiceDoctorReport) had = NULL;
  g_autoptr (SluiceDoctorReport) user = NULL;
  g_autoptr (SluiceDoctorReport) root = NULL;
  g_autoptr (SluiceDoctorReport) unlocked = NULL;
  const SluiceTierReport *tier;

  g_assert_true (judge_packets (&had, TRUE, FALSE, NULL)->available);
  g_assert_cmpstr (had->best, ==, "packets");
  g_assert_true (g_str_has_prefix (judge_packets (&user, FALSE, FALSE, NULL)->mend, "sudo setcap cap_net_raw"));
  g_assert_cmpstr (user->best, ==, "kernel");
  tier = judge_packets (&root, FALSE, TRUE, NULL);
  g_assert_null (tier->mend);
  g_assert_nonnull (strstr (tier->obstacle, "container"));
  g_assert_cmpstr (judge_packets (&unlocked, TRUE, TRUE, "No seccomp.")->obstacle, ==, "No seccomp.");
  g_assert_false (find_check (unlocked, "parser")->ok);
}

static void
test_sandboxed_tier (void)
{
  const SluiceProbe probe = { .links = TRUE, .sockets = TRUE, .sees_own = TRUE, .sandboxed = TRUE };
  g_autoptr (SluiceDoctorReport) report = sluice_doctor_report_new (&probe);

  g_assert_null (strstr (g_array_index (report->tiers, SluiceTierReport, 0).gives, "your own programs"));
}

static char *
make_sentence (const char *places, const char *id, gboolean ok)
{
  g_autoptr (SluiceGeo) geo = sluice_geo_new (places);
  const SluiceProbe probe = { .links = TRUE, .geo = geo };
  g_autoptr (SluiceDoctorReport) report = NULL;
  const SluiceDoctorCheck *check;

  sluice_geo_refresh (geo, 1);
  report = sluice_doctor_report_new (&probe);
  check = find_check (report, id);
  g_assert_nonnull (check);
  g_assert_true (check->ok == ok);
  g_assert_true (g_str_has_suffix (check->text, "."));
  return g_strdup (check->text);
}

static void
test_places (void)
{
  static const char *const system_folders[]
      = { "/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP" };
  g_autofree char *country = NULL;
  g_autofree char *network = NULL;
  g_autofree char *listed = NULL;
  g_autofree char *fault = NULL;
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "sluice", NULL);

  if (!sluice_geo_database_is_supported ())
    {
      g_test_skip ("built without libmaxminddb");
      return;
    }
  listed = make_sentence ("", "country", FALSE);
  g_assert_nonnull (strstr (listed, "SLUICE_GEOIP"));
  fault = make_sentence ("/nonexistent/x.mmdb", "geo-file", FALSE);
  g_assert_nonnull (strstr (fault, "/nonexistent/x.mmdb"));
  /* The tests' user has none; the system may. */
  for (guint i = 0; i < G_N_ELEMENTS (system_folders); i++)
    if (g_file_test (system_folders[i], G_FILE_TEST_EXISTS))
      return;
  country = make_sentence (NULL, "country", FALSE);
  network = make_sentence (NULL, "network", FALSE);
  g_assert_nonnull (strstr (country, folder));
  g_assert_nonnull (strstr (country, "GeoLite2-Country.mmdb"));
  g_assert_nonnull (strstr (network, folder));
  g_assert_nonnull (strstr (network, "GeoLite2-ASN.mmdb"));
}

int
main (int argc, char *argv[])
{
  g_setenv ("XDG_DATA_HOME", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/doctor/each-tier-is-had-or-has-an-obstacle", test_tiers);
  g_test_add_func ("/doctor/each-check-is-one-sentence", test_checks);
  g_test_add_func ("/doctor/a-remedy-is-one-that-the-caller-can-use", test_remedies);
  g_test_add_func ("/doctor/the-packets-tier-has-a-remedy-for-each-caller", test_packets_tier);
  g_test_add_func ("/doctor/the-sandbox-hides-ones-own-programs-too", test_sandboxed_tier);
  g_test_add_func ("/doctor/says-where-databases-of-hosts-belong", test_places);

  return g_test_run ();
}
