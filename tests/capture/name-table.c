#include "capture/name-table.h"

#include <string.h>

#define HOUR ((gint64) 3600 * G_USEC_PER_SEC)

static SluiceAddress
make_address (guint32 number)
{
  guint8 bytes[4] = { (guint8) (number >> 24), (guint8) (number >> 16), (guint8) (number >> 8), (guint8) number };

  return sluice_address_from_ipv4 (bytes);
}

static void
learn (SluiceNameTable *table, guint32 number, SluiceNameSource source, gint64 time, const char *name)
{
  SluiceNameReport report = { .address = make_address (number), .source = source, .time = time };

  g_strlcpy (report.name, name, sizeof report.name);
  sluice_name_table_learn (table, &report);
}

static const char *
name (SluiceNameTable *table, guint32 number)
{
  SluiceAddress address = make_address (number);

  return sluice_name_table_get (table, &address)->name;
}

static void
test_sources (void)
{
  g_autoptr (SluiceNameTable) table = sluice_name_table_new (10);

  g_assert_null (name (table, 1));
  learn (table, 1, SLUICE_NAME_REVERSE, 1 * HOUR, "server-1.example.net");
  g_assert_cmpstr (name (table, 1), ==, "server-1.example.net");
  learn (table, 1, SLUICE_NAME_TLS, 2 * HOUR, "www.example.org");
  g_assert_cmpstr (name (table, 1), ==, "www.example.org");
  /* Worse, and not much later. */
  learn (table, 1, SLUICE_NAME_DNS, 3 * HOUR, "cdn.example.com");
  g_assert_cmpstr (name (table, 1), ==, "www.example.org");
  learn (table, 1, SLUICE_NAME_DNS, 9 * HOUR, "cdn.example.com");
  g_assert_cmpstr (name (table, 1), ==, "cdn.example.com");
  /* As good: the later one. */
  learn (table, 1, SLUICE_NAME_DNS, 8 * HOUR, "earlier.example.com");
  g_assert_cmpstr (name (table, 1), ==, "cdn.example.com");
  learn (table, 1, SLUICE_NAME_DNS, 10 * HOUR, "later.example.com");
  g_assert_cmpstr (name (table, 1), ==, "later.example.com");
}

static void
test_records (void)
{
  g_autoptr (SluiceNameTable) table = sluice_name_table_new (10);
  SluiceAddress address = make_address (1);
  g_autoptr (SluiceHost) kept = NULL;

  learn (table, 1, SLUICE_NAME_DNS, HOUR, "one.example");
  kept = sluice_host_ref (sluice_name_table_get (table, &address));
  learn (table, 1, SLUICE_NAME_DNS, HOUR + 1, "ONE.example");
  g_assert_true (sluice_name_table_get (table, &address) == kept);
  learn (table, 1, SLUICE_NAME_DNS, 2 * HOUR, "one.example");
  g_assert_cmpint (sluice_name_table_get (table, &address)->name_time, ==, 2 * HOUR);
  learn (table, 1, SLUICE_NAME_TLS, 2 * HOUR, "two.example");
  g_assert_cmpstr (kept->name, ==, "one.example");
  g_assert_cmpint (kept->name_time, ==, HOUR);
  g_assert_cmpint (sluice_name_table_get (table, &address)->name_source, ==, SLUICE_NAME_TLS);
}

static void
test_hostile (void)
{
  g_autoptr (SluiceNameTable) table = sluice_name_table_new (10);
  SluiceNameReport report = { .address = make_address (3), .source = SLUICE_NAME_TLS };

  learn (table, 1, SLUICE_NAME_DNS, HOUR, "a\x1b[31m\xe2\x80\xae\n.example");
  g_assert_true (g_utf8_validate (name (table, 1), -1, NULL));
  g_assert_null (strpbrk (name (table, 1), "\x1b\n"));
  g_assert_null (strstr (name (table, 1), "\xe2\x80\xae"));
  learn (table, 2, SLUICE_NAME_DNS, HOUR, "");
  g_assert_null (name (table, 2));
  learn (table, 2, SLUICE_NAME_NONE, HOUR, "none.example");
  learn (table, 2, 77, HOUR, "none.example");
  g_assert_null (name (table, 2));
  /* Without an end. */
  memset (report.name, 'a', sizeof report.name);
  sluice_name_table_learn (table, &report);
  g_assert_cmpuint (strlen (name (table, 3)), ==, sizeof report.name);
  report.address.family = SLUICE_FAMILY_NONE;
  sluice_name_table_learn (table, &report);
  g_assert_cmpuint (sluice_name_table_get_size (table), ==, 3);
}

static void
test_bound (void)
{
  g_autoptr (SluiceNameTable) table = sluice_name_table_new (1000);

  learn (table, 0, SLUICE_NAME_DNS, HOUR, "kept.example");
  learn (table, 1, SLUICE_NAME_DNS, HOUR, "forgotten.example");
  for (guint32 i = 2; i < 100000; i++)
    {
      learn (table, i, SLUICE_NAME_DNS, HOUR, "flood.example");
      if (i % 500 == 0)
        g_assert_cmpstr (name (table, 0), ==, "kept.example");
    }
  g_assert_cmpuint (sluice_name_table_get_size (table), ==, 1000);
  g_assert_cmpstr (name (table, 0), ==, "kept.example");
  g_assert_cmpstr (name (table, 99999), ==, "flood.example");
  g_assert_null (name (table, 1));
  g_assert_cmpuint (sluice_name_table_get_size (table), ==, 1000);
}

static void
test_call (void)
{
  g_autoptr (SluiceNameTable) table = sluice_name_table_new (10);
  SluiceNameReport report = { .address = make_address (1), .source = SLUICE_NAME_HTTP, .time = HOUR, .name = "B.org" };
  g_autoptr (SluiceHost) other = NULL;
  g_autoptr (SluiceHost) same = NULL;

  g_assert_null (sluice_name_table_find (table, &report.address));
  learn (table, 1, SLUICE_NAME_TLS, HOUR, "a.org");
  other = sluice_name_table_call (table, &report);
  g_assert_cmpstr (other->name, ==, "b.org");
  g_assert_true (sluice_address_equal (&other->address, &report.address));
  g_assert_cmpstr (sluice_name_table_find (table, &report.address)->name, ==, "a.org");

  report.source = SLUICE_NAME_TLS;
  g_strlcpy (report.name, "a.org", sizeof report.name);
  same = sluice_name_table_call (table, &report);
  g_assert_true (same == sluice_name_table_find (table, &report.address));
  report.name[0] = '\0';
  g_assert_null (sluice_name_table_call (table, &report));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name-table/the-better-source-prevails-unless-it-is-old", test_sources);
  g_test_add_func ("/name-table/a-record-that-was-given-out-does-not-change", test_records);
  g_test_add_func ("/name-table/hostile-names-are-made-harmless", test_hostile);
  g_test_add_func ("/name-table/the-host-that-was-not-met-for-longest-gives-way", test_bound);
  g_test_add_func ("/name-table/a-host-may-be-called-by-another-name", test_call);
  return g_test_run ();
}
