#include "model/host.h"

static SluiceAddress
address (const char *text)
{
  SluiceAddress result;

  g_assert_true (sluice_address_parse (text, &result));
  return result;
}

static void
test_new (void)
{
  SluiceAddress where = address ("2001:db8::1");
  g_autoptr (SluiceHost) host = sluice_host_new (&where);

  g_assert_true (sluice_address_equal (&host->address, &where));
  g_assert_null (host->name);
  g_assert_cmpint (host->name_source, ==, SLUICE_NAME_NONE);
  g_assert_cmpint (host->name_time, ==, 0);
  g_assert_cmpstr (host->country, ==, "");
  g_assert_cmpuint (host->as_number, ==, 0);
  g_assert_null (host->as_name);
}

static void
test_copy (void)
{
  SluiceAddress where = address ("192.0.2.1");
  SluiceHost *host = sluice_host_new (&where);
  g_autoptr (SluiceHost) copy = NULL;

  host->name = g_strdup ("example.org");
  host->name_source = SLUICE_NAME_TLS;
  host->name_time = 5;
  g_strlcpy (host->country, "NL", sizeof host->country);
  host->as_number = 64496;
  host->as_name = g_strdup ("Example");
  g_assert_true (sluice_host_ref (host) == host);
  copy = sluice_host_copy (host);
  sluice_host_unref (host);
  sluice_host_unref (host);

  g_assert_true (g_atomic_ref_count_compare (&copy->reference_count, 1));
  g_assert_true (sluice_address_equal (&copy->address, &where));
  g_assert_cmpstr (copy->name, ==, "example.org");
  g_assert_cmpint (copy->name_source, ==, SLUICE_NAME_TLS);
  g_assert_cmpint (copy->name_time, ==, 5);
  g_assert_cmpstr (copy->country, ==, "NL");
  g_assert_cmpuint (copy->as_number, ==, 64496);
  g_assert_cmpstr (copy->as_name, ==, "Example");
}

static void
test_others (void)
{
  SluiceHost *others = sluice_host_others ();

  g_assert_true (sluice_host_others () == others);
  g_assert_cmpint (others->address.family, ==, SLUICE_FAMILY_NONE);
  g_assert_cmpstr (others->name, ==, "other hosts");
  g_assert_cmpint (others->name_source, ==, SLUICE_NAME_NONE);
  sluice_host_unref (sluice_host_ref (others));
  g_assert_cmpstr (sluice_host_others ()->name, ==, "other hosts");
}

static gpointer
release_thread (gpointer host)
{
  g_assert_cmpstr (((SluiceHost *) host)->name, ==, "example.org");
  sluice_host_unref (host);
  return NULL;
}

static void
test_references (void)
{
  SluiceAddress where = address ("192.0.2.1");
  SluiceHost *host = sluice_host_new (&where);
  GThread *threads[2];

  host->name = g_strdup ("example.org");
  /* Whoever is last frees what the other has read. */
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("release", release_thread, sluice_host_ref (host));
  sluice_host_unref (host);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static gpointer
others_thread (gpointer data)
{
  return sluice_host_others ()->name;
}

static void
test_others_from_threads (void)
{
  GThread *threads[2];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("others", others_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpstr (g_thread_join (threads[i]), ==, "other hosts");
}

static void
test_names (void)
{
  g_assert_cmpstr (sluice_name_source_name (SLUICE_NAME_NONE), ==, "none");
  g_assert_cmpstr (sluice_name_source_name (SLUICE_NAME_REVERSE), ==, "reverse");
  g_assert_cmpstr (sluice_name_source_name (SLUICE_NAME_MDNS), ==, "mdns");
  g_assert_cmpstr (sluice_name_source_name (SLUICE_NAME_DNS), ==, "dns");
  g_assert_cmpstr (sluice_name_source_name (SLUICE_NAME_HTTP), ==, "http");
  g_assert_cmpstr (sluice_name_source_name (SLUICE_NAME_TLS), ==, "tls");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host/knows-its-address-alone-when-it-is-new", test_new);
  g_test_add_func ("/host/copy-knows-the-same-and-stands-by-itself", test_copy);
  /* First: the record must not be there yet. */
  g_test_add_func ("/host/others-are-made-once-whoever-asks-first", test_others_from_threads);
  g_test_add_func ("/host/others-are-one-record-without-an-address", test_others);
  g_test_add_func ("/host/is-freed-by-whichever-thread-is-last", test_references);
  g_test_add_func ("/host/sources-of-names-are-named-as-the-contract-says", test_names);

  return g_test_run ();
}
