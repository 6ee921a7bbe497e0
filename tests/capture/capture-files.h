#pragma once

/* Capture files made by hand: pcap (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html) and pcapng
 * (draft-ietf-opsawg-pcapng-02), in either byte order. */

#include "capture/decoder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SECOND G_GINT64_CONSTANT (1000000)
/* A round time in 2023. */
#define THEN (G_GINT64_CONSTANT (1700000000) * SECOND)

typedef struct
{
  GByteArray *bytes;
  gboolean swapped;
  gboolean nanoseconds;
} CaptureFile;

/* Ethernet, IPv4, UDP from 10.0.0.1:1000 to 10.0.0.2:2000, no payload: 42 bytes. */
static const guint8 udp_packet[42] = {
  2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10,
  0, 0, 2, 1000 >> 8, 1000 & 255, 2000 >> 8, 2000 & 255, 0, 8, 0, 0,
};

G_GNUC_UNUSED static void
put32 (CaptureFile *file, guint32 value)
{
  guint32 ordered = file->swapped ? GUINT32_SWAP_LE_BE (value) : value;

  g_byte_array_append (file->bytes, (const guint8 *) &ordered, sizeof ordered);
}

G_GNUC_UNUSED static void
put16 (CaptureFile *file, guint16 value)
{
  guint16 ordered = file->swapped ? GUINT16_SWAP_LE_BE (value) : value;

  g_byte_array_append (file->bytes, (const guint8 *) &ordered, sizeof ordered);
}

G_GNUC_UNUSED static CaptureFile
pcap_new (gboolean swapped, gboolean nanoseconds, guint32 link_type)
{
  CaptureFile file = { g_byte_array_new (), swapped, nanoseconds };

  put32 (&file, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  put16 (&file, 2);
  put16 (&file, 4);
  put32 (&file, 0);
  put32 (&file, 0);
  put32 (&file, 65535);
  put32 (&file, link_type);
  return file;
}

/* @time in µs since 1970; @length is the wire's, of which at most udp_packet is captured. */
G_GNUC_UNUSED static void
pcap_add (CaptureFile *file, gint64 time, guint32 length)
{
  guint32 captured = MIN (length, sizeof udp_packet);

  put32 (file, (guint32) (time / SECOND));
  put32 (file, (guint32) (time % SECOND) * (file->nanoseconds ? 1000 : 1));
  put32 (file, captured);
  put32 (file, length);
  g_byte_array_append (file->bytes, udp_packet, captured);
}

G_GNUC_UNUSED static CaptureFile
pcapng_new (gboolean swapped)
{
  CaptureFile file = { g_byte_array_new (), swapped, FALSE };

  put32 (&file, 0x0a0d0d0a);
  put32 (&file, 28);
  put32 (&file, 0x1a2b3c4d);
  put16 (&file, 1);
  put16 (&file, 0);
  put32 (&file, G_MAXUINT32);
  put32 (&file, G_MAXUINT32);
  put32 (&file, 28);
  return file;
}

/* Its times are in 10^-@digits s. */
G_GNUC_UNUSED static void
pcapng_add_interface (CaptureFile *file, guint16 link_type, guint8 digits)
{
  const guint8 resolution[4] = { digits, 0, 0, 0 };

  put32 (file, 1);
  put32 (file, 32);
  put16 (file, link_type);
  put16 (file, 0);
  put32 (file, 65535);
  put16 (file, 9); /* if_tsresol */
  put16 (file, 1);
  g_byte_array_append (file->bytes, resolution, sizeof resolution);
  put32 (file, 0);
  put32 (file, 32);
}

G_GNUC_UNUSED static void
pcapng_add (CaptureFile *file, guint32 interface, guint64 time, guint32 length)
{
  guint32 captured = MIN (length, sizeof udp_packet);
  guint32 padded = (captured + 3) / 4 * 4;

  put32 (file, 6);
  put32 (file, 32 + padded);
  put32 (file, interface);
  put32 (file, (guint32) (time >> 32));
  put32 (file, (guint32) time);
  put32 (file, captured);
  put32 (file, length);
  g_byte_array_append (file->bytes, udp_packet, captured);
  g_byte_array_append (file->bytes, (const guint8[4]){ 0 }, padded - captured);
  put32 (file, 32 + padded);
}

/* A descriptor of a file that holds it, all of it or the first bytes. */
G_GNUC_UNUSED static int
capture_open (CaptureFile *file, gssize length)
{
  gsize wanted = length >= 0 ? (gsize) length : file->bytes->len;
  int fd = memfd_create ("capture", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, file->bytes->data, wanted), ==, (gssize) wanted);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

G_GNUC_UNUSED static void
capture_clear (CaptureFile *file)
{
  g_clear_pointer (&file->bytes, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CaptureFile, capture_clear)

G_GNUC_UNUSED static guint64
both (const guint64 figures[SLUICE_N_DIRECTIONS])
{
  return figures[SLUICE_RX] + figures[SLUICE_TX];
}
