#include "sluice-config.h"

#include "capture/file-capture.h"

#include "capture/decoder-process.h"
#include "capture/file-bins.h"
#include "model/text.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

struct _SluiceFileCapture
{
  char *name;         /* for people */
  int fd;             /* shares its place with the process's: it tells how far that has come */
  guint64 size;       /* 0 is not known */
  int epoll;          /* there before the process is */
  GArray *networks;   /* SluiceInterfaceAddress */
  gboolean in_bins;
  gboolean begun;     /* the first packet's time is known */
  gboolean ended;
  gint64 begin;       /* of the bin that was asked for */
  SluiceFileBins bins;
  SluiceFileFacts facts; /* but for the progress */
  SluiceDecoderProcess *process;
};

/* Whoever closed standard input may have had it opened again the wrong way round. */
static gboolean
is_readable (int fd)
{
  int flags = fcntl (fd, F_GETFL);

  return flags >= 0 && (flags & O_ACCMODE) != O_WRONLY && (flags & O_PATH) == 0;
}

static int
open_path (const char *path, const char *name, GError **error)
{
  struct stat status;
  int fd, code;

  if (g_str_equal (path, "-") && !is_readable (STDIN_FILENO))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           _("Standard input is closed; let a capture file be written to it, or name one."));
      return -1;
    }
  /* Not blocking: a FIFO that nobody writes to must not hold whoever opens it. */
  fd = g_str_equal (path, "-") ? fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                               : open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  code = errno;
  if (fd >= 0 && fstat (fd, &status) == 0 && S_ISDIR (status.st_mode))
    code = EISDIR;
  else if (fd >= 0)
    return fd;
  if (fd >= 0)
    close (fd);
  if (code == EISDIR)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                 _("“%s” is a folder; name a capture file (pcap or pcapng)."), name);
  else if (code == ENOENT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no file “%s”."), name);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("“%s” cannot be opened: %s."), name,
                 g_strerror (code));
  return -1;
}

/**
 * sluice_file_capture_new:
 * @path: a pcap or pcapng file; "-" is standard input
 * @networks: which networks are local
 * @n_networks: how many; with none, "local" is who spoke first
 * @in_bins: whether time matters; else the file is one bin, which is read faster
 * @error: %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_IS_DIRECTORY, %G_IO_ERROR_PERMISSION_DENIED, …
 *
 * Reads nothing yet. The first sluice_file_capture_hear() begins, on the thread that goes on with it.
 *
 * Returns: (transfer full) (nullable): the capture
 */
SluiceFileCapture *
sluice_file_capture_new (
  const char *path, const SluiceInterfaceAddress *networks, guint n_networks, gboolean in_bins, GError **error)
{
  g_autofree char *name = g_str_equal (path, "-") ? g_strdup (_("standard input"))
                                                  : sluice_text_sanitise (path, -1, SLUICE_PATH_MAX);
  SluiceFileCapture *capture;
  struct stat status;
  int fd = open_path (path, name, error);
  int epoll;

  if (fd < 0)
    return NULL;
  epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (epoll < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("“%s” cannot be opened: %s."), name,
                   g_strerror (errno));
      close (fd);
      return NULL;
    }
  capture = g_new0 (SluiceFileCapture, 1);
  capture->name = g_steal_pointer (&name);
  capture->fd = fd;
  capture->epoll = epoll;
  capture->in_bins = in_bins;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    capture->size = status.st_size;
  capture->networks = g_array_new (FALSE, FALSE, sizeof (SluiceInterfaceAddress));
  if (n_networks > 0)
    g_array_append_vals (capture->networks, networks, n_networks);
  return capture;
}

void
sluice_file_capture_free (SluiceFileCapture *capture)
{
  g_clear_pointer (&capture->process, sluice_decoder_process_free);
  close (capture->epoll);
  close (capture->fd);
  g_array_unref (capture->networks);
  g_free (capture->name);
  g_free (capture);
}

/**
 * sluice_file_capture_get_descriptor:
 * @capture: a capture
 *
 * Returns: can be read when sluice_file_capture_hear() has something to do; the same for the capture's life
 */
int
sluice_file_capture_get_descriptor (SluiceFileCapture *capture)
{
  return capture->epoll;
}

static guint64
get_position (SluiceFileCapture *capture)
{
  off_t position = capture->size > 0 ? lseek (capture->fd, 0, SEEK_CUR) : -1;

  return position > 0 ? (guint64) position : 0;
}

/* How much of the file was read, 0 to 1; negative where its size is not known. */
static double
get_progress (SluiceFileCapture *capture)
{
  if (capture->size == 0)
    return -1;
  return CLAMP ((double) get_position (capture) / (double) capture->size, 0, 1);
}

/**
 * sluice_file_capture_get_facts:
 * @capture: a capture
 * @facts_out: (out): what is known of it by now
 */
void
sluice_file_capture_get_facts (SluiceFileCapture *capture, SluiceFileFacts *facts_out)
{
  *facts_out = capture->facts;
  facts_out->progress = get_progress (capture);
}

static void
note_facts (SluiceFileCapture *capture, const SluiceReport *report, const SluiceDecoderAnswer *answer)
{
  static const char *const formats[SLUICE_READ_N_FORMATS] = { "", "pcap", "pcapng" };
  SluiceFileFacts *facts = &capture->facts;

  g_strlcpy (facts->format, formats[answer->format], sizeof facts->format);
  if (answer->format != SLUICE_READ_FORMAT_NONE && facts->link_type[0] == '\0')
    g_strlcpy (facts->link_type, pcap_datalink_val_to_description_or_dlt (answer->dlt), sizeof facts->link_type);
  facts->has_packets = report->has_packets;
  facts->first = report->first;
  facts->last = report->last;
  for (guint i = 0; i < report->links->len; i++)
    {
      facts->malformed += sluice_report_link (report, i)->malformed;
      facts->truncated += sluice_report_link (report, i)->truncated;
    }
}

static char *
explain (SluiceFileCapture *capture, const SluiceDecoderAnswer *answer)
{
  gboolean begun = answer->format != SLUICE_READ_FORMAT_NONE;

  switch (answer->fault)
    {
    case SLUICE_READ_FAULT_EMPTY:
      return g_strdup_printf (_("“%s” is empty; a capture file (pcap or pcapng) is needed."), capture->name);
    case SLUICE_READ_FAULT_UNKNOWN:
      return g_strdup_printf (_("“%s” is no capture file; pcap and pcapng can be read."), capture->name);
    case SLUICE_READ_FAULT_CUT:
      return g_strdup_printf (begun ? _("“%s” ends in the middle of a packet; what stands before it was read.")
                                    : _("“%s” ends before the header of a capture file does, so nothing in it could be "
                                         "read; get the whole file."),
                              capture->name);
    case SLUICE_READ_FAULT_MIXED:
      return g_strdup_printf (_("“%s” holds interfaces of different kinds, which cannot be read together; what stands "
                                 "before the second kind was read. Save each interface to a file of its own."),
                              capture->name);
    case SLUICE_READ_FAULT_DAMAGED:
      return g_strdup_printf (begun ? _("“%s” is damaged (%s); what stands before that was read.")
                                    : _("“%s” is damaged at its begin (%s), so nothing in it could be read; get it "
                                         "anew."),
                              capture->name, answer->detail);
    case SLUICE_READ_FAULT_INPUT:
      return g_strdup_printf (begun ? _("“%s” cannot be read any further (%s); what stands before that was read.")
                                    : _("“%s” cannot be read (%s); nothing of it is shown."),
                              capture->name, answer->detail);
    case SLUICE_READ_FAULT_NONE:
    case SLUICE_READ_N_FAULTS:
    default:
      return NULL;
    }
}

/* The last word: what was read until then stands. */
static void
end_with (SluiceFileCapture *capture, SluiceReport *report, char *fault)
{
  capture->ended = TRUE;
  report->ended = TRUE;
  g_free (report->fault);
  report->fault = fault;
}

static gboolean
begin_process (SluiceFileCapture *capture, GError **error)
{
  SluicePacketReader *reader = sluice_packet_reader_new ();
  SluiceDecoder *decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
  struct epoll_event event = { .events = EPOLLIN };

  sluice_decoder_set_local (decoder, (const SluiceInterfaceAddress *) (gpointer) capture->networks->data,
                            MIN (capture->networks->len, SLUICE_DECODER_NETWORKS_MAX), TRUE);
  sluice_packet_reader_set_file (reader, decoder, fcntl (capture->fd, F_DUPFD_CLOEXEC, 3));
  capture->process = sluice_decoder_process_new (reader, decoder, error);
  if (capture->process == NULL)
    return FALSE;
  epoll_ctl (capture->epoll, EPOLL_CTL_ADD, sluice_decoder_process_get_descriptor (capture->process), &event);
  /* Up to the first packet, which tells where time begins. */
  capture->begun = !capture->in_bins;
  capture->bins.end = capture->in_bins ? G_MININT64 : G_MAXINT64;
  return sluice_decoder_process_ask (capture->process, capture->bins.end, error);
}

/* Where a bin ends of which only what was read until now is there. */
static gint64
get_end (SluiceFileCapture *capture, const SluiceReport *report)
{
  return capture->begun ? MAX (capture->begin, MIN (capture->bins.end, report->last + 1)) : 0;
}

static void
take_report (SluiceFileCapture *capture, SluiceReport *report, const SluiceDecoderAnswer *answer, gint64 *begin_out,
             gint64 *end_out)
{
  if (capture->begun && capture->begin == 0)
    capture->begin = report->first;
  *begin_out = capture->begin;
  *end_out = capture->begun && !answer->part && !report->ended ? capture->bins.end : get_end (capture, report);
  /* Where time does not matter, a part is as good as another bin. */
  if (answer->part && !capture->in_bins)
    capture->begin = *end_out;
  if (report->ended)
    end_with (capture, report, explain (capture, answer));
}

/* The rest of this bin or the next one is asked for before what came is handed out: both sides have something to do. */
static gboolean
ask_next (SluiceFileCapture *capture, const SluiceDecoderAnswer *answer, GError **error)
{
  if (answer->part)
    return sluice_decoder_process_ask (capture->process, capture->bins.end, error);
  if (!capture->begun)
    sluice_file_bins_init (&capture->bins, capture->size, answer->next);
  capture->begun = TRUE;
  capture->begin = capture->bins.end;
  return sluice_decoder_process_ask (capture->process,
                                     sluice_file_bins_next (&capture->bins, answer->next, get_position (capture)),
                                     error);
}

/**
 * sluice_file_capture_hear:
 * @capture: a capture
 * @report: takes what the bin holds; its @ended and @fault say whether it was the last, and why before the file's end
 * @begin_out: (out): where the bin begins, µs since 1970
 * @end_out: (out): where it ends
 *
 * Begins at the first call; later ones take what has been read. Waits only for the rest of a report that has begun.
 *
 * Returns: whether there is a report; parts of one bin have the same begin, and the last of them says where it ends
 */
SluiceFileWord
sluice_file_capture_hear (SluiceFileCapture *capture, SluiceReport *report, gint64 *begin_out, gint64 *end_out)
{
  SluiceDecoderAnswer answer;
  SluiceDecoderWord word = SLUICE_DECODER_NOTHING;
  gboolean first = !capture->begun;
  g_autoptr (GError) error = NULL;

  if (capture->ended)
    return SLUICE_FILE_NOTHING;
  if (capture->process != NULL)
    word = sluice_decoder_process_hear (capture->process, report, &answer, &error);
  else if (!begin_process (capture, &error))
    word = SLUICE_DECODER_FAILED;
  if (word == SLUICE_DECODER_REPORT)
    {
      note_facts (capture, report, &answer);
      take_report (capture, report, &answer, begin_out, end_out);
      if (!capture->ended && !ask_next (capture, &answer, &error))
        word = SLUICE_DECODER_FAILED;
    }
  if (word == SLUICE_DECODER_FAILED)
    {
      *begin_out = capture->begin;
      *end_out = get_end (capture, report);
      end_with (capture, report, g_strdup (error->message));
    }
  /* The first answer only tells when the first packet is. */
  if (capture->ended)
    return SLUICE_FILE_REPORT;
  if (word != SLUICE_DECODER_REPORT || first)
    return SLUICE_FILE_NOTHING;
  return answer.part && capture->in_bins ? SLUICE_FILE_PART : SLUICE_FILE_REPORT;
}

/**
 * sluice_file_capture_finish:
 * @capture: a capture that has not ended
 * @report: takes what was read since the last report
 * @begin_out: (out): where the bin begins, µs since 1970
 * @end_out: (out): where what was read ends
 *
 * Stops before the file's end, such as that of a standard input that has none. Waits for the process up to its
 * deadline.
 */
void
sluice_file_capture_finish (SluiceFileCapture *capture, SluiceReport *report, gint64 *begin_out, gint64 *end_out)
{
  SluiceDecoderAnswer answer = { 0 };
  g_autoptr (GError) error = NULL;

  *begin_out = capture->begin;
  *end_out = capture->begin;
  if (capture->ended || capture->process == NULL)
    end_with (capture, report, NULL);
  else if (!sluice_decoder_process_report_now (capture->process, report, &answer, &error))
    end_with (capture, report, g_strdup (error->message));
  else
    {
      if (capture->begun && capture->begin == 0)
        *begin_out = report->first;
      note_facts (capture, report, &answer);
      if (report->has_packets)
        *end_out = MAX (*begin_out, MIN (report->last + 1, capture->begun ? capture->bins.end : report->last + 1));
      end_with (capture, report, explain (capture, &answer));
    }
}
