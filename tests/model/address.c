#include "model/address.h"

#include <string.h>

static SluiceAddress
parse (const char *text)
{
  SluiceAddress address;

  g_assert_true (sluice_address_parse (text, &address));
  return address;
}

static void
test_text (void)
{
  static const struct
  {
    const char *text;
    guint8 family;
    const char *expected;
  } cases[] = {
    { "192.0.2.1", SLUICE_FAMILY_IPV4, "192.0.2.1" },
    { "255.255.255.255", SLUICE_FAMILY_IPV4, "255.255.255.255" },
    { "2001:DB8:0:0:0:0:0:1", SLUICE_FAMILY_IPV6, "2001:db8::1" },
    { "::", SLUICE_FAMILY_IPV6, "::" },
    { "::1", SLUICE_FAMILY_IPV6, "::1" },
    { "::ffff:192.0.2.1", SLUICE_FAMILY_IPV4, "192.0.2.1" },
    { "::ffff:c000:201", SLUICE_FAMILY_IPV4, "192.0.2.1" },
    { "::fffe:c000:201", SLUICE_FAMILY_IPV6, "::fffe:c000:201" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", SLUICE_FAMILY_IPV6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  };
  char text[SLUICE_ADDRESS_TEXT_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceAddress address = parse (cases[i].text);

      g_assert_cmpint (address.family, ==, cases[i].family);
      g_assert_cmpstr (sluice_address_to_text (&address, text), ==, cases[i].expected);
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",           " ",          "localhost",         "192.0.2",      "192.0.2.256",  "192.0.2.1.1",
    "192.0.2.1 ", " 192.0.2.1", "0x7f.0.0.1",        "192.0.2.1:80", "192.0.2.0/24", "fe80::1%eth0",
    "[::1]",      ":::",        "1:2:3:4:5:6:7:8:9", "::12345",      "192.0.2.1\n",
  };

  SluiceAddress before = parse ("203.0.113.9");
  SluiceAddress address = before;

  g_assert_false (sluice_address_parse (NULL, &address));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (sluice_address_parse (texts[i], &address));
  g_assert_true (sluice_address_equal (&address, &before));
}

static void
test_one_form (void)
{
  const guint8 four[4] = { 192, 0, 2, 1 };
  const guint8 mapped[16] = { [10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2, [15] = 1 };
  SluiceAddress a = sluice_address_from_ipv4 (four);
  SluiceAddress b = sluice_address_from_ipv6 (mapped);
  SluiceAddress c = parse ("192.0.2.1");

  g_assert_true (sluice_address_equal (&a, &b));
  g_assert_true (sluice_address_equal (&a, &c));
  g_assert_cmpuint (sluice_address_hash (&a), ==, sluice_address_hash (&b));
  g_assert_cmpmem (&a, sizeof a, &b, sizeof b);

  c = parse ("192.0.2.2");
  g_assert_false (sluice_address_equal (&a, &c));
  c = parse ("c000:201::"); /* the same first bytes in the other family */
  g_assert_false (sluice_address_equal (&a, &c));
}

static void
test_endpoints (void)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];
  SluiceAddress four = parse ("1.2.3.4");
  SluiceAddress six = parse ("::1");
  SluiceAddress longest = parse ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  SluiceAddress none = { 0 };

  g_assert_cmpstr (sluice_address_to_endpoint (&four, 80, text), ==, "1.2.3.4:80");
  g_assert_cmpstr (sluice_address_to_endpoint (&six, 80, text), ==, "[::1]:80");
  g_assert_cmpstr (sluice_address_to_endpoint (&four, 0, text), ==, "1.2.3.4:*");
  g_assert_cmpstr (sluice_address_to_endpoint (&longest, 65535, text), ==,
                   "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
  g_assert_cmpstr (sluice_address_to_text (&none, text), ==, "*");
  g_assert_cmpstr (sluice_address_to_endpoint (&none, 0, text), ==, "*:*");
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *text;
    gboolean any, loopback, link_local;
  } cases[] = {
    { "0.0.0.0", TRUE, FALSE, FALSE },
    { "::", TRUE, FALSE, FALSE },
    { "::ffff:0.0.0.0", TRUE, FALSE, FALSE },
    { "0.0.0.1", FALSE, FALSE, FALSE },
    { "127.0.0.1", FALSE, TRUE, FALSE },
    { "127.255.255.255", FALSE, TRUE, FALSE },
    { "::ffff:127.0.0.1", FALSE, TRUE, FALSE },
    { "128.0.0.1", FALSE, FALSE, FALSE },
    { "::1", FALSE, TRUE, FALSE },
    { "::2", FALSE, FALSE, FALSE },
    { "7f00::", FALSE, FALSE, FALSE },
    { "169.254.0.1", FALSE, FALSE, TRUE },
    { "169.253.0.1", FALSE, FALSE, FALSE },
    { "fe80::1", FALSE, FALSE, TRUE },
    { "febf::1", FALSE, FALSE, TRUE },
    { "fec0::1", FALSE, FALSE, FALSE },
    { "a9fe::", FALSE, FALSE, FALSE },
  };
  SluiceAddress none = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SluiceAddress address = parse (cases[i].text);

      g_assert_cmpint (sluice_address_is_any (&address), ==, cases[i].any);
      g_assert_cmpint (sluice_address_is_loopback (&address), ==, cases[i].loopback);
      g_assert_cmpint (sluice_address_is_link_local (&address), ==, cases[i].link_local);
    }
  g_assert_true (sluice_address_is_any (&none));
  g_assert_false (sluice_address_is_loopback (&none));
  g_assert_false (sluice_address_is_link_local (&none));
}

static void
test_hash_spreads (void)
{
  guint buckets[1024] = { 0 };

  /* One network, neighbours that differ in few bits: 64 in each bucket on average. */
  for (guint i = 0; i < 65536; i++)
    {
      SluiceAddress address = sluice_address_from_ipv4 ((guint8[4]){ 10, 0, i >> 8, i & 0xff });

      buckets[sluice_address_hash (&address) % G_N_ELEMENTS (buckets)]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (buckets); i++)
    g_assert_cmpuint (buckets[i], <, 128); /* eight standard deviations */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/address/reads-and-writes-both-families", test_text);
  g_test_add_func ("/address/refuses-what-is-not-exactly-an-address-and-leaves-the-result-alone", test_refused);
  g_test_add_func ("/address/has-one-form-for-a-mapped-and-a-plain-ipv4-address", test_one_form);
  g_test_add_func ("/address/writes-endpoints-with-brackets-and-a-star-for-what-is-missing", test_endpoints);
  g_test_add_func ("/address/knows-any-loopback-and-link-local-by-family", test_kinds);
  g_test_add_func ("/address/hash-spreads-neighbours", test_hash_spreads);

  return g_test_run ();
}
