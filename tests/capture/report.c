#include "capture/report.h"

#include <string.h>

#include "../hostile.h"

/* A report with one of everything. */
static SluiceReport *
make_report (void)
{
  SluiceReport *report = sluice_report_new ();
  SluiceLinkReport links[] = {
    { .bytes = { 300, 3000 }, .packets = { 3, 4 }, .malformed = 1, .kernel_drops = 9 },
    { .bytes = { 50, 0 }, .packets = { 1, 0 }, .truncated = 1 },
  };
  SluiceAddress local = sluice_address_from_ipv4 ((const guint8[]){ 10, 0, 0, 1 });
  SluiceFlowReport flow = {
    .slot = 7,
    .generation = 1,
    .flags = SLUICE_FLOW_NEW,
    .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS),
    .bytes = { 100, 1000 },
    .packets = { 1, 2 },
    .payload = { 60, 900 },
    .first = 5,
    .last = 6,
  };
  SluiceNameReport name = { .source = SLUICE_NAME_TLS, .time = 77, .name = "example.org" };

  g_assert_true (sluice_address_parse ("2001:db8::7", &name.address));
  sluice_flow_key_init (&flow.key, 6, &local, 40000, &name.address, 443);
  g_array_append_vals (report->links, links, G_N_ELEMENTS (links));
  g_array_append_val (report->flows, flow);
  flow = (SluiceFlowReport){
    .slot = SLUICE_REPORT_SLOTS_MAX - 1,
    .generation = G_MAXUINT32,
    .flags = SLUICE_FLOW_FOLDED,
    .key.protocol = 17,
    .bytes = { 200, 2000 },
    .packets = { 2, 2 },
  };
  g_array_append_val (report->flows, flow);
  flow = (SluiceFlowReport){
    .slot = 8,
    .generation = 1,
    .link = 1,
    .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x0806),
    .bytes = { 50 },
    .packets = { 1 },
  };
  g_array_append_val (report->flows, flow);
  g_array_append_val (report->names, name);
  report->has_packets = TRUE;
  report->first = 5;
  report->last = 77;
  report->ended = TRUE;
  report->fault = g_strdup ("The file ends in the middle of a packet.");
  return report;
}

static GByteArray *
write_report (const SluiceReport *report)
{
  GByteArray *bytes = g_byte_array_new ();

  sluice_report_write (report, bytes);
  return bytes;
}

static void
assert_same (const SluiceReport *a, const SluiceReport *b)
{
  g_autoptr (GByteArray) first = write_report (a);
  g_autoptr (GByteArray) second = write_report (b);

  g_assert_cmpmem (first->data, first->len, second->data, second->len);
}

static void
assert_refused (const guint8 *bytes, gsize length)
{
  g_autoptr (SluiceReport) report = make_report ();
  g_autoptr (SluiceReport) empty = sluice_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sluice_report_read (report, bytes, length, &error));
  g_assert_error (error, SLUICE_REPORT_ERROR, SLUICE_REPORT_ERROR_INVALID);
  assert_same (report, empty);
}

/* Writes what the process that parses packets would write if somebody had taken it over. */
static void
assert_lie_is_refused (const SluiceReport *report)
{
  g_autoptr (GByteArray) bytes = write_report (report);

  assert_refused (bytes->data, bytes->len);
}

static void
test_round_trip (void)
{
  g_autoptr (SluiceReport) report = make_report ();
  g_autoptr (SluiceReport) read = make_report ();
  g_autoptr (GByteArray) bytes = write_report (report);
  g_autoptr (GError) error = NULL;

  g_assert_true (sluice_report_read (read, bytes->data, bytes->len, &error));
  g_assert_no_error (error);
  assert_same (read, report);
  g_assert_cmpstr (read->fault, ==, "The file ends in the middle of a packet.");
  g_assert_true (read->ended);
  g_assert_true (read->has_packets);
  g_assert_cmpint (read->last, ==, 77);
  g_assert_cmpstr (sluice_report_name (read, 0)->name, ==, "example.org");

  /* A report of nothing is a report too, and takes the place of what was there. */
  sluice_report_clear (report);
  g_byte_array_set_size (bytes, 0);
  sluice_report_write (report, bytes);
  g_assert_true (sluice_report_read (read, bytes->data, bytes->len, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (read->flows->len + read->links->len + read->names->len, ==, 0);
  g_assert_null (read->fault);
}

static void
test_fault_is_cut (void)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (SluiceReport) read = sluice_report_new ();
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) error = NULL;

  report->fault = g_strnfill (5000, 'x');
  bytes = write_report (report);
  g_assert_true (sluice_report_read (read, bytes->data, bytes->len, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (read->fault), ==, SLUICE_REPORT_FAULT_MAX - 1);
}

static void
test_length (void)
{
  g_autoptr (SluiceReport) report = make_report ();
  g_autoptr (GByteArray) bytes = write_report (report);
  guint length = bytes->len;

  for (guint i = 0; i < length; i++)
    {
      /* Its own memory, so that reading beyond it is found. */
      g_autofree guint8 *cut = g_memdup2 (bytes->data, i);

      assert_refused (cut, i);
    }
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  assert_refused (bytes->data, bytes->len);
}

/* Changes each byte of a report to a few others: it is refused, or it is a report that writes itself the same. */
static void
test_every_byte (void)
{
  static const guint8 flips[] = { 0x01, 0x80, 0xff, 0x10 };
  g_autoptr (SluiceReport) report = make_report ();
  g_autoptr (SluiceReport) read = sluice_report_new ();
  g_autoptr (GByteArray) bytes = write_report (report);
  guint n_refused = 0;

  for (guint i = 0; i < bytes->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (flips); k++)
      {
        bytes->data[i] ^= flips[k];
        if (!sluice_report_read (read, bytes->data, bytes->len, NULL))
          n_refused++;
        bytes->data[i] ^= flips[k];
      }
  /* Header, indices, flags, addresses and figures are most of it. */
  g_assert_cmpuint (n_refused, >, 600);
}

#define LIE(statement) \
  G_STMT_START \
  { \
    g_autoptr (SluiceReport) report = make_report (); \
    SluiceFlowReport *flow G_GNUC_UNUSED = sluice_report_flow (report, 0); \
    SluiceFlowReport *folded G_GNUC_UNUSED = sluice_report_flow (report, 1); \
    SluiceFlowReport *arp G_GNUC_UNUSED = sluice_report_flow (report, 2); \
    SluiceNameReport *name G_GNUC_UNUSED = sluice_report_name (report, 0); \
    statement; \
    assert_lie_is_refused (report); \
  } \
  G_STMT_END

static void
test_lies (void)
{
  const SluiceAddress mapped = { SLUICE_FAMILY_IPV6, { [10] = 0xff, [11] = 0xff, [12] = 1 } };

  LIE (flow->generation = 0);
  LIE (flow->slot = SLUICE_REPORT_SLOTS_MAX);
  LIE (flow->link = 2);
  LIE (flow->link = 1);
  LIE (flow->flags = SLUICE_FLOW_FLAGS_ALL + 1);
  LIE (flow->flags |= SLUICE_FLOW_FOLDED);
  LIE (flow->protocol = G_MAXUINT32);
  LIE (flow->protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, 60000));
  LIE (flow->first = 7);
  LIE (flow->first = -1);
  LIE (flow->payload[SLUICE_RX] = 101);
  LIE (flow->bytes[SLUICE_RX]++);
  LIE (flow->packets[SLUICE_TX]--);
  LIE (flow->key.protocol = 1);
  LIE (flow->key.local.family = 5);
  LIE (flow->key.local.bytes[15] = 1);
  LIE (flow->key.remote = mapped);
  LIE (flow->key.remote.family = 0);
  LIE (((guint8 *) &flow->key)[39] = 1);
  LIE (folded->key.local_port = 53);
  LIE (arp->key.local_port = 1);
  LIE (arp->key.remote.bytes[3] = 1);
  LIE (sluice_report_link (report, 1)->packets[SLUICE_RX] = 2);
  LIE (name->source = SLUICE_NAME_NONE);
  LIE (name->source = SLUICE_NAME_TLS + 1);
  LIE (name->time = -1);
  LIE (name->name[0] = '\0');
  LIE (memset (name->name, 'x', sizeof name->name));
  LIE (name->address.family = 0);
  LIE (name->address = mapped);
  LIE (report->has_packets = FALSE);
  LIE (report->first = 78);
  LIE (report->first = -1);
  /* Beyond the year 9999. */
  LIE (report->last = SLUICE_REPORT_TIME_MAX + 1);
  LIE (flow->last = G_MAXINT64);
  LIE (name->time = G_MAXINT64);
}

static void
test_overflow (void)
{
  /* Sums that run over to the right figure are still wrong. */
  LIE (flow->bytes[SLUICE_TX] = G_MAXUINT64; folded->bytes[SLUICE_TX] = 3001);
  LIE (flow->bytes[SLUICE_TX] = SLUICE_REPORT_MOVED_MAX + 1;
       sluice_report_link (report, 0)->bytes[SLUICE_TX] = SLUICE_REPORT_MOVED_MAX + 2001);
  LIE (flow->packets[SLUICE_TX] = G_MAXUINT64; folded->packets[SLUICE_TX] = 5);
}

static void
test_too_much (void)
{
  g_autoptr (SluiceReport) report = make_report ();
  g_autoptr (SluiceReport) names = make_report ();
  g_autoptr (SluiceReport) flows = make_report ();

  g_array_set_size (report->links, SLUICE_REPORT_LINKS_MAX + 1);
  assert_lie_is_refused (report);
  for (guint i = 0; i < SLUICE_REPORT_NAMES_MAX; i++)
    {
      SluiceNameReport name = *sluice_report_name (names, 0);

      g_array_append_val (names->names, name);
    }
  assert_lie_is_refused (names);
  for (guint i = 0; i < SLUICE_REPORT_FLOWS_MAX; i++)
    {
      SluiceFlowReport flow = { .slot = 1, .generation = 1 };

      g_array_append_val (flows->flows, flow);
    }
  assert_lie_is_refused (flows);
}

static void
test_names_stay_hostile (void)
{
  /* The wire form carries any text; who shows it sanitises it. */
  for (gsize i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autoptr (SluiceReport) report = make_report ();
      g_autoptr (SluiceReport) read = sluice_report_new ();
      g_autoptr (GByteArray) bytes = NULL;

      if (hostile_texts[i][0] == '\0')
        continue;
      g_strlcpy (sluice_report_name (report, 0)->name, hostile_texts[i], 256);
      bytes = write_report (report);
      g_assert_true (sluice_report_read (read, bytes->data, bytes->len, NULL));
      assert_same (report, read);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/comes-back-as-it-was-written", test_round_trip);
  g_test_add_func ("/report/a-fault-that-is-too-long-is-cut", test_fault_is_cut);
  g_test_add_func ("/report/another-length-is-refused", test_length);
  g_test_add_func ("/report/survives-any-byte-changed", test_every_byte);
  g_test_add_func ("/report/each-lie-is-refused", test_lies);
  g_test_add_func ("/report/no-sum-runs-over", test_overflow);
  g_test_add_func ("/report/too-much-is-refused", test_too_much);
  g_test_add_func ("/report/names-are-carried-as-they-are", test_names_stay_hostile);
  return g_test_run ();
}
