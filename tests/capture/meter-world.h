#pragma once

/* Interfaces, processes and sockets that a test makes up, and a meter that looks at them. */

#include "../netlink-messages.h"
#include "../owner/fake-root.h"
#include "capture/meter.h"

#include <arpa/inet.h>

/* Inodes from 100 on belong to alpha, from 200 on to beta, from 900 on to nobody. */
#define ALPHA 100
#define BETA 200
#define NOBODYS 900

/* IPv4, TCP with time stamps; 14 more for Ethernet. */
#define HEADERS 52

enum
{
  LO,
  ETH0,  /* 10.0.0.1 */
  WLAN0, /* 10.0.1.1 */
  N_WORLD_LINKS,
};

typedef struct
{
  FakeRoot *root;
  SluiceLinkTable *table;
  SluiceOwnerTable *owners;
  SluiceMeter *meter;
  TestLink links[N_WORLD_LINKS];
  gint64 time;
} World;

G_GNUC_UNUSED static void
world_address (World *world, guint16 type, guint32 ifindex, const char *text)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 address[4];

  g_assert_cmpint (inet_pton (AF_INET, text, address), ==, 1);
  add_address_message (bytes, type, ifindex, address, 4, 24);
  sluice_link_table_feed (world->table, bytes->data, bytes->len);
}

G_GNUC_UNUSED static void
world_news (World *world, guint16 type, const TestLink *link)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  add_link_message (bytes, type, 0, link);
  sluice_link_table_feed (world->table, bytes->data, bytes->len);
}

/* Brings the table up to date with the world's links; those without a name are not there. */
G_GNUC_UNUSED static void
world_list (World *world)
{
  g_autoptr (GArray) there = g_array_new (FALSE, FALSE, sizeof (TestLink));
  g_autoptr (GByteArray) bytes = NULL;

  for (guint i = 0; i < N_WORLD_LINKS; i++)
    if (world->links[i].name != NULL)
      g_array_append_val (there, world->links[i]);
  bytes = make_link_list ((const TestLink *) there->data, there->len);
  sluice_link_table_feed (world->table, bytes->data, bytes->len);
}

G_GNUC_UNUSED static void
world_free (World *world)
{
  sluice_meter_free (world->meter);
  sluice_owner_table_free (world->owners);
  sluice_link_table_free (world->table);
  fake_root_free (world->root);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

G_GNUC_UNUSED static World *
world_new (gboolean every, char **names)
{
  World *world = g_new0 (World, 1);
  const SluiceMeterScope scope = { every, names };

  world->root = fake_root_new ();
  fake_root_process (world->root, &(FakeProcess){ .pid = 10, .start_time = 1, .executable = "/usr/bin/alpha" });
  fake_root_process (world->root, &(FakeProcess){ .pid = 11, .start_time = 2, .executable = "/usr/bin/beta" });
  for (guint i = 0; i < 40; i++)
    {
      fake_root_socket (world->root, 10, 3 + i, ALPHA + i);
      fake_root_socket (world->root, 11, 3 + i, BETA + i);
    }
  world->owners = sluice_owner_table_new (world->root->path);
  world->table = sluice_link_table_new_detached ("/nonexistent");
  world->meter = sluice_meter_new (world->table, world->owners, &scope);
  world->links[LO] = (TestLink){ .ifindex = 1, .name = "lo", .loopback = TRUE };
  world->links[ETH0] = (TestLink){ .ifindex = 2, .name = "eth0", .rx = 1000000, .tx = 1000000 };
  world->links[WLAN0] = (TestLink){ .ifindex = 3, .name = "wlan0", .rx = 1000000, .tx = 1000000 };
  world_list (world);
  world_address (world, RTM_NEWADDR, 1, "127.0.0.1");
  world_address (world, RTM_NEWADDR, 2, "10.0.0.1");
  world_address (world, RTM_NEWADDR, 3, "10.0.1.1");
  return world;
}

/* A connection over eth0 that has moved so many bytes. */
G_GNUC_UNUSED static SluiceSocket
make_socket (guint64 cookie, guint64 inode, guint64 sent, guint64 received)
{
  SluiceSocket socket = {
    .cookie = cookie,
    .inode = inode,
    .state = 1,
    .has_info = TRUE,
    .header_bytes = HEADERS,
    .bytes_sent = sent,
    .bytes_received = received,
    .segments = { received / 1000, sent / 1000 },
  };
  SluiceAddress local, remote;

  g_assert_true (sluice_address_parse ("10.0.0.1", &local));
  g_assert_true (sluice_address_parse ("192.0.2.1", &remote));
  sluice_flow_key_init (&socket.key, IPPROTO_TCP, &local, 1000 + cookie, &remote, 443);
  return socket;
}

G_GNUC_UNUSED static void
set_local (SluiceSocket *socket, const char *text)
{
  SluiceAddress local;
  SluiceAddress remote = socket->key.remote;

  g_assert_true (sluice_address_parse (text, &local));
  sluice_flow_key_init (&socket->key, socket->key.protocol, &local, socket->key.local_port, &remote,
                        socket->key.remote_port);
}

/* One look, a second after the one before. Whatever it shows, its books balance. */
G_GNUC_UNUSED static SluiceSample *
look (World *world, const SluiceSocket *sockets, guint n, gboolean complete)
{
  g_autoptr (GError) error = NULL;
  SluiceSample *sample;
  gboolean balanced;

  world->time += G_USEC_PER_SEC;
  world_list (world);
  sluice_meter_begin (world->meter);
  for (guint i = 0; i < n; i++)
    sluice_meter_add_socket (world->meter, &sockets[i]);
  sample = sluice_meter_end (world->meter, complete, TRUE, world->time, world->time);
  balanced = sluice_sample_check_books (sample, &error);
  g_assert_no_error (error);
  g_assert_true (balanced);
  g_assert_null (sample->fault);
  return sample;
}

G_GNUC_UNUSED static const SluiceProgramRow *
find_program (const SluiceSample *sample, const char *name)
{
  for (guint i = 0; i < sample->programs->len; i++)
    if (g_str_equal (sluice_sample_program (sample, i)->program->name, name))
      return sluice_sample_program (sample, i);
  return NULL;
}

G_GNUC_UNUSED static const SluiceInterfaceRow *
find_link (const SluiceSample *sample, const char *name)
{
  for (guint i = 0; i < sample->interfaces->len; i++)
    if (g_str_equal (sluice_sample_interface (sample, i)->interface->name, name))
      return sluice_sample_interface (sample, i);
  return NULL;
}

G_GNUC_UNUSED static const SluiceConnectionRow *
find_connection (const SluiceSample *sample, guint64 cookie)
{
  for (guint i = 0; i < sample->connections->len; i++)
    if (sluice_sample_connection (sample, i)->id == cookie)
      return sluice_sample_connection (sample, i);
  return NULL;
}
