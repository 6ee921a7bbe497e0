#include "capture/name-finder.h"

#include <netinet/in.h>
#include <string.h>

#include "capture/name-queue.h"
#include "decode/dns.h"
#include "decode/http.h"
#include "decode/signature.h"
#include "decode/tls-hello.h"

#define APPLICATION(name) SLUICE_PROTOCOL (SLUICE_PROTOCOL_KIND_APPLICATION, SLUICE_APPLICATION_##name)
#define PORT_MDNS 5353
/* TLS hellos in several segments at once; the oldest gives way. */
#define N_ASSEMBLIES 64
/* RFC 8446, 5.1. */
#define TLS_HANDSHAKE 22

struct _SluiceNameFinder
{
  SluiceNameQueue *queue;
  /* Whose hello is assembled in the same place of @assemblies. */
  guint32 slots[N_ASSEMBLIES];
  guint32 generations[N_ASSEMBLIES];
  guint8 sides[N_ASSEMBLIES]; /* which of the flow is the client */
  SluiceTlsAssembly *assemblies;
  guint oldest;
};

/* What is learnt from one DNS message. */
typedef struct
{
  SluiceNameQueue *queue;
  const SluiceLocalSet *local;
  SluiceNameSource source;
  gint64 time;
} Lesson;

/**
 * sluice_name_finder_new:
 *
 * Returns: (transfer full): a finder that knows nothing
 */
SluiceNameFinder *
sluice_name_finder_new (void)
{
  SluiceNameFinder *finder = g_new0 (SluiceNameFinder, 1);

  finder->queue = sluice_name_queue_new ();
  finder->assemblies = g_new0 (SluiceTlsAssembly, N_ASSEMBLIES);
  return finder;
}

void
sluice_name_finder_free (SluiceNameFinder *finder)
{
  sluice_name_queue_free (finder->queue);
  g_free (finder->assemblies);
  g_free (finder);
}

/**
 * sluice_name_finder_count:
 * @finder: a finder
 *
 * Returns: how many names were found since the last time
 */
guint
sluice_name_finder_count (const SluiceNameFinder *finder)
{
  return sluice_name_queue_get_length (finder->queue);
}

/**
 * sluice_name_finder_take:
 * @finder: a finder
 * @names: an array of #SluiceNameReport
 *
 * Moves the names that were found since the last time into @names.
 */
void
sluice_name_finder_take (SluiceNameFinder *finder, GArray *names)
{
  sluice_name_queue_take (finder->queue, names);
}

static void
learn_cb (const SluiceDnsFinding *finding, gpointer user_data)
{
  const Lesson *lesson = user_data;
  /* What was asked for by address is what the address's owner says of it. */
  gboolean is_reverse = finding->reverse && lesson->source == SLUICE_NAME_DNS;

  if (sluice_local_set_is_group (lesson->local, &finding->address))
    return;
  sluice_name_queue_add (lesson->queue, &finding->address, is_reverse ? SLUICE_NAME_REVERSE : lesson->source,
                         finding->name, lesson->time, 0, 0);
}

/* Whether the other side was asked first, by this machine: anybody can send what looks like an answer. */
static gboolean
is_asked_for (const SluiceFlow *flow, guint side)
{
  guint local = flow->flags & SLUICE_FLOW_LOCAL_1 ? 1 : 0;

  return (flow->flags & SLUICE_FLOW_ASKED) && !(flow->flags & SLUICE_FLOW_FORWARDED) && side != local
         && (flow->flags & (SLUICE_FLOW_SAW_0 << local));
}

static void
look_for_answers (SluiceNameFinder *finder,
                  const SluiceLocalSet *local,
                  const SluiceFrame *frame,
                  const SluiceFlow *flow,
                  guint side)
{
  const SluicePacket *packet = &frame->packet;
  const guint8 *bytes = packet->payload;
  const guint8 *message;
  gsize left = packet->payload_captured;
  gsize length;
  Lesson lesson = { finder->queue, local, SLUICE_NAME_DNS, frame->time };

  if (packet->protocol == IPPROTO_UDP && packet->source_port == PORT_MDNS)
    lesson.source = SLUICE_NAME_MDNS;
  else if (packet->source_port != SLUICE_NAME_FINDER_PORT || !is_asked_for (flow, side))
    return;
  if (packet->protocol == IPPROTO_UDP)
    sluice_dns_read_answer (bytes, left, learn_cb, &lesson);
  else
    while (sluice_dns_next_in_tcp (&bytes, &left, &message, &length))
      sluice_dns_read_answer (message, length, learn_cb, &lesson);
}

static SluiceTlsAssembly *
begin_assembly (SluiceNameFinder *finder, SluiceFlow *flow, guint32 slot, guint side)
{
  guint place = finder->oldest;

  finder->oldest = (place + 1) % N_ASSEMBLIES;
  finder->slots[place] = slot;
  finder->generations[place] = flow->generation;
  finder->sides[place] = (guint8) side;
  memset (&finder->assemblies[place], 0, G_STRUCT_OFFSET (SluiceTlsAssembly, bytes));
  flow->flags |= SLUICE_FLOW_ASSEMBLING;
  return &finder->assemblies[place];
}

/* The assembly of a flow, unless it lost its place to another or it is the server that speaks. */
static SluiceTlsAssembly *
find_assembly (SluiceNameFinder *finder, SluiceFlow *flow, guint32 slot, guint side)
{
  for (guint place = 0; place < N_ASSEMBLIES; place++)
    if (finder->slots[place] == slot && finder->generations[place] == flow->generation)
      return finder->sides[place] == side ? &finder->assemblies[place] : NULL;
  flow->flags &= (guint16) ~SLUICE_FLOW_ASSEMBLING;
  return NULL;
}

static void
take_hello (SluiceNameFinder *finder,
            const SluiceFrame *frame,
            SluiceFlow *flow,
            guint32 slot,
            const SluiceTlsHello *hello,
            gboolean to_stranger)
{
  /* On a port that does not tell what is inside, the client does. */
  if (flow->protocol == APPLICATION (TLS)
      && (strcmp (hello->alpn, "h2") == 0 || g_str_has_prefix (hello->alpn, "http/")))
    flow->protocol = APPLICATION (HTTPS);
  if (to_stranger)
    sluice_name_queue_add (finder->queue, &frame->packet.destination, SLUICE_NAME_TLS, hello->server_name, frame->time,
                           slot, flow->generation);
  flow->looks = SLUICE_NAME_FINDER_ASSEMBLY_LOOKS;
}

static void
look_for_hello (SluiceNameFinder *finder,
                const SluiceFrame *frame,
                SluiceFlow *flow,
                guint32 slot,
                guint side,
                gboolean to_stranger)
{
  const SluicePacket *packet = &frame->packet;
  SluiceTlsAssembly *assembly = NULL;
  SluiceTlsResult result;
  SluiceTlsHello hello;

  if (flow->flags & SLUICE_FLOW_ASSEMBLING)
    {
      assembly = find_assembly (finder, flow, slot, side);
      if (assembly == NULL)
        return;
    }
  else if (packet->payload[0] != TLS_HANDSHAKE)
    return;
  else
    {
      /* Mostly it is whole, and nothing need be kept. */
      result = sluice_tls_hello_read (packet->payload, packet->payload_captured, &hello);
      /* What a capture left out of it does not come any more. */
      if (result == SLUICE_TLS_NEED_MORE && packet->payload_captured < packet->payload_length)
        result = hello.server_name[0] != '\0' ? SLUICE_TLS_HELLO : SLUICE_TLS_NOT;
      if (result == SLUICE_TLS_HELLO)
        take_hello (finder, frame, flow, slot, &hello, to_stranger);
      if (result != SLUICE_TLS_NEED_MORE)
        return;
      assembly = begin_assembly (finder, flow, slot, side);
    }

  result = sluice_tls_assembly_add (assembly, packet->tcp_sequence, packet->payload, packet->payload_captured, &hello);
  if (result == SLUICE_TLS_HELLO)
    take_hello (finder, frame, flow, slot, &hello, to_stranger);
  if (result != SLUICE_TLS_NEED_MORE || flow->looks >= SLUICE_NAME_FINDER_ASSEMBLY_LOOKS)
    flow->flags &= (guint16) ~SLUICE_FLOW_ASSEMBLING;
}

static void
look_for_request (SluiceNameFinder *finder,
                  const SluiceFrame *frame,
                  SluiceFlow *flow,
                  guint32 slot,
                  gboolean to_stranger)
{
  const SluicePacket *packet = &frame->packet;
  char host[SLUICE_HTTP_HOST_MAX];

  if (sluice_http_read (packet->payload, packet->payload_captured, host) != SLUICE_HTTP_HOST)
    return;
  if (to_stranger)
    sluice_name_queue_add (finder->queue, &packet->destination, SLUICE_NAME_HTTP, host, frame->time, slot,
                           flow->generation);
  flow->looks = SLUICE_NAME_FINDER_LOOKS;
}

/* What is said counts for more than the port, and what was said before stays. */
static void
guess (SluiceFlow *flow, const SluicePacket *packet)
{
  SluiceProtocol by_port = sluice_protocol_from_ports (packet->protocol, packet->source_port, packet->destination_port);
  SluiceProtocol said = sluice_signature_guess (packet);

  if (said != by_port)
    flow->protocol = said;
}

/**
 * sluice_name_finder_look:
 * @finder: a finder
 * @local: this machine's addresses
 * @frame: a packet of TCP or UDP that has a payload
 * @flow: its flow; gets to know what it speaks
 * @slot: the flow's slot
 * @side: which side of it sent the packet
 * @to_stranger: whether the packet goes to another machine, whose name it may tell
 *
 * Looks into a payload. Only of flows that sluice_name_finder_is_curious() about.
 */
void
sluice_name_finder_look (SluiceNameFinder *finder,
                         const SluiceLocalSet *local,
                         const SluiceFrame *frame,
                         SluiceFlow *flow,
                         guint32 slot,
                         guint side,
                         gboolean to_stranger)
{
  gboolean is_tcp = frame->packet.protocol == IPPROTO_TCP;

  look_for_answers (finder, local, frame, flow, side);
  if (flow->looks >= SLUICE_NAME_FINDER_LOOKS && !(flow->flags & SLUICE_FLOW_ASSEMBLING))
    return;
  flow->looks++;
  if (!(flow->flags & SLUICE_FLOW_ASSEMBLING))
    guess (flow, &frame->packet);
  if (!is_tcp)
    return;
  if (flow->protocol == APPLICATION (HTTP))
    look_for_request (finder, frame, flow, slot, to_stranger);
  look_for_hello (finder, frame, flow, slot, side, to_stranger);
}
