#include "sluice-config.h"

#include "owner/connect-trace.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/*
 * The kernel has a tracepoint where a TCP socket goes from one state to another, and perf_event_open(2) hands on what
 * passes it. A socket begins to connect in the thread that asks for it, before it has a port; it is connected in
 * whatever the processor does when the answer comes, and has its addresses and ports then.
 */

#define EVENT "events/sock/inet_sock_set_state/"
/* SYN_SENT of the kernel's tcp_states.h. The first wakes whoever waits; the second is in time whenever it is read. */
#define BEGINS "protocol == 6 && newstate == 2"
#define ENDS "protocol == 6 && oldstate == 2"
#define STATE_SYN_SENT 2
/* A ring for each processor: a power of two of pages after the first, for some 40 events each. Where there are very
 * many processors each has less. */
#define RING_PAGES_MAX 32
#define RING_PAGES_MIN 8
#define ALL_RINGS_PAGES 1024
/* An event is some hundred bytes. */
#define RECORD_MAX 512
#define TEXT_MAX 8192
#define EPOLL_EVENTS 64
/* Rings that have come to their end are opened anew so often at the most, µs. */
#define RENEWAL_PAUSE (10 * G_USEC_PER_SEC)

typedef struct
{
  int begins;
  int ends;
  struct perf_event_mmap_page *page; /* NULL: not mapped yet */
} Ring;

struct _SluiceConnectTrace
{
  SluiceConnectField fields[SLUICE_CONNECT_N_FIELDS];
  GArray *rings; /* Ring */
  gsize ring_size; /* with the first page */
  int wakers; /* an epoll of the rings */
  int timer; /* ends a pause */
  int descriptor; /* an epoll of both */
  gboolean paused;
  gint64 id; /* of the event */
  gint64 slept; /* for how long this machine had, when the rings were opened, µs */
  gint64 next_renewal; /* not before, monotonic, µs */
  gboolean over; /* some ring is */
};

/* What stands before the raw data of a record, as it is asked for (perf_event_open(2)). */
typedef struct
{
  struct perf_event_header header;
  guint32 pid;
  guint32 tid;
  guint64 time;
  guint32 size;
} Sample;

#define RAW_OFFSET (G_STRUCT_OFFSET (Sample, size) + sizeof (guint32))

static gboolean
read_file (int folder, const char *path, char text_out[TEXT_MAX])
{
  int fd = openat (folder, path, O_RDONLY | O_CLOEXEC);
  gsize length = 0;
  gssize n = -1;

  if (fd < 0)
    return FALSE;
  while (length < TEXT_MAX - 1 && (n = read (fd, text_out + length, TEXT_MAX - 1 - length)) > 0)
    length += (gsize) n;
  close (fd);
  text_out[length] = '\0';
  return n == 0;
}

/* Where the files that describe tracepoints are. Where they are not mounted they are still to be had by whoever may
 * mount them: a mount that is nowhere is seen by nobody, and gone when it is closed. */
static int
open_folder (void)
{
  int folder = open ("/sys/kernel/tracing/" EVENT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int context, mounted = -1;

  if (folder >= 0)
    return folder;
  context = fsopen ("tracefs", FSOPEN_CLOEXEC);
  if (context < 0)
    return -1;
  if (fsconfig (context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
    mounted = fsmount (context, FSMOUNT_CLOEXEC, 0);
  if (mounted >= 0)
    folder = openat (mounted, EVENT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (mounted >= 0)
    close (mounted);
  close (context);
  return folder;
}

/* Of "\tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;" what belongs to "saddr". */
static gboolean
find_field (const char *text, const char *name, SluiceConnectField *field_out)
{
  gsize length = strlen (name);

  for (const char *at = text; (at = strstr (at, "\tfield:")) != NULL; at++)
    {
      const char *end = strchr (at, ';');
      const char *bracket = end != NULL ? memchr (at, '[', (gsize) (end - at)) : NULL;
      const char *last = bracket != NULL ? bracket : end;
      guint offset, size;
      char *after;

      if (end == NULL || (gsize) (last - at) <= length || last[-(gssize) length - 1] != ' '
          || strncmp (last - length, name, length) != 0 || !g_str_has_prefix (end, ";\toffset:"))
        continue;
      offset = (guint) g_ascii_strtoull (end + strlen (";\toffset:"), &after, 10);
      if (!g_str_has_prefix (after, ";\tsize:"))
        return FALSE;
      size = (guint) g_ascii_strtoull (after + strlen (";\tsize:"), NULL, 10);
      if (size == 0 || offset > RECORD_MAX || size > RECORD_MAX)
        return FALSE;
      *field_out = (SluiceConnectField){ (guint16) offset, (guint16) size };
      return TRUE;
    }
  return FALSE;
}

/**
 * sluice_connect_trace_parse_format:
 * @text: the content of the event's "format" file (Documentation/trace/events.rst)
 * @fields_out: (out): where its fields are; undefined where not all are there
 *
 * Returns: whether it has all that is needed, in the sizes that are expected
 */
gboolean
sluice_connect_trace_parse_format (const char *text, SluiceConnectField fields_out[SLUICE_CONNECT_N_FIELDS])
{
  static const struct
  {
    const char *name;
    guint16 size; /* 0: a pointer's */
  } fields[SLUICE_CONNECT_N_FIELDS] = {
    [SLUICE_CONNECT_SOCKET] = { "skaddr", 0 },
    [SLUICE_CONNECT_OLD_STATE] = { "oldstate", 4 },
    [SLUICE_CONNECT_NEW_STATE] = { "newstate", 4 },
    [SLUICE_CONNECT_LOCAL_PORT] = { "sport", 2 },
    [SLUICE_CONNECT_REMOTE_PORT] = { "dport", 2 },
    [SLUICE_CONNECT_FAMILY] = { "family", 2 },
    [SLUICE_CONNECT_LOCAL_IPV4] = { "saddr", 4 },
    [SLUICE_CONNECT_REMOTE_IPV4] = { "daddr", 4 },
    [SLUICE_CONNECT_LOCAL_IPV6] = { "saddr_v6", 16 },
    [SLUICE_CONNECT_REMOTE_IPV6] = { "daddr_v6", 16 },
  };

  for (guint i = 0; i < SLUICE_CONNECT_N_FIELDS; i++)
    if (!find_field (text, fields[i].name, &fields_out[i])
        || (fields[i].size != 0 ? fields_out[i].size != fields[i].size
                                : fields_out[i].size != 4 && fields_out[i].size != 8))
      return FALSE;
  return TRUE;
}

/* -1 with errno set where there is no such event, or not as it is known here. */
static gint64
read_event (SluiceConnectTrace *trace)
{
  int folder = open_folder ();
  char text[TEXT_MAX];
  guint64 id = 0;

  if (folder < 0)
    return -1;
  if (read_file (folder, "id", text) && g_ascii_isdigit (text[0]))
    id = g_ascii_strtoull (text, NULL, 10);
  if (id != 0 && read_file (folder, "format", text) && sluice_connect_trace_parse_format (text, trace->fields))
    {
      close (folder);
      return (gint64) id;
    }
  close (folder);
  errno = ENOTSUP;
  return -1;
}

static int
open_event (gint64 id, int processor, const char *filter, gboolean wakes)
{
  struct perf_event_attr attributes = {
    .type = PERF_TYPE_TRACEPOINT,
    .size = sizeof attributes,
    .config = (guint64) id,
    .sample_period = 1,
    .sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_RAW,
    .wakeup_events = wakes,
    .disabled = TRUE,
    .use_clockid = TRUE,
    .clockid = CLOCK_MONOTONIC,
  };
  int fd = (int) syscall (SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);

  if (fd >= 0 && ioctl (fd, PERF_EVENT_IOC_SET_FILTER, filter) != 0)
    {
      int code = errno;

      close (fd);
      errno = code;
      return -1;
    }
  return fd;
}

static void
ring_clear (Ring *ring, gsize size)
{
  if (ring->page != NULL)
    munmap (ring->page, size);
  if (ring->ends >= 0)
    close (ring->ends);
  if (ring->begins >= 0)
    close (ring->begins);
}

/* Both events of a processor go into one ring. Woken once for each event that asks for it; one that was not waited for
 * must not be told for ever: EPOLLET. */
static gboolean
open_ring (SluiceConnectTrace *trace, gint64 id, int processor)
{
  struct epoll_event waker = { .events = EPOLLIN | EPOLLET };
  Ring ring = { .begins = open_event (id, processor, BEGINS, TRUE), .ends = -1 };
  int code;

  /* A processor that is switched off. */
  if (ring.begins < 0)
    return errno == ENODEV;
  ring.ends = open_event (id, processor, ENDS, FALSE);
  if (ring.ends >= 0)
    {
      ring.page = mmap (NULL, trace->ring_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring.begins, 0);
      if (ring.page == MAP_FAILED)
        ring.page = NULL;
    }
  waker.data.u32 = trace->rings->len;
  if (ring.page != NULL && ioctl (ring.ends, PERF_EVENT_IOC_SET_OUTPUT, ring.begins) == 0
      && epoll_ctl (trace->wakers, EPOLL_CTL_ADD, ring.begins, &waker) == 0
      && ioctl (ring.begins, PERF_EVENT_IOC_ENABLE, 0) == 0 && ioctl (ring.ends, PERF_EVENT_IOC_ENABLE, 0) == 0)
    {
      g_array_append_val (trace->rings, ring);
      return TRUE;
    }
  code = errno;
  ring_clear (&ring, trace->ring_size);
  errno = code;
  return FALSE;
}

static gint64
get_slept (void)
{
  struct timespec boot, monotonic;

  clock_gettime (CLOCK_MONOTONIC, &monotonic);
  clock_gettime (CLOCK_BOOTTIME, &boot);
  return (boot.tv_sec - monotonic.tv_sec) * G_USEC_PER_SEC + (boot.tv_nsec - monotonic.tv_nsec) / 1000;
}

static gboolean
open_rings (SluiceConnectTrace *trace)
{
  long n = sysconf (_SC_NPROCESSORS_CONF);
  long pages = RING_PAGES_MAX;

  while (pages > RING_PAGES_MIN && pages * n > ALL_RINGS_PAGES)
    pages /= 2;
  trace->ring_size = (gsize) ((1 + pages) * sysconf (_SC_PAGESIZE));
  trace->slept = get_slept ();
  trace->over = FALSE;
  for (int i = 0; i < n; i++)
    if (!open_ring (trace, trace->id, i))
      return FALSE;
  return TRUE;
}

static void
close_rings (SluiceConnectTrace *trace)
{
  for (guint i = 0; i < trace->rings->len; i++)
    ring_clear (&g_array_index (trace->rings, Ring, i), trace->ring_size);
  g_array_set_size (trace->rings, 0);
}

static gboolean
open_trace (SluiceConnectTrace *trace)
{
  struct epoll_event event = { .events = EPOLLIN };

  trace->id = read_event (trace);
  if (trace->id < 0)
    return FALSE;
  trace->wakers = epoll_create1 (EPOLL_CLOEXEC);
  trace->descriptor = epoll_create1 (EPOLL_CLOEXEC);
  trace->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (trace->wakers < 0 || trace->descriptor < 0 || trace->timer < 0 || !open_rings (trace))
    return FALSE;
  event.data.fd = trace->timer;
  if (epoll_ctl (trace->descriptor, EPOLL_CTL_ADD, trace->timer, &event) != 0)
    return FALSE;
  event.data.fd = trace->wakers;
  return epoll_ctl (trace->descriptor, EPOLL_CTL_ADD, trace->wakers, &event) == 0;
}

/**
 * sluice_connect_trace_new:
 * @error: says why it cannot be had
 *
 * Takes CAP_PERFMON, and CAP_SYS_ADMIN where tracefs is not mounted.
 *
 * Returns: (transfer full) (nullable): a trace that begins now
 */
SluiceConnectTrace *
sluice_connect_trace_new (GError **error)
{
  g_autoptr (SluiceConnectTrace) trace = g_new0 (SluiceConnectTrace, 1);

  trace->rings = g_array_new (FALSE, FALSE, sizeof (Ring));
  trace->wakers = trace->timer = trace->descriptor = -1;
  if (open_trace (trace))
    return g_steal_pointer (&trace);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("The kernel does not tell who opens a TCP connection (%s); the packets tier may miss programs that "
                  "live for a few milliseconds."),
               g_strerror (errno));
  return NULL;
}

void
sluice_connect_trace_free (SluiceConnectTrace *trace)
{
  close_rings (trace);
  g_array_unref (trace->rings);
  for (guint i = 0; i < 3; i++)
    {
      int fd = (int[]){ trace->descriptor, trace->wakers, trace->timer }[i];

      if (fd >= 0)
        close (fd);
    }
  g_free (trace);
}

/**
 * sluice_connect_trace_get_descriptor:
 * @trace: a trace
 *
 * The kernel forgets that it has woken somebody as soon as that is asked: whoever has waited for the descriptor, in
 * whatever way, calls sluice_connect_trace_read() without asking it again.
 *
 * Returns: can be read when a connection has begun, but for pauses
 */
int
sluice_connect_trace_get_descriptor (SluiceConnectTrace *trace)
{
  return trace->descriptor;
}

static guint64
get_field (const SluiceConnectTrace *trace, const guint8 *raw, guint i)
{
  const guint8 *at = raw + trace->fields[i].offset;
  guint64 long_value;
  guint32 value;
  guint16 short_value;

  switch (trace->fields[i].size)
    {
    case 8:
      memcpy (&long_value, at, sizeof long_value);
      return long_value;
    case 4:
      memcpy (&value, at, sizeof value);
      return value;
    default:
      memcpy (&short_value, at, sizeof short_value);
      return short_value;
    }
}

static gboolean
has_fields (const SluiceConnectTrace *trace, gsize size)
{
  for (guint i = 0; i < SLUICE_CONNECT_N_FIELDS; i++)
    if ((gsize) trace->fields[i].offset + trace->fields[i].size > size)
      return FALSE;
  return TRUE;
}

static void
tell (const SluiceConnectTrace *trace, const guint8 *record, gsize length, SluiceConnectFunc func, gpointer user_data)
{
  const guint8 *raw = record + RAW_OFFSET;
  SluiceConnectEvent event = { 0 };
  SluiceAddress local, remote;
  Sample sample;

  if (length < sizeof sample)
    return;
  memcpy (&sample, record, sizeof sample);
  if (sample.size > length - RAW_OFFSET || !has_fields (trace, sample.size))
    return;
  if (get_field (trace, raw, SLUICE_CONNECT_FAMILY) == AF_INET)
    {
      local = sluice_address_from_ipv4 (raw + trace->fields[SLUICE_CONNECT_LOCAL_IPV4].offset);
      remote = sluice_address_from_ipv4 (raw + trace->fields[SLUICE_CONNECT_REMOTE_IPV4].offset);
    }
  else
    {
      local = sluice_address_from_ipv6 (raw + trace->fields[SLUICE_CONNECT_LOCAL_IPV6].offset);
      remote = sluice_address_from_ipv6 (raw + trace->fields[SLUICE_CONNECT_REMOTE_IPV6].offset);
    }
  sluice_flow_key_init (&event.key, IPPROTO_TCP, &local,
                        (guint16) get_field (trace, raw, SLUICE_CONNECT_LOCAL_PORT), &remote,
                        (guint16) get_field (trace, raw, SLUICE_CONNECT_REMOTE_PORT));
  event.socket = get_field (trace, raw, SLUICE_CONNECT_SOCKET);
  event.begins = get_field (trace, raw, SLUICE_CONNECT_NEW_STATE) == STATE_SYN_SENT;
  event.time = (gint64) sample.time;
  event.pid = (gint32) sample.pid;
  event.tid = (gint32) sample.tid;
  func (&event, user_data);
}

/* Copies what may go round the end of the ring. */
static void
copy_out (const Ring *ring, guint64 at, guint8 *to, gsize length)
{
  const guint8 *data = (const guint8 *) ring->page + ring->page->data_offset;
  gsize offset = at % ring->page->data_size;
  gsize first = MIN (length, ring->page->data_size - offset);

  memcpy (to, data + offset, first);
  memcpy (to + first, data, length - first);
}

/* What is there now, and no more: others may write as fast as this reads. */
static void
drain_ring (SluiceConnectTrace *trace, const Ring *ring, SluiceConnectFunc func, gpointer user_data, guint64 *lost)
{
  guint64 head = __atomic_load_n (&ring->page->data_head, __ATOMIC_ACQUIRE);
  guint64 tail = ring->page->data_tail;
  guint8 record[RECORD_MAX];

  while (head - tail >= sizeof (struct perf_event_header))
    {
      struct perf_event_header header;
      guint64 of_lost[2]; /* the event's number, how many */

      copy_out (ring, tail, (guint8 *) &header, sizeof header);
      if (header.size < sizeof header || header.size > head - tail)
        {
          tail = head;
          break;
        }
      if (header.size <= sizeof record)
        copy_out (ring, tail, record, header.size);
      if (header.type == PERF_RECORD_SAMPLE && header.size <= sizeof record)
        tell (trace, record, header.size, func, user_data);
      else if (header.type == PERF_RECORD_LOST && header.size >= sizeof header + sizeof of_lost)
        {
          memcpy (of_lost, record + sizeof header, sizeof of_lost);
          *lost += of_lost[1];
        }
      tail += header.size;
    }
  __atomic_store_n (&ring->page->data_tail, tail, __ATOMIC_RELEASE);
}

/* Has the rings wake again, or not. */
static void
set_paused (SluiceConnectTrace *trace, gboolean paused)
{
  struct epoll_event event = { .events = paused ? 0 : EPOLLIN, .data.fd = trace->wakers };

  if (trace->paused != paused && epoll_ctl (trace->descriptor, EPOLL_CTL_MOD, trace->wakers, &event) == 0)
    trace->paused = paused;
}

/* Processors that are switched off, as they are while the machine sleeps, take their rings with them. */
static gboolean
renew_rings (SluiceConnectTrace *trace)
{
  gint64 now = g_get_monotonic_time ();

  if ((!trace->over && ABS (get_slept () - trace->slept) < G_USEC_PER_SEC) || now < trace->next_renewal)
    return FALSE;
  trace->next_renewal = now + RENEWAL_PAUSE;
  close_rings (trace);
  if (open_rings (trace))
    return TRUE;
  close_rings (trace);
  trace->over = TRUE;
  return TRUE;
}

/**
 * sluice_connect_trace_read:
 * @trace: a trace
 * @func: called for each event, those of one socket in no order
 * @user_data: for @func
 *
 * Takes what has come. Never waits, and takes no more than there is room for.
 *
 * Returns: how many events were lost since the last call, at least
 */
guint64
sluice_connect_trace_read (SluiceConnectTrace *trace, SluiceConnectFunc func, gpointer user_data)
{
  struct epoll_event events[EPOLL_EVENTS];
  int n = epoll_wait (trace->wakers, events, EPOLL_EVENTS, 0);
  guint64 lost = 0;
  guint64 count;

  for (int i = 0; i < n; i++)
    trace->over |= (events[i].events & (EPOLLHUP | EPOLLERR)) != 0;
  if (trace->paused && read (trace->timer, &count, sizeof count) > 0)
    set_paused (trace, FALSE);
  for (guint i = 0; i < trace->rings->len; i++)
    drain_ring (trace, &g_array_index (trace->rings, Ring, i), func, user_data, &lost);
  return lost + renew_rings (trace);
}

/**
 * sluice_connect_trace_pause:
 * @trace: a trace
 * @until: monotonic time, µs
 *
 * Has the descriptor wake nobody before. What comes meanwhile waits, as far as there is room.
 */
void
sluice_connect_trace_pause (SluiceConnectTrace *trace, gint64 until)
{
  const struct itimerspec when = { .it_value = { until / G_USEC_PER_SEC, until % G_USEC_PER_SEC * 1000 } };

  if (timerfd_settime (trace->timer, TFD_TIMER_ABSTIME, &when, NULL) == 0)
    set_paused (trace, TRUE);
}
