#include "app/host-words.h"

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

static SluiceHost *
make (const char *text)
{
  SluiceAddress address;

  g_assert_true (sluice_address_parse (text, &address));
  return sluice_host_new (&address);
}

static void
test_name (void)
{
  g_autoptr (SluiceHost) host = make ("198.51.100.7");
  SluiceHost *others = sluice_host_others ();
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (NULL);
  g_autofree char *address = sluice_host_words_name (host, NULL);
  g_autofree char *refused = sluice_host_words_name (host, names);
  g_autofree char *folded = sluice_host_words_name (others, names);
  g_autofree char *name = NULL;

  g_assert_cmpstr (address, ==, "198.51.100.7");
  /* The name server is not asked unless the user said so. */
  g_assert_cmpstr (refused, ==, "198.51.100.7");
  g_assert_cmpstr (folded, ==, "other hosts");
  host->name = g_strdup ("example.org");
  name = sluice_host_words_name (host, names);
  g_assert_cmpstr (name, ==, "example.org");
  g_assert_cmpstr (sluice_host_words_find_name (host, NULL), ==, "example.org");
}

static void
test_group (void)
{
  static const struct
  {
    const char *address;
    const char *words;
  } cases[] = {
    { "ff02::1", "All hosts nearby" },          { "224.0.0.1", "All hosts nearby" },
    { "ff02::16", "Multicast routers" },        { "224.0.0.251", "Local names (mDNS)" },
    { "239.255.255.250", "Device discovery (SSDP)" }, { "ff02::1:ff12:3456", "Neighbor discovery" },
    { "239.1.2.3", "Multicast" },               { "ff0e::1", "Multicast" },
    { "255.255.255.255", "Broadcast" },         { "223.255.255.255", NULL },
    { "240.0.0.1", NULL },                      { "fe80::1", NULL },
  };
  g_autoptr (SluiceHost) named = make ("224.0.0.251");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SluiceHost) host = make (cases[i].address);

      g_assert_cmpstr (sluice_host_words_find_name (host, NULL), ==, cases[i].words);
    }
  g_assert_cmpstr (sluice_host_words_find_name (sluice_host_others (), NULL), ==, "other hosts");
  /* What it was called goes before what it is for. */
  named->name = g_strdup ("mdns.mcast.net");
  g_assert_cmpstr (sluice_host_words_find_name (named, NULL), ==, "mdns.mcast.net");
}

static void
test_part (void)
{
  g_autoptr (SluiceHost) host = make ("198.51.100.7");
  g_autofree char *of_host = sluice_host_words_name_part (host, 0, NULL);
  g_autofree char *of_protocol
    = sluice_host_words_name_part (NULL, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 47), NULL);
  g_autofree char *of_none = sluice_host_words_name_part (NULL, 0, NULL);

  g_assert_cmpstr (of_host, ==, "198.51.100.7");
  g_assert_cmpstr (of_protocol, ==, "GRE");
  g_assert_cmpstr (of_none, ==, "Unknown protocol");
}

static void
test_place (void)
{
  g_autoptr (SluiceHost) host = make ("2001:db8::7");
  g_autofree char *nothing = sluice_host_words_place (host);
  g_autofree char *number = NULL;
  g_autofree char *network = NULL;
  g_autofree char *both = NULL;

  g_assert_null (nothing);
  host->as_number = 64500;
  number = sluice_host_words_place (host);
  g_assert_cmpstr (number, ==, "AS64500");
  host->as_name = g_strdup ("Example Net");
  network = sluice_host_words_place (host);
  g_assert_cmpstr (network, ==, "AS64500 Example Net");
  g_strlcpy (host->country, "DE", sizeof host->country);
  both = sluice_host_words_place (host);
  g_assert_cmpstr (both, ==, "DE · AS64500 Example Net");
}

static void
test_age (void)
{
  static const struct
  {
    gint64 age;
    const char *text;
  } cases[] = {
    { 0, "less than a minute ago" },   { -5, "less than a minute ago" }, { MINUTE, "1 minute ago" },
    { 59 * MINUTE, "59 minutes ago" }, { 60 * MINUTE, "1 hour ago" },    { 50 * 60 * MINUTE, "50 hours ago" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SluiceHost) host = make ("198.51.100.7");
      g_autofree char *wanted = NULL;
      g_autofree char *text = NULL;

      host->name = g_strdup ("example.org");
      host->name_source = SLUICE_NAME_TLS;
      host->name_time = 1000 * MINUTE;
      text = sluice_host_words_describe (host, NULL, 1000 * MINUTE + cases[i].age);
      wanted = g_strdup_printf ("example.org\n(a program asked for this name in TLS, %s)\n198.51.100.7", cases[i].text);
      g_assert_cmpstr (text, ==, wanted);
    }
}

static void
test_describe (void)
{
  g_autoptr (SluiceHost) host = make ("198.51.100.7");
  SluiceHost *others = sluice_host_others ();
  g_autofree char *plain = sluice_host_words_describe (host, NULL, 0);
  g_autofree char *folded = sluice_host_words_describe (others, NULL, 0);
  g_autofree char *full = NULL;

  g_assert_cmpstr (plain, ==, "198.51.100.7");
  g_assert_cmpstr (folded, ==, "Hosts of which there were too many to be told apart");
  g_strlcpy (host->country, "FR", sizeof host->country);
  full = sluice_host_words_describe (host, NULL, 0);
  g_assert_cmpstr (full, ==, "198.51.100.7\nFR");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-words/say-what-a-group-of-hosts-is-for", test_group);
  g_test_add_func ("/host-words/puts-names-before-addresses-and-asks-only-where-it-may", test_name);
  g_test_add_func ("/host-words/calls-a-part-by-its-host-or-its-protocol", test_part);
  g_test_add_func ("/host-words/says-country-and-network-as-far-as-known", test_place);
  g_test_add_func ("/host-words/says-how-old-a-name-is", test_age);
  g_test_add_func ("/host-words/describes-a-host-of-which-little-is-known", test_describe);
  return g_test_run ();
}
