#pragma once

#include <json-glib/json-glib.h>

#include "cli/totals.h"

/* Samples by hand, whose books are right, and JSON read back. */

enum
{
  FIXTURE_UPLINK,
  FIXTURE_SIDE,
};

static inline SluiceProgram *
fixture_program (const char *path,
                 const char *user,
                 int pid)
{
  SluiceProgram *program = sluice_program_new ();

  program->pid = pid;
  program->start_time = (guint64) pid * 100;
  program->uid = 1000;
  program->user = g_strdup (user);
  program->path = g_strdup (path);
  program->executable = g_strdup (path);
  sluice_program_seal (program);
  return program;
}

static inline void
fixture_add_interface (SluiceSample *sample,
                       guint64 instance,
                       const char *name)
{
  SluiceInterfaceRow row = { .interface = sluice_interface_new (instance, (guint32) instance, name), .listed = TRUE };

  row.packets[SLUICE_RX] = 3;
  row.packets[SLUICE_TX] = 2;
  g_array_append_val (sample->interfaces, row);
}

/* Bytes of an interface that no program has a part in. */
static inline void
fixture_add_unattributed (SluiceSample *sample,
                          guint interface,
                          SluiceCause cause,
                          guint64 rx,
                          guint64 tx)
{
  SluiceInterfaceRow *row = sluice_sample_interface (sample, interface);

  row->unattributed[cause][SLUICE_RX] += rx;
  row->unattributed[cause][SLUICE_TX] += tx;
  row->bytes[SLUICE_RX] += rx;
  row->bytes[SLUICE_TX] += tx;
}

/* A program that moved bytes over one interface; takes the program over. */
static inline void
fixture_add_program (SluiceSample *sample,
                     SluiceProgram *program,
                     guint interface,
                     guint64 rx,
                     guint64 tx)
{
  SluiceInterfaceRow *interface_row = sluice_sample_interface (sample, interface);
  SluiceProgramLink link = { .interface = interface, .bytes = { rx, tx } };
  SluiceProgramRow row = {
    .program = program,
    .bytes = { rx, tx },
    .payload = { rx / 2, tx / 2 },
    .connections = 2,
    .first_link = sample->links->len,
    .n_links = 1,
  };

  interface_row->bytes[SLUICE_RX] += rx;
  interface_row->bytes[SLUICE_TX] += tx;
  g_array_append_val (sample->links, link);
  g_array_append_val (sample->programs, row);
}

static inline void
fixture_add_connection (SluiceSample *sample,
                        guint64 id,
                        guint8 protocol,
                        guint32 program,
                        guint64 rx,
                        guint64 tx)
{
  const guint8 local_bytes[] = { 192, 0, 2, 1 };
  const guint8 remote_bytes[] = { 198, 51, 100, 7 };
  SluiceAddress local = sluice_address_from_ipv4 (local_bytes);
  SluiceAddress remote = sluice_address_from_ipv4 (remote_bytes);
  SluiceConnectionRow row = {
    .id = id,
    .program = program,
    .interface = FIXTURE_UPLINK,
    .flags = protocol == 6 ? SLUICE_CONNECTION_BYTES_KNOWN : 0,
    .state = protocol == 6 ? 1 : 0,
    .bytes = { rx, tx },
    .payload = { rx / 2, tx / 2 },
    .host = SLUICE_INDEX_NONE,
  };

  sluice_flow_key_init (&row.key, protocol, &local, (guint16) (40000 + id), &remote, 443);
  g_array_append_val (sample->connections, row);
  sample->has_connections = TRUE;
}

/* An empty second, with two interfaces. */
static inline SluiceSample *
fixture_empty (guint second)
{
  SluiceSample *sample = sluice_sample_new ();

  sample->source = SLUICE_SOURCE_KERNEL;
  sample->estimated = TRUE;
  sample->wall_time = G_GINT64_CONSTANT (1790000000123456) + (gint64) second * G_USEC_PER_SEC;
  sample->time = (gint64) (second + 1) * G_USEC_PER_SEC;
  sample->duration = G_USEC_PER_SEC;
  sample->n_merged = 1;
  fixture_add_interface (sample, 1, "uplink");
  fixture_add_interface (sample, 2, "side");
  return sample;
}

/* A second in which two processes of one program, another program, the other users and the kernel moved something. */
static inline SluiceSample *
fixture_sample (guint second)
{
  SluiceSample *sample = fixture_empty (second);
  g_autoptr (GError) error = NULL;

  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "anna", 11), FIXTURE_UPLINK, 1000000, 5000);
  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "anna", 12), FIXTURE_SIDE, 2000, 3000);
  fixture_add_program (sample, fixture_program ("/usr/bin/ssh", "anna", 13), FIXTURE_UPLINK, 400, 600);
  fixture_add_program (sample, sluice_program_ref (sluice_program_other_users ()), FIXTURE_SIDE, 70, 80);
  fixture_add_unattributed (sample, FIXTURE_UPLINK, SLUICE_CAUSE_KERNEL, 42, 84);
  fixture_add_unattributed (sample, FIXTURE_SIDE, SLUICE_CAUSE_NOT_SEEN, 1000, 2000);
  fixture_add_connection (sample, 1, 6, 0, 1000000, 5000);
  fixture_add_connection (sample, 2, 17, 2, 0, 0);
  fixture_add_connection (sample, 3, 6, SLUICE_INDEX_NONE, 400, 600);
  sluice_sample_check_books (sample, &error);
  g_assert_no_error (error);
  return sample;
}

/* A host with one connection; takes nothing over. */
static inline void
fixture_add_host (SluiceSample *sample,
                  const char *address,
                  const char *name,
                  guint64 rx,
                  guint64 tx)
{
  SluiceAddress parsed;
  SluiceHostRow row = { .bytes = { rx, tx }, .packets = { 2, 1 }, .connections = 1 };

  g_assert_true (sluice_address_parse (address, &parsed));
  row.host = sluice_host_new (&parsed);
  if (name != NULL)
    {
      row.host->name = g_strdup (name);
      row.host->name_source = SLUICE_NAME_TLS;
      row.host->name_time = sample->wall_time - 90 * G_USEC_PER_SEC;
    }
  g_array_append_val (sample->hosts, row);
}

static inline void
fixture_add_protocol (SluiceSample *sample,
                      SluiceProtocol protocol,
                      guint64 rx,
                      guint64 tx)
{
  const SluiceProtocolRow row = {
    .protocol = protocol, .bytes = { rx, tx }, .packets = { 2, 1 }, .connections = 3
  };

  g_array_append_val (sample->protocols, row);
}

/* A second in which packets were seen: two hosts, one with a name, and what the bound folded; 42 bytes were ARP. */
static inline SluiceSample *
fixture_packets (guint second)
{
  SluiceSample *sample = fixture_empty (second);
  SluiceHostRow others = { .host = sluice_host_ref (sluice_host_others ()), .bytes = { 5, 6 }, .connections = 2 };

  sample->source = SLUICE_SOURCE_PCAP;
  sample->estimated = FALSE;
  sample->has_hosts = TRUE;
  fixture_add_program (sample, fixture_program ("/usr/bin/curl", "anna", 11), FIXTURE_UPLINK, 1000, 100);
  fixture_add_unattributed (sample, FIXTURE_UPLINK, SLUICE_CAUSE_KERNEL, 42, 0);
  fixture_add_unattributed (sample, FIXTURE_UPLINK, SLUICE_CAUSE_NOT_SEEN, 405, 306);
  fixture_add_host (sample, "198.51.100.7", "example.org", 1000, 100);
  fixture_add_host (sample, "2001:db8::53", NULL, 400, 300);
  g_array_append_val (sample->hosts, others);
  fixture_add_protocol (sample, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_HTTPS), 1000,
                        100);
  fixture_add_protocol (sample, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_DNS), 405, 306);
  fixture_add_protocol (sample, SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_ETHERTYPE, 0x0806), 42, 0);
  fixture_add_connection (sample, 7, 6, 0, 1000, 100);
  sluice_sample_connection (sample, 0)->host = 0;
  return sample;
}

static inline JsonObject *
fixture_parse (JsonParser *parser,
               const char *line)
{
  g_autoptr (GError) error = NULL;

  /* One object a line, and the line is ended. */
  g_assert_cmpint (line[strlen (line) - 1], ==, '\n');
  g_assert_true (strchr (line, '\n') == line + strlen (line) - 1);
  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

/* The object of an array whose member has that text. */
static inline JsonObject *
fixture_find (JsonObject *object,
              const char *list,
              const char *member,
              const char *value)
{
  JsonArray *array = json_object_get_array_member (object, list);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *element = json_array_get_object_element (array, i);

      if (g_strcmp0 (json_object_get_string_member (element, member), value) == 0)
        return element;
    }
  return NULL;
}

static inline gint64
fixture_links_sum (JsonObject *holder,
                   const char *interface,
                   const char *member)
{
  JsonArray *links = json_object_get_array_member (holder, "interfaces");
  gint64 sum = 0;

  for (guint i = 0; i < json_array_get_length (links); i++)
    {
      JsonObject *link = json_array_get_object_element (links, i);

      if (g_str_equal (json_object_get_string_member (link, "name"), interface))
        sum += json_object_get_int_member (link, member);
    }
  return sum;
}

/* Programs + unattributed − excess = link, for each interface and direction; a program is the sum of its links. */
static inline void
fixture_assert_books (JsonObject *object)
{
  static const char *const directions[] = { "rx_bytes", "tx_bytes" };
  JsonArray *interfaces = json_object_get_array_member (object, "interfaces");
  JsonArray *programs = json_object_get_array_member (object, "programs");

  for (guint i = 0; i < json_array_get_length (interfaces) * 2; i++)
    {
      JsonObject *interface = json_array_get_object_element (interfaces, i / 2);
      const char *name = json_object_get_string_member (interface, "name");
      const char *direction = directions[i % 2];
      g_autofree char *unattributed = g_strconcat ("unattributed_", direction, NULL);
      g_autofree char *excess = g_strconcat ("excess_", direction, NULL);
      gint64 sum = json_object_get_int_member (interface, unattributed);

      sum -= json_object_get_int_member (interface, excess);
      for (guint j = 0; j < json_array_get_length (programs); j++)
        sum += fixture_links_sum (json_array_get_object_element (programs, j), name, direction);
      if (json_object_has_member (object, "others"))
        sum += fixture_links_sum (json_object_get_object_member (object, "others"), name, direction);
      g_assert_cmpint (sum, ==, json_object_get_int_member (interface, direction));
    }
}
