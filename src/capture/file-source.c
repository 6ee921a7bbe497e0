#include "capture/file-source.h"

#include "capture/file-capture.h"
#include "capture/packet-meter.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

/* The only link of a file, as the table of links knows it. */
#define LINK 1

typedef struct
{
  SluiceSource source; /* first: handed out */
  SluiceFileCapture *capture;
  SluiceLinkTable *links;
  SluiceFlowOwners *owners; /* there is none: the packets are of another time */
  SluicePacketMeter *meter;
  SluiceReport *report;
  struct rtnl_link_stats64 counters; /* what the link would have counted: the packets' own lengths */
} FileSource;

/* The packet meter takes a link's counters for the truth. Here they are what was captured, said as the kernel would. */
static void
count (FileSource *self)
{
  char buffer[512] __attribute__ ((aligned (8))) = { 0 };
  struct nlmsghdr *header = mnl_nlmsg_put_header (buffer);
  struct nlmsghdr *done;
  struct ifinfomsg *info;

  for (guint i = 0; i < self->report->links->len; i++)
    {
      const SluiceLinkReport *link = sluice_report_link (self->report, i);

      self->counters.rx_bytes += link->bytes[SLUICE_RX];
      self->counters.tx_bytes += link->bytes[SLUICE_TX];
      self->counters.rx_packets += link->packets[SLUICE_RX];
      self->counters.tx_packets += link->packets[SLUICE_TX];
    }
  header->nlmsg_type = RTM_NEWLINK;
  header->nlmsg_flags = NLM_F_MULTI;
  info = mnl_nlmsg_put_extra_header (header, sizeof *info);
  info->ifi_type = ARPHRD_ETHER;
  info->ifi_index = LINK;
  info->ifi_flags = IFF_UP | IFF_RUNNING;
  mnl_attr_put_strz (header, IFLA_IFNAME, "file");
  mnl_attr_put (header, IFLA_STATS64, sizeof self->counters, &self->counters);
  done = mnl_nlmsg_put_header (buffer + NLMSG_ALIGN (header->nlmsg_len));
  done->nlmsg_type = NLMSG_DONE;
  done->nlmsg_flags = NLM_F_MULTI;
  sluice_link_table_feed (self->links, buffer, NLMSG_ALIGN (header->nlmsg_len) + done->nlmsg_len);
}

static void
add_report (FileSource *self, gint64 now)
{
  count (self);
  sluice_packet_meter_add_report (self->meter, self->report, now);
}

/* The bin's sample, on the time axis of the file. */
static SluiceSample *
make_sample (FileSource *self, gint64 begin, gint64 end, gboolean with_connections)
{
  SluiceSample *sample;

  add_report (self, end);
  sample = sluice_packet_meter_end (self->meter, with_connections, end, end);
  sample->duration = end - begin;
  sample->ended = self->report->ended;
  sample->is_file = TRUE;
  sluice_file_capture_get_facts (self->capture, &sample->file);
  g_free (sample->fault);
  sample->fault = g_strdup (self->report->fault);
  sluice_report_clear (self->report);
  return sample;
}

static SluiceSample *
file_source_dispatch (SluiceSource *source, gboolean with_connections)
{
  FileSource *self = (FileSource *) source;
  gint64 begin, end;

  switch (sluice_file_capture_hear (self->capture, self->report, &begin, &end))
    {
    case SLUICE_FILE_REPORT:
      return make_sample (self, begin, end, with_connections);
    case SLUICE_FILE_PART:
      add_report (self, end);
      sluice_report_clear (self->report);
      return NULL;
    case SLUICE_FILE_NOTHING:
    default:
      return NULL;
    }
}

static SluiceSample *
file_source_read (SluiceSource *source, gboolean with_connections)
{
  FileSource *self = (FileSource *) source;
  gint64 begin, end;

  sluice_file_capture_finish (self->capture, self->report, &begin, &end);
  return make_sample (self, begin, end, with_connections);
}

static void
file_source_free (SluiceSource *source)
{
  FileSource *self = (FileSource *) source;

  g_clear_pointer (&self->capture, sluice_file_capture_free);
  g_clear_pointer (&self->meter, sluice_packet_meter_free);
  g_clear_pointer (&self->owners, sluice_flow_owners_free);
  g_clear_pointer (&self->links, sluice_link_table_free);
  g_clear_pointer (&self->report, sluice_report_free);
  g_free (self);
}

/**
 * sluice_file_source_new:
 * @path: a pcap or pcapng file; "-" is standard input
 * @networks: which networks are local
 * @n_networks: how many; with none, "local" is who spoke first
 * @in_bins: whether samples are to tell the file's times; where only their sum matters it is read much faster without
 * @error: %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_IS_DIRECTORY, %G_IO_ERROR_PERMISSION_DENIED, …
 *
 * A capture file as a source with its own time: samples cover seconds of it, more where it is long, or without @in_bins
 * what was read in a second; their @time and @wall_time are that of packets, µs since 1970. It has one interface,
 * whose counters are the packets' lengths. The last sample has ended, and says why where that is not the end of the
 * file.
 *
 * Returns: (transfer full) (nullable): the source
 */
SluiceSource *
sluice_file_source_new (
  const char *path, const SluiceInterfaceAddress *networks, guint n_networks, gboolean in_bins, GError **error)
{
  SluiceFileCapture *capture = sluice_file_capture_new (path, networks, n_networks, in_bins, error);
  const SluiceMeterScope every = { .every = TRUE };
  FileSource *self;

  if (capture == NULL)
    return NULL;
  self = g_new0 (FileSource, 1);
  self->source = (SluiceSource){
    .kind = SLUICE_SOURCE_PCAP,
    .own_time = TRUE,
    .descriptor = sluice_file_capture_get_descriptor (capture),
    .read = file_source_read,
    .dispatch = file_source_dispatch,
    .free = file_source_free,
  };
  self->capture = capture;
  self->report = sluice_report_new ();
  self->links = sluice_link_table_new_detached ("/nowhere");
  self->owners = sluice_flow_owners_new ("/nowhere", SLUICE_SOCKETS_BY_CALLER);
  self->meter = sluice_packet_meter_new (self->links, self->owners, &every);
  count (self);
  sluice_packet_meter_set_link (self->meter, 0, sluice_link_table_get (self->links, 0)->record->instance);
  /* A meter's first sample says where it begins, and is nobody's. */
  sluice_sample_unref (sluice_packet_meter_end (self->meter, FALSE, 0, 0));
  return &self->source;
}
