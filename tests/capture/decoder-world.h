#pragma once

/* A decoder with links, and what it says of packets that a test makes up. */

#include "capture/decoder.h"

#include "wire.h"

#define LOCAL "192.0.2.10"
#define REMOTE "203.0.113.5"
#define LOCAL6 "2001:db8::10"
#define REMOTE6 "2001:db8:1::5"
/* Last bytes of hardware addresses. */
#define OURS 1
#define THEIRS 2

/* A decoder, what it was given, and what it reported. */
typedef struct
{
  SluiceDecoder *decoder;
  SluiceReport *report; /* the latest, and */
  GArray *flows;        /* the flows of all */
  gint64 time;
  guint64 given[8];
  guint64 given_packets[8];
  guint64 taken[8];
  guint64 taken_packets[8];
  guint n_links;
} World;

G_GNUC_UNUSED static World *
world_new (gsize memory)
{
  World *world = g_new0 (World, 1);

  world->decoder = sluice_decoder_new (memory);
  world->report = sluice_report_new ();
  world->flows = g_array_new (FALSE, FALSE, sizeof (SluiceFlowReport));
  world->time = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  return world;
}

G_GNUC_UNUSED static void
world_free (World *world)
{
  sluice_decoder_free (world->decoder);
  sluice_report_free (world->report);
  g_array_unref (world->flows);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

G_GNUC_UNUSED static guint
add_link (World *world, SluiceLinkType type, gboolean loopback)
{
  g_assert_cmpuint (sluice_decoder_add_link (world->decoder, type, loopback), ==, world->n_links);
  return world->n_links++;
}

G_GNUC_UNUSED static void
set_local (World *world, const char *const *addresses, guint8 prefix_length, gboolean whole)
{
  SluiceInterfaceAddress networks[8] = { 0 };
  guint n = 0;

  for (; addresses[n] != NULL; n++)
    {
      g_assert_true (sluice_address_parse (addresses[n], &networks[n].address));
      networks[n].prefix_length = prefix_length;
    }
  sluice_decoder_set_local (world->decoder, networks, n, whole);
}

/* An Ethernet, and this machine's addresses. */
G_GNUC_UNUSED static World *
world_new_ethernet (void)
{
  World *world = world_new (1 << 20);
  const char *const local[] = { LOCAL, LOCAL6, NULL };

  add_link (world, SLUICE_LINK_ETHERNET, FALSE);
  set_local (world, local, 24, FALSE);
  return world;
}

G_GNUC_UNUSED static void
give (World *world, guint link, const guint8 *bytes, guint32 captured, guint32 length)
{
  /* Its own memory, so that reading beyond it is found. */
  g_autofree guint8 *exact = g_memdup2 (bytes, captured);

  world->time += 1000;
  sluice_decoder_add_packet (world->decoder, link, world->time, exact, captured, length);
  world->given[link] += length;
  world->given_packets[link]++;
}

G_GNUC_UNUSED static guint
send_over (World *world, guint link, const Wire *wire)
{
  guint8 packet[WIRE_MAX];
  guint length = wire_write (wire, packet);

  give (world, link, packet, length, length);
  return length;
}

#define SEND(world, ...) send_over ((world), 0, &(Wire){ __VA_ARGS__ })

/* Takes all reports. Each must survive its wire form, which checks that the flows are their links. */
G_GNUC_UNUSED static void
take (World *world)
{
  gboolean more;

  g_array_set_size (world->flows, 0);
  do
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      more = sluice_decoder_take (world->decoder, world->report);
      sluice_report_write (world->report, bytes);
      sluice_report_read (world->report, bytes->data, bytes->len, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (world->report->links->len, ==, world->n_links);
      for (guint i = 0; i < world->n_links; i++)
        for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
          {
            world->taken[i] += sluice_report_link (world->report, i)->bytes[d];
            world->taken_packets[i] += sluice_report_link (world->report, i)->packets[d];
          }
      g_array_append_vals (world->flows, world->report->flows->data, world->report->flows->len);
    }
  while (more);
  for (guint i = 0; i < world->n_links; i++)
    {
      g_assert_cmpuint (world->taken[i], ==, world->given[i]);
      g_assert_cmpuint (world->taken_packets[i], ==, world->given_packets[i]);
    }
}

#define FLOW(world, i) (&g_array_index ((world)->flows, SluiceFlowReport, (i)))

/* The only flow that there is to report. */
G_GNUC_UNUSED static const SluiceFlowReport *
take_one (World *world)
{
  take (world);
  g_assert_cmpuint (world->flows->len, ==, 1);
  return FLOW (world, 0);
}

G_GNUC_UNUSED static void
assert_key (const SluiceFlowReport *flow,
            const char *local,
            guint16 local_port,
            const char *remote,
            guint16 remote_port)
{
  char text[SLUICE_ADDRESS_TEXT_MAX];

  g_assert_cmpstr (sluice_address_to_text (&flow->key.local, text), ==, local);
  g_assert_cmpuint (flow->key.local_port, ==, local_port);
  g_assert_cmpstr (sluice_address_to_text (&flow->key.remote, text), ==, remote);
  g_assert_cmpuint (flow->key.remote_port, ==, remote_port);
}

G_GNUC_UNUSED static void
assert_bytes (const SluiceFlowReport *flow, guint64 received, guint64 sent)
{
  g_assert_cmpuint (flow->bytes[SLUICE_RX], ==, received);
  g_assert_cmpuint (flow->bytes[SLUICE_TX], ==, sent);
}
