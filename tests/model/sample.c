#include "model/sample.h"

#include <string.h>

static guint
add_interface (SluiceSample *sample, guint64 instance, const char *name, guint64 rx, guint64 tx)
{
  SluiceInterfaceRow row = {
    .interface = sluice_interface_new (instance, instance, name),
    .bytes = { rx, tx },
    .packets = { 1, 2 },
    .total_bytes = { 1000 + rx, 1000 + tx },
    .dropped = 1,
    .listed = TRUE,
  };

  g_array_append_val (sample->interfaces, row);
  return sample->interfaces->len - 1;
}

static guint
add_program (SluiceSample *sample, gint32 pid)
{
  SluiceProgramRow row = { .program = sluice_program_new (), .connections = 1, .first_link = sample->links->len };

  row.program->pid = pid;
  row.program->path = g_strdup_printf ("/usr/bin/program-%d", pid);
  sluice_program_seal (row.program);
  g_array_append_val (sample->programs, row);
  return sample->programs->len - 1;
}

/* Adds to the last program. */
static void
add_link (SluiceSample *sample, guint interface, guint64 rx, guint64 tx)
{
  SluiceProgramLink link = { .interface = interface, .bytes = { rx, tx } };
  SluiceProgramRow *row = sluice_sample_program (sample, sample->programs->len - 1);

  g_array_append_val (sample->links, link);
  row->n_links++;
  row->bytes[SLUICE_RX] += rx;
  row->bytes[SLUICE_TX] += tx;
}

static SluiceConnectionRow *
add_connection (SluiceSample *sample, guint64 id, guint program, guint interface, guint64 rx)
{
  SluiceConnectionRow row = { .id = id, .program = program, .interface = interface, .bytes = { rx, 0 } };

  sample->has_connections = TRUE;
  g_array_append_val (sample->connections, row);
  return sluice_sample_connection (sample, sample->connections->len - 1);
}

/* Makes the books of every link balance by what no program moved, or moved too much. */
static void
balance (SluiceSample *sample)
{
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 sum = 0;

          for (guint l = 0; l < sample->links->len; l++)
            if (sluice_sample_link (sample, l)->interface == i)
              sum += sluice_sample_link (sample, l)->bytes[d];
          if (sum > row->bytes[d])
            row->excess[d] = sum - row->bytes[d];
          else
            row->unattributed[SLUICE_CAUSE_NOT_SEEN][d] = row->bytes[d] - sum;
        }
    }
}

static void
assert_balanced (const SluiceSample *sample)
{
  g_autoptr (GError) error = NULL;
  gboolean balanced = sluice_sample_check_books (sample, &error);

  g_assert_no_error (error);
  g_assert_true (balanced);
}

static void
test_books (void)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  g_autoptr (GError) error = NULL;

  assert_balanced (sample);
  add_interface (sample, 1, "eth0", 100, 50);
  add_program (sample, 1);
  add_link (sample, 0, 60, 70);
  g_assert_false (sluice_sample_check_books (sample, &error));
  g_assert_error (error, SLUICE_SAMPLE_ERROR, SLUICE_SAMPLE_ERROR_UNBALANCED);
  g_assert_nonnull (strstr (error->message, "eth0"));
  g_clear_error (&error);

  balance (sample);
  assert_balanced (sample);
  g_assert_cmpuint (sluice_interface_row_unattributed (sluice_sample_interface (sample, 0), SLUICE_RX), ==, 40);
  g_assert_cmpuint (sluice_sample_interface (sample, 0)->excess[SLUICE_TX], ==, 20);

  /* One byte astray in either book is found. */
  sluice_sample_program (sample, 0)->bytes[SLUICE_TX]++;
  g_assert_false (sluice_sample_check_books (sample, &error));
  g_assert_nonnull (strstr (error->message, "program-1"));
  g_clear_error (&error);
  sluice_sample_program (sample, 0)->bytes[SLUICE_TX]--;
  sluice_sample_interface (sample, 0)->unattributed[SLUICE_CAUSE_LOST][SLUICE_RX]++;
  g_assert_false (sluice_sample_check_books (sample, NULL));
}

static void
test_merge_sums (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  const SluiceInterfaceRow *row;

  earlier->time = 1;
  earlier->duration = 10;
  later->time = 2;
  later->wall_time = 3;
  later->duration = 20;
  later->n_merged = 4;
  later->ended = TRUE;
  /* The same things in another order, and one of each that only one of them knows. */
  add_interface (earlier, 1, "eth0", 100, 200);
  add_interface (earlier, 2, "eth1", 1, 1);
  add_program (earlier, 1);
  add_link (earlier, 0, 10, 20);
  add_program (earlier, 2);
  add_link (earlier, 1, 1, 1);
  add_interface (later, 3, "eth2", 5, 5);
  add_interface (later, 1, "lan0", 1000, 2000); /* renamed meanwhile */
  add_program (later, 3);
  add_program (later, 1);
  add_link (later, 0, 5, 5);
  add_link (later, 1, 100, 200);
  sluice_sample_interface (later, 1)->total_bytes[SLUICE_RX] = 77;
  balance (earlier);
  balance (later);

  sum = sluice_sample_merge (earlier, later);
  assert_balanced (sum);
  g_assert_cmpint (sum->time, ==, 2);
  g_assert_cmpint (sum->wall_time, ==, 3);
  g_assert_cmpint (sum->duration, ==, 30);
  g_assert_cmpuint (sum->n_merged, ==, 5);
  g_assert_true (sum->ended);
  g_assert_cmpuint (sum->interfaces->len, ==, 3);
  g_assert_cmpuint (sum->programs->len, ==, 3);

  row = sluice_sample_interface (sum, 0);
  g_assert_cmpstr (row->interface->name, ==, "lan0");
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 1100);
  g_assert_cmpuint (row->bytes[SLUICE_TX], ==, 2200);
  g_assert_cmpuint (row->packets[SLUICE_TX], ==, 4);
  g_assert_cmpuint (row->dropped, ==, 2);
  g_assert_cmpuint (row->total_bytes[SLUICE_RX], ==, 77);
  g_assert_cmpuint (sluice_sample_program (sum, 0)->bytes[SLUICE_RX], ==, 115);
  g_assert_cmpuint (sluice_sample_program (sum, 0)->n_links, ==, 2);
  g_assert_cmpuint (sluice_sample_program (sum, 0)->connections, ==, 1);
  /* What is over has no socket open any more, but keeps what it moved. */
  g_assert_cmpuint (sluice_sample_program (sum, 1)->connections, ==, 0);
  g_assert_cmpuint (sluice_sample_program (sum, 1)->bytes[SLUICE_RX], ==, 1);
  g_assert_cmpuint (sluice_sample_program (sum, 2)->n_links, ==, 0);
}

static void
test_merge_connections (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  SluiceConnectionRow *row;

  add_interface (earlier, 1, "eth0", 0, 0);
  add_program (earlier, 1);
  row = add_connection (earlier, 100, 0, 0, 10);
  row->flags = SLUICE_CONNECTION_NEW;
  row->retransmits = 1;
  row->total_retransmits = 1;
  row = add_connection (earlier, 101, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 7);
  row->key.protocol = 6;
  row->state = 1;
  add_interface (later, 9, "eth9", 0, 0);
  add_interface (later, 1, "eth0", 0, 0);
  add_program (later, 9);
  add_program (later, 1);
  row = add_connection (later, 100, SLUICE_INDEX_NONE, 1, 20);
  row->retransmits = 2;
  row->total_retransmits = 3;
  row->rtt_us = 5;
  add_connection (later, 102, 0, 0, 1)->flags = SLUICE_CONNECTION_CLOSED;

  sum = sluice_sample_merge (earlier, later);
  g_assert_true (sum->has_connections);
  g_assert_cmpuint (sum->connections->len, ==, 3);
  row = sluice_sample_connection (sum, 0);
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 30);
  g_assert_cmpuint (row->retransmits, ==, 3);
  g_assert_cmpuint (row->total_retransmits, ==, 3);
  g_assert_cmpuint (row->rtt_us, ==, 5);
  g_assert_cmpuint (row->flags, ==, SLUICE_CONNECTION_NEW);
  /* The owner is remembered although the later look no longer found it. */
  g_assert_cmpuint (row->program, ==, 0);
  g_assert_cmpstr (sluice_sample_interface (sum, row->interface)->interface->name, ==, "eth0");
  row = sluice_sample_connection (sum, 1);
  g_assert_cmpuint (row->flags, ==, SLUICE_CONNECTION_CLOSED);
  g_assert_cmpstr (sluice_tcp_state_name (row->state), ==, "CLOSED");
  g_assert_cmpuint (row->program, ==, SLUICE_INDEX_NONE);
  g_assert_cmpuint (row->interface, ==, SLUICE_INDEX_NONE);
  row = sluice_sample_connection (sum, 2);
  g_assert_cmpstr (sluice_sample_program (sum, row->program)->program->name, ==, "program-9");
  g_assert_cmpuint (row->flags, ==, SLUICE_CONNECTION_CLOSED);
}

static void
test_merge_unknown (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;

  add_interface (earlier, 1, "eth0", 0, 0);
  add_connection (earlier, 100, SLUICE_INDEX_NONE, 0, 10);
  add_interface (later, 9, "eth9", 0, 0);
  add_connection (later, 100, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1);
  sum = sluice_sample_merge (earlier, later);
  g_assert_cmpuint (sluice_sample_connection (sum, 0)->interface, !=, SLUICE_INDEX_NONE);
  g_assert_cmpstr (
    sluice_sample_interface (sum, sluice_sample_connection (sum, 0)->interface)->interface->name, ==, "eth0");
}

static void
test_merge_without_rows (void)
{
  g_autoptr (SluiceSample) with = sluice_sample_new ();
  g_autoptr (SluiceSample) without = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  g_autoptr (SluiceSample) other = NULL;

  add_connection (with, 100, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 10);
  sum = sluice_sample_merge (with, without);
  g_assert_false (sum->has_connections);
  g_assert_cmpuint (sum->connections->len, ==, 0);
  other = sluice_sample_merge (without, with);
  g_assert_true (other->has_connections);
  g_assert_cmpuint (other->connections->len, ==, 1);
}

static void
test_merge_faults (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) second = NULL;

  earlier->fault = g_strdup ("first");
  earlier->estimated = TRUE;
  first = sluice_sample_merge (earlier, later);
  g_assert_cmpstr (first->fault, ==, "first");
  g_assert_true (first->estimated);
  later->fault = g_strdup ("second");
  second = sluice_sample_merge (earlier, later);
  g_assert_cmpstr (second->fault, ==, "second");
}

static void
add_host (SluiceSample *sample, guint8 number, const char *name, guint64 rx)
{
  SluiceAddress address = sluice_address_from_ipv4 ((guint8[4]){ 192, 0, 2, number });
  SluiceHostRow row = {
    .host = sluice_host_new (&address),
    .bytes = { rx, 1 },
    .packets = { 2, 3 },
    .connections = number,
    .forwarded = { 4, 1 },
    .forwarded_packets = { 1, 0 },
  };

  sample->has_hosts = TRUE;
  row.host->name = g_strdup (name);
  g_array_append_val (sample->hosts, row);
}

static void
add_protocol (SluiceSample *sample, guint16 number, guint64 rx, guint32 connections)
{
  SluiceProtocolRow row = { .protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, number),
                            .bytes = { rx, 1 },
                            .packets = { 2, 3 },
                            .connections = connections };

  sample->has_hosts = TRUE;
  g_array_append_val (sample->protocols, row);
}

static void
test_merge_hosts (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  SluiceHostRow others = { .host = sluice_host_ref (sluice_host_others ()), .bytes = { 5, 0 } };
  const SluiceHostRow *row;

  add_host (earlier, 1, NULL, 10);
  add_host (earlier, 2, "two", 20);
  g_array_append_val (earlier->hosts, others);
  add_host (later, 3, "three", 30);
  add_host (later, 1, "one", 100);
  sluice_host_ref (others.host);
  g_array_append_val (later->hosts, others);

  sum = sluice_sample_merge (earlier, later);
  g_assert_true (sum->has_hosts);
  g_assert_cmpuint (sum->hosts->len, ==, 4);
  row = sluice_sample_host (sum, 0);
  g_assert_cmpstr (row->host->name, ==, "one"); /* learnt meanwhile */
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 110);
  g_assert_cmpuint (row->bytes[SLUICE_TX], ==, 2);
  g_assert_cmpuint (row->packets[SLUICE_RX], ==, 4);
  g_assert_cmpuint (row->packets[SLUICE_TX], ==, 6);
  g_assert_cmpuint (row->forwarded[SLUICE_RX], ==, 8);
  g_assert_cmpuint (row->forwarded[SLUICE_TX], ==, 2);
  g_assert_cmpuint (row->forwarded_packets[SLUICE_RX], ==, 2);
  g_assert_cmpuint (row->connections, ==, 1);
  g_assert_cmpstr (sluice_sample_host (sum, 1)->host->name, ==, "two");
  g_assert_cmpuint (sluice_sample_host (sum, 1)->bytes[SLUICE_RX], ==, 20);
  row = sluice_sample_host (sum, 2);
  g_assert_true (row->host == sluice_host_others ());
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 10);
  g_assert_cmpstr (sluice_sample_host (sum, 3)->host->name, ==, "three");
}

static void
test_merge_protocols (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  const SluiceProtocolRow *row;

  add_protocol (earlier, 6, 10, 3);
  add_protocol (later, 17, 5, 1);
  add_protocol (later, 6, 100, 2);
  sum = sluice_sample_merge (earlier, later);
  g_assert_cmpuint (sum->protocols->len, ==, 2);
  row = sluice_sample_protocol (sum, 0);
  g_assert_cmpuint (row->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 6));
  g_assert_cmpuint (row->bytes[SLUICE_RX], ==, 110);
  g_assert_cmpuint (row->bytes[SLUICE_TX], ==, 2);
  g_assert_cmpuint (row->packets[SLUICE_TX], ==, 6);
  g_assert_cmpuint (row->connections, ==, 3); /* at the least */
  g_assert_cmpuint (sluice_sample_protocol (sum, 1)->bytes[SLUICE_RX], ==, 5);
}

static void
add_part_link (GArray *links, guint32 part, guint32 interface, guint64 rx)
{
  SluicePartLink link = { part, interface, { rx, 1 } };

  g_array_append_val (links, link);
}

static void
test_merge_part_links (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) without = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  g_autoptr (SluiceSample) unknown = NULL;
  const SluicePartLink *link;

  add_interface (earlier, 1, "eth0", 100, 10);
  add_interface (earlier, 2, "wlan0", 100, 10);
  add_interface (later, 2, "wlan0", 100, 10);
  add_host (earlier, 1, "one", 10);
  add_host (later, 2, "two", 20);
  add_host (later, 1, "one", 30);
  add_protocol (earlier, 6, 10, 1);
  add_protocol (later, 17, 20, 1);
  earlier->has_part_links = later->has_part_links = TRUE;
  add_part_link (earlier->host_links, 0, 1, 10);
  add_part_link (later->host_links, 0, 0, 20);
  add_part_link (later->host_links, 1, 0, 30);
  add_part_link (earlier->protocol_links, 0, 0, 10);
  add_part_link (later->protocol_links, 0, 0, 20);

  sum = sluice_sample_merge (earlier, later);
  g_assert_true (sum->has_part_links);
  g_assert_cmpuint (sum->host_links->len, ==, 2);
  link = &g_array_index (sum->host_links, SluicePartLink, 0);
  g_assert_cmpstr (sluice_sample_host (sum, link->part)->host->name, ==, "one");
  g_assert_cmpstr (sluice_sample_interface (sum, link->interface)->interface->name, ==, "wlan0");
  g_assert_cmpuint (link->bytes[SLUICE_RX], ==, 40);
  g_assert_cmpuint (link->bytes[SLUICE_TX], ==, 2);
  link = &g_array_index (sum->host_links, SluicePartLink, 1);
  g_assert_cmpstr (sluice_sample_host (sum, link->part)->host->name, ==, "two");
  g_assert_cmpuint (link->bytes[SLUICE_RX], ==, 20);
  g_assert_cmpuint (sum->protocol_links->len, ==, 2);
  link = &g_array_index (sum->protocol_links, SluicePartLink, 1);
  g_assert_cmpuint (sluice_sample_protocol (sum, link->part)->protocol, ==,
                    SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 17));
  g_assert_cmpstr (sluice_sample_interface (sum, link->interface)->interface->name, ==, "wlan0");

  /* As with hosts, the later sample says whether it is known. */
  without->has_hosts = TRUE;
  unknown = sluice_sample_merge (earlier, without);
  g_assert_false (unknown->has_part_links);
  g_assert_cmpuint (unknown->host_links->len, ==, 0);
}

static void
test_part_books (void)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  g_autoptr (GError) error = NULL;

  add_interface (sample, 1, "eth0", 100, 10);
  sluice_sample_interface (sample, 0)->unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_RX] = 100;
  sluice_sample_interface (sample, 0)->unattributed[SLUICE_CAUSE_NOT_SEEN][SLUICE_TX] = 10;
  add_host (sample, 1, "one", 100);
  add_part_link (sample->host_links, 0, 0, 100);
  g_assert_true (sluice_sample_check_books (sample, &error));
  g_assert_no_error (error);
  add_part_link (sample->host_links, 0, 0, 1);
  g_assert_false (sluice_sample_check_books (sample, &error));
  g_assert_error (error, SLUICE_SAMPLE_ERROR, SLUICE_SAMPLE_ERROR_UNBALANCED);
}

/* Lets a connection call its other side by a name of its own. */
static void
name_connection (SluiceSample *sample, SluiceConnectionRow *row, const char *name)
{
  SluiceHost *host = sluice_host_new (&row->key.remote);

  host->name = g_strdup (name);
  g_ptr_array_add (sample->named, host);
  row->named = sample->named->len;
}

static void
test_merge_hosts_of_connections (void)
{
  g_autoptr (SluiceSample) earlier = sluice_sample_new ();
  g_autoptr (SluiceSample) later = sluice_sample_new ();
  g_autoptr (SluiceSample) sum = NULL;
  SluiceConnectionRow *row;

  add_host (earlier, 1, "one", 1);
  add_host (earlier, 2, "two", 1);
  row = add_connection (earlier, 100, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1);
  row->host = 1;
  row->protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 17);
  row = add_connection (earlier, 101, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1);
  row->host = SLUICE_INDEX_NONE;
  row->protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 6);
  add_host (later, 3, "three", 1);
  row = add_connection (later, 100, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1);
  row->host = SLUICE_INDEX_NONE;
  name_connection (later, row, "called");
  row = add_connection (later, 101, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1);
  row->host = 0;
  row->protocol = SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS);

  sum = sluice_sample_merge (earlier, later);
  /* What the later look does not know stays; what it knows better holds. */
  row = sluice_sample_connection (sum, 0);
  g_assert_cmpstr (sluice_sample_host (sum, row->host)->host->name, ==, "two");
  g_assert_cmpstr (sluice_sample_connection_host (sum, row)->name, ==, "called");
  g_assert_cmpuint (row->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_IP, 17));
  row = sluice_sample_connection (sum, 1);
  g_assert_cmpstr (sluice_sample_connection_host (sum, row)->name, ==, "three");
  g_assert_cmpuint (row->protocol, ==, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS));
}

/* Where the tier changes between two samples. */
static void
test_merge_without_hosts (void)
{
  g_autoptr (SluiceSample) with = sluice_sample_new ();
  g_autoptr (SluiceSample) without = sluice_sample_new ();
  g_autoptr (SluiceSample) lost = NULL;
  g_autoptr (SluiceSample) won = NULL;

  add_host (with, 1, "one", 1);
  add_protocol (with, 6, 1, 1);
  add_connection (with, 100, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1)->host = 0;
  add_connection (without, 101, SLUICE_INDEX_NONE, SLUICE_INDEX_NONE, 1)->host = SLUICE_INDEX_NONE;
  lost = sluice_sample_merge (with, without);
  g_assert_false (lost->has_hosts);
  g_assert_cmpuint (lost->hosts->len, ==, 0);
  g_assert_cmpuint (lost->protocols->len, ==, 0);
  for (guint i = 0; i < lost->connections->len; i++)
    g_assert_cmpuint (sluice_sample_connection (lost, i)->host, ==, SLUICE_INDEX_NONE);
  won = sluice_sample_merge (without, with);
  g_assert_true (won->has_hosts);
  g_assert_cmpuint (won->hosts->len, ==, 1);
  g_assert_cmpuint (won->protocols->len, ==, 1);
  g_assert_cmpuint (sluice_sample_connection (won, 1)->host, ==, 0);
}

static void
test_references (void)
{
  SluiceSample *earlier = sluice_sample_new ();
  SluiceSample *later = sluice_sample_new ();
  SluiceSample *sum;
  g_autoptr (SluiceProgram) program = NULL;
  g_autoptr (SluiceInterface) interface = NULL;
  g_autoptr (SluiceHost) host = NULL;

  add_host (earlier, 1, "one", 1);
  add_host (later, 1, "one", 1);
  host = sluice_host_ref (sluice_sample_host (earlier, 0)->host);
  add_interface (earlier, 1, "eth0", 1, 1);
  add_program (earlier, 1);
  add_link (earlier, 0, 1, 1);
  add_interface (later, 1, "eth0", 1, 1);
  add_program (later, 1);
  program = sluice_program_ref (sluice_sample_program (earlier, 0)->program);
  interface = sluice_interface_ref (sluice_sample_interface (later, 0)->interface);

  sum = sluice_sample_merge (earlier, later);
  sluice_sample_unref (earlier);
  sluice_sample_unref (later);
  g_assert_cmpstr (sluice_sample_interface (sum, 0)->interface->name, ==, "eth0");
  g_assert_cmpstr (sluice_sample_program (sum, 0)->program->name, ==, "program-1");
  g_assert_cmpint (sluice_sample_ref (sum)->n_merged, ==, 2);
  sluice_sample_unref (sum);
  sluice_sample_unref (sum);
  g_assert_true (g_atomic_ref_count_compare (&program->reference_count, 1));
  g_assert_true (g_atomic_ref_count_compare (&interface->reference_count, 1));
  g_assert_true (g_atomic_ref_count_compare (&host->reference_count, 1));
}

static SluiceSample *
make_random (void)
{
  SluiceSample *sample = sluice_sample_new ();
  guint n_programs = g_test_rand_int_range (0, 6);
  guint first = g_test_rand_int_range (1, 4);

  sample->duration = g_test_rand_int_range (1, 1000);
  for (guint i = 0; i < 3; i++)
    add_interface (sample, first + i, "eth", g_test_rand_int_range (0, 1000), g_test_rand_int_range (0, 1000));
  for (guint i = 0; i < n_programs; i++)
    {
      add_program (sample, first * 2 + i);
      for (guint l = 0; l < 3; l++)
        if (g_test_rand_bit ())
          add_link (sample, l, g_test_rand_int_range (0, 900), g_test_rand_int_range (0, 900));
    }
  balance (sample);
  return sample;
}

/* What a program moved over a link, or nothing where it is not there. */
static guint64
find_link (const SluiceSample *sample, const SluiceProgram *program, guint64 instance)
{
  for (guint i = 0; i < sample->programs->len; i++)
    {
      const SluiceProgramRow *row = sluice_sample_program (sample, i);

      for (guint l = row->first_link; l < row->first_link + row->n_links; l++)
        {
          const SluiceProgramLink *link = sluice_sample_link (sample, l);

          if (sluice_program_same_process (row->program, program)
              && sluice_sample_interface (sample, link->interface)->interface->instance == instance)
            return link->bytes[SLUICE_RX] << 32 | link->bytes[SLUICE_TX];
        }
    }
  return 0;
}

static void
test_merge_order (void)
{
  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (SluiceSample) a = make_random ();
      g_autoptr (SluiceSample) b = make_random ();
      g_autoptr (SluiceSample) c = make_random ();
      g_autoptr (SluiceSample) ab = sluice_sample_merge (a, b);
      g_autoptr (SluiceSample) bc = sluice_sample_merge (b, c);
      g_autoptr (SluiceSample) left = sluice_sample_merge (ab, c);
      g_autoptr (SluiceSample) right = sluice_sample_merge (a, bc);

      assert_balanced (left);
      assert_balanced (right);
      g_assert_cmpuint (left->programs->len, ==, right->programs->len);
      g_assert_cmpuint (left->links->len, ==, right->links->len);
      g_assert_cmpint (left->duration, ==, right->duration);
      for (guint p = 0; p < left->programs->len; p++)
        for (guint64 instance = 1; instance <= 6; instance++)
          {
            const SluiceProgram *program = sluice_sample_program (left, p)->program;

            g_assert_cmpuint (find_link (left, program, instance), ==, find_link (right, program, instance));
            g_assert_cmpuint (find_link (left, program, instance), ==,
                              find_link (a, program, instance) + find_link (b, program, instance)
                                + find_link (c, program, instance));
          }
    }
}

static void
test_names (void)
{
  g_assert_cmpstr (sluice_source_kind_name (SLUICE_SOURCE_KERNEL), ==, "kernel");
  g_assert_cmpstr (sluice_source_kind_name (SLUICE_SOURCE_PCAP), ==, "pcap");
  g_assert_cmpstr (sluice_source_kind_name (SLUICE_SOURCE_BPF), ==, "bpf");
  g_assert_cmpstr (sluice_cause_name (SLUICE_CAUSE_KERNEL), ==, "kernel");
  g_assert_cmpstr (sluice_cause_name (SLUICE_CAUSE_FORWARDED), ==, "forwarded");
  g_assert_cmpstr (sluice_cause_name (SLUICE_CAUSE_OTHER_NAMESPACE), ==, "other_namespace");
  g_assert_cmpstr (sluice_cause_name (SLUICE_CAUSE_OLDER), ==, "older");
  g_assert_cmpstr (sluice_cause_name (SLUICE_CAUSE_LOST), ==, "lost");
  g_assert_cmpstr (sluice_cause_name (SLUICE_CAUSE_NOT_SEEN), ==, "not_seen");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sample/books-balance-or-the-link-is-named", test_books);
  g_test_add_func ("/sample/merge-sums-what-moved-and-keeps-the-later-state", test_merge_sums);
  g_test_add_func ("/sample/merge-joins-connections-and-closes-what-is-over", test_merge_connections);
  g_test_add_func ("/sample/merge-keeps-a-link-that-the-later-does-not-know", test_merge_unknown);
  g_test_add_func ("/sample/merge-has-rows-of-connections-where-the-later-has", test_merge_without_rows);
  g_test_add_func ("/sample/merge-joins-hosts-and-keeps-what-was-learnt-last", test_merge_hosts);
  g_test_add_func ("/sample/merge-joins-protocols", test_merge_protocols);
  g_test_add_func ("/sample/merge-joins-what-hosts-and-protocols-moved-over-a-link", test_merge_part_links);
  g_test_add_func ("/sample/hosts-have-no-more-than-their-link", test_part_books);
  g_test_add_func ("/sample/merge-finds-the-hosts-of-connections-again", test_merge_hosts_of_connections);
  g_test_add_func ("/sample/merge-has-hosts-where-the-later-has", test_merge_without_hosts);
  g_test_add_func ("/sample/merge-keeps-the-last-fault", test_merge_faults);
  g_test_add_func ("/sample/merge-owns-what-it-holds-and-lets-go-of-it", test_references);
  g_test_add_func ("/sample/merge-balances-and-comes-to-the-same-in-any-grouping", test_merge_order);
  g_test_add_func ("/sample/sources-and-causes-are-named-as-the-contract-says", test_names);

  return g_test_run ();
}
