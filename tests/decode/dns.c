#include "decode/dns.h"

#include "dns-maker.h"
#include "exact.h"

#define ANSWER 0x8180
#define QUESTION_AT 12

static void
note_cb (const SluiceDnsFinding *finding, gpointer user_data)
{
  GString *notes = user_data;
  char text[SLUICE_ADDRESS_TEXT_MAX];

  g_assert_cmpuint (strlen (finding->name), >, 0);
  g_assert_cmpuint (strlen (finding->name), <, SLUICE_DNS_NAME_MAX);
  g_string_append_printf (notes, "%s%s%s=%s", notes->len > 0 ? " " : "", finding->reverse ? "~" : "", finding->name,
                          sluice_address_to_text (&finding->address, text));
}

/* What a message says, "name=address" with "~" before a reverse one; "-" when it is no answer. */
static char *
read_bytes (const guint8 *bytes, gsize length)
{
  guint8 *copy = exact_copy (bytes, length);
  GString *notes = g_string_new (NULL);

  if (!sluice_dns_read_answer (copy, length, note_cb, notes))
    {
      g_assert_cmpuint (notes->len, ==, 0);
      g_string_assign (notes, "-");
    }
  free (copy);
  return g_string_free (notes, FALSE);
}

static void
assert_says (const GByteArray *message, const char *expected)
{
  g_autofree char *says = read_bytes (message->data, message->len);

  g_assert_cmpstr (says, ==, expected);
  /* Whatever is missing, nothing is read beyond, and nothing is found that the whole does not say. */
  for (gsize length = 0; length < message->len; length++)
    {
      g_autofree char *part = read_bytes (message->data, length);

      g_assert_true (g_str_equal (part, "-") || g_str_has_prefix (says, part));
    }
}

static void
test_addresses (void)
{
  static const guint8 ipv6[] = { 0x20, 1, 0xd, 0xb8, [15] = 5 };
  static const guint8 mapped[] = { [10] = 0xff, [11] = 0xff, [12] = 192, 0, 2, 6 };
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 3, 0, 0);

  put_question (message, "WWW.Example.com", 1);
  put_pointer (message, QUESTION_AT);
  put_a (message, 1, 1);
  put_name (message, "www.example.COM");
  put_record (message, 28, 1, sizeof ipv6);
  g_byte_array_append (message, ipv6, sizeof ipv6);
  put_pointer (message, QUESTION_AT);
  put_record (message, 28, 1, sizeof mapped);
  g_byte_array_append (message, mapped, sizeof mapped);
  assert_says (message,
               "www.example.com=192.0.2.1 www.example.com=2001:db8::5 www.example.com=192.0.2.6");
}

static void
test_aliases (void)
{
  /* In the order of the chain, and the other way round. */
  for (guint turned = 0; turned < 2; turned++)
    {
      g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 4, 0, 0);

      put_question (message, "shop.example", 1);
      for (guint i = 0; i < 3; i++)
        {
          static const char *const links[] = { "shop.example", "a.cdn.example", "b.cdn.example", "c.cdn.example" };
          guint link = turned ? 2 - i : i;

          put_name (message, links[link]);
          put_named (message, 5, links[link + 1]);
        }
      put_name (message, "c.cdn.example");
      put_a (message, 1, 7);
      assert_says (message, "shop.example=192.0.2.7");
    }
}

static void
test_unasked (void)
{
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 2, 0, 1);

  put_question (message, "asked.example", 1);
  put_name (message, "bank.example");
  put_a (message, 1, 1);
  put_pointer (message, QUESTION_AT);
  put_a (message, 1, 2);
  put_pointer (message, QUESTION_AT);
  put_a (message, 1, 3);
  assert_says (message, "asked.example=192.0.2.2");
}

static void
test_circular_aliases (void)
{
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 3, 0, 0);

  put_question (message, "a.example", 1);
  put_name (message, "a.example");
  put_named (message, 5, "b.example");
  put_name (message, "b.example");
  put_named (message, 5, "a.example");
  put_name (message, "b.example");
  put_a (message, 1, 1);
  assert_says (message, "a.example=192.0.2.1");
}

/* A name of a hundred labels that are the same in all, but for the last one. */
static void
put_long (GByteArray *message, char last)
{
  for (guint i = 0; i < 100; i++)
    g_byte_array_append (message, (const guint8[]){ 1, i < 99 ? 'a' : (guint8) last }, 2);
  g_byte_array_append (message, (const guint8 *) "", 1);
}

static void
count_cb (const SluiceDnsFinding *finding, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
ignore_cb (const SluiceDnsFinding *finding, gpointer user_data)
{
}

static void
test_costly (void)
{
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 128, 0, 0);
  gint64 best = G_MAXINT64;
  guint other;

  put_long (message, 'a');
  put_16 (message, 1);
  put_16 (message, 1);
  for (guint i = 0; i < 11; i++)
    {
      put_pointer (message, QUESTION_AT);
      put_record (message, 5, 1, 201);
      put_long (message, (char) ('b' + i));
    }
  other = message->len;
  put_long (message, 'z');
  put_record (message, 5, 1, 2);
  put_pointer (message, QUESTION_AT);
  for (guint i = 0; i < 116; i++)
    {
      put_pointer (message, other);
      put_record (message, i % 2 == 0 ? 5 : 1, 1, 2);
      put_pointer (message, other);
    }
  for (guint i = 0; i < 20; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      g_assert_true (sluice_dns_read_answer (message->data, message->len, ignore_cb, NULL));
      best = MIN (best, g_get_monotonic_time () - begin);
    }
  g_test_message ("%" G_GINT64_FORMAT " us", best);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  g_assert_cmpint (best, <, 300);
#endif
}

/* What a bound must not take away: the longest chain that is followed, and as many addresses as are looked at. */
static void
test_large (void)
{
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 128, 0, 0);
  guint n = 0;

  put_question (message, "n0.example", 1);
  for (guint i = 0; i < 11; i++)
    {
      g_autofree char *from = g_strdup_printf ("n%u.example", i);
      g_autofree char *to = g_strdup_printf ("n%u.example", i + 1);

      put_name (message, from);
      put_named (message, 5, to);
    }
  for (guint i = 0; i < 117; i++)
    {
      put_name (message, "n11.example");
      put_a (message, 1, i + 1);
    }
  g_assert_true (sluice_dns_read_answer (message->data, message->len, count_cb, &n));
  g_assert_cmpuint (n, ==, 117);
}

static void
test_reverse (void)
{
  g_autoptr (GByteArray) ipv4 = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) ipv6 = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) delegated = begin_dns (ANSWER, 1, 2, 0, 0);

  put_question (ipv4, "5.2.0.192.in-addr.ARPA", 12);
  put_pointer (ipv4, QUESTION_AT);
  put_named (ipv4, 12, "host5.example");
  assert_says (ipv4, "~host5.example=192.0.2.5");

  put_question (ipv6, "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.d.0.1.0.0.2.ip6.arpa", 12);
  put_pointer (ipv6, QUESTION_AT);
  put_named (ipv6, 12, "host6.example");
  assert_says (ipv6, "~host6.example=2001:db8::5");

  put_question (delegated, "5.2.0.192.in-addr.arpa", 12);
  put_pointer (delegated, QUESTION_AT);
  put_named (delegated, 5, "5.0-25.2.0.192.in-addr.arpa");
  put_name (delegated, "5.0-25.2.0.192.in-addr.arpa");
  put_named (delegated, 12, "host.example");
  assert_says (delegated, "~host.example=192.0.2.5");
}

static void
test_bad_reverse (void)
{
  static const char *const names[] = {
    "256.2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa",  "1.5.2.0.192.in-addr.arpa", "a.2.0.192.in-addr.arpa",
    "5.2.0.192.in-addr.arpb",   "5.2.0.192.in-addr.arpa.org", "5.2.0.192.ip6.arpa",  "0005.2.0.192.in-addr.arpa",
    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    "10.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    "g.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    "_services._dns-sd._udp.local",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 1, 0, 0);

      put_question (message, names[i], 12);
      put_pointer (message, QUESTION_AT);
      put_named (message, 12, "host.example");
      assert_says (message, "");
    }
}

/* RFC 9460: priority, target, port, IPv4 hints, IPv6 hints. */
static void
put_service (GByteArray *message, guint type, const char *target)
{
  static const guint8 values[] = {
    0, 3, 0, 2, 0x20, 0xfb, 0, 4, 0, 8, 192, 0, 2, 1, 192, 0, 2, 2, 0, 6, 0, 16, 0x20, 1, 0xd, 0xb8,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9,
  };

  put_record (message, type, 1, 2 + (target[0] != '\0' ? (guint) strlen (target) + 2 : 1) + (guint) sizeof values);
  put_16 (message, 1);
  put_name (message, target);
  g_byte_array_append (message, values, sizeof values);
}

static void
test_hints (void)
{
  static const struct
  {
    const char *owner;
    const char *target;
    const char *name;
  } cases[] = {
    { "www.example", "", "www.example" },
    { "www.example", "svc.example", "www.example" },
    { "_8443._https.api.example", "", "api.example" },
    { "_dns.resolver.arpa", "dns.example", "dns.example" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint type = 64; type <= 65; type++)
      {
        g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 1, 0, 0);
        g_autofree char *expected = g_strdup_printf ("%s=192.0.2.1 %s=192.0.2.2 %s=2001:db8::9", cases[i].name,
                                                     cases[i].name, cases[i].name);

        put_question (message, cases[i].owner, type);
        put_pointer (message, QUESTION_AT);
        put_service (message, type, cases[i].target);
        assert_says (message, expected);
      }
}

static void
test_odd_hints (void)
{
  /* Half an address; a value longer than its record; nothing but underscores for a name. */
  static const guint8 half[] = { 0, 1, 0, 0, 4, 0, 6, 192, 0, 2, 1, 192, 0 };
  static const guint8 beyond[] = { 0, 1, 0, 0, 4, 0xff, 0xff, 192, 0, 2, 1 };
  g_autoptr (GByteArray) first = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) second = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) third = begin_dns (ANSWER, 1, 1, 0, 0);

  put_question (first, "x.example", 65);
  put_pointer (first, QUESTION_AT);
  put_record (first, 65, 1, sizeof half);
  g_byte_array_append (first, half, sizeof half);
  assert_says (first, "x.example=192.0.2.1");

  put_question (second, "x.example", 65);
  put_pointer (second, QUESTION_AT);
  put_record (second, 65, 1, sizeof beyond);
  g_byte_array_append (second, beyond, sizeof beyond);
  assert_says (second, "");

  put_question (third, "_a._b", 64);
  put_pointer (third, QUESTION_AT);
  put_service (third, 64, "");
  assert_says (third, "");
}

static void
test_multicast (void)
{
  g_autoptr (GByteArray) message = begin_dns (0x8400, 0, 2, 0, 2);
  guint name;

  /* The class holds the cache-flush bit; a service's PTR is no reverse name; additional records speak, too. */
  name = put_name (message, "Printer.local");
  put_a (message, 0x8001, 1);
  put_name (message, "_ipp._tcp.local");
  put_named (message, 12, "Printer._ipp._tcp.local");
  put_pointer (message, name);
  put_a (message, 0x8001, 2);
  put_name (message, "3.2.0.192.in-addr.arpa");
  put_named (message, 12, "scanner.local");
  assert_says (message, "printer.local=192.0.2.1 printer.local=192.0.2.2 ~scanner.local=192.0.2.3");
}

static void
test_farewell (void)
{
  for (guint asked = 0; asked < 2; asked++)
    {
      g_autoptr (GByteArray) message = begin_dns (0x8400, asked, 1, 0, 0);

      if (asked)
        put_question (message, "printer.local", 1);
      put_name (message, "printer.local");
      put_a (message, 0x8001, 1);
      memset (message->data + message->len - 10, 0, 4);
      assert_says (message, asked ? "printer.local=192.0.2.1" : "");
    }
}

static void
test_no_answers (void)
{
  static const guint flags[] = { 0x0100, 0xa980, 0x8980 };
  g_autoptr (GByteArray) refused = begin_dns (0x8183, 1, 1, 0, 0);
  g_autoptr (GByteArray) two = begin_dns (ANSWER, 2, 1, 0, 0);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      g_autoptr (GByteArray) message = begin_dns (flags[i], 1, 1, 0, 0);

      put_question (message, "a.example", 1);
      put_pointer (message, QUESTION_AT);
      put_a (message, 1, 1);
      assert_says (message, "-");
    }
  put_question (refused, "a.example", 1);
  put_pointer (refused, QUESTION_AT);
  put_a (refused, 1, 1);
  assert_says (refused, "");
  put_question (two, "a.example", 1);
  put_question (two, "b.example", 1);
  put_pointer (two, QUESTION_AT);
  put_a (two, 1, 1);
  assert_says (two, "-");
}

static void
test_nowhere (void)
{
  static const guint8 addresses[][4] = { { 0, 0, 0, 0 }, { 127, 0, 0, 1 }, { 127, 3, 2, 1 } };
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 3, 0, 0);

  put_question (message, "blocked.example", 1);
  for (guint i = 0; i < 3; i++)
    {
      put_pointer (message, QUESTION_AT);
      put_record (message, 1, 1, 4);
      g_byte_array_append (message, addresses[i], 4);
    }
  assert_says (message, "");
}

static void
test_lying_counts (void)
{
  g_autoptr (GByteArray) more = begin_dns (ANSWER, 1, 0xffff, 0xffff, 0xffff);
  g_autoptr (GByteArray) fewer = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) longer = begin_dns (ANSWER, 1, 2, 0, 0);
  g_autoptr (GByteArray) short_address = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) chaos = begin_dns (ANSWER, 1, 1, 0, 0);

  put_question (more, "a.example", 1);
  put_pointer (more, QUESTION_AT);
  put_a (more, 1, 1);
  assert_says (more, "a.example=192.0.2.1");

  put_question (fewer, "a.example", 1);
  for (guint i = 1; i <= 2; i++)
    {
      put_pointer (fewer, QUESTION_AT);
      put_a (fewer, 1, (guint8) i);
    }
  assert_says (fewer, "a.example=192.0.2.1");

  put_question (longer, "a.example", 1);
  put_pointer (longer, QUESTION_AT);
  put_record (longer, 1, 1, 0xffff);
  put_pointer (longer, QUESTION_AT);
  put_a (longer, 1, 1);
  assert_says (longer, "");

  put_question (short_address, "a.example", 1);
  put_pointer (short_address, QUESTION_AT);
  put_record (short_address, 28, 1, 4);
  put_32 (short_address, 0xc0000201);
  assert_says (short_address, "");

  put_question (chaos, "a.example", 1);
  put_pointer (chaos, QUESTION_AT);
  put_a (chaos, 3, 1);
  assert_says (chaos, "");
}

static void
test_bounds (void)
{
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, 1000, 0, 0);
  g_autofree char *says = NULL;
  g_auto (GStrv) findings = NULL;

  put_question (message, "a.example", 1);
  for (guint i = 0; i < 1000; i++)
    {
      put_pointer (message, QUESTION_AT);
      put_a (message, 1, 1);
    }
  says = read_bytes (message->data, message->len);
  findings = g_strsplit (says, " ", -1);
  g_assert_cmpuint (g_strv_length (findings), ==, SLUICE_DNS_FINDINGS_MAX);
}

/* 64 KiB that cost as much as they can: many long names that differ in their last label alone. */
static void
test_cost (void)
{
  g_autoptr (GByteArray) message = begin_dns (ANSWER, 1, SLUICE_DNS_RECORDS_MAX, 0, 0);
  g_autoptr (GString) name = g_string_new ("0");
  g_autoptr (GString) notes = g_string_new (NULL);
  gint64 begin;

  for (guint i = 0; i < 120; i++)
    g_string_append (name, ".a");
  put_question (message, name->str, 1);
  for (guint i = 0; i < 12; i++)
    {
      put_name (message, name->str);
      name->str[name->len - 1] = (char) ('b' + i);
      put_named (message, 5, name->str);
    }
  name->str[name->len - 1] = 'z';
  for (guint i = 12; i < SLUICE_DNS_RECORDS_MAX && message->len < 65000; i++)
    {
      put_name (message, name->str);
      put_named (message, 5, name->str);
    }
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < 10; i++)
    g_assert_true (sluice_dns_read_answer (message->data, message->len, note_cb, notes));
  g_test_message ("%.3f ms for the worst message", (double) (g_get_monotonic_time () - begin) / 10000);
  g_assert_cmpint ((g_get_monotonic_time () - begin) / 10, <, 20 * G_TIME_SPAN_MILLISECOND);
}

static void
test_tcp (void)
{
  g_autoptr (GByteArray) one = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  put_question (one, "a.example", 1);
  put_pointer (one, QUESTION_AT);
  put_a (one, 1, 1);
  for (guint i = 0; i < 2; i++)
    {
      put_16 (stream, one->len);
      g_byte_array_append (stream, one->data, one->len);
    }
  for (gsize length = 0; length <= stream->len; length++)
    {
      guint8 *copy = exact_copy (stream->data, length);
      const guint8 *bytes = copy;
      const guint8 *message;
      gsize left = length;
      gsize message_length;
      gsize taken = 0;
      guint n = 0;

      for (; sluice_dns_next_in_tcp (&bytes, &left, &message, &message_length); n++)
        {
          g_assert_cmpmem (message, message_length, one->data, MIN (one->len, message_length));
          taken += 2 + message_length;
        }
      g_assert_cmpuint (taken + left, ==, length);
      g_assert_true (bytes == copy + taken);
      g_assert_cmpuint (n, ==, length < 14 ? 0 : length < one->len + 2 + 14 ? 1 : 2);
      free (copy);
    }
  /* Shorter than a header says that it is something else. */
  stream->data[0] = 0;
  stream->data[1] = 11;
  {
    const guint8 *bytes = stream->data;
    const guint8 *message;
    gsize left = stream->len;
    gsize message_length;

    g_assert_false (sluice_dns_next_in_tcp (&bytes, &left, &message, &message_length));
    g_assert_true (bytes == stream->data);
  }
}

static void
test_is_message (void)
{
  g_autoptr (GByteArray) query = begin_dns (0x0100, 1, 0, 0, 1);
  g_autoptr (GByteArray) answer = begin_dns (ANSWER, 1, 1, 0, 0);
  g_autoptr (GByteArray) multicast = begin_dns (0x8400, 0, 3, 0, 0);
  g_autoptr (GByteArray) nothing = begin_dns (0x0100, 0, 0, 0, 0);
  g_autoptr (GByteArray) opcode = begin_dns (0x7800, 1, 0, 0, 0);
  g_autoptr (GByteArray) many = begin_dns (0x0100, 0x4142, 0, 0, 0);

  g_assert_true (sluice_dns_is_message (query->data, query->len));
  g_assert_true (sluice_dns_is_message (answer->data, answer->len));
  g_assert_true (sluice_dns_is_message (multicast->data, multicast->len));
  g_assert_false (sluice_dns_is_message (query->data, 11));
  g_assert_false (sluice_dns_is_message (nothing->data, nothing->len));
  g_assert_false (sluice_dns_is_message (opcode->data, opcode->len));
  g_assert_false (sluice_dns_is_message (many->data, many->len));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dns/addresses-belong-to-the-name-that-was-asked-for", test_addresses);
  g_test_add_func ("/dns/aliases-are-followed-in-any-order", test_aliases);
  g_test_add_func ("/dns/what-was-not-asked-for-is-not-believed", test_unasked);
  g_test_add_func ("/dns/no-answer-costs-much", test_costly);
  g_test_add_func ("/dns/the-largest-answers-are-read-whole", test_large);
  g_test_add_func ("/dns/aliases-in-a-circle-end", test_circular_aliases);
  g_test_add_func ("/dns/reverse-names-are-marked", test_reverse);
  g_test_add_func ("/dns/names-that-are-no-addresses-are-not-reversed", test_bad_reverse);
  g_test_add_func ("/dns/hints-of-services-are-addresses", test_hints);
  g_test_add_func ("/dns/odd-hints-are-left-out", test_odd_hints);
  g_test_add_func ("/dns/multicast-answers-speak-for-themselves", test_multicast);
  g_test_add_func ("/dns/a-farewell-names-nothing", test_farewell);
  g_test_add_func ("/dns/queries-failures-and-others-find-nothing", test_no_answers);
  g_test_add_func ("/dns/addresses-of-blocklists-name-nothing", test_nowhere);
  g_test_add_func ("/dns/counts-and-lengths-that-lie-do-no-harm", test_lying_counts);
  g_test_add_func ("/dns/one-message-has-a-bound-of-findings", test_bounds);
  g_test_add_func ("/dns/the-worst-message-costs-little", test_cost);
  g_test_add_func ("/dns/messages-over-tcp-follow-each-other", test_tcp);
  g_test_add_func ("/dns/a-header-tells-a-message-from-others", test_is_message);

  return g_test_run ();
}
