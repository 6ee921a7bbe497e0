#include "meter-world.h"

static void
test_base (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceSocket sockets[] = { make_socket (1, ALPHA, 5000000, 7000000), make_socket (2, BETA, 1, 1) };
  g_autoptr (SluiceSample) sample = NULL;

  /* It counts on between the opening of the source and its first look. */
  world->links[ETH0].rx += 12345;
  sample = look (world, sockets, 2, TRUE);
  g_assert_cmpint (sample->duration, ==, 0);
  g_assert_true (sample->estimated && sample->has_connections);
  g_assert_cmpuint (sample->interfaces->len, ==, 2);
  g_assert_cmpuint (find_link (sample, "eth0")->bytes[SLUICE_RX], ==, 0);
  g_assert_cmpuint (find_link (sample, "eth0")->total_bytes[SLUICE_RX], ==, 1012345);
  g_assert_cmpuint (find_program (sample, "alpha")->bytes[SLUICE_RX], ==, 0);
  g_assert_cmpuint (find_program (sample, "alpha")->connections, ==, 1);
  g_assert_cmpuint (find_connection (sample, 1)->total_payload[SLUICE_TX], ==, 5000000);
  g_assert_cmpuint (find_connection (sample, 1)->payload[SLUICE_TX], ==, 0);
  g_assert_cmpuint (find_connection (sample, 1)->flags & SLUICE_CONNECTION_NEW, ==, 0);
}

static void
test_bytes (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket sockets[]
      = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0), make_socket (3, NOBODYS, 0, 0) };
  g_autoptr (SluiceSample) first = look (world, sockets, 3, TRUE);
  g_autoptr (SluiceSample) sample = NULL;
  const SluiceProgramRow *alpha;

  for (guint i = 0; i < 3; i++)
    sockets[i] = make_socket (i + 1, sockets[i].inode, 10000, 20000);
  world->links[ETH0].rx += 100000;
  world->links[ETH0].tx += 200000;
  world->links[ETH0].rx_packets += 100;
  world->links[ETH0].tx_packets += 200;
  sample = look (world, sockets, 3, TRUE);
  alpha = find_program (sample, "alpha");
  g_assert_cmpint (sample->duration, ==, G_USEC_PER_SEC);
  g_assert_cmpuint (alpha->payload[SLUICE_TX], ==, 10000);
  g_assert_cmpuint (alpha->payload[SLUICE_RX], ==, 20000);
  g_assert_cmpuint (alpha->bytes[SLUICE_TX], ==, 10000 + 10 * (HEADERS + 14));
  g_assert_cmpuint (alpha->bytes[SLUICE_RX], ==, 20000 + 20 * (HEADERS + 14));
  g_assert_cmpuint (alpha->n_links, ==, 1);
  /* What nobody owns is in no program's row. */
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (sample, "eth0"), SLUICE_RX), ==,
                    100000 - 2 * alpha->bytes[SLUICE_RX]);
  g_assert_cmpuint (find_connection (sample, 3)->program, ==, SLUICE_INDEX_NONE);
  g_assert_cmpuint (find_connection (sample, 3)->payload[SLUICE_RX], ==, 20000);
  g_assert_cmpuint (find_link (sample, "wlan0")->bytes[SLUICE_RX], ==, 0);
}

static void
test_retransmissions (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) sample = NULL;

  socket = make_socket (1, ALPHA, 10000, 0);
  socket.bytes_retransmitted = 3000;
  socket.retransmits = 3;
  world->links[ETH0].tx += 20000;
  world->links[ETH0].tx_packets += 20;
  sample = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (sample, "alpha")->payload[SLUICE_TX], ==, 7000);
  g_assert_cmpuint (find_program (sample, "alpha")->bytes[SLUICE_TX], ==, 10000 + 10 * (HEADERS + 14));
  g_assert_cmpuint (find_program (sample, "alpha")->retransmits, ==, 3);
  g_assert_cmpuint (find_connection (sample, 1)->total_payload[SLUICE_TX], ==, 7000);
}

static void
test_missed_once (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 50000, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) without = look (world, NULL, 0, TRUE);
  g_autoptr (SluiceSample) again = NULL;

  g_assert_cmpuint (find_program (without, "alpha")->connections, ==, 1);
  g_assert_cmpuint (find_connection (without, 1)->flags & SLUICE_CONNECTION_CLOSED, ==, 0);
  socket = make_socket (1, ALPHA, 51000, 0);
  again = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (again, "alpha")->payload[SLUICE_TX], ==, 1000);
  g_assert_cmpuint (find_connection (again, 1)->flags & SLUICE_CONNECTION_NEW, ==, 0);
}

static void
test_missed_twice (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceSocket socket = make_socket (1, ALPHA, 50000, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) incomplete = look (world, NULL, 0, FALSE);
  g_autoptr (SluiceSample) second = look (world, NULL, 0, TRUE);
  g_autoptr (SluiceSample) third = look (world, NULL, 0, TRUE);
  g_autoptr (SluiceSample) fourth = look (world, NULL, 0, TRUE);

  g_assert_cmpuint (find_connection (incomplete, 1)->flags & SLUICE_CONNECTION_CLOSED, ==, 0);
  g_assert_cmpuint (find_connection (second, 1)->flags & SLUICE_CONNECTION_CLOSED, ==, 0);
  g_assert_cmpuint (find_connection (third, 1)->flags & SLUICE_CONNECTION_CLOSED, !=, 0);
  g_assert_cmpstr (sluice_tcp_state_name (find_connection (second, 1)->state), ==, "ESTABLISHED");
  g_assert_cmpstr (sluice_tcp_state_name (find_connection (third, 1)->state), ==, "CLOSED");
  g_assert_cmpuint (find_program (third, "alpha")->connections, ==, 0);
  g_assert_null (find_connection (fourth, 1));
  g_assert_null (find_program (fourth, "alpha"));
}

static void
test_listed_and_ended (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket sockets[2] = { make_socket (1, ALPHA, 1000, 0) };
  g_autoptr (SluiceSample) first = look (world, sockets, 1, TRUE);
  g_autoptr (SluiceSample) sample = NULL;
  g_autoptr (SluiceSample) after = NULL;

  sockets[0] = make_socket (1, ALPHA, 4000, 0);
  sockets[1] = make_socket (1, 0, 6000, 0);
  sockets[1].ended = TRUE;
  sockets[1].state = 7;
  world->links[ETH0].tx += 10000;
  sample = look (world, sockets, 2, TRUE);
  g_assert_cmpuint (find_program (sample, "alpha")->payload[SLUICE_TX], ==, 5000);
  g_assert_cmpuint (find_program (sample, "alpha")->connections, ==, 0);
  g_assert_cmpuint (sample->connections->len, ==, 1);
  g_assert_cmpuint (find_connection (sample, 1)->flags & SLUICE_CONNECTION_CLOSED, !=, 0);
  g_assert_cmpstr (sluice_tcp_state_name (find_connection (sample, 1)->state), ==, "CLOSED");
  after = look (world, NULL, 0, TRUE);
  g_assert_cmpuint (after->programs->len, ==, 0);
  g_assert_cmpuint (after->connections->len, ==, 0);
}

static void
test_short_lived (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  g_autoptr (SluiceSample) first = look (world, NULL, 0, TRUE);
  SluiceSocket socket = make_socket (1, 0, 4000, 6000);
  g_autoptr (SluiceSample) sample = NULL;

  socket.ended = TRUE;
  world->links[ETH0].tx += 10000;
  sample = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (sample->programs->len, ==, 0);
  g_assert_cmpuint (find_connection (sample, 1)->payload[SLUICE_RX], ==, 6000);
  g_assert_cmpuint (find_connection (sample, 1)->flags, ==,
                    SLUICE_CONNECTION_CLOSED | SLUICE_CONNECTION_BYTES_KNOWN | SLUICE_CONNECTION_NEW);
  g_assert_cmpstr (sluice_tcp_state_name (find_connection (sample, 1)->state), ==, "CLOSED");
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (sample, "eth0"), SLUICE_TX), ==, 10000);
}

static void
test_last_word (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 1000);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) second = NULL;
  g_autoptr (SluiceSample) third = NULL;

  socket = make_socket (1, ALPHA, 0, 3000);
  socket.fin_received = TRUE;
  socket.state = 8;
  second = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (second, "alpha")->payload[SLUICE_RX], ==, 2000);
  socket = make_socket (1, 0, 0, 3001);
  socket.ended = TRUE;
  third = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (third, "alpha")->payload[SLUICE_RX], ==, 0);
}

static void
test_counters_back (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 100000, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) reset = NULL;
  g_autoptr (SluiceSample) corrected = NULL;

  /* The link was reset, the socket disconnected and connected anew. */
  world->links[ETH0].rx = 300;
  socket = make_socket (1, ALPHA, 90000, 0);
  reset = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_link (reset, "eth0")->bytes[SLUICE_RX], ==, 300);
  g_assert_cmpuint (find_program (reset, "alpha")->payload[SLUICE_TX], ==, 90000);
  /* A device that has fewer queues now counts a little less: no burst of all that it ever moved. */
  world->links[ETH0].tx -= 100;
  corrected = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_link (corrected, "eth0")->bytes[SLUICE_TX], ==, 0);
  g_assert_cmpuint (find_link (corrected, "eth0")->bytes[SLUICE_RX], ==, 0);
}

static void
test_incomplete_first (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceSocket sockets[] = { make_socket (1, ALPHA, 5000000, 0), make_socket (2, ALPHA, 0, 7000000) };
  g_autoptr (SluiceSample) first = look (world, sockets, 0, FALSE);
  g_autoptr (SluiceSample) second = look (world, sockets, 1, FALSE);
  g_autoptr (SluiceSample) third = look (world, sockets, 2, TRUE);
  const SluiceSocket fresh = make_socket (3, ALPHA, 1000, 0);
  g_autoptr (SluiceSample) fourth = look (world, &fresh, 1, TRUE);

  g_assert_cmpuint (find_program (second, "alpha")->payload[SLUICE_TX], ==, 0);
  g_assert_cmpuint (find_program (third, "alpha")->payload[SLUICE_RX], ==, 0);
  g_assert_cmpuint (find_program (fourth, "alpha")->payload[SLUICE_TX], ==, 1000);
}

static void
test_address_removed (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) without_address = NULL;
  g_autoptr (SluiceSample) last = NULL;
  g_autoptr (SluiceSample) without_link = NULL;
  g_autoptr (SluiceSample) with_another = NULL;

  world_address (world, RTM_DELADDR, 2, "10.0.0.1");
  socket = make_socket (1, ALPHA, 1000, 0);
  world->links[ETH0].tx += 2000;
  without_address = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_program (without_address, "alpha")->payload[SLUICE_TX], ==, 1000);
  g_assert_cmpuint (find_connection (without_address, 1)->interface, !=, SLUICE_INDEX_NONE);

  /* The link goes, too: its last bytes are booked, and then the connection hangs in the air. */
  world->links[ETH0].tx += 2000;
  world_news (world, RTM_DELLINK, &world->links[ETH0]);
  world->links[ETH0].name = NULL;
  last = look (world, &socket, 1, TRUE);
  g_assert_true (find_link (last, "eth0")->gone);
  g_assert_cmpuint (find_link (last, "eth0")->bytes[SLUICE_TX], ==, 2000);
  socket = make_socket (1, ALPHA, 2000, 0);
  without_link = look (world, &socket, 1, TRUE);
  g_assert_null (find_link (without_link, "eth0"));
  g_assert_cmpuint (find_connection (without_link, 1)->interface, ==, SLUICE_INDEX_NONE);
  g_assert_cmpuint (find_connection (without_link, 1)->payload[SLUICE_TX], ==, 1000);
  g_assert_cmpuint (find_program (without_link, "alpha")->connections, ==, 1);
  g_assert_cmpuint (find_program (without_link, "alpha")->n_links, ==, 0);

  /* It comes back under its old name and number. */
  world->links[ETH0] = (TestLink){ .ifindex = 2, .name = "eth0" };
  world_news (world, RTM_NEWLINK, &world->links[ETH0]);
  world_address (world, RTM_NEWADDR, 2, "10.0.0.1");
  world->links[ETH0].tx = 5000;
  socket = make_socket (1, ALPHA, 3000, 0);
  with_another = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (find_link (with_another, "eth0")->bytes[SLUICE_TX], ==, 5000);
  g_assert_cmpuint (find_link (with_another, "eth0")->interface->instance, !=,
                    find_link (last, "eth0")->interface->instance);
  g_assert_cmpuint (find_connection (with_another, 1)->interface, !=, SLUICE_INDEX_NONE);
}

static void
test_between_two_looks (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  g_autoptr (SluiceSample) first = look (world, NULL, 0, TRUE);
  g_autoptr (SluiceSample) sample = NULL;
  guint n = 0;

  /* Removed and created again: both incarnations are in the sample, each with what it moved. */
  world->links[ETH0].rx += 300;
  world_news (world, RTM_DELLINK, &world->links[ETH0]);
  world->links[ETH0].rx = 0;
  world_news (world, RTM_NEWLINK, &world->links[ETH0]);
  world->links[ETH0].rx = 40;
  sample = look (world, NULL, 0, TRUE);
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      if (!g_str_equal (row->interface->name, "eth0"))
        continue;
      g_assert_cmpuint (row->bytes[SLUICE_RX], ==, row->gone ? 300 : 40);
      n++;
    }
  g_assert_cmpuint (n, ==, 2);
}

static void
test_scope_listed (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) down = NULL;
  g_autoptr (SluiceSample) gone = NULL;
  g_autoptr (SluiceSample) up = NULL;

  set_local (&sockets[1], "127.0.0.1");
  first = look (world, sockets, 2, TRUE);
  g_assert_null (find_link (first, "lo"));
  /* What goes over a link that is not asked for is no part of it. */
  g_assert_null (find_program (first, "beta"));
  g_assert_null (find_connection (first, 2));

  world->links[ETH0].rx += 500;
  world->links[ETH0].down = TRUE;
  down = look (world, sockets, 2, TRUE);
  g_assert_cmpuint (find_link (down, "eth0")->bytes[SLUICE_RX], ==, 500);
  g_assert_true (find_link (down, "eth0")->listed);
  gone = look (world, sockets, 2, TRUE);
  g_assert_null (find_link (gone, "eth0"));
  world->links[ETH0].down = FALSE;
  world->links[ETH0].rx += 20;
  up = look (world, sockets, 2, TRUE);
  g_assert_cmpuint (find_link (up, "eth0")->bytes[SLUICE_RX], ==, 20);
  g_assert_cmpuint (find_link (up, "eth0")->interface->instance, ==,
                    find_link (first, "eth0")->interface->instance);
}

static void
test_loses_its_mark (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  g_autoptr (SluiceSample) first = look (world, NULL, 0, TRUE);
  g_autoptr (SluiceSample) enslaved = NULL;
  g_autoptr (SluiceSample) after = NULL;

  world->links[ETH0].master = 3;
  world->links[ETH0].rx += 500;
  enslaved = look (world, NULL, 0, TRUE);
  g_assert_cmpuint (find_link (enslaved, "eth0")->bytes[SLUICE_RX], ==, 500);
  g_assert_false (find_link (enslaved, "eth0")->listed);
  world->links[ETH0].rx += 500;
  after = look (world, NULL, 0, TRUE);
  g_assert_null (find_link (after, "eth0"));
}

static void
test_scope_named (void)
{
  char *names[] = { (char *) "eth0", NULL };
  g_autoptr (World) world = world_new (FALSE, names);
  const SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) first = look (world, &socket, 1, TRUE);
  g_autoptr (SluiceSample) renamed = NULL;
  g_autoptr (SluiceSample) down = NULL;

  g_assert_cmpuint (first->interfaces->len, ==, 1);
  world->links[ETH0].name = "lan0";
  renamed = look (world, &socket, 1, TRUE);
  g_assert_cmpuint (renamed->interfaces->len, ==, 1);
  g_assert_nonnull (find_link (renamed, "lan0"));
  world->links[ETH0].down = TRUE;
  down = look (world, &socket, 1, TRUE);
  g_assert_nonnull (find_link (down, "lan0"));
  g_assert_false (find_link (down, "lan0")->interface->up);
}

static void
test_scope_every (void)
{
  g_autoptr (World) world = world_new (TRUE, NULL);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, ALPHA, 0, 0), make_socket (3, ALPHA, 0, 0) };
  g_autoptr (SluiceSample) first = NULL;
  g_autoptr (SluiceSample) sample = NULL;

  set_local (&sockets[1], "10.0.1.1");
  set_local (&sockets[2], "127.0.0.1");
  first = look (world, sockets, 3, TRUE);
  g_assert_cmpuint (first->interfaces->len, ==, 3);
  g_assert_false (find_link (first, "lo")->listed);
  for (guint i = 0; i < 3; i++)
    {
      sockets[i].bytes_sent = 1000 * (i + 1);
      world->links[i].tx += 10000;
    }
  sample = look (world, sockets, 3, TRUE);
  g_assert_cmpuint (find_program (sample, "alpha")->n_links, ==, 3);
  g_assert_cmpuint (find_program (sample, "alpha")->bytes[SLUICE_TX], ==, 6000);
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (sample, "wlan0"), SLUICE_TX), ==, 8000);
  g_assert_cmpuint (sluice_interface_row_unattributed (find_link (sample, "lo"), SLUICE_TX), ==, 7000);
}

static void
test_kinds_of_sockets (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, ALPHA, 0, 0), make_socket (3, ALPHA, 0, 0) };
  const SluiceAddress any = { .family = SLUICE_FAMILY_IPV4 };
  const SluiceAddress none = { 0 };
  g_autoptr (SluiceSample) sample = NULL;

  sluice_flow_key_init (&sockets[0].key, IPPROTO_TCP, &any, 80, &none, 0);
  sockets[0].state = 10;
  sluice_flow_key_init (&sockets[1].key, IPPROTO_UDP, &any, 53, &none, 0);
  sockets[1].state = 0;
  sockets[1].has_info = FALSE;
  sockets[2].key.protocol = IPPROTO_UDP;
  sockets[2].has_info = FALSE;
  sample = look (world, sockets, 3, TRUE);
  g_assert_cmpuint (find_program (sample, "alpha")->listening, ==, 2);
  g_assert_cmpuint (find_program (sample, "alpha")->connections, ==, 1);
  g_assert_cmpuint (find_connection (sample, 1)->flags, ==, SLUICE_CONNECTION_LISTENING);
  g_assert_cmpuint (find_connection (sample, 2)->flags, ==, SLUICE_CONNECTION_LISTENING);
  g_assert_cmpuint (find_connection (sample, 3)->flags, ==, 0);
}

static void
test_pid_reuse (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, ALPHA + 90, 0, 0) };
  g_autoptr (SluiceSample) first = look (world, sockets, 1, TRUE);
  g_autoptr (SluiceSample) sample = NULL;

  /* The process ends, its socket still sends what is left, and another takes its number. */
  fake_root_remove (world->root, "/proc/10");
  fake_root_process (world->root, &(FakeProcess){ .pid = 10, .start_time = 99, .executable = "/usr/bin/gamma" });
  fake_root_socket (world->root, 10, 3, ALPHA + 90);
  sockets[0] = make_socket (1, 0, 1000, 0);
  sockets[1] = make_socket (2, ALPHA + 90, 0, 0);
  sockets[1].bytes_sent = 7;
  world->links[ETH0].tx += 10000;
  sample = look (world, sockets, 2, TRUE);
  g_assert_cmpuint (find_program (sample, "alpha")->payload[SLUICE_TX], ==, 1000);
  g_assert_cmpuint (find_program (sample, "gamma")->payload[SLUICE_TX], ==, 7);
  g_assert_cmpint (find_program (sample, "gamma")->program->pid, ==, 10);
}

static void
test_without_rows (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceSocket socket = make_socket (1, ALPHA, 0, 0);
  g_autoptr (SluiceSample) sample = NULL;

  world_list (world);
  sluice_meter_begin (world->meter);
  sluice_meter_add_socket (world->meter, &socket);
  sample = sluice_meter_end (world->meter, TRUE, FALSE, 1, 1);
  g_assert_false (sample->has_connections);
  g_assert_cmpuint (sample->connections->len, ==, 0);
  g_assert_cmpuint (find_program (sample, "alpha")->connections, ==, 1);
}

static void
test_unreadable_proc (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceMeterScope scope = { 0 };
  g_autoptr (SluiceOwnerTable) owners = sluice_owner_table_new ("/nonexistent");
  g_autoptr (SluiceMeter) meter = sluice_meter_new (world->table, owners, &scope);
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  g_autoptr (SluiceSample) sample = NULL;

  sockets[0].uid = geteuid ();
  sockets[1].uid = geteuid () + 1;
  sluice_meter_begin (meter);
  for (guint i = 0; i < 2; i++)
    sluice_meter_add_socket (meter, &sockets[i]);
  sample = sluice_meter_end (meter, TRUE, TRUE, 1, 1);
  /* One sentence. */
  g_assert_nonnull (sample->fault);
  g_assert_true (g_str_has_suffix (sample->fault, "."));
  g_assert_null (strstr (sample->fault, ". "));
  g_assert_cmpuint (sample->connections->len, ==, 2);
  /* Nobody is known, so nothing is anybody's: neither "other users'". */
  g_assert_cmpuint (sample->programs->len, ==, 0);
  g_assert_cmpuint (sample->interfaces->len, ==, 2);
}

static void
test_other_users (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  const SluiceMeterScope scope = { 0 };
  g_autoptr (SluiceOwnerTable) owners = NULL;
  g_autoptr (SluiceMeter) meter = NULL;
  SluiceSocket sockets[] = { make_socket (1, ALPHA, 0, 0), make_socket (2, BETA, 0, 0) };
  g_autoptr (SluiceSample) sample = NULL;

  sockets[0].uid = geteuid () + 1;
  sockets[1].uid = geteuid () + 2;
  fake_root_write (world->root, "/proc/self/status", "CapEff:\t0000000000000000\n", -1);
  owners = sluice_owner_table_new (world->root->path);
  meter = sluice_meter_new (world->table, owners, &scope);
  sluice_meter_begin (meter);
  for (guint i = 0; i < 2; i++)
    sluice_meter_add_socket (meter, &sockets[i]);
  sample = sluice_meter_end (meter, TRUE, TRUE, 1, 1);
  g_assert_cmpuint (sample->programs->len, ==, 1);
  g_assert_cmpint (sluice_sample_program (sample, 0)->program->kind, ==, SLUICE_PROGRAM_OTHER_USERS);
  g_assert_cmpuint (sluice_sample_program (sample, 0)->connections, ==, 2);
}

#define N_RANDOM 40

/* A socket of the long random story, and what is true of it. */
typedef struct
{
  SluiceSocket socket;
  gboolean open;
  gboolean was_missed;
} RandomSocket;

static guint64
sum_of_payload (const SluiceSample *sample, SluiceDirection direction)
{
  guint64 sum = 0;

  for (guint i = 0; i < sample->connections->len; i++)
    sum += sluice_sample_connection (sample, i)->payload[direction];
  return sum;
}

static void
move_random_bytes (World *world, RandomSocket *one, guint64 true_bytes[SLUICE_N_DIRECTIONS])
{
  guint sent = g_test_rand_int_range (0, 50000);
  guint received = g_test_rand_int_range (0, 50000);

  one->socket.bytes_sent += sent;
  one->socket.bytes_received += received;
  one->socket.segments[SLUICE_TX] += sent / 1000;
  one->socket.segments[SLUICE_RX] += received / 1000;
  true_bytes[SLUICE_TX] += sent;
  true_bytes[SLUICE_RX] += received;
  world->links[ETH0].tx += sent + g_test_rand_int_range (0, 3000);
  world->links[ETH0].rx += received;
  world->links[ETH0].tx_packets += g_test_rand_int_range (0, 50);
  world->links[ETH0].rx_packets += g_test_rand_int_range (0, 50);
}

/* One look at the sockets: some are missed once, some end, heard of, in the list or not. */
static void
show_random (World *world, RandomSocket *sockets, GArray *shown, guint64 *next_cookie, guint64 *true_bytes)
{
  static const guint64 owners[] = { ALPHA, BETA, NOBODYS };

  for (guint i = 0; i < N_RANDOM; i++)
    {
      RandomSocket *one = &sockets[i];

      if (!one->open)
        {
          one->open = g_test_rand_int_range (0, 3) == 0;
          one->socket = make_socket (++*next_cookie, owners[i % G_N_ELEMENTS (owners)] + i, 0, 0);
          if (!one->open)
            continue;
        }
      move_random_bytes (world, one, true_bytes);
      if (one->was_missed || g_test_rand_int_range (0, 10) != 0)
        {
          g_array_append_val (shown, one->socket);
          one->was_missed = FALSE;
        }
      else
        one->was_missed = TRUE;
      if (g_test_rand_int_range (0, 10) == 0)
        {
          move_random_bytes (world, one, true_bytes);
          one->socket.ended = TRUE;
          one->socket.inode = 0;
          g_array_append_val (shown, one->socket);
          one->open = one->was_missed = FALSE;
        }
    }
}

static void
test_random (void)
{
  g_autoptr (World) world = world_new (FALSE, NULL);
  g_autoptr (SluiceSample) first = look (world, NULL, 0, TRUE);
  g_autoptr (SluiceSample) sum = sluice_sample_ref (first);
  g_autofree RandomSocket *sockets = g_new0 (RandomSocket, N_RANDOM);
  guint64 true_bytes[SLUICE_N_DIRECTIONS] = { 0 };
  guint64 counted[SLUICE_N_DIRECTIONS] = { 0 };
  guint64 next_cookie = 0;

  for (guint round = 0; round < 400; round++)
    {
      g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (SluiceSocket));
      g_autoptr (SluiceSample) sample = NULL;
      g_autoptr (SluiceSample) merged = NULL;
      g_autoptr (GError) error = NULL;

      show_random (world, sockets, shown, &next_cookie, true_bytes);
      sample = look (world, (const SluiceSocket *) shown->data, shown->len, TRUE);
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        counted[d] += sum_of_payload (sample, d);
      merged = sluice_sample_merge (sum, sample);
      g_assert_true (sluice_sample_check_books (merged, &error));
      g_assert_no_error (error);
      sluice_sample_unref (sum);
      sum = g_steal_pointer (&merged);
    }

  /* Those that the last look missed are shown once more. */
  {
    g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (SluiceSocket));
    g_autoptr (SluiceSample) sample = NULL;

    for (guint i = 0; i < N_RANDOM; i++)
      if (sockets[i].open)
        g_array_append_val (shown, sockets[i].socket);
    sample = look (world, (const SluiceSocket *) shown->data, shown->len, TRUE);
    for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
      counted[d] += sum_of_payload (sample, d);
  }
  g_assert_cmpuint (counted[SLUICE_RX], ==, true_bytes[SLUICE_RX]);
  g_assert_cmpuint (counted[SLUICE_TX], ==, true_bytes[SLUICE_TX]);
  g_assert_cmpuint (find_link (sum, "eth0")->bytes[SLUICE_RX], ==, world->links[ETH0].rx - 1000000);
  g_assert_cmpuint (find_link (sum, "eth0")->bytes[SLUICE_TX], ==, world->links[ETH0].tx - 1000000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/meter/the-first-look-is-the-base", test_base);
  g_test_add_func ("/meter/programs-get-their-payload-and-the-link-its-rest", test_bytes);
  g_test_add_func ("/meter/what-is-sent-again-is-carried-but-no-payload", test_retransmissions);
  g_test_add_func ("/meter/a-socket-that-one-list-lacks-is-not-counted-twice", test_missed_once);
  g_test_add_func ("/meter/a-socket-that-two-whole-lists-lack-is-over", test_missed_twice);
  g_test_add_func ("/meter/a-socket-in-the-list-and-at-its-end-is-counted-once", test_listed_and_ended);
  g_test_add_func ("/meter/a-socket-between-two-looks-has-its-last-figures", test_short_lived);
  g_test_add_func ("/meter/the-last-word-of-a-peer-is-no-byte", test_last_word);
  g_test_add_func ("/meter/counters-that-went-back-make-no-burst", test_counters_back);
  g_test_add_func ("/meter/what-is-first-seen-after-a-failed-list-is-not-new", test_incomplete_first);
  g_test_add_func ("/meter/a-connection-outlives-its-address-and-its-link", test_address_removed);
  g_test_add_func ("/meter/a-link-created-again-between-two-looks-is-two", test_between_two_looks);
  g_test_add_func ("/meter/the-listed-scope-follows-the-marks", test_scope_listed);
  g_test_add_func ("/meter/a-link-that-loses-its-mark-is-in-one-more-sample", test_loses_its_mark);
  g_test_add_func ("/meter/a-named-link-stays-when-it-is-renamed-or-down", test_scope_named);
  g_test_add_func ("/meter/the-scope-of-every-link-has-loopback-too", test_scope_every);
  g_test_add_func ("/meter/listening-and-udp-sockets-have-no-bytes", test_kinds_of_sockets);
  g_test_add_func ("/meter/a-number-used-again-is-another-program", test_pid_reuse);
  g_test_add_func ("/meter/connection-rows-are-made-only-when-asked-for", test_without_rows);
  g_test_add_func ("/meter/processes-that-cannot-be-read-are-a-fault-and-links-go-on", test_unreadable_proc);
  g_test_add_func ("/meter/programs-that-may-not-be-seen-are-one-row", test_other_users);
  g_test_add_func ("/meter/over-a-long-story-every-byte-is-counted-once", test_random);

  return g_test_run ();
}
