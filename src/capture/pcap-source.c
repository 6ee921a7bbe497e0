#include "sluice-config.h"

#include "capture/pcap-source.h"

#include "capture/link-counters.h"
#include "capture/live-capture.h"
#include "capture/packet-meter.h"
#include "capture/packet-reader.h"
#include "owner/owner-table.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

/* So long a sample waits at the most for one who takes its time to say whose a flow is, µs. */
#define OWNERS_PATIENCE (400 * 1000)

typedef struct
{
  SluiceSource source; /* first: handed out */
  SluiceLinkTable *links;
  SluiceFlowOwners *owners;
  SluicePacketMeter *meter;
  SluiceLinkCounters *counters;
  SluiceLiveCapture *capture;
  SluiceReport *report;
  guint64 run; /* the capture's, when the meter was told its links */
  gboolean links_changed; /* while a sample was made */
} PcapSource;

/* Captures what is there now, and has the meter know which link is which. Right after a sample. */
static void
update_capture (PcapSource *self)
{
  const guint64 *instances;
  guint n;

  sluice_live_capture_update (self->capture);
  if (self->run == sluice_live_capture_get_run (self->capture))
    return;
  self->run = sluice_live_capture_get_run (self->capture);
  instances = sluice_live_capture_get_instances (self->capture, &n);
  sluice_packet_meter_forget_links (self->meter);
  for (guint i = 0; i < n; i++)
    sluice_packet_meter_set_link (self->meter, i, instances[i]);
}

/* Goes on looking for the owners of flows that have just begun: those that live for a moment are gone at the tick. */
static void
hurry (PcapSource *self)
{
  sluice_live_capture_wake_at (self->capture, sluice_flow_owners_hurry (self->owners, g_get_monotonic_time ()));
}

static void
add_report (PcapSource *self)
{
  sluice_flow_owners_listen (self->owners);
  sluice_packet_meter_add_report (self->meter, self->report, g_get_monotonic_time ());
  sluice_report_clear (self->report);
  hurry (self);
}

/* Takes in what the process says, and finds out whose flows have begun. Who opens connections is heard first: soon
 * they may be gone. And last, as whoever wakes for that must. */
static SluiceLiveEvents
listen_to_capture (PcapSource *self)
{
  SluiceLiveEvents events;

  sluice_flow_owners_listen (self->owners);
  events = sluice_live_capture_dispatch (self->capture, self->report);
  sluice_flow_owners_listen (self->owners);
  if (events & SLUICE_LIVE_REPORT)
    add_report (self);
  if (events & SLUICE_LIVE_WAKE)
    hurry (self);
  return events;
}

static void
wait_for_news (PcapSource *self, gint64 us)
{
  struct pollfd fd = { .fd = self->source.descriptor, .events = POLLIN };

  if (poll (&fd, 1, (int) ((us + 999) / 1000)) > 0)
    self->links_changed |= (listen_to_capture (self) & SLUICE_LIVE_LINKS) != 0;
}

/* Waits until what the links have counted by then is among what was captured. Whoever begins and ends meanwhile is to
 * be found all the same. */
static void
settle (PcapSource *self, gint64 until)
{
  gint64 left;

  while (self->run > 0 && (left = until - g_get_monotonic_time ()) > 0)
    wait_for_news (self, left);
}

/* Waits until it is known whose the flows are that have begun by now. */
static void
wait_for_owners (PcapSource *self, gint64 until)
{
  gint64 begun = g_get_monotonic_time ();
  gint64 left;

  while (self->run > 0 && sluice_flow_owners_are_awaited (self->owners, begun)
         && (left = until - g_get_monotonic_time ()) > 0)
    wait_for_news (self, left);
}

static SluiceSample *
pcap_source_read (SluiceSource *source, gboolean with_connections)
{
  PcapSource *self = (PcapSource *) source;
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  gint64 begin, time;
  SluiceSample *sample;

  if (!sluice_link_table_refresh (self->links, &error)
      || (sluice_live_capture_prepare (self->capture) && !sluice_link_table_refresh (self->links, &error)))
    fault = g_strdup (error->message);
  begin = g_get_monotonic_time ();
  time = sluice_source_get_time ();
  sluice_flow_owners_read (self->owners, g_get_monotonic_time (), &fault);
  hurry (self);
  settle (self, begin + SLUICE_READER_LATENESS_US);
  if (sluice_live_capture_read (self->capture, self->report))
    add_report (self);
  wait_for_owners (self, begin + OWNERS_PATIENCE);
  sample = sluice_packet_meter_end (self->meter, with_connections, time, g_get_real_time ());
  if (self->links_changed)
    sluice_link_table_refresh (self->links, NULL);
  self->links_changed = FALSE;
  update_capture (self);
  if (fault == NULL)
    fault = sluice_live_capture_take_fault (self->capture);
  if (fault != NULL && sample->fault == NULL)
    sample->fault = g_steal_pointer (&fault);
  return sample;
}

static SluiceSample *
pcap_source_dispatch (SluiceSource *source, gboolean with_connections)
{
  PcapSource *self = (PcapSource *) source;
  SluiceLiveEvents events = listen_to_capture (self);

  /* A sample goes out before other interfaces are captured: each belongs to one set of them. */
  if ((events & SLUICE_LIVE_LINKS) && sluice_link_table_refresh (self->links, NULL)
      && !sluice_live_capture_is_current (self->capture))
    return pcap_source_read (source, with_connections);
  return NULL;
}

static gboolean
count_now_cb (guint32 ifindex, guint64 bytes_out[SLUICE_N_DIRECTIONS], gpointer user_data)
{
  return sluice_link_counters_read (user_data, ifindex, bytes_out);
}

static void
pcap_source_free (SluiceSource *source)
{
  PcapSource *self = (PcapSource *) source;

  if (self->source.descriptor >= 0)
    close (self->source.descriptor);
  g_clear_pointer (&self->capture, sluice_live_capture_free);
  g_clear_pointer (&self->meter, sluice_packet_meter_free);
  g_clear_pointer (&self->counters, sluice_link_counters_free);
  g_clear_pointer (&self->owners, sluice_flow_owners_free);
  g_clear_pointer (&self->links, sluice_link_table_free);
  sluice_report_free (self->report);
  g_free (self);
}

static gboolean
follow (PcapSource *self, int fd)
{
  struct epoll_event event = { .events = EPOLLIN };

  return epoll_ctl (self->source.descriptor, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Wakes for the capture, and for connections that begin where the kernel tells of them. */
static gboolean
open_descriptor (PcapSource *self, GError **error)
{
  int connections = sluice_flow_owners_get_descriptor (self->owners);

  self->source.descriptor = epoll_create1 (EPOLL_CLOEXEC);
  if (self->source.descriptor >= 0 && follow (self, sluice_live_capture_get_descriptor (self->capture))
      && (connections < 0 || follow (self, connections)))
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Packets cannot be read: %s."), g_strerror (errno));
  return FALSE;
}

/**
 * sluice_pcap_source_new:
 * @scope: which interfaces
 * @error: %G_IO_ERROR_NOT_FOUND for an interface that does not exist, %G_IO_ERROR_PERMISSION_DENIED where packets may
 *   not be read, else what the system refused
 *
 * The packets tier: link counters by rtnetlink, packets by libpcap in a process that is locked up, owners by sock_diag
 * and /proc. Capturing begins with its first sample.
 *
 * Returns: (transfer full) (nullable): the source
 */
SluiceSource *
sluice_pcap_source_new (const SluiceMeterScope *scope, GError **error)
{
  PcapSource *self = g_new0 (PcapSource, 1);
  g_autoptr (SluiceOwnerTable) owners = sluice_owner_table_new ("/");

  self->source = (SluiceSource){
    .kind = SLUICE_SOURCE_PCAP,
    .descriptor = -1,
    .read = pcap_source_read,
    .dispatch = pcap_source_dispatch,
    .free = pcap_source_free,
  };
  self->report = sluice_report_new ();
  self->links = sluice_link_table_new ("/sys", error);
  if (self->links == NULL || (self->counters = sluice_link_counters_new (error)) == NULL
      || !sluice_link_table_refresh (self->links, error)
      || !sluice_meter_scope_check (scope, self->links, error)
      || (self->capture = sluice_live_capture_new (self->links, scope, error)) == NULL)
    {
      pcap_source_free (&self->source);
      return NULL;
    }
  self->owners = sluice_flow_owners_new ("/", SLUICE_SOCKETS_BEST);
  if (!open_descriptor (self, error))
    {
      pcap_source_free (&self->source);
      return NULL;
    }
  self->meter = sluice_packet_meter_new (self->links, self->owners, scope);
  sluice_packet_meter_set_counter (self->meter, count_now_cb, self->counters);
  self->source.sees_everyone = sluice_source_sees_everyone (owners);
  return &self->source;
}
