#include "sluice-config.h"

#include "capture/packet-reader.h"

#include "model/text.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <pcap/pcap.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

/* Of most packets the headers are enough, and each byte more has to come from another processor's cache. A BPF program
 * says so by how much of a packet it returns; those that may tell a name or what is spoken are had as a whole, and
 * those whose headers are longer than most. What is short is whole anyway, which also keeps the program from reading
 * beyond a packet: it would be lost. TCP: whatever begins or ends what a program wrote, begins a TLS record of the
 * handshake (RFC 8446, 5.1), or begins with three capitals, as HTTP does. */
#define HEADERS 96
#define NEEDS_ALL                                                                                                     \
  "less 192 or not (ip or ip6)"                                                                                       \
  " or (udp and (port 53 or port 5353 or port 5355)) or (tcp and port 53)"                                            \
  " or (ip and ip[0] & 0x0f > 5)"                                                                                     \
  " or (ip proto 6 and (tcp[13] & 0x0a != 0 or tcp[(tcp[12] & 0xf0) >> 2] = 22"                                       \
  " or tcp[(tcp[12] & 0xf0) >> 2 : 4] & 0xe0e0e000 = 0x40404000))"                                                    \
  " or (ip6[6] = 6 and (ip6[52] & 0xf0 > 0x80 or ip6[53] & 0x0a != 0 or ip6[40 + ((ip6[52] & 0xf0) >> 2)] = 22"       \
  " or ip6[40 + ((ip6[52] & 0xf0) >> 2) : 4] & 0xe0e0e000 = 0x40404000))"                                             \
  " or (ip6 and ip6[6] != 6 and ip6[6] != 17)"
/* How many packets of one interface are taken before the next one has its turn. */
#define TURN 4096
#define FILE_BUFFER (128 * 1024)
/* The head of a pcap file, with room to spare, and where its link type stands (draft-ietf-opsawg-pcap, 4). */
#define FILE_HEAD 32
#define FILE_LINK_TYPE 20
/* s since 1970: in the year 9999. */
#define TIME_MAX G_GINT64_CONSTANT (253402300799)

typedef struct
{
  SluiceDecoder *decoder;
  pcap_t *handle; /* NULL: an interface that is lost */
  guint index;    /* the decoder's */
  guint copies;   /* how often the kernel has each packet: 2 on the loopback, going out and coming in */
  guint32 drops;  /* the kernel's counter when it was last looked at */
  guint odd;      /* dropped copies that make no packet yet */
} Link;

struct _SluicePacketReader
{
  Link links[SLUICE_DECODER_LINKS_MAX];
  guint n_links;
  guint n_lost;
  guint n_shares; /* how many interfaces share the memory for rings */

  /* A file. */
  SluiceDecoder *decoder;
  int fd; /* -1: none */
  FILE *stream;
  pcap_t *file;
  guint file_link;
  guint64 n_read; /* bytes */
  gboolean failed; /* a read did */
  gboolean is_pcapng;
  SluicePacketWaitFunc wait;
  gpointer wait_data;
  gint64 until;
  struct pcap_pkthdr next; /* the packet that was read and lies at or after @until, until the next read */
  const guint8 *next_bytes;
  gboolean ended;
  SluiceReadFault fault;
  char detail[SLUICE_READ_DETAIL_MAX];
  char *buffer; /* the stream's */
};

/**
 * sluice_packet_reader_new:
 *
 * Returns: (transfer full): a reader of nothing yet
 */
SluicePacketReader *
sluice_packet_reader_new (void)
{
  SluicePacketReader *reader = g_new0 (SluicePacketReader, 1);

  reader->fd = -1;
  reader->n_shares = 1;
  return reader;
}

void
sluice_packet_reader_free (SluicePacketReader *reader)
{
  for (guint i = 0; i < reader->n_links; i++)
    g_clear_pointer (&reader->links[i].handle, pcap_close);
  if (reader->file != NULL)
    pcap_close (reader->file); /* closes the stream, and that the descriptor */
  else if (reader->stream != NULL)
    fclose (reader->stream);
  else if (reader->fd >= 0)
    close (reader->fd);
  g_free (reader->buffer);
  g_free (reader);
}

/* Link-layer types as of https://www.tcpdump.org/linktypes.html. */
static SluiceLinkType
link_type (int dlt)
{
  switch (dlt)
    {
    case DLT_EN10MB:
      return SLUICE_LINK_ETHERNET;
    case DLT_LINUX_SLL:
      return SLUICE_LINK_COOKED;
    case DLT_LINUX_SLL2:
      return SLUICE_LINK_COOKED2;
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
      return SLUICE_LINK_IP;
    case DLT_NULL:
      return SLUICE_LINK_NULL;
    case DLT_LOOP:
      return SLUICE_LINK_LOOP;
    case DLT_PPP:
    case DLT_PPP_SERIAL:
      return SLUICE_LINK_PPP;
    case DLT_PPP_ETHER:
      return SLUICE_LINK_PPPOE;
    case DLT_PPP_WITH_DIR:
      return SLUICE_LINK_PPP_DIR;
    default:
      return SLUICE_LINK_UNKNOWN;
    }
}

/* The number that files have for it, which is not always libpcap's own. libpcap tells it only by writing the head of a
 * file. Whether there is one. */
static gboolean
find_file_link_type (pcap_t *handle, guint16 *type_out)
{
  guint8 head[FILE_HEAD] = { 0 };
  FILE *stream = fmemopen (head, sizeof head, "w");
  pcap_dumper_t *dumper = stream != NULL ? pcap_dump_fopen (handle, stream) : NULL;
  guint32 number;

  if (dumper == NULL)
    {
      g_clear_pointer (&stream, fclose);
      return FALSE;
    }
  pcap_dump_close (dumper);
  memcpy (&number, head + FILE_LINK_TYPE, sizeof number);
  /* The upper half tells of check sums. */
  *type_out = (guint16) number;
  return TRUE;
}

/* Tells the decoder of a link, and what is known of one that it cannot decode. */
static guint
add_link (SluiceDecoder *decoder, pcap_t *handle, gboolean loopback)
{
  SluiceLinkType type = link_type (pcap_datalink (handle));
  guint index = sluice_decoder_add_link (decoder, type, loopback);
  guint16 number;

  if (type == SLUICE_LINK_UNKNOWN && find_file_link_type (handle, &number))
    sluice_decoder_set_undecoded (decoder, index, number);
  return index;
}

/* A file may claim any time: it is held where it can be counted with. */
static gint64
packet_time (const struct pcap_pkthdr *header)
{
  return CLAMP ((gint64) header->ts.tv_sec, 0, TIME_MAX) * G_USEC_PER_SEC + CLAMP (header->ts.tv_usec, 0, 999999);
}

static void
set_open_error (GError **error, const char *name, int code, pcap_t *handle)
{
  g_autofree char *shown = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX);
  g_autofree char *word = NULL;

  switch (code)
    {
    case PCAP_ERROR_PERM_DENIED:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("Packets of “%s” may not be read by this user; start it as root, or use the kernel source."),
                   shown);
      return;
    case PCAP_ERROR_NO_SUCH_DEVICE:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There is no interface “%s”; “sluicectl interfaces” lists those that exist."), shown);
      return;
    case PCAP_ERROR_IFACE_NOT_UP:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _("The interface “%s” is down."), shown);
      return;
    default:
      word = sluice_text_sanitise (code == PCAP_ERROR ? pcap_geterr (handle) : pcap_statustostr (code), -1,
                                   SLUICE_NAME_MAX);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Packets of “%s” cannot be read: %s."), shown, word);
    }
}

/* Takes so much of every packet; of none with 0. */
static gboolean
set_length (pcap_t *handle, guint32 length)
{
  struct bpf_insn all = BPF_STMT (BPF_RET | BPF_K, length);
  struct bpf_program program = { .bf_len = 1, .bf_insns = &all };

  return pcap_setfilter (handle, &program) == 0;
}

/* Where there is no such program for a kind of link, all of its packets are had as far as the handle goes. */
static void
set_lengths (pcap_t *handle)
{
  struct bpf_program program;

  if (pcap_compile (handle, &program, NEEDS_ALL, 1, PCAP_NETMASK_UNKNOWN) != 0)
    {
      set_length (handle, SLUICE_READER_SNAPLEN);
      return;
    }
  for (guint i = 0; i < program.bf_len; i++)
    if (program.bf_insns[i].code == (BPF_RET | BPF_K) && program.bf_insns[i].k == 0)
      program.bf_insns[i].k = HEADERS;
  if (pcap_setfilter (handle, &program) != 0 && !set_length (handle, SLUICE_READER_SNAPLEN))
    g_debug ("no packet is captured: %s", pcap_geterr (handle));
  pcap_freecode (&program);
}

/**
 * sluice_packet_reader_set_shares:
 * @reader: a reader of nothing yet
 * @n: how many interfaces will be added
 *
 * Says among how many the memory for what waits to be read is shared.
 */
void
sluice_packet_reader_set_shares (SluicePacketReader *reader, guint n)
{
  reader->n_shares = CLAMP (n, 1, SLUICE_DECODER_LINKS_MAX);
}

/**
 * sluice_packet_reader_add_interface:
 * @reader: a reader of interfaces
 * @decoder: what is to have the packets; outlives the reader
 * @name: the kernel's name of the interface
 * @loopback: whether it is the loopback
 * @error: %G_IO_ERROR_PERMISSION_DENIED, %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_NOT_CONNECTED where it is down, or another
 *
 * Opens it, not promiscuously, which takes the kernel some 15 ms; no packet comes until sluice_packet_reader_begin().
 * libpcap itself shows the loopback's packets once: it leaves out what goes out.
 *
 * Returns: whether it could be opened
 */
gboolean
sluice_packet_reader_add_interface (
  SluicePacketReader *reader, SluiceDecoder *decoder, const char *name, gboolean loopback, GError **error)
{
  char word[PCAP_ERRBUF_SIZE] = "";
  Link *link = &reader->links[reader->n_links];
  pcap_t *handle;
  int code;

  g_return_val_if_fail (reader->n_links < SLUICE_DECODER_LINKS_MAX && reader->fd < 0, FALSE);
  handle = pcap_create (name, word);
  if (handle == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Packets cannot be read: %s."), word);
      return FALSE;
    }
  pcap_set_snaplen (handle, SLUICE_READER_SNAPLEN);
  pcap_set_promisc (handle, 0);
  pcap_set_timeout (handle, SLUICE_READER_TIMEOUT_MS);
  pcap_set_buffer_size (handle, (int) MIN (SLUICE_READER_BUFFER, SLUICE_READER_BUFFERS / reader->n_shares));
  code = pcap_activate (handle);
  if (code >= 0 && (pcap_setnonblock (handle, 1, word) != 0 || !set_length (handle, 0)))
    code = PCAP_ERROR;
  if (code < 0)
    {
      set_open_error (error, name, code, handle);
      pcap_close (handle);
      return FALSE;
    }
  *link = (Link){
    .decoder = decoder,
    .handle = handle,
    .copies = loopback ? 2 : 1,
    .index = add_link (decoder, handle, loopback),
  };
  reader->n_links++;
  return TRUE;
}

/**
 * sluice_packet_reader_begin:
 * @reader: a reader of interfaces, all of which were added; does nothing for one of a file
 *
 * Lets packets come from now on, of all interfaces alike.
 */
void
sluice_packet_reader_begin (SluicePacketReader *reader)
{
  for (guint i = 0; i < reader->n_links; i++)
    set_lengths (reader->links[i].handle);
}

/**
 * sluice_packet_reader_set_file:
 * @reader: a reader of nothing yet
 * @decoder: what is to have the packets; outlives the reader
 * @fd: (transfer full): a capture file, not read yet
 */
void
sluice_packet_reader_set_file (SluicePacketReader *reader, SluiceDecoder *decoder, int fd)
{
  g_return_if_fail (reader->n_links == 0 && reader->fd < 0);
  reader->decoder = decoder;
  reader->fd = fd;
}

/**
 * sluice_packet_reader_set_wait:
 * @reader: a reader of a file
 * @wait: called before each read of the file
 * @user_data: for @wait
 */
void
sluice_packet_reader_set_wait (SluicePacketReader *reader, SluicePacketWaitFunc wait, gpointer user_data)
{
  reader->wait = wait;
  reader->wait_data = user_data;
}

/**
 * sluice_packet_reader_is_file:
 * @reader: a reader
 *
 * Returns: whether it reads a file, not interfaces
 */
gboolean
sluice_packet_reader_is_file (SluicePacketReader *reader)
{
  return reader->fd >= 0;
}

/**
 * sluice_packet_reader_get_descriptors:
 * @reader: a reader
 * @fds_out: (out): to be polled, -1 for an interface that is lost; or the file's own
 *
 * Returns: how many there are
 */
guint
sluice_packet_reader_get_descriptors (SluicePacketReader *reader, int fds_out[SLUICE_DECODER_LINKS_MAX])
{
  if (reader->fd >= 0)
    {
      fds_out[0] = reader->fd;
      return 1;
    }
  for (guint i = 0; i < reader->n_links; i++)
    fds_out[i] = reader->links[i].handle != NULL ? pcap_get_selectable_fd (reader->links[i].handle) : -1;
  return reader->n_links;
}

static void
interface_packet_cb (u_char *user_data, const struct pcap_pkthdr *header, const u_char *bytes)
{
  Link *link = (gpointer) user_data;

  sluice_decoder_queue_packet (link->decoder, link->index, packet_time (header), bytes, header->caplen, header->len);
}

static void
count_drops (Link *link)
{
  struct pcap_stat stat;
  guint64 more;

  if (pcap_stats (link->handle, &stat) != 0)
    return;
  /* It has 32 bits and begins anew after the last. */
  more = (guint64) (guint32) (stat.ps_drop - link->drops) + link->odd;
  link->drops = stat.ps_drop;
  link->odd = (guint) (more % link->copies);
  if (more >= link->copies)
    sluice_decoder_count_drops (link->decoder, link->index, more / link->copies);
}

/**
 * sluice_packet_reader_drain:
 * @reader: a reader of interfaces
 *
 * Hands on what the kernel has, a block of it for each interface: some thousands of packets at the most. Never waits.
 *
 * Returns: how many there were
 */
guint
sluice_packet_reader_drain (SluicePacketReader *reader)
{
  guint total = 0;

  for (guint i = 0; i < reader->n_links; i++)
    {
      Link *link = &reader->links[i];
      int n = link->handle != NULL ? pcap_dispatch (link->handle, TURN, interface_packet_cb, (gpointer) link) : 0;

      if (n >= 0)
        {
          total += n;
          continue;
        }
      /* It vanished. Whoever knows which interfaces there are opens what is there now. */
      count_drops (link);
      g_clear_pointer (&link->handle, pcap_close);
      reader->n_lost++;
    }
  return total;
}

/**
 * sluice_packet_reader_count_drops:
 * @reader: a reader of interfaces
 *
 * Tells the decoder how many packets the kernel had no room for since the last call.
 */
void
sluice_packet_reader_count_drops (SluicePacketReader *reader)
{
  for (guint i = 0; i < reader->n_links; i++)
    if (reader->links[i].handle != NULL)
      count_drops (&reader->links[i]);
}

/**
 * sluice_packet_reader_is_lost:
 * @reader: a reader of interfaces
 * @i: the one that was added as the @i'th, from 0
 *
 * Returns: whether it vanished, or was taken down
 */
gboolean
sluice_packet_reader_is_lost (SluicePacketReader *reader, guint i)
{
  return i < reader->n_links && reader->links[i].handle == NULL;
}

/**
 * sluice_packet_reader_count_lost:
 * @reader: a reader of interfaces
 *
 * Returns: how many interfaces vanished
 */
guint
sluice_packet_reader_count_lost (SluicePacketReader *reader)
{
  return reader->n_lost;
}

static ssize_t
read_file_cb (void *cookie, char *buffer, size_t size)
{
  /* The same in either byte order: a section header block, pcapng's first. */
  static const guint8 pcapng_magic[] = { 0x0a, 0x0d, 0x0d, 0x0a };
  SluicePacketReader *reader = cookie;
  ssize_t n;

  do
    {
      if (reader->wait != NULL)
        reader->wait (reader->fd, reader->wait_data);
      n = read (reader->fd, buffer, size);
    }
  while (n < 0 && (errno == EINTR || errno == EAGAIN));
  if (n > 0 && reader->n_read == 0)
    reader->is_pcapng = n >= (ssize_t) sizeof pcapng_magic && memcmp (buffer, pcapng_magic, sizeof pcapng_magic) == 0;
  if (n > 0)
    reader->n_read += n;
  reader->failed |= n < 0;
  return n;
}

static int
close_file_cb (void *cookie)
{
  SluicePacketReader *reader = cookie;

  return close (reader->fd);
}

static void
end_file (SluicePacketReader *reader, SluiceReadFault fault, const char *detail)
{
  reader->ended = TRUE;
  reader->fault = fault;
  g_strlcpy (reader->detail, detail, sizeof reader->detail);
}

/* Which fault libpcap means: it has words only. */
static SluiceReadFault
fault_of (SluicePacketReader *reader, const char *word)
{
  if (reader->failed)
    return SLUICE_READ_FAULT_INPUT;
  if (strstr (word, "truncated") != NULL)
    return SLUICE_READ_FAULT_CUT;
  if (strstr (word, "different from the") != NULL)
    return SLUICE_READ_FAULT_MIXED;
  return SLUICE_READ_FAULT_DAMAGED;
}

static void
open_file (SluicePacketReader *reader)
{
  static const cookie_io_functions_t functions = { .read = read_file_cb, .close = close_file_cb };
  char word[PCAP_ERRBUF_SIZE] = "";

  reader->stream = fopencookie (reader, "r", functions);
  if (reader->stream == NULL)
    {
      end_file (reader, SLUICE_READ_FAULT_DAMAGED, "out of memory");
      return;
    }
  reader->buffer = g_malloc (FILE_BUFFER);
  setvbuf (reader->stream, reader->buffer, _IOFBF, FILE_BUFFER);
  /* It is this thread's alone: libpcap asks twice a packet. */
  __fsetlocking (reader->stream, FSETLOCKING_BYCALLER);
  reader->file = pcap_fopen_offline_with_tstamp_precision (reader->stream, PCAP_TSTAMP_PRECISION_MICRO, word);
  if (reader->file == NULL)
    {
      end_file (reader,
                reader->n_read == 0 && !reader->failed  ? SLUICE_READ_FAULT_EMPTY
                : strstr (word, "unknown file") != NULL ? SLUICE_READ_FAULT_UNKNOWN
                                                        : fault_of (reader, word),
                word);
      return;
    }
  reader->file_link = add_link (reader->decoder, reader->file, FALSE);
}

static void
file_packet_cb (u_char *user_data, const struct pcap_pkthdr *header, const u_char *bytes)
{
  SluicePacketReader *reader = (gpointer) user_data;
  gint64 time = packet_time (header);

  if (G_LIKELY (time < reader->until))
    {
      sluice_decoder_queue_packet (reader->decoder, reader->file_link, time, bytes, header->caplen, header->len);
      return;
    }
  reader->next = *header;
  reader->next_bytes = bytes;
  pcap_breakloop (reader->file);
}

/**
 * sluice_packet_reader_read:
 * @reader: a reader of a file
 *
 * Hands on packets until one lies at or after the time of sluice_packet_reader_set_until(); those whose time goes back
 * are handed on as they come. The file is opened at the first call.
 *
 * Returns: whether that time was reached, or the file's end, or the decoder is to be emptied first
 */
SluiceReadResult
sluice_packet_reader_read (SluicePacketReader *reader)
{
  g_return_val_if_fail (reader->fd >= 0, SLUICE_READ_ENDED);
  if (!reader->ended && reader->file == NULL)
    open_file (reader);
  if (reader->next_bytes != NULL && packet_time (&reader->next) < reader->until)
    {
      sluice_decoder_add_packet (reader->decoder, reader->file_link, packet_time (&reader->next), reader->next_bytes,
                                 reader->next.caplen, reader->next.len);
      reader->next_bytes = NULL;
    }
  while (!reader->ended && reader->next_bytes == NULL)
    {
      int n;

      if (sluice_decoder_is_full (reader->decoder))
        return SLUICE_READ_FULL;
      n = pcap_dispatch (reader->file, TURN, file_packet_cb, (gpointer) reader);

      if (n == 0 && reader->next_bytes == NULL)
        end_file (reader, SLUICE_READ_FAULT_NONE, "");
      else if (n == PCAP_ERROR)
        end_file (reader, fault_of (reader, pcap_geterr (reader->file)), pcap_geterr (reader->file));
    }
  return reader->next_bytes != NULL ? SLUICE_READ_REACHED : SLUICE_READ_ENDED;
}

/**
 * sluice_packet_reader_set_until:
 * @reader: a reader of a file
 * @until: µs since 1970; may be changed while sluice_packet_reader_read() waits for input
 */
void
sluice_packet_reader_set_until (SluicePacketReader *reader, gint64 until)
{
  reader->until = until;
}

/**
 * sluice_packet_reader_get_next:
 * @reader: a reader of a file that has reached the time asked for
 *
 * Returns: the time of the packet that comes next, µs since 1970; 0 where there is none
 */
gint64
sluice_packet_reader_get_next (SluicePacketReader *reader)
{
  return reader->next_bytes != NULL ? packet_time (&reader->next) : 0;
}

/**
 * sluice_packet_reader_get_format:
 * @reader: a reader of a file
 * @dlt_out: (out): libpcap's number of its link type; untouched while the format is not known
 *
 * Returns: what kind of a file it is
 */
SluiceReadFormat
sluice_packet_reader_get_format (SluicePacketReader *reader, int *dlt_out)
{
  if (reader->file == NULL)
    return SLUICE_READ_FORMAT_NONE;
  *dlt_out = pcap_datalink (reader->file);
  return reader->is_pcapng ? SLUICE_READ_FORMAT_PCAPNG : SLUICE_READ_FORMAT_PCAP;
}

/**
 * sluice_packet_reader_get_fault:
 * @reader: a reader of a file that has ended
 * @detail_out: (out) (nullable): libpcap's word, which holds hostile text
 *
 * Returns: why it ended
 */
SluiceReadFault
sluice_packet_reader_get_fault (SluicePacketReader *reader, const char **detail_out)
{
  if (detail_out != NULL)
    *detail_out = reader->detail;
  return reader->fault;
}
