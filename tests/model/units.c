#include "sluice-config.h"

#include "model/units.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <math.h>
#include <string.h>

static void
assert_rate (double rate, SluiceRateUnit unit, const char *expected)
{
  char text[SLUICE_UNITS_TEXT_MAX];

  g_assert_cmpstr (sluice_units_format_rate (rate, unit, text), ==, expected);
}

static void
test_bit_rates (void)
{
  assert_rate (0, SLUICE_RATE_UNIT_BITS, "0 bit/s");
  assert_rate (0.01, SLUICE_RATE_UNIT_BITS, "0 bit/s");
  assert_rate (-0.0, SLUICE_RATE_UNIT_BITS, "0 bit/s");
  assert_rate (950 / 8.0, SLUICE_RATE_UNIT_BITS, "950 bit/s");
  assert_rate (125, SLUICE_RATE_UNIT_BITS, "1.00 kbit/s");
  assert_rate (24.1e6 / 8, SLUICE_RATE_UNIT_BITS, "24.1 Mbit/s");
  assert_rate (1.93e6 / 8, SLUICE_RATE_UNIT_BITS, "1.93 Mbit/s");
  assert_rate (125e6, SLUICE_RATE_UNIT_BITS, "1.00 Gbit/s");
  assert_rate (50e9, SLUICE_RATE_UNIT_BITS, "400 Gbit/s");
  assert_rate (18446744073709551615.0, SLUICE_RATE_UNIT_BITS, "148 Ebit/s");
}

static void
test_byte_rates (void)
{
  assert_rate (0, SLUICE_RATE_UNIT_BYTES, "0 B/s");
  assert_rate (512, SLUICE_RATE_UNIT_BYTES, "512 B/s");
  assert_rate (3.01e6, SLUICE_RATE_UNIT_BYTES, "3.01 MB/s");
  assert_rate (18446744073709551615.0, SLUICE_RATE_UNIT_BYTES, "18.4 EB/s");
}

static void
test_rounding (void)
{
  assert_rate (999.4, SLUICE_RATE_UNIT_BYTES, "999 B/s");
  assert_rate (999.5, SLUICE_RATE_UNIT_BYTES, "1.00 kB/s");
  assert_rate (999.6, SLUICE_RATE_UNIT_BYTES, "1.00 kB/s");
  assert_rate (9994, SLUICE_RATE_UNIT_BYTES, "9.99 kB/s");
  assert_rate (9996, SLUICE_RATE_UNIT_BYTES, "10.0 kB/s");
  assert_rate (99940, SLUICE_RATE_UNIT_BYTES, "99.9 kB/s");
  assert_rate (99960, SLUICE_RATE_UNIT_BYTES, "100 kB/s");
  assert_rate (999400, SLUICE_RATE_UNIT_BYTES, "999 kB/s");
  assert_rate (999600, SLUICE_RATE_UNIT_BYTES, "1.00 MB/s");
}

/* Whatever the number, there are never more or fewer than three digits once there is a prefix. */
static void
test_three_digits (void)
{
  for (double rate = 1000; rate < 1e19; rate *= 1.00037)
    {
      char text[SLUICE_UNITS_TEXT_MAX];
      guint digits = 0;

      sluice_units_format_rate (rate, SLUICE_RATE_UNIT_BYTES, text);
      for (const char *p = text; *p != ' '; p++)
        digits += g_ascii_isdigit (*p) ? 1 : 0;
      g_assert_cmpuint (digits, ==, 3);
      g_assert_cmpint (text[0], !=, '0');
    }
}

static void
test_unknown (void)
{
  char text[SLUICE_UNITS_TEXT_MAX];

  for (SluiceRateUnit unit = SLUICE_RATE_UNIT_BITS; unit <= SLUICE_RATE_UNIT_BYTES; unit++)
    {
      assert_rate (NAN, unit, "–");
      assert_rate (-1, unit, "–");
      assert_rate (INFINITY, unit, "–");
      assert_rate (-INFINITY, unit, "–");
      assert_rate (1e300, unit, "–");
    }
  g_assert_cmpstr (sluice_units_format_latency (0, text), ==, "–");
  g_assert_cmpstr (sluice_units_format_percent (NAN, text), ==, "–");
  g_assert_cmpstr (sluice_units_format_percent (-0.1, text), ==, "–");
  g_assert_cmpstr (sluice_units_format_percent (1e300, text), ==, "–");
  g_assert_cmpstr (sluice_units_format_duration (-1, text), ==, "–");
  g_assert_cmpstr (sluice_units_format_duration (G_MININT64, text), ==, "–");
}

static void
test_sizes (void)
{
  static const struct
  {
    guint64 bytes;
    const char *si;
    const char *iec;
  } cases[] = {
    { 0, "0 B", "0 B" },
    { 1, "1 B", "1 B" },
    { 512, "512 B", "512 B" },
    { 999, "999 B", "999 B" },
    { 1000, "1.00 kB", "1000 B" },
    { 1023, "1.02 kB", "1023 B" },
    { 1024, "1.02 kB", "1.00 KiB" },
    { 1000 * 1024, "1.02 MB", "0.977 MiB" },
    { 3200000000, "3.20 GB", "2.98 GiB" },
    { 410000000, "410 MB", "391 MiB" },
    { G_MAXUINT64, "18.4 EB", "16.0 EiB" },
  };
  char text[SLUICE_UNITS_TEXT_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpstr (sluice_units_format_size (cases[i].bytes, SLUICE_SIZE_UNIT_SI, text), ==, cases[i].si);
      g_assert_cmpstr (sluice_units_format_size (cases[i].bytes, SLUICE_SIZE_UNIT_IEC, text), ==, cases[i].iec);
    }
}

static void
test_latencies (void)
{
  char text[SLUICE_UNITS_TEXT_MAX];

  g_assert_cmpstr (sluice_units_format_latency (1, text), ==, "1 µs");
  g_assert_cmpstr (sluice_units_format_latency (850, text), ==, "850 µs");
  g_assert_cmpstr (sluice_units_format_latency (1000, text), ==, "1.00 ms");
  g_assert_cmpstr (sluice_units_format_latency (14200, text), ==, "14.2 ms");
  g_assert_cmpstr (sluice_units_format_latency (1200000, text), ==, "1.20 s");
  g_assert_cmpstr (sluice_units_format_latency (G_MAXUINT32, text), ==, "4295 s");
}

static void
test_percents (void)
{
  static const struct
  {
    double fraction;
    const char *expected;
  } cases[] = {
    { 0, "0 %" },       { -0.0, "0 %" },     { 1e-9, "<0.1 %" }, { 0.000999, "<0.1 %" },
    { 0.001, "0.1 %" }, { 0.0094, "0.9 %" }, { 0.0096, "1 %" },  { 0.02, "2 %" },
    { 0.995, "100 %" }, { 1, "100 %" },      { 1.3, "130 %" },
  };
  char text[SLUICE_UNITS_TEXT_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (sluice_units_format_percent (cases[i].fraction, text), ==, cases[i].expected);
}

static void
test_durations (void)
{
  static const struct
  {
    gint64 seconds;
    const char *expected;
  } cases[] = {
    { 0, "0 s" },
    { 45, "45 s" },
    { 59, "59 s" },
    { 60, "1 min 00 s" },
    { 200, "3 min 20 s" },
    { 3599, "59 min 59 s" },
    { 3600, "1 h 00 min" },
    { 12 * 3600 + 3 * 60 + 59, "12 h 03 min" },
    { 86400, "1 d 00 h" },
    { 2 * 86400 + 4 * 3600, "2 d 04 h" },
    { G_MAXINT64 / G_USEC_PER_SEC, "106751991 d 04 h" },
  };
  char text[SLUICE_UNITS_TEXT_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (sluice_units_format_duration (cases[i].seconds * G_USEC_PER_SEC, text), ==, cases[i].expected);
  g_assert_cmpstr (sluice_units_format_duration (59999999, text), ==, "59 s");
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    double rate;
  } cases[] = {
    { "10mbit", 1.25e6 }, { "1.5gbit", 187.5e6 },  { "800kbit", 1e5 },   { "2MB/s", 2e6 },
    { "500bit", 62.5 },   { "1GB/s", 1e9 },        { "1kB/s", 1000 },    { "9B/s", 9 },
    { "10mbps", 1.25e6 }, { "10 Mbit/s", 1.25e6 }, { "10MBIT", 1.25e6 }, { "10Mbits/s", 1.25e6 },
    { "8kbits", 1000 },   { "1tbit", 1.25e11 },    { "0.5kbit", 62.5 },  { "0000010kbit", 1250 },
    { "8bit", 1 },        { "10.kbit", 1250 },     { ".5kbit", 62.5 },   { "2mB/s", 2e6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      double rate = 0;
      gboolean ok = sluice_units_parse_rate (cases[i].text, &rate, &error);

      g_assert_no_error (error);
      g_assert_true (ok);
      g_assert_cmpfloat_with_epsilon (rate, cases[i].rate, 1e-6);
    }
}

static void
test_parse_refuses (void)
{
  static const struct
  {
    const char *text;
    GNumberParserError code;
  } cases[] = {
    { "", G_NUMBER_PARSER_ERROR_INVALID },
    { "garbage", G_NUMBER_PARSER_ERROR_INVALID },
    { "10", G_NUMBER_PARSER_ERROR_INVALID },
    { "mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { ".mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "1,5mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "1.2.3mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "1e6bit", G_NUMBER_PARSER_ERROR_INVALID },
    { "0x10mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "infbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "nan", G_NUMBER_PARSER_ERROR_INVALID },
    { "+1mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { " 1mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "1mbit ", G_NUMBER_PARSER_ERROR_INVALID },
    { "1mbit;reboot", G_NUMBER_PARSER_ERROR_INVALID },
    { "1  mbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "10MBps", G_NUMBER_PARSER_ERROR_INVALID },
    { "10mb/s", G_NUMBER_PARSER_ERROR_INVALID },
    { "1Mibit", G_NUMBER_PARSER_ERROR_INVALID },
    { "1kkbit", G_NUMBER_PARSER_ERROR_INVALID },
    { "-", G_NUMBER_PARSER_ERROR_INVALID },
    { "-5mbit", G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS },
    { "0mbit", G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS },
    { "7bit", G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS },
    { "1000TB/s", G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS },
  };
  g_autofree char *digits = g_strnfill (400, '9');
  g_autofree char *huge = g_strconcat (digits, "gbit", NULL);
  g_autoptr (GError) error = NULL;
  double rate = 42;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_false (sluice_units_parse_rate (cases[i].text, &rate, &error));
      g_assert_error (error, G_NUMBER_PARSER_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      g_clear_error (&error);
    }
  g_assert_false (sluice_units_parse_rate (huge, &rate, &error));
  g_assert_error (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS);
  g_assert_cmpuint (strlen (error->message), <, 200);
  g_clear_error (&error);

  g_assert_false (sluice_units_parse_rate ("\x1b[2J\xff", &rate, &error));
  g_assert_cmpstr (error->message, ==,
                   "“<U+001B>[2J<FF>” is not a rate: write it like 10mbit, 1.5gbit, 800kbit or 2MB/s");
  g_assert_cmpfloat (rate, ==, 42);
}

static gpointer
format_thread (gpointer data)
{
  gsize wrong = 0;

  for (guint i = 0; i < 20000; i++)
    {
      char text[SLUICE_UNITS_TEXT_MAX];

      wrong += g_str_equal (sluice_units_format_rate (24.1e6 / 8, SLUICE_RATE_UNIT_BITS, text), "24.1 Mbit/s") ? 0 : 1;
      wrong += g_str_equal (sluice_units_format_latency (850, text), "850 µs") ? 0 : 1;
    }
  return GSIZE_TO_POINTER (wrong);
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("format", format_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (threads[i])), ==, 0);
}

/* A folder with a German locale of its own, so that the test does not depend on what is installed. */
typedef struct
{
  char *folder;
  gboolean ready;
} Fixture;

static gboolean
run (const char *const *argv)
{
  int status = -1;

  return g_spawn_sync (NULL, (char **) argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                       NULL, &status, NULL)
         && g_spawn_check_wait_status (status, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *locale = NULL;

  fixture->folder = g_dir_make_tmp ("sluice-units-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  locale = g_build_filename (fixture->folder, "de_DE.UTF-8", NULL);
  g_setenv ("LOCPATH", fixture->folder, TRUE);
  fixture->ready
      = run ((const char *const[]){ "localedef", "--no-archive", "-c", "-i", "de_DE", "-f", "UTF-8", locale, NULL })
        && setlocale (LC_ALL, "de_DE.UTF-8") != NULL;
  if (!fixture->ready)
    g_test_skip ("needs localedef and its inputs (package locales)");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  setlocale (LC_ALL, "C");
  g_unsetenv ("LOCPATH");
  g_assert_true (run ((const char *const[]){ "rm", "-r", "--", fixture->folder, NULL }));
  g_free (fixture->folder);
}

static void
test_comma (Fixture *fixture, gconstpointer data)
{
  char text[SLUICE_UNITS_TEXT_MAX];
  double rate;

  if (!fixture->ready)
    return;
  assert_rate (24.1e6 / 8, SLUICE_RATE_UNIT_BITS, "24,1 Mbit/s");
  g_assert_cmpstr (sluice_units_format_size (3200000000, SLUICE_SIZE_UNIT_SI, text), ==, "3,20 GB");
  g_assert_cmpstr (sluice_units_format_latency (14200, text), ==, "14,2 ms");
  g_assert_cmpstr (sluice_units_format_percent (0.0001, text), ==, "<0,1 %");
  g_assert_true (sluice_units_parse_rate ("1.5gbit", &rate, NULL));
  g_assert_cmpfloat (rate, ==, 187.5e6);
  g_assert_false (sluice_units_parse_rate ("1,5gbit", &rate, NULL));
}

static void
test_catalogue (Fixture *fixture, gconstpointer data)
{
  static const char catalogue[]
      = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"
        "msgctxt \"unit\"\nmsgid \"%s Mbit/s\"\nmsgstr \"Mbit/s: %s\"\n"
        "msgctxt \"unit\"\nmsgid \"%s kbit/s\"\nmsgstr \"%n%n%s%s\"\n"
        "msgctxt \"unit\"\nmsgid \"%s Gbit/s\"\nmsgstr \"%s üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü\"\n"
        "msgctxt \"unit\"\nmsgid \"%d s\"\nmsgstr \"1%d üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü\"\n"
        "msgctxt \"unit\"\nmsgid \"%s %%\"\nmsgstr \"%%%s\"\n";
  g_autofree char *po = g_build_filename (fixture->folder, "sluice.po", NULL);
  g_autofree char *messages = g_build_filename (fixture->folder, "de", "LC_MESSAGES", NULL);
  g_autofree char *mo = g_build_filename (messages, GETTEXT_PACKAGE ".mo", NULL);
  char text[SLUICE_UNITS_TEXT_MAX];

  if (!fixture->ready)
    return;
  g_assert_cmpint (g_mkdir_with_parents (messages, 0700), ==, 0);
  g_assert_true (g_file_set_contents (po, catalogue, -1, NULL));
  if (!run ((const char *const[]){ "msgfmt", "-o", mo, po, NULL }))
    {
      g_test_skip ("needs msgfmt (package gettext)");
      return;
    }
  g_setenv ("LANGUAGE", "de", TRUE);
  bindtextdomain (GETTEXT_PACKAGE, fixture->folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  assert_rate (24.1e6 / 8, SLUICE_RATE_UNIT_BITS, "Mbit/s: 24,1");
  assert_rate (24.1e3 / 8, SLUICE_RATE_UNIT_BITS, "%n%n24,124,1");
  g_assert_cmpstr (sluice_units_format_percent (0.5, text), ==, "%50");

  /* Too long: cut between characters, inside the buffer. */
  sluice_units_format_rate (24.1e9 / 8, SLUICE_RATE_UNIT_BITS, text);
  g_assert_cmpuint (strlen (text), ==, SLUICE_UNITS_TEXT_MAX - 1);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_str_has_prefix (text, "24,1 üüü"));
  sluice_units_format_duration (5 * G_USEC_PER_SEC, text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_str_has_prefix (text, "15 üüü"));
  g_setenv ("LANGUAGE", "C", TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/units/writes-rates-in-bits-by-powers-of-1000", test_bit_rates);
  g_test_add_func ("/units/writes-rates-in-bytes-by-powers-of-1000", test_byte_rates);
  g_test_add_func ("/units/rounds-up-into-the-next-prefix", test_rounding);
  g_test_add_func ("/units/shows-three-digits-at-every-magnitude", test_three_digits);
  g_test_add_func ("/units/writes-a-dash-for-what-is-not-known", test_unknown);
  g_test_add_func ("/units/writes-sizes-in-both-systems", test_sizes);
  g_test_add_func ("/units/writes-latencies", test_latencies);
  g_test_add_func ("/units/writes-percents", test_percents);
  g_test_add_func ("/units/writes-durations-as-their-two-largest-units", test_durations);
  g_test_add_func ("/units/reads-rates-as-people-write-them", test_parse);
  g_test_add_func ("/units/refuses-what-is-no-rate-and-says-so", test_parse_refuses);
  g_test_add ("/units/uses-the-decimal-separator-of-the-locale-but-reads-a-point", Fixture, NULL, set_up, test_comma,
              tear_down);
  g_test_add ("/units/survives-any-translation", Fixture, NULL, set_up, test_catalogue, tear_down);
  g_test_add_func ("/units/may-be-used-from-many-threads", test_threads); /* last: the environment is fixed now */

  return g_test_run ();
}
