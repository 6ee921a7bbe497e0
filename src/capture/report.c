#include "sluice-config.h"

#include "capture/report.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The wire form is the memory of the records behind a header: it only goes to another process of the same program. A
 * reader of another build refuses it by the sizes. */
#define MAGIC 0x50524c53 /* "SLRP" */
#define VERSION 3

typedef struct
{
  guint32 magic;
  guint16 version;
  guint16 link_size;
  guint16 flow_size;
  guint16 name_size;
  guint32 n_links;
  guint32 n_flows;
  guint32 n_names;
  guint32 fault_length; /* with its NUL; 0 is none */
  guint16 ended;
  guint16 has_packets;
  gint64 first;
  gint64 last;
} Header;

G_STATIC_ASSERT (sizeof (Header) == SLUICE_REPORT_HEADER_SIZE);
/* No byte of a record is undefined but the padding of the key, the hole behind the protocol and those in a name. */
G_STATIC_ASSERT (sizeof (SluiceLinkReport) == 56);
G_STATIC_ASSERT (sizeof (SluiceFlowReport) == 128);
G_STATIC_ASSERT (sizeof (SluiceNameReport) == 296);

G_DEFINE_QUARK (sluice-report-error-quark, sluice_report_error)

/**
 * sluice_report_new:
 *
 * Returns: (transfer full): a report of nothing
 */
SluiceReport *
sluice_report_new (void)
{
  SluiceReport *report = g_new0 (SluiceReport, 1);

  report->links = g_array_new (FALSE, TRUE, sizeof (SluiceLinkReport));
  report->flows = g_array_new (FALSE, TRUE, sizeof (SluiceFlowReport));
  report->names = g_array_new (FALSE, TRUE, sizeof (SluiceNameReport));
  return report;
}

/**
 * sluice_report_clear:
 * @report: a report
 *
 * Makes it a report of nothing, keeping its memory.
 */
void
sluice_report_clear (SluiceReport *report)
{
  g_array_set_size (report->links, 0);
  g_array_set_size (report->flows, 0);
  g_array_set_size (report->names, 0);
  report->has_packets = FALSE;
  report->first = report->last = 0;
  report->ended = FALSE;
  g_clear_pointer (&report->fault, g_free);
}

void
sluice_report_free (SluiceReport *report)
{
  g_array_unref (report->links);
  g_array_unref (report->flows);
  g_array_unref (report->names);
  g_free (report->fault);
  g_free (report);
}

static void
write_array (GByteArray *bytes, const GArray *array, gsize size)
{
  g_byte_array_append (bytes, (const guint8 *) array->data, (guint) (array->len * size));
}

/**
 * sluice_report_write:
 * @report: a report
 * @bytes: (inout): its wire form is appended
 *
 * Writes a report for sluice_report_read() in another process on this machine. Its length is not in it: the reader has
 * to be told. A fault that is too long is cut.
 */
void
sluice_report_write (const SluiceReport *report, GByteArray *bytes)
{
  gsize fault_length = report->fault != NULL ? strnlen (report->fault, SLUICE_REPORT_FAULT_MAX - 1) : 0;
  Header header = {
    .magic = MAGIC,
    .version = VERSION,
    .link_size = sizeof (SluiceLinkReport),
    .flow_size = sizeof (SluiceFlowReport),
    .name_size = sizeof (SluiceNameReport),
    .n_links = report->links->len,
    .n_flows = report->flows->len,
    .n_names = report->names->len,
    .fault_length = report->fault != NULL ? (guint32) fault_length + 1 : 0,
    .ended = report->ended != FALSE,
    .has_packets = report->has_packets != FALSE,
    .first = report->first,
    .last = report->last,
  };

  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  write_array (bytes, report->links, sizeof (SluiceLinkReport));
  write_array (bytes, report->flows, sizeof (SluiceFlowReport));
  write_array (bytes, report->names, sizeof (SluiceNameReport));
  if (report->fault != NULL)
    {
      g_byte_array_append (bytes, (const guint8 *) report->fault, (guint) fault_length);
      g_byte_array_append (bytes, (const guint8 *) "", 1);
    }
}

/* Whether an address has the one form that it may have. */
static gboolean
is_canonical (const SluiceAddress *address)
{
  SluiceAddress expected = { 0 };

  if (address->family == SLUICE_FAMILY_IPV4)
    expected = sluice_address_from_ipv4 (address->bytes);
  else if (address->family == SLUICE_FAMILY_IPV6)
    expected = sluice_address_from_ipv6 (address->bytes);
  return sluice_address_equal (address, &expected);
}

static const char *
check_key (const SluiceFlowKey *key, gboolean folded)
{
  const SluiceFlowKey none = { .protocol = key->protocol };
  SluiceFlowKey expected;

  if (!is_canonical (&key->local) || !is_canonical (&key->remote))
    return "a flow has an address that is none";
  if ((key->local.family == SLUICE_FAMILY_NONE) != (key->remote.family == SLUICE_FAMILY_NONE))
    return "a flow has one side only";
  sluice_flow_key_init (&expected, key->protocol, &key->local, key->local_port, &key->remote, key->remote_port);
  if (memcmp (key, &expected, sizeof expected) != 0)
    return "a flow has a key with something in it";
  if (key->protocol != 6 && key->protocol != 17 && (key->local_port != 0 || key->remote_port != 0))
    return "a flow has ports where there are none";
  if ((folded || key->local.family == SLUICE_FAMILY_NONE) && !sluice_flow_key_equal (key, &none))
    return "a flow has a side where there is none";
  return NULL;
}

static const char *
check_flow (const SluiceFlowReport *flow, guint n_links)
{
  if (flow->slot >= SLUICE_REPORT_SLOTS_MAX || flow->generation == 0)
    return "a flow has no place";
  if (flow->link >= n_links)
    return "a flow is on no link";
  if (flow->flags & ~(guint32) SLUICE_FLOW_FLAGS_ALL)
    return "a flow has unknown flags";
  if (!sluice_protocol_is_valid (flow->protocol))
    return "a flow speaks what there is not";
  if (flow->first < 0 || flow->first > flow->last)
    return "a flow ends before it begins";
  if (flow->last > SLUICE_REPORT_TIME_MAX)
    return "a flow never ends";
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      if (flow->payload[d] > flow->bytes[d])
        return "a flow carries more than it moves";
      if (flow->bytes[d] > SLUICE_REPORT_MOVED_MAX || flow->packets[d] > SLUICE_REPORT_MOVED_MAX)
        return "a flow moves more than there is";
    }
  return check_key (&flow->key, (flow->flags & SLUICE_FLOW_FOLDED) != 0);
}

/* The flows must be what their links moved, and no sum may run over. */
static const char *
check_books (const SluiceReport *report)
{
  guint64 sums[SLUICE_REPORT_LINKS_MAX][2][SLUICE_N_DIRECTIONS] = { 0 };

  for (guint i = 0; i < report->flows->len; i++)
    {
      const SluiceFlowReport *flow = sluice_report_flow (report, i);
      guint64 (*sum)[SLUICE_N_DIRECTIONS] = sums[flow->link];

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        if (!g_uint64_checked_add (&sum[0][d], sum[0][d], flow->bytes[d])
            || !g_uint64_checked_add (&sum[1][d], sum[1][d], flow->packets[d]))
          return "flows moved more than can be counted";
    }
  for (guint i = 0; i < report->links->len; i++)
    {
      const SluiceLinkReport *link = sluice_report_link (report, i);

      if (memcmp (sums[i][0], link->bytes, sizeof link->bytes) != 0
          || memcmp (sums[i][1], link->packets, sizeof link->packets) != 0)
        return "the flows of a link are not what it moved";
    }
  return NULL;
}

static const char *
check_name (const SluiceNameReport *name)
{
  if (name->address.family == SLUICE_FAMILY_NONE || !is_canonical (&name->address))
    return "a name is nobody's";
  if (name->source == SLUICE_NAME_NONE || name->source > SLUICE_NAME_TLS)
    return "a name comes from nowhere";
  if (name->time < 0 || name->time > SLUICE_REPORT_TIME_MAX)
    return "a name is of no time";
  if (name->slot >= SLUICE_REPORT_SLOTS_MAX)
    return "a name is of no flow";
  if (name->name[0] == '\0' || memchr (name->name, '\0', sizeof name->name) == NULL)
    return "a name is empty or has no end";
  return NULL;
}

static const char *
check_header (const Header *header, gsize length)
{
  if (header->magic != MAGIC || header->version != VERSION || header->link_size != sizeof (SluiceLinkReport)
      || header->flow_size != sizeof (SluiceFlowReport) || header->name_size != sizeof (SluiceNameReport))
    return "another version";
  if (header->n_links > SLUICE_REPORT_LINKS_MAX || header->n_flows > SLUICE_REPORT_FLOWS_MAX
      || header->n_names > SLUICE_REPORT_NAMES_MAX || header->fault_length > SLUICE_REPORT_FAULT_MAX)
    return "too much at once";
  if (length
      != sizeof *header + header->n_links * sizeof (SluiceLinkReport) + header->n_flows * sizeof (SluiceFlowReport)
           + header->n_names * sizeof (SluiceNameReport) + header->fault_length)
    return "another length than it says";
  if (header->ended > 1)
    return "neither ended nor not";
  if (header->has_packets > 1 || (header->has_packets == 0 && header->last != 0))
    return "neither packets nor none";
  if (header->first < 0 || header->first > header->last)
    return "it ends before it begins";
  if (header->last > SLUICE_REPORT_TIME_MAX)
    return "it never ends";
  return NULL;
}

static const guint8 *
read_array (GArray *array, const guint8 *bytes, guint n, gsize size)
{
  g_array_append_vals (array, bytes, n);
  return bytes + n * size;
}

static const char *
read_all (SluiceReport *report, const guint8 *bytes, gsize length)
{
  const char *wrong;
  Header header;

  if (length < sizeof header)
    return "too short";
  memcpy (&header, bytes, sizeof header);
  wrong = check_header (&header, length);
  if (wrong != NULL)
    return wrong;

  bytes += sizeof header;
  bytes = read_array (report->links, bytes, header.n_links, sizeof (SluiceLinkReport));
  bytes = read_array (report->flows, bytes, header.n_flows, sizeof (SluiceFlowReport));
  bytes = read_array (report->names, bytes, header.n_names, sizeof (SluiceNameReport));
  for (guint i = 0; wrong == NULL && i < report->flows->len; i++)
    wrong = check_flow (sluice_report_flow (report, i), report->links->len);
  for (guint i = 0; wrong == NULL && i < report->names->len; i++)
    wrong = check_name (sluice_report_name (report, i));
  if (wrong == NULL)
    wrong = check_books (report);
  if (wrong == NULL && header.fault_length > 0
      && memchr (bytes, '\0', header.fault_length) != bytes + header.fault_length - 1)
    wrong = "a fault without an end";
  if (wrong != NULL)
    return wrong;

  if (header.fault_length > 0)
    report->fault = g_strdup ((const char *) bytes);
  report->has_packets = header.has_packets != 0;
  report->first = header.first;
  report->last = header.last;
  report->ended = header.ended != 0;
  return NULL;
}

/**
 * sluice_report_read:
 * @report: a report; what it held is gone
 * @bytes: (array length=length): what the other process sent as one report
 * @length: its bytes
 * @error: %SLUICE_REPORT_ERROR_INVALID
 *
 * Trusts nothing: whoever took over the process that parses packets may send anything. On success every index, enum,
 * flag, address and string is one that there may be, and the flows add up to their links. What is not checked: names
 * and the fault are hostile text still, and a slot may come twice.
 *
 * Returns: whether it is a report; if not, @report is empty
 */
gboolean
sluice_report_read (SluiceReport *report, const guint8 *bytes, gsize length, GError **error)
{
  const char *wrong;

  sluice_report_clear (report);
  wrong = read_all (report, bytes, length);
  if (wrong == NULL)
    return TRUE;

  sluice_report_clear (report);
  /* Translators: %s says in English what is wrong with it, for those who look for the mistake. */
  g_set_error (error, SLUICE_REPORT_ERROR, SLUICE_REPORT_ERROR_INVALID,
               _("The process that reads packets sent something that it may not send (%s)."), wrong);
  return FALSE;
}
