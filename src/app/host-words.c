#include "app/host-words.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Who hears what is sent to a group of hosts; NULL where the address is that of one host. */
static const char *
find_group (const SluiceAddress *address)
{
  /* IANA: IPv4 Multicast Address Space Registry; IPv6 Multicast Address Space Registry */
  static const struct
  {
    const char *address;
    const char *words;
  } known[] = {
    { "224.0.0.1", N_("All hosts nearby") },
    { "ff02::1", N_("All hosts nearby") },
    { "224.0.0.2", N_("All routers nearby") },
    { "ff02::2", N_("All routers nearby") },
    { "224.0.0.22", N_("Multicast routers") },
    { "ff02::16", N_("Multicast routers") },
    { "224.0.0.251", N_("Local names (mDNS)") },
    { "ff02::fb", N_("Local names (mDNS)") },
    { "224.0.0.252", N_("Local names (LLMNR)") },
    { "ff02::1:3", N_("Local names (LLMNR)") },
    { "239.255.255.250", N_("Device discovery (SSDP)") },
    { "ff02::c", N_("Device discovery (SSDP)") },
    { "ff05::c", N_("Device discovery (SSDP)") },
    { "ff02::1:2", N_("DHCP servers") },
    { "255.255.255.255", N_("Broadcast") },
  };
  static const guint8 solicited[] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff };
  const gboolean is_v6 = address->family == SLUICE_FAMILY_IPV6;
  char text[SLUICE_ADDRESS_TEXT_MAX];

  if (is_v6 ? address->bytes[0] != 0xff : address->family != SLUICE_FAMILY_IPV4 || address->bytes[0] < 224)
    return NULL;
  sluice_address_to_text (address, text);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].address, text))
      return _(known[i].words);
  if (is_v6 && memcmp (address->bytes, solicited, sizeof solicited) == 0)
    return _("Neighbor discovery");
  return is_v6 || address->bytes[0] < 240 ? _("Multicast") : NULL;
}

/**
 * sluice_host_words_find_name:
 * @host: the other side
 * @names: (nullable): who asks for names, where the user lets him
 *
 * What the host was called on the wire comes first; only one that nobody called by a name is asked for. A group of
 * hosts has no name to be asked for, but words.
 *
 * Returns: (transfer none) (nullable): its name, valid until the main loop runs again
 */
const char *
sluice_host_words_find_name (const SluiceHost *host,
                             SluiceHostNames  *names)
{
  const char *group = find_group (&host->address);

  if (host->name != NULL || group != NULL)
    return host->name != NULL ? host->name : group;
  return names != NULL ? sluice_host_names_get (names, &host->address) : NULL;
}

/**
 * sluice_host_words_name:
 * @host: the other side
 * @names: (nullable): who asks for names
 *
 * Returns: (transfer full): its name, else its address
 */
char *
sluice_host_words_name (const SluiceHost *host,
                        SluiceHostNames  *names)
{
  const char *name = sluice_host_words_find_name (host, names);
  char address[SLUICE_ADDRESS_TEXT_MAX];

  if (name != NULL)
    return g_strdup (name);
  return g_strdup (sluice_address_to_text (&host->address, address));
}

/**
 * sluice_host_words_name_part:
 * @host: (nullable): the other side; %NULL: a protocol is spoken of
 * @protocol: which, or 0
 * @names: (nullable): who asks for names
 *
 * Returns: (transfer full): what a part of the traffic is called
 */
char *
sluice_host_words_name_part (const SluiceHost *host,
                             SluiceProtocol    protocol,
                             SluiceHostNames  *names)
{
  char text[SLUICE_PROTOCOL_TEXT_MAX];

  if (host != NULL)
    return sluice_host_words_name (host, names);
  return g_strdup (protocol != 0 ? sluice_protocol_to_text (protocol, text) : _("Unknown protocol"));
}

static char *
describe_age (gint64 age)
{
  const gulong minutes = (gulong) (MAX (age, 0) / G_USEC_PER_SEC / 60);

  if (minutes == 0)
    return g_strdup (_("less than a minute ago"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%lu minute ago", "%lu minutes ago", minutes), minutes);
  return g_strdup_printf (ngettext ("%lu hour ago", "%lu hours ago", minutes / 60), minutes / 60);
}

/* How a name was learnt; one sentence a source, as languages differ in how they put it. */
static const char *
describe_source (SluiceNameSource source)
{
  switch (source)
    {
    case SLUICE_NAME_TLS:
      return _("a program asked for this name in TLS");
    case SLUICE_NAME_HTTP:
      return _("a program asked for this name in HTTP");
    case SLUICE_NAME_DNS:
      return _("the name server gave this address for the name");
    case SLUICE_NAME_MDNS:
      return _("the host said its name on the local network");
    case SLUICE_NAME_REVERSE:
    case SLUICE_NAME_NONE:
    default:
      return _("the name server was asked for the name of this address");
    }
}

/**
 * sluice_host_words_place:
 * @host: the other side
 *
 * Returns: (transfer full) (nullable): its country and network, as far as known
 */
char *
sluice_host_words_place (const SluiceHost *host)
{
  g_autofree char *network = NULL;

  if (host->as_number != 0 && host->as_name != NULL)
    network = g_strdup_printf ("AS%u %s", host->as_number, host->as_name);
  else if (host->as_number != 0)
    network = g_strdup_printf ("AS%u", host->as_number);
  if (host->country[0] == '\0')
    return g_steal_pointer (&network);
  if (network == NULL)
    return g_strdup (host->country);
  return g_strdup_printf ("%s · %s", host->country, network);
}

/**
 * sluice_host_words_describe:
 * @host: the other side
 * @names: (nullable): who asks for names
 * @now: the time that the host is spoken of at, µs since 1970
 *
 * Returns: (transfer full): all that is known of it, a line each: name, where that comes from and how old it is,
 *   address, country and network
 */
char *
sluice_host_words_describe (const SluiceHost *host,
                            SluiceHostNames  *names,
                            gint64            now)
{
  const char *name = sluice_host_words_find_name (host, names);
  g_autofree char *place = sluice_host_words_place (host);
  char address[SLUICE_ADDRESS_TEXT_MAX];
  GString *text = g_string_new (NULL);

  if (host->address.family == SLUICE_FAMILY_NONE)
    {
      g_string_append (text, _("Hosts of which there were too many to be told apart"));
      return g_string_free (text, FALSE);
    }
  if (name != NULL)
    g_string_append_printf (text, "%s\n", name);
  if (host->name != NULL && host->name_time != 0)
    {
      g_autofree char *age = describe_age (now - host->name_time);

      /* Translators: how a name was learnt, then when */
      g_string_append_printf (text, _("(%s, %s)"), describe_source (host->name_source), age);
      g_string_append_c (text, '\n');
    }
  g_string_append (text, sluice_address_to_text (&host->address, address));
  if (place != NULL)
    g_string_append_printf (text, "\n%s", place);
  return g_string_free (text, FALSE);
}
