#include "capture/link-table.h"

#include "../hostile.h"
#include "../netlink-messages.h"
#include "../network-namespace.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>

static void
feed_recorded (SluiceLinkTable *table, const char *name)
{
  gsize length;
  g_autofree char *data = read_recorded (name, &length);

  sluice_link_table_feed (table, data, length);
}

static void
feed_list (SluiceLinkTable *table, const TestLink *links, guint n)
{
  g_autoptr (GByteArray) bytes = make_link_list (links, n);

  sluice_link_table_feed (table, bytes->data, bytes->len);
}

static void
feed_news (SluiceLinkTable *table, guint16 type, const TestLink *link)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  add_link_message (bytes, type, 0, link);
  sluice_link_table_feed (table, bytes->data, bytes->len);
}

static void
feed_address (SluiceLinkTable *table, guint16 type, guint32 ifindex, const char *text, guint8 prefix)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 address[16];
  gboolean is_ipv6 = strchr (text, ':') != NULL;

  g_assert_cmpint (inet_pton (is_ipv6 ? AF_INET6 : AF_INET, text, address), ==, 1);
  add_address_message (bytes, type, ifindex, address, is_ipv6 ? 16 : 4, prefix);
  sluice_link_table_feed (table, bytes->data, bytes->len);
}

static SluiceLink *
find (SluiceLinkTable *table, const char *name)
{
  SluiceLink *link = sluice_link_table_find_name (table, name);

  g_assert_nonnull (link);
  return link;
}

static guint64
gained (const SluiceLink *link)
{
  return link->bytes[SLUICE_RX] - link->last_bytes[SLUICE_RX];
}

static gboolean
has_address (const SluiceLink *link, const char *text)
{
  SluiceAddress address;

  g_assert_true (sluice_address_parse (text, &address));
  for (guint i = 0; i < link->record->n_addresses; i++)
    if (sluice_address_equal (&link->record->addresses[i].address, &address))
      return TRUE;
  return FALSE;
}

/* Over which link a socket goes, by name. */
static const char *
route (SluiceLinkTable *table, const char *local_text, const char *remote_text, guint32 bound)
{
  SluiceAddress local, remote = { 0 };
  SluiceLink *link;

  g_assert_true (sluice_address_parse (local_text, &local));
  if (remote_text != NULL)
    g_assert_true (sluice_address_parse (remote_text, &remote));
  link = sluice_link_table_find_socket (table, &local, &remote, bound);
  return link != NULL ? link->raw_name : NULL;
}

static void
test_story (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  guint64 instance;

  feed_recorded (table, "links-00-boot.bin");
  g_assert_cmpint (find (table, "lo")->record->kind, ==, SLUICE_INTERFACE_LOOPBACK);
  g_assert_true (has_address (find (table, "lo"), "127.0.0.1"));
  g_assert_false (find (table, "lo")->listed);
  sluice_link_table_take (table);

  feed_recorded (table, "links-01-veth.bin");
  g_assert_cmpint (find (table, "va")->record->kind, ==, SLUICE_INTERFACE_VETH);
  g_assert_cmpstr (find (table, "va")->record->hardware_address, ==, "02:00:00:00:00:0a");
  g_assert_true (find (table, "va")->record->up && find (table, "va")->record->running);
  g_assert_true (has_address (find (table, "va"), "10.11.0.1"));
  g_assert_true (has_address (find (table, "va"), "fd11::1"));
  g_assert_cmpuint (find (table, "va")->header_bytes, ==, 14);
  /* Both ends of one cable: neither carries the other. */
  g_assert_true (find (table, "va")->listed && find (table, "vb")->listed);
  instance = find (table, "va")->record->instance;
  sluice_link_table_take (table);

  feed_recorded (table, "links-02-bridge.bin");
  g_assert_cmpint (find (table, "br0")->record->kind, ==, SLUICE_INTERFACE_BRIDGE);
  g_assert_cmpuint (find (table, "vb")->record->master, ==, 12);
  g_assert_false (find (table, "vb")->listed);
  g_assert_true (find (table, "br0")->listed);
  sluice_link_table_take (table);

  feed_recorded (table, "links-03-leave-bridge.bin");
  g_assert_cmpuint (find (table, "vb")->record->master, ==, 0);
  g_assert_false (find (table, "vb")->listed);
  sluice_link_table_take (table);
  g_assert_true (find (table, "vb")->listed);

  feed_recorded (table, "links-04-macvlan.bin");
  g_assert_cmpuint (find (table, "mv0")->record->lower, ==, 10);
  g_assert_false (find (table, "va")->listed);
  g_assert_cmpuint (find (table, "va")->record->instance, ==, instance);
  instance = find (table, "mv0")->record->instance;
  sluice_link_table_take (table);

  feed_recorded (table, "links-05-rename.bin");
  g_assert_null (sluice_link_table_find_name (table, "mv0"));
  g_assert_cmpuint (find (table, "lan0")->record->instance, ==, instance);
  g_assert_cmpstr (find (table, "lan0")->record->name, ==, "lan0");
}

static void
test_story_goes_on (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  guint64 first, second;

  for (guint i = 0; i < 6; i++)
    {
      static const char *const names[]
          = { "00-boot", "01-veth", "02-bridge", "03-leave-bridge", "04-macvlan", "05-rename" };
      g_autofree char *name = g_strconcat ("links-", names[i], ".bin", NULL);

      feed_recorded (table, name);
      sluice_link_table_take (table);
    }
  feed_recorded (table, "links-06-addresses.bin");
  g_assert_true (has_address (find (table, "va"), "10.13.0.2"));
  g_assert_false (has_address (find (table, "va"), "10.11.0.1"));
  g_assert_false (has_address (find (table, "va"), "fd11::1"));
  g_assert_true (has_address (find (table, "lan0"), "10.11.0.9"));
  g_assert_false (has_address (find (table, "lan0"), "10.12.0.9"));
  first = find (table, "va")->record->instance;
  sluice_link_table_take (table);

  feed_recorded (table, "links-07-down.bin");
  g_assert_false (find (table, "va")->record->up);
  g_assert_cmpuint (find (table, "va")->record->instance, ==, first);
  sluice_link_table_take (table);
  feed_recorded (table, "links-08-up.bin");
  g_assert_true (find (table, "va")->record->up);
  g_assert_cmpuint (find (table, "va")->record->instance, ==, first);
  sluice_link_table_take (table);

  feed_recorded (table, "links-09-delete.bin");
  g_assert_null (sluice_link_table_find_name (table, "va"));
  g_assert_null (sluice_link_table_find_name (table, "lan0"));
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 5);
  sluice_link_table_take (table);
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 2);

  /* The same name and the same number as another incarnation, first after a look without it, then within one. */
  feed_recorded (table, "links-10-create-again.bin");
  second = find (table, "va")->record->instance;
  g_assert_cmpuint (second, !=, first);
  g_assert_cmpuint (find (table, "va")->record->n_addresses, <=, 1);
  sluice_link_table_take (table);
  feed_recorded (table, "links-11-delete-and-create.bin");
  g_assert_cmpuint (find (table, "va")->record->instance, !=, second);
  g_assert_cmpstr (find (table, "va")->record->hardware_address, ==, "02:00:00:00:00:2a");
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 6);
}

static void
test_base (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink links[] = { { .ifindex = 2, .name = "eth0", .rx = 1000000 }, { .ifindex = 3, .name = "eth1", .rx = 5 } };

  feed_list (table, links, 1);
  g_assert_cmpuint (gained (find (table, "eth0")), ==, 0);
  sluice_link_table_take (table);
  links[0].rx += 7;
  feed_list (table, links, 2);
  g_assert_cmpuint (gained (find (table, "eth0")), ==, 7);
  g_assert_cmpuint (find (table, "eth0")->bytes[SLUICE_RX], ==, 1000007);
  sluice_link_table_take (table);
  g_assert_cmpuint (gained (find (table, "eth0")), ==, 0);
}

static void
test_newcomers (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink fresh = { .ifindex = 2, .name = "tap0" };
  /* It comes back from another namespace with all that it counted there. */
  TestLink moved = { .ifindex = 3, .name = "eth0", .rx = G_GUINT64_CONSTANT (10000000000) };
  TestLink links[2];

  sluice_link_table_take (table);
  feed_news (table, RTM_NEWLINK, &fresh);
  feed_news (table, RTM_NEWLINK, &moved);
  links[0] = fresh;
  links[1] = moved;
  links[0].rx += 100;
  links[1].rx += 100;
  feed_list (table, links, 2);
  g_assert_cmpuint (gained (find (table, "tap0")), ==, 100);
  g_assert_cmpuint (gained (find (table, "eth0")), ==, 100);
}

static void
test_stale_counters (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink link = { .ifindex = 2, .name = "eth0", .rx = 1000 };

  feed_list (table, &link, 1);
  sluice_link_table_take (table);
  link.rx = 2000;
  feed_list (table, &link, 1);
  link.rx = 1500;
  link.down = TRUE;
  feed_news (table, RTM_NEWLINK, &link);
  g_assert_cmpuint (gained (find (table, "eth0")), ==, 1000);
  g_assert_false (find (table, "eth0")->record->up);
}

static void
test_last_counters (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink link = { .ifindex = 2, .name = "eth0", .rx = 1000 };

  feed_list (table, &link, 1);
  sluice_link_table_take (table);
  link.rx = 1300;
  feed_news (table, RTM_DELLINK, &link);
  g_assert_null (sluice_link_table_find_name (table, "eth0"));
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 1);
  g_assert_true (sluice_link_table_get (table, 0)->gone);
  g_assert_true (sluice_link_table_get (table, 0)->listed);
  g_assert_cmpuint (gained (sluice_link_table_get (table, 0)), ==, 300);
  /* The last words of another one before it are no news. */
  feed_news (table, RTM_DELLINK, &link);
  sluice_link_table_take (table);
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 0);
  feed_news (table, RTM_DELLINK, &link);
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 0);
}

static void
test_last_counters_that_are_older (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink link = { .ifindex = 2, .name = "eth0", .rx = 1000 };

  feed_list (table, &link, 1);
  sluice_link_table_take (table);
  link.rx = 1200;
  feed_list (table, &link, 1);
  link.rx = 900;
  feed_news (table, RTM_DELLINK, &link);
  g_assert_cmpuint (gained (sluice_link_table_get (table, 0)), ==, 200);
}

static void
test_lost_removal (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  const TestLink links[] = { { .ifindex = 1, .name = "lo", .loopback = TRUE }, { .ifindex = 2, .name = "eth0" } };
  guint64 instance;

  feed_list (table, links, 2);
  sluice_link_table_take (table);
  instance = find (table, "eth0")->record->instance;
  feed_list (table, links, 1);
  sluice_link_table_take (table);
  feed_list (table, links, 2);
  sluice_link_table_take (table);
  g_assert_cmpuint (find (table, "eth0")->record->instance, ==, instance);
  feed_list (table, links, 1);
  sluice_link_table_take (table);
  feed_list (table, links, 1);
  g_assert_null (sluice_link_table_find_name (table, "eth0"));
}

static void
test_rules (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink links[] = {
    { .ifindex = 1, .name = "lo", .loopback = TRUE },
    { .ifindex = 2, .name = "eth0", .master = 4 },
    { .ifindex = 3, .name = "eth1", .master = 4 },
    { .ifindex = 4, .name = "bond0", .kind = "bond" },
    { .ifindex = 5, .name = "eth2" },
    { .ifindex = 6, .name = "eth2.7", .kind = "vlan", .lower = 5 },
    { .ifindex = 7, .name = "eth3" },
    { .ifindex = 8, .name = "eth3.7", .kind = "vlan", .lower = 7, .down = TRUE },
    { .ifindex = 9, .name = "veth0", .kind = "veth", .lower = 10 },
    { .ifindex = 10, .name = "veth1", .kind = "veth", .lower = 9 },
    { .ifindex = 11, .name = "eth4", .down = TRUE },
    { .ifindex = 12, .name = "eth5" },
    /* Its parent is number 12 of another namespace. */
    { .ifindex = 13, .name = "mac0", .kind = "macvlan", .lower = 12, .lower_elsewhere = TRUE },
    { .ifindex = 14, .name = "eth6", .master = 15 },
    { .ifindex = 15, .name = "ovs-system", .kind = "openvswitch", .down = TRUE },
    { .ifindex = 16, .name = "tun0", .kind = "gre", .lower = 12 },
  };
  static const char *const listed[]
      = { "bond0", "eth2.7", "eth3", "veth0", "veth1", "eth5", "mac0", "eth6", "tun0", NULL };

  feed_list (table, links, G_N_ELEMENTS (links));
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    g_assert_true (find (table, links[i].name)->listed == g_strv_contains (listed, links[i].name));
}

static void
test_going_down (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  TestLink links[]
      = { { .ifindex = 2, .name = "eth0" }, { .ifindex = 3, .name = "eth0.7", .kind = "vlan", .lower = 2 } };

  feed_list (table, links, 2);
  sluice_link_table_take (table);
  /* What it counted until it went down is in the sum; what is below comes in when the span is over, not twice in it. */
  links[1].down = TRUE;
  feed_list (table, links, 2);
  g_assert_true (find (table, "eth0.7")->listed);
  g_assert_false (find (table, "eth0")->listed);
  sluice_link_table_take (table);
  g_assert_false (find (table, "eth0.7")->listed);
  g_assert_true (find (table, "eth0")->listed);
  feed_list (table, links, 2);
  g_assert_true (find (table, "eth0")->listed);
  links[1].down = FALSE;
  feed_list (table, links, 2);
  g_assert_false (find (table, "eth0")->listed);
}

static void
test_addresses (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  const TestLink link = { .ifindex = 2, .name = "eth0" };
  guint64 serial;

  feed_list (table, &link, 1);
  feed_address (table, RTM_NEWADDR, 2, "10.0.0.1", 24);
  serial = sluice_link_table_get_serial (table);
  feed_address (table, RTM_NEWADDR, 2, "10.0.0.1", 24);
  feed_address (table, RTM_NEWADDR, 77, "10.0.0.7", 24);
  feed_address (table, RTM_DELADDR, 2, "10.0.0.9", 24);
  g_assert_cmpuint (sluice_link_table_get_serial (table), ==, serial);
  /* The same address may be there with two prefixes: one that goes leaves the other. */
  feed_address (table, RTM_NEWADDR, 2, "10.0.0.1", 32);
  g_assert_cmpuint (find (table, "eth0")->record->n_addresses, ==, 2);
  feed_address (table, RTM_DELADDR, 2, "10.0.0.1", 24);
  g_assert_true (has_address (find (table, "eth0"), "10.0.0.1"));
  g_assert_cmpstr (route (table, "10.0.0.1", "192.0.2.1", 0), ==, "eth0");
  feed_address (table, RTM_DELADDR, 2, "10.0.0.1", 32);
  g_assert_cmpuint (find (table, "eth0")->record->n_addresses, ==, 0);
  g_assert_null (route (table, "10.0.0.1", "192.0.2.1", 0));
}

static void
test_sockets (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  const TestLink links[] = { { .ifindex = 1, .name = "lo", .loopback = TRUE },
                             { .ifindex = 2, .name = "eth0" },
                             { .ifindex = 3, .name = "wlan0" } };

  feed_list (table, links, 3);
  feed_address (table, RTM_NEWADDR, 1, "127.0.0.1", 8);
  feed_address (table, RTM_NEWADDR, 2, "10.0.0.1", 24);
  feed_address (table, RTM_NEWADDR, 2, "fe80::1", 64);
  feed_address (table, RTM_NEWADDR, 3, "10.0.1.1", 24);
  feed_address (table, RTM_NEWADDR, 3, "fe80::1", 64);
  g_assert_cmpstr (route (table, "10.0.0.1", "192.0.2.1", 0), ==, "eth0");
  g_assert_cmpstr (route (table, "10.0.1.1", NULL, 0), ==, "wlan0");
  g_assert_cmpstr (route (table, "127.0.0.5", "127.0.0.1", 0), ==, "lo");
  g_assert_cmpstr (route (table, "::1", "::1", 0), ==, "lo");
  /* Between two addresses of this machine. */
  g_assert_cmpstr (route (table, "10.0.0.1", "10.0.1.1", 0), ==, "lo");
  g_assert_cmpstr (route (table, "10.0.0.1", "10.0.0.1", 0), ==, "lo");
  /* A link-local address is on both: the socket is bound to one. */
  g_assert_cmpstr (route (table, "fe80::1", "fe80::2", 2), ==, "eth0");
  g_assert_cmpstr (route (table, "fe80::1", "fe80::2", 3), ==, "wlan0");
  g_assert_cmpstr (route (table, "10.0.0.1", "192.0.2.1", 3), ==, "wlan0");
  g_assert_null (route (table, "0.0.0.0", NULL, 0));
  g_assert_null (route (table, "203.0.113.1", "192.0.2.1", 0));
  g_assert_null (route (table, "10.0.0.1", "192.0.2.1", 99));
}

static void
test_hostile_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
      const TestLink link = { .ifindex = 2, .name = hostile_texts[i] };

      feed_list (table, &link, 1);
      if (strlen (hostile_texts[i]) == 0 || strlen (hostile_texts[i]) > 15)
        {
          g_assert_cmpuint (sluice_link_table_get_length (table), ==, 0);
          continue;
        }
      g_assert_cmpuint (sluice_link_table_get_length (table), ==, 1);
      assert_harmless (find (table, hostile_texts[i])->record->name);
    }
}

static void
test_speed (void)
{
  g_autofree char *sysfs = g_dir_make_tmp ("sluice-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (sysfs, "class", "net", "eth0", NULL);
  g_autofree char *file = g_build_filename (folder, "speed", NULL);
  static const struct
  {
    const char *text;
    guint64 speed;
  } cases[] = {
    { "1000\n", 1000000000 }, { "-1\n", 0 }, { "nonsense", 0 }, { "", 0 }, { "99999999999999999999\n", 0 },
  };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached (sysfs);
      const TestLink link = { .ifindex = 2, .name = "eth0" };

      g_assert_true (g_file_set_contents (file, cases[i].text, -1, NULL));
      feed_list (table, &link, 1);
      g_assert_cmpuint (find (table, "eth0")->record->speed, ==, cases[i].speed);
    }
  g_assert_cmpint (g_unlink (file), ==, 0);
  for (char *at = folder; strlen (at) >= strlen (sysfs); *strrchr (at, '/') = '\0')
    g_assert_cmpint (g_rmdir (at), ==, 0);
}

/* The messages alone in memory of their own, so that a sanitizer sees a byte that is read beyond their end. */
static void
test_cut_and_bent (void)
{
  gsize length;
  g_autofree char *data = read_recorded ("links-00-boot.bin", &length);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
      g_autofree char *alone = g_malloc (MAX (cut, 1));

      memcpy (alone, data, cut);
      sluice_link_table_feed (table, alone, cut);
      g_assert_cmpuint (sluice_link_table_get_length (table), <=, 1);
    }
  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
      g_autofree char *alone = g_memdup2 (data, length);

      for (guint i = 0; i < 3; i++)
        alone[g_test_rand_int_range (0, length)] = g_test_rand_int ();
      sluice_link_table_feed (table, alone, length);
      sluice_link_table_take (table);
      sluice_link_table_feed (table, data, length);
    }
}

static void
test_no_length (void)
{
  g_autoptr (SluiceLinkTable) table = sluice_link_table_new_detached ("/nonexistent");
  struct nlmsghdr headers[2] = { 0 };

  /* A message without a length would be read for ever. */
  sluice_link_table_feed (table, headers, sizeof headers);
  headers[0].nlmsg_len = G_MAXUINT32;
  sluice_link_table_feed (table, headers, sizeof headers);
  g_assert_cmpuint (sluice_link_table_get_length (table), ==, 0);
}

static void
refresh (SluiceLinkTable *table)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = sluice_link_table_refresh (table, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
test_flapping (void)
{
  g_autoptr (SluiceLinkTable) table = NULL;
  g_autoptr (GError) error = NULL;
  guint64 instance = 0;

  if (!enter_namespace ())
    return;
  table = sluice_link_table_new ("/sys", &error);
  g_assert_no_error (error);
  refresh (table);
  sluice_link_table_take (table);
  g_assert_true (has_address (find (table, "lo"), "127.0.0.1"));
  for (guint round = 0; round < 10; round++)
    {
      ip ("link add va index 10 type veth peer name vb index 11");
      ip ("addr add 10.11.0.1/24 dev va");
      ip ("link set va up");
      ip ("link set vb up");
      refresh (table);
      g_assert_cmpuint (find (table, "va")->record->instance, >, instance);
      g_assert_true (has_address (find (table, "va"), "10.11.0.1"));
      instance = find (table, "va")->record->instance;
      sluice_link_table_take (table);
      ip ("link set va down");
      ip ("link set va name lan0");
      ip ("link set lan0 up");
      refresh (table);
      g_assert_cmpuint (find (table, "lan0")->record->instance, ==, instance);
      sluice_link_table_take (table);
      ip ("link del lan0");
      if (round % 2 == 0)
        {
          refresh (table);
          sluice_link_table_take (table);
          g_assert_cmpuint (sluice_link_table_get_length (table), ==, 1);
        }
    }
}

static void
test_lost_news (void)
{
  g_autoptr (SluiceLinkTable) table = NULL;
  g_autoptr (GString) flood = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  g_autofree char *path = NULL;
  int file;

  if (!enter_namespace ())
    return;
  ip ("link add va type veth peer name vb");
  ip ("link set va up");
  ip ("addr add 10.11.0.1/24 dev va");
  table = sluice_link_table_new ("/sys", &error);
  g_assert_no_error (error);
  refresh (table);
  sluice_link_table_take (table);
  g_assert_cmpstr (route (table, "10.11.0.1", "192.0.2.1", 0), ==, "va");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (flood, "link set dev vb mtu %u\n", 1000 + i % 2);
  g_string_append (flood, "addr del 10.11.0.1/24 dev va\naddr add 10.11.0.2/24 dev va\n");
  file = g_file_open_tmp ("sluice-XXXXXX", &path, &error);
  g_assert_no_error (error);
  close (file);
  g_assert_true (g_file_set_contents (path, flood->str, -1, NULL));
  command = g_strconcat ("-batch ", path, NULL);
  ip (command);
  g_unlink (path);
  /* Before that came more than the socket holds, so it was not heard. */
  refresh (table);
  g_assert_false (has_address (find (table, "va"), "10.11.0.1"));
  g_assert_true (has_address (find (table, "va"), "10.11.0.2"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/link-table/recorded/interfaces-come-change-and-are-renamed", test_story);
  g_test_add_func ("/link-table/recorded/interfaces-go-and-come-back-as-others", test_story_goes_on);
  g_test_add_func ("/link-table/what-was-counted-before-the-first-list-is-the-base", test_base);
  g_test_add_func ("/link-table/what-was-counted-in-another-namespace-did-not-move-here", test_newcomers);
  g_test_add_func ("/link-table/news-is-not-believed-about-counters", test_stale_counters);
  g_test_add_func ("/link-table/an-interface-that-goes-says-its-last-counters", test_last_counters);
  g_test_add_func ("/link-table/last-counters-that-are-behind-are-not-believed", test_last_counters_that_are_older);
  g_test_add_func ("/link-table/one-list-that-lacks-an-interface-does-not-end-it-and-two-do", test_lost_removal);
  g_test_add_func ("/link-table/the-sum-leaves-out-loopback-and-what-carries-another", test_rules);
  g_test_add_func ("/link-table/the-sum-holds-no-byte-twice-when-one-goes-down", test_going_down);
  g_test_add_func ("/link-table/addresses-come-and-go-each-with-its-prefix", test_addresses);
  g_test_add_func ("/link-table/a-socket-goes-over-the-link-that-its-addresses-tell", test_sockets);
  g_test_add_func ("/link-table/hostile-names-are-harmless", test_hostile_names);
  g_test_add_func ("/link-table/a-speed-that-is-none-is-unknown", test_speed);
  g_test_add_func ("/link-table/cut-or-bent-at-any-byte-it-reads-nothing-beyond-its-end", test_cut_and_bent);
  g_test_add_func ("/link-table/a-message-without-a-length-ends-the-reading", test_no_length);
  g_test_add_func ("/link-table/root/a-flapping-interface-is-followed", test_flapping);
  g_test_add_func ("/link-table/root/addresses-that-went-unheard-are-forgotten", test_lost_news);

  return g_test_run ();
}
