/*
 * What a packet costs from its bytes to its flow, in ns, and what a flow takes in memory: 5 million packets of 20,000
 * connections in no order, which is harder than they come; their bytes lie one after the other, as in a file.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture/decoder.h"
#include "capture/wire.h"

#define N_PACKETS 5000000
#define N_FLOWS 20000
#define N_LIVE 100000
#define N_STREAM 200000
#define STRIDE 128
#define START (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

/* The two packets of each of @n connections: one each way. */
static guint8 *
make_packets (guint n)
{
  guint8 *packets = g_malloc ((gsize) n * 2 * STRIDE);
  guint8 packet[WIRE_MAX];

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *remote = g_strdup_printf ("203.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
      Wire wires[2] = {
        { "192.0.2.10", remote, 40000 + i % 20000, 443, 6, WIRE_ACK, .length = 60 },
        { remote, "192.0.2.10", 443, 40000 + i % 20000, 6, WIRE_ACK, .length = 60 },
      };

      for (guint way = 0; way < 2; way++)
        {
          wire_write (&wires[way], packet);
          memcpy (packets + ((gsize) i * 2 + way) * STRIDE, packet, STRIDE);
        }
    }
  return packets;
}

static SluiceDecoder *
make_decoder (void)
{
  SluiceDecoder *decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  SluiceInterfaceAddress local = { .prefix_length = 24 };

  sluice_address_parse ("192.0.2.10", &local.address);
  sluice_decoder_add_link (decoder, SLUICE_LINK_ETHERNET, FALSE);
  sluice_decoder_set_local (decoder, &local, 1, FALSE);
  return decoder;
}

/* Packets of the first connections in no order. */
static guint8 *
make_stream (const guint8 *packets)
{
  guint8 *stream = g_malloc ((gsize) N_STREAM * STRIDE);
  guint32 random = 1;

  for (guint i = 0; i < N_STREAM; i++)
    {
      random = random * 1664525 + 1013904223;
      memcpy (stream + (gsize) i * STRIDE, packets + (gsize) (random >> 8) % (N_FLOWS * 2) * STRIDE, STRIDE);
    }
  return stream;
}

/* Time of a processor in µs: what others do on the machine costs less of it. */
static gint64
get_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

typedef void (*AddFunc) (SluiceDecoder *, guint link, gint64 time, const guint8 *, guint32 captured, guint32 length);

/* ns a packet. */
static double
measure (const guint8 *stream, AddFunc add)
{
  g_autoptr (SluiceDecoder) decoder = make_decoder ();
  g_autoptr (SluiceReport) report = sluice_report_new ();
  gint64 begin = get_time ();
  gint64 took;

  for (guint i = 0; i < N_PACKETS; i++)
    {
      add (decoder, 0, START + i, stream + (gsize) (i % N_STREAM) * STRIDE, STRIDE, 1400);
      if (i % 1000000 == 999999)
        sluice_decoder_take (decoder, report);
    }
  took = get_time () - begin;
  g_assert_cmpuint (report->flows->len, >=, N_FLOWS * 99 / 100);
  return (double) took * 1000 / N_PACKETS;
}

static glong
get_resident_bytes (void)
{
  g_autofree char *text = NULL;
  glong pages = 0;

  g_file_get_contents ("/proc/self/statm", &text, NULL, NULL);
  sscanf (text, "%*s %ld", &pages);
  return pages * sysconf (_SC_PAGESIZE);
}

int
main (void)
{
  g_autofree guint8 *packets = make_packets (N_LIVE);
  g_autofree guint8 *stream = make_stream (packets);
  glong before = get_resident_bytes ();
  g_autoptr (SluiceDecoder) decoder = make_decoder ();
  double live = G_MAXDOUBLE, file = G_MAXDOUBLE;

  for (guint i = 0; i < N_LIVE * 2; i++)
    sluice_decoder_add_packet (decoder, 0, START + i, packets + (gsize) i * STRIDE, STRIDE, 1400);
  printf ("%d live flows take %.1f MB\n", N_LIVE, (double) (get_resident_bytes () - before) / 1e6);
  for (guint try = 0; try < 5; try++)
    {
      live = MIN (live, measure (stream, sluice_decoder_add_packet));
      file = MIN (file, measure (stream, sluice_decoder_queue_packet));
    }
  printf ("%d packets of %d flows: %.1f ns a packet live, %.1f ns of a file\n", N_PACKETS, N_FLOWS, live, file);
  return 0;
}
