#include "capture/decoder-wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What began is told so often at the most, ms; and telling takes no more than one part in TELL_SHARE of the time. */
#define NEWS_MS 20
#define TELL_SHARE 10
/* However much of a file is asked for at once, a part of it is told so often, ms: whoever waits sees it grow. */
#define PART_MS 1000
/* How many blocks of the kernel's are taken at the most before an answer, so that it has what the links had counted
 * when it was asked for: twice as many as there are. */
#define BLOCKS_MAX 64

/* All of it is the child's; it has one thread. */
typedef struct
{
  SluicePacketReader *reader;
  SluiceDecoder *decoder;
  SluiceReport *report;
  GByteArray *bytes;
  int socket;
  guint n_asked;       /* reports that are awaited */
  gboolean hurry;
  guint n_lost_told;
  gint64 next_news;    /* monotonic, µs */
  gint64 next_part;
  gint64 told_us;      /* how long the last report took */
  gboolean has_news;   /* since the last report */
  gboolean news_told;  /* likewise */
  SluiceLocalFrame local;
} Child;

static guint
fill_descriptors (Child *self, struct pollfd fds_out[SLUICE_DECODER_LINKS_MAX])
{
  int descriptors[SLUICE_DECODER_LINKS_MAX];
  guint n = sluice_packet_reader_get_descriptors (self->reader, descriptors);

  for (guint i = 0; i < n; i++)
    fds_out[i] = (struct pollfd){ .fd = descriptors[i], .events = POLLIN };
  return n;
}

/* Whoever cannot be told anything any more is gone, and so is the use of this process. */
static void
write_all (Child *self, gconstpointer bytes, gsize length)
{
  const guint8 *at = bytes;

  while (length > 0)
    {
      ssize_t n = send (self->socket, at, length, MSG_NOSIGNAL);

      if (n < 0 && errno != EINTR)
        _exit (0);
      at += MAX (n, 0);
      length -= MAX (n, 0);
    }
}

/* Meanwhile packets go on coming, more in a flood than the kernel keeps for as long as the parent may take. */
static void
write_between_packets (Child *self, gconstpointer bytes, gsize length)
{
  struct pollfd fds[SLUICE_DECODER_LINKS_MAX + 1];
  const guint8 *at = bytes;

  while (length > 0)
    {
      ssize_t n = send (self->socket, at, length, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno != EINTR && errno != EAGAIN)
        _exit (0);
      at += MAX (n, 0);
      length -= MAX (n, 0);
      if (n >= 0 || errno != EAGAIN)
        continue;
      fds[0] = (struct pollfd){ .fd = self->socket, .events = POLLOUT };
      poll (fds, 1 + fill_descriptors (self, fds + 1), -1);
      sluice_packet_reader_drain (self->reader);
    }
}

static void
read_all (Child *self, gpointer bytes, gsize length)
{
  guint8 *at = bytes;

  while (length > 0)
    {
      ssize_t n = recv (self->socket, at, length, 0);

      if (n == 0 || (n < 0 && errno != EINTR))
        _exit (0);
      at += MAX (n, 0);
      length -= MAX (n, 0);
    }
}

static void
tell (Child *self, SluiceFrameType type, gconstpointer body, guint32 length)
{
  const SluiceFrameHeader header = { type, length };

  write_all (self, &header, sizeof header);
  write_all (self, body, length);
}

static void
answer (Child *self, SluiceReadResult result)
{
  SluiceReportFrame frame = { 0 };
  SluiceFrameHeader header = { .type = SLUICE_FRAME_TELL_REPORT };
  gint64 begin = g_get_monotonic_time ();
  const char *detail;

  sluice_packet_reader_count_drops (self->reader);
  /* A file's time is that of its packets. */
  if (!sluice_packet_reader_is_file (self->reader))
    sluice_decoder_advance (self->decoder, g_get_real_time () - SLUICE_READER_LATENESS_US);
  if (sluice_decoder_take (self->decoder, self->report))
    result = SLUICE_READ_FULL;
  for (guint i = 0; i < G_N_ELEMENTS (frame.lost); i++)
    frame.lost[i] = (guint8) sluice_packet_reader_is_lost (self->reader, i);
  g_byte_array_set_size (self->bytes, 0);
  sluice_report_write (self->report, self->bytes);
  if (sluice_packet_reader_is_file (self->reader))
    {
      frame.next = sluice_packet_reader_get_next (self->reader);
      frame.ended = result == SLUICE_READ_ENDED;
      frame.part = result == SLUICE_READ_FULL;
      frame.format = sluice_packet_reader_get_format (self->reader, &frame.dlt);
      frame.fault = sluice_packet_reader_get_fault (self->reader, &detail);
      g_strlcpy (frame.detail, detail, sizeof frame.detail);
    }
  header.length = sizeof frame + self->bytes->len;
  write_all (self, &header, sizeof header);
  write_all (self, &frame, sizeof frame);
  self->n_asked--;
  self->hurry = FALSE;
  sluice_decoder_count_new (self->decoder);
  self->has_news = FALSE;
  self->news_told = FALSE;
  self->n_lost_told = sluice_packet_reader_count_lost (self->reader);
  if (sluice_packet_reader_is_file (self->reader))
    write_all (self, self->bytes->data, self->bytes->len);
  else
    write_between_packets (self, self->bytes->data, self->bytes->len);
  self->told_us = g_get_monotonic_time () - begin;
  self->next_part = begin + self->told_us + PART_MS * 1000;
  self->next_news = begin + self->told_us + MAX (NEWS_MS * 1000, self->told_us * TELL_SHARE);
}

/* The parent is trusted, but what makes no sense ends the process all the same. */
static void
hear (Child *self)
{
  SluiceFrameHeader header;
  gint64 until;

  read_all (self, &header, sizeof header);
  if (header.type == SLUICE_FRAME_ASK_REPORT && header.length == sizeof until)
    {
      read_all (self, &until, sizeof until);
      sluice_packet_reader_set_until (self->reader, until);
      self->n_asked++;
    }
  else if (header.type == SLUICE_FRAME_ASK_HURRY && header.length == 0)
    self->hurry = self->n_asked > 0;
  else if (header.type == SLUICE_FRAME_ASK_LOCAL && header.length == sizeof self->local)
    {
      read_all (self, &self->local, sizeof self->local);
      sluice_decoder_set_local (self->decoder, self->local.networks,
                                MIN (self->local.n_networks, SLUICE_DECODER_NETWORKS_MAX),
                                self->local.whole_networks != 0);
    }
  else
    _exit (1);
}

/* Sleeps until the parent speaks or the file has something; nothing is read but for an answer. */
static void
wait_for_file_cb (int fd, gpointer user_data)
{
  Child *self = user_data;

  for (;;)
    {
      struct pollfd fds[] = { { .fd = self->socket, .events = POLLIN },
                              { .fd = self->n_asked > 0 ? fd : -1, .events = POLLIN } };

      if (self->hurry || (self->n_asked > 0 && g_get_monotonic_time () >= self->next_part))
        answer (self, SLUICE_READ_FULL);
      else if (poll (fds, G_N_ELEMENTS (fds), -1) > 0)
        {
          if (fds[0].revents != 0)
            hear (self);
          else if (fds[1].revents != 0)
            return;
        }
    }
}

static void G_GNUC_NORETURN
serve_file (Child *self)
{
  sluice_packet_reader_set_wait (self->reader, wait_for_file_cb, self);
  self->next_part = g_get_monotonic_time () + PART_MS * 1000;
  for (;;)
    {
      while (self->n_asked == 0)
        hear (self);
      answer (self, sluice_packet_reader_read (self->reader));
    }
}

/* The decoder says only once that flows began: it is kept until it is told, or a report has told it. */
static gboolean
has_news (Child *self)
{
  self->has_news |= sluice_decoder_count_new (self->decoder) > 0
                    || sluice_packet_reader_count_lost (self->reader) != self->n_lost_told;
  return self->has_news && !self->news_told;
}

static void G_GNUC_NORETURN
serve_interfaces (Child *self)
{
  struct pollfd fds[SLUICE_DECODER_LINKS_MAX + 1];

  for (;;)
    {
      guint n = fill_descriptors (self, fds + 1);
      gint64 left = has_news (self) ? MAX (self->next_news - g_get_monotonic_time (), 0) : -1;

      fds[0] = (struct pollfd){ .fd = self->socket, .events = POLLIN };
      if (poll (fds, n + 1, left < 0 ? -1 : (int) ((left + 999) / 1000)) < 0)
        continue;
      sluice_packet_reader_drain (self->reader);
      if (fds[0].revents != 0)
        hear (self);
      for (guint i = 0; self->n_asked > 0 && i < BLOCKS_MAX; i++)
        if (sluice_packet_reader_drain (self->reader) == 0)
          break;
      while (self->n_asked > 0)
        answer (self, SLUICE_READ_REACHED);
      if (has_news (self) && g_get_monotonic_time () >= self->next_news)
        {
          tell (self, SLUICE_FRAME_TELL_NEWS, NULL, 0);
          self->news_told = TRUE;
        }
    }
}

/* A terminal tells whole groups of processes to end; this one ends when its parent does. */
static void
quieten_signals (void)
{
  static const int quiet[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU };
  sigset_t none;

  for (int i = 1; i < NSIG; i++)
    signal (i, SIG_DFL);
  for (guint i = 0; i < G_N_ELEMENTS (quiet); i++)
    signal (quiet[i], SIG_IGN);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

/**
 * sluice_decoder_child_run:
 * @reader: opened, not read yet
 * @decoder: what @reader speaks to
 * @report: empty: only malloc() may be called once the process is forked
 * @bytes: likewise
 * @socket: to the parent
 * @nowhere: from sluice_sandbox_open_nowhere()
 * @parent: the parent
 *
 * What the forked process does: gives everything up, then parses packets and answers its parent until that is gone.
 * Other threads of the parent may have held any lock when it was forked: nothing here takes one but malloc(), which
 * the C library mends.
 */
void
sluice_decoder_child_run (
  SluicePacketReader *reader, SluiceDecoder *decoder, SluiceReport *report, GByteArray *bytes, int socket,
  int nowhere, pid_t parent)
{
  Child self = { .reader = reader, .decoder = decoder, .report = report, .bytes = bytes, .socket = socket };
  int keep[SLUICE_DECODER_LINKS_MAX + 1];
  guint n_keep = sluice_packet_reader_get_descriptors (reader, keep);
  SluiceRefusedFrame refused = { 0 };
  int code = 0;

  quieten_signals ();
  prctl (PR_SET_NAME, "sluice-decoder", 0, 0, 0);
  keep[n_keep++] = socket;
  refused.stage = sluice_sandbox_enter (nowhere, keep, n_keep, socket, parent, &code);
  if (refused.stage != SLUICE_SANDBOX_CLOSED)
    {
      refused.code = code;
      tell (&self, SLUICE_FRAME_TELL_REFUSED, &refused, sizeof refused);
      _exit (1);
    }
  tell (&self, SLUICE_FRAME_TELL_READY, NULL, 0);
  if (sluice_packet_reader_is_file (reader))
    serve_file (&self);
  else
    serve_interfaces (&self);
}
