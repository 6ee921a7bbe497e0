/*
 * Packets of all link types, one after the other, through one decoder. Whatever they are, what was given is what is
 * reported, and each report survives its wire form, which allows nothing that is out of the ordinary.
 *
 * Input: a byte of options, then for each packet a byte for the link, one for how much more there was on the wire,
 * which also moves its time, two (little endian) for how much was captured, and what was captured.
 */
#include "fuzz.h"

#include "capture/decoder.h"

enum
{
  OPTION_TINY = 1 << 0,  /* a table of a few flows, so that they give way */
  OPTION_LOCAL = 1 << 1, /* this machine has addresses */
  OPTION_WHOLE = 1 << 2,
  REPORT = 0xfe, /* instead of a link: what was there so far is reported */
  LOCAL = 0xfd,  /* other addresses from here on */
  N_TYPES = SLUICE_LINK_PPP_DIR + 1,
  N_LINKS = 2 * N_TYPES, /* each type with and without a loopback */
  /* A decoder costs more to make than a small input to decode: one serves so many, a day apart, when nothing that the
   * one before began is alive. A finding that needs more than one input is found by giving the last ones again. */
  N_INPUTS = 256,
  N_SWEEPS = 16,
};

#define DAY (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

typedef struct
{
  SluiceDecoder *decoder;
  SluiceReport *report;
  GByteArray *bytes;
  guint n_inputs;
  gint64 time;
  guint64 given[N_LINKS];
  guint64 given_packets[N_LINKS];
} Books;

static void
set_local (SluiceDecoder *decoder, guint8 options)
{
  static const char *const texts[] = { "192.0.2.1", "10.0.0.1", "2001:db8::1", "fe80::1" };
  SluiceInterfaceAddress networks[G_N_ELEMENTS (texts)];
  guint n = options & OPTION_LOCAL ? G_N_ELEMENTS (texts) : 0;

  for (guint i = 0; i < n; i++)
    {
      sluice_address_parse (texts[i], &networks[i].address);
      networks[i].prefix_length = 24;
    }
  sluice_decoder_set_local (decoder, networks, n, (options & OPTION_WHOLE) != 0);
}

static void
take (Books *books)
{
  gboolean more;

  do
    {
      g_autoptr (GError) error = NULL;

      more = sluice_decoder_take (books->decoder, books->report);
      g_byte_array_set_size (books->bytes, 0);
      sluice_report_write (books->report, books->bytes);
      sluice_report_read (books->report, books->bytes->data, books->bytes->len, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < N_LINKS; i++)
        {
          const SluiceLinkReport *link = sluice_report_link (books->report, i);

          books->given[i] -= link->bytes[SLUICE_RX] + link->bytes[SLUICE_TX];
          books->given_packets[i] -= link->packets[SLUICE_RX] + link->packets[SLUICE_TX];
        }
    }
  while (more);
  for (guint i = 0; i < N_LINKS; i++)
    {
      g_assert_cmpuint (books->given[i], ==, 0);
      g_assert_cmpuint (books->given_packets[i], ==, 0);
    }
}

static void
give_all (Books *books, const guint8 *data, gsize size)
{
  gint64 time = books->time;

  while (size >= 4)
    {
      guint link = data[0] % N_LINKS;
      guint32 captured = (guint32) MIN (data[2] | (gsize) data[3] << 8, size - 4);
      guint32 length = fuzz_wire_length (captured, data[1]);

      if (data[0] == REPORT)
        take (books);
      if (data[0] == LOCAL)
        set_local (books->decoder, data[1]);
      time += data[1] == G_MAXUINT8 ? G_MAXINT32 * G_GINT64_CONSTANT (1000) : ((gint64) data[1] - 5) * G_USEC_PER_SEC;
      books->time = MAX (books->time, time);
      sluice_decoder_add_packet (books->decoder, link, time, data + 4, captured, length);
      /* One byte of these was never on the wire. */
      books->given[link] += length - (link % N_TYPES == SLUICE_LINK_PPP_DIR ? MIN (length, 1) : 0);
      books->given_packets[link]++;
      data += 4 + captured;
      size -= 4 + captured;
    }
}

static void
begin (Books *books, gsize memory)
{
  if (books->report == NULL)
    {
      books->report = sluice_report_new ();
      books->bytes = g_byte_array_new ();
    }
  if (books->n_inputs++ % N_INPUTS == 0)
    {
      g_clear_pointer (&books->decoder, sluice_decoder_free);
      books->decoder = sluice_decoder_new (memory);
      for (guint i = 0; i < N_LINKS; i++)
        sluice_decoder_add_link (books->decoder, i % N_TYPES, i >= N_TYPES);
      books->time = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
    }
  books->time += DAY;
  for (guint i = 0; i < N_SWEEPS; i++)
    sluice_decoder_advance (books->decoder, books->time += G_USEC_PER_SEC);
  take (books);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static Books kept[2];
  Books *books = &kept[size > 0 && data[0] & OPTION_TINY];

  if (size == 0)
    return 0;
  begin (books, books == &kept[1] ? 0 : 1 << 16);
  set_local (books->decoder, data[0]);
  give_all (books, data + 1, size - 1);
  take (books);
  return 0;
}
