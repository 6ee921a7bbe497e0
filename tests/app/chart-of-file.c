#include <math.h>
#include <string.h>

#include "draw/traffic-tile.h"
#include "model/stack.h"

#include "tests/engine/recording-file.h"

/* From a capture file to the pixels of its chart: what is drawn is what was captured, no byte more. */

#define SECOND ((gint64) G_USEC_PER_SEC)
#define BEGIN (1700000000 * SECOND)
#define WIDTH 1000
#define HEIGHT 801
#define AXIS 400
#define PAYLOAD 1000
#define LENGTH (14 + 20 + 8 + PAYLOAD)

static void
put32 (GByteArray *bytes, guint32 value)
{
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

/* A datagram to this side or from it, Ethernet and all. */
static void
put_packet (GByteArray *bytes, gint64 time, gboolean received)
{
  guint8 packet[LENGTH] = {
    2,    0, 0, 0, 0, 1, 2, 0, 0,  0,  0, 2, 8,   0,                              /* Ethernet */
    0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 192, 168, 1, 2, 198, 51, 100, 53,    /* IPv4 */
    0xc0, 0, 0, 99, 0, 0, 0, 0,                                                   /* UDP */
  };
  static const guint8 turned[] = { 198, 51, 100, 53, 192, 168, 1, 2, 0, 99, 0xc0, 0 };

  packet[16] = (LENGTH - 14) >> 8;
  packet[17] = (LENGTH - 14) & 0xff;
  packet[38] = (LENGTH - 34) >> 8;
  packet[39] = (LENGTH - 34) & 0xff;
  if (received)
    memcpy (packet + 26, turned, sizeof turned);
  put32 (bytes, (guint32) (time / SECOND));
  put32 (bytes, (guint32) (time % SECOND));
  put32 (bytes, sizeof packet);
  put32 (bytes, sizeof packet);
  g_byte_array_append (bytes, packet, sizeof packet);
}

/* @n bursts of @size packets, which come @gap apart and take 50 ms; every third packet goes out. */
static SluiceRecording *
record (guint n, guint size, gint64 gap, guint64 bytes_out[2])
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SluiceRecording *recording;

  bytes_out[0] = bytes_out[1] = 0;
  put32 (bytes, 0xa1b2c3d4);
  put32 (bytes, 4 << 16 | 2);
  put32 (bytes, 0);
  put32 (bytes, 0);
  put32 (bytes, 65535);
  put32 (bytes, 1);
  for (guint b = 0; b < n; b++)
    /* No two bursts are of one size. */
    for (guint p = 0; p < size + b % 5; p++)
      {
        put_packet (bytes, BEGIN + b * gap + SECOND / 4 + p * (SECOND / 20) / (size + 5), p % 3 != 0);
        bytes_out[p % 3 != 0 ? 0 : 1] += LENGTH;
      }
  recording = read_recording (bytes->data, bytes->len);
  g_assert_null (sluice_recording_get_fault (recording));
  return recording;
}

typedef struct
{
  SluicePalette palette; /* plain areas, no lines: what is opaque is counted */
  SluiceTrafficTile *tile;
  SluiceTrafficShape shape;
  gint64 end;
} Picture;

static void
draw (Picture *picture, const SluiceSeries *series, gint64 from, gint64 to)
{
  SluiceSeriesSummary summary;

  sluice_series_summarise (series, 0, G_MAXINT64 / 2, &summary);
  picture->palette = *sluice_palette_get (SLUICE_SCHEME_LIGHT);
  picture->palette.fill_near = picture->palette.fill_far = 1;
  picture->palette.line_width = 0;
  picture->tile = sluice_traffic_tile_new ();
  picture->shape = (SluiceTrafficShape){
    .palette = &picture->palette, .width = WIDTH, .height = HEIGHT, .axis = AXIS, .scale = 1, .span = to - from,
    .maximum = { MAX (summary.peak[0], 1), MAX (summary.peak[1], 1) }, .shown = { TRUE, TRUE }, .stepped = TRUE,
  };
  picture->end = to;
  sluice_traffic_tile_update (picture->tile, &picture->shape, series, NULL, to);
  cairo_surface_flush (sluice_traffic_tile_get_surface (picture->tile));
}

/* The rate that one column of the picture stands for, bytes/s. */
static double
rate_of_column (const Picture *picture, int x, guint direction)
{
  cairo_surface_t *surface = sluice_traffic_tile_get_surface (picture->tile);
  const guint8 *data = cairo_image_surface_get_data (surface);
  const int column = x + sluice_traffic_tile_get_offset (picture->tile, picture->end);
  double height = 0;

  for (int y = direction == 0 ? 0 : AXIS + 1; y < (direction == 0 ? AXIS : HEIGHT); y++)
    height += data[y * cairo_image_surface_get_stride (surface) + column * 4 + 3] / 255.0;
  return height / AXIS * picture->shape.maximum[direction];
}

/* Rate times width of all columns, bytes; no column is higher than the points in it. */
static double
area_of (const Picture *picture, const SluiceSeries *series, guint direction)
{
  const double width = sluice_traffic_shape_column (&picture->shape);
  const gint64 left = picture->end - picture->shape.span;
  double area = 0;

  for (int x = 0; x < WIDTH; x++)
    {
      const double rate = rate_of_column (picture, x, direction);
      SluiceSeriesSummary summary;

      sluice_series_summarise (series, left + (gint64) ((x - 1) * width), left + (gint64) ((x + 2) * width), &summary);
      g_assert_cmpfloat (rate, <=, summary.peak[direction] + picture->shape.maximum[direction] / AXIS);
      area += rate * width / SECOND;
    }
  return area;
}

static const SluiceSeries *
series_of (SluiceRecording *recording)
{
  return sluice_interface_item_get_series (sluice_live_model_get_scope (sluice_recording_get_model (recording)));
}

/* At every zoom the area is the bytes of the file, where a column is no longer than a point; else what is drawn reaches
 * up to the peaks, and the columns' own sums are the bytes. */
static void
check_area (SluiceRecording *recording, const SluiceSeries *series, const guint64 bytes[2])
{
  gint64 begin, end;

  g_assert_true (sluice_recording_get_span (recording, &begin, &end));
  for (gint64 parts = 1; parts <= 64; parts *= 4)
    {
      const gint64 span = (end - begin + parts - 1) / parts;
      double area[2] = { 0 }, sum[2] = { 0 };

      if (span < SECOND)
        break;
      /* A view shows whole columns: what is cut off at its end comes with the next one. */
      for (gint64 from = begin; from < end + span; from += span)
        {
          Picture picture;

          draw (&picture, series, from, from + span);
          for (guint d = 0; d < 2; d++)
            {
              SluiceSeriesSummary summary;

              area[d] += area_of (&picture, series, d);
              sluice_series_summarise (series, from, from + span, &summary);
              sum[d] += summary.total[d];
            }
          sluice_traffic_tile_free (picture.tile);
        }
      for (guint d = 0; d < 2; d++)
        {
          g_assert_cmpfloat_with_epsilon (sum[d], (double) bytes[d], 1);
          if (span / WIDTH * 2 < SECOND)
            g_assert_cmpfloat_with_epsilon (area[d], (double) bytes[d], (double) bytes[d] * 0.01);
          else
            g_assert_cmpfloat (area[d], >=, (double) bytes[d] * 0.99);
        }
    }
}

static void
check (guint n, guint size, gint64 gap)
{
  guint64 bytes[2];
  g_autoptr (SluiceRecording) recording = record (n, size, gap, bytes);
  const SluiceSeries *series = series_of (recording);
  g_autoptr (SluiceStack) stack = sluice_stack_new ();
  SluiceLiveModel *model = sluice_recording_get_model (recording);
  gint64 from, to;

  check_area (recording, series, bytes);
  for (SluiceBreakdown by = SLUICE_BY_HOST; by <= SLUICE_BY_PROTOCOL; by++)
    {
      g_assert_true (sluice_recording_get_span (recording, &from, &to));
      sluice_stack_update (stack, sluice_live_model_get_timeline (model, by), 0, series, from, to);
      g_assert_nonnull (sluice_stack_get_identity (stack, 0));
      check_area (recording, sluice_stack_get_series (stack, 0), bytes);
    }
}

static void
test_sparse (void)
{
  check (4, 40, 60 * SECOND);
  check (20, 3, 17 * SECOND + SECOND / 3);
}

static void
test_dense (void)
{
  check (60, 20, SECOND);
  check (200, 4, SECOND / 2);
}

static void
test_one_burst (void)
{
  check (1, 30, SECOND);
}

static void
test_days (void)
{
  check (30, 10, 7200 * SECOND);
}

/* Between bursts there is nothing, to the pixel. */
static void
test_pause (void)
{
  guint64 bytes[2];
  g_autoptr (SluiceRecording) recording = record (4, 40, 60 * SECOND, bytes);
  gint64 from, to;
  guint n_empty = 0;
  Picture picture;

  g_assert_true (sluice_recording_get_span (recording, &from, &to));
  g_assert_cmpint (to - from, ==, 181 * SECOND);
  draw (&picture, series_of (recording), from, to);
  for (int x = 0; x < WIDTH; x++)
    n_empty += rate_of_column (&picture, x, 0) == 0;
  /* Four seconds of 181. */
  g_assert_cmpuint (n_empty, >=, WIDTH * 177 / 181 - 6);
  sluice_traffic_tile_free (picture.tile);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart-of-file/is-as-large-as-a-sparse-file", test_sparse);
  g_test_add_func ("/chart-of-file/is-as-large-as-a-dense-file", test_dense);
  g_test_add_func ("/chart-of-file/is-as-large-as-a-single-burst", test_one_burst);
  g_test_add_func ("/chart-of-file/sums-to-what-was-captured-in-days", test_days);
  g_test_add_func ("/chart-of-file/is-empty-where-nothing-moved", test_pause);
  return g_test_run ();
}
