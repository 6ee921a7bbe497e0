#include "sluice-config.h"

#include "capture/live-capture.h"

#include "capture/decoder-process.h"
#include "capture/direction.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* After news of interfaces their table is looked at once, so long later: news come in heaps. */
#define SETTLE_MS 100
/* A process that died is replaced so long later. */
#define RETRY_MS 3000
/* However often the process says that there is news, it is asked so often at the most, ms, and for no more than one
 * part in NEWS_SHARE of the time; and it says no more than so many words at once. */
#define NEWS_MS 20
#define NEWS_SHARE 10
#define WORDS_MAX 64

/**
 * Opened:
 * @reader: (nullable): %NULL where nothing is open
 * @decoder: (nullable): likewise
 * @instances: guint64 a captured link, in the decoder's order
 * @tried: guint64: the interfaces that were opened, cannot be, or are too many
 *
 * What the next process is to have: opening and closing take the kernel long, and capturing goes on meanwhile.
 */
typedef struct
{
  SluicePacketReader *reader;
  SluiceDecoder *decoder;
  GArray *instances;
  GArray *tried;
} Opened;

struct _SluiceLiveCapture
{
  SluiceLinkTable *links;
  gboolean every;
  char **names;
  gboolean listed;
  GArray *asked; /* guint64: the interfaces that had one of @names; they stay in scope under another */
  SluiceDecoderProcess *process; /* NULL: none; there is one from the first update on, where it can be had */
  GArray *instances; /* as in #Opened, of @process */
  GArray *tried;     /* likewise, without those that are lost */
  Opened next;
  GArray *networks;              /* SluiceInterfaceAddress: what the process was told */
  guint64 serial;                /* of the table, when it was last looked at */
  guint64 run;
  gboolean dirty; /* interfaces are to be opened anew */
  gint64 retry_at; /* monotonic, µs */
  int epoll;
  int netlink;
  int timer;
  gboolean timer_set;
  int waker;
  int pause;
  gboolean news; /* said, and not asked for yet */
  gint64 news_at; /* when it may be, monotonic, µs */
  char *fault;
};

static void
arm_timer (SluiceLiveCapture *capture, guint ms)
{
  const struct itimerspec when = { .it_value = { ms / 1000, (long) (ms % 1000) * 1000000 } };

  if (!capture->timer_set && timerfd_settime (capture->timer, 0, &when, NULL) == 0)
    capture->timer_set = TRUE;
}

static void
keep_fault (SluiceLiveCapture *capture, const char *fault)
{
  if (capture->fault == NULL)
    capture->fault = g_strdup (fault);
}

static gboolean
contains (const GArray *instances, guint64 instance)
{
  for (guint i = 0; i < instances->len; i++)
    if (g_array_index (instances, guint64, i) == instance)
      return TRUE;
  return FALSE;
}

static gboolean
is_wanted (SluiceLiveCapture *capture, const SluiceLink *link)
{
  guint64 instance = link->record->instance;

  if (link->gone || !link->record->up)
    return FALSE;
  if (capture->names == NULL)
    return capture->every || link->listed;
  if (contains (capture->asked, instance))
    return TRUE;
  if (!g_strv_contains ((const char *const *) capture->names, link->raw_name))
    return capture->listed && link->listed;
  g_array_append_val (capture->asked, instance);
  return TRUE;
}

static void
forget (GArray *instances, guint64 instance)
{
  for (guint i = 0; i < instances->len; i++)
    if (g_array_index (instances, guint64, i) == instance)
      g_array_remove_index_fast (instances, i--);
}

/* Whether all that is wanted was tried, and nothing is captured that is not wanted. One that is gone or down is lost:
 * that is no reason to begin anew, and with that to forget all flows and names, but it is when it comes again. */
static gboolean
is_covered (SluiceLiveCapture *capture, GArray *tried, const GArray *instances)
{
  gboolean covered = TRUE;

  for (guint i = 0; i < sluice_link_table_get_length (capture->links); i++)
    {
      const SluiceLink *link = sluice_link_table_get (capture->links, i);
      guint64 instance = link->record->instance;

      if (is_wanted (capture, link))
        covered &= contains (tried, instance);
      else if (link->gone || !link->record->up)
        forget (tried, instance);
      else
        covered &= !contains (instances, instance);
    }
  return covered;
}

/**
 * sluice_live_capture_is_current:
 * @capture: a capture
 *
 * Returns: whether sluice_live_capture_update() has nothing to do but to tell addresses
 */
gboolean
sluice_live_capture_is_current (SluiceLiveCapture *capture)
{
  if (capture->dirty)
    return g_get_monotonic_time () < capture->retry_at;
  return is_covered (capture, capture->tried, capture->instances);
}

static GArray *
list_networks (SluiceLiveCapture *capture)
{
  GArray *networks = g_array_new (FALSE, FALSE, sizeof (SluiceInterfaceAddress));

  for (guint i = 0; i < sluice_link_table_get_length (capture->links); i++)
    {
      const SluiceInterface *record = sluice_link_table_get (capture->links, i)->record;

      g_array_append_vals (networks, record->addresses, record->n_addresses);
    }
  return networks;
}

static gboolean
networks_equal (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const SluiceInterfaceAddress *one = &g_array_index (a, SluiceInterfaceAddress, i);
      const SluiceInterfaceAddress *other = &g_array_index (b, SluiceInterfaceAddress, i);

      if (one->prefix_length != other->prefix_length || !sluice_address_equal (&one->address, &other->address))
        return FALSE;
    }
  return TRUE;
}

static guint
count_wanted (SluiceLiveCapture *capture)
{
  guint n = 0;

  for (guint i = 0; i < sluice_link_table_get_length (capture->links); i++)
    n += is_wanted (capture, sluice_link_table_get (capture->links, i));
  return n;
}

/* "02:fc:00:00:00:01"; whatever has another length is no Ethernet's. */
static gboolean
read_hardware (const char *text, guint8 hardware_out[SLUICE_HARDWARE_ADDRESS_SIZE])
{
  if (text == NULL || strlen (text) != 3 * SLUICE_HARDWARE_ADDRESS_SIZE - 1)
    return FALSE;
  for (guint i = 0; i < SLUICE_HARDWARE_ADDRESS_SIZE; i++)
    {
      int high = g_ascii_xdigit_value (text[3 * i]), low = g_ascii_xdigit_value (text[3 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      hardware_out[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

static gboolean
open_link (Opened *next, const SluiceLink *link, GError **error)
{
  guint8 hardware[SLUICE_HARDWARE_ADDRESS_SIZE];

  if (!sluice_packet_reader_add_interface (next->reader, next->decoder, link->raw_name,
                                           link->record->kind == SLUICE_INTERFACE_LOOPBACK, error))
    return FALSE;
  if (read_hardware (link->record->hardware_address, hardware))
    sluice_decoder_set_hardware (next->decoder, next->instances->len, hardware);
  g_array_append_val (next->tried, link->record->instance);
  g_array_append_val (next->instances, link->record->instance);
  return TRUE;
}

static void
close_next (SluiceLiveCapture *capture)
{
  g_clear_pointer (&capture->next.reader, sluice_packet_reader_free);
  g_clear_pointer (&capture->next.decoder, sluice_decoder_free);
  g_array_set_size (capture->next.instances, 0);
  g_array_set_size (capture->next.tried, 0);
}

/* Opens what is in scope. One that has vanished in between is no fault; the news of it are on their way. Another that
 * cannot be opened is no reason to leave the rest alone, unless there is none or nothing may be read. */
static gboolean
open_links (SluiceLiveCapture *capture, GError **error)
{
  Opened *next = &capture->next;
  g_autoptr (GError) first = NULL;

  if (next->reader == NULL)
    {
      next->reader = sluice_packet_reader_new ();
      next->decoder = sluice_decoder_new (SLUICE_DECODER_MEMORY);
      sluice_packet_reader_set_shares (next->reader, count_wanted (capture));
    }
  for (guint i = 0; i < sluice_link_table_get_length (capture->links); i++)
    {
      const SluiceLink *link = sluice_link_table_get (capture->links, i);
      g_autoptr (GError) cause = NULL;

      if (!is_wanted (capture, link))
        continue;
      if (next->instances->len == SLUICE_DECODER_LINKS_MAX)
        g_array_append_val (next->tried, link->record->instance);
      else if (!open_link (next, link, &cause)
               && !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
               && !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
        {
          g_array_append_val (next->tried, link->record->instance);
          if (first == NULL || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
            {
              g_clear_error (&first);
              first = g_steal_pointer (&cause);
            }
        }
    }
  if (first == NULL)
    return TRUE;
  if (next->instances->len == 0 || g_error_matches (first, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      close_next (capture);
      g_propagate_error (error, g_steal_pointer (&first));
      return FALSE;
    }
  keep_fault (capture, first->message);
  return TRUE;
}

static void
end_process (SluiceLiveCapture *capture)
{
  g_clear_pointer (&capture->process, sluice_decoder_process_free);
  g_array_set_size (capture->instances, 0);
  g_array_set_size (capture->tried, 0);
}

static gboolean
begin_process (SluiceLiveCapture *capture, GError **error)
{
  struct epoll_event event = { .events = EPOLLIN };
  GArray *spare[] = { capture->instances, capture->tried };

  if (capture->next.reader == NULL && !open_links (capture, error))
    return FALSE;
  end_process (capture);
  capture->instances = capture->next.instances;
  capture->tried = capture->next.tried;
  capture->next.instances = spare[0];
  capture->next.tried = spare[1];
  if (capture->instances->len == 0)
    {
      close_next (capture);
      return TRUE;
    }
  sluice_decoder_set_local (capture->next.decoder,
                            (const SluiceInterfaceAddress *) (gpointer) capture->networks->data,
                            MIN (capture->networks->len, SLUICE_DECODER_NETWORKS_MAX), FALSE);
  capture->process = sluice_decoder_process_new (g_steal_pointer (&capture->next.reader),
                                                 g_steal_pointer (&capture->next.decoder), error);
  if (capture->process == NULL)
    return FALSE;
  capture->run++;
  /* Closing it takes it out again. */
  event.data.fd = sluice_decoder_process_get_descriptor (capture->process);
  epoll_ctl (capture->epoll, EPOLL_CTL_ADD, event.data.fd, &event);
  return TRUE;
}

static void
lose_process (SluiceLiveCapture *capture, const char *fault)
{
  keep_fault (capture, fault);
  end_process (capture);
  capture->dirty = TRUE;
  capture->retry_at = g_get_monotonic_time () + RETRY_MS * 1000;
  capture->timer_set = FALSE;
  arm_timer (capture, RETRY_MS + 1);
}

static void
tell_networks (SluiceLiveCapture *capture)
{
  g_autoptr (GArray) networks = list_networks (capture);
  g_autoptr (GError) error = NULL;

  if (networks_equal (networks, capture->networks))
    return;
  g_array_unref (capture->networks);
  capture->networks = g_steal_pointer (&networks);
  if (capture->process != NULL
      && !sluice_decoder_process_set_local (capture->process,
                                            (const SluiceInterfaceAddress *) (gpointer) capture->networks->data,
                                            capture->networks->len, FALSE, &error))
    lose_process (capture, error->message);
}

/**
 * sluice_live_capture_prepare:
 * @capture: a capture
 *
 * Opens what sluice_live_capture_update() is going to need, which takes some 15 ms an interface, while capturing goes
 * on. Before the last report of the process is read, so that next to nothing is lost in between.
 *
 * Returns: whether it took its time
 */
gboolean
sluice_live_capture_prepare (SluiceLiveCapture *capture)
{
  g_autoptr (GError) error = NULL;

  if (sluice_live_capture_is_current (capture)
      || (capture->next.reader != NULL && is_covered (capture, capture->next.tried, capture->next.instances)))
    return FALSE;
  if (!open_links (capture, &error))
    lose_process (capture, error->message);
  return TRUE;
}

/**
 * sluice_live_capture_update:
 * @capture: a capture
 *
 * Has those interfaces captured that are in scope and up, as the table of links has them now, and the process know this
 * machine's addresses. Whatever was not read of the last process is lost: read first. Nothing happens where nothing
 * has changed; and where the last process goes on, what was not prepared yet waits.
 */
void
sluice_live_capture_update (SluiceLiveCapture *capture)
{
  guint64 serial = sluice_link_table_get_serial (capture->links);
  g_autoptr (GError) error = NULL;

  if (serial == capture->serial && !capture->dirty && capture->next.reader == NULL)
    return;
  capture->serial = serial;
  tell_networks (capture);
  if (sluice_live_capture_is_current (capture))
    {
      close_next (capture);
      return;
    }
  if (capture->next.reader == NULL && capture->process != NULL)
    {
      arm_timer (capture, SETTLE_MS);
      return;
    }
  capture->dirty = FALSE;
  if (!begin_process (capture, &error))
    lose_process (capture, error->message);
  else if (!sluice_live_capture_is_current (capture))
    arm_timer (capture, SETTLE_MS);
}

static int
open_netlink (void)
{
  const struct sockaddr_nl address
      = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (const struct sockaddr *) &address, sizeof address) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

static gboolean
follow (SluiceLiveCapture *capture, int fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

  return fd >= 0 && epoll_ctl (capture->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/**
 * sluice_live_capture_new:
 * @links: a table that has been refreshed; outlives the capture
 * @scope: which interfaces
 * @error: %G_IO_ERROR_PERMISSION_DENIED where packets may not be read, or what else stands in the way
 *
 * Opens the interfaces, but captures nothing yet: the first sluice_live_capture_update() begins, on the thread that
 * goes on with it, because a process that it starts ends with that thread.
 *
 * Returns: (transfer full) (nullable): the capture
 */
SluiceLiveCapture *
sluice_live_capture_new (SluiceLinkTable *links, const SluiceMeterScope *scope, GError **error)
{
  g_autoptr (SluiceLiveCapture) capture = g_new0 (SluiceLiveCapture, 1);

  capture->links = links;
  capture->every = scope->every;
  capture->names = g_strdupv (scope->names);
  capture->listed = scope->listed;
  capture->instances = g_array_new (FALSE, FALSE, sizeof (guint64));
  capture->tried = g_array_new (FALSE, FALSE, sizeof (guint64));
  capture->next.instances = g_array_new (FALSE, FALSE, sizeof (guint64));
  capture->next.tried = g_array_new (FALSE, FALSE, sizeof (guint64));
  capture->asked = g_array_new (FALSE, FALSE, sizeof (guint64));
  capture->networks = g_array_new (FALSE, FALSE, sizeof (SluiceInterfaceAddress));
  capture->dirty = TRUE;
  capture->epoll = epoll_create1 (EPOLL_CLOEXEC);
  capture->netlink = open_netlink ();
  capture->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  capture->waker = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  capture->pause = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (capture->epoll < 0 || !follow (capture, capture->netlink) || !follow (capture, capture->timer)
      || !follow (capture, capture->waker) || !follow (capture, capture->pause))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Packets cannot be read: %s."),
                   g_strerror (errno));
      return NULL;
    }
  /* Whether packets may be read at all is found out here, where it can still be said in time. */
  return open_links (capture, error) ? g_steal_pointer (&capture) : NULL;
}

void
sluice_live_capture_free (SluiceLiveCapture *capture)
{
  g_clear_pointer (&capture->process, sluice_decoder_process_free);
  for (guint i = 0; i < 5; i++)
    {
      int fd = (int[]){ capture->epoll, capture->netlink, capture->timer, capture->waker, capture->pause }[i];

      if (fd >= 0)
        close (fd);
    }
  close_next (capture);
  g_array_unref (capture->next.instances);
  g_array_unref (capture->next.tried);
  g_array_unref (capture->instances);
  g_array_unref (capture->tried);
  g_array_unref (capture->asked);
  g_array_unref (capture->networks);
  g_strfreev (capture->names);
  g_free (capture->fault);
  g_free (capture);
}

/**
 * sluice_live_capture_get_descriptor:
 * @capture: a capture
 *
 * Returns: can be read when sluice_live_capture_dispatch() has something to do; the same for the capture's life
 */
int
sluice_live_capture_get_descriptor (SluiceLiveCapture *capture)
{
  return capture->epoll;
}

/**
 * sluice_live_capture_get_run:
 * @capture: a capture
 *
 * Returns: another number after each start of a process: its links and its flows' slots are others
 */
guint64
sluice_live_capture_get_run (SluiceLiveCapture *capture)
{
  return capture->run;
}

/**
 * sluice_live_capture_get_instances:
 * @capture: a capture
 * @n_out: (out): how many
 *
 * Returns: which interfaces a report's links are, valid until the next update
 */
const guint64 *
sluice_live_capture_get_instances (SluiceLiveCapture *capture, guint *n_out)
{
  *n_out = capture->instances->len;
  return (const guint64 *) (gpointer) capture->instances->data;
}

static void
set_alarm (int timer, gint64 time)
{
  const struct itimerspec when = { .it_value = { time / G_USEC_PER_SEC, time % G_USEC_PER_SEC * 1000 } };

  timerfd_settime (timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Takes all that the process has said: what stays behind in the buffer would wake nobody. */
static void
hear_words (SluiceLiveCapture *capture, SluiceReport *report)
{
  SluiceDecoderWord word = SLUICE_DECODER_NEWS;
  SluiceDecoderAnswer answer;

  for (guint i = 0; word != SLUICE_DECODER_NOTHING && i < WORDS_MAX && capture->process != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      word = sluice_decoder_process_hear (capture->process, report, &answer, &error);
      capture->news |= word == SLUICE_DECODER_NEWS;
      if (word == SLUICE_DECODER_FAILED)
        lose_process (capture, error->message);
    }
  if (word == SLUICE_DECODER_NEWS && capture->process != NULL)
    lose_process (capture, _("The process that parses packets said what makes no sense, and was ended."));
  if (capture->news && capture->process != NULL && capture->news_at > g_get_monotonic_time ())
    set_alarm (capture->pause, capture->news_at);
}

/* One that is lost is opened anew if it is still there, or again, when its table has settled. */
static void
mind_lost (SluiceLiveCapture *capture, const SluiceDecoderAnswer *answer)
{
  for (guint i = 0; i < capture->instances->len; i++)
    if (answer->lost[i] && contains (capture->tried, g_array_index (capture->instances, guint64, i)))
      {
        forget (capture->tried, g_array_index (capture->instances, guint64, i));
        arm_timer (capture, SETTLE_MS);
      }
}

/**
 * sluice_live_capture_read:
 * @capture: a capture
 * @report: takes what was seen since the last report
 *
 * Waits for the process up to its deadline.
 *
 * Returns: whether there is a report; where not, there is no process, or sluice_live_capture_take_fault() says why
 */
gboolean
sluice_live_capture_read (SluiceLiveCapture *capture, SluiceReport *report)
{
  gint64 begin = g_get_monotonic_time ();
  SluiceDecoderAnswer answer;
  g_autoptr (GError) error = NULL;
  gint64 end;

  capture->news = FALSE;
  if (capture->process == NULL)
    return FALSE;
  if (!sluice_decoder_process_report_now (capture->process, report, &answer, &error))
    {
      lose_process (capture, error->message);
      return FALSE;
    }
  end = g_get_monotonic_time ();
  capture->news_at = end + MAX (NEWS_MS * 1000, NEWS_SHARE * (end - begin));
  mind_lost (capture, &answer);
  hear_words (capture, report);
  return TRUE;
}

/* What is said too early is asked for when the pause is over. */
static gboolean
hear_process (SluiceLiveCapture *capture, SluiceReport *report)
{
  hear_words (capture, report);
  return capture->news && g_get_monotonic_time () >= capture->news_at && sluice_live_capture_read (capture, report);
}

static void
drain_netlink (SluiceLiveCapture *capture)
{
  char buffer[16384];

  /* What they say is asked of the table; an overrun says as much. */
  while (recv (capture->netlink, buffer, sizeof buffer, MSG_DONTWAIT) > 0 || errno == ENOBUFS)
    errno = 0;
}

/**
 * sluice_live_capture_dispatch:
 * @capture: a capture
 * @report: takes what was seen since the last report
 *
 * Does what the descriptor has woken for.
 *
 * Returns: what came of it
 */
SluiceLiveEvents
sluice_live_capture_dispatch (SluiceLiveCapture *capture, SluiceReport *report)
{
  struct epoll_event events[5];
  guint64 count;
  SluiceLiveEvents result = 0;
  int n = epoll_wait (capture->epoll, events, G_N_ELEMENTS (events), 0);

  for (int i = 0; i < n; i++)
    if (events[i].data.fd == capture->netlink)
      {
        drain_netlink (capture);
        arm_timer (capture, SETTLE_MS);
      }
    else if (events[i].data.fd == capture->timer)
      {
        if (read (capture->timer, &count, sizeof count) > 0)
          capture->timer_set = FALSE;
        result |= SLUICE_LIVE_LINKS;
      }
    else if (events[i].data.fd == capture->waker)
      {
        if (read (capture->waker, &count, sizeof count) > 0)
          result |= SLUICE_LIVE_WAKE;
      }
    else
      {
        if (events[i].data.fd == capture->pause && read (capture->pause, &count, sizeof count) < 0)
          continue;
        if (capture->process != NULL && hear_process (capture, report))
          result |= SLUICE_LIVE_REPORT;
      }
  return result;
}

/**
 * sluice_live_capture_wake_at:
 * @capture: a capture
 * @time: monotonic, µs; 0 for never
 *
 * Has the descriptor wake once more; another time takes the place of this one.
 */
void
sluice_live_capture_wake_at (SluiceLiveCapture *capture, gint64 time)
{
  set_alarm (capture->waker, time);
}

/**
 * sluice_live_capture_take_fault:
 * @capture: a capture
 *
 * Returns: (transfer full) (nullable): what went wrong since the last call, in one sentence
 */
char *
sluice_live_capture_take_fault (SluiceLiveCapture *capture)
{
  return g_steal_pointer (&capture->fault);
}
