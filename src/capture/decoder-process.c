#include "sluice-config.h"

#include "capture/decoder-process.h"

#include "capture/decoder-wire.h"
#include "model/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK (256 * 1024)

struct _SluiceDecoderProcess
{
  int socket;
  pid_t pid; /* 0: none, or reaped */
  guint n_asked;
  GByteArray *heard;
};

G_DEFINE_QUARK (sluice-decoder-error-quark, sluice_decoder_error)

/* Waits for a process that is as good as ended and says what ended it. */
static char *
reap (SluiceDecoderProcess *process)
{
  int status = 0;
  pid_t reaped = -1;

  if (process->pid > 0)
    {
      /* It has closed its end, or is not wanted any more: a healthy one does not do the first without ending. */
      kill (process->pid, SIGKILL);
      do
        reaped = waitpid (process->pid, &status, 0);
      while (reaped < 0 && errno == EINTR);
    }
  process->pid = 0;
  if (reaped > 0 && WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS)
    return g_strdup (_("The process that parses packets tried what it may not, and was ended."));
  if (reaped > 0 && WIFSIGNALED (status))
    return g_strdup_printf (_("The process that parses packets was ended by a signal (%s)."),
                            strsignal (WTERMSIG (status)));
  return g_strdup (_("The process that parses packets has ended."));
}

static SluiceDecoderWord
fail (SluiceDecoderProcess *process, SluiceDecoderError code, GError **error)
{
  g_autofree char *end = reap (process);

  g_set_error_literal (error, SLUICE_DECODER_ERROR, code,
                       code == SLUICE_DECODER_ERROR_DIED   ? end
                       : code == SLUICE_DECODER_ERROR_LATE
                         ? _("The process that parses packets did not answer, and was ended.")
                         : _("The process that parses packets said what makes no sense, and was ended."));
  return SLUICE_DECODER_FAILED;
}

static gboolean
send_frame (SluiceDecoderProcess *process, SluiceFrameType type, gconstpointer body, guint32 length, GError **error)
{
  SluiceFrameHeader header = { type, length };
  struct iovec parts[] = { { &header, sizeof header }, { (gpointer) body, length } };
  const struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };
  ssize_t n;

  do
    n = sendmsg (process->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n == (ssize_t) (sizeof header + length))
    return TRUE;
  /* Asks are few and small: where there is no room for one, those before it were not read. */
  fail (process, n < 0 && errno != EAGAIN ? SLUICE_DECODER_ERROR_DIED : SLUICE_DECODER_ERROR_LATE, error);
  return FALSE;
}

/* Waits for more until @deadline; FALSE with an error where none came. */
static gboolean
wait_for_more (SluiceDecoderProcess *process, gint64 deadline, GError **error)
{
  for (;;)
    {
      struct pollfd fd = { .fd = process->socket, .events = POLLIN };
      gint64 left = deadline - g_get_monotonic_time ();
      int n = left > 0 ? poll (&fd, 1, (int) (left / 1000 + 1)) : 0;

      if (n > 0)
        return TRUE;
      if (n == 0 || errno != EINTR)
        {
          fail (process, SLUICE_DECODER_ERROR_LATE, error);
          return FALSE;
        }
    }
}

/* Adds what has come to @heard; FALSE with an error at its end. */
static gboolean
read_more (SluiceDecoderProcess *process, gboolean *more_out, GError **error)
{
  guint old = process->heard->len;
  ssize_t n;

  g_byte_array_set_size (process->heard, old + CHUNK);
  do
    n = recv (process->socket, process->heard->data + old, CHUNK, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  g_byte_array_set_size (process->heard, old + MAX (n, 0));
  *more_out = n > 0;
  if (n > 0 || (n < 0 && errno == EAGAIN))
    return TRUE;
  fail (process, SLUICE_DECODER_ERROR_DIED, error);
  return FALSE;
}

/* What each word may be at the least and at the most, before it has come whole. */
static gboolean
is_sane (const SluiceDecoderProcess *process, const SluiceFrameHeader *header)
{
  switch (header->type)
    {
    case SLUICE_FRAME_TELL_READY:
    case SLUICE_FRAME_TELL_NEWS:
      return header->length == 0;
    case SLUICE_FRAME_TELL_REFUSED:
      return header->length == sizeof (SluiceRefusedFrame);
    case SLUICE_FRAME_TELL_REPORT:
      return process->n_asked > 0 && header->length >= sizeof (SluiceReportFrame)
             && header->length <= SLUICE_FRAME_MAX;
    default:
      return FALSE;
    }
}

/* Reads until one frame is whole. @header_out->type is 0 where none has begun; once it has, the rest may take until
 * the deadline. */
static gboolean
read_frame (SluiceDecoderProcess *process, SluiceFrameHeader *header_out, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + SLUICE_DECODER_DEADLINE_MS * 1000;

  header_out->type = 0;
  for (;;)
    {
      SluiceFrameHeader header;
      gboolean more;

      if (process->heard->len >= sizeof header)
        {
          memcpy (&header, process->heard->data, sizeof header);
          if (!is_sane (process, &header))
            {
              fail (process, SLUICE_DECODER_ERROR_INVALID, error);
              return FALSE;
            }
          if (process->heard->len >= sizeof header + header.length)
            {
              *header_out = header;
              return TRUE;
            }
        }
      if (!read_more (process, &more, error))
        return FALSE;
      if (more)
        continue;
      if (process->heard->len == 0)
        return TRUE;
      if (!wait_for_more (process, deadline, error))
        return FALSE;
    }
}

/* At most @size bytes with the NUL, and no part of a character or of an escape. */
static char *
sanitise_to_fit (const char *text, gsize size)
{
  guint characters = (guint) size - 1;
  char *clean = sluice_text_sanitise (text, -1, characters);

  while (strlen (clean) >= size)
    {
      g_free (clean);
      characters -= characters / 8;
      clean = sluice_text_sanitise (text, -1, characters);
    }
  return clean;
}

static gboolean
read_report (SluiceDecoderProcess *process, const guint8 *body, gsize length, SluiceReport *report,
             SluiceDecoderAnswer *answer_out)
{
  SluiceReportFrame frame;
  g_autofree char *detail = NULL;

  memcpy (&frame, body, sizeof frame);
  if (frame.ended > 1 || frame.part > 1 || frame.ended + frame.part > 1 || frame.fault >= SLUICE_READ_N_FAULTS
      || frame.next < 0 || frame.next > SLUICE_REPORT_TIME_MAX
      || frame.format >= SLUICE_READ_N_FORMATS
      || memchr (frame.detail, '\0', sizeof frame.detail) == NULL
      || !sluice_report_read (report, body + sizeof frame, length - sizeof frame, NULL))
    return FALSE;
  detail = sanitise_to_fit (frame.detail, sizeof answer_out->detail);
  answer_out->next = frame.next;
  answer_out->fault = frame.fault;
  memcpy (answer_out->lost, frame.lost, sizeof answer_out->lost);
  answer_out->part = frame.part != 0;
  answer_out->format = frame.format;
  answer_out->dlt = frame.dlt;
  g_strlcpy (answer_out->detail, detail, sizeof answer_out->detail);
  report->ended = frame.ended != 0;
  g_clear_pointer (&report->fault, g_free);
  process->n_asked--;
  return TRUE;
}

/**
 * sluice_decoder_process_hear:
 * @process: a process
 * @report: takes what %SLUICE_DECODER_REPORT brings
 * @answer_out: (out): likewise
 * @error: says what failed: a #SluiceDecoderError
 *
 * Takes the next word of what the process has said. Waits only, up to the deadline, for the rest of one that has begun.
 *
 * Returns: which it is; there may be more until it is %SLUICE_DECODER_NOTHING
 */
SluiceDecoderWord
sluice_decoder_process_hear (
  SluiceDecoderProcess *process, SluiceReport *report, SluiceDecoderAnswer *answer_out, GError **error)
{
  SluiceFrameHeader header;
  SluiceDecoderWord word = SLUICE_DECODER_NOTHING;
  const guint8 *body;

  if (process->socket < 0 || !read_frame (process, &header, error))
    return SLUICE_DECODER_FAILED;
  if (header.type == 0)
    return SLUICE_DECODER_NOTHING;
  body = process->heard->data + sizeof header;
  if (header.type == SLUICE_FRAME_TELL_NEWS)
    word = SLUICE_DECODER_NEWS;
  else if (header.type == SLUICE_FRAME_TELL_REPORT && read_report (process, body, header.length, report, answer_out))
    word = SLUICE_DECODER_REPORT;
  else
    return fail (process, SLUICE_DECODER_ERROR_INVALID, error);
  g_byte_array_remove_range (process->heard, 0, sizeof header + header.length);
  return word;
}

/* The first word: that it is locked up, or that it could not be. */
static gboolean
hear_ready (SluiceDecoderProcess *process, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + SLUICE_DECODER_DEADLINE_MS * 1000;
  SluiceFrameHeader header = { 0 };
  SluiceRefusedFrame refused;
  g_autofree char *word = NULL;

  while (header.type == 0)
    if (!wait_for_more (process, deadline, error) || !read_frame (process, &header, error))
      return FALSE;
  if (header.type == SLUICE_FRAME_TELL_READY)
    {
      g_byte_array_remove_range (process->heard, 0, sizeof header);
      return TRUE;
    }
  memcpy (&refused, process->heard->data + sizeof header, sizeof refused);
  if (header.type != SLUICE_FRAME_TELL_REFUSED || refused.stage == SLUICE_SANDBOX_CLOSED
      || refused.stage >= SLUICE_SANDBOX_N_STAGES)
    {
      fail (process, SLUICE_DECODER_ERROR_INVALID, error);
      return FALSE;
    }
  word = sluice_sandbox_explain (refused.stage, refused.code);
  g_set_error_literal (error, SLUICE_DECODER_ERROR, SLUICE_DECODER_ERROR_REFUSED, word);
  return FALSE;
}

/* Above the three that every program has, which the child would take for its own. */
static int
move_up (int fd)
{
  int moved;

  if (fd < 0 || fd > STDERR_FILENO)
    return fd;
  moved = fcntl (fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close (fd);
  return moved;
}

/* Where children are not waited for, which a program may inherit, the system forgets them when they end, and gives
 * their number to others. */
static void
keep_ended_children (void)
{
  struct sigaction action;

  if (sigaction (SIGCHLD, NULL, &action) == 0
      && (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0))
    {
      action.sa_flags &= ~SA_NOCLDWAIT;
      if (action.sa_handler == SIG_IGN)
        action.sa_handler = SIG_DFL;
      sigaction (SIGCHLD, &action, NULL);
    }
}

static pid_t
fork_child (SluicePacketReader *reader, SluiceDecoder *decoder, int socket)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (CHUNK);
  int nowhere = sluice_sandbox_open_nowhere ();
  pid_t parent = getpid ();
  sigset_t all, old;
  pid_t pid;

  keep_ended_children ();
  /* No handler of the parent's may run in the child before they are gone. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  pid = fork ();
  if (pid == 0)
    sluice_decoder_child_run (reader, decoder, report, bytes, socket, nowhere, parent);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  if (nowhere >= 0)
    close (nowhere);
  return pid;
}

/**
 * sluice_decoder_process_new:
 * @reader: (transfer full): opened, not read yet
 * @decoder: (transfer full): what @reader speaks to
 * @error: a #SluiceDecoderError
 *
 * Lets the packets come and forks a child that has both, has proven that it is locked up, and is asked from now on. The
 * child ends with the thread that calls this.
 *
 * Returns: (transfer full) (nullable): the process
 */
SluiceDecoderProcess *
sluice_decoder_process_new (SluicePacketReader *reader, SluiceDecoder *decoder, GError **error)
{
  g_autoptr (SluiceDecoderProcess) process = NULL;
  int pair[2] = { -1, -1 };
  pid_t pid = -1;
  int code;

  sluice_packet_reader_begin (reader);
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0)
    {
      pair[1] = move_up (pair[1]);
      pid = fork_child (reader, decoder, pair[1]);
    }
  code = errno;
  sluice_packet_reader_free (reader);
  sluice_decoder_free (decoder);
  if (pair[1] >= 0)
    close (pair[1]);
  if (pid < 0)
    {
      g_set_error (error, SLUICE_DECODER_ERROR, SLUICE_DECODER_ERROR_FAILED,
                   _("The process that parses packets could not be started: %s."), g_strerror (code));
      if (pair[0] >= 0)
        close (pair[0]);
      return NULL;
    }
  process = sluice_decoder_process_new_for_peer (pair[0], pid);
  return hear_ready (process, error) ? g_steal_pointer (&process) : NULL;
}

/**
 * sluice_decoder_process_try:
 * @error: what it could not do: a #SluiceDecoderError
 *
 * Starts a process that parses nothing and ends it. Takes a few milliseconds.
 *
 * Returns: whether such a process can lock itself up here
 */
gboolean
sluice_decoder_process_try (GError **error)
{
  g_autoptr (SluiceDecoderProcess) process
      = sluice_decoder_process_new (sluice_packet_reader_new (), sluice_decoder_new (1 << 20), error);

  return process != NULL;
}

/**
 * sluice_decoder_process_new_for_peer:
 * @socket: (transfer full): a stream socket to what has said already that it is ready
 * @pid: the child behind it, to be ended and reaped; 0 is none
 *
 * Returns: (transfer full): the process
 */
SluiceDecoderProcess *
sluice_decoder_process_new_for_peer (int socket, pid_t pid)
{
  SluiceDecoderProcess *process = g_new0 (SluiceDecoderProcess, 1);

  process->socket = socket;
  process->pid = pid;
  process->heard = g_byte_array_new ();
  return process;
}

static gpointer
reap_thread (gpointer data)
{
  while (waitpid (GPOINTER_TO_INT (data), NULL, 0) < 0 && errno == EINTR)
    ;
  return NULL;
}

/* As it ends, the kernel takes 30 ms and more for each interface that it had open: nobody waits for that. */
static void
end_child (SluiceDecoderProcess *process)
{
  GThread *thread;

  kill (process->pid, SIGKILL);
  thread = g_thread_try_new ("sluice-reaper", reap_thread, GINT_TO_POINTER (process->pid), NULL);
  if (thread != NULL)
    g_thread_unref (thread);
  else
    g_free (reap (process));
}

void
sluice_decoder_process_free (SluiceDecoderProcess *process)
{
  if (process->pid > 0)
    end_child (process);
  close (process->socket);
  g_byte_array_unref (process->heard);
  g_free (process);
}

/**
 * sluice_decoder_process_get_descriptor:
 * @process: a process
 *
 * Returns: a descriptor that can be read when the process has said something or is gone
 */
int
sluice_decoder_process_get_descriptor (SluiceDecoderProcess *process)
{
  return process->socket;
}

/**
 * sluice_decoder_process_get_pid:
 * @process: a process
 *
 * Returns: its id; 0 once it is known to have ended
 */
pid_t
sluice_decoder_process_get_pid (SluiceDecoderProcess *process)
{
  return process->pid;
}

/**
 * sluice_decoder_process_set_local:
 * @process: a process
 * @networks: this machine's addresses
 * @n_networks: how many; those beyond %SLUICE_DECODER_NETWORKS_MAX are left out
 * @whole_networks: whether their whole networks are local
 * @error: a #SluiceDecoderError
 *
 * Returns: whether that could be said
 */
gboolean
sluice_decoder_process_set_local (SluiceDecoderProcess *process,
                                  const SluiceInterfaceAddress *networks,
                                  guint n_networks,
                                  gboolean whole_networks,
                                  GError **error)
{
  g_autofree SluiceLocalFrame *frame = g_new0 (SluiceLocalFrame, 1);

  frame->whole_networks = whole_networks;
  frame->n_networks = MIN (n_networks, SLUICE_DECODER_NETWORKS_MAX);
  if (frame->n_networks > 0)
    memcpy (frame->networks, networks, frame->n_networks * sizeof *networks);
  return send_frame (process, SLUICE_FRAME_ASK_LOCAL, frame, sizeof *frame, error);
}

/**
 * sluice_decoder_process_ask:
 * @process: a process
 * @until: of a file, up to which time, µs since 1970; no matter for interfaces
 * @error: a #SluiceDecoderError
 *
 * Asks for a report, which sluice_decoder_process_hear() brings.
 *
 * Returns: whether that could be said
 */
gboolean
sluice_decoder_process_ask (SluiceDecoderProcess *process, gint64 until, GError **error)
{
  process->n_asked++;
  return send_frame (process, SLUICE_FRAME_ASK_REPORT, &until, sizeof until, error);
}

/**
 * sluice_decoder_process_report_now:
 * @process: a process
 * @report: takes what was seen since the last report
 * @answer_out: (out): what comes with it
 * @error: a #SluiceDecoderError
 *
 * Asks for a report, or has one that was asked for hurried up, and waits for it until the deadline. News on the way are
 * in it.
 *
 * Returns: whether it came
 */
gboolean
sluice_decoder_process_report_now (
  SluiceDecoderProcess *process, SluiceReport *report, SluiceDecoderAnswer *answer_out, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + SLUICE_DECODER_DEADLINE_MS * 1000;
  SluiceDecoderWord word = SLUICE_DECODER_NOTHING;

  if (process->n_asked == 0 && !sluice_decoder_process_ask (process, G_MAXINT64, error))
    return FALSE;
  if (!send_frame (process, SLUICE_FRAME_ASK_HURRY, NULL, 0, error))
    return FALSE;
  while (word != SLUICE_DECODER_REPORT)
    {
      word = sluice_decoder_process_hear (process, report, answer_out, error);
      if (word == SLUICE_DECODER_FAILED
          || (word == SLUICE_DECODER_NOTHING && !wait_for_more (process, deadline, error)))
        return FALSE;
      if (word == SLUICE_DECODER_NEWS && g_get_monotonic_time () > deadline)
        return fail (process, SLUICE_DECODER_ERROR_LATE, error) == SLUICE_DECODER_REPORT;
    }
  return TRUE;
}
