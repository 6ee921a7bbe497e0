#include "sluice-config.h"

#include "cli/interfaces-command.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "cli/json-writer.h"
#include "cli/output.h"
#include "cli/table.h"
#include "engine/engine.h"
#include "model/text.h"
#include "model/units.h"

/* How long the first sample is waited for. */
#define PATIENCE_MS 5000

/* What the kernel counted on an interface since it was made. */
typedef struct
{
  guint64 packets[SLUICE_N_DIRECTIONS];
} Packets;

/**
 * sluice_interfaces_command_parse_packets:
 * @proc_net_dev: the text of /proc/net/dev (proc(5)): two lines of heading, then "name: " and sixteen numbers, of which
 *   the second is packets received and the tenth packets sent
 *
 * Samples hold packets as differences only, so the totals come from here.
 *
 * Returns: (transfer full): from sanitised name to an array of two counts
 */
GHashTable *
sluice_interfaces_command_parse_packets (const char *proc_net_dev)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = g_strsplit (proc_net_dev, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *colon = strrchr (lines[i], ':');
      Packets packets;

      if (colon == NULL)
        continue;
      if (sscanf (colon + 1, "%*u %" G_GUINT64_FORMAT " %*u %*u %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT,
                  &packets.packets[SLUICE_RX], &packets.packets[SLUICE_TX]) != 2)
        continue;
      *colon = '\0';
      g_hash_table_insert (table, sluice_text_sanitise (g_strchug (lines[i]), -1, SLUICE_NAME_MAX),
                           g_memdup2 (&packets, sizeof packets));
    }
  return table;
}

/* Why an interface is not in the default set: a word for machines, and the interface that it is because of. */
static const char *
find_reason (const SluiceSample *sample,
             const SluiceInterfaceRow *row,
             const char **other_out)
{
  const SluiceInterface *interface = row->interface;

  *other_out = NULL;
  if (row->listed)
    return NULL;
  if (!interface->up)
    return "down";
  if (interface->kind == SLUICE_INTERFACE_LOOPBACK)
    return "loopback";
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterface *other = sluice_sample_interface (sample, i)->interface;

      if (interface->master != 0 && other->ifindex == interface->master)
        {
          *other_out = other->name;
          return "enslaved";
        }
      if (other->up && other->lower == interface->ifindex)
        {
          *other_out = other->name;
          return "carries";
        }
    }
  return interface->master != 0 ? "enslaved" : "carries";
}

static char *
describe_reason (const char *reason,
                 const char *other)
{
  if (reason == NULL)
    return g_strdup (_("yes"));
  if (g_str_equal (reason, "down"))
    return g_strdup (_("no: down"));
  if (g_str_equal (reason, "loopback"))
    return g_strdup (_("no: loopback"));
  if (g_str_equal (reason, "enslaved"))
    return g_strdup_printf (_("no: part of %s"), other != NULL ? other : _("another"));
  return g_strdup_printf (_("no: carries %s"), other != NULL ? other : _("another"));
}

static void
add_address (GString *text,
             const SluiceInterfaceAddress *address)
{
  char buffer[SLUICE_ADDRESS_TEXT_MAX];

  g_string_append_printf (text, "%s/%u", sluice_address_to_text (&address->address, buffer), address->prefix_length);
}

/* The first address stands in the table's row; the rest have rows of their own below. */
static void
add_address_cell (SluiceTable *table,
                  const SluiceInterface *interface,
                  guint index)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (index >= interface->n_addresses)
    {
      sluice_table_add (table, "-");
      return;
    }
  add_address (text, &interface->addresses[index]);
  sluice_table_add (table, text->str);
}

static void
add_count (SluiceTable *table,
           const Packets *packets,
           int direction)
{
  g_autofree char *text = NULL;

  if (packets != NULL)
    text = g_strdup_printf ("%" G_GUINT64_FORMAT, packets->packets[direction]);
  sluice_table_add (table, text);
}

static void
add_interface (SluiceTable *table,
               const SluiceSample *sample,
               const SluiceInterfaceRow *row,
               const Packets *packets)
{
  const SluiceInterface *interface = row->interface;
  char text[SLUICE_UNITS_TEXT_MAX];
  const char *other = NULL;
  const char *reason = find_reason (sample, row, &other);
  g_autofree char *watched = describe_reason (reason, other);

  sluice_table_add (table, interface->name);
  sluice_table_add (table, sluice_interface_kind_label (interface->kind));
  sluice_table_add (table, !interface->up       ? _("down")
                           : interface->running ? _("up")
                                                : _("no carrier"));
  sluice_table_add (table, interface->speed > 0
                             ? sluice_units_format_rate ((double) interface->speed / 8, SLUICE_RATE_UNIT_BITS, text)
                             : "-");
  for (int d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      sluice_table_add (table, sluice_units_format_size (row->total_bytes[d], SLUICE_SIZE_UNIT_SI, text));
      add_count (table, packets, d);
    }
  sluice_table_add (table, watched);
  add_address_cell (table, interface, 0);

  for (guint i = 1; i < interface->n_addresses; i++)
    {
      for (guint j = 0; j < 9; j++)
        sluice_table_add (table, "");
      add_address_cell (table, interface, i);
    }
}

/**
 * sluice_interfaces_command_text:
 * @sample: of every interface
 * @packets: from sluice_interfaces_command_parse_packets()
 * @bold: whether the terminal may be told to print the heading bold
 *
 * Returns: (transfer full): the list for people
 */
char *
sluice_interfaces_command_text (const SluiceSample *sample,
                                GHashTable *packets,
                                gboolean bold)
{
  const SluiceColumn columns[] = {
    { _("INTERFACE"), FALSE, 0, 0 },
    { _("KIND"), FALSE, 0, 0 },
    { _("STATE"), FALSE, 0, 0 },
    { _("SPEED"), TRUE, 0, 0 },
    { _("RECEIVED"), TRUE, 0, 0 },
    { _("PACKETS"), TRUE, 0, 0 },
    { _("SENT"), TRUE, 0, 0 },
    { _("PACKETS"), TRUE, 0, 0 },
    { _("WATCHED"), FALSE, 0, 0 },
    { _("ADDRESS"), FALSE, 0, 0 },
  };
  g_autoptr (SluiceTable) table = sluice_table_new (columns, G_N_ELEMENTS (columns));
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      add_interface (table, sample, row, g_hash_table_lookup (packets, row->interface->name));
    }
  sluice_table_print (table, bold, text);
  return g_string_free (text, FALSE);
}

static void
add_json_packets (SluiceJsonWriter *json,
                  const char *member,
                  const Packets *packets,
                  int direction)
{
  if (packets != NULL)
    sluice_json_writer_add_uint (json, member, packets->packets[direction]);
  else
    sluice_json_writer_add_null (json, member);
}

static void
add_json_interface (SluiceJsonWriter *json,
                    const SluiceSample *sample,
                    const SluiceInterfaceRow *row,
                    const Packets *packets)
{
  const SluiceInterface *interface = row->interface;
  const char *other = NULL;
  const char *reason = find_reason (sample, row, &other);

  sluice_json_writer_begin (json, NULL, '{');
  sluice_json_writer_add_string (json, "name", interface->name);
  sluice_json_writer_add_uint (json, "index", interface->ifindex);
  sluice_json_writer_add_string (json, "kind", sluice_interface_kind_name (interface->kind));
  sluice_json_writer_add_boolean (json, "up", interface->up);
  sluice_json_writer_add_boolean (json, "running", interface->running);
  sluice_json_writer_add_known (json, "speed", interface->speed);
  sluice_json_writer_add_string (json, "hardware_address", interface->hardware_address);
  sluice_json_writer_begin (json, "addresses", '[');
  for (guint i = 0; i < interface->n_addresses; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      add_address (text, &interface->addresses[i]);
      sluice_json_writer_add_string (json, NULL, text->str);
    }
  sluice_json_writer_end (json, ']');
  sluice_json_writer_add_uint (json, "rx_bytes", row->total_bytes[SLUICE_RX]);
  sluice_json_writer_add_uint (json, "tx_bytes", row->total_bytes[SLUICE_TX]);
  add_json_packets (json, "rx_packets", packets, SLUICE_RX);
  add_json_packets (json, "tx_packets", packets, SLUICE_TX);
  sluice_json_writer_add_boolean (json, "listed", row->listed);
  sluice_json_writer_add_string (json, "reason", reason);
  sluice_json_writer_add_string (json, "because_of", other);
  sluice_json_writer_end (json, '}');
}

/**
 * sluice_interfaces_command_json:
 * @sample: of every interface
 * @packets: from sluice_interfaces_command_parse_packets()
 *
 * Returns: (transfer full): the list for machines, one line
 */
char *
sluice_interfaces_command_json (const SluiceSample *sample,
                                GHashTable *packets)
{
  SluiceJsonWriter json;
  g_autofree char *date = NULL;
  double seconds = 0;

  sluice_command_format_time (sample->wall_time, &seconds, &date);
  sluice_json_writer_init (&json);
  sluice_json_writer_begin (&json, NULL, '{');
  sluice_json_writer_add_uint (&json, "schema", 1);
  sluice_json_writer_add_string (&json, "type", "interfaces");
  sluice_json_writer_add_double (&json, "time", seconds, 3);
  sluice_json_writer_add_string (&json, "date", date);
  sluice_json_writer_begin (&json, "interfaces", '[');
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      const SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      add_json_interface (&json, sample, row, g_hash_table_lookup (packets, row->interface->name));
    }
  sluice_json_writer_end (&json, ']');
  return sluice_json_writer_finish (&json);
}

/* What is waited for: a sample, or the end of patience. */
typedef struct
{
  GMainLoop *loop;
  SluiceSample *sample;
} Wait;

static void
sample_cb (SluiceEngine *engine,
           SluiceSample *sample,
           Wait *wait)
{
  if (wait->sample == NULL)
    wait->sample = sluice_sample_ref (sample);
  g_main_loop_quit (wait->loop);
}

static gboolean
patience_cb (gpointer user_data)
{
  Wait *wait = user_data;

  g_main_loop_quit (wait->loop);
  return G_SOURCE_CONTINUE;
}

static SluiceSample *
take_sample (GError **error)
{
  const SluiceEngineOptions options = { .source = "kernel", .scope = SLUICE_SCOPE_EVERY };
  g_autoptr (SluiceEngine) engine = sluice_engine_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { .loop = loop };
  guint patience;

  g_signal_connect (engine, "sample", G_CALLBACK (sample_cb), &wait);
  if (!sluice_engine_start (engine, &options, error))
    return NULL;

  patience = g_timeout_add (PATIENCE_MS, patience_cb, &wait);
  g_main_loop_run (loop);
  g_source_remove (patience);
  sluice_engine_stop (engine);
  g_signal_handlers_disconnect_by_data (engine, &wait);
  if (wait.sample == NULL)
    g_set_error_literal (error, SLUICE_ENGINE_ERROR, SLUICE_ENGINE_ERROR_FAILED,
                         _("The kernel did not answer in time; try again."));
  return wait.sample;
}

/**
 * sluice_interfaces_command_run:
 * @argv: the command line from "interfaces" on
 *
 * Lists every interface, and says which ones are watched when none is named.
 *
 * Returns: what the program is to end with
 */
SluiceExit
sluice_interfaces_command_run (char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one JSON object"), NULL },
    { NULL },
  };
  g_autoptr (SluiceSample) sample = NULL;
  g_autoptr (GHashTable) packets = NULL;
  g_autofree char *proc_net_dev = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  SluiceExit status;

  if (!sluice_command_parse (argv, NULL, _("Lists the network interfaces, and whether they are watched by default."),
                             NULL, entries, &status))
    return status;

  sample = take_sample (&error);
  if (sample == NULL)
    return sluice_command_fail_engine (error);

  /* Where /proc cannot be read the packets are unknown, and shown as such. */
  g_file_get_contents ("/proc/net/dev", &proc_net_dev, NULL, NULL);
  packets = sluice_interfaces_command_parse_packets (proc_net_dev != NULL ? proc_net_dev : "");
  if (json)
    {
      text = sluice_interfaces_command_json (sample, packets);
      return sluice_command_print_bytes (text);
    }
  text = sluice_interfaces_command_text (sample, packets, sluice_output_has_colour ());
  return sluice_command_print (text);
}
